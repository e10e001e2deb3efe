//! Small random scenarios in the language of files, with every key that is served in some of them: whatever can be
//! written together should also hold together.
//!
//! A scenario is read off a tape of numbers, where 0 always means the plainest choice. So a test that fails is
//! shrunk by shrinking its tape, and what is left over is the shortest scenario that still fails.

use std::fmt::{self, Write as _};

use proptest::prelude::*;
use proptest::test_runner::{Config, RngSeed};

use crate::random_changes::Changing;

/// Scenarios with everything, dated changes among it if they are wanted. 500 numbers are enough for the longest.
pub(crate) fn scenarios(changes: bool) -> impl Strategy<Value = Draft> {
    prop::collection::vec(any::<u16>(), 500).prop_map(move |tape| draft(&tape, changes))
}

/// One queue, first come first served, in front of members who are alike and share their hours.
pub(crate) fn single_queues() -> impl Strategy<Value = Draft> {
    prop::collection::vec(any::<u16>(), 200).prop_map(|tape| single_queue(&tape))
}

/// So many scenarios, the same ones at every run.
pub(crate) fn config(cases: u32, seed: u64) -> Config {
    Config {
        cases,
        rng_seed: RngSeed::Fixed(seed),
        failure_persistence: None,
        max_shrink_iters: 2_000,
        ..Config::default()
    }
}

/// A scenario's text in pieces, so that tables can change their places.
#[derive(Clone)]
pub(crate) struct Draft {
    header: String,
    pub(crate) classes: Vec<String>,
    pub(crate) sources: Vec<String>,
    initial: Vec<String>,
    pub(crate) pools: Vec<String>,
    pub(crate) stages: Vec<String>,
    pub(crate) outcomes: Vec<String>,
    measures: Vec<String>,
    pub(crate) changes: Vec<String>,
    /// The stages where somebody works.
    pub(crate) work: Vec<usize>,
}

impl Draft {
    fn new(classes: usize, dice: &mut Dice<'_>) -> Draft {
        Draft {
            header: header(dice),
            classes: (0..classes).map(|c| class(c, dice)).collect(),
            sources: vec![],
            initial: vec![],
            pools: vec![],
            stages: vec![],
            outcomes: ["closed", "acted", "lost"].iter().enumerate().map(outcome).collect(),
            measures: vec![],
            changes: vec![],
            work: vec![],
        }
    }

    /// The file.
    pub(crate) fn text(&self) -> String {
        let tables = [&self.classes, &self.sources, &self.initial, &self.pools, &self.stages, &self.outcomes];
        let more = [&self.measures, &self.changes];
        let tables = tables.iter().chain(&more).flat_map(|t| t.iter());
        tables.fold(self.header.clone(), |text, table| text + table + "\n")
    }
}

impl fmt::Debug for Draft {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text())
    }
}

/// The scenario on a tape.
pub(crate) fn draft(tape: &[u16], changes: bool) -> Draft {
    let mut dice = Dice::new(tape);
    let classes = 1 + dice.below(3);
    let (stages, pools) = (2 + dice.below(4), 1 + dice.below(4));
    let shape = Shape { classes, stages, pools, sources: 1 + dice.below(3) };
    let mut draft = Draft::new(classes, &mut dice);
    if dice.chance(15) {
        let place = dice.below(draft.classes.len() + 1);
        draft.classes.insert(place, "[[class]]\nid = \"unknown\"\n".to_owned());
    }
    draft.pools = (0..pools).map(|p| pool(p, &mut dice)).collect();
    let mut crews = vec![false; pools];
    let mut patient = vec![];
    for s in 0..stages {
        let (text, kind) = stage(s, &shape, &mut crews, &mut dice);
        draft.stages.push(text);
        if kind == Kind::Work {
            draft.work.push(s);
        }
        if kind == Kind::Work && draft.stages[s].contains("on_patience") {
            patient.push(s);
        }
    }
    for p in (0..pools).filter(|&p| crews[p]) {
        // A crew fits into its pools, and they have hours in common.
        let fitting = [("headcount = 0", "headcount = 2"), ("headcount = 1", "headcount = 2")];
        for (plain, fit) in fitting.into_iter().chain([(NIGHTS, "\"Mon-Sun 12:00-24:00\"")]) {
            draft.pools[p] = draft.pools[p].replace(plain, fit);
        }
    }
    draft.sources = (0..shape.sources).map(|s| source(s, &shape, &mut dice)).collect();
    if dice.chance(60) {
        draft.initial = (0..=dice.below(2)).map(|_| initial(&shape, &mut dice)).collect();
    }
    draft.measures = measures(&shape, &mut dice);
    if changes {
        let of = Changing { shape: &shape, work: &draft.work, patient: &patient, crews: &crews };
        draft.changes = (0..dice.below(6)).map(|_| of.change(&draft, &mut dice)).collect();
    }
    draft
}

