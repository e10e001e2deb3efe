//! What `caseload invest` says: what one more of each option buys, the best mix for the budget, and the way there.

use crate::experiment::invest::{Investment, Marginal, Tried};
use crate::stats::Interval;

use super::figures::{Figure, number, scale_of, unit_of};
use super::terminal::{Terminal, paragraph, table};

/// What a budget is counted in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Money {
    pub(super) currency: String,
    /// For the whole measuring window, and not for a year.
    pub(super) in_all: bool,
}

impl Money {
    /// `USD a year`.
    pub(super) fn unit(&self) -> String {
        format!("{} {}", self.currency, if self.in_all { "in all" } else { "a year" }).trim_start().to_owned()
    }

    /// The round sum of which it is told what it buys: the largest power of ten that the budget holds.
    pub(super) fn portion(budget: f64) -> f64 {
        10_f64.powf(budget.log10().floor())
    }
}

/// Mixes that are shown of each kind.
const SHOWN: usize = 12;

/// The whole answer.
pub(super) fn summary(title: &str, money: &Money, found: &Investment, terminal: &Terminal) -> String {
    let question = &found.question;
    let head = format!("{title}: what {} {} buy", number(question.budget, 0), money.unit());
    let mut text = terminal.bold(&head) + "\n";
    text += &paragraph(&best(money, found));
    text += "\n";
    text += &terminal.bold("What one of each buys");
    let (measure, unit, way) =
        (question.response.name(), unit_of(&question.response.unit), question.better.word());
    text += &[" (", &measure, ", ", unit, ", ", way, " is better)\n"].concat();
    text += &ones(money, found);
    text += &line(found, terminal);
    text += "\n";
    text += &terminal.bold("How to read it");
    text += "\n";
    text += &paragraph(&method(found));
    text
}

/// An interval of a difference, shares in percentage points.
fn change(interval: &Interval, unit: &str) -> String {
    times(interval, scale_of(unit))
}

fn times(interval: &Interval, scale: f64) -> String {
    let (low, high) = interval.bounds();
    let bounds = low.zip(high).map(|(low, high)| (low * scale, high * scale));
    Figure { estimate: interval.estimate * scale, bounds }.signed()
}

fn mean(tried: &Tried, unit: &str) -> String {
    let Some(mean) = &tried.mean else { return "no value".to_owned() };
    let (low, high) = mean.bounds();
    let figure = Figure { estimate: mean.estimate, bounds: low.zip(high) };
    if unit == "share" { figure.percent() } else { figure.plain() }
}

/// The best mix in sentences.
fn best(money: &Money, found: &Investment) -> String {
    let (question, best) = (&found.question, &found.mixes[found.best]);
    let (unit, measure) = (&question.response.unit, question.response.name());
    let nothing = mean(&found.mixes[0], unit);
    let others = found.mixes.iter().filter(|mix| mix.may_be_best).count() - 1;
    let told = match others {
        0 => "Every other mix that was looked at anew is ruled out.".to_owned(),
        1 => "One other mix cannot be told apart from the best.".to_owned(),
        n => format!("{n} other mixes cannot be told apart from the best."),
    };
    let Some(against) = &best.against else {
        return format!(
            "Nothing that was looked at is better than spending nothing, where `{measure}` is {nothing}. {told}"
        );
    };
    let shown = if found.is_better(best) { "" } else { ", which is not shown to be better" };
    format!(
        "{} for {} {}: `{measure}` is {}, {} {} against {nothing} where nothing is bought{shown}. {told}",
        spelled(found, best),
        number(best.price, 0),
        money.unit(),
        mean(best, unit),
        change(&against.at_once, unit),
        unit_of(unit),
    )
}

/// `officer 2, examiner 1`.
fn spelled(found: &Investment, tried: &Tried) -> String {
    let bought = found.question.choices.iter().zip(&tried.counts).filter(|(_, n)| **n > 0);
    let each: Vec<String> = bought.map(|(choice, n)| format!("{} {n}", choice.id)).collect();
    if each.is_empty() { "nothing".to_owned() } else { each.join(", ") }
}

