//! What the next money buys: what one more of each option changes, and the best mix of them that a budget pays for.
//!
//! * `search` says which mixes are looked at;
//! * `trials` makes the replications and says what they show;
//! * `judge` says what is claimed of them.
//!
//! A search names whatever was lucky in it, so all that is claimed rests on replications that it has not seen.

mod judge;
mod search;
mod trials;

use crate::error::Error;
use crate::model::Model;
use crate::run::{Response, Watcher};
use crate::stats::{Fieller, Interval};

use super::headline;
pub use super::headline::Better;
pub use super::store::Make;
use judge::Judge;
use search::{FEW, Search};
use trials::Trials;

/// Something that may be bought.
#[derive(Debug, Clone, PartialEq)]
pub struct Choice {
    /// What it is called.
    pub id: String,
    /// What it costs each time, in the money of the budget; not negative.
    pub price: f64,
    /// How often it may be bought; once or more.
    pub at_most: u32,
}

/// What is asked.
#[derive(Debug, Clone, PartialEq)]
pub struct Question {
    /// What may be bought, one or more.
    pub choices: Vec<Choice>,
    /// Pairs of choices that cannot be had together, by place.
    pub excluded: Vec<(usize, usize)>,
    /// The money.
    pub budget: f64,
    /// The measure that it is to improve.
    pub response: Response,
    /// Which way that is better.
    pub better: Better,
    /// Draws of what nobody knows, two or more; none where everything is known. They are then what replications are
    /// elsewhere: the units of every interval.
    pub draws: Option<u32>,
    /// Replications of a mix at the first look at fresh ones, two or more; of each draw, where there are draws.
    pub replications: u32,
    /// Fresh replications of a mix at most, over all draws.
    pub max_replications: u32,
    /// Threads; as many as the machine has where absent.
    pub threads: Option<usize>,
    /// Level of all intervals, and confidence in what may be best.
    pub level: f64,
    /// Whether every mix is tried, however many there are.
    pub every: bool,
}

/// What was found.
#[derive(Debug, Clone, PartialEq)]
pub struct Investment {
    /// What was asked.
    pub question: Question,
    /// By choice: what one of it changes.
    pub marginal: Vec<Marginal>,
    /// Every mix that was tried, the cheapest first; the first of them is nothing.
    pub mixes: Vec<Tried>,
    /// Place of the mix with the best mean among those that may be best.
    pub best: usize,
    /// Whether every mix that the budget pays for was tried.
    pub every: bool,
    /// Whether the search came to its end, and did not stop because it had tried so many.
    pub complete: bool,
}

/// What one of a choice changes, if nothing else is bought.
#[derive(Debug, Clone, PartialEq)]
pub struct Marginal {
    /// Place of the choice.
    pub choice: usize,
    /// Difference of the measure.
    pub difference: Interval,
    /// The same with an interval that holds for all choices at once.
    pub at_once: Interval,
    /// Difference for each unit of its price; none where it costs nothing.
    pub for_money: Option<Interval>,
    /// First and last place among the choices that cost something, the most for the money in place 1; all of them hold at
    /// once.
    pub places: Option<(usize, usize)>,
    /// Simulated extra cost over the measuring window; none where it has no value.
    pub extra_cost: Option<Interval>,
    /// Difference for each unit of the simulated extra cost.
    pub for_cost: Option<Fieller>,
}

/// A mix that was tried.
#[derive(Debug, Clone, PartialEq)]
pub struct Tried {
    /// How often each choice is bought.
    pub counts: Vec<u32>,
    /// What it costs.
    pub price: f64,
    /// Whether it was looked at anew; else it was seen in the search alone, and nothing is claimed.
    pub fresh: bool,
    /// Mean of the measure.
    pub mean: Option<Interval>,
    /// Against nothing.
    pub against: Option<Against>,
    /// The best of those that are as cheap: nothing that was looked at anew costs no more and has as good a mean.
    pub efficient: bool,
    /// Whether it may be the best of those that were looked at anew.
    pub may_be_best: bool,
}

