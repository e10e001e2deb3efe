//! How much of a run's beginning to leave out, found in the run itself.

use crate::model::Model;
use crate::stats::mser::{Truncation, mser5};
use crate::units::{Duration, Time};

use super::layout::Layout;
use super::result::RunResult;

/// What MSER-5 says of the curve of open cases.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Warmup {
    /// The warm-up that it suggests.
    pub length: Duration,
    /// Equally spaced samples that it rests on, and their distance.
    pub samples: usize,
    /// As above.
    pub every: Duration,
    /// Mean open cases in what is left out; none where nothing is.
    pub before: Option<f64>,
    /// Mean open cases after that.
    pub after: f64,
    /// The suggestion lies at the latest place allowed, half the run: it is too short to say.
    pub too_short: bool,
}

/// The fewest samples that MSER-5 can judge: two batches of five.
pub const FEWEST_SAMPLES: usize = 10;

/// Applies MSER-5 to the open cases at each sample, averaged over the replications of a run. None with fewer than
/// [`FEWEST_SAMPLES`] equally spaced samples.
pub fn suggest(model: &Model, result: &RunResult) -> Option<Warmup> {
    let times = Layout::new(model).samples;
    let every = *times.get(1)? - times[0];
    // The horizon is a sample too; where it does not lie on the grid, it would weigh too much.
    let equal = 1 + times.windows(2).take_while(|pair| pair[1] - pair[0] == every).count();
    let points = result.total_backlog()?.points.iter().take(equal);
    let series: Vec<f64> = points.flatten().map(|point| point.mean.estimate).collect();
    let Truncation { observations, too_short, .. } = mser5(&series)?;
    let mean = |part: &[f64]| (!part.is_empty()).then(|| part.iter().sum::<f64>() / part.len() as f64);
    Some(Warmup {
        length: times[observations] - Time::ZERO,
        samples: series.len(),
        every,
        before: mean(&series[..observations]),
        after: mean(&series[observations..]).expect("at least half of the series is left"),
        too_short,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::run::fixture::Queue;
    use crate::run::{RunPlan, Watcher, run};
    use crate::units::DAY;
    use std::sync::atomic::AtomicBool;

    /// 300 cases from the start; 6 tips a day against 8 that can be done: worked off on day 150.
    fn drained(days: i64) -> Option<Warmup> {
        let model = Queue { initial: Some((300, 1.0)), ..Queue::constant(days, 6.0, 0.125, 1) }.model();
        let cancel = AtomicBool::new(false);
        let watcher = Watcher { cancel: &cancel, progress: &|_, _| {} };
        suggest(&model, &run(&model, &RunPlan::fixed(3), &watcher).unwrap())
    }

    #[test]
    fn the_backlog_of_the_start_is_left_out_until_it_is_worked_off() {
        // Samples every 7 days, so batches of 35: the fifth, from day 140, is the last to see the old backlog.
        let found = drained(700).unwrap();
        assert_eq!((found.length, found.samples), (Duration(175 * DAY), 101));
        assert_eq!((found.every, found.too_short), (Duration(7 * DAY), false));
        // 300 − 2t at t = 0, 7 .. 147, and at most 2 at the three samples after that.
        let before = found.before.unwrap();
        assert!((22.0 * 153.0 / 25.0..22.0 * 153.0 / 25.0 + 2.0).contains(&before), "{before}");
        assert!(found.after <= 2.0, "{}", found.after);
    }

    #[test]
    fn a_run_in_which_it_is_never_worked_off_is_too_short() {
        assert!(drained(140).unwrap().too_short);
    }

    #[test]
    fn a_horizon_off_the_grid_is_no_sample_of_equal_weight() {
        // 0, 7 .. 56 are nine samples; day 60 would be the tenth.
        assert_eq!(drained(60), None);
        assert!(drained(63).is_some());
    }
}
