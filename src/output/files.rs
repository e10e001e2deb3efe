//! Tables as files, made side by side: the numbers of the largest ones take longer to write out than to simulate.

use crate::error::Error;
use crate::output::csv;
use crate::output::manifest::sha256;
use crate::output::tables::{Row, Table};
use crate::run::on_threads;

/// Rows that are written out at once.
const PIECE: usize = 4096;

/// A table as it is written, with its hash.
#[derive(Debug)]
pub struct File {
    pub(super) table: Table,
    pub(super) bytes: Vec<u8>,
    pub(super) sha256: String,
}

impl From<(Table, Vec<u8>)> for File {
    fn from((table, bytes): (Table, Vec<u8>)) -> File {
        File { table, sha256: sha256(&bytes), bytes }
    }
}

type Piece<'a> = Box<dyn Fn() -> Vec<u8> + Send + Sync + 'a>;

/// A table that is to be written: the header, then its rows, in pieces that are joined in their order.
pub(super) struct Sheet<'a> {
    table: Table,
    pieces: Vec<Piece<'a>>,
}

impl<'a> Sheet<'a> {
    pub(super) fn of<R: Row + Sync>(rows: &'a [R]) -> Sheet<'a> {
        let header: Piece<'a> = Box::new(|| csv::header(R::TABLE));
        let lines = rows.chunks(PIECE).map(|rows| Box::new(|| csv::lines(rows)) as Piece<'a>);
        Sheet { table: R::TABLE, pieces: std::iter::once(header).chain(lines).collect() }
    }

    /// The file's content.
    pub(super) fn content(&self) -> (Table, Vec<u8>) {
        (self.table, self.pieces.iter().flat_map(|piece| piece()).collect())
    }
}

/// All tables as files, by so many threads.
pub(super) fn made(sheets: &[Sheet<'_>], threads: Option<usize>) -> Result<Vec<File>, Error> {
    let pieces = sheets.iter().flat_map(|sheet| &sheet.pieces).collect();
    let mut made = on_threads(threads, pieces, |piece| piece())?.into_iter();
    let parts = sheets.iter().map(|sheet| (sheet.table, made.by_ref().take(sheet.pieces.len()).collect()));
    let tables: Vec<(Table, Vec<Vec<u8>>)> = parts.collect();
    on_threads(threads, tables, |(table, parts)| File::from((table, parts.concat())))
}
