//! Exact results of queueing theory for rules of service: precedence and interruption, patience, loads, limits, people who
//! are away. Each is stated as a scenario file; the checks are those of `theory.rs`.

use caseload::engine::{CaseView, Cause, Census, Fact, Observer, PoolLevel, simulate};
use caseload::model::{Model, PoolId};
use caseload::stats::Tally;
use caseload::theory::chain::steady;
use caseload::theory::interrupted::{Away, mg1_interrupted};
use caseload::theory::patience::{Impatient, Patience, impatient};
use caseload::theory::priority::{self, Class};
use caseload::theory::single::Moments;
use caseload::theory::{batch, erlang, renewal};
use caseload::units::Time;

use crate::harness::model;
use crate::theory::{Check, EXPONENTIAL, check_waits, queue, waits};

const REPLICATIONS: u64 = 30;

/// Times in the system, in hours, and ends of tips that arrive after the warm-up.
pub(crate) struct Ends {
    warmup: Time,
    /// By true class.
    pub(crate) times: Vec<Tally>,
    /// Of all that ended, those that overflowed, lost patience, or were linked.
    pub(crate) all: u64,
    pub(crate) overflowed: u64,
    pub(crate) impatient: u64,
    pub(crate) linked: u64,
}

impl Observer for Ends {
    fn fact(&mut self, now: Time, case: CaseView, fact: Fact<'_>) {
        let Fact::Ended { cause, .. } = fact else { return };
        if case.arrived < self.warmup {
            return;
        }
        self.all += 1;
        match cause {
            Cause::Overflow => self.overflowed += 1,
            Cause::Patience => self.impatient += 1,
            Cause::Link => self.linked += 1,
            Cause::Route | Cause::Lapse => self.times[case.class.index()].push((now - case.arrived).hours()),
        }
    }
    fn pool(&mut self, _: Time, _: PoolId, _: PoolLevel) {}
    fn changed(&mut self, _: Time, _: usize) {}
    fn sample(&mut self, _: Time, _: &Census) {}
}

pub(crate) fn ends(model: &Model, replication: u64) -> Ends {
    let times = vec![Tally::new(); model.classes.len()];
    let mut seen = Ends { warmup: model.warmup, times, all: 0, overflowed: 0, impatient: 0, linked: 0 };
    simulate(model, replication, &mut seen);
    seen
}

/// Checks the mean time in the system of each class, in hours.
pub(crate) fn check_times(name: &str, text: &str, exact: &[f64]) {
    let model = model(text);
    let mut checks: Vec<Check> =
        exact.iter().enumerate().map(|(i, t)| Check::new(&format!("{name}, class {i}"), *t)).collect();
    for r in 0..REPLICATIONS {
        let seen = ends(&model, r);
        assert!(seen.times.iter().all(|times| times.count() > 500), "{name}: too few cases");
        for (check, times) in checks.iter_mut().zip(&seen.times) {
            check.means.push(times.mean().unwrap());
        }
    }
    checks.iter().for_each(Check::judge);
}

/// Checks one figure of each replication.
pub(crate) fn check(name: &str, text: &str, exact: f64, figure: impl Fn(&Ends) -> f64) {
    let model = model(text);
    let mut check = Check::new(name, exact);
    for r in 0..REPLICATIONS {
        let seen = ends(&model, r);
        assert!(seen.all > 500, "{name}: too few cases");
        check.means.push(figure(&seen));
    }
    check.judge();
}

/// Keys for the only stage of `queue`.
fn stage(text: &str, keys: &str) -> String {
    text.replace("route = \"done\"", &format!("route = \"done\"\n{keys}"))
}

/// Keys for its only pool.
fn pool(text: &str, keys: &str) -> String {
    text.replace("[[pool]]", &format!("[[pool]]\n{keys}"))
}

const LOST: &str = "[[outcome]]\nid = \"lost\"\ncounts_as = \"lost\"\n";

