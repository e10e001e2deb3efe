//! Milestones and targets.

use super::Context;
use crate::diagnostic::{Code, Diagnostic};
use crate::model::{CountsAs, Milestone, MilestoneId, Moment, SourceId, Target};
use crate::scenario::{self, ChangeInfo, Happening, Id, Origin};

impl Context<'_> {
    /// The file's milestones, then those that every scenario has.
    pub(super) fn milestones(&mut self) -> Option<Vec<Milestone>> {
        let mut rows = vec![];
        for written in &self.first.milestones {
            rows.push(self.one_milestone(written));
        }
        let mut all: Vec<Milestone> = rows.into_iter().collect::<Option<_>>()?;
        let own = [
            ("first-touch", Moment::FirstTouch, "from the tip's arrival to the first start of any work"),
            ("closed", Moment::Closed, "from the tip's arrival to its end, lapses and given-up waits apart"),
        ];
        for (id, at, meaning) in own {
            if all.iter().all(|m| m.id != id) {
                let meaning = meaning.to_owned();
                all.push(Milestone { id: id.to_owned(), from: None, at, sources: vec![], meaning });
            }
        }
        Some(all)
    }

    fn one_milestone(&mut self, written: &scenario::Milestone) -> Option<Milestone> {
        let at = self.moment(&written.at);
        let from = written.from.as_ref().map(|happening| self.moment(happening));
        let ids: &[Id] = written.source.as_deref().unwrap_or_default();
        let sources: Vec<Option<SourceId>> = ids.iter().map(|id| self.source(id)).collect();
        let since = written.from.as_ref().map_or_else(|| "the tip's arrival".to_owned(), words_of);
        let mut meaning = format!("from {since} to {}", words_of(&written.at));
        if !ids.is_empty() {
            let names: Vec<&str> = ids.iter().map(|id| id.value.as_str()).collect();
            meaning = format!("{meaning}, tips from {} only", names.join(", "));
        }
        Some(Milestone {
            id: written.id.value.clone(),
            at: at?,
            from: match from {
                None => None,
                Some(moment) => Some(moment?),
            },
            sources: sources.into_iter().collect::<Option<_>>()?,
            meaning,
        })
    }

    fn moment(&mut self, happening: &Happening) -> Option<Moment> {
        match happening {
            Happening::Start(id) => self.stage(id).map(Moment::Start),
            Happening::End(id) => self.stage(id).map(Moment::End),
            Happening::Outcome(id) => self.outcome(id).map(Moment::Outcome),
            Happening::CountsAs(word) => Some(Moment::CountsAs(counts_as(word.value))),
        }
    }

    pub(super) fn targets(&mut self, milestones: &[Milestone]) -> Option<Vec<Target>> {
        let names: Vec<String> = milestones.iter().map(|m| m.id.clone()).collect();
        let mut rows = vec![];
        for written in &self.first.targets {
            let milestone = super::position(
                &names,
                &written.milestone,
                Code::UnknownMilestone,
                "milestone",
                &mut self.findings,
            );
            let class = written.class.as_ref().map(|id| self.reported_class(id));
            rows.push(match (milestone, class) {
                (None, _) | (_, Some(None)) => None,
                (Some(milestone), class) => Some(Target {
                    milestone: MilestoneId::at(milestone),
                    class: class.flatten(),
                    within: Self::limit(&written.within),
                    share: written.share.value,
                }),
            });
        }
        rows.into_iter().collect()
    }

    /// The row of a class in reports; sub-classes have none of their own.
    fn reported_class(&mut self, id: &Id) -> Option<usize> {
        let class = self.class(id)?;
        let row = self.classes.report_row(class);
        if row.is_none() {
            let message = format!("`{}` is a sub-class and is reported with its class", id.value);
            self.findings
                .push(Diagnostic::new(Code::UnknownClass, message).at(id.span, "name the class instead"));
        }
        row
    }
}

/// How a change is called in tables.
pub(super) fn change_name(change: &ChangeInfo) -> String {
    match (&change.id, &change.why, &change.origin) {
        (Some(id), _, _) => id.clone(),
        (None, Some(why), _) => why.clone(),
        (None, None, Origin::Plan(plan)) => plan.clone(),
        (None, None, Origin::CommandLine) => "command line".to_owned(),
        (None, None, Origin::Scenario) => "change".to_owned(),
    }
}

pub(super) fn counts_as(word: scenario::CountsAs) -> CountsAs {
    match word {
        scenario::CountsAs::Acted => CountsAs::Acted,
        scenario::CountsAs::Closed => CountsAs::Closed,
        scenario::CountsAs::Referred => CountsAs::Referred,
        scenario::CountsAs::Lost => CountsAs::Lost,
        scenario::CountsAs::Linked => CountsAs::Linked,
    }
}

/// A happening in words.
fn words_of(happening: &Happening) -> String {
    match happening {
        Happening::Start(id) => format!("the start of `{}`", id.value),
        Happening::End(id) => format!("the end of `{}`", id.value),
        Happening::Outcome(id) => format!("the outcome `{}`", id.value),
        Happening::CountsAs(word) => format!("an outcome that counts as `{}`", word.value.word()),
    }
}
