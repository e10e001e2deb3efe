//! The charts of a result, made from the rows of its tables, so that drawing again from the files gives the same
//! bytes as drawing at the end of the run.

use std::collections::BTreeMap;
use std::path::Path;

use crate::chart::{
    Backlog, Caption, ClassTime, Curve, CurvePoint, Fan, FanPoint, Flow, FlowPoint, Flows, Ignorance, Mark,
    MeanPoint, MeasureIgnorance, PARKED, PoolUse, Scene, Staff, StaffLine, StageTime, TargetMark, TimeSpent,
    TimeToAction, Utilization,
};
use crate::error::Error;
use crate::experiment::headline::headline;
use crate::model::Model;
use crate::output::tables::{
    BacklogRow, CurveRow, FlowRow, StaffRow, TargetRow, TimeToActionRow, UtilizationRow,
};
use crate::output::{File, Manifest, OutputDir, Results};
use crate::run::{Layout, responses};
use crate::stats::Method;
use crate::units::{DAY, Duration};

use super::figures::full_name;
use super::shortage::capped_share;

/// What the tables do not say about themselves.
#[derive(Debug)]
pub(super) struct About {
    /// The scenario's title, with the plan's name where there is one.
    pub(super) subject: String,
    pub(super) replications: u64,
    /// Draws of the inputs; 1 where everything is known.
    pub(super) draws: u64,
    /// Milestones with what they mean.
    pub(super) milestones: Vec<(String, String)>,
    /// Full names of the measures that decide between plans.
    pub(super) headline: Vec<String>,
    /// By how much money loses worth in a year, as a fraction.
    pub(super) discount: f64,
    /// Stages where parts of cases stand, each for itself.
    jobs: Vec<String>,
    /// Whether members are kept for a crew somewhere.
    pub(super) keeps_members: bool,
    /// What the capacity check says of pools with more work than hours; empty where nobody has asked it.
    pub(super) overloaded: Vec<String>,
}

impl About {
    /// What the scenario says.
    pub(super) fn of(model: &Model, replications: u64, draws: u64) -> About {
        let subject = match model.plan.as_str() {
            "" => model.title.clone(),
            plan => format!("{} (plan `{plan}`)", model.title),
        };
        let milestones = model.milestones.iter().map(|m| (m.id.clone(), m.meaning.clone()));
        // Chance and ignorance are told of these; where there is one draw there is nothing to tell.
        let headline = if draws > 1 { full_names(model) } else { vec![] };
        About {
            subject,
            replications,
            draws,
            milestones: milestones.collect(),
            headline,
            discount: model.discount,
            jobs: model
                .job_stages()
                .into_iter()
                .map(|stage| model.stages[stage.index()].id.clone())
                .collect(),
            keeps_members: model.stages.iter().any(|stage| stage.rules.hold),
            overloaded: vec![],
        }
    }

    /// Whether parts of cases stand at a stage, each for itself.
    pub(super) fn in_jobs(&self, stage: &str) -> bool {
        self.jobs.iter().any(|job| job == stage)
    }

    /// The milestones that the scenario writes or has a target for; where it asks about none, the two that every
    /// scenario has.
    pub(super) fn asked(&self, targets: &[TargetRow]) -> Vec<&(String, String)> {
        let always = |name: &str| ["first-touch", "closed"].contains(&name);
        let written = self.milestones.iter().take_while(|(name, _)| !always(name)).count();
        let targeted = |name: &str| targets.iter().any(|target| target.milestone == name);
        let numbered = self.milestones.iter().enumerate();
        let asked: Vec<_> = numbered
            .filter(|(number, (name, _))| *number < written || targeted(name))
            .map(|(_, milestone)| milestone)
            .collect();
        if asked.is_empty() { self.milestones.iter().collect() } else { asked }
    }
}

/// The measures that decide between plans, by their full names.
fn full_names(model: &Model) -> Vec<String> {
    let names = responses(model, &Layout::new(model));
    headline(model, &names).into_iter().map(|place| names[place].name()).collect()
}

/// A picture and the name of its files.
pub(super) struct Picture {
    pub(super) name: String,
    pub(super) scene: Scene,
}

impl Picture {
    /// Its files by name: the same picture in every form.
    pub(super) fn files(&self) -> [(String, Vec<u8>); 2] {
        let Picture { name, scene } = self;
        [(format!("{name}.svg"), scene.svg().into_bytes()), (format!("{name}.png"), scene.png())]
    }
}

