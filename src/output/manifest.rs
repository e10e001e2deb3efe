//! `manifest.json`: enough to make the same run again, bit for bit, with nothing else at hand.

use std::path::Path;

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::error::{Error, ErrorKind};
use crate::run::BandKind;

/// How a run came about. The number of threads is not in it: results do not depend on it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Manifest {
    /// Version of this format.
    pub format: u32,
    /// Version of the program.
    pub version: String,
    /// Processor and system: bits are the same on machines of one architecture.
    pub platform: String,
    /// The command line, word by word.
    pub command: Vec<String>,
    /// Name of the scenario.
    pub scenario: String,
    /// Name of the plan; empty for the scenario itself.
    pub plan: String,
    /// The scenario's file, by its name in `inputs`.
    pub file: String,
    /// The plans' files, by their names in `inputs`, in the order in which they were applied.
    pub plan_files: Vec<String>,
    /// Edits from the command line, in order.
    pub edits: Vec<EditNote>,
    /// Every file that was read, as it was.
    pub inputs: Vec<InputFile>,
    /// The scenario that was run, after plans and edits.
    pub effective: String,
    /// Hash of it.
    pub effective_sha256: String,
    /// Seed of all random numbers.
    pub seed: u64,
    /// Replications made of each draw of the inputs.
    pub replications: u32,
    /// Draws of the inputs; 1 where everything is known.
    #[serde(default = "one")]
    pub draws: u32,
    /// The values that nobody knows, with what was drawn for them.
    #[serde(default)]
    pub unknowns: Vec<UnknownNote>,
    /// Of a comparison: the base and the plans, in order; empty for a run.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub alternatives: Vec<AlternativeNote>,
    /// Of a comparison: other regimes of demand, each a plan that was applied to all alternatives alike.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub stress: Vec<RegimeNote>,
    /// Of a sweep: the parameters with their values, as written; empty for everything else.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub vary: Vec<String>,
    /// Of a sweep: how its points are chosen.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub design: Option<DesignNote>,
    /// Of a comparison or sweep: the measures that were asked for, as written.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub measures: Vec<String>,
    /// Of a comparison: the measure that money is to improve, as written.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub value_of: Option<String>,
    /// Of a search for a staffing: what was asked; none for anything else.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub size: Option<SizeNote>,
    /// Of a question what money buys: what was asked; none for anything else.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub invest: Option<InvestNote>,
    /// Of a sensitivity analysis: what was asked; none for anything else.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sensitivity: Option<SensitivityNote>,
    /// Of a selection among plans: what was asked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub selection: Option<SelectionNote>,
    /// The precision that was asked for, as written.
    pub precision: Option<String>,
    /// The statements whose chances were asked for, as written.
    pub chances: Vec<String>,
    /// Kind of the band around the mean of all open cases: `pointwise` or `simultaneous`.
    pub band: String,
    /// Level of all intervals.
    pub level: f64,
    /// When the run began, as an ISO time in UTC.
    pub started: String,
    /// How long it took.
    pub wall_seconds: f64,
    /// Every table that was written.
    pub tables: Vec<TableFile>,
}

/// A selection among plans.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SelectionNote {
    /// The measure, as written.
    pub measure: String,
    /// The least difference worth detecting, in the measure's unit; none where a budget is shared out.
    pub indifference: Option<f64>,
    /// Probability of selecting the best.
    pub confidence: f64,
    /// Replications of all plans together; none where there is a guarantee instead.
    pub budget: Option<u32>,
    /// No more replications than this of any plan.
    pub most: u32,
}

/// A plan of a comparison, or its base.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AlternativeNote {
    /// What it is called in the tables.
    pub name: String,
    /// Its file, by its name in `inputs`.
    pub file: String,
    /// Hash of the scenario that was run, after plans and edits.
    pub effective_sha256: String,
}

/// A regime of demand.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RegimeNote {
    /// Its id.
    pub id: String,
    /// The plan, by its name in `inputs`.
    pub plan: String,
}

/// How the points of a sweep are chosen.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DesignNote {
    /// `grid`, `lhs` or `sobol`.
    pub kind: String,
    /// How many points.
    pub points: u32,
}

/// What a search for a staffing was asked.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SizeNote {
    /// Headcounts with their ranges, as written.
    pub vary: Vec<String>,
    /// What has to be reached, as written; empty for the targets of the scenario.
    pub targets: Vec<String>,
    /// The share of the replications that has to reach it; none where the mean has to.
    pub chance: Option<f64>,
    /// `yearly` or `members`, as written; none where it was left open.
    pub cost: Option<String>,
    /// Whether every staffing was to be tried.
    pub every: bool,
    /// Fresh replications of a staffing at most.
    pub max_replications: u32,
}

