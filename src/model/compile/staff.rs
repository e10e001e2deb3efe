//! Pools: their hours over the whole run and their numbers at each date.

use std::sync::Arc;

use super::Context;
use super::params::named;
use super::routes::holidays;
use crate::diagnostic::{Code, Diagnostic};
use crate::model::hours::{self, HoursFrom};
use crate::model::{Hire, Pool, PoolParams, PoolPlaces, ShiftEnd, WorkCalendar};
use crate::scenario::{self, WeekHours};
use crate::units::Time;

/// The most shifts that a rota may have.
const MOST_SHIFTS: usize = 200;

impl Context<'_> {
    /// What never changes of each pool.
    pub(super) fn pools(&mut self) -> Vec<Pool> {
        let mut rows = vec![];
        for name in self.pools.clone() {
            for epoch in &self.loaded.epochs {
                self.check_rota(named(&epoch.scenario.pools, &name, |p| &p.id));
            }
            rows.push(Pool { calendars: self.calendars(&name), places: PoolPlaces::of(&name), id: name });
        }
        rows
    }

    fn check_rota(&mut self, pool: &scenario::Pool) {
        let Some(shifts) = &pool.shifts else { return };
        if shifts.len() > MOST_SHIFTS {
            let message = format!("pool `{}` has more than {MOST_SHIFTS} shifts", pool.id.value);
            self.findings
                .push(Diagnostic::new(Code::TooLarge, message).at(shifts[MOST_SHIFTS].span, "one too many"));
        }
    }

    /// One calendar for each shift; a shift that is not there at some date has no hours then.
    fn calendars(&self, name: &str) -> Vec<Arc<WorkCalendar>> {
        let nobody = WeekHours { windows: vec![], span: crate::diagnostic::Span::default() };
        let all_holidays: Vec<Vec<_>> = self.loaded.epochs.iter().map(|e| holidays(&e.scenario)).collect();
        let pools = self.loaded.epochs.iter().map(|e| (e.at, named(&e.scenario.pools, name, |p| &p.id)));
        let groups = pools.clone().map(|(_, p)| p.shifts.as_ref().map_or(1, Vec::len)).max().unwrap_or(1);
        (0..groups.min(MOST_SHIFTS))
            .map(|group| {
                let hours = pools.clone().zip(&all_holidays).map(|((from, pool), holidays)| {
                    let windows = match &pool.shifts {
                        Some(shifts) => Some(shifts.get(group).map_or(&nobody, |s| &s.hours)),
                        None if group == 0 => pool.hours.as_ref(),
                        None => Some(&nobody),
                    };
                    let windows = windows.map(|h| h.windows.as_slice()).filter(|w| !whole_week(w));
                    let holidays = if pool.holidays.value { holidays.as_slice() } else { &[] };
                    HoursFrom { from, windows, holidays }
                });
                let hours: Vec<HoursFrom<'_>> = hours.collect();
                Arc::new(hours::calendar(self.start, &hours, Time::ZERO, self.end))
            })
            .collect()
    }

    /// A pool's numbers at one date. `before` are those of the snapshot before.
    pub(super) fn pool_params(
        &mut self,
        pool: &scenario::Pool,
        at: Time,
        before: Option<&PoolParams>,
    ) -> Option<PoolParams> {
        let (turnover, scale) = (self.turnover(pool), self.staff_scale(pool));
        let headcount = pool.headcount.value;
        let filled = pool.filled.as_ref().map_or(headcount, |f| f.value);
        let groups = self.groups(&pool.id.value);
        let mut shares: Vec<f64> = pool
            .shifts
            .as_ref()
            .map_or_else(|| vec![1.0], |s| s.iter().map(|shift| shift.share.value).collect());
        shares.resize(groups.max(shares.len()), 0.0);
        let fewer = before.is_some_and(|b| headcount < b.headcount);
        let more = before.is_some_and(|b| headcount > b.headcount);
        let cost = |value: Option<&scenario::At<f64>>| value.map_or(0.0, |v| v.value);
        Some(PoolParams {
            headcount,
            filled,
            shares,
            availability: pool.availability.value,
            shift_end: match pool.shift_end.value {
                scenario::ShiftEnd::Pause => ShiftEnd::Pause,
                scenario::ShiftEnd::Finish => ShiftEnd::Finish,
                scenario::ShiftEnd::HandOver => ShiftEnd::HandOver,
            },
            leave_last_hired: fewer && self.leaves_last_hired(&pool.id.value, at),
            hire: if more { self.hire(&pool.id.value, at) } else { Hire::default() },
            turnover: turnover?,
            choice: self.choice(pool),
            exposure_cap: pool.exposure_cap.as_ref().map(|cap| cap.value),
            scale: scale?,
            yearly_cost: cost(pool.yearly_cost.as_ref()),
            hourly_on_shift: pool.hourly.as_ref().map_or(0.0, |h| h.on_shift.value),
            hourly_worked: pool.hourly.as_ref().map_or(0.0, |h| h.worked.value),
            overtime_factor: pool.overtime_factor.value,
        })
    }

    fn groups(&self, name: &str) -> usize {
        let pools = self.loaded.epochs.iter().map(|e| named(&e.scenario.pools, name, |p| &p.id));
        pools.map(|p| p.shifts.as_ref().map_or(1, Vec::len)).max().unwrap_or(1).min(MOST_SHIFTS)
    }
}

/// Windows that cover the week are no hours at all: they have no holidays and no shift ends.
fn whole_week(windows: &[(i64, i64)]) -> bool {
    *windows == [(0, crate::units::WEEK)]
}
