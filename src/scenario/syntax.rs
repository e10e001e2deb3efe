//! Breaks of the grammar in words. The usual slips have hints of their own; what only follows from one of them is not said.

use toml::de::Error;

use super::value::tidy;
use crate::diagnostic::{Code, Diagnostic, Span};
use crate::units::civil;

/// Quotes that word processors put in the place of straight ones.
const CURLY: &[char] = &['“', '”', '„', '‟', '‘', '’', '‚', '‛', '«', '»', '″', '′'];

/// One finding for each break, but for those that follow from another one of the same line. The parsed text begins at byte
/// `skipped` of document `doc`.
pub(super) fn findings(text: &str, (doc, skipped): (u16, usize), errors: &[Error]) -> Vec<Diagnostic> {
    let mut found = vec![];
    // The line on which the parser has lost its way: what it says of the rest of it is no second mistake.
    let mut lost = None;
    let mut breaks: Vec<_> =
        errors.iter().map(|error| (error.span().unwrap_or(0..0), error.message())).collect();
    breaks.sort_by_key(|(at, _)| at.start);
    for (at, message) in breaks {
        let (start, end) = ((at.start + skipped).min(text.len()), (at.end + skipped).min(text.len()));
        let spot = Spot { text, start, end };
        let line = spot.line_start();
        let place = |range: std::ops::Range<usize>| Span::new(doc, range);
        if lost == Some(line) {
            // What was read up to here means nothing either.
            let label = found.last_mut().and_then(|last: &mut Diagnostic| last.labels.first_mut());
            if let Some(label) = label {
                label.span.end = label.span.end.max(place(start..end).end);
            }
            continue;
        }
        if let Some(slip) = spot.comma_in_number().or_else(|| spot.missing_comma()) {
            lost = Some(line);
            let finding = Diagnostic::new(Code::Syntax, format!("the text is not TOML: {}", slip.message));
            found.push(finding.at(place(slip.from..slip.until), "").help(slip.help));
        } else {
            if spot.rest_of_line().starts_with(CURLY) {
                lost = Some(line);
            }
            found.push(spot.plain(message, place(start..end)));
        }
    }
    found
}

/// Where a break was met.
#[derive(Clone, Copy)]
struct Spot<'t> {
    text: &'t str,
    start: usize,
    end: usize,
}

/// A slip that makes the parser lose its way.
struct Slip {
    from: usize,
    until: usize,
    message: String,
    help: String,
}

impl<'t> Spot<'t> {
    fn line_start(self) -> usize {
        self.text.get(..self.start).and_then(|before| before.rfind('\n')).map_or(0, |at| at + 1)
    }

