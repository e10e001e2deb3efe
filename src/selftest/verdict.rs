//! From what replications say to a verdict on each claim, with a stated rate of false alarms over all of them.
//!
//! **One claim.** With θ the exact value, a replication gives the residual `x − θ`; for a ratio of two sums `a/b` it is
//! `a − θb`, whose mean is zero in a stationary run of any length, where the mean of ratios is biased (Fieller, Journal of
//! the Royal Statistical Society B 16:175, 1954). `z` is the mean of the residuals over its standard error, Student's t
//! with n − 1 degrees of freedom.
//!
//! **All claims.** One fails if its two-sided t test does at the level α/k, with k claims that chance has a say in
//! (Bonferroni's inequality: it holds however claims depend on each other, as those of one system do). The interval of a
//! row has the level 1 − α/k: theory lies in it where the row passes, and nowhere else.

use crate::run::Value;
use crate::run::many::Answers;
use crate::stats::special::{t_cdf, t_quantile};
use crate::stats::{Interval, Method, Tally};

use super::{Claim, Figure, System};

/// What came of the suite.
#[derive(Debug, Clone, PartialEq)]
pub struct Report {
    /// One for each claim, in the order of the systems.
    pub findings: Vec<Finding>,
    /// How often a correct program fails, by the normal theory of means.
    pub error: f64,
    /// Claims among which that is shared out.
    pub tests: usize,
}

/// What came of one claim.
#[derive(Debug, Clone, PartialEq)]
pub struct Finding {
    /// Place of the system in the list.
    pub system: usize,
    /// What was claimed.
    pub claim: Claim,
    /// The unit of the numbers.
    pub unit: String,
    /// What was simulated, at the level that the number of claims asks for.
    pub simulated: Interval,
    /// How many standard errors it lies from theory; none where chance has no say.
    pub z: Option<f64>,
    /// How often chance alone brings as much, by Student's t.
    pub p: Option<f64>,
    /// Whether theory and simulation agree.
    pub passes: bool,
}

impl Report {
    pub(super) fn new(systems: &[System], answers: &[Answers], error: f64) -> Report {
        let claims = || systems.iter().flat_map(|system| &system.claims);
        let by_chance = |claim: &&Claim| !matches!(claim.figure, Figure::Certain(_));
        let tests = claims().filter(by_chance).count();
        let level = 1.0 - error / tests.max(1) as f64;
        let mut findings = vec![];
        for (number, (system, answers)) in systems.iter().zip(answers).enumerate() {
            for (place, claim) in system.claims.iter().enumerate() {
                let values: Vec<Value> = answers.values.iter().map(|row| row[place]).collect();
                findings.push(judge(number, claim, &answers.units[place], &values, level));
            }
        }
        Report { findings, error, tests }
    }

    /// Whether all agree.
    pub fn passes(&self) -> bool {
        self.failures() == 0
    }

    /// How many do not.
    pub fn failures(&self) -> usize {
        self.findings.iter().filter(|finding| !finding.passes).count()
    }
}

fn judge(system: usize, claim: &Claim, unit: &str, values: &[Value], level: f64) -> Finding {
    let (scale, unit) = if unit == "days" { (24.0, "h") } else { (1.0, unit) };
    let pairs: Vec<(f64, f64)> = values.iter().filter_map(|value| pair(*value, scale, claim)).collect();
    let finding = |simulated, z: Option<f64>, passes| {
        let p = z.map(|z| 2.0 * t_cdf(pairs.len() as f64 - 1.0, -z.abs()));
        Finding { system, claim: claim.clone(), unit: unit.to_owned(), simulated, z, p, passes }
    };
    match claim.figure {
        Figure::Certain(tolerance) => {
            let near = |(above, below): &(f64, f64)| (above / below / claim.theory - 1.0).abs() <= tolerance;
            let seen = pairs.first().map_or(f64::NAN, |(above, below)| above / below);
            let passes = pairs.len() == values.len() && pairs.iter().all(near);
            finding(Interval::exact(seen, pairs.len()), None, passes)
        }
        Figure::Mean | Figure::Variance(_) => {
            let (simulated, z) = by_chance(claim.theory, &pairs, level);
            finding(simulated, Some(z), pairs.len() == values.len() && simulated.contains(claim.theory))
        }
    }
}