/// What was asked of a budget.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct InvestNote {
    /// Files of options and plans, by their names in `inputs`.
    pub options: Vec<String>,
    /// Hash of all texts that were read for them.
    pub options_sha256: String,
    /// The budget, as written.
    pub budget: String,
    /// Whether it is for the whole measuring window, and not for a year.
    pub in_all: bool,
    /// The measure, as written; none where it was left open.
    pub measure: Option<String>,
    /// Whether every mix was to be tried.
    pub every: bool,
    /// Fresh replications of a mix at most.
    pub max_replications: u32,
}

/// What a sensitivity analysis was asked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SensitivityNote {
    /// What is varied beside what nobody knows, as written.
    pub vary: Vec<String>,
    /// The analyses, in order.
    pub parts: Vec<PartNote>,
}

/// One analysis with its size.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PartNote {
    /// `tornado`, `morris` or `sobol`.
    pub analysis: String,
    /// Trajectories or rows; 1 for a tornado.
    pub blocks: u32,
    /// Replications of each point.
    pub replications: u32,
}

/// A file that was read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct InputFile {
    /// Its path as the scenario names it.
    pub name: String,
    /// Hash of its bytes.
    pub sha256: String,
    /// What stands in it.
    pub text: String,
}

impl InputFile {
    /// Of a name and a text.
    pub fn new(name: &str, text: &str) -> InputFile {
        InputFile { name: name.to_owned(), sha256: sha256(text.as_bytes()), text: text.to_owned() }
    }
}

/// An edit from the command line.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EditNote {
    /// `set`, `add` or `scale`.
    pub kind: String,
    /// What is edited.
    pub path: String,
    /// The value, as written.
    pub value: String,
}

/// A value that nobody knows.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct UnknownNote {
    /// Its path or name.
    pub name: String,
    /// As it was written.
    pub law: String,
    /// The unit of its values; empty where they have none.
    pub unit: String,
    /// What was drawn, by draw.
    pub values: Vec<f64>,
}

fn one() -> u32 {
    1
}

/// A table that was written.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TableFile {
    /// Its file.
    pub name: String,
    /// Hash of its bytes.
    pub sha256: String,
    /// Its length in bytes.
    pub bytes: u64,
}

/// The format that this version writes and reads.
const FORMAT: u32 = 1;
/// The file's name in a results folder.
pub(super) const FILE: &str = "manifest.json";

impl Manifest {
    /// A manifest of this program and machine, for the caller to fill in.
    pub fn new(scenario: &str, plan: &str) -> Manifest {
        Manifest {
            format: FORMAT,
            version: env!("CARGO_PKG_VERSION").to_owned(),
            platform: format!("{}-{}", std::env::consts::ARCH, std::env::consts::OS),
            command: vec![],
            scenario: scenario.to_owned(),
            plan: plan.to_owned(),
            file: String::new(),
            plan_files: vec![],
            edits: vec![],
            inputs: vec![],
            effective: String::new(),
            effective_sha256: String::new(),
            seed: 0,
            replications: 0,
            draws: 1,
            unknowns: vec![],
            alternatives: vec![],
            stress: vec![],
            vary: vec![],
            design: None,
            measures: vec![],
            value_of: None,
            selection: None,
            size: None,
            invest: None,
            sensitivity: None,
            precision: None,
            chances: vec![],
            band: BandKind::default().name().to_owned(),
            level: 0.95,
            started: jiff::Timestamp::now().strftime("%Y-%m-%dT%H:%M:%SZ").to_string(),
            wall_seconds: 0.0,
            tables: vec![],
        }
    }

    /// Sets the scenario that was run, with its hash.
    pub fn set_effective(&mut self, text: &str) {
        text.clone_into(&mut self.effective);
        self.effective_sha256 = sha256(text.as_bytes());
    }