/// Writes a folder of results, which is there when all is in it.
pub(super) fn write_folder(
    target: &Path,
    (manifest, force): (&mut Manifest, bool),
    tables: Vec<impl Into<File>>,
    pictures: &[Picture],
) -> Result<(), Error> {
    let folder = OutputDir::create(target, manifest, force)?;
    folder.write_tables(tables, manifest)?;
    for (name, bytes) in pictures.iter().flat_map(Picture::files) {
        folder.write_chart(&name, &bytes)?;
    }
    folder.finish(manifest)
}

/// Every picture of a result.
pub(super) fn pictures(about: &About, rows: &Results) -> Vec<Picture> {
    let caption = || Caption { subject: about.subject.clone(), replications: about.replications };
    let named = |name: &str, scene: Scene| Picture { name: name.to_owned(), scene };
    let mut all = vec![
        named("backlog", backlog(caption(), rows).scene()),
        named("flows", flows(caption(), rows).scene()),
        named("utilization", utilization(caption(), rows).scene()),
        named("where-the-time-goes", time_spent(caption(), rows).scene()),
    ];
    let staff = staff(caption(), rows);
    if !staff.pools.is_empty() {
        all.push(named("staff", staff.scene()));
    }
    if !rows.ignorance.is_empty() {
        all.push(named("chance-and-ignorance", ignorance(caption(), about, rows).scene()));
    }
    for (milestone, meaning) in &about.milestones {
        let chart = time_to_action(caption(), milestone, meaning, rows);
        all.push(named(&format!("time-to-action-{milestone}"), chart.scene()));
    }
    all
}

/// The values in their first order, each once.
pub(super) fn distinct<'a>(values: impl Iterator<Item = &'a str>) -> Vec<&'a str> {
    let mut seen: Vec<&str> = Vec::new();
    for value in values {
        if !value.is_empty() && !seen.contains(&value) {
            seen.push(value);
        }
    }
    seen
}

fn marks(rows: &Results) -> Vec<Mark> {
    rows.changes.iter().map(|row| Mark { at: row.at.0, text: row.label.clone() }).collect()
}

fn backlog(caption: Caption, rows: &Results) -> Backlog {
    let fan = |name: &str, measure: &str, stage: &str| Fan {
        name: name.to_owned(),
        points: rows
            .backlog
            .iter()
            .filter(|row| row.measure == measure && row.stage == stage && row.class.is_empty())
            .filter_map(backlog_point)
            .collect(),
    };
    let stages_of = |measure: &str| {
        let rows = rows.backlog.iter().filter(|row| row.measure == measure && row.class.is_empty());
        distinct(rows.map(|row| row.stage.as_str()))
    };
    let waiting = stages_of("waiting").into_iter().map(|stage| fan(stage, "waiting", stage));
    let parked =
        stages_of("parked").into_iter().map(|stage| fan(&format!("{stage}{PARKED}"), "parked", stage));
    let fluid = rows.fluid.iter().filter(|row| row.stage.is_empty()).map(|row| (row.at.0, row.estimate));
    let asked = rows.backlog.iter().filter(|row| row.method == Method::SimultaneousBand.name());
    let mean = asked
        .filter_map(|row| Some(MeanPoint { at: row.at.0, mean: row.estimate?, band: (row.low?, row.high?) }));
    Backlog {
        caption,
        total: fan("total", "backlog", ""),
        fluid: fluid.collect(),
        mean: mean.collect(),
        marks: marks(rows),
        stages: waiting.chain(parked).collect(),
        splits: counts_jobs(&rows.backlog),
    }
}

/// Whether more wait by stage than in all: then there are split cases, of which each job waits by itself.
fn counts_jobs(rows: &[BacklogRow]) -> bool {
    let waiting = rows.iter().filter(|row| row.measure == "waiting" && row.class.is_empty());
    let mut more: BTreeMap<_, f64> = BTreeMap::new();
    for row in waiting {
        let sign = if row.stage.is_empty() { -1.0 } else { 1.0 };
        *more.entry(row.at.0).or_default() += sign * row.estimate.unwrap_or(0.0);
    }
    more.values().any(|more| *more > 1e-6)
}

fn backlog_point(row: &BacklogRow) -> Option<FanPoint> {
    Some(FanPoint {
        at: row.at.0,
        middle: row.p50?,
        inner: Some((row.p25?, row.p75?)),
        outer: (row.p5?, row.p95?),
    })
}

