//! Which plan is the best: with a stated probability of being right, where replications are made of those plans alone that
//! may still be it; or within a budget of replications, which go where they are worth most.

use crate::error::Error;
use crate::model::Model;
use crate::run::{Response, SideBySide, Task, Value, Watcher};
use crate::stats::Tally;
use crate::stats::selection::{Kn, chance_correct, ocba_whole};

use super::compare::Alternative;
use super::headline::{self, Better};

/// What is asked.
#[derive(Debug, Clone, PartialEq)]
pub struct Selecting {
    /// Full name of the measure.
    pub measure: String,
    /// When it ends.
    pub rule: Rule,
    /// Threads; as many as the machine has where absent.
    pub threads: Option<usize>,
}

/// When a selection ends.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Rule {
    /// When all but one plan are left behind: Kim and Nelson's procedure, with a guarantee.
    Guarantee {
        /// The least difference that is worth detecting, in the measure's unit.
        indifference: f64,
        /// Probability of choosing the best if it is ahead by that much.
        confidence: f64,
        /// No more replications than this of any plan.
        most: u32,
    },
    /// When so many replications have been made, of all plans together: optimal computing budget allocation, without a
    /// guarantee.
    Budget(u32),
}

/// What a selection found.
#[derive(Debug, Clone, PartialEq)]
pub struct Selection {
    /// Names of the alternatives.
    pub names: Vec<String>,
    /// The measure.
    pub response: Response,
    /// Which way it is better.
    pub better: Better,
    /// By alternative: replications that counted until it left, or until the end: those in which it had a value, and where
    /// there is a guarantee all others that were in.
    pub replications: Vec<u32>,
    /// By alternative: mean over these.
    pub means: Vec<f64>,
    /// By alternative: whether it may still be the best.
    pub may_be_best: Vec<bool>,
    /// The best; none if that was not settled.
    pub best: Option<usize>,
    /// Whether those that may be the best never differed from each other.
    pub alike: bool,
    /// About the probability that the chosen plan is the best, at the least; where a budget was shared out.
    pub chance_correct: Option<f64>,
    /// How many replications would settle it for certain, as it looks, where it was not settled.
    pub at_most: Option<u32>,
}

/// Replications of every plan before the first look: with fewer the procedure waits for far more later.
pub const FIRST: u32 = 20;
/// Replications that are made at once. They are looked at one by one, so it changes nothing but the time.
const BLOCK: u32 = 8;

/// Selects the best of the alternatives: by Kim and Nelson's procedure (see [`Kn`]), or by sharing out a budget (see
/// [`crate::stats::ocba`]).
///
/// Fails as [`super::compare()`] does; with a sentence where the measure does not exist, taste decides its direction, an
/// alternative lacks it, or too few replications give a value of it.
pub fn select(
    alternatives: &[Alternative],
    asked: &Selecting,
    watcher: &Watcher<'_>,
) -> Result<Result<Selection, String>, Error> {
    let models: Vec<&Model> = alternatives.iter().map(|a| &a.models[0]).collect();
    let (base, k) = (models[0], models.len());
    let mut crew = SideBySide::new(models, asked.threads)?;
    let (response, better) = match measure(base, &crew.responses(0), &asked.measure) {
        Ok(found) => found,
        Err(why) => return Ok(Err(why)),
    };
    for (a, alternative) in alternatives.iter().enumerate() {
        let place = crew.responses(a).iter().position(|r| r.name() == response.name());
        let Some(place) = place else {
            return Ok(Err(format!("`{}` has no measure `{}`", alternative.name, response.name())));
        };
        crew.keep(a, vec![place]);
    }
    let names = alternatives.iter().map(|a| a.name.clone()).collect();
    let asked_for = Wanted { names, response, better, k };
    match asked.rule {
        Rule::Guarantee { indifference, confidence, most } => {
            let kn = Kn::new(k, FIRST as usize, indifference, 1.0 - confidence);
            race(&crew, asked_for, kn, most, watcher)
        }
        Rule::Budget(budget) => share_out(&crew, asked_for, budget, watcher),
    }
}

/// Among whom, and in what.
struct Wanted {
    names: Vec<String>,
    response: Response,
    better: Better,
    k: usize,
}

/// Kim and Nelson's procedure.
fn race(
    crew: &SideBySide<'_>,
    wanted: Wanted,
    kn: Kn,
    most: u32,
    watcher: &Watcher<'_>,
) -> Result<Result<Selection, String>, Error> {
    let mut race = Race { kn, better: wanted.better, values: vec![vec![]; wanted.k], made: 0 };
    while race.kn.decided().is_none() && !race.kn.alike() && race.made < most {
        race.advance(crew, most, watcher)?;
        if race.made >= 4 * FIRST && race.kn.replications() < FIRST as usize {
            return Ok(Err(too_few(&wanted.response)));
        }
    }
    let survivors = race.kn.survivors();
    Ok(Ok(Selection {
        names: wanted.names,
        better: wanted.better,
        replications: race.values.iter().map(|of| of.len() as u32).collect(),
        means: race.values.iter().map(|of| of.iter().sum::<f64>() / of.len().max(1) as f64).collect(),
        may_be_best: (0..wanted.k).map(|a| survivors.contains(&a)).collect(),
        best: race.kn.decided(),
        alike: race.kn.alike(),
        chance_correct: None,
        at_most: race.kn.at_most().filter(|_| survivors.len() > 1).map(|n| n as u32),
        response: wanted.response,
    }))
}

