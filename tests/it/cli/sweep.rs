//! Sweeps: points of a design, their tables, what is finished already, what is refused.

use std::fs;

use caseload::output::tables::SweepRow;
use caseload::output::{Manifest, Swept, Unfinished, csv};

use super::{Desk, SMALL, Said, bytes};

/// Two parameters of two values each, without charts.
const GRID: [&str; 7] = [
    "sweep",
    "small.toml",
    "--vary",
    "pool.reader.headcount=1..2:1",
    "--vary",
    "source.platforms.rate=\"20 per day\"..\"40 per day\"/2",
    "--no-charts",
];

fn desk() -> Desk {
    Desk::new().with("small.toml", SMALL)
}

/// The grid with further words.
fn grid(desk: &Desk, more: &[&str]) -> Said {
    desk.run(&[&GRID[..], more].concat())
}

fn rows(desk: &Desk, folder: &str) -> Vec<SweepRow> {
    csv::read(&desk.path(folder)).unwrap()
}

#[test]
fn a_sweep_over_two_parameters_leaves_tables_charts_and_a_manifest_that_repeats_it() {
    let desk = desk();
    let said = desk.run(&GRID[..6]);
    said.ends(0).prints("A small desk: 4 points").prints("reader.headcount").prints("40 per day");
    said.prints("share_within/look/24 h").says("out/small-swept");
    assert!(said.out.lines().all(|line| line.chars().count() <= 100), "wider than 100:\n{}", said.out);
    assert_eq!(desk.list("out"), ["small-swept"], "nothing unfinished is left");
    let charts = desk.list("out/small-swept/charts");
    for name in ["response-pool-reader-headcount.svg", "heat-map-share-within-look-24-h.png"] {
        assert!(charts.contains(&name.to_owned()), "no {name} among {charts:?}");
    }
    let swept = Swept::read(&desk.path("out/small-swept")).unwrap();
    let set: Vec<&str> = swept.points.iter().map(|row| row.written.as_str()).collect();
    let (few, many) = ("20 per day", "40 per day");
    assert_eq!(set, ["1", few, "1", many, "2", few, "2", many], "the last parameter changes first");

    fs::remove_file(desk.path("small.toml")).unwrap();
    desk.run(&["rerun", "out/small-swept", "--quiet"]).ends(0);
    let picture = "charts/heat-map-backlog-at-end.svg";
    let before = bytes(&desk.path("out/small-swept").join(picture));
    desk.run(&["chart", "out/small-swept-rerun"]).ends(0).says("drew 7 charts");
    assert_eq!(before, bytes(&desk.path("out/small-swept-rerun").join(picture)));
}

#[test]
fn a_point_gives_what_a_run_of_the_same_edits_gives() {
    let desk = desk();
    grid(&desk, &["--measure", "wait_mean/read", "--measure", "utilization/reader", "--quiet"]).ends(0);
    let edits = ["--set", "pool.reader.headcount=1", "--set", "source.platforms.rate=40 per day"];
    desk.run(&[&["run", "small.toml", "--no-charts", "--quiet"], &edits[..]].concat()).ends(0);
    let summary = fs::read_to_string(desk.path("out/small/summary.csv")).unwrap();
    let swept = fs::read_to_string(desk.path("out/small-swept/sweep.csv")).unwrap();
    let point = |line: &&str| line.starts_with("small,,2,");
    let lines: Vec<&str> = swept.lines().filter(point).collect();
    assert_eq!(lines.len(), 2, "{swept}");
    for line in lines {
        // Measure, class, unit, estimate, interval, level, n and method are the same cells to the digit.
        let cells = line.strip_prefix("small,,2,").unwrap();
        assert!(summary.lines().any(|row| row.starts_with(&format!("small,,{cells},"))), "{line}\n{summary}");
    }
}

#[test]
fn threads_do_not_change_a_byte_of_a_sweep() {
    let desk = desk();
    for threads in ["1", "5"] {
        grid(&desk, &["--threads", threads, "--out", threads, "--quiet"]).ends(0);
    }
    for table in ["sweep.csv", "points.csv"] {
        assert_eq!(bytes(&desk.path("1").join(table)), bytes(&desk.path("5").join(table)));
    }
}

#[test]
fn finished_points_are_not_run_again_and_none_of_them_is_lost_unasked() {
    let desk = desk();
    grid(&desk, &[]).ends(0);
    grid(&desk, &[]).ends(0).says("4 of 4 points had been run before");
    let wider: Vec<&str> = GRID
        .iter()
        .map(|word| if word.contains("1..2:1") { "pool.reader.headcount=1..3:1" } else { word })
        .collect();
    desk.run(&wider).ends(0).says("4 of 6 points had been run before");
    desk.run(&[&wider[..], &["--force", "--out", "anew", "--quiet"]].concat()).ends(0);
    assert_eq!(bytes(&desk.path("out/small-swept/sweep.csv")), bytes(&desk.path("anew/sweep.csv")));
    grid(&desk, &[]).ends(3).says("--force");
    grid(&desk, &["--seed", "8"]).ends(3).says("--force");
    grid(&desk, &["--seed", "8", "--force"]).ends(0);
}