/// O10 and O11: three classes of one server, exponential, constant and gamma.
fn three_laws() -> ([Class; 3], String) {
    let classes = [
        Class { arrival: 0.2, service: Moments::exponential(1.0) },
        Class { arrival: 0.3, service: Moments::constant(0.8) },
        Class { arrival: 0.25, service: Moments::gamma(1.2, 2.0) },
    ];
    let effort = format!(
        "{{ c0 = {EXPONENTIAL}, c1 = \"48 min\", c2 = {{ gamma = {{ mean = \"72 min\", cv = {} }} }} }}",
        2.0_f64.sqrt()
    );
    (classes, queue(&[0.2, 0.3, 0.25], 1, &effort, "class", 25_000))
}

fn interrupts(text: &str) -> String {
    text.replace("id = \"c0\"", "id = \"c0\"\npreempt = true")
        .replace("id = \"c1\"", "id = \"c1\"\npreempt = true")
}

#[test]
fn one_server_with_classes_of_different_laws_has_the_waits_of_cobham() {
    let (classes, text) = three_laws();
    let exact: Vec<f64> = priority::mg1_waits(&classes).into_iter().flatten().collect();
    assert!((exact[2] - 5.741_758_242).abs() < 1e-8);
    check_waits("M/G/1 priorities", &text, &exact);
}

#[test]
fn one_server_that_is_interrupted_has_the_times_of_white_and_christie() {
    let (classes, text) = three_laws();
    let exact: Vec<f64> = priority::mg1_times_preemptive(&classes).into_iter().flatten().collect();
    assert!((exact[2] - 7.884_615_385).abs() < 1e-8);
    check_times("M/G/1 preemptive", &interrupts(&text), &exact);
}

#[test]
fn servers_that_are_interrupted_have_the_times_of_buzen_and_bondi() {
    // O13: the urgent class sees an M/M/5 of its own.
    let rates = [1.0, 2.0, 1.5];
    let exact: Vec<f64> = priority::mmc_times_preemptive(&rates, 1.0, 5).into_iter().flatten().collect();
    assert!((exact[2] - 5.338_807_721).abs() < 1e-8);
    check_times("M/M/5 preemptive", &interrupts(&queue(&rates, 5, EXPONENTIAL, "class", 4_000)), &exact);
}

#[test]
fn the_shortest_first_has_the_wait_of_phipps() {
    let exact = priority::shortest_first_wait(0.8, 1.0).unwrap();
    let text = queue(&[0.8], 1, EXPONENTIAL, "fifo", 30_000)
        .replace("order = \"fifo\"", "order = { shortest = \"drawn\" }");
    check_waits("M/M/1 shortest first", &text, &[exact]);
}

#[test]
fn regular_arrivals_have_the_waits_of_kendall() {
    // O09: constant gaps, and Erlang gaps of two phases.
    for (gaps, law) in [
        ("\"constant\"", renewal::Gaps::Constant),
        ("{ erlang = { k = 2, mean = 1.0 } }", renewal::Gaps::Erlang(2)),
    ] {
        let exact = renewal::mean_wait(law, 0.8, 1.0).unwrap();
        let text =
            queue(&[0.8], 1, EXPONENTIAL, "fifo", 15_000).replace("mix =", &format!("gaps = {gaps}\nmix ="));
        check_waits(&format!("GI/M/1, {gaps}"), &text, &[exact]);
    }
}

/// The share that gives up, and the mean wait of the others.
fn check_patience(law: &str, exact: Impatient, rate: f64, c: u32, hours: u32) {
    let keys = format!("patience = {law}\non_patience = \"lost\"");
    let text = stage(&queue(&[rate], c, EXPONENTIAL, "fifo", hours), &keys) + LOST;
    let model = model(&text);
    let mut share = Check::new(&format!("share that gives up, {law}"), exact.abandoned);
    let mut wait = Check::new(&format!("wait of the others, {law}"), exact.served_wait);
    for r in 0..REPLICATIONS {
        let seen = ends(&model, r);
        assert!(seen.impatient > 500);
        share.means.push(seen.impatient as f64 / seen.all as f64);
        wait.means.push(waits(&model, r, &[]).by_class[0].mean().unwrap());
    }
    share.judge();
    wait.judge();
}

