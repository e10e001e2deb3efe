//! The result in a terminal: answers first (is each target met, what grows, who is the bottleneck), then small tables.
//! Every number carries its interval; what makes the intervals is said once.

use std::fmt::Write as _;

use crate::output::Results;
use crate::output::tables::{
    BacklogRow, ChanceRow, CostRow, OutcomeRow, SummaryRow, TargetRow, TimeToActionRow, UtilizationRow,
};
use crate::stats::Method;

use super::figures::{Figure, age, counted};
use super::mechanisms::{self, scalar};
use super::not_known;
use super::pictures::About;
use super::shortage;
use super::terminal::{Terminal, paragraph, table};

/// The whole summary.
pub(super) fn summary(about: &About, rows: &Results, terminal: &Terminal) -> String {
    let mut text = format!("{}\n", terminal.bold(&about.subject));
    text += &paragraph(&method(about, rows));
    let sections = [
        ("Targets", targets(&rows.targets, terminal)),
        ("Chances", chances(&rows.chances, about)),
        ("What grows", growth(about, &rows.backlog)),
        ("Bottleneck", shortage::bottleneck(about, rows)),
        ("Open cases", backlog(&rows.backlog)),
        ("Waiting at the end, by stage", stages(about, &rows.backlog)),
    ];
    for (title, body) in sections {
        text += &section(terminal, title, &body);
    }
    for (milestone, meaning) in about.asked(&rows.targets) {
        let title = format!("Time to `{milestone}`");
        text += &section(terminal, &title, &time_to_action(milestone, meaning, &rows.time_to_action));
    }
    text += &section(terminal, "Utilization of pools", &utilization(&rows.utilization));
    text += &section(terminal, "Staff", &mechanisms::staff(&rows.utilization, &rows.summary));
    text += &section(terminal, "How cases ended", &outcomes(&rows.outcomes, &rows.summary));
    let title = match about.discount {
        0.0 => "Cost".to_owned(),
        rate => format!("Cost, discounted to the start at {} a year", asked(rate)),
    };
    text += &section(terminal, &title, &costs(&rows.costs, &rows.summary));
    let ignorance = not_known::ignorance(&rows.ignorance, &about.headline);
    text += &section(terminal, "Chance and ignorance", &ignorance);
    text
}

/// A titled part; nothing where there is nothing to say.
fn section(terminal: &Terminal, title: &str, body: &str) -> String {
    if body.is_empty() { String::new() } else { format!("\n{}\n{body}", terminal.bold(title)) }
}

/// What stands behind every interval, said once.
fn method(about: &About, rows: &Results) -> String {
    if about.replications == 1 {
        return "1 replication: one possible future; what is likely, and how sure that is, takes more of them"
            .to_owned();
    }
    let level = rows.backlog.iter().find_map(|row| row.level).unwrap_or(0.95);
    let (level, several) = (level * 100.0, about.draws > 1);
    let mut text = if several {
        format!(
            "{} of the values that nobody knows, {} of each; in brackets: {level:.0} % t interval of the mean over the \
             draws, which covers what is not known and chance together",
            counted(about.draws, "draw"),
            counted(about.replications / about.draws, "replication"),
        )
    } else {
        let replications = counted(about.replications, "replication");
        format!("{replications}; in brackets: {level:.0} % t interval of the mean over them")
    };
    if rows.backlog.iter().any(|row| row.method == Method::SimultaneousBand.name()) {
        text += "; of all open cases a simultaneous band, which holds the whole curve at once";
    }
    let shares = !rows.chances.is_empty() || rows.targets.iter().any(|row| row.chance.is_some());
    if shares && !several {
        text += "; of shares of replications the Wilson interval";
    }
    if !several {
        text += "; ";
        text += not_known::ALL_KNOWN;
    }
    text
}

fn class_name(class: &str) -> String {
    if class.is_empty() { "all classes".to_owned() } else { class.to_owned() }
}

