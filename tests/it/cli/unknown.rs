//! Values that nobody knows, other regimes of demand, a budget of replications: what the commands say and write.

use std::collections::BTreeMap;
use std::fs;

use super::{Desk, Line, SMALL};

/// The small desk with money, an effort that nobody knows, two plans and two regimes of demand.
fn desk() -> Desk {
    let paid = SMALL.replace("headcount = 2\n", "headcount = 2\nyearly_cost = 50_000\n").replace(
        "\n[[change]]\nat = 2025-01-15\nwhy = \"a third reader\"\nset = { \"pool.reader.headcount\" = 3 }\n",
        "",
    );
    let regimes = "# other futures\n[[regime]]\nid = \"lean\"\n[regime.set]\n\"pool.reader.headcount\" = 2\n\n\
                   [[regime]]\nid = \"calm\"\n[regime.scale]\n\"source.platforms.rate\" = 0.9\n";
    Desk::new()
        .with("desk.toml", &paid)
        .with("more.toml", "extends = \"desk.toml\"\n[set]\n\"pool.reader.headcount\" = 4\n")
        .with("quick.toml", "extends = \"desk.toml\"\n[scale]\n\"stage.read.effort\" = 0.8\n")
        .with("beliefs.toml", "[scale]\n\"stage.read.effort\" = { between = [0.6, 1.4] }\n\"source.platforms.rate\" = { between = [0.9, 1.1] }\n")
        .with("regimes.toml", regimes)
}

fn number(row: &Line, column: &str) -> f64 {
    row[column].parse().unwrap_or_else(|_| panic!("{column} of {row:?}"))
}

/// Values of a measure by draw, then replication.
fn by_draw(desk: &Desk, folder: &str, plan: &str, measure: &str) -> Vec<Vec<f64>> {
    let mut draws: BTreeMap<u64, Vec<f64>> = BTreeMap::new();
    for row in desk.rows(&format!("{folder}/replications.csv")) {
        if row["measure"] == measure && row["plan"] == plan && row["class"].is_empty() {
            draws.entry(row["draw"].parse().unwrap()).or_default().push(number(&row, "value"));
        }
    }
    draws.into_values().collect()
}

fn mean(values: &[f64]) -> f64 {
    values.iter().sum::<f64>() / values.len() as f64
}

fn variance(values: &[f64]) -> f64 {
    let m = mean(values);
    values.iter().map(|v| (v - m).powi(2)).sum::<f64>() / (values.len() as f64 - 1.0)
}

#[test]
fn a_run_takes_chance_and_ignorance_apart() {
    let desk = desk();
    let args =
        ["run", "desk.toml", "--plan", "beliefs.toml", "--draws", "6", "--replications", "5", "--out", "r"];
    let said = desk.run(&args);
    assert_eq!(said.code, Some(0), "{}", said.err);
    assert!(said.out.contains("Chance and ignorance"), "{}", said.out);
    assert!(desk.path("r/charts/chance-and-ignorance.svg").is_file());
    let values = by_draw(&desk, "r", "beliefs", "backlog_mean");
    assert_eq!((values.len(), values[0].len()), (6, 5));
    let means: Vec<f64> = values.iter().map(|draw| mean(draw)).collect();
    let within = mean(&values.iter().map(|draw| variance(draw)).collect::<Vec<_>>());
    let between = (variance(&means) - within / 5.0).max(0.0);
    let all = desk.rows("r/ignorance.csv");
    let row = all.iter().find(|row| row["measure"] == "backlog_mean" && row["class"].is_empty()).unwrap();
    let close = |column: &str, wanted: f64| {
        let found = number(row, column);
        assert!((found - wanted).abs() < 1e-9 * wanted.abs().max(1.0), "{column}: {found} for {wanted}");
    };
    close("estimate", mean(&means));
    close("sd_of_inputs", between.sqrt());
    close("sd_of_chance", within.sqrt());
    close("share_of_ignorance", between / (between + within));
    // 2.0638986 is Student's t for 97.5 % and 24 degrees of freedom.
    close("chance_high", mean(&means) + 2.063_898_56 * (within / 30.0).sqrt());
}

