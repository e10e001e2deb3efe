//! Under every plan the same tip meets the same luck: what is not edited stays in step, tip by tip and draw by draw.

use std::collections::BTreeMap;
use std::fmt::Debug;

use caseload::scenario::EditKind;
use caseload::units::Duration;
use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::TestRunner;

use crate::diary::{Diary, Place, Tip};
use crate::harness;
use crate::random_mechanisms::mechanisms;
use crate::random_scenarios::{Draft, config, scenarios};
use crate::shipped;

/// What an edit is meant to change. All else has to stay.
#[derive(Clone, Default)]
struct Meant {
    /// The source whose tips come at other moments, or are of other classes.
    source: &'static str,
    /// Stages whose efforts or delays are multiplied.
    times: Vec<(String, f64)>,
    /// Stages with another patience, other routes, another table of beliefs.
    patience: String,
    routes: String,
    beliefs: &'static str,
    /// What the number of devices is multiplied with.
    devices: Option<f64>,
    /// The source whose evidence lapses at other moments.
    lapses: &'static str,
    /// Whether there are subjects who send further tips: when they come depends on what is done about them.
    repeats: bool,
}

/// How many draws of each kind two runs had in common.
type Compared = BTreeMap<&'static str, usize>;

/// Compares what both runs know of each key that the edit was not meant to change.
fn same<K: Ord + Debug, V: Debug>(
    (what, compared): (&'static str, &mut Compared),
    (one, other): (&BTreeMap<K, V>, &BTreeMap<K, V>),
    agree: impl Fn(&K, &V, &V) -> Option<bool>,
) -> Result<(), String> {
    for (key, value) in one {
        let Some(found) = other.get(key) else { continue };
        match agree(key, value, found) {
            None => {}
            Some(true) => *compared.entry(what).or_default() += 1,
            Some(false) => return Err(format!("{what} of {key:?}: {value:?}, then {found:?}")),
        }
    }
    Ok(())
}

/// Whether a time is the other one, multiplied and rounded to the millisecond.
fn multiplied(one: Duration, other: Duration, times: f64) -> bool {
    let slack = if times == 1.0 { 0.0 } else { 0.5 + 0.5 * times + 1e-6 };
    (other.0 as f64 - one.0 as f64 * times).abs() <= slack
}

/// Whether two runs agree in everything that was not meant to change, and how many draws were compared.
fn in_step<'m>(a: &Diary<'m>, b: &Diary<'m>, meant: &Meant) -> Result<Compared, String> {
    let mut compared = Compared::new();
    let ours = |tip: &Tip<'_>| tip.0 != meant.source;
    for (one, other) in [(a, b), (b, a)] {
        let both = |tip: &Tip<'_>| ours(tip) && other.has_source(tip.0);
        for (tip, arrival) in one.arrivals.iter().filter(|(tip, _)| both(tip)) {
            if (arrival.subject || !meant.repeats) && !other.arrivals.contains_key(tip) {
                return Err(format!("only one run has {tip:?}"));
            }
        }
    }
    let times = |stage: &str| meant.times.iter().find(|t| t.0 == stage).map_or(1.0, |t| t.1);
    same(("arrivals", &mut compared), (&a.arrivals, &b.arrivals), |tip, one, other| {
        ours(tip).then(|| (one.class, one.reports) == (other.class, other.reports))
    })?;
    same(("devices", &mut compared), (&a.devices, &b.devices), |tip, one, other| {
        let expected = meant.devices.map_or(*one, |times| (f64::from(*one) * times + 0.5).floor() as u32);
        ours(tip).then_some(*other == expected)
    })?;
    same(("lapses", &mut compared), (&a.lapses, &b.lapses), |tip, one, other| {
        (ours(tip) && tip.0 != meant.lapses).then_some(one == other)
    })?;
    let time = |place: &Place<'_>, one: &Duration, other: &Duration| {
        ours(&place.0).then(|| multiplied(*one, *other, times(place.2)))
    };
    same(("efforts", &mut compared), (&a.efforts, &b.efforts), time)?;
    same(("delays", &mut compared), (&a.delays, &b.delays), time)?;
    same(("patiences", &mut compared), (&a.patiences, &b.patiences), |place, one, other| {
        (ours(&place.0) && place.2 != meant.patience && one.0 == other.0).then_some(one.1 == other.1)
    })?;
    same(("beliefs", &mut compared), (&a.beliefs, &b.beliefs), |place, one, other| {
        (ours(&place.0) && place.2 != meant.beliefs).then_some(one == other)
    })?;
    same(("routes", &mut compared), (&a.routes, &b.routes), |place, one, other| {
        (ours(&place.0) && place.2 != meant.routes && one.0 == other.0).then_some(one.1 == other.1)
    })?;
    Ok(compared)
}

