//! The points of a sweep that are finished while others are not: kept beside the results folder, so that a sweep which
//! was stopped goes on where it was. The results folder itself stays complete or not there.

use std::fs;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use crate::error::{Error, ErrorKind};
use crate::output::csv;
use crate::output::folder::hidden;
use crate::output::manifest::{Manifest, sha256};
use crate::output::tables::SweepRow;

/// Says what the points that are kept belong to.
const KEY: &str = "sweep.json";

/// What the points of a sweep depend on beside what is set at them.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct Key(Vec<(String, String)>);

/// The folder of finished points; it is there only while it holds some.
#[derive(Debug)]
pub struct Unfinished {
    folder: PathBuf,
    key: Key,
}

impl Unfinished {
    /// Looks at what is kept for the results folder `target`; with `anew` it is thrown away.
    ///
    /// Fails where points of another sweep are kept: of another scenario, seed or number of replications, or made by
    /// another version. Which parameters are varied, and where, may differ.
    pub fn open(target: &Path, manifest: &Manifest, anew: bool) -> Result<Unfinished, Error> {
        let kept = Unfinished { folder: hidden(target, "points")?, key: Key::of(manifest) };
        if anew {
            kept.discard()?;
            return Ok(kept);
        }
        let path = kept.folder.join(KEY);
        let text = match fs::read_to_string(&path) {
            Err(e) if e.kind() == std::io::ErrorKind::NotFound => return Ok(kept),
            other => other.map_err(Error::io(&path))?,
        };
        let old: Key = serde_json::from_str(&text)
            .map_err(|e| Error::at(&path, ErrorKind::Malformed(format!("this is damaged: {e}"))))?;
        match kept.key.differences(&old) {
            none if none.is_empty() => Ok(kept),
            some => Err(Error::at(
                &kept.folder,
                ErrorKind::Unfinished(format!("another {}", some.join(", another "))),
            )),
        }
    }

    /// Whether the points of a finished sweep are the same as those of another would be, wherever both have them.
    pub fn agree(one: &Manifest, other: &Manifest) -> bool {
        Key::of(one) == Key::of(other)
    }

    /// Where the points are kept.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// The rows of a point, if it is finished.
    pub fn find(&self, id: &str) -> Result<Option<Vec<SweepRow>>, Error> {
        let path = self.folder.join(format!("{id}.csv"));
        if path.is_file() { csv::read_file(&path).map(Some) } else { Ok(None) }
    }

    /// Keeps the rows of a finished point, as a whole file.
    pub fn keep(&self, id: &str, rows: &[SweepRow]) -> Result<(), Error> {
        if !self.folder.join(KEY).is_file() {
            fs::create_dir_all(&self.folder).map_err(Error::io(&self.folder))?;
            let text = serde_json::to_string_pretty(&self.key).expect("words can be written as JSON");
            self.write(KEY, text.as_bytes())?;
        }
        self.write(&format!("{id}.csv"), &csv::to_bytes(rows))
    }

    fn write(&self, name: &str, bytes: &[u8]) -> Result<(), Error> {
        let path = self.folder.join(name);
        let temporary = self.folder.join(format!(".{name}.writing"));
        let written = fs::write(&temporary, bytes).and_then(|()| fs::rename(&temporary, &path));
        written.map_err(Error::io(&path))
    }

    /// Throws away what is kept. What somebody else put there stays.
    pub fn discard(&self) -> Result<(), Error> {
        let Ok(entries) = fs::read_dir(&self.folder) else { return Ok(()) };
        for entry in entries {
            let path = entry.map_err(Error::io(&self.folder))?.path();
            let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
            if is_ours(&name) {
                fs::remove_file(&path).map_err(Error::io(&path))?;
            }
        }
        // It does not go while it holds anything else, which is as it should be.
        let _ = fs::remove_dir(&self.folder);
        Ok(())
    }
}

fn is_ours(name: &str) -> bool {
    let name = name.strip_prefix('.').and_then(|name| name.strip_suffix(".writing")).unwrap_or(name);
    let point = name
        .strip_suffix(".csv")
        .is_some_and(|id| id.len() == 16 && id.bytes().all(|b| b.is_ascii_hexdigit()));
    name == KEY || point
}

