//! The cheapest staffing that meets every target: searched for on one set of replications, confirmed on another.
//!
//! * `judge` says what of it is claimed;
//! * `search` looks for it among all staffings of the ranges, by sample means under common random numbers;
//! * `trials` makes the replications and says what they show;
//! * `start` says where the search begins.
//!
//! The search may take anything for granted, as that more members never hurt; what it names is claimed only after
//! replications that it has not seen.

mod judge;
mod search;
mod start;
mod trials;

pub use start::start;

use std::ops::Range;

use crate::error::Error;
use crate::model::Model;
use crate::run::chance::Relation;
use crate::run::{Response, Statement, Watcher};
use crate::stats::Interval;

use super::headline;
use judge::Judge;
use search::{Judged, Search};
use trials::Trials;

/// A pool whose posts are to be found.
#[derive(Debug, Clone, PartialEq)]
pub struct Posts {
    /// Its id.
    pub pool: String,
    /// The fewest.
    pub low: u32,
    /// The most.
    pub high: u32,
    /// What one costs.
    pub cost: f64,
}

/// What a staffing has to reach.
#[derive(Debug, Clone, PartialEq)]
pub struct Goal {
    /// The measure.
    pub response: Response,
    /// How it has to stand to the bound.
    pub relation: Relation,
    /// In the measure's unit.
    pub bound: f64,
    /// None: the mean has to stand so to the bound. Else this share of the replications has to.
    pub chance: Option<f64>,
}

/// What is asked.
#[derive(Debug, Clone, PartialEq)]
pub struct Question {
    /// The pools, one or more.
    pub posts: Vec<Posts>,
    /// All have to be reached, one or more.
    pub goals: Vec<Goal>,
    /// Where the search begins, by pool.
    pub start: Vec<u32>,
    /// Replications of a staffing in the search, and of the first look at fresh ones; two or more.
    pub replications: u32,
    /// Fresh replications of a staffing at most.
    pub max_replications: u32,
    /// Threads; as many as the machine has where absent.
    pub threads: Option<usize>,
    /// Confidence in the answer.
    pub level: f64,
    /// Whether every staffing of the ranges is tried.
    pub every: bool,
}

/// What was found.
#[derive(Debug, Clone, PartialEq)]
pub struct Sizing {
    /// The pools.
    pub posts: Vec<Posts>,
    /// The goals.
    pub goals: Vec<Goal>,
    /// Confidence in the answer.
    pub level: f64,
    /// Place of the answer among those that were tried; none where nothing was shown to reach all goals.
    pub answer: Option<usize>,
    /// Where there is no answer: the place of what came nearest.
    pub nearest: Option<usize>,
    /// Everything that was tried, the cheapest first.
    pub tried: Vec<Tried>,
    /// Whether every staffing of the ranges was tried.
    pub every: bool,
    /// Whether the search came to its end, and did not stop because it had tried so many.
    pub complete: bool,
}

/// A staffing that was tried.
#[derive(Debug, Clone, PartialEq)]
pub struct Tried {
    /// Members, by pool.
    pub staffing: Vec<u32>,
    /// What they cost.
    pub cost: f64,
    /// Why it was looked at last.
    pub role: Role,
    /// By goal.
    pub shown: Vec<Shown>,
    /// Of all goals together.
    pub verdict: Verdict,
}

/// Why a staffing was looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Role {
    /// The search came by.
    Tried,
    /// It is the answer.
    Answer,
    /// It was looked at anew, and not shown to reach all goals.
    Refused,
    /// It is one member cheaper than the answer.
    Neighbour,
    /// It is cheaper than the answer, and all of these were tried.
    Cheaper,
}

impl Role {
    /// Its word in files.
    pub fn word(self) -> &'static str {
        match self {
            Role::Tried => "tried",
            Role::Answer => "answer",
            Role::Refused => "refused",
            Role::Neighbour => "neighbour",
            Role::Cheaper => "cheaper",
        }
    }
}

/// What is said of a goal, or of all goals of a staffing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// It is reached, with the stated confidence.
    Meets,
    /// It is missed, with the stated confidence.
    Fails,
    /// Neither was shown.
    Open,
    /// The mean of the search reaches it: nothing is claimed.
    SeemsToMeet,
    /// The mean of the search misses it: nothing is claimed.
    SeemsToFail,
}

