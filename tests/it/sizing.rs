//! The cheapest staffing: against enumeration with exact theory, against published staffing tables, and how often it is wrong.

use std::convert::Infallible;
use std::sync::atomic::AtomicBool;

use caseload::error::Error;
use caseload::experiment::size::{self, Goal, Posts, Question, Role, Sizing, Verdict};
use caseload::model::{Model, capacity};
use caseload::run::{Layout, Statement, Watcher, responses};
use caseload::scenario::EditKind;
use caseload::theory::erlang::Mmc;

use crate::harness::model_with;

/// A queue with exponential everything: tips a day, mean effort, days that are measured after one of warm-up.
fn queue(rate: f64, effort: &str, days: u32) -> String {
    format!(
        r#"
[scenario]
start = 2025-01-06
warmup = "1 day"
horizon = "{} days"
sample = "1 day"
replications = 10
seed = 5

[[class]]
id = "call"

[[source]]
id = "calls"
rate = "{rate} per day"
mix = {{ call = 1.0 }}

[[pool]]
id = "agent"
headcount = 1

[[stage]]
id = "answer"
pool = "agent"
effort = {{ exponential = {{ mean = "{effort}" }} }}
route = "done"

[[outcome]]
id = "done"
counts_as = "acted"

[[milestone]]
id = "answered"
at = {{ start = "answer" }}

[[target]]
milestone = "answered"
within = "20 s"
share = 0.8
"#,
        days + 1
    )
}

/// Two of them in a row: 20 tips a day, 2 h and 4 h of work.
fn tandem() -> String {
    let second = r#"
[[pool]]
id = "second"
headcount = 1

[[stage]]
id = "look-again"
pool = "second"
effort = { exponential = { mean = "4 h" } }
route = "done"
"#;
    let text = queue(20.0, "2 h", 200).replace("route = \"done\"", "route = \"look-again\"");
    text.replace("warmup = \"1 day\"", "warmup = \"10 days\"") + second
}

/// What is asked, in short: pools with ranges and costs, what has to be reached, replications.
struct Ask<'a> {
    posts: &'a [(&'a str, u32, u32, f64)],
    targets: &'a [&'a str],
    replications: u32,
    every: bool,
    seed: u64,
}

fn sized(text: &str, ask: &Ask<'_>) -> Sizing {
    let posts: Vec<Posts> = ask
        .posts
        .iter()
        .map(|&(pool, low, high, cost)| Posts { pool: pool.to_owned(), low, high, cost })
        .collect();
    let model = |staffing: &[u32]| -> Model {
        let edits: Vec<String> =
            posts.iter().zip(staffing).map(|(of, n)| format!("pool.{}.headcount={n}", of.pool)).collect();
        let edits: Vec<(EditKind, &str)> = edits.iter().map(|edit| (EditKind::Set, edit.as_str())).collect();
        Model { seed: ask.seed, ..model_with(text, &edits) }
    };
    let most: Vec<u32> = posts.iter().map(|of| of.high).collect();
    let base = model(&most);
    let names = responses(&base, &Layout::new(&base));
    let goal = |text: &&str| Goal::of_statement(&Statement::parse(text, &names).unwrap(), &names, None);
    let mut goals: Vec<Goal> = ask.targets.iter().map(goal).collect();
    if goals.is_empty() {
        goals = Goal::of_targets(&base, &names, None);
    }
    let start = size::start(&posts, &base, &capacity::check(&base), &|s| Ok::<_, Infallible>(model(s)));
    let question = Question {
        start: start.unwrap(),
        posts: posts.clone(),
        goals,
        replications: ask.replications,
        max_replications: 4 * ask.replications,
        threads: Some(2),
        level: 0.95,
        every: ask.every,
    };
    let watcher = Watcher { cancel: &AtomicBool::new(false), progress: &|_, _| {} };
    size::size::<Error>(&question, &|staffing| Ok(model(staffing)), &watcher).unwrap()
}

fn answer(sizing: &Sizing) -> Option<Vec<u32>> {
    sizing.answer.map(|place| sizing.tried[place].staffing.clone())
}

/// The cheapest staffing of the tandem by exact theory: by Burke's theorem both are M/M/c.
fn exact(prices: (f64, f64), hours: f64) -> Vec<u32> {
    let life =
        |effort: f64, n: u32| Some(Mmc::new(20.0 / 24.0, 1.0 / effort, n as usize)?.mean_wait() + effort);
    let all = (1..=8).flat_map(|a| (1..=10).map(move |b| (a, b)));
    let meets = |(a, b): &(u32, u32)| life(2.0, *a).zip(life(4.0, *b)).is_some_and(|(x, y)| x + y <= hours);
    let cost = |(a, b): &(u32, u32)| prices.0 * f64::from(*a) + prices.1 * f64::from(*b);
    let (a, b) = all.filter(meets).min_by(|x, y| cost(x).total_cmp(&cost(y))).unwrap();
    vec![a, b]
}

