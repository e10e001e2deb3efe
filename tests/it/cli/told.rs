//! What is told of a file before and after a run: its prose, what its pools are asked for, who is short of hours.

use super::Desk;

/// A unit whose officers screen, search in pairs and examine devices; `officer` holds more keys of its pool.
fn unit(officer: &str, search: &str) -> String {
    format!(
        r#"
[scenario]
start = 2025-01-06
horizon = "1 year"
replications = 4
holidays = [2025-12-25]
fiscal_year = "07-01"

[[class]]
id = "danger"
risk = 10
preempt = true
devices = {{ geometric = {{ mean = 3.0 }} }}

[[class]]
id = "other"
repeat = "0.4 per year"

[[source]]
id = "platforms"
rate = "8 per day"
mix = {{ danger = 0.1, other = "rest" }}

[[initial]]
stage = "screen"
count = {{ other = 1500 }}
age = {{ exponential = {{ mean = "30 days" }} }}

[[pool]]
id = "officer"
hours = "Mon-Fri 08:00-16:00"
{officer}

[[pool]]
id = "examiner"
headcount = 1
hours = "Mon-Fri 08:00-16:00"

[[stage]]
id = "screen"
pool = ["officer", "examiner"]
effort = "1 h"
route = {{ search = 0.3, closed = "rest" }}

[[stage]]
id = "search"
pool = {{ officer = 2, examiner = 1 }}
effort = "3 h"
route = "lab"
{search}

[[stage]]
id = "lab"
pool = "examiner"
per = "device"
then = "report"
none = "closed"
effort = "5 h"
route = {{ report = 0.9, unopened = 0.1 }}

[[stage]]
id = "report"
pool = "officer"
effort = "1 h"
route = "acted"

[[outcome]]
id = "acted"
counts_as = "acted"
stops = true

[[outcome]]
id = "closed"
counts_as = "closed"

[[outcome]]
id = "unopened"
counts_as = "closed"
of = "device"

[[change]]
at = 2025-07-01
why = "a grant"
yearly = 30_000
hire = "trained"
add = {{ "pool.officer.headcount" = 1 }}
"#
    )
}

#[test]
fn explain_leaves_nothing_of_a_file_out() {
    let desk = Desk::new().with("unit.toml", &unit("headcount = 9", "hold = true"));
    let said = desk.run(&["explain", "unit.toml"]);
    said.ends(0);
    let text = said.out.split_whitespace().collect::<Vec<_>>().join(" ");
    for words in [
        "holidays (2025-12-25), fiscal_year 07-01",
        "`danger`: risk 10, preempt true, devices geometric (mean 3.0).",
        "`other`: repeat 0.4 per year.",
        "At `screen`: 1,500 other; age exponential (mean 30 days).",
        "work of the first with somebody free of `officer`, `examiner`,",
        "work of a crew, 2 of `officer` and 1 of `examiner` at once, effort 3 h",
        "hold true",
        "`acted` counts as acted; it stops the subject",
        "`unopened` counts as closed; it is the end of a device only",
        "`pool.officer.headcount` goes from 9 to 10; it costs 30,000 a year; posts are filled by `trained`.",
    ] {
        assert!(text.contains(words), "no `{words}` in\n{text}");
    }
}

#[test]
fn posts_that_are_vacant_at_the_start_stand_beside_those_that_are_enough() {
    let vacant = "headcount = 5\nfilled = 1\nbackfill = \"8 months\"";
    let desk = Desk::new().with("unit.toml", &unit(vacant, "hold = true"));
    let check = ["check", "unit.toml", "--set", "pool.examiner.headcount=20"];
    let said = desk.run(&check);
    let text = said.out.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(text.contains("there are 5, 1 of them filled on the first day"), "{text}");
    said.says("hint: 4 of its 5 posts are vacant until `backfill` is over");
    let full = Desk::new().with("unit.toml", &unit("headcount = 5", "hold = true"));
    assert!(!full.run(&check).out.contains("filled on the first day"));
}

#[test]
fn a_summary_says_jobs_and_never_denies_an_overload() {
    let officer = "headcount = 4\nshift_end = \"hand-over\"";
    let desk = Desk::new().with("unit.toml", &unit(officer, "hold = true"));
    let said = desk.run(&["run", "unit.toml", "--no-charts", "--set", "pool.examiner.headcount=6"]);
    said.ends(0).prints("lab (jobs)");
    let text = said.out.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(!text.contains("none is short of hours"), "{text}");
    let desk = Desk::new().with("unit.toml", &unit("headcount = 30", ""));
    desk.run(&["run", "unit.toml", "--no-charts", "--set", "pool.examiner.headcount=30"])
        .ends(0)
        .prints("none is short of hours");
}
