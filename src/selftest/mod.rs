//! The self-test: systems whose answer is known exactly, each written as a scenario, simulated and held against theory.
//!
//! A [`System`] is a text in the public file format with what theory says of measures that every run prints. The text is
//! read, compiled and simulated like any other, so that reader, compiler, engine and recorder are tested together. The
//! command `caseload selftest` shows the [`Report`]; the tests of this package run the same systems.
//!
//! Most systems are in steady state: their warm-up is ten relaxation times of the queue or more, and a ratio is judged by
//! residuals that have mean zero in a run of any length (see [`verdict`]), so that no bias is left that could be seen.

mod beliefs;
mod demand;
mod flows;
mod impatience;
mod laws;
mod loads;
mod parts;
mod precedence;
mod servers;
mod staff;
mod text;
pub mod verdict;

use std::sync::atomic::AtomicBool;

use crate::error::Error;
use crate::model::{Model, StageKind, compile};
use crate::run::Watcher;
use crate::run::many::{Job, run_many};
use crate::scenario::{EditKind, Memory, Request, load};

pub use verdict::{Finding, Report};

/// How often a correct program may fail the suite, by the normal theory of means: once in so many seeds. The promise is
/// one in 1,000; the other half is room for means that are only nearly normal.
pub const NOMINAL_ERROR: f64 = 1.0 / 2000.0;

/// The quick suite makes so many times fewer replications than the full one.
const QUICKER: u32 = 12;
/// But never fewer than this of a system: t with fewer degrees of freedom sees little.
const FEWEST: u32 = 40;

/// A system whose answer is known.
#[derive(Debug, Clone, PartialEq)]
pub struct System {
    /// A short name, as in the list.
    pub id: &'static str,
    /// What it is, in the words of the field.
    pub title: &'static str,
    /// The result that is known of it.
    pub formula: &'static str,
    /// Who found it, and when.
    pub reference: &'static str,
    /// The scenario, as a planner would write it.
    pub scenario: String,
    /// Replications in the full suite.
    pub replications: u32,
    /// What theory says.
    pub claims: Vec<Claim>,
}

/// One number that theory gives.
#[derive(Debug, Clone, PartialEq)]
pub struct Claim {
    /// What of the system.
    pub what: String,
    /// The measure by its full name (see [`crate::run::measure`]).
    pub measure: String,
    /// What of the measure theory knows.
    pub figure: Figure,
    /// The exact value; times in hours.
    pub theory: f64,
}

/// What is known of a measure over all futures.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Figure {
    /// Its mean; of a ratio, the mean above the line over the mean below.
    Mean,
    /// Its variance around this mean, which is known too.
    Variance(f64),
    /// Every future gives the same, but for the rounding of times: up to this relative error.
    Certain(f64),
}

impl System {
    fn new(id: &'static str, title: &'static str, scenario: String, replications: u32) -> System {
        System { id, title, formula: "", reference: "", scenario, replications, claims: vec![] }
    }

    /// The result by its name, and who found it when.
    fn known(self, formula: &'static str, reference: &'static str) -> System {
        System { formula, reference, ..self }
    }

    /// One claim more, about a mean.
    fn mean(self, what: &str, measure: &str, theory: f64) -> System {
        self.claim(what, measure, Figure::Mean, theory)
    }

    /// One claim more.
    fn claim(mut self, what: &str, measure: &str, figure: Figure, theory: f64) -> System {
        self.claims.push(Claim { what: what.to_owned(), measure: measure.to_owned(), figure, theory });
        self
    }

    /// One claim for each class `c0`, `c1`, ...
    fn by_class(self, what: &str, measure: &str, theory: &[f64]) -> System {
        theory.iter().enumerate().fold(self, |system, (class, theory)| {
            system.mean(&format!("{what}, class {class}"), &format!("{measure}/c{class}"), *theory)
        })
    }
}

/// How much is simulated.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Size {
    /// Under five minutes on two cores.
    Full,
    /// Under twenty seconds on two cores.
    Quick,
    /// This many replications of each system, whatever it asks for.
    Fixed(u32),
}

impl Size {
    /// Replications of a system.
    pub fn replications(self, system: &System) -> u32 {
        match self {
            Size::Full => system.replications,
            Size::Quick => system.replications.div_ceil(QUICKER).max(FEWEST).min(system.replications),
            Size::Fixed(replications) => replications.min(system.replications),
        }
    }
}

