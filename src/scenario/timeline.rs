//! Changes in time: which are in force when, how far they have come in, and the moments at which anything changes.

use std::collections::BTreeSet;

use super::Origin;
use super::apply::{Active, apply};
use super::choice::{Hire, Leave};
use super::edit::{Edit, EditKind, EditList};
use super::path::Path;
use super::tree::Table;
use super::value::At;
use crate::diagnostic::{Code, Diagnostic, Span};
use crate::units::Time;
use crate::units::civil::{self, DateTime};

/// More moments of change than this would keep more copies of a scenario than fit comfortably in memory.
pub(crate) const MOST_EPOCHS: usize = 5_000;

/// A change with its times worked out.
#[derive(Clone, Debug)]
pub(crate) struct Timed {
    pub(crate) id: Option<String>,
    pub(crate) why: Option<String>,
    pub(crate) at: Time,
    /// When it is fully in force.
    pub(crate) full: Time,
    pub(crate) until: Option<At<Time>>,
    pub(crate) edits: Vec<(EditKind, EditList)>,
    pub(crate) once: Option<At<f64>>,
    pub(crate) yearly: Option<At<f64>>,
    pub(crate) hire: Option<Hire>,
    pub(crate) leave: Option<Leave>,
    pub(crate) origin: Origin,
    pub(crate) span: Span,
}

impl Timed {
    /// A plan's own edits or those of the command line: in force from the start.
    pub(crate) fn at_start(edits: Vec<(EditKind, EditList)>, origin: Origin, span: Span) -> Timed {
        let (id, why, until) = (None, None, None);
        let (once, yearly, hire, leave) = (None, None, None, None);
        let (at, full) = (Time::ZERO, Time::ZERO);
        Timed { id, why, at, full, until, edits, once, yearly, hire, leave, origin, span }
    }

    /// Every edit with its kind.
    pub(crate) fn each(&self) -> impl Iterator<Item = (EditKind, &super::edit::Edit)> {
        self.edits.iter().flat_map(|(kind, list)| list.edits.iter().map(|edit| (*kind, edit)))
    }

    /// Whether it is in force without being dated.
    pub(crate) fn holds_from_start(&self) -> bool {
        self.origin != Origin::Scenario && self.at == Time::ZERO
    }

    /// How far it has come in during the step that begins at `now`; none if it is not in force.
    fn part(&self, now: Time, start: DateTime) -> Option<f64> {
        if now < self.at || self.until.as_ref().is_some_and(|until| now >= until.value) {
            return None;
        }
        if now >= self.full {
            return Some(1.0);
        }
        // The value in the middle of the step stands for all of it.
        let end = civil::next_midnight(start, now).min(self.full);
        let middle = (now.0 + end.0) as f64 / 2.0;
        Some((middle - self.at.0 as f64) / (self.full - self.at).0 as f64)
    }
}

/// All changes of a loading, in the order in which they come into force, and the tree they change.
pub(crate) struct Timeline<'a> {
    pub(crate) written: &'a Table,
    pub(crate) changes: &'a [Timed],
    pub(crate) start: DateTime,
    /// Where values stood that nobody knows.
    pub(crate) unsure: &'a [Span],
}

