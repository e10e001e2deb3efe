//! Whole replications of small models that use every mechanism: what the engine tells must add up in every measure.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::*;
use crate::engine::simulate;
use crate::model::testing::{DONE, constant_days, exponential, hours_9_to_17, model, outcome};
use crate::model::{
    Absence, Assess, Burst, Cap, CountsAs, Crew, Gather, HazardPiece, JobKind, Join, Link, Load, Milestone,
    Moment, Next, Outcome, Park, Parts, QueueLimit, Retention, ShiftEnd, Span, SpanId, Split, Training,
    WorkCalendar,
};
use crate::units::HOUR;

/// Hears everything for the recorder, and when each case came that is still open.
struct Beside<'a> {
    recorder: Recorder<'a>,
    open: BTreeMap<u64, Time>,
    kinds: BTreeMap<&'static str, u32>,
}

impl Beside<'_> {
    /// The recorder takes from earlier facts where a case is and what it is believed to be: it must be what is told now.
    fn knows(&self, view: &CaseView, fact: Fact<'_>) {
        let Some(case) = self.recorder.cases.find(view.slot) else { return };
        assert_eq!(case.observed, view.observed, "{fact:?} of {view:?}");
        let (Fact::Started { stage, .. }
        | Fact::Interrupted { stage, .. }
        | Fact::Finished { stage, .. }
        | Fact::Parked { stage }
        | Fact::Released { stage }
        | Fact::Reneged { stage }
        | Fact::Overflowed { stage }
        | Fact::Split { stage, .. }) = fact
        else {
            return;
        };
        let row = self.recorder.stages.row_of(stage, case.report());
        assert_eq!(case.row, row, "{fact:?} of {view:?}");
    }
}

impl Observer for Beside<'_> {
    fn fact(&mut self, now: Time, case: CaseView, fact: Fact<'_>) {
        let kind = match fact {
            Fact::Arrived { .. } => {
                self.open.insert(case.number, case.arrived);
                "arrived"
            }
            Fact::Ended { cause, .. } => {
                self.open.remove(&case.number);
                match cause {
                    Cause::Route => "ended",
                    Cause::Lapse => "lapsed",
                    Cause::Patience => "lost patience",
                    Cause::Overflow => "found no room",
                    Cause::Link => "linked",
                }
            }
            Fact::SubjectBegan => "subject",
            Fact::Joined { .. } => "joined",
            Fact::Parked { .. } => "parked",
            Fact::Released { .. } => "released",
            Fact::Started { resumed: true, .. } => "resumed",
            Fact::Started { .. } => "started",
            Fact::Interrupted { .. } => "interrupted",
            Fact::Finished { .. } if case.job.is_some() && case.case == case.slot => "finished for nothing",
            Fact::Finished { .. } => "finished",
            Fact::Believed { .. } => "believed",
            Fact::Reneged { .. } => "reneged",
            Fact::Overflowed { .. } => "overflowed",
            Fact::Split { .. } => "split",
            Fact::JobBegan => "job",
            Fact::JobEnded { .. } => "job over",
            Fact::Linked => "told of a link",
        };
        *self.kinds.entry(kind).or_default() += 1;
        self.recorder.fact(now, case, fact);
        self.knows(&case, fact);
    }

    fn member(&mut self, now: Time, pool: PoolId, member: u32, fact: MemberFact) {
        self.recorder.member(now, pool, member, fact);
    }

    fn pool(&mut self, now: Time, pool: PoolId, level: PoolLevel) {
        self.recorder.pool(now, pool, level);
    }

    fn changed(&mut self, now: Time, snapshot: usize) {
        self.recorder.changed(now, snapshot);
    }

    fn sample(&mut self, now: Time, census: &Census) {
        self.recorder.sample(now, census);
    }
}

