//! Making laws: from mean and cv, natural parameters or two quantiles, and from other laws.

use std::sync::Arc;

use super::atoms::Atoms;
use super::level::Level;
use super::probability::normal;
use super::quantile_table::QuantileTable;
use super::special::{ln_gamma, normal_quantile};
use super::standard::Standard;
use super::{Component, Conditioned, Kind, Law, LawError};

/// Shapes of gamma laws for which the incomplete gamma function is computed to the promised digits.
const GAMMA_SHAPES: (f64, f64) = (1e-3, 1e7);
/// The same for the two shapes of a beta law.
const BETA_SHAPES: (f64, f64) = (1e-3, 1e4);
/// Beyond this variance a count law's table would take too much memory.
const LARGEST_COUNT_VARIANCE: f64 = 1e9;

/// A quantile: the probability and the value below which it lies.
pub type Quantile = (f64, f64);

impl Law {
    /// Always this value.
    pub fn constant(value: f64) -> Result<Law, LawError> {
        finite("value", value).map(fixed)
    }

    /// Exponential with this mean.
    pub fn exponential(mean: f64) -> Result<Law, LawError> {
        Ok(Law(Kind::Exponential { mean: positive("mean", mean)? }))
    }

    /// Uniform from `low` to `high`.
    pub fn uniform(low: f64, high: f64) -> Result<Law, LawError> {
        let (low, high) = range(low, high)?;
        Ok(if low == high { fixed(low) } else { Law(Kind::Uniform { low, high }) })
    }

    /// Triangular from `low` to `high` with the peak at `mode`.
    pub fn triangular(low: f64, mode: f64, high: f64) -> Result<Law, LawError> {
        let (low, mode, high) = peaked(low, mode, high)?;
        Ok(if low == high { fixed(low) } else { Law(Kind::Triangular { low, mode, high }) })
    }

    /// The beta law of project planning, with shape 4: its mean is (`low` + 4 `mode` + `high`) / 6.
    pub fn pert(low: f64, mode: f64, high: f64) -> Result<Law, LawError> {
        let (low, mode, high) = peaked(low, mode, high)?;
        if low == high {
            return Ok(fixed(low));
        }
        let width = high - low;
        let standard =
            Standard::Beta { a: 1.0 + 4.0 * (mode - low) / width, b: 1.0 + 4.0 * (high - mode) / width };
        Ok(tabled(standard, low, width))
    }

    /// Lognormal with this mean and coefficient of variation.
    pub fn lognormal(mean: f64, cv: f64) -> Result<Law, LawError> {
        let mean = positive("mean", mean)?;
        let variance = (not_negative("cv", cv)?.powi(2)).ln_1p();
        lognormal(mean.ln() - 0.5 * variance, variance.sqrt(), mean)
    }

    /// Lognormal whose natural logarithm has mean `mu` and standard deviation `sigma`.
    ///
    /// A `mu` of the logarithm of hours becomes one of milliseconds by adding ln 3,600,000.
    pub fn lognormal_natural(mu: f64, sigma: f64) -> Result<Law, LawError> {
        let mu = finite("mu", mu)?;
        lognormal(mu, not_negative("sigma", sigma)?, mu.exp())
    }

    /// Lognormal with two given quantiles.
    pub fn lognormal_quantiles(lower: Quantile, upper: Quantile) -> Result<Law, LawError> {
        let [lower, upper] = quantiles(lower, upper)?;
        let sigma = (upper.1 / lower.1).ln() / (normal_quantile(upper.0) - normal_quantile(lower.0));
        lognormal(lower.1.ln() - sigma * normal_quantile(lower.0), sigma, lower.1)
    }

    /// Gamma with this mean and coefficient of variation.
    pub fn gamma(mean: f64, cv: f64) -> Result<Law, LawError> {
        let mean = positive("mean", mean)?;
        if not_negative("cv", cv)? == 0.0 {
            return Ok(fixed(mean));
        }
        let shape = cv.powi(-2);
        within("cv", cv, GAMMA_SHAPES.1.sqrt().recip(), GAMMA_SHAPES.0.sqrt().recip())?;
        Ok(tabled(Standard::Gamma { shape }, 0.0, mean / shape))
    }

    /// Gamma with this shape and scale.
    pub fn gamma_natural(shape: f64, scale: f64) -> Result<Law, LawError> {
        let shape = within("shape", shape, GAMMA_SHAPES.0, GAMMA_SHAPES.1)?;
        Ok(tabled(Standard::Gamma { shape }, 0.0, positive("scale", scale)?))
    }

