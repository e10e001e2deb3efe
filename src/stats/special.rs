//! Distribution functions and their inverses: the only door to the `statrs` crate.
//!
//! The distribution functions are statrs's; the inverses of gamma and beta are found here, because statrs's
//! stop early or bisect, and a quantile is what a random number is turned into.

use std::cell::Cell;

use statrs::function::{beta, erf, gamma};

/// The logarithm of Γ(x), for x > 0.
pub fn ln_gamma(x: f64) -> f64 {
    gamma::ln_gamma(x)
}

/// P(Z ≤ x) of the standard normal law.
pub fn normal_cdf(x: f64) -> f64 {
    0.5 * erf::erfc(-x / std::f64::consts::SQRT_2)
}

/// The x with P(Z ≤ x) = p of the standard normal law; ∓∞ at 0 and 1. Example: 0.975 gives 1.959964.
pub fn normal_quantile(p: f64) -> f64 {
    -std::f64::consts::SQRT_2 * erf::erfc_inv(2.0 * p)
}

/// P(T ≤ x) of Student's t with `df` degrees of freedom.
pub fn t_cdf(df: f64, x: f64) -> f64 {
    let tail = 0.5 * beta_cdf(0.5 * df, 0.5, df / (df + x * x));
    if x > 0.0 { 1.0 - tail } else { tail }
}

/// The x with P(T ≤ x) = p of Student's t with `df` degrees of freedom. Example: df 9, p 0.95 gives 1.833113.
pub fn t_quantile(df: f64, p: f64) -> f64 {
    thread_local! {
        /// Every point of every band asks for the same few quantiles, and each costs microseconds.
        static LAST: Cell<(f64, f64, f64)> = const { Cell::new((f64::NAN, f64::NAN, f64::NAN)) };
    }
    LAST.with(|last| {
        let (known_df, known_p, known) = last.get();
        if known_df == df && known_p == p {
            return known;
        }
        let quantile = t_quantile_anew(df, p);
        last.set((df, p, quantile));
        quantile
    })
}

fn t_quantile_anew(df: f64, p: f64) -> f64 {
    if p > 0.5 {
        return -t_quantile_anew(df, 1.0 - p);
    }
    // T²/(df + T²) has the law beta(1/2, df/2): small in the middle of T, while its complement is small in the
    // tails. Each is used where it is small, so that no digits cancel.
    if p > 0.25 {
        let middle = beta_quantile(0.5, 0.5 * df, 1.0 - 2.0 * p);
        return -(df * middle / (1.0 - middle)).sqrt();
    }
    let tail = beta_quantile(0.5 * df, 0.5, 2.0 * p);
    -(df * (1.0 - tail) / tail).sqrt()
}

/// P(X ≤ x) of the gamma law with this shape and scale 1.
pub fn gamma_cdf(shape: f64, x: f64) -> f64 {
    match x {
        _ if x <= 0.0 => 0.0,
        _ if x.is_infinite() => 1.0,
        _ => gamma::gamma_lr(shape, x),
    }
}

/// The x with P(X ≤ x) = p of the gamma law with this shape and scale 1. Example: shape 2, p 0.5 gives 1.678347.
pub fn gamma_quantile(shape: f64, p: f64) -> f64 {
    if p <= 0.0 {
        return 0.0;
    }
    if p >= 1.0 {
        return f64::INFINITY;
    }
    let norm = ln_gamma(shape);
    // Near zero the density is x^(shape-1)/Γ(shape), whose integral can be inverted by hand; elsewhere the cube
    // root of a gamma variate is nearly normal (Wilson & Hilferty, PNAS 17:684, 1931).
    let near_zero = ((p.ln() + norm + shape.ln()) / shape).exp();
    let spread = 1.0 / (9.0 * shape);
    let cube_root = 1.0 - spread + normal_quantile(p) * spread.sqrt();
    let start = if cube_root <= 0.3 || shape < 0.5 { near_zero } else { shape * cube_root.powi(3) };
    if start < f64::MIN_POSITIVE {
        return start;
    }
    let density = |x: f64| ((shape - 1.0) * x.ln() - x - norm).exp();
    invert(|x| gamma_cdf(shape, x), density, p, start, f64::INFINITY)
}

