//! The built program: what it prints where, what it writes, how it ends.

mod bad_input;
mod compare;
mod investing;
mod measures;
mod sensitivity;
mod sizing;
mod slips;
mod sweep;
mod told;
mod unknown;

use std::collections::BTreeMap;
use std::fs;
use std::io::Write;
use std::path::Path;
use std::process::{Command, Output, Stdio};

use tempfile::TempDir;

/// An M/M/2 of three weeks with one target, small enough to run in a moment.
const SMALL: &str = r#"
[scenario]
title = "A small desk"
start = 2025-01-06
horizon = "21 days"
sample = "7 days"
replications = 4
seed = 7

[[class]]
id = "tip"

[[source]]
id = "platforms"
rate = "30 per day"
mix = { tip = 1.0 }

[[pool]]
id = "reader"
headcount = 2

[[stage]]
id = "read"
pool = "reader"
effort = { exponential = { mean = "1 h" } }
route = "done"

[[outcome]]
id = "done"
counts_as = "acted"

[[milestone]]
id = "look"
at = { start = "read" }

[[target]]
milestone = "look"
within = "24 hours"
share = 0.5

[[change]]
at = 2025-01-15
why = "a third reader"
set = { "pool.reader.headcount" = 3 }
"#;

/// A row of a table by header.
type Line = BTreeMap<String, String>;

/// A folder of its own in which the program runs.
struct Desk {
    folder: TempDir,
}

impl Desk {
    fn new() -> Desk {
        Desk { folder: TempDir::new().unwrap() }
    }

    fn with(self, name: &str, text: &str) -> Desk {
        let path = self.folder.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
        self
    }

    /// Rows of a table by header.
    fn rows(&self, file: &str) -> Vec<Line> {
        let mut reader = csv::Reader::from_path(self.path(file)).unwrap();
        let header = reader.headers().unwrap().clone();
        let row = |record: csv::StringRecord| {
            header.iter().map(str::to_owned).zip(record.iter().map(str::to_owned)).collect()
        };
        reader.records().map(|record| row(record.unwrap())).collect()
    }

    fn path(&self, name: &str) -> std::path::PathBuf {
        self.folder.path().join(name)
    }

    fn command(&self, args: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_caseload"));
        command.args(args).current_dir(self.folder.path()).env_remove("NO_COLOR");
        command
    }

    fn run(&self, args: &[&str]) -> Said {
        Said::of(&self.command(args).output().unwrap())
    }

    fn run_with_input(&self, args: &[&str], input: &str) -> Said {
        let mut command = self.command(args);
        let mut child =
            command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        child.stdin.take().unwrap().write_all(input.as_bytes()).unwrap();
        Said::of(&child.wait_with_output().unwrap())
    }

    /// Names in a folder, sorted.
    fn list(&self, name: &str) -> Vec<String> {
        let Ok(entries) = fs::read_dir(self.path(name)) else { return vec![] };
        let mut names: Vec<String> =
            entries.map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned()).collect();
        names.sort();
        names
    }
}

/// What a program left: exit code, standard output, standard error.
struct Said {
    code: Option<i32>,
    out: String,
    err: String,
}

impl Said {
    fn of(output: &Output) -> Said {
        let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).unwrap();
        Said { code: output.status.code(), out: text(&output.stdout), err: text(&output.stderr) }
    }

    #[track_caller]
    fn ends(&self, code: i32) -> &Said {
        assert_eq!(self.code, Some(code), "stdout:\n{}\nstderr:\n{}", self.out, self.err);
        self
    }

    #[track_caller]
    fn prints(&self, words: &str) -> &Said {
        assert!(self.out.contains(words), "no `{words}` on stdout:\n{}", self.out);
        self
    }

    #[track_caller]
    fn says(&self, words: &str) -> &Said {
        assert!(self.err.contains(words), "no `{words}` on stderr:\n{}", self.err);
        self
    }
}

