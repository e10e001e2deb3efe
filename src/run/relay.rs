//! One replication on two threads: one makes it happen, the other hears of it.
//!
//! What is told goes over in parcels, in the order in which it was told, so whoever hears it says the same as ever. Of a
//! model with millions of open cases it takes three quarters of the time at best; many replications are better made side by side.

use std::sync::mpsc::{Receiver, SyncSender, channel, sync_channel};
use std::thread;

use crate::engine::{CaseView, Census, Fact, MemberFact, Observer, PoolLevel, simulate};
use crate::model::{Model, PoolId};
use crate::units::Time;

/// What stands in a parcel: few enough that it is still in a cache when it is heard.
const IN_A_PARCEL: usize = 1024;
/// Parcels on their way: enough that a thread that is held up for a moment does not hold up the other.
const ON_THEIR_WAY: usize = 16;

/// One call of an observer. What has no fixed length stands in its parcel, in the same order.
enum Told {
    /// A fact, and how many work from now on.
    Fact(Time, CaseView, Fact<'static>, u32),
    /// So many cases.
    Expect(usize),
    Member(Time, PoolId, u32, MemberFact),
    Pool(Time, PoolId, PoolLevel),
    Changed(Time, usize),
    Sample(Time),
    Overfull(Time),
}

/// What was told in a short time.
#[derive(Default)]
struct Parcel {
    told: Vec<Told>,
    crews: Vec<(PoolId, u32)>,
    expected: Vec<(u32, u64)>,
    censuses: Vec<Census>,
}

impl Parcel {
    /// Tells it all, and is empty.
    fn tell(&mut self, observer: &mut impl Observer) {
        let (mut crews, mut expected) = (&self.crews[..], &self.expected[..]);
        let mut censuses = self.censuses.iter();
        for told in self.told.drain(..) {
            match told {
                Told::Fact(now, case, mut fact, members) => {
                    if let Fact::Started { crew, .. } = &mut fact {
                        (*crew, crews) = crews.split_at(members as usize);
                    }
                    observer.fact(now, case, fact);
                }
                Told::Expect(cases) => {
                    let (soon, later) = expected.split_at(cases);
                    expected = later;
                    observer.expect(soon);
                }
                Told::Member(now, pool, member, fact) => observer.member(now, pool, member, fact),
                Told::Pool(now, pool, level) => observer.pool(now, pool, level),
                Told::Changed(now, snapshot) => observer.changed(now, snapshot),
                Told::Sample(now) => {
                    observer.sample(now, censuses.next().expect("each sample brings its census"));
                }
                Told::Overfull(now) => observer.overfull(now),
            }
        }
        self.crews.clear();
        self.expected.clear();
        self.censuses.clear();
    }
}

/// Hears a replication and sends it on.
struct Relay {
    parcel: Parcel,
    full: SyncSender<Parcel>,
    /// Parcels that have been heard, to be filled again.
    heard: Receiver<Parcel>,
}

impl Relay {
    #[inline]
    fn add(&mut self, told: Told) {
        self.parcel.told.push(told);
        if self.parcel.told.len() >= IN_A_PARCEL {
            self.send();
        }
    }

    #[cold]
    fn send(&mut self) {
        let next = self.heard.try_recv().unwrap_or_default();
        // Nobody hears any more only where hearing has failed, which is told where both threads come together.
        self.full.send(std::mem::replace(&mut self.parcel, next)).ok();
    }
}

impl Observer for Relay {
    #[inline]
    fn fact(&mut self, now: Time, case: CaseView, fact: Fact<'_>) {
        let crew: &[_] = if let Fact::Started { crew, .. } = fact { crew } else { &[] };
        self.parcel.crews.extend_from_slice(crew);
        self.add(Told::Fact(now, case, fact.without_crew(), crew.len() as u32));
    }

    fn expect(&mut self, cases: &[(u32, u64)]) {
        self.parcel.expected.extend_from_slice(cases);
        self.add(Told::Expect(cases.len()));
    }

    fn member(&mut self, now: Time, pool: PoolId, member: u32, fact: MemberFact) {
        self.add(Told::Member(now, pool, member, fact));
    }

    fn pool(&mut self, now: Time, pool: PoolId, level: PoolLevel) {
        self.add(Told::Pool(now, pool, level));
    }

    fn changed(&mut self, now: Time, snapshot: usize) {
        self.add(Told::Changed(now, snapshot));
    }

    fn sample(&mut self, now: Time, census: &Census) {
        self.parcel.censuses.push(census.clone());
        self.add(Told::Sample(now));
    }

    fn overfull(&mut self, now: Time) {
        self.add(Told::Overfull(now));
    }
}

/// Runs a replication as [`simulate`] does; the observer hears it on a thread of its own.
pub(super) fn simulate_apart<O: Observer + Send>(model: &Model, replication: u64, observer: &mut O) {
    let (full, to_hear) = sync_channel::<Parcel>(ON_THEIR_WAY);
    let (give_back, heard) = channel();
    let apart = thread::scope(|scope| {
        let hear = || {
            for mut parcel in to_hear {
                parcel.tell(observer);
                give_back.send(parcel).ok();
            }
        };
        let apart = thread::Builder::new().spawn_scoped(scope, hear).is_ok();
        if apart {
            let mut relay = Relay { parcel: Parcel::default(), full, heard };
            simulate(model, replication, &mut relay);
            relay.send();
        }
        apart
    });
    if !apart {
        simulate(model, replication, observer);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::run::Trace;
    use crate::run::fixture::Queue;

    #[test]
    fn what_is_heard_apart_is_the_same() {
        let model = Queue::markov(400, 4.0, 0.7, 3).model();
        let (mut beside, mut apart) = (Trace::new(&model), Trace::new(&model));
        simulate(&model, 0, &mut beside);
        simulate_apart(&model, 0, &mut apart);
        // More than all parcels that can be on their way.
        assert!(beside.lines().len() > 4 * IN_A_PARCEL);
        assert_eq!(beside.lines(), apart.lines());
    }

    /// Fails at the first sample after the start.
    struct Fails;

    impl Observer for Fails {
        fn fact(&mut self, _: Time, _: CaseView, _: Fact<'_>) {}
        fn pool(&mut self, _: Time, _: PoolId, _: PoolLevel) {}
        fn changed(&mut self, _: Time, _: usize) {}
        fn sample(&mut self, now: Time, _: &Census) {
            assert!(now == Time::ZERO, "nothing is heard any more");
        }
    }

    #[test]
    #[should_panic(expected = "a scoped thread panicked")]
    fn who_fails_to_hear_does_not_keep_the_other_waiting() {
        simulate_apart(&Queue::markov(40_000, 4.0, 0.7, 3).model(), 0, &mut Fails);
    }
}