#[test]
fn a_run_that_knows_everything_says_so() {
    let desk = desk();
    let said = desk.run(&["run", "desk.toml", "--out", "r", "--no-charts"]);
    assert!(said.out.contains("no value is `unsure`"), "{}", said.out);
    assert!(!said.out.contains("Chance and ignorance"), "{}", said.out);
    assert_eq!(desk.rows("r/ignorance.csv").len(), 0);
    let said = desk.run(&["compare", "desk.toml", "more.toml", "--out", "c", "--no-charts"]);
    assert!(said.out.contains("no value is `unsure`"), "{}", said.out);
    assert_eq!((desk.rows("c/regret.csv").len(), desk.rows("c/information.csv").len()), (0, 0));
}

#[test]
fn regret_and_the_worth_of_knowing_are_those_of_the_draws() {
    let desk = desk();
    let said = desk.run(&[
        "compare",
        "desk.toml",
        "more.toml",
        "quick.toml",
        "--plan",
        "beliefs.toml",
        "--draws",
        "6",
        "--replications",
        "4",
        "--measure",
        "wait_mean/read",
        "--out",
        "c",
    ]);
    assert_eq!(said.code, Some(0), "{}", said.err);
    assert!(said.out.contains("best in so many draws"), "{}", said.out);
    for chart in ["regret", "information", "differences"] {
        assert!(desk.path(&format!("c/charts/{chart}.png")).is_file(), "{chart}");
    }
    let plans = ["", "more", "quick"];
    let waits: Vec<Vec<f64>> = plans
        .iter()
        .map(|plan| by_draw(&desk, "c", plan, "wait_mean/read").iter().map(|draw| mean(draw)).collect())
        .collect();
    let least = |d: usize| waits.iter().map(|of| of[d]).fold(f64::INFINITY, f64::min);
    let losses = |a: usize| (0..6).map(|d| waits[a][d] - least(d)).collect::<Vec<f64>>();
    let regret = desk.rows("c/regret.csv");
    for (a, plan) in plans.iter().enumerate() {
        let row = regret.iter().find(|row| {
            row["measure"] == "wait_mean/read" && row["plan"] == *plan && row["price"].is_empty()
        });
        let row = row.unwrap();
        assert!((number(row, "regret") - mean(&losses(a))).abs() < 1e-12, "{row:?}");
        assert!((number(row, "worst") - losses(a).iter().copied().fold(0.0, f64::max)).abs() < 1e-12);
        let best = (0..6).filter(|d| waits[a][*d] == least(*d)).count() as f64 / 6.0;
        assert!((number(row, "chance_best") - best).abs() < 1e-12, "{row:?}");
    }
    let all = desk.rows("c/information.csv");
    let worth = |parameter: &str| {
        let row = all.iter().find(|row| row["parameter"] == parameter && row["price"].is_empty());
        number(row.unwrap(), "value")
    };
    let expected = (0..3).map(|a| mean(&losses(a))).fold(f64::INFINITY, f64::min);
    assert!((worth("") - expected).abs() < 1e-12);
    for parameter in ["scale stage.read.effort", "scale source.platforms.rate"] {
        assert!((-1e-12..=expected + 1e-12).contains(&worth(parameter)), "{parameter}");
    }
    // In money the loss is that of price times hours less costs: checked at the last price.
    let priced: Vec<&Line> = regret.iter().filter(|row| !row["price"].is_empty()).collect();
    let price = number(priced.last().unwrap(), "price");
    let costs: Vec<f64> =
        plans.iter().map(|plan| mean(&by_draw(&desk, "c", plan, "cost").concat())).collect();
    let benefit = |a: usize, d: usize| -price * waits[a][d] - costs[a];
    let most = |d: usize| (0..3).map(|a| benefit(a, d)).fold(f64::NEG_INFINITY, f64::max);
    let lost = mean(&(0..6).map(|d| most(d) - benefit(1, d)).collect::<Vec<_>>());
    let row = priced.iter().rev().find(|row| row["plan"] == "more").unwrap();
    assert!((number(row, "regret") - lost).abs() < 1e-6 * lost.abs().max(1.0), "{row:?}: {lost}");

    let again = desk.run(&["rerun", "c/manifest.json", "--out", "d", "--threads", "1"]);
    assert_eq!(again.code, Some(0), "{}", again.err);
    let (old, new) = (desk.path("c/charts/regret.svg"), desk.path("d/charts/regret.svg"));
    assert_eq!(fs::read(old).unwrap(), fs::read(new).unwrap());
}