/// P(X ≤ x) of the beta law: the regularised incomplete beta function.
pub fn beta_cdf(a: f64, b: f64, x: f64) -> f64 {
    beta::beta_reg(a, b, x.clamp(0.0, 1.0))
}

/// The x with P(X ≤ x) = p of the beta law. Example: a 1, b 20, p 0.975 gives 0.168433.
pub fn beta_quantile(a: f64, b: f64, p: f64) -> f64 {
    if p <= 0.0 {
        return 0.0;
    }
    if p >= 1.0 {
        return 1.0;
    }
    // The upper part is looked for from its own end, where small distances still have digits.
    let middle = a / (a + b);
    if p > beta_cdf(a, b, middle) {
        return 1.0 - lower_beta_quantile(b, a, 1.0 - p, 1.0 - middle);
    }
    lower_beta_quantile(a, b, p, middle)
}

fn lower_beta_quantile(a: f64, b: f64, p: f64, middle: f64) -> f64 {
    let norm = ln_gamma(a) + ln_gamma(b) - ln_gamma(a + b);
    let near_zero = ((p.ln() + a.ln() + norm) / a).exp();
    if near_zero < f64::MIN_POSITIVE {
        return near_zero;
    }
    let density = |x: f64| ((a - 1.0) * x.ln() + (b - 1.0) * (-x).ln_1p() - norm).exp();
    invert(|x| beta_cdf(a, b, x), density, p, near_zero.min(middle), middle)
}

/// P(X ≤ k) of the binomial law.
pub fn binomial_cdf(n: u64, p: f64, k: u64) -> f64 {
    if k >= n { 1.0 } else { beta_cdf((n - k) as f64, k as f64 + 1.0, 1.0 - p) }
}

