//! Laws of plain queues, tip by tip under the same luck: what an order can change and what it cannot, who waits for
//! whom, and what can delay nobody.

use std::collections::BTreeMap;

use caseload::engine::{CaseView, Census, Fact, Observer, PoolLevel, simulate};
use caseload::model::{PoolId, StageId};
use caseload::scenario::EditKind;
use caseload::units::Time;
use proptest::prelude::*;

use crate::harness;
use crate::random_queues::{Kind, Queue, queues};
use crate::random_scenarios::config;

/// A tip in all scenarios: its source, and which of that source's.
type Tip = (usize, u32);

/// What happened to each tip, and when somebody was busy.
#[derive(Debug, Clone, Default, PartialEq)]
struct Story {
    names: BTreeMap<u64, Tip>,
    of_source: BTreeMap<usize, u32>,
    class: BTreeMap<Tip, usize>,
    joined: BTreeMap<(Tip, StageId), Time>,
    started: BTreeMap<(Tip, StageId), Time>,
    finished: BTreeMap<(Tip, StageId), Time>,
    effort: BTreeMap<(Tip, StageId), i64>,
    /// Tips in the order of their first starts at the first stage.
    order: Vec<Tip>,
    /// When the number of busy members of the first pool changed, and to what.
    busy: Vec<(Time, u32)>,
    /// In work and waiting now.
    in_work: BTreeMap<u32, (Tip, usize)>,
    waiting: BTreeMap<u32, (Tip, usize)>,
    level: PoolLevel,
    now: Time,
    /// Moments at which a case of class 0 waited while another was worked on by somebody on shift.
    outranked: Vec<Time>,
}

impl Story {
    fn of(text: &str, edits: &[(EditKind, &str)]) -> Story {
        let model = harness::model_with(text, edits);
        let mut story = Story::default();
        simulate(&model, 0, &mut story);
        story
    }

    fn come_to(&mut self, now: Time) {
        if now > self.now {
            let urgent = self.waiting.values().any(|(_, class)| *class == 0);
            let other = self.in_work.values().any(|(_, class)| *class != 0);
            if urgent && other && self.level.on_shift > 0 {
                self.outranked.push(self.now);
            }
            self.now = now;
        }
    }

    /// Stretches in which somebody of the first pool was busy, those apart that were over by the end.
    fn busy_periods(&self) -> Vec<(Time, Time)> {
        let mut periods = vec![];
        let mut since = None;
        for (i, (at, busy)) in self.busy.iter().enumerate() {
            if self.busy.get(i + 1).is_some_and(|next| next.0 == *at) {
                continue;
            }
            match (since, busy) {
                (None, 1..) => since = Some(*at),
                (Some(from), 0) => {
                    periods.push((from, *at));
                    since = None;
                }
                _ => {}
            }
        }
        periods
    }
}

impl Observer for Story {
    fn fact(&mut self, now: Time, view: CaseView, fact: Fact<'_>) {
        self.come_to(now);
        if let Fact::Arrived { .. } = fact {
            let source = view.source.expect("tips have sources").index();
            let nth = self.of_source.entry(source).or_default();
            *nth += 1;
            self.names.insert(view.number, (source, *nth));
            self.class.insert((source, *nth), view.class.index());
        }
        let tip = self.names[&view.number];
        let class = view.class.index();
        match fact {
            Fact::Joined { stage, .. } => {
                self.joined.insert((tip, stage), now);
                self.waiting.insert(view.slot, (tip, class));
            }
            Fact::Started { stage, resumed, .. } => {
                self.waiting.remove(&view.slot);
                self.in_work.insert(view.slot, (tip, class));
                if !resumed {
                    self.started.insert((tip, stage), now);
                }
                if !resumed && stage == StageId(0) {
                    self.order.push(tip);
                }
            }
            Fact::Interrupted { stage, effort, .. } | Fact::Finished { stage, effort } => {
                *self.effort.entry((tip, stage)).or_default() += effort.0;
                self.in_work.remove(&view.slot);
                match fact {
                    Fact::Interrupted { .. } => drop(self.waiting.insert(view.slot, (tip, class))),
                    _ => drop(self.finished.insert((tip, stage), now)),
                }
            }
            _ => {}
        }
    }

