//! The facts of a replication as lines of text: for exact tests, and for people who want to see one run happen.

use std::fmt::Write;

use crate::engine::{
    CaseView, Cause, Census, Fact, Interruption, Job, JobEnd, MemberFact, Observer, PoolLevel,
};
use crate::model::{Model, PoolId, StageId};
use crate::units::{DAY, HOUR, MINUTE, SECOND, Time};

/// Writes down what happens, a line a fact: `Mon 09:00 tip 3 joins screen`. From the second week on the week is named,
/// as in `week 2 Mon 09:00`; seconds only where there are some.
#[derive(Debug)]
pub struct Trace<'a> {
    model: &'a Model,
    lines: Vec<String>,
}

impl<'a> Trace<'a> {
    /// Of a model.
    pub fn new(model: &'a Model) -> Trace<'a> {
        Trace { model, lines: vec![] }
    }

    /// What has happened.
    pub fn lines(&self) -> &[String] {
        &self.lines
    }

    fn stage(&self, stage: StageId) -> &str {
        &self.model.stages[stage.index()].id
    }

    fn crew(&self, crew: &[(PoolId, u32)]) -> String {
        let name = |(pool, member): &(PoolId, u32)| format!("{} {member}", self.model.pools[pool.index()].id);
        crew.iter().map(name).collect::<Vec<_>>().join(" and ")
    }

    fn words(&self, case: CaseView, fact: Fact<'_>) -> String {
        let class = self.model.class_name(case.class);
        match fact {
            Fact::Arrived { .. } if case.reopened => format!("is opened again ({class})"),
            Fact::Arrived { .. } if case.initial => format!("stands there from the start ({class})"),
            Fact::Arrived { reports, .. } if reports != 1 => format!("arrives ({class}, {reports} reports)"),
            Fact::Arrived { .. } => format!("arrives ({class})"),
            Fact::SubjectBegan => "is about somebody new".to_owned(),
            Fact::Joined { stage, .. } => format!("joins {}", self.stage(stage)),
            Fact::Parked { stage } => format!("is parked at {}", self.stage(stage)),
            Fact::Released { stage } => format!("is released at {}", self.stage(stage)),
            Fact::Started { stage, crew: [], resumed: false, .. } => format!("starts {}", self.stage(stage)),
            Fact::Started { stage, crew: [], .. } => format!("goes on with {}", self.stage(stage)),
            Fact::Started { stage, crew, resumed, .. } => {
                let verb = if resumed { "goes on with" } else { "starts" };
                format!("{verb} {} with {}", self.stage(stage), self.crew(crew))
            }
            Fact::Interrupted { stage, why, .. } => {
                let stage = self.stage(stage);
                match why {
                    Interruption::ShiftEnd => format!("is handed back to {stage}"),
                    Interruption::Preempted => format!("is interrupted at {stage}"),
                    Interruption::Left => format!("is left at {stage}"),
                    Interruption::Absent => format!("is handed back to {stage}, somebody is away"),
                    Interruption::Exposed => format!("is handed back to {stage}, somebody has seen enough"),
                }
            }
            Fact::Finished { stage, .. } => format!("finishes {}", self.stage(stage)),
            Fact::Believed { .. } => format!("is believed to be {}", self.model.class_name(case.observed)),
            Fact::Reneged { stage } => format!("gives up waiting at {}", self.stage(stage)),
            Fact::Overflowed { stage } => format!("finds {} full", self.stage(stage)),
            Fact::Split { jobs, .. } => format!("splits into {jobs}"),
            Fact::JobBegan => "begins".to_owned(),
            Fact::JobEnded { how } => match how {
                JobEnd::Arrived => "arrives where they meet".to_owned(),
                JobEnd::Outcome(outcome) => format!("is over as {}", self.model.outcomes[outcome.index()].id),
                JobEnd::Withdrawn => "is withdrawn".to_owned(),
            },
            Fact::Linked => "is linked to".to_owned(),
            Fact::Ended { outcome, cause, .. } => {
                let outcome = &self.model.outcomes[outcome.index()].id;
                match cause {
                    Cause::Route => format!("ends as {outcome}"),
                    Cause::Lapse => format!("ends as {outcome}, its evidence has lapsed"),
                    Cause::Patience => format!("ends as {outcome}, it has waited too long"),
                    Cause::Overflow => format!("ends as {outcome}, too many wait already"),
                    Cause::Link => format!("ends as {outcome}, it concerns another case"),
                }
            }
        }
    }

    /// The case, and of a split one the part that is meant.
    fn who(case: &CaseView) -> String {
        let number = case.number + 1;
        match case.job {
            None => format!("tip {number}"),
            Some(Job { track: 0, device }) => format!("tip {number} device {device}"),
            Some(Job { track, device: 0 }) => format!("tip {number} track {track}"),
            Some(Job { track, device }) => format!("tip {number} track {track} device {device}"),
        }
    }

    /// The weekday and time of day.
    fn clock(&self, at: Time) -> String {
        let since_midnight =
            i64::from(self.model.start.hour()) * HOUR + i64::from(self.model.start.minute()) * MINUTE;
        let at = at.0 + since_midnight;
        let (day, rest) = (at.div_euclid(DAY), at.rem_euclid(DAY));
        let weekday = i64::from(self.model.start.weekday().to_monday_zero_offset()) + day;
        let week = weekday.div_euclid(7);
        let name = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"][weekday.rem_euclid(7) as usize];
        let mut text = if week == 0 { String::new() } else { format!("week {} ", week + 1) };
        let to_text = "writing to a string cannot fail";
        write!(text, "{name} {:02}:{:02}", rest / HOUR, rest % HOUR / MINUTE).expect(to_text);
        match (rest % MINUTE / SECOND, rest % SECOND) {
            (0, 0) => {}
            (s, 0) => write!(text, ":{s:02}").expect(to_text),
            (s, ms) => write!(text, ":{s:02}.{ms:03}").expect(to_text),
        }
        text
    }
}

impl Observer for Trace<'_> {
    fn fact(&mut self, now: Time, case: CaseView, fact: Fact<'_>) {
        let line = format!("{} {} {}", self.clock(now), Self::who(&case), self.words(case, fact));
        self.lines.push(line);
    }

    fn member(&mut self, now: Time, pool: PoolId, member: u32, fact: MemberFact) {
        let what = match fact {
            MemberFact::Hired { in_training: true } => "comes, to be trained",
            MemberFact::Hired { in_training: false } => "comes",
            MemberFact::Left => "leaves",
            MemberFact::Absent => "is away",
            MemberFact::Back => "is back",
        };
        let name = &self.model.pools[pool.index()].id;
        self.lines.push(format!("{} {name} {member} {what}", self.clock(now)));
    }

    fn pool(&mut self, _: Time, _: PoolId, _: PoolLevel) {}

    fn changed(&mut self, now: Time, _: usize) {
        let line = format!("{} parameters change", self.clock(now));
        self.lines.push(line);
    }

    fn sample(&mut self, _: Time, _: &Census) {}
}
