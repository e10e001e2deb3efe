//! How many members each pool has over time, and how many hours they are on shift.

use super::{Model, Params, PoolId, WorkCalendar};
use crate::units::Time;

/// Members of every pool over the whole run.
///
/// As in the simulation: vacancies of the start stay vacant, added posts are filled at once, removed posts go vacant
/// ones first, then the last hired, or nobody. A member who finishes a task before leaving is taken to leave at once.
pub(super) struct Staffing<'m> {
    model: &'m Model,
    /// For each pool, sorted: from when on how many.
    levels: Vec<Vec<Level>>,
}

/// A stretch without a change.
struct Level {
    from: Time,
    members: u32,
    /// Members in each shift of the rota.
    shifts: Vec<u32>,
}

impl<'m> Staffing<'m> {
    pub(super) fn new(model: &'m Model) -> Staffing<'m> {
        let levels = (0..model.pools.len()).map(|p| levels(&model.params, p)).collect();
        Staffing { model, levels }
    }

    /// Members at a moment.
    pub(super) fn members(&self, pool: PoolId, at: Time) -> u32 {
        let levels = &self.levels[pool.index()];
        levels[levels.partition_point(|l| l.from <= at).max(1) - 1].members
    }

    /// Member-hours on shift in `[from, until)`.
    pub(super) fn hours(&self, pool: PoolId, from: Time, until: Time) -> f64 {
        self.summed(pool, from, until, |calendar, from, until| calendar.working_between(from, until).hours())
    }

    /// How often a member's shift ends in `[from, until)`, all members together.
    pub(super) fn shift_ends(&self, pool: PoolId, from: Time, until: Time) -> f64 {
        self.summed(pool, from, until, |calendar, from, until| {
            calendar.switches(from, until).filter(|(_, begins)| !begins).count() as f64
        })
    }

    /// What the calendars of all members say of a stretch, summed.
    fn summed(
        &self,
        pool: PoolId,
        from: Time,
        until: Time,
        of: impl Fn(&WorkCalendar, Time, Time) -> f64,
    ) -> f64 {
        let levels = &self.levels[pool.index()];
        let first = levels.partition_point(|l| l.from <= from).max(1) - 1;
        let mut sum = 0.0;
        for (i, level) in levels.iter().enumerate().skip(first).take_while(|(_, l)| l.from < until) {
            let end = levels.get(i + 1).map_or(until, |next| next.from.min(until));
            let calendars = &self.model.pools[pool.index()].calendars;
            for (n, calendar) in level.shifts.iter().zip(calendars) {
                sum += f64::from(*n) * of(calendar, level.from.max(from), end);
            }
        }
        sum
    }
}

fn levels(snapshots: &[Params], pool: usize) -> Vec<Level> {
    let first = &snapshots[0].pools[pool];
    let (mut posts, mut members) = (first.headcount, first.filled);
    let mut vacant = posts.saturating_sub(members);
    let mut levels: Vec<Level> = vec![];
    for snapshot in snapshots {
        let params = &snapshot.pools[pool];
        if params.headcount >= posts {
            members = members.max(params.headcount.saturating_sub(vacant));
        } else {
            vacant -= vacant.min(posts - params.headcount);
            if params.leave_last_hired {
                members = members.min(params.headcount.saturating_sub(vacant));
            }
        }
        posts = params.headcount;
        let shifts = spread(members, &params.shares);
        if levels.last().is_none_or(|l| l.shifts != shifts) {
            levels.push(Level { from: snapshot.from, members, shifts });
        }
    }
    levels
}

/// Members by shift: each joins the one that is furthest below its share, the first of equals.
pub(super) fn spread(members: u32, shares: &[f64]) -> Vec<u32> {
    let mut shifts = vec![0; shares.len()];
    if let [only] = &mut shifts[..] {
        *only = members;
        return shifts;
    }
    for present in 0..members {
        let lack = |g: usize| shares[g] * f64::from(present + 1) - f64::from(shifts[g]);
        let neediest =
            (1..shares.len()).fold(0, |best, g| if lack(g) > lack(best) + 1e-9 { g } else { best });
        shifts[neediest] += 1;
    }
    shifts
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::super::testing::{model, with_headcount};
    use super::super::{PoolParams, WorkCalendar};
    use super::*;
    use crate::units::DAY;

    #[test]
    fn posts_come_and_go_as_in_the_simulation() {
        let mut m = model(70, &["a"]);
        let p = m.pool("p", 6, WorkCalendar::always());
        m.pool_params(p).filled = 4;
        let first = m.params[0].pools[0].clone();
        m.change(10).pools[0] = with_headcount(&first, 8);
        m.change(20).pools[0] = with_headcount(&first, 5);
        let stay = Arc::new(PoolParams { headcount: 2, leave_last_hired: false, ..(*first).clone() });
        m.change(30).pools[0] = stay;
        m.change(40).pools[0] = with_headcount(&first, 4);
        let staffing = Staffing::new(&m);
        let at = |day: i64| staffing.members(p, Time(day * DAY));
        assert_eq!((at(0), at(10), at(20), at(30), at(40)), (4, 6, 5, 5, 5));
        let hours = staffing.hours(p, Time(5 * DAY), Time(25 * DAY));
        assert!((hours - 24.0 * (5.0 * 4.0 + 10.0 * 6.0 + 5.0 * 5.0)).abs() < 1e-9);
    }

    #[test]
    fn members_are_spread_by_shares() {
        assert_eq!(spread(5, &[0.5, 0.25, 0.25]), [3, 1, 1]);
    }
}