impl Verdict {
    /// Its words in files.
    pub fn words(self) -> &'static str {
        match self {
            Verdict::Meets => "meets",
            Verdict::Fails => "fails",
            Verdict::Open => "cannot be told apart",
            Verdict::SeemsToMeet => "seems to meet",
            Verdict::SeemsToFail => "seems to fail",
        }
    }
}

/// An estimate for a goal. The ends of the interval are one-sided: each holds by itself with the interval's level.
#[derive(Debug, Clone, PartialEq)]
pub struct Shown {
    /// The mean, or the share of replications; none where no replication gives a value.
    pub interval: Option<Interval>,
    /// Against the bound.
    pub verdict: Verdict,
}

impl Goal {
    /// The targets of a scenario.
    pub fn of_targets(model: &Model, responses: &[Response], chance: Option<f64>) -> Vec<Goal> {
        let goal = |target: &crate::model::Target| {
            let place = headline::share_of(model, target, responses)?;
            let response = responses[place].clone();
            Some(Goal { response, relation: Relation::AtLeast, bound: target.share, chance })
        };
        model.targets.iter().filter_map(goal).collect()
    }

    /// What a statement says of a measure.
    pub fn of_statement(statement: &Statement, responses: &[Response], chance: Option<f64>) -> Goal {
        let response = responses[statement.response].clone();
        Goal { response, relation: statement.relation, bound: statement.bound, chance }
    }
}

impl Sizing {
    /// What a staffing is called: `analyst=6 officer=20`.
    pub fn name(&self, tried: &Tried) -> String {
        let each = self.posts.iter().zip(&tried.staffing).map(|(of, n)| format!("{}={n}", of.pool));
        each.collect::<Vec<_>>().join(" ")
    }
}

impl Question {
    fn cost(&self, staffing: &[u32]) -> f64 {
        cost(&self.posts, staffing)
    }
}

/// What so many members cost, by pool.
fn cost(posts: &[Posts], staffing: &[u32]) -> f64 {
    posts.iter().zip(staffing).map(|(of, n)| of.cost * f64::from(*n)).sum()
}

/// Finds the cheapest staffing; `model` makes the model of a staffing, the members by pool.
///
/// Fails as `model` does, when cancelled, and when a replication loses count of its cases (a bug).
pub fn size<E: From<Error>>(
    question: &Question,
    model: &dyn Fn(&[u32]) -> Result<Model, E>,
    watcher: &Watcher<'_>,
) -> Result<Sizing, E> {
    let make = |staffing: &[u32], _: Range<u32>| -> Result<Vec<Model>, E> { Ok(vec![model(staffing)?]) };
    let mut trials = Trials::new(question, &make, watcher);
    let mut search = Search::new(&question.posts);
    if question.every {
        for staffing in search.everything() {
            let judged = trials.judge_fully(&staffing)?;
            search.learn(staffing, judged);
        }
    }
    let mut judge = Judge::new(question);
    let mut from = question.start.clone();
    loop {
        let found = search.cheapest(&from, &mut |staffing| trials.judge(staffing))?;
        let Some(staffing) = found else {
            return judge.nothing(&search, &mut trials);
        };
        let Some(confirmed) = judge.confirms(&staffing, &mut trials)? else {
            search.learn(staffing.clone(), Judged { feasible: false, shortfall: f64::EPSILON });
            from = staffing;
            continue;
        };
        let neighbours = judge.neighbours(&staffing, &mut trials)?;
        let cheaper = neighbours.iter().filter(|n| n.shown.iter().all(|s| s.verdict == Verdict::Meets));
        let better = cheaper.min_by(|a, b| a.cost.total_cmp(&b.cost)).map(|n| n.staffing.clone());
        let Some(better) = better else {
            return Ok(judge.conclude(confirmed, neighbours, &search, &trials));
        };
        // The search was wrong about a cheaper one: it is looked at as any other, and the search goes on below it.
        search.learn(better.clone(), Judged { feasible: true, shortfall: 0.0 });
        from = better;
    }
}
