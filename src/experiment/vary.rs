//! A parameter that is varied and the values it takes, as people write them: `pool.officer.headcount=10..20:2`.
//!
//! A range runs from one number or quantity to another, in steps that end there (`:2`), in so many values (`/6`, both ends
//! among them) or, for counts and for designs that choose values themselves, in neither. Everything else goes into a list: `fifo,lifo`.

use crate::scenario::{in_unit, is_count, quantity};
use crate::units::parse::leading_number;

use super::design::MOST_POINTS;

/// A parameter and its values.
#[derive(Debug, Clone, PartialEq)]
pub struct Variation {
    /// Its path, as an edit names it.
    pub path: String,
    /// What it takes.
    pub values: Values,
}

/// The values that a parameter takes.
#[derive(Debug, Clone, PartialEq)]
pub enum Values {
    /// These, in this order.
    Listed(Vec<Setting>),
    /// Any between two ends, in this unit; the unit may be empty.
    Between {
        /// The lower end.
        low: f64,
        /// The upper end.
        high: f64,
        /// The unit of both.
        unit: String,
    },
}

/// One value of a parameter.
#[derive(Debug, Clone, PartialEq)]
pub struct Setting {
    /// As an edit writes it.
    pub written: String,
    /// Its number, if it has one; of a list in the unit of the first.
    pub value: Option<f64>,
    /// The unit of the number; empty where it has none.
    pub unit: String,
}

impl Variation {
    /// Reads `path=values`; the error says what is wrong with it.
    pub fn parse(text: &str) -> Result<Variation, String> {
        let parts = text.split_once('=').map(|(path, values)| (path.trim(), values.trim()));
        let Some((path, values)) = parts.filter(|(path, values)| !path.is_empty() && !values.is_empty())
        else {
            let help = "write path=from..to:step, path=from..to/number or path=one,another";
            return Err(format!("`{text}` names no values: {help}"));
        };
        let values = match split(values, "..")[..] {
            [_] => listed(values),
            [from, rest] => range(from, rest),
            _ => Err("a range has two ends".to_owned()),
        };
        Ok(Variation { path: path.to_owned(), values: values.map_err(|why| format!("`{path}`: {why}"))? })
    }

    /// Every value that it takes: those that are written, or each whole number between two ends of a count, such as posts.
    /// None where there are more in between than can be counted.
    pub(super) fn each(&self) -> Option<Vec<Setting>> {
        match &self.values {
            Values::Listed(values) => Some(values.clone()),
            Values::Between { low, high, unit } => {
                let whole = unit.is_empty() && low.fract() == 0.0 && high.fract() == 0.0 && *low >= 0.0;
                let few = high - low < MOST_POINTS as f64;
                let each = || (*low as u64..=*high as u64).map(|n| Setting::number(n as f64, "")).collect();
                (whole && few && is_count(&self.path)).then(each)
            }
        }
    }
}

impl Setting {
    /// A number in a unit.
    pub(super) fn number(value: f64, unit: &str) -> Setting {
        let written = if unit.is_empty() { format!("{value}") } else { quantity(value, unit) };
        Setting { written, value: Some(value), unit: unit.to_owned() }
    }
}

/// From one end to another, with what stands behind the second.
fn range(from: &str, rest: &str) -> Result<Values, String> {
    let (low, unit) = number(from)?;
    let (to, how) = how(rest);
    let (high, _) = number(to)?;
    let high = in_unit(unit, unquoted(to)).ok_or_else(|| {
        let (from, to) = (unquoted(from), unquoted(to));
        format!("`{from}` and `{to}` are not of one kind: give both ends a unit, or neither (here {high})")
    })?;
    if low >= high {
        let (from, to) = (unquoted(from), unquoted(to));
        return Err(format!("the range is upside down: `{from}` is not below `{to}`"));
    }
    let values: Vec<f64> = match how {
        How::Freely => return Ok(Values::Between { low, high, unit: unit.to_owned() }),
        How::Step(text) => {
            let (written, _) = number(text)?;
            let step = in_unit(unit, unquoted(text))
                .ok_or_else(|| format!("the step `{written}` has to be in a unit like that of the ends"))?;
            if step <= 0.0 {
                let step = unquoted(text);
                return Err(format!("the step `{step}` never gets there: it has to be above 0"));
            }
            let steps = ((high - low) / step + 1e-9).floor();
            few(steps + 1.0)?;
            let last = clean(low + steps * step);
            if last < high - 1e-9 * step {
                let last = Setting::number(last, unit).written;
                return Err(short((unquoted(from), unquoted(to)), unquoted(text), &last));
            }
            (0..=steps as usize).map(|k| low + k as f64 * step).collect()
        }
        How::Number(n) if n < 2 => return Err(format!("`/{n}`: a range has at least 2 values, its ends")),
        How::Number(n) => {
            few(n as f64)?;
            (0..n).map(|k| low + (high - low) * k as f64 / (n - 1) as f64).collect()
        }
    };
    Ok(Values::Listed(values.into_iter().map(|value| Setting::number(clean(value), unit)).collect()))
}