fn single_queue(tape: &[u16]) -> Draft {
    let mut dice = Dice::new(tape);
    let shape = Shape { classes: 1 + dice.below(3), stages: 1, pools: 1, sources: 1 + dice.below(3) };
    let mut draft = Draft::new(shape.classes, &mut dice);
    let (headcount, hours) = (1 + dice.below(3), dice.pick(HOURS));
    let ends = dice.pick(&["\"pause\"", "\"hand-over\""]);
    let mut pool =
        format!("[[pool]]\nid = \"p0\"\nheadcount = {headcount}\nhours = {hours}\nshift_end = {ends}\n");
    dice.line(&mut pool, 30, "availability", &["0.8", "0.37"]);
    draft.pools.push(pool);
    let effort = dice.pick(EFFORTS);
    let stage = format!("pool = \"p0\"\neffort = {effort}\norder = \"fifo\"\nroute = \"o0\"\n");
    draft.stages.push("[[stage]]\nid = \"st0\"\n".to_owned() + &stage);
    draft.sources = (0..shape.sources).map(|s| source(s, &shape, &mut dice)).collect();
    draft
}

/// How many there are of each kind.
pub(crate) struct Shape {
    pub(crate) classes: usize,
    pub(crate) stages: usize,
    pub(crate) pools: usize,
    pub(crate) sources: usize,
}

#[derive(Clone, Copy, PartialEq)]
enum Kind {
    Work,
    Delay,
    NoTime,
}

/// Reads choices off a tape; beyond its end every choice is the plainest.
pub(crate) struct Dice<'t> {
    tape: &'t [u16],
    at: usize,
}

impl<'t> Dice<'t> {
    pub(crate) fn new(tape: &'t [u16]) -> Dice<'t> {
        Dice { tape, at: 0 }
    }

    fn next(&mut self) -> usize {
        let number = self.tape.get(self.at).copied().unwrap_or_default();
        self.at += 1;
        usize::from(number)
    }

    pub(crate) fn below(&mut self, n: usize) -> usize {
        self.next() % n
    }

    pub(crate) fn chance(&mut self, percent: usize) -> bool {
        self.below(100) >= 100 - percent
    }

    pub(crate) fn pick<'a>(&mut self, from: &[&'a str]) -> &'a str {
        from[self.below(from.len())]
    }

    /// Writes a line if chance wants it.
    pub(crate) fn line(&mut self, text: &mut String, percent: usize, key: &str, values: &[&str]) -> bool {
        let (wanted, value) = (self.chance(percent), self.pick(values));
        if wanted {
            writeln!(text, "{key} = {value}").unwrap();
        }
        wanted
    }
}

