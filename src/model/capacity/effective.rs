//! What the posts of a pool come to on average: vacancies, absences, training, exposure caps, and what size does to speed.
//!
//! Each post is a renewal process of its own, so the expected number of filled posts follows exactly from the laws, here
//! in steps of a week: those who leave are a constant share of those who are there, and come back as new members when
//! the time to fill a vacancy has passed. Absences count in the long run, from the first day on. What load does to the
//! hazard of leaving is left out.

use crate::model::hours::day_phase;
use crate::model::staffing::{Staffing, spread};
use crate::model::{Hire, Law, Model, Params, PoolId, PoolParams, Training, WorkCalendar};
use crate::units::{DAY, Duration, Time, WEEK};

/// Expected members of every pool and what they can do.
pub(in crate::model) struct Effective<'m> {
    model: &'m Model,
    staffing: Staffing<'m>,
    /// By pool; none where nobody comes or goes by chance.
    curves: Vec<Option<Curve>>,
}

/// Expected members over time.
struct Curve {
    step: i64,
    /// By step.
    filled: Vec<f64>,
    /// By step: the same, those in training at their share of the work of others.
    productive: Vec<f64>,
}

/// What is wanted of a pool in a stretch of time.
#[derive(Debug, Clone, Copy)]
pub(super) struct Wanted {
    pub(super) from: Time,
    pub(super) until: Time,
    /// Hours of work of a trained member who does nothing else.
    pub(super) effort: f64,
    /// Those of them at exposing stages.
    pub(super) exposing: f64,
}

impl<'m> Effective<'m> {
    pub(in crate::model) fn new(model: &'m Model) -> Effective<'m> {
        let curves = (0..model.pools.len()).map(|p| moves(model, p).then(|| Curve::new(model, p))).collect();
        Effective { model, staffing: Staffing::new(model), curves }
    }

    fn params(&self, pool: PoolId, at: Time) -> &'m PoolParams {
        &self.model.params_at(at).pools[pool.index()]
    }

    /// Members at a moment.
    pub(in crate::model) fn members(&self, pool: PoolId, at: Time) -> f64 {
        match &self.curves[pool.index()] {
            Some(curve) => curve.filled[curve.at(at)],
            None => f64::from(self.staffing.members(pool, at)),
        }
    }

    /// Members that are not absent.
    pub(in crate::model) fn present(&self, pool: PoolId, at: Time) -> f64 {
        self.members(pool, at) * present(self.params(pool, at))
    }

    /// Member-hours on shift in `[from, until)`, of those who are there.
    pub(in crate::model) fn hours(&self, pool: PoolId, from: Time, until: Time) -> f64 {
        let Some(curve) = &self.curves[pool.index()] else {
            return self.staffing.hours(pool, from, until) * present(self.params(pool, middle(from, until)));
        };
        let pieces = curve.pieces(from, until).map(|(k, from, until)| {
            let params = self.params(pool, from);
            curve.filled[k] * present(params) * self.share_hours(pool, &params.shares, from, until)
        });
        pieces.sum()
    }

    /// Hours on shift of one member who is spread over the rota.
    fn share_hours(&self, pool: PoolId, shares: &[f64], from: Time, until: Time) -> f64 {
        let calendars = self.model.pools[pool.index()].calendars.iter().zip(shares);
        calendars.map(|(calendar, share)| share * calendar.working_between(from, until).hours()).sum()
    }

    /// How often a member's shift ends in `[from, until)`, all members together.
    pub(in crate::model) fn shift_ends(&self, pool: PoolId, from: Time, until: Time) -> f64 {
        let counted = f64::from(self.staffing.members(pool, from));
        let ends = self.staffing.shift_ends(pool, from, until);
        if counted > 0.0 { ends * self.present(pool, from) / counted } else { 0.0 }
    }

    /// Effort that a member does in an hour of its shift, on average.
    pub(in crate::model) fn pace(&self, pool: PoolId, at: Time) -> f64 {
        let params = self.params(pool, at);
        let learned = match &self.curves[pool.index()] {
            Some(curve) if curve.filled[curve.at(at)] > 0.0 => {
                curve.productive[curve.at(at)] / curve.filled[curve.at(at)]
            }
            _ => 1.0,
        };
        params.availability * learned.max(1e-6) * scale(params, self.members(pool, at))
    }

    /// Effort hours that the pool's members may put into exposing stages in `[from, until)`; without bounds where no cap
    /// says otherwise.
    pub(in crate::model) fn exposing(&self, pool: PoolId, from: Time, until: Time) -> f64 {
        let at = middle(from, until);
        let Some(cap) = self.params(pool, at).exposure_cap else { return f64::INFINITY };
        self.present(pool, at) * self.days(pool, from, until) * cap.hours()
    }

