//! The capacity check: how much work the tips bring to each pool, against the hours that are there.
//!
//! No simulation and no luck: expected tips, sent down their routes at once (the traffic equations), are multiplied by
//! mean efforts and held against the hours on shift, month by month. What this leaves out, all of it said where the
//! result is shown:
//!
//! * The time that cases spend on the way: work counts in the month in which its tip arrives.
//! * Losses: a case that loses patience or its evidence is taken to need all its work, and nobody overflows or is put
//!   aside. The load is *offered* load; a pool behind an overloaded one is offered more than will reach it.
//! * Overtime, start windows, preemption and the waiting of crews for their members, held for them or not.
//! * Where a stage lists several pools, the first that takes such a case does what fits into its hours, then the next;
//!   what fits nowhere is spread so that the loads are equal. Who is at work at which hour plays no part.
//! * The initial backlog is shown as hours of its own and is not in the load. Who it is about may send further tips.
//! * Work that is called off when other parts of the case have met: it is taken to be done in full.
//! * Loads are taken to be full, as they are when a pool has no hours to spare.
//! * A tip that may be linked is taken to find an open case of its class; a further tip about a subject is taken to find
//!   the case before over.
//! * Vacancies, absences, training, and the effect of size on speed count as expected; what load does to the hazard of
//!   leaving does not.

mod demand;
pub(super) mod effective;
mod events;
mod notes;
mod reach;
mod relief;
mod repeat;
mod split;
mod warnings;

use std::ops::Range;

use super::inflow::Inflow;
use super::{ClassId, Model, PoolId, StageId};
use crate::units::{MONTH, Time, YEAR};
use demand::{Demand, Sums};
use effective::{Effective, Wanted};
pub use notes::Note;
pub use reach::Reach;

/// What the capacity check finds.
#[derive(Debug)]
pub struct Capacity {
    /// By [`PoolId`].
    pub pools: Vec<PoolLoad>,
    /// The pool that is overloaded first (of several, the one with the highest load then); without an overload the
    /// pool with the highest load in any year. None without work.
    pub bottleneck: Option<PoolId>,
    /// Tips expected until the horizon, the initial backlog not counted.
    pub tips: f64,
    /// Events that one replication will take, roughly.
    pub events: f64,
    /// For each milestone and class, the share of tips that can ever reach it.
    pub reach: Vec<Reach>,
    /// What a planner should be told before simulating.
    pub warnings: Vec<Warning>,
    /// How mechanisms of this model were reckoned with.
    pub notes: Vec<Note>,
}

/// The load of one pool.
#[derive(Debug)]
pub struct PoolLoad {
    /// Which.
    pub pool: PoolId,
    /// By civil month from the start.
    pub months: Vec<Load>,
    /// By civil year from the start.
    pub years: Vec<Load>,
    /// For each of `years`, member-hours demanded by each of [`Model::report_classes`].
    pub by_class: Vec<Vec<f64>>,
    /// For each of `years`, member-hours demanded at each stage, stages without demand left out.
    pub by_stage: Vec<Vec<(StageId, f64)>>,
    /// Member-hours that the initial backlog still needs here.
    pub initial_hours: f64,
    /// When it gets more work than it can do, and how bad it is.
    pub overload: Option<Overload>,
    /// The fewest posts whose load is below 1 in the first year, vacancies of the long run counted; none where no number
    /// would do, as without hours.
    pub fewest_first_year: Option<u32>,
    /// The same in the last year, or from an overload on that begins in it.
    pub fewest_last_year: Option<u32>,
}

/// Work wanted and hours there in a stretch of time.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Load {
    /// First moment.
    pub from: Time,
    /// The first moment after.
    pub until: Time,
    /// Members at its end, as expected.
    pub members: f64,
    /// Cases that bring it work, each counted once, in however many parts it comes.
    pub cases: f64,
    /// Member-hours wanted: effort / what a member does in an hour of its shift. That is the availability, less for those
    /// in training and for what a larger number of members does to the speed of each.
    pub demanded_hours: f64,
    /// Member-hours on shift of those who are there; where a cap on exposure binds, only as many as it leaves for this
    /// mixture of work.
    pub available_hours: f64,
}

