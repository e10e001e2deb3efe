//! Who is short of hours in a run: pools that were busy in nearly all of them, pools that are asked for more than they have,
//! queues that grow all the same.

use crate::output::Results;
use crate::output::tables::{BacklogRow, UtilizationRow};

use super::figures::{Figure, number};
use super::pictures::About;
use super::summary::{figure, waiting_stages};
use super::terminal::paragraph;

/// From this share of its hours on a pool has no slack left to catch up with.
const SATURATED: f64 = 0.95;

/// The pools without hours left, busiest first; else the busiest, and what speaks against its having hours to spare.
/// Hours at the exposure cap are not left either.
pub(super) fn bottleneck(about: &About, rows: &Results) -> String {
    let windows = rows.utilization.iter().filter(|row| row.span == "window");
    let mut pools: Vec<(&UtilizationRow, Figure)> =
        windows.filter_map(|row| Some((row, Figure::of(row.estimate, row.low, row.high)?))).collect();
    pools.sort_by(|a, b| b.1.estimate.total_cmp(&a.1.estimate));
    let Some((busiest, busy)) = pools.first() else { return String::new() };
    let short: Vec<String> = pools.iter().filter_map(|(row, busy)| without_hours(row, *busy)).collect();
    let most = format!("`{}` is the busiest: {}", busiest.pool, busy.percent());
    match short.len() {
        0 => match but(about, &rows.backlog) {
            Some(but) => paragraph(&format!("{most}; but {but}")),
            None => paragraph(&format!("none is short of hours; {most}")),
        },
        1 => paragraph(&format!("{}: busy in nearly all its hours on shift, it cannot catch up", short[0])),
        _ => paragraph(&format!("{}: busy in nearly all their hours on shift", short.join(", "))),
    }
}

/// A pool that has no hours left, and how busy it is.
fn without_hours(row: &UtilizationRow, busy: Figure) -> Option<String> {
    let share = busy.percent().replace(" (", ", ").replace(')', "");
    let capped = capped_share(row);
    if busy.estimate >= SATURATED {
        Some(format!("`{}` ({share})", row.pool))
    } else if busy.estimate + capped >= SATURATED {
        Some(format!(
            "`{}` ({share}, and at its exposure cap in {} % more)",
            row.pool,
            number(100.0 * capped, 0)
        ))
    } else {
        None
    }
}

/// The share of the hours on shift at which members have no task because of the exposure cap.
pub(super) fn capped_share(row: &UtilizationRow) -> f64 {
    if row.on_shift_hours > 0.0 { row.capped_hours / row.on_shift_hours } else { 0.0 }
}

/// Why some pool is short of hours though none was busy in nearly all of them; nothing where none is.
fn but(about: &About, rows: &[BacklogRow]) -> Option<String> {
    let mut all: Vec<String> = about.overloaded.clone();
    let growing: Vec<String> = waiting_stages(rows)
        .into_iter()
        .filter(|stage| grows(rows, stage))
        .map(|stage| format!("`{stage}`"))
        .collect();
    match growing.len() {
        0 => {}
        1 => all.push(format!("the queue at {} grows", growing[0])),
        _ => all.push(format!("the queues at {} grow", growing.join(", "))),
    }
    if all.is_empty() {
        return None;
    }
    if about.keeps_members {
        all.push("members who are kept for a crew do not count as busy".to_owned());
    }
    Some(all.join("; "))
}

/// Whether a queue is longer at the end than in the middle, by a quarter and by a case at least, and beyond chance.
fn grows(rows: &[BacklogRow], stage: &str) -> bool {
    let series: Vec<&BacklogRow> = rows
        .iter()
        .filter(|row| row.measure == "waiting" && row.stage == stage && row.class.is_empty())
        .collect();
    let (Some(middle), Some(last)) = (series.get(series.len() / 2), series.last()) else { return false };
    let (Some(middle), Some(last)) = (figure(middle), figure(last)) else { return false };
    last.low() > middle.high() && last.estimate > (1.25 * middle.estimate).max(middle.estimate + 1.0)
}
