//! What a planner surely did not mean by triage: cases that nobody takes, rules that change nothing, urgent cases that
//! meet the end of a shift, false alarms that interrupt people, overflow that runs in a circle.

use std::collections::BTreeSet;

use super::Context;
use crate::diagnostic::{Code, Diagnostic, Span};
use crate::model::{Assess, ClassId, Crew, Model, Next, Params, PoolId, ShiftEnd, StageId};
use crate::scenario::{self, Id};
use crate::units::{DAY, HOUR, MINUTE, WEEK, grouped};

/// All of them; `observed` says what may be believed at each stage.
pub(super) fn check(cx: &mut Context<'_>, model: &Model, observed: &[BTreeSet<usize>]) {
    cx.missing_rows();
    overflow_circles(cx, model);
    never_served(cx, model, observed);
    idle_rules(cx, model, observed);
    unranked(cx, model, observed);
    urgent_pauses(cx, model);
    false_alarms(cx, model);
}

/// Observed classes in words.
fn names(model: &Model, classes: impl Iterator<Item = usize>) -> String {
    classes.map(|class| format!("`{}`", model.class_name(ClassId::at(class)))).collect::<Vec<_>>().join(", ")
}

/// A full queue that sends cases to a full queue, and so on until the first one again.
fn overflow_circles(cx: &mut Context<'_>, model: &Model) {
    let mut told: BTreeSet<StageId> = BTreeSet::new();
    for params in &model.params {
        for start in (0..model.stages.len()).map(StageId::at) {
            let Some(circle) = circle(model, params, start).filter(|_| !told.contains(&start)) else {
                continue;
            };
            told.extend(&circle);
            let ids: Vec<&str> = circle.iter().map(|s| model.stages[s.index()].id.as_str()).collect();
            let message = format!("full queues send cases in a circle: {}, {}", ids.join(", "), ids[0]);
            // The stage as it is when the circle is there.
            let epoch = cx.loaded.epochs.iter().find(|e| e.at == params.from);
            let stage = epoch.map(|e| &e.scenario.stages[start.index()]);
            let span = stage.and_then(|s| s.queue_limit.as_ref()).map_or_else(Span::default, |l| l.to.span);
            let finding = Diagnostic::new(Code::OverflowCircle, message)
                .at(span, "which leads back here")
                .help("let one of them send cases to an outcome, or to a stage without a limit");
            cx.findings.push(finding);
        }
    }
}

/// The stages from one that is full back to it, where all of them send on cases of one class.
fn circle(model: &Model, params: &Params, start: StageId) -> Option<Vec<StageId>> {
    (0..=model.classes.len()).find_map(|class| {
        let (mut circle, mut at) = (vec![], start);
        while circle.len() < model.stages.len() {
            circle.push(at);
            let limit = params.stages[at.index()].queue_limit.as_ref().filter(|l| l.classes[class])?;
            let Next::Stage(next) = limit.to else { return None };
            if next == start {
                return Some(circle);
            }
            at = next;
        }
        None
    })
}

