//! Random scenarios whose members come and go, learn, are away and see only so much a day: an observer keeps books of
//! its own on every member and fails at the first fact that cannot be.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use caseload::engine::{CaseView, Census, Fact, MemberFact, Observer, PoolLevel, simulate};
use caseload::model::{Model, PoolId};
use caseload::run::{Layout, Recorder};
use caseload::units::{DAY, Time};
use proptest::prelude::*;

use crate::harness;
use crate::random_scenarios::{config, scenarios};

/// Keys of pools with values that make things happen within weeks.
const KEYS: &[(&str, &[&str])] = &[
    ("attrition", &["\"400% per year\"", "\"2000% per year\""]),
    ("backfill", &["\"4 days\"", "{ exponential = { mean = \"3 days\" } }", "\"0 days\""]),
    (
        "training",
        &["{ lasts = \"6 days\", productivity = [0.25, 0.5] }", "{ lasts = \"0 days\", productivity = 0.5 }"],
    ),
    ("burnout", &["{ above = 0.5, sensitivity = 2 }"]),
    (
        "absence",
        &[
            "{ every = \"4 days\", lasts = \"1 day\" }",
            "{ every = { constant = \"26 h\" }, lasts = \"10 h\", hand_over = true }",
            "{ every = \"9 h\", lasts = { exponential = { mean = \"2 h\" } } }",
        ],
    ),
    ("exposure_cap", &["\"2 h\"", "\"30 min\""]),
    ("staffing_exponent", &["{ value = 0.6, at = 2 }", "{ value = 1.2, at = 3 }"]),
];

/// Dated changes of them.
const CHANGES: &[&str] = &[
    "set = { \"pool.p0.attrition\" = \"1000% per year\" }",
    "set = { \"pool.p0.absence\" = { every = \"2 days\", lasts = \"7 h\" } }",
    "set = { \"pool.p0.exposure_cap\" = \"1 h\" }",
    "add = { \"pool.p0.headcount\" = 2 }\nhire = \"new\"",
    "add = { \"pool.p0.headcount\" = 1 }\nhire = \"trained\"\nuntil = \"15 days\"",
    "set = { \"pool.p0.training\" = { lasts = \"3 days\", productivity = 0.1 } }",
];

/// The pools of a draft with keys of staff, and more changes, as a tape of numbers says.
fn staffed(text: &str, tape: &[u16]) -> String {
    let mut tape = tape.iter().map(|n| usize::from(*n));
    let mut next = move || tape.next().unwrap_or_default();
    let mut out = String::new();
    for line in text.lines() {
        writeln!(out, "{line}").unwrap();
        if line.starts_with("headcount = ") {
            for (key, values) in KEYS {
                let (wanted, value) = (next() % 2 == 1, values[next() % values.len()]);
                if wanted {
                    writeln!(out, "{key} = {value}").unwrap();
                }
            }
        }
    }
    for change in CHANGES {
        if next() % 3 == 1 {
            let day = 1 + next() % 12;
            writeln!(out, "[[change]]\nat = \"{day} days\"\n{change}").unwrap();
        }
    }
    out
}

/// What is known of the holders of posts.
struct Keeper<'m> {
    model: &'m Model,
    snapshot: usize,
    held: Vec<BTreeSet<u32>>,
    away: Vec<BTreeSet<u32>>,
    busy: BTreeMap<(PoolId, u32), u64>,
    crews: BTreeMap<u32, Vec<(PoolId, u32)>>,
    levels: Vec<PoolLevel>,
    facts: u64,
    seen: BTreeMap<&'static str, u32>,
}

impl<'m> Keeper<'m> {
    fn new(model: &'m Model) -> Keeper<'m> {
        let pools = model.pools.len();
        let held = model.params[0].pools.iter().map(|p| (0..p.filled).collect()).collect();
        Keeper {
            model,
            snapshot: 0,
            held,
            away: vec![BTreeSet::new(); pools],
            busy: BTreeMap::new(),
            crews: BTreeMap::new(),
            levels: vec![PoolLevel::default(); pools],
            facts: 0,
            seen: BTreeMap::new(),
        }
    }

    fn sees(&mut self, what: &'static str) {
        *self.seen.entry(what).or_default() += 1;
    }
}

impl Observer for Keeper<'_> {
    fn fact(&mut self, now: Time, case: CaseView, fact: Fact<'_>) {
        self.facts += 1;
        assert!(self.facts < 400_000, "the run does not end");
        match fact {
            Fact::Started { crew, .. } if !crew.is_empty() => {
                for &(pool, member) in crew {
                    assert!(
                        self.held[pool.index()].contains(&member),
                        "nobody holds post {member} at {now:?}"
                    );
                    assert!(!self.away[pool.index()].contains(&member), "member {member} is away at {now:?}");
                    assert!(self.busy.insert((pool, member), case.number).is_none(), "two tasks at {now:?}");
                }
                self.crews.insert(case.slot, crew.to_vec());
            }
            Fact::Interrupted { effort, stage, .. } | Fact::Finished { effort, stage } => {
                for (pool, member) in self.crews.remove(&case.slot).unwrap_or_default() {
                    assert_eq!(self.busy.remove(&(pool, member)), Some(case.number));
                    let caps = self.model.params[..=self.snapshot].iter();
                    let cap = caps.map(|p| p.pools[pool.index()].exposure_cap).collect::<Option<Vec<_>>>();
                    let exposes = self.model.stages[stage.index()].rules.exposure;
                    if let Some(most) = cap.and_then(|caps| caps.into_iter().max()).filter(|_| exposes) {
                        self.sees("exposed");
                        // A stint that pauses overnight may span several days.
                        let days = (now.0 / DAY + 2) as f64;
                        assert!(effort.0 as f64 <= most.0 as f64 * days + 10.0);
                    }
                }
                if let Fact::Interrupted { why, .. } = fact {
                    self.sees(match why {
                        caseload::engine::Interruption::Left => "left in work",
                        caseload::engine::Interruption::Absent => "away in work",
                        caseload::engine::Interruption::Exposed => "seen enough",
                        _ => "other",
                    });
                }
            }
            _ => {}
        }
    }

