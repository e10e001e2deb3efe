//! Whole runs of small queues through the engine: laws, theory, threads, precision, stopping.

use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};

use super::fixture::Queue;
use super::*;
use crate::engine::{CaseView, Census, Fact, Observer, PoolLevel};
use crate::model::PoolId;
use crate::stats::interval::wilson;
use crate::stats::{HalfWidth, Interval, Method};
use crate::theory::erlang;
use crate::units::{DAY, Duration, Time};

fn quietly(model: &Model, plan: &RunPlan) -> Result<RunResult, Error> {
    let cancel = AtomicBool::new(false);
    run(model, plan, &Watcher { cancel: &cancel, progress: &|_, _| {} })
}

fn interval(result: &RunResult, name: &str) -> Interval {
    result.estimate(name).unwrap_or_else(|| panic!("no estimate of `{name}`")).interval
}

/// Keeps when each case arrived and ended, on its own.
#[derive(Default)]
struct Diary {
    lives: Vec<(Time, Option<Time>)>,
}

impl Observer for Diary {
    fn fact(&mut self, now: Time, case: CaseView, fact: Fact<'_>) {
        match fact {
            Fact::Arrived { .. } => self.lives.push((case.arrived, None)),
            Fact::Ended { .. } => self.lives[case.number as usize].1 = Some(now),
            _ => {}
        }
    }
    fn pool(&mut self, _: Time, _: PoolId, _: PoolLevel) {}
    fn changed(&mut self, _: Time, _: usize) {}
    fn sample(&mut self, _: Time, _: &Census) {}
}

#[test]
fn littles_law_holds_on_every_path_with_its_boundary_terms() {
    let mut model = Queue { initial: Some((40, 12.0)), ..Queue::markov(200, 5.0, 0.9, 5) }.model();
    model.warmup = Time(50 * DAY);
    let layout = Layout::new(&model);
    let names: Vec<String> = responses(&model, &layout).iter().map(Response::name).collect();
    for replication in 0..3 {
        let (mut recorder, mut diary) = (Recorder::new(&model, &layout), Diary::default());
        simulate(&model, replication, &mut recorder);
        simulate(&model, replication, &mut diary);
        let result = recorder.finish();
        let value = |name: &str| result.values[names.iter().position(|n| n == name).unwrap()].get().unwrap();
        // ∫ L dt over the window = the sum over all cases of the time they were there in the window: those that came
        // before it and those that are still there at its end with a part of their life only.
        let inside = |t: Time| t.clamp(model.warmup, model.horizon);
        let there: Duration = (diary.lives.iter())
            .map(|(from, until)| inside(until.unwrap_or(model.horizon)) - inside(*from))
            .fold(Duration::ZERO, |sum, life| sum + life);
        let mean = there.days() / (model.horizon - model.warmup).days();
        assert!(diary.lives.len() > 900, "{} cases", diary.lives.len());
        assert!((value("backlog_mean") - mean).abs() < 1e-9 * mean);
        let parts = value("waiting/screen") + value("in_work/screen");
        assert!((parts - mean).abs() < 1e-9 * mean, "every open case waits or is in work: {parts}, {mean}");
    }
}

#[test]
fn a_queue_with_three_servers_waits_as_erlang_says() {
    // M/M/3, 8 a day of 0.3 days: ρ = 0.8. Started empty; 30 days of warm-up.
    let mut model = Queue::markov(530, 8.0, 0.3, 3).model();
    model.warmup = Time(30 * DAY);
    let result = quietly(&model, &RunPlan::fixed(60)).unwrap();
    let wait_probability = erlang::erlang_c(3, 2.4).unwrap();
    let wait = wait_probability * 0.3 / (3.0 - 2.4);
    let near = |name: &str, expected: f64| {
        let found = interval(&result, name);
        let error = found.half_width() / 2.0;
        // Four standard errors: a false alarm in 10,000 seeds, and the seed is fixed.
        assert!((found.estimate - expected).abs() < 4.0 * error, "{name}: {found} for {expected}");
        assert!(error < 0.05 * expected, "{name}: {found} is too vague to test anything");
    };
    near("wait_mean/screen", wait);
    near("waited_share/screen", wait_probability);
    near("waiting/screen", 8.0 * wait);
    near("utilization/analyst", 0.8);
    near("throughput/screen", 8.0);
    near("system_mean", wait + 0.3);
}

