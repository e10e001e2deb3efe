//! Arrivals in a renewal process at one exponential server (GI/M/1).

/// The law of the gaps between arrivals, all with the same mean.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Gaps {
    /// Every gap is as long as the mean.
    Constant,
    /// The sum of so many exponential gaps: the gaps between the loads of this size of a Poisson process.
    Erlang(u32),
}

impl Gaps {
    /// E e^{−sA} for arrivals at this rate.
    fn transform(self, arrival: f64, s: f64) -> f64 {
        match self {
            Gaps::Constant => (-s / arrival).exp(),
            Gaps::Erlang(k) => (1.0 + s / (f64::from(k) * arrival)).powi(-(k as i32)),
        }
    }
}

/// The share of arrivals that must wait in GI/M/1: the root σ of σ = A*(μ(1−σ)) below 1 (Kendall, Annals of
/// Mathematical Statistics 24:338, 1953). None when overloaded.
/// Example: λ = 0.8, μ = 1 gives 0.6286297965 for constant gaps and 0.7398529491 for Erlang gaps of 2.
pub fn wait_probability(gaps: Gaps, arrival: f64, service: f64) -> Option<f64> {
    if arrival.is_nan() || service.is_nan() || arrival >= service {
        return None;
    }
    // From 0 the iteration climbs to the root and cannot pass it: A* rises with σ.
    let mut sigma = 0.0;
    loop {
        let next = gaps.transform(arrival, service * (1.0 - sigma));
        if next - sigma <= 1e-15 {
            return Some(next);
        }
        sigma = next;
    }
}

/// The mean wait in GI/M/1: σ/(μ(1−σ)). None when overloaded.
/// Example: λ = 0.8, μ = 1 gives 1.69273084 for constant gaps and 2.843979767 for Erlang gaps of 2.
pub fn mean_wait(gaps: Gaps, arrival: f64, service: f64) -> Option<f64> {
    let sigma = wait_probability(gaps, arrival, service)?;
    Some(sigma / (service * (1.0 - sigma)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn close(found: f64, wanted: f64) {
        assert!((found - wanted).abs() <= 2e-9 * wanted.abs(), "found {found}, wanted {wanted}");
    }

    #[test]
    fn regular_arrivals_wait_less() {
        close(wait_probability(Gaps::Constant, 0.8, 1.0).unwrap(), 0.628_629_796_5);
        close(mean_wait(Gaps::Constant, 0.8, 1.0).unwrap(), 1.692_730_84);
        close(wait_probability(Gaps::Erlang(2), 0.8, 1.0).unwrap(), 0.739_852_949_1);
        close(mean_wait(Gaps::Erlang(2), 0.8, 1.0).unwrap(), 2.843_979_767);
        // Erlang of 1 is Poisson: M/M/1.
        close(mean_wait(Gaps::Erlang(1), 0.8, 1.0).unwrap(), 4.0);
        assert_eq!(mean_wait(Gaps::Constant, 1.0, 1.0), None);
    }
}