/// One line a target: the verdict first.
fn targets(rows: &[TargetRow], terminal: &Terminal) -> String {
    let mut text = String::new();
    for row in rows {
        let color = match row.verdict.as_str() {
            "met" => "32",
            "not met" => "31",
            _ => "33",
        };
        let verdict = terminal.paint(color, &format!("{:<14}", row.verdict));
        let share =
            Figure::of(row.estimate, row.low, row.high).map_or_else(|| "-".to_owned(), Figure::percent);
        let class = class_name(&row.class);
        let _ = write!(text, "  {verdict}  {class}: `{}` within {}: {share}", row.milestone, row.within);
        let _ = writeln!(text, ", asked {}", asked(row.asked));
        if let Some(chance) = Figure::of(row.chance, row.chance_low, row.chance_high) {
            let _ = writeln!(text, "                  met in {} of single replications", chance.percent());
        }
        if row.verdict == "not observable" {
            text += "                  nobody could be followed that long: a longer `horizon` or `follow_up` would tell\n";
        }
    }
    text
}

/// One line a statement: how often it held in a single replication.
fn chances(rows: &[ChanceRow], about: &About) -> String {
    let of = |row: &ChanceRow| match about.draws {
        1 => counted(row.n, "replication"),
        draws => format!("{} of {draws} draws", counted(about.replications, "replication")),
    };
    let line = |row: &ChanceRow| {
        let share = Figure::of(row.estimate, row.low, row.high);
        let share = share.map_or_else(|| "no replication gave a value".to_owned(), Figure::percent);
        format!("  `{}`: {share} of {}\n", row.statement, of(row))
    };
    rows.iter().map(line).collect()
}

/// A share as asked for, without digits that say nothing.
fn asked(share: f64) -> String {
    let percent = format!("{:.2}", share * 100.0);
    format!("{} %", percent.trim_end_matches('0').trim_end_matches('.'))
}

/// The level of one series of the backlog at its first and last sample.
fn ends<'a>(
    rows: &'a [BacklogRow],
    measure: &str,
    stage: &str,
    class: &str,
) -> Option<(&'a BacklogRow, &'a BacklogRow)> {
    let mut series = rows.iter().filter(|row| {
        row.measure == measure && row.stage == stage && row.class == class && row.class_as != "observed"
    });
    let first = series.next()?;
    Some((first, series.next_back().unwrap_or(first)))
}

pub(super) fn figure(row: &BacklogRow) -> Option<Figure> {
    Figure::of(row.estimate, row.low, row.high)
}

/// Says which way the backlog goes, and where it stands when it grows.
fn growth(about: &About, rows: &[BacklogRow]) -> String {
    let Some((first, last)) = ends(rows, "backlog", "", "") else { return String::new() };
    let (Some(from), Some(to)) = (figure(first), figure(last)) else { return String::new() };
    let path = format!("{} open cases on {} to {} on {}", from.plain(), first.at, to.plain(), last.at);
    let peak = peak(rows, from.estimate.max(to.estimate));
    if to.low() > from.high() {
        let most = largest_waiting(rows).map_or_else(String::new, |(stage, cases)| {
            let jobs = if about.in_jobs(stage) { " jobs" } else { "" };
            format!("; the longest queue then is at `{stage}`: {cases}{jobs}")
        });
        paragraph(&format!("the backlog grows from {path}{peak}{most}"))
    } else if to.high() < from.low() {
        paragraph(&format!("the backlog shrinks from {path}{peak}"))
    } else {
        paragraph(&format!("the backlog neither grows nor shrinks beyond chance: {path}{peak}"))
    }
}

/// Where the backlog stood far higher than at both ends: the ends alone would hide it.
fn peak(rows: &[BacklogRow], ends: f64) -> String {
    const FAR: f64 = 1.25;
    let total =
        rows.iter().filter(|row| row.measure == "backlog" && row.stage.is_empty() && row.class.is_empty());
    let highest = total.max_by(|a, b| a.estimate.unwrap_or(0.0).total_cmp(&b.estimate.unwrap_or(0.0)));
    match highest.and_then(|row| Some((row, figure(row)?))) {
        Some((row, figure)) if figure.estimate > FAR * ends => {
            format!("; at its highest {} on {}", figure.plain(), row.at)
        }
        _ => String::new(),
    }
}

/// The stage at which most wait at the last sample.
fn largest_waiting(rows: &[BacklogRow]) -> Option<(&str, String)> {
    let last = waiting_stages(rows)
        .into_iter()
        .filter_map(|stage| Some((stage, ends(rows, "waiting", stage, "")?.1)));
    let most = last.max_by(|a, b| a.1.estimate.unwrap_or(0.0).total_cmp(&b.1.estimate.unwrap_or(0.0)))?;
    Some((most.0, figure(most.1)?.plain()))
}

