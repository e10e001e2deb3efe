//! The tables whose rows are points of series: backlog, flows, utilisation, staff, curves.

use crate::model::Model;
use crate::output::moment::Moment;
use crate::output::results::Beside;
use crate::output::rows::{Cells, names, year_window};
use crate::output::tables::{BacklogRow, ChangeRow, CurveRow, FlowRow, FluidRow, StaffRow, UtilizationRow};
use crate::run::result::{PoolBand, PoolHours};
use crate::run::{Layout, RunResult};
use crate::stats::{BandPoint, Interval, Method};
use crate::units::Time;

/// The curve is written at every eighth step, 16 to a doubling, and at every limit: a picture shows no more.
const THIN: usize = 8;

/// The ends of the bands at one point.
fn spread(point: Option<&BandPoint>) -> [Option<f64>; 5] {
    point.map_or([None; 5], |p| {
        [p.middle_90[0], p.middle_half[0], p.median, p.middle_half[1], p.middle_90[1]].map(Some)
    })
}

pub(super) fn backlog(model: &Model, layout: &Layout, result: &RunResult) -> Vec<BacklogRow> {
    let mut rows = vec![];
    for band in &result.backlog {
        for (at, point) in layout.samples.iter().zip(&band.points) {
            let (scenario, plan) = names(model);
            let Cells { estimate, low, high, level, n, method } = Cells::of(point.as_ref().map(|p| &p.mean));
            let [p5, p25, p50, p75, p95] = spread(point.as_ref());
            rows.push(BacklogRow {
                scenario,
                plan,
                measure: band.key.measure.to_owned(),
                stage: band.key.of.clone(),
                class_as: band.key.class_as.to_owned(),
                class: band.key.class.clone(),
                at: Moment::of(model.start, *at),
                day: at.days(),
                unit: band.unit.to_owned(),
                estimate,
                low,
                high,
                level,
                n,
                method,
                p5,
                p25,
                p50,
                p75,
                p95,
            });
        }
    }
    rows
}

/// Each interval with its first moment.
fn intervals<'a>(model: &'a Model, layout: &'a Layout) -> impl Iterator<Item = (Time, Time)> + 'a {
    let starts = std::iter::once(model.warmup).chain(layout.intervals.iter().copied());
    starts.zip(layout.intervals.iter().copied())
}

pub(super) fn flows(model: &Model, layout: &Layout, result: &RunResult) -> Vec<FlowRow> {
    let mut rows = vec![];
    for band in &result.flows {
        for ((from, at), point) in intervals(model, layout).zip(&band.points) {
            let (scenario, plan) = names(model);
            let Cells { estimate, low, high, level, n, method } = Cells::of(point.as_ref().map(|p| &p.mean));
            let [p5, p25, p50, p75, p95] = spread(point.as_ref());
            rows.push(FlowRow {
                scenario,
                plan,
                flow: band.key.measure.to_owned(),
                of: band.key.of.clone(),
                class: band.key.class.clone(),
                at: Moment::of(model.start, at),
                day: at.days(),
                days: (at - from).days(),
                estimate,
                low,
                high,
                level,
                n,
                method,
                p5,
                p25,
                p50,
                p75,
                p95,
            });
        }
    }
    rows
}

pub(super) fn utilization(model: &Model, layout: &Layout, result: &RunResult) -> Vec<UtilizationRow> {
    let mut rows = vec![];
    for (pool, bands) in model.pools.iter().zip(&result.pools) {
        let whole = result.estimate(&format!("utilization/{}", pool.id)).map(|e| &e.interval);
        let hours = sum_of_hours(bands);
        rows.push(utilization_row(model, &pool.id, "window", (model.warmup, model.horizon), whole, hours));
        for (span, band) in intervals(model, layout).zip(bands) {
            let busy = band.utilization.as_ref().map(|e| &e.interval);
            rows.push(utilization_row(model, &pool.id, "interval", span, busy, band.hours));
        }
    }
    rows
}

fn sum_of_hours(bands: &[PoolBand]) -> PoolHours {
    bands.iter().fold(PoolHours::default(), |sum, band| PoolHours {
        on_shift: sum.on_shift + band.hours.on_shift,
        busy: sum.busy + band.hours.busy,
        effort: sum.effort + band.hours.effort,
        overtime: sum.overtime + band.hours.overtime,
        vacant: sum.vacant + band.hours.vacant,
        absent: sum.absent + band.hours.absent,
        training: sum.training + band.hours.training,
        capped: sum.capped + band.hours.capped,
    })
}