fn bytes(path: &Path) -> Vec<u8> {
    fs::read(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

#[test]
fn a_run_answers_first_and_leaves_tables_charts_and_a_manifest() {
    let desk = Desk::new().with("small.toml", SMALL);
    let said = desk.run(&["run", "small.toml"]);
    said.ends(0).prints("A small desk").prints("Targets").prints("Bottleneck").says("out/small");
    let first = |words: &str| said.out.find(words).unwrap();
    assert!(first("Targets") < first("What grows") && first("What grows") < first("Open cases"));
    assert!(said.out.lines().all(|line| line.chars().count() <= 100), "wider than 100:\n{}", said.out);
    assert!(!said.out.contains('\u{1b}') && !said.err.contains('\u{1b}'), "colour in a pipe");
    let names = desk.list("out/small");
    for name in ["manifest.json", "summary.csv", "columns.csv", "targets.csv", "backlog.csv", "charts"] {
        assert!(names.contains(&name.to_owned()), "no {name} among {names:?}");
    }
    let charts = desk.list("out/small/charts");
    for name in ["backlog", "flows", "utilization", "where-the-time-goes", "time-to-action-look"] {
        assert!(
            charts.contains(&format!("{name}.svg")) && charts.contains(&format!("{name}.png")),
            "{charts:?}"
        );
    }
}

#[test]
fn threads_do_not_change_a_byte() {
    let desk = Desk::new().with("small.toml", SMALL);
    for threads in ["1", "2", "8"] {
        desk.run(&["run", "small.toml", "--threads", threads, "--out", threads, "--quiet"]).ends(0);
    }
    for name in
        desk.list("1").into_iter().filter(|name| Path::new(name).extension().is_some_and(|end| end == "csv"))
    {
        let one = bytes(&desk.path("1").join(&name));
        assert!(one.len() > 20, "{name} is empty");
        assert_eq!(one, bytes(&desk.path("2").join(&name)), "{name} on 2 threads");
        assert_eq!(one, bytes(&desk.path("8").join(&name)), "{name} on 8 threads");
    }
}

#[test]
fn a_manifest_alone_repeats_the_run_and_the_charts() {
    let desk = Desk::new().with("in/small.toml", SMALL);
    let edited =
        ["run", "in/small.toml", "--set", "pool.reader.headcount=3", "--seed", "11", "--out", "first"];
    desk.run(&edited).ends(0);
    fs::remove_dir_all(desk.path("in")).unwrap();
    desk.run(&["rerun", "first/manifest.json"]).ends(0).says("agree byte for byte");
    assert_eq!(bytes(&desk.path("first/backlog.csv")), bytes(&desk.path("first-rerun/backlog.csv")));

    let picture = desk.path("first/charts/backlog.svg");
    let (before, png) = (bytes(&picture), bytes(&desk.path("first/charts/backlog.png")));
    fs::write(&picture, "scribble").unwrap();
    desk.run(&["chart", "first"]).ends(0).says("drew");
    assert_eq!(before, bytes(&picture));
    assert_eq!(png, bytes(&desk.path("first/charts/backlog.png")));
}

#[test]
fn the_chart_says_where_jobs_are_counted() {
    // A case that is apart waits twice, on the left and on the right.
    let apart = SMALL.replacen("route = \"done\"", "route = \"apart\"", 1)
        + "[[stage]]\nid = \"apart\"\nsplit = { tracks = [\"left\", \"right\"], then = \"meet\" }\n\
           [[stage]]\nid = \"left\"\npool = \"reader\"\neffort = \"2 h\"\nroute = \"meet\"\n\
           [[stage]]\nid = \"right\"\npool = \"reader\"\neffort = \"2 h\"\nroute = \"meet\"\n\
           [[stage]]\nid = \"meet\"\ndelay = \"1 h\"\nroute = \"done\"\n";
    let desk = Desk::new().with("whole.toml", SMALL).with("apart.toml", &apart);
    let chart = |scenario: &str, out: &str| {
        desk.run(&["run", scenario, "--out", out]).ends(0);
        String::from_utf8(bytes(&desk.path(out).join("charts/backlog.svg"))).unwrap()
    };
    assert!(!chart("whole.toml", "whole").contains("a split case counts"));
    assert!(chart("apart.toml", "apart").contains("a split case counts"));
}

#[test]
fn a_table_that_was_changed_makes_rerun_say_no() {
    let desk = Desk::new().with("small.toml", SMALL);
    desk.run(&["run", "small.toml", "--no-charts", "--quiet"]).ends(0);
    let path = desk.path("out/small/manifest.json");
    let text = String::from_utf8(bytes(&path)).unwrap();
    let mut manifest: serde_json::Value = serde_json::from_str(&text).unwrap();
    manifest["tables"][0]["sha256"] = "0".repeat(64).into();
    fs::write(&path, manifest.to_string()).unwrap();
    desk.run(&["rerun", "out/small/manifest.json"]).ends(1).says("not the same: summary.csv");
}

#[test]
fn other_results_are_replaced_only_when_forced_and_foreign_files_never() {
    let desk = Desk::new().with("small.toml", SMALL);
    desk.run(&["run", "small.toml", "--no-charts"]).ends(0);
    desk.run(&["run", "small.toml", "--no-charts"]).ends(0);
    let other = ["run", "small.toml", "--no-charts", "--seed", "8"];
    desk.run(&other).ends(3).says("--force");
    desk.run(&[&other[..], &["--force"]].concat()).ends(0);
    fs::write(desk.path("out/small/thesis.docx"), "years of work").unwrap();
    desk.run(&[&other[..], &["--force"]].concat()).ends(3).says("thesis.docx");
    assert_eq!(bytes(&desk.path("out/small/thesis.docx")), b"years of work");
}

#[test]
fn a_batch_goes_on_after_a_broken_file_and_says_so() {
    let desk =
        Desk::new().with("all/a-broken.toml", "[scenario]\nhorizon = 3\n").with("all/b-good.toml", SMALL);
    let said = desk.run(&["run", "all", "--out", "results", "--no-charts"]);
    said.ends(2).says("a-broken.toml").prints("A small desk");
    assert_eq!(desk.list("results"), ["b-good"]);
}

#[test]
fn json_is_all_that_stands_on_standard_output() {
    let desk = Desk::new();
    let said = desk.run_with_input(&["run", "-", "--json", "--no-charts", "--out", "piped"], SMALL);
    said.ends(0);
    let json: serde_json::Value = serde_json::from_str(&said.out).unwrap();
    assert_eq!(json["targets"][0]["milestone"], "look");
    assert!(json["summary"].as_array().unwrap().len() > 10);
}

#[test]
fn precision_is_reached_by_more_replications_and_a_misspelt_measure_is_named() {
    let desk = Desk::new().with("small.toml", SMALL);
    let precise = ["run", "small.toml", "--no-charts", "--json", "--precision"];
    let said = desk.run(&[&precise[..], &["3% of arrivals"]].concat());
    said.ends(0);
    let json: serde_json::Value = serde_json::from_str(&said.out).unwrap();
    let row =
        json["summary"].as_array().unwrap().iter().find(|row| row["measure"] == "arrivals").unwrap().clone();
    let (estimate, high) = (row["estimate"].as_f64().unwrap(), row["high"].as_f64().unwrap());
    assert!(high - estimate <= 0.03 * estimate, "{row}");
    assert!(row["n"].as_u64().unwrap() > 4, "the scenario's four replications cannot be enough: {row}");
    desk.run(&[&precise[..], &["5% of arivals"]].concat()).ends(2).says("`arrivals`");
}

#[test]
fn quiet_says_nothing_at_all() {
    let desk = Desk::new().with("small.toml", SMALL);
    let said = desk.run(&["run", "small.toml", "--quiet", "--no-charts"]);
    said.ends(0);
    assert_eq!((said.out.as_str(), said.err.as_str()), ("", ""));
}

#[test]
fn check_names_the_bottleneck_and_strict_makes_warnings_a_no() {
    let desk = Desk::new().with("small.toml", SMALL).with("unused.toml", &format!("{SMALL}{UNUSED}"));
    desk.run(&["check", "small.toml"]).ends(0).prints("`reader`").prints("Offered load");
    let crowded = desk.run(&["check", "small.toml", "--set", "source.platforms.rate=\"100 per day\""]);
    crowded.ends(0).prints("the first bottleneck is `reader`: overloaded from the first day");
    desk.run(&["check", "unused.toml"]).ends(0).says("unused-pool");
    desk.run(&["check", "unused.toml", "--strict"]).ends(1);
}

const UNUSED: &str = "\n[[pool]]\nid = \"spare\"\nheadcount = 1\n";

#[test]
fn a_mistake_is_shown_with_its_place_and_nothing_is_written() {
    let desk = Desk::new().with("wrong.toml", &SMALL.replace("pool = \"reader\"", "pool = \"raeder\""));
    let said = desk.run(&["run", "wrong.toml"]);
    said.ends(2).says("wrong.toml:").says("did you mean `reader`");
    assert_eq!(desk.list("out"), Vec::<String>::new());
}

#[test]
fn the_starter_checks_and_runs() {
    let desk = Desk::new();
    desk.run(&["new", "mine.toml"]).ends(0).says("mine.toml");
    desk.run(&["new", "mine.toml"]).ends(2).says("--force");
    // Its one finding is the lesson that it teaches: too few investigators.
    desk.run(&["check", "mine.toml"]).ends(0).says("`investigator` needs").says("1 warning\n");
    desk.run(&["run", "mine.toml", "--replications", "2"]).ends(0).prints("Open cases");
}

#[test]
fn explain_knows_codes_keys_and_files() {
    let desk = Desk::new().with("small.toml", SMALL);
    desk.run(&["explain", "overload"]).ends(0).prints("# overload");
    desk.run(&["explain", "stage.effort"]).ends(0).prints("stage.effort");
    desk.run(&["explain", "Crew"]).ends(0).prints("crew: members of several pools");
    desk.run(&["explain", "shift"]).ends(0).prints("hours, shift: ");
    let said = desk.run(&["explain", "small.toml"]);
    said.ends(0).prints("exponential (mean 1 h)").prints("From 2025-01-15 (a third reader)");
    desk.run(&["explain", "overlaod"]).ends(2).says("did you mean");
}

#[test]
fn diff_lists_what_a_plan_changes_and_what_it_costs() {
    let plan = "extends = \"small.toml\"\n[set]\n\"pool.reader.headcount\" = 4\n[cost]\nyearly = 1000\n";
    let desk = Desk::new().with("small.toml", SMALL).with("plan.toml", plan);
    let said = desk.run(&["diff", "small.toml", "plan.toml"]);
    said.ends(0).prints("pool.reader.headcount").prints("1,000");
    desk.run(&["diff", "small.toml", "small.toml"]).ends(0).prints("no difference");
}

#[test]
fn the_schema_is_json() {
    let said = Desk::new().run(&["schema"]);
    said.ends(0);
    let schema: serde_json::Value = serde_json::from_str(&said.out).unwrap();
    assert!(schema["$schema"].as_str().unwrap().contains("2020-12"));
}

#[test]
fn wrong_words_are_wrong_input_and_help_is_an_answer() {
    let desk = Desk::new();
    desk.run(&["run"]).ends(2).says("FILE");
    desk.run(&["simulate"]).ends(2);
    desk.run(&["--help"]).ends(0).prints("Usage");
    desk.run(&["run", "nowhere.toml"]).ends(2).says("no such file");
}

#[test]
fn numbers_out_of_range_are_named_with_their_option() {
    let desk = Desk::new().with("small.toml", SMALL);
    for (option, value) in
        [("--replications", "-5"), ("--replications", "0"), ("--seed", "-1"), ("--threads", "-2")]
    {
        desk.run(&["run", "small.toml", option, value]).ends(2).says(&format!("'{value}' for '{option}"));
    }
    assert!(desk.list("out").is_empty());
}

#[test]
fn a_folder_without_results_is_called_by_its_name() {
    let desk = Desk::new().with("empty/notes.txt", "nothing");
    for command in ["rerun", "chart"] {
        desk.run(&[command, "empty"]).ends(2).says("`empty` is no results folder");
        desk.run(&[command, "nowhere"]).ends(2).says("`nowhere` is no results folder");
    }
}

#[test]
fn one_replication_claims_no_interval() {
    let desk = Desk::new().with("small.toml", SMALL);
    let said = desk.run(&["run", "small.toml", "--replications", "1", "--no-charts"]);
    said.ends(0).prints("one possible future");
    assert!(!said.out.contains("t interval"), "{}", said.out);
}

#[test]
fn a_target_brings_the_meaning_of_its_milestone_along() {
    let known = SMALL.replace("milestone = \"look\"", "milestone = \"first-touch\"");
    let desk = Desk::new().with("small.toml", &known);
    let said = desk.run(&["run", "small.toml", "--no-charts"]);
    said.ends(0).prints("Time to `look`").prints("Time to `first-touch`").prints("first start of any work");
    assert!(!said.out.contains("Time to `closed`"), "{}", said.out);
}

#[test]
fn an_overload_with_losses_makes_no_claim_of_endless_growth() {
    let full = SMALL.replace("rate = \"30 per day\"", "rate = \"90 per day\"");
    let order = "effort = {";
    let losing = full.replace(order, "patience = \"2 days\"\non_patience = \"done\"\neffort = {");
    let desk = Desk::new().with("full.toml", &full).with("losing.toml", &losing);
    let fast = ["--no-charts", "--replications", "2"];
    desk.run(&[&["run", "full.toml"], &fast[..]].concat()).ends(0).says("so there is no steady state: what");
    desk.run(&[&["run", "losing.toml"], &fast[..]].concat()).ends(0).says("no steady state, unless");
}

#[test]
fn explain_tells_the_initial_backlog_and_diff_the_single_costs() {
    let standing =
        format!("{SMALL}\n[[initial]]\nstage = \"read\"\ncount = {{ tip = 40 }}\nage = \"3 days\"\n");
    let plan = "extends = \"small.toml\"\n[[change]]\nat = 2025-01-10\nonce = 50_000\nadd = { \"pool.reader.headcount\" = 1 }\n";
    let desk = Desk::new().with("small.toml", &standing).with("plan.toml", plan);
    desk.run(&["explain", "small.toml"]).ends(0).prints("At `read`: 40 tip; age 3 days.");
    desk.run(&["diff", "small.toml", "plan.toml"]).ends(0).prints("0 in the base, 50,000 in the plan");
}

#[cfg(unix)]
#[test]
fn ctrl_c_stops_and_leaves_nothing_half_written() {
    let desk = Desk::new().with("small.toml", SMALL);
    let mut command = desk.command(&["run", "small.toml", "--replications", "1000000"]);
    let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    // The capacity lines stand on standard error before the first replication, the handler is set right after.
    std::thread::sleep(std::time::Duration::from_millis(1_500));
    assert!(child.try_wait().unwrap().is_none(), "a million replications cannot be done yet");
    Command::new("kill").args(["-INT", &child.id().to_string()]).status().unwrap();
    let said = Said::of(&child.wait_with_output().unwrap());
    said.ends(130).says("stopped");
    assert_eq!(desk.list("out"), Vec::<String>::new());
}

#[cfg(unix)]
#[test]
fn a_closed_pipe_is_no_failure() {
    let desk = Desk::new();
    let mut command = desk.command(&["schema"]);
    let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    drop(child.stdout.take());
    Said::of(&child.wait_with_output().unwrap()).ends(0);
}

#[test]
fn the_selftest_lists_its_systems_and_prints_scenarios_that_run() {
    let desk = Desk::new();
    desk.run(&["selftest", "--list"]).ends(0).prints("| `mm5` |").prints("Cobham 1954");
    let scenario = desk.run(&["selftest", "--scenario", "crew-held"]).ends(0).out.clone();
    let desk = desk.with("crew.toml", &scenario);
    desk.run(&["check", "crew.toml", "--strict"]).ends(0);
    assert!(desk.run(&["selftest", "--scenario", "nobody"]).ends(2).err.contains("--list"));
    desk.run(&["selftest", "--slower", "99"]).ends(2);
}

#[test]
#[ignore = "slow: 60 s, run by .ci/slow.sh"]
fn the_selftest_says_yes_of_this_build_and_no_of_a_slower_one() {
    let desk = Desk::new();
    desk.run(&["selftest", "--quick"]).ends(0).prints("agree with theory");
    let no = desk.run(&["selftest", "--quick", "--slower", "5", "--json"]);
    no.ends(1).prints("\"passes\": false");
    assert!(no.err.contains("that was asked for"), "{}", no.err);
}