impl Timeline<'_> {
    /// Whether nobody knows a value of an edit. That its middle is what stood there before says nothing then.
    pub(crate) fn is_unsure(&self, edit: &Edit) -> bool {
        let whole = edit.value.span;
        self.unsure.iter().any(|one| one.doc == whole.doc && whole.start <= one.start && one.end <= whole.end)
    }

    /// The tree at a moment; `without` leaves one change out.
    pub(crate) fn tree(&self, now: Time, without: Option<usize>, findings: &mut Vec<Diagnostic>) -> Table {
        let mut sheet = self.written.clone();
        let mut active: Vec<Active<'_>> = Vec::new();
        for (number, change) in self.changes.iter().enumerate() {
            let Some(part) = change.part(now, self.start).filter(|_| without != Some(number)) else {
                continue;
            };
            active.extend(change.each().map(|(kind, edit)| {
                let path = Path { text: &edit.path.value, span: edit.path.span };
                Active { path, kind, value: &edit.value, part }
            }));
        }
        apply(&mut sheet, &active, findings);
        if now == Time::ZERO {
            self.move_filled(&mut sheet, &active);
        }
        sheet
    }

    /// Posts that plans or the command line add at the start are filled, those they take away were empty first.
    fn move_filled(&self, sheet: &mut Table, active: &[Active<'_>]) {
        let starting: Vec<&Timed> = self.changes.iter().filter(|change| change.holds_from_start()).collect();
        let edits = |key: &str| {
            let ids = starting.iter().flat_map(|change| change.each()).filter_map(|(_, edit)| {
                edit.path.value.strip_prefix("pool.")?.strip_suffix(key).map(str::to_owned)
            });
            ids.collect::<BTreeSet<String>>()
        };
        let (moved, set) = (edits(".headcount"), edits(".filled"));
        if moved.is_empty() {
            return;
        }
        let mut before = self.written.clone();
        let dated: Vec<Active<'_>> = active
            .iter()
            .filter(|a| {
                !starting.iter().any(|change| change.each().any(|(_, edit)| edit.path.span == a.path.span))
            })
            .cloned()
            .collect();
        apply(&mut before, &dated, &mut Vec::new());
        for id in moved.difference(&set) {
            let posts = |sheet: &Table| {
                pool(sheet, id).and_then(|t| t.get("headcount")).and_then(super::tree::Node::amount)
            };
            let (Some(old), Some(new)) = (posts(&before), posts(sheet)) else { continue };
            let Some(filled) = pool_mut(sheet, id).and_then(|table| table.get_mut("filled")) else {
                continue;
            };
            if let Some(count) = filled.amount() {
                filled.value = super::tree::Value::Integer((count + new - old).min(new).max(0.0) as i128);
            }
        }
    }

    /// The date of a moment, for messages.
    pub(crate) fn date(&self, at: Time) -> String {
        civil::date_time(self.start, at).map(|moment| moment.date().to_string()).unwrap_or_default()
    }

    /// The moments before `end` at which the scenario changes, 0 among them.
    pub(crate) fn moments(&self, end: Time) -> Result<Vec<Time>, Box<Diagnostic>> {
        let mut moments = BTreeSet::from([Time::ZERO]);
        for change in self.changes.iter().filter(|change| !change.edits.is_empty()) {
            let last = change.until.as_ref().map_or(Time::NEVER, |until| until.value).min(end);
            let mut now = change.at;
            while now < last && now < change.full && moments.len() <= MOST_EPOCHS {
                moments.insert(now);
                now = civil::next_midnight(self.start, now);
            }
            moments.extend([change.at.max(Time::ZERO), change.full]);
            moments.extend(change.until.as_ref().map(|until| until.value));
            if moments.len() > MOST_EPOCHS {
                let message = format!("the scenario changes at more than {MOST_EPOCHS} moments");
                return Err(Box::new(
                    Diagnostic::new(Code::TooManyChanges, message)
                        .at(change.span, "with this change")
                        .help("`over` makes a step each day: let it come in over a shorter time"),
                ));
            }
        }
        Ok(moments.into_iter().filter(|&moment| moment < end || moment == Time::ZERO).collect())
    }
}

pub(crate) fn pool<'t>(sheet: &'t Table, id: &str) -> Option<&'t Table> {
    super::path::tables(sheet, "pool").find(|table| table.id() == Some(id))
}

fn pool_mut<'t>(sheet: &'t mut Table, id: &str) -> Option<&'t mut Table> {
    let super::tree::Value::List(list) = &mut sheet.get_mut("pool")?.value else { return None };
    list.iter_mut().filter_map(|node| node.table_mut()).find(|table| table.id() == Some(id))
}
