//! Nanoseconds per draw, its address included: this is what the engine pays for each random number.

use std::hint::black_box;

use caseload::model::law::Law;
use caseload::random::{Key, Place, Purpose, Replication};
use criterion::{Criterion, criterion_group, criterion_main};
use rand::Rng;

fn tip() -> Key {
    Replication::new(1, 0).key(Place::new(Purpose::Tip, "hotline"), &[4711, 0])
}

fn addresses(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("address");
    let (tips, effort) = (Place::new(Purpose::Tip, "hotline"), Place::new(Purpose::Effort, "imaging"));
    let mut n = 0_u64;
    group.bench_function("key of a tip", |bencher| {
        bencher.iter(|| {
            n += 1;
            Replication::new(1, 0).key(black_box(tips), &[n, 0])
        });
    });
    group.bench_function("first number", |bencher| {
        bencher.iter(|| {
            n += 1;
            black_box(tip()).stream(black_box(effort), n, 0).next_u64()
        });
    });
    // Each address depends on the number before, so that nothing overlaps: the latency, not the throughput.
    group.bench_function("first number, waiting for the last", |bencher| {
        bencher.iter(|| {
            n = black_box(tip()).stream(black_box(effort), n, 0).next_u64();
            n
        });
    });
    group.finish();
}

fn laws(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("law");
    let hours = 3_600_000.0;
    let exponential = Law::exponential(6.0 * hours);
    let laws = [
        ("constant", Law::constant(6.0 * hours)),
        ("exponential", exponential.clone()),
        ("uniform", Law::uniform(1.0 * hours, 6.0 * hours)),
        ("lognormal", Law::lognormal(6.0 * hours, 1.2)),
        ("gamma", Law::gamma(6.0 * hours, 0.7)),
        ("weibull", Law::weibull(6.0 * hours, 0.7)),
        ("hyperexponential", Law::hyperexponential(6.0 * hours, 2.0)),
        ("pert", Law::pert(1.0 * hours, 2.0 * hours, 9.0 * hours)),
        ("normal", Law::normal(6.0 * hours, 1.0 * hours)),
        ("poisson", Law::poisson(2.5)),
        ("geometric", Law::geometric(4.0)),
        ("discrete", Law::discrete(&[1.0, 2.0, 4.0], &[5.0, 3.0, 1.0])),
        (
            "mixture",
            exponential.and_then(|law| Law::mixture(vec![(0.7, law), (0.3, Law::gamma(20.0 * hours, 0.7)?)])),
        ),
        ("lognormal between bounds", Law::lognormal(6.0, 1.2).and_then(|law| law.conditioned(1.0, 90.0))),
    ];
    let (key, effort) = (tip(), Place::new(Purpose::Effort, "imaging"));
    for (name, law) in laws {
        let law = law.expect("the parameters above are possible");
        let mut n = 0_u64;
        group.bench_function(name, |bencher| {
            bencher.iter(|| {
                n += 1;
                black_box(&law).sample(black_box(key).draw(effort, n, 0))
            });
        });
    }
    group.finish();
}

criterion_group!(benches, addresses, laws);
criterion_main!(benches);
