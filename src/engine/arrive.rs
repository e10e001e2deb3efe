//! Tips arrive: steady streams, mass reports, and the cases that stand in the system at the start.

use super::Engine;
use super::case::{Case, Spot, State};
use super::event_list::{Event, Rank};
use super::flow::Step;
use super::observer::{Fact, Observer};
use crate::model::law::unit_gamma_quantile;
use crate::model::{ClassId, Initial, OutcomeId, RatePiece, Source, SourceId, StageId};
use crate::random::Key;
use crate::units::{Duration, Time};

/// How far a source has come.
#[derive(Debug)]
pub(super) struct SourceState {
    /// The rate piece that the stream is in.
    piece: usize,
    /// Where in it, in milliseconds and fractions of them: rounding never adds up.
    at: f64,
    /// The day whose multiplier is known, and it.
    day: Option<u32>,
    multiplier: f64,
    /// Tips so far.
    tips: u64,
    /// Number of the next mass report, and whether it is scheduled.
    next_burst: u64,
    burst_is_due: bool,
    /// Mass reports that are coming in.
    bursts: Vec<ActiveBurst>,
}

/// A mass report that is coming in.
#[derive(Debug)]
struct ActiveBurst {
    /// Its number.
    number: u64,
    /// When its tips come, and their numbers, the last first.
    tips: Vec<(Time, u64)>,
}

impl<O: Observer> Engine<'_, O> {
    /// Schedules each source's first epoch and first mass report.
    pub(super) fn open_sources(&mut self) {
        for (i, source) in self.model.sources.iter().enumerate() {
            self.sources.push(SourceState {
                piece: 0,
                at: 0.0,
                day: None,
                multiplier: 1.0,
                tips: 0,
                next_burst: 0,
                burst_is_due: false,
                bursts: vec![],
            });
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
        let batch = match &self.params.sources[id.index()].batch {
            Some(law) => count(law.sample(self.draws.draw(source.places.batch, epoch, 0))),
            None => 1,
        };
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
        let class = self.class_of(source, id, key);
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

    fn class_of(&self, source: &Source, id: SourceId, key: Key) -> ClassId {
        let params = &self.params.sources[id.index()];
        let u = key.stream(source.places.class, 0, 0).open01();
        let drift = self.now.0 as f64 / self.model.horizon.0 as f64;
        let end = params.mix_end.as_ref().unwrap_or(&params.mix);
        let mut cumulated =
            params.mix.iter().zip(end).map(|(start, end)| start + (end - start) * drift.min(1.0));
        ClassId::at(cumulated.position(|c| u < c).unwrap_or(params.mix.len() - 1))
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
        let Some(id) = source else { return 1 };
        let Some(bundle) = &self.params.sources[id.index()].bundle else { return 1 };
        let place = self.model.sources[id.index()].places.bundle;
        count(bundle.sample(key.draw(place, 0, 0))).min(u64::from(u32::MAX)) as u32
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

    /// The next epoch of a source: the unit-rate process mapped through the inverse of the cumulative rate.
    fn schedule_epoch(&mut self, id: SourceId, epoch: u64) {
        let source = &self.model.sources[id.index()];
        let state = &self.sources[id.index()];
        if source.rate.is_empty() || state.tips >= source.at_most {
            return;
        }
        let draw = self.draws.draw(source.places.gap, epoch, 0);
        let gap = match &self.params.sources[id.index()].gaps {
            Some(law) => law.sample(draw).max(0.0),
            None => draw.stream().exp1(),
        };
        let time = self.advance(id, gap);
        self.events.schedule(Event::new(time, Rank::Arrival, id.0, epoch, 0));
    }

    /// Moves a source's clock on by `need` expected epochs.
    fn advance(&mut self, id: SourceId, mut need: f64) -> Time {
        let source = &self.model.sources[id.index()];
        let end = self.model.end().0 as f64;
        loop {
            let piece = self.sources[id.index()].piece;
            let Some(&RatePiece { rate, day, .. }) = source.rate.get(piece) else { return Time::NEVER };
            let rate = rate * self.multiplier(source, id, piece, day);
            let until = source.rate.get(piece + 1).map_or(end, |next| next.from.0 as f64);
            let state = &mut self.sources[id.index()];
            let room = rate * (until - state.at);
            if need < room {
                state.at += need / rate;
                return Time(state.at.round() as i64);
            }
            need -= room;
            state.at = until;
            state.piece += 1;
        }
    }

    /// The good or bad luck of a day, from the uniform of (source, day): a plan with another rate keeps good days good.
    fn multiplier(&mut self, source: &Source, id: SourceId, piece: usize, day: u32) -> f64 {
        let dispersion = self.params.sources[id.index()].overdispersion;
        if dispersion <= 1.0 {
            return 1.0;
        }
        if self.sources[id.index()].day != Some(day) {
            let end = self.model.end();
            let mut expected = 0.0;
            for (i, p) in source.rate.iter().enumerate().skip(piece).take_while(|(_, p)| p.day == day) {
                let until = source.rate.get(i + 1).map_or(end, |next| next.from);
                expected += p.rate * (until - p.from).0 as f64;
            }
            let u = self.draws.stream(source.places.day, u64::from(day), 0).open01();
            let state = &mut self.sources[id.index()];
            state.day = Some(day);
            state.multiplier = day_multiplier(expected, dispersion, u);
        }
        self.sources[id.index()].multiplier
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

/// A gamma variate of mean 1 and variance (D-1)/m, where m epochs are expected and D is the variance-to-mean ratio of
/// the day's epochs.
fn day_multiplier(expected: f64, dispersion: f64, u: f64) -> f64 {
    let shape = expected / (dispersion - 1.0);
    if shape > 0.0 { unit_gamma_quantile(shape, u) } else { 1.0 }
}

/// A drawn number of things: rounded half up.
fn count(drawn: f64) -> u64 {
    (drawn + 0.5).floor().max(0.0) as u64
}
