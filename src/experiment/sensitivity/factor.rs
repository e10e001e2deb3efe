//! Inputs, and the values that they take along their ranges.

use crate::diagnostic::Diagnostic;
use crate::experiment::vary::{Setting, Values, Variation};
use crate::model::{Law, unknown_law};
use crate::scenario::{Loaded, quantity};

/// The part of what nobody knows that lies below the low end, and above the high one.
const TAIL: f64 = 0.1;
/// How far a volume or an effort is moved where nothing is unsure.
const MOVED: f64 = 0.1;

/// How a value of a factor is put into the scenario.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum How {
    /// As what nobody knows.
    Unsure,
    /// By an edit that sets it.
    Set,
    /// By an edit that multiplies what stands there.
    Scale,
    /// By an edit that adds to what stands there.
    Add,
}

impl How {
    /// Its word in files.
    pub fn word(self) -> &'static str {
        match self {
            How::Unsure => "unsure",
            How::Set => "set",
            How::Scale => "scale",
            How::Add => "add",
        }
    }
}

/// An input and what it may be.
#[derive(Debug, Clone)]
pub struct Factor {
    /// Its path, or the name under which several places share it.
    pub name: String,
    /// How a value gets into the scenario.
    pub how: How,
    range: Range,
}

#[derive(Debug, Clone)]
enum Range {
    /// A law, in a unit that may be empty.
    Law { law: Law, unit: String },
    /// Anything between two ends.
    Between(Values),
    /// These, equally likely, and which of them stands in the middle.
    Listed { settings: Vec<Setting>, middle: usize },
}

impl Factor {
    /// The value in the middle: the median of a law, the middle of a range or list, and for what a scenario says the value
    /// that it says.
    pub fn middle(&self) -> Setting {
        match &self.range {
            Range::Listed { settings, middle } => settings[*middle].clone(),
            _ => self.quantile(0.5),
        }
    }

    /// The value at a place from 0, the low end, to 1, the high one. The ends of a law are its 10 % and 90 % quantiles, so
    /// that a law without bounds has ends.
    pub fn within(&self, place: f64) -> Setting {
        match &self.range {
            Range::Law { .. } => self.quantile(TAIL + place * (1.0 - 2.0 * TAIL)),
            Range::Between(_) | Range::Listed { .. } => self.quantile(place),
        }
    }

    /// The value that is not exceeded with this probability.
    pub fn quantile(&self, u: f64) -> Setting {
        match &self.range {
            Range::Law { law, unit } => {
                let value = law.quantile(u);
                let written = if unit.is_empty() { format!("{value}") } else { quantity(value, unit) };
                Setting { written, value: Some(value), unit: unit.clone() }
            }
            Range::Between(values) => values.at(u),
            Range::Listed { settings, .. } => {
                settings[((u * settings.len() as f64) as usize).min(settings.len() - 1)].clone()
            }
        }
    }

    /// What is set by hand.
    fn varied(variation: &Variation) -> Factor {
        let range = match &variation.values {
            Values::Listed(settings) => {
                Range::Listed { middle: settings.len() / 2, settings: settings.clone() }
            }
            between @ Values::Between { .. } => Range::Between(between.clone()),
        };
        Factor { name: variation.path.clone(), how: How::Set, range }
    }

    fn scaled(name: String) -> Factor {
        let values = Values::Between { low: 1.0 - MOVED, high: 1.0 + MOVED, unit: String::new() };
        Factor { name, how: How::Scale, range: Range::Between(values) }
    }

    /// A headcount a tenth up and down, one member at least; nobody at all would be another system.
    fn headcount(name: String, posts: u32) -> Factor {
        let most = (f64::from(posts) * MOVED).round().max(1.0) as i64;
        let least = most.min(i64::from(posts) - 1).max(0);
        let settings = (-least..=most).map(|by| Setting::number(by as f64, "")).collect();
        Factor { name, how: How::Add, range: Range::Listed { settings, middle: least as usize } }
    }
}

