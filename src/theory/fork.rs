//! Work that is split into parts which must all be done, or of which the first is enough.

/// Mean time until both parts are done, each in an M/M/1 of its own that gets a part of every customer: (12−ρ)/8 of the
/// mean time of one part (Flatto & Hahn, SIAM Journal on Applied Mathematics 44:1041, 1984; Nelson & Tantawi, IEEE
/// Transactions on Computers 37:739, 1988). None when overloaded. Example: λ = 0.5, μ = 1 gives 2.875.
pub fn both_queues_time(arrival: f64, service: f64) -> Option<f64> {
    let rho = arrival / service;
    (rho < 1.0).then(|| (12.0 - rho) / 8.0 / (service - arrival))
}

/// Mean time until the last of n parts is done, or of which nobody waits for the others: `n` independent exponential
/// times with this mean have the longest `mean (1 + 1/2 + ... + 1/n)`. Example: 3 with mean 1 gives 11/6.
pub fn longest_exponential(parts: u32, mean: f64) -> f64 {
    mean * (1..=parts).map(|k| 1.0 / f64::from(k)).sum::<f64>()
}

/// Mean time until the first of n parts is done: mean/n.
pub fn shortest_exponential(parts: u32, mean: f64) -> f64 {
    mean / f64::from(parts)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::theory::chain::steady;

    #[test]
    fn two_queues_that_wait_for_each_other() {
        assert_eq!(both_queues_time(0.5, 1.0), Some(2.875));
        assert_eq!(both_queues_time(1.0, 1.0), None);
        // Parts leave each queue in order, so as many customers are open as parts stand in the longer queue.
        let chain = steady((0_u32, 0_u32), |&(a, b)| {
            let comes = if a.max(b) < 40 { 0.5 } else { 0.0 };
            let done = |n: u32| f64::from(n.min(1));
            vec![
                ((a + 1, b + 1), comes),
                ((a.saturating_sub(1), b), done(a)),
                ((a, b.saturating_sub(1)), done(b)),
            ]
        });
        assert!((chain.mean(|(a, b)| f64::from(*a.max(b))) / 0.5 - 2.875).abs() < 1e-8);
    }

    #[test]
    fn parts_that_nobody_waits_for() {
        assert!((longest_exponential(3, 1.0) - 11.0 / 6.0).abs() < 1e-15);
        assert_eq!(longest_exponential(1, 4.0), 4.0);
        assert_eq!(shortest_exponential(4, 2.0), 0.5);
    }
}
