//! What leaves the program: tables, the results folder, the manifest.

mod comparison;
pub mod csv;
pub mod docs;
mod files;
mod folder;
mod investing;
mod leftovers;
mod manifest;
mod moment;
mod results;
mod rows;
mod sensitive;
mod series_rows;
mod sizing;
mod sweep;
pub mod tables;
#[cfg(test)]
mod tests;
mod unfinished;

pub use comparison::{Compared, selection};
pub use files::File;
pub use folder::{OutputDir, replace_chart};
pub use investing::Invested;
pub use manifest::{
    AlternativeNote, DesignNote, EditNote, InputFile, InvestNote, Manifest, PartNote, RegimeNote,
    SelectionNote, SensitivityNote, SizeNote, TableFile, UnknownNote, sha256,
};
pub use moment::Moment;
pub use results::{Beside, Results};
pub use sensitive::Sensed;
pub use sizing::Sized;
pub use sweep::Swept;
pub use unfinished::Unfinished;