fn flows(caption: Caption, rows: &Results) -> Flows {
    let usual = rows.flows.iter().map(|row| row.days).fold(0.0, f64::max);
    let of_one = |row: &&FlowRow| row.flow == "arrivals" && row.of.is_empty() && row.class.is_empty();
    let left_out = rows.flows.iter().filter(of_one).filter(|row| shorter(row.days, usual)).count();
    let points = |flow: &str, class: &str| -> Vec<FlowPoint> {
        rows.flows
            .iter()
            .filter(|row| row.flow == flow && row.of.is_empty() && row.class == class)
            .filter(|row| !shorter(row.days, usual))
            .filter_map(flow_point)
            .collect()
    };
    let flow = |name: &str, class: &str| Flow {
        name: name.to_owned(),
        arrivals: points("arrivals", class),
        completions: points("outcomes", class),
    };
    let classes = distinct(rows.flows.iter().map(|row| row.class.as_str()));
    Flows {
        caption,
        interval: days(usual).to_string(),
        total: flow("all", ""),
        classes: classes.into_iter().map(|class| flow(class, class)).collect(),
        marks: marks(rows),
        left_out,
    }
}

/// Whether an interval is shorter than the others, by more than rounding.
fn shorter(length: f64, usual: f64) -> bool {
    length < 0.999 * usual
}

/// Counts of an interval as a rate per day.
fn flow_point(row: &FlowRow) -> Option<FlowPoint> {
    let rate = |count: f64| count / row.days;
    let mean = row.estimate?;
    let interval = (rate(row.low.unwrap_or(mean)), rate(row.high.unwrap_or(mean)));
    (row.days > 0.0).then_some(FlowPoint { at: row.at.0, mean: rate(mean), interval })
}

fn utilization(caption: Caption, rows: &Results) -> Utilization {
    let pools = distinct(rows.utilization.iter().map(|row| row.pool.as_str()));
    let length = |row: &UtilizationRow| row.until.0.duration_since(row.from.0).as_secs_f64();
    let intervals = || rows.utilization.iter().filter(|row| row.span == "interval");
    let usual = intervals().map(length).fold(0.0, f64::max);
    let pool_use = |pool: &str| {
        let (mut busy, mut busy_or_capped) = (Fan { name: pool.to_owned(), points: vec![] }, vec![]);
        for row in intervals().filter(|row| row.pool == pool && !shorter(length(row), usual)) {
            let Some(middle) = row.estimate else { continue };
            let outer = (row.low.unwrap_or(middle), row.high.unwrap_or(middle));
            busy.points.push(FanPoint { at: row.until.0, middle, inner: None, outer });
            busy_or_capped.push((row.until.0, middle + capped_share(row)));
        }
        let ever = busy.points.iter().zip(&busy_or_capped).any(|(point, (_, share))| *share > point.middle);
        PoolUse { busy, busy_or_capped: if ever { busy_or_capped } else { vec![] } }
    };
    Utilization { caption, pools: pools.into_iter().map(pool_use).collect(), marks: marks(rows) }
}

/// Pools of which there is more to be said than posts and shifts.
fn staff(caption: Caption, rows: &Results) -> Staff {
    let of = |pool: &str, measure: &str| -> Vec<&StaffRow> {
        rows.staff.iter().filter(|row| row.pool == pool && row.measure == measure).collect()
    };
    let more = rows.staff.iter().filter(|row| ["left", "absent", "learning"].contains(&row.measure.as_str()));
    let line = |pool: &str| {
        let (filled, on_shift) = (of(pool, "filled"), of(pool, "on_shift"));
        let (absent, learning) = (of(pool, "absent"), of(pool, "learning"));
        let mean = |rows: &[&StaffRow], i: usize| rows.get(i).and_then(|row| row.estimate).unwrap_or(0.0);
        let able = filled.iter().enumerate().filter_map(|(i, row)| {
            let here = mean(&on_shift, i) + mean(&absent, i);
            let share = (mean(&on_shift, i) - mean(&learning, i)) / here;
            (here > 0.0).then_some((row.at.0, row.estimate? * share))
        });
        let points = filled.iter().filter_map(|row| {
            let middle = row.estimate?;
            let outer = (row.low.unwrap_or(middle), row.high.unwrap_or(middle));
            Some(FanPoint { at: row.at.0, middle, inner: None, outer })
        });
        StaffLine {
            able: able.collect(),
            posts: of(pool, "posts").iter().filter_map(|row| Some((row.at.0, row.estimate?))).collect(),
            filled: Fan { name: pool.to_owned(), points: points.collect() },
        }
    };
    let pools = distinct(more.map(|row| row.pool.as_str())).into_iter().map(line).collect();
    Staff { caption, pools, marks: marks(rows) }
}