    /// Days in `[from, until)` on which a shift of a member begins.
    fn days(&self, pool: PoolId, from: Time, until: Time) -> f64 {
        let params = self.params(pool, middle(from, until));
        let phase = day_phase(self.model.start);
        let days = |calendar: &WorkCalendar| {
            if calendar.is_always() {
                return (until - from).0 as f64 / DAY as f64;
            }
            let starts = calendar
                .switches(from, until)
                .filter(|(_, begins)| *begins)
                .map(|(at, _)| (at.0 + phase).div_euclid(DAY));
            let mut days: Vec<i64> = starts.collect();
            days.dedup();
            days.len() as f64
        };
        let calendars = self.model.pools[pool.index()].calendars.iter().zip(&params.shares);
        calendars.map(|(calendar, share)| share * days(calendar)).sum()
    }

    /// The fewest posts that can do more in the long run than is wanted, spread over the rota as it is at the end;
    /// nothing where no number can.
    pub(super) fn fewest(&self, pool: PoolId, wanted: Wanted) -> Option<u32> {
        /// A load of exactly 1 must not be taken for less by rounding.
        const MORE: f64 = 1.0 + 1e-9;
        let Wanted { from, until, .. } = wanted;
        let at = Time(until.0 - 1);
        let params = self.params(pool, at);
        let (there, learned) = match self.curves[pool.index()] {
            Some(_) => (filled_share(params), learned(params)),
            None => (1.0, 1.0),
        };
        // What an hour on shift is worth.
        let pace = |n: u32| params.availability * learned * scale(params, f64::from(n) * there);
        let calendars = &self.model.pools[pool.index()].calendars;
        let each: Vec<f64> = calendars.iter().map(|c| c.working_between(from, until).hours()).collect();
        let exposing = params.exposure_cap.map(|cap| self.days(pool, from, until) * cap.hours());
        let part = there * present(params);
        let enough = |n: u32| {
            let shifts = spread(n, &params.shares);
            let hours: f64 = shifts.iter().zip(&each).map(|(&n, hours)| f64::from(n) * hours).sum();
            let exposed = exposing.is_none_or(|each| f64::from(n) * part * each > wanted.exposing * MORE);
            hours * part * pace(n) > wanted.effort * MORE && (exposed || wanted.exposing <= 0.0)
        };
        let mut high = 1;
        while !enough(high) {
            // A pool without hours never has enough; nor is a million members an answer.
            high = if high < 1_000_000 { high * 2 } else { return None };
        }
        let mut low = high / 2;
        while low + 1 < high {
            let middle = u32::midpoint(low, high);
            if enough(middle) { high = middle } else { low = middle }
        }
        Some(high)
    }
}

fn middle(from: Time, until: Time) -> Time {
    Time(i64::midpoint(from.0, until.0))
}

/// Whether members come and go by chance, or learn.
fn moves(model: &Model, pool: usize) -> bool {
    let rows = || model.params.iter().map(|params| &params.pools[pool]);
    let first = &model.params[0].pools[pool];
    let changes = first.filled < first.headcount || rows().any(|row| row.headcount != first.headcount);
    let by_chance = |row: &PoolParams| row.turnover.backfill.is_some() || row.turnover.training.is_some();
    rows().any(|row| row.turnover.attrition > 0.0) || (changes && rows().any(|row| by_chance(row)))
}

/// The share of the time that members are not absent, in the long run.
fn present(params: &PoolParams) -> f64 {
    params.turnover.absence.as_ref().map_or(1.0, |absence| {
        let (every, lasts) = (absence.every.mean(), absence.lasts.mean());
        if every + lasts > 0.0 { every / (every + lasts) } else { 1.0 }
    })
}

/// The share of the posts that is filled in the long run.
fn filled_share(params: &PoolParams) -> f64 {
    let vacant = params.turnover.backfill.as_ref().map_or(0.0, Law::mean);
    1.0 / (1.0 + params.turnover.attrition * vacant)
}

/// What members do against trained ones in the long run: their time in the post is exponential.
fn learned(params: &PoolParams) -> f64 {
    let Some(training) = &params.turnover.training else { return 1.0 };
    let parts = training.productivity.len().max(1) as f64;
    let newer = |i: f64| -(-params.turnover.attrition * training.lasts.0 as f64 * i / parts).exp_m1();
    let lost = |(i, share): (usize, &f64)| (newer(i as f64 + 1.0) - newer(i as f64)) * (1.0 - share);
    1.0 - training.productivity.iter().enumerate().map(lost).sum::<f64>()
}

/// What the number of members does to the speed of each.
fn scale(params: &PoolParams, members: f64) -> f64 {
    params.scale.map_or(1.0, |scale| scale.speed(members))
}

/// The expectation, while it is followed.
struct Expected {
    posts: f64,
    filled: f64,
    /// By step from now on: members who will come.
    coming: Vec<f64>,
    /// Step and number of those who learn.
    learning: Vec<(usize, f64)>,
}