pub(super) fn waiting_stages(rows: &[BacklogRow]) -> Vec<&str> {
    let mut stages: Vec<&str> = Vec::new();
    for row in rows.iter().filter(|row| row.measure == "waiting" && !row.stage.is_empty()) {
        if !stages.contains(&row.stage.as_str()) {
            stages.push(&row.stage);
        }
    }
    stages
}

/// Open cases in total and by true class: at the start, in the middle, at the end.
fn backlog(rows: &[BacklogRow]) -> String {
    let series = |class: &str| -> Vec<&BacklogRow> {
        rows.iter()
            .filter(|row| row.measure == "backlog" && row.stage.is_empty() && row.class == class)
            .filter(|row| row.class_as != "observed")
            .collect()
    };
    let total = series("");
    let (Some(first), Some(last)) = (total.first(), total.last()) else { return String::new() };
    let middle = total[total.len() / 2];
    let mut classes = vec![""];
    for row in rows.iter().filter(|row| row.measure == "backlog" && row.class_as == "true") {
        if !classes.contains(&row.class.as_str()) {
            classes.push(&row.class);
        }
    }
    let header =
        ["class", &first.at.to_string(), &middle.at.to_string(), &last.at.to_string()].map(str::to_owned);
    let lines = several(classes).into_iter().map(|class| {
        let series = series(class);
        let cell =
            |at: usize| series.get(at).and_then(|row| figure(row)).map_or_else(String::new, Figure::plain);
        vec![class_name(class), cell(0), cell(series.len() / 2), cell(series.len().saturating_sub(1))]
    });
    table(&header.each_ref().map(String::as_str), &lines.collect::<Vec<_>>())
}

/// Where whole cases stand, cases are counted, elsewhere jobs.
fn stages(about: &About, rows: &[BacklogRow]) -> String {
    let cell = |measure: &str, stage: &str| {
        let last = ends(rows, measure, stage, "").map(|(_, last)| last);
        last.and_then(figure).map_or_else(String::new, Figure::plain)
    };
    let parks = rows.iter().any(|row| row.measure == "parked" && !row.stage.is_empty());
    let measures: &[&str] = if parks { &["waiting", "in_work", "parked"] } else { &["waiting", "in_work"] };
    let line = |stage: &str| -> Vec<String> {
        let name = if about.in_jobs(stage) { format!("{stage} (jobs)") } else { stage.to_owned() };
        std::iter::once(name).chain(measures.iter().map(|m| cell(m, stage))).collect()
    };
    let lines: Vec<Vec<String>> = waiting_stages(rows).into_iter().map(line).collect();
    let header = &["stage", "waiting", "in work", "parked"][..=measures.len()];
    if lines.is_empty() { String::new() } else { table(header, &lines) }
}

/// All together and then each class; a single class is all together.
fn several(classes: Vec<&str>) -> Vec<&str> {
    if classes.len() == 2 { vec![""] } else { classes }
}

/// Shares within the limits that people ask about, and the age by which nine in ten have been reached. Classes that
/// never reach the milestone are named below instead of filling rows.
fn time_to_action(milestone: &str, meaning: &str, rows: &[TimeToActionRow]) -> String {
    let of: Vec<&TimeToActionRow> =
        rows.iter().filter(|row| row.milestone == milestone && row.year.is_none()).collect();
    let mut classes: Vec<&str> = Vec::new();
    for row in &of {
        if !classes.contains(&row.class.as_str()) {
            classes.push(&row.class);
        }
    }
    if classes.is_empty() {
        return String::new();
    }
    let reached = |class: &&str| {
        let mut counts = of.iter().filter(|row| row.class == *class && row.measure == "reached_cases");
        counts.any(|row| row.estimate.is_some_and(|count| count > 0.0))
    };
    let (some, never): (Vec<&str>, Vec<&str>) = several(classes).into_iter().partition(reached);
    let lines: Vec<Vec<String>> = some.into_iter().map(|class| delay_cells(class, &of)).collect();
    let mut text = paragraph(meaning);
    if !lines.is_empty() {
        text += &table(&["class", "within 1 day", "within 7 days", "within 30 days", "90 % by"], &lines);
    }
    if !never.is_empty() {
        let names: Vec<String> = never.into_iter().map(class_name).collect();
        text += &paragraph(&format!("never reached by {}", names.join(", ")));
    }
    text
}

