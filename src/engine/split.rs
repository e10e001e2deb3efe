//! A case in jobs: its devices, or tracks that it goes down at once, until they meet again.

use std::collections::{BTreeMap, BTreeSet};

use super::Engine;
use super::case::{Case, State, device_of, job_number};
use super::flow::Step;
use super::observer::{Cause, Fact, JobEnd, Observer};
use crate::model::{Join, Model, Next, Parts, Split, Stage, StageId};
use crate::random::{Place, Purpose};
use crate::units::Time;

/// The most devices that a case can have: more than that are not told apart.
const MOST_DEVICES: f64 = 65_535.0;

/// A case, or a track, that goes on in jobs.
#[derive(Debug)]
struct Row {
    /// Number and slot of each job that is not over.
    jobs: BTreeSet<(u32, u32)>,
    /// How many have arrived.
    arrived: u32,
    /// Jobs that are not over and have not passed the stage that stops the provider's clock.
    unpassed: u32,
    /// Whether any has passed it.
    passed: bool,
}

/// Rows of split cases.
#[derive(Debug, Default)]
pub(super) struct SplitTable {
    rows: Vec<Option<Row>>,
    free: Vec<u32>,
    /// How many stages take cases apart into devices.
    stages: usize,
    /// Of cases that may be split again: how many devices they have, by number.
    devices: BTreeMap<u64, u32>,
    /// Of these, how often each job joined each stage, by number and job.
    visits: BTreeMap<(u64, u32), Vec<u32>>,
}

impl SplitTable {
    pub(super) fn new(model: &Model) -> SplitTable {
        let devices = |stage: &&Stage| stage.rules.split.as_ref().is_some_and(|s| s.into == Parts::Devices);
        SplitTable { stages: model.stages.iter().filter(devices).count(), ..SplitTable::default() }
    }

    fn insert(&mut self, row: Row) -> u32 {
        if let Some(index) = self.free.pop() {
            self.rows[index as usize] = Some(row);
            return index;
        }
        self.rows.push(Some(row));
        self.rows.len() as u32 - 1
    }

    fn remove(&mut self, index: u32) -> Option<Row> {
        self.free.push(index);
        self.rows[index as usize].take()
    }

    fn row(&mut self, index: u32) -> &mut Row {
        self.rows[index as usize].as_mut().expect("a split case has a row until it meets again")
    }

    /// A case is over: nothing of it is kept here.
    pub(super) fn forget(&mut self, number: u64) -> KnownParts {
        let mut parts = KnownParts { devices: self.devices.remove(&number), visits: vec![] };
        if !self.visits.is_empty() {
            let old: Vec<_> = self.visits.range((number, 0)..=(number, u32::MAX)).map(|(k, _)| *k).collect();
            parts.visits.extend(old.into_iter().filter_map(|key| Some((key.1, self.visits.remove(&key)?))));
        }
        parts
    }

    /// A case is opened again, under another number.
    pub(super) fn restore(&mut self, number: u64, parts: KnownParts) {
        if let Some(devices) = parts.devices {
            self.devices.insert(number, devices);
        }
        self.visits.extend(parts.visits.into_iter().map(|(job, seen)| ((number, job), seen)));
    }
}

/// What is known of the parts of a case that has ended.
#[derive(Debug, Default)]
pub(super) struct KnownParts {
    devices: Option<u32>,
    visits: Vec<(u32, Vec<u32>)>,
}

