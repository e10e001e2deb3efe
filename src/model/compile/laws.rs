//! Laws as written become laws that can be drawn.

use super::Context;
use crate::diagnostic::{Code, Diagnostic, Span};
use crate::model::SpanLaw;
use crate::model::law::{Law, LawError, Quantile};
use crate::scenario::{Given, LawKind, LawSpec};
use crate::units::DAY;

impl Context<'_> {
    /// A law of plain numbers or of calendar time; working days are refused, as `what` is not counted in them.
    pub(super) fn law(&mut self, spec: &LawSpec, what: &str) -> Option<Law> {
        if spec.working_days {
            let message = format!("{what} cannot be counted in working days");
            let finding = Diagnostic::new(Code::BadQuantity, message)
                .at(spec.span, "")
                .help("write it in days, hours or minutes");
            self.findings.push(finding);
            return None;
        }
        self.built(spec)
    }

    /// A law of a length of time, which may be counted in working days.
    pub(super) fn span_law(&mut self, spec: &LawSpec) -> Option<SpanLaw> {
        let law = self.built(spec)?;
        let law =
            if spec.working_days { self.or_report(law.scaled(DAY as f64, 0.0), spec.span)? } else { law };
        Some(SpanLaw { law, working_days: spec.working_days })
    }

    fn built(&mut self, spec: &LawSpec) -> Option<Law> {
        self.or_report(build(spec), spec.span)
    }

    fn or_report(&mut self, law: Result<Law, LawError>, span: Span) -> Option<Law> {
        match law {
            Ok(law) => Some(law),
            Err(error) => {
                self.findings.push(Diagnostic::new(Code::BadLaw, error.to_string()).at(span, ""));
                None
            }
        }
    }
}

/// The law that a description means.
pub(in crate::model) fn build(spec: &LawSpec) -> Result<Law, LawError> {
    let mut law = family(&spec.kind)?;
    if spec.min.is_some() || spec.max.is_some() {
        law = law.conditioned(spec.min.unwrap_or(f64::NEG_INFINITY), spec.max.unwrap_or(f64::INFINITY))?;
    }
    if spec.times == 1.0 && spec.plus == 0.0 { Ok(law) } else { law.scaled(spec.times, spec.plus) }
}

fn family(kind: &LawKind) -> Result<Law, LawError> {
    match *kind {
        LawKind::Constant(value) => Law::constant(value),
        LawKind::Exponential { mean } => Law::exponential(mean),
        LawKind::Uniform { low, high } => Law::uniform(low, high),
        LawKind::Triangular { low, mode, high } => Law::triangular(low, mode, high),
        LawKind::Pert { low, mode, high } => Law::pert(low, mode, high),
        LawKind::Lognormal(given) => {
            given_by(given, Law::lognormal, Law::lognormal_natural, Law::lognormal_quantiles)
        }
        LawKind::Gamma(given) => given_by(given, Law::gamma, Law::gamma_natural, Law::gamma_quantiles),
        LawKind::Weibull(given) => {
            given_by(given, Law::weibull, Law::weibull_natural, Law::weibull_quantiles)
        }
        LawKind::Erlang { k, mean } => Law::erlang(k, mean),
        LawKind::Hyperexponential { mean, cv } => Law::hyperexponential(mean, cv),
        LawKind::Normal { mean, sd } => Law::normal(mean, sd),
        LawKind::Beta { low, high, mean, sd } => Law::beta(low, high, mean, sd),
        LawKind::Poisson { mean } => Law::poisson(mean),
        LawKind::Geometric { mean } => Law::geometric(mean),
        LawKind::Binomial { n, p } => Law::binomial(u64::from(n), p),
        LawKind::Discrete { ref values, ref weights } => Law::discrete(values, weights),
        LawKind::Empirical(ref values) => Law::empirical(values),
        LawKind::Mixture(ref parts) => {
            let built = parts.iter().map(|(weight, law)| Ok((*weight, build(law)?)));
            Law::mixture(built.collect::<Result<_, LawError>>()?)
        }
        LawKind::Shifted { by, ref law } => build(law)?.shifted(by),
    }
}

/// A law of two parameters, by whichever two numbers were given.
fn given_by(
    given: Given,
    mean_cv: fn(f64, f64) -> Result<Law, LawError>,
    natural: fn(f64, f64) -> Result<Law, LawError>,
    quantiles: fn(Quantile, Quantile) -> Result<Law, LawError>,
) -> Result<Law, LawError> {
    match given {
        Given::MeanCv { mean, cv } => mean_cv(mean, cv),
        Given::Natural(a, b) => natural(a, b),
        Given::Quantiles { p, x, q, y } => quantiles((p, x), (q, y)),
    }
}