fn delay_cells(class: &str, rows: &[&TimeToActionRow]) -> Vec<String> {
    let find = |measure: &str, limit: Option<f64>| {
        rows.iter().find(|row| row.class == class && row.measure == measure && row.limit_days == limit)
    };
    let share = |limit: f64| {
        let row = find("share_within", Some(limit));
        let figure = row.and_then(|row| Figure::of(row.estimate, row.low, row.high));
        figure.map_or_else(|| "not observable".to_owned(), Figure::percent)
    };
    let p90 = find("curve_p90", None);
    let p90 = p90.map_or_else(|| "not reached".to_owned(), |row| age(row.estimate, row.low, row.high));
    vec![class_name(class), share(1.0), share(7.0), share(30.0), p90]
}

fn utilization(rows: &[UtilizationRow]) -> String {
    let lines: Vec<Vec<String>> = rows
        .iter()
        .filter(|row| row.span == "window")
        .map(|row| {
            let busy = Figure::of(row.estimate, row.low, row.high);
            let exact = |hours: f64| super::figures::number(hours, 0);
            vec![
                row.pool.clone(),
                busy.map_or_else(|| "never on shift".to_owned(), Figure::percent),
                exact(row.busy_hours),
                exact(row.on_shift_hours),
            ]
        })
        .collect();
    if lines.is_empty() {
        return String::new();
    }
    table(&["pool", "busy share of shift", "mean hours busy", "mean hours on shift"], &lines)
}

fn outcomes(rows: &[OutcomeRow], summary: &[SummaryRow]) -> String {
    let find = |outcome: &str, measure: &str| {
        let row = rows
            .iter()
            .find(|row| row.outcome == outcome && row.measure == measure && row.class.is_empty())?;
        Figure::of(row.estimate, row.low, row.high)
    };
    let mut names: Vec<(&str, &str)> = Vec::new();
    for row in rows.iter().filter(|row| !row.outcome.is_empty()) {
        if !names.iter().any(|(name, _)| *name == row.outcome) {
            names.push((&row.outcome, &row.counts_as));
        }
    }
    let cell = |figure: Option<Figure>, say: fn(Figure) -> String| figure.map_or_else(|| "-".to_owned(), say);
    let lines: Vec<Vec<String>> = names
        .into_iter()
        .map(|(name, counts_as)| {
            let cases = find(name, "cases").map(Figure::plain);
            let jobs = || find(name, "jobs").map(|jobs| format!("{} jobs", jobs.plain()));
            let cases = cases.or_else(jobs).unwrap_or_else(|| "-".to_owned());
            vec![name.to_owned(), counts_as.to_owned(), cases, cell(find(name, "share"), Figure::percent)]
        })
        .collect();
    if lines.is_empty() {
        return String::new();
    }
    let mut text = table(&["outcome", "counts as", "cases", "share of those that ended"], &lines);
    if let Some(share) = scalar(summary, "never_touched") {
        let _ = writeln!(text, "  never touched: {} of the cases that arrived", share.percent());
    }
    if let Some(days) = scalar(summary, "risk_days") {
        let _ = writeln!(text, "  risk-days: {}", days.plain());
    }
    text += &mechanisms::cases(summary);
    text
}

/// Totals by fiscal year; nothing where nothing costs anything.
fn costs(rows: &[CostRow], summary: &[SummaryRow]) -> String {
    let totals = rows.iter().filter(|row| row.kind.is_empty() && row.item.is_empty());
    let lines: Vec<Vec<String>> = totals
        .filter(|row| row.estimate.is_some_and(|cost| cost != 0.0))
        .filter_map(|row| {
            let year = if row.fiscal_year.is_empty() { "whole window" } else { &row.fiscal_year };
            let cost = Figure::of(row.estimate, row.low, row.high)?.plain();
            Some(vec![year.to_owned(), format!("{cost} {}", row.unit)])
        })
        .collect();
    if lines.is_empty() {
        return String::new();
    }
    let mut text = table(&["fiscal year", "cost"], &lines);
    if let Some(per_case) = scalar(summary, "cost_per_acted") {
        let _ = writeln!(text, "  per case acted on: {}", per_case.plain());
    }
    text
}
