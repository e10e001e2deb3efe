//! To which models the short way applies, and what it asks of a stage.

use super::cases::{CLASSES, Row};
use crate::model::{
    Crew, Law, Model, Next, Order, PoolId, PoolParams, Prefers, Route, Source, SourceParams, SpanLaw, Stage,
    StageKind, StageParams,
};
use crate::random::{Place, Replication};
use crate::units::{Duration, Time};

/// Whether nothing in a model asks for more than a plain line.
pub fn applies(model: &Model) -> bool {
    let [params] = &model.params[..] else { return false };
    model.initial.is_empty()
        && model.spans.is_empty()
        && model.loop_stages == 0
        && model.linked.is_none()
        && model.precedence.len() <= CLASSES
        && model.classes.iter().all(|class| class.repeat.is_empty())
        && !params.preempt.contains(&true)
        && params.devices.iter().all(Option::is_none)
        && model.sources.iter().zip(&params.sources).all(|(source, params)| is_plain_source(source, params))
        && model.pools.iter().all(|pool| matches!(&pool.calendars[..], [only] if only.is_always()))
        && params.pools.iter().all(|pool| is_plain_pool(pool))
        && (0..model.stages.len()).all(|s| is_plain_stage(model, s))
}

fn is_plain_source(source: &Source, params: &SourceParams) -> bool {
    source.replay.is_empty() && params.burst.is_none() && params.retention.is_none() && params.link.is_none()
}

/// Members stay, are all alike, and take whatever comes.
fn is_plain_pool(pool: &PoolParams) -> bool {
    let turnover = &pool.turnover;
    pool.filled == pool.headcount
        && pool.exposure_cap.is_none()
        && pool.scale.is_none()
        && turnover.attrition == 0.0
        && turnover.training.is_none()
        && turnover.absence.is_none()
        && pool.choice.takes.is_none()
        && pool.choice.reserve.is_none()
        && pool.choice.order.is_none()
        && pool.choice.prefers == Prefers::Class
}

fn is_plain_stage(model: &Model, s: usize) -> bool {
    let (stage, params) = (&model.stages[s], &model.params[0].stages[s]);
    let rules = &stage.rules;
    let alone = match &stage.crew {
        Crew::Nobody => true,
        Crew::AnyOf(pools) => pools.len() == 1,
        Crew::Together(_) => false,
    };
    alone
        && stage.starts.is_none()
        && rules.split.is_none()
        && rules.gather.is_none()
        && rules.opens.is_none()
        && !rules.hold
        && params.assess.is_none()
        && params.park.is_none()
        && params.queue_limit.is_none()
        && (stage.kind != StageKind::Work || goes_by_joining(model, s, params))
}

/// Whether cases wait in lanes in which they stand in the order of joining, each as long as the others.
fn goes_by_joining(model: &Model, s: usize, params: &StageParams) -> bool {
    let known = |law: &Option<SpanLaw>| match law {
        Some(SpanLaw { law, working_days }) => law.is_constant().is_some() && !working_days,
        None => true,
    };
    let observed = 0..model.precedence.len();
    let same = |a: usize| {
        observed.clone().all(|b| {
            lane_of(model, s, a) != lane_of(model, s, b)
                || patience_of(model, s, a) == patience_of(model, s, b)
        })
    };
    matches!(params.order, Order::Class | Order::Fifo)
        && params.patience.iter().all(known)
        && observed.clone().all(same)
}

/// The lane of an observed class: by its precedence, or one for all.
pub(super) fn lane_of(model: &Model, stage: usize, observed: usize) -> usize {
    if model.params[0].stages[stage].order == Order::Fifo {
        return 0;
    }
    let mut ranks = model.precedence.clone();
    ranks.sort_unstable();
    ranks.dedup();
    ranks.binary_search(&model.precedence[observed]).expect("each class has its precedence")
}

/// How long a case of an observed class waits in front of a stage.
pub(super) fn patience_of(model: &Model, stage: usize, observed: usize) -> Option<Duration> {
    let law = model.params[0].stages[stage].patience[observed].as_ref()?;
    // What never varies is the same at every address.
    let anywhere = Replication::new(0, 0).draw(model.stages[stage].places.patience, 0, 0);
    let span = Duration::from_millis_f64(law.law.sample(anywhere));
    (Time::ZERO + span < Time::NEVER).then_some(span)
}

/// What is asked of a stage for each case.
pub(super) struct StageRow<'m> {
    pub(super) kind: StageKind,
    /// Whose members work there; of no meaning where nobody does.
    pub(super) pool: PoolId,
    pub(super) cost: f64,
    pace: f64,
    effort: Place,
    delay: Place,
    route: Place,
    model: &'m Model,
    params: &'m StageParams,
}

impl<'m> StageRow<'m> {
    pub(super) fn new(model: &'m Model, s: usize) -> StageRow<'m> {
        let (stage, params): (&Stage, _) = (&model.stages[s], &model.params[0]);
        let pool = stage.crew.pools().next();
        StageRow {
            kind: stage.kind,
            pool: pool.unwrap_or(PoolId(0)),
            cost: params.stages[s].cost,
            pace: pool.map_or(1.0, |pool| params.pools[pool.index()].availability),
            effort: stage.places.effort,
            delay: stage.places.delay,
            route: stage.places.route,
            model,
            params: &params.stages[s],
        }
    }

    /// The effort of a case, and how long it takes.
    #[inline]
    pub(super) fn effort(&self, case: &Row) -> (Duration, Duration) {
        let law = self.params.time[case.class().index()].as_ref().map(|law: &SpanLaw| &law.law);
        let draw = || case.key.draw(self.effort, 0, 0);
        let drawn = law.map_or(Duration::ZERO, |law: &Law| Duration::from_millis_f64(law.sample(draw())));
        (drawn, Duration::from_millis_f64(drawn.0 as f64 / self.pace))
    }

    /// How long a delay that begins at `now` takes a case.
    pub(super) fn delay(&self, case: &Row, now: Time) -> Duration {
        let law = self.params.time[case.class().index()].as_ref().expect("compile gave every class a delay");
        let span = Duration::from_millis_f64(law.law.sample(case.key.draw(self.delay, 0, 0)));
        if law.working_days { self.model.working_days.finish_after(now, span) - now } else { span }
    }

    /// Where a case goes afterwards; `pick` finds the choice of a uniform number.
    #[inline]
    pub(super) fn route(&self, case: &Row, pick: impl Fn(&[(f64, Next)], f64) -> Next) -> Next {
        let row = if self.params.route_by_observed { case.observed() } else { case.class() };
        let Route { choices } = &self.params.routes[row.index()];
        match choices[..] {
            [(_, only)] => only,
            _ => pick(choices, case.key.stream(self.route, 0, 0).open01()),
        }
    }
}
