//! `caseload diff`: what a plan changes, at the start and at dates, and what that costs in a year.

use std::collections::BTreeMap;

use jiff::ToSpan;
use jiff::civil::Date;

use crate::diagnostic::render;
use crate::scenario::{self, ChangeInfo, Disk, Loaded};
use crate::units::{SECOND, Time};

use super::args::{self, Edits};
use super::failure::Failure;
use super::figures::number;
use super::load::request;
use super::terminal::{Terminal, paragraph, table};

/// Prints the differences; an empty list is said in words.
pub(super) fn diff(args: &args::Diff, terminal: &Terminal) -> Result<(), Failure> {
    let base = load(&args.base, terminal)?;
    // A plan names its own base; another scenario stands alone.
    let plan = load(&args.plan, terminal)?;
    terminal.data(&differences(&base, &plan))?;
    Ok(())
}

fn load(file: &str, terminal: &Terminal) -> Result<Loaded, Failure> {
    let loading = scenario::load(&request(file, &Edits::default(), &Disk));
    let findings = &loading.checked.diagnostics;
    if !findings.is_empty() {
        terminal.complain(&render::human(findings, &loading.documents, terminal.styled));
    }
    loading.checked.value.ok_or(Failure::Wrong(None))
}

fn differences(base: &Loaded, plan: &Loaded) -> String {
    let mut text = String::new();
    let parameters = parameters(base, plan);
    if !parameters.is_empty() {
        text += "At the start\n";
        text += &table(&["path", "base", "plan"], &parameters);
    }
    let dated = dated(base, plan);
    if !dated.is_empty() {
        text += if text.is_empty() { "At dates\n" } else { "\nAt dates\n" };
        text += &table(&["date", "", "path", "before", "after"], &dated);
    }
    if text.is_empty() {
        return "no difference\n".to_owned();
    }
    text += "\nYearly cost, all posts filled\n";
    text += &table(&["from", "base", "plan", "difference"], &costs(base, plan));
    let (before, after) = (base.once_cost(Time::NEVER), plan.once_cost(Time::NEVER));
    if before != 0.0 || after != 0.0 {
        let (before, after) = (number(before, 0), number(after, 0));
        text += &paragraph(&format!("once, over all changes: {before} in the base, {after} in the plan"));
    }
    text
}

/// Values in force at the start that differ.
fn parameters(base: &Loaded, plan: &Loaded) -> Vec<Vec<String>> {
    let of = |loaded: &Loaded| -> BTreeMap<String, String> { loaded.parameters.iter().cloned().collect() };
    let (before, after) = (of(base), of(plan));
    let mut paths: Vec<&String> = before.keys().chain(after.keys()).collect();
    paths.sort();
    paths.dedup();
    let say = |value: Option<&String>| value.map_or_else(|| "-".to_owned(), |value| plain(value));
    paths
        .into_iter()
        .filter(|path| before.get(*path) != after.get(*path))
        .map(|path| vec![path.clone(), say(before.get(path)), say(after.get(path))])
        .collect()
}

/// Dated edits that only one of the two has.
fn dated(base: &Loaded, plan: &Loaded) -> Vec<Vec<String>> {
    let only = |here: &Loaded, there: &Loaded, sign: &str| -> Vec<(Time, Vec<String>)> {
        let known: Vec<(Time, Vec<String>)> =
            there.changes.iter().flat_map(|c| edits(there, c, sign)).collect();
        let mine = here.changes.iter().flat_map(|c| edits(here, c, sign));
        mine.filter(|edit| !known.contains(edit)).collect()
    };
    let mut all = only(base, plan, "base only");
    all.extend(only(plan, base, "plan only"));
    all.sort_by_key(|(at, _)| *at);
    all.into_iter().map(|(_, cells)| cells).collect()
}

/// A dated change's edits as rows; what holds from the start stands among the parameters.
fn edits(loaded: &Loaded, change: &ChangeInfo, sign: &str) -> Vec<(Time, Vec<String>)> {
    if change.at == Time::ZERO {
        return Vec::new();
    }
    let row = |edit: &scenario::EditInfo| {
        let until = change.until.map_or_else(String::new, |until| format!(" until {}", date(loaded, until)));
        let when = format!("{}{until}", date(loaded, change.at));
        let cells = [when, sign.to_owned(), edit.path.clone(), plain(&edit.before), plain(&edit.after)];
        (change.at, cells.to_vec())
    };
    change.edits.iter().map(row).collect()
}

/// A value as people write it: of a product that is off by rounding, twelve digits.
fn plain(value: &str) -> String {
    let digits = value.chars().filter(char::is_ascii_digit).count();
    let rounded = |number: f64| format!("{number:.11e}").parse::<f64>();
    match value.parse::<f64>().map(rounded) {
        Ok(Ok(number)) if digits > 12 => number.to_string(),
        _ => value.to_owned(),
    }
}

fn date(loaded: &Loaded, at: Time) -> Date {
    let start = loaded.epochs[0].scenario.header.start.value;
    start.saturating_add((at.0.div_euclid(SECOND)).seconds()).date()
}

/// The yearly cost from every moment at which either changes.
fn costs(base: &Loaded, plan: &Loaded) -> Vec<Vec<String>> {
    let mut moments: Vec<Time> = base.epochs.iter().chain(&plan.epochs).map(|epoch| epoch.at).collect();
    moments.sort();
    moments.dedup();
    let mut rows: Vec<Vec<String>> = Vec::new();
    for at in moments {
        let (before, after) = (base.yearly_cost(at), plan.yearly_cost(at));
        let cells = vec![number(before, 0), number(after, 0), number(after - before, 0)];
        // A value that comes in evenly changes every midnight without touching costs: say each level once.
        if rows.last().is_none_or(|last| last[1..] != cells[..]) {
            rows.push([vec![date(base, at).to_string()], cells].concat());
        }
    }
    rows
}

#[cfg(test)]
mod tests {
    use super::plain;

    #[test]
    fn a_product_is_told_without_its_rounding() {
        assert_eq!(plain("0.7068000000000001"), "0.7068");
        assert_eq!(["0.1", "\"3 h\"", "12345", "1e-7"].map(plain), ["0.1", "\"3 h\"", "12345", "1e-7"]);
    }
}
