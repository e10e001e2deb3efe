//! The scenario language: files, plans and edits become typed [`Scenario`]s, one for each date at which something
//! changes. All mistakes are found in one go, each with its place.
//!
//! What the values mean together (names across tables, routes, loads) is checked by the model.

mod apply;
mod change;
mod check;
mod check_flow;
mod check_parts;
pub mod choice;
mod cost;
pub mod demand;
pub mod edit;
pub mod hours;
mod json_schema;
pub mod keyed;
pub mod law;
mod law_families;
mod law_parameters;
mod law_reading;
mod layers;
mod library;
mod load;
mod moments;
mod options;
pub mod order;
pub mod parts;
mod path;
mod read;
mod reading;
pub mod recorded;
mod reference;
pub mod schema;
mod spec;
mod staff_keys;
mod syntax;
mod timeline;
mod tree;
pub mod triage;
mod unsure;
mod unsure_schema;
pub mod value;
mod words;
mod write;

pub use choice::{Belief, CountsAs, Happening, Hire, Leave, PartOf, RouteBy, Servers, ShiftEnd, StageEdge};
pub use demand::{History, Recorded, Then};
pub use edit::EditKind;
pub use hours::{DayOfYear, Holiday, WeekHours};
pub use json_schema::json_schema;
pub use keyed::{ByClass, Profile, Shares};
pub use law::{Given, LawKind, LawSpec};
pub use library::{Disk, Memory, Sources};
pub use load::{Loading, Request, load};
pub use options::{Offer, OfferTable, Price, offers};
pub use order::{Ageing, Order};
pub use parts::{Assignment, Join, Part, WeekSlots};
pub(crate) use path::is_count;
pub use recorded::{HistoryRow, RecordedRow};
pub use reference::{explain_key, reference};
pub use schema::{
    Absence, Burnout, Burst, Class, GatherRule, Header, Hourly, Initial, Link, Milestone, Outcome, Pool,
    Retention, Scenario, Shift, Source, SplitInto, StaffingExponent, Stage, Target, Training, Wip,
};
pub use triage::{Assess, Park, Prefers, QueueLimit, Reserve, Row, Threshold};
pub use unsure::Unknown;
pub use value::{At, Id, TimeSpan};
pub(crate) use write::{in_unit, quantity};

use std::rc::Rc;

use crate::diagnostic::{Documents, Span};
use crate::units::Time;

/// Everything that one loading gives.
#[derive(Clone, Debug)]
pub struct Loaded {
    /// A short name for folders and titles: the file's, without its ending.
    pub name: String,
    /// The plans' names, joined; none without plans.
    pub plan: Option<String>,
    /// The number of the text in which the scenario itself stands, below all plans.
    pub root: u16,
    /// The scenario from each moment at which something changes; the first is at 0, times rise.
    pub epochs: Vec<Epoch>,
    /// The posts of each pool as the file with the pool writes them, before plans and edits.
    pub written_posts: Vec<(String, f64)>,
    /// Every change, plan and edit, in order of time.
    pub changes: Vec<ChangeInfo>,
    /// Every file that was read, as it was.
    pub inputs: Vec<Input>,
    /// The scenario at the start as TOML, after plans and edits, with the changes that are still to come.
    pub effective: String,
    /// Every value in force at the start, by path, as it would be written.
    pub parameters: Vec<(String, String)>,
    /// All texts, for findings that point into them.
    pub documents: Documents,
    /// The values that nobody knows.
    pub unknowns: Vec<Unknown>,
    /// What was read, for another draw of them.
    again: Rc<(unsure::Written, library::Library)>,
}

/// The scenario as it stands from one moment on.
#[derive(Clone, Debug)]
pub struct Epoch {
    /// From when.
    pub at: Time,
    /// What holds then.
    pub scenario: Scenario,
}

/// One change, plan or command-line edit.
#[derive(Clone, PartialEq, Debug)]
pub struct ChangeInfo {
    /// Its id, where it has one.
    pub id: Option<String>,
    /// From when it is in force.
    pub at: Time,
    /// When it is fully in force, where it comes in evenly.
    pub full: Option<Time>,
    /// When it is withdrawn.
    pub until: Option<Time>,
    /// Why, as written.
    pub why: Option<String>,
    /// What it costs once.
    pub once: f64,
    /// What it costs in a year while it is in force.
    pub yearly: f64,
    /// How posts it adds are filled, where written.
    pub hire: Option<Hire>,
    /// How posts it takes away become empty, where written.
    pub leave: Option<Leave>,
    /// What it edits.
    pub edits: Vec<EditInfo>,
    /// Where it stands.
    pub span: Span,
    /// Who says so.
    pub origin: Origin,
}

/// Where a change comes from.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Origin {
    /// The scenario itself.
    Scenario,
    /// A plan, by name.
    Plan(String),
    /// The command line.
    CommandLine,
}

/// One edited path.
#[derive(Clone, PartialEq, Debug)]
pub struct EditInfo {
    /// `pool.examiner.headcount`.
    pub path: String,
    /// What is done to it.
    pub kind: EditKind,
    /// The value in the edit, as written.
    pub value: String,
    /// What was in force just before, as it would be written.
    pub before: String,
    /// What is in force once the change is, as it would be written.
    pub after: String,
    /// Where the edit stands.
    pub span: Span,
}

/// A file as it was read.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Input {
    /// Its path as given.
    pub name: String,
    /// Its text.
    pub text: String,
}

/// A commented file to start from; it loads without a finding.
pub fn starter() -> &'static str {
    include_str!("starter.toml")
}

#[cfg(test)]
mod tests;
