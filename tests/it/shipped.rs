//! The shipped scenarios and plans, with horizons that a test can wait for.

use std::fs;
use std::path::{Path, PathBuf};

use caseload::model::Model;
use caseload::scenario::{Memory, Request};

use crate::harness;

/// Every shipped scenario with a horizon that takes a moment.
pub(crate) const SMALL: &[(&str, &str)] = &[
    ("clearinghouse", "3 days"),
    ("first-steps", "4 weeks"),
    ("regional-lab", "26 weeks"),
    ("state-task-force", "13 weeks"),
    ("west-yorkshire-s2", "4 weeks"),
    ("west-yorkshire-s3", "4 weeks"),
];

/// The file with another horizon, and with ten days of follow-up where it has any.
pub(crate) fn text(name: &str, horizon: &str) -> String {
    let text = fs::read_to_string(folder().join(name).with_extension("toml")).unwrap();
    let mut short = String::new();
    for line in text.lines() {
        let key = line.split('=').next().unwrap().trim();
        match key {
            "horizon" => short += &format!("horizon = \"{horizon}\"\n"),
            "follow_up" => short += "follow_up = \"10 days\"\n",
            _ => short += &format!("{line}\n"),
        }
    }
    short
}

/// The model of such a file, under a plan if one is named.
pub(crate) fn model(name: &str, horizon: &str, plan: Option<&str>) -> Model {
    of_text(&text(name, horizon), plan)
}

/// The model of a text that stands where the shipped files do.
pub(crate) fn of_text(text: &str, plan: Option<&str>) -> Model {
    let data = "data/cybertipline-monthly.csv";
    let csv = fs::read_to_string(folder().join(data)).unwrap();
    let mut files = Memory::one("state-task-force.toml", text).with(data, csv);
    let mut file = "state-task-force.toml".to_owned();
    if let Some(plan) = plan {
        file = format!("plans/{plan}.toml");
        files = files.with(&file, fs::read_to_string(folder().join(&file)).unwrap());
    }
    harness::requested(&Request::new(file, &files))
}

/// Names of the plans for the task force.
pub(crate) fn plans() -> Vec<String> {
    names(&folder().join("plans"))
}

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("scenarios")
}

/// Of the scenarios in a folder, in order.
fn names(folder: &Path) -> Vec<String> {
    let files = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let toml = files.filter(|file| file.extension().is_some_and(|ending| ending == "toml"));
    let mut names: Vec<String> =
        toml.map(|file| file.file_stem().unwrap().to_string_lossy().into_owned()).collect();
    names.sort();
    names
}

#[test]
fn none_is_forgotten() {
    assert_eq!(names(&folder()), SMALL.iter().map(|(name, _)| *name).collect::<Vec<_>>());
    assert!(plans().len() > 10);
}
