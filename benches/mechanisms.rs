//! What each mechanism costs: one replication of the task force, engine alone, as shipped with all its mechanisms and
//! again with one of them taken out. Other cases take other ways then, so the events of each are counted beside.

use caseload::engine::{CaseView, Census, Deaf, Fact, Observer, PoolLevel, simulate};
use caseload::model::{Model, PoolId, compile};
use caseload::scenario::{Disk, EditKind, Request, load};
use caseload::units::Time;
use criterion::{Criterion, Throughput, criterion_group, criterion_main};

/// A name, and the edits that take a mechanism out.
const WITHOUT: &[(&str, &[&str])] = &[
    ("nothing left out", &[]),
    (
        "without devices one by one",
        &[
            "class.danger.devices=1",
            "class.hands-on.devices=1",
            "class.trading.devices=1",
            "class.possession.devices=1",
        ],
    ),
    ("without links", &["source.platforms.link=0"]),
    (
        "without repeat tips",
        &[
            "class.hands-on.repeat=\"0 per year\"",
            "class.trading.repeat=\"0 per year\"",
            "class.possession.repeat=\"0 per year\"",
        ],
    ),
    ("without interrupting", &["class.danger.preempt=false"]),
    ("without parking", &["stage.legal-process.park.above=100000"]),
    ("without limits of cases per officer", &["stage.investigate.wip.per_member=1000"]),
    ("without holding for crews", &["stage.search.hold=false"]),
    ("without the exposure cap", &["pool.analyst.exposure_cap=\"24 h\""]),
    (
        "without absences",
        &[
            "pool.analyst.absence.every=\"150 years\"",
            "pool.legal-desk.absence.every=\"150 years\"",
            "pool.officer.absence.every=\"150 years\"",
            "pool.search-officer.absence.every=\"150 years\"",
            "pool.field-examiner.absence.every=\"150 years\"",
            "pool.examiner.absence.every=\"150 years\"",
        ],
    ),
];

fn model(edits: &[&str]) -> Model {
    let file = concat!(env!("CARGO_MANIFEST_DIR"), "/scenarios/state-task-force.toml");
    let mut request = Request::new(file, &Disk);
    for edit in edits {
        request = request.edit(EditKind::Set, *edit);
    }
    let loaded = load(&request).checked.value.expect("the edits fit the scenario");
    compile(&loaded).value.expect("the edited scenario compiles")
}

/// Counts what happens.
struct Count(u64);

impl Observer for Count {
    fn fact(&mut self, _: Time, _: CaseView, _: Fact<'_>) {
        self.0 += 1;
    }
    fn pool(&mut self, _: Time, _: PoolId, _: PoolLevel) {}
    fn changed(&mut self, _: Time, _: usize) {}
    fn sample(&mut self, _: Time, _: &Census) {}
}

fn mechanisms(c: &mut Criterion) {
    let mut group = c.benchmark_group("task force");
    group.sample_size(10);
    for (name, edits) in WITHOUT {
        let model = model(edits);
        let mut facts = Count(0);
        simulate(&model, 0, &mut facts);
        group.throughput(Throughput::Elements(facts.0));
        group.bench_function(*name, |b| b.iter(|| simulate(&model, 0, &mut Deaf)));
    }
    group.finish();
}

criterion_group!(benches, mechanisms);
criterion_main!(benches);
