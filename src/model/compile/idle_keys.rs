//! Keys that do nothing, because what they work on is not there: devices that no stage looks at one by one, overtime that
//! nobody works, beliefs that steer nothing, changes without an edit.

use super::Context;
use super::classes::UNKNOWN;
use crate::diagnostic::{Code, Diagnostic, Span};
use crate::model::{Model, ShiftEnd};
use crate::scenario::{RouteBy, Scenario};

/// All of them.
pub(super) fn check(cx: &mut Context<'_>, model: &Model) {
    let mut idle = vec![];
    for epoch in &cx.loaded.epochs {
        idle.extend(devices(model, &epoch.scenario));
        idle.extend(overtime(cx, model, &epoch.scenario));
        idle.extend(stages(model, &epoch.scenario));
    }
    idle.extend(changes(cx));
    for Idle { message, span, help } in idle {
        cx.findings.push(Diagnostic::new(Code::NoEffect, message).at(span, "").help(help));
    }
}

/// A key that does nothing.
struct Idle {
    message: String,
    span: Span,
    help: &'static str,
}

fn devices(model: &Model, scenario: &Scenario) -> Vec<Idle> {
    if model.stages.iter().any(|stage| stage.rules.per_device) {
        return vec![];
    }
    // Of the class that no case truly is, something else is said.
    let real = scenario.classes.iter().filter(|class| class.id.value != UNKNOWN);
    let written = real.filter_map(|class| Some((&class.id.value, class.devices.as_ref()?)));
    let idle = |(id, law): (&String, &crate::scenario::LawSpec)| Idle {
        message: format!("`devices` of class `{id}` does nothing: no stage works device by device"),
        span: law.span,
        help: "write per = \"device\" at the stage that works on each device by itself",
    };
    written.map(idle).collect()
}

/// What overtime costs, where nobody works any.
fn overtime(cx: &Context<'_>, model: &Model, scenario: &Scenario) -> Vec<Idle> {
    let written = scenario.pools.iter().filter(|pool| pool.overtime_factor.value != 1.0);
    let never = |pool: &&crate::scenario::Pool| {
        let number = cx.number_of(&pool.id);
        number.is_some_and(|p| {
            model.params.iter().all(|params| params.pools[p.index()].shift_end != ShiftEnd::Finish)
        })
    };
    let idle = |pool: &crate::scenario::Pool| Idle {
        message: format!("`overtime_factor` of pool `{}` does nothing: nobody works overtime", pool.id.value),
        span: pool.overtime_factor.span,
        help: "write shift_end = \"finish\" if work is finished after the end of a shift",
    };
    written.filter(never).map(idle).collect()
}

/// Rules of stages that wait for beliefs or interruptions.
fn stages(model: &Model, scenario: &Scenario) -> Vec<Idle> {
    let mut idle = vec![];
    let preempts = model.params.iter().any(|params| params.preempt.contains(&true));
    for stage in &scenario.stages {
        let id = &stage.id.value;
        if !stage.interruptible.value && !preempts {
            idle.push(Idle {
                message: format!("`interruptible` of stage `{id}` does nothing: no class interrupts others"),
                span: stage.interruptible.span,
                help: "write preempt = true at the class whose cases interrupt work on others",
            });
        }
        if stage.route_by.value == RouteBy::Observed && seen_as_they_are(model) {
            idle.push(Idle {
                message: format!("`route_by` of stage `{id}` does nothing: every case is seen as what it is"),
                span: stage.route_by.span,
                help: "let a stage `assess`, or leave it out",
            });
        }
    }
    idle
}

/// Whether what is believed of a case is always what it truly is.
fn seen_as_they_are(model: &Model) -> bool {
    let mut sources = model.params.iter().flat_map(|params| &params.sources);
    !model.assesses
        && sources.all(|source| source.label.is_none() && source.escalates == 0.0)
        && model.initial.iter().all(|initial| initial.observed == initial.class)
}

/// Changes that edit nothing and cost nothing.
fn changes(cx: &Context<'_>) -> Vec<Idle> {
    let empty = cx.loaded.changes.iter().filter(|c| c.edits.is_empty() && c.once == 0.0 && c.yearly == 0.0);
    let idle = |change: &crate::scenario::ChangeInfo| Idle {
        message: "this change does nothing: it has no edits and no cost".to_owned(),
        span: change.span,
        help: "say what changes: set = { ... }, add = { ... } or scale = { ... }",
    };
    empty.map(idle).collect()
}
