//! The texts of one loading: where they come from, and the columns of numbers read from tables.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::io::{self, Read as _};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::recorded::{HistoryRow, RecordedRow};
use crate::diagnostic::suggest::{nearest, quoted};
use crate::diagnostic::{Code, Diagnostic, Documents, Span};

/// Larger files are refused: no table of numbers needs more.
const LARGEST_FILE: u64 = 64 << 20;
/// Larger scenarios and plans are refused: none that a person could read is a tenth of it.
const LARGEST_SCENARIO: usize = 4 << 20;

/// Where files are read from.
pub trait Sources {
    /// The bytes of the file at `path`; `-` is the standard input.
    fn read(&self, path: &Path) -> io::Result<Vec<u8>>;

    /// The names of what lies in a folder, for whoever has mistyped one.
    fn names_in(&self, _folder: &Path) -> Vec<String> {
        vec![]
    }
}

/// The file system, and standard input under the name `-`.
#[derive(Clone, Copy, Debug, Default)]
pub struct Disk;

impl Sources for Disk {
    fn read(&self, path: &Path) -> io::Result<Vec<u8>> {
        let mut bytes = Vec::new();
        // One byte more than allowed shows that there is too much, without reading all of it.
        if path == Path::new("-") {
            io::stdin().lock().take(LARGEST_FILE + 1).read_to_end(&mut bytes)?;
        } else {
            std::fs::File::open(path)?.take(LARGEST_FILE + 1).read_to_end(&mut bytes)?;
        }
        Ok(bytes)
    }

    fn names_in(&self, folder: &Path) -> Vec<String> {
        let here = if folder == Path::new("") { Path::new(".") } else { folder };
        let entries = std::fs::read_dir(here).into_iter().flatten().filter_map(Result::ok);
        let mut names: Vec<String> =
            entries.filter_map(|entry| entry.file_name().into_string().ok()).collect();
        // A folder has no order of its own.
        names.sort_unstable();
        names
    }
}

/// Texts in memory, by path: for repeating a run from its manifest, and for tests.
#[derive(Clone, Debug, Default)]
pub struct Memory {
    /// The texts.
    pub files: BTreeMap<PathBuf, String>,
}

impl Memory {
    /// One file of this name.
    pub fn one(path: impl Into<PathBuf>, text: impl Into<String>) -> Memory {
        Memory::default().with(path, text)
    }

    /// The same with one file more.
    #[must_use]
    pub fn with(mut self, path: impl Into<PathBuf>, text: impl Into<String>) -> Memory {
        self.files.insert(path.into(), text.into());
        self
    }
}

impl Sources for Memory {
    fn read(&self, path: &Path) -> io::Result<Vec<u8>> {
        let text = self.files.get(path).ok_or_else(|| io::Error::from(io::ErrorKind::NotFound))?;
        Ok(text.clone().into_bytes())
    }
}

/// All texts read so far.
#[derive(Debug, Default)]
pub(crate) struct Library {
    pub(crate) documents: Documents,
    /// The documents that are files, by path.
    files: BTreeMap<PathBuf, u16>,
    columns: RefCell<Columns>,
    /// Tables of recorded demand, each read once.
    pub(crate) recorded: RefCell<RecordedTables>,
}

/// Tables of recorded demand by document and columns.
#[derive(Debug, Default)]
pub(crate) struct RecordedTables {
    pub(crate) timestamps: BTreeMap<(u16, String), Arc<[RecordedRow]>>,
    pub(crate) histories: BTreeMap<(u16, String, String), Arc<[HistoryRow]>>,
}

/// Columns by document and name, each read once.
type Columns = BTreeMap<(u16, String), Arc<[Row]>>;

/// One cell of a column: its text and where it stands.
#[derive(Clone, Debug)]
pub(crate) struct Row {
    pub(crate) text: String,
    pub(crate) line: u64,
}

