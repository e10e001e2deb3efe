//! Everything that is told in one replication, kept so that what was drawn can be read off: for the tests of `drawn_tips`,
//! `drawn_work` and `drawn_staff`.

use std::collections::BTreeMap;

use caseload::engine::{CaseView, Cause, Census, Fact, MemberFact, Observer, PoolLevel, simulate};
use caseload::model::{Model, PoolId, StageId};
use caseload::units::{DAY, Time};

/// How often the tests of one function may refuse a perfect program: once in 100,000 seeds.
pub(crate) const ERROR: f64 = 1e-5;

/// What the scenarios have in common. A pool is named in which nobody works, so that cases wait for ever.
pub(crate) const HEAD: &str = "[scenario]\nstart = 2025-01-06\nhorizon = \"600 days\"\nsample = \"7 days\"\nreplications = 1\nseed = 31\n\
    [[class]]\nid = \"a\"\ndevices = { geometric = { mean = 4 } }\n\
    [[class]]\nid = \"b\"\ndevices = { binomial = { n = 5, p = 0.6 } }\n\
    [[class]]\nid = \"c\"\n[[class]]\nid = \"e\"\nrepeat = \"40 per year\"\n[[class]]\nid = \"f\"\n\
    [[outcome]]\nid = \"done\"\ncounts_as = \"closed\"\n[[outcome]]\nid = \"lost\"\ncounts_as = \"lost\"\n\
    [[pool]]\nid = \"nobody\"\nheadcount = 0\n";

/// What a fact says, without what is of no use here.
#[derive(Clone, Copy, PartialEq)]
pub(crate) enum What {
    Arrived(u32),
    Joined(StageId, Time),
    Started(StageId),
    Finished(StageId, f64),
    Reneged,
    Split(u32),
    Linked,
    Believed,
    Ended(Cause),
}

/// Everything that was told.
pub(crate) struct Log<'m> {
    model: &'m Model,
    pub(crate) facts: Vec<(Time, CaseView, What)>,
    pub(crate) members: Vec<(Time, PoolId, u32, MemberFact)>,
}

impl Observer for Log<'_> {
    fn fact(&mut self, now: Time, case: CaseView, fact: Fact<'_>) {
        let what = match fact {
            Fact::Arrived { reports, .. } => What::Arrived(reports),
            Fact::Joined { stage, since, .. } => What::Joined(stage, since),
            Fact::Started { stage, .. } => What::Started(stage),
            Fact::Finished { stage, effort } => What::Finished(stage, effort.hours()),
            Fact::Reneged { .. } => What::Reneged,
            Fact::Split { jobs, .. } => What::Split(jobs),
            Fact::Linked => What::Linked,
            Fact::Believed { .. } => What::Believed,
            Fact::Ended { cause, .. } => What::Ended(cause),
            _ => return,
        };
        self.facts.push((now, case, what));
    }
    fn member(&mut self, now: Time, pool: PoolId, member: u32, fact: MemberFact) {
        self.members.push((now, pool, member, fact));
    }
    fn pool(&mut self, _: Time, _: PoolId, _: PoolLevel) {}
    fn changed(&mut self, _: Time, _: usize) {}
    fn sample(&mut self, _: Time, _: &Census) {}
}

impl Log<'_> {
    pub(crate) fn of(model: &Model) -> Log<'_> {
        let mut log = Log { model, facts: vec![], members: vec![] };
        simulate(model, 0, &mut log);
        log
    }

    pub(crate) fn is_from(&self, case: &CaseView, source: &str) -> bool {
        !case.initial && case.source.is_some_and(|s| self.model.sources[s.index()].id == source)
    }

    /// Tips of a source, and their reports.
    pub(crate) fn tips<'a>(&'a self, source: &'a str) -> impl Iterator<Item = (&'a CaseView, u32)> + 'a {
        self.facts.iter().filter_map(move |(_, case, what)| match what {
            What::Arrived(reports) if !case.reopened && self.is_from(case, source) => Some((case, *reports)),
            _ => None,
        })
    }

    /// When they came, in days.
    pub(crate) fn days(&self, source: &str) -> Vec<f64> {
        self.tips(source).map(|(case, _)| case.arrived.0 as f64 / DAY as f64).collect()
    }

    pub(crate) fn stage(&self, id: &str) -> StageId {
        StageId::at(self.model.stages.iter().position(|s| s.id == id).unwrap())
    }

    /// Days between a member's facts of two kinds, from the first day on for the first kind, if they begin early.
    pub(crate) fn spells(&self, pool: &str, from: MemberFact, to: MemberFact, from_start: bool) -> Vec<f64> {
        let pool = PoolId::at(self.model.pools.iter().position(|p| p.id == pool).unwrap());
        let mut since: BTreeMap<u32, f64> = BTreeMap::new();
        let mut spells = vec![];
        for (now, _, member, fact) in self.members.iter().filter(|fact| fact.1 == pool) {
            let day = now.0 as f64 / DAY as f64;
            if *fact == to
                && let Some(begun) = since.remove(member).or(from_start.then_some(0.0)).filter(|b| *b < 300.0)
            {
                spells.push(day - begun);
            }
            if *fact == from {
                since.insert(*member, day);
            }
        }
        spells
    }
}

pub(crate) fn gaps(times: &[f64]) -> Vec<f64> {
    times.windows(2).map(|pair| pair[1] - pair[0]).collect()
}

pub(crate) fn exponential(mean: f64) -> impl Fn(f64) -> f64 {
    move |x| if x > 0.0 { 1.0 - (-x / mean).exp() } else { 0.0 }
}
