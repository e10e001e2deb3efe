//! `size`: the answer, its folder, the same again, and what cannot be asked.

use std::fs;

use super::{Desk, SMALL, Said, bytes};

/// The small desk without its dated change, and a second pool that has nothing to do with the first.
fn desk() -> Desk {
    let change = SMALL.find("[[change]]").unwrap();
    Desk::new().with("small.toml", &SMALL[..change])
}

const ASK: [&str; 4] = ["size", "small.toml", "--vary", "pool.reader.headcount=1..6"];

fn run(desk: &Desk, more: &[&str]) -> Said {
    desk.run(&[&ASK[..], more].concat())
}

#[test]
fn the_answer_is_said_written_and_repeated() {
    let desk = desk();
    let said = run(&desk, &["--replications", "8"]);
    said.ends(0)
        .prints("reader 2, 2 members, meets the target with 95 % confidence. With one member less it fails.");
    said.prints("share_within/look/24 h >= 50 %").says("results: out/small-sized");
    assert!(said.out.lines().all(|line| line.chars().count() <= 100), "wider than 100:\n{}", said.out);
    let table = fs::read_to_string(desk.path("out/small-sized/size.csv")).unwrap();
    let line = |start: &str| table.lines().find(|line| line.starts_with(start)).unwrap_or_default();
    assert!(
        line("small,,reader=2,2.0,answer,fresh,share_within/look/24 h,")
            .ends_with("clopper-pearson,meets,meets"),
        "{table}"
    );
    assert!(line("small,,reader=1,1.0,neighbour,fresh,").ends_with("fails,fails"), "{table}");
    desk.run(&["rerun", "out/small-sized/manifest.json", "--threads", "1"]).ends(0).says("the same");
    run(&desk, &["--replications", "8", "--threads", "1", "--quiet"]).ends(0);
    run(&desk, &["--replications", "8", "--threads", "8", "--out", "eight", "--quiet"]).ends(0);
    assert_eq!(bytes(&desk.path("out/small-sized/size.csv")), bytes(&desk.path("eight/size.csv")));
    run(&desk, &["--replications", "9"]).ends(3).says("--force");

    let said = run(&desk, &["--json", "--out", "json", "--every", "--chance", "80%", "--replications", "30"]);
    let json: serde_json::Value = serde_json::from_str(&said.ends(0).out).unwrap();
    assert_eq!(
        (&json["answer"]["staffing"]["reader"], &json["every_staffing_tried"]),
        (&2.into(), &true.into())
    );
    assert_eq!(
        (&json["size"][1]["chance"], &json["size"][1]["method"]),
        (&0.8.into(), &"clopper-pearson".into())
    );
}

#[test]
fn what_cannot_be_reached_is_a_no_that_shows_the_nearest() {
    let desk = desk();
    let said = run(&desk, &["--target", "backlog_at_end < 0", "--replications", "4"]);
    said.ends(1).prints("No staffing in the ranges was shown to meet the targets; the nearest is reader");
    assert!(desk.path("out/small-sized/size.csv").is_file());
    desk.run(&["rerun", "out/small-sized/manifest.json"]).ends(0);
}

#[test]
fn what_is_asked_wrongly_is_told_before_anything_is_simulated() {
    let desk = desk().with("bare.toml", &SMALL[..SMALL.find("[[milestone]]").unwrap()]);
    let vary = |vary: &str| desk.run(&["size", "small.toml", "--vary", vary]);
    vary("pool.reader.headcount=6..1").ends(2).says("the range is upside down: from 6 to 1");
    vary("pool.raeder.headcount=1..6").ends(2).says("there is no pool `raeder`").says("`reader`");
    vary("stage.read.effort=1..6").ends(2).says("`stage.read.effort` is not the headcount of a pool");
    vary("pool.reader.headcount=many").ends(2).says("`many` is no range of whole numbers");
    vary("pool.reader.headcount").ends(2).says("there is no range");
    run(&desk, &["--vary", "pool.reader.headcount=1..2"]).ends(2).says("has two ranges");
    run(&desk, &["--replications", "1"]).ends(2).says("1 is not in 2..");
    run(&desk, &["--target", "share_within/lok/24 h >= 0.9"]).ends(2).says("share_within/look/24 h");
    run(&desk, &["--cost", "yearly"]).ends(2).says("the pool `reader` has no `yearly_cost`");
    run(&desk, &["--confidence", "1.5"]).ends(2).says("between 0 and 1");
    let bare = ["size", "bare.toml", "--vary", "pool.reader.headcount=1..6"];
    desk.run(&bare).ends(2).says("`bare.toml` has no `[[target]]`");
    assert!(desk.list("out").is_empty());
}