    /// Gamma with two given quantiles.
    pub fn gamma_quantiles(lower: Quantile, upper: Quantile) -> Result<Law, LawError> {
        let [lower, upper] = quantiles(lower, upper)?;
        let wanted = (upper.1 / lower.1).ln();
        let quantile = |shape: f64, p: f64| Standard::Gamma { shape }.quantile(Level::at(p));
        let (least, largest) = (GAMMA_SHAPES.0.ln(), GAMMA_SHAPES.1.ln());
        // The ratio of two quantiles falls as the shape grows.
        let ratio =
            |ln_shape: f64| (quantile(ln_shape.exp(), upper.0) / quantile(ln_shape.exp(), lower.0)).ln();
        let shape = falling_root(least, largest, |ln_shape| ratio(ln_shape) - wanted)?.exp();
        Ok(tabled(Standard::Gamma { shape }, 0.0, lower.1 / quantile(shape, lower.0)))
    }

    /// Weibull with this mean and coefficient of variation.
    pub fn weibull(mean: f64, cv: f64) -> Result<Law, LawError> {
        let mean = positive("mean", mean)?;
        if not_negative("cv", cv)? == 0.0 {
            return Ok(fixed(mean));
        }
        let wanted = cv.powi(2).ln_1p();
        let spread = |inverse: f64| ln_gamma(1.0 + 2.0 * inverse) - 2.0 * ln_gamma(1.0 + inverse);
        // From a cv of about 1e-4 to one of about 10^14.
        let ln_shape = falling_root(-4.0, 9.5, |ln_shape| spread((-ln_shape).exp()) - wanted)
            .map_err(|_| LawError::OutOfRange { what: "cv", low: 1e-4, high: 1e14 })?;
        let inverse_shape = (-ln_shape).exp();
        let scale = mean / ln_gamma(1.0 + inverse_shape).exp();
        Ok(Law(Kind::Weibull { scale, inverse_shape }))
    }

    /// Weibull with this shape and scale.
    pub fn weibull_natural(shape: f64, scale: f64) -> Result<Law, LawError> {
        let inverse_shape = positive("shape", shape)?.recip();
        Ok(Law(Kind::Weibull { scale: positive("scale", scale)?, inverse_shape }))
    }

    /// Weibull with two given quantiles.
    pub fn weibull_quantiles(lower: Quantile, upper: Quantile) -> Result<Law, LawError> {
        let [lower, upper] = quantiles(lower, upper)?;
        let exponential = |p: f64| -(-p).ln_1p();
        let inverse_shape = (upper.1 / lower.1).ln() / (exponential(upper.0) / exponential(lower.0)).ln();
        let scale = lower.1 / exponential(lower.0).powf(inverse_shape);
        Ok(Law(Kind::Weibull { scale: positive("p50", scale)?, inverse_shape }))
    }

    /// The sum of `k` exponential phases that together have this mean.
    pub fn erlang(k: u32, mean: f64) -> Result<Law, LawError> {
        let shape = within("k", f64::from(k), 1.0, GAMMA_SHAPES.1)?;
        Law::gamma_natural(shape, positive("mean", mean)? / shape)
    }

    /// One of two exponential phases, each of which contributes half the mean; `cv` is at least 1.
    pub fn hyperexponential(mean: f64, cv: f64) -> Result<Law, LawError> {
        let mean = positive("mean", mean)?;
        let square = within("cv", cv, 1.0, 1e6)?.powi(2);
        let p = 0.5 * (1.0 + ((square - 1.0) / (square + 1.0)).sqrt());
        Ok(tabled(Standard::Hyperexponential { p }, 0.0, mean))
    }

    /// Normal, conditioned on being at least 0; `mean` and `sd` are those before conditioning.
    pub fn normal(mean: f64, sd: f64) -> Result<Law, LawError> {
        let (mean, sd) = (finite("mean", mean)?, not_negative("sd", sd)?);
        if sd == 0.0 {
            return not_negative("mean", mean).map(fixed);
        }
        let zero = normal(-mean / sd);
        if zero.above < f64::MIN_POSITIVE {
            Err(LawError::NoneAboveZero)
        } else {
            Ok(Law(Kind::Normal { mean, sd, zero }))
        }
    }

    /// Beta from `low` to `high` with this mean and standard deviation.
    pub fn beta(low: f64, high: f64, mean: f64, sd: f64) -> Result<Law, LawError> {
        let (low, high) = range(low, high)?;
        let (mean, sd) = (within("mean", mean, low, high)?, not_negative("sd", sd)?);
        if sd == 0.0 {
            return Ok(fixed(mean));
        }
        let width = high - low;
        let (share, variance) = ((mean - low) / width, (sd / width).powi(2));
        let total = share * (1.0 - share) / variance - 1.0;
        // At a total of 0 all probability sits on the two ends; beyond there is nothing, nor where mean is an end.
        if total <= 0.0 {
            return Err(LawError::TooSpread);
        }
        let (a, b) = (share * total, (1.0 - share) * total);
        if a.max(b) > BETA_SHAPES.1 {
            Err(LawError::TooNarrow)
        } else if a.min(b) < BETA_SHAPES.0 {
            Err(LawError::TooSpread)
        } else {
            Ok(tabled(Standard::Beta { a, b }, low, width))
        }
    }