#[test]
fn results_have_the_same_bits_for_every_number_of_threads() {
    let model = Queue::markov(60, 6.0, 0.5, 2).model();
    let said = |threads| {
        let plan = RunPlan { threads: Some(threads), ..RunPlan::fixed(13) };
        format!("{:?}", quietly(&model, &plan).unwrap())
    };
    let one = said(1);
    assert!(one == said(2) && one == said(8));
}

#[test]
fn a_replication_does_not_depend_on_how_many_there_are() {
    let model = Queue::markov(60, 6.0, 0.5, 2).model();
    let few = quietly(&model, &RunPlan::fixed(3)).unwrap();
    let many = quietly(&model, &RunPlan::fixed(9)).unwrap();
    assert_eq!(few.values[..], many.values[..3]);
}

#[test]
fn overload_is_told_as_it_will_be_when_followed_and_too_early_when_not() {
    // Constant tips, 12 a day, against one server who does 10 a day, first come first served, 3 years. The n-th tip
    // comes at n/12 and starts at n/10, so it waits a fifth of the day t on which it comes: of all who come in
    // T = 1095 days, nine in ten wait at most 0.9 · T/5 = 197.1 days.
    let queue = || Queue::constant(1095, 12.0, 0.1, 1);
    let mut model = queue().model();
    model.follow_up = Duration(230 * DAY);
    let p90 = |model: &Model| {
        let layout = Layout::new(model);
        let result = quietly(model, &RunPlan::fixed(2)).unwrap();
        let all = CurveKey { milestone: 0, class: None, year: None };
        let curve = &result.curves.iter().find(|(key, _)| *key == all).unwrap().1;
        let age = curve.first_age(&layout.grid, 0.9).age.expect("nine in ten are served");
        (Duration(age).days(), result)
    };
    let (followed, result) = p90(&model);
    // The grid is 0.54 % wide.
    assert!((197.1..197.1 * 1.0065).contains(&followed), "{followed}");
    let share = interval(&result, "share_within/action/90 days");
    // Within 90 days: those who come up to day 450.
    assert!((share.estimate - 450.0 / 1095.0).abs() < 0.001, "{share}");

    // Without follow-up the curve takes late tips to fare like early ones. At age a those at risk came between 5a and
    // T − a, so S(a) = (1 − 6a/T)^(5/6), which is 0.1 at a = T/6 · (1 − 0.1^1.2) = 170.98 days: too early.
    let (assumed, result) = p90(&queue().model());
    assert!((170.98 * 0.995..170.98 * 1.0105).contains(&assumed), "{assumed}");
    // The share with complete follow-up does not make this mistake: of those who come up to day T − 90, 450 days' worth.
    let share = interval(&result, "share_within/action/90 days");
    assert!((share.estimate - 450.0 / 1005.0).abs() < 0.001, "{share}");
}

#[test]
fn a_target_is_judged_by_its_whole_interval() {
    // One tip a day, each a tenth of a day of work: everybody starts at once.
    let mut model = Queue::constant(60, 1.0, 0.1, 1).model();
    let verdict = |model: &Model| quietly(model, &RunPlan::fixed(5)).unwrap().targets[0].clone();
    let met = verdict(&model);
    assert_eq!((met.verdict, met.window), (Verdict::Met, Some((Time::ZERO, Time(59 * DAY)))));
    assert!((met.cases - 59.0).abs() <= 1.0, "{}", met.cases);
    // Overloaded: hardly anybody.
    assert_eq!(verdict(&Queue::constant(60, 10.0, 1.0, 1).model()).verdict, Verdict::NotMet);
    // Nobody can be followed for 90 days in 60.
    model.targets[0].within = crate::model::Limit::Plain(Duration(90 * DAY));
    let unseen = verdict(&model);
    assert_eq!((unseen.verdict, unseen.window), (Verdict::NotObservable, None));
    assert_eq!(unseen.share, None);
}

