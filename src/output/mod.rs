//! What leaves the program: tables, the results folder, the manifest.

pub mod csv;
pub mod docs;
mod folder;
mod leftovers;
mod manifest;
mod moment;
mod results;
mod rows;
mod series_rows;
pub mod tables;
#[cfg(test)]
mod tests;

pub use folder::{OutputDir, replace_chart};
pub use manifest::{EditNote, InputFile, Manifest, TableFile, UnknownNote, sha256};
pub use moment::Moment;
pub use results::{Beside, Results};
