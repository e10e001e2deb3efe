//! Whether the intervals of whole runs keep their promise: scenarios from text to table whose truth is known exactly,
//! run again and again with new seeds. What is accepted stands in `coverage.rs`.

use std::sync::atomic::AtomicBool;

use caseload::model::Model;
use caseload::run::{BandKind, Goal, Layout, RunPlan, RunResult, Statement, Watcher, responses, run};
use caseload::scenario::EditKind;
use caseload::stats::interval::paired_t;
use caseload::stats::special::ln_gamma;

use crate::coverage::judge;
use crate::harness::{model, model_with};

/// Nobody waits: six tips a day from empty, an answer after an exponential time of two days; ten days.
const REPLIES: &str = r#"
[scenario]
start = 2025-01-06
horizon = "10 days"
sample = "1 day"
replications = 20

[[class]]
id = "any"

[[source]]
id = "tips"
rate = "6 per day"
mix = { any = 1.0 }

[[stage]]
id = "reply"
delay = { exponential = { mean = "2 days" } }
route = { acted = 0.6, closed = "rest" }

[[outcome]]
id = "acted"
counts_as = "acted"

[[outcome]]
id = "closed"
counts_as = "closed"

[[milestone]]
id = "action"
at = { counts_as = "acted" }
"#;

const DAYS: f64 = 10.0;
const RATE: f64 = 6.0;

/// Expected number open after so many days, where an answer takes so long on average: that number is Poisson.
fn open(days: f64, mean: f64) -> f64 {
    RATE * mean * (1.0 - (-days / mean).exp())
}

/// Its average over the run.
fn open_on_average(mean: f64) -> f64 {
    RATE * mean * (1.0 - mean / DAYS * (1.0 - (-DAYS / mean).exp()))
}

fn poisson_at_most(mean: f64, k: u32) -> f64 {
    (0..=k).map(|i| (f64::from(i) * mean.ln() - mean - ln_gamma(f64::from(i) + 1.0)).exp()).sum()
}

fn one_run(model: &Model, plan: &RunPlan) -> RunResult {
    let cancel = AtomicBool::new(false);
    run(model, plan, &Watcher { cancel: &cancel, progress: &|_, _| {} }).expect("cases are conserved")
}

/// Counts of the experiments in which something held.
struct Promise {
    what: String,
    held: usize,
    range: [f64; 2],
}

impl Promise {
    fn new(what: &str, range: [f64; 2]) -> Promise {
        Promise { what: what.to_owned(), held: 0, range }
    }

    fn count(&mut self, held: bool) {
        self.held += usize::from(held);
    }
}

/// Student's t of values whose law is not quite normal.
const NEARLY: [f64; 2] = [0.94, 0.96];

