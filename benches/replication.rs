//! What one replication of each shipped scenario costs: the engine alone, and with the recorder of all measures.

use caseload::engine::{Deaf, simulate};
use caseload::model::{Model, compile};
use caseload::run::{Layout, Recorder};
use caseload::scenario::{Disk, Request, load};
use criterion::{Criterion, Throughput, criterion_group, criterion_main};

const SCENARIOS: [&str; 4] = ["first-steps", "regional-lab", "state-task-force", "clearinghouse"];

fn model(name: &str) -> Model {
    let file = format!("{}/scenarios/{name}.toml", env!("CARGO_MANIFEST_DIR"));
    let loaded = load(&Request::new(file, &Disk)).checked.value.expect("a shipped scenario is clean");
    compile(&loaded).value.expect("a shipped scenario compiles")
}

/// Tips, starts and completions: what every simulator would count, whatever it does inside.
fn events(model: &Model) -> u64 {
    caseload::model::capacity::check(model).events as u64
}

fn replication(c: &mut Criterion) {
    for name in SCENARIOS {
        let model = model(name);
        let mut group = c.benchmark_group(name);
        group.sample_size(10).throughput(Throughput::Elements(events(&model)));
        group.bench_function("engine alone", |b| b.iter(|| simulate(&model, 0, &mut Deaf)));
        let layout = Layout::new(&model);
        group.bench_function("with all measures", |b| {
            b.iter(|| {
                let mut recorder = Recorder::new(&model, &layout);
                simulate(&model, 0, &mut recorder);
                recorder.finish()
            });
        });
        group.finish();
    }
}

criterion_group!(benches, replication);
criterion_main!(benches);
