//! Random scenarios with every mechanism: keys are added one after the other to a random scenario, each kept if the
//! scenario still is one. So every key meets every other, and what may not stand together is left out.

use proptest::prelude::*;

use crate::harness;
use crate::random_scenarios::{Dice, Draft, draft};

/// Scenarios with everything, and dated changes of everything.
pub(crate) fn mechanisms() -> impl Strategy<Value = Draft> {
    let tapes = (prop::collection::vec(any::<u16>(), 400), prop::collection::vec(any::<u16>(), 600));
    tapes.prop_map(|(plain, more)| enriched(draft(&plain, true), &more))
}

/// A key of a table, with values that make things happen within weeks, and how often it is tried (per cent).
type Choice = (&'static str, u16, &'static [&'static str]);

const CLASS: &[Choice] = &[
    ("devices", 40, &["{ geometric = { mean = 2.0 } }", "3", "{ poisson = { mean = 1.2 } }"]),
    ("repeat", 40, &["\"40 per year\"", "\"200 per year\""]),
    ("preempt", 30, &["true"]),
];

const SOURCE: &[Choice] = &[
    ("bundle", 20, &["{ geometric = { mean = 2.0 } }"]),
    (
        "link",
        40,
        &[
            "0.3",
            "{ share = 0.4, after = \"st0\" }",
            "{ share = 0.5, after = \"st1\", reopen = 0.5 }",
            "{ share = 0.3, reopen = 0.8 }",
        ],
    ),
    ("escalates", 40, &["0.5", "1.0"]),
    ("labelled", 30, &["\"unknown\""]),
];

const POOL: &[Choice] = &[
    ("attrition", 30, &["\"300% per year\"", "\"1500% per year\""]),
    ("backfill", 40, &["\"3 days\"", "{ exponential = { mean = \"5 days\" } }", "\"0 days\""]),
    (
        "training",
        30,
        &["{ lasts = \"4 days\", productivity = [0.3, 0.7] }", "{ lasts = \"36 h\", productivity = 0.5 }"],
    ),
    ("burnout", 20, &["{ above = 1, sensitivity = 2 }"]),
    (
        "absence",
        30,
        &[
            "{ every = \"4 days\", lasts = \"1 day\" }",
            "{ every = { constant = \"30 h\" }, lasts = \"5 h\", hand_over = true }",
            "{ every = \"9 h\", lasts = { exponential = { mean = \"2 h\" } } }",
        ],
    ),
    ("exposure_cap", 30, &["\"2 h\"", "\"5 h\""]),
    ("staffing_exponent", 20, &["0.6", "{ value = 0.8, at = 3 }"]),
    ("takes", 20, &["[\"c0\"]", "[\"c0\", \"unknown\"]", "[\"c1\", \"c2\"]"]),
    ("reserve", 20, &["{ members = 1, for = [\"c0\"] }"]),
    (
        "prefers",
        30,
        &["\"downstream-first\"", "\"upstream-first\"", "\"longest-wait\"", "[\"st1\", \"st0\"]"],
    ),
    ("order", 20, &["\"fifo\"", "{ ageing = { c0 = \"4 per day\", default = \"1 per day\" } }", QUOTA]),
    ("hours", 20, &["\"Mon-Fri 09:00-17:00\"", "\"Mon-Sun 20:00-04:00\""]),
];

const QUOTA: &str = "{ quota = { c1 = 0.4 }, otherwise = \"fifo\" }";

/// Of any stage.
const STAGE: &[Choice] = &[
    (
        "assess",
        35,
        &[
            "{ sensitivity = 0.7, specificity = 0.8, positive = [\"c0\"] }",
            "{ auc = 0.8, positive = [\"c0\"], threshold = 0.3 }",
            "{ auc = 0.9, positive = [\"c1\"], threshold = { sensitivity = 0.9 }, below = \"c0\" }",
            "{ table = { c0 = { c0 = 0.6, c1 = \"rest\" }, c1 = \"same\" } }",
        ],
    ),
    (
        "wip",
        30,
        &[
            "{ until = \"st2\", cases = 2 }",
            "{ until = \"st1\", cases = 1 }",
            "{ until = \"st3\", per_member = 1 }",
            "{ until = \"meet\", cases = 2 }",
            "{ until = \"apart\", per_member = 2 }",
        ],
    ),
    (
        "park",
        35,
        &[
            "{ above = 1, release_below = 1 }",
            "{ above = 0, classes = [\"c1\"], release_below = 1, after = \"2 days\" }",
            "{ above = 2, classes = [\"c0\", \"unknown\"], release_below = 2, after = \"30 h\" }",
        ],
    ),
    (
        "queue_limit",
        30,
        &[
            "{ cases = 1, to = \"o0\" }",
            "{ cases = 2, to = \"st1\", classes = [\"c0\"] }",
            "{ cases = 0, to = \"st2\" }",
        ],
    ),
    ("gather", 30, &["{ exactly = 2 }", "{ up_to = 3 }", "{ exactly = 3 }"]),
    ("slots", 25, &["\"Mon-Fri 10:00\"", "[\"Mon,Wed 16:00\", \"Sat 11:00\"]"]),
    ("or_after", 25, &["\"1 day\"", "\"3 h\""]),
];

/// Of stages where somebody works.
const WORK: &[Choice] = &[
    ("assignment", 30, &["\"same-member\""]),
    ("hold", 50, &["true"]),
    ("interruptible", 20, &["false"]),
    ("exposure", 50, &["true"]),
    (
        "order",
        40,
        &[
            "\"score\"",
            "{ ageing = { c0 = \"4 per day\", default = { base = 1, gains = \"1 per day\" } } }",
            QUOTA,
            "{ quota = { c0 = 0.3, c1 = 0.3 }, otherwise = { due = { default = \"1 day\" } } }",
        ],
    ),
    ("pool", 20, &["[\"p0\", \"p1\"]", "{ p0 = 1, p1 = 1 }", "{ p0 = 2 }"]),
];

/// Stages with parts, entered in place of an outcome: devices, tracks, devices in a track, and where they meet.
const PARTS: &[&str] = &[
    "[[stage]]\nid = \"apart\"\nper = \"device\"\nthen = \"meet\"\nJOINpool = \"p0\"\neffort = \"3 h\"\n\
     route = { second = 0.5, locked = 0.3, meet = \"rest\" }\n\
     [[stage]]\nid = \"second\"\nper = \"device\"\ndelay = \"1 day\"\nroute = { meet = 0.8, apart = \"rest\" }\n",
    "[[stage]]\nid = \"apart\"\nsplit = { tracks = [\"left\", \"right\"], then = \"meet\"TRACK }\n\
     [[stage]]\nid = \"left\"\npool = \"p0\"\neffort = \"5 h\"\nroute = { meet = 0.7, dropped = \"rest\" }\n\
     [[stage]]\nid = \"right\"\ndelay = \"20 h\"\nroute = { meet = 0.6, dropped = 0.3, o0 = \"rest\" }\n",
    "[[stage]]\nid = \"apart\"\nsplit = { tracks = [\"left\", \"right\"], then = \"meet\"TRACK }\n\
     [[stage]]\nid = \"left\"\nper = \"device\"\nthen = \"sum\"\nJOINpool = \"p0\"\neffort = \"4 h\"\n\
     route = { sum = 0.6, locked = 0.3, dropped = \"rest\" }\n\
     [[stage]]\nid = \"sum\"\ndelay = \"2 h\"\nroute = \"meet\"\n\
     [[stage]]\nid = \"right\"\npool = \"p0\"\neffort = \"2 h\"\npatience = \"1 day\"\non_patience = \"dropped\"\nroute = \"meet\"\n",
];

const MEETS: &[&str] = &[
    "[[stage]]\nid = \"meet\"\nroute = \"o1\"\n",
    "[[stage]]\nid = \"meet\"\npool = \"p0\"\neffort = \"2 h\"\nroute = { apart = 0.2, o1 = \"rest\" }\n",
    "[[stage]]\nid = \"meet\"\ndelay = \"1 day\"\nroute = \"o1\"\n",
];

const ENDS: &str = "[[outcome]]\nid = \"locked\"\ncounts_as = \"closed\"\nof = \"device\"\n\
                    [[outcome]]\nid = \"dropped\"\ncounts_as = \"closed\"\nof = \"track\"\n";

const CHANGES: &[&str] = &[
    "set = { \"stage.st0.wip.cases\" = 1 }",
    "set = { \"stage.st1.park.above\" = 0 }",
    "set = { \"stage.st0.queue_limit.cases\" = 0 }",
    "set = { \"pool.p0.exposure_cap\" = \"1 h\" }",
    "scale = { \"pool.p0.attrition\" = 5 }",
    "add = { \"pool.p0.headcount\" = 2 }\nhire = \"new\"",
    "add = { \"pool.p0.headcount\" = 1 }\nhire = \"trained\"",
    "add = { \"pool.p0.headcount\" = 1 }",
    "set = { \"pool.p0.headcount\" = 1 }\nleave = \"last-hired\"",
    "set = { \"pool.p0.takes\" = [\"c0\"] }",
    "scale = { \"class.c0.devices\" = 2 }",
    "set = { \"class.c1.preempt\" = true }",
    "scale = { \"class.c0.repeat\" = 3 }",
    "set = { \"source.s0.escalates\" = 0.9 }",
    "set = { \"stage.st0.order\" = { quota = { c0 = 0.5 }, otherwise = \"lifo\" } }",
    "set = { \"stage.st0.assess.sensitivity\" = 0.2 }",
    "set = { \"pool.p0.prefers\" = \"upstream-first\" }",
];

/// Adds to one list of tables.
fn add(draft: &mut Draft, list: fn(&mut Draft) -> &mut Vec<String>, choices: &[Choice], dice: &mut Dice<'_>) {
    for row in 0..list(draft).len() {
        for (key, percent, values) in choices {
            let (wanted, value) = (dice.chance(usize::from(*percent)), dice.pick(values));
            if wanted {
                attempt(draft, |draft| put(&mut list(draft)[row], key, value));
            }
        }
    }
}

/// Makes an edit, and takes it back if the scenario is none then.
fn attempt(draft: &mut Draft, edit: impl FnOnce(&mut Draft)) {
    let mut edited = draft.clone();
    edit(&mut edited);
    if harness::is_scenario(&edited.text()) {
        *draft = edited;
    }
}

/// Writes a key into the first table of a text, in place of what was written there.
fn put(text: &mut String, key: &str, value: &str) {
    let (first, rest) = text.find("\n[[").map_or((text.as_str(), ""), |at| text.split_at(at));
    let others = first.lines().filter(|line| !line.starts_with(&format!("{key} = ")));
    let mut new: Vec<&str> = others.collect();
    let line = format!("{key} = {value}");
    new.push(&line);
    *text = new.join("\n") + if rest.is_empty() { "\n" } else { rest };
}

/// A stage leads to parts instead of an outcome.
fn parts(draft: &mut Draft, dice: &mut Dice<'_>) {
    let (pick, meet, from) = (dice.pick(PARTS), dice.pick(MEETS), dice.below(draft.stages.len()));
    let (join, none) = (dice.below(2), dice.below(3));
    let join_key = ["", "join = \"first\"\n"][join];
    let none_key = ["", "none = \"o2\"\n", ""][none];
    let track = [["", ", join = \"first\""][join], ["", ", none = \"o2\"", ""][none]].concat();
    let text = pick.replace("JOIN", &format!("{join_key}{none_key}")).replace("TRACK", &track);
    let stages: Vec<String> = text.split_inclusive("\n[[").map(str::to_owned).collect();
    let mut tables: Vec<String> = vec![];
    for (i, piece) in stages.iter().enumerate() {
        let body = piece.trim_end_matches("[[");
        tables.push(if i == 0 { body.to_owned() } else { format!("[[{body}") });
    }
    tables.push(meet.to_owned());
    attempt(draft, |draft| {
        let route = |end: &str| draft.stages[from].contains(end);
        let end = ["o1", "o0"].into_iter().find(|end| route(end)).unwrap_or("o2");
        draft.stages[from] = draft.stages[from].replace(end, "apart");
        draft.stages.extend(tables);
        draft.outcomes.push(ENDS.to_owned());
    });
}

fn enriched(mut draft: Draft, tape: &[u16]) -> Draft {
    let mut dice = Dice::new(tape);
    let dice = &mut dice;
    if dice.chance(50) {
        parts(&mut draft, dice);
    }
    add(&mut draft, |d| &mut d.classes, CLASS, dice);
    add(&mut draft, |d| &mut d.stages, STAGE, dice);
    add(&mut draft, |d| &mut d.stages, WORK, dice);
    add(&mut draft, |d| &mut d.pools, POOL, dice);
    add(&mut draft, |d| &mut d.sources, SOURCE, dice);
    for _ in 0..dice.below(4) {
        let (at, edit) = (dice.pick(&["\"5 days\"", "\"11 days\"", "\"200 h\""]), dice.pick(CHANGES));
        let until = dice.pick(&["", "until = \"21 days\"\n"]);
        let change = format!("[[change]]\nat = {at}\nwhy = \"a test\"\n{edit}\n{until}");
        attempt(&mut draft, |draft| draft.changes.push(change));
    }
    draft
}
