//! Findings about pools with hardly an hour to spare: that their hints work, and where they must stay silent.

use std::path::Path;

use caseload::diagnostic::Code;
use caseload::model::{advice, capacity, compile};
use caseload::scenario::{Disk, EditKind, Request, load};

/// Whether a bad fixture still causes its finding under edits of the kind `set`.
fn causes(code: Code, edits: &[&str]) -> bool {
    let file = format!("tests/fixtures/bad/{code}.toml");
    let mut request = Request::new(Path::new(&file), &Disk);
    for edit in edits {
        request = request.edit(EditKind::Set, *edit);
    }
    let loaded = load(&request).checked;
    let compiled =
        compile(loaded.value.as_ref().unwrap_or_else(|| panic!("{edits:?}: {:?}", loaded.diagnostics)));
    let model = compiled.value.unwrap_or_else(|| panic!("{edits:?}: {:?}", compiled.diagnostics));
    let found = advice(loaded.value.as_ref().unwrap(), &model, &capacity::check(&model));
    found.iter().any(|finding| finding.code == code)
}

#[test]
fn a_crew_is_said_to_be_never_free_only_where_others_take_its_members_one_by_one() {
    let code = Code::CrewNotHeld;
    assert!(causes(code, &[]));
    let silent: [(&str, &str); 6] = [
        ("it is held", "stage.search.hold=true"),
        ("there are hours to spare", "pool.officer.headcount=20"),
        ("each shift begins with free members", "pool.officer.shift_end=\"finish\""),
        ("the same, with work that is handed over", "pool.officer.shift_end=\"hand-over\""),
        ("other work takes as many and frees as many", "stage.interview.pool={ officer = 2 }"),
        ("one is a crew too", "stage.search.pool={ officer = 1 }"),
    ];
    for (why, edit) in silent {
        assert!(!causes(code, &[edit]), "{why}");
    }
    assert!(causes(code, &["stage.search.pool={ officer = 3 }", "stage.interview.pool={ officer = 2 }"]));
}

#[test]
fn unseen_tips_are_said_to_come_last_only_where_seen_ones_take_most_hours() {
    let code = Code::UnseenLast;
    assert!(causes(code, &[]));
    let silent: [(&str, &str); 6] = [
        ("the pool looks first", "pool.officer.prefers=[\"screen\"]"),
        ("it goes up the file", "pool.officer.prefers=\"upstream-first\""),
        ("it has an order of its own", "pool.officer.order=\"fifo\""),
        ("there are hours to spare", "pool.officer.headcount=30"),
        ("what comes later is no work to speak of", "stage.investigate.effort=\"10 min\""),
        ("senders say what a tip is", "source.platforms.labelled=\"true\""),
    ];
    for (why, edit) in silent {
        assert!(!causes(code, &[edit]), "{why}");
    }
}
