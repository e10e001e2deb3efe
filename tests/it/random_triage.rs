//! Random small scenarios with every rule of triage: whatever is asked for, no case is lost, nobody works on two things
//! at a time, and the engine's own counts agree with what it tells.

use std::collections::BTreeMap;

use caseload::engine::{CaseView, Census, Fact, Observer, PoolLevel, simulate};
use caseload::model::PoolId;
use caseload::random::{Place, Purpose, Replication};
use caseload::units::Time;

use crate::harness::model;

/// Numbers below `n`, one after another, that belong to one scenario.
struct Dice(u64, u64);

impl Dice {
    fn roll(&mut self, n: u64) -> u64 {
        self.1 += 1;
        Replication::new(self.0, 0).stream(Place::new(Purpose::Tip, "dice"), self.1, 0).below(n)
    }

    fn one<'a>(&mut self, of: &[&'a str]) -> &'a str {
        of[self.roll(of.len() as u64) as usize]
    }

    /// Now and then.
    fn maybe(&mut self, of: &[&str]) -> String {
        if self.roll(2) == 0 { String::new() } else { format!("{}\n", self.one(of)) }
    }
}

const ORDERS: &[&str] = &[
    "order = \"class\"",
    "order = \"fifo\"",
    "order = \"lifo\"",
    "order = \"score\"",
    "order = \"lapse\"",
    "order = \"random\"",
    "order = \"shortest\"",
    "order = { shortest = \"drawn\" }",
    "order = { due = { a = \"1 h\", default = \"5 h\" } }",
    "order = { ageing = { a = \"8 per day\", b = { base = 1, gains = \"20 per day\" }, default = \"1 per day\" } }",
    "order = { quota = { b = 0.3 }, otherwise = \"class\" }",
    "order = { quota = { a = 0.5, c = 0.5 }, otherwise = \"lifo\" }",
    "order = { quota = { c = 0.2 }, otherwise = { ageing = \"3 per day\" } }",
    "order = { quota = { b = 0.2 }, otherwise = { shortest = \"drawn\" } }",
];

const ASSESS: &[&str] = &[
    "assess = { table = { a = { a = 0.7, b = 0.2, c = 0.1 }, b = \"same\", c = { c = 0.9, a = \"rest\" } } }",
    "assess = { sensitivity = 0.8, specificity = 0.9, positive = [\"a\"], below = \"c\" }",
    "assess = { auc = 0.8, positive = [\"a\", \"b\"], threshold = { share = 0.3 }, below = \"c\" }",
    "assess = { auc = 0.7, positive = [\"b\"], threshold = 0.5 }",
    "assess = { table = { a = { unknown = 0.3, a = \"rest\" }, b = \"same\", c = \"same\" } }",
];

fn stage(id: &str, pool: &str, next: &str, dice: &mut Dice) -> String {
    let effort = dice.one(&[
        "\"1 h\"",
        "{ exponential = { mean = \"2 h\" } }",
        "{ a = \"3 h\", default = \"30 min\" }",
    ]);
    let mut text = format!("[[stage]]\nid = \"{id}\"\npool = {pool}\neffort = {effort}\nroute = {next}\n");
    text += &dice.maybe(ORDERS);
    text += &dice.maybe(ASSESS);
    text += &dice.maybe(&[
        "patience = \"5 h\"\non_patience = \"lost\"",
        "patience = { c = \"3 h\" }\non_patience = \"last\"",
    ]);
    text += &dice.maybe(&[
        "park = { above = 2, release_below = 2, classes = [\"b\", \"c\"], after = \"6 h\" }",
        "park = { above = 0, release_below = 0, after = \"2 h\" }",
        "park = { above = 3, release_below = 4 }",
    ]);
    text += &dice.maybe(&[
        "queue_limit = { cases = 4, to = \"last\" }",
        "queue_limit = { cases = 1, to = \"lost\", classes = [\"c\", \"unknown\"] }",
    ]);
    text += &dice.maybe(&["interruptible = false", "cost = 3"]);
    text
}

