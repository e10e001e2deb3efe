//! Targets whose limit is given in working days, through the scenario file.

use std::sync::atomic::AtomicBool;

use caseload::run::{RunPlan, RunResult, Verdict, Watcher, run};
use caseload::scenario::EditKind;

use crate::harness::{BASE, model_with, tip};

/// Two tips on Friday at noon; one is answered after exactly 72 hours, on Monday at noon, the other a minute later.
fn answered(edits: &[(EditKind, &str)]) -> RunResult {
    let text = format!(
        "{BASE}{}{}\
         [[stage]]\nid = \"letter\"\ndelay = {{ urgent = \"72 h\", low = \"4321 min\" }}\nroute = \"done\"\n\
         [[milestone]]\nid = \"answer\"\nat = {{ end = \"letter\" }}\n\
         [[target]]\nmilestone = \"answer\"\nwithin = \"1 working day\"\nshare = 0.75\n",
        tip("first", "urgent", 4, 12, 0),
        tip("second", "low", 4, 12, 0),
    );
    let cancel = AtomicBool::new(false);
    let watcher = Watcher { cancel: &cancel, progress: &|_, _| {} };
    run(&model_with(&text, edits), &RunPlan::fixed(20), &watcher).unwrap()
}

#[test]
fn a_target_in_working_days_does_not_count_the_weekend() {
    let result = answered(&[]);
    let share = |name: &str| result.estimate(name).unwrap().interval.estimate;
    assert_eq!(share("share_within/answer/1 working day"), 0.5);
    assert_eq!(share("share_within/answer/1 working day/urgent"), 1.0);
    assert_eq!(share("share_within/answer/1 working day/low"), 0.0);
    assert_eq!(share("share_within/answer/24 h"), 0.0);
    assert_eq!(result.targets[0].verdict, Verdict::NotMet);
    assert_eq!(result.targets[0].chance.unwrap().estimate, 0.0, "half is less than three quarters");
}

#[test]
fn a_holiday_is_no_working_day() {
    let result = answered(&[(EditKind::Set, "scenario.holidays=[2025-01-13]")]);
    let share = result.estimate("share_within/answer/1 working day").unwrap().interval;
    assert_eq!((share.estimate, result.targets[0].verdict), (1.0, Verdict::Met));
    assert_eq!(result.targets[0].chance.unwrap().estimate, 1.0);
}
