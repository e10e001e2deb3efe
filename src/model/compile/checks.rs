//! Rules across tables: what cannot run, and what a planner surely did not mean.

use std::collections::BTreeSet;

use super::meet::Meetings;
use super::observed::observed_at;
use super::parts::Paths;
use super::routes::successors;
use super::{Context, empty_checks, endless, idle_keys, staff_checks, triage_checks};
use crate::diagnostic::{Code, Diagnostic};
use crate::model::{ClassId, Crew, Model, Moment, OutcomeId, PoolId, StageId, StageKind, WorkCalendar};
use crate::scenario::{Id, Servers};
use crate::units::Time;

/// All rules, in the order in which a reader meets their subjects.
pub(super) fn check(cx: &mut Context<'_>, model: &Model) {
    arrivals(cx, model);
    pools(cx, model);
    crews(cx, model);
    effort_in_days(cx);
    let reached = routes(cx, model);
    unused(cx, model, &reached);
    milestones(cx, model, &reached);
    let observed = observed_at(model);
    triage_checks::check(cx, model, &observed);
    idle_keys::check(cx, model);
    empty_checks::check(cx, model, &observed);
}

fn arrivals(cx: &mut Context<'_>, model: &Model) {
    let comes = |s: &crate::model::Source, i: usize| {
        !s.rate.is_empty()
            || !s.replay.is_empty()
            || model.params.iter().any(|p| p.sources[i].burst.is_some())
    };
    let any = model.sources.iter().enumerate().any(|(i, s)| comes(s, i));
    if !any && model.initial.is_empty() {
        let message = "no tip ever arrives";
        cx.findings.push(
            Diagnostic::new(Code::NothingArrives, message)
                .at(cx.first.header.span, "")
                .help("add a [[source]] with a `rate`, or an [[initial]] backlog"),
        );
    }
    let sources = &cx.first.sources;
    if sources.iter().any(|s| s.enters.is_some()) {
        for source in sources.iter().filter(|s| s.enters.is_none()) {
            let first = &cx.stages[0];
            let message = format!("tips of source `{}` enter `{first}`, the first stage", source.id.value);
            let finding = Diagnostic::new(Code::DefaultEntry, message)
                .at(source.id.span, "other sources say where theirs enter")
                .help(format!("write `enters = \"{first}\"` if that is meant"));
            cx.findings.push(finding);
        }
    }
}

fn pools(cx: &mut Context<'_>, model: &Model) {
    let serving: BTreeSet<PoolId> = model.stages.iter().flat_map(|s| crew_pools(&s.crew)).collect();
    for pool in &cx.first.pools {
        let id = PoolId::at(cx.pools.iter().position(|p| *p == pool.id.value).unwrap_or_default());
        if !serving.contains(&id) {
            let message = format!("pool `{}` serves no stage", pool.id.value);
            let finding =
                Diagnostic::new(Code::UnusedPool, message).at(pool.id.span, "nobody here ever works");
            cx.findings.push(finding);
        }
    }
    staff_checks::check(cx, model);
}

fn crew_pools(crew: &Crew) -> Vec<PoolId> {
    match crew {
        Crew::AnyOf(list) => list.clone(),
        Crew::Together(needs) => needs.iter().map(|(p, _)| *p).collect(),
        Crew::Nobody => vec![],
    }
}

/// A crew has to fit into its pools at every date, and to have hours in common.
fn crews(cx: &mut Context<'_>, model: &Model) {
    for (i, stage) in model.stages.iter().enumerate() {
        let Crew::Together(needs) = &stage.crew else { continue };
        let written = cx.first.stages[i].clone();
        let Some(Servers::Crew(members)) = &written.pool else { continue };
        for (id, number) in members {
            let Some(p) = cx.pools.iter().position(|n| *n == id.value) else { continue };
            let fewest = model.params.iter().min_by_key(|params| params.pools[p].headcount);
            if let Some(params) = fewest.filter(|params| params.pools[p].headcount < number.value) {
                let (posts, when) = (params.pools[p].headcount, moment(params.from));
                let message = format!(
                    "stage `{}` needs {} of `{}`, which has {posts}{when}",
                    stage.id, number.value, id.value
                );
                cx.findings.push(
                    Diagnostic::new(Code::CrewTooLarge, message).at(number.span, "more than there are"),
                );
            }
        }
        let common =
            needs.iter().fold(WorkCalendar::always(), |all, (p, _)| all.intersection(&hours(model, *p)));
        if !common.is_always() && common.next_switch(Time(-1)).is_none() {
            let message = format!("the crew of stage `{}` has no hours in common", stage.id);
            let finding = Diagnostic::new(Code::NoCommonHours, message)
                .at(written.id.span, "its work never starts")
                .help("a crew works only in hours that all its pools share");
            cx.findings.push(finding);
        }
    }
}

/// All hours in which somebody of a pool is on shift.
fn hours(model: &Model, pool: PoolId) -> WorkCalendar {
    let calendars = &model.pools[pool.index()].calendars;
    calendars.iter().skip(1).fold((*calendars[0]).clone(), |all, c| all.union(c))
}

pub(super) fn moment(from: Time) -> String {
    if from == Time::ZERO { String::new() } else { format!(" from day {:.0} on", from.days()) }
}