#[test]
fn patience_of_any_law_loses_the_share_of_baccelli_and_hebuterne() {
    for (law, patience) in [
        ("\"1 h\"", Patience::Constant(1.0)),
        ("{ uniform = { low = \"30 min\", high = \"90 min\" } }", Patience::Uniform(0.5, 1.5)),
        ("{ erlang = { k = 2, mean = \"1 h\" } }", Patience::Erlang2(1.0)),
        (
            "{ mixture = [{ weight = 0.5, law = { exponential = { mean = \"12 min\" } } }, { weight = 0.5, law = { exponential = { mean = \"108 min\" } } }] }",
            Patience::Mixed(0.5, 0.2, 1.8),
        ),
    ] {
        check_patience(law, impatient(4.5, 1.0, 4, patience), 4.5, 4, 1_000);
    }
}

#[test]
fn exponential_patience_has_the_waits_of_palm() {
    // O15, whose share is checked elsewhere.
    let exact = impatient(50.0, 1.0, 45, Patience::Exponential(2.0));
    assert!((exact.abandoned - 0.110_732_103_9).abs() < 1e-9);
    check_patience("{ exponential = { mean = \"2 h\" } }", exact, 50.0, 45, 250);
}

#[test]
fn a_full_waiting_room_turns_away_the_share_of_the_birth_and_death_process() {
    // O04: M/M/5 with ten places, five of them for those who wait. O05: nobody may wait, and the law does not matter.
    let exact = erlang::places(6.0, 1.0, 5, 10);
    assert!((exact.turned_away - 0.212_593_133_1).abs() < 1e-9);
    let share = |seen: &Ends| seen.overflowed as f64 / seen.all as f64;
    let rooms =
        stage(&queue(&[6.0], 5, EXPONENTIAL, "fifo", 2_000), "queue_limit = { cases = 5, to = \"lost\" }");
    check("M/M/5/10 turned away", &(rooms + LOST), exact.turned_away, share);
    let law = "{ lognormal = { mean = \"1 h\", cv = 1.5 } }";
    let none = stage(&queue(&[10.0], 12, law, "fifo", 2_000), "queue_limit = { cases = 0, to = \"lost\" }");
    check("M/G/12/12 lost", &(none + LOST), erlang::erlang_b(12, 10.0), share);
}

#[test]
fn loads_form_as_long_as_their_size_says() {
    // O18a: loads of 5 at 10 an hour wait 0.2 h on average. A load of three goes after two mean gaps at the latest.
    let load = |rate: f64, keys: &str| {
        let text = queue(&[rate], 1, "\"1 h\"", "fifo", 2_000);
        stage(&text, keys).replace("pool = \"staff\"\neffort = \"1 h\"", "delay = \"1 h\"")
    };
    check_times("loads of 5", &load(10.0, "gather = { exactly = 5 }"), &[1.0 + batch::forming_wait(10.0, 5)]);
    let timed = load(1.0, "gather = { exactly = 3 }\nor_after = \"2 h\"");
    check_times("loads of 3 or after 2 h", &timed, &[1.0 + batch::timed_load_wait(1.0, 3, 2.0)]);
}

#[test]
fn work_on_loads_has_the_waits_of_bulk_queues() {
    let text = |rate: f64, keys: &str| stage(&queue(&[rate], 1, EXPONENTIAL, "fifo", 10_000), keys);
    // The effort of a load is that of its first case, so that waits can be compared as they are.
    let full = batch::full_load_wait(2.0, 1.0, 3).unwrap();
    check_waits("M/M[3,3]/1", &text(2.0, "gather = { exactly = 3 }"), &[full]);
    let partial = batch::partial_load_wait(2.4, 1.0, 3).unwrap();
    check_waits("M/M[1,3]/1", &text(2.4, "gather = { up_to = 3 }"), &[partial]);
}