/// A pool gets more work than it can do, from a month on until the horizon.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Overload {
    /// The first moment of the first month after which the backlog, luck left out, is never worked off again.
    pub from: Time,
    /// The year that begins there, or what is left of the run.
    pub first: Load,
    /// The last year of the run, or from `from` on where that is later.
    pub last: Load,
    /// How many cases more wait for the pool after each month, on average from `from` to the horizon: the hours that are
    /// missing over those that a case wants in all.
    pub backlog_per_month: f64,
}

/// Something a planner should be told.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Warning {
    /// A pool gets more work than it can do.
    Overload {
        /// Which.
        pool: PoolId,
        /// Work wanted / hours there, in the year from `from` on.
        load: f64,
        /// The same in the last year of the run.
        load_at_end: f64,
        /// When it begins; [`Time::ZERO`]: from the first day.
        from: Time,
        /// Member-hours wanted in the year from `from` on.
        demanded_hours_per_year: f64,
        /// Member-hours on shift in that year.
        available_hours_per_year: f64,
        /// Growth of the backlog in cases.
        backlog_per_month: f64,
    },
    /// A pool has work and no hours at all for a year or, in a shorter run, for all of it.
    Unstaffed {
        /// Which.
        pool: PoolId,
        /// The first moment of the first such year.
        from: Time,
        /// Member-hours wanted in that year.
        demanded_hours_per_year: f64,
    },
    /// The pools of a crew have no hours in common, so nobody ever works there.
    CrewNeverMeets {
        /// Where.
        stage: StageId,
    },
    /// By the routes alone fewer cases can reach a milestone than the target asks for.
    TargetOutOfReach {
        /// Its number in [`Model::targets`].
        target: usize,
        /// At most this share.
        at_most: f64,
    },
}

/// One line of a table of loads.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Row<'m> {
    /// Id of the pool.
    pub pool: &'m str,
    /// Which year from the start, from 1.
    pub year: usize,
    /// The numbers of that year.
    pub load: Load,
    /// Whether the pool is the bottleneck.
    pub bottleneck: bool,
}

/// Holds the work that is offered to each pool against its hours.
pub fn check(model: &Model) -> Capacity {
    let (months, years) = (months(model), periods(model, 12));
    let mut sums = Sums::new(model);
    let initial = sums.of_initial(months[0]);
    let demand: Vec<Demand> = months.iter().map(|&(from, until)| sums.of_month(from, until)).collect();
    let found = Found { model, staff: &sums.staff, demand: &demand, initial: &initial };
    let pools: Vec<PoolLoad> =
        (0..model.pools.len()).map(|p| pool_load(&found, &months, &years, PoolId::at(p))).collect();
    let reach = reach::reach(model, &months);
    let moves = demand.iter().map(|d| d.moves).sum::<f64>() + initial.moves;
    let mut capacity = Capacity {
        bottleneck: bottleneck(&pools),
        tips: demand.iter().map(|d| d.tips).sum(),
        events: moves + events::beside_cases(model) + model.samples.len() as f64,
        pools,
        reach,
        warnings: vec![],
        notes: notes::notes(model),
    };
    capacity.warnings = warnings::warnings(model, &capacity);
    capacity
}

impl Capacity {
    /// Pool by pool, year by year.
    pub fn rows<'m>(&self, model: &'m Model) -> Vec<Row<'m>> {
        let mut rows = vec![];
        for pool in &self.pools {
            for (year, &load) in pool.years.iter().enumerate() {
                let id = &model.pools[pool.pool.index()].id;
                let bottleneck = self.bottleneck == Some(pool.pool);
                rows.push(Row { pool: id, year: year + 1, load, bottleneck });
            }
        }
        rows
    }

    /// Overloaded pools whose queues no case leaves by patience or a lapse. Where some do, only a run shows whether
    /// that is enough.
    pub fn unrelieved(&self, model: &Model) -> Vec<PoolId> {
        let relieved =
            |load: &PoolLoad| load.by_stage.iter().flatten().any(|(stage, _)| relief::at(model, *stage));
        let overloaded = self.pools.iter().filter(|load| load.overload.is_some());
        overloaded.filter(|load| !relieved(load)).map(|load| load.pool).collect()
    }

    /// Whether the caseload grows without end: no steady state may be spoken of.
    pub fn is_overloaded(&self) -> bool {
        self.pools.iter().any(|p| p.overload.is_some())
    }
}

