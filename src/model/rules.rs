//! Rules that few stages have and that never change: parts, loads, places in a span.

use std::collections::BTreeSet;

use super::{Model, Next, PoolId, SpanId, StageId};
use crate::units::{Duration, Time};

/// Rules of a stage that never change and that few stages have.
#[derive(Debug, Clone, Default)]
#[allow(clippy::struct_excessive_bools, reason = "each is a key of the stage")]
pub struct StageRules {
    /// Free members are kept for the first case here until its crew is complete.
    pub hold: bool,
    /// Urgent cases may not interrupt its work.
    pub uninterruptible: bool,
    /// Its work counts against the exposure cap.
    pub exposure: bool,
    /// Jobs of a device split come here (its first stage too).
    pub per_device: bool,
    /// A case that comes here as a whole is split: into devices before it joins, into tracks when the stage ends.
    pub split: Option<Split>,
    /// Cases are handled together.
    pub gather: Option<Gather>,
    /// The span that a case enters with this stage.
    pub opens: Option<SpanId>,
    /// The spans that it leaves by entering this stage.
    pub closes: Vec<SpanId>,
    /// The spans with an assigned member whose pool works here: the member of the first one that the case stands in
    /// works on it.
    pub assigned: Vec<SpanId>,
}

/// A case goes on in parts, its jobs, until they meet again.
#[derive(Debug, Clone)]
pub struct Split {
    /// Into what.
    pub into: Parts,
    /// The stage where jobs arrive and the case goes on.
    pub then: StageId,
    /// Whether all jobs have to be over, or the first arrival is enough.
    pub join: Join,
    /// Where the case goes if no job arrived.
    pub none: Next,
}

impl Split {
    /// The stages where the parts begin that a case is split into at a stage.
    pub fn begins(&self, at: StageId) -> Vec<StageId> {
        match &self.into {
            Parts::Devices => vec![at],
            Parts::Tracks(tracks) => tracks.clone(),
        }
    }
}

impl Model {
    /// The stages where parts of cases stand, each for itself, until they meet.
    pub fn job_stages(&self) -> BTreeSet<StageId> {
        let mut all = BTreeSet::new();
        for (s, stage) in self.stages.iter().enumerate() {
            let Some(split) = &stage.rules.split else { continue };
            let begins = split.begins(StageId::at(s));
            let whole = |to| to == split.then || split.none == Next::Stage(to);
            all.extend(self.reached(&begins, whole));
            all.extend(begins);
        }
        all
    }
}

/// What a case is split into.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Parts {
    /// Its devices, which begin at the stage itself.
    Devices,
    /// One job for each of these stages, where it begins.
    Tracks(Vec<StageId>),
}

/// When a split case goes on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Join {
    /// When no job is left.
    #[default]
    All,
    /// When the first job arrives.
    First,
}

/// Cases that are handled together.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Gather {
    /// How many make a load.
    pub size: Load,
    /// Moments at which loads go, sorted; `None` where they go at any time.
    pub slots: Option<Vec<Time>>,
    /// A partial load goes after the longest wait has lasted so long.
    pub or_after: Option<Duration>,
}

/// How many cases make a load.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Load {
    /// Singly on a work stage; all that wait on a delay stage.
    #[default]
    Any,
    /// Exactly so many.
    Exactly(u32),
    /// So many at most.
    UpTo(u32),
}

/// A stretch of stages from the one that opens it to the one that closes it.
#[derive(Debug, Clone)]
pub struct Span {
    /// The stage with which it is entered.
    pub entry: StageId,
    /// The stage with which it is left; the end of the case where absent.
    pub until: Option<StageId>,
    /// The pool whose filled posts a limit by member counts, and whose member a case is assigned to.
    pub pool: Option<PoolId>,
    /// Whether one member of the pool stays with the case.
    pub same_member: bool,
}
