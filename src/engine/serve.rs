//! Members at work: who waits in front of a stage, who is taken up by whom, how work is interrupted and ends.

use std::cmp::Reverse;

use super::Engine;
use super::case::{Hours, State, Task};
use super::event_list::{Event, Rank};
use super::observer::{Fact, Interruption, Observer};
use super::queue::Place;
use crate::model::{ClassId, Crew, Limit, Order, PoolId, ShiftEnd, StageId, WorkCalendar};
use crate::units::{Duration, Time};

/// Which of the cases that a member could take is taken: the most urgent class, then the later stage, then the
/// longest wait, then the earlier arrival.
type Urgency = (u16, Reverse<StageId>, Time, u64);

/// A case that a member could take.
struct Candidate {
    urgency: Urgency,
    stage: StageId,
    class: ClassId,
    slot: u32,
}

impl<O: Observer> Engine<'_, O> {
    /// A case waits in front of a work stage; whoever works there may choose it when the event is over.
    pub(super) fn wait(&mut self, slot: u32, since: Time) {
        let case = &self.cases[slot];
        let (stage, visit) = (case.stage, u64::from(case.visit));
        let params = &self.params.stages[stage.index()];
        let places = &self.model.stages[stage.index()].places;
        let patience = match &params.patience[case.observed.index()] {
            Some(law) => self.after(since.max(Time::ZERO), law, case.key.draw(places.patience, 0, visit)),
            None => Time::NEVER,
        };
        let needs_effort = params.order == Order::ShortestDrawn;
        let case = &mut self.cases[slot];
        case.patience = patience;
        if needs_effort {
            self.draw_effort(slot);
        }
        self.cases[slot].order_key = self.order_key(slot, stage);
        self.fresh.push(slot);
        self.queue_up(slot);
    }

    /// Puts a case into its stage's queue under the key it has.
    pub(super) fn queue_up(&mut self, slot: u32) {
        self.tickets = self.tickets.wrapping_add(1);
        let case = &mut self.cases[slot];
        case.state = State::Waiting;
        case.ticket = self.tickets;
        let stage = case.stage.index();
        let params = &self.params.stages[stage];
        let place = place(&params.order, case.order_key, case.joined, case.number, slot, case.ticket);
        self.queues[stage].insert(case.observed.index(), place);
        touch(&mut self.touched, &self.model.stages[stage].crew);
    }

    /// A waiting case leaves the queue from wherever it stands.
    pub(super) fn leave_queue(&mut self, slot: u32) {
        self.cases[slot].state = State::Moving;
        let (stage, cases) = (self.cases[slot].stage.index(), &self.cases);
        self.queues[stage].leave(&|p: &Place| alive(cases, p));
    }

    /// What the stage's order says of a case that joins.
    pub(super) fn order_key(&self, slot: u32, stage: StageId) -> i64 {
        let case = &self.cases[slot];
        match &self.params.stages[stage.index()].order {
            Order::Class | Order::Fifo | Order::Lifo => 0,
            Order::Lapse => case.lapse.0,
            Order::Due(allowance) => match allowance[case.observed.index()] {
                Some(Limit::Plain(span)) => (case.arrived + span).0,
                Some(Limit::WorkingDays(span)) => self.model.working_days.finish_after(case.arrived, span).0,
                None => i64::MAX,
            },
            Order::Shortest(means) => means[case.observed.index()].round() as i64,
            Order::ShortestDrawn => case.effort.map_or(0, |e| e.0),
            Order::Score | Order::Ageing(_) | Order::Quota(_) => 0,
            Order::Random => {
                let place = self.model.stages[stage.index()].places.order;
                let u = case.key.stream(place, 0, u64::from(case.visit)).open01();
                (u * 9e18) as i64
            }
        }
    }

    /// The case's effort at its stage, drawn once and kept.
    pub(super) fn draw_effort(&mut self, slot: u32) -> Duration {
        let case = &self.cases[slot];
        if let Some(effort) = case.effort {
            return effort;
        }
        let law = self.params.stages[case.stage.index()].time[case.class.index()].as_ref();
        let law = &law.expect("compile gave every class an effort").law;
        let place = self.model.stages[case.stage.index()].places.effort;
        let drawn = Duration::from_millis_f64(law.sample(case.key.draw(place, 0, u64::from(case.visit))));
        self.cases[slot].effort = Some(drawn);
        drawn
    }

    /// Free members choose until nobody can start. Pools choose in the order of their ids; one that left a case to a
    /// pool listed before it looks again once somebody has started.
    pub(super) fn choose(&mut self) {
        let mut pool = 0;
        while pool < self.touched.len() {
            if !std::mem::take(&mut self.touched[pool]) {
                pool += 1;
                continue;
            }
            let mut started = false;
            while self.start_one(PoolId::at(pool)) {
                started = true;
            }
            if started {
                for (touched, deferred) in self.touched.iter_mut().zip(&mut self.deferred) {
                    *touched |= std::mem::take(deferred);
                }
            }
            pool = 0;
        }
        self.deferred.fill(false);
    }

    /// The lowest free member of the pool takes the most urgent case there is for it, if any.
    fn start_one(&mut self, pool: PoolId) -> bool {
        let Some(member) = self.pools[pool.index()].first_free() else { return false };
        let Some(best) = self.best_candidate(pool) else { return false };
        self.queues[best.stage.index()].take_head(best.class.index());
        let mut crew = std::mem::take(&mut self.crew);
        match &self.model.stages[best.stage.index()].crew {
            Crew::Together(needs) => {
                for &(p, n) in needs {
                    // Seized one by one, so that the next lowest number is found; the task's number follows below.
                    for _ in 0..n {
                        let m = self.pools[p.index()].first_free().expect("the crew was found complete");
                        self.pools[p.index()].seize(m, 0);
                        crew.push((p, m));
                    }
                }
            }
            Crew::AnyOf(_) | Crew::Nobody => {
                self.pools[pool.index()].seize(member, 0);
                crew.push((pool, member));
            }
        }
        self.crew = crew;
        self.begin_work(best.slot);
        self.crew.clear();
        true
    }

    fn best_candidate(&mut self, pool: PoolId) -> Option<Candidate> {
        let mut best: Option<Candidate> = None;
        for i in 0..self.stages_of[pool.index()].len() {
            let stage = self.stages_of[pool.index()][i];
            if self.queues[stage.index()].len() == 0 || !self.can_start(stage, pool) {
                continue;
            }
            if let Some(candidate) = self.head(stage)
                && best.as_ref().is_none_or(|b| candidate.urgency < b.urgency)
            {
                best = Some(candidate);
            }
        }
        best
    }

    /// Whether a member of this pool may start a task at the stage now.
    fn can_start(&mut self, stage: StageId, pool: PoolId) -> bool {
        let params = &self.model.stages[stage.index()];
        if params.starts.as_ref().is_some_and(|windows| !windows.is_open_with_end(self.now)) {
            return false;
        }
        match &params.crew {
            Crew::AnyOf(list) => {
                // A pool that is listed earlier and has somebody free takes it, when its turn comes.
                let earlier = list.iter().take_while(|p| **p != pool);
                for p in earlier {
                    if self.pools[p.index()].free() > 0 {
                        self.touched[p.index()] = true;
                        self.deferred[pool.index()] = true;
                        return false;
                    }
                }
                true
            }
            Crew::Together(needs) => needs.iter().all(|&(p, n)| self.pools[p.index()].free() >= n),
            Crew::Nobody => false,
        }
    }

    /// The first case of a stage under its order.
    fn head(&mut self, stage: StageId) -> Option<Candidate> {
        let by_class = self.params.stages[stage.index()].order == Order::Class;
        let (cases, queue) = (&self.cases, &mut self.queues[stage.index()]);
        let mut first: Option<((u16, Place), ClassId)> = None;
        for (class, &precedence) in self.model.precedence.iter().enumerate() {
            if let Some(place) = queue.head(class, &|p: &Place| alive(cases, p)) {
                let rank = (if by_class { precedence } else { 0 }, place);
                if first.is_none_or(|(least, _)| rank < least) {
                    first = Some((rank, ClassId::at(class)));
                }
            }
        }
        let ((_, place), class) = first?;
        let precedence = self.model.precedence[class.index()];
        let urgency = (precedence, Reverse(stage), cases[place.slot].joined, place.number);
        Some(Candidate { urgency, stage, class, slot: place.slot })
    }

    /// The members in `self.crew`, seized already, take up the case.
    fn begin_work(&mut self, slot: u32) {
        let resumed = std::mem::replace(&mut self.cases[slot].begun, true);
        let effort = self.draw_effort(slot);
        let index = self.tasks.insert(slot, self.now, &self.crew);
        let hours = self.hours_of_crew();
        let pace = self.pace_of_crew();
        let task = &mut self.tasks[index];
        (task.effort, task.hours, task.pace) = (effort, hours, pace);
        for &(pool, member) in &self.crew {
            self.pools[pool.index()].members[member as usize].doing = super::pool::Doing::Task(index);
        }
        self.preserve(slot, true);
        let elapsed = Duration::from_millis_f64(effort.0 as f64 / pace);
        let until = self.finish_after(hours, self.now, elapsed);
        let case = &mut self.cases[slot];
        (case.state, case.task, case.until, case.patience) = (State::InWork, index, until, Time::NEVER);
        let event = Event::new(until, Rank::Finish, case.stage.0, case.number, slot);
        self.census.in_work[case.stage.index()] += 1;
        self.events.schedule(event);
        self.tell_started(slot, resumed);
        self.tell_crew(index);
    }

    /// Work on a case is over or interrupted: its members are free. Returns the effort done in this stint.
    pub(super) fn stop_work(&mut self, slot: u32) -> Duration {
        let case = &self.cases[slot];
        let (index, stage, over) = (case.task, case.stage, case.until == self.now);
        let task = &self.tasks[index];
        let done = task.done + if over { task.effort } else { self.done_since(task) };
        self.census.in_work[stage.index()] -= 1;
        for i in 0..self.tasks[index].crew.len() {
            let (pool, member) = self.tasks[index].crew[i];
            self.pools[pool.index()].release(member);
            self.touched[pool.index()] = true;
        }
        self.tell_crew(index);
        self.tasks.remove(index);
        done
    }

    /// Effort done since a task was begun, or since its hours changed.
    pub(super) fn done_since(&self, task: &Task) -> Duration {
        let worked = self.working_between(task.hours, task.since, self.now);
        Duration::from_millis_f64(worked.0 as f64 * task.pace).min(task.effort)
    }

    /// Work goes back to its place in the queue with what is left of it.
    pub(super) fn interrupt(&mut self, slot: u32) {
        let stage = self.cases[slot].stage;
        let done = self.stop_work(slot);
        let case = &mut self.cases[slot];
        case.effort = case.effort.map(|left| left - done);
        case.state = State::Moving;
        self.tell(slot, Fact::Interrupted { stage, effort: done, why: Interruption::ShiftEnd });
        if self.cases[slot].lapsed { self.end_lapsed(slot) } else { self.queue_up(slot) }
    }

    /// A crew is as fast as its slowest member.
    fn pace_of_crew(&self) -> f64 {
        self.crew.iter().map(|(p, _)| self.params.pools[p.index()].availability).fold(f64::INFINITY, f64::min)
    }

    /// In which hours the crew works: those that all share; through the night if all whose shift ends finish what they
    /// began.
    pub(super) fn hours_of_crew(&mut self) -> Hours {
        let finishes = |p: PoolId| self.params.pools[p.index()].shift_end == ShiftEnd::Finish;
        let never_ends = |&(p, m): &(PoolId, u32)| {
            let group = self.pools[p.index()].members[m as usize].group;
            self.calendar(p, group).is_always()
        };
        if self.crew.iter().all(|c| finishes(c.0) || never_ends(c)) && self.crew.iter().any(|c| finishes(c.0))
        {
            return Hours::Through;
        }
        let mut shifts: Vec<(PoolId, u8)> = vec![];
        for &(pool, member) in &self.crew {
            let shift = (pool, self.pools[pool.index()].members[member as usize].group);
            if !shifts.contains(&shift) {
                shifts.push(shift);
            }
        }
        if let [(pool, group)] = shifts[..] {
            return Hours::Shift(pool, group);
        }
        shifts.sort_unstable();
        let known = self.common.iter().position(|(s, _)| *s == shifts);
        let index = known.unwrap_or_else(|| {
            let all = WorkCalendar::always();
            let common = shifts.iter().fold(all, |c, &(p, g)| c.intersection(self.calendar(p, g)));
            self.common.push((shifts, common));
            self.common.len() - 1
        });
        Hours::Common(index as u32)
    }

    fn calendar(&self, pool: PoolId, group: u8) -> &WorkCalendar {
        &self.model.pools[pool.index()].calendars[usize::from(group)]
    }

    pub(super) fn finish_after(&self, hours: Hours, start: Time, elapsed: Duration) -> Time {
        match hours {
            Hours::Shift(pool, group) => self.calendar(pool, group).finish_after(start, elapsed),
            Hours::Common(index) => self.common[index as usize].1.finish_after(start, elapsed),
            Hours::Through => start + elapsed,
        }
    }

    pub(super) fn working_between(&self, hours: Hours, from: Time, until: Time) -> Duration {
        match hours {
            Hours::Shift(pool, group) => self.calendar(pool, group).working_between(from, until),
            Hours::Common(index) => self.common[index as usize].1.working_between(from, until),
            Hours::Through => until - from,
        }
    }

    /// Tells the levels of every pool in a task's crew, each once.
    fn tell_crew(&mut self, task: u32) {
        for i in 0..self.tasks[task].crew.len() {
            let pool = self.tasks[task].crew[i].0;
            if !self.tasks[task].crew[..i].iter().any(|(p, _)| *p == pool) {
                self.tell_pool(pool);
            }
        }
    }
}

/// Whether an entry of a queue still stands for a waiting case.
pub(super) fn alive(cases: &super::CaseTable, place: &Place) -> bool {
    let case = &cases[place.slot];
    case.ticket == place.ticket && case.number == place.number && case.state == State::Waiting
}

/// A case's place under an order.
pub(super) fn place(order: &Order, key: i64, joined: Time, number: u64, slot: u32, ticket: u32) -> Place {
    let joined = if *order == Order::Lifo { -joined.0 } else { joined.0 };
    Place { key, joined, number, slot, ticket }
}

/// Members of these pools may have something new to choose from.
pub(super) fn touch(touched: &mut [bool], crew: &Crew) {
    match crew {
        Crew::AnyOf(list) => list.iter().for_each(|p| touched[p.index()] = true),
        Crew::Together(needs) => needs.iter().for_each(|(p, _)| touched[p.index()] = true),
        Crew::Nobody => {}
    }
}
