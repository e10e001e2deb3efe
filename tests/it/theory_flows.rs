//! Exact results for flows: networks, batches, links, repeat tips, filling up, growing backlogs. Each is stated as a
//! scenario file; the checks are those of `theory.rs`.

use caseload::engine::{CaseView, Cause, Census, Fact, Observer, PoolLevel, simulate};
use caseload::model::PoolId;
use caseload::stats::Tally;
use caseload::theory::network::{Station, jackson, little_time};
use caseload::theory::single::Moments;
use caseload::theory::{batch, erlang, infinite};
use caseload::units::Time;

use crate::harness::model;
use crate::theory::{Check, check_waits, queue, rework};
use crate::theory_mechanisms::{check, check_times};

/// A scenario with one class, in which nobody works.
fn unattended(days: u32, warmup: u32, sample: &str, rest: &str) -> String {
    format!(
        "[scenario]\nstart = 2025-01-06\nhorizon = \"{days} days\"\nwarmup = \"{warmup} days\"\nsample = \"{sample}\"\nreplications = 30\nseed = 13\n\
         [[outcome]]\nid = \"done\"\ncounts_as = \"closed\"\n{rest}"
    )
}

#[test]
fn a_network_with_rework_has_the_time_of_jackson_and_little() {
    // O21: intake 4 servers, exam 6, review 2; 20 % of reviews go back to exam. W = 4.0516, over all who enter.
    let routes = vec![vec![0.0, 0.7, 0.1], vec![0.0, 0.0, 0.6], vec![0.0, 0.2, 0.0]];
    let stations = [(1.0, 4), (0.6, 6), (2.0, 2)].map(|(service, servers)| Station { service, servers });
    let queues = jackson(&[3.0, 0.5, 0.0], &routes, &stations).unwrap();
    let exact = little_time(queues.iter().map(erlang::Mmc::mean_number).sum(), 3.5).unwrap();
    assert!((exact - 4.051_582_58).abs() < 1e-8);
    let text = rework("horizon = \"5000 h\"\nwarmup = \"500 h\"\nsample = \"1000 h\"");
    check_times("Jackson network", &text, &[exact]);
}

#[test]
fn batches_of_any_size_and_service_of_any_law_have_the_wait_of_burke() {
    // One or five tips at once, mean 2, E X² = 7; service of an hour, always.
    let size = batch::Size { first: 2.0, second: 7.0 };
    let exact = batch::batch_wait(0.35, size, &Moments::constant(1.0)).unwrap();
    let law = "batch = { discrete = { values = [1, 5], weights = [3, 1] } }\nmix =";
    check_waits("M^X/D/1", &queue(&[0.35], 1, "\"1 h\"", "fifo", 30_000).replace("mix =", law), &[exact]);
}

#[test]
fn tips_are_linked_as_often_as_somebody_is_there() {
    // A quarter of the tips concern an open case, if there is one; the law of the delay does not matter.
    let text = unattended(
        4_000,
        100,
        "100 days",
        "[[class]]\nid = \"any\"\n\
         [[outcome]]\nid = \"linked\"\ncounts_as = \"linked\"\n\
         [[source]]\nid = \"tips\"\nrate = \"1 per day\"\nlink = 0.25\nmix = { any = 1.0 }\n\
         [[stage]]\nid = \"away\"\ndelay = { lognormal = { mean = \"2 days\", cv = 1.0 } }\nroute = \"done\"\n",
    );
    let exact = 0.25 * (1.0 - infinite::empty_share(1.0, 0.75, 2.0));
    assert!((exact - 0.205_691_451_6).abs() < 1e-9);
    check("linked share", &text, exact, |seen| seen.linked as f64 / seen.all as f64);
}

/// What arrives and what is linked, after the warm-up.
struct Tips {
    warmup: Time,
    subjects: u64,
    opened: u64,
    linked: u64,
}

impl Observer for Tips {
    fn fact(&mut self, now: Time, _: CaseView, fact: Fact<'_>) {
        if now < self.warmup {
            return;
        }
        match fact {
            Fact::Arrived { subject, .. } => {
                self.subjects += u64::from(subject);
                self.opened += 1;
            }
            Fact::Ended { cause: Cause::Link, .. } => {
                self.linked += 1;
                self.opened -= 1;
            }
            _ => {}
        }
    }
    fn pool(&mut self, _: Time, _: PoolId, _: PoolLevel) {}
    fn changed(&mut self, _: Time, _: usize) {}
    fn sample(&mut self, _: Time, _: &Census) {}
}