impl<O: Observer> Engine<'_, O> {
    /// Whether the case is taken apart when it enters its stage. A device never is.
    #[inline]
    pub(super) fn splits_into_devices(&self, slot: u32) -> bool {
        let case = &self.cases[slot];
        let split = &self.model.stages[case.stage.index()].rules.split;
        split.as_ref().is_some_and(|s| s.into == Parts::Devices) && device_of(case.job) == 0
    }

    /// From now on the case, or track, goes on in jobs.
    pub(super) fn split(&mut self, slot: u32) {
        let stage = self.cases[slot].stage;
        let model = self.model;
        let split = model.stages[stage.index()].rules.split.as_ref().expect("the stage splits");
        let parts = self.parts(slot, split);
        let jobs = parts.len() as u32;
        let case = &mut self.cases[slot];
        case.state = State::Split;
        let whole = case.parent.is_none();
        let root = self.cases.root(slot);
        self.cases[root].parted = true;
        self.census.split += u64::from(whole);
        self.tell(slot, Fact::Split { stage, jobs });
        let row = Row { jobs: BTreeSet::new(), arrived: 0, unpassed: jobs, passed: false };
        let index = self.splits.insert(row);
        self.cases[slot].split = Some(index);
        let begun: Vec<(u32, StageId)> =
            parts.into_iter().map(|(job, first)| (self.begin_job(slot, index, job), first)).collect();
        if begun.is_empty() {
            return self.meet(slot);
        }
        let case = &self.cases[slot];
        let (joined, unparked, devices) = (case.joined, case.unparked, split.into == Parts::Devices);
        for (job, first) in begun.into_iter().rev() {
            // Devices have waited as long as their case has: in the parking lot, or for a place.
            self.push(job, if devices { Step::Follow(first, joined, unparked) } else { Step::Join(first) });
        }
    }

    /// Number and first stage of each job.
    fn parts(&mut self, slot: u32, split: &Split) -> Vec<(u32, StageId)> {
        match &split.into {
            Parts::Tracks(tracks) => {
                (1..).zip(tracks).map(|(track, first)| (job_number(track, 0), *first)).collect()
            }
            Parts::Devices => {
                let (track, stage) = (self.cases[slot].job >> 16, self.cases[slot].stage);
                (1..=self.devices(slot)).map(|device| (job_number(track, device), stage)).collect()
            }
        }
    }

    /// How many devices a case has: drawn once and kept, however often it is split.
    fn devices(&mut self, slot: u32) -> u32 {
        let case = &self.cases[slot];
        if let Some(known) = self.splits.devices.get(&case.number) {
            return *known;
        }
        let Some(law) = &self.params.devices[case.class.index()] else { return 1 };
        let drawn = law.sample(case.key.draw(Place::new(Purpose::Devices, ""), 0, 0));
        let devices = (drawn + 0.5).floor().clamp(0.0, MOST_DEVICES) as u32;
        if self.may_return(slot) || self.splits.stages > 1 {
            self.splits.devices.insert(case.number, devices);
        }
        devices
    }

    /// Whether the case may be split at its stage again.
    fn may_return(&self, slot: u32) -> bool {
        self.model.stages[self.cases[slot].stage.index()].loop_slot.is_some()
    }

    fn begin_job(&mut self, parent: u32, index: u32, job: u32) -> u32 {
        let row = Case {
            job,
            parent: Some(parent),
            split: None,
            effort: None,
            begun: false,
            running: 0,
            lapse: Time::NEVER,
            state: State::Moving,
            link_after: None,
            subject: None,
            sent_on: false,
            passed: false,
            ..self.cases[parent].clone()
        };
        let number = row.number;
        let slot = self.cases.insert(row);
        self.splits.row(index).jobs.insert((job, slot));
        if let Some(seen) = self.splits.visits.get(&(number, job)) {
            self.cases.visits_of(slot).copy_from_slice(seen);
        }
        self.tell(slot, Fact::JobBegan);
        slot
    }

    /// The stage at which a job meets the others.
    pub(super) fn joins_at(&self, job: u32) -> StageId {
        let parent = self.cases[job].parent.expect("only jobs meet");
        self.split_of(self.cases[parent].stage).then
    }

    fn split_of(&self, stage: StageId) -> &Split {
        self.model.stages[stage.index()].rules.split.as_ref().expect("the stage splits")
    }

    /// A job is over by itself. The case goes on if it was the last one, or the first one to arrive where that is enough.
    pub(super) fn job_over(&mut self, slot: u32, how: JobEnd) {
        let parent = self.cases[slot].parent.expect("only jobs are over by themselves");
        let index = self.cases[parent].split.expect("a case with jobs is split");
        self.take_out(slot, how);
        let join = self.split_of(self.cases[parent].stage).join;
        let row = self.splits.row(index);
        row.arrived += u32::from(how == JobEnd::Arrived);
        if row.jobs.is_empty() || (join == Join::First && row.arrived > 0) {
            self.meet(parent);
        }
    }

    /// The case, or track, goes on as one.
    fn meet(&mut self, slot: u32) {
        self.withdraw_jobs(slot);
        let stage = self.cases[slot].stage;
        let index = self.cases[slot].split.take().expect("a case with jobs is split");
        let row = self.splits.remove(index).expect("a split case has a row until it meets again");
        if row.passed {
            self.passed(slot);
        }
        self.cases[slot].state = State::Moving;
        self.census.split -= u64::from(self.cases[slot].parent.is_none());
        let root = self.cases.root(slot);
        if self.cases[root].lapsed && self.cases[root].running == 0 {
            return self.end_lapsed(slot);
        }
        let split = self.split_of(stage);
        let next = if row.arrived > 0 { Next::Stage(split.then) } else { split.none };
        self.go(slot, next, Cause::Route);
    }

    /// All jobs of a case, or track, are over: those that wait or are delayed at once; work in hand goes on for nothing.
    pub(super) fn withdraw_jobs(&mut self, slot: u32) {
        for job in self.jobs(slot) {
            self.withdraw(job);
        }
    }

    /// The same, and the case, or track, does not go on in jobs any more.
    pub(super) fn withdraw_all(&mut self, slot: u32) {
        self.withdraw_jobs(slot);
        let index = self.cases[slot].split.take();
        index.map(|index| self.splits.remove(index));
    }

    /// The evidence has lapsed: all jobs that are not in work are over.
    pub(super) fn withdraw_idle_jobs(&mut self, slot: u32) {
        for job in self.jobs(slot) {
            match self.cases[job].state {
                State::InWork => {}
                State::Split => {
                    self.withdraw_idle_jobs(job);
                    if self.jobs(job).is_empty() {
                        self.withdraw(job);
                    }
                }
                _ => self.withdraw(job),
            }
        }
    }

    /// The jobs of a case, or track, that are not over, by number.
    pub(super) fn jobs(&self, slot: u32) -> Vec<u32> {
        let row = self.cases[slot].split.and_then(|i| self.splits.rows[i as usize].as_ref());
        row.map_or_else(Vec::new, |row| row.jobs.iter().map(|(_, job)| *job).collect())
    }

    /// A job is over before it has arrived. Its case does not go on by this.
    pub(super) fn withdraw(&mut self, slot: u32) {
        match self.cases[slot].state {
            State::Waiting | State::Parked => self.step_out(slot),
            State::Delayed => self.stop_delay(slot),
            State::Split => self.withdraw_all(slot),
            State::InWork => {}
            State::Moving => self.leave_load(slot),
        }
        self.take_out(slot, JobEnd::Withdrawn);
    }

    /// Takes a job out of its case. What is in work stays until the work ends.
    fn take_out(&mut self, slot: u32, how: JobEnd) {
        let Case { parent, job, number, passed, state, .. } = self.cases[slot].clone();
        let parent = parent.expect("only jobs are part of something");
        self.tell(slot, Fact::JobEnded { how });
        if self.may_return(parent) {
            let seen = self.cases.visits_of(slot).to_vec();
            self.splits.visits.insert((number, job), seen);
        }
        if let Some(index) = self.cases[parent].split {
            let row = self.splits.row(index);
            row.jobs.remove(&(job, slot));
            row.unpassed -= u32::from(!passed);
            if row.passed && row.unpassed == 0 {
                self.passed(parent);
            }
        }
        if state == State::InWork {
            let root = self.cases.root(slot);
            self.cases[root].running -= 1;
            self.cases[slot].parent = None;
            self.cases[slot].orphan = true;
        } else {
            self.cases.remove(slot);
        }
    }

    /// It has passed the stage whose end stops the provider's clock; of jobs the last one counts.
    pub(super) fn passed(&mut self, slot: u32) {
        let Some(parent) = self.cases[slot].parent else { return self.keep_evidence(slot) };
        let Some(index) = self.cases[parent].split else { return };
        if std::mem::replace(&mut self.cases[slot].passed, true) {
            return;
        }
        let row = self.splits.row(index);
        row.passed = true;
        row.unpassed -= 1;
        if row.unpassed == 0 {
            self.passed(parent);
        }
    }
}