fn utilization_row(
    model: &Model,
    pool: &str,
    span: &str,
    (from, until): (Time, Time),
    busy: Option<&Interval>,
    hours: PoolHours,
) -> UtilizationRow {
    let (scenario, plan) = names(model);
    let Cells { estimate, low, high, level, n, method } = Cells::of(busy);
    UtilizationRow {
        scenario,
        plan,
        pool: pool.to_owned(),
        span: span.to_owned(),
        from: Moment::of(model.start, from),
        until: Moment::of(model.start, until),
        day: until.days(),
        estimate,
        low,
        high,
        level,
        n,
        method,
        on_shift_hours: hours.on_shift,
        busy_hours: hours.busy,
        effort_hours: hours.effort,
        overtime_hours: hours.overtime,
        vacant_hours: hours.vacant,
        absent_hours: hours.absent,
        training_hours: hours.training,
        capped_hours: hours.capped,
    }
}

pub(super) fn staff(model: &Model, layout: &Layout, result: &RunResult) -> Vec<StaffRow> {
    let mut rows = vec![];
    for (pool, bands) in model.pools.iter().zip(&result.pools) {
        for (at, band) in layout.intervals.iter().zip(bands) {
            let moves = band.moves.as_ref();
            let levels = [
                ("posts", Some(&band.posts)),
                ("filled", Some(&band.filled)),
                ("on_shift", Some(&band.on_shift)),
                ("busy", Some(&band.busy)),
                ("vacant", moves.map(|m| &m.vacant)),
                ("left", moves.map(|m| &m.left)),
                ("hired", moves.map(|m| &m.hired)),
                ("absent", band.absent.as_ref()),
                ("learning", band.learning.as_ref()),
                ("capped", band.capped.as_ref()),
            ];
            let known = levels.into_iter().filter_map(|(measure, level)| Some((measure, level?)));
            rows.extend(known.map(|(measure, level)| staff_row(model, measure, &pool.id, *at, level)));
        }
    }
    rows
}

fn staff_row(model: &Model, measure: &str, pool: &str, at: Time, interval: &Interval) -> StaffRow {
    let (scenario, plan) = names(model);
    let Cells { estimate, low, high, level, n, method } = Cells::of(Some(interval));
    StaffRow {
        scenario,
        plan,
        measure: measure.to_owned(),
        pool: pool.to_owned(),
        at: Moment::of(model.start, at),
        day: at.days(),
        estimate,
        low,
        high,
        level,
        n,
        method,
    }
}

pub(super) fn curves(model: &Model, layout: &Layout, result: &RunResult) -> Vec<CurveRow> {
    let mut rows = vec![];
    for (key, curve) in &result.curves {
        let limits: Vec<usize> =
            layout.limits[key.milestone].iter().filter_map(|l| edge_of(layout, l.days())).collect();
        let year = key.year.map(|y| layout.years[y].0);
        let shortest = model.end() - year_window(model, layout, year).1;
        let last = curve.mean.len().saturating_sub(1);
        for j in (0..curve.mean.len()).filter(|j| j % THIN == 0 || *j == last || limits.contains(j)) {
            let (scenario, plan) = names(model);
            let age = crate::units::Duration(layout.grid.edges()[j]);
            let finite = |bound: f64| bound.is_finite().then_some(bound);
            rows.push(CurveRow {
                scenario,
                plan,
                milestone: model.milestones[key.milestone].id.clone(),
                class: key.class.map_or_else(String::new, |c| model.report_classes[c].clone()),
                year,
                age_days: age.days(),
                estimate: Some(curve.mean[j]),
                low: finite(curve.low[j]),
                high: finite(curve.high[j]),
                level: Some(curve.level),
                n: curve.n[j] as u64,
                method: Method::PointwiseTBand.name().to_owned(),
                assumed: age > shortest,
            });
        }
    }
    rows
}

/// The step that ends at a limit, if the grid has such an edge.
fn edge_of(layout: &Layout, days: f64) -> Option<usize> {
    layout.grid.edges().iter().position(|edge| crate::units::Duration(*edge).days() == days)
}

pub(super) fn fluid(model: &Model, beside: &Beside) -> Vec<FluidRow> {
    let row = |(stage, at, cases): &(Option<String>, Time, f64)| {
        let (scenario, plan) = names(model);
        let at_moment = Moment::of(model.start, *at);
        let stage = stage.clone().unwrap_or_default();
        FluidRow { scenario, plan, stage, at: at_moment, day: at.days(), estimate: *cases }
    };
    beside.fluid.iter().map(row).collect()
}

pub(super) fn changes(model: &Model, beside: &Beside) -> Vec<ChangeRow> {
    let row = |(at, label): &(Time, String)| {
        let (scenario, plan) = names(model);
        ChangeRow { scenario, plan, at: Moment::of(model.start, *at), day: at.days(), label: label.clone() }
    };
    beside.changes.iter().map(row).collect()
}
