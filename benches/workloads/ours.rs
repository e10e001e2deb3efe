//! The workloads through the library: from files to models, results and tables.

use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::atomic::AtomicBool;

use caseload::engine::{Deaf, simulate};
use caseload::model::{Model, compile, fluid};
use caseload::output::{Beside, Manifest, OutputDir, Results};
use caseload::run::{Layout, Recorder, RunPlan, RunResult, Watcher, run};
use caseload::scenario::{Disk, EditKind, Request, load};

pub(crate) const ROOT: &str = env!("CARGO_MANIFEST_DIR");
pub(crate) const TRIAGE_LINE: &str =
    concat!(env!("CARGO_MANIFEST_DIR"), "/benches/workloads/triage-line.toml");
pub(crate) const TASK_FORCE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/scenarios/state-task-force.toml");

/// A scenario and how often it is run.
pub(crate) struct Job {
    pub(crate) file: &'static str,
    /// `set` or `scale`, and what.
    pub(crate) edits: Vec<(&'static str, String)>,
    pub(crate) replications: u32,
}

/// The triage line so many times as large.
pub(crate) fn scaled(times: usize) -> Vec<(&'static str, String)> {
    let paths = [
        "source.tips.rate",
        "pool.screener.headcount",
        "pool.investigator.headcount",
        "pool.examiner.headcount",
    ];
    paths.into_iter().map(|path| ("scale", format!("{path}={times}"))).collect()
}

impl Job {
    pub(crate) fn model(&self) -> Model {
        let mut request = Request::new(self.file, &Disk);
        for (kind, edit) in &self.edits {
            let kind = if *kind == "set" { EditKind::Set } else { EditKind::Scale };
            request = request.edit(kind, edit);
        }
        let loaded = load(&request).checked.value.expect("the workload is a clean scenario");
        compile(&loaded).value.expect("the workload compiles")
    }

    /// Everything but the tables.
    pub(crate) fn run(&self, threads: usize) -> (Model, RunResult) {
        let model = self.model();
        let plan = RunPlan { threads: Some(threads), ..RunPlan::fixed(self.replications) };
        let never = AtomicBool::new(false);
        let watcher = Watcher { cancel: &never, progress: &|_, _| {} };
        let result = run(&model, &plan, &watcher).expect("nobody cancels, and cases are conserved");
        (model, result)
    }

    /// From the file to a folder of tables, as `caseload run` writes them.
    pub(crate) fn written(&self, threads: usize) -> u64 {
        let (model, result) = self.run(threads);
        let curve = fluid::curve(&model);
        let open = curve.at.iter().zip(&curve.open).map(|(at, open)| (None, *at, *open));
        let rows = Results::new(&model, &result, &Beside { fluid: open.collect(), changes: vec![] });
        let folder = tempfile::tempdir().expect("a temporary folder");
        let mut manifest = Manifest::new(&model.name, &model.plan);
        let out = OutputDir::create(&folder.path().join("out"), &manifest, false).expect("an empty folder");
        out.write_tables(rows.files(), &mut manifest).expect("tables can be written");
        out.finish(&manifest).expect("the folder takes its place");
        u64::from(result.replications)
    }

    /// The engine alone, one thread.
    pub(crate) fn engine_alone(&self) -> u64 {
        let model = self.model();
        for r in 0..u64::from(self.replications) {
            simulate(&model, r, &mut Deaf);
        }
        u64::from(self.replications)
    }

    /// The engine with the recorder of all measures, one thread.
    pub(crate) fn with_measures(&self) -> u64 {
        let model = self.model();
        let layout = Layout::new(&model);
        let one = |r: u64| {
            let mut recorder = Recorder::new(&model, &layout);
            simulate(&model, r, &mut recorder);
            recorder.finish().values.len() as u64
        };
        (0..u64::from(self.replications)).map(one).sum()
    }
}

/// `caseload check` of the state task force, in a process of its own.
pub(crate) fn check() -> u64 {
    let mut command = Command::new(env!("CARGO_BIN_EXE_caseload"));
    command.arg("check").arg(Path::new(TASK_FORCE)).current_dir(ROOT);
    let status = command.stdout(Stdio::null()).stderr(Stdio::null()).status();
    u64::from(status.expect("the command starts").success())
}