impl Curve {
    fn new(model: &Model, pool: usize) -> Curve {
        let step = WEEK.min(model.end().0 / 64).max(model.end().0 / 4000).max(1);
        let steps = (model.end().0 / step) as usize + 1;
        let first = &model.params[0].pools[pool];
        let mut curve = Curve { step, filled: vec![], productive: vec![] };
        let mut state = Expected {
            posts: f64::from(first.headcount),
            filled: f64::from(first.filled),
            coming: vec![0.0; steps],
            learning: vec![],
        };
        let mut filling = (&model.params[0], filling(first, step, steps));
        let vacant = f64::from(first.headcount.saturating_sub(first.filled));
        if first.turnover.backfill.is_some() {
            state.advertise(0, vacant, &filling.1);
        }
        for k in 0..steps {
            let params: &Params = model.params_at(Time(k as i64 * step));
            let row = &params.pools[pool];
            if !std::ptr::eq(params, filling.0) {
                filling = (params, self::filling(row, step, steps));
            }
            state.change_posts(k, row, &filling.1);
            let before = state.filled;
            state.turn_over(k, row.turnover.attrition * step as f64, &filling.1);
            let filled = f64::midpoint(before, state.filled);
            curve.filled.push(filled);
            curve.productive.push(filled - state.lacks(k, step, row.turnover.training.as_ref()));
        }
        curve
    }

    fn at(&self, at: Time) -> usize {
        ((at.0.max(0) / self.step) as usize).min(self.filled.len() - 1)
    }

    /// The steps that make up a stretch of time.
    fn pieces(&self, from: Time, until: Time) -> impl Iterator<Item = (usize, Time, Time)> + '_ {
        let last = self.filled.len() - 1;
        (self.at(from)..=self.at(Time(until.0 - 1))).map(move |k| {
            let begin = Time(k as i64 * self.step).max(from);
            let end = if k == last { until } else { Time((k as i64 + 1) * self.step).min(until) };
            (k, begin, end)
        })
    }
}

/// The share of vacancies that is filled in the step in which they begin, and in each later one.
fn filling(params: &PoolParams, step: i64, steps: usize) -> Vec<f64> {
    let Some(law) = &params.turnover.backfill else { return vec![1.0] };
    let longest = (law.quantile(1.0 - 1e-6) / step as f64 + 2.0).min(steps as f64 + 1.0) as usize;
    let mut below = 0.0;
    let up_to = |j: usize| law.cdf((j as f64 + 0.5) * step as f64);
    let share = |j: usize| {
        let now = up_to(j);
        now - std::mem::replace(&mut below, now)
    };
    (0..=longest).map(share).collect()
}

impl Expected {
    fn advertise(&mut self, now: usize, posts: f64, filling: &[f64]) {
        let later = self.coming[now..].iter_mut().zip(filling);
        later.for_each(|(coming, share)| *coming += posts * share);
    }

    /// New posts and posts that are gone.
    fn change_posts(&mut self, now: usize, params: &PoolParams, filling: &[f64]) {
        let more = f64::from(params.headcount) - self.posts;
        self.posts = f64::from(params.headcount);
        if more > 0.0 {
            match params.hire {
                Hire::Backfill if params.turnover.backfill.is_some() => self.advertise(now, more, filling),
                Hire::Backfill | Hire::New => self.come(now, more),
                Hire::Trained => self.filled += more,
            }
        } else if more < 0.0 {
            let vacant: f64 = self.coming[now..].iter().sum();
            let closed = vacant.min(-more);
            if vacant > 0.0 {
                self.coming[now..].iter_mut().for_each(|coming| *coming *= 1.0 - closed / vacant);
            }
            if params.leave_last_hired && self.filled > self.posts {
                self.leave(self.filled - self.posts);
            }
        }
    }

    fn come(&mut self, now: usize, members: f64) {
        self.filled += members;
        self.learning.push((now, members));
    }

    fn leave(&mut self, members: f64) {
        let stay = 1.0 - members / self.filled.max(members);
        self.filled *= stay;
        self.learning.iter_mut().for_each(|(_, learning)| *learning *= stay);
    }

    /// A step in which some leave and others come; of too many, those who leave are not replaced.
    fn turn_over(&mut self, now: usize, hazard: f64, filling: &[f64]) {
        let surplus = (self.filled - self.posts).max(0.0);
        let leave = self.filled * -(-hazard).exp_m1();
        if leave > 0.0 {
            self.leave(leave);
            self.advertise(now, (leave - surplus).max(0.0), filling);
        }
        let come = std::mem::take(&mut self.coming[now]);
        if come > 0.0 {
            self.come(now, come);
        }
    }

    /// What those in training do less than others, in members.
    fn lacks(&mut self, now: usize, step: i64, training: Option<&Training>) -> f64 {
        let Some(Training { lasts, productivity }) = training.filter(|t| t.lasts > Duration::ZERO) else {
            self.learning.clear();
            return 0.0;
        };
        let part = |since: usize| {
            let age = (now - since) as f64 * step as f64 + if now > since { 0.0 } else { step as f64 / 4.0 };
            (age / lasts.0 as f64 * productivity.len() as f64) as usize
        };
        self.learning.retain(|(since, _)| part(*since) < productivity.len());
        self.learning.iter().map(|(since, members)| members * (1.0 - productivity[part(*since)])).sum()
    }
}
