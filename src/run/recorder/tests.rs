//! Facts fed by hand, with every figure calculated beside it.

mod edges;
mod mechanisms;
mod simulated;

use super::*;
use crate::engine::Cause;
use crate::model::Law;
use crate::model::{ClassId, ExtraCost, Limit, OutcomeId, StageKind};
use crate::run::fixture::{Queue, params};
use crate::units::{DAY, YEAR};

const SCREEN: StageId = StageId(0);
const REPLY: StageId = StageId(1);
const DANGER: ClassId = ClassId(0);
const OTHER: ClassId = ClassId(1);
const ARREST: OutcomeId = OutcomeId(0);
const NO_ACTION: OutcomeId = OutcomeId(1);
const LOST: OutcomeId = OutcomeId(2);

fn at(days: f64) -> Time {
    Time((days * DAY as f64) as i64)
}

/// Two weeks, samples on days 0, 7 and 14.
fn fortnight() -> Model {
    Queue::markov(14, 1.0, 1.0, 2).model()
}

/// A case by its number; its slot is its number.
fn case(number: u32, class: ClassId, arrived: f64) -> CaseView {
    let (arrived, source) = (at(arrived), Some(SourceId(0)));
    CaseView {
        slot: number,
        case: number,
        job: None,
        number: u64::from(number),
        arrived,
        class,
        observed: class,
        source,
        initial: false,
        reopened: false,
    }
}

/// Feeds facts by the day, and takes a census from its own counts.
struct Feed<'a> {
    recorder: Recorder<'a>,
    model: &'a Model,
    census: Census,
}

impl<'a> Feed<'a> {
    fn new(model: &'a Model, layout: &'a Layout) -> Feed<'a> {
        let (stages, classes) = (vec![0; model.stages.len()], vec![0; model.classes.len()]);
        let census = Census {
            waiting: stages.clone(),
            in_work: stages.clone(),
            delayed: stages,
            open: classes.clone(),
            arrived: classes.clone(),
            reopened: classes,
            parked: vec![0; model.stages.len()],
            split: 0,
        };
        let mut recorder = Recorder::new(model, layout);
        let level =
            PoolLevel { posts: 2, filled: 2, on_shift: 2, busy: 0, overtime: 0, ..PoolLevel::default() };
        recorder.pool(Time::ZERO, PoolId(0), level);
        Feed { recorder, model, census }
    }

    fn fact(&mut self, day: f64, case: CaseView, fact: Fact<'_>) {
        self.recorder.fact(at(day), case, fact);
    }

    fn arrive(&mut self, case: CaseView) {
        let day = case.arrived.days().max(0.0);
        self.fact(day, case, Fact::Arrived { subject: true, reports: 1 });
        self.fact(day, case, Fact::Joined { stage: SCREEN, since: case.arrived, waits: true });
        self.census.open[case.class.index()] += 1;
        self.census.arrived[case.class.index()] += u64::from(!case.initial);
        self.census.waiting[0] += 1;
    }

    fn start(&mut self, day: f64, case: CaseView) {
        let crew = &[(PoolId(0), 1)];
        self.fact(day, case, Fact::Started { stage: SCREEN, crew, resumed: false, cost: 40.0 });
        self.recorder.pool(
            at(day),
            PoolId(0),
            PoolLevel { posts: 2, filled: 2, on_shift: 2, busy: 1, overtime: 0, ..PoolLevel::default() },
        );
        self.census.waiting[0] -= 1;
        self.census.in_work[0] += 1;
    }

    fn finish(&mut self, day: f64, case: CaseView, effort: f64) {
        self.fact(day, case, Fact::Finished { stage: SCREEN, effort: at(effort) - Time::ZERO });
        self.recorder.pool(
            at(day),
            PoolId(0),
            PoolLevel { posts: 2, filled: 2, on_shift: 2, busy: 0, overtime: 0, ..PoolLevel::default() },
        );
        self.census.in_work[0] -= 1;
    }

    fn end(&mut self, day: f64, case: CaseView, outcome: OutcomeId, cause: Cause) {
        let subject_stopped = self.model.outcomes[outcome.index()].stops;
        self.fact(day, case, Fact::Ended { outcome, cause, stage: SCREEN, subject_stopped });
        self.census.open[case.class.index()] -= 1;
    }

    fn renege(&mut self, day: f64, case: CaseView) {
        self.fact(day, case, Fact::Reneged { stage: SCREEN });
        self.census.waiting[0] -= 1;
        self.end(day, case, NO_ACTION, Cause::Patience);
    }

    fn sample(&mut self, day: f64) {
        self.recorder.sample(at(day), &self.census);
    }

    fn finish_all(self) -> Said {
        let layout = self.recorder.layout;
        let names = responses(self.model, layout).iter().map(Response::name).collect();
        Said { names, result: self.recorder.finish() }
    }
}