    fn line(self) -> &'t str {
        self.text.get(self.line_start()..).unwrap_or_default().lines().next().unwrap_or_default()
    }

    fn rest_of_line(self) -> &'t str {
        self.text.get(self.start..).unwrap_or_default().lines().next().unwrap_or_default()
    }

    /// What the parser took for one word.
    fn word(self) -> &'t str {
        self.text.get(self.start..self.end).unwrap_or_default()
    }

    /// `availability = 0,8`, `yearly_cost = 90,000`: the number ends at its comma, and what follows makes no sense.
    fn comma_in_number(self) -> Option<Slip> {
        let (line, begin) = (self.line(), self.line_start());
        let mut quote = None;
        for (at, c) in line.char_indices().take_while(|(at, _)| begin + at < self.end.max(self.start + 1)) {
            match (quote, c) {
                (Some(open), _) if c == open => quote = None,
                (None, '"' | '\'') => quote = Some(c),
                (None, '#') => return None,
                (None, '=') => {
                    let value = line[at + 1..].trim_start();
                    let number = number_with_comma(value);
                    if let Some(number) = number {
                        let from = begin + line.len() - value.len();
                        let message = format!("`{number}` has a comma in it");
                        let help = mended(number);
                        return Some(Slip { from, until: from + number.len(), message, help });
                    }
                }
                _ => {}
            }
        }
        None
    }

    /// `{ danger = 0.05 other = "rest" }`: the parser takes `0.05 other` for one word.
    fn missing_comma(self) -> Option<Slip> {
        let rest = self.rest_of_line();
        let (value, next) = rest.split_once(char::is_whitespace)?;
        let (next, is_bare) = (next.trim_start(), |c: char| c.is_alphanumeric() || matches!(c, '-' | '_'));
        let after = next.trim_start_matches(is_bare);
        let is_key = after.len() < next.len() && after.trim_start().starts_with('=');
        let in_list = after.len() < next.len()
            && after.trim_start().starts_with([']', ','])
            && next[..next.len() - after.len()].parse::<f64>().is_ok();
        if !is_value(value) || !(is_key || in_list) {
            return None;
        }
        Some(Slip {
            from: self.start,
            until: self.start + value.len(),
            message: format!("a comma is missing after `{value}`"),
            help: format!("write `{value}, {}`", &next[..next.len() - after.len()]),
        })
    }

    /// A break that leaves the rest of the line as it is.
    fn plain(self, message: &str, span: Span) -> Diagnostic {
        let (text, line, word) = (self.text, self.rest_of_line(), self.word());
        let date = line
            .trim()
            .get(..10)
            .filter(|date| civil::looks_like_a_date(date) && civil::date(date).is_none());
        if let Some(date) = date {
            return Diagnostic::new(Code::BadDate, format!("`{date}` is no date"))
                .at(span, "no such day")
                .help("dates are written year-month-day, as in 2027-02-28");
        }
        let unquoted = message.contains("must be quoted") || message.starts_with("invalid boolean");
        let (message, help) = match message {
            _ if unquoted && word.is_empty() => ("a value is missing".to_owned(), None),
            _ if unquoted => (format!("`{word}` is no value"), Some(value_help(word))),
            "duplicate key" if text.get(..self.start).is_some_and(|t| t.ends_with('[')) => (
                format!("`{word}` was a table before"),
                Some(
                    "a table is written once; of those that occur several times each is headed `[[...]]`"
                        .to_owned(),
                ),
            ),
            "duplicate key" => (format!("`{word}` is written twice in this table"), None),
            "invalid basic string, expected `\"`" | "invalid literal string, expected `'`" => (
                "a text has no end".to_owned(),
                Some(if self.line().contains(CURLY) {
                    "a text ends with the straight quotation mark that it began with, not with a curly one"
                        .to_owned()
                } else {
                    "a text ends on its line, with the quotation mark that it began with".to_owned()
                }),
            ),
            other if other.starts_with("key with no value") => (
                other.to_owned(),
                Some("a scenario is a TOML file: lines of `key = value` under `[table]` headers".to_owned()),
            ),
            other if line.starts_with(CURLY) => {
                (other.to_owned(), Some("quotation marks are straight: \"...\"".to_owned()))
            }
            other => (other.to_owned(), None),
        };
        Diagnostic::new(Code::Syntax, format!("the text is not TOML: {message}"))
            .at(span, "")
            .maybe_help(help)
    }
}

/// What would mend a word that is no value.
fn value_help(word: &str) -> String {
    if word.contains(CURLY) {
        let inside = word.trim().trim_matches(CURLY);
        return format!(
            "texts stand in straight quotes, which word processors make curly: write \"{inside}\""
        );
    }
    let share = word.strip_suffix('%').and_then(|number| number.trim().parse::<f64>().ok());
    match share {
        Some(number) => format!("shares are fractions: write {}", tidy(number / 100.0)),
        None => "texts stand in quotes".to_owned(),
    }
}

/// A bare value: a number, a date, true or false.
fn is_value(word: &str) -> bool {
    let number = word.replace('_', "");
    number.parse::<f64>().is_ok() || matches!(word, "true" | "false") || civil::looks_like_a_date(word)
}

/// The number at the beginning of a value, if it has a comma between digits.
fn number_with_comma(value: &str) -> Option<&str> {
    let part = |c: char| c.is_ascii_digit() || matches!(c, '.' | ',' | '_' | '+' | '-');
    let end = value.find(|c: char| !part(c)).unwrap_or(value.len());
    let number = value[..end].trim_end_matches(',');
    let comma = number.bytes().zip(number.bytes().skip(1)).any(|(a, b)| a == b',' && b.is_ascii_digit());
    let begins = number.trim_start_matches(['+', '-']).starts_with(|c: char| c.is_ascii_digit());
    (comma && begins).then_some(number)
}