impl Library {
    /// Reads a file once. `asked` is where its name was written.
    pub(crate) fn file(
        &mut self,
        path: &Path,
        sources: &dyn Sources,
        asked: Option<Span>,
    ) -> Result<u16, Box<Diagnostic>> {
        if let Some(&doc) = self.files.get(path) {
            return Ok(doc);
        }
        let name = if path == Path::new("-") { "<stdin>".to_owned() } else { path.display().to_string() };
        let text = sources.read(path).map_err(|error| (Code::UnreadableFile, said(&error))).and_then(text);
        match text {
            Ok(text) => {
                let doc = self.documents.add(name, text);
                self.files.insert(path.to_owned(), doc);
                Ok(doc)
            }
            Err((code, why)) => {
                let meant = if why == NO_SUCH_FILE { near_file(path, sources) } else { None };
                let finding = Diagnostic::new(code, format!("cannot read `{name}`: {why}"))
                    .maybe_help(meant.map(|meant| format!("did you mean `{}`?", meant.display())));
                Err(Box::new(match asked {
                    Some(span) => finding.at(span, ""),
                    None => finding,
                }))
            }
        }
    }

    /// Whether a file that was read is too large for a scenario or a plan.
    pub(crate) fn is_no_scenario(&self, doc: u16) -> Option<Diagnostic> {
        let document = self.documents.get(doc).filter(|document| document.text.len() > LARGEST_SCENARIO)?;
        let limit = LARGEST_SCENARIO >> 20;
        let message =
            format!("`{}` is larger than {limit} MiB, the most that a scenario may be", document.name);
        Some(
            Diagnostic::new(Code::TooLarge, message)
                .help("long tables of numbers go into files of their own: `csv = \"...\"`"),
        )
    }

    /// The document of a file that was read before.
    pub(crate) fn doc(&self, path: &Path) -> Option<u16> {
        self.files.get(path).copied()
    }

    /// The files read, by path.
    pub(crate) fn files(&self) -> impl Iterator<Item = (&Path, u16)> {
        self.files.iter().map(|(path, &doc)| (path.as_path(), doc))
    }

    /// A path as written in a document, relative to that document.
    pub(crate) fn beside(&self, doc: u16, path: &str) -> PathBuf {
        let here = self.files.iter().find(|(_, d)| **d == doc).map(|(path, _)| path.as_path());
        here.and_then(Path::parent).unwrap_or(Path::new("")).join(path)
    }

    /// A column of a table of comma-separated values. An error names the line, where there is one.
    pub(crate) fn column(&self, doc: u16, column: &str) -> Result<Arc<[Row]>, (u64, String)> {
        let key = (doc, column.to_owned());
        if let Some(rows) = self.columns.borrow().get(&key) {
            return Ok(rows.clone());
        }
        let text = self.documents.get(doc).map(|d| d.text.clone()).unwrap_or_default();
        let rows: Arc<[Row]> = read_column(&text, column)?.into();
        self.columns.borrow_mut().insert(key, rows.clone());
        Ok(rows)
    }
}

const NO_SUCH_FILE: &str = "there is no such file";

/// The file in the same folder whose name looks most like this one.
fn near_file(path: &Path, sources: &dyn Sources) -> Option<PathBuf> {
    let (folder, typed) = (path.parent()?, path.file_name()?.to_str()?);
    let names = sources.names_in(folder);
    Some(folder.join(nearest(typed, names.iter().map(String::as_str))?))
}

fn said(error: &io::Error) -> String {
    match error.kind() {
        io::ErrorKind::NotFound => NO_SUCH_FILE.to_owned(),
        io::ErrorKind::PermissionDenied => "permission denied".to_owned(),
        io::ErrorKind::IsADirectory => "it is a folder".to_owned(),
        _ => error.to_string().to_lowercase(),
    }
}

fn text(bytes: Vec<u8>) -> Result<String, (Code, String)> {
    if bytes.len() as u64 > LARGEST_FILE {
        let limit = LARGEST_FILE >> 20;
        return Err((Code::TooLarge, format!("it is larger than {limit} MiB, the most that a file may be")));
    }
    if bytes.starts_with(&[0xff, 0xfe]) || bytes.starts_with(&[0xfe, 0xff]) {
        return Err((Code::NotText, "it is UTF-16 text; save it as UTF-8".to_owned()));
    }
    match String::from_utf8(bytes) {
        Ok(text) if text.contains('\0') => Err((
            Code::NotText,
            "it holds zero bytes, as UTF-16 does and text does not; save it as UTF-8".to_owned(),
        )),
        Ok(text) => Ok(text),
        Err(error) => {
            let valid = &error.as_bytes()[..error.utf8_error().valid_up_to()];
            let line = valid.split(|&byte| byte == b'\n').count();
            Err((Code::NotText, format!("line {line} is not UTF-8; save it as UTF-8")))
        }
    }
}

