//! What `caseload sensitivity` says: for each analysis and measure the inputs in their order, and what is only luck.

use std::fmt::Write as _;

use crate::experiment::sensitivity::{Analysis, Question};
use crate::output::Sensed;

use super::figures::{Figure, counted, number};
use super::sensed_pictures::{Sheet, Value, measures};
use super::terminal::{Terminal, paragraph, table};

/// More inputs stand in the tables only.
const SHOWN: usize = 25;
/// An input's name is cut in its middle beyond so many characters.
const NAME: usize = 40;

/// The whole answer.
pub(super) fn summary(title: &str, question: &Question, sensed: &Sensed, terminal: &Terminal) -> String {
    let mut text = terminal.bold(title) + "\n";
    for part in &question.parts {
        for measure in measures(sensed) {
            let sheet = Sheet { sensed, analysis: part.analysis.word(), measure: &measure, subject: title };
            let (heading, body) = match part.analysis {
                Analysis::Tornado => ("one input at a time", sheet.tornado_words()),
                Analysis::Morris => ("elementary effects (Morris)", sheet.morris_words()),
                Analysis::Sobol => ("shares of the variance (Sobol')", sheet.sobol_words()),
            };
            let (unit, _) = sheet.unit();
            text += "\n";
            text += &terminal.bold(&format!("{measure} ({unit}): {heading}"));
            text += "\n";
            text += &body;
        }
    }
    if question.parts.iter().all(|part| part.analysis == Analysis::Tornado) {
        let words = "One input at a time shows no interactions: `--method morris` screens for them, `--method sobol` parts the \
                     variance.";
        text += &paragraph(words);
    }
    text
}