/// Observed classes that no pool of a stage ever takes.
fn never_served(cx: &mut Context<'_>, model: &Model, observed: &[BTreeSet<usize>]) {
    let mut told: BTreeSet<(PoolId, Vec<usize>)> = BTreeSet::new();
    for (s, stage) in model.stages.iter().enumerate() {
        let takes = |pool: PoolId, class: usize| {
            model.params.iter().any(|params| {
                let pool = &params.pools[pool.index()];
                let last = |r: &crate::model::Reserve| r.classes[class] || pool.headcount > r.members;
                pool.choice.takes.as_ref().is_none_or(|takes| takes[class])
                    && pool.choice.reserve.as_ref().is_none_or(last)
            })
        };
        let served = |class: &usize| match &stage.crew {
            Crew::AnyOf(pools) => pools.iter().any(|p| takes(*p, *class)),
            Crew::Together(needs) => needs.iter().all(|(p, _)| takes(*p, *class)),
            Crew::Nobody => true,
        };
        let without: Vec<usize> = observed[s].iter().copied().filter(|class| !served(class)).collect();
        let Some(pool) = stage.crew.pools().find(|p| without.iter().any(|c| !takes(*p, *c))) else {
            continue;
        };
        if !told.insert((pool, without.clone())) {
            continue;
        }
        let written = cx.first.pools.iter().find(|p| p.id.value == model.pools[pool.index()].id);
        let takes = written.and_then(|p| p.takes.as_ref()).and_then(|t| t.first()).map(|id| id.span);
        let reserve = written.and_then(|p| p.reserve.as_ref()).map(|r| r.span);
        let span = takes.or(reserve).unwrap_or(cx.first.stages[s].id.span);
        let message = format!(
            "nobody ever takes up cases of class {} at stage `{}`",
            names(model, without.into_iter()),
            stage.id
        );
        let finding = Diagnostic::new(Code::NeverServed, message).at(span, "they wait for ever");
        cx.findings.push(finding);
    }
}

/// Observed classes that come to the stages of a pool.
fn observed_by(model: &Model, observed: &[BTreeSet<usize>], pool: PoolId) -> BTreeSet<usize> {
    let stages = model.stages.iter().zip(observed);
    let served = stages.filter(|(stage, _)| stage.crew.pools().any(|p| p == pool));
    served.flat_map(|(_, classes)| classes.iter().copied()).collect()
}

/// Rules that make no difference.
fn idle_rules(cx: &mut Context<'_>, model: &Model, observed: &[BTreeSet<usize>]) {
    let scores =
        model.params.iter().flat_map(|p| &p.stages).any(|s| matches!(s.assess, Some(Assess::Score { .. })));
    let lapses = model.params.iter().flat_map(|p| &p.sources).any(|source| source.retention.is_some());
    let goes_by = |order: &scenario::Order, what: &scenario::Order| match order {
        scenario::Order::Quota { otherwise, .. } => **otherwise == *what,
        order => order == what,
    };
    let mut idle = vec![];
    for epoch in &cx.loaded.epochs {
        let orders = epoch.scenario.stages.iter().map(|s| (&s.order, "stage", &s.id));
        let orders = orders.chain(epoch.scenario.pools.iter().map(|p| (&p.order, "pool", &p.id)));
        for (order, kind, id) in orders.filter_map(|(o, k, id)| Some((o.as_ref()?, k, id))) {
            if !scores && goes_by(&order.value, &scenario::Order::Score) {
                let message = format!("{kind} `{}` goes by score, but no stage gives one", id.value);
                idle.push((message, order.span, "let a stage `assess` with an `auc` and a `threshold`"));
            }
            if !lapses && goes_by(&order.value, &scenario::Order::Lapse) {
                let message = format!("{kind} `{}` goes by lapse, but no evidence ever lapses", id.value);
                idle.push((message, order.span, "say how long it lasts: a source with `retention`"));
            }
        }
        for pool in &epoch.scenario.pools {
            idle.extend(idle_in_pool(cx, model, observed, pool));
        }
    }
    for (message, span, help) in idle {
        cx.findings.push(Diagnostic::new(Code::IdleRule, message).at(span, "").help(help));
    }
}

/// Of what a pool says.
fn idle_in_pool(
    cx: &Context<'_>,
    model: &Model,
    observed: &[BTreeSet<usize>],
    pool: &scenario::Pool,
) -> Vec<(String, Span, &'static str)> {
    let id = &pool.id.value;
    let mut idle = vec![];
    let Some(number) = cx.number_of(&pool.id) else { return idle };
    if let scenario::Prefers::Stages(ids) = &pool.prefers.value {
        let serves = |stage: &Id| {
            model.stages.iter().any(|s| s.id == stage.value && s.crew.pools().any(|p| p == number))
        };
        for stage in ids.iter().filter(|stage| !serves(stage)) {
            let message = format!("pool `{id}` prefers stage `{}`, where it does not work", stage.value);
            idle.push((message, stage.span, "list stages whose `pool` it is"));
        }
    }
    if let Some(reserve) = &pool.reserve {
        let set = cx.observed_set(Some(&reserve.classes));
        if observed_by(model, observed, number).iter().all(|class| set[*class]) {
            let message = format!("the reserve of pool `{id}` is for every class");
            idle.push((message, reserve.span, "name only the classes that may take the last members"));
        }
    }
    idle
}

