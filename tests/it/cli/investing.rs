//! `invest`: the answer, its folder, the same again, and what cannot be asked.

use std::fs;

use super::{Desk, Said, bytes};

/// Two stations in a row, the second of which is the narrow one.
const LINE: &str = r#"
[scenario]
title = "Two stations"
start = 2025-01-06
horizon = "42 days"
sample = "7 days"
replications = 4
seed = 7
currency = "USD"

[[class]]
id = "tip"

[[source]]
id = "tips"
rate = "40 per day"
mix = { tip = 1.0 }

[[pool]]
id = "reader"
headcount = 3
hours = "always"
yearly_cost = 30_000

[[pool]]
id = "examiner"
headcount = 2
hours = "always"
yearly_cost = 50_000

[[pool]]
id = "guard"
headcount = 1
hours = "always"
hourly = { on_shift = 4, worked = 0 }

[[stage]]
id = "read"
pool = "reader"
effort = { exponential = { mean = "1 h" } }
route = "examine"

[[stage]]
id = "examine"
pool = "examiner"
effort = { exponential = { mean = "1.5 h" } }
route = "file"

[[stage]]
id = "file"
pool = "guard"
effort = { exponential = { mean = "1 min" } }
route = "done"

[[outcome]]
id = "done"
counts_as = "acted"
"#;

const OPTIONS: &str = r#"
[[option]]
id = "examiner"
add = { "pool.examiner.headcount" = 1 }
at_most = 2

[[option]]
id = "tool"
plan = "plans/tool.toml"

[[option]]
id = "guard"
add = { "pool.guard.headcount" = 1 }
cost = { yearly = 35_000, once = 500 }
at_most = 1
"#;

const TOOL: &str = r#"
extends = "../line.toml"
[set]
"stage.read.effort" = "30 min"
[cost]
once = 1_000
yearly = 10_000
"#;

fn desk() -> Desk {
    Desk::new().with("line.toml", LINE).with("options.toml", OPTIONS).with("plans/tool.toml", TOOL)
}

const ASK: [&str; 6] = ["invest", "line.toml", "--options", "options.toml", "--budget", "110k"];

fn run(desk: &Desk, more: &[&str]) -> Said {
    desk.run(&[&ASK[..], more].concat())
}

