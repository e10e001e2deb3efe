//! The special functions that laws need.

use statrs::function::{beta, erf, gamma};

/// The probability below `x` of the standard normal law.
pub(super) fn normal_cdf(x: f64) -> f64 {
    0.5 * erf::erfc(-x * std::f64::consts::FRAC_1_SQRT_2)
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
