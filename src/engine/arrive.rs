//! Tips arrive: steady streams, mass reports, and the cases that stand in the system at the start.

use super::Engine;
use super::case::{Case, Spot, State};
use super::event_list::{Event, Rank};
use super::flow::Step;
use super::observer::{Fact, Observer};
use super::source::{ActiveBurst, SourceState, batch, class_of, count, reports};
use crate::model::{ClassId, Initial, OutcomeId, SourceId, StageId};
use crate::random::Key;
use crate::units::{Duration, Time};

impl<O: Observer> Engine<'_, O> {
    /// Schedules each source's first epoch and first mass report.
    pub(super) fn open_sources(&mut self) {
        for (i, source) in self.model.sources.iter().enumerate() {
            self.sources.push(SourceState::default());
            self.schedule_epoch(SourceId::at(i), 0);
            self.schedule_recorded(SourceId::at(i), 0);
            self.schedule_burst(SourceId::at(i), source.from);
        }
    }

    /// An epoch of a source's stream: all tips of its batch arrive together.
    pub(super) fn arrive(&mut self, event: Event) {
        let (id, epoch) = (SourceId(event.place()), event.number());
        let source = &self.model.sources[id.index()];
        if let Some((_, row)) = source.replay.get(epoch as usize) {
            let key = self.draws.key(source.places.replayed_tip, &[*row]);
            self.tip(id, key);
            return self.schedule_recorded(id, epoch + 1);
        }
        let batch = batch((self.model, self.params), self.draws, id, epoch);
        self.awaited = self.awaited.saturating_add(batch);
        for i in 0..batch {
            if self.is_overfull() {
                return;
            }
            self.awaited -= 1;
            let key = self.draws.key(source.places.tip, &[epoch, i]);
            self.tip(id, key);
        }
        self.schedule_epoch(id, epoch + 1);
    }

    /// A mass report begins: its tips are spread over its length.
    pub(super) fn burst(&mut self, event: Event) {
        let (id, number) = (SourceId(event.place()), event.number());
        let source = &self.model.sources[id.index()];
        self.sources[id.index()].burst_is_due = false;
        self.sources[id.index()].next_burst += 1;
        let Some(burst) = &self.params.sources[id.index()].burst else { return };
        let size = count(burst.size.sample(self.draws.draw(source.places.burst_size, number, 0)));
        self.awaited = self.awaited.saturating_add(size);
        if self.is_overfull() {
            return;
        }
        let mut tips: Vec<(Time, u64)> = (0..size)
            .map(|i| {
                let u = self.draws.stream(source.places.burst_offset, number, i).open01();
                (self.now + Duration::from_millis_f64(u * burst.over.0 as f64), i)
            })
            .filter(|(time, _)| *time < source.until)
            .collect();
        self.awaited -= size - tips.len() as u64;
        tips.sort_unstable_by(|a, b| b.cmp(a));
        let bursts = &mut self.sources[id.index()].bursts;
        let slot = bursts.iter().position(|b| b.tips.is_empty()).unwrap_or(bursts.len());
        if slot == bursts.len() {
            bursts.push(ActiveBurst { number, tips });
        } else {
            bursts[slot] = ActiveBurst { number, tips };
        }
        self.schedule_burst_tip(id, slot);
        self.schedule_burst(id, self.now);
    }

    /// The next tip of a mass report.
    pub(super) fn burst_tip(&mut self, event: Event) {
        let (id, slot) = (SourceId(event.place()), event.index as usize);
        let burst = &mut self.sources[id.index()].bursts[slot];
        let (_, i) = burst.tips.pop().expect("an event is scheduled for a tip that is there");
        let key = self.draws.key(self.model.sources[id.index()].places.burst_tip, &[burst.number, i]);
        self.awaited -= 1;
        self.tip(id, key);
        self.schedule_burst_tip(id, slot);
    }

    /// One tip becomes a case, or concerns one that is known.
    fn tip(&mut self, id: SourceId, key: Key) {
        let source = &self.model.sources[id.index()];
        let state = &mut self.sources[id.index()];
        if state.tips >= source.at_most {
            return;
        }
        state.tips += 1;
        let class = class_of(self.model, self.params, self.now, id, key);
        let linked = self.is_linked(id, key).map(|link| link.after);
        let slot = self.receive(key, class, Some(id));
        let reports = self.reports(Some(id), key);
        let known = if linked == Some(None) { self.known(id, class, key, None) } else { None };
        let subject = linked.is_none() || (linked == Some(None) && known.is_none());
        self.tell(slot, Fact::Arrived { subject, reports });
        if let Some(known) = known {
            self.end_linked(slot);
            let root = self.bring(known);
            self.link_to(root, Some(id), key);
            return;
        }
        if subject {
            self.begin_subject(slot);
        } else {
            self.cases[slot].link_after = linked.flatten();
        }
        self.list_open(slot);
        self.enter_first_stage(slot, Some(id));
        self.run_moves();
    }

    /// A tip of a class arrives, with the settings of a source where it has one.
    #[inline]
    pub(super) fn receive(&mut self, key: Key, class: ClassId, source: Option<SourceId>) -> u32 {
        let params = source.map(|id| &self.params.sources[id.index()]);
        let retention = params.and_then(|p| p.retention.as_ref()).zip(source).map(|(r, id)| {
            let place = self.model.sources[id.index()].places.retention;
            let lasts = Duration::from_millis_f64(r.lasts.sample(key.draw(place, 0, 0)));
            (Time(self.now.0 - r.lag.0) + lasts, r.on_lapse)
        });
        let untold = self.model.assesses.then(|| self.model.unknown());
        let label = params.map_or(untold, |p| p.label);
        self.census.arrived[class.index()] += 1;
        let slot = self.open_case(key, self.now, class, label.unwrap_or(class), source);
        // Lapses precede arrivals, so a tip whose evidence lapses now comes too late.
        let late = retention.is_some_and(|(lapse, _)| lapse <= self.now);
        self.start_clock(slot, retention);
        self.cases[slot].lapsed = late;
        slot
    }

    /// The provider's clock runs.
    fn start_clock(&mut self, slot: u32, retention: Option<(Time, OutcomeId)>) {
        let Some((lapse, on_lapse)) = retention else { return };
        let case = &mut self.cases[slot];
        (case.lapse, case.on_lapse) = (lapse, Some(on_lapse));
        if lapse > self.now || self.now == Time::ZERO {
            self.events.schedule(Event::new(lapse, Rank::Lapse, 0, case.number, slot));
        }
    }

    /// Reports that were merged into a tip before it came.
    pub(super) fn reports(&self, source: Option<SourceId>, key: Key) -> u32 {
        source.map_or(1, |id| reports((self.model, self.params), id, key))
    }

    /// A case comes to the stage that tips of its source enter.
    pub(super) fn enter_first_stage(&mut self, slot: u32, source: Option<SourceId>) {
        let enters = source.map_or(StageId(0), |id| self.params.sources[id.index()].enters);
        self.push(slot, Step::Join(enters));
    }

    /// A case begins, with nothing done on it.
    pub(super) fn open_case(
        &mut self,
        key: Key,
        arrived: Time,
        class: ClassId,
        observed: ClassId,
        source: Option<SourceId>,
    ) -> u32 {
        let number = self.arrivals;
        self.arrivals += 1;
        self.census.open[class.index()] += 1;
        self.cases.insert(Case {
            number,
            key,
            arrived,
            joined: arrived,
            until: Time::NEVER,
            patience: Time::NEVER,
            lapse: Time::NEVER,
            effort: None,
            order_key: 0,
            score: None,
            on_lapse: None,
            source,
            link_after: None,
            subject: None,
            parent: None,
            split: None,
            load: None,
            class,
            observed,
            stage: StageId(0),
            job: 0,
            visit: 0,
            task: 0,
            ticket: 0,
            life: 0,
            running: 0,
            state: State::Moving,
            spot: Spot::Queue,
            begun: false,
            lapsed: false,
            initial: false,
            reopened: false,
            took_place: false,
            sent_on: false,
            sent_at: Time(i64::MIN),
            unparked: false,
            parted: false,
            passed: false,
            orphan: false,
        })
    }

    /// The next recorded arrival of a source, if it has any.
    fn schedule_recorded(&mut self, id: SourceId, index: u64) {
        let source = &self.model.sources[id.index()];
        let next = source.replay.iter().zip(0..).skip(index as usize);
        let mut inside = next.filter(|((time, _), _)| (source.from..source.until).contains(time));
        if let Some(((time, _), index)) = inside.next() {
            self.events.schedule(Event::new(*time, Rank::Arrival, id.0, index, 0));
        }
    }

    /// The next epoch of a source.
    fn schedule_epoch(&mut self, id: SourceId, epoch: u64) {
        let state = &mut self.sources[id.index()];
        if let Some(time) = state.next_epoch((self.model, self.params), self.draws, id, epoch) {
            self.events.schedule(Event::new(time, Rank::Arrival, id.0, epoch, 0));
        }
    }

    /// Schedules the next mass report of a source that has any and waits for none yet.
    pub(super) fn schedule_burst(&mut self, id: SourceId, after: Time) {
        let source = &self.model.sources[id.index()];
        let SourceState { next_burst: number, burst_is_due, tips, .. } = self.sources[id.index()];
        if burst_is_due {
            return;
        }
        let Some(burst) = &self.params.sources[id.index()].burst else { return };
        let gap = burst.every.sample(self.draws.draw(source.places.burst_gap, number, 0));
        // A gap of nothing would never end.
        let time = after.max(source.from) + Duration(Duration::from_millis_f64(gap).0.max(1));
        if time < source.until && tips < source.at_most {
            self.sources[id.index()].burst_is_due = true;
            self.events.schedule(Event::new(time, Rank::Burst, id.0, number, 0));
        }
    }

    fn schedule_burst_tip(&mut self, id: SourceId, slot: usize) {
        let burst = &self.sources[id.index()].bursts[slot];
        if let Some(&(time, _)) = burst.tips.last() {
            self.events.schedule(Event::new(time, Rank::BurstTip, id.0, burst.number, slot as u32));
        }
    }

    /// The cases that stand in the system at the start, oldest first.
    pub(super) fn place_initial(&mut self) {
        let mut all: Vec<(Time, usize, u64)> = vec![];
        self.awaited = self.model.initial.iter().map(|initial| initial.count).sum();
        if self.is_overfull() {
            return;
        }
        self.awaited = 0;
        for (row, initial) in self.model.initial.iter().enumerate() {
            for i in initial.first..initial.first + initial.count {
                let age = initial.age.sample(self.draws.draw(initial.places.age, i, 0));
                all.push((Time(-Duration::from_millis_f64(age).0), row, i));
            }
        }
        all.sort_unstable();
        for (arrived, row, i) in all {
            let initial = &self.model.initial[row];
            self.place_one(initial, arrived, i);
        }
    }

    fn place_one(&mut self, initial: &Initial, arrived: Time, i: u64) {
        let key = self.draws.key(initial.places.tip, &[i]);
        let retention = initial.source.filter(|_| initial.can_lapse);
        let retention = retention.and_then(|s| self.params.sources[s.index()].retention.as_ref()).map(|r| {
            // The evidence has not lapsed yet; where no value of the law allows that, it lapses at once.
            let age = (r.lag.0 - arrived.0) as f64;
            let lasts = r.lasts.sample_above(age, key.draw(initial.places.retention, 0, 0));
            let lapse = lasts.map_or(0, |l| arrived.0 - r.lag.0 + Duration::from_millis_f64(l).0);
            (Time(lapse.max(0)), r.on_lapse)
        });
        let slot = self.open_case(key, arrived, initial.class, initial.observed, initial.source);
        self.start_clock(slot, retention);
        self.cases[slot].initial = true;
        self.begin_subject(slot);
        self.list_open(slot);
        self.tell(slot, Fact::Arrived { subject: true, reports: 1 });
        let since = match &initial.waited {
            Some(law) => {
                let waited = law.sample(self.draws.draw(initial.places.waited, i, 0));
                arrived.max(Time(-Duration::from_millis_f64(waited).0))
            }
            None => arrived,
        };
        self.place_at(slot, initial.stage, since);
        self.run_moves();
    }
}