/// Simulates some replications and checks what must hold in each; `seen`: what must have happened in them.
fn add_up(model: &mut Model, seen: &[&str]) {
    let moments = (0..model.stages.len()).flat_map(|s| {
        let id = StageId::at(s);
        [(format!("start-{s}"), Moment::Start(id)), (format!("end-{s}"), Moment::End(id))]
    });
    for (id, at) in moments.chain([("closed".to_owned(), Moment::Closed)]) {
        model.milestones.push(Milestone { id, from: None, at, sources: vec![], meaning: String::new() });
    }
    let layout = Layout::new(model);
    let names: Vec<String> = responses(model, &layout).iter().map(Response::name).collect();
    let mut kinds: BTreeMap<&str, u32> = BTreeMap::new();
    for replication in 0..6 {
        let recorder = Recorder::new(model, &layout);
        let mut beside = Beside { recorder, open: BTreeMap::new(), kinds: BTreeMap::new() };
        simulate(model, replication, &mut beside);
        beside.kinds.into_iter().for_each(|(kind, n)| *kinds.entry(kind).or_default() += n);
        let result = beside.recorder.finish();
        assert_eq!(result.violation, None);
        parts_make_the_backlog(model, &layout, &result);
        little(model, &names, &result, &beside.open);
        populations(model, &names, &result);
    }
    for kind in seen {
        assert!(kinds.contains_key(kind), "nothing {kind} in {kinds:?}");
    }
}

/// At every sample the parts of the backlog, of whole cases, make the whole, by true and by observed class.
fn parts_make_the_backlog(model: &Model, layout: &Layout, result: &ReplicationResult) {
    let [(keys, width), _] = series(model, &layout.uses);
    let whole = |measure: &str, class_as: &str| -> Vec<&SeriesKey> {
        let here = |k: &&SeriesKey| k.measure == measure && k.of.is_empty() && k.class_as == class_as;
        keys.iter().filter(here).collect()
    };
    let parts: Vec<&SeriesKey> =
        ["waiting", "in_work", "delayed", "parked"].iter().flat_map(|m| whole(m, "")).collect();
    for row in result.backlog.chunks(width) {
        let sum = |keys: &[&SeriesKey]| -> u64 {
            keys.iter().flat_map(|k| &k.cells).map(|cell| u64::from(row[*cell])).sum()
        };
        let all = sum(&whole("backlog", ""));
        assert_eq!(sum(&parts), all, "the parts of the backlog");
        assert_eq!(sum(&whole("backlog", "observed")), all, "by observed class");
        assert_eq!(sum(&whole("backlog", "true")), all, "by true class");
    }
}

fn value(names: &[String], result: &ReplicationResult, name: &str) -> Value {
    let found = names.iter().position(|n| n == name);
    found.map_or(Value::Nothing, |i| result.values[i])
}

fn above(value: Value) -> f64 {
    if let Value::Ratio { above, .. } = value { above } else { 0.0 }
}

/// Little's law on the path: the area under the open cases is the sum of what each of them spent there.
fn little(model: &Model, names: &[String], result: &ReplicationResult, open: &BTreeMap<u64, Time>) {
    let days = model.horizon.days();
    let area = value(names, result, "backlog_mean").get().unwrap() * days;
    let left: f64 = open.values().map(|arrived| (model.horizon - *arrived).days()).sum();
    let lives = above(value(names, result, "system_mean"));
    assert!((area - left - lives).abs() < 1e-6 * area.max(1.0), "{area} days, {lives} ended, {left} open");
    if !model.stages.iter().any(|s| s.rules.split.is_some()) {
        let of = |prefix: &str| -> f64 {
            let here = names.iter().filter(|n| n.starts_with(prefix) && n.matches('/').count() == 1);
            here.map(|n| above(value(names, result, n))).sum()
        };
        let stages: f64 =
            ["days_waiting/", "days_in_work/", "days_delayed/", "days_parked/"].map(of).iter().sum();
        assert!((stages - lives).abs() < 1e-6 * lives.max(1.0), "{stages} days at stages, {lives} in all");
    }
}

/// Nobody is told of twice, and clocks of linked tips and reopened cases are not told of.
fn populations(model: &Model, names: &[String], result: &ReplicationResult) {
    let number = |name: &str| value(names, result, name).get().unwrap_or(0.0);
    for milestone in &model.milestones {
        let population = number(&format!("population/{}", milestone.id));
        assert_eq!(population, number("arrivals") - number("links"), "{}", milestone.id);
        assert!(number(&format!("reached_cases/{}", milestone.id)) <= population);
    }
}

fn hours(hours: f64) -> Law {
    Law::constant(hours * HOUR as f64).unwrap()
}

