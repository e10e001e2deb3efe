//! Whether the parts of a case come only where they may, and meet again.

use std::collections::BTreeSet;

use super::Context;
use super::parts::{Journey, Paths, Who};
use crate::diagnostic::{Code, Diagnostic, Span};
use crate::model::{JobKind, Model, OutcomeId, Parts, StageId};
use crate::scenario::{Happening, Id};

/// What is known of all classes together, so that each mistake is told once.
#[derive(Default)]
pub(super) struct Meetings {
    told: BTreeSet<String>,
    /// Splits that some case comes to.
    used: BTreeSet<StageId>,
    /// Of these, those where some part of some case can arrive.
    met: BTreeSet<StageId>,
    /// Stages that some track or device comes to.
    in_parts: BTreeSet<StageId>,
}

impl Meetings {
    /// Checks the journeys of a class.
    pub(super) fn check(&mut self, cx: &mut Context<'_>, model: &Model, paths: &Paths<'_>, all: &[Journey]) {
        for journey in all {
            for (&stage, &from) in &journey.stages {
                let found = misplaced(cx, model, journey.who, stage, from);
                let found = found.or_else(|| lost(cx, model, paths, journey.who, stage, from));
                self.tell(cx, found);
            }
            for &(outcome, stage) in &journey.ends {
                let found = wrong_end(cx, model, journey.who, outcome, stage);
                self.tell(cx, found);
            }
            if let Who::Track { at, .. } | Who::Device { at, .. } = journey.who {
                self.used.insert(at);
                self.met.extend(journey.arrives.then_some(at));
                self.in_parts.extend(journey.stages.keys());
            }
        }
        for (i, journey) in all.iter().enumerate() {
            for other in &all[..i] {
                let found = shared(cx, model, journey, other);
                self.tell(cx, found);
            }
        }
    }

    fn tell(&mut self, cx: &mut Context<'_>, found: Option<Diagnostic>) {
        cx.findings.extend(found.filter(|finding| self.told.insert(finding.message.clone())));
    }

    /// What is known when all classes have been followed.
    pub(super) fn finish(mut self, cx: &mut Context<'_>, model: &Model) {
        self.never_met(cx, model);
        self.ends_of_parts(cx, model);
        self.linked_in_parts(cx, model);
    }

    /// Splits whose parts never meet, whatever the case.
    fn never_met(&self, cx: &mut Context<'_>, model: &Model) {
        for at in self.used.difference(&self.met) {
            let (stage, Some(split)) = (&model.stages[at.index()], &model.stages[at.index()].rules.split)
            else {
                continue;
            };
            let (part, then) = (part(split.into == Parts::Devices), &model.stages[split.then.index()].id);
            let message = format!("no {part} from stage `{}` ever arrives at `{then}`", stage.id);
            let written = &cx.first.stages[at.index()];
            let then = written.split.as_ref().map(|s| &s.then).or(written.then.as_ref());
            let span = then.map_or(written.id.span, |then| then.span);
            let finding = Diagnostic::new(Code::BadSplit, message).at(span, "they are to meet here");
            cx.findings.push(finding.help("let the route of its last stage lead there"));
        }
    }

    /// Evidence lapses, and milestones are reached, for the whole case.
    fn ends_of_parts(&mut self, cx: &mut Context<'_>, model: &Model) {
        let mut all: Vec<(String, &Id)> = vec![];
        for source in cx.loaded.epochs.iter().flat_map(|epoch| &epoch.scenario.sources) {
            let what = || format!("evidence of source `{}` lapses for", source.id.value);
            all.extend(source.retention.as_ref().map(|r| (what(), &r.on_lapse)));
        }
        for milestone in &cx.first.milestones {
            for happening in std::iter::once(&milestone.at).chain(&milestone.from) {
                if let Happening::Outcome(id) = happening {
                    all.push((format!("milestone `{}` is of", milestone.id.value), id));
                }
            }
        }
        for (what, id) in all {
            let outcome = cx.outcomes.iter().position(|o| *o == id.value).map(|i| &model.outcomes[i]);
            if outcome.is_some_and(|o| o.of.is_some()) {
                let message = format!("{what} the whole case, but `{}` is the end of a part", id.value);
                let finding = Diagnostic::new(Code::WrongPart, message).at(id.span, "");
                self.tell(cx, Some(finding.help("name an outcome without `of`")));
            }
        }
    }