impl Load {
    /// Member-hours wanted for each hour there: 0 without work, infinite where there is work and nobody to do it.
    pub fn load(&self) -> f64 {
        if self.demanded_hours > 0.0 { self.demanded_hours / self.available_hours } else { 0.0 }
    }

    /// Member-hours wanted in a year of 365.25 days at this pace.
    pub fn demanded_per_year(&self) -> f64 {
        self.demanded_hours * self.yearly()
    }

    /// Member-hours on shift in a year of 365.25 days at this pace.
    pub fn available_per_year(&self) -> f64 {
        self.available_hours * self.yearly()
    }

    fn yearly(&self) -> f64 {
        YEAR as f64 / (self.until - self.from).0 as f64
    }

    fn excess(&self) -> f64 {
        self.demanded_hours - self.available_hours
    }

    /// Several stretches, one after the other, as one.
    fn joined(stretches: &[Load]) -> Load {
        let sum = |of: fn(&Load) -> f64| stretches.iter().map(of).sum();
        let last = stretches.last().expect("a run has at least one month");
        Load {
            from: stretches[0].from,
            until: last.until,
            members: last.members,
            cases: sum(|l| l.cases),
            demanded_hours: sum(|l| l.demanded_hours),
            available_hours: sum(|l| l.available_hours),
        }
    }
}

/// Civil stretches of so many months from the start to the horizon, the last one cut there.
/// The months of the run, the last one cut at the horizon.
pub(super) fn months(model: &Model) -> Vec<(Time, Time)> {
    periods(model, 1)
}

fn periods(model: &Model, months: i64) -> Vec<(Time, Time)> {
    let boundary = |k: i64| {
        let date = model.start.checked_add(jiff::Span::new().months(k * months)).ok()?;
        Some(Time(date.duration_since(model.start).as_millis() as i64))
    };
    let mut all = vec![];
    let mut from = Time::ZERO;
    while from < model.horizon {
        let until = boundary(all.len() as i64 + 1).map_or(model.horizon, |t| t.min(model.horizon));
        all.push((from, until));
        from = until;
    }
    all
}

/// What the work and the hours of pools are put together from.
struct Found<'a> {
    model: &'a Model,
    staff: &'a Effective<'a>,
    /// By month.
    demand: &'a [Demand],
    initial: &'a Demand,
}

impl Found<'_> {
    fn month(&self, pool: PoolId, (from, until): (Time, Time), demand: &Demand) -> Load {
        let demand = &demand.pools[pool.index()];
        let (wanted, on_shift) = (demand.hours(), self.staff.hours(pool, from, until));
        // Of two bounds on the work, hours and exposure, the tighter one counts.
        let middle = Time(i64::midpoint(from.0, until.0));
        let exposing = demand.exposing(self.model) * self.staff.pace(pool, middle);
        let allowed = self.staff.exposing(pool, from, until);
        let capped = if exposing > 0.0 { wanted * allowed / exposing } else { f64::INFINITY };
        Load {
            from,
            until,
            members: self.staff.members(pool, Time(until.0 - 1)),
            cases: demand.cases(),
            demanded_hours: wanted,
            available_hours: on_shift.min(capped),
        }
    }

    /// The fewest posts that would do the work of some months.
    fn fewest(&self, pool: PoolId, months: &[Load], demand: &[Demand]) -> Option<u32> {
        let mut wanted = Wanted { from: months[0].from, until: months[0].until, effort: 0.0, exposing: 0.0 };
        for (month, demand) in months.iter().zip(demand) {
            // Those in training make the hours of a month worth less: what is wanted in the end is the work.
            let pace = self.staff.pace(pool, Time(i64::midpoint(month.from.0, month.until.0)));
            wanted.effort += month.demanded_hours * pace;
            wanted.exposing += demand.pools[pool.index()].exposing(self.model) * pace;
            wanted.until = month.until;
        }
        self.staff.fewest(pool, wanted)
    }
}