#[test]
fn a_member_who_is_away_now_and_then_has_the_wait_of_a_server_with_breakdowns() {
    let away = Away { rate: 0.1, lasts: Moments::gamma(2.5, 0.5) };
    let lasts = format!("{{ gamma = {{ mean = \"150 min\", cv = {} }} }}", 0.5_f64.sqrt());
    let service = Moments::lognormal(1.0, 2.0);
    let exact = mg1_interrupted(0.4, &service, &away).unwrap();
    let effort = format!("{{ lognormal = {{ mean = \"1 h\", cv = {} }} }}", 2.0_f64.sqrt());
    // Work that is handed back is first in the queue, so that the only member goes on with it either way.
    for hand_over in [false, true] {
        let keys = format!("absence = {{ every = \"10 h\", lasts = {lasts}, hand_over = {hand_over} }}");
        let text = pool(&queue(&[0.4], 1, &effort, "fifo", 30_000), &keys);
        let name = format!("M/G/1 with absences, hand_over = {hand_over}");
        check_waits(&name, &text, &[exact.mean_wait]);
        check_times(&name, &text, &[exact.mean_time]);
    }
}

/// Two members, each away at the rate 0.1 for 2.5 on average; a task is taken over by whoever is there: mean number.
fn handed_over() -> f64 {
    let chain = steady((0_u32, 2_u32), |&(n, up)| {
        vec![
            ((n + 1, up), if n < 200 { 1.0 } else { 0.0 }),
            ((n, up.saturating_sub(1)), 0.1 * f64::from(up)),
            ((n, (up + 1).min(2)), 0.4 * f64::from(2 - up)),
            ((n.saturating_sub(1), up), f64::from(n.min(up))),
        ]
    });
    chain.mean(|(n, _)| f64::from(*n))
}

/// The same where the task waits for its member. Those who wait, work, are away with a task, are away without.
fn paused() -> f64 {
    let chain = steady((0_u32, 0_u32, 0_u32, 0_u32), |&(waiting, busy, held, away)| {
        let free = 2 - busy - held - away;
        let comes = if free > 0 { (waiting, busy + 1, held, away) } else { (waiting + 1, busy, held, away) };
        let ends = if waiting > 0 {
            (waiting - 1, busy, held, away)
        } else {
            (0, busy.saturating_sub(1), held, away)
        };
        let back = if waiting > 0 {
            (waiting - 1, busy + 1, held, away.saturating_sub(1))
        } else {
            (0, busy, held, away.saturating_sub(1))
        };
        vec![
            (comes, if waiting < 200 { 1.0 } else { 0.0 }),
            (ends, f64::from(busy)),
            ((waiting, busy.saturating_sub(1), held + 1, away), 0.1 * f64::from(busy)),
            ((waiting, busy, held, away + 1), 0.1 * f64::from(free)),
            ((waiting, busy + 1, held.saturating_sub(1), away), 0.4 * f64::from(held)),
            (back, 0.4 * f64::from(away)),
        ]
    });
    chain.mean(|(waiting, busy, held, _)| f64::from(waiting + busy + held))
}

#[test]
fn two_members_who_are_away_now_and_then_have_the_level_of_their_chain() {
    let lasts = "{ exponential = { mean = \"150 min\" } }";
    for (hand_over, exact) in [(true, handed_over()), (false, paused())] {
        let keys = format!("absence = {{ every = \"10 h\", lasts = {lasts}, hand_over = {hand_over} }}");
        let text = pool(&queue(&[1.0], 2, EXPONENTIAL, "fifo", 8_000), &keys);
        // One tip an hour: the mean number is the mean time.
        check_times(&format!("M/M/2, absences, hand_over = {hand_over}"), &text, &[exact]);
    }
}

#[test]
fn members_who_leave_and_are_replaced_have_the_level_of_servers_that_are_repaired() {
    // One unit of the chain is five days: a member leaves at the rate 0.02 a day, 7.305 a year.
    let keys = "attrition = \"730.5% per year\"\nbackfill = { exponential = { mean = \"12.5 days\" } }";
    let text = queue(&[1.0 / 120.0], 2, "{ exponential = { mean = \"120 h\" } }", "fifo", 480_000);
    check_times("M/M/2, attrition", &pool(&text, keys), &[120.0 * handed_over()]);
}