    /// A tip that is to be linked after a stage has to come to it as a whole.
    fn linked_in_parts(&mut self, cx: &mut Context<'_>, model: &Model) {
        for source in cx.loaded.epochs.iter().flat_map(|epoch| &epoch.scenario.sources) {
            let Some(id) = source.link.as_ref().and_then(|link| link.after.as_ref()) else { continue };
            let Some(stage) = cx.stages.iter().position(|s| *s == id.value).map(StageId::at) else {
                continue;
            };
            let whose = if model.stages[stage.index()].rules.per_device {
                "devices"
            } else if self.in_parts.contains(&stage) {
                "tracks"
            } else {
                continue;
            };
            let message = format!(
                "tips of source `{}` are linked as whole cases, but to stage `{}` come {whose}",
                source.id.value, id.value
            );
            let finding = Diagnostic::new(Code::WrongPart, message).at(id.span, "no tip is linked after it");
            self.tell(cx, Some(finding.help("name a stage that the case comes to as a whole")));
        }
    }
}

fn part(device: bool) -> &'static str {
    if device { "device" } else { "track" }
}

/// Whole cases come to no stage per device that does not take them apart, devices to no other stage; splits do not nest.
fn misplaced(cx: &Context<'_>, model: &Model, who: Who, stage: StageId, from: StageId) -> Option<Diagnostic> {
    let (row, id) = (&model.stages[stage.index()].rules, &model.stages[stage.index()].id);
    let came = came_from(model, stage, from);
    let then = |at: StageId| model.stages[at.index()].rules.split.as_ref().map(|split| split.then);
    let (code, message, help) = match who {
        Who::Case | Who::Track { .. } if row.per_device && row.split.is_none() => (
            Code::WrongPart,
            format!("{} comes {came}to stage `{id}`, which is per device", who.words()),
            "the first stage per device names `then`, the stage where devices meet: there cases are taken apart",
        ),
        Who::Device { .. } if !row.per_device => (
            Code::BadSplit,
            format!("a device comes {came}to stage `{id}`, which is not per device"),
            "write per = \"device\" there too, or lead to the stage where devices meet",
        ),
        Who::Device { at, .. } if row.split.is_some() && then(stage) != then(at) => (
            Code::BadSplit,
            format!("a device comes {came}to stage `{id}`, from which devices meet elsewhere"),
            "devices that have begun together meet at one stage: name the same `then`",
        ),
        Who::Track { .. } if matches!(&row.split, Some(s) if s.into != Parts::Devices) => (
            Code::BadSplit,
            format!("a track comes {came}to stage `{id}`, which splits into tracks"),
            "splits do not nest: let the tracks meet before",
        ),
        _ => return None,
    };
    Some(Diagnostic::new(code, message).at(place(cx, stage, from), "").help(help))
}

fn came_from(model: &Model, stage: StageId, from: StageId) -> String {
    if stage == from { String::new() } else { format!("from stage `{}` ", model.stages[from.index()].id) }
}

/// A track has to be able to arrive, or to end as a track.
fn lost(
    cx: &Context<'_>,
    model: &Model,
    paths: &Paths<'_>,
    who: Who,
    stage: StageId,
    from: StageId,
) -> Option<Diagnostic> {
    let Who::Track { at, .. } = who else { return None };
    let then = model.stages[at.index()].rules.split.as_ref()?.then;
    let id = |stage: StageId| &model.stages[stage.index()].id;
    let own = |o: OutcomeId| model.outcomes[o.index()].of == Some(JobKind::Track);
    let journey = paths.journey(&[stage], who);
    if stage == then {
        let message = format!("a track of stage `{}` begins where the tracks meet", id(at));
        return Some(Diagnostic::new(Code::BadSplit, message).at(place(cx, stage, stage), ""));
    }
    if journey.arrives || journey.ends.iter().any(|(o, _)| own(*o)) || journey.ends.is_empty() {
        return None;
    }
    let came = came_from(model, stage, from);
    let message =
        format!("a track that comes {came}to stage `{}` can no longer arrive at `{}`", id(stage), id(then));
    let finding = Diagnostic::new(Code::BadSplit, message).at(place(cx, stage, from), "");
    Some(finding.help("lead to the stage where the tracks meet, or to an outcome with of = \"track\""))
}