    fn member(&mut self, now: Time, pool: PoolId, member: u32, fact: MemberFact) {
        let p = pool.index();
        match fact {
            MemberFact::Hired { in_training } => {
                assert!(self.held[p].insert(member), "post {member} is held at {now:?}");
                self.sees(if in_training { "hired to learn" } else { "hired" });
            }
            MemberFact::Left => {
                assert!(self.held[p].remove(&member), "nobody held post {member} at {now:?}");
                self.away[p].remove(&member);
                self.sees("left");
            }
            MemberFact::Absent => {
                assert!(self.held[p].contains(&member) && self.away[p].insert(member));
                self.sees("away");
            }
            MemberFact::Back => {
                assert!(self.held[p].contains(&member) && self.away[p].remove(&member));
                self.sees("back");
            }
        }
    }

    fn pool(&mut self, now: Time, pool: PoolId, level: PoolLevel) {
        self.levels[pool.index()] = level;
        assert!(
            level.busy <= level.on_shift && level.on_shift + level.absent <= level.filled,
            "{now:?} {level:?}"
        );
        assert!(level.learning <= 1000 * level.on_shift, "{now:?} {level:?}");
        assert!(level.capped <= level.on_shift - level.busy, "{now:?} {level:?}");
    }

    fn changed(&mut self, _: Time, snapshot: usize) {
        self.snapshot = snapshot;
    }

    fn sample(&mut self, now: Time, _: &Census) {
        for (p, level) in self.levels.iter().enumerate() {
            assert_eq!(level.filled as usize, self.held[p].len(), "pool {p} at {now:?}: {level:?}");
            let posts = self.model.params[self.snapshot].pools[p].headcount;
            assert_eq!(level.posts, posts, "pool {p} at {now:?}");
            assert!(level.absent as usize <= self.away[p].len());
        }
    }
}

/// Every second stage exposes, and the first class interrupts others.
fn with_exposure(text: &str) -> Model {
    let mut model = harness::model(text);
    for stage in model.stages.iter_mut().step_by(2) {
        stage.rules.exposure = true;
    }
    for params in &mut model.params {
        params.preempt[0] = true;
    }
    model
}

proptest! {
    #![proptest_config(config(200, 20_250_112))]

    #[test]
    fn members_hold_one_post_and_one_task_and_the_books_agree(
        draft in scenarios(true),
        tape in prop::collection::vec(any::<u16>(), 80),
    ) {
        let model = with_exposure(&staffed(&draft.text(), &tape));
        let layout = Layout::new(&model);
        for replication in 0..2 {
            simulate(&model, replication, &mut Keeper::new(&model));
            let mut recorder = Recorder::new(&model, &layout);
            simulate(&model, replication, &mut recorder);
            prop_assert!(recorder.finish().violation.is_none());
        }
    }
}

/// In a hundred such scenarios everything that can happen to members happens more than once or twice.
#[test]
fn random_members_leave_nothing_out() {
    use proptest::strategy::ValueTree;
    let mut runner = proptest::test_runner::TestRunner::new(config(1, 20_250_112));
    let mut seen: BTreeMap<&str, u32> = BTreeMap::new();
    let drafts = (scenarios(true), prop::collection::vec(any::<u16>(), 80));
    for _ in 0..100 {
        let (draft, tape) = drafts.new_tree(&mut runner).unwrap().current();
        let model = with_exposure(&staffed(&draft.text(), &tape));
        let mut keeper = Keeper::new(&model);
        simulate(&model, 0, &mut keeper);
        keeper.seen.into_keys().for_each(|what| *seen.entry(what).or_default() += 1);
    }
    assert_eq!(seen.len(), 10, "{seen:?}");
    assert!(seen.values().all(|scenarios| *scenarios >= 3), "{seen:?}");
}