    fn pool(&mut self, now: Time, pool: PoolId, level: PoolLevel) {
        self.come_to(now);
        if pool == PoolId(0) {
            self.level = level;
            self.busy.push((now, level.busy));
        }
    }

    fn changed(&mut self, _: Time, _: usize) {}
    fn sample(&mut self, _: Time, _: &Census) {}
}

const ORDERS: &[&str] = &[
    "order = \"fifo\"",
    "order = \"lifo\"",
    "order = \"class\"",
    "order = \"random\"",
    "order = \"shortest\"",
    "order = { shortest = \"drawn\" }",
    "order = { due = { c0 = \"1 day\", default = \"3 days\" } }",
    "order = { ageing = { c0 = \"4 per day\", default = \"1 per day\" } }",
    "order = { quota = { c1 = 0.4 }, otherwise = \"fifo\" }",
];

/// One member who is always there: under every order it is busy at the same times, so the work in the system is the
/// same at every moment; and over each busy period the sum of effort times wait is the same.
fn work_is_conserved(queue: &Queue) {
    let fifo = Story::of(&queue.with(ORDERS[0]).text(), &[]);
    let periods = fifo.busy_periods();
    let over = periods.last().map_or(Time::ZERO, |(_, until)| *until);
    // Tasks that take no time end in the moment in which they start, and weigh nothing.
    let weighed = |story: &Story| -> i128 {
        let starts =
            story.started.iter().filter(|(key, _)| story.finished.get(key).is_some_and(|at| *at <= over));
        starts
            .map(|(key, at)| {
                let (wait, length) = (*at - story.joined[key], story.finished[key] - *at);
                i128::from(wait.0) * i128::from(length.0)
            })
            .sum()
    };
    for order in &ORDERS[1..] {
        let story = Story::of(&queue.with(order).text(), &[]);
        assert_eq!(story.busy_periods(), periods, "{order}");
        assert_eq!(weighed(&story), weighed(&fifo), "{order}");
    }
    let mut urgent = queue.with("order = \"class\"");
    urgent.classes.iter_mut().take(2).for_each(|class| *class += "preempt = true\n");
    assert_eq!(Story::of(&urgent.text(), &[]).busy_periods(), periods, "with interruptions");
}

/// Where all tasks take the same time, an order decides who waits, not how long all wait.
fn only_who_waits_is_decided(queue: &Queue) {
    let sorted = |story: &Story| {
        let mut starts: Vec<Time> = story.started.values().copied().collect();
        starts.sort_unstable();
        (starts, story.busy.clone())
    };
    let fifo = sorted(&Story::of(&queue.with(ORDERS[0]).text(), &[]));
    for order in &ORDERS[1..] {
        assert_eq!(sorted(&Story::of(&queue.with(order).text(), &[])), fifo, "{order}");
    }
}

/// First come is first served; last come, first; of efforts that are looked at, the least.
fn orders_keep_their_word(queue: &Queue) {
    let first = StageId(0);
    let numbers =
        |story: &Story| -> BTreeMap<Tip, u64> { story.names.iter().map(|(n, tip)| (*tip, *n)).collect() };
    let fifo = Story::of(&queue.with("order = \"fifo\"").text(), &[]);
    let number = numbers(&fifo);
    assert!(fifo.order.is_sorted_by_key(|tip| number[tip]), "somebody was overtaken");
    for (order, key) in [("lifo", 0), ("class", 1), ("drawn", 2)] {
        let written =
            if order == "drawn" { "{ shortest = \"drawn\" }".to_owned() } else { format!("\"{order}\"") };
        let story = Story::of(&queue.with(&format!("order = {written}")).text(), &[]);
        let number = numbers(&story);
        let worth = |tip: &Tip| -> Option<i64> {
            let whole = || story.finished.contains_key(&(*tip, first)).then(|| story.effort[&(*tip, first)]);
            match key {
                0 => Some(-story.joined[&(*tip, first)].0),
                1 => Some(story.class[tip] as i64),
                _ => whole(),
            }
        };
        for (place, tip) in story.order.iter().enumerate() {
            let at = story.started[&(*tip, first)];
            let Some(own) = worth(tip) else { continue };
            // Whoever starts later, but was there already, is worth no less; who is worth the same came later.
            for later in &story.order[place + 1..] {
                let there = story.joined[&(*later, first)] < at;
                let beaten = worth(later).is_some_and(|w| (w, number[later]) < (own, number[tip]));
                assert!(!(there && beaten), "{order}: {tip:?} starts before {later:?}");
            }
        }
    }
}

