//! Split cases: in which part of the backlog each counts, and which job is the last to end at a stage.

use crate::run::uses::STATE_COUNT;
use crate::units::Time;

/// How many jobs of each split case are in which state, by slot of the case.
#[derive(Debug, Default)]
pub(super) struct Parts {
    rows: Vec<[u32; STATE_COUNT]>,
}

/// In which state a case counts: in work if any job is, else waiting, else delayed, else parked.
const FIRST: [usize; STATE_COUNT] = [1, 0, 2, 3];

impl Parts {
    /// A case is split: its jobs are told one by one.
    pub(super) fn begin(&mut self, slot: u32) {
        let slot = slot as usize;
        if self.rows.len() <= slot {
            self.rows.resize(slot + 1, [0; STATE_COUNT]);
        }
        self.rows[slot] = [0; STATE_COUNT];
    }

    /// A job of the case goes from one state to another; says from which to which the case goes by this.
    pub(super) fn shift(
        &mut self,
        slot: u32,
        from: Option<usize>,
        to: Option<usize>,
    ) -> (Option<usize>, Option<usize>) {
        let before = self.state(slot);
        let row = &mut self.rows[slot as usize];
        // Wrapping: facts that do not add up show in the books.
        from.inspect(|i| row[*i] = row[*i].wrapping_sub(1));
        to.inspect(|i| row[*i] = row[*i].wrapping_add(1));
        (before, self.state(slot))
    }

    /// In which state the case counts; none while all its jobs are between two.
    pub(super) fn state(&self, slot: u32) -> Option<usize> {
        let row = &self.rows[slot as usize];
        FIRST.into_iter().find(|state| row[*state] > 0)
    }
}

/// Of jobs the last end at a stage counts: it is known when no other job can still come to its first end there.
///
/// Kept for the stages at whose end a milestone looks, in cases that go on in jobs.
#[derive(Debug)]
pub(super) struct LastEnds<'a> {
    /// By stage: its number among those that are looked at.
    watched: &'a [Option<usize>],
    /// By stage, for each watched one: whether a case that is here may still end there.
    reach: &'a [Vec<bool>],
    /// How many stages are watched.
    width: usize,
    /// By slot of the job, then watched stage: whether its first end there may still come, and whether it came.
    jobs: Vec<(bool, bool)>,
    /// By slot of the case, then watched stage: jobs whose first end there may still come, and the last that came.
    cases: Vec<(u32, Option<Time>)>,
}

impl<'a> LastEnds<'a> {
    pub(super) fn new(watched: &'a [Option<usize>], reach: &'a [Vec<bool>]) -> LastEnds<'a> {
        let width = watched.iter().flatten().count();
        LastEnds { watched, reach, width, jobs: vec![], cases: vec![] }
    }

    /// A case is split.
    pub(super) fn split(&mut self, case: u32) {
        reset(&mut self.cases, case as usize * self.width, self.width);
    }

    /// A job begins; where it begins is told later.
    pub(super) fn begin(&mut self, case: u32, job: u32) {
        let first = job as usize * self.width;
        reset(&mut self.jobs, first, self.width);
        for i in 0..self.width {
            self.jobs[first + i].0 = true;
            self.cases[case as usize * self.width + i].0 += 1;
        }
    }

    /// A job comes to a stage; `each` hears which last ends are known by this.
    pub(super) fn come(&mut self, case: u32, job: u32, stage: usize, each: impl FnMut(usize, Time)) {
        let reach = self.reach;
        self.settle(case, job, |i, ended| ended || !reach[stage][i], each);
    }

    /// A job ends at a stage.
    pub(super) fn end(
        &mut self,
        (case, job): (u32, u32),
        stage: usize,
        now: Time,
        each: impl FnMut(usize, Time),
    ) {
        let Some(here) = self.watched[stage] else { return };
        let state = &mut self.jobs[job as usize * self.width + here];
        if !std::mem::replace(&mut state.1, true) {
            self.cases[case as usize * self.width + here].1 = Some(now);
        }
        self.settle(case, job, |_, ended| ended, each);
    }

    /// A job is over.
    pub(super) fn over(&mut self, case: u32, job: u32, each: impl FnMut(usize, Time)) {
        self.settle(case, job, |_, _| true, each);
    }

    /// Of the stages for which the job does not count any more, those at which the last end is known now.
    fn settle(
        &mut self,
        case: u32,
        job: u32,
        done: impl Fn(usize, bool) -> bool,
        mut each: impl FnMut(usize, Time),
    ) {
        for i in 0..self.width {
            let (may, ended) = &mut self.jobs[job as usize * self.width + i];
            // A track whose devices have met may come to a stage again.
            let now_may = !done(i, *ended);
            let (open, last) = &mut self.cases[case as usize * self.width + i];
            *open = *open + u32::from(now_may) - u32::from(*may);
            *may = now_may;
            if *open == 0
                && let Some(last) = last.take()
            {
                each(i, last);
            }
        }
    }
}

fn reset<T: Clone + Default>(rows: &mut Vec<T>, first: usize, width: usize) {
    if rows.len() < first + width {
        rows.resize(first + width, T::default());
    }
    rows[first..first + width].fill(T::default());
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_case_in_jobs_counts_as_its_busiest() {
        let mut parts = Parts::default();
        parts.begin(2);
        assert_eq!(parts.state(2), None);
        assert_eq!(parts.shift(2, None, Some(3)), (None, Some(3)));
        assert_eq!(parts.shift(2, None, Some(0)), (Some(3), Some(0)));
        assert_eq!(parts.shift(2, Some(0), Some(1)), (Some(0), Some(1)));
        assert_eq!(parts.shift(2, Some(1), Some(2)), (Some(1), Some(2)));
        assert_eq!(parts.shift(2, Some(2), None), (Some(2), Some(3)));
    }

    #[test]
    fn the_last_end_is_known_when_no_other_can_come() {
        // Stages 0 -> 1 -> 2; ends of stage 1 are looked at; from stage 2 nobody comes back.
        let (watched, reach) = ([None, Some(0), None], [vec![true], vec![true], vec![false]]);
        let mut ends = LastEnds::new(&watched, &reach);
        let known = std::cell::RefCell::new(vec![]);
        let each = |i, at| known.borrow_mut().push((i, at));
        ends.split(0);
        ends.begin(0, 1);
        ends.begin(0, 2);
        ends.begin(0, 3);
        for job in [1, 2, 3] {
            ends.come(0, job, 0, each);
        }
        ends.end((0, 1), 1, Time(10), each);
        ends.end((0, 1), 1, Time(11), each);
        ends.come(0, 2, 2, each);
        ends.end((0, 1), 0, Time(12), each);
        assert!(known.borrow().is_empty(), "job 3 may still end there");
        ends.over(0, 3, each);
        assert_eq!(*known.borrow(), [(0, Time(10))], "job 2 left it out, and job 1 ended there first at 10");
        ends.over(0, 1, each);
        assert_eq!(known.borrow().len(), 1);
    }
}
