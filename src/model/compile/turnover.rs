//! How people come and go: laws of leaving, vacancies, training and absence, and how a change fills or empties posts.

use super::Context;
use crate::diagnostic::{Code, Diagnostic, Span};
use crate::model::{Absence, Burnout, Hire, StaffScale, Training, Turnover};
use crate::scenario::{self, ChangeInfo, Leave};
use crate::units::{DAY, Time};

/// A change that moves the posts of a pool at some moment.
struct Move<'c> {
    change: &'c ChangeInfo,
    /// More posts, not fewer.
    adds: bool,
    /// It is withdrawn, not brought.
    withdrawn: bool,
}

impl Context<'_> {
    /// How people of a pool come and go.
    pub(super) fn turnover(&mut self, pool: &scenario::Pool) -> Option<Turnover> {
        let id = &pool.id.value;
        let backfill = match &pool.backfill {
            Some(spec) => Some(self.law(spec, &format!("`backfill` of pool `{id}`"))?),
            None => None,
        };
        let training = pool.training.as_ref().filter(|t| t.lasts.value.0 > 0).map(|t| Training {
            lasts: t.lasts.value,
            productivity: t.productivity.iter().map(|share| share.value).collect(),
        });
        let burnout =
            pool.burnout.as_ref().map(|b| Burnout { above: b.above.value, sensitivity: b.sensitivity.value });
        Some(Turnover {
            attrition: pool.attrition.as_ref().map_or(0.0, |hazard| hazard.value / DAY as f64),
            backfill,
            training,
            burnout,
            absence: match &pool.absence {
                Some(absence) => Some(self.absence(absence, id)?),
                None => None,
            },
        })
    }

    fn absence(&mut self, written: &scenario::Absence, pool: &str) -> Option<Absence> {
        let every = self.law(&written.every, &format!("`absence.every` of pool `{pool}`"));
        let lasts = self.law(&written.lasts, &format!("`absence.lasts` of pool `{pool}`"));
        let (every, lasts) = (every?, lasts?);
        // A millisecond is the least that a member is there.
        if every.mean() < 1.0 {
            let message = format!("the members of pool `{pool}` are away as soon as they are back");
            let finding = Diagnostic::new(Code::BadLaw, message).at(written.every.span, "no time between");
            self.findings.push(finding.help("`every` is the time from a return to the next absence"));
            return None;
        }
        Some(Absence { every, lasts, hand_over: written.hand_over.value })
    }

    /// The exponent of a pool's output; a bare one counts from the posts that the file with the pool writes.
    #[expect(clippy::option_option, reason = "absent is fine, wrong is not")]
    pub(super) fn staff_scale(&mut self, pool: &scenario::Pool) -> Option<Option<StaffScale>> {
        let Some(written) = &pool.staffing_exponent else { return Some(None) };
        let posts = || self.loaded.written_posts.iter().find(|(id, _)| *id == pool.id.value).map(|(_, n)| *n);
        let at = written.at.as_ref().map(|at| at.value).or_else(posts).filter(|&at| at > 0.0);
        if at.is_none() {
            let message = format!(
                "`staffing_exponent` of pool `{}` needs `at`: its headcount is no number above 0",
                pool.id.value
            );
            let finding =
                Diagnostic::new(Code::MissingKey, message).at(written.span, "`at` has to be written");
            let help = format!("write {{ value = {}, at = 6 }}", written.value.value);
            self.findings.push(finding.help(help));
        }
        Some(Some(StaffScale { value: written.value.value, at: at? }))
    }

    /// The changes that move a pool's posts at this moment, in the order in which they are written.
    fn moves(&self, pool: &str, at: Time) -> Vec<Move<'_>> {
        let path = format!("pool.{pool}.headcount");
        let number = |text: &str| text.parse::<f64>().ok();
        let of = |change: &'_ ChangeInfo| {
            let edit = change.edits.iter().find(|edit| edit.path == path)?;
            let more = number(&edit.after)? > number(&edit.before)?;
            let withdrawn = change.until == Some(at);
            let coming = change.at <= at && at <= change.full.unwrap_or(change.at);
            (withdrawn || coming).then_some((more != withdrawn, withdrawn))
        };
        let changes = self.loaded.changes.iter();
        changes
            .filter_map(|change| of(change).map(|(adds, withdrawn)| Move { change, adds, withdrawn }))
            .collect()
    }

    /// How the posts are filled that a pool has more from this moment on.
    pub(super) fn hire(&mut self, pool: &str, at: Time) -> Hire {
        let ways: Vec<(scenario::Hire, Span)> = (self.moves(pool, at).iter().filter(|m| m.adds))
            .map(|m| (m.change.hire.unwrap_or(scenario::Hire::Backfill), m.change.span))
            .collect();
        self.one_way(&ways, pool, "fill");
        match ways.last() {
            Some((scenario::Hire::New, _)) => Hire::New,
            Some((scenario::Hire::Trained, _)) => Hire::Trained,
            Some((scenario::Hire::Backfill, _)) | None => Hire::Backfill,
        }
    }

    /// Whether the posts that a pool has fewer from this moment on go last-hired: those of a change that is withdrawn,
    /// unless it says otherwise; those of one that begins, if it says so.
    pub(super) fn leaves_last_hired(&mut self, pool: &str, at: Time) -> bool {
        let usual = |m: &Move<'_>| if m.withdrawn { Leave::LastHired } else { Leave::Attrition };
        let ways: Vec<(Leave, Span)> = (self.moves(pool, at).iter().filter(|m| !m.adds))
            .map(|m| (m.change.leave.unwrap_or(usual(m)), m.change.span))
            .collect();
        self.one_way(&ways, pool, "empty");
        ways.last().is_some_and(|(way, _)| *way == Leave::LastHired)
    }

    /// Posts have no names: at one moment all are filled, or emptied, in one way.
    fn one_way<W: PartialEq>(&mut self, ways: &[(W, Span)], pool: &str, verb: &str) {
        let Some((last, before)) = ways.split_last() else { return };
        let Some((_, other)) = before.iter().find(|(way, _)| *way != last.0) else { return };
        let told = |f: &Diagnostic| f.code == Code::MixedHiring && f.span() == Some(last.1);
        if !self.findings.iter().any(told) {
            let message = format!("changes of one moment {verb} posts of pool `{pool}` in different ways");
            let finding = Diagnostic::new(Code::MixedHiring, message).at(last.1, "this one holds for all");
            self.findings.push(finding.see(*other, "the other one"));
        }
    }
}
