//! Subjects who were not stopped cause further tips: work that is not done creates work.

use super::Engine;
use super::event_list::{Event, Rank};
use super::observer::{Cause, Fact, Observer};
use crate::model::{ClassId, HazardPiece, Model, OutcomeId, SourceId};
use crate::random::{Key, Place, Purpose};
use crate::units::{Duration, Time};

/// A subject: its row, and which of the subjects in that row.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct SubjectId {
    row: u32,
    generation: u32,
}

/// Whom cases are about.
#[derive(Debug)]
struct Subject {
    generation: u32,
    /// Of the first tip.
    key: Key,
    class: ClassId,
    source: Option<SourceId>,
    /// The open case about it: row and life.
    open: Option<(u32, u32)>,
    /// Further tips so far.
    tips: u64,
    stopped: bool,
    /// Its ended cases that may be opened again.
    ended: Vec<u64>,
}

/// Subjects of classes that cause further tips.
#[derive(Debug)]
pub(super) struct Subjects {
    rows: Vec<Subject>,
    free: Vec<u32>,
    gap: Place,
    tip: Place,
}

impl Subjects {
    pub(super) fn new(_: &Model) -> Subjects {
        let place = |purpose| Place::new(purpose, "");
        Subjects {
            rows: vec![],
            free: vec![],
            gap: place(Purpose::RepeatGap),
            tip: place(Purpose::RepeatTip),
        }
    }

    /// A subject who has not been stopped, or not for long enough that the row was used again.
    fn get(&mut self, id: SubjectId) -> Option<&mut Subject> {
        Some(&mut self.rows[id.row as usize]).filter(|subject| subject.generation == id.generation)
    }

    /// An ended case of a subject may be opened again, until the subject is stopped.
    pub(super) fn keep_ended(&mut self, id: SubjectId, ended: u64) {
        if let Some(subject) = self.get(id) {
            subject.ended.push(ended);
        }
    }

    /// Whether a subject was stopped.
    pub(super) fn is_stopped(&mut self, id: SubjectId) -> bool {
        self.get(id).is_none_or(|subject| subject.stopped)
    }
}

impl<O: Observer> Engine<'_, O> {
    /// A case is about somebody new.
    pub(super) fn begin_subject(&mut self, slot: u32) {
        let case = &self.cases[slot];
        if self.model.classes[case.class.index()].repeat.is_empty() {
            return;
        }
        let row = self.subjects.free.pop();
        let generation = row.map_or(0, |row| self.subjects.rows[row as usize].generation + 1);
        let subject = Subject {
            generation,
            key: case.key,
            class: case.class,
            source: case.source,
            open: Some((slot, case.life)),
            tips: 0,
            stopped: false,
            ended: vec![],
        };
        let row = if let Some(row) = row {
            self.subjects.rows[row as usize] = subject;
            row
        } else {
            self.subjects.rows.push(subject);
            self.subjects.rows.len() as u32 - 1
        };
        self.cases[slot].subject = Some(SubjectId { row, generation });
        self.schedule_repeat(row);
    }

    /// Schedules the subject's next tip. One beyond the end of the run never comes.
    fn schedule_repeat(&mut self, id: u32) {
        let subject = &self.subjects.rows[id as usize];
        let need = subject.key.stream(self.subjects.gap, subject.tips + 1, 0).exp1();
        let at = after_hazard(&self.model.classes[subject.class.index()].repeat, self.now, need);
        if at < self.model.end() {
            self.events.schedule(Event::new(at, Rank::Repeat, 0, u64::from(id), id));
        }
    }

    /// A further tip about a subject: it concerns the open case, or opens one, as a tip of the first one's source.
    pub(super) fn repeat_tip(&mut self, event: Event) {
        let id = event.index;
        let subject = &mut self.subjects.rows[id as usize];
        if subject.stopped {
            self.subjects.free.push(id);
            return;
        }
        subject.tips += 1;
        let Subject { generation, key, class, source, open, tips, .. } = *subject;
        let key = key.key(self.subjects.tip, &[tips]);
        let open = open.filter(|(slot, life)| self.cases[*slot].life == *life);
        let slot = self.receive(key, class, source);
        self.cases[slot].subject = Some(SubjectId { row: id, generation });
        let reports = self.reports(source, key);
        self.tell(slot, Fact::Arrived { subject: false, reports });
        if let Some((root, _)) = open {
            self.end_linked(slot);
            self.link_to(root, source, key);
        } else {
            self.subjects.rows[id as usize].open = Some((slot, self.cases[slot].life));
            self.list_open(slot);
            self.enter_first_stage(slot, source);
        }
        self.schedule_repeat(id);
        self.run_moves();
    }

    /// The case is the open one of its subject, unless there is another.
    pub(super) fn open_case_of_subject(&mut self, slot: u32) {
        let cases = &self.cases;
        let Some(subject) = cases[slot].subject.and_then(|id| self.subjects.get(id)) else { return };
        if subject.open.is_none_or(|(row, life)| cases[row].life != life) {
            subject.open = Some((slot, cases[slot].life));
        }
    }

    /// A case ends: whether this stops its subject.
    pub(super) fn end_of_subject(&mut self, slot: u32, outcome: OutcomeId, cause: Cause) -> bool {
        if cause == Cause::Link {
            return false;
        }
        if self.cases[slot].link_after.take().is_some() {
            self.begin_subject(slot);
            self.tell(slot, Fact::SubjectBegan);
        }
        let stops = self.model.outcomes[outcome.index()].stops;
        let Some(id) = self.cases[slot].subject else { return stops };
        let own = Some((slot, self.cases[slot].life));
        let Some(subject) = self.subjects.get(id) else { return false };
        if subject.open == own {
            subject.open = None;
        }
        if !stops || std::mem::replace(&mut subject.stopped, true) {
            return false;
        }
        for ended in std::mem::take(&mut subject.ended) {
            self.forget_ended(self.cases[slot].class, ended);
        }
        true
    }
}

/// The moment at which a hazard has grown by `need` since `from`.
fn after_hazard(pieces: &[HazardPiece], from: Time, mut need: f64) -> Time {
    let mut at = from;
    let first = pieces.partition_point(|p| p.from <= from).max(1) - 1;
    for (i, piece) in pieces.iter().enumerate().skip(first) {
        let until = pieces.get(i + 1).map_or(Time::NEVER, |next| next.from);
        let room = piece.rate * (until - at).0 as f64;
        if need <= room && piece.rate > 0.0 {
            return at + Duration::from_millis_f64(need / piece.rate);
        }
        need -= room;
        at = until;
    }
    Time::NEVER
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hazard_grows_piece_by_piece() {
        let piece = |from, rate| HazardPiece { from: Time(from), rate };
        let pieces = [piece(0, 0.01), piece(100, 0.0), piece(200, 0.02)];
        assert_eq!(after_hazard(&pieces, Time(0), 0.5), Time(50));
        assert_eq!(after_hazard(&pieces, Time(50), 1.5), Time(250));
        assert_eq!(after_hazard(&pieces[..2], Time(50), 1.5), Time::NEVER);
    }
}
