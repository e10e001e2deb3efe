//! The results folder: complete or not there, and never at the cost of somebody else's files.

use std::fs;
use std::path::{Path, PathBuf};

use crate::error::{Error, ErrorKind};
use crate::output::csv;
use crate::output::files::File;
use crate::output::leftovers::{self, Held, REPLACED, WRITING};
use crate::output::manifest::{self, Manifest, TableFile, sha256};
use crate::output::tables::TABLES;

/// The folder of the charts.
const CHARTS: &str = "charts";
/// The table of columns.
const COLUMNS: &str = "columns.csv";

/// A results folder that is being written: everything goes to a temporary folder beside it, which takes its name
/// when all is there. Dropped before that, it leaves nothing behind.
#[derive(Debug)]
pub struct OutputDir {
    target: PathBuf,
    /// Whether other results may be replaced.
    force: bool,
    /// Where files go until then; none once it has taken its place.
    temporary: Option<PathBuf>,
    /// Says that somebody is writing there.
    _held: Held,
}

impl OutputDir {
    /// Looks whether results of the run that `manifest` describes may go to `target`, without writing anything.
    ///
    /// They may if nothing is there, or results of the very same run, or, with `force`, any results; a folder that
    /// holds anything else is never touched.
    pub fn may_write(target: &Path, manifest: &Manifest, force: bool) -> Result<(), Error> {
        match fs::symlink_metadata(target) {
            Err(e) if e.kind() == std::io::ErrorKind::NotFound => return Ok(()),
            Err(e) => return Err(Error::io(target)(e)),
            Ok(meta) if !meta.is_dir() => {
                let why = "this is a file or a link, results need a folder of their own".to_owned();
                return Err(Error::at(target, ErrorKind::Malformed(why)));
            }
            Ok(_) => {}
        }
        if let Some(name) = foreign(target)? {
            return Err(Error::at(target, ErrorKind::Foreign(name)));
        }
        let empty = fs::read_dir(target).map_err(Error::io(target))?.next().is_none();
        let same = || Manifest::read(target).is_ok_and(|old| old.same_run(manifest));
        if empty || force || same() { Ok(()) } else { Err(Error::at(target, ErrorKind::Occupied)) }
    }

    /// Begins to write results for `target`.
    pub fn create(target: &Path, manifest: &Manifest, force: bool) -> Result<OutputDir, Error> {
        OutputDir::may_write(target, manifest, force)?;
        let temporary = sibling(target, WRITING)?;
        let parent = parent(target);
        fs::create_dir_all(parent).map_err(Error::io(parent))?;
        let _alone = Held::wait(parent);
        leftovers::clear(target).map_err(Error::io(target))?;
        OutputDir::may_write(target, manifest, force)?;
        fs::create_dir(&temporary).map_err(Error::io(target))?;
        let held = Held::now(&temporary);
        Ok(OutputDir { target: target.to_owned(), force, temporary: Some(temporary), _held: held })
    }

    /// The folder to write into for now.
    fn path(&self) -> &Path {
        self.temporary.as_deref().expect("the folder is consumed when it takes its place")
    }

    /// Writes all tables and notes them in the manifest.
    pub fn write_tables<F: Into<File>>(
        &self,
        tables: impl IntoIterator<Item = F>,
        manifest: &mut Manifest,
    ) -> Result<(), Error> {
        let mut list = vec![];
        for File { table, bytes, sha256 } in tables.into_iter().map(F::into) {
            self.write_table(table.file(), &bytes, sha256, manifest)?;
            list.push(table);
        }
        let columns = csv::columns(&list);
        self.write_table(COLUMNS.to_owned(), &columns, sha256(&columns), manifest)
    }

    fn write_table(
        &self,
        name: String,
        bytes: &[u8],
        sha256: String,
        manifest: &mut Manifest,
    ) -> Result<(), Error> {
        self.write(Path::new(&name), bytes)?;
        manifest.tables.push(TableFile { sha256, bytes: bytes.len() as u64, name });
        Ok(())
    }

    /// Writes a chart: `name` is a file name such as `backlog.svg`.
    pub fn write_chart(&self, name: &str, bytes: &[u8]) -> Result<(), Error> {
        let charts = self.path().join(CHARTS);
        fs::create_dir_all(&charts).map_err(Error::io(&charts))?;
        self.write(&Path::new(CHARTS).join(name), bytes)
    }