const NIGHTS: &str = "\"Mon-Sun 20:00-04:00\"";
pub(crate) const HOURS: &[&str] = &[
    "\"Mon-Fri 09:00-17:00\"",
    NIGHTS,
    "[\"Mon-Thu 08:00-12:00\", \"Mon-Thu 13:00-16:30\"]",
    "\"Tue,Sat 10:00-24:00\"",
    "\"always\"",
];
pub(crate) const ROTAS: &[&str] = &[
    "[{ hours = \"Mon-Fri 06:00-14:00\", share = 0.6 }, { hours = \"Mon-Fri 14:00-22:00\", share = 0.4 }]",
    "[{ hours = \"Mon-Sun 08:00-20:00\", share = 0.5 }, { hours = \"Mon-Fri 09:00-17:00\", share = 0.5 }]",
];
pub(crate) const EFFORTS: &[&str] = &[
    "\"2 h\"",
    "{ lognormal = { mean = \"3 h\", cv = 1.2 } }",
    "{ gamma = { mean = \"5 h\", cv = 0.7 } }",
    "{ default = { exponential = { mean = \"90 min\" } }, c0 = \"6 h\" }",
    "{ uniform = { low = \"0 h\", high = \"12 h\" } }",
    "\"0 h\"",
];
const DELAYS: &[&str] = &[
    "\"2 days\"",
    "{ p50 = \"1 days\", p90 = \"5 days\" }",
    "{ default = \"3 working days\", c0 = \"5 h\" }",
    "\"0 h\"",
];
pub(crate) const ORDERS: &[&str] = &[
    "\"fifo\"",
    "\"class\"",
    "\"lifo\"",
    "\"lapse\"",
    "\"random\"",
    "\"shortest\"",
    "{ shortest = \"drawn\" }",
    "{ due = { c0 = \"1 day\", default = \"2 working days\" } }",
    "{ due = { c0 = \"6 h\" } }",
];
pub(crate) const PATIENCES: &[&str] = &[
    "\"2 days\"",
    "{ exponential = { mean = \"1 days\" } }",
    "{ c0 = \"3 working days\" }",
    "{ default = \"9 h\", c0 = \"30 h\" }",
];
pub(crate) const SHIFT_ENDS: &[&str] = &["\"pause\"", "\"finish\"", "\"hand-over\""];

fn header(dice: &mut Dice<'_>) -> String {
    let start = dice.pick(&["2025-01-06", "2025-06-25T13:30:00"]);
    let mut text = format!("[scenario]\nstart = {start}\nreplications = 3\nseed = {}\n", dice.below(1000));
    writeln!(text, "horizon = {}", dice.pick(&["\"4 weeks\"", "\"5 weeks\"", "\"1 month\""])).unwrap();
    writeln!(text, "sample = {}", dice.pick(&["\"7 days\"", "\"1 days\""])).unwrap();
    dice.line(&mut text, 30, "warmup", &["\"7 days\"", "\"3 days\""]);
    dice.line(&mut text, 30, "follow_up", &["\"10 days\"", "\"2 days\""]);
    dice.line(&mut text, 30, "holidays", &["[2025-01-08, 2025-07-04]", "[\"2025-01-13..2025-01-15\"]"]);
    dice.line(&mut text, 20, "fiscal_year", &["\"07-01\"", "\"01-15\""]);
    dice.line(&mut text, 20, "discount", &["0.03"]);
    text
}

fn class(c: usize, dice: &mut Dice<'_>) -> String {
    let mut text = format!("[[class]]\nid = \"c{c}\"\n");
    if c == 1 {
        dice.line(&mut text, 40, "of", &["\"c0\""]);
    }
    dice.line(&mut text, 40, "risk", &["2.5", "0.1"]);
    text
}

fn outcome((o, counts_as): (usize, &&str)) -> String {
    format!("[[outcome]]\nid = \"o{o}\"\ncounts_as = \"{counts_as}\"\nstops = {}\n", o == 1)
}

fn mix(classes: usize, dice: &mut Dice<'_>) -> String {
    match classes {
        1 => "{ c0 = 1.0 }",
        2 => dice.pick(&["{ c0 = 0.5, c1 = \"rest\" }", "{ c0 = 0.1, c1 = 0.9 }"]),
        _ => dice.pick(&["{ c0 = 0.2, c1 = 0.3, c2 = \"rest\" }", "{ c2 = 0.6, c0 = \"rest\" }"]),
    }
    .to_owned()
}