/// How the suite is run.
#[derive(Debug, Clone)]
pub struct Setting {
    /// How much is simulated.
    pub size: Size,
    /// Where all luck comes from; each system has luck of its own.
    pub seed: u64,
    /// Threads; as many as the machine has where absent. Results do not depend on it.
    pub threads: Option<usize>,
    /// How often a correct program may fail: see [`NOMINAL_ERROR`].
    pub error: f64,
    /// Every effort is this many times what theory is told: 1, but where the suite is to fail.
    pub effort_times: f64,
}

impl Setting {
    /// Of this size and seed, with all threads, at the nominal error rate.
    pub fn new(size: Size, seed: u64) -> Setting {
        Setting { size, seed, threads: None, error: NOMINAL_ERROR, effort_times: 1.0 }
    }
}

/// Every system, in the order of the report.
pub fn systems() -> Vec<System> {
    let groups = [
        servers::systems(),
        precedence::systems(),
        impatience::systems(),
        loads::systems(),
        parts::systems(),
        staff::systems(),
        flows::systems(),
        demand::systems(),
        beliefs::systems(),
        laws::systems(),
    ];
    groups.into_iter().flatten().collect()
}

/// Simulates these systems and holds what comes out against theory.
///
/// Fails when stopped, and when a replication loses count of its cases. A scenario of the suite that is none is a bug.
pub fn run(systems: &[System], setting: &Setting, watcher: &Watcher<'_>) -> Result<Report, Error> {
    let models: Vec<Model> = systems.iter().map(|system| model(system, setting)).collect();
    let jobs: Vec<Job<'_>> = systems.iter().zip(&models).map(|(s, model)| job(s, model, setting)).collect();
    let answers = run_many(&jobs, setting.threads, watcher)?;
    Ok(Report::new(systems, &answers, setting.error))
}

/// The same with nobody looking on.
pub fn run_quietly(systems: &[System], setting: &Setting) -> Result<Report, Error> {
    let never = AtomicBool::new(false);
    run(systems, setting, &Watcher { cancel: &never, progress: &|_, _| {} })
}

/// How many replications the suite makes.
pub fn planned(systems: &[System], size: Size) -> u32 {
    systems.iter().map(|system| size.replications(system)).sum()
}

fn job<'a>(system: &'a System, model: &'a Model, setting: &Setting) -> Job<'a> {
    let measures = system.claims.iter().map(|claim| claim.measure.as_str()).collect();
    Job { model, replications: setting.size.replications(system), measures }
}

/// The model of a system under a setting, with a seed of its own.
fn model(system: &System, setting: &Setting) -> Model {
    let mut model = compiled(system, &[]);
    if setting.effort_times != 1.0 {
        let work = model.stages.iter().filter(|stage| stage.kind == StageKind::Work);
        let slower = |id: &str| format!("stage.{id}.effort={}", setting.effort_times);
        let edits: Vec<String> = work.map(|stage| slower(&stage.id)).collect();
        model = compiled(system, &edits);
    }
    model.seed = seed_of(system.id, setting.seed);
    model
}

/// The scenario, read and compiled, with its efforts scaled.
fn compiled(system: &System, scales: &[String]) -> Model {
    let file = format!("{}.toml", system.id);
    let sources = Memory::one(file.as_str(), system.scenario.as_str());
    let request = Request::new(&file, &sources);
    let request = scales.iter().fold(request, |request, scale| request.edit(EditKind::Scale, scale));
    let checked = load(&request).checked;
    let said = |what: &[crate::diagnostic::Diagnostic]| format!("{}: {what:#?}", system.id);
    let loaded = checked.value.unwrap_or_else(|| panic!("{}", said(&checked.diagnostics)));
    let compiled = compile(&loaded);
    compiled.value.unwrap_or_else(|| panic!("{}", said(&compiled.diagnostics)))
}

/// Different systems may not meet the same luck: FNV-1a over the name, from the seed.
fn seed_of(id: &str, seed: u64) -> u64 {
    let mixed = |hash: u64, byte: u8| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
    let start = seed.wrapping_add(1).wrapping_mul(0xcbf2_9ce4_8422_2325);
    // Scenarios keep seeds below 2^63, and so does the suite, so that a row can be run again by hand.
    id.bytes().fold(start, mixed) >> 1
}