#[test]
fn a_ranking_that_turns_in_another_future_is_named() {
    let desk = desk();
    let said = desk.run(&[
        "compare",
        "desk.toml",
        "more.toml",
        "quick.toml",
        "--replications",
        "12",
        "--measure",
        "wait_mean/read",
        "--stress",
        "regimes.toml",
        "--out",
        "s",
    ]);
    assert_eq!(said.code, Some(0), "{}", said.err);
    // With two readers whatever the plan says, more readers are none, and quicker work is the better plan.
    assert!(said.out.contains("under `lean` quick is ahead of more in `wait_mean/read`"), "{}", said.out);
    assert!(!said.out.contains("under `calm`"), "{}", said.out);
    assert!(desk.path("s/charts/stress.svg").is_file());
    let all = desk.rows("s/stress.csv");
    let row = |regime: &str, plan: &str| {
        let is = |row: &&Line| {
            row["regime"] == regime && row["plan"] == plan && row["measure"] == "wait_mean/read"
        };
        all.iter().find(is).unwrap()
    };
    assert_eq!(row("lean", "quick")["overtakes"], "more");
    assert_eq!((row("", "more")["rank"].as_str(), row("lean", "more")["rank"].as_str()), ("1", "2"));
    assert_eq!(number(row("lean", "more"), "difference"), 0.0, "it is the base then");
    // A regime is what a plan of the same edits is.
    let calm = desk.run(&[
        "run",
        "quick.toml",
        "--scale",
        "source.platforms.rate=0.9",
        "--replications",
        "12",
        "--out",
        "r",
        "--no-charts",
    ]);
    assert_eq!(calm.code, Some(0), "{}", calm.err);
    let summary = desk.rows("r/summary.csv");
    let wait =
        summary.iter().find(|row| row["measure"] == "wait_mean/read" && row["class"].is_empty()).unwrap();
    assert_eq!(row("calm", "quick")["estimate"], wait["estimate"]);
    let again = desk.run(&["rerun", "s/manifest.json", "--out", "t"]);
    assert_eq!(again.code, Some(0), "{}", again.err);
}

#[test]
fn regimes_that_cannot_be_read_point_at_their_line() {
    let desk = desk()
        .with("wrong.toml", "[[regime]]\nid = \"cut\"\n[regime.add]\n\"pool.readers.headcount\" = -1\n")
        .with("none.toml", "[scale]\n\"source.platforms.rate\" = 2\n");
    let wrong = |file: &str, words: &str| {
        let said = desk.run(&["compare", "desk.toml", "more.toml", "--stress", file]);
        assert_eq!(said.code, Some(2), "{file}: {}", said.err);
        assert!(said.err.contains(words), "{file}: {}", said.err);
        assert!(desk.list("out").is_empty(), "nothing is written");
    };
    wrong("wrong.toml", "wrong.toml#cut:4:");
    wrong("wrong.toml", "there is no pool `readers`");
    wrong("none.toml", "there is no regime in `none.toml`");
    wrong("nowhere.toml", "cannot read `nowhere.toml`");
}

#[test]
fn a_budget_of_replications_goes_where_it_tells_most() {
    let desk = desk();
    let select =
        ["compare", "desk.toml", "more.toml", "quick.toml", "--select", "wait_mean/read", "--budget"];
    let said = desk.run(&[&select[..], &["90", "--out", "b"]].concat());
    assert_eq!(said.code, Some(0), "{}", said.err);
    assert!(said.out.contains("`more` is the best") && said.out.contains("no guarantee"), "{}", said.out);
    let table = desk.rows("b/selection.csv");
    let made: Vec<f64> = table.iter().map(|row| number(row, "replications")).collect();
    assert_eq!(made.iter().sum::<f64>(), 90.0);
    assert!(made.iter().all(|n| *n >= 10.0), "{made:?}");
    let chance = number(&table[0], "chance_correct");
    assert!(chance > 0.9 && chance <= 1.0, "{chance}");
    let again = desk.run(&["rerun", "b/manifest.json", "--out", "b2", "--threads", "1"]);
    assert_eq!(again.code, Some(0), "{}", again.err);
    let few = desk.run(&[&select[..], &["25"]].concat());
    assert_eq!(few.code, Some(2));
    assert!(few.err.contains("30 in all"), "{}", few.err);
    let both = desk.run(&[&select[..], &["90", "--indifference", "1 h"]].concat());
    assert_eq!(both.code, Some(2));
}
