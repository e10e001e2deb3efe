//! The standard laws whose quantile function has no closed form: gamma, beta, hyperexponential.
//!
//! Exact quantiles are found by Newton's method on the logarithm of the smaller tail, in a coordinate y in which both
//! tails are nearly straight: ln x, or ln(x / (1 - x)) for the beta law. In it the gamma and beta densities are
//! log-concave, so each step from the far side of the tail falls short of the root and none diverges.

use super::level::Level;
use super::special::{beta_cdf, gamma_levels, ln_gamma, normal_quantile};

/// A gamma, beta or hyperexponential law with all scale taken out.
#[derive(Clone, Copy, PartialEq, Debug)]
pub(super) enum Standard {
    /// Of scale 1.
    Gamma { shape: f64 },
    /// On 0 to 1.
    Beta { a: f64, b: f64 },
    /// Of mean 1, with balanced means: rate 2 `p` with probability `p`, else 2 (1 - `p`); `p` is at least 1/2.
    Hyperexponential { p: f64 },
}

/// A value in the coordinate in which Newton's method works.
#[derive(Clone, Copy)]
struct Point {
    x: f64,
    /// 1 - x, which has digits of its own near 1 (beta only).
    rest: f64,
    /// dx/dy.
    slope: f64,
}

impl Standard {
    /// The smallest and largest value.
    pub(super) fn support(self) -> (f64, f64) {
        match self {
            Standard::Beta { .. } => (0.0, 1.0),
            Standard::Gamma { .. } | Standard::Hyperexponential { .. } => (0.0, f64::INFINITY),
        }
    }

    /// Mean and variance.
    pub(super) fn moments(self) -> (f64, f64) {
        match self {
            Standard::Gamma { shape } => (shape, shape),
            Standard::Beta { a, b } => (a / (a + b), a * b / ((a + b).powi(2) * (a + b + 1.0))),
            // E X^2 is the sum of 2 p_i / (2 p_i)^2 = 1 / (2 p_i) over both phases, that is 1 / (2 p (1 - p)).
            Standard::Hyperexponential { p } => (1.0, 0.5 / (p * (1.0 - p)) - 1.0),
        }
    }

    /// The level of `x`.
    pub(super) fn level(self, x: f64) -> Level {
        self.level_of(Point { x, rest: 1.0 - x, slope: 1.0 })
    }

    fn level_of(self, point: Point) -> Level {
        let x = point.x;
        if x <= 0.0 {
            return Level::BOTTOM;
        }
        match self {
            Standard::Gamma { shape } => {
                let (below, above) = gamma_levels(shape, x);
                Level { below, above }
            }
            Standard::Beta { a, b } => {
                Level { below: beta_cdf(a, b, x, point.rest), above: beta_cdf(b, a, point.rest, x) }
            }
            Standard::Hyperexponential { p } => {
                let (fast, slow) = (2.0 * p * x, 2.0 * (1.0 - p) * x);
                Level {
                    below: -p * (-fast).exp_m1() - (1.0 - p) * (-slow).exp_m1(),
                    above: p * (-fast).exp() + (1.0 - p) * (-slow).exp(),
                }
            }
        }
    }

    /// The density at `x`.
    pub(super) fn density(self, x: f64) -> f64 {
        self.density_of(Point { x, rest: 1.0 - x, slope: 1.0 })
    }

    fn density_of(self, point: Point) -> f64 {
        let x = point.x;
        match self {
            Standard::Gamma { shape } => ((shape - 1.0) * x.ln() - x - ln_gamma(shape)).exp(),
            Standard::Beta { a, b } => {
                ((a - 1.0) * x.ln() + (b - 1.0) * point.rest.ln() - ln_beta(a, b)).exp()
            }
            Standard::Hyperexponential { p } => {
                let q = 1.0 - p;
                2.0 * (p * p * (-2.0 * p * x).exp() + q * q * (-2.0 * q * x).exp())
            }
        }
    }

