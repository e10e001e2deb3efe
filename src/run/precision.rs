//! `--precision '5% of MEASURE'`: which measure is to be known how well.

use crate::stats::sequential::decide;
use crate::stats::{Decision, HalfWidth, Precision};

use super::measure::{Response, Value, given};
use super::wording::{find, in_unit, number_and_word};

/// A measure and the half-width that its interval may have.
#[derive(Debug, Clone, PartialEq)]
pub struct Goal {
    /// Place in the list of responses.
    pub response: usize,
    /// The half-width, in the measure's unit or as a share of its mean.
    pub width: HalfWidth,
}

/// Fewer replications decide nothing: the level of an interval of a mean of so few is not what it says.
const AT_LEAST: usize = 10;

impl Goal {
    /// Reads `5% of MEASURE`, `10 of MEASURE` or `2 days of MEASURE`; the error is a sentence.
    pub fn parse(text: &str, responses: &[Response]) -> Result<Goal, String> {
        let form = "write it as `5% of MEASURE`, `10 of MEASURE` or `2 days of MEASURE`";
        let Some((width, measure)) = text.split_once(" of ") else {
            return Err(format!("`{text}` does not say which measure is to be how precise; {form}"));
        };
        let response = find(measure.trim(), responses)?;
        let width =
            read_width(width.trim(), &responses[response].unit).map_err(|e| format!("{e}; {form}"))?;
        Ok(Goal { response, width })
    }

    /// Whether the replications so far are enough.
    pub(super) fn judge(&self, values: &[Value], level: f64) -> Decision {
        let given = given(values);
        let decision = decide(&given, &Precision { level, width: self.width, at_least: AT_LEAST });
        // Where most replications say nothing about the measure, an interval of the rest is of another thing.
        Decision { enough: decision.enough && 2 * given.len() >= values.len(), ..decision }
    }
}

fn read_width(text: &str, unit: &str) -> Result<HalfWidth, String> {
    let (number, word) = number_and_word(text)?;
    if number <= 0.0 {
        return Err(format!("`{text}` is no width: it must be above 0"));
    }
    if word == "%" {
        return Ok(HalfWidth::Relative(number / 100.0));
    }
    in_unit(number, word, unit).map(HalfWidth::Absolute)
}

#[cfg(test)]
mod tests {
    use super::super::measure::Family;
    use super::*;

    fn responses() -> Vec<Response> {
        let new = |quantity, unit| Response::new(Family::Cases, quantity, unit);
        vec![
            new("backlog_at_end", "cases"),
            new("wait_mean", "days").of("screen"),
            new("share_within", "share").of("action").detail("24 h").class("danger"),
        ]
    }

    fn parse(text: &str) -> Result<Goal, String> {
        Goal::parse(text, &responses())
    }

    #[test]
    fn relative_and_absolute_widths_are_read_in_the_unit_of_the_measure() {
        let goal = |response, width| Ok(Goal { response, width });
        assert_eq!(parse("5% of backlog_at_end"), goal(0, HalfWidth::Relative(0.05)));
        assert_eq!(parse("10 of backlog_at_end"), goal(0, HalfWidth::Absolute(10.0)));
        assert_eq!(parse("12 h of wait_mean/screen"), goal(1, HalfWidth::Absolute(0.5)));
        assert_eq!(parse("2 days of wait_mean/screen"), goal(1, HalfWidth::Absolute(2.0)));
        assert_eq!(parse("0.02 of share_within/action/24 hours/danger"), goal(2, HalfWidth::Absolute(0.02)));
    }

    #[test]
    fn mistakes_are_told_with_what_was_meant() {
        let said = |text| parse(text).unwrap_err();
        assert!(
            said("5% of backlog_end")
                .starts_with("there is no measure `backlog_end`; the nearest are `backlog_at_end`")
        );
        assert!(said("5%").contains("does not say which measure"));
        assert!(said("2 days of backlog_at_end").starts_with("the measure counts in cases, not in `days`"));
        assert!(said("0% of backlog_at_end").contains("must be above 0"));
        assert!(said("few of backlog_at_end").contains("does not begin with a number"));
    }

    #[test]
    fn a_measure_that_most_replications_know_nothing_of_is_never_precise() {
        let goal = Goal { response: 0, width: HalfWidth::Absolute(1.0) };
        let mut values = vec![Value::Number(5.0); 29];
        values.push(Value::Number(5.1));
        assert!(goal.judge(&values, 0.95).enough);
        values.extend([Value::Nothing; 31]);
        assert!(!goal.judge(&values, 0.95).enough);
    }
}