#[test]
fn a_verdict_is_open_while_the_interval_holds_what_is_asked() {
    let interval = crate::stats::interval::student_t(&[0.4, 0.6, 0.5], 0.95).unwrap();
    assert_eq!(Verdict::of(Some(&interval), 0.5), Verdict::Undecided);
    assert_eq!(Verdict::of(Some(&Interval::exact(0.5, 3)), 0.5), Verdict::Met);
    assert_eq!(Verdict::of(Some(&Interval::exact(0.4, 3)), 0.5), Verdict::NotMet);
    assert_eq!(Verdict::of(None, 0.5), Verdict::NotObservable);
}

#[test]
fn a_target_has_the_chance_that_a_single_replication_meets_it() {
    let mut model = Queue::markov(60, 6.0, 0.3, 2).model();
    // A share that some replications reach and others do not.
    model.targets[0].share = 0.8;
    let result = quietly(&model, &RunPlan::fixed(40)).unwrap();
    let name = format!("share_within/action/{}", layout::label(model.targets[0].within));
    let i = result.responses.iter().position(|r| r.name() == name).unwrap();
    let met = result.values.iter().filter(|values| values[i].get().unwrap() >= 0.8).count();
    assert!((1..40).contains(&met), "{met} of 40 tell nothing apart");
    assert_eq!(result.targets[0].chance, wilson(met, 40, 0.95));

    let names = responses(&model, &Layout::new(&model));
    let said = Statement::parse(&format!("{name} >= 80%"), &names).unwrap();
    let plan = RunPlan { chances: vec![said], ..RunPlan::fixed(40) };
    let asked = quietly(&model, &plan).unwrap();
    assert_eq!(asked.chances[0].share, result.targets[0].chance, "the same question in other words");
    assert!(result.chances.is_empty());
}

#[test]
fn the_simultaneous_band_is_wider_for_the_total_alone_and_comes_from_the_seed() {
    let model = Queue::markov(200, 6.0, 0.3, 2).model();
    let said = |band, threads| {
        quietly(&model, &RunPlan { band, threads: Some(threads), ..RunPlan::fixed(30) }).unwrap()
    };
    let each = said(BandKind::Pointwise, 2);
    let whole = said(BandKind::Simultaneous, 2);
    assert!(format!("{whole:?}") == format!("{:?}", said(BandKind::Simultaneous, 1)));
    for (band, old) in whole.backlog.iter().zip(&each.backlog) {
        if !band.key.is_total_backlog() {
            assert!(band == old, "{:?}", band.key);
            continue;
        }
        for (point, old) in band.points.iter().zip(&old.points) {
            let (point, old) = (point.unwrap(), old.unwrap());
            assert_eq!(
                (point.mean.method, point.mean.estimate),
                (Method::SimultaneousBand, old.mean.estimate)
            );
            assert_eq!((point.median, point.middle_90), (old.median, old.middle_90));
            let (wide, narrow) = (point.mean.high - point.mean.estimate, old.mean.high - old.mean.estimate);
            // At the start no case is there in any replication: nothing to be unsure of.
            assert!(wide > 1.2 * narrow || (wide, narrow) == (0.0, 0.0), "{wide} against {narrow}");
        }
    }
    let one = quietly(&model, &RunPlan { band: BandKind::Simultaneous, ..RunPlan::fixed(1) }).unwrap();
    let point = one.total_backlog().unwrap().points[3].unwrap();
    assert_eq!(point.mean.method, Method::PointwiseTBand, "one replication has no band");
}