/// Tables that a plan may bring.
const MORE: &[(&str, &str)] = &[
    ("a stage nobody visits", "[[stage]]\nid = \"aside\"\ndelay = \"1 h\"\nroute = \"o0\"\n"),
    ("a stage before all", "[[stage]]\nid = \"aside\"\nbefore = \"st0\"\ndelay = \"1 h\"\nroute = \"o0\"\n"),
    ("a pool", "[[pool]]\nid = \"a0\"\nheadcount = 2\n"),
    ("a source", "[[source]]\nid = \"a0\"\nrate = \"3 per day\"\nenters = \"st0\"\nmix = { c0 = 1.0 }\n"),
    ("a class", "[[class]]\nid = \"c9\"\n"),
    ("an outcome", "[[outcome]]\nid = \"a0\"\ncounts_as = \"closed\"\n"),
    ("a change", "[[change]]\nat = \"9 days\"\nwhy = \"more\"\nadd = { \"pool.p0.headcount\" = 2 }\n"),
];

/// An outcome that tips about known cases may come to.
const LINKED: &str = "[[outcome]]\nid = \"known\"\ncounts_as = \"linked\"\n";

/// Values of one key each, of things that are in every scenario.
const SET: &[&str] = &[
    "pool.p0.headcount=4",
    "pool.p0.availability=0.6",
    "pool.p0.shift_end=\"hand-over\"",
    "pool.p0.attrition=\"600% per year\"",
    "pool.p0.absence={ every = \"4 days\", lasts = { exponential = { mean = \"9 h\" } }, hand_over = true }",
    "pool.p0.prefers=\"upstream-first\"",
    "pool.p0.takes=[\"c0\"]",
    "source.s0.link=0.4",
    "source.s0.labelled=\"unknown\"",
    "class.c0.preempt=true",
];

/// Edits of every kind, and what each is meant to change.
fn edits(draft: &Draft, work: &str) -> Vec<(Vec<(EditKind, String)>, Meant)> {
    let none = Meant::default();
    let s0 = Meant { source: "s0", ..none.clone() };
    let mut edits: Vec<_> =
        SET.iter().map(|edit| (vec![(EditKind::Set, (*edit).to_owned())], none.clone())).collect();
    edits.push((vec![(EditKind::Set, "source.s0.mix={ c0 = 1.0 }".to_owned())], s0.clone()));
    if draft.sources[0].contains("rate =") {
        edits.push((vec![(EditKind::Scale, "source.s0.rate=2".to_owned())], s0));
    }
    let route = "stage.st0.route={ o0 = 0.5, o2 = \"rest\" }".to_owned();
    edits.push((vec![(EditKind::Set, route)], Meant { routes: "st0".to_owned(), ..none.clone() }));
    if draft.work.is_empty() {
        return edits;
    }
    for times in [2.0, 0.5] {
        let meant = Meant { times: vec![(work.to_owned(), times)], ..none.clone() };
        edits.push((vec![(EditKind::Scale, format!("stage.{work}.effort={times}"))], meant));
    }
    for order in ["\"lifo\"", "\"random\"", "{ due = { default = \"2 days\" } }"] {
        edits.push((vec![(EditKind::Set, format!("stage.{work}.order={order}"))], none.clone()));
    }
    let patience = vec![
        (EditKind::Set, format!("stage.{work}.patience={{ exponential = {{ mean = \"2 days\" }} }}")),
        (EditKind::Set, format!("stage.{work}.on_patience=\"o2\"")),
    ];
    edits.push((patience, Meant { patience: work.to_owned(), ..none }));
    edits
}

/// What was compared, by what was done to the scenario.
type Tally = BTreeMap<String, Compared>;

/// A scenario against the same with more tables and with edits. What is no scenario any more is left out.
fn compare(draft: &Draft, repeats: bool, tally: &mut Tally) -> Result<(), String> {
    let text = format!("{}\n{LINKED}", draft.text());
    let base = harness::model(&text);
    let base = Diary::of(&base);
    let mut judge = |what: &str, other: &Diary<'_>, meant: &Meant| {
        let meant = Meant { repeats, ..meant.clone() };
        let compared = in_step(&base, other, &meant).map_err(|why| format!("{what}: {why}"))?;
        for (kind, count) in compared {
            *tally.entry(what.to_owned()).or_default().entry(kind).or_default() += count;
        }
        Ok::<(), String>(())
    };
    for (what, more) in MORE {
        let more = format!("{text}\n{more}");
        if let Some(model) = harness::maybe_model_with(&more, &[]) {
            judge(what, &Diary::of(&model), &Meant::default())?;
        }
    }
    let work = draft.work.first().map_or_else(String::new, |work| format!("st{work}"));
    for (edits, meant) in edits(draft, &work) {
        let borrowed: Vec<(EditKind, &str)> =
            edits.iter().map(|(kind, edit)| (*kind, edit.as_str())).collect();
        if let Some(model) = harness::maybe_model_with(&text, &borrowed) {
            // The same edit has the same name, whatever stage it is of.
            let what = edits[0].1.replace(&format!("stage.{work}."), "stage.work.");
            judge(&what, &Diary::of(&model), &meant)?;
        }
    }
    Ok(())
}