fn too_few(response: &Response) -> String {
    format!("too few replications give a value of `{}` under every plan", response.name())
}

/// Replications of every plan before a budget is shared out by what they say.
pub const FIRST_OF_BUDGET: u32 = 10;
/// Replications of different plans have numbers this far apart, so that they meet different tips: the rule takes plans for
/// independent.
const APART: u32 = 1 << 20;

/// Optimal computing budget allocation.
fn share_out(
    crew: &SideBySide<'_>,
    wanted: Wanted,
    budget: u32,
    watcher: &Watcher<'_>,
) -> Result<Result<Selection, String>, Error> {
    let k = wanted.k;
    let (mut made, mut tallies) = (vec![0_u32; k], vec![Tally::new(); k]);
    let mut next = vec![FIRST_OF_BUDGET as usize; k];
    loop {
        let tasks: Vec<Task> = (0..k)
            .flat_map(|a| (made[a]..made[a] + next[a] as u32).map(move |r| (a, a as u32 * APART + r)))
            .collect();
        let values = crew.make(&tasks, budget.max(FIRST_OF_BUDGET * k as u32), watcher)?;
        for ((a, _), row) in tasks.iter().zip(&values) {
            made[*a] += 1;
            if let Some(value) = row.first().copied().and_then(Value::get) {
                tallies[*a].push(wanted.better.oriented(value));
            }
        }
        let (Some(means), Some(sds)) = (all(&tallies, Tally::mean), all(&tallies, Tally::sd)) else {
            return Ok(Err(too_few(&wanted.response)));
        };
        let left = budget.saturating_sub(made.iter().sum());
        if left == 0 {
            return Ok(Ok(chosen(wanted, &tallies, &means, &sds)));
        }
        let done: Vec<usize> = made.iter().map(|n| *n as usize).collect();
        // As few as keep the threads busy: what is known then is looked at often.
        next = ocba_whole(&means, &sds, &done, left.min(BLOCK * 2) as usize);
        if next.iter().sum::<usize>() == 0 {
            next[0] = left as usize;
        }
    }
}

/// A figure of every tally, if all have it.
fn all(tallies: &[Tally], of: impl Fn(&Tally) -> Option<f64>) -> Option<Vec<f64>> {
    tallies.iter().map(of).collect()
}

/// The plan with the best mean when the budget is spent.
fn chosen(wanted: Wanted, tallies: &[Tally], means: &[f64], sds: &[f64]) -> Selection {
    let done: Vec<usize> = tallies.iter().map(|tally| tally.count() as usize).collect();
    let best = (0..wanted.k).reduce(|best, a| if means[a] > means[best] { a } else { best });
    Selection {
        names: wanted.names,
        replications: done.iter().map(|n| *n as u32).collect(),
        means: means.iter().map(|mean| wanted.better.oriented(*mean)).collect(),
        may_be_best: vec![true; wanted.k],
        best,
        alike: false,
        chance_correct: Some(chance_correct(means, sds, &done)),
        at_most: None,
        better: wanted.better,
        response: wanted.response,
    }
}

/// The measure of this name, and which way it is better.
pub(super) fn measure(
    base: &Model,
    responses: &[Response],
    name: &str,
) -> Result<(Response, Better), String> {
    let response = responses[crate::run::find(name, responses)?].clone();
    match headline::better(base, &response) {
        Some(better) => Ok((response, better)),
        None => Err(format!("whether more or less of `{name}` is better is a matter of taste")),
    }
}

/// A selection that goes on.
struct Race {
    kn: Kn,
    better: Better,
    /// By alternative: what was seen while it was in.
    values: Vec<Vec<f64>>,
    /// Replications made of those who are in.
    made: u32,
}

impl Race {
    /// The next block of replications of those who are in.
    fn advance(&mut self, crew: &SideBySide<'_>, most: u32, watcher: &Watcher<'_>) -> Result<(), Error> {
        let until = most.min(self.made + BLOCK);
        let survivors = self.kn.survivors();
        let tasks: Vec<Task> =
            (self.made..until).flat_map(|r| survivors.iter().map(move |a| (*a, r))).collect();
        // How long it takes is not known before it is over: at most this, as it looks.
        let rest = self.kn.at_most().map_or(most, |n| most.min(n as u32)).saturating_sub(self.made);
        let planned = crew.done().saturating_add(rest.saturating_mul(survivors.len() as u32));
        let made = crew.make(&tasks, planned, watcher)?;
        for replication in made.chunks(survivors.len()) {
            if self.kn.decided().is_some() {
                break;
            }
            let mut row = vec![None; self.values.len()];
            for (a, values) in survivors.iter().zip(replication) {
                row[*a] = values.first().copied().and_then(Value::get);
            }
            self.see(&row);
        }
        self.made = until;
        Ok(())
    }

    fn see(&mut self, row: &[Option<f64>]) {
        let before = self.kn.survivors();
        let turned: Vec<Option<f64>> =
            row.iter().map(|v| v.map(|value| self.better.oriented(value))).collect();
        if self.kn.observe(&turned) {
            for a in before {
                self.values[a].extend(row[a]);
            }
        }
    }
}
