//! Distribution function, quantile function and support of a law.

use super::level::Level;
use super::special::{normal_cdf, normal_quantile};
use super::{Component, Conditioned, Kind, Law};

impl Law {
    /// The probability of a value not above `x`.
    pub fn cdf(&self, x: f64) -> f64 {
        self.level(x).below
    }

    /// The smallest value whose `cdf` is at least `u`, for `u` from 0 to 1.
    ///
    /// Exact also where drawing uses a table. For a mixture of everything else, found by bisection.
    pub fn quantile(&self, u: f64) -> f64 {
        let (min, max) = self.support();
        if u <= 0.0 {
            min
        } else if u >= 1.0 {
            max
        } else {
            self.quantile_at(Level::at(u))
        }
    }

    /// The smallest and the largest value, or their limits.
    pub fn support(&self) -> (f64, f64) {
        match &self.0 {
            Kind::Constant(value) => (*value, *value),
            Kind::Exponential { .. }
            | Kind::Lognormal { .. }
            | Kind::Weibull { .. }
            | Kind::Normal { .. } => (0.0, f64::INFINITY),
            Kind::Geometric { .. } => (1.0, f64::INFINITY),
            Kind::Uniform { low, high } | Kind::Triangular { low, high, .. } => (*low, *high),
            Kind::Tabled { table, low, scale } => {
                let (least, largest) = table.law.support();
                (low + scale * least, low + scale * largest)
            }
            Kind::Atoms(atoms) => (atoms.first(), atoms.last()),
            Kind::Mixture(components) => components
                .iter()
                .map(|component| component.law.support())
                .fold((f64::INFINITY, f64::NEG_INFINITY), |(min, max), (least, largest)| {
                    (min.min(least), max.max(largest))
                }),
            Kind::Scaled { law, times, plus } => {
                let (min, max) = law.support();
                (times * min + plus, times * max + plus)
            }
            Kind::Conditioned(inner) => {
                let (min, max) = inner.law.support();
                (min.max(inner.min), max.min(inner.max))
            }
        }
    }

    /// The level of `x`, itself counted.
    pub(super) fn level(&self, x: f64) -> Level {
        self.level_counting(x, true)
    }

    /// The level of `x`, itself counted or not: there is a difference where `x` has a probability of its own.
    pub(super) fn level_counting(&self, x: f64, counted: bool) -> Level {
        match &self.0 {
            Kind::Constant(value) if x > *value || (counted && x == *value) => Level::TOP,
            Kind::Constant(_) => Level::BOTTOM,
            Kind::Geometric { rate } => {
                let last = if counted { x.floor() } else { x.ceil() - 1.0 };
                exponential(rate * last)
            }
            Kind::Atoms(atoms) => atoms.level(x, counted),
            Kind::Mixture(components) => mixture_level(components, x, counted),
            Kind::Scaled { law, times, plus } => law.level_counting((x - plus) / times, counted),
            Kind::Conditioned(inner) => inner.level(x, counted),
            Kind::Exponential { mean } => exponential(x / mean),
            Kind::Weibull { scale, inverse_shape } => {
                exponential((x.max(0.0) / scale).powf(1.0 / inverse_shape))
            }
            Kind::Uniform { low, high } => uniform(*low, *high, x),
            Kind::Triangular { low, mode, high } => triangular(*low, *mode, *high, x),
            Kind::Lognormal { mu, sigma } => normal((x.max(0.0).ln() - mu) / sigma),
            Kind::Normal { mean, sd, zero } => {
                let there = normal((x.max(0.0) - mean) / sd);
                Level { below: there.since(*zero) / zero.above, above: there.above / zero.above }
            }
            Kind::Tabled { table, low, scale } => table.law.level((x - low) / scale),
        }
    }