    /// Poisson on 0, 1, .. with this mean.
    pub fn poisson(mean: f64) -> Result<Law, LawError> {
        let mean = within("mean", mean, 0.0, LARGEST_COUNT_VARIANCE)?;
        Ok(if mean == 0.0 { fixed(0.0) } else { atoms(Atoms::poisson(mean)) })
    }

    /// Geometric on 1, 2, .. with this mean.
    pub fn geometric(mean: f64) -> Result<Law, LawError> {
        let mean = within("mean", mean, 1.0, 1e9)?;
        Ok(if mean == 1.0 { fixed(1.0) } else { Law(Kind::Geometric { rate: -(-mean.recip()).ln_1p() }) })
    }

    /// The number of successes in `n` trials of probability `p`.
    pub fn binomial(n: u64, p: f64) -> Result<Law, LawError> {
        let p = within("p", p, 0.0, 1.0)?;
        let trials = n as f64;
        within("n", trials * p * (1.0 - p), 0.0, LARGEST_COUNT_VARIANCE)?;
        Ok(if p == 0.0 || p == 1.0 || n == 0 { fixed(trials * p) } else { atoms(Atoms::binomial(n, p)) })
    }

    /// These values with probabilities in proportion to the weights.
    pub fn discrete(values: &[f64], weights: &[f64]) -> Result<Law, LawError> {
        if values.len() != weights.len() {
            return Err(LawError::LengthsDiffer { values: values.len(), weights: weights.len() });
        }
        weighted(values.iter().copied().zip(weights.iter().copied()))
    }

    /// Each of these values equally likely.
    pub fn empirical(values: &[f64]) -> Result<Law, LawError> {
        weighted(values.iter().map(|&value| (value, 1.0)))
    }

    /// One of several laws, with probabilities in proportion to the weights.
    pub fn mixture(weighted: Vec<(f64, Law)>) -> Result<Law, LawError> {
        for &(weight, _) in &weighted {
            not_negative("weight", weight)?;
        }
        if weighted.is_empty() {
            return Err(LawError::Empty { what: "mixture" });
        }
        let total: f64 = weighted.iter().map(|&(weight, _)| weight).sum();
        if total == 0.0 {
            return Err(LawError::Weightless);
        }
        let mut up_to = 0.0;
        let components = weighted.into_iter().filter(|&(weight, _)| weight > 0.0).map(|(weight, law)| {
            up_to += weight / total;
            Component { weight: weight / total, up_to, law }
        });
        Ok(Law(Kind::Mixture(components.collect())))
    }

    /// This law moved by a constant.
    pub fn shifted(self, by: f64) -> Result<Law, LawError> {
        let by = finite("by", by)?;
        self.scaled(1.0, by)
    }

    /// `times` the value plus `plus`, as a dated `scale` and `add` ask for.
    ///
    /// A negative `plus` may lead below 0: a caller that needs a duration takes 0 then.
    pub fn scaled(self, times: f64, plus: f64) -> Result<Law, LawError> {
        let (times, plus) = (not_negative("scale", times)?, finite("add", plus)?);
        Ok(match self.0 {
            kind if times == 1.0 && plus == 0.0 => Law(kind),
            _ if times == 0.0 => fixed(plus),
            Kind::Constant(value) => fixed(times * value + plus),
            Kind::Scaled { law, times: inner, plus: moved } => {
                Law(Kind::Scaled { law, times: times * inner, plus: times * moved + plus })
            }
            kind => Law(Kind::Scaled { law: Arc::new(Law(kind)), times, plus }),
        })
    }

    /// This law given that its value lies between `min` and `max`, both included; either may be infinite.
    ///
    /// It is drawn by one uniform through the allowed range of the quantile function, not by rejection.
    pub fn conditioned(self, min: f64, max: f64) -> Result<Law, LawError> {
        if min.is_nan() {
            return Err(LawError::NotFinite { what: "min" });
        }
        if max.is_nan() {
            return Err(LawError::NotFinite { what: "max" });
        }
        if min > max {
            return Err(LawError::NotOrdered { lower: "min", upper: "max" });
        }
        let (least, largest) = self.support();
        if min <= least && largest <= max {
            return Ok(self);
        }
        let (from, to) = (self.level_counting(min, false), self.level(max));
        if to.since(from) <= 0.0 {
            return Err(LawError::Impossible);
        }
        Ok(Law(Kind::Conditioned(Arc::new(Conditioned { law: self, min, max, from, to }))))
    }
}

