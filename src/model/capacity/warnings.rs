//! What a planner should be told of loads before anything is simulated.

use super::{Capacity, Reach, Warning};
use crate::model::{Crew, Model, StageId, WorkCalendar};
use crate::units::Time;

/// All of it, pools first.
pub(super) fn warnings(model: &Model, capacity: &Capacity) -> Vec<Warning> {
    let mut all = vec![];
    for load in &capacity.pools {
        let pool = load.pool;
        let unstaffed = load.years.iter().find(|y| y.demanded_hours > 0.0 && y.available_hours <= 0.0);
        if let Some(year) = unstaffed {
            let demanded_hours_per_year = year.demanded_per_year();
            all.push(Warning::Unstaffed { pool, from: year.from, demanded_hours_per_year });
        } else if let Some(o) = load.overload {
            all.push(Warning::Overload {
                pool,
                load: o.first.load(),
                load_at_end: o.last.load(),
                from: o.from,
                demanded_hours_per_year: o.first.demanded_per_year(),
                available_hours_per_year: o.first.available_per_year(),
                backlog_per_month: o.backlog_per_month,
            });
        }
    }
    let stages = (0..model.stages.len()).map(StageId::at);
    all.extend(stages.filter(|&s| never_meets(model, s)).map(|stage| Warning::CrewNeverMeets { stage }));
    for (number, target) in model.targets.iter().enumerate() {
        let of = |r: &&Reach| r.milestone == target.milestone && r.class == target.class;
        if let Some(at_most) = capacity.reach.iter().find(of).map(|r| r.at_most)
            && at_most < target.share - 1e-9
        {
            all.push(Warning::TargetOutOfReach { target: number, at_most });
        }
    }
    all
}

/// Whether no members of a crew's pools share an hour.
fn never_meets(model: &Model, stage: StageId) -> bool {
    match &model.stages[stage.index()].crew {
        Crew::Together(needs) => {
            let common = needs.iter().fold(vec![WorkCalendar::always()], |common, (pool, _)| {
                let shifts = &model.pools[pool.index()].calendars;
                common.iter().flat_map(|c| shifts.iter().map(|s| c.intersection(s))).collect()
            });
            common.iter().all(|c| c.working_between(Time::ZERO, model.end()).0 == 0)
        }
        Crew::AnyOf(_) | Crew::Nobody => false,
    }
}
