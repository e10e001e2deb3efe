//! Laws and rules of stages and sources, made ready for steps; renewed when a dated change replaces them.

use std::rc::Rc;
use std::sync::Arc;

use super::clock::Clock;
use super::delay::DelayLaw;
use crate::model::{
    Crew, Law, Model, OutcomeId, PoolId, SourceParams, SpanLaw, Stage, StageKind, StageParams, WorkCalendar,
};
use crate::units::HOUR;

/// A stage under the parameters in force.
pub(super) struct StageTables {
    params: Arc<StageParams>,
    /// By observed class.
    pub(super) patience: Vec<Option<Rc<Patience>>>,
    /// By true class, at delay stages.
    pub(super) delays: Vec<Option<Rc<DelayLaw>>>,
    /// By true class: mean effort in hours.
    pub(super) effort: Vec<f64>,
    /// By true class: hours of effort that a task in hand still needs on average, looked at while it runs.
    pub(super) rest: Vec<f64>,
}

/// Members of pools who do a task together.
pub(super) struct Team {
    pub(super) needs: Vec<(PoolId, u32)>,
    /// With members of several pools: the hours that shifts of all of them share, for every choice of shifts.
    pub(super) common: Vec<WorkCalendar>,
    /// Where tasks begin only in windows: those that each choice of shifts shares with them.
    pub(super) windows: Option<Vec<WorkCalendar>>,
}

/// How long cases wait before they give up.
pub(super) struct Patience {
    pub(super) working_days: bool,
    pub(super) law: Survival,
}

/// A source under the parameters in force.
pub(super) struct SourceTables {
    params: Arc<SourceParams>,
    pub(super) evidence: Option<Evidence>,
}

/// How long evidence lasts.
pub(super) struct Evidence {
    pub(super) lasts: Survival,
    /// How old it is when the tip arrives, in steps.
    pub(super) lag: f64,
    pub(super) on_lapse: OutcomeId,
}

impl StageTables {
    pub(super) fn new(kind: StageKind, params: &Arc<StageParams>, clock: &Clock) -> StageTables {
        let delayed = kind == StageKind::Delay;
        let patience = |span: &SpanLaw| Patience {
            working_days: span.working_days,
            law: Survival::new(&span.law, clock),
        };
        let effort = |law: &Option<SpanLaw>| law.as_ref().map_or(0.0, |l| l.law.mean() / HOUR as f64);
        let rest = |law: &Option<SpanLaw>| {
            let law = law.as_ref().map(|l| &l.law).filter(|law| law.mean() > 0.0);
            law.map_or(0.0, |law| law.second_moment() / (2.0 * law.mean()) / HOUR as f64)
        };
        StageTables {
            params: Arc::clone(params),
            patience: once(&params.patience, patience),
            delays: if delayed { once(&params.time, |law| DelayLaw::new(law, clock)) } else { vec![] },
            effort: params.time.iter().map(effort).collect(),
            rest: params.time.iter().map(rest).collect(),
        }
    }

    pub(super) fn is_of(&self, params: &Arc<StageParams>) -> bool {
        Arc::ptr_eq(&self.params, params)
    }
}

/// What is made of laws, once of equal ones.
fn once<T>(laws: &[Option<SpanLaw>], make: impl Fn(&SpanLaw) -> T) -> Vec<Option<Rc<T>>> {
    let mut made: Vec<Option<Rc<T>>> = vec![];
    for law in laws {
        let same = laws[..made.len()].iter().position(|before| before == law);
        made.push(same.map_or_else(|| law.as_ref().map(|law| Rc::new(make(law))), |i| made[i].clone()));
    }
    made
}

/// Who may do the work of a stage, the first choice first.
pub(super) fn teams(model: &Model, stage: &Stage) -> Vec<Team> {
    let team = |needs: Vec<(PoolId, u32)>| {
        let mut common = vec![WorkCalendar::always()];
        for (pool, _) in &needs {
            let shifts = &model.pools[pool.index()].calendars;
            let with = |c: &WorkCalendar| shifts.iter().map(|s| c.intersection(s)).collect::<Vec<_>>();
            common = common.iter().flat_map(with).collect();
        }
        let windows = stage.starts.as_ref().map(|w| common.iter().map(|c| c.intersection(w)).collect());
        if needs.len() == 1 {
            common.clear();
        }
        Team { needs, common, windows }
    };
    match &stage.crew {
        Crew::Nobody => vec![],
        Crew::AnyOf(list) => list.iter().map(|&pool| team(vec![(pool, 1)])).collect(),
        Crew::Together(needs) => vec![team(needs.clone())],
    }
}

impl SourceTables {
    pub(super) fn new(params: &Arc<SourceParams>, clock: &Clock) -> SourceTables {
        let evidence = params.retention.as_ref().map(|r| Evidence {
            lasts: Survival::new(&r.lasts, clock),
            lag: clock.in_steps(r.lag.0 as f64),
            on_lapse: r.on_lapse,
        });
        SourceTables { params: Arc::clone(params), evidence }
    }

    pub(super) fn is_of(&self, params: &Arc<SourceParams>) -> bool {
        Arc::ptr_eq(&self.params, params)
    }
}

/// The probability that a length of time is not below an age (in steps).
pub(super) struct Survival {
    law: Law,
    /// Milliseconds in a step.
    step: f64,
    mean: f64,
    /// At every half step: ages of what joins in the middle of a step are met exactly.
    table: Vec<f64>,
}

impl Survival {
    fn new(law: &Law, clock: &Clock) -> Survival {
        let step = clock.in_milliseconds(1.0);
        let longest = (law.quantile(1.0 - 1e-9) / step).min(clock.steps as f64).max(0.0);
        // What lasts just so long is still there at that moment: laws are continuous or in whole milliseconds.
        let above = |i: usize| 1.0 - law.cdf(i as f64 * 0.5 * step - 0.5);
        let table = (0..2 * longest as usize + 4).map(above).collect();
        Survival { law: law.clone(), step, mean: law.mean() / step, table }
    }

    pub(super) fn above(&self, age: f64) -> f64 {
        let place = 2.0 * age.max(0.0);
        let i = place as usize;
        match self.table.get(i..i + 2) {
            Some(ends) => ends[0] + (ends[1] - ends[0]) * (place - i as f64),
            None => 1.0 - self.law.cdf(age * self.step - 0.5),
        }
    }

    /// The mean, in steps.
    pub(super) fn mean(&self) -> f64 {
        self.mean
    }

    /// The probability that what reaches an age reaches a later one too; 0 where nothing reaches the first.
    pub(super) fn between(&self, age: f64, later: f64) -> f64 {
        let there = self.above(age);
        if there > 0.0 { (self.above(later) / there).min(1.0) } else { 0.0 }
    }
}