/// The words as one line, however they were wrapped.
fn flat(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[test]
fn the_answer_is_said_written_drawn_and_repeated() {
    let desk = desk();
    let said = run(&desk, &["--replications", "6"]);
    said.ends(0).says("results: out/line-invested");
    said.says(
        "in the prices of tool, guard what is paid once is spread over the 0.1 years that are measured",
    );
    let words = flat(&said.out);
    assert!(words.starts_with("Two stations: what 110,000 USD a year buy examiner "), "{words}");
    assert!(words.contains("`backlog_at_end` is "), "{words}");
    assert!(said.out.lines().all(|line| line.chars().count() <= 100), "wider than 100:\n{}", said.out);
    let table = |name: &str| fs::read_to_string(desk.path(&format!("out/line-invested/{name}.csv"))).unwrap();
    assert!(table("invest").lines().nth(1).unwrap().starts_with("line,,1,nothing,0.0,fresh,backlog_at_end,"));
    // 42 days are 0.115 years: what is paid once is spread over them.
    let years = 42.0 / 365.25;
    let price = |option: &str| -> f64 {
        let table = table("marginal");
        let line =
            table.lines().find(|line| line.starts_with(&format!("line,,{option},"))).unwrap().to_owned();
        line.split(',').nth(3).unwrap().parse().unwrap()
    };
    assert_eq!(price("examiner"), 50_000.0);
    assert!((price("tool") - 10_000.0 - 1_000.0 / years).abs() < 0.01, "{}", price("tool"));
    assert!((price("guard") - 35_000.0 - 500.0 / years).abs() < 0.01, "{}", price("guard"));
    assert!(table("mixes").contains(",examiner,2"));
    assert_eq!(
        desk.list("out/line-invested/charts"),
        ["frontier.png", "frontier.svg", "marginal.png", "marginal.svg"]
    );
    let drawn = bytes(&desk.path("out/line-invested/charts/frontier.svg"));
    desk.run(&["chart", "out/line-invested"]).ends(0).says("drew 2 charts");
    assert_eq!(drawn, bytes(&desk.path("out/line-invested/charts/frontier.svg")));

    fs::remove_file(desk.path("options.toml")).unwrap();
    fs::remove_file(desk.path("plans/tool.toml")).unwrap();
    desk.run(&["rerun", "out/line-invested/manifest.json", "--threads", "1"])
        .ends(0)
        .says("the same: all 4 tables");
}

#[test]
fn unknown_values_make_draws_the_units() {
    let unsure =
        LINE.replace("rate = \"40 per day\"", "rate = { between = [\"30 per day\", \"44 per day\"] }");
    let desk = desk().with("line.toml", &unsure);
    let said =
        run(&desk, &["--replications", "2", "--draws", "5", "--json", "--no-charts", "--threads", "1"]);
    let json: serde_json::Value = serde_json::from_str(&said.out).unwrap_or_else(|_| panic!("{}", said.err));
    let n = json["marginal"][0]["n"].as_u64().unwrap();
    assert!(n == 5 || n == 10, "{n} draws");
    assert!(desk.list("out/line-invested/charts").is_empty());
    let other =
        ["--replications", "2", "--draws", "5", "--quiet", "--no-charts", "--threads", "2", "--out", "two"];
    run(&desk, &other);
    assert_eq!(bytes(&desk.path("out/line-invested/invest.csv")), bytes(&desk.path("two/invest.csv")));
}

#[test]
fn without_options_posts_are_bought_and_a_folder_is_one_of_each_plan() {
    let desk = desk().with("plans/other.toml", &TOOL.replace("30 min", "40 min"));
    let posts =
        ["invest", "line.toml", "--budget", "60000 USD", "--replications", "4", "--no-charts", "--json"];
    let said = desk.run(&posts);
    let json: serde_json::Value = serde_json::from_str(&said.out).unwrap_or_else(|_| panic!("{}", said.err));
    let options: Vec<&str> =
        json["marginal"].as_array().unwrap().iter().map(|row| row["option"].as_str().unwrap()).collect();
    assert_eq!(options, ["reader", "examiner"], "the guard is paid by the hour");
    assert_eq!(json["invest"].as_array().unwrap().len(), 4, "nothing, one or two readers, one examiner");
    desk.run(&["rerun", "out/line-invested/manifest.json"]).ends(0);

    let folder = desk.run(&[
        "invest",
        "line.toml",
        "--options",
        "plans",
        "--budget",
        "50k",
        "--replications",
        "4",
        "--out",
        "two",
        "--no-charts",
    ]);
    folder.says("not to be had together, as both set the same or do not fit: `other` and `tool`");
    let table = fs::read_to_string(desk.path("two/invest.csv")).unwrap();
    assert_eq!(table.lines().count(), 4, "nothing and each by itself:\n{table}");
}

#[test]
fn what_is_asked_wrongly_is_told_before_anything_is_simulated() {
    let desk = desk();
    let told = |options: &str, words: &str| {
        fs::write(desk.path("options.toml"), options).unwrap();
        let said = run(&desk, &[]);
        said.ends(2);
        let err = flat(&said.err);
        assert!(err.contains(words), "no `{words}` in\n{}", said.err);
        said.err
    };
    let post = "id = \"examiner\"\nadd = { \"pool.examiner.headcount\" = 1 }\n";
    let err = told(&format!("[[option]]\n{post}at_mots = 3\n"), "option `examiner` has no key `at_mots`");
    assert!(err.contains("options.toml:4:1") && err.contains("did you mean `at_most`?"), "{err}");
    let err = told(
        "[[option]]\nid = \"a\"\nadd = { \"pool.examinr.headcount\" = 1 }\n",
        "there is no pool `examinr`",
    );
    assert!(err.contains("options.toml:3:") && err.contains("`examiner`"), "{err}");
    told(&format!("[[opton]]\n{post}"), "a file of options has no table `opton` --> options.toml:1:3");
    told("[[option]]\nid = \"a\"\n", "option `a` buys nothing");
    told(
        &format!("[[option]]\n{post}plan = \"plans/tool.toml\"\n"),
        "has a plan and edits of its own (`add`)",
    );
    told(
        &format!("[[option]]\n{post}[[option]]\n{post}"),
        "two tables of the kind `option` called `examiner`",
    );
    told(
        "[[option]]\nid = \"t\"\nplan = \"plans/tool.toml\"\nat_most = 2\n",
        "option `t` can be bought once",
    );
    told("[[option]]\nid = \"t\"\nplan = \"plans/tol.toml\"\n", "cannot read `plans/tol.toml`");
    told(
        &format!("[[option]]\n{post}at_most = 0\n"),
        "`at_most` of option `examiner` has to be a whole number from 1",
    );
    told(
        "[[option]]\nid = \"g\"\nadd = { \"pool.guard.headcount\" = 1 }\n",
        "paid by the hour or by the case",
    );
    told(
        &format!("[[option]]\n{post}cost = 200_000\n"),
        "buy nothing; the cheapest option is `examiner` at 200,000",
    );
    assert!(desk.list("out").is_empty());
}

#[test]
fn budgets_and_measures_are_checked_as_well() {
    let desk = desk();
    let ask =
        |more: &[&str]| desk.run(&[&["invest", "line.toml", "--options", "options.toml"], more].concat());
    ask(&["--budget", "1k"]).ends(2).says("the cheapest option is `tool`");
    ask(&["--budget", "100,000"]).ends(2).says("without commas");
    ask(&["--budget", "100 EUR"]).ends(2).says("the scenario counts in USD, not in `EUR`");
    ask(&["--budget", "0"]).ends(2).says("a budget is more than 0");
    ask(&["--budget", "90k", "--measure", "backlog_at_ent"]).ends(2).says("`backlog_at_end`");
    ask(&["--budget", "90k", "--measure", "utilization/examiner"]).ends(2).says("a matter of taste");
    let free = LINE.replace("yearly_cost = 30_000", "").replace("yearly_cost = 50_000", "");
    fs::write(desk.path("free.toml"), free).unwrap();
    desk.run(&["invest", "free.toml", "--budget", "90k"])
        .ends(2)
        .says("no pool of `free.toml` has a `yearly_cost`");
    assert!(desk.list("out").is_empty());
}

#[test]
fn what_helps_nobody_is_a_no() {
    let desk = desk().with(
        "options.toml",
        "[[option]]\nid = \"guard\"\nadd = { \"pool.guard.headcount\" = 1 }\ncost = 9_000\n",
    );
    let said = run(&desk, &["--no-charts"]);
    said.ends(1);
    assert!(desk.path("out/line-invested/invest.csv").is_file());
    assert!(
        !flat(&said.out).contains("Every other mix that was looked at anew is ruled out"),
        "{}",
        said.out
    );
}