    /// Notes files that were read, each once.
    pub fn note_inputs<'a>(&mut self, inputs: impl IntoIterator<Item = (&'a str, &'a str)>) {
        for (name, text) in inputs {
            if !self.inputs.iter().any(|known| known.name == name) {
                self.inputs.push(InputFile::new(name, text));
            }
        }
    }

    /// Reads a manifest, from its file or from the folder it stands in.
    pub fn read(path: &Path) -> Result<Manifest, Error> {
        let path = if path.is_dir() { path.join(FILE) } else { path.to_owned() };
        let text = std::fs::read_to_string(&path).map_err(Error::io(&path))?;
        parse(&text).map_err(|why| Error::at(&path, ErrorKind::Malformed(why)))
    }

    /// Whether another run gives the same tables: same scenario, seed, count and questions, same program and kind of
    /// machine.
    pub fn same_run(&self, other: &Manifest) -> bool {
        let key = |m: &Manifest| {
            (
                m.effective_sha256.clone(),
                m.seed,
                (m.replications, m.draws),
                m.level.to_bits(),
                (m.chances.clone(), m.band.clone()),
                (m.alternatives.clone(), m.measures.clone(), m.value_of.clone()),
                (m.selection.clone(), m.size.clone(), m.invest.clone(), m.sensitivity.clone()),
                (m.vary.clone(), m.design.clone()),
                m.version.clone(),
                m.platform.clone(),
            )
        };
        key(self) == key(other) && (&self.scenario, &self.plan) == (&other.scenario, &other.plan)
    }

    pub(super) fn to_text(&self) -> String {
        let mut text = serde_json::to_string_pretty(self).expect("words and numbers can be written as JSON");
        text.push('\n');
        text
    }
}

fn parse(text: &str) -> Result<Manifest, String> {
    #[derive(Deserialize)]
    struct Format {
        format: u32,
    }
    let Format { format } =
        serde_json::from_str(text).map_err(|e| format!("this is no manifest of a run: {e}"))?;
    if format != FORMAT {
        return Err(format!("the manifest has format {format}, this version reads format {FORMAT}"));
    }
    let manifest: Manifest =
        serde_json::from_str(text).map_err(|e| format!("the manifest is damaged: {e}"))?;
    let broken = manifest.inputs.iter().find(|input| sha256(input.text.as_bytes()) != input.sha256);
    match broken {
        Some(input) => Err(format!("the text of `{}` in the manifest does not fit its hash", input.name)),
        None => Ok(manifest),
    }
}

/// The SHA-256 of some bytes, in hexadecimal digits.
pub fn sha256(bytes: &[u8]) -> String {
    use std::fmt::Write;
    let mut text = String::with_capacity(64);
    for byte in Sha256::digest(bytes) {
        write!(text, "{byte:02x}").expect("writing to a string cannot fail");
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    fn manifest() -> Manifest {
        let mut manifest = Manifest::new("first-steps", "");
        manifest.set_effective("[scenario]\n");
        manifest.inputs.push(InputFile::new("first-steps.toml", "[scenario]\n# größer \"x\"\n"));
        Manifest { seed: u64::MAX, replications: 20, ..manifest }
    }

    #[test]
    fn a_known_hash() {
        // FIPS 180-2, appendix B.1.
        let abc = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
        assert_eq!(sha256(b"abc"), abc);
    }

    #[test]
    fn what_is_written_is_read_back() {
        let manifest = manifest();
        assert_eq!(parse(&manifest.to_text()).unwrap(), manifest);
    }

    #[test]
    fn damage_is_told() {
        let text = manifest().to_text();
        let said = |text: &str| parse(text).unwrap_err();
        assert!(said(&text.replace("größer", "kleiner")).contains("does not fit its hash"));
        assert!(said(&text.replace("\"format\": 1", "\"format\": 9")).contains("format 9"));
        assert!(said("{}").starts_with("this is no manifest"));
        assert!(said(&text.replace("\"seed\"", "\"sead\"")).starts_with("the manifest is damaged"));
    }

    #[test]
    fn a_run_is_the_same_if_its_tables_would_be() {
        let one = manifest();
        let later = Manifest { wall_seconds: 9.0, started: "2030-01-01T00:00:00Z".to_owned(), ..one.clone() };
        assert!(one.same_run(&later));
        assert!(!one.same_run(&Manifest { seed: 1, ..one.clone() }));
        assert!(!one.same_run(&Manifest { vary: vec!["x=1,2".to_owned()], ..one.clone() }));
        assert!(!one.same_run(&Manifest { plan: "b".to_owned(), ..one.clone() }));
        assert!(!one.same_run(&Manifest { chances: vec!["backlog_at_end < 5".to_owned()], ..one.clone() }));
        assert!(!one.same_run(&Manifest { band: "simultaneous".to_owned(), ..one.clone() }));
    }
}
