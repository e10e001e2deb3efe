//! The engine's short way for plain lines against its long way: the same facts, one by one. Lines are drawn so that much
//! happens at equal times: gaps, efforts, delays and patience are whole hours.

use std::fmt::Write as _;

use caseload::engine::{is_plain, simulate, simulate_all};
use caseload::model::Model;
use caseload::run::Trace;
use proptest::prelude::*;

use crate::harness;
use crate::random_scenarios::config;
use crate::shipped;

fn facts(model: &Model, short: bool, replication: u64) -> Vec<String> {
    let mut trace = Trace::new(model);
    if short {
        simulate(model, replication, &mut trace);
    } else {
        simulate_all(model, replication, &mut trace);
    }
    trace.lines().to_vec()
}

fn same(model: &Model) -> usize {
    assert!(is_plain(model), "the short way is to be tried");
    let (short, long) = (facts(model, true, 0), facts(model, false, 0));
    let differs = short.iter().zip(&long).position(|(a, b)| a != b);
    if let Some(at) = differs {
        panic!("line {at}: {}\n instead of {}", short[at], long[at]);
    }
    assert_eq!(short.len(), long.len());
    short.len()
}

/// What a line is made of, each number small.
#[derive(Debug, Clone)]
struct Draft {
    /// By stage: pool, kind, order, hours, patience of the first class (0: none).
    stages: Vec<(u8, u8, u8, u8, u8)>,
    members: [u8; 3],
    batch: u8,
    regular: bool,
    unlabelled: bool,
    seed: u16,
}

fn draft() -> impl Strategy<Value = Draft> {
    let stage = (0_u8..3, 0_u8..8, 0_u8..2, 1_u8..5, 0_u8..6);
    let stages = prop::collection::vec(stage, 1..5);
    let rest = (1_u8..4, any::<bool>(), any::<bool>(), any::<u16>());
    (stages, prop::array::uniform3(1_u8..5), rest).prop_map(|(stages, members, rest)| {
        let (batch, regular, unlabelled, seed) = rest;
        Draft { stages, members, batch, regular, unlabelled, seed }
    })
}

impl Draft {
    fn text(&self) -> String {
        let gaps = if self.regular { "gaps = 1\n" } else { "" };
        let label = if self.unlabelled { "labelled = \"unknown\"\n" } else { "" };
        let mut text = format!(
            "[scenario]\nstart = 2025-01-01\nhorizon = \"20 days\"\nsample = \"1 day\"\nfollow_up = \"2 days\"\nseed = {}\n\
             [[class]]\nid = \"a\"\n[[class]]\nid = \"b\"\n[[class]]\nid = \"b1\"\nof = \"b\"\n\
             [[source]]\nid = \"tips\"\nrate = \"1 per hour\"\n{gaps}{label}batch = {}\n\
             mix = {{ a = 0.4, b = 0.4, b1 = 0.2 }}\n\
             [[outcome]]\nid = \"done\"\ncounts_as = \"closed\"\n[[outcome]]\nid = \"lost\"\ncounts_as = \"lost\"\n",
            self.seed, self.batch
        );
        // A pool may have several stages; one that has none is left out.
        for (p, members) in self.members.iter().enumerate() {
            if self.stages.iter().any(|s| usize::from(s.0) == p && s.1 > 1) {
                let _ = writeln!(text, "[[pool]]\nid = \"p{p}\"\nheadcount = {members}");
            }
        }
        for (s, stage) in self.stages.iter().enumerate() {
            self.stage(s, *stage, &mut text);
        }
        text
    }

    fn stage(&self, s: usize, (pool, kind, order, hours, patience): (u8, u8, u8, u8, u8), text: &mut String) {
        let last = s + 1 == self.stages.len();
        let next = if last { "done".to_owned() } else { format!("s{}", s + 1) };
        let route = if last { "\"done\"".to_owned() } else { format!("{{ {next} = 0.7, done = 0.3 }}") };
        let _ = writeln!(text, "[[stage]]\nid = \"s{s}\"\nroute = {route}");
        match kind {
            0 => {}
            1 => {
                let _ = writeln!(text, "delay = \"{hours} h\"");
            }
            _ => {
                let order = if order == 0 { "class" } else { "fifo" };
                let effort = format!(
                    "{{ a = \"{hours} h\", b = \"2 h\", b1 = {{ exponential = {{ mean = \"3 h\" }} }} }}"
                );
                let _ = writeln!(text, "pool = \"p{pool}\"\norder = \"{order}\"\neffort = {effort}");
                if patience > 0 {
                    // In one lane all wait as long.
                    let who = if order == "fifo" || self.unlabelled { "default" } else { "a" };
                    let _ =
                        writeln!(text, "patience = {{ {who} = \"{patience} h\" }}\non_patience = \"lost\"");
                }
            }
        }
    }
}

proptest! {
    #![proptest_config(config(60, 20_250_301))]

    #[test]
    fn both_ways_tell_the_same_facts(draft in draft()) {
        let model = harness::model(&draft.text());
        same(&model);
    }
}

#[test]
fn a_shipped_line_is_told_alike() {
    let model = shipped::model("first-steps", "8 weeks", None);
    assert!(same(&model) > 10_000, "there is much to compare");
}

#[test]
fn mechanisms_take_the_long_way() {
    for name in ["state-task-force", "regional-lab", "clearinghouse"] {
        assert!(!is_plain(&shipped::model(name, "3 weeks", None)), "{name}");
    }
}

/// A row of the short way has a byte for a class: it takes none for another.
#[test]
fn as_many_classes_as_there_may_be_are_told_alike() {
    let more: Vec<String> = (2..=200).map(|c| format!("[[class]]\nid = \"c{c}\"\n")).collect();
    let text = shipped::text("first-steps", "3 weeks")
        .replace("[[source]]", &(more.concat() + "[[source]]"))
        .replace("tip = 1.0", "tip = 0.5, c200 = 0.5");
    assert!(same(&shipped::of_text(&text, None)) > 1_000);
}
