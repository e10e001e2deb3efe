//! What is seen until the end of the observation is what happens: a longer run tells the same facts, and says of the
//! cases of the window what the follow-up has said already.

use std::collections::BTreeMap;
use std::sync::atomic::AtomicBool;

use caseload::engine::{CaseView, Cause, Census, Fact, MemberFact, Observer, PoolLevel, simulate};
use caseload::model::{Limit, Model, PoolId, StageKind};
use caseload::run::{Layout, Recorder, RunPlan, RunResult, Value, Watcher, responses, run};
use caseload::units::{DAY, Time};
use proptest::prelude::*;

use crate::harness;
use crate::random_mechanisms::mechanisms;
use crate::random_scenarios::{config, scenarios};

/// All that is told before a moment.
struct Told {
    until: Time,
    lines: Vec<String>,
}

impl Told {
    fn of(model: &Model, until: Time) -> Vec<String> {
        let mut told = Told { until, lines: vec![] };
        simulate(model, 0, &mut told);
        told.lines
    }

    fn tell(&mut self, now: Time, line: impl FnOnce() -> String) {
        if now < self.until {
            self.lines.push(format!("{now:?} {}", line()));
        }
    }
}

impl Observer for Told {
    fn fact(&mut self, now: Time, view: CaseView, fact: Fact<'_>) {
        self.tell(now, || format!("{view:?} {fact:?}"));
    }

    fn member(&mut self, now: Time, pool: PoolId, member: u32, fact: MemberFact) {
        self.tell(now, || format!("{pool:?} {member} {fact:?}"));
    }

    fn pool(&mut self, now: Time, pool: PoolId, level: PoolLevel) {
        self.tell(now, || format!("{pool:?} {level:?}"));
    }

    fn changed(&mut self, now: Time, snapshot: usize) {
        self.tell(now, || format!("{snapshot}"));
    }

    fn sample(&mut self, _: Time, _: &Census) {}
}

/// The text without what moves towards the horizon, and the same with a horizon far beyond its end.
fn short_and_long(text: &str) -> [String; 2] {
    let kept = text.lines().filter(|line| !line.starts_with("mix_end"));
    let short: Vec<&str> = kept.collect();
    let horizon = |line: &&str| line.starts_with("horizon = ");
    let long: Vec<&str> =
        short.iter().map(|line| if horizon(line) { "horizon = \"11 weeks\"" } else { line }).collect();
    [short.join("\n") + "\n", long.join("\n") + "\n"]
}

fn tells_the_same(text: &str) {
    let [short, long] = short_and_long(text).map(|text| harness::model(&text));
    let (first, second) = (Told::of(&short, short.end()), Told::of(&long, short.end()));
    let differ = first.iter().zip(&second).find(|(a, b)| a != b);
    assert_eq!(differ, None);
    assert_eq!(first.len(), second.len());
}

/// What became of a tip in the long run.
#[derive(Debug)]
struct Fate {
    arrived: Time,
    class: usize,
    linked: Option<Time>,
    /// By milestone, `first-touch` and `closed`.
    reached: [Option<Time>; 2],
}

struct Fates<'m> {
    model: &'m Model,
    tips: BTreeMap<u64, Fate>,
}

impl Observer for Fates<'_> {
    fn fact(&mut self, now: Time, view: CaseView, fact: Fact<'_>) {
        if let Fact::Arrived { .. } = fact {
            let class = self.model.classes[view.class.index()].report;
            if !view.initial && !view.reopened {
                self.tips.insert(view.number, Fate { arrived: now, class, linked: None, reached: [None; 2] });
            }
        }
        let Some(tip) = self.tips.get_mut(&view.number) else { return };
        match fact {
            Fact::Started { stage, .. } if self.model.stages[stage.index()].kind == StageKind::Work => {
                tip.reached[0].get_or_insert(now);
            }
            Fact::Ended { cause: Cause::Route, .. } => tip.reached[1] = Some(now),
            Fact::Ended { cause: Cause::Link, .. } => tip.linked = Some(now),
            _ => {}
        }
    }

    fn pool(&mut self, _: Time, _: PoolId, _: PoolLevel) {}
    fn changed(&mut self, _: Time, _: usize) {}
    fn sample(&mut self, _: Time, _: &Census) {}
}