/// What the recorder says, by name.
struct Said {
    names: Vec<String>,
    result: ReplicationResult,
}

impl Said {
    fn get(&self, name: &str) -> Option<f64> {
        let i = self.names.iter().position(|n| n == name).unwrap_or_else(|| panic!("no measure `{name}`"));
        self.result.values[i].get()
    }

    #[track_caller]
    fn is(&self, name: &str, expected: f64) {
        let found = self.get(name).unwrap_or_else(|| panic!("`{name}` has no value"));
        assert!((found - expected).abs() < 1e-9, "{name}: {found}, not {expected}");
    }
}

/// One case served, one that never is, one that gives up; see each test for the figures.
fn three_cases(model: &Model, layout: &Layout) -> Said {
    let mut feed = Feed::new(model, layout);
    let (served, left, gives_up) = (case(0, DANGER, 1.0), case(1, OTHER, 4.0), case(2, OTHER, 5.0));
    feed.sample(0.0);
    feed.arrive(served);
    feed.start(2.0, served);
    feed.finish(3.0, served, 0.8);
    feed.end(3.0, served, ARREST, Cause::Route);
    feed.arrive(left);
    feed.arrive(gives_up);
    feed.renege(6.0, gives_up);
    feed.sample(7.0);
    feed.sample(14.0);
    feed.finish_all()
}

#[test]
fn levels_flows_and_waits_of_three_cases() {
    let model = fortnight();
    let layout = Layout::new(&model);
    let said = three_cases(&model, &layout);
    assert_eq!(said.result.violation, None);
    said.is("arrivals", 3.0);
    said.is("arrivals/other", 2.0);
    said.is("backlog_at_end", 1.0);
    said.is("waiting_at_end/screen", 1.0);
    // Open: days 1-3, 4-14, 5-6: 2 + 10 + 1.
    said.is("backlog_mean", 13.0 / 14.0);
    // Waiting: days 1-2, 4-14, 5-6; in work: days 2-3.
    said.is("waiting/screen", 12.0 / 14.0);
    said.is("waiting/screen/danger", 1.0 / 14.0);
    said.is("in_work/screen", 1.0 / 14.0);
    said.is("wait_mean/screen", 1.0);
    said.is("wait_p90/screen/danger", 1.0);
    said.is("started/screen", 1.0);
    said.is("waited_share/screen", 1.0);
    assert_eq!(said.get("wait_mean/screen/other"), None, "nobody of this class has started");
    said.is("throughput/screen", 1.0 / 14.0);
    // Ended: one after 2 days, one after 1 day.
    said.is("ended", 2.0);
    said.is("reneged/other", 1.0);
    said.is("system_mean", 1.5);
    said.is("days_total", 1.5);
    said.is("days_waiting/screen", 1.0);
    said.is("days_in_work/screen", 0.5);
    said.is("ended_as/arrest", 1.0);
    said.is("outcome_share/no-action", 0.5);
    // Samples of days 0, 7, 14; intervals [0, 7] and (7, 14].
    let width = said.result.backlog.len() / 3;
    assert_eq!(
        said.result.backlog[width..].iter().map(|n| u64::from(*n)).sum::<u64>(),
        4,
        "one open, one waiting, twice"
    );
    let arrivals = &flow(&model, &said.result, "arrivals", "tips");
    assert_eq!(arrivals, &[3, 0]);
    assert_eq!(flow(&model, &said.result, "outcomes", "no-action"), [1, 0]);
}