/// Above and below the line; a plain number has a 1 below. None where a replication says nothing.
fn pair(value: Value, scale: f64, claim: &Claim) -> Option<(f64, f64)> {
    let (above, below) = match value {
        Value::Number(x) => (x * scale, 1.0),
        Value::Ratio { above, below } => (above * scale, below),
        Value::Nothing => return None,
    };
    match claim.figure {
        Figure::Variance(mean) => (below > 0.0).then(|| ((above / below - mean).powi(2), 1.0)),
        Figure::Mean | Figure::Certain(_) => Some((above, below)),
    }
}

/// The ratio of the sums with its interval, and how many standard errors it lies from theory.
fn by_chance(theory: f64, pairs: &[(f64, f64)], level: f64) -> (Interval, f64) {
    let n = pairs.len();
    let below = pairs.iter().map(|(_, below)| below).sum::<f64>() / n as f64;
    let residuals: Tally = pairs.iter().map(|(above, below)| above - theory * below).collect();
    let (Some(mean), Some(sd)) = (residuals.mean(), residuals.sd()) else {
        panic!("a claim of the suite rests on several replications that say something");
    };
    let error = sd / (n as f64).sqrt();
    let z = if error > 0.0 { mean / error } else { 0.0 };
    let estimate = theory + mean / below;
    let half = t_quantile(n as f64 - 1.0, 0.5 + 0.5 * level) * error / below;
    let (low, high) = (estimate - half, estimate + half);
    (Interval { estimate, low, high, level, n, method: Method::StudentT }, z)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn claim(figure: Figure, theory: f64) -> Claim {
        Claim { what: String::new(), measure: String::new(), figure, theory }
    }

    #[test]
    fn a_mean_is_judged_as_student_would() {
        // Student's first sleep data: mean 0.75, s = 1.789, n = 10; t = 1.3257 against 0.
        let sleep = [0.7, -1.6, -0.2, -1.2, -0.1, 3.4, 3.7, 0.8, 0.0, 2.0].map(Value::Number);
        let found = judge(0, &claim(Figure::Mean, 0.0), "h", &sleep, 0.95);
        assert!((found.z.unwrap() - 1.325_710).abs() < 1e-6);
        assert!((found.p.unwrap() - 0.217_598).abs() < 1e-6);
        assert!((found.simulated.low + 0.529_780).abs() < 1e-5 && found.passes);
        assert!(!judge(0, &claim(Figure::Mean, 3.0), "h", &sleep, 0.95).passes);
    }

    #[test]
    fn a_ratio_passes_exactly_where_theory_lies_in_its_interval() {
        let values = [(2.0, 1.0), (7.0, 3.0), (3.0, 2.0), (9.0, 4.0)];
        let values = values.map(|(above, below)| Value::Ratio { above, below });
        for step in 0..60 {
            let theory = 1.5 + 0.02 * f64::from(step);
            let found = judge(0, &claim(Figure::Mean, theory), "h", &values, 0.9);
            assert!((found.simulated.estimate - 2.1).abs() < 1e-12, "21 over 10, whatever theory says");
            assert_eq!(found.passes, found.p.unwrap() >= 0.1, "{theory}: {found:?}");
        }
    }

    #[test]
    fn times_are_told_in_hours_and_variances_around_the_known_mean() {
        let values = [1.0, 3.0].map(Value::Number);
        let found = judge(0, &claim(Figure::Mean, 48.0), "days", &values, 0.9);
        assert_eq!((found.unit.as_str(), found.simulated.estimate, found.z), ("h", 48.0, Some(0.0)));
        let found = judge(0, &claim(Figure::Variance(1.0), 2.0), "cases", &values, 0.9);
        assert_eq!(found.simulated.estimate, 2.0);
    }

    #[test]
    fn what_is_certain_has_to_be_so_in_every_replication() {
        let certain = claim(Figure::Certain(1e-6), 6.0);
        assert!(judge(0, &certain, "h", &[Value::Number(6.0), Value::Number(6.000_000_1)], 0.9).passes);
        assert!(!judge(0, &certain, "h", &[Value::Number(6.0), Value::Number(6.1)], 0.9).passes);
        assert!(!judge(0, &certain, "h", &[Value::Number(6.0), Value::Nothing], 0.9).passes);
    }
}