/// "1 day" of effort is 24 hours of work, which is rarely meant of people who work eight.
fn effort_in_days(cx: &mut Context<'_>) {
    for stage in &cx.first.stages {
        let pools: Vec<&Id> = match &stage.pool {
            Some(Servers::One(id)) => vec![id],
            Some(Servers::AnyOf(ids)) => ids.iter().collect(),
            Some(Servers::Crew(members)) => members.iter().map(|(id, _)| id).collect(),
            None => continue,
        };
        let has_hours = |id: &&Id| {
            cx.first.pools.iter().any(|p| p.id.value == id.value && (p.hours.is_some() || p.shifts.is_some()))
        };
        let Some(effort) = &stage.effort else { continue };
        let laws = effort.default.iter().chain(effort.named.iter().map(|(_, law)| law));
        if let Some(law) = laws.into_iter().find(|law| law.in_days).filter(|_| pools.iter().any(has_hours)) {
            let message = format!(
                "effort of stage `{}` is written in days: \"1 day\" is 24 hours of work",
                stage.id.value
            );
            let finding = Diagnostic::new(Code::DaysOfEffort, message)
                .at(law.span, "days of effort where people work hours")
                .help("write hours: a working day of 8 hours is \"8 h\"");
            cx.findings.push(finding);
        }
    }
}

/// What each class can reach.
struct Reached {
    /// By class: stages.
    stages: Vec<BTreeSet<StageId>>,
    /// By class: outcomes.
    outcomes: Vec<BTreeSet<OutcomeId>>,
}

/// Follows every class from where it enters; a stage from which no outcome can be reached never lets a case go.
fn routes(cx: &mut Context<'_>, model: &Model) -> Reached {
    let mut reached = Reached { stages: vec![], outcomes: vec![] };
    // One finding a stage is enough to mend it.
    let mut told: BTreeSet<StageId> = BTreeSet::new();
    let mut meetings = Meetings::default();
    for class in (0..model.classes.len()).map(ClassId::at) {
        let all = (0..model.stages.len()).map(StageId::at);
        let paths = Paths::new(model, class, all.map(|s| successors(model, s, Some(class))).collect());
        let journeys = paths.all(&entries(model, class));
        meetings.check(cx, model, &paths, &journeys);
        for (stage, message) in endless::find(model, class, &journeys) {
            if told.insert(stage) {
                let id = &cx.first.stages[stage.index()].id;
                let span = cx.first.stages[stage.index()].route.as_ref().map_or(id.span, |r| r.span);
                let finding = Diagnostic::new(Code::EndlessCase, message)
                    .at(span, "no outcome can be reached from here")
                    .help("let some share of the cases go to an outcome");
                cx.findings.push(finding);
            }
        }
        reached.outcomes.push(journeys.iter().flat_map(|j| j.ends.iter().map(|(o, _)| *o)).collect());
        reached.stages.push(journeys.iter().flat_map(|j| j.stages.keys().copied()).collect());
    }
    meetings.finish(cx, model);
    reached
}

/// Where cases of a class come in.
fn entries(model: &Model, class: ClassId) -> Vec<StageId> {
    let sources = model.params.iter().flat_map(|p| &p.sources);
    let mut all: Vec<StageId> = sources.filter(|s| s.brings(class)).map(|s| s.enters).collect();
    let initial = || model.initial.iter().filter(|i| i.class == class && i.count > 0);
    all.extend(initial().map(|i| i.stage));
    if !model.classes[class.index()].repeat.is_empty() {
        // Further tips about those who stand there at the start come as new ones do.
        let sources = model.params.iter().flat_map(|p| {
            initial().map(|i| i.source.map_or(StageId(0), |source| p.sources[source.index()].enters))
        });
        all.extend(sources);
    }
    all
}

fn unused(cx: &mut Context<'_>, model: &Model, reached: &Reached) {
    for (i, stage) in cx.first.stages.iter().enumerate() {
        if !reached.stages.iter().any(|s| s.contains(&StageId::at(i))) {
            let message = format!("no case ever reaches stage `{}`", stage.id.value);
            let finding =
                Diagnostic::new(Code::UnreachableStage, message).at(stage.id.span, "no route leads here");
            cx.findings.push(finding);
        }
    }
    let lapses: BTreeSet<OutcomeId> = (model.params.iter().flat_map(|p| &p.sources))
        .filter_map(|s| s.retention.as_ref().map(|r| r.on_lapse))
        .collect();
    for (i, outcome) in cx.first.outcomes.iter().enumerate() {
        let id = OutcomeId::at(i);
        if !lapses.contains(&id)
            && model.linked != Some(id)
            && !reached.outcomes.iter().any(|o| o.contains(&id))
        {
            let message = format!("no case ever ends as `{}`", outcome.id.value);
            cx.findings.push(
                Diagnostic::new(Code::UnusedOutcome, message).at(outcome.id.span, "no route leads here"),
            );
        }
    }
}

/// A target whose milestone its class can never reach.
fn milestones(cx: &mut Context<'_>, model: &Model, reached: &Reached) {
    for (target, written) in model.targets.iter().zip(&cx.first.targets) {
        let milestone = &model.milestones[target.milestone.index()];
        let of_target = |class: &usize| target.class.is_none_or(|row| model.classes[*class].report == row);
        let reaches = |class: usize| match &milestone.at {
            Moment::Start(s) | Moment::End(s) => reached.stages[class].contains(s),
            Moment::Outcome(o) => reached.outcomes[class].contains(o),
            Moment::CountsAs(word) => {
                reached.outcomes[class].iter().any(|o| model.outcomes[o.index()].counts_as == *word)
            }
            Moment::FirstTouch => {
                reached.stages[class].iter().any(|s| model.stages[s.index()].kind == StageKind::Work)
            }
            Moment::Closed => true,
        };
        if !(0..model.classes.len()).filter(of_target).any(reaches) {
            let message =
                format!("milestone `{}` is never reached by the cases of this target", milestone.id);
            let span = written.class.as_ref().map_or(written.milestone.span, |c| c.span);
            cx.findings.push(Diagnostic::new(Code::OutOfReach, message).at(span, "no route leads there"));
        }
    }
}