fn flow(model: &Model, result: &ReplicationResult, measure: &str, of: &str) -> Vec<u32> {
    let [_, (keys, width)] = series(model, &Uses::of(model));
    let key = keys.iter().find(|k| k.measure == measure && k.of == of && k.class.is_empty()).unwrap();
    result.flows.chunks(width).map(|row| key.cells.iter().map(|c| row[*c]).sum()).collect()
}

#[test]
fn ages_of_open_cases_at_samples() {
    let model = fortnight();
    let layout = Layout::new(&model);
    let said = three_cases(&model, &layout);
    let (row, none) = (3, [None; 3]);
    let aged = |days: f64| [Some(at(days) - Time::ZERO); 3];
    assert_eq!(said.result.ages[..row], [none; 3]);
    // The case of day 4 is 3 days old on day 7 and 10 on day 14; all, danger, other.
    assert_eq!(said.result.ages[row..2 * row], [aged(3.0), none, aged(3.0)]);
    assert_eq!(said.result.ages[2 * row..], [aged(10.0), none, aged(10.0)]);
}

#[test]
fn shares_within_limits_count_only_who_was_followed_for_the_whole_limit() {
    let model = fortnight();
    let layout = Layout::new(&model);
    let said = three_cases(&model, &layout);
    // Clocks start on days 1, 4, 5; the limit of a day is followed for those up to day 13, of a week up to day 7.
    said.is("share_within/action/24 h", 1.0 / 3.0);
    said.is("share_within/action/24 h/danger", 1.0);
    said.is("share_within/action/7 days/other", 0.0);
    assert_eq!(said.get("share_within/action/30 days"), None, "nobody was followed for 30 days");
    said.is("population/action", 3.0);
    said.is("reached_cases/action", 1.0);
    said.is("reached_mean/action", 1.0);
    // Closed is any end but a lapse and a patience that ran out.
    said.is("reached_mean/closed", 2.0);
    said.is("reached_cases/closed", 1.0);
    said.is("never_touched", 2.0 / 3.0);
    said.is("never_touched_ended", 1.0 / 3.0);
    said.is("never_touched_open/other", 0.5);
    said.is("never_touched/danger", 0.0);
}

#[test]
fn the_curve_counts_other_ends_and_open_cases() {
    let model = fortnight();
    let layout = Layout::new(&model);
    let said = three_cases(&model, &layout);
    let keys = curve_keys(&model, &layout);
    let all = CurveKey { milestone: 0, class: None, year: None };
    let curve = &said.result.curves[keys.iter().position(|k| *k == all).unwrap()];
    // Age 1 day: 3 at risk, 1 reached and 1 ended otherwise: a third. The open one tells nothing more.
    let day = layout.grid.cell(DAY);
    assert!((curve.values()[day] - 1.0 / 3.0).abs() < 1e-12 && curve.values()[day - 1] == 0.0);
    assert!((curve.values().last().unwrap() - 1.0 / 3.0).abs() < 1e-12);
}

#[test]
fn staff_starts_changes_and_risk_are_paid_for() {
    let mut model = fortnight();
    let (from, until) = (at(7.0), at(10.0));
    model.extra_costs = vec![ExtraCost {
        item: "kits".to_owned(),
        once: 500.0,
        yearly: YEAR as f64 / DAY as f64,
        from,
        until,
    }];
    let layout = Layout::new(&model);
    let said = three_cases(&model, &layout);
    // Two posts, 14 days, 100 a day: the yearly cost is 36,525 for 365.25 days. One start; 500 and 3 days at 1 a day.
    said.is("cost/pool/analyst", 2800.0);
    said.is("cost/stage/screen", 40.0);
    said.is("cost/change/kits", 503.0);
    said.is("cost", 3343.0);
    said.is("cost/2025", 3343.0);
    said.is("cost_per_acted", 3343.0);
    // Danger: stopped after 2 days at weight 10. Other: 10 days, and 9 because no action stops nobody, at 0.3.
    said.is("risk_days/danger", 20.0);
    said.is("risk_days/other", 5.7);
    // One of two members was busy for one day of 14, with 0.8 of it effort.
    said.is("utilization/analyst", 1.0 / 28.0);
    said.is("on_shift_hours/analyst", 672.0);
    said.is("effort_hours/analyst", 19.2);
}