fn scenario(seed: u64) -> String {
    let mut dice = Dice(seed, 0);
    let mut text = format!(
        "[scenario]\nstart = 2025-01-06\nhorizon = \"20 days\"\nsample = \"1 day\"\nseed = {seed}\n\
         [[outcome]]\nid = \"done\"\ncounts_as = \"closed\"\n[[outcome]]\nid = \"lost\"\ncounts_as = \"lost\"\n\
         [[class]]\nid = \"a\"\n{}[[class]]\nid = \"b\"\n{}[[class]]\nid = \"c\"\n[[class]]\nid = \"a-far\"\nof = \"a\"\n",
        dice.maybe(&["preempt = true"]),
        dice.maybe(&["preempt = true"]),
    );
    text += &dice.maybe(&["[[class]]\nid = \"unknown\"\nbefore = \"c\""]);
    for (id, enters) in [("s0", "screen"), ("s1", "look"), ("s2", "last")] {
        text += &format!(
            "[[source]]\nid = \"{id}\"\nrate = \"8 per day\"\nenters = \"{enters}\"\nmix = {{ a = 0.1, a-far = 0.1, b = 0.3, c = \"rest\" }}\n{}{}{}",
            dice.maybe(&["labelled = \"unknown\"", "labelled = \"b\"", "labelled = \"true\""]),
            dice.maybe(&["batch = { poisson = { mean = 1.5 } }"]),
            dice.maybe(&["retention = { lasts = \"9 h\", preserved_by = \"last\", on_lapse = \"lost\" }"]),
        );
    }
    for (id, members) in [("x", 1), ("y", 3), ("z", 2)] {
        text += &format!(
            "[[pool]]\nid = \"{id}\"\nheadcount = {members}\n{}{}{}",
            dice.maybe(&[
                "hours = \"Mon-Fri 08:00-18:00\"",
                "hours = \"Mon-Sun 06:00-22:00\"\nshift_end = \"finish\"",
                "hours = \"Mon-Fri 07:00-19:00\"\nshift_end = \"hand-over\"",
                "shifts = [{ hours = \"Mon-Sun 06:00-16:00\", share = 0.5 }, { hours = \"Mon-Sun 14:00-23:00\", share = 0.5 }]",
            ]),
            dice.maybe(&["prefers = \"downstream-first\"", "prefers = \"longest-wait\"", "prefers = \"upstream-first\"", "prefers = [\"look\"]"]),
            dice.maybe(&["reserve = { members = 1, for = [\"a\"] }", "takes = [\"a\", \"b\"]"]),
        );
        // One pool with an order of its own, of which the others know nothing.
        if id == "x" && !text.contains("prefers") {
            text += &dice.maybe(ORDERS);
        }
    }
    let pools = ["\"x\"", "\"y\"", "[\"x\", \"z\"]", "[\"y\", \"z\"]", "{ y = 2, z = 1 }", "{ y = 3 }"];
    text += &stage("screen", dice.one(&pools[..4]), "{ look = 0.8, done = \"rest\" }", &mut dice);
    text += &stage("look", dice.one(&pools), "{ last = 0.7, screen = 0.1, done = \"rest\" }", &mut dice);
    text += &stage("last", dice.one(&pools), "\"done\"", &mut dice).replace("to = \"last\"", "to = \"done\"");
    text = text.replace("on_patience = \"last\"", "on_patience = \"done\"");
    let order = dice.one(ORDERS).trim_start_matches("order = ");
    text += "[[change]]\nat = 2025-01-14T10:30:00\n";
    text += &format!("set = {{ \"stage.look.order\" = {order}, \"pool.y.headcount\" = 4 }}\n");
    text
}

#[test]
fn whatever_is_asked_of_triage_no_case_is_lost() {
    for seed in 0..400 {
        let text = scenario(seed);
        let model = model(&text);
        let mut books = crate::judge::Judge::new(&model);
        let run = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| simulate(&model, 0, &mut books)));
        assert!(run.is_ok(), "seed {seed}\n{text}");
        assert!(books.lives.len() > 100, "seed {seed}: {} tips", books.lives.len());
    }
}

// ---- Every start against the rule, read naively ----------------------------------------------