/// What one of each option changes, the most for the money first.
fn ones(money: &Money, found: &Investment) -> String {
    let question = &found.question;
    let unit = &question.response.unit;
    let portion = Money::portion(question.budget);
    let scale = scale_of(unit);
    let mut all: Vec<&Marginal> = found.marginal.iter().collect();
    let rate =
        |of: &Marginal| of.for_money.map_or(f64::INFINITY, |rate| question.better.oriented(rate.estimate));
    all.sort_by(|a, b| rate(b).total_cmp(&rate(a)));
    let row = |of: &&Marginal| {
        let choice = &question.choices[of.choice];
        let place = match of.places {
            Some((first, last)) if first == last => first.to_string(),
            Some((first, last)) => format!("{first} to {last}"),
            None => "free".to_owned(),
        };
        let rate = of.for_money.map_or_else(String::new, |rate| times(&rate, scale * portion));
        let dear = if choice.price > question.budget * (1.0 + 1e-9) { " *" } else { "" };
        vec![choice.id.clone(), number(choice.price, 0) + dear, change(&of.difference, unit), rate, place]
    };
    let header = ["", &money.unit(), "change", &format!("for {}", number(portion, 0)), "place"];
    let rows: Vec<Vec<String>> = all.iter().map(row).collect();
    let dearer = all.iter().any(|of| question.choices[of.choice].price > question.budget * (1.0 + 1e-9));
    let note = if dearer { paragraph("* dearer than the budget") } else { String::new() };
    table(&header, &rows) + &note
}

/// The best for each sum, and what cannot be told apart from the best of all.
fn line(found: &Investment, terminal: &Terminal) -> String {
    let unit = &found.question.response.unit;
    let row = |tried: &&Tried| {
        let change_of = tried.against.as_ref().map_or_else(String::new, |of| change(&of.at_once, unit));
        vec![found.question.name(&tried.counts), number(tried.price, 0), mean(tried, unit), change_of]
    };
    let section = |head: &str, mixes: Vec<&Tried>| {
        if mixes.is_empty() {
            return String::new();
        }
        let left = mixes.len().saturating_sub(SHOWN);
        let rows: Vec<Vec<String>> = mixes.iter().take(SHOWN).map(row).collect();
        let more =
            if left > 0 { paragraph(&format!("and {left} more in invest.csv")) } else { String::new() };
        format!("\n{}\n{}{more}", terminal.bold(head), table(&["", "price", "mean", "change"], &rows))
    };
    let efficient: Vec<&Tried> = found.mixes.iter().filter(|mix| mix.efficient).collect();
    let steps = section("The best for each sum, by the means", every(efficient, SHOWN));
    let best = &found.mixes[found.best];
    let score = |mix: &Tried| mix.mean.map_or(f64::INFINITY, |m| -found.question.better.oriented(m.estimate));
    let mut close: Vec<&Tried> =
        found.mixes.iter().filter(|mix| mix.may_be_best && mix.counts != best.counts).collect();
    close.sort_by(|a, b| score(a).total_cmp(&score(b)));
    steps + &section("Cannot be told apart from the best", close)
}

/// So many of a list at even distances, the last among them.
fn every(list: Vec<&Tried>, most: usize) -> Vec<&Tried> {
    let step = list.len().div_ceil(most).max(1);
    let last = list.len().saturating_sub(1);
    list.into_iter()
        .enumerate()
        .filter(|(i, _)| (last - i).is_multiple_of(step))
        .map(|(_, mix)| mix)
        .collect()
}

fn method(found: &Investment) -> String {
    let question = &found.question;
    let units = if question.draws.is_some() { "draws of what nobody knows" } else { "replications" };
    let (tried, fresh) = (found.mixes.len() as u64, found.mixes.iter().filter(|mix| mix.fresh));
    let least = fresh.clone().filter_map(|mix| mix.mean.map(|mean| mean.n)).min().unwrap_or(0);
    let all = if found.every { "every mix that the budget pays for" } else { "mixes that a search came by" };
    let stopped = if found.complete { "" } else { ", which stopped early, having tried so many" };
    let level = number(100.0 * question.level, 0);
    format!(
        "{} tried: {all}{stopped}. {} of them were looked at anew on {least} {units} or more that the search had not seen, the same \
         for each. Changes are against nothing; those of the mixes hold for all mixes at once with {level} %, those of one of \
         each by themselves; the places hold at once. With {level} % the best of what was looked at anew is among those that are not \
         ruled out. Nothing is claimed of other mixes.",
        if tried == 1 { "1 mix".to_owned() } else { format!("{} mixes", number(tried as f64, 0)) },
        number(fresh.count() as f64, 0),
    )
}