/// A mix against nothing.
#[derive(Debug, Clone, PartialEq)]
pub struct Against {
    /// Difference of the measure.
    pub difference: Interval,
    /// The same with an interval that holds for all mixes that were looked at anew, at every look.
    pub at_once: Interval,
    /// Simulated extra cost over the measuring window; none where it has no value.
    pub extra_cost: Option<Interval>,
}

impl Question {
    /// What a mix costs.
    pub fn price(&self, counts: &[u32]) -> f64 {
        search::price(&self.choices, counts)
    }

    /// What a mix is called: `officer=2 examiner=1`; `nothing`.
    pub fn name(&self, counts: &[u32]) -> String {
        let bought = counts.iter().zip(&self.choices).filter(|(n, _)| **n > 0);
        let each: Vec<String> = bought.map(|(n, choice)| format!("{}={n}", choice.id)).collect();
        if each.is_empty() { "nothing".to_owned() } else { each.join(" ") }
    }

    /// How many mixes the budget pays for; none where there are more than 10,000.
    pub fn mixes(&self) -> Option<usize> {
        Search::new(&self.choices, self.budget, &self.excluded).everything(MOST_OF_ALL).map(|all| all.len())
    }

    /// Units of a mix at the first look.
    fn first_look(&self) -> u32 {
        self.draws.unwrap_or(self.replications)
    }

    /// Units of a mix at each look: twice as many each time.
    fn looks(&self) -> Vec<u32> {
        let per_unit = self.draws.map_or(1, |_| self.replications.max(1));
        let most = (self.max_replications / per_unit).max(self.first_look());
        let mut all = vec![self.first_look()];
        while let Some(last) = all.last().copied().filter(|last| *last < most) {
            all.push(last.saturating_mul(2).min(most));
        }
        all
    }
}

impl Investment {
    /// Whether a mix was shown to be better than nothing, by an interval that holds for all mixes at once.
    pub fn is_better(&self, tried: &Tried) -> bool {
        let better = self.question.better;
        let worst = |end: &Interval| better.oriented(end.low).min(better.oriented(end.high));
        tried.against.as_ref().is_some_and(|against| worst(&against.at_once) > 0.0)
    }
}

/// Mixes that may all be tried.
pub const MOST_OF_ALL: usize = 10_000;

/// The measure that money is to improve: the one of this name, else the first that decides between plans and is not the
/// cost. The error is a sentence; it names near misses.
pub fn decisive(
    base: &Model,
    responses: &[Response],
    name: Option<&str>,
) -> Result<(Response, Better), String> {
    if let Some(name) = name {
        return super::select::measure(base, responses, name);
    }
    let cost = headline::cost(responses);
    let headline = headline::headline(base, responses).into_iter().filter(|place| Some(*place) != cost);
    let mut decides = headline
        .filter_map(|place| Some((responses[place].clone(), headline::better(base, &responses[place])?)));
    decides
        .next()
        .ok_or_else(|| "nothing is measured of which more or less is better; name a measure".to_owned())
}

/// Finds what the money buys; `model` makes the models of a mix, how often each choice is bought, one for each of some
/// draws of the inputs, or the one model where everything is known (draw 0).
///
/// Fails as `model` does, when cancelled, and when a replication loses count of its cases (a bug); with a sentence where
/// too few replications give a value of the measure.
pub fn invest<E: From<Error>>(
    question: &Question,
    model: Make<'_, E>,
    watcher: &Watcher<'_>,
) -> Result<Result<Investment, String>, E> {
    let mut trials = Trials::new(question, model, watcher);
    let mut search = Search::new(&question.choices, question.budget, &question.excluded);
    let all = search.everything(if question.every { MOST_OF_ALL } else { FEW });
    trials.expect(all.as_ref().map_or(FEW, Vec::len), 2 * question.choices.len() + 10);
    let mut race = |mixes: &[Vec<u32>]| trials.race(mixes);
    if let Some(all) = &all {
        search.try_all(all, &mut race)?;
    } else {
        search.explore(&mut race)?;
    }
    let every = all.is_some();
    let Some(best) = search.best(question.budget) else {
        return Ok(Err(format!("no replication gives a value of `{}`", question.response.name())));
    };
    Judge::new(question, &search, &mut trials).conclude(&best, every)
}
