//! Customers who come in batches, and customers who are served in loads.

use super::renewal::{Gaps, mean_wait};
use super::single::Moments;

/// The first two moments of a number: E X, E X².
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Size {
    /// E X.
    pub first: f64,
    /// E X².
    pub second: f64,
}

impl Size {
    /// Always the same.
    pub fn constant(size: f64) -> Size {
        Size { first: size, second: size * size }
    }

    /// Geometric on 1, 2, ...
    pub fn geometric(mean: f64) -> Size {
        Size { first: mean, second: mean * (2.0 * mean - 1.0) }
    }
}

/// Mean wait in M^X/G/1, batches served one by one in the order they came: what M/G/1 with as many single arrivals
/// has, and the wait for those of one's own batch, E X(X−1) E S / (2 E X (1−ρ)) (Burke, Operations Research 23:830,
/// 1975). `batches` is the rate of batches. None when overloaded.
/// Example: batches of 3 at the rate 0.2, E S = 1 exponential gives 4; geometric batches of mean 3 give 6.5.
pub fn batch_wait(batches: f64, size: Size, service: &Moments) -> Option<f64> {
    let arrival = batches * size.first;
    let idle = 1.0 - arrival * service.first;
    let own_batch = (size.second / size.first - 1.0) * service.first;
    (idle > 0.0).then(|| (arrival * service.second + own_batch) / (2.0 * idle))
}

/// Mean time until a load of exactly `size` is complete, for those in it: (b−1)/(2λ).
/// Example: loads of 5 at λ = 10 gives 0.2.
pub fn forming_wait(arrival: f64, size: u32) -> f64 {
    f64::from(size - 1) / (2.0 * arrival)
}

/// Mean wait for the start of work on loads of exactly `size`, one exponential server, Poisson arrivals: the load
/// forms, then waits as in `E_b/M/1` (Gross et al., Fundamentals of Queueing Theory, section 4.2). `service` is the
/// rate at which loads are served. None when overloaded. Example: λ = 2, μ = 1, b = 3 gives 1.6390197854.
pub fn full_load_wait(arrival: f64, service: f64, size: u32) -> Option<f64> {
    let for_the_server = mean_wait(Gaps::Erlang(size), arrival / f64::from(size), service)?;
    Some(forming_wait(arrival, size) + for_the_server)
}

/// The root r in (0, 1) of μ r^{b+1} − (λ+μ) r + λ = 0, with which the number waiting falls off when a server takes
/// up to b at once (Bailey, Journal of the Royal Statistical Society B 16:80, 1954). None when overloaded.
/// Example: λ = 2.4, μ = 1, b = 3 gives 0.8925033426.
pub fn bulk_ratio(arrival: f64, service: f64, most: u32) -> Option<f64> {
    if arrival.is_nan() || service.is_nan() || arrival >= service * f64::from(most) {
        return None;
    }
    // Divided by r − 1: μ (r + r² + ... + r^b) = λ, whose left side rises.
    let left = |r: f64| service * (1..=most).map(|k| r.powi(k as i32)).sum::<f64>();
    let (mut low, mut high) = (0.0, 1.0);
    while high - low > 1e-15 {
        let middle = f64::midpoint(low, high);
        if middle <= low || middle >= high {
            break;
        }
        *(if left(middle) < arrival { &mut low } else { &mut high }) = middle;
    }
    Some(high)
}

/// Mean wait where one exponential server takes all who wait, `most` at a time at most, and whoever comes during a
/// service waits for the next (`M/M^[1,b]/1`; Neuts, Annals of Mathematical Statistics 38:759, 1967). While it works
/// n wait with probability P r^n, and it is idle with probability μP/λ. None when overloaded.
/// Example: λ = 2.4, μ = 1, b = 3 gives 3.311117011.
pub fn partial_load_wait(arrival: f64, service: f64, most: u32) -> Option<f64> {
    let r = bulk_ratio(arrival, service, most)?;
    let none_wait = 1.0 / (1.0 / (1.0 - r) + service / arrival);
    Some(none_wait * r / ((1.0 - r).powi(2) * arrival))
}