#[test]
fn a_subject_that_is_not_stopped_comes_back() {
    // Two cases in five end with a stop, so a subject opens 2.5 cases on average. Each is open for two days, in which
    // one repeat tip comes on average and is linked.
    let text = unattended(
        1_500,
        200,
        "100 days",
        "[[class]]\nid = \"any\"\nrepeat = \"0.5 per day\"\n\
         [[outcome]]\nid = \"linked\"\ncounts_as = \"linked\"\n\
         [[outcome]]\nid = \"arrest\"\ncounts_as = \"acted\"\nstops = true\n\
         [[source]]\nid = \"tips\"\nrate = \"3 per day\"\nmix = { any = 1.0 }\n\
         [[stage]]\nid = \"away\"\ndelay = \"2 days\"\nroute = { arrest = 0.4, done = \"rest\" }\n",
    );
    let model = model(&text);
    let mut opened = Check::new("cases of a subject", 2.5);
    let mut linked = Check::new("linked tips of a subject", 2.5);
    for r in 0..30 {
        let mut tips = Tips { warmup: model.warmup, subjects: 0, opened: 0, linked: 0 };
        simulate(&model, r, &mut tips);
        assert!(tips.subjects > 3_500);
        opened.means.push(tips.opened as f64 / tips.subjects as f64);
        linked.means.push(tips.linked as f64 / tips.subjects as f64);
    }
    opened.judge();
    linked.judge();
}

/// Open cases at the samples.
#[derive(Default)]
struct Levels(Vec<f64>);

impl Observer for Levels {
    fn fact(&mut self, _: Time, _: CaseView, _: Fact<'_>) {}
    fn pool(&mut self, _: Time, _: PoolId, _: PoolLevel) {}
    fn changed(&mut self, _: Time, _: usize) {}
    fn sample(&mut self, _: Time, census: &Census) {
        self.0.push(census.open.iter().sum::<u64>() as f64);
    }
}

fn levels(text: &str, replications: u64) -> Vec<Tally> {
    let model = model(text);
    let mut tallies = vec![Tally::new(); model.samples.len()];
    for r in 0..replications {
        let mut seen = Levels::default();
        simulate(&model, r, &mut seen);
        tallies.iter_mut().zip(&seen.0).for_each(|(tally, level)| tally.push(*level));
    }
    tallies
}

#[test]
fn a_system_that_fills_from_empty_is_poisson_with_the_mean_of_takacs() {
    // O19: 20 a day who stay for 3 days: levels after 1, 3 and 10 days, each with the variance of its mean.
    for (delay, exact) in [
        ("{ exponential = { mean = \"3 days\" } }", [17.008_121_37, 37.927_233_53, 57.859_560_4]),
        ("\"3 days\"", [20.0, 60.0, 60.0]),
        (
            "{ lognormal = { mean = \"3 days\", cv = 1.4142135623730951 } }",
            [17.474_707_98, 36.013_643_61, 53.470_701_2],
        ),
    ] {
        let text = unattended(
            11,
            0,
            "1 day",
            &format!(
                "[[class]]\nid = \"any\"\n[[source]]\nid = \"tips\"\nrate = \"20 per day\"\nmix = {{ any = 1.0 }}\n\
                 [[stage]]\nid = \"away\"\ndelay = {delay}\nroute = \"done\"\n"
            ),
        );
        let seen = levels(&text, 2_000);
        for (day, exact) in [1, 3, 10].into_iter().zip(exact) {
            assert_eq!(seen[day].count(), 2_000);
            let (mean, variance) = (seen[day].mean().unwrap(), seen[day].variance().unwrap());
            let error = (exact / 2_000.0_f64).sqrt();
            assert!((mean - exact).abs() < 4.0 * error, "{delay}, day {day}: {mean} against {exact}");
            // A variance of n Poisson counts has the relative error √(2/n) or a little more.
            assert!(
                (variance / exact - 1.0).abs() < 4.5 * (2.0_f64 / 2_000.0).sqrt(),
                "{delay}, day {day}: {variance}"
            );
        }
    }
}

#[test]
fn the_backlog_of_a_desk_that_is_always_busy_grows_as_a_difference_of_poisson_counts() {
    // O25: 12 a day come, ten servers do one a day each, 500 wait at the start: mean 730 more after a year, variance
    // (12 + 10) · 365.
    let text = "[scenario]\nstart = 2025-01-06\nhorizon = \"365 days\"\nsample = \"365 days\"\nreplications = 1\nseed = 17\n\
        [[class]]\nid = \"any\"\n[[outcome]]\nid = \"done\"\ncounts_as = \"closed\"\n\
        [[source]]\nid = \"tips\"\nrate = \"12 per day\"\nmix = { any = 1.0 }\n\
        [[initial]]\nstage = \"desk\"\ncount = { any = 510 }\nage = \"1 day\"\n\
        [[pool]]\nid = \"staff\"\nheadcount = 10\n\
        [[stage]]\nid = \"desk\"\npool = \"staff\"\neffort = { exponential = { mean = \"24 h\" } }\nroute = \"done\"\n";
    let n = 200.0;
    let seen = levels(text, 200);
    let grown = seen.last().unwrap();
    assert_eq!(grown.count(), 200);
    let (mean, variance) = (grown.mean().unwrap() - 510.0, grown.variance().unwrap());
    let exact: f64 = 22.0 * 365.0;
    assert!((mean - 730.0).abs() < 4.0 * (exact / n).sqrt(), "{mean}");
    assert!((variance / exact - 1.0).abs() < 4.0 * (2.0_f64 / n).sqrt(), "{variance}");
}