fn pool_load(found: &Found, months: &[(Time, Time)], years: &[(Time, Time)], pool: PoolId) -> PoolLoad {
    let (p, demand) = (pool.index(), found.demand);
    let loads: Vec<Load> =
        (months.iter().zip(demand)).map(|(&month, demand)| found.month(pool, month, demand)).collect();
    let of_year = |y: usize| y * 12..((y + 1) * 12).min(months.len());
    let overload = overload(&loads);
    let fewest = |months: Range<usize>| found.fewest(pool, &loads[months.clone()], &demand[months]);
    let begins = overload.map_or(0, |o| loads.partition_point(|month| month.from < o.from));
    let last = of_year(years.len() - 1);
    let (mut by_class, mut by_stage) = (vec![], vec![]);
    for y in 0..years.len() {
        let year = &demand[of_year(y)];
        by_class.push(demand::summed(year.iter().map(|d| &d.pools[p].by_class)));
        let stages = demand::summed(year.iter().map(|d| &d.pools[p].by_stage));
        let worked = stages.into_iter().enumerate().filter(|(_, hours)| *hours > 0.0);
        by_stage.push(worked.map(|(s, hours)| (StageId::at(s), hours)).collect());
    }
    PoolLoad {
        pool,
        years: (0..years.len()).map(|y| Load::joined(&loads[of_year(y)])).collect(),
        by_class,
        by_stage,
        initial_hours: found.initial.pools[p].hours(),
        overload,
        fewest_first_year: fewest(of_year(0)),
        fewest_last_year: fewest(last.start.max(begins)..last.end),
        months: loads,
    }
}

/// The first month from which on more is wanted than there is, whatever later month one stops at. A dip into slack is
/// thus no end of an overload as long as the backlog of before outlasts it, and a month with many holidays is no
/// beginning. Months differ by some working days, so fewer than three at the end of a longer run say nothing.
fn overload(months: &[Load]) -> Option<Overload> {
    /// In hours: sums of a load of exactly 1 must not be taken for more by rounding.
    const NOTHING: f64 = 1e-6;
    let (mut first, mut behind) = (None, 0.0);
    for (i, month) in months.iter().enumerate() {
        behind += month.excess();
        if behind <= NOTHING {
            (first, behind) = (None, 0.0);
        } else if first.is_none() {
            first = Some(i);
        }
    }
    let first = first.filter(|&i| i == 0 || months.len() - i >= 3)?;
    let all = Load::joined(&months[first..]);
    let hours_per_case = all.demanded_hours / all.cases;
    let length = (all.until - all.from).0 as f64 / MONTH as f64;
    Some(Overload {
        from: all.from,
        first: Load::joined(&months[first..(first + 12).min(months.len())]),
        last: Load::joined(&months[first.max(months.len().saturating_sub(12))..]),
        backlog_per_month: all.excess() / hours_per_case / length,
    })
}

fn bottleneck(pools: &[PoolLoad]) -> Option<PoolId> {
    let peak = |p: &PoolLoad| p.years.iter().map(Load::load).fold(0.0, f64::max);
    let overloaded = pools.iter().filter_map(|p| p.overload.map(|o| (p, o)));
    let first = overloaded
        .min_by(|(_, a), (_, b)| a.from.cmp(&b.from).then(b.first.load().total_cmp(&a.first.load())));
    match first {
        Some((pool, _)) => Some(pool.pool),
        None => {
            pools.iter().max_by(|a, b| peak(a).total_cmp(&peak(b))).filter(|p| peak(p) > 0.0).map(|p| p.pool)
        }
    }
}

/// The row of reports that a true class belongs to.
fn report(model: &Model, class: ClassId) -> usize {
    model.classes[class.index()].report
}

#[cfg(test)]
mod headcount_tests;
#[cfg(test)]
mod mechanism_tests;
#[cfg(test)]
mod tests;