fn whole_runs(trials: usize) {
    let (mut replies, mut sooner) =
        (model(REPLIES), model_with(REPLIES, &[(EditKind::Scale, "stage.reply.delay=0.75")]));
    let layout = Layout::new(&replies);
    let names = responses(&replies, &layout);
    let mut plan = RunPlan { threads: Some(1), band: BandKind::Simultaneous, ..RunPlan::fixed(20) };
    plan.chances = vec![Statement::parse("backlog_at_end <= 11", &names).unwrap()];
    let truths = [
        ("arrivals", RATE * DAYS),
        ("backlog_at_end", open(DAYS, 2.0)),
        ("backlog_mean", open_on_average(2.0)),
        ("ended_as/acted", 0.6 * (RATE * DAYS - open(DAYS, 2.0))),
        ("share_within/action/24 h", 0.6 * (1.0 - (-0.5_f64).exp())),
    ];
    let ages = [0.5, 1.0, 2.0, 4.0, 6.0];
    let mut means: Vec<Promise> =
        truths.iter().map(|(name, _)| Promise::new(&format!("t, {name}"), NEARLY)).collect();
    let mut curves: Vec<Promise> =
        ages.iter().map(|age| Promise::new(&format!("curve at {age} days"), NEARLY)).collect();
    let mut dates: Vec<Promise> =
        (1..=10).map(|day| Promise::new(&format!("backlog on day {day}"), NEARLY)).collect();
    // With twenty replications the bootstrap of the largest |t| is good to a point or two.
    let mut whole = Promise::new("simultaneous band of the backlog", [0.93, 0.97]);
    let chance = poisson_at_most(open(DAYS, 2.0), 11);
    // Wilson's interval at 20 trials holds this share so often; the sum over all counts is in `coverage.rs`.
    let wilson = crate::coverage::wilson_coverage(20, chance);
    let mut chances = Promise::new(&format!("Wilson, backlog_at_end <= 11 ({chance:.3})"), [wilson, wilson]);
    let mut difference = Promise::new("paired t, backlog_mean under two plans", NEARLY);
    let place = names.iter().position(|name| name.name() == "backlog_mean").unwrap();
    for seed in 0..trials as u64 {
        (replies.seed, sooner.seed) = (seed, seed);
        let result = one_run(&replies, &plan);
        for ((name, truth), promise) in truths.iter().zip(&mut means) {
            promise.count(result.estimate(name).unwrap().interval.contains(*truth));
        }
        let action = replies.milestones.iter().position(|m| m.id == "action");
        let curve =
            result.curves.iter().find(|(key, _)| Some(key.milestone) == action && key.class.is_none());
        let curve = &curve.unwrap().1;
        for (age, promise) in ages.iter().zip(&mut curves) {
            let cell = layout.grid.cell((age * 86_400_000.0) as i64);
            let edge = layout.grid.edges()[cell] as f64 / 86_400_000.0;
            let truth = 0.6 * (1.0 - (-edge / 2.0).exp());
            promise.count(curve.low[cell] <= truth && truth <= curve.high[cell]);
        }
        let holds = |series: &caseload::run::result::SeriesBand, day: usize| {
            series.points[day].as_ref().unwrap().mean.contains(open(day as f64, 2.0))
        };
        whole.count((0..=10).all(|day| holds(result.total_backlog().unwrap(), day)));
        let of_class = |band: &&caseload::run::result::SeriesBand| {
            band.key.measure == "backlog" && band.key.class_as == "true" && band.key.class == "any"
        };
        let pointwise = result.backlog.iter().find(of_class).unwrap();
        dates.iter_mut().enumerate().for_each(|(i, promise)| promise.count(holds(pointwise, i + 1)));
        chances.count(result.chances[0].share.as_ref().unwrap().contains(chance));
        let other = one_run(&sooner, &RunPlan { threads: Some(1), ..RunPlan::fixed(20) });
        let of = |result: &RunResult| -> Vec<f64> {
            result.values.iter().filter_map(|v| v[place].get()).collect()
        };
        let found = paired_t(&of(&result), &of(&other), 0.95).unwrap();
        difference.count(found.contains(open_on_average(2.0) - open_on_average(1.5)));
    }
    let all = means.iter().chain(&curves).chain(&dates).chain([&whole, &chances, &difference]);
    all.for_each(|promise| judge(&promise.what, promise.held, trials, promise.range));
}

/// Mass reports of fifty tips, one in twenty days on average: a count with coefficient of variation and skewness √2.
fn mass_reports() -> Model {
    let steady = "rate = \"6 per day\"";
    let burst = "burst = { every = { exponential = { mean = \"20 days\" } }, size = 50, over = \"1 s\" }";
    assert!(REPLIES.contains(steady));
    model(&REPLIES.replace(steady, burst))
}

/// Runs that stop by their precision: their intervals hold the truth, and they are as near to it as was asked, about as
/// often as the level says.
fn runs_that_stop(trials: usize, mut model: Model, goal: &str, share: f64, truth: f64, range: [f64; 2]) {
    let names = responses(&model, &Layout::new(&model));
    let precision = Some(Goal::parse(goal, &names).unwrap());
    let plan = RunPlan { threads: Some(1), precision, max_replications: 100_000, ..RunPlan::fixed(20) };
    let (mut held, mut within, mut made) = (0, 0, 0);
    for seed in 0..trials as u64 {
        model.seed = seed;
        let result = one_run(&model, &plan);
        let said = result.precision.as_ref().unwrap();
        let name = &said.measure;
        let found = result.estimate(name).unwrap().interval;
        assert!(said.reached && said.half_width <= share / (1.0 + share) * found.estimate);
        held += usize::from(found.contains(truth));
        within += usize::from((found.estimate - truth).abs() <= share * truth);
        made += result.replications as usize;
    }
    judge(&format!("{goal}, {} replications, interval", made / trials), held, trials, range);
    judge(&format!("{goal}, within what was asked"), within, trials, [range[0], 1.0]);
}

#[test]
fn intervals_of_whole_runs_hold_the_truth_as_often_as_they_say() {
    whole_runs(300);
}

#[test]
fn a_run_that_stops_by_its_precision_is_as_near_as_was_asked() {
    runs_that_stop(300, model(REPLIES), "10% of backlog_at_end", 0.1, open(DAYS, 2.0), [0.93, 0.97]);
}

#[test]
#[ignore = "slow: 120 s, run by .ci/slow.sh"]
fn the_promises_of_whole_runs_at_length() {
    whole_runs(2000);
    runs_that_stop(2000, model(REPLIES), "10% of backlog_at_end", 0.1, open(DAYS, 2.0), [0.93, 0.97]);
    runs_that_stop(2000, model(REPLIES), "2% of backlog_mean", 0.02, open_on_average(2.0), [0.93, 0.97]);
    runs_that_stop(2000, mass_reports(), "20% of arrivals", 0.2, 25.0, [0.91, 0.96]);
}
