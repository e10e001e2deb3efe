//! Which plan is the best, with a stated probability of being right: replications are made of those plans alone that may
//! still be it.

use crate::error::Error;
use crate::model::Model;
use crate::run::{Response, SideBySide, Task, Value, Watcher};
use crate::stats::selection::Kn;

use super::compare::Alternative;
use super::headline::{self, Better};

/// What is asked.
#[derive(Debug, Clone, PartialEq)]
pub struct Selecting {
    /// Full name of the measure.
    pub measure: String,
    /// The least difference that is worth detecting, in the measure's unit.
    pub indifference: f64,
    /// Probability of choosing the best if it is ahead by that much.
    pub confidence: f64,
    /// No more replications than this of any plan.
    pub most: u32,
    /// Threads; as many as the machine has where absent.
    pub threads: Option<usize>,
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
    /// By alternative: replications made until it left, or until the end.
    pub replications: Vec<u32>,
    /// By alternative: mean over these.
    pub means: Vec<f64>,
    /// By alternative: whether it may still be the best.
    pub may_be_best: Vec<bool>,
    /// The best; none if that was not settled.
    pub best: Option<usize>,
    /// How many replications would settle it for certain, as it looks, where it was not settled.
    pub at_most: Option<u32>,
}

/// Replications of every plan before the first look: with fewer the procedure waits for far more later.
pub const FIRST: u32 = 20;
/// Replications that are made at once. They are looked at one by one, so it changes nothing but the time.
const BLOCK: u32 = 8;

/// Selects the best of the alternatives by Kim and Nelson's procedure (see [`Kn`]).
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
    let mut race = Race::new(k, asked, better);
    while race.kn.decided().is_none() && race.made < asked.most {
        race.advance(&crew, asked.most, watcher)?;
        if race.made >= 4 * FIRST && race.kn.replications() < FIRST as usize {
            let why = format!("too few replications give a value of `{}` under every plan", response.name());
            return Ok(Err(why));
        }
    }
    let survivors = race.kn.survivors();
    Ok(Ok(Selection {
        names: alternatives.iter().map(|a| a.name.clone()).collect(),
        better,
        replications: race.values.iter().map(|of| of.len() as u32).collect(),
        means: race.values.iter().map(|of| of.iter().sum::<f64>() / of.len().max(1) as f64).collect(),
        may_be_best: (0..k).map(|a| survivors.contains(&a)).collect(),
        best: race.kn.decided(),
        at_most: race.kn.at_most().filter(|_| survivors.len() > 1).map(|n| n as u32),
        response,
    }))
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
    fn new(k: usize, asked: &Selecting, better: Better) -> Race {
        let kn = Kn::new(k, FIRST as usize, asked.indifference, 1.0 - asked.confidence);
        Race { kn, better, values: vec![vec![]; k], made: 0 }
    }

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
