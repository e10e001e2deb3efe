//! What `caseload compare` says: measure by measure, each plan against the base.

use crate::experiment::{Acceptability, Against, Better, Comparison, Measured, Unknown};
use crate::stats::{Fieller, Interval};

use super::figures::{Figure, counted, number, scale_of};
use super::not_known;
use super::terminal::{Terminal, paragraph, table};

/// The money that people think in.
const PORTION: f64 = 100_000.0;

/// The whole answer.
pub(super) fn summary(
    title: &str,
    comparison: &Comparison,
    curve: Option<&Acceptability>,
    unknown: &[Unknown],
    terminal: &Terminal,
) -> String {
    let plans = counted(comparison.names.len() as u64 - 1, "plan");
    let mut text = terminal.bold(&format!("{title}: {plans} against it")) + "\n";
    text += &paragraph(&method(comparison));
    for measured in &comparison.measures {
        text += "\n";
        text += &block(comparison, measured, terminal);
    }
    text += "\n";
    text += &terminal.bold("What the same tips under every plan were worth");
    text += "\n";
    text += &paragraph(&pairing(comparison));
    let asked = curve.map(|curve| curve.measure).or_else(|| comparison.first_decisive());
    let losses = asked.map_or_else(String::new, |measure| not_known::losses(comparison, unknown, measure));
    if let (Some(measure), false) = (asked, losses.is_empty()) {
        let name = comparison.measures[measure].response.name();
        text += "\n";
        text += &terminal.bold(&format!("What choosing without knowing loses in `{name}`"));
        text += "\n";
        text += &losses;
    }
    if let Some(curve) = curve {
        let measured = &comparison.measures[curve.measure];
        text += "\n";
        text += &terminal.bold(&format!("Which plan, if money is to improve `{}`", measured.response.name()));
        text += "\n";
        text += &table(
            &[&worth(&measured.response.unit), "most likely the best choice", "in so many resamples"],
            &choices(comparison, curve),
        );
    }
    text
}

fn method(comparison: &Comparison) -> String {
    let Comparison { replications, draws, level, names, .. } = comparison;
    let each = counted(u64::from(*replications), "replication");
    let (units, pairs) = match draws {
        1 => (format!("{each} of each"), "replications"),
        draws => (
            format!("{} of what nobody knows with {each} of each", counted(u64::from(*draws), "draw")),
            "draws, so they hold chance and ignorance; `from inputs`: the share of a difference's variance in one future that is \
             ignorance",
        ),
    };
    let known = if *draws == 1 { format!("; {}", not_known::ALL_KNOWN) } else { String::new() };
    let level = number(100.0 * level, 0);
    let best = if names.len() > 2 { "; `may be best` holds for all plans at once" } else { "" };
    let money = if comparison.cost.is_some() {
        "; `dominated`: by the means, others are as good for less money"
    } else {
        ""
    };
    format!(
        "{units}, the same random numbers under every plan; differences are plan minus base, in brackets {level} % \
         intervals over pairs of {pairs}{best}{money}{known}"
    )
}

/// One measure: the base, then each plan.
fn block(comparison: &Comparison, measured: &Measured, terminal: &Terminal) -> String {
    let (unit, better) = (&measured.response.unit, measured.better);
    let way = better.map_or_else(String::new, |better| format!(", {} is better", better.word()));
    let mut text = terminal.bold(&measured.response.name()) + &format!(" ({unit}{way})\n");
    let money = measured.against.iter().flatten().any(|a| a.for_money.is_some());
    let mut header = vec!["", "mean", "difference"];
    if measured.best.is_some() {
        header.push("may be best");
    }
    if comparison.draws > 1 {
        header.push("from inputs");
    }
    if money {
        header.push("for an extra 100,000");
    }
    let row = |(a, name): (usize, &String)| {
        let mut cells =
            vec![name.clone(), measured.means[a].map_or_else(|| "-".to_owned(), |m| mean(&m, unit))];
        let against = measured.against[a].as_ref();
        cells.push(against.map_or_else(String::new, |of| difference(&of.difference.interval, unit, better)));
        if let Some(best) = &measured.best {
            cells.push(if best[a].may_be_best { "yes" } else { "no" }.to_owned());
        }
        if comparison.draws > 1 {
            let share = against.and_then(|of| of.layers?.share_of_ignorance);
            cells.push(share.map_or_else(String::new, |of| format!("{} %", number(100.0 * of.estimate, 0))));
        }
        if money {
            cells.push(against.map_or_else(String::new, |of| bought(comparison, a, measured, of)));
        }
        cells
    };
    let rows: Vec<Vec<String>> = comparison.names.iter().enumerate().map(row).collect();
    text += &table(&header, &rows);
    text
}

/// An interval times a factor.
pub(super) fn figure(interval: &Interval, factor: f64) -> Figure {
    let (low, high) = interval.bounds();
    Figure {
        estimate: interval.estimate * factor,
        bounds: low.zip(high).map(|(low, high)| (low * factor, high * factor)),
    }
}

