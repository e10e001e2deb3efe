//! What a case brings with it and what follows from it: devices, further tips about its subject, tips that concern it,
//! and the outcome of those.

use super::Context;
use super::classes::UNKNOWN;
use super::words::counts_as;
use crate::diagnostic::{Code, Diagnostic, Span};
use crate::model::{CountsAs, HazardPiece, JobKind, Law, Link, Outcome, OutcomeId};
use crate::scenario::{self, Epoch, PartOf};
use crate::units::DAY;

/// How linked tips end where the scenario does not say it.
pub(super) const LINKED: &str = "linked";

/// Whether tips can be linked at any date.
pub(super) fn links(epochs: &[Epoch]) -> bool {
    let scenarios = || epochs.iter().map(|epoch| &epoch.scenario);
    scenarios().flat_map(|s| &s.sources).any(|source| source.link.is_some())
        || scenarios()
            .flat_map(|s| &s.classes)
            .any(|class| class.repeat.as_ref().is_some_and(|r| r.value > 0.0))
}

impl Context<'_> {
    /// What each true class has of something at a date; a sub-class has its parent's where it has none.
    pub(super) fn of_classes<'e, T>(
        &self,
        epoch: &'e Epoch,
        key: impl Fn(&'e scenario::Class) -> Option<&'e T>,
    ) -> Vec<Option<&'e T>> {
        let classes = &epoch.scenario.classes;
        let of = |name: &str| classes.iter().find(|c| c.id.value == name);
        let own = |name: &String| {
            let mut class = of(name);
            while let Some(c) = class {
                if let Some(value) = key(c) {
                    return Some(value);
                }
                class = c.of.as_ref().and_then(|parent| of(&parent.value));
            }
            None
        };
        self.classes.names().iter().map(own).collect()
    }

    /// By class: how many devices a case has, at a date.
    pub(super) fn devices(&mut self, epoch: &Epoch) -> Option<Vec<Option<Law>>> {
        let mut laws = vec![];
        for spec in self.of_classes(epoch, |class| class.devices.as_ref()) {
            laws.push(match spec {
                Some(spec) => Some(self.law(spec, "a number of devices")?),
                None => None,
            });
        }
        Some(laws)
    }

    /// Gives every class the hazard of further tips over the whole run.
    pub(super) fn repeats(&self, classes: &mut [crate::model::Class]) {
        for epoch in &self.loaded.epochs {
            let rates = self.of_classes(epoch, |class| class.repeat.as_ref());
            for (class, rate) in classes.iter_mut().zip(rates) {
                let rate = rate.map_or(0.0, |rate| rate.value) / DAY as f64;
                if class.repeat.last().is_none_or(|last| last.rate != rate) {
                    class.repeat.push(HazardPiece { from: epoch.at, rate });
                }
            }
        }
        for class in classes.iter_mut().filter(|class| class.repeat.iter().all(|piece| piece.rate == 0.0)) {
            class.repeat.clear();
        }
    }

    /// Tips that concern a case which is known already.
    pub(super) fn link(&mut self, link: &scenario::Link) -> Option<Link> {
        let after = link.after.as_ref().map(|id| self.stage(id));
        Some(Link {
            share: link.share.value,
            after: match after {
                None => None,
                Some(stage) => Some(stage?),
            },
            reopen: link.reopen.value,
        })
    }

    /// The outcome of linked tips, where tips can be linked: the declared one of that name, or one of our own, which is
    /// the last.
    pub(super) fn linked(&self) -> Option<OutcomeId> {
        let at = self.outcomes.iter().position(|name| name == LINKED)?;
        links(&self.loaded.epochs).then(|| OutcomeId::at(at))
    }

    /// All outcomes.
    pub(super) fn outcomes(&mut self) -> Vec<Outcome> {
        let mut all: Vec<Outcome> = self.first.outcomes.iter().map(outcome).collect();
        if links(&self.loaded.epochs) {
            if let Some(declared) = self.first.outcomes.iter().find(|o| o.id.value == LINKED) {
                self.check_linked(declared);
            } else {
                let id = LINKED.to_owned();
                all.push(Outcome { id, counts_as: CountsAs::Linked, stops: false, of: None });
            }
        }
        all
    }

    /// An outcome that is declared under the name of the one that linked tips have.
    fn check_linked(&mut self, declared: &scenario::Outcome) {
        let (what, span, help): (&str, Span, _) = if declared.counts_as.value != scenario::CountsAs::Linked {
            ("does not count as `linked`", declared.counts_as.span, "write counts_as = \"linked\"")
        } else if let Some(of) = &declared.of {
            ("is no end of a case", of.span, "leave `of` out")
        } else if declared.stops.value {
            (
                "stops subjects, which a tip that concerns another case does not",
                declared.stops.span,
                "leave `stops` out",
            )
        } else {
            return;
        };
        let message = format!("tips that concern another case end as `{LINKED}`, but this outcome {what}");
        let help = format!("{help}, or call the outcome something else: `{LINKED}` is there by itself");
        self.findings.push(Diagnostic::new(Code::ConflictingKeys, message).at(span, "").help(help));
    }

    /// Rules about what this file reads, across tables.
    pub(super) fn check_demand(&mut self) {
        self.check_unknown_class();
        self.check_escalation();
    }

    /// The class `unknown` is a belief: no case truly is of it.
    fn check_unknown_class(&mut self) {
        let Some(class) = self.first.classes.iter().find(|c| c.id.value == UNKNOWN) else { return };
        let keys = [
            ("devices", class.devices.as_ref().map(|law| law.span)),
            ("repeat", class.repeat.as_ref().map(|rate| rate.span)),
            ("risk", class.risk.as_ref().map(|risk| risk.span)),
        ];
        for (key, span) in keys.into_iter().filter_map(|(key, span)| Some((key, span?))) {
            let message = format!("class `{UNKNOWN}` has `{key}`, but no case is truly of it");
            self.findings.push(
                Diagnostic::new(Code::ConflictingKeys, message)
                    .at(span, "")
                    .help("it only fixes where cases stand of which nothing is known"),
            );
        }
    }

    /// Nothing escalates where no tip concerns another case.
    fn check_escalation(&mut self) {
        let epochs = &self.loaded.epochs;
        let repeats = epochs.iter().flat_map(|e| &e.scenario.classes).any(|c| c.repeat.is_some());
        let sources = epochs.iter().flat_map(|e| &e.scenario.sources);
        for source in sources {
            let Some(escalates) = source.escalates.as_ref().filter(|share| share.value > 0.0) else {
                continue;
            };
            let linked = epochs.iter().flat_map(|e| &e.scenario.sources);
            let linked = linked.filter(|s| s.id.value == source.id.value).any(|s| s.link.is_some());
            if !linked && !repeats {
                let message = format!("source `{}` has `escalates` but no `link`", source.id.value);
                self.findings.push(
                    Diagnostic::new(Code::MissingKey, message)
                        .at(escalates.span, "")
                        .help("say how many of its tips concern an open case: link = 0.12"),
                );
            }
        }
    }
}

fn outcome(written: &scenario::Outcome) -> Outcome {
    let counts_as = counts_as(written.counts_as.value);
    let of = written.of.as_ref().map(|of| match of.value {
        PartOf::Device => JobKind::Device,
        PartOf::Track => JobKind::Track,
    });
    Outcome { id: written.id.value.clone(), counts_as, stops: written.stops.value, of }
}
