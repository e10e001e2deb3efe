//! `caseload compare`: what it says and writes, against the runs that it stands for.

use std::collections::BTreeMap;
use std::fs;

use super::{Desk, Line, SMALL};

/// The small desk with money, and two plans for it.
fn desk() -> Desk {
    let paid = SMALL
        .replace("headcount = 2\n", "headcount = 2\nyearly_cost = 50_000\n")
        .replace("replications = 4", "replications = 30");
    Desk::new()
        .with("desk.toml", &paid)
        .with("more.toml", "extends = \"desk.toml\"\n[set]\n\"pool.reader.headcount\" = 4\n")
        .with("slower.toml", "extends = \"desk.toml\"\n[scale]\n\"stage.read.effort\" = 1.2\n")
}

/// Values of a measure by replication.
fn values(desk: &Desk, folder: &str, plan: &str, measure: &str) -> Vec<f64> {
    let all = desk.rows(&format!("{folder}/replications.csv"));
    let wanted = |row: &&Line| row["measure"] == measure && row["plan"] == plan && row["class"].is_empty();
    all.iter().filter(wanted).map(|row| row["value"].parse().unwrap()).collect()
}

#[test]
fn a_comparison_is_that_of_the_runs_replication_by_replication() {
    let desk = desk();
    let compare =
        desk.run(&["compare", "desk.toml", "more.toml", "slower.toml", "--out", "c", "--no-charts"]);
    assert_eq!(compare.code, Some(0), "{}", compare.err);
    assert_eq!(desk.run(&["run", "desk.toml", "--out", "base", "--no-charts"]).code, Some(0));
    for (file, plan) in [("more.toml", "more"), ("slower.toml", "slower")] {
        assert_eq!(desk.run(&["run", file, "--out", plan, "--no-charts"]).code, Some(0));
        for measure in ["backlog_at_end", "cost", "share_within/look/24 h"] {
            let (a, b) = (values(&desk, plan, plan, measure), values(&desk, "base", "", measure));
            assert_eq!(a, values(&desk, "c", plan, measure), "{measure} under {plan}");
            assert_eq!(b, values(&desk, "c", "", measure), "{measure} of the base");
            let mean = a.iter().zip(&b).map(|(a, b)| a - b).sum::<f64>() / a.len() as f64;
            let all = desk.rows("c/comparison.csv");
            let row = all.iter().find(|row| row["measure"] == measure && row["plan"] == plan).unwrap();
            let said: f64 = row["difference"].parse().unwrap();
            assert!((said - mean).abs() < 1e-9 * mean.abs().max(1.0), "{measure}: {said} for {mean}");
            let ends: Vec<f64> =
                ["low_at_once", "low", "high", "high_at_once"].map(|c| row[c].parse().unwrap()).into();
            assert!(ends.is_sorted() && ends[1] <= said && said <= ends[2], "{ends:?}");
        }
    }
}

#[test]
fn who_may_be_best_and_what_money_buys_are_said() {
    let desk = desk();
    let said = desk.run(&[
        "compare",
        "desk.toml",
        "more.toml",
        "slower.toml",
        "--out",
        "c",
        "--measure",
        "wait_mean/read",
    ]);
    assert_eq!(said.code, Some(0), "{}", said.err);
    assert!(said.out.contains("wait_mean/read (days, less is better)"), "{}", said.out);
    let best = desk.rows("c/best.csv");
    let may = |plan: &str| {
        let row = best.iter().find(|row| row["measure"] == "wait_mean/read" && row["plan"] == plan).unwrap();
        row["may_be_best"].clone()
    };
    assert_eq!([may(""), may("more"), may("slower")], ["no", "yes", "no"]);
    let money = desk.rows("c/value_for_money.csv");
    let row = money.iter().find(|row| row["measure"] == "wait_mean/read" && row["plan"] == "more").unwrap();
    let number = |column: &str| row[column].parse::<f64>().unwrap();
    assert_eq!(row["kind"], "between");
    assert!((number("ratio") - number("difference") / number("extra_cost")).abs() < 1e-12);
    assert!(number("ratio") < 0.0 && number("low") <= number("ratio") && number("ratio") <= number("high"));
    // Slower work costs the same and waits longer.
    assert!(!money.iter().any(|row| row["plan"] == "slower"), "what costs the same buys nothing");
    let charts = desk.list("c/charts");
    assert_eq!(charts.len(), 6, "{charts:?}");
    // Shares of the best choice add up at every price.
    let mut sums: BTreeMap<String, f64> = BTreeMap::new();
    for row in desk.rows("c/acceptability.csv") {
        *sums.entry(row["price"].clone()).or_default() += row["share"].parse::<f64>().unwrap();
    }
    assert!(sums.len() > 10 && sums.values().all(|sum| (sum - 1.0).abs() < 1e-9));
}

#[test]
fn of_plans_that_cost_the_same_the_better_one_is_the_choice_at_every_price() {
    let desk = desk().with("quicker.toml", "extends = \"desk.toml\"\n[scale]\n\"stage.read.effort\" = 0.6\n");
    let said = desk.run(&[
        "compare",
        "desk.toml",
        "quicker.toml",
        "more.toml",
        "--out",
        "c",
        "--value-of",
        "wait_mean/read",
        "--no-charts",
    ]);
    assert_eq!(said.code, Some(0), "{}", said.err);
    let (_, choices) = said.out.split_once("Which plan, if").expect("there is a part about prices");
    let first = choices.lines().find(|line| line.contains(" %")).expect("it has a row");
    assert!(first.contains("quicker"), "at no price it is worse than the base:\n{choices}");
}

