//! What money buys: against exact theory, and how often what is said of it holds.

use std::ops::Range;
use std::path::Path;
use std::sync::atomic::AtomicBool;

use caseload::error::Error;
use caseload::experiment::invest::{self, Choice, Investment, Question};
use caseload::model::Model;
use caseload::run::{Layout, Watcher, responses};
use caseload::scenario::{Disk, EditKind, Request, offers};
use caseload::theory::erlang::Mmc;

use crate::harness::{model_with, requested};

/// Two M/M/c in a row: 20 tips a day, 2 h and 4 h of work, 2 and 4 members.
const LINE: &str = r#"
[scenario]
start = 2025-01-06
warmup = "20 days"
horizon = "220 days"
sample = "10 days"
seed = 5

[[class]]
id = "call"

[[source]]
id = "calls"
rate = "20 per day"
mix = { call = 1.0 }

[[pool]]
id = "first"
headcount = 2

[[pool]]
id = "second"
headcount = 4

[[stage]]
id = "answer"
pool = "first"
effort = { exponential = { mean = "2 h" } }
route = "look-again"

[[stage]]
id = "look-again"
pool = "second"
effort = { exponential = { mean = "4 h" } }
route = "done"

[[outcome]]
id = "done"
counts_as = "acted"
"#;

/// The line with more members.
fn line(mix: &[u32], seed: u64) -> Model {
    let edits = [format!("pool.first.headcount={}", mix[0]), format!("pool.second.headcount={}", mix[1])];
    let edits: Vec<(EditKind, &str)> = edits.iter().map(|edit| (EditKind::Add, edit.as_str())).collect();
    Model { seed, ..model_with(LINE, &edits) }
}

/// Mean number of open cases by exact theory: by Burke's theorem both stations are M/M/c.
fn exact(mix: &[u32]) -> f64 {
    let there = |effort: f64, n: u32| Mmc::new(20.0 / 24.0, 1.0 / effort, n as usize).unwrap().mean_number();
    there(2.0, 2 + mix[0]) + there(4.0, 4 + mix[1])
}

struct Ask {
    prices: [f64; 2],
    at_most: u32,
    budget: f64,
    replications: u32,
    threads: usize,
    seed: u64,
}

fn bought(ask: &Ask) -> Investment {
    let base = line(&[0, 0], ask.seed);
    let names = responses(&base, &Layout::new(&base));
    let (response, better) = invest::decisive(&base, &names, Some("backlog_mean")).unwrap();
    let choice = |(id, price): (&str, f64)| Choice { id: id.to_owned(), price, at_most: ask.at_most };
    let question = Question {
        choices: ["first", "second"].into_iter().zip(ask.prices).map(choice).collect(),
        excluded: vec![],
        budget: ask.budget,
        response,
        better,
        draws: None,
        replications: ask.replications,
        max_replications: 2 * ask.replications,
        threads: Some(ask.threads),
        level: 0.95,
        every: false,
    };
    let watcher = Watcher { cancel: &AtomicBool::new(false), progress: &|_, _| {} };
    let model = |mix: &[u32], _: Range<u32>| Ok(vec![line(mix, ask.seed)]);
    invest::invest::<Error>(&question, &model, &watcher).unwrap().unwrap()
}

/// The mix that theory would buy.
fn wanted(ask: &Ask) -> Vec<u32> {
    let all = (0..=ask.at_most).flat_map(|a| (0..=ask.at_most).map(move |b| vec![a, b]));
    let pays =
        |mix: &Vec<u32>| ask.prices[0] * f64::from(mix[0]) + ask.prices[1] * f64::from(mix[1]) <= ask.budget;
    all.filter(pays).min_by(|a, b| exact(a).total_cmp(&exact(b))).unwrap()
}

