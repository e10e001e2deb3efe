//! `--chance 'MEASURE < VALUE'`: how often a single replication, one possible future, keeps within a bound.

use crate::stats::Interval;
use crate::stats::interval::wilson;

use super::measure::{Response, Value, given};
use super::wording::{find, in_unit, number_and_word};

/// What is said of a measure in one replication.
#[derive(Debug, Clone, PartialEq)]
pub struct Statement {
    /// As it was written.
    pub text: String,
    /// Place in the list of responses.
    pub response: usize,
    /// How the value of a replication stands to the bound.
    pub relation: Relation,
    /// The bound, in the measure's unit.
    pub bound: f64,
}

/// How a number stands to a bound.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Relation {
    /// `<`
    Below,
    /// `<=`
    AtMost,
    /// `>`
    Above,
    /// `>=`
    AtLeast,
}

/// Every relation as it is written; of two that begin alike the longer one first.
const SIGNS: [(&str, Relation); 4] =
    [("<=", Relation::AtMost), (">=", Relation::AtLeast), ("<", Relation::Below), (">", Relation::Above)];

impl Relation {
    /// As it is written.
    pub fn sign(self) -> &'static str {
        SIGNS.iter().find(|(_, relation)| *relation == self).expect("every relation has a sign").0
    }

    /// Whether larger values keep it.
    pub fn asks_for_more(self) -> bool {
        matches!(self, Relation::Above | Relation::AtLeast)
    }

    /// Whether a value stands so to the bound.
    pub fn holds(self, value: f64, bound: f64) -> bool {
        match self {
            Relation::Below => value < bound,
            Relation::AtMost => value <= bound,
            Relation::Above => value > bound,
            Relation::AtLeast => value >= bound,
        }
    }
}

impl Statement {
    /// Reads `backlog_at_end < 500` or `wait_mean/screen <= 36 h`; the error is a sentence.
    pub fn parse(text: &str, responses: &[Response]) -> Result<Statement, String> {
        let form = "write it as `MEASURE < VALUE`, with `<`, `<=`, `>` or `>=`";
        let Some(at) = text.find(['<', '>']) else {
            return Err(format!("`{text}` compares nothing; {form}"));
        };
        let (measure, rest) = text.split_at(at);
        let (sign, relation) = SIGNS
            .into_iter()
            .find(|(sign, _)| rest.starts_with(sign))
            .expect("the rest begins with `<` or `>`");
        let response = find(measure.trim(), responses)?;
        let bound = number_and_word(rest[sign.len()..].trim())
            .and_then(|(number, word)| in_unit(number, word, &responses[response].unit))
            .map_err(|why| format!("{why}; {form}"))?;
        Ok(Statement { text: text.trim().to_owned(), response, relation, bound })
    }

    /// The share of the replications with a value in which it holds, with its Wilson interval. None without values.
    pub fn chance(&self, values: &[Value], level: f64) -> Option<Interval> {
        chance(values, self.relation, self.bound, level)
    }
}

/// The share of the replications with a value whose value stands so to the bound.
pub(super) fn chance(values: &[Value], relation: Relation, bound: f64, level: f64) -> Option<Interval> {
    let given = given(values);
    let held = given.iter().filter(|value| relation.holds(**value, bound)).count();
    wilson(held, given.len(), level)
}

/// What became of a statement.
#[derive(Debug, Clone, PartialEq)]
pub struct ChanceResult {
    /// What was stated.
    pub statement: Statement,
    /// How often it held; none where no replication gave a value.
    pub share: Option<Interval>,
}

#[cfg(test)]
mod tests {
    use super::super::measure::Family;
    use super::*;
    use crate::stats::Method;

    fn responses() -> Vec<Response> {
        let new = |quantity, unit| Response::new(Family::Cases, quantity, unit);
        vec![
            new("backlog_at_end", "cases"),
            new("wait_mean", "days").of("screen"),
            new("share_within", "share").of("action").detail("24 h").class("danger"),
        ]
    }

    #[test]
    fn statements_are_read_in_the_unit_of_the_measure() {
        let read = |text: &str| {
            let found = Statement::parse(text, &responses()).unwrap();
            (found.response, found.relation, found.bound)
        };
        assert_eq!(read("backlog_at_end < 500"), (0, Relation::Below, 500.0));
        assert_eq!(read("backlog_at_end<=500 cases"), (0, Relation::AtMost, 500.0));
        assert_eq!(read("wait_mean/screen > 36 h"), (1, Relation::Above, 1.5));
        assert_eq!(read("share_within/action/24 hours/danger >= 95%"), (2, Relation::AtLeast, 0.95));
    }

    #[test]
    fn mistakes_are_told_with_what_was_meant() {
        let said = |text| Statement::parse(text, &responses()).unwrap_err();
        assert!(said("backlog_end < 5").contains("the nearest are `backlog_at_end`"));
        assert!(said("backlog_at_end = 5").starts_with("`backlog_at_end = 5` compares nothing"));
        assert!(said("backlog_at_end < few").contains("does not begin with a number"));
        assert!(said("backlog_at_end < 5 days").contains("counts in cases, not in `days`"));
        assert!(said("backlog_at_end < 5 < 6").contains("counts in cases, not in `< 6`"));
    }

    #[test]
    fn a_bound_belongs_to_at_most_and_at_least_only() {
        let values = [1.0, 2.0, 2.0, 3.0].map(Value::Number);
        let share = |relation| chance(&values, relation, 2.0, 0.95).unwrap().estimate;
        let all = [Relation::Below, Relation::AtMost, Relation::Above, Relation::AtLeast];
        assert_eq!(all.map(share), [0.25, 0.75, 0.25, 0.75]);
        assert_eq!(all.map(Relation::sign), ["<", "<=", ">", ">="]);
    }

    #[test]
    fn replications_without_a_value_are_not_counted() {
        let mut values = vec![Value::Nothing; 50];
        values.extend([Value::Number(1.0); 7]);
        values.extend([Value::Number(9.0); 43]);
        let found = chance(&values, Relation::Below, 5.0, 0.95).unwrap();
        assert_eq!((found.estimate, found.n, found.method), (0.14, 50, Method::Wilson));
        // Of 7 in 50, worked with scipy.
        assert!((found.low - 0.069_508_334).abs() < 1e-8 && (found.high - 0.261_861_937).abs() < 1e-8);
        assert_eq!(chance(&values[..50], Relation::Below, 5.0, 0.95), None);
    }
}