/// What an order says of a waiting case: smaller is first. `None`: this order cannot be seen from outside.
#[derive(Clone, Copy)]
enum Rule {
    Class,
    Fifo,
    Lifo,
    /// Allowances in hours.
    Due([f64; 4]),
    /// Base and gain per hour.
    Ageing([(f64, f64); 4]),
    /// Entry of each class, share of each entry; by class within an entry.
    Quota([usize; 4], [f64; 2]),
}

const RULES: &[(&str, Rule)] = &[
    ("\"class\"", Rule::Class),
    ("\"fifo\"", Rule::Fifo),
    ("\"lifo\"", Rule::Lifo),
    (
        "{ due = { a = \"1 h\", b = \"5 h\", c = \"9 h\", unknown = \"2 h\" } }",
        Rule::Due([1.0, 5.0, 9.0, 2.0]),
    ),
    (
        "{ ageing = { a = \"2 per hour\", b = { base = 3, gains = \"1 per hour\" }, c = { base = 5 }, unknown = \"3 per hour\" } }",
        Rule::Ageing([(0.0, 2.0), (3.0, 1.0), (5.0, 0.0), (0.0, 3.0)]),
    ),
    // Entries in the order of the class list: others (a, b, unknown) first, then c.
    ("{ quota = { c = 0.2 }, otherwise = \"class\" }", Rule::Quota([0, 0, 1, 0], [0.8, 0.2])),
    ("{ quota = { a = 0.25 }, otherwise = \"class\" }", Rule::Quota([0, 1, 1, 1], [0.25, 0.75])),
];

/// A waiting case as the naive reader knows it.
#[derive(Clone, Copy, Debug)]
struct Waiting {
    joined: Time,
    arrived: Time,
    observed: usize,
    number: u64,
    begun: bool,
}

/// Checks each start of a pool with `members`, of which one is kept for class a if `kept`.
struct Judge {
    rule: Rule,
    kept: bool,
    members: usize,
    busy: usize,
    waiting: BTreeMap<u32, Waiting>,
    in_work: BTreeMap<u32, Waiting>,
    pass: [f64; 2],
    starts: u64,
}

impl Judge {
    fn begins_to_wait(&mut self, slot: u32, case: Waiting) {
        if let Rule::Quota(entry, _) = self.rule {
            let own = entry[case.observed];
            let of = |e: usize| self.waiting.values().any(|w| entry[w.observed] == e);
            if !of(own) {
                let least = (0..2).filter(|&e| of(e)).map(|e| self.pass[e]).fold(f64::INFINITY, f64::min);
                self.pass[own] =
                    if least < f64::INFINITY { self.pass[own].max(least) } else { self.pass[own] };
            }
        }
        self.waiting.insert(slot, case);
    }

    fn key(&self, case: &Waiting, now: Time) -> (f64, f64, f64) {
        let joined = (case.joined - Time::ZERO).hours();
        match self.rule {
            Rule::Class => (case.observed as f64, 0.0, joined),
            Rule::Fifo => (0.0, 0.0, joined),
            Rule::Lifo => (0.0, 0.0, -joined),
            Rule::Due(hours) => ((case.arrived - Time::ZERO).hours() + hours[case.observed], 0.0, joined),
            Rule::Ageing(of) => {
                let (base, gain) = of[case.observed];
                (-(base + gain * (now - case.joined).hours()), 0.0, joined)
            }
            Rule::Quota(entry, _) => (
                // Sums of 1/share in different orders are equal up to rounding.
                (self.pass[entry[case.observed]] * 1e6).round(),
                entry[case.observed] as f64,
                10_000.0 * case.observed as f64 + joined,
            ),
        }
    }