    /// The value at a level, to about thirteen digits.
    pub(super) fn quantile(self, level: Level) -> f64 {
        let (least, largest) = self.support();
        if level.below <= 0.0 {
            return least;
        }
        if level.above <= 0.0 {
            return largest;
        }
        let leading = self.leading_term(level);
        // So close to 0 the first term of the series is the whole value; it may even be too small for a number.
        if leading < 1e-17 && level.is_lower() { leading } else { self.newton(level, leading) }
    }

    /// The quantile if the distribution function were the first term of its series at 0, `c x^power`.
    fn leading_term(self, level: Level) -> f64 {
        match self {
            Standard::Gamma { shape } => ((level.below.ln() + ln_gamma(shape + 1.0)) / shape).exp(),
            Standard::Beta { a, b } => ((level.below.ln() + a.ln() + ln_beta(a, b)) / a).exp(),
            Standard::Hyperexponential { p } => level.below / (2.0 * (p * p + (1.0 - p) * (1.0 - p))),
        }
    }

    /// Newton's method, kept inside the bracket that the values so far have shown.
    fn newton(self, level: Level, leading: f64) -> f64 {
        let lower = level.is_lower();
        let target = if lower { level.below } else { level.above }.ln();
        let (mut low, mut high) = (f64::NEG_INFINITY, f64::INFINITY);
        let mut y = self.start(level, leading);
        for _ in 0..200 {
            let point = self.point(y);
            let reached = self.level_of(point);
            let tail = if lower { reached.below } else { reached.above };
            let gap = if lower { target - tail.ln() } else { tail.ln() - target };
            if gap > 0.0 {
                low = y;
            } else {
                high = y;
            }
            let step = gap * tail / (self.density_of(point) * point.slope);
            // The error left is about the square of such a step. Asking for less would chase the rounding of the
            // incomplete functions, whose digits run short for large shapes.
            if step.abs() <= 1e-10 {
                return self.point(y + step).x;
            }
            y = if y + step > low && y + step < high { y + step } else { within(low, high) };
        }
        self.point(y).x
    }

    /// A first guess in the coordinate y.
    fn start(self, level: Level, leading: f64) -> f64 {
        let normal =
            if level.is_lower() { normal_quantile(level.below) } else { -normal_quantile(level.above) };
        match self {
            Standard::Gamma { shape } => {
                // Wilson and Hilferty (1931); the series where their cube root would be negative or poor.
                let root = 1.0 - 1.0 / (9.0 * shape) + normal / (3.0 * shape.sqrt());
                if root > 0.3 { (shape * root.powi(3)).ln() } else { leading.ln().min(shape.ln()) }
            }
            Standard::Beta { a, b } => (a / b).ln() + normal * (1.0 / a + 1.0 / b).sqrt().min(2.0),
            Standard::Hyperexponential { p } if level.is_lower() => (level.below / p).ln(),
            // In the end only the slow phase is left.
            Standard::Hyperexponential { p } => {
                let q = 1.0 - p;
                (-(level.above / q).ln() / (2.0 * q)).max(-level.above.ln() / (2.0 * p)).ln()
            }
        }
    }

    fn point(self, y: f64) -> Point {
        match self {
            Standard::Beta { .. } => {
                let (x, rest) = (1.0 / (1.0 + (-y).exp()), 1.0 / (1.0 + y.exp()));
                Point { x, rest, slope: x * rest }
            }
            Standard::Gamma { .. } | Standard::Hyperexponential { .. } => {
                Point { x: y.exp(), rest: 0.0, slope: y.exp() }
            }
        }
    }
}

/// Some point strictly inside a bracket of which one end may be open.
fn within(low: f64, high: f64) -> f64 {
    match (low.is_finite(), high.is_finite()) {
        (true, true) => f64::midpoint(low, high),
        (true, false) => low + 1.0,
        (false, true) => high - 1.0,
        (false, false) => 0.0,
    }
}

fn ln_beta(a: f64, b: f64) -> f64 {
    ln_gamma(a) + ln_gamma(b) - ln_gamma(a + b)
}
