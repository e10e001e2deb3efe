//! Random small queues for laws that hold of plain queues only: one source for each class, members who are alike, one
//! stage or a line of them.

use std::fmt;

use proptest::prelude::*;

use crate::random_scenarios::{Dice, HOURS};

/// The tables of a queue.
#[derive(Clone)]
pub(crate) struct Queue {
    pub(crate) header: String,
    pub(crate) classes: Vec<String>,
    /// One for each class.
    pub(crate) sources: Vec<String>,
    /// Pool and stage of each station.
    pub(crate) stations: Vec<[String; 2]>,
}

impl Queue {
    pub(crate) fn text(&self) -> String {
        let stations = self.stations.iter().flatten();
        let tables = self.classes.iter().chain(&self.sources).chain(stations);
        tables.fold(self.header.clone(), |text, table| text + table)
    }

    /// Writes a key into the stage of every station.
    pub(crate) fn with(&self, key: &str) -> Queue {
        let mut queue = self.clone();
        queue.stations.iter_mut().for_each(|[_, stage]| *stage += &format!("{key}\n"));
        queue
    }
}

impl fmt::Debug for Queue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text())
    }
}

/// What a queue may have.
#[derive(Clone, Copy)]
pub(crate) struct Kind {
    /// Stations at most; of several each has one member.
    pub(crate) stations: usize,
    /// Members at most.
    pub(crate) members: usize,
    /// Whether members may have shifts.
    pub(crate) shifts: bool,
    /// Whether all tasks take the same time.
    pub(crate) equal: bool,
}

/// Queues of a kind.
pub(crate) fn queues(kind: Kind) -> impl Strategy<Value = Queue> {
    prop::collection::vec(any::<u16>(), 120).prop_map(move |tape| queue(&mut Dice::new(&tape), kind))
}

const EFFORTS: &[&str] = &[
    "\"2 h\"",
    "{ lognormal = { mean = \"3 h\", cv = 1.2 } }",
    "{ gamma = { mean = \"5 h\", cv = 0.7 } }",
    "{ default = { exponential = { mean = \"90 min\" } }, c0 = \"6 h\" }",
    "{ uniform = { low = \"0 h\", high = \"9 h\" } }",
];

fn queue(dice: &mut Dice<'_>, kind: Kind) -> Queue {
    let header = format!(
        "[scenario]\nstart = 2025-01-06\nhorizon = \"5 weeks\"\nsample = \"7 days\"\nreplications = 2\nseed = {}\n\
         [[outcome]]\nid = \"done\"\ncounts_as = \"closed\"\n",
        dice.below(1000)
    );
    let classes: Vec<String> = (0..3).map(|c| format!("[[class]]\nid = \"c{c}\"\n")).collect();
    let stations = 1 + dice.below(kind.stations);
    let members = if stations > 1 { 1 } else { 1 + dice.below(kind.members) };
    Queue {
        header,
        classes,
        sources: (0..3).map(|s| source(s, dice)).collect(),
        stations: (0..stations).map(|s| station(s, stations, members, kind, dice)).collect(),
    }
}

fn source(s: usize, dice: &mut Dice<'_>) -> String {
    let rate = dice.pick(&["2 per day", "3 per day", "5 per day"]);
    let mut text = format!("[[source]]\nid = \"s{s}\"\nrate = \"{rate}\"\nmix = {{ c{s} = 1.0 }}\n");
    dice.line(&mut text, 30, "hours", &["\"Mon-Fri 08:00-18:00\"", "\"Mon-Sun 22:00-02:00\""]);
    dice.line(&mut text, 30, "overdispersion", &["2.0", "6.0"]);
    dice.line(&mut text, 30, "gaps", &["\"constant\"", "{ gamma = { mean = 1.0, cv = 0.5 } }"]);
    dice.line(&mut text, 30, "batch", &["2", "{ poisson = { mean = 1.0 } }"]);
    dice.line(&mut text, 25, "burst", &["{ every = \"10 days\", size = 7, over = \"1 days\" }"]);
    dice.line(&mut text, 25, "until", &["\"20 days\""]);
    text
}

fn station(s: usize, stations: usize, members: usize, kind: Kind, dice: &mut Dice<'_>) -> [String; 2] {
    let mut pool = format!("[[pool]]\nid = \"p{s}\"\nheadcount = {members}\n");
    if kind.shifts {
        let hours = dice.pick(HOURS);
        let ends = if kind.equal { "\"pause\"" } else { dice.pick(&["\"pause\"", "\"hand-over\""]) };
        pool += &format!("hours = {hours}\nshift_end = {ends}\n");
        dice.line(&mut pool, 30, "availability", &["0.8", "0.5"]);
    }
    let effort = if kind.equal { dice.pick(&["\"2 h\"", "\"5 h\""]) } else { dice.pick(EFFORTS) };
    let next = if s + 1 < stations { format!("st{}", s + 1) } else { "done".to_owned() };
    let stage =
        format!("[[stage]]\nid = \"st{s}\"\npool = \"p{s}\"\neffort = {effort}\nroute = \"{next}\"\n");
    [pool, stage]
}