/// Cases that interrupt all others are served as if there were no others; and none of them ever waits while somebody
/// on shift works on another.
fn who_interrupts_is_alone(queue: &Queue) {
    let mut urgent = queue.with("order = \"class\"");
    urgent.classes[0] += "preempt = true\n";
    let mut alone = urgent.clone();
    alone.sources.truncate(1);
    let (among, alone) = (Story::of(&urgent.text(), &[]), Story::of(&alone.text(), &[]));
    assert_eq!(among.outranked, [], "outranked");
    for (tip, at) in &alone.started {
        assert_eq!(among.started.get(tip), Some(at), "{tip:?}");
    }
    for (tip, at) in &alone.finished {
        assert_eq!(among.finished.get(tip), Some(at), "{tip:?}");
    }
}

/// None of these delays anybody, at any station: more members, shorter efforts, longer hours, fewer other tips.
fn nobody_is_delayed(queue: &Queue) {
    let queue = queue.with("order = \"fifo\"");
    let text = queue.text();
    let before = Story::of(&text, &[]);
    let mut fewer = queue.clone();
    fewer.sources.pop();
    let mut better = vec![
        ("shorter efforts", Story::of(&text, &[(EditKind::Scale, "stage.st0.effort=0.7")])),
        ("hours", Story::of(&text, &[(EditKind::Set, "pool.p0.hours=always")])),
        ("availability", Story::of(&text, &[(EditKind::Set, "pool.p0.availability=1")])),
        ("fewer tips", Story::of(&fewer.text(), &[])),
    ];
    if queue.stations.len() == 1 {
        // With two members cases overtake each other on their way to the next station.
        better.push(("a member more", Story::of(&text, &[(EditKind::Add, "pool.p0.headcount=1")])));
    }
    for (what, after) in &better {
        let known = |tip: &Tip| after.class.contains_key(tip);
        for ((tip, stage), at) in before.started.iter().filter(|((tip, _), _)| known(tip)) {
            let then = after.started.get(&(*tip, *stage));
            assert!(then.is_some_and(|then| then <= at), "{what}: {tip:?} starts {stage:?} later");
        }
        for ((tip, stage), at) in before.finished.iter().filter(|((tip, _), _)| known(tip)) {
            let then = after.finished.get(&(*tip, *stage));
            assert!(then.is_some_and(|then| then <= at), "{what}: {tip:?} is done at {stage:?} later");
        }
    }
}

const PLAIN: Kind = Kind { stations: 1, members: 3, shifts: true, equal: false };
const ONE: Kind = Kind { stations: 1, members: 1, shifts: false, equal: false };
const EQUAL: Kind = Kind { stations: 1, members: 3, shifts: true, equal: true };
const LINES: Kind = Kind { stations: 3, members: 3, shifts: true, equal: false };

proptest! {
    #![proptest_config(config(50, 20_250_130))]

    #[test]
    fn the_work_in_the_system_is_the_same_under_every_order(queue in queues(ONE)) {
        work_is_conserved(&queue);
    }

    #[test]
    fn where_tasks_are_equal_an_order_decides_only_who_waits(queue in queues(EQUAL)) {
        only_who_waits_is_decided(&queue);
    }

    #[test]
    fn orders_keep_their_word_tip_by_tip(queue in queues(PLAIN)) {
        orders_keep_their_word(&queue);
    }

    #[test]
    fn who_interrupts_waits_as_if_nobody_else_were_there(queue in queues(PLAIN)) {
        who_interrupts_is_alone(&queue);
    }

    #[test]
    fn neither_more_capacity_nor_fewer_tips_delay_anybody(queue in queues(LINES)) {
        nobody_is_delayed(&queue);
    }
}

proptest! {
    #![proptest_config(config(2000, 20_250_131))]

    #[test]
    #[ignore = "slow: 60 s, run by .ci/slow.sh"]
    fn laws_of_queues_hold_at_length(all in (queues(ONE), queues(EQUAL), queues(PLAIN), queues(LINES))) {
        work_is_conserved(&all.0);
        only_who_waits_is_decided(&all.1);
        orders_keep_their_word(&all.2);
        who_interrupts_is_alone(&all.2);
        nobody_is_delayed(&all.3);
    }
}
