//! Scores that are normal in two groups: what a threshold leaves of each. By quadrature, so that the simulator's own normal
//! functions are held against something else.

/// The standard normal distribution function, by Simpson's rule on 2,000 pieces between 0 and x.
/// Example: 1.96 gives 0.975002105.
pub fn normal_cdf(x: f64) -> f64 {
    let density = |t: f64| (-t * t / 2.0).exp() / std::f64::consts::TAU.sqrt();
    let steps = 2000;
    let h = x / f64::from(steps);
    let inner: f64 = (1..steps).map(|i| density(f64::from(i) * h) * if i % 2 == 1 { 4.0 } else { 2.0 }).sum();
    0.5 + (density(0.0) + inner + density(x)) * h / 3.0
}

/// Where a falling function takes this value, between -10 and 10, by halving.
pub fn threshold(wanted: f64, falling: impl Fn(f64) -> f64) -> f64 {
    let (mut low, mut high) = (-10.0, 10.0);
    for _ in 0..60 {
        let middle = f64::midpoint(low, high);
        if falling(middle) > wanted { low = middle } else { high = middle }
    }
    low
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn normal_probabilities_and_their_places() {
        assert!((normal_cdf(1.96) - 0.975_002_104_851_780).abs() < 1e-12);
        assert_eq!(normal_cdf(0.0), 0.5);
        assert!((threshold(0.025, |x| normal_cdf(-x)) - 1.959_963_984_540_054).abs() < 1e-9);
    }
}
