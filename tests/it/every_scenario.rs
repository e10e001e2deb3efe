//! Laws that hold in every scenario, whatever is combined with what: random files, judged from their facts.

use std::collections::BTreeMap;

use caseload::engine::simulate;
use caseload::model::Model;
use caseload::run::{Layout, Recorder, Response, responses};
use caseload::scenario::EditKind;
use caseload::units::{Duration, Time};
use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::TestRunner;

use crate::harness;
use crate::judge::Judge;
use crate::random_mechanisms::mechanisms;
use crate::random_scenarios::{config, scenarios, single_queues};

/// Time-average number of open cases in the window, from arrivals and ends alone.
fn mean_from_lives(model: &Model, lives: &[(Time, Option<Time>)]) -> f64 {
    let inside = |t: Time| t.clamp(model.warmup, model.horizon);
    let there: Duration = (lives.iter())
        .map(|(from, until)| inside(until.unwrap_or(model.horizon)) - inside(*from))
        .fold(Duration::ZERO, |sum, life| sum + life);
    there.days() / (model.horizon - model.warmup).days()
}

proptest! {
    #![proptest_config(config(300, 20_250_106))]

    #[test]
    fn facts_are_possible_and_the_books_agree(draft in scenarios(true)) {
        let text = draft.text();
        let model = harness::model(&text);
        let layout = Layout::new(&model);
        let names = responses(&model, &layout);
        for replication in 0..2 {
            let (mut judge, mut recorder) = (Judge::new(&model), Recorder::new(&model, &layout));
            simulate(&model, replication, &mut judge);
            simulate(&model, replication, &mut recorder);
            let result = recorder.finish();
            prop_assert!(result.violation.is_none());
            let value = |wanted: &dyn Fn(&Response) -> bool| -> f64 {
                let named = names.iter().zip(&result.values).filter(|(name, _)| wanted(name));
                named.filter_map(|(_, value)| value.get()).sum()
            };
            // Little's law on the path, with what stood there before and what is left over.
            let mean = mean_from_lives(&model, &judge.lives);
            let backlog = value(&|r| r.name() == "backlog_mean");
            prop_assert!((backlog - mean).abs() <= 1e-9 * mean, "{} is {}", backlog, mean);
            let parts = value(&|r| {
                ["waiting", "in_work", "delayed", "parked"].contains(&r.quantity) && r.class.is_empty() && r.detail.is_empty()
            });
            prop_assert!((parts - mean).abs() <= 1e-9 * mean, "{} is {}", parts, mean);
        }
    }
}

/// The scenarios are worth their name: in a hundred of them everything happens more than once or twice.
#[test]
fn random_scenarios_leave_nothing_out() {
    let mut runner = TestRunner::new(config(1, 20_250_106));
    let mut seen: BTreeMap<&str, u32> = BTreeMap::new();
    for _ in 0..100 {
        let text = scenarios(true).new_tree(&mut runner).unwrap().current().text();
        let model = harness::model(&text);
        let mut judge = Judge::new(&model);
        simulate(&model, 0, &mut judge);
        for (what, times) in judge.seen {
            *seen.entry(what).or_default() += times.min(1);
        }
    }
    assert_eq!(seen.len(), 18, "{seen:?}");
    for (what, scenarios) in seen {
        assert!(scenarios >= 3, "{what}: in {scenarios} scenarios only");
    }
}

proptest! {
    #![proptest_config(config(300, 20_250_106))]

    /// Every mechanism with every other.
    #[test]
    fn whatever_is_combined_holds_together(draft in mechanisms()) {
        let text = draft.text();
        let model = harness::model(&text);
        let layout = Layout::new(&model);
        for replication in 0..2 {
            let (mut judge, mut recorder) = (Judge::new(&model), Recorder::new(&model, &layout));
            simulate(&model, replication, &mut judge);
            simulate(&model, replication, &mut recorder);
            prop_assert!(recorder.finish().violation.is_none());
        }
    }
}

/// Of the mechanisms too everything happens more than once or twice.
#[test]
fn random_mechanisms_leave_nothing_out() {
    let mut runner = TestRunner::new(config(1, 20_250_106));
    let mut seen: BTreeMap<&str, u32> = BTreeMap::new();
    for _ in 0..100 {
        let text = mechanisms().new_tree(&mut runner).unwrap().current().text();
        let model = harness::model(&text);
        let mut judge = Judge::new(&model);
        simulate(&model, 0, &mut judge);
        for (what, times) in judge.seen {
            *seen.entry(what).or_default() += times.min(1);
        }
    }
    assert_eq!(seen.len(), 43, "{seen:?}");
    for (what, scenarios) in seen {
        assert!(scenarios >= 3, "{what}: in {scenarios} scenarios only");
    }
}

proptest! {
    #![proptest_config(config(150, 20_250_107))]

    /// Only where members are alike, share their hours and take one after the other: otherwise it is not true.
    #[test]
    fn one_more_member_of_a_single_queue_delays_nobody(draft in single_queues()) {
        let text = draft.text();
        let run = |more: u32| {
            let add = format!("pool.p0.headcount={more}");
            let model = harness::model_with(&text, &[(EditKind::Add, &add)]);
            let mut judge = Judge::new(&model);
            simulate(&model, 0, &mut judge);
            (judge.starts, judge.ends)
        };
        let (few, many) = (run(0), run(1));
        for (case, start) in &few.0 {
            prop_assert!(many.0.get(case).is_some_and(|s| s <= start), "case {} starts later", case);
        }
        for (case, end) in &few.1 {
            prop_assert!(many.1.get(case).is_some_and(|e| e <= end), "case {} ends later", case);
        }
    }
}
