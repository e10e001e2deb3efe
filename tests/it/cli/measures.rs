//! Measures by name on the command line: chances, pictures of flows, warm-up.

use std::fs;

use super::{Desk, SMALL, bytes};

#[test]
fn chances_are_said_written_and_repeated() {
    let desk = Desk::new().with("small.toml", SMALL);
    let statements = ["--chance", "backlog_at_end <= 1000", "--chance", "wait_mean/read > 20 days"];
    let run = ["run", "small.toml", "--band", "simultaneous", "--no-charts"];
    let said = desk.run(&[&run[..], &statements].concat());
    said.ends(0).prints("Chances").prints("`backlog_at_end <= 1000`: 100 % (50–100) of 4 replications");
    said.prints("met in 100 % (50–100) of single replications").prints("simultaneous band");
    let table = fs::read_to_string(desk.path("out/small/chances.csv")).unwrap();
    let lines: Vec<&str> = table.lines().collect();
    assert_eq!(lines.len(), 3, "{table}");
    assert!(lines[2].contains("wait_mean/read > 20 days,wait_mean/read,,>,20.0,days,0.0,0.0,"), "{table}");
    let backlog = fs::read_to_string(desk.path("out/small/backlog.csv")).unwrap();
    // Samples at 0, 7, 14, 21 days.
    assert_eq!(backlog.matches("simultaneous-band").count(), 4);
    desk.run(&["rerun", "out/small/manifest.json", "--quiet"]).ends(0);
    assert_eq!(bytes(&desk.path("out/small/chances.csv")), bytes(&desk.path("out/small-rerun/chances.csv")));

    let said = desk.run(&["run", "small.toml", "--json", "--chance", "backlog_at_end < 5", "--out", "json"]);
    let json: serde_json::Value = serde_json::from_str(&said.ends(0).out).unwrap();
    assert_eq!(json["chances"][0]["statement"], "backlog_at_end < 5");
}

#[test]
fn a_chance_that_cannot_be_read_stops_before_anything_is_simulated() {
    let desk = Desk::new().with("small.toml", SMALL);
    let run = |statement: &str| desk.run(&["run", "small.toml", "--chance", statement]);
    run("backlog_at_ends < 5")
        .ends(2)
        .says("`--chance`: there is no measure `backlog_at_ends`")
        .says("backlog_at_end`");
    run("backlog_at_end < 5 days").ends(2).says("counts in cases, not in `days`");
    run("backlog_at_end").ends(2).says("compares nothing");
    assert!(desk.list("out").is_empty());
}

#[test]
fn a_shorter_last_interval_is_left_out_of_the_flows_picture_and_kept_in_the_table() {
    let desk = Desk::new().with("small.toml", SMALL);
    let words = "One shorter interval";
    for (horizon, told) in [("21 days", false), ("23 days", true)] {
        let set = format!("scenario.horizon={horizon}");
        desk.run(&["run", "small.toml", "--set", &set, "--quiet", "--force"]).ends(0);
        let picture = fs::read_to_string(desk.path("out/small/charts/flows.svg")).unwrap();
        assert_eq!(picture.contains(words), told, "{horizon}");
    }
    let table = fs::read_to_string(desk.path("out/small/flows.csv")).unwrap();
    assert!(table.contains(",2025-01-29,23.0,2.0,"), "{table}");
}

#[test]
fn warmup_suggests_a_length_or_says_why_there_is_none() {
    let desk = Desk::new().with("small.toml", SMALL);
    let warmup = |edits: &[&str]| desk.run(&[&["warmup", "small.toml"], edits].concat());
    let settled = ["--set", "scenario.horizon=2 years", "--replications", "8"];
    warmup(&settled).ends(0).prints("warmup = \"").prints("MSER-5 on open cases").prints("8 replications");
    warmup(&[]).ends(1).says("needs 10 samples");
    // The third reader comes in the second week; without the change two readers have 30 hours of work for 48.
    let overload = ["--scale", "source.platforms.rate=3", "--set", "scenario.horizon=2 years"];
    warmup(&overload).ends(1).says("no steady state: `reader` gets more work");
    // Readers enough for everybody: open cases grow with the tips, and never settle.
    let many =
        SMALL.replace("headcount = 2", "headcount = 300").replace("headcount\" = 3", "headcount\" = 301");
    let desk = Desk::new()
        .with("small.toml", &many.replace("30 per day\"", "3000 per day\"\ngrowth = \"300% per year\""));
    let said = desk.run(&["warmup", "small.toml", "--set", "scenario.horizon=140 days"]);
    said.ends(1).says("run too short");
}