    fn write(&self, name: &Path, bytes: &[u8]) -> Result<(), Error> {
        let path = self.path().join(name);
        // A failure is told about the folder that people know, not about the temporary one.
        fs::write(&path, bytes).map_err(Error::io(&self.target.join(name)))
    }

    /// Writes the manifest and puts the folder in its place.
    pub fn finish(mut self, manifest: &Manifest) -> Result<(), Error> {
        self.write(Path::new(manifest::FILE), manifest.to_text().as_bytes())?;
        let old = sibling(&self.target, REPLACED)?;
        let _alone = Held::wait(parent(&self.target));
        // Somebody may have put files there, or finished another run, since this one began.
        OutputDir::may_write(&self.target, manifest, self.force)?;
        let replaces = self.target.is_dir();
        if replaces {
            fs::rename(&self.target, &old).map_err(Error::io(&self.target))?;
        }
        if let Err(e) = fs::rename(self.path(), &self.target) {
            if replaces {
                // Put back what was there; the first failure is the one to tell.
                let _ = fs::rename(&old, &self.target);
            }
            return Err(Error::io(&self.target)(e));
        }
        self.temporary = None;
        if replaces { fs::remove_dir_all(&old).map_err(Error::io(&old)) } else { Ok(()) }
    }
}

impl Drop for OutputDir {
    fn drop(&mut self) {
        if let Some(temporary) = &self.temporary {
            // Nothing can be done about a failure here, and what is left is clearly named.
            let _ = fs::remove_dir_all(temporary);
        }
    }
}

/// Redraws: replaces the charts of an existing results folder, each file as a whole.
pub fn replace_chart(folder: &Path, name: &str, bytes: &[u8]) -> Result<(), Error> {
    let charts = folder.join(CHARTS);
    fs::create_dir_all(&charts).map_err(Error::io(&charts))?;
    let (path, temporary) = (charts.join(name), charts.join(format!(".{name}.writing")));
    let written = fs::write(&temporary, bytes).and_then(|()| fs::rename(&temporary, &path));
    written.map_err(|e| {
        let _ = fs::remove_file(&temporary);
        Error::io(&path)(e)
    })
}

/// The folder around the target.
fn parent(target: &Path) -> &Path {
    target.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

/// A hidden name beside the target that no other process has.
fn sibling(target: &Path, what: &str) -> Result<PathBuf, Error> {
    hidden(target, &format!("{what}-{}", std::process::id()))
}

/// A hidden name beside the target.
pub(super) fn hidden(target: &Path, what: &str) -> Result<PathBuf, Error> {
    let Some(name) = target.file_name() else {
        let why = "results need a folder with a name".to_owned();
        return Err(Error::at(target, ErrorKind::Malformed(why)));
    };
    Ok(target.with_file_name(format!(".{}.{what}", name.to_string_lossy())))
}

/// A file in the folder that is no result of ours.
fn foreign(folder: &Path) -> Result<Option<String>, Error> {
    for entry in fs::read_dir(folder).map_err(Error::io(folder))? {
        let entry = entry.map_err(Error::io(folder))?;
        let name = entry.file_name().to_string_lossy().into_owned();
        let is_dir = entry.file_type().map_err(Error::io(folder))?.is_dir();
        if is_dir && name == CHARTS {
            let strange = foreign_chart(&entry.path())?;
            if strange.is_some() {
                return Ok(strange);
            }
        } else if is_dir || !is_ours(&name) {
            return Ok(Some(name));
        }
    }
    Ok(None)
}

fn foreign_chart(charts: &Path) -> Result<Option<String>, Error> {
    for entry in fs::read_dir(charts).map_err(Error::io(charts))? {
        let entry = entry.map_err(Error::io(charts))?;
        let name = entry.file_name().to_string_lossy().into_owned();
        let picture = Path::new(&name).extension().is_some_and(|e| e == "svg" || e == "png");
        if !picture || entry.path().is_dir() {
            return Ok(Some(format!("{CHARTS}/{name}")));
        }
    }
    Ok(None)
}

fn is_ours(name: &str) -> bool {
    name == manifest::FILE || name == COLUMNS || TABLES.iter().any(|table| table.file() == name)
}