#[test]
fn precision_adds_blocks_until_the_half_width_is_small_enough() {
    let model = Queue::markov(100, 6.0, 0.3, 2).model();
    let names = responses(&model, &Layout::new(&model));
    let goal = Goal::parse("4% of wait_mean/screen", &names).unwrap();
    let plan = RunPlan { precision: Some(goal), max_replications: 2000, ..RunPlan::fixed(10) };
    let result = quietly(&model, &plan).unwrap();
    let found = interval(&result, "wait_mean/screen");
    let told = result.precision.clone().unwrap();
    assert!(told.reached && found.half_width() <= 0.04 / 1.04 * found.estimate, "{found}");
    assert!(
        result.replications > 10 && (result.replications - 10).is_multiple_of(LOOK),
        "{}",
        result.replications
    );
    let alone = RunPlan { threads: Some(1), ..plan };
    assert_eq!(quietly(&model, &alone).unwrap().replications, result.replications);
}

#[test]
fn precision_stops_at_the_most_that_is_allowed_and_says_so() {
    let model = Queue::markov(30, 6.0, 0.3, 2).model();
    let goal = Goal { response: 0, width: HalfWidth::Absolute(1e-6) };
    let plan = RunPlan { precision: Some(goal), max_replications: 25, ..RunPlan::fixed(10) };
    let result = quietly(&model, &plan).unwrap();
    assert_eq!((result.replications, result.precision.unwrap().reached), (25, false));
}

#[test]
fn a_stopped_run_gives_no_result() {
    let model = Queue::markov(30, 6.0, 0.3, 2).model();
    let (cancel, seen) = (AtomicBool::new(false), AtomicU32::new(0));
    let stop_after_three = |done, planned| {
        assert_eq!(planned, 500);
        seen.fetch_max(done, Ordering::Relaxed);
        cancel.store(done >= 3, Ordering::Relaxed);
    };
    let plan = RunPlan { threads: Some(1), ..RunPlan::fixed(500) };
    let error = run(&model, &plan, &Watcher { cancel: &cancel, progress: &stop_after_three }).unwrap_err();
    assert!(error.is_cancelled());
    assert_eq!(seen.load(Ordering::Relaxed), 3, "nothing is begun after the stop");
}

#[test]
fn progress_is_told_once_for_each_replication() {
    let model = Queue::markov(30, 6.0, 0.3, 2).model();
    let (cancel, seen) = (AtomicBool::new(false), Mutex::new(vec![]));
    let note = |done, _| seen.lock().unwrap().push(done);
    run(&model, &RunPlan::fixed(9), &Watcher { cancel: &cancel, progress: &note }).unwrap();
    let mut seen = seen.into_inner().unwrap();
    seen.sort_unstable();
    assert_eq!(seen, (1..=9).collect::<Vec<_>>());
}

#[test]
fn a_lost_case_stops_the_run_with_the_figures() {
    let start = jiff::civil::date(2025, 1, 6).at(0, 0, 0, 0);
    let error = Error::conservation(37, start, Time(7 * DAY), "class `danger`: 3 arrived");
    let said = "cases were lost in replication 37 at 2025-01-13T00:00:00 (day 7): class `danger`: 3 arrived";
    assert!(error.to_string().starts_with(said), "{error}");
}

#[test]
fn the_trace_reads_like_a_story() {
    let model = Queue::constant(9, 0.25, 0.5, 1).model();
    let mut trace = Trace::new(&model);
    simulate(&model, 0, &mut trace);
    let classes: Vec<&str> = trace
        .lines()
        .iter()
        .filter(|l| l.contains("arrives"))
        .map(|l| l.split(['(', ')']).nth(1).unwrap())
        .collect();
    let told = [
        format!("Fri 00:00 tip 1 arrives ({})", classes[0]),
        "Fri 00:00 tip 1 joins screen".to_owned(),
        "Fri 00:00 tip 1 starts screen with analyst 0".to_owned(),
        "Fri 12:00 tip 1 finishes screen".to_owned(),
        "Fri 12:00 tip 1 ends as arrest".to_owned(),
        format!("week 2 Tue 00:00 tip 2 arrives ({})", classes[1]),
    ];
    assert_eq!(trace.lines()[..6], told);
}
