//! What leaves the program: tables, the results folder, the manifest.

mod comparison;
pub mod csv;
pub mod docs;
mod folder;
mod manifest;
mod moment;
mod results;
mod rows;
mod series_rows;
mod sizing;
pub mod tables;
#[cfg(test)]
mod tests;

pub use comparison::Compared;
pub use folder::{OutputDir, replace_chart};
pub use manifest::{
    AlternativeNote, EditNote, InputFile, Manifest, SizeNote, TableFile, UnknownNote, sha256,
};
pub use moment::Moment;
pub use results::{Beside, Results};
pub use sizing::Sized;
