//! The special functions that laws need.

use statrs::function::{beta, erf, gamma};

/// The probability below `x` of the standard normal law, in the lower tail with all its digits.
///
/// By the incomplete gamma function: the library's `erfc` has ten digits only around 1.
pub(super) fn normal_cdf(x: f64) -> f64 {
    let (inside, outside) = gamma_levels(0.5, 0.5 * x * x);
    if x < 0.0 { 0.5 * outside } else { 0.5 + 0.5 * inside }
}

/// The value below which the standard normal law has probability `p`.
pub(super) fn normal_quantile(p: f64) -> f64 {
    -std::f64::consts::SQRT_2 * erf::erfc_inv(2.0 * p)
}

/// The logarithm of the gamma function.
pub(super) fn ln_gamma(x: f64) -> f64 {
    gamma::ln_gamma(x)
}

/// The regularised incomplete gamma functions, lower and upper.
pub(super) fn gamma_levels(shape: f64, x: f64) -> (f64, f64) {
    if x <= 0.0 {
        (0.0, 1.0)
    } else if x == f64::INFINITY {
        (1.0, 0.0)
    } else if x <= shape || x < 1.0 {
        let lower = gamma::gamma_lr(shape, x);
        (lower, 1.0 - lower)
    } else {
        let upper = gamma::gamma_ur(shape, x);
        (1.0 - upper, upper)
    }
}

/// The regularised incomplete beta function of `x`, whose complement is `rest`.
pub(super) fn beta_cdf(a: f64, b: f64, x: f64, rest: f64) -> f64 {
    if x <= 0.0 {
        0.0
    } else if rest <= 0.0 {
        1.0
    } else {
        beta::beta_reg(a, b, x)
    }
}
#[cfg(test)]
mod tests {
    use super::{beta_cdf, gamma_levels, normal_cdf, normal_quantile};

    fn close(found: f64, expected: f64) {
        assert!((found / expected - 1.0).abs() < 1e-12, "{found:e} instead of {expected:e}");
    }

    #[test]
    fn normal_probabilities_have_all_digits() {
        // Half of C's erfc(-z / sqrt 2).
        let known = [
            (-0.001, 0.499_601_057_786_088_93),
            (-1.0, 0.158_655_253_931_457_07),
            (-2.0, 0.022_750_131_948_179_22),
            (-5.0, 2.866_515_718_791_946e-7),
            (-12.0, 1.776_482_112_077_702e-33),
            (-30.0, 4.906_713_927_148_764e-198),
        ];
        for (z, p) in known {
            close(normal_cdf(z), p);
            close(normal_cdf(-z), 1.0 - p);
            close(normal_quantile(p), z);
        }
        assert_eq!(
            [normal_cdf(f64::NEG_INFINITY), normal_cdf(0.0), normal_cdf(f64::INFINITY)],
            [0.0, 0.5, 1.0]
        );
    }

    #[test]
    fn incomplete_functions_agree_with_finite_sums() {
        for x in [1e-3, 0.1, 1.0, 3.0, 10.0, 100.0_f64] {
            close(gamma_levels(3.0, x).1, (-x).exp() * (1.0 + x + x * x / 2.0));
        }
        for x in [1e-6, 0.1, 0.5, 0.9, 0.999_f64] {
            close(beta_cdf(2.0, 3.0, x, 1.0 - x), x * x * (6.0 - 8.0 * x + 3.0 * x * x));
        }
    }
}
