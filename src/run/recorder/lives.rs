//! How long open cases have been where.

use std::num::NonZeroU32;

use crate::model::Model;
use crate::run::uses::{STATE_COUNT, Uses};

/// How long one case was in one state of one stage, all visits and all its jobs together.
#[derive(Debug, Clone, Copy)]
struct Stint {
    spent: i64,
    /// The [`life_cell`].
    cell: u32,
    next: Option<NonZeroU32>,
}

/// That of nobody.
const NO_STINT: Stint = Stint { spent: 0, cell: 0, next: None };

/// Where one life went so far: one stint at hand, all others in the arena of [`Lives`].
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Life {
    /// Of the stint at hand, which is a short one; 0 where there is none.
    spent: u32,
    cell: u32,
    /// The last of the others.
    others: Option<NonZeroU32>,
}

/// The stints of all open cases but one each, in one arena.
#[derive(Debug)]
pub(super) struct Lives {
    /// That of nobody stands first.
    stints: Vec<Stint>,
    /// The first of those that nobody needs any more; each knows the next.
    free: Option<NonZeroU32>,
    /// Whether a case can be in the same place twice: then one stint stands for all its visits.
    again: bool,
}

/// A state of a [row](super::rows) as one number.
#[inline]
pub(super) fn life_cell(row: u32, state: usize) -> u32 {
    row * STATE_COUNT as u32 + state as u32
}

/// The place of a stint, or of that of nobody.
fn number(stint: Option<NonZeroU32>) -> usize {
    stint.map_or(0, NonZeroU32::get) as usize
}

impl Lives {
    pub(super) fn new(model: &Model, uses: &Uses) -> Lives {
        let parks = (0..model.stages.len()).any(|stage| uses.parks(stage));
        let again = model.loop_stages > 0 || parks || uses.interrupts || uses.splits || uses.reopens;
        Lives { stints: vec![NO_STINT], free: None, again }
    }

    /// A case was in this state of a stage (a [`life_cell`]) for so long.
    #[inline]
    pub(super) fn add(&mut self, life: &mut Life, cell: u32, spent: i64) {
        match u32::try_from(spent) {
            Ok(0) => {}
            Ok(short) if life.spent == 0 => (life.spent, life.cell) = (short, cell),
            _ => self.add_another(life, cell, spent),
        }
    }

    /// The same where a stint is at hand already, or this is too long for it.
    #[inline(never)]
    fn add_another(&mut self, life: &mut Life, cell: u32, spent: i64) {
        if self.again {
            let sum = spent + i64::from(life.spent);
            if let (true, Ok(sum)) = (life.cell == cell, u32::try_from(sum)) {
                life.spent = sum;
                return;
            }
            let mut at = life.others;
            while at.is_some() {
                let stint = &mut self.stints[number(at)];
                if stint.cell == cell {
                    stint.spent += spent;
                    return;
                }
                at = stint.next;
            }
        }
        let stint = Stint { cell, next: life.others, spent };
        if self.free.is_some() {
            let free = std::mem::replace(&mut self.stints[number(self.free)], stint);
            life.others = std::mem::replace(&mut self.free, free.next);
        } else {
            life.others = NonZeroU32::new(self.stints.len() as u32);
            self.stints.push(stint);
        }
    }

    /// Looks at all stints of these lives, the same step of each before the next: each step of one has to wait for the step
    /// before. What comes of it says nothing.
    pub(super) fn glance(&self, lives: impl Iterator<Item = Life>) -> u32 {
        let mut last = lives.map(|life| number(life.others));
        let mut seen = 0;
        loop {
            let mut chains: [usize; 16] = std::array::from_fn(|_| last.next().unwrap_or(0));
            if chains == [0; 16] {
                return seen;
            }
            // Those that are over go on with the stint of nobody: which they are nobody can guess before it is read.
            while chains.iter().fold(0, |any, chain| any | chain) != 0 {
                for chain in &mut chains {
                    let stint = self.stints[*chain];
                    seen ^= stint.cell;
                    *chain = number(stint.next);
                }
            }
        }
    }

    /// Ends a life: hands every stint to `each` and forgets them.
    #[inline]
    pub(super) fn end(&mut self, life: &mut Life, mut each: impl FnMut(u32, i64)) {
        let Life { spent, cell, others } = std::mem::take(life);
        if spent > 0 {
            each(cell, i64::from(spent));
        }
        let mut at = others;
        while at.is_some() {
            let stint = &mut self.stints[number(at)];
            each(stint.cell, stint.spent);
            at = stint.next;
            if at.is_none() {
                stint.next = std::mem::replace(&mut self.free, others);
            }
        }
    }

    /// What a job was doing was its case's time.
    pub(super) fn hand_over(&mut self, job: Life, case: &mut Life) {
        self.add(case, job.cell, i64::from(job.spent));
        let mut at = job.others;
        while at.is_some() {
            let stint = self.stints[number(at)];
            self.stints[number(at)].next = std::mem::replace(&mut self.free, at);
            self.add(case, stint.cell, stint.spent);
            at = stint.next;
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;

    /// Short and long stints in few places, by steps that depend on nothing but their number.
    fn live(lives: &mut Lives, life: &mut Life, from: u64, steps: u64) -> BTreeMap<u32, i64> {
        let mut sums = BTreeMap::new();
        for step in from..from + steps {
            let (cell, shift) = ((step * 7 % 5) as u32, step * 11 % 36);
            let spent = (step as i64 % 3) << shift;
            lives.add(life, cell, spent);
            *sums.entry(cell).or_default() += spent;
        }
        sums.retain(|_, spent| *spent > 0);
        sums
    }

    fn end(lives: &mut Lives, life: &mut Life) -> BTreeMap<u32, i64> {
        let mut sums = BTreeMap::new();
        lives.end(life, |cell, spent| *sums.entry(cell).or_default() += spent);
        sums
    }

    #[test]
    fn lives_end_with_what_they_were_made_of_and_leave_nothing_behind() {
        for again in [false, true] {
            let mut lives = Lives { stints: vec![NO_STINT], free: None, again };
            for round in 0..50 {
                let (mut one, mut other) = (Life::default(), Life::default());
                let first = live(&mut lives, &mut one, round, 9);
                let second = live(&mut lives, &mut other, 3 * round, 4 + round % 7);
                assert_eq!(end(&mut lives, &mut one), first);
                let mut both = live(&mut lives, &mut one, round + 5, 6);
                lives.hand_over(other, &mut one);
                for (cell, spent) in second {
                    *both.entry(cell).or_default() += spent;
                }
                assert_eq!(end(&mut lives, &mut one), both);
                assert_eq!(end(&mut lives, &mut one), BTreeMap::new());
            }
            // What is free is used again: never more stints than two lives can have at once.
            assert!(lives.stints.len() <= 1 + 9 + 10, "{} stints", lives.stints.len());
        }
    }
}