/// The root of `cdf(x) = p` in (0, `high`]: Newton's steps where they stay between the nearest known points on
/// either side, halving where they do not.
fn invert(cdf: impl Fn(f64) -> f64, density: impl Fn(f64) -> f64, p: f64, start: f64, high: f64) -> f64 {
    const ENOUGH: usize = 200;
    let (mut below, mut above, mut x) = (0.0, high, start);
    for _ in 0..ENOUGH {
        let miss = cdf(x) - p;
        if miss == 0.0 {
            return x;
        }
        if miss < 0.0 {
            below = x;
        } else {
            above = x;
        }
        let newton = x - miss / density(x);
        let next = match () {
            () if newton > below && newton < above => newton,
            () if above.is_infinite() => 2.0 * x,
            () => 0.5 * (below + above),
        };
        if (next - x).abs() <= 2.0 * f64::EPSILON * x {
            return next;
        }
        x = next;
    }
    x
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Reference values in this file are from Python's scipy 1.17, which shares no code with statrs.
    fn close(found: f64, wanted: f64, relative: f64) {
        assert!((found - wanted).abs() <= relative * wanted.abs(), "found {found}, wanted {wanted}");
    }

    #[test]
    fn normal_law() {
        close(normal_cdf(-6.0), 9.865_876_45e-10, 1e-9);
        close(normal_cdf(-1.96), 2.499_789_51e-2, 1e-8);
        close(normal_cdf(1.5), 9.331_927_99e-1, 1e-9);
        close(normal_quantile(1e-10), -6.361_340_9, 1e-8);
        close(normal_quantile(0.975), 1.959_963_984_540_054, 1e-14);
        close(normal_quantile(0.9), 1.281_551_565_544_600_4, 1e-14);
    }

    #[test]
    fn student_t_law() {
        let table = [
            (1.0, 0.975, 12.706_204_736_174_694),
            (9.0, 0.95, 1.833_112_932_656_237),
            (9.0, 0.975, 2.262_157_162_798_205),
            (19.0, 0.995, 2.860_934_606_464_979_4),
            (4.3, 0.9, 1.512_770_878_112_436),
            (1e5, 0.975, 1.959_987_707_534_609_5),
            (2.0, 0.6, 0.288_675_134_594_812_8),
            (1.0, 0.999_999_5, 636_619.772_419_430_3),
        ];
        for (df, p, x) in table {
            close(t_quantile(df, p), x, 1e-9);
            close(t_quantile(df, 1.0 - p), -x, 1e-9);
            close(t_cdf(df, x), p, 1e-11);
        }
        assert_eq!(t_quantile(7.0, 0.5), 0.0);
    }

    #[test]
    fn gamma_law() {
        close(gamma_cdf(2.0, 3.0), 0.800_851_726_528_544_2, 1e-13);
        close(gamma_cdf(0.5, 0.01), 0.112_462_916_018_284_91, 1e-13);
        close(gamma_cdf(100.0, 80.0), 0.017_108_313_035_133_1, 1e-11);
        let table = [
            (2.0, 0.5, 1.678_346_990_016_661_2),
            (0.5, 0.1, 0.007_895_387_046_715_61),
            (0.05, 0.3, 2.037_897_188_732_673_3e-11),
            (100.0, 0.99, 124.722_561_490_720_8),
            (1.0, 0.95, 2.995_732_273_553_989_5),
            (0.5, 1e-9, 7.853_981_633_974_487e-19),
            (1e4, 0.001, 9_693.824_385_823_726),
            (0.2, 0.999, 4.101_964_324_738_666),
        ];
        for (shape, p, x) in table {
            close(gamma_quantile(shape, p), x, 1e-11);
        }
        assert_eq!((gamma_quantile(3.0, 0.0), gamma_quantile(3.0, 1.0)), (0.0, f64::INFINITY));
    }

    #[test]
    fn beta_law() {
        close(beta_cdf(2.0, 3.0, 0.4), 0.5248, 1e-13);
        close(beta_cdf(0.5, 0.5, 0.2), 0.295_167_235_300_866_5, 1e-13);
        close(beta_cdf(1e5, 1e5, 0.501), 0.814_453_255_442_442_3, 1e-8);
        close(beta_cdf(3e5, 0.5, 0.99999), 0.014_305_675_718_270_629, 1e-8);
        let table = [
            (1.0, 20.0, 0.975, 0.168_433_470_983_085_3),
            (2.0, 3.0, 0.5, 0.385_727_568_132_389_5),
            (0.5, 0.5, 0.1, 0.024_471_741_852_423_214),
            (0.3, 4.0, 0.01, 4.104_123_759_398_686_6e-8),
            (50.0, 5000.0, 0.9, 0.011_722_870_011_206_38),
            (4.0, 0.3, 0.99, 0.999_999_958_958_762_4),
            (2e4, 2e4, 0.2, 0.497_895_943_080_580_4),
            (0.5, 0.5, 0.9, 0.975_528_258_147_576_8),
        ];
        for (a, b, p, x) in table {
            close(beta_quantile(a, b, p), x, 1e-10);
        }
    }

    #[test]
    fn quantiles_undo_distribution_functions_everywhere() {
        for shape in [0.03, 0.4, 1.0, 2.5, 40.0, 3000.0] {
            for step in 1..200 {
                let p = f64::from(step) / 200.0;
                close(gamma_cdf(shape, gamma_quantile(shape, p)), p, 1e-11);
                close(beta_cdf(shape, 2.0, beta_quantile(shape, 2.0, p)), p, 1e-9);
            }
        }
    }

    #[test]
    fn binomial_and_ln_gamma() {
        close(binomial_cdf(100, 0.9, 83), 0.020_598_810_145_300_142, 1e-11);
        close(1.0 - binomial_cdf(100, 0.9, 95), 0.023_711_082_663_476_768, 1e-11);
        assert_eq!(binomial_cdf(5, 0.3, 5), 1.0);
        close(ln_gamma(0.1), 2.252_712_651_734_206, 1e-14);
        close(ln_gamma(1e6), 12_815_504.569_147_611, 1e-14);
    }
}