/// Shares within limits are the shares of all cases that a far longer run tells of.
fn shares_are_those_of_the_long_run(text: &str) {
    let [short, long] = short_and_long(text).map(|text| harness::model(&text));
    let mut fates = Fates { model: &long, tips: BTreeMap::new() };
    simulate(&long, 0, &mut fates);
    let layout = Layout::new(&short);
    let mut recorder = Recorder::new(&short, &layout);
    simulate(&short, 0, &mut recorder);
    let result = recorder.finish();
    let names = responses(&short, &layout);
    let figures: BTreeMap<String, Option<f64>> =
        names.iter().zip(&result.values).map(|(name, value)| (name.name(), value.get())).collect();
    for (m, milestone) in short.milestones.iter().enumerate() {
        let Some(which) = ["first-touch", "closed"].iter().position(|id| *id == milestone.id) else {
            continue;
        };
        let classes = short.report_classes.iter().enumerate().map(|(c, id)| (Some(c), format!("/{id}")));
        for (class, name) in classes.chain([(None, String::new())]) {
            let tips = || {
                let here = |t: &&Fate| {
                    class.is_none_or(|c| c == t.class) && t.linked.is_none_or(|at| at >= short.end())
                };
                fates
                    .tips
                    .values()
                    .filter(here)
                    .filter(|t| t.arrived >= short.warmup && t.arrived < short.horizon)
            };
            let population = figures[&format!("population/{}{name}", milestone.id)];
            assert_eq!(population, Some(tips().count() as f64), "population of {}{name}", milestone.id);
            for limit in &layout.limits[m] {
                let Limit::Plain(span) = limit.limit else { continue };
                let judged: Vec<&Fate> = tips().filter(|t| t.arrived + span < short.end()).collect();
                let within = |t: &&&Fate| t.reached[which].is_some_and(|at| at - t.arrived <= span);
                let within = judged.iter().filter(within).count() as f64;
                let share = (!judged.is_empty()).then(|| within / judged.len() as f64);
                let figure = format!("share_within/{}/{}{name}", milestone.id, limit.label);
                assert_eq!(figures[&figure], share, "{figure}");
            }
        }
    }
}

proptest! {
    #![proptest_config(config(30, 20_250_140))]

    #[test]
    fn a_longer_run_tells_the_same_facts_before(draft in scenarios(true)) {
        tells_the_same(&draft.text());
    }

    #[test]
    fn it_tells_the_same_whatever_is_combined(draft in mechanisms()) {
        tells_the_same(&draft.text());
    }

    #[test]
    fn shares_within_limits_are_those_of_a_far_longer_run(draft in scenarios(true)) {
        shares_are_those_of_the_long_run(&draft.text());
    }
}

proptest! {
    #![proptest_config(config(1500, 20_250_141))]

    #[test]
    #[ignore = "slow: 120 s, run by .ci/slow.sh"]
    fn longer_runs_tell_the_same_at_length(drafts in (scenarios(true), mechanisms())) {
        tells_the_same(&drafts.0.text());
        tells_the_same(&drafts.1.text());
        shares_are_those_of_the_long_run(&drafts.0.text());
        shares_are_those_of_the_long_run(&drafts.1.text());
    }
}

/// A limit that is over just at the end of the observation has a last moment that nobody saw: of the tips that come
/// at noon each day and are answered after exactly a week, none is said to have missed the week.
#[test]
fn who_would_be_answered_on_the_horizon_is_not_said_to_be_late() {
    let text = format!(
        "{}[[source]]\nid = \"tips\"\nrate = \"1 per day\"\ngaps = \"constant\"\nmix = {{ low = 1.0 }}\n\
         [[stage]]\nid = \"letter\"\ndelay = \"7 days\"\nroute = \"done\"\n",
        harness::BASE
    );
    let result = in_one_run(&text, 1);
    assert_eq!(result.estimate("share_within/closed/7 days").unwrap().interval.estimate, 1.0);
    // Twenty tips: the one of day 14 would be answered on day 21.
    let judged = result.values[0]
        [result.responses.iter().position(|r| r.name() == "share_within/closed/7 days").unwrap()];
    assert_eq!(judged, Value::Ratio { above: 13.0, below: 13.0 });
}