#[test]
fn of_two_stations_in_a_row_the_cheapest_staffing_is_that_of_enumeration() {
    // Mean lives of 7.23, 6.67, 6.52 and 6.31 h lie next to the bounds: seven standard errors or more away (0.035 h).
    // The answer may be wrong with 5 %, by cost with hardly any; the seed is fixed.
    let text = tandem();
    for (prices, hours, wanted) in
        [((3.0, 2.0), 6.95, [3, 6]), ((1.0, 6.0), 6.95, [4, 5]), ((3.0, 2.0), 7.6, [3, 5])]
    {
        assert_eq!(exact(prices, hours), wanted, "the example is what it is said to be");
        let target = format!("system_mean <= {hours} h");
        let posts = [("agent", 1, 8, prices.0), ("second", 1, 10, prices.1)];
        let ask = Ask { posts: &posts, targets: &[&target], replications: 16, every: false, seed: 3 };
        let sizing = sized(&text, &ask);
        assert_eq!(answer(&sizing).unwrap(), wanted, "{sizing:?}");
        let neighbours: Vec<_> = sizing.tried.iter().filter(|tried| tried.role == Role::Neighbour).collect();
        assert_eq!(neighbours.len(), 2);
        assert!(neighbours.iter().all(|tried| tried.verdict == Verdict::Fails), "{neighbours:?}");
        assert!(sizing.complete && sizing.tried.len() < 40, "tried {} of 80", sizing.tried.len());
    }
}

#[test]
fn where_every_staffing_is_tried_all_cheaper_ones_are_spoken_of() {
    let posts = [("agent", 2, 4, 3.0), ("second", 4, 7, 2.0)];
    let ask =
        Ask { posts: &posts, targets: &["system_mean <= 6.95 h"], replications: 16, every: true, seed: 4 };
    let sizing = sized(&tandem(), &ask);
    assert_eq!(answer(&sizing).unwrap(), [3, 6]);
    assert_eq!(sizing.tried.len(), 12);
    let cheaper = sizing.tried.iter().filter(|tried| tried.cost < 21.0);
    assert!(cheaper.clone().all(|tried| matches!(tried.role, Role::Neighbour | Role::Cheaper)));
    assert!(cheaper.clone().all(|tried| tried.verdict == Verdict::Fails));
    assert_eq!(cheaper.count(), 7);
}

#[test]
fn ten_erlangs_with_four_in_five_answered_within_20_seconds_take_14_agents() {
    // Erlang C: 79.56 % with 13, 88.84 % with 14. That 13 fails needs millions of calls; that it is not the answer does not.
    let posts = [("agent", 11, 20, 1.0)];
    let ask = Ask { posts: &posts, targets: &[], replications: 10, every: false, seed: 1 };
    let sizing = sized(&queue(4800.0, "180 s", 1), &ask);
    assert_eq!(answer(&sizing).unwrap(), [14], "{sizing:?}");
}

#[test]
fn what_no_staffing_reaches_has_no_answer_but_a_nearest() {
    let posts = [("agent", 8, 11, 1.0)];
    let ask = Ask { posts: &posts, targets: &[], replications: 4, every: false, seed: 1 };
    let sizing = sized(&queue(4800.0, "180 s", 1), &ask);
    assert_eq!(answer(&sizing), None);
    assert_eq!(sizing.tried[sizing.nearest.unwrap()].staffing, [11]);
}

#[test]
#[ignore = "slow: 60 s, run by .ci/slow.sh"]
fn thirteen_agents_are_shown_to_fail_given_calls_enough() {
    let posts = [("agent", 11, 20, 1.0)];
    let ask = Ask { posts: &posts, targets: &[], replications: 60, every: false, seed: 1 };
    let sizing = sized(&queue(4800.0, "180 s", 5), &ask);
    assert_eq!(answer(&sizing).unwrap(), [14]);
    let thirteen = sizing.tried.iter().find(|tried| tried.staffing == [13]).unwrap();
    assert_eq!((thirteen.role, thirteen.verdict), (Role::Neighbour, Verdict::Fails));
}

#[test]
#[ignore = "slow: 60 s, run by .ci/slow.sh"]
fn a_hundred_erlangs_take_111_servers_where_one_in_five_may_wait() {
    // Erlang C: 23.7 % with 110, 19.979 % with 111, 16.8 % with 112. That 111 reaches 20 % could not be shown by any
    // simulation of this length; that it reaches 21.5 % can, and 110 does neither.
    let text = queue(2400.0, "1 h", 20);
    let posts = [("agent", 100, 130, 1.0)];
    let ask = Ask {
        posts: &posts,
        targets: &["waited_share/answer <= 21.5%"],
        replications: 60,
        every: false,
        seed: 1,
    };
    assert_eq!(answer(&sized(&text, &ask)).unwrap(), [111]);
    let ask = Ask { targets: &["waited_share/answer <= 20%"], ..ask };
    let found = answer(&sized(&text, &ask)).unwrap();
    assert!(found == [111] || found == [112], "{found:?}");
}

#[test]
#[ignore = "slow: 60 s, run by .ci/slow.sh"]
fn a_staffing_that_just_misses_the_target_is_named_no_more_often_than_stated() {
    // Two agents keep 48.08 % waiting, asked are 47.6 %: an answer of 2 is wrong. 300 searches at 95 % may err 15 times;
    // the bound is four standard errors of a binomial count (3.8) above it.
    let text = queue(30.0, "1 h", 60);
    let posts = [("agent", 2, 4, 1.0)];
    let wrong = (0..300).filter(|seed| {
        let targets = ["waited_share/answer <= 47.6%"];
        let ask = Ask { posts: &posts, targets: &targets, replications: 10, every: false, seed: *seed };
        answer(&sized(&text, &ask)) == Some(vec![2])
    });
    let wrong = wrong.count();
    assert!(wrong <= 30, "{wrong} of 300");
}