#[test]
fn parking_limits_patience_and_lapses() {
    let mut m = model(60, &["danger", "other"]);
    m.outcomes.extend([outcome("lost", CountsAs::Lost), outcome("handed-over", CountsAs::Referred)]);
    m.assesses = true;
    let tips = m.source("tips", 12.0, &[0.3, 0.7]);
    let pool = m.pool("analyst", 2, hours_9_to_17(60));
    let screen = m.work("screen", pool, 1.0, &[(1.0, Next::Stage(StageId(1)))]);
    let experts = m.pool("expert", 1, hours_9_to_17(60));
    let deep = m.work("deep", experts, 3.0, &[(1.0, DONE)]);
    let lasts = exponential(24.0 * 8.0);
    let lost = OutcomeId(1);
    m.source_params(tips).retention = Some(Retention { lasts, lag: Duration::ZERO, on_lapse: lost });
    m.source_params(tips).label = Some(ClassId(2));
    let params = m.stage_params(screen);
    params.assess = Some(Assess::Table(vec![
        vec![(0.8, Some(DANGER)), (1.0, Some(OTHER))],
        vec![(0.1, Some(DANGER)), (1.0, Some(OTHER))],
    ]));
    params.patience = vec![Some(crate::model::testing::plain(exponential(24.0 * 3.0))); 3];
    params.on_patience = Some(Next::End(lost));
    params.queue_limit = Some(QueueLimit { cases: 20, to: Next::End(OutcomeId(2)), classes: vec![true; 3] });
    m.stage_params(deep).park = Some(Park {
        above: 5,
        classes: vec![false, true, true],
        release_below: 3,
        after: Some(Duration(6 * DAY)),
    });
    let seen = ["parked", "released", "reneged", "overflowed", "lapsed", "believed"];
    add_up(&mut m, &seen);
}

#[test]
fn devices_and_tracks() {
    for join in [Join::All, Join::First] {
        let mut m = model(60, &["danger", "other"]);
        m.outcomes.extend([
            outcome("lost", CountsAs::Lost),
            Outcome { of: Some(JobKind::Device), ..outcome("dead", CountsAs::Lost) },
            Outcome { of: Some(JobKind::Track), ..outcome("dropped", CountsAs::Lost) },
        ]);
        let tips = m.source("tips", 3.0, &[0.5, 0.5]);
        let pool = m.pool("examiner", 4, WorkCalendar::always());
        let to = |s: u16| Next::Stage(StageId(s));
        let screen = m.work("screen", pool, 2.0, &[(1.0, to(1))]);
        let image = m.work("image", pool, 6.0, &[(0.7, to(2)), (0.9, Next::End(OutcomeId(2))), (1.0, to(3))]);
        let image_to =
            vec![(0.6, to(2)), (0.7, Next::End(OutcomeId(2))), (0.75, Next::End(OutcomeId(3))), (1.0, to(3))];
        for route in &mut m.stage_params(image).routes {
            route.choices.clone_from(&image_to);
        }
        m.work("analyse", pool, 4.0, &[(1.0, to(3))]);
        m.work("write", pool, 1.0, &[(1.0, to(5))]);
        m.delay("register", constant_days(2.5), &[(1.0, to(5))]);
        m.work("decide", pool, 1.0, &[(1.0, DONE)]);
        let none = to(5);
        // Two tracks, of which the first goes on in devices.
        m.stages[screen.index()].rules.split =
            Some(Split { into: Parts::Tracks(vec![StageId(1), StageId(4)]), then: StageId(5), join, none });
        m.stages[image.index()].rules.split =
            Some(Split { into: Parts::Devices, then: StageId(3), join, none: to(3) });
        m.stages[image.index()].rules.per_device = true;
        m.stages[2].rules.per_device = true;
        m.params[0].devices = vec![Some(Law::poisson(2.0).unwrap()), None];
        let lasts = exponential(24.0 * 5.0);
        m.source_params(tips).retention =
            Some(Retention { lasts, lag: Duration::ZERO, on_lapse: OutcomeId(1) });
        let mut seen = vec!["split", "job", "job over", "lapsed"];
        if join == Join::First {
            seen.push("finished for nothing");
        }
        add_up(&mut m, &seen);
    }
}

