//! What a planner surely did not mean about people who come and go: keys that do nothing, machines with careers.

use super::Context;
use crate::diagnostic::{Code, Diagnostic, Span};
use crate::model::{Hire, Model, PoolId, PoolParams};
use crate::scenario::Pool;

/// All rules about the staff of each pool.
pub(super) fn check(cx: &mut Context<'_>, model: &Model) {
    for written in &cx.first.pools {
        let Some(p) = cx.pools.iter().position(|id| *id == written.id.value) else { continue };
        always_on(cx, written);
        turnover(cx, model, PoolId::at(p), written);
        exposure(cx, model, PoolId::at(p), written);
    }
    exposing_stages(cx, model);
}

/// Machines are on day and night; people are not.
fn always_on(cx: &mut Context<'_>, pool: &Pool) {
    if pool.hours.is_some() || pool.shifts.is_some() {
        return;
    }
    let cost = pool.yearly_cost.as_ref().filter(|cost| cost.value > 0.0).map(|cost| cost.span);
    let leave = pool.attrition.as_ref().filter(|hazard| hazard.value > 0.0).map(|hazard| hazard.span);
    let learn = pool.training.as_ref().map(|training| training.span);
    let cap = pool.exposure_cap.as_ref().map(|cap| cap.span);
    let signs: [(Option<Span>, &str, &str); 4] = [
        (cost, "costs as staff do", "a yearly cost"),
        (leave, "has members who leave", "attrition"),
        (learn, "has members who learn", "training"),
        (cap, "has an exposure cap", "an exposure cap"),
    ];
    let Some((_, first, _)) = signs.iter().find(|(span, ..)| span.is_some()) else { return };
    let message = format!("pool `{}` works 24 hours on 7 days, yet {first}", pool.id.value);
    let mut finding = Diagnostic::new(Code::AlwaysOn, message).at(pool.id.span, "no `hours`");
    for (span, _, what) in signs {
        if let Some(span) = span {
            finding = finding.see(span, what);
        }
    }
    cx.findings.push(finding.help(
        "people have hours, such as `hours = \"Mon-Fri 08:00-16:30\"`; write \"always\" if it is meant",
    ));
}

/// Where a key of a pool stands, if it does.
type Place = fn(&Pool) -> Option<Span>;

/// What happens to a pool's posts over the whole run.
struct Fate {
    /// Somebody may leave.
    leaves: bool,
    /// A post may be vacant.
    vacant: bool,
    /// Somebody may be hired who has to learn.
    learns: bool,
}

fn fate(model: &Model, pool: PoolId) -> Fate {
    let rows: Vec<&PoolParams> = model.params.iter().map(|params| &*params.pools[pool.index()]).collect();
    let leaves = rows.iter().any(|row| row.turnover.attrition > 0.0);
    let added = |ways: &[Hire]| {
        rows.windows(2).any(|pair| pair[1].headcount > pair[0].headcount && ways.contains(&pair[1].hire))
    };
    let vacant = leaves || rows[0].filled < rows[0].headcount || added(&[Hire::Backfill]);
    Fate { leaves, vacant, learns: vacant || added(&[Hire::New]) }
}

/// Keys that wait for something which never happens.
fn turnover(cx: &mut Context<'_>, model: &Model, pool: PoolId, first: &Pool) {
    let fate = fate(model, pool);
    let waits: [(bool, &str, Place, &str); 3] = [
        (fate.vacant, "backfill", |p| p.backfill.as_ref().map(|b| b.span), "no post of it is ever vacant"),
        (fate.learns, "training", |p| p.training.as_ref().map(|t| t.span), "nobody is ever hired who learns"),
        (fate.leaves, "burnout", |p| p.burnout.as_ref().map(|b| b.span), "nobody ever leaves it"),
    ];
    for (happens, key, span, why) in waits {
        if let Some(span) = written(cx, first, span).filter(|_| !happens) {
            let message = format!("`{key}` of pool `{}` does nothing: {why}", first.id.value);
            let finding = Diagnostic::new(Code::NoEffect, message).at(span, "");
            cx.findings.push(finding.help("write how readily people leave: attrition = \"15% per year\""));
        }
    }
}

/// A cap counts effort on stages with `exposure`.
fn exposure(cx: &mut Context<'_>, model: &Model, pool: PoolId, first: &Pool) {
    let exposed = model.stages.iter().any(|s| s.rules.exposure && s.crew.pools().any(|p| p == pool));
    let cap = written(cx, first, |p| p.exposure_cap.as_ref().map(|cap| cap.span));
    if let Some(span) = cap.filter(|_| !exposed) {
        let message =
            format!("`exposure_cap` of pool `{}` does nothing: no stage of it exposes", first.id.value);
        let finding = Diagnostic::new(Code::NoEffect, message).at(span, "");
        cx.findings.push(finding.help("write exposure = true at the stages where members see such material"));
    }
}

/// What a stage exposes its members to counts against a cap only.
fn exposing_stages(cx: &mut Context<'_>, model: &Model) {
    let capped = |pool: PoolId| model.params.iter().any(|p| p.pools[pool.index()].exposure_cap.is_some());
    let stages = model.stages.iter().zip(&cx.first.stages);
    for (_, written) in stages.filter(|(s, _)| s.rules.exposure && !s.crew.pools().any(capped)) {
        let message = format!("`exposure` of stage `{}` does nothing: its pool has no cap", written.id.value);
        let finding = Diagnostic::new(Code::NoEffect, message).at(written.id.span, "");
        cx.findings
            .push(finding.help("write exposure_cap = \"4 hours\" at the pool whose members work there"));
    }
}

/// Where a key of a pool stands, at the first date at which it does.
fn written(cx: &Context<'_>, pool: &Pool, span: Place) -> Option<Span> {
    let pools = cx.loaded.epochs.iter().flat_map(|epoch| &epoch.scenario.pools);
    pools.filter(|p| p.id.value == pool.id.value).find_map(span)
}
