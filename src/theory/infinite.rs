//! Nobody waits: M/G/∞ from empty, and with a rate that swings. The number in the system is then Poisson, so that
//! its mean is also its variance (Eick, Massey & Whitt, Management Science 39:241, 1993). And a rate that falls once
//! somebody is there.

use std::f64::consts::TAU;

/// The mean number in M/M/∞ at `t`, empty at 0: λ E S (1 − e^{−t/E S}).
/// Example: λ = 20, E S = 3, t = 3 gives 37.92723353.
pub fn from_empty_exponential(arrival: f64, mean_service: f64, t: f64) -> f64 {
    -arrival * mean_service * (-t / mean_service).exp_m1()
}

/// The mean number in M/D/∞ at `t`, empty at 0: λ min(t, D).
pub fn from_empty_constant(arrival: f64, service: f64, t: f64) -> f64 {
    arrival * t.min(service)
}

/// A rate that swings around its mean: mean + amplitude · sin(2πt/period).
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Sinusoid {
    /// The mean rate.
    pub mean: f64,
    /// The swing to either side, at most the mean.
    pub amplitude: f64,
    /// The time from one crest to the next.
    pub period: f64,
}

impl Sinusoid {
    fn frequency(&self) -> f64 {
        TAU / self.period
    }

    /// The rate at `t`.
    pub fn rate(&self, t: f64) -> f64 {
        self.mean + self.amplitude * (self.frequency() * t).sin()
    }

    /// The mean number of arrivals in (from, to], the integral of the rate: also its variance (Poisson).
    /// Example: mean 100, amplitude 30, period 7 gives 112.5839264 on the first day.
    pub fn arrivals(&self, from: f64, to: f64) -> f64 {
        let w = self.frequency();
        self.mean * (to - from) + self.amplitude / w * ((w * from).cos() - (w * to).cos())
    }

    /// The mean number in M(t)/M/∞ at `t`, long after the start.
    pub fn number_exponential(&self, mean_service: f64, t: f64) -> f64 {
        let w = self.frequency();
        let lag = w * mean_service;
        let swing = ((w * t).sin() - lag * (w * t).cos()) / (1.0 + lag * lag);
        mean_service * (self.mean + self.amplitude * swing)
    }

    /// The mean number in M(t)/D/∞ at `t`, long after the start: those who came within the last service time.
    pub fn number_constant(&self, service: f64, t: f64) -> f64 {
        self.arrivals(t - service, t)
    }
}

/// The share of time in which nobody is there, where arrivals come at the rate `first` while it is empty and at the
/// rate `further` otherwise, and each stays for a time of any law with this mean: weights are 1 for empty and
/// `first/further · aⁿ/n!` for n, a = `further` · mean, whatever the law (Sevastyanov, Theory of Probability and its
/// Applications 2:104, 1957). Example: 1, 0.75 and mean 2 gives 0.1772341936.
pub fn empty_share(first: f64, further: f64, mean_stay: f64) -> f64 {
    // (e^a − 1)/a has the limit 1 where nobody comes to those who are there.
    let load = further * mean_stay;
    let others = if load == 0.0 { 1.0 } else { load.exp_m1() / load };
    1.0 / (1.0 + first * mean_stay * others)
}

#[cfg(test)]
mod tests {
    use super::*;

    const WEEK: Sinusoid = Sinusoid { mean: 100.0, amplitude: 30.0, period: 7.0 };

    fn agree(found: impl IntoIterator<Item = f64>, wanted: &[f64]) {
        let found: Vec<f64> = found.into_iter().collect();
        assert_eq!(found.len(), wanted.len());
        for (found, wanted) in found.iter().zip(wanted) {
            assert!((found - wanted).abs() < 2e-9 * wanted, "found {found}, wanted {wanted}");
        }
    }

    #[test]
    fn a_system_fills_from_empty() {
        let times = [1.0, 3.0, 10.0];
        let exponential = times.map(|t| from_empty_exponential(20.0, 3.0, t));
        agree(exponential, &[17.008_121_37, 37.927_233_53, 57.859_560_4]);
        agree(times.map(|t| from_empty_constant(20.0, 3.0, t)), &[20.0, 60.0, 60.0]);
    }

    #[test]
    fn numbers_swing_behind_the_rate() {
        let times = [0.0, 1.75, 3.5, 5.25];
        let exponential = times.map(|t| WEEK.number_exponential(5.0, t));
        agree(exponential, &[468.158_318, 507.094_865_5, 531.841_682, 492.905_134_5]);
        let constant = times.map(|t| WEEK.number_constant(5.0, t));
        agree(constant, &[459.140_247_6, 467.415_434_8, 540.859_752_4, 532.584_565_2]);
        // The crest of the exponential case is 1.505753009 days behind the crest of the rate.
        let crest = 1.75 + 1.505_753_009;
        agree([WEEK.number_exponential(5.0, crest), WEEK.rate(1.75)], &[532.622_535_6, 130.0]);
    }

    #[test]
    fn an_empty_room_is_entered_more_often() {
        // 1 / (1 + (e^1.5 − 1)/0.75).
        agree([empty_share(1.0, 0.75, 2.0)], &[0.177_234_193_6]);
        // All alike: Poisson. Nobody joins: on and off.
        agree([empty_share(0.5, 0.5, 2.0), empty_share(0.5, 0.0, 2.0)], &[(-1.0_f64).exp(), 0.5]);
    }

    #[test]
    fn days_of_a_week_have_their_means() {
        let days = (0..7).map(|day| WEEK.arrivals(f64::from(day), f64::from(day + 1)));
        let wanted =
            [112.583_926_4, 128.275_826, 122.675_451_9, 100.0, 77.324_548_11, 71.724_173_99, 87.416_073_58];
        agree(days, &wanted);
        agree([WEEK.arrivals(0.0, 7.0)], &[700.0]);
    }
}