#[test]
fn links_reopened_cases_and_repeat_tips() {
    let mut m = model(80, &["danger", "other"]);
    m.outcomes.extend([
        Outcome { stops: true, ..outcome("arrest", CountsAs::Acted) },
        outcome("linked", CountsAs::Linked),
    ]);
    m.linked = Some(OutcomeId(2));
    m.assesses = true;
    let first = m.source("portal", 3.0, &[0.3, 1.0]);
    let second = m.source("police", 1.0, &[0.6, 0.4]);
    let pool = m.pool("analyst", 1, hours_9_to_17(80));
    let arrest = Next::End(OutcomeId(1));
    let screen = m.work("screen", pool, 1.0, &[(0.4, DONE), (0.5, arrest), (1.0, Next::Stage(StageId(1)))]);
    m.work("deep", pool, 2.0, &[(0.5, DONE), (0.5, arrest)]);
    m.stage_params(screen).assess = Some(Assess::Table(vec![vec![(1.0, Some(OTHER))]; 2]));
    m.stage_params(screen).park =
        Some(Park { above: 3, classes: vec![true; 3], release_below: 2, after: None });
    m.classes[0].repeat = vec![HazardPiece { from: Time::ZERO, rate: 0.05 / DAY as f64 }];
    m.params[0].risk = vec![10.0, 0.5];
    let source = m.source_params(first);
    source.link = Some(Link { share: 0.3, after: Some(screen), reopen: 0.5 });
    source.escalates = 0.7;
    source.bundle = Some(Law::geometric(2.0).unwrap());
    source.burst =
        Some(Burst { every: constant_days(20.0), size: Law::constant(15.0).unwrap(), over: Duration(DAY) });
    m.source_params(second).link = Some(Link { share: 0.4, after: None, reopen: 0.5 });
    add_up(&mut m, &["linked", "told of a link", "subject", "parked", "believed"]);
}

#[test]
fn staff_who_come_go_learn_are_away_and_are_interrupted() {
    let mut m = model(120, &["danger", "other"]);
    m.source("tips", 3.0, &[0.2, 0.8]);
    let analyst = m.pool("analyst", 4, hours_9_to_17(120));
    let officer = m.pool("officer", 3, hours_9_to_17(120));
    let crew = Crew::Together(vec![(analyst, 1), (officer, 2)]);
    let look = m.work("look", analyst, 3.0, &[(1.0, Next::Stage(StageId(1)))]);
    m.stage("visit", StageKind::Work, crew, Some(exponential(3.0)), &[(1.0, DONE)]);
    m.stages[look.index()].rules.exposure = true;
    m.params[0].preempt = vec![true, false, false];
    for pool in [analyst, officer] {
        let params = m.pool_params(pool);
        params.filled = 3;
        params.shift_end = ShiftEnd::HandOver;
        params.turnover.attrition = 2.0 / (100 * DAY) as f64;
        params.turnover.backfill = Some(constant_days(10.0));
        params.turnover.training =
            Some(Training { lasts: Duration(15 * DAY), productivity: vec![0.25, 0.5, 0.8] });
        let (every, lasts) = (exponential(24.0 * 9.0), constant_days(2.25));
        params.turnover.absence = Some(Absence { every, lasts, hand_over: false });
        params.exposure_cap = Some(Duration(2 * HOUR));
    }
    let later = Arc::new(crate::model::PoolParams { headcount: 6, ..(*m.params[0].pools[0]).clone() });
    m.change(60).pools[0] = later;
    add_up(&mut m, &["interrupted", "resumed"]);
}

#[test]
fn loads_spans_and_slots() {
    let mut m = model(60, &["danger", "other"]);
    m.source("tips", 6.0, &[0.3, 0.7]);
    let pool = m.pool("lab", 2, hours_9_to_17(60));
    let to = |s: u16| Next::Stage(StageId(s));
    let van = m.delay("van", hours(30.0), &[(1.0, to(1))]);
    let lab = m.work("lab-work", pool, 4.0, &[(1.0, to(2))]);
    let court = m.delay("court", constant_days(4.0), &[(1.0, DONE)]);
    let slots = (0..60).map(|day| Time(day * DAY + 16 * HOUR)).collect();
    m.stages[van.index()].rules.gather = Some(Gather { size: Load::Any, slots: Some(slots), or_after: None });
    m.stages[lab.index()].rules.gather =
        Some(Gather { size: Load::Exactly(4), slots: None, or_after: Some(Duration(2 * DAY)) });
    m.stages[court.index()].rules.opens = Some(SpanId(0));
    m.spans = vec![Span { entry: court, until: None, pool: None, same_member: false }];
    m.stage_params(court).cap = Some(Cap::Cases(12));
    m.pool_params(pool).shift_end = ShiftEnd::HandOver;
    add_up(&mut m, &["interrupted", "ended"]);
}
