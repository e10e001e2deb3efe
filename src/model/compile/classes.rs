//! Classes: their order, their precedence, and what stands for a class that a table does not name.

use crate::diagnostic::suggest::did_you_mean;
use crate::diagnostic::{Code, Diagnostic};
use crate::model::{Class, ClassId};
use crate::scenario::{self, ByClass, Id, Scenario};

/// The observed class of cases that nobody has looked at.
pub(super) const UNKNOWN: &str = "unknown";

/// A true class.
struct Row {
    id: String,
    /// Its parent's row, for a sub-class.
    parent: Option<usize>,
    /// The row of its top-level class among those.
    report: usize,
    /// Precedence of its top-level class.
    precedence: u16,
}

/// True classes, sub-classes directly after their parent.
pub(super) struct Classes {
    rows: Vec<Row>,
    reported: Vec<String>,
    unknown_precedence: u16,
}

impl Classes {
    /// From the classes as written.
    pub(super) fn new(scenario: &Scenario, findings: &mut Vec<Diagnostic>) -> Classes {
        let written = &scenario.classes;
        check_parents(written, findings);
        let mut classes = Classes { rows: vec![], reported: vec![], unknown_precedence: u16::MAX };
        for (precedence, class) in written.iter().filter(|c| c.of.is_none()).enumerate() {
            let precedence = precedence as u16;
            if class.id.value == UNKNOWN {
                classes.unknown_precedence = precedence;
                continue;
            }
            classes.reported.push(class.id.value.clone());
            classes.add(written, class, None, precedence);
        }
        classes
    }

    fn add(
        &mut self,
        written: &[scenario::Class],
        class: &scenario::Class,
        parent: Option<usize>,
        precedence: u16,
    ) {
        let row = self.rows.len();
        self.rows.push(Row {
            id: class.id.value.clone(),
            parent,
            report: self.reported.len() - 1,
            precedence,
        });
        let children = written.iter().filter(|c| c.of.as_ref().is_some_and(|of| of.value == class.id.value));
        for child in children.filter(|c| c.id.value != UNKNOWN) {
            self.add(written, child, Some(row), precedence);
        }
    }

    /// How many true classes there are.
    pub(super) fn len(&self) -> usize {
        self.rows.len()
    }

    /// Their ids in order.
    pub(super) fn names(&self) -> Vec<String> {
        self.rows.iter().map(|r| r.id.clone()).collect()
    }

    /// The model's table.
    pub(super) fn model(&self) -> Vec<Class> {
        self.rows.iter().map(|r| Class { id: r.id.clone(), report: r.report, repeat: vec![] }).collect()
    }

    /// Top-level classes.
    pub(super) fn reported(&self) -> Vec<String> {
        self.reported.clone()
    }

    /// The row in reports of a top-level class.
    pub(super) fn report_row(&self, class: ClassId) -> Option<usize> {
        let row = &self.rows[class.index()];
        row.parent.is_none().then_some(row.report)
    }

    /// By observed class.
    pub(super) fn precedence(&self) -> Vec<u16> {
        self.rows.iter().map(|r| r.precedence).chain([self.unknown_precedence]).collect()
    }

    /// What a table says of each true class: its own entry, else its parent's, else the default.
    pub(super) fn spread<'t, T>(&self, table: &'t ByClass<T>) -> Vec<Option<&'t T>> {
        (0..self.rows.len()).map(|row| self.of(table, Some(row))).collect()
    }

    /// The same of each observed class, `unknown` last.
    pub(super) fn spread_observed<'t, T>(&self, table: &'t ByClass<T>) -> Vec<Option<&'t T>> {
        let unknown = named(table, UNKNOWN).or(table.default.as_ref());
        self.spread(table).into_iter().chain([unknown]).collect()
    }

    fn of<'t, T>(&self, table: &'t ByClass<T>, row: Option<usize>) -> Option<&'t T> {
        match row {
            None => table.default.as_ref(),
            Some(row) => named(table, &self.rows[row].id).or_else(|| self.of(table, self.rows[row].parent)),
        }
    }

    /// Findings for entries of a table that name no class; `unknown` is one where observed classes are meant.
    pub(super) fn check_names<T>(&self, table: &ByClass<T>, observed: bool, findings: &mut Vec<Diagnostic>) {
        for (id, _) in &table.named {
            let known = self.rows.iter().any(|r| r.id == id.value) || (observed && id.value == UNKNOWN);
            if !known {
                findings.push(self.unknown_class(id, observed));
            }
        }
    }

    /// The finding for a name that is no class.
    fn unknown_class(&self, id: &Id, observed: bool) -> Diagnostic {
        let mut names = self.names();
        names.extend(observed.then(|| UNKNOWN.to_owned()));
        Diagnostic::new(Code::UnknownClass, format!("there is no class `{}`", id.value))
            .at(id.span, "no such class")
            .maybe_help(did_you_mean(&id.value, names.iter().map(String::as_str)))
    }
}

fn named<'t, T>(table: &'t ByClass<T>, name: &str) -> Option<&'t T> {
    table.named.iter().find(|(id, _)| id.value == name).map(|(_, value)| value)
}

/// Parents exist and nobody is its own ancestor.
fn check_parents(written: &[scenario::Class], findings: &mut Vec<Diagnostic>) {
    let parent = |class: &scenario::Class| {
        let of = class.of.as_ref()?;
        written.iter().find(|c| c.id.value == of.value)
    };
    for class in written {
        let Some(of) = &class.of else { continue };
        if parent(class).is_none() {
            let finding = Diagnostic::new(Code::UnknownClass, format!("there is no class `{}`", of.value))
                .at(of.span, "no such class")
                .maybe_help(did_you_mean(&of.value, written.iter().map(|c| c.id.value.as_str())));
            findings.push(finding);
        }
        let mut ancestor = parent(class);
        let mut steps = 0;
        while let Some(a) = ancestor.filter(|_| steps <= written.len()) {
            if a.id.value == class.id.value {
                let message = format!("class `{}` is a sub-class of itself", class.id.value);
                findings
                    .push(Diagnostic::new(Code::CircularClasses, message).at(of.span, "leads back to it"));
                break;
            }
            ancestor = parent(a);
            steps += 1;
        }
    }
}