/// Mean wait for the next of regular slots, at which all who wait go: Σ T²/(2 Σ T) for these gaps between slots.
/// Example: gaps of 1, 1, 1, 1 and 3 days (a van at four o'clock on working days) gives 13/14 of a day.
pub fn slot_wait(gaps: &[f64]) -> f64 {
    gaps.iter().map(|gap| gap * gap).sum::<f64>() / (2.0 * gaps.iter().sum::<f64>())
}

/// Mean wait of Poisson arrivals for a load that goes when `size` are there, or `after` the first of them came. With
/// N the number that come within `after` of the first, `Σ_{j≤b−2} (1+j) P(N>j)/λ` is waited in all, by
/// `1 + Σ_{j≤b−2} P(N>j)` on average. Example: λ = 1, b = 3, after 2 gives 0.8348669451.
pub fn timed_load_wait(arrival: f64, size: u32, after: f64) -> f64 {
    let mean = arrival * after;
    let mut term = (-mean).exp();
    let (mut more, mut waited, mut members) = (1.0, 0.0, 1.0);
    for j in 0..size.saturating_sub(1) {
        more -= term;
        waited += f64::from(1 + j) * more / arrival;
        members += more;
        term *= mean / f64::from(j + 1);
    }
    waited / members
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::theory::chain::steady;

    fn close(found: f64, wanted: f64) {
        assert!((found - wanted).abs() <= 2e-9 * wanted.abs(), "found {found}, wanted {wanted}");
    }

    #[test]
    fn batches_wait_for_each_other() {
        let service = Moments::exponential(1.0);
        // The mean times in the system are 5 and 7.5.
        close(batch_wait(0.2, Size::constant(3.0), &service).unwrap(), 4.0);
        close(batch_wait(0.2, Size::geometric(3.0), &service).unwrap(), 6.5);
        // Single arrivals are Pollaczek's.
        close(batch_wait(0.7, Size::constant(1.0), &Moments::lognormal(1.0, 2.0)).unwrap(), 3.5);
        assert_eq!(batch_wait(0.4, Size::constant(3.0), &service), None);
    }

    #[test]
    fn loads_form_and_then_wait() {
        close(forming_wait(10.0, 5), 0.2);
        close(full_load_wait(2.0, 1.0, 3).unwrap(), 1.639_019_785_4);
        let chain = steady((0_u32, false), |(waiting, busy)| {
            let joins = if !busy && waiting + 1 == 3 { (0, true) } else { (waiting + 1, *busy) };
            let ends = if *waiting >= 3 { (waiting - 3, true) } else { (*waiting, false) };
            vec![(joins, if *waiting < 300 { 2.0 } else { 0.0 }), (ends, f64::from(u8::from(*busy)))]
        });
        close(chain.mean(|(waiting, _)| f64::from(*waiting)) / 2.0, 1.639_019_785_4);
        assert_eq!(full_load_wait(3.0, 1.0, 3), None);
    }

    #[test]
    fn a_server_that_takes_who_is_there() {
        let r = bulk_ratio(2.4, 1.0, 3).unwrap();
        close(r, 0.892_503_342_6);
        // Bailey's queue, where later arrivals join a service under way: r/(1−r).
        close(r / (1.0 - r), 8.302_614_836);
        // Where they do not, the time in the system is 4.311117.
        close(partial_load_wait(2.4, 1.0, 3).unwrap() + 1.0, 4.311_117_011);
        // One at a time is M/M/1.
        close(partial_load_wait(0.8, 1.0, 1).unwrap(), 4.0);
        assert_eq!(partial_load_wait(3.0, 1.0, 3), None);
    }

    #[test]
    fn loads_that_go_by_the_clock() {
        close(slot_wait(&[1.0, 1.0, 1.0, 1.0, 3.0]), 13.0 / 14.0);
        // Two together: the first waits min(2, an exponential gap), E = 1 − e⁻², and 2 − e⁻² go on average.
        let gone = 1.0 - (-2.0_f64).exp();
        close(timed_load_wait(1.0, 2, 2.0), gone / (1.0 + gone));
        close(timed_load_wait(1.0, 3, 2.0), 0.834_866_945_1);
        // Nobody is hurried: the load is full in the end.
        close(timed_load_wait(10.0, 5, 100.0), 0.2);
        close(timed_load_wait(10.0, 1, 100.0), 0.0);
    }
}