impl Sheet<'_> {
    fn tornado_words(&self) -> String {
        let (_, times) = self.unit();
        let row = |factor: &&str| {
            vec![
                cut(factor),
                self.setting(factor, "low"),
                self.setting(factor, "high"),
                self.value(factor, "swing", times).map_or_else(nothing, signed),
                self.rank(factor),
            ]
        };
        let mut text = self.rows_of(&["input", "from", "to", "swing", "rank"], row);
        let mut words = format!(
            "In the middle of all inputs: {}; {} of each point under the same random numbers.",
            self.value("", "middle", times).map_or_else(nothing, plain),
            counted(self.replications(), "replication"),
        );
        let level = |value: Option<Value>| value.map_or_else(nothing, |(value, _)| alone(value));
        if let (low @ Some(_), high @ Some(_)) =
            (self.value("", "luck_low", times), self.value("", "luck_high", times))
        {
            let _ = write!(
                words,
                " Luck alone moves a single replication from {} to {} around the mean (eight in ten).",
                level(low),
                level(high)
            );
        }
        words += &self.not_told("swing");
        words += &self.bent(times);
        text += &paragraph(&words);
        text
    }

    fn morris_words(&self) -> String {
        let (_, times) = self.unit();
        let figure = |factor: &str, quantity| self.value(factor, quantity, times).map_or_else(nothing, plain);
        let row = |factor: &&str| {
            let mu = self.value(factor, "mu", times).map_or_else(nothing, |(mu, _)| alone(mu));
            vec![cut(factor), figure(factor, "mu_star"), mu, figure(factor, "sigma"), self.rank(factor)]
        };
        let mut text = self.rows_of(&["input", "mu*", "mu", "sigma", "rank"], row);
        let words = format!(
            "Mean size (mu*) and mean (mu) of the change over an input's whole range, and how much it differs from place to place \
             (sigma, without luck): {} with {} of each point.",
            format_args!("{} trajectories", number(self.behind() as f64, 0)),
            counted(self.replications(), "replication"),
        );
        let no_more = |factor: &&&str| {
            let star = self.value(factor, "mu_star", times);
            let luck = self.value(factor, "mu_star_of_luck", times).map_or(0.0, |(luck, _)| luck);
            star.is_none_or(|(_, interval)| interval.is_none_or(|(low, _)| low <= luck))
        };
        let factors = self.factors();
        let idle: Vec<String> = factors.iter().filter(no_more).map(|factor| cut(factor)).collect();
        let idle = list("Not told from what luck alone would show", &idle);
        text += &paragraph(&format!("{words}{idle}"));
        text
    }

    fn sobol_words(&self) -> String {
        let share =
            |factor: &str, quantity| self.value(factor, quantity, 100.0).map_or_else(nothing, percent);
        let row =
            |factor: &&str| vec![cut(factor), share(factor, "S1"), share(factor, "ST"), self.rank(factor)];
        let mut text = self.rows_of(&["input", "by itself", "with interactions", "rank"], row);
        let told = self.factors().iter().any(|factor| self.value(factor, "ST", 1.0).is_some());
        let mut words = format!(
            "Shares of the variance that the inputs give the mean: {} rows with {} of each point. Of the variance of a single \
             replication {} is luck.",
            number(self.behind() as f64, 0),
            counted(self.replications(), "replication"),
            share("", "noise_share"),
        );
        if told {
            let sum: f64 = self
                .factors()
                .iter()
                .filter_map(|f| self.value(f, "S1", 100.0))
                .map(|(share, _)| share)
                .sum();
            let _ = write!(words, " By themselves the inputs carry {} % together.", number(sum, 0));
        } else {
            words += " The inputs move the mean less than luck lets tell: ask for more `--points`.";
        }
        text += &paragraph(&words);
        text
    }

    fn rows_of(&self, header: &[&str], row: impl Fn(&&str) -> Vec<String>) -> String {
        let factors = self.factors();
        let rows: Vec<Vec<String>> = factors.iter().take(SHOWN).map(row).collect();
        let mut text = table(header, &rows);
        if factors.len() > SHOWN {
            let more = counted((factors.len() - SHOWN) as u64, "input");
            text += &paragraph(&format!("{more} more are in sensitivity.csv"));
        }
        text
    }

    fn rank(&self, factor: &str) -> String {
        match self.ranks(factor) {
            Some((best, worst)) if best == worst => best.to_string(),
            Some((best, worst)) => format!("{best}–{worst}"),
            None => nothing(),
        }
    }

    /// Inputs whose figure is not told from nothing.
    fn not_told(&self, quantity: &str) -> String {
        let open = |factor: &&&str| {
            let interval = self.value(factor, quantity, 1.0).and_then(|(_, interval)| interval);
            interval.is_none_or(|(low, high)| low <= 0.0 && 0.0 <= high)
        };
        let nothing = |factor: &&&str| self.value(factor, quantity, 1.0) == Some((0.0, Some((0.0, 0.0))));
        let factors = self.factors();
        let (idle, rest): (Vec<&&str>, Vec<&&str>) = factors.iter().partition(nothing);
        let names = |of: &mut dyn Iterator<Item = &&str>| of.map(|factor| cut(factor)).collect::<Vec<_>>();
        list("Not told from no effect", &names(&mut rest.into_iter().filter(open)))
            + &list("No effect in any replication", &names(&mut idle.into_iter()))
    }

    /// Inputs whose two ends lie on one side of the middle.
    fn bent(&self, times: f64) -> String {
        let change = |factor: &str, end| self.value(factor, end, times).and_then(|(_, interval)| interval);
        let bent = |factor: &&&str| {
            let (low, high) = (change(factor, "low"), change(factor, "high"));
            let (above, below) = (|i: &(f64, f64)| i.0 > 0.0, |i: &(f64, f64)| i.1 < 0.0);
            low.zip(high).is_some_and(|(l, h)| (above(&l) && above(&h)) || (below(&l) && below(&h)))
        };
        let factors = self.factors();
        let bent: Vec<String> = factors.iter().filter(bent).map(|factor| cut(factor)).collect();
        list("Both ends lie on one side of the middle for", &bent)
    }
}

fn list(words: &str, names: &[String]) -> String {
    if names.is_empty() { String::new() } else { format!(" {words}: {}.", names.join(", ")) }
}

fn nothing() -> String {
    "-".to_owned()
}

fn figure((estimate, bounds): Value) -> Figure {
    Figure { estimate, bounds }
}

fn plain(value: Value) -> String {
    figure(value).plain()
}

fn signed(value: Value) -> String {
    figure(value).signed()
}

fn percent(value: Value) -> String {
    let text = plain(value);
    match text.split_once(' ') {
        Some((estimate, rest)) => format!("{estimate} % {rest}"),
        None => format!("{text} %"),
    }
}

/// A figure to three digits.
fn alone(value: f64) -> String {
    let digits = if value == 0.0 { 0 } else { (2 - value.abs().log10().floor() as i32).clamp(-9, 4) };
    number(value, digits)
}

/// A name that fits into a column.
fn cut(name: &str) -> String {
    let letters: Vec<char> = name.chars().collect();
    if letters.len() <= NAME {
        return name.to_owned();
    }
    let (head, tail) = (NAME / 2 - 1, NAME / 2);
    letters[..head].iter().chain(&['…']).chain(&letters[letters.len() - tail..]).collect()
}
