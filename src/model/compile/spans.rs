//! Spans: stretches of stages in which a case holds a place, or keeps one member.

use super::{Context, position};
use crate::diagnostic::{Code, Diagnostic};
use crate::model::{Cap, Model, PoolId, Span, SpanId, StageId};
use crate::scenario::{self, Id, Servers};

impl Context<'_> {
    /// Adds the spans to a model: what they are, and at which stages they matter.
    pub(super) fn spans(&mut self, model: &mut Model) {
        for (i, first) in self.first.stages.iter().enumerate() {
            let written = self.loaded.epochs.iter().find_map(|e| e.scenario.stages[i].wip.as_ref());
            if written.is_none() && first.assignment.is_none() {
                continue;
            }
            let entry = StageId::at(i);
            let until = written.map(|wip| (&wip.until, self.stage(&wip.until)));
            if let Some((id, Some(until))) = until {
                self.same_end(i, id);
                self.leads_to(model, entry, until, id);
            }
            let until = until.and_then(|(_, stage)| stage);
            let same_member = first.assignment.is_some();
            add(model, Span { entry, until, pool: self.pool_of(first.pool.as_ref()), same_member });
        }
    }

    /// The pool whose members count, where it is clear.
    fn pool_of(&self, servers: Option<&Servers>) -> Option<PoolId> {
        let id = match servers? {
            Servers::One(id) => id,
            Servers::AnyOf(list) => list.first().filter(|_| list.len() == 1)?,
            Servers::Crew(needs) => needs.first().filter(|_| needs.len() == 1).map(|(id, _)| id)?,
        };
        position(&self.pools, id, Code::UnknownPool, "pool", &mut vec![]).map(PoolId::at)
    }

    /// Where a span ends is settled at the start.
    fn same_end(&mut self, stage: usize, until: &Id) {
        let epochs = &self.loaded.epochs;
        let other = epochs.iter().filter_map(|e| e.scenario.stages[stage].wip.as_ref());
        if let Some(wip) = other.into_iter().find(|wip| wip.until.value != until.value) {
            let id = &self.first.stages[stage].id.value;
            let message = format!("`wip.until` of stage `{id}` cannot change at a date");
            let finding = Diagnostic::new(Code::FixedKey, message).at(wip.until.span, "");
            self.findings.push(finding.see(until.span, "it is this one before"));
        }
    }

    /// A case that enters a span has to be able to come to its end.
    fn leads_to(&mut self, model: &Model, entry: StageId, until: StageId, id: &Id) {
        let stage = &model.stages[entry.index()].id;
        let finding = if until == entry {
            let message = format!("`wip` of stage `{stage}` ends where it begins");
            Diagnostic::new(Code::BadSpan, message).at(id.span, "the same stage")
        } else if !model.reached(&[entry], |_| false).contains(&until) {
            let message = format!("no case comes from stage `{stage}` to `{}`", id.value);
            Diagnostic::new(Code::BadSpan, message).at(id.span, "no route leads here")
        } else {
            return;
        };
        let help = "cases give their place back when they enter this stage: name one that lies further on";
        self.findings.push(finding.help(help));
    }
}

/// The limit of the span that a stage opens, at one date.
pub(super) fn cap(stage: &scenario::Stage) -> Option<Cap> {
    let wip = stage.wip.as_ref()?;
    let cases = wip.cases.as_ref().map(|n| Cap::Cases(u64::from(n.value)));
    cases.or_else(|| wip.per_member.as_ref().map(|n| Cap::PerMember(u64::from(n.value))))
}

fn add(model: &mut Model, span: Span) {
    let id = SpanId::at(model.spans.len());
    model.stages[span.entry.index()].rules.opens = Some(id);
    if let Some(until) = span.until {
        model.stages[until.index()].rules.closes.push(id);
    }
    if let Some(pool) = span.pool.filter(|_| span.same_member) {
        let mut inside = model.reached(&[span.entry], |stage| Some(stage) == span.until);
        inside.insert(span.entry);
        for stage in inside {
            let stage = &mut model.stages[stage.index()];
            if stage.crew.pools().any(|p| p == pool) {
                stage.rules.assigned.push(id);
            }
        }
    }
    model.spans.push(span);
}
