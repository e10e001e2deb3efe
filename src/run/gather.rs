//! Replications in the order of their numbers, and what they say together.

use rayon::prelude::*;

use crate::model::Model;
use crate::random::{Place, Purpose, Replication};
use crate::stats::{BandPoint, CurveTally, Interval, band};
use crate::units::{Duration, Time};

use super::chance::{ChanceResult, Relation};
use super::draws::Draws;
use super::layout::Layout;
use super::measure::{Response, Value};
use super::plan::{BandKind, RunPlan};
use super::recorder;
use super::result::{
    AgeRow, Estimate, PoolBand, PoolHours, PoolRow, ReplicationResult, RunResult, SeriesBand, SeriesKey,
    StaffMoves, TargetResult, Verdict,
};
use super::uses::PoolUses;

/// Keeps of each replication what bands and intervals need; curves are averaged at once, because they are large.
#[derive(Debug, Default)]
pub(super) struct Gather {
    draws: Draws,
    values: Vec<Vec<Value>>,
    backlog: Vec<Vec<u32>>,
    ages: Vec<Vec<AgeRow>>,
    flows: Vec<Vec<u32>>,
    pools: Vec<Vec<PoolRow>>,
    curves: Vec<CurveTally>,
    /// Of the draw that is being gathered.
    group: Vec<CurveTally>,
}

impl Gather {
    /// Of replications that belong together so.
    pub(super) fn of(draws: Draws) -> Gather {
        Gather { draws, ..Gather::default() }
    }

    /// The next replications; they come in the order of their numbers.
    pub(super) fn extend(&mut self, results: Vec<ReplicationResult>) {
        let curves = results.first().map_or(0, |result| result.curves.len());
        self.curves.resize(curves, CurveTally::new());
        if self.draws.apart() {
            // Each curve by itself, and for each the replications in their order.
            self.curves.par_iter_mut().enumerate().for_each(|(i, tally)| {
                for result in &results {
                    tally.push(&result.curves[i]);
                }
            });
        }
        for result in results {
            self.push(result);
        }
    }

    fn push(&mut self, result: ReplicationResult) {
        if !self.draws.apart() {
            self.group.resize(result.curves.len(), CurveTally::new());
            self.group.iter_mut().zip(&result.curves).for_each(|(tally, curve)| tally.push(curve));
            if self.draws.closes(self.values.len()) {
                self.curves.iter_mut().zip(&self.group).for_each(|(tally, group)| tally.push_mean(group));
                self.group.clear();
            }
        }
        self.values.push(result.values);
        self.backlog.push(result.backlog);
        self.ages.push(result.ages);
        self.flows.push(result.flows);
        self.pools.push(result.pools);
    }

    /// How many there are.
    pub(super) fn len(&self) -> usize {
        self.values.len()
    }

    /// One measure over the replications so far.
    pub(super) fn measure(&self, response: usize) -> Vec<Value> {
        self.values.iter().map(|values| values[response]).collect()
    }

    /// All estimates.
    pub(super) fn conclude(
        self,
        model: &Model,
        layout: &Layout,
        names: Vec<Response>,
        plan: &RunPlan,
    ) -> RunResult {
        let level = plan.level;
        let [(backlog_keys, backlog_width), (flow_keys, flow_width)] = recorder::series(model, &layout.uses);
        let draws = self.draws;
        let mut backlog = bands(&self.backlog, backlog_keys, backlog_width, (draws, level));
        if let (BandKind::Simultaneous, Some(total)) =
            (plan.band, backlog.iter_mut().find(|band| band.key.is_total_backlog()))
        {
            hold_at_once(total, &self.backlog, backlog_width, model.seed, (draws, level));
        }
        backlog.retain(|band| !is_empty_unknown(band));
        backlog.extend(age_bands(model, &self.ages, (draws, level)));
        let estimate_one = |i: usize| self.estimate(i, &names[i], level);
        let estimates: Vec<_> = (0..names.len()).into_par_iter().map(estimate_one).collect();
        let keys = recorder::curve_keys(model, layout);
        let targets = (0..model.targets.len()).map(|t| self.judge(model, layout, &names, t, level)).collect();
        let chances = plan.chances.iter().map(|statement| ChanceResult {
            share: draws.chance(
                &self.measure(statement.response),
                (statement.relation, statement.bound),
                level,
            ),
            statement: statement.clone(),
        });
        RunResult {
            chances: chances.collect(),
            replications: self.values.len() as u32,
            draws: 1,
            level,
            estimates,
            backlog,
            flows: bands(&self.flows, flow_keys, flow_width, (draws, level)),
            pools: self.pool_bands(model, layout, level),
            curves: keys.into_iter().zip(self.curves.iter().map(|tally| tally.mean(level))).collect(),
            targets,
            responses: names,
            values: self.values,
            precision: None,
        }
    }