/// The value below which a gamma law of mean 1 and this shape has probability `u`, without a table.
///
/// For shapes that are used once or twice each, as those of a source's good and bad days.
pub fn unit_gamma_quantile(shape: f64, u: f64) -> f64 {
    Standard::Gamma { shape }.quantile(Level::at(u)) / shape
}

fn fixed(value: f64) -> Law {
    Law(Kind::Constant(value))
}

fn tabled(standard: Standard, low: f64, scale: f64) -> Law {
    Law(Kind::Tabled { table: QuantileTable::shared(standard), low, scale })
}

fn atoms(atoms: Atoms) -> Law {
    Law(Kind::Atoms(Arc::new(atoms)))
}

/// A lognormal law, or where nothing varies the constant.
fn lognormal(mu: f64, sigma: f64, constant: f64) -> Result<Law, LawError> {
    Ok(if sigma == 0.0 { fixed(finite("mu", constant)?) } else { Law(Kind::Lognormal { mu, sigma }) })
}

fn weighted(pairs: impl Iterator<Item = (f64, f64)>) -> Result<Law, LawError> {
    let pairs: Vec<(f64, f64)> = pairs.collect();
    for &(value, weight) in &pairs {
        finite("values", value)?;
        not_negative("weights", weight)?;
    }
    if pairs.is_empty() {
        Err(LawError::Empty { what: "values" })
    } else if pairs.iter().all(|&(_, weight)| weight == 0.0) {
        Err(LawError::Weightless)
    } else {
        Ok(atoms(Atoms::new(pairs)))
    }
}

/// Where a falling function crosses zero, to the last digits.
fn falling_root(mut low: f64, mut high: f64, function: impl Fn(f64) -> f64) -> Result<f64, LawError> {
    if !(function(low) >= 0.0 && function(high) <= 0.0) {
        return Err(LawError::NoSuchQuantiles);
    }
    for _ in 0..60 {
        let middle = f64::midpoint(low, high);
        if function(middle) > 0.0 {
            low = middle;
        } else {
            high = middle;
        }
    }
    Ok(f64::midpoint(low, high))
}

fn finite(what: &'static str, value: f64) -> Result<f64, LawError> {
    if value.is_finite() { Ok(value) } else { Err(LawError::NotFinite { what }) }
}

fn positive(what: &'static str, value: f64) -> Result<f64, LawError> {
    if finite(what, value)? > 0.0 { Ok(value) } else { Err(LawError::NotPositive { what }) }
}

fn not_negative(what: &'static str, value: f64) -> Result<f64, LawError> {
    if finite(what, value)? >= 0.0 { Ok(value) } else { Err(LawError::Negative { what }) }
}

fn within(what: &'static str, value: f64, low: f64, high: f64) -> Result<f64, LawError> {
    if (low..=high).contains(&finite(what, value)?) {
        Ok(value)
    } else {
        Err(LawError::OutOfRange { what, low, high })
    }
}

fn ordered(lower: (&'static str, f64), upper: (&'static str, f64)) -> Result<(), LawError> {
    let (low, high) = (finite(lower.0, lower.1)?, finite(upper.0, upper.1)?);
    if low <= high { Ok(()) } else { Err(LawError::NotOrdered { lower: lower.0, upper: upper.0 }) }
}

fn range(low: f64, high: f64) -> Result<(f64, f64), LawError> {
    ordered(("low", low), ("high", high))?;
    Ok((low, high))
}

fn peaked(low: f64, mode: f64, high: f64) -> Result<(f64, f64, f64), LawError> {
    ordered(("low", low), ("mode", mode))?;
    ordered(("mode", mode), ("high", high))?;
    Ok((low, mode, high))
}

/// Two quantiles in ascending order of their probabilities, with positive ascending values.
fn quantiles(lower: Quantile, upper: Quantile) -> Result<[Quantile; 2], LawError> {
    let [lower, upper] = if lower.0 <= upper.0 { [lower, upper] } else { [upper, lower] };
    for (p, x) in [lower, upper] {
        if !(p > 0.0 && p < 1.0) {
            return Err(LawError::OutOfRange { what: "p", low: 0.0, high: 1.0 });
        }
        positive("quantile", x)?;
    }
    if lower.0 < upper.0 && lower.1 < upper.1 { Ok([lower, upper]) } else { Err(LawError::NoSuchQuantiles) }
}
