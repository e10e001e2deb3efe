//! Inputs that leave the model empty where a planner expects cases: classes that nobody sends, sources that never bring a
//! tip, targets whose time no run can show.

use std::collections::BTreeSet;

use super::Context;
use crate::diagnostic::suggest::quoted;
use crate::diagnostic::{Code, Diagnostic, Span};
use crate::model::{ClassId, Law, Limit, Model, SourceParams};
use crate::scenario;
use crate::units::Time;

/// All of them; `observed` says what may be believed at each stage.
pub(super) fn check(cx: &mut Context<'_>, model: &Model, observed: &[BTreeSet<usize>]) {
    classes(cx, model, observed);
    sources(cx, model);
    targets(cx, model);
}

/// Classes of which no case ever is, nor is taken to be. A class with sub-classes stands for theirs.
fn classes(cx: &mut Context<'_>, model: &Model, observed: &[BTreeSet<usize>]) {
    let comes = |class: ClassId| {
        model.params.iter().flat_map(|p| &p.sources).any(|source| source.brings(class))
            || model.initial.iter().any(|initial| initial.class == class && initial.count > 0)
    };
    if !(0..model.classes.len()).map(ClassId::at).any(comes) {
        return;
    }
    let believed: BTreeSet<usize> = observed.iter().flatten().copied().collect();
    for written in &cx.first.classes {
        let Some(class) = model.classes.iter().position(|c| c.id == written.id.value) else { continue };
        let parent =
            cx.first.classes.iter().any(|c| c.of.as_ref().is_some_and(|of| of.value == written.id.value));
        if parent || comes(ClassId::at(class)) || believed.contains(&class) {
            continue;
        }
        let message = format!("no case is ever of class `{}`", written.id.value);
        let finding = Diagnostic::new(Code::UnusedClass, message).at(written.id.span, "no source sends it");
        cx.findings.push(finding.help("give it a share in the `mix` of a source, or leave the class out"));
    }
}

/// Why a source brings nothing, where that is written and what would mend it.
type Silence = (String, Span, &'static str);

/// Sources that never bring a tip, though they seem to. A rate of 0 is meant.
fn sources(cx: &mut Context<'_>, model: &Model) {
    for (number, id) in cx.sources.clone().iter().enumerate() {
        let Some(written) = cx.first.sources.iter().find(|source| source.id.value == *id) else { continue };
        let rows = || model.params.iter().map(|params| &*params.sources[number]);
        let found = outside_the_run(model, number, written)
            .or_else(|| {
                written.at_most.as_ref().filter(|most| most.value == 0).map(|most| {
                    (
                        "no tips are let in".to_owned(),
                        most.span,
                        "say how many tips come at most, or leave it out",
                    )
                })
            })
            .or_else(|| never(rows(), |row| row.batch.as_ref()).then(|| batch(cx, id)).flatten())
            .or_else(|| {
                never(rows(), |row| row.burst.as_ref().map(|burst| &burst.size))
                    .then(|| burst(cx, id))
                    .flatten()
            });
        if let Some((why, span, help)) = found {
            let message = format!("source `{id}` brings no tips: {why}");
            cx.findings.push(Diagnostic::new(Code::EmptySource, message).at(span, "").help(help));
        }
    }
}

fn outside_the_run(model: &Model, number: usize, written: &scenario::Source) -> Option<Silence> {
    let source = &model.sources[number];
    let late = written.from.as_ref().filter(|_| source.from >= model.horizon);
    let early = written.until.as_ref().filter(|_| source.until <= Time::ZERO);
    late.map(|from| {
        (
            "it begins at or after the horizon".to_owned(),
            from.span,
            "set an earlier date, or move the horizon",
        )
    })
    .or_else(|| {
        early.map(|until| {
            ("it ends before the start".to_owned(), until.span, "set a later date, or move the start")
        })
    })
}

/// Whether a number that is drawn at each coming is there at every date, and always 0: numbers are rounded half up.
fn never<'m>(
    rows: impl Iterator<Item = &'m SourceParams>,
    law: impl Fn(&'m SourceParams) -> Option<&'m Law>,
) -> bool {
    let mut rows = rows;
    rows.all(|row| law(row).is_some_and(|law| law.mean() < 0.5 && law.variance() == 0.0))
}

fn batch(cx: &Context<'_>, id: &str) -> Option<Silence> {
    let law = first(cx, id, |source| source.batch.as_ref().map(|law| law.span))?;
    Some((
        "no tips are in a batch".to_owned(),
        law,
        "a batch has one tip or more; leave it out where tips come one by one",
    ))
}

fn burst(cx: &Context<'_>, id: &str) -> Option<Silence> {
    let alone = cx.first.sources.iter().find(|source| source.id.value == id)?;
    let flow = alone.rate.is_some() || alone.rates.is_some() || alone.replay.is_some();
    let law = first(cx, id, |source| source.burst.as_ref().map(|burst| burst.size.span))?;
    (!flow).then(|| ("no tips are in a burst".to_owned(), law, "say how many tips a burst brings"))
}

/// Where something of a source is first written.
fn first(cx: &Context<'_>, id: &str, span: impl Fn(&scenario::Source) -> Option<Span>) -> Option<Span> {
    let sources = cx.loaded.epochs.iter().flat_map(|epoch| &epoch.scenario.sources);
    sources.filter(|source| source.id.value == id).find_map(span)
}

/// Targets whose time is nothing, or so long that no case is seen to exceed it.
fn targets(cx: &mut Context<'_>, model: &Model) {
    let seen = model.end() - model.warmup;
    for (target, written) in model.targets.iter().zip(&cx.first.targets) {
        let (Limit::Plain(within) | Limit::WorkingDays(within)) = target.within;
        let milestone = quoted(&[model.milestones[target.milestone.index()].id.as_str()]);
        let (message, help) = if within.0 == 0 {
            let message = format!(
                "only a case that reaches {milestone} in the moment in which its clock starts meets this target"
            );
            (message, "write the time that is allowed, such as within = \"24 hours\"")
        } else if within >= seen {
            let message = format!(
                "no case can be seen to miss this target: the run is over before its time to reach {milestone} is"
            );
            (message, "write a shorter time, or move the horizon")
        } else {
            continue;
        };
        cx.findings.push(Diagnostic::new(Code::TargetTime, message).at(written.within.span, "").help(help));
    }
}