/// Classes that never become more urgent under an order by ageing.
fn unranked(cx: &mut Context<'_>, model: &Model, observed: &[BTreeSet<usize>]) {
    let mut found = vec![];
    for epoch in &cx.loaded.epochs {
        let stages = epoch.scenario.stages.iter().enumerate();
        let stages = stages.map(|(s, stage)| (&stage.order, "stage", &stage.id, observed[s].clone()));
        let pools = epoch.scenario.pools.iter().filter_map(|pool| {
            let classes = observed_by(model, observed, cx.number_of(&pool.id)?);
            Some((&pool.order, "pool", &pool.id, classes))
        });
        for (order, kind, id, classes) in stages.chain(pools) {
            let Some(order) = order else { continue };
            let Some(ageing) = ageing(&order.value) else { continue };
            let rows = cx.classes.spread_observed(ageing);
            let without: Vec<usize> = classes.into_iter().filter(|&class| rows[class].is_none()).collect();
            if !without.is_empty() {
                let classes = names(model, without.into_iter());
                let message = format!("the ageing of {kind} `{}` says nothing of {classes}", id.value);
                found.push(
                    Diagnostic::new(Code::UnrankedClass, message)
                        .at(order.span, "its urgency stays 0")
                        .help("name it, or add a `default`"),
                );
            }
        }
    }
    cx.findings.extend(found);
}

/// The table of an order by ageing, itself or within a quota.
fn ageing(order: &scenario::Order) -> Option<&scenario::ByClass<scenario::Ageing>> {
    match order {
        scenario::Order::Ageing(table) => Some(table),
        scenario::Order::Quota { otherwise, .. } => ageing(otherwise),
        _ => None,
    }
}

/// Urgent work that the end of a shift meets.
fn urgent_pauses(cx: &mut Context<'_>, model: &Model) {
    let Some(class) = (0..model.classes.len()).find(|&c| model.params.iter().any(|p| p.preempt[c])) else {
        return;
    };
    let name = &model.classes[class].id;
    let preempt = cx.first.classes.iter().find(|c| c.id.value == *name).and_then(|c| c.preempt.as_ref());
    let preempt = preempt.map(|p| p.span);
    for (p, pool) in model.pools.iter().enumerate() {
        let pauses = model.params.iter().any(|params| {
            let now = &params.pools[p];
            now.shift_end == ShiftEnd::Pause && now.choice.takes.as_ref().is_none_or(|takes| takes[class])
        });
        let serves = model.stages.iter().any(|s| s.crew.pools().any(|q| q.index() == p));
        let always = pool.calendars.iter().all(|c| c.is_always());
        if !pauses || !serves || always {
            continue;
        }
        let Some(written) = cx.first.pools.iter().find(|w| w.id.value == pool.id) else { continue };
        let message =
            format!("urgent work of class `{name}` in pool `{}` pauses at the end of a shift", pool.id);
        let mut finding =
            Diagnostic::new(Code::UrgentPauses, message).at(written.id.span, longest_pause(written));
        if let Some(span) = preempt {
            finding = finding.see(span, "such cases interrupt others");
        }
        cx.findings.push(finding.help("write shift_end = \"finish\", or give urgent cases a pool on duty"));
    }
}

