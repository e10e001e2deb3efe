//! Rules about one stage's parts, loads, spans and crews: keys that need or exclude each other.

use super::choice::Servers;
use super::schema::Stage;
use crate::diagnostic::{Code, Diagnostic, Span};

/// Checks the keys of a stage that take a case apart, gather cases, or bind members.
pub(super) fn stage(stage: &Stage, findings: &mut Vec<Diagnostic>) {
    let mut check = Check { id: &stage.id.value, findings };
    check.devices(stage);
    check.tracks(stage);
    check.loads(stage);
    check.spans(stage);
    if let (true, false) = (stage.hold.value, matches!(stage.pool, Some(Servers::Crew(_)))) {
        let help = "members are kept for a crew: `pool = { officer = 3, examiner = 1 }`";
        check.conflict("`hold` but no crew", stage.hold.span, help);
    }
}

/// Whether cases stand in a queue at the stage, though perhaps nobody works there.
pub(super) fn has_queue(stage: &Stage) -> bool {
    stage.pool.is_some() || stage.gather.is_some() || stage.slots.is_some() || stage.wip.is_some()
}

struct Check<'a> {
    id: &'a str,
    findings: &'a mut Vec<Diagnostic>,
}

impl Check<'_> {
    fn finding(&mut self, code: Code, has: &str, span: Span, help: &str) {
        let message = format!("stage `{}` has {has}", self.id);
        self.findings.push(Diagnostic::new(code, message).at(span, "").help(help));
    }

    fn conflict(&mut self, has: &str, span: Span, help: &str) {
        self.finding(Code::ConflictingKeys, has, span, help);
    }

    fn missing(&mut self, has: &str, span: Span, help: &str) {
        self.finding(Code::MissingKey, has, span, help);
    }

    fn devices(&mut self, stage: &Stage) {
        let join = stage.join.as_ref().map(|join| ("join", join.span));
        let none = stage.none.as_ref().map(|none| ("none", none.span));
        let then = stage.then.as_ref().map(|then| ("then", then.span));
        let keys: Vec<(&str, Span)> = [then, join, none].into_iter().flatten().collect();
        if let (Some(split), Some(&(key, span))) = (&stage.split, keys.first()) {
            let help = "where tracks meet is written inside `split`";
            let message = format!("stage `{}` has both `split` and `{key}`", self.id);
            let finding = Diagnostic::new(Code::ConflictingKeys, message).at(span, "").help(help);
            self.findings.push(finding.see(split.span, "the split"));
            return;
        }
        match (&stage.per, &stage.then, keys.first()) {
            (None, _, Some(&(key, span))) => self.missing(
                &format!("`{key}` but neither `per` nor `split`"),
                span,
                "write per = \"device\" where the case is to go on in its devices",
            ),
            (Some(_), None, Some(&(key, span))) => self.missing(
                &format!("`{key}` but no `then`"),
                span,
                "name the stage where the devices meet, at the first stage per device only",
            ),
            _ => {}
        }
    }

    fn tracks(&mut self, stage: &Stage) {
        let Some(split) = &stage.split else { return };
        if let Some(route) = &stage.route {
            let help = "the tracks say where its parts go, and `then` where the case goes on";
            self.conflict("both `split` and `route`", route.span, help);
        }
        if let Some(per) = &stage.per {
            let help = "splits do not nest here: let a track begin with a stage per device";
            self.conflict("both `split` and `per`", per.span, help);
        }
        if split.tracks.is_empty() {
            self.missing("a `split` without tracks", split.span, "name the stages where they begin");
        }
    }

    fn loads(&mut self, stage: &Stage) {
        let up_to = stage.gather.as_ref().is_some_and(|g| g.up_to.is_some());
        if let Some(gather) = &stage.gather {
            let help = "write { exactly = 8 } or { up_to = 8 }";
            match (&gather.exactly, &gather.up_to) {
                (None, None) => self.missing("a `gather` without a number", gather.span, help),
                (Some(_), Some(_)) => self.conflict("both `exactly` and `up_to`", gather.span, help),
                (None, Some(_)) if stage.pool.is_none() && stage.slots.is_none() => self.missing(
                    "`up_to` but neither `pool` nor `slots`",
                    gather.span,
                    "one case is enough for such a load: say when it goes, as in slots = \"Mon-Fri 16:00\"",
                ),
                _ => {}
            }
        }
        let Some(after) = &stage.or_after else { return };
        if stage.gather.is_none() && stage.slots.is_none() {
            let help = "it says how long a load may wait: write `gather` or `slots`";
            self.missing("`or_after` but neither `gather` nor `slots`", after.span, help);
        } else if up_to && stage.slots.is_none() && stage.pool.is_some() {
            let help = "one case is enough for such a load: it never waits for others";
            self.conflict("`or_after` beside `up_to`", after.span, help);
        }
    }

    fn spans(&mut self, stage: &Stage) {
        if let Some(wip) = &stage.wip {
            let help = "write { until = \"charging\", cases = 100 } or per_member = 15";
            match (&wip.cases, &wip.per_member) {
                (None, None) => self.missing("a `wip` without a number", wip.span, help),
                (Some(_), Some(_)) => self.conflict("both `cases` and `per_member`", wip.span, help),
                (None, Some(number)) => self.one_pool(stage, "`per_member`", number.span),
                (Some(_), None) => {}
            }
        }
        let Some(assignment) = &stage.assignment else { return };
        self.one_pool(stage, "`assignment`", assignment.span);
        if let Some(gather) = &stage.gather {
            let help = "a load has cases of several members: gather them at another stage";
            self.conflict("both `assignment` and `gather`", gather.span, help);
        }
    }

    /// A rule about the members of a pool needs exactly one.
    fn one_pool(&mut self, stage: &Stage, key: &str, span: Span) {
        let pools = match &stage.pool {
            None => 0,
            Some(Servers::One(_)) => 1,
            Some(Servers::AnyOf(list)) => list.len(),
            Some(Servers::Crew(needs)) => needs.len(),
        };
        match pools {
            0 => self.missing(&format!("{key} but no `pool`"), span, "say whose members are meant"),
            1 => {}
            _ => self.conflict(
                &format!("{key} and several pools"),
                span,
                "it is not clear whose members are meant: begin with a stage of one pool",
            ),
        }
    }
}
