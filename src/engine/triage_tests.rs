//! What a further tip does to the case that it concerns: facts in order, worked out by hand.

use std::sync::Arc;

use super::{CaseView, Census, Fact, Observer, PoolLevel, simulate};
use crate::model::ids::SourceId;
use crate::model::testing::{DONE, constant_days, model, outcome};
use crate::model::{ClassId, CountsAs, Crew, Link, Model, OutcomeId, Park, PoolId, StageKind, WorkCalendar};
use crate::units::{HOUR, Time};

/// Hour, number of the case and what happened.
#[derive(Default)]
struct Lines(Vec<String>);

impl Observer for Lines {
    fn fact(&mut self, now: Time, case: CaseView, fact: Fact<'_>) {
        let what = match fact {
            Fact::Parked { .. } => "is parked",
            Fact::Released { .. } => "is released",
            Fact::Linked => "is linked to",
            Fact::Believed { .. } => "looks more urgent",
            Fact::Interrupted { .. } => "is interrupted",
            Fact::Started { resumed: true, .. } => "goes on",
            Fact::Started { .. } => "starts",
            Fact::Ended { .. } => "ends",
            _ => return,
        };
        self.0.push(format!("{} tip {} {what}", now.0 / HOUR, case.number + 1));
    }
    fn pool(&mut self, _: Time, _: PoolId, _: PoolLevel) {}
    fn changed(&mut self, _: Time, _: usize) {}
    fn sample(&mut self, _: Time, _: &Census) {}
}

/// Tips of one class at these hours; each is linked if `linked`, and then makes its case look more urgent.
fn tips(m: &mut Model, id: &str, class: usize, hours: &[i64], linked: bool) {
    let shares: Vec<f64> = (0..m.classes.len()).map(|c| f64::from(u8::from(c == class))).collect();
    let source: SourceId = m.source(id, 1.0, &shares);
    let replay = &mut m.sources[source.index()];
    replay.rate = vec![];
    replay.replay = hours.iter().enumerate().map(|(row, h)| (Time(h * HOUR), row as u64)).collect();
    if linked {
        let params = m.source_params(source);
        params.link = Some(Link { share: 1.0, after: None, reopen: 0.0 });
        params.escalates = 1.0;
    }
}

/// One member, ten hours of work for each case; classes `urgent`, which interrupts, `low` and `other`.
fn one_member(days: i64) -> Model {
    let mut m = model(days, &["urgent", "low", "other"]);
    let pool = m.pool("staff", 1, WorkCalendar::always());
    let work = Some(constant_days(10.0 / 24.0));
    m.stage("work", StageKind::Work, Crew::AnyOf(vec![pool]), work, &[(1.0, DONE)]);
    m.outcomes.push(outcome("linked", CountsAs::Linked));
    m.linked = Some(OutcomeId(1));
    m.params[0].preempt[0] = true;
    m
}

fn lines(m: &Model) -> Vec<String> {
    let mut lines = Lines::default();
    simulate(m, 0, &mut lines);
    lines.0
}

#[test]
fn a_further_tip_releases_a_parked_case_which_then_interrupts() {
    let mut m = one_member(2);
    let park = Park { above: 0, classes: vec![false, true, false, false], release_below: 0, after: None };
    m.stage_params(crate::model::StageId(0)).park = Some(park);
    tips(&mut m, "a", 2, &[1, 2], false);
    tips(&mut m, "b", 1, &[3], false);
    tips(&mut m, "c", 1, &[4], true);
    assert_eq!(
        lines(&m),
        [
            "1 tip 1 starts",
            "3 tip 3 is parked",
            "4 tip 4 ends",
            "4 tip 3 is linked to",
            "4 tip 3 is released",
            "4 tip 3 looks more urgent",
            "4 tip 1 is interrupted",
            "4 tip 3 starts",
            "14 tip 3 ends",
            "14 tip 1 goes on",
            "21 tip 1 ends",
            "21 tip 2 starts",
            "31 tip 2 ends",
        ]
    );
}

#[test]
fn a_case_that_looks_more_urgent_keeps_its_place_and_work_in_hand_is_not_touched() {
    // Low tips 1 and 2; at 3 and 4 further tips: whichever case they concern looks urgent from then on. What is in work
    // goes on, what waits cannot interrupt work that looks as urgent.
    let mut m = one_member(2);
    tips(&mut m, "a", 1, &[1], false);
    tips(&mut m, "b", 1, &[2], true);
    let found = lines(&m);
    assert_eq!(
        found,
        [
            "1 tip 1 starts",
            "2 tip 2 ends",
            "2 tip 1 is linked to",
            "2 tip 1 looks more urgent",
            "11 tip 1 ends"
        ]
    );
}

#[test]
fn the_most_urgent_class_and_the_unknown_stay_what_they_are() {
    for (class, label) in [(0, None), (1, Some(ClassId(3)))] {
        let mut m = one_member(2);
        tips(&mut m, "a", class, &[1], false);
        tips(&mut m, "b", class, &[2], true);
        let first = m.params[0].sources.len() - 2;
        Arc::get_mut(&mut m.params[0].sources[first]).unwrap().label = label;
        assert_eq!(lines(&m), ["1 tip 1 starts", "2 tip 2 ends", "2 tip 1 is linked to", "11 tip 1 ends"]);
    }
}

#[test]
fn a_case_that_joins_interrupts_only_where_its_own_member_works() {
    // Two members; the urgent case is assigned to the one who has it from its first stage on: nobody else is interrupted
    // for it.
    use crate::model::{Span, StageId, ids::SpanId};
    let mut m = model(2, &["urgent", "low"]);
    let pool = m.pool("staff", 2, WorkCalendar::always());
    let (first, second) = (StageId(0), StageId(1));
    let next = crate::model::Next::Stage(second);
    let crew = || Crew::AnyOf(vec![pool]);
    m.stage("first", StageKind::Work, crew(), Some(constant_days(1.0 / 24.0)), &[(1.0, next)]);
    m.stage("second", StageKind::Work, crew(), Some(constant_days(10.0 / 24.0)), &[(1.0, DONE)]);
    m.stages[0].rules.opens = Some(SpanId(0));
    for stage in [first, second] {
        m.stages[stage.index()].rules.assigned = vec![SpanId(0)];
    }
    m.spans.push(Span { entry: first, until: None, pool: Some(pool), same_member: true });
    m.params[0].preempt[0] = true;
    // Low cases 1 and 2 go to members 0 and 1; urgent case 3 to member 0, who has one case like the other.
    tips(&mut m, "a", 1, &[1, 2], false);
    tips(&mut m, "b", 0, &[5], false);
    assert_eq!(
        lines(&m),
        [
            "1 tip 1 starts",
            "2 tip 1 starts",
            "2 tip 2 starts",
            "3 tip 2 starts",
            "5 tip 1 is interrupted",
            "5 tip 3 starts",
            "6 tip 3 starts",
            "13 tip 2 ends",
            "16 tip 3 ends",
            "16 tip 1 goes on",
            "23 tip 1 ends",
        ]
    );
}