/// What is said of steps that leave the end of their range out.
fn short((from, to): (&str, &str), step: &str, last: &str) -> String {
    let meant = if last == from { String::new() } else { format!("write `{from}..{last}:{step}`, or ") };
    format!(
        "steps of `{step}` from `{from}` do not reach `{to}`: the last is `{last}`; {meant}take a step that ends there"
    )
}

/// What is said of the values between two ends.
enum How<'t> {
    Freely,
    Step(&'t str),
    Number(i64),
}

/// The second end, and what follows it.
fn how(rest: &str) -> (&str, How<'_>) {
    if let [to, step] = split(rest, ":")[..] {
        return (to, How::Step(step));
    }
    let number = rest.rsplit_once('/').and_then(|(to, n)| Some((to, n.trim().parse().ok()?)));
    number.map_or((rest, How::Freely), |(to, n)| (to, How::Number(n)))
}

fn few(values: f64) -> Result<(), String> {
    let many = values > MOST_POINTS as f64;
    if many { Err(format!("{values} values are too many: at most {MOST_POINTS} points")) } else { Ok(()) }
}

/// A number and its unit.
fn number(text: &str) -> Result<(f64, &str), String> {
    match leading_number(unquoted(text)) {
        Ok((number, unit)) if number.is_finite() => Ok((number, unit)),
        _ => Err(format!(
            "`{}` is no number: a range runs between numbers or quantities, other values stand in a list",
            text.trim()
        )),
    }
}

/// Takes away what sums of binary fractions leave behind the twelfth digit.
fn clean(value: f64) -> f64 {
    format!("{value:.11e}").parse().expect("what was written as a number is one")
}

fn listed(text: &str) -> Result<Values, String> {
    let mut values: Vec<Setting> = vec![];
    for item in split(text, ",") {
        let written = plain(item);
        if written.is_empty() {
            return Err("an empty value stands in the list".to_owned());
        }
        if values.iter().any(|value| value.written == written) {
            return Err(format!("`{written}` stands twice in the list"));
        }
        let unit = values.first().map(|first| first.unit.clone());
        let found = leading_number(&written).ok().filter(|(number, unit)| {
            let word = unit.starts_with(|c: char| c.is_alphabetic() || "%/".contains(c));
            number.is_finite() && (unit.is_empty() || word)
        });
        let (value, unit) = match (found, unit) {
            (None, _) => (None, String::new()),
            (Some((number, unit)), None) => (Some(number), unit.to_owned()),
            (Some(_), Some(unit)) => (in_unit(&unit, &written), unit),
        };
        values.push(Setting { written, value, unit });
    }
    Ok(Values::Listed(values))
}

/// A value of a list without quotes that an edit does not need.
fn plain(item: &str) -> String {
    let (item, inside) = (item.trim(), unquoted(item));
    let bare = inside.parse::<f64>().is_ok() || inside == "true" || inside == "false";
    if bare || inside.contains('"') { item.to_owned() } else { inside.to_owned() }
}

fn unquoted(text: &str) -> &str {
    let text = text.trim();
    let of = |quote: char| text.strip_prefix(quote).and_then(|text| text.strip_suffix(quote));
    of('"').or_else(|| of('\'')).unwrap_or(text).trim()
}