#[test]
fn costs_are_discounted_and_split_by_fiscal_year_and_change() {
    let mut model = fortnight();
    model.discount = 0.05;
    model.fiscal_years[0].until = at(10.0);
    let mut next = model.fiscal_years[0].clone();
    (next.label, next.from, next.until) = ("2025/26".to_owned(), at(10.0), at(400.0));
    model.fiscal_years.push(next);
    let mut later = params(at(7.0), &Law::constant(1.0).unwrap(), None, 2);
    std::sync::Arc::make_mut(&mut later.pools[0]).yearly_cost *= 3.0;
    model.params.push(later);
    let layout = Layout::new(&model);
    let mut feed = Feed::new(&model, &layout);
    feed.sample(0.0);
    feed.recorder.changed(at(7.0), 1);
    feed.sample(7.0);
    feed.sample(14.0);
    let said = feed.finish_all();
    // 200 a day to day 7, 600 from there; paid evenly, each stretch counts with the mean of 1.05^(-t/year).
    let rate = 1.05_f64.ln() * DAY as f64 / YEAR as f64;
    let paid = |daily: f64, a: f64, b: f64| daily * ((-rate * a).exp() - (-rate * b).exp()) / rate;
    said.is("cost/2025", paid(200.0, 0.0, 7.0) + paid(600.0, 7.0, 10.0));
    said.is("cost/2025/26", paid(600.0, 10.0, 14.0));
}

#[test]
fn what_lies_before_the_warm_up_is_cut() {
    let mut model = fortnight();
    model.warmup = at(7.0);
    let layout = Layout::new(&model);
    let mut feed = Feed::new(&model, &layout);
    let (early, late) = (case(0, DANGER, 5.0), case(1, OTHER, 8.0));
    feed.sample(0.0);
    feed.arrive(early);
    feed.sample(7.0);
    feed.arrive(late);
    feed.start(9.0, early);
    feed.finish(10.0, early, 1.0);
    feed.end(10.0, early, ARREST, Cause::Route);
    feed.sample(14.0);
    let said = feed.finish_all();
    said.is("arrivals", 1.0);
    // Waiting in [7, 14): days 7-9 and 8-14; open: days 7-10 and 8-14.
    said.is("waiting/screen", 8.0 / 7.0);
    said.is("backlog_mean", 9.0 / 7.0);
    // It waited 4 days and its start lies in the window.
    said.is("wait_mean/screen", 4.0);
    said.is("population/action", 1.0);
    assert_eq!(said.get("reached_mean/action"), None);
    said.is("never_touched", 1.0);
    said.is("risk_days/danger", 30.0);
    said.is("utilization/analyst", 1.0 / 14.0);
    said.is("cost/pool/analyst", 1400.0);
    assert_eq!(layout.samples, [at(7.0), at(14.0)]);
    assert_eq!(flow(&model, &said.result, "arrivals", "tips"), [1]);
}

#[test]
fn a_milestone_with_from_counts_those_that_pass_it_and_the_first_time_only() {
    let model = fortnight();
    let layout = Layout::new(&model);
    let mut feed = Feed::new(&model, &layout);
    let tip = case(0, DANGER, 0.0);
    feed.sample(0.0);
    feed.arrive(tip);
    feed.start(1.0, tip);
    feed.finish(2.0, tip, 1.0);
    for (from, until) in [(2.0, 5.0), (5.0, 6.0)] {
        feed.fact(from, tip, Fact::Joined { stage: REPLY, since: at(from), waits: false });
        feed.fact(from, tip, Fact::Started { stage: REPLY, crew: &[], resumed: false, cost: 0.0 });
        feed.fact(until, tip, Fact::Finished { stage: REPLY, effort: Duration::ZERO });
    }
    feed.end(6.0, tip, LOST, Cause::Lapse);
    // A second one never gets past the screen, so its clock never starts.
    feed.arrive(case(1, OTHER, 6.0));
    feed.sample(7.0);
    feed.sample(14.0);
    let said = feed.finish_all();
    assert_eq!(said.result.violation, None);
    said.is("population/answer", 1.0);
    said.is("reached_mean/answer", 3.0);
    said.is("delayed/reply", 4.0 / 14.0);
    said.is("days_delayed/reply", 4.0);
    said.is("lapses/danger", 1.0);
    said.is("reached_cases/closed", 0.0);
}