/// How a number with a comma was probably meant.
fn mended(number: &str) -> String {
    let groups: Vec<&str> = number.trim_start_matches(['+', '-']).split(',').collect();
    let thousands = (groups[1..].iter())
        .all(|group| group.split('.').next().is_some_and(|whole| whole.len() == 3))
        && (1..=3).contains(&groups[0].len())
        && !groups[0].starts_with('0');
    let meant = if thousands { number.replace(',', "_") } else { number.replacen(',', ".", 1) };
    if meant.contains(',') || meant.matches('.').count() > 1 {
        return "decimals are written with a point, thousands with nothing or `_`: 1_360.5".to_owned();
    }
    let why = if thousands { "thousands with nothing or `_`" } else { "decimals with a point" };
    format!("write {meant}: {why}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diagnostic::Documents;
    use crate::scenario::tree;

    /// What is said of a text: messages and hints.
    fn said(text: &str) -> Vec<(String, String)> {
        let mut documents = Documents::default();
        let doc = documents.add("t.toml", text);
        let mut findings = vec![];
        tree::parse(&documents, doc, &mut findings);
        let plain = |f: Diagnostic| {
            (f.message.trim_start_matches("the text is not TOML: ").to_owned(), f.help.unwrap_or_default())
        };
        findings.into_iter().map(plain).collect()
    }

    fn one(text: &str) -> (String, String) {
        let all = said(text);
        assert_eq!(all.len(), 1, "{text}: {all:?}");
        all.into_iter().next().unwrap()
    }

    #[test]
    fn a_comma_in_a_number_is_named_with_the_number_that_was_meant() {
        for (text, number, help) in [
            ("a = 0,8", "0,8", "write 0.8: decimals with a point"),
            ("a = 90,000 # a year", "90,000", "write 90_000: thousands with nothing or `_`"),
            ("a = { x = 90,000 }", "90,000", "write 90_000: thousands with nothing or `_`"),
            ("a = { x = 0,8, y = 1 }", "0,8", "write 0.8: decimals with a point"),
            ("a = 0,125", "0,125", "write 0.125: decimals with a point"),
            ("a = -1,5", "-1,5", "write -1.5: decimals with a point"),
            (
                "a = 1.360,5",
                "1.360,5",
                "decimals are written with a point, thousands with nothing or `_`: 1_360.5",
            ),
        ] {
            assert_eq!(one(text), (format!("`{number}` has a comma in it"), help.to_owned()), "{text}");
        }
        assert!(said("a = [1,2]\nb = { x = 1,y = 2 }\nc = \"x = 0,8\"\n").is_empty());
        assert_eq!(one("why = \"x = 0,8\" 5").0, "unexpected key or value, expected newline, `#`");
    }

    #[test]
    fn a_missing_comma_is_one_finding() {
        for (text, after) in [
            ("mix = { danger = 0.05 other = \"rest\" }", "0.05"),
            ("a = { x = 1 y = 2, z = 3 }", "1"),
            ("a = { x = 2026-01-05 y = 3 }", "2026-01-05"),
            ("a = { x = true y = 3 }", "true"),
            ("a = [1 2]", "1"),
        ] {
            assert_eq!(one(text).0, format!("a comma is missing after `{after}`"), "{text}");
        }
        assert_eq!(one("mix = { danger = 0.05 other = \"rest\" }").1, "write `0.05, other`");
        // Where the parser goes on without trouble, the rest of the line is heard.
        assert_eq!(said("a = { x = \"p\" y = z }").len(), 2);
        assert_eq!(said("a = { x = foo, y = bar }").len(), 2);
        assert_eq!(said("a = { x = 1 y = 2 }\nb = foo\n").len(), 2);
    }

    #[test]
    fn curly_quotes_and_per_cent_are_understood() {
        let curly = "texts stand in straight quotes, which word processors make curly: write \"12 per day\"";
        assert_eq!(one("a = “12 per day”").1, curly);
        assert_eq!(one("a = ‘12 per day’").1, curly);
        assert!(one("a = \"12 per day”").1.contains("not with a curly one"));
        assert_eq!(one("a = { “pool.a” = 1 }").1, "quotation marks are straight: \"...\"");
        assert_eq!(one("a = 80%").1, "shares are fractions: write 0.8");
        assert_eq!(one("a = 12 per day").1, "texts stand in quotes");
    }
}