/// The parts between separators that stand in no quotes and no brackets.
fn split<'t>(text: &'t str, separator: &str) -> Vec<&'t str> {
    let (mut parts, mut from, mut skip) = (vec![], 0, 0);
    let (mut depth, mut quote) = (0_i32, None);
    for (at, c) in text.char_indices() {
        match (quote, c) {
            (Some(open), c) if c == open => quote = None,
            (Some(_), _) => {}
            (None, '"' | '\'') => quote = Some(c),
            (None, '{' | '[') => depth += 1,
            (None, '}' | ']') => depth -= 1,
            _ if depth == 0 && at >= skip && text[at..].starts_with(separator) => {
                parts.push(&text[from..at]);
                from = at + separator.len();
                skip = from;
            }
            _ => {}
        }
    }
    parts.push(&text[from..]);
    parts
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(text: &str) -> Vec<String> {
        match Variation::parse(text).unwrap().values {
            Values::Listed(values) => values.into_iter().map(|value| value.written).collect(),
            Values::Between { .. } => panic!("{text} lists no values"),
        }
    }

    fn refused(text: &str) -> String {
        Variation::parse(text).unwrap_err()
    }

    #[test]
    fn ranges_step_to_their_end_and_not_beyond_it() {
        assert_eq!(written("pool.a.headcount=10..20:2"), ["10", "12", "14", "16", "18", "20"]);
        assert_eq!(written("x=10..19:3"), ["10", "13", "16", "19"]);
        assert_eq!(written("x=0.1..0.5:0.1"), ["0.1", "0.2", "0.3", "0.4", "0.5"]);
        assert_eq!(written("x=-1..1/5"), ["-1", "-0.5", "0", "0.5", "1"]);
    }

    #[test]
    fn quantities_keep_the_unit_of_the_first_end() {
        assert_eq!(written("s.x=\"10 days\"..\"30 days\":\"10 days\""), ["10 days", "20 days", "30 days"]);
        assert_eq!(written("s.x=1 days..2 days:12 h"), ["1 days", "1.5 days", "2 days"]);
        assert_eq!(written("s.rate=12/week..24/week/3"), ["12 /week", "18 /week", "24 /week"]);
        assert_eq!(written("s.g=10% per year..20% per year/2"), ["10% per year", "20% per year"]);
    }

    #[test]
    fn lists_hold_anything_and_commas_in_brackets_part_nothing() {
        assert_eq!(written("s.order=fifo, \"lifo\""), ["fifo", "lifo"]);
        let laws = written("s.effort={ uniform = { low = \"1 h\", high = \"2 h\" } },3 h");
        assert_eq!(laws.len(), 2);
        let Values::Listed(values) = Variation::parse("s.x=90 min,2 h,soon").unwrap().values else {
            panic!()
        };
        let numbers: Vec<_> = values.iter().map(|value| value.value).collect();
        assert_eq!(numbers, [Some(90.0), Some(120.0), None]);
    }

    #[test]
    fn a_range_without_steps_is_left_to_the_design() {
        let values = Variation::parse("x=1 h..90 min").unwrap().values;
        assert_eq!(values, Values::Between { low: 1.0, high: 1.5, unit: "h".to_owned() });
    }

    #[test]
    fn each_mistake_has_its_sentence() {
        assert!(refused("x").contains("names no values"));
        assert!(refused("x=20..10:2").contains("upside down"));
        assert!(refused("x=10..10").contains("upside down"));
        assert!(refused("x=10..20:0").contains("above 0"));
        assert!(refused("x=1..6:2").contains("the last is `5`; write `1..5:2`"));
        assert_eq!(written("x=1..5:2"), ["1", "3", "5"], "as is offered");
        assert!(refused("x=1..5:10").contains("do not reach `5`: the last is `1`"));
        assert!(refused("x=1 days..2 days:9 h").contains("the last is `1.75 days`"));
        assert!(refused("x=10..20:-2").contains("above 0"));
        assert!(refused("x=10..20:2 days").contains("unit"));
        assert!(refused("x=10..20 days").contains("not of one kind"));
        assert!(refused("x=10..20/1").contains("at least 2"));
        assert!(refused("x=0..1:0.000001").contains("at most 10000 points"));
        assert!(refused("x=low..high:1").contains("no number"));
        assert!(refused("x=1,,2").contains("empty"));
        assert!(refused("x=1,2,1").contains("twice"));
        assert!(refused("x=1..2..3").contains("two ends"));
    }
}