#[test]
fn a_sweep_goes_on_where_it_was_stopped_and_mixes_nothing() {
    let desk = desk();
    grid(&desk, &["--out", "whole", "--quiet"]).ends(0);
    // What a sweep leaves that was stopped after its first point; one number is marked, to see that it is not run again.
    let manifest = Manifest::read(&desk.path("whole")).unwrap();
    let kept = Unfinished::open(&desk.path("half"), &manifest, false).unwrap();
    let settings = [("pool.reader.headcount", "1"), ("source.platforms.rate", "20 per day")];
    let mut first: Vec<SweepRow> = rows(&desk, "whole").into_iter().filter(|row| row.point == 1).collect();
    first[0].estimate = Some(0.125);
    kept.keep(&Swept::id(settings.into_iter()), &first).unwrap();

    let half = ["--out", "half"];
    fs::write(desk.path("small.toml"), SMALL.replace("headcount = 3", "headcount = 4")).unwrap();
    let changed = SMALL.replace("mean = \"1 h\"", "mean = \"61 min\"");
    fs::write(desk.path("small.toml"), changed).unwrap();
    grid(&desk, &half).ends(3).says("another scenario").says("--force");
    fs::write(desk.path("small.toml"), SMALL).unwrap();
    grid(&desk, &[&half[..], &["--replications", "5"]].concat())
        .ends(3)
        .says("another number of replications");
    assert!(!desk.path("half").exists());

    grid(&desk, &half).ends(0).says("1 of 4 points had been run before");
    assert!(!kept.folder().exists(), "what was kept is in the folder now");
    let mut found = rows(&desk, "half");
    assert_eq!(found[0].estimate, Some(0.125), "the first point was run again");
    found[0].estimate = rows(&desk, "whole")[0].estimate;
    assert_eq!(found, rows(&desk, "whole"));
}

#[test]
fn a_range_of_posts_needs_no_steps() {
    let desk = desk();
    let said = desk.run(&["sweep", "small.toml", "--vary", "pool.reader.headcount=1..3", "--no-charts"]);
    said.ends(0).prints("A small desk: 3 points");
}

#[test]
fn what_cannot_be_swept_is_said_before_anything_is_run() {
    let desk = desk();
    let vary = |values: &str, code: i32, words: &str| {
        desk.run(&["sweep", "small.toml", "--vary", values]).ends(code).says(words);
    };
    vary("pool.reader.headcount=3..1:1", 2, "upside down");
    vary("pool.reader.headcount=1..3:0", 2, "above 0");
    vary("pool.reader.headcount=1..3:-1", 2, "above 0");
    vary("pool.reader.headcount=1..6:2", 2, "do not reach `6`: the last is `5`");
    vary("source.platforms.rate=20 per day..40 per day", 2, "a grid needs steps");
    vary("pool.reader.availability=0..1", 2, "a grid needs steps");
    vary("pool.raeder.headcount=1..3:1", 2, "did you mean `reader`?");
    vary("pool.reader.hedcount=1..3:1", 2, "did you mean `headcount`?");
    vary("pool.reader.headcount=1,-2", 2, "point 2 of 2 cannot run: pool.reader.headcount=-2");
    vary("pool.reader.headcount=1..20000:1", 2, "at most 10000 points");
    vary("scenario.seed=1,2", 2, "use `--seed`");
    let twice = ["--vary", "pool.reader.headcount=4,5"];
    grid(&desk, &twice).ends(2).says("`pool.reader.headcount` is varied twice");
    grid(&desk, &["--set", "pool.reader.headcount=4"]).ends(2).says("both set and varied");
    grid(&desk, &["--replications", "1"]).ends(2).says("--replications");
    grid(&desk, &["--measure", "backlog_at_ends"]).ends(2).says("`backlog_at_end`");
    grid(&desk, &["--design", "lhs"]).ends(2).says("--points 40");
    grid(&desk, &["--points", "9"]).ends(2).says("--design lhs");
    let alone = SMALL.replace("replications = 4", "replications = 1");
    let desk = Desk::new().with("small.toml", &alone);
    grid(&desk, &[]).ends(2).says("at least 2 replications");
    assert!(desk.list("out").is_empty());
}

#[test]
fn designs_choose_points_from_ranges() {
    let desk = desk();
    for design in ["lhs", "sobol"] {
        let words = ["--design", design, "--points", "4", "--out", design, "--json"];
        let vary =
            ["sweep", "small.toml", "--vary", "source.platforms.rate=20 per day..40 per day", "--no-charts"];
        let said = desk.run(&[&vary[..], &words].concat());
        let json: serde_json::Value = serde_json::from_str(&said.ends(0).out).unwrap();
        let values: Vec<f64> =
            json["points"].as_array().unwrap().iter().map(|row| row["value"].as_f64().unwrap()).collect();
        let mut quarters: Vec<i64> = values.iter().map(|value| ((value - 20.0) / 5.0) as i64).collect();
        quarters.sort_unstable();
        assert_eq!(quarters, [0, 1, 2, 3], "{design}: {values:?}");
    }
}
