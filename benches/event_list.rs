//! What an event costs in the pending list, at several sizes: take the next, schedule one later ("hold"), the
//! steady state of a simulation.

use std::hint::black_box;

use caseload::engine::Rank;
use caseload::engine::event_list::{Event, EventList};
use caseload::random::{Place, Purpose, Replication, Stream};
use caseload::units::Time;
use criterion::{Criterion, criterion_group, criterion_main};

fn delay(stream: &mut Stream) -> i64 {
    (stream.exp1() * 1e6) as i64
}

fn hold(c: &mut Criterion) {
    let mut group = c.benchmark_group("event list, hold");
    for pending in [8_u64, 1_000, 64_000, 1_000_000] {
        let mut stream = Replication::new(1, pending).stream(Place::new(Purpose::Gap, "bench"), 0, 0);
        let mut list = EventList::default();
        for n in 0..pending {
            list.schedule(Event::new(Time(delay(&mut stream)), Rank::Finish, 0, n, n as u32));
        }
        let mut number = pending;
        group.bench_function(format!("{pending} pending"), |b| {
            b.iter(|| {
                let event = list.take_next().expect("the list never empties");
                number += 1;
                let time = Time(event.time.0 + delay(&mut stream));
                list.schedule(Event::new(time, Rank::Finish, 0, number, event.index));
                black_box(event)
            });
        });
    }
    group.finish();
}

criterion_group!(benches, hold);
criterion_main!(benches);
