//! What runs that were killed left beside a results folder, and how two runs into one folder keep out of each other's way.
//!
//! Whoever writes holds a lock on its temporary folder, which the system takes away when the process ends, in whatever
//! way. So a folder that nobody holds is a leftover. Where folders cannot be locked nothing is taken for one.

use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};

/// A folder that is being written.
pub(super) const WRITING: &str = "writing";
/// Results on their way out, until those that replace them have their place.
pub(super) const REPLACED: &str = "replaced";

/// A lock that lasts as long as this lives; none where folders cannot be locked.
#[derive(Debug)]
pub(super) struct Held(Option<File>);

impl Held {
    /// Waits until nobody else holds the folder. For the moments in which names change.
    pub(super) fn wait(folder: &Path) -> Held {
        Held(File::open(folder).ok().filter(|file| file.lock().is_ok()))
    }

    /// Holds a folder if nobody else does.
    pub(super) fn now(folder: &Path) -> Held {
        Held(File::open(folder).ok().filter(|file| file.try_lock().is_ok()))
    }

    fn is_held(&self) -> bool {
        self.0.is_some()
    }
}

/// Takes away what killed runs left beside the target; results that were to be replaced, and were not, come back.
/// Whoever calls it holds the folder around the target.
pub(super) fn clear(target: &Path) -> io::Result<()> {
    for path in siblings(target, REPLACED)? {
        if target.exists() {
            fs::remove_dir_all(&path)?;
        } else {
            fs::rename(&path, target)?;
        }
    }
    for path in siblings(target, WRITING)? {
        if Held::now(&path).is_held() {
            fs::remove_dir_all(&path)?;
        }
    }
    Ok(())
}

/// The folders beside the target that some run made for it.
fn siblings(target: &Path, what: &str) -> io::Result<Vec<PathBuf>> {
    let Some(name) = target.file_name() else { return Ok(vec![]) };
    let begin = format!(".{}.{what}-", name.to_string_lossy());
    let around = target.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let mut found = vec![];
    for entry in fs::read_dir(around)? {
        let entry = entry?;
        let name = entry.file_name();
        let number = name.to_str().and_then(|name| name.strip_prefix(&begin));
        if number.is_some_and(|number| number.parse::<u32>().is_ok()) && entry.file_type()?.is_dir() {
            found.push(target.with_file_name(name));
        }
    }
    found.sort();
    Ok(found)
}
