//! Every diagnostic code has a file that causes it and a stored picture of its message. `UPDATE_EXPECTED=1` stores
//! what is printed now; look at the difference before committing it.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use caseload::diagnostic::{Code, Diagnostic, Documents, in_order, render};
use caseload::model::{advice, capacity, compile, long_run, too_large};
use caseload::scenario::{Disk, Loading, Request, json_schema, load, reference, starter};
use serde_json::Value as Json;

const BAD: &str = "tests/fixtures/bad";
const GOOD: &str = "tests/fixtures/good";
const EXPECTED: &str = "tests/expected/bad";

fn files(folder: &str) -> Vec<PathBuf> {
    let mut files: Vec<PathBuf> = fs::read_dir(folder)
        .into_iter()
        .flatten()
        .map(|entry| entry.expect("a readable folder").path())
        .filter(|path| path.extension().is_some_and(|ending| ending == "toml"))
        .collect();
    files.sort();
    files
}

/// The code a fixture is named after: `misplaced-key--title-in-set.toml` is one more of `misplaced-key`.
fn stem(path: &Path) -> (String, Code) {
    let stem = path.file_stem().expect("a file has a name").to_string_lossy().into_owned();
    let name = stem.split("--").next().unwrap_or_default().to_owned();
    (stem.clone(), Code::from_name(&name).unwrap_or_else(|| panic!("{stem} is named after no code")))
}

fn loaded(path: &Path) -> Loading {
    load(&Request::new(path, &Disk))
}

/// Everything that a person is told about a file before a run on two threads: by the reader, by the compiler and by
/// the capacity check.
fn findings(path: &Path) -> (Vec<Diagnostic>, Documents) {
    let loading = loaded(path);
    let mut all = loading.checked.diagnostics;
    if let Some(value) = &loading.checked.value {
        let compiled = compile(value);
        all.extend(compiled.diagnostics);
        if let Some(model) = &compiled.value {
            let capacity = capacity::check(model);
            if let Some(finding) = too_large(value, model, &capacity) {
                all.push(finding);
            } else {
                all.extend(advice(value, model, &capacity));
                all.extend(long_run(value, &capacity, model.replications, 2));
            }
        }
    }
    (in_order(all), loading.documents)
}

/// Compares with what is stored, or stores it.
fn same_as_stored(path: &Path, text: &str) -> Result<(), String> {
    if std::env::var_os("UPDATE_EXPECTED").is_some() {
        fs::write(path, text).expect("the folder of stored results can be written");
        return Ok(());
    }
    let stored = fs::read_to_string(path).unwrap_or_default();
    if stored == text {
        Ok(())
    } else {
        Err(format!("{}\n--- stored\n{stored}\n--- now\n{text}", path.display()))
    }
}

#[test]
fn every_bad_file_is_told_what_is_wrong() {
    let mut wrong = Vec::new();
    for path in files(BAD) {
        let (stem, code) = stem(&path);
        let (found, documents) = findings(&path);
        assert!(found.iter().any(|finding| finding.code == code), "{stem} does not cause {code}: {found:?}");
        let text = render::human(&found, &documents, false);
        wrong.extend(same_as_stored(&Path::new(EXPECTED).join(format!("{stem}.txt")), &text).err());
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_code_has_a_fixture() {
    let with: BTreeSet<Code> = files(BAD).iter().map(|path| stem(path).1).collect();
    for code in Code::ALL {
        assert!(with.contains(code), "no file in {BAD} causes {code}");
    }
}

#[test]
fn every_finding_says_where_it_is() {
    for path in files(BAD) {
        for finding in findings(&path).0 {
            assert!(
                finding.span().is_some() || finding.code == Code::NotText,
                "{}: {finding:?}",
                path.display()
            );
            let first = finding.message.chars().next().unwrap();
            assert!(!first.is_uppercase() && !finding.message.ends_with('.'), "{}", finding.message);
        }
    }
}

#[test]
fn messages_as_json_lines_hold_the_same_findings() {
    let loading = loaded(Path::new("tests/fixtures/bad/missing-unit.toml"));
    let lines = render::json_lines(&loading.checked.diagnostics, &loading.documents);
    let codes: Vec<Json> =
        lines.lines().map(|line| serde_json::from_str::<Json>(line).unwrap()["code"].clone()).collect();
    assert_eq!(codes.len(), loading.checked.diagnostics.len());
    assert!(codes.iter().any(|code| code == "missing-unit"));
}

/// A TOML file as an editor's validator sees it: dates are texts.
fn as_json(text: &str) -> Option<Json> {
    fn value(toml: toml::Value) -> Json {
        match toml {
            toml::Value::Datetime(moment) => moment.to_string().into(),
            toml::Value::Array(list) => list.into_iter().map(value).collect(),
            toml::Value::Table(table) => {
                Json::Object(table.into_iter().map(|(k, v)| (k, value(v))).collect())
            }
            other => serde_json::to_value(other).expect("plain values have a JSON form"),
        }
    }
    text.parse::<toml::Table>().ok().map(|table| value(toml::Value::Table(table)))
}

#[test]
fn good_files_load_without_a_finding() {
    for path in files(GOOD) {
        let loading = loaded(&path);
        let text = render::human(&loading.checked.diagnostics, &loading.documents, false);
        assert!(text.is_empty() && loading.checked.value.is_some(), "{}\n{text}", path.display());
    }
}

#[test]
fn the_json_schema_accepts_what_the_reader_accepts() {
    let schema = json_schema();
    let validator = jsonschema::validator_for(&schema).unwrap();
    let mut texts: Vec<(String, String)> = vec![("starter".to_owned(), starter().to_owned())];
    texts.extend(files(GOOD).into_iter().map(|p| (p.display().to_string(), fs::read_to_string(&p).unwrap())));
    texts.extend(
        files("scenarios").into_iter().map(|p| (p.display().to_string(), fs::read_to_string(&p).unwrap())),
    );
    for (name, text) in texts {
        let errors: Vec<String> = validator
            .iter_errors(&as_json(&text).unwrap())
            .map(|error| format!("{}: {error}", error.instance_path()))
            .collect();
        assert!(errors.is_empty(), "{name}: {errors:#?}");
    }
}

#[test]
fn the_json_schema_refuses_bad_keys_and_types_as_the_reader_does() {
    let schema = json_schema();
    let validator = jsonschema::validator_for(&schema).unwrap();
    for code in [
        "unknown-key",
        "misplaced-key",
        "missing-key",
        "wrong-type",
        "missing-unit",
        "bad-quantity",
        "unknown-word",
        "unknown-law",
        "bad-id",
        "out-of-range",
        "not-in-a-plan",
    ] {
        let text = fs::read_to_string(format!("{BAD}/{code}.toml")).unwrap();
        assert!(!validator.is_valid(&as_json(&text).unwrap()), "the schema accepts the fixture of {code}");
    }
}

#[test]
fn the_printed_reference_is_that_of_the_program() {
    same_as_stored(Path::new("docs/scenario-reference.md"), &reference()).unwrap();
}