/// What the longest pause in the week of a pool does to a case that is taken up shortly before it.
fn longest_pause(pool: &scenario::Pool) -> String {
    const DAYS: [&str; 7] = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"];
    let day = |at: i64| DAYS[(at.rem_euclid(WEEK) / DAY) as usize];
    let clock = |at: i64| format!("{:02}:{:02}", at.rem_euclid(DAY) / HOUR, at.rem_euclid(HOUR) / MINUTE);
    let hours = pool.hours.as_ref().or_else(|| pool.shifts.iter().flatten().map(|shift| &shift.hours).next());
    let windows = hours.map(|hours| hours.windows.as_slice()).unwrap_or_default();
    let next = windows.iter().skip(1).chain(windows.first()).map(|(start, _)| *start);
    let pauses = windows.iter().zip(next).map(|((_, end), next)| (*end, (next - end).rem_euclid(WEEK)));
    // Of equal pauses the first one of the week.
    let Some((end, pause)) = pauses.min_by_key(|(_, pause)| std::cmp::Reverse(*pause)) else {
        return String::new();
    };
    let (last, back) = (end - 10 * MINUTE, end + pause);
    let until = if day(last) == day(back) { clock(back) } else { day(back).to_owned() };
    format!("what is taken up on {} at {} waits until {until}", day(last), clock(last))
}

/// False alarms in a year that are worth a word.
const MANY: f64 = 12.0;

/// Cases that an assessment takes for more urgent than they are, and that then interrupt people.
fn false_alarms(cx: &mut Context<'_>, model: &Model) {
    let params = &model.params[0];
    if !model.assesses || !params.preempt.contains(&true) {
        return;
    }
    let visits = visits_per_day(cx, model);
    for (s, stage) in params.stages.iter().enumerate() {
        let Some(assess) = &stage.assess else { continue };
        let mut a_year = 0.0;
        for (class, visits) in visits[s].iter().enumerate() {
            let urgent = |o: &ClassId| {
                params.preempt[o.index()] && model.precedence[o.index()] < model.precedence[class]
            };
            let share: f64 = assess
                .chances(ClassId::at(class))
                .iter()
                .filter(|(_, o)| o.as_ref().is_some_and(urgent))
                .map(|c| c.0)
                .sum();
            a_year += visits * share * 365.25;
        }
        if a_year < MANY {
            continue;
        }
        let written = &cx.first.stages[s];
        let digits = 10_f64.powf((a_year.log10().floor() - 2.0).max(0.0));
        let about = grouped((a_year / digits).round() * digits, 0);
        let message = format!(
            "false alarms of stage `{}` interrupt people about {about} times a year",
            written.id.value
        );
        let span = written.assess.as_ref().map_or(written.id.span, |a| a.span);
        let finding = Diagnostic::new(Code::FalseAlarms, message)
            .at(span, "cases that look urgent and are not")
            .help("let a second look confirm them before the class may interrupt");
        cx.findings.push(finding);
    }
}

/// How many cases of each true class come to each stage in a day, with rates and routes at the start: by following the
/// flow around until it no longer changes.
fn visits_per_day(cx: &mut Context<'_>, model: &Model) -> Vec<Vec<f64>> {
    let params = &model.params[0];
    let tips = cx.tips_at_start();
    let mut visits = vec![vec![0.0; model.classes.len()]; model.stages.len()];
    for class in 0..model.classes.len() {
        let mut flow = vec![0.0; model.stages.len()];
        for (source, (rate, mix)) in cx.first.sources.iter().zip(&tips) {
            let entry = source.enters.as_ref().and_then(|id| cx.stages.iter().position(|s| *s == id.value));
            flow[entry.unwrap_or(0)] += rate * mix[class];
        }
        // Rework dies out geometrically; who goes round a thousand times is lost count of.
        for _ in 0..1000 {
            let mut next = vec![0.0; flow.len()];
            for (s, cases) in flow.iter().enumerate().filter(|(_, cases)| **cases > 1e-9) {
                visits[s][class] += cases;
                let class = ClassId::at(class);
                let ways =
                    params.stages[s].routes.get(class.index()).map(|_| params.stages[s].ways(class, class));
                for (share, to) in ways.into_iter().flatten() {
                    if let Next::Stage(to) = to {
                        next[to.index()] += cases * share;
                    }
                }
            }
            flow = next;
        }
    }
    visits
}