    fn estimate(&self, i: usize, name: &Response, level: f64) -> Option<Estimate> {
        self.draws.estimate_of(&self.measure(i), name, level)
    }

    fn judge(
        &self,
        model: &Model,
        layout: &Layout,
        names: &[Response],
        target: usize,
        level: f64,
    ) -> TargetResult {
        let asked = &model.targets[target];
        let limits = &layout.limits[asked.milestone.index()];
        let limit = limits.iter().find(|l| l.limit == asked.within).expect("every target's limit is judged");
        let class = asked.class.map_or("", |c| &model.report_classes[c]);
        let id = &model.milestones[asked.milestone.index()].id;
        let is = |r: &Response| {
            let here = r.quantity == "share_within" && r.of == *id && r.detail == limit.label;
            here && r.year.is_none() && r.class == class
        };
        let place = names.iter().position(is).expect("every limit has its share");
        let values = self.measure(place);
        let share = self.draws.estimate_of(&values, &names[place], level);
        let below = |value: &Value| if let Value::Ratio { below, .. } = *value { below } else { 0.0 };
        TargetResult {
            target,
            verdict: Verdict::of(share.as_ref().map(|s| &s.interval), asked.share),
            share,
            chance: self.draws.chance(&values, (Relation::AtLeast, asked.share), level),
            cases: values.iter().map(below).sum::<f64>() / values.len().max(1) as f64,
            window: limit.until.map(|until| (model.warmup, until)),
        }
    }

    fn pool_bands(&self, model: &Model, layout: &Layout, level: f64) -> Vec<Vec<PoolBand>> {
        let pools = model.pools.len();
        let one = |pool: usize| {
            let starts = std::iter::once(&model.warmup).chain(&layout.intervals);
            let spans = starts.zip(&layout.intervals).enumerate();
            let band = |(i, (from, until)): (usize, (&Time, &Time))| {
                let rows: Vec<&PoolRow> = self.pools.iter().map(|rows| &rows[i * pools + pool]).collect();
                pool_band(&rows, layout.uses.pools[pool], *until - *from, (self.draws, level))
            };
            spans.map(band).collect()
        };
        (0..pools).into_par_iter().map(one).collect()
    }
}

/// A point of the series of a key in one replication.
fn value_at(key: &SeriesKey, row: &[u32], width: usize, i: usize) -> f64 {
    key.cells.iter().map(|cell| u64::from(row[i * width + *cell])).sum::<u64>() as f64
}

/// The series of a key in every replication, point by point.
fn bands(
    rows: &[Vec<u32>],
    keys: Vec<SeriesKey>,
    width: usize,
    (draws, level): (Draws, f64),
) -> Vec<SeriesBand> {
    let points = rows.first().map_or(0, |row| row.len() / width.max(1));
    let one = |key: SeriesKey| {
        let at = |i: usize| draws.point(rows.iter().map(|row| Some(value_at(&key, row, width, i))), level);
        let points: Vec<Option<BandPoint>> = (0..points).map(at).collect();
        SeriesBand { key, unit: "cases", points }
    };
    keys.into_par_iter().map(one).collect()
}

/// Resamples behind a simultaneous band: they place its multiplier within a hundredth or two.
const RESAMPLES: usize = 1000;