fn in_one_run(text: &str, replications: u32) -> RunResult {
    let cancel = AtomicBool::new(false);
    let watcher = Watcher { cancel: &cancel, progress: &|_, _| {} };
    let plan = RunPlan { threads: Some(1), ..RunPlan::fixed(replications) };
    run(&harness::model(text), &plan, &watcher).expect("cases are conserved")
}

fn curve_of<'r>(model: &Model, result: &'r RunResult, milestone: &str) -> &'r caseload::stats::MeanCurve {
    let here = |key: &caseload::run::CurveKey| model.milestones[key.milestone].id == milestone;
    let all = |key: &caseload::run::CurveKey| key.class.is_none() && key.year.is_none();
    let found = result.curves.iter().find(|(key, _)| here(key) && all(key));
    &found.expect("every milestone has a curve of all cases").1
}

/// First come, first served, 12 a day where 10 can be served, for three years.
fn overloaded(gaps: &str, effort: &str, header: &str, until: &str) -> String {
    format!(
        "[scenario]\nstart = 2025-01-06\n{header}\nsample = \"90 days\"\nreplications = 10\nseed = 3\n\
         [[class]]\nid = \"any\"\n\
         [[source]]\nid = \"tips\"\nrate = \"12 per day\"\n{gaps}{until}mix = {{ any = 1.0 }}\n\
         [[pool]]\nid = \"staff\"\nheadcount = 1\n\
         [[stage]]\nid = \"work\"\npool = \"staff\"\neffort = {effort}\norder = \"fifo\"\nroute = \"done\"\n\
         [[outcome]]\nid = \"done\"\ncounts_as = \"closed\"\n"
    )
}

/// The wait that nine in ten do not exceed, in days: as the curve says without and with a follow-up, and in a run of
/// thirty years in which everybody is served.
fn ninth_decile(gaps: &str, effort: &str, replications: u32) -> [f64; 3] {
    let until = "until = 2028-01-06\n";
    let [short, followed, whole] = [
        overloaded(gaps, effort, "horizon = \"3 years\"", ""),
        overloaded(gaps, effort, "horizon = \"3 years\"\nfollow_up = \"1 year\"", ""),
        overloaded(gaps, effort, "horizon = \"30 years\"", until),
    ];
    [short, followed, whole].map(|text| {
        let (model, result) = (harness::model(&text), in_one_run(&text, replications));
        let layout = Layout::new(&model);
        let age = curve_of(&model, &result, "first-touch").first_age(&layout.grid, 0.9).age;
        age.expect("nine in ten are reached") as f64 / DAY as f64
    })
}

#[test]
fn with_a_follow_up_the_quantiles_of_a_growing_queue_are_those_of_the_whole_truth() {
    // By liquids: a tip of day t waits 0.2 t. In truth waits are spread evenly over 0 to 219 days, and nine in ten last
    // at most 197.1. The curve without a follow-up ends at (1 - 6w/1095)^(5/6) = 0.1, at 171.0 days.
    let [plain, followed, whole] = ninth_decile("gaps = \"constant\"\n", "\"2.4 h\"", 1);
    let near = |found: f64, exact: f64| (found / exact - 1.0).abs() < 0.006;
    assert!(near(plain, 171.0) && near(followed, 197.1), "{plain} {followed}");
    assert_eq!(followed, whole);
    // The same with chance.
    let [plain, followed, whole] = ninth_decile("", "{ exponential = { mean = \"2.4 h\" } }", 10);
    println!("plain {plain}, followed {followed}, whole {whole}");
    assert_eq!(followed, whole);
    assert!(plain < 0.92 * whole, "{plain} of {whole}");
}