#[test]
fn threads_and_reruns_give_the_same_bytes() {
    let desk = desk();
    for (threads, out) in [("1", "one"), ("2", "two")] {
        let args = [
            "compare",
            "desk.toml",
            "more.toml",
            "--threads",
            threads,
            "--out",
            out,
            "--replications",
            "6",
            "--quiet",
        ];
        assert_eq!(desk.run(&args).code, Some(0));
    }
    for file in ["comparison.csv", "best.csv", "value_for_money.csv", "acceptability.csv", "replications.csv"]
    {
        let read = |folder: &str| fs::read(desk.path(folder).join(file)).unwrap();
        assert!(read("one") == read("two"), "{file}");
    }
    fs::remove_file(desk.path("desk.toml")).unwrap();
    let again = desk.run(&["rerun", "one/manifest.json"]);
    assert_eq!(again.code, Some(0), "{}", again.err);
    assert!(again.err.contains("the same: all"), "{}", again.err);
    assert_eq!(desk.run(&["chart", "one"]).code, Some(0));
}

#[test]
fn more_replications_are_made_until_the_differences_are_known() {
    let desk = desk();
    let args = |width: &'static str| {
        vec![
            "compare",
            "desk.toml",
            "more.toml",
            "--precision",
            width,
            "--replications",
            "10",
            "--out",
            "p",
            "--force",
        ]
    };
    let wide = desk.run(&args("5 of backlog_mean"));
    assert_eq!(wide.code, Some(0), "{}", wide.err);
    assert!(wide.out.contains("10 replications of each"), "{}", wide.out);
    let narrow = desk.run(&args("0.05 of backlog_mean"));
    let row = |measure: &str| {
        let all = desk.rows("p/comparison.csv");
        all.into_iter().find(|row| row["measure"] == measure).unwrap()
    };
    assert_eq!(narrow.code, Some(0), "{}", narrow.err);
    let row = row("backlog_mean");
    let number = |column: &str| row[column].parse::<f64>().unwrap();
    assert!(number("n") > 10.0 && 0.5 * (number("high") - number("low")) <= 0.05, "{row:?}");
}

#[test]
fn the_best_plan_is_selected_and_the_others_are_left_early() {
    let desk = desk();
    let args = [
        "compare",
        "desk.toml",
        "more.toml",
        "slower.toml",
        "--select",
        "wait_mean/read",
        "--indifference",
        "20 min",
    ];
    let said = desk.run(&[&args[..], &["--out", "s"]].concat());
    assert_eq!(said.code, Some(0), "{}", said.err);
    assert!(said.out.contains("`more` is the best in `wait_mean/read`"), "{}", said.out);
    let table = desk.rows("s/selection.csv");
    let verdict = |plan: &str| table.iter().find(|row| row["plan"] == plan).unwrap()["verdict"].clone();
    assert_eq!([verdict(""), verdict("more"), verdict("slower")], ["left behind", "selected", "left behind"]);
    assert_eq!(desk.run(&["rerun", "s/manifest.json"]).code, Some(0));
    let open = desk.run(&[&args[..7], &["0.001 min", "--max-replications", "24", "--out", "o"]].concat());
    assert_eq!(open.code, Some(1), "{}", open.err);
    assert!(open.out.contains("is not settled") && open.out.contains("would settle it"), "{}", open.out);
}

#[test]
fn mistakes_are_told_before_anything_is_simulated() {
    let desk = desk()
        .with("other.toml", &SMALL.replace("21 days", "28 days"))
        .with("neighbour.toml", &SMALL.replace("headcount = 2", "headcount = 3"))
        .with("lacking.toml", "extends = \"desk.toml\"\n[set]\n\"pool.readers.headcount\" = 4\n");
    let wrong = |args: &[&str], words: &str| {
        let said = desk.run(args);
        assert_eq!(said.code, Some(2), "{args:?}: {}", said.err);
        assert!(said.err.contains(words), "{args:?}: {}", said.err);
        assert!(desk.list("out").is_empty(), "nothing is written");
    };
    wrong(&["compare", "desk.toml"], "PLAN");
    wrong(&["compare", "desk.toml", "lacking.toml"], "there is no pool `readers`");
    wrong(&["compare", "desk.toml", "other.toml"], "another window");
    wrong(&["compare", "desk.toml", "more.toml", "more.toml"], "both called `more`");
    wrong(
        &["compare", "neighbour.toml", "more.toml"],
        "`more.toml` extends `desk.toml`, which is another scenario than `neighbour.toml`",
    );
    wrong(
        &["compare", "desk.toml", "more.toml", "--measure", "backlog_end"],
        "the nearest are `backlog_at_end`",
    );
    wrong(&["compare", "desk.toml", "more.toml", "--value-of", "utilization/reader"], "a matter of taste");
    wrong(&["compare", "desk.toml", "more.toml", "--replications", "1"], "2..=1000000");
    wrong(&["compare", "desk.toml", "more.toml", "--precision", "5"], "does not say which measure");
    wrong(&["compare", "desk.toml", "more.toml", "--select", "cost"], "--indifference");
    let select = ["compare", "desk.toml", "more.toml", "--select", "wait_mean/read", "--indifference"];
    wrong(&[&select[..], &["5%"]].concat(), "an amount in days");
    wrong(&[&select[..], &["1 day", "--confidence", "1.2"]].concat(), "no probability between 0.5 and 1");
}
