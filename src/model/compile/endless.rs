//! Cases that can never end: from some stage no outcome can be reached, or a case comes back to where it was without any
//! time going by. Either would keep the engine busy for ever.
//!
//! Routes are followed date by date, for what a case is and for what it is believed to be: a way out that opens only
//! later is no help to a case that goes round in no time.

use std::collections::BTreeSet;

use super::checks::moment;
use super::parts::{Journey, Paths, Who};
use crate::model::{ClassId, Model, Next, Params, StageId, StageKind};

/// The stages, of those that cases of a class and their parts come to, which never let some of them go, each with what
/// to say of it. A part of a case ends where it meets the others.
pub(super) fn find(model: &Model, class: ClassId, journeys: &[Journey]) -> Vec<(StageId, String)> {
    let mut found = vec![];
    for observed in beliefs(model, class) {
        for params in &model.params {
            let when = moment(params.from);
            let all = (0..model.stages.len()).map(StageId::at);
            let paths = Paths::new(model, class, all.map(|s| ways(params, s, class, observed)).collect());
            let all = journeys.iter().flat_map(|j| j.stages.keys().map(|stage| (j.who, *stage)));
            for (who, stage) in all {
                let subject = subject(who, model.class_name(class));
                let name = &model.stages[stage.index()].id;
                let rest = paths.journey(&[stage], who);
                if !rest.arrives && rest.ends.is_empty() {
                    found
                        .push((stage, format!("{subject} that comes to stage `{name}` can never end{when}")));
                } else if model.stages[stage.index()].kind == StageKind::Work
                    && comes_back_at_once(model, params, stage, class, observed)
                {
                    let message =
                        format!("{subject} that gives up at stage `{name}` comes back to it at once{when}");
                    found.push((stage, message));
                }
            }
        }
    }
    found
}

/// What cases of a class may be believed to be: by their source, from the start, after an assessment or a further tip.
fn beliefs(model: &Model, class: ClassId) -> BTreeSet<ClassId> {
    let labels = model.params.iter().flat_map(|p| &p.sources).map(|s| s.label.unwrap_or(class));
    let initial = model.initial.iter().filter(|i| i.class == class).map(|i| i.observed);
    let assessed = model.params.iter().flat_map(|p| &p.stages).filter_map(|s| s.assess.as_ref());
    let assessed = assessed.flat_map(|assess| assess.chances(class));
    let assessed = assessed.filter(|(share, _)| *share > 0.0).filter_map(|(_, observed)| observed);
    // Further tips about subjects who were there at the start may have no source that says something of them.
    let repeats = !model.classes[class.index()].repeat.is_empty();
    let untold = if model.assesses { model.unknown() } else { class };
    let told = labels.chain(initial).chain(assessed).chain(repeats.then_some(untold));
    let mut all: BTreeSet<ClassId> = told.collect();
    if model.params.iter().flat_map(|p| &p.sources).any(|s| s.escalates > 0.0) {
        let least = all.iter().filter(|c| **c != model.unknown()).map(|c| model.precedence[c.index()]).max();
        let urgent = (0..model.classes.len()).filter(|&c| least.is_some_and(|l| model.precedence[c] < l));
        all.extend(urgent.map(ClassId::at));
    }
    all
}

/// Where such a case may go from a stage, under these parameters.
fn ways(params: &Params, stage: StageId, class: ClassId, observed: ClassId) -> BTreeSet<Next> {
    let stage = &params.stages[stage.index()];
    let gives_up = stage.patience[observed.index()].as_ref().and(stage.on_patience);
    let sent_on = stage.queue_limit.as_ref().map(|limit| limit.to);
    stage.ways(class, observed).map(|(_, next)| next).chain(gives_up).chain(sent_on).collect()
}

fn subject(who: Who, class: &str) -> String {
    match who {
        Who::Case => format!("a case of class `{class}`"),
        Who::Track { .. } | Who::Device { .. } => format!("{} of a case of class `{class}`", who.words()),
    }
}

/// Whether a case that gives up as soon as it waits is back in the same queue at the same moment, for certain.
fn comes_back_at_once(
    model: &Model,
    params: &Params,
    start: StageId,
    class: ClassId,
    observed: ClassId,
) -> bool {
    let mut at = start;
    for _ in 0..model.stages.len() {
        let stage = &params.stages[at.index()];
        // The parts of a case may take their time, even where it comes back at once.
        if model.stages[at.index()].rules.split.is_some() {
            return false;
        }
        let never_takes_time = stage.time[class.index()].as_ref().is_none_or(|t| t.law.mean() == 0.0);
        let next = match model.stages[at.index()].kind {
            StageKind::Work => {
                let patience = stage.patience[observed.index()].as_ref();
                patience.filter(|p| p.law.mean() == 0.0).and(stage.on_patience)
            }
            StageKind::Delay if !never_takes_time => None,
            StageKind::Delay | StageKind::Instant => {
                let mut choices = stage.ways(class, observed);
                choices.next().map(|(_, next)| next).filter(|_| choices.next().is_none())
            }
        };
        match next {
            Some(Next::Stage(next)) if next == start => return true,
            Some(Next::Stage(next)) => at = next,
            Some(Next::End(_)) | None => return false,
        }
    }
    false
}