    /// The smallest value whose level reaches this one.
    pub(super) fn quantile_at(&self, level: Level) -> f64 {
        match &self.0 {
            Kind::Constant(value) => *value,
            Kind::Exponential { mean } => mean * exponential_quantile(level),
            Kind::Weibull { scale, inverse_shape } => {
                scale * exponential_quantile(level).powf(*inverse_shape)
            }
            Kind::Geometric { rate } => (exponential_quantile(level) / rate).ceil().max(1.0),
            Kind::Uniform { low, high } if level.is_lower() => low + (high - low) * level.below,
            Kind::Uniform { low, high } => high - (high - low) * level.above,
            Kind::Triangular { low, mode, high } => triangular_quantile(*low, *mode, *high, level),
            Kind::Lognormal { mu, sigma } => (mu + sigma * standard_normal_quantile(level)).exp(),
            Kind::Normal { mean, sd, zero } => {
                let kept = Level::between(*zero, Level::TOP, level);
                (mean + sd * standard_normal_quantile(kept)).max(0.0)
            }
            Kind::Tabled { table, low, scale } => low + scale * table.law.quantile(level),
            Kind::Atoms(atoms) => atoms.quantile(level),
            Kind::Mixture(components) => mixture_quantile(components, level),
            Kind::Scaled { law, times, plus } => times * law.quantile_at(level) + plus,
            Kind::Conditioned(inner) => inner.quantile(level),
        }
    }
}

impl Conditioned {
    fn level(&self, x: f64, counted: bool) -> Level {
        if x < self.min {
            return Level::BOTTOM;
        }
        if x > self.max {
            return Level::TOP;
        }
        let there = self.law.level_counting(x, counted);
        let mass = self.to.since(self.from);
        Level {
            below: (there.since(self.from) / mass).min(1.0),
            above: (self.to.since(there) / mass).min(1.0),
        }
    }

    fn quantile(&self, level: Level) -> f64 {
        // Rounding must not lead outside.
        self.law.quantile_at(Level::between(self.from, self.to, level)).clamp(self.min, self.max)
    }
}

/// The level of `x` under the exponential law of mean 1.
fn exponential(x: f64) -> Level {
    if x <= 0.0 { Level::BOTTOM } else { Level { below: -(-x).exp_m1(), above: (-x).exp() } }
}

fn exponential_quantile(level: Level) -> f64 {
    if level.is_lower() { -(-level.below).ln_1p() } else { -level.above.ln() }
}

/// The level of `z` under the standard normal law.
pub(super) fn normal(z: f64) -> Level {
    Level { below: normal_cdf(z), above: normal_cdf(-z) }
}

fn standard_normal_quantile(level: Level) -> f64 {
    if level.is_lower() { normal_quantile(level.below) } else { -normal_quantile(level.above) }
}

fn uniform(low: f64, high: f64, x: f64) -> Level {
    let x = x.clamp(low, high);
    Level { below: (x - low) / (high - low), above: (high - x) / (high - low) }
}

fn triangular(low: f64, mode: f64, high: f64, x: f64) -> Level {
    let x = x.clamp(low, high);
    if x < mode {
        let below = (x - low) / (high - low) * ((x - low) / (mode - low));
        Level { below, above: 1.0 - below }
    } else {
        let above = if x < high { (high - x) / (high - low) * ((high - x) / (high - mode)) } else { 0.0 };
        Level::from_above(above)
    }
}

fn triangular_quantile(low: f64, mode: f64, high: f64, level: Level) -> f64 {
    if level.below * (high - low) < mode - low {
        low + (level.below * (high - low) * (mode - low)).sqrt()
    } else {
        high - (level.above * (high - low) * (high - mode)).sqrt()
    }
}

fn mixture_level(components: &[Component], x: f64, counted: bool) -> Level {
    let mut sum = Level { below: 0.0, above: 0.0 };
    for component in components {
        let level = component.law.level_counting(x, counted);
        sum.below += component.weight * level.below;
        sum.above += component.weight * level.above;
    }
    sum
}

/// Bisection between the smallest and the largest of the components' quantiles, down to neighbouring numbers, so
/// that a value with a probability of its own is hit exactly.
fn mixture_quantile(components: &[Component], level: Level) -> f64 {
    let quantiles = || components.iter().map(|component| component.law.quantile_at(level));
    let mut low = ordered(quantiles().fold(f64::INFINITY, f64::min));
    let mut high = ordered(quantiles().fold(f64::NEG_INFINITY, f64::max));
    while low < high {
        let middle = low + (high - low) / 2;
        if mixture_level(components, number(middle), true).reaches(level) {
            high = middle;
        } else {
            low = middle + 1;
        }
    }
    number(high)
}

/// Numbers as integers in the same order, so that bisection takes at most 64 steps whatever their size.
fn ordered(x: f64) -> u64 {
    let bits = x.to_bits();
    if bits >> 63 == 0 { bits | 1 << 63 } else { !bits }
}

fn number(place: u64) -> f64 {
    f64::from_bits(if place >> 63 == 1 { place & !(1 << 63) } else { !place })
}