/// What the uncertainty of the measures that decide is made of.
fn ignorance(caption: Caption, about: &About, rows: &Results) -> Ignorance {
    let measure = |name: &String| {
        let row = rows.ignorance.iter().find(|row| full_name(&row.measure, &row.class) == *name)?;
        let futures = rows.summary.iter().find(|row| full_name(&row.measure, &row.class) == *name);
        Some(MeasureIgnorance {
            measure: name.clone(),
            unit: row.unit.clone(),
            mean: row.estimate?,
            futures: futures.and_then(|row| row.p10.zip(row.p90)),
            all: (row.low?, row.high?),
            chance: (row.chance_low?, row.chance_high?),
            share: row.share_of_ignorance,
        })
    };
    let measures = about.headline.iter().filter_map(measure).collect();
    Ignorance { caption, draws: about.draws, measures }
}

fn time_spent(caption: Caption, rows: &Results) -> TimeSpent {
    let classes = distinct(rows.where_the_time_goes.iter().map(|row| row.class.as_str()));
    let stages = distinct(rows.where_the_time_goes.iter().map(|row| row.stage.as_str()));
    let days = |class: &str, stage: &str, state: &str| {
        let mut rows = rows.where_the_time_goes.iter();
        let row = rows.find(|row| row.class == class && row.stage == stage && row.state == state);
        row.and_then(|row| row.estimate).unwrap_or(0.0)
    };
    let class_time = |class: &str| ClassTime {
        class: class.to_owned(),
        stages: stages
            .iter()
            .map(|stage| StageTime {
                stage: (*stage).to_owned(),
                waiting: days(class, stage, "waiting"),
                in_work: days(class, stage, "in_work"),
                delayed: days(class, stage, "delayed"),
                parked: days(class, stage, "parked"),
            })
            .collect(),
    };
    TimeSpent { caption, classes: classes.into_iter().map(class_time).collect() }
}

fn time_to_action(caption: Caption, milestone: &str, meaning: &str, rows: &Results) -> TimeToAction {
    let of_milestone: Vec<&CurveRow> = rows
        .time_to_action_curve
        .iter()
        .filter(|row| row.milestone == milestone && row.year.is_none())
        .collect();
    let classes = distinct(of_milestone.iter().map(|row| row.class.as_str()));
    let targets = rows.targets.iter().filter(|target| target.milestone == milestone);
    TimeToAction {
        caption,
        milestone: milestone.to_owned(),
        meaning: meaning.to_owned(),
        curves: classes.into_iter().map(|class| curve(class, &of_milestone)).collect(),
        targets: targets.filter_map(|target| target_mark(target, &rows.time_to_action)).collect(),
    }
}

fn days(days: f64) -> Duration {
    Duration::from_millis_f64(days * DAY as f64)
}

fn curve(class: &str, rows: &[&CurveRow]) -> Curve {
    let of_class = || rows.iter().filter(|row| row.class == class);
    let points = of_class().filter_map(|row| {
        let share = row.estimate?;
        let interval = (row.low.unwrap_or(share), row.high.unwrap_or(share));
        Some(CurvePoint { age: days(row.age_days), share, interval })
    });
    let observed = of_class().filter(|row| !row.assumed).map(|row| days(row.age_days)).max();
    Curve {
        class: class.to_owned(),
        points: points.collect(),
        observed_to: observed.unwrap_or(Duration::ZERO),
    }
}

/// A target on the axis of ages. A limit of working days has no one place there: how many days it spans depends on
/// the day of arrival.
fn target_mark(target: &TargetRow, shares: &[TimeToActionRow]) -> Option<TargetMark> {
    if target.within.contains("working") {
        return None;
    }
    let row = shares.iter().find(|row| {
        row.measure == "share_within" && row.milestone == target.milestone && row.limit == target.within
    })?;
    Some(TargetMark {
        class: Some(target.class.clone()).filter(|class| !class.is_empty()),
        within: days(row.limit_days?),
        share: target.asked,
    })
}