fn source(s: usize, shape: &Shape, dice: &mut Dice<'_>) -> String {
    let mut text = format!("[[source]]\nid = \"s{s}\"\nmix = {}\n", mix(shape.classes, dice));
    let burst = dice.line(
        &mut text,
        25,
        "burst",
        &[
            "{ every = \"10 days\", size = 7, over = \"1 days\" }",
            "{ every = { uniform = { low = \"1 h\", high = \"12 days\" } }, size = { poisson = { mean = 4 } } }",
        ],
    );
    if !(burst && dice.chance(30)) {
        let rate = dice.pick(&["\"2 per day\"", "\"5 per day\"", "\"0 per day\""]);
        // Something has to come from somewhere.
        writeln!(text, "rate = {}", if s == 0 { "\"3 per day\"" } else { rate }).unwrap();
        dice.line(&mut text, 30, "growth", &["\"300% per year\"", "\"-50% per year\""]);
        dice.line(&mut text, 30, "weekly", &["{ sat = 0.5, sun = 0 }", "{ mon = 3 }"]);
        dice.line(&mut text, 30, "hours", &["\"Mon-Fri 08:00-18:00\"", "\"Mon-Sun 22:00-02:00\""]);
        dice.line(&mut text, 20, "monthly", &["{ jan = 2, jul = 0.5 }"]);
        dice.line(&mut text, 30, "overdispersion", &["2.0", "6.0"]);
        dice.line(&mut text, 30, "gaps", &["\"constant\"", "{ gamma = { mean = 1.0, cv = 0.5 } }"]);
        dice.line(
            &mut text,
            30,
            "batch",
            &["2", "{ geometric = { mean = 1.5 } }", "{ poisson = { mean = 1.0 } }"],
        );
    }
    if dice.chance(25) {
        writeln!(text, "mix_end = {}", mix(shape.classes, dice)).unwrap();
    }
    dice.line(&mut text, 30, "labelled", &["\"unknown\"", "\"true\"", "\"c0\""]);
    if dice.chance(40) {
        writeln!(text, "enters = \"st{}\"", dice.below(shape.stages)).unwrap();
    }
    dice.line(&mut text, 20, "from", &["\"3 days\"", "\"36 h\""]);
    dice.line(&mut text, 20, "until", &["\"20 days\""]);
    dice.line(&mut text, 20, "at_most", &["9", "40"]);
    if shape.stages > 1 && dice.chance(50) {
        let lasts = dice.pick(&["\"4 days\"", "{ exponential = { mean = \"6 days\" } }", "\"30 days\""]);
        let lag = dice.pick(&["", ", lag = \"2 days\"", ", lag = \"5 days\""]);
        let stage = dice.below(shape.stages);
        let by =
            if dice.chance(40) { format!("{{ end = \"st{stage}\" }}") } else { format!("\"st{stage}\"") };
        let retention = format!("{{ lasts = {lasts}{lag}, preserved_by = {by}, on_lapse = \"o2\" }}");
        writeln!(text, "retention = {retention}").unwrap();
    }
    text
}

fn initial(shape: &Shape, dice: &mut Dice<'_>) -> String {
    let mut text = format!("[[initial]]\nstage = \"st{}\"\n", dice.below(shape.stages));
    writeln!(text, "count = {{ c{} = {} }}", dice.below(shape.classes), 1 + dice.below(8)).unwrap();
    writeln!(text, "age = {}", dice.pick(&["\"2 days\"", "{ exponential = { mean = \"9 days\" } }"]))
        .unwrap();
    dice.line(&mut text, 30, "waited", &["\"1 days\"", "{ uniform = { low = \"0 h\", high = \"4 days\" } }"]);
    dice.line(&mut text, 30, "observed", &["\"unknown\"", "\"c0\"", "\"true\""]);
    if dice.chance(50) {
        writeln!(text, "source = \"s{}\"", dice.below(shape.sources)).unwrap();
    }
    text
}

fn pool(p: usize, dice: &mut Dice<'_>) -> String {
    let headcount = [2, 1, 3, 4, 0][dice.below(5)];
    let mut text = format!("[[pool]]\nid = \"p{p}\"\nheadcount = {headcount}\n");
    if dice.chance(20) {
        writeln!(text, "filled = {}", dice.below(headcount + 1)).unwrap();
    }
    match dice.below(3) {
        0 => {}
        1 => writeln!(text, "hours = {}", dice.pick(HOURS)).unwrap(),
        _ => writeln!(text, "shifts = {}", dice.pick(ROTAS)).unwrap(),
    }
    dice.line(&mut text, 20, "holidays", &["false"]);
    dice.line(&mut text, 30, "availability", &["0.8", "0.37"]);
    dice.line(&mut text, 60, "shift_end", SHIFT_ENDS);
    if !dice.line(&mut text, 30, "yearly_cost", &["100_000"]) {
        dice.line(&mut text, 30, "hourly", &["{ on_shift = 8, worked = 75 }"]);
    }
    dice.line(&mut text, 20, "overtime_factor", &["1.5"]);
    text
}