fn drafts(of: &impl Strategy<Value = Draft>, seed: u64, many: usize) -> Vec<Draft> {
    let mut runner = TestRunner::new(config(1, seed));
    (0..many).map(|_| of.new_tree(&mut runner).unwrap().current()).collect()
}

#[test]
fn what_is_not_edited_stays_in_step() {
    let mut tally = Tally::new();
    for draft in drafts(&scenarios(false), 20_250_110, 50) {
        compare(&draft, false, &mut tally).unwrap_or_else(|why| panic!("{why}\n{}", draft.text()));
    }
    assert_eq!(tally.len(), MORE.len() + SET.len() + 10, "an edit was never possible: {:?}", tally.keys());
    for (what, compared) in &tally {
        // Where all tips come from one source whose tips are moved, little is left to compare.
        for kind in ["arrivals", "efforts", "routes"] {
            assert!(compared.get(kind).is_some_and(|n| *n > 100), "{what}: {compared:?}");
        }
    }
}

/// Every mechanism beside every other: devices and tracks, links and further tips, assessments, parking, loads, spans.
#[test]
fn whatever_is_combined_stays_in_step() {
    let mut tally = Tally::new();
    for mut draft in drafts(&mechanisms(), 20_250_111, 30) {
        // A draw uses the parameters in force when it is first needed, and plans move moments.
        draft.changes.clear();
        if harness::is_scenario(&draft.text()) {
            compare(&draft, true, &mut tally).unwrap_or_else(|why| panic!("{why}\n{}", draft.text()));
        }
    }
    let mut sums = Compared::new();
    for (kind, count) in tally.values().flatten() {
        *sums.entry(kind).or_default() += count;
    }
    assert_eq!(sums.len(), 8, "{sums:?}");
    assert!(sums.values().all(|n| *n > 400), "{sums:?}");
}

/// What a plan for the task force is meant to change of anybody's luck.
fn meant_by(plan: &str) -> Meant {
    let all = Meant { repeats: true, ..Meant::default() };
    let times = |stage: &str, times: f64| (stage.to_owned(), times);
    match plan {
        "faster-legal-process" => {
            Meant { times: vec![times("legal-process", 0.75), times("provider-answer", 0.5)], ..all }
        }
        "on-scene-previews" => Meant { devices: Some(0.7), times: vec![times("search", 1.33)], ..all },
        "longer-retention" => Meant { lapses: "platforms", ..all },
        "safer-disclosure" => Meant { source: "families", ..all },
        "sorted-first" => Meant { beliefs: "screen", ..all },
        "ageing-plus-quota" | "better-triage" | "more-examiners" | "more-officers" | "on-call-cover"
        | "two-year-grant" => all,
        _ => panic!("say what {plan} is meant to change"),
    }
}

#[test]
fn under_every_shipped_plan_the_tips_of_the_task_force_keep_their_luck() {
    let base = shipped::model("state-task-force", "40 weeks", None);
    let base = Diary::of(&base);
    for plan in shipped::plans() {
        let model = shipped::model("state-task-force", "40 weeks", Some(&plan));
        let compared = in_step(&base, &Diary::of(&model), &meant_by(&plan));
        let compared = compared.unwrap_or_else(|why| panic!("{plan}: {why}"));
        for (kind, least) in
            [("arrivals", 4_000), ("efforts", 5_000), ("routes", 5_000), ("delays", 500), ("devices", 50)]
        {
            assert!(compared.get(kind).is_some_and(|n| *n > least), "{plan}: {compared:?}");
        }
    }
}

/// The comparison is no empty one, and it sees a difference.
#[test]
fn another_seed_is_not_in_step() {
    let text = format!(
        "{}[[pool]]\nid = \"p0\"\nheadcount = 2\n[[stage]]\nid = \"work\"\npool = \"p0\"\n\
         effort = {{ exponential = {{ mean = \"5 h\" }} }}\nroute = \"done\"\n\
         [[source]]\nid = \"s0\"\nrate = \"5 per day\"\nmix = {{ urgent = 0.5, low = 0.5 }}\n",
        harness::BASE
    );
    let (one, other) = (harness::model(&text), harness::model(&text.replace("seed = 1", "seed = 2")));
    let (one, other) = (Diary::of(&one), Diary::of(&other));
    assert!(in_step(&one, &one, &Meant::default()).is_ok_and(|compared| compared["efforts"] > 50));
    assert!(in_step(&one, &other, &Meant::default()).is_err());
    // Half as much work is seen as well, where it was not meant.
    let faster = harness::model_with(&text, &[(EditKind::Scale, "stage.work.effort=0.5")]);
    assert!(in_step(&one, &Diary::of(&faster), &Meant::default()).is_err());
}