fn read_column(text: &str, column: &str) -> Result<Vec<Row>, (u64, String)> {
    let text = text.trim_start_matches('\u{feff}');
    let mut reader = csv::ReaderBuilder::new().trim(csv::Trim::All).from_reader(text.as_bytes());
    let line_of = |error: &csv::Error| error.position().map_or(1, csv::Position::line);
    let header = reader.headers().map_err(|error| (line_of(&error), error.to_string()))?.clone();
    let Some(at) = header.iter().position(|name| name == column) else {
        let only = header.get(0).filter(|_| header.len() == 1).unwrap_or_default();
        let others = [(';', "semicolons"), ('\t', "tabs")];
        if let Some((_, other)) = others.iter().find(|(mark, _)| only.contains(*mark)) {
            return Err((1, format!("columns are separated by commas, not by {other}")));
        }
        let names: Vec<&str> = header.iter().collect();
        return Err((1, format!("there is no column `{column}`, only {}", quoted(&names))));
    };
    let mut rows = Vec::new();
    for record in reader.records() {
        let record = record.map_err(|error| (line_of(&error), error.to_string()))?;
        let line = record.position().map_or(0, csv::Position::line);
        rows.push(Row { text: record.get(at).unwrap_or_default().to_owned(), line });
    }
    Ok(rows)
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Bytes(&'static [u8]);

    impl Sources for Bytes {
        fn read(&self, _: &Path) -> io::Result<Vec<u8>> {
            Ok(self.0.to_vec())
        }
    }

    fn code(bytes: &'static [u8]) -> Option<Code> {
        Library::default().file(Path::new("a"), &Bytes(bytes), None).err().map(|finding| finding.code)
    }

    #[test]
    fn what_is_no_utf8_text_is_refused_with_a_reason() {
        assert_eq!(code(b"\xff\xfea\0"), Some(Code::NotText));
        assert_eq!(code(b"a = \"\xe4\""), Some(Code::NotText));
        assert_eq!(code(b"\x7fELF\0"), Some(Code::NotText));
        assert_eq!(code("a = \"ä\"".as_bytes()), None);
    }

    #[test]
    fn a_file_without_end_is_refused() {
        struct Endless;
        impl Sources for Endless {
            fn read(&self, _: &Path) -> io::Result<Vec<u8>> {
                Ok(vec![b'#'; LARGEST_FILE as usize + 1])
            }
        }
        let found = Library::default().file(Path::new("a"), &Endless, None).unwrap_err();
        assert_eq!(found.code, Code::TooLarge);
    }

    #[test]
    fn a_missing_file_says_so() {
        let found = Library::default().file(Path::new("x.toml"), &Memory::default(), None).unwrap_err();
        assert_eq!(found.message, "cannot read `x.toml`: there is no such file");
        assert_eq!(found.help, None);
    }

    #[test]
    fn who_mistypes_the_name_of_a_file_is_told_the_nearest() {
        let folder = tempfile::TempDir::new().unwrap();
        for name in ["first-steps.toml", "first-year.toml", "state.toml"] {
            std::fs::write(folder.path().join(name), "").unwrap();
        }
        let meant = |typed: &str| near_file(&folder.path().join(typed), &Disk);
        assert_eq!(meant("frist-steps.toml"), Some(folder.path().join("first-steps.toml")));
        assert_eq!(meant("state"), Some(folder.path().join("state.toml")));
        assert_eq!((meant("plan.toml"), near_file(Path::new("/no/such/folder.toml"), &Disk)), (None, None));
    }

    #[test]
    fn a_column_is_found_by_name_with_its_lines() {
        let rows = read_column("id, hours\n1, 2.5\n2,3\n", "hours").unwrap();
        assert_eq!(rows.iter().map(|r| r.text.as_str()).collect::<Vec<_>>(), ["2.5", "3"]);
        assert_eq!(rows[1].line, 3);
        assert!(read_column("id,hours\n", "days").unwrap_err().1.contains("`id`, `hours`"));
        assert!(read_column("id;hours\n1;2\n", "hours").unwrap_err().1.contains("not by semicolons"));
        assert!(read_column("id\thours\n1\t2\n", "hours").unwrap_err().1.contains("not by tabs"));
        assert!(read_column("id\n1\n", "hours").unwrap_err().1.contains("only `id`"));
    }
}
