//! A pool whose members are always there.

use super::super::free_set::FreeSet;
use super::super::observer::PoolLevel;
use crate::model::{Model, PoolId, StageId};

/// Members, and where they work.
#[derive(Debug)]
pub(super) struct Pool {
    members: u32,
    free: FreeSet,
    pub(super) stages: Vec<StageId>,
    /// Its members may have something new to choose from.
    pub(super) touched: bool,
    /// How many were busy when that was last asked.
    told: u32,
}

impl Pool {
    pub(super) fn new(model: &Model, pool: usize) -> Pool {
        let members = model.params[0].pools[pool].filled;
        let mut free = FreeSet::default();
        (0..members).for_each(|member| free.insert(member));
        let works = |s: &usize| model.stages[*s].crew.pools().any(|p| p == PoolId::at(pool));
        let stages = (0..model.stages.len()).filter(works).map(StageId::at).collect();
        Pool { members, free, stages, touched: false, told: 0 }
    }

    #[inline]
    pub(super) fn has_free(&self) -> bool {
        self.free.len() > 0
    }

    /// The lowest free member takes something up.
    #[inline]
    pub(super) fn seize(&mut self) -> u32 {
        let member = self.free.first().expect("somebody was found free");
        self.free.remove(member);
        member
    }

    /// A member has done what it took up.
    #[inline]
    pub(super) fn release(&mut self, member: u32) {
        self.free.insert(member);
        self.touched = true;
    }

    /// Whether more or fewer are busy than when this was last asked.
    #[inline]
    pub(super) fn has_news(&mut self) -> bool {
        let busy = self.members - self.free.len();
        std::mem::replace(&mut self.told, busy) != busy
    }

    /// What an observer is told.
    pub(super) fn level(&self) -> PoolLevel {
        let (posts, busy) = (self.members, self.members - self.free.len());
        PoolLevel { posts, filled: posts, on_shift: posts, busy, ..PoolLevel::default() }
    }
}