/// A mean without its interval.
pub(super) fn mean(interval: &Interval, unit: &str) -> String {
    if unit == "share" {
        return figure(interval, 1.0).percent().split(" (").next().unwrap_or_default().to_owned();
    }
    figure(interval, 1.0).plain().split(" (").next().unwrap_or_default().to_owned()
}

/// A difference with its sign, shares in percentage points; a gain or loss beyond chance says so.
fn difference(interval: &Interval, unit: &str, better: Option<Better>) -> String {
    let share = unit == "share";
    let figure = figure(interval, scale_of(unit));
    let word = if share { " points" } else { "" };
    let (low, high) = (interval.low, interval.high);
    let sure = better.filter(|_| low > 0.0 || high < 0.0);
    let mark = match sure.map(|better| better.is_gain(interval.estimate)) {
        Some(true) => " better",
        Some(false) => " worse",
        None => "",
    };
    format!("{}{word}{mark}", figure.signed())
}

/// What extra money buys of a measure.
fn bought(comparison: &Comparison, a: usize, measured: &Measured, against: &Against) -> String {
    let dominated = comparison.dominated_by(a, measured);
    if let Some(other) = dominated {
        return format!("dominated by {other}");
    }
    let Some(ratio) = &against.for_money else { return "costs the same".to_owned() };
    let factor = scale_of(&measured.response.unit) * PORTION;
    let word = if measured.response.unit == "share" { " points" } else { "" };
    match ratio {
        Fieller::Bounded(ratio) => format!("{}{word}", figure(ratio, factor).signed()),
        Fieller::Outside { .. } | Fieller::Everything => "cannot be told".to_owned(),
        Fieller::Nothing => "costs the same".to_owned(),
    }
}

/// What pairing was worth: the middle over all plans and measures, and where it hurt.
fn pairing(comparison: &Comparison) -> String {
    let all = || comparison.measures.iter().flat_map(|m| m.against.iter().flatten());
    let mut ratios: Vec<f64> = all().filter_map(|a| a.difference.variance_ratio).collect();
    ratios.sort_unstable_by(f64::total_cmp);
    let Some(middle) = ratios.get(ratios.len() / 2) else {
        return "nothing varies, so nothing was gained".to_owned();
    };
    let hurt = all().filter(|a| a.difference.variance_ratio.is_some_and(|ratio| ratio > 1.0)).count();
    let but = match hurt {
        0 => String::new(),
        n => format!(
            "; in {n} of {} comparisons it made the interval wider, which still holds what it says: other seeds for the plan \
             would narrow it",
            ratios.len()
        ),
    };
    format!(
        "independent runs would need {} times as many replications for the same interval (the middle over all plans and \
         measures; each is in comparison.csv){but}",
        number(1.0 / middle.max(1e-9), i32::from(*middle > 0.1))
    )
}

/// What a price is paid for.
fn worth(unit: &str) -> String {
    let what = if unit == "share" { "a percentage point" } else { "one" };
    format!("what {what} of it is worth")
}

/// Ranges of prices in which one plan is most likely the best choice.
fn choices(comparison: &Comparison, curve: &Acceptability) -> Vec<Vec<String>> {
    // Plans of the same cost are equal where nothing is paid for what they change: the next price tells them apart.
    let at = |i: usize, a: usize| (curve.shares[i][a], curve.shares.get(i + 1).map(|next| next[a]));
    let likely = |i: usize| {
        (0..curve.shares[i].len()).fold(0, |best, a| if at(i, a) > at(i, best) { a } else { best })
    };
    let mut ranges: Vec<(usize, usize, usize)> = vec![];
    for i in 0..curve.shares.len() {
        let plan = likely(i);
        match ranges.last_mut() {
            Some((last, _, until)) if *last == plan => *until = i,
            _ => ranges.push((plan, i, i)),
        }
    }
    let price = |i: usize| number(curve.prices[i], 0);
    let row = |&(plan, from, until): &(usize, usize, usize)| {
        let range = match (from, curve.prices.get(until + 1)) {
            (0, None) => "whatever".to_owned(),
            (0, Some(_)) => format!("less than {}", price(until + 1)),
            (from, None) => format!("{} and more", price(from)),
            (from, Some(_)) => format!("{} to {}", price(from), price(until + 1)),
        };
        let shares = || curve.shares[from..=until].iter().map(|of| of[plan]);
        let (least, most) = (shares().fold(1.0, f64::min), shares().fold(0.0, f64::max));
        let per_cent = |share: f64| number(100.0 * share, 0);
        let share = if per_cent(least) == per_cent(most) {
            format!("{} %", per_cent(least))
        } else {
            format!("{} to {} %", per_cent(least), per_cent(most))
        };
        vec![range, comparison.names[plan].clone(), share]
    };
    ranges.iter().map(row).collect()
}