#[test]
fn of_two_stations_in_a_row_the_mix_is_bought_that_theory_would_buy() {
    // For 5 both are widened once; for 8 the first once and the second twice (5.55 open cases against 5.73 of the next, about
    // five standard errors of the difference); where the second is dear the first is widened alone. Seeds are fixed.
    for (prices, budget, mix) in
        [([3.0, 2.0], 5.0, [1, 1]), ([3.0, 2.0], 8.0, [1, 2]), ([2.0, 5.0], 4.5, [2, 0])]
    {
        let ask = Ask { prices, at_most: 4, budget, replications: 24, threads: 2, seed: 3 };
        assert_eq!(wanted(&ask), mix, "the example is what it is said to be");
        let found = bought(&ask);
        assert!(found.every && found.complete);
        assert_eq!(found.mixes[found.best].counts, mix, "{:?}", found.mixes);
        let best = found.mixes.iter().find(|tried| tried.counts == mix).unwrap();
        assert!(best.may_be_best && best.efficient && found.is_better(best));
        // One of what is dearer is looked at too, and is no answer.
        let mut named = found.mixes.iter().filter(|tried| tried.may_be_best || tried.efficient);
        assert!(named.all(|tried| tried.price <= budget));
    }
}

#[test]
fn changes_hold_the_exact_ones_and_the_places_are_those_of_theory() {
    // At once with 95 %, the seed is fixed. Widening the first brings 3.41 for 3, the second 2.64 for 2: too close to call for
    // their money; at prices of 3 and 6 the first is ahead.
    let ask = Ask { prices: [3.0, 6.0], at_most: 3, budget: 12.0, replications: 30, threads: 2, seed: 11 };
    let found = bought(&ask);
    let nothing = exact(&[0, 0]);
    for tried in found.mixes.iter().filter(|tried| tried.fresh && tried.price > 0.0) {
        let truth = exact(&tried.counts) - nothing;
        let at_once = tried.against.as_ref().unwrap().at_once;
        assert!(at_once.contains(truth), "{:?}: {truth} in {at_once:?}", tried.counts);
    }
    let (first, second) = (&found.marginal[0], &found.marginal[1]);
    assert_eq!((first.places, second.places), (Some((1, 1)), Some((2, 2))));
    let rate = first.for_money.unwrap();
    assert!((rate.estimate * 3.0 - first.difference.estimate).abs() < 1e-12);
    assert!(rate.contains((exact(&[1, 0]) - nothing) / 3.0), "{rate:?}");
}

#[test]
fn threads_change_no_bit_and_an_efficient_mix_is_as_good_as_all_that_are_as_cheap() {
    let ask =
        |threads| Ask { prices: [3.0, 2.0], at_most: 3, budget: 9.0, replications: 6, threads, seed: 8 };
    let (one, two) = (bought(&ask(1)), bought(&ask(2)));
    assert_eq!((&one.mixes, &one.marginal, one.best), (&two.mixes, &two.marginal, two.best));
    let mean = |tried: &invest::Tried| tried.mean.unwrap().estimate;
    for tried in one.mixes.iter().filter(|tried| tried.fresh) {
        let better = one.mixes.iter().filter(|other| other.fresh && other.price <= tried.price);
        let beaten = better.into_iter().any(|other| {
            mean(other) <= mean(tried) && (mean(other) < mean(tried) || other.price < tried.price)
        });
        assert_eq!(tried.efficient, !beaten, "{:?}", tried.counts);
    }
}

#[test]
fn the_shipped_options_lie_on_their_scenario() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("scenarios");
    let (checked, _) = offers(&root.join("options/state-task-force.toml"), &Disk);
    assert!(checked.diagnostics.is_empty(), "{:?}", checked.diagnostics);
    let all = checked.value.unwrap();
    assert!(all.len() > 5);
    for offer in &all {
        let times = offer.at_most.unwrap_or(2);
        requested(&Request::new(root.join("state-task-force.toml"), &Disk).buy(offer, times));
    }
}

#[test]
#[ignore = "slow: 200 s, run by .ci/slow.sh"]
fn what_may_be_best_holds_the_best_as_often_as_it_says() {
    // 150 questions at 95 %: the mix that theory would buy is always tried, and ruled out in 8 of 150 at most on average; the
    // bound is four standard errors (2.7) above it. The race of the search may lose it too, hardly ever.
    let lost = (0..150).filter(|seed| {
        let ask =
            Ask { prices: [3.0, 2.0], at_most: 4, budget: 8.0, replications: 8, threads: 2, seed: *seed };
        let found = bought(&ask);
        !found.mixes.iter().any(|tried| tried.counts == [1, 2] && tried.may_be_best)
    });
    let lost = lost.count();
    assert!(lost <= 18, "{lost} of 150");
}