impl Key {
    fn of(manifest: &Manifest) -> Key {
        // The effective scenario holds what stands in the files of the language; tables of numbers stand beside it.
        let tables = manifest.inputs.iter().filter(|input| {
            let path = Path::new(&input.name);
            path.extension().is_some_and(|end| end != "toml")
        });
        let data: Vec<String> = tables.map(|input| format!("{} {}\n", input.name, input.sha256)).collect();
        let parts = [
            ("version of the program", format!("{} on {}", manifest.version, manifest.platform)),
            ("scenario", format!("{} {} {}", manifest.scenario, manifest.plan, manifest.effective_sha256)),
            ("table of numbers", sha256(data.concat().as_bytes())),
            ("seed", manifest.seed.to_string()),
            ("number of replications", manifest.replications.to_string()),
            ("number of draws", manifest.draws.to_string()),
            ("choice of measures", manifest.measures.join("; ")),
            ("level", manifest.level.to_string()),
        ];
        Key(parts.map(|(name, value)| (name.to_owned(), value)).to_vec())
    }

    /// What the two differ in.
    fn differences(&self, other: &Key) -> Vec<String> {
        let differs =
            |(name, value): &&(String, String)| !other.0.iter().any(|(n, v)| (n, v) == (name, value));
        self.0.iter().filter(differs).map(|(name, _)| name.clone()).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::output::Swept;

    fn manifest() -> Manifest {
        let mut manifest = Manifest::new("desk", "");
        manifest.set_effective("[scenario]\n");
        Manifest { replications: 5, ..manifest }
    }

    fn row(estimate: f64) -> SweepRow {
        SweepRow {
            scenario: "desk".to_owned(),
            plan: String::new(),
            point: 0,
            measure: "backlog_at_end".to_owned(),
            class: String::new(),
            unit: "cases".to_owned(),
            estimate: Some(estimate),
            low: None,
            high: None,
            level: Some(0.95),
            n: 5,
            method: "student-t".to_owned(),
        }
    }

    #[test]
    fn points_are_kept_to_the_bit_until_they_are_thrown_away() {
        let home = tempfile::TempDir::new().unwrap();
        let target = home.path().join("desk-swept");
        let kept = Unfinished::open(&target, &manifest(), false).unwrap();
        assert!(!kept.folder().exists(), "nothing is there before there is something to keep");
        let id = Swept::id([("x", "1")].into_iter());
        kept.keep(&id, &[row(0.1 + 0.2)]).unwrap();
        let again = Unfinished::open(&target, &manifest(), false).unwrap();
        assert_eq!(again.find(&id).unwrap(), Some(vec![row(0.1 + 0.2)]));
        assert_eq!(again.find(&Swept::id([("x", "2")].into_iter())).unwrap(), None);
        again.discard().unwrap();
        assert!(!again.folder().exists());
    }

    #[test]
    fn points_of_another_sweep_are_refused_by_what_differs() {
        let home = tempfile::TempDir::new().unwrap();
        let target = home.path().join("desk-swept");
        let id = Swept::id([("x", "1")].into_iter());
        Unfinished::open(&target, &manifest(), false).unwrap().keep(&id, &[row(1.0)]).unwrap();
        let other = Manifest { seed: 9, ..manifest() };
        let why = Unfinished::open(&target, &other, false).unwrap_err().to_string();
        assert!(why.contains("another seed") && why.contains("--force"), "{why}");
        let wider = Manifest { vary: vec!["x=1..9:1".to_owned()], ..manifest() };
        assert!(Unfinished::open(&target, &wider, false).unwrap().find(&id).unwrap().is_some());
        assert_eq!(Unfinished::open(&target, &other, true).unwrap().find(&id).unwrap(), None);
    }

    #[test]
    fn a_file_of_somebody_else_is_left_alone() {
        let home = tempfile::TempDir::new().unwrap();
        let kept = Unfinished::open(&home.path().join("a"), &manifest(), false).unwrap();
        kept.keep("0123456789abcdef", &[row(1.0)]).unwrap();
        fs::write(kept.folder().join("notes.txt"), "mine").unwrap();
        kept.discard().unwrap();
        assert_eq!(fs::read_dir(kept.folder()).unwrap().count(), 1);
    }
}
