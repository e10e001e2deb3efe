//! Random demand: bundles, links, reopening, escalation and repeat tips in every mixture, with the books kept beside.

use caseload::engine::{CaseView, Cause, Census, Fact, Observer, PoolLevel, simulate};
use caseload::model::{Model, PoolId};
use caseload::units::Time;

use crate::harness::model;

/// Small whole numbers that look random, the same for every run.
struct Dice(u64);

impl Dice {
    fn below(&mut self, n: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % n
    }

    /// One of these; the empty text stands for nothing written.
    fn of<'t>(&mut self, texts: &[&'t str]) -> &'t str {
        texts[self.below(texts.len() as u64) as usize]
    }
}

fn text(seed: u64) -> String {
    let mut dice = Dice(seed);
    for _ in 0..5 {
        dice.below(2);
    }
    let repeat = ["", "repeat = \"0.05 per day\"", "repeat = \"0.5 per day\""];
    let links = [
        "",
        "link = 0.3",
        "link = { share = 0.5, after = \"screen\" }",
        "link = { share = 0.4, reopen = 0.7 }",
        "link = { share = 1.0, after = \"work\", reopen = 0.5 }",
    ];
    let escalates = ["", "escalates = 0.5", "escalates = 1.0"];
    let bundle = ["", "bundle = 3", "bundle = { geometric = { mean = 2.0 } }"];
    let label = ["", "labelled = \"unknown\"", "labelled = \"low\""];
    let route = ["route = { done = 1.0 }", "route = { screen = 0.3, done = \"rest\" }", "route = \"lost\""];
    let mut text = format!(
        "[scenario]\nstart = 2025-01-06\nhorizon = \"120 days\"\nsample = \"7 days\"\nseed = {seed}\n\
         [[class]]\nid = \"urgent\"\n{}\n[[class]]\nid = \"middle\"\n{}\n[[class]]\nid = \"low\"\n{}\n\
         [[class]]\nid = \"low-abroad\"\nof = \"low\"\n",
        dice.of(&repeat),
        dice.of(&repeat),
        dice.of(&repeat)
    );
    for source in ["a", "b"] {
        let link = dice.of(&links);
        // Nothing escalates where nothing is linked.
        let escalates = if link.is_empty() { "" } else { dice.of(&escalates) };
        text += &format!(
            "[[source]]\nid = \"{source}\"\nrate = \"{} per day\"\nenters = \"{}\"\n{link}\n{escalates}\n{}\n{}\n\
             mix = {{ urgent = 0.1, middle = 0.3, low = 0.4, low-abroad = \"rest\" }}\n",
            1 + dice.below(4),
            dice.of(&["screen", "work"]),
            dice.of(&bundle),
            dice.of(&label)
        );
        if dice.below(2) == 0 {
            text += "retention = { lasts = { exponential = { mean = \"20 days\" } }, preserved_by = \"work\", \
                     on_lapse = \"lost\" }\n";
        }
    }
    text += &format!(
        "[[pool]]\nid = \"staff\"\nheadcount = {}\nhours = \"Mon-Fri 08:00-17:00\"\nshift_end = \"{}\"\n\
         [[stage]]\nid = \"screen\"\ndelay = {{ exponential = {{ mean = \"{} days\" }} }}\nroute = \"work\"\n\
         [[stage]]\nid = \"work\"\npool = \"staff\"\neffort = {{ exponential = {{ mean = \"3 h\" }} }}\n{}\n\
         patience = \"30 days\"\non_patience = \"lost\"\n\
         [[outcome]]\nid = \"done\"\ncounts_as = \"acted\"\nstops = {}\n\
         [[outcome]]\nid = \"lost\"\ncounts_as = \"lost\"\n\
         [[initial]]\nstage = \"work\"\ncount = {{ low = 12, urgent = 3 }}\nage = \"9 days\"\n{}\n",
        1 + dice.below(3),
        dice.of(&["pause", "finish", "hand-over"]),
        1 + dice.below(9),
        dice.of(&route),
        dice.of(&["true", "false"]),
        dice.of(&["", "source = \"a\""])
    );
    if dice.below(2) == 0 {
        text += "[[change]]\nat = 2025-03-01\nset = { \"source.a.link\" = 0.6 }\n\
                 scale = { \"class.low.repeat\" = 2.0 }\n";
        text = text.replacen("id = \"low\"\n\n", "id = \"low\"\nrepeat = \"0.1 per day\"\n", 1);
    }
    text
}

/// Open cases by class, and what has to agree with what.
#[derive(Default)]
struct Books {
    open: Vec<i64>,
    /// Subjects who began less those who were stopped.
    subjects: i64,
    linked: u64,
    linked_to: u64,
    reopened: u64,
}

impl Observer for Books {
    fn fact(&mut self, _: Time, case: CaseView, fact: Fact<'_>) {
        let class = case.class.index();
        match fact {
            Fact::Arrived { subject, reports } => {
                self.open[class] += 1;
                self.subjects += i64::from(subject);
                self.reopened += u64::from(case.reopened);
                assert_eq!(reports == 0, case.reopened, "a tip has reports, and only a tip");
            }
            Fact::SubjectBegan => self.subjects += 1,
            Fact::Linked => self.linked_to += 1,
            Fact::Ended { cause, subject_stopped, .. } => {
                self.open[class] -= 1;
                self.linked += u64::from(cause == Cause::Link);
                self.subjects -= i64::from(subject_stopped);
            }
            _ => {}
        }
    }

    fn pool(&mut self, _: Time, _: PoolId, _: PoolLevel) {}
    fn changed(&mut self, _: Time, _: usize) {}

    fn sample(&mut self, now: Time, census: &Census) {
        let open: Vec<i64> = census.open.iter().map(|n| i64::try_from(*n).unwrap()).collect();
        assert_eq!(self.open, open, "open cases at {now:?}");
        assert_eq!(self.linked, self.linked_to, "every linked tip concerns a case");
        assert!(self.subjects >= 0, "nobody is stopped twice");
        assert_eq!(census.reopened.iter().sum::<u64>(), self.reopened);
    }
}

fn books(model: &Model) -> Books {
    let mut books = Books { open: vec![0; model.classes.len()], ..Books::default() };
    simulate(model, 0, &mut books);
    books
}

#[test]
fn no_case_and_no_subject_is_lost_under_any_demand() {
    let (mut linked, mut reopened) = (0, 0);
    for seed in 0..150 {
        let books = books(&model(&text(seed)));
        linked += books.linked;
        reopened += books.reopened;
    }
    assert!(linked > 1000 && reopened > 20, "these things do happen: {linked} links, {reopened} reopened");
}