    /// Nobody who could have been taken was to go first.
    fn judge(&mut self, slot: u32, now: Time) {
        let chosen = self.waiting[&slot];
        let free = self.members - self.busy;
        let may = |case: &Waiting| !self.kept || case.observed == 0 || free > 1;
        assert!(may(&chosen), "{now:?}: {chosen:?} took the last member");
        let own = self.key(&chosen, now);
        for other in self.waiting.values().filter(|w| may(w)) {
            let key = self.key(other, now);
            let before = key.0 < own.0 - 1e-9
                || (key.0 - own.0).abs() <= 1e-12
                    && (key.1, key.2, other.number) < (own.1, own.2, chosen.number);
            assert!(!before, "{now:?}: {chosen:?} {own:?} went before {other:?} {key:?}");
        }
        if let (Rule::Quota(entry, share), false) = (self.rule, chosen.begun) {
            self.pass[entry[chosen.observed]] += 1.0 / share[entry[chosen.observed]];
        }
        self.starts += 1;
        self.waiting.remove(&slot);
        self.in_work.insert(slot, Waiting { begun: true, ..chosen });
        self.busy += 1;
    }
}

impl Observer for Judge {
    fn fact(&mut self, now: Time, case: CaseView, fact: Fact<'_>) {
        match fact {
            Fact::Joined { .. } => {
                let (arrived, observed, number) = (case.arrived, case.observed.index(), case.number);
                self.begins_to_wait(
                    case.slot,
                    Waiting { joined: now, arrived, observed, number, begun: false },
                );
            }
            Fact::Started { .. } => self.judge(case.slot, now),
            Fact::Interrupted { .. } => {
                self.busy -= 1;
                let case_before = self.in_work.remove(&case.slot).unwrap();
                self.begins_to_wait(case.slot, case_before);
            }
            Fact::Finished { .. } => {
                self.busy -= 1;
                self.in_work.remove(&case.slot);
            }
            Fact::Reneged { .. } | Fact::Overflowed { .. } => {
                self.waiting.remove(&case.slot);
            }
            _ => {}
        }
    }
    fn pool(&mut self, _: Time, _: PoolId, _: PoolLevel) {}
    fn changed(&mut self, _: Time, _: usize) {}
    fn sample(&mut self, _: Time, _: &Census) {}
}

#[test]
fn every_start_is_the_first_by_the_rule() {
    for seed in 0..140 {
        let (order, rule) = RULES[seed as usize % RULES.len()];
        let mut dice = Dice(seed + 1000, 0);
        let members = 1 + dice.roll(3);
        let kept = members > 1 && dice.roll(2) == 0;
        let mut text = format!(
            "[scenario]\nstart = 2025-01-06\nhorizon = \"30 days\"\nseed = {seed}\n\
             [[class]]\nid = \"a\"\n[[class]]\nid = \"b\"\n[[class]]\nid = \"c\"\n\
             [[outcome]]\nid = \"done\"\ncounts_as = \"closed\"\n[[outcome]]\nid = \"lost\"\ncounts_as = \"lost\"\n\
             [[pool]]\nid = \"x\"\nheadcount = {members}\n{}{}\
             [[stage]]\nid = \"work\"\npool = \"x\"\norder = {order}\nroute = \"done\"\n\
             effort = {{ exponential = {{ mean = \"2 h\" }} }}\n{}{}",
            if kept { "reserve = { members = 1, for = [\"a\"] }\n" } else { "" },
            dice.maybe(&["hours = \"Mon-Sun 08:00-20:00\"\nshift_end = \"hand-over\""]),
            dice.maybe(&["patience = \"8 h\"\non_patience = \"lost\""]),
            dice.maybe(&["queue_limit = { cases = 9, to = \"lost\" }"]),
        );
        for (id, label) in [("s0", "unknown"), ("s1", "true")] {
            text += &format!(
                "[[source]]\nid = \"{id}\"\nrate = \"{} per day\"\nlabelled = \"{label}\"\nbatch = {{ poisson = {{ mean = 1.2 }} }}\n\
                 mix = {{ a = 0.2, b = 0.3, c = \"rest\" }}\n",
                4 * members
            );
        }
        let mut judge = Judge {
            rule,
            kept,
            members: members as usize,
            busy: 0,
            waiting: BTreeMap::new(),
            in_work: BTreeMap::new(),
            pass: [0.0; 2],
            starts: 0,
        };
        let model = model(&text);
        let run = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| simulate(&model, 0, &mut judge)));
        assert!(run.is_ok(), "seed {seed}\n{text}");
        assert!(judge.starts > 50, "seed {seed}: {} starts", judge.starts);
    }
}