/// Replaces the intervals of a series' means by a band that holds the whole curve at once. Which replications are
/// drawn depends on the seed alone. One replication alone has no band.
fn hold_at_once(
    series: &mut SeriesBand,
    rows: &[Vec<u32>],
    width: usize,
    seed: u64,
    (draws, level): (Draws, f64),
) {
    let of = |row: &Vec<u32>| -> Vec<f64> {
        (0..row.len() / width).map(|i| value_at(&series.key, row, width, i)).collect()
    };
    let curves: Vec<Vec<f64>> = draws.curves(rows.iter().map(of).collect());
    let place = Place::new(Purpose::Resampling, "backlog");
    let mut stream = Replication::new(seed, 0).stream(place, 0, 0);
    let draw = |n: usize| stream.below(n as u64) as usize;
    let Some(found) = band::simultaneous(&curves, level, RESAMPLES, draw) else { return };
    for (point, mean) in series.points.iter_mut().zip(found.points) {
        if let Some(point) = point {
            point.mean = Interval { low: mean.low.max(0.0), ..mean };
        }
    }
}

/// The observed class `unknown` is shown only where somebody was unknown.
fn is_empty_unknown(band: &SeriesBand) -> bool {
    band.key.class_as == "observed"
        && band.key.class == "unknown"
        && band.points.iter().flatten().all(|p| p.middle_90[1] == 0.0 && p.mean.estimate == 0.0)
}

fn age_bands(model: &Model, ages: &[Vec<AgeRow>], (draws, level): (Draws, f64)) -> Vec<SeriesBand> {
    let width = model.report_classes.len() + 1;
    let points = ages.first().map_or(0, |rows| rows.len() / width);
    let shares = recorder::AGE_SHARES.len();
    let one = |band: usize| {
        let (class, which) = (band / shares, band % shares);
        let at = |i: usize| {
            let age = |rows: &Vec<AgeRow>| rows[i * width + class][which].map(Duration::days);
            draws.point(ages.iter().map(age), level)
        };
        let name = class.checked_sub(1).map_or("", |c| &model.report_classes[c]);
        let (_, measure) = recorder::AGE_SHARES[which];
        let key = SeriesKey::new(measure, "", vec![]).class(if class == 0 { "" } else { "true" }, name);
        SeriesBand { key, unit: "days", points: (0..points).map(at).collect() }
    };
    (0..width * shares).into_par_iter().map(one).collect()
}

fn pool_band(rows: &[&PoolRow], uses: PoolUses, span: Duration, (draws, level): (Draws, f64)) -> PoolBand {
    let mean = |of: &dyn Fn(&PoolRow) -> f64| {
        draws.mean(rows.iter().map(|row| of(row)), level).expect("a run has at least one replication")
    };
    let number = |of: &dyn Fn(&PoolRow) -> i64| mean(&|row| of(row) as f64 / span.0 as f64);
    let hours = |of: &dyn Fn(&PoolRow) -> i64| mean(&|row| Duration(of(row)).hours()).estimate;
    let busy: Vec<Value> =
        rows.iter().map(|r| Value::Ratio { above: r.busy as f64, below: r.on_shift as f64 }).collect();
    let moves = || StaffMoves {
        vacant: number(&|row| row.vacant),
        left: mean(&|row| f64::from(row.left)),
        hired: mean(&|row| f64::from(row.hired)),
    };
    PoolBand {
        utilization: draws.estimate(&busy, "share", level),
        on_shift: number(&|row| row.on_shift),
        busy: number(&|row| row.busy),
        hours: PoolHours {
            on_shift: hours(&|row| row.on_shift),
            busy: hours(&|row| row.busy),
            effort: hours(&|row| row.effort),
            overtime: hours(&|row| row.overtime),
            vacant: hours(&|row| row.vacant),
            absent: hours(&|row| row.absent),
            training: hours(&|row| row.learning) / THOUSANDTHS,
            capped: hours(&|row| row.capped),
        },
        posts: mean(&|row| f64::from(row.posts_now)),
        filled: mean(&|row| f64::from(row.filled_now)),
        moves: uses.moves.then(moves),
        absent: uses.absence.then(|| number(&|row| row.absent)),
        learning: uses.training.then(|| mean(&|row| row.learning as f64 / THOUSANDTHS / span.0 as f64)),
        capped: uses.caps.then(|| number(&|row| row.capped)),
    }
}

/// What members lack in training is counted in these.
const THOUSANDTHS: f64 = 1000.0;