/// An outcome of devices ends devices only, one of tracks tracks and what is part of them.
fn wrong_end(
    cx: &Context<'_>,
    model: &Model,
    who: Who,
    outcome: OutcomeId,
    stage: StageId,
) -> Option<Diagnostic> {
    let row = &model.outcomes[outcome.index()];
    let kind = row.of?;
    let rules = &model.stages[stage.index()].rules;
    if rules.per_device && rules.split.is_none() && who.kind() != Some(JobKind::Device) {
        // Who should not be there at all is told so.
        return None;
    }
    let in_a_track = matches!(who, Who::Device { track: Some(_), .. });
    if who.kind() == Some(kind) || (in_a_track && kind == JobKind::Track) {
        return None;
    }
    let whose = part(kind == JobKind::Device);
    let message = format!(
        "{} at stage `{}` ends as `{}`, which is the end of a {whose}",
        who.words(),
        model.stages[stage.index()].id,
        row.id
    );
    let declared = &cx.first.outcomes[outcome.index()];
    let of = declared.of.as_ref().map_or(declared.id.span, |of| of.span);
    let finding =
        Diagnostic::new(Code::WrongPart, message).at(place(cx, stage, stage), "").see(of, "it says so");
    Some(finding.help("name an outcome without `of`"))
}

/// Tracks of one case come to no stage together.
fn shared(cx: &Context<'_>, model: &Model, a: &Journey, b: &Journey) -> Option<Diagnostic> {
    let (Some((at, one)), Some((same, other))) = (track(a.who), track(b.who)) else { return None };
    if at != same || one == other {
        return None;
    }
    let stage = a.stages.keys().find(|stage| b.stages.contains_key(stage))?;
    let message = format!(
        "two tracks of stage `{}` come to stage `{}`",
        model.stages[at.index()].id,
        model.stages[stage.index()].id
    );
    let written = cx.first.stages[at.index()].split.as_ref()?;
    let finding = Diagnostic::new(Code::BadSplit, message).at(written.tracks.get(one.max(other))?.span, "");
    Some(
        finding
            .help("each stage belongs to one track: write it once for each, or let the tracks meet before"),
    )
}

/// The track that somebody is or is a part of.
fn track(who: Who) -> Option<(StageId, usize)> {
    match who {
        Who::Case => None,
        Who::Track { at, number } => Some((at, number)),
        Who::Device { track, .. } => track,
    }
}

/// Where the way to a stage is written: a route, or where cases come in.
fn place(cx: &Context<'_>, stage: StageId, from: StageId) -> Span {
    let written = &cx.first.stages[from.index()];
    let route = written.route.as_ref().map(|r| r.span).or(written.split.as_ref().map(|s| s.span));
    if stage != from || !enters(cx, stage) {
        return route.unwrap_or(written.id.span);
    }
    let name = &cx.stages[stage.index()];
    let sources = cx.first.sources.iter().filter_map(|s| s.enters.as_ref());
    let initial = cx.first.initial.iter().map(|i| &i.stage);
    sources.chain(initial).find(|id| id.value == *name).map_or(written.id.span, |id| id.span)
}

/// Whether cases come in at a stage.
fn enters(cx: &Context<'_>, stage: StageId) -> bool {
    let name = &cx.stages[stage.index()];
    let named = cx.first.sources.iter().any(|s| s.enters.as_ref().is_some_and(|id| id.value == *name));
    named || cx.first.initial.iter().any(|i| i.stage.value == *name)
}