/// The factors of a question: every value that the scenario does not know, but for those that are set or varied by hand,
/// and everything that is varied. None where there is neither.
///
/// Fails where a law of the scenario cannot be drawn.
pub fn factors(
    loaded: &Loaded,
    varied: &[Variation],
    set: &[String],
) -> Result<Vec<Factor>, Vec<Diagnostic>> {
    let by_hand = |name: &String| set.contains(name) || varied.iter().any(|v| v.path == *name);
    let mut all = vec![];
    for unknown in loaded.unknowns.iter().filter(|unknown| !by_hand(&unknown.name)) {
        let law = unknown_law(unknown).map_err(|finding| vec![finding])?;
        // A value that can be only one moves nothing.
        if law.is_constant().is_none() {
            let range = Range::Law { law, unit: unknown.unit.clone() };
            all.push(Factor { name: unknown.name.clone(), how: How::Unsure, range });
        }
    }
    all.extend(varied.iter().map(Factor::varied));
    Ok(all)
}

/// The factors of a scenario in which nothing is unsure: every source's volume and every stage's effort a tenth up and
/// down, and every pool's headcount, by one member at least.
pub fn usual(loaded: &Loaded) -> Vec<Factor> {
    let scenario = &loaded.epochs[0].scenario;
    let flows = scenario.sources.iter().filter(|source| source.rate.is_some() || source.rates.is_some());
    let volumes = flows.map(|source| Factor::scaled(format!("source.{}.rate", source.id.value)));
    let worked = scenario.stages.iter().filter(|stage| stage.effort.is_some());
    let efforts = worked.map(|stage| Factor::scaled(format!("stage.{}.effort", stage.id.value)));
    let pools = scenario.pools.iter();
    let heads = pools
        .map(|pool| Factor::headcount(format!("pool.{}.headcount", pool.id.value), pool.headcount.value));
    volumes.chain(efforts).chain(heads).collect()
}

/// Factors that are varied so.
#[cfg(test)]
pub(super) fn factors_of(texts: &[&str]) -> Vec<Factor> {
    texts.iter().map(|text| Factor::varied(&Variation::parse(text).expect("a test writes it well"))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_headcount_moves_by_one_member_at_least_and_never_to_nobody() {
        let written = |posts| {
            let factor = Factor::headcount(String::new(), posts);
            [factor.within(0.0), factor.middle(), factor.within(1.0)].map(|setting| setting.written)
        };
        assert_eq!(written(3), ["-1", "0", "1"]);
        assert_eq!(written(42), ["-4", "0", "4"]);
        assert_eq!(written(1), ["0", "0", "1"]);
    }

    #[test]
    fn ranges_have_their_ends_and_lists_their_middle() {
        let factor = |text: &str| Factor::varied(&Variation::parse(text).unwrap());
        let three =
            |of: &Factor| [of.within(0.0), of.middle(), of.within(1.0)].map(|setting| setting.written);
        assert_eq!(three(&factor("x=10 days..30 days")), ["10 days", "20 days", "30 days"]);
        assert_eq!(three(&factor("x=fifo,lifo,random")), ["fifo", "lifo", "random"]);
        assert_eq!(factor("x=fifo,lifo").quantile(0.6).written, "lifo");
    }

    #[test]
    fn a_law_ends_at_its_outer_tenths() {
        let law = Law::exponential(2.0).unwrap();
        let range = Range::Law { law, unit: "h".to_owned() };
        let factor = Factor { name: String::new(), how: How::Unsure, range };
        let near = |setting: Setting, u: f64| (setting.value.unwrap() + 2.0 * (1.0 - u).ln()).abs() < 1e-9;
        assert!(near(factor.within(0.0), 0.1) && near(factor.within(1.0), 0.9) && near(factor.middle(), 0.5));
        assert!(near(factor.quantile(0.99), 0.99));
    }
}