fn stage(s: usize, shape: &Shape, crews: &mut [bool], dice: &mut Dice<'_>) -> (String, Kind) {
    let mut text = format!("[[stage]]\nid = \"st{s}\"\n");
    let kind = match dice.below(10) {
        8 => Kind::NoTime,
        6 | 7 => Kind::Delay,
        _ => Kind::Work,
    };
    if kind == Kind::Delay {
        writeln!(text, "delay = {}", dice.pick(DELAYS)).unwrap();
    }
    if kind == Kind::Work {
        writeln!(text, "pool = {}\neffort = {}", servers(shape, crews, dice), dice.pick(EFFORTS)).unwrap();
        dice.line(&mut text, 80, "order", ORDERS);
        if dice.line(&mut text, 40, "patience", PATIENCES) {
            writeln!(text, "on_patience = \"{}\"", onward(s, shape, dice)).unwrap();
        }
        dice.line(&mut text, 20, "starts", &["\"Mon-Fri 09:00-11:00\"", "\"Mon-Sun 16:00-17:00\""]);
    }
    writeln!(text, "route = {}", route(s, shape, dice)).unwrap();
    dice.line(&mut text, 20, "route_by", &["\"true\"", "\"observed\""]);
    dice.line(&mut text, 20, "cost", &["40", "2.5"]);
    (text, kind)
}

/// Who works: one pool, a list or a crew. A crew's pools never shrink and are never empty.
fn servers(shape: &Shape, crews: &mut [bool], dice: &mut Dice<'_>) -> String {
    let (a, b) = (dice.below(shape.pools), dice.below(shape.pools));
    match dice.below(6) {
        4 if a != b => format!("[\"p{b}\", \"p{a}\"]"),
        5 if a != b => {
            (crews[a], crews[b]) = (true, true);
            format!("{{ p{a} = 2, p{b} = 1 }}")
        }
        _ => format!("\"p{a}\""),
    }
}

/// A stage further down the file, or an outcome.
fn onward(s: usize, shape: &Shape, dice: &mut Dice<'_>) -> String {
    let next = s + 1 + dice.below(3);
    if next < shape.stages { format!("st{next}") } else { format!("o{}", dice.below(2)) }
}

pub(crate) fn route(s: usize, shape: &Shape, dice: &mut Dice<'_>) -> String {
    let plain = onward(s, shape, dice);
    let back = dice.below(s + 1);
    match dice.below(5) {
        1 => format!("{{ {plain} = 0.7, o2 = \"rest\" }}"),
        2 => format!("{{ st{back} = 0.2, {plain} = \"rest\" }}"),
        3 => format!("{{ default = \"{plain}\", c0 = {{ st{back} = 0.3, o0 = 0.3, o1 = \"rest\" }} }}"),
        4 => format!("{{ default = {{ {plain} = 0.25, o2 = \"rest\" }}, c0 = \"{plain}\" }}"),
        _ => format!("\"{plain}\""),
    }
}

fn measures(shape: &Shape, dice: &mut Dice<'_>) -> Vec<String> {
    let at = dice.below(shape.stages);
    let milestone = match dice.below(4) {
        0 => return vec![],
        1 => format!("at = {{ start = \"st{at}\" }}"),
        2 => format!("at = {{ end = \"st{at}\" }}\nsource = [\"s0\"]"),
        _ => format!("from = {{ start = \"st{at}\" }}\nat = {{ counts_as = \"closed\" }}"),
    };
    vec![
        format!("[[milestone]]\nid = \"m\"\n{milestone}\n"),
        "[[target]]\nmilestone = \"m\"\nclass = \"c0\"\nwithin = \"2 days\"\nshare = 0.9\n".to_owned(),
    ]
}
