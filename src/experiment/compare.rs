//! Plans side by side under the same random numbers: paired differences, who may be the best, what money buys.
//!
//! Replication r of every plan meets the same tips, so the difference between two plans is one number a replication, and
//! what the tips had in common is gone from it. Where some inputs are not known, the replications of one draw share what
//! was drawn, so the unit of everything here is then the draw: the mean of its replications.

use crate::error::Error;
use crate::model::Model;
use crate::run::{Response, SideBySide, Task, Value, Watcher, layers_of};
use crate::stats::interval::student_t;
use crate::stats::sequential::decide;
use crate::stats::{Contender, Difference, Fieller, HalfWidth, Interval, Layers, Precision, paired};
use crate::stats::{best, money};

use super::headline::{self, Better};

/// A plan, or the base: its model for each draw of the inputs, one where everything is known.
#[derive(Debug)]
pub struct Alternative {
    /// How people call it.
    pub name: String,
    /// Its models.
    pub models: Vec<Model>,
}

/// What is asked.
#[derive(Debug, Clone, PartialEq)]
pub struct Asked {
    /// Full names of measures; those that decide between plans where empty.
    pub measures: Vec<String>,
    /// The measure that money is to improve, if it has been named.
    pub value_of: Option<String>,
    /// Replications of each draw.
    pub replications: u32,
    /// Threads; as many as the machine has where absent.
    pub threads: Option<usize>,
    /// Level of all intervals.
    pub level: f64,
    /// Go on until the differences in a measure are known this well.
    pub precision: Option<(String, HalfWidth)>,
    /// But not beyond this many replications.
    pub max_replications: u32,
}

/// Plans held against a base, which is the first of them.
#[derive(Debug, Clone, PartialEq)]
pub struct Comparison {
    /// Names of the base and the plans.
    pub names: Vec<String>,
    /// Replications of each draw of each.
    pub replications: u32,
    /// Draws of the inputs; 1 where everything is known.
    pub draws: u32,
    /// Level of all intervals.
    pub level: f64,
    /// One for each measure.
    pub measures: Vec<Measured>,
    /// Place of the cost among the measures; none where nothing costs anything.
    pub cost: Option<usize>,
    /// Whether the precision that was asked for was reached.
    pub precise: Option<bool>,
}

/// A measure under all plans.
#[derive(Debug, Clone, PartialEq)]
pub struct Measured {
    /// Its name and unit.
    pub response: Response,
    /// Which way is better, if that is no matter of taste.
    pub better: Option<Better>,
    /// By plan, then replication; none where a plan has no such measure, or a replication gives no value.
    pub values: Vec<Vec<Option<f64>>>,
    /// By plan: the mean.
    pub means: Vec<Option<Interval>>,
    /// By plan: against the base; none for the base itself.
    pub against: Vec<Option<Against>>,
    /// By plan: who may be the best; none where taste decides, or some plan lacks the measure.
    pub best: Option<Vec<Contender>>,
}

/// A plan against the base, in one measure.
#[derive(Debug, Clone, PartialEq)]
pub struct Against {
    /// Plan minus base.
    pub difference: Difference,
    /// The same with an interval that holds for all plans at once.
    pub at_once: Interval,
    /// Difference for each unit of extra cost; none where the plan costs what the base does.
    pub for_money: Option<Fieller>,
    /// Chance and ignorance in the difference; none where every input is known.
    pub layers: Option<Layers>,
}

/// Replications between two looks at the precision.
const LOOK: u32 = 20;

/// Runs all alternatives, of which the first is the base, and compares them.
///
/// Fails when cancelled, when a replication loses count of its cases (a bug), and with a sentence where a measure that is
/// asked for does not exist.
pub fn compare(
    alternatives: &[Alternative],
    asked: &Asked,
    watcher: &Watcher<'_>,
) -> Result<Result<Comparison, String>, Error> {
    let models: Vec<&Model> = alternatives.iter().flat_map(|a| &a.models).collect();
    let mut crew = SideBySide::new(models, asked.threads)?;
    let responses: Vec<Vec<Response>> =
        first_models(alternatives).map(|first| crew.responses(first)).collect();
    let measures = match measures(&alternatives[0].models[0], &responses[0], asked) {
        Ok(measures) => measures,
        Err(why) => return Ok(Err(why)),
    };
    let places: Vec<Vec<Option<usize>>> = responses.iter().map(|of| places(&measures, of)).collect();
    for (first, (alternative, places)) in first_models(alternatives).zip(alternatives.iter().zip(&places)) {
        for model in first..first + alternative.models.len() {
            crew.keep(model, places.iter().flatten().copied().collect());
        }
    }
    let mut gathered = Gathered::new(alternatives, places);
    gathered.extend(&crew, asked.replications, watcher)?;
    let precise = match &asked.precision {
        Some((measure, width)) => {
            let Some(m) = measures.iter().position(|r| r.name() == *measure) else {
                return Ok(Err(format!("the measure `{measure}` is not compared")));
            };
            let goal = Precision { level: asked.level, width: *width, at_least: 10 };
            Some(gathered.sharpen(&crew, m, &goal, asked.max_replications, watcher)?)
        }
        None => None,
    };
    Ok(Ok(gathered.conclude(alternatives, measures, asked.level, precise)))
}

/// Places of the alternatives' first models among all models.
fn first_models(alternatives: &[Alternative]) -> impl Iterator<Item = usize> {
    alternatives.iter().scan(0, |next, a| {
        let first = *next;
        *next += a.models.len();
        Some(first)
    })
}

/// The measures that are compared, as the base has them; the cost is the last, if there is any.
fn measures(base: &Model, responses: &[Response], asked: &Asked) -> Result<Vec<Response>, String> {
    let mut found = if asked.measures.is_empty() { headline::headline(base, responses) } else { vec![] };
    let precision = asked.precision.as_ref().map(|(measure, _)| measure);
    for name in asked.measures.iter().chain(&asked.value_of).chain(precision) {
        let place = crate::run::find(name, responses)?;
        if !found.contains(&place) {
            found.push(place);
        }
    }
    if let Some(cost) = headline::cost(responses) {
        found.retain(|place| *place != cost);
        found.push(cost);
    }
    Ok(found.into_iter().map(|place| responses[place].clone()).collect())
}

/// Where each of the measures stands among others of the same names.
fn places(measures: &[Response], responses: &[Response]) -> Vec<Option<usize>> {
    let names: Vec<String> = responses.iter().map(Response::name).collect();
    let place = |wanted: &Response| names.iter().position(|name| *name == wanted.name());
    measures.iter().map(place).collect()
}

/// Values of all alternatives, as far as there are replications.
struct Gathered {
    /// By alternative: the place of each measure, if it has it.
    places: Vec<Vec<Option<usize>>>,
    /// By alternative: how many draws.
    draws: Vec<u32>,
    /// By alternative, measure and replication.
    values: Vec<Vec<Vec<Option<f64>>>>,
    /// Of each draw.
    replications: u32,
}

impl Gathered {
    fn new(alternatives: &[Alternative], places: Vec<Vec<Option<usize>>>) -> Gathered {
        let values = places.iter().map(|of| vec![vec![]; of.len()]).collect();
        let draws = alternatives.iter().map(|a| a.models.len() as u32).collect();
        Gathered { places, draws, values, replications: 0 }
    }

    /// Makes replications until there are so many of each draw. More than one draw is run at once only.
    fn extend(&mut self, crew: &SideBySide<'_>, until: u32, watcher: &Watcher<'_>) -> Result<(), Error> {
        let mut tasks: Vec<Task> = vec![];
        let mut first = 0;
        for draws in &self.draws {
            for draw in 0..*draws {
                let numbers = draw * until + self.replications..(draw + 1) * until;
                tasks.extend(numbers.map(|number| (first + draw as usize, number)));
            }
            first += *draws as usize;
        }
        let planned = self.draws.iter().sum::<u32>().saturating_mul(until);
        let mut made = crew.make(&tasks, planned, watcher)?.into_iter();
        for (a, draws) in self.draws.iter().enumerate() {
            for row in made.by_ref().take((draws * (until - self.replications)) as usize) {
                let mut row = row.into_iter();
                for (place, values) in self.places[a].iter().zip(&mut self.values[a]) {
                    values.push(place.and_then(|_| row.next()).and_then(Value::get));
                }
            }
        }
        self.replications = until;
        Ok(())
    }

    /// Adds blocks of replications until every plan's difference is known well enough, or there are too many. Whether it
    /// is.
    fn sharpen(
        &mut self,
        crew: &SideBySide<'_>,
        measure: usize,
        goal: &Precision,
        most: u32,
        watcher: &Watcher<'_>,
    ) -> Result<bool, Error> {
        loop {
            let enough = (1..self.values.len()).all(|a| {
                let (plan, base) = self.pairs(a, 0, measure);
                let differences: Vec<f64> = plan.iter().zip(&base).map(|(a, b)| a - b).collect();
                decide(&differences, goal).enough
            });
            if enough || self.replications >= most {
                return Ok(enough);
            }
            self.extend(crew, most.min(self.replications + LOOK), watcher)?;
        }
    }

    /// One value for each unit, a replication or a draw, in which both give one.
    fn pairs(&self, a: usize, b: usize, measure: usize) -> (Vec<f64>, Vec<f64>) {
        let all = joint(&[&self.values[a][measure], &self.values[b][measure]], self.per_unit());
        let [a, b] = <[Vec<f64>; 2]>::try_from(all).expect("two go in, two come out");
        (a, b)
    }

    /// How many replications make a unit.
    fn per_unit(&self) -> usize {
        if self.draws.iter().all(|draws| *draws == 1) { 1 } else { self.replications as usize }
    }

    fn conclude(
        self,
        alternatives: &[Alternative],
        mut measures: Vec<Response>,
        level: f64,
        precise: Option<bool>,
    ) -> Comparison {
        let base = &alternatives[0].models[0];
        if !alternatives.iter().any(|a| headline::has_costs(&a.models[0])) {
            // Where nothing costs anything, a column of zeros says nothing. The cost is the last.
            measures.pop_if(|last| headline::cost([&*last]).is_some());
        }
        let cost = headline::cost(&measures);
        let measured = measures.into_iter().enumerate();
        Comparison {
            names: alternatives.iter().map(|a| a.name.clone()).collect(),
            replications: self.replications,
            draws: self.all_draws(),
            level,
            cost,
            measures: measured.map(|(m, response)| self.measured(base, m, response, cost, level)).collect(),
            precise,
        }
    }

    fn measured(
        &self,
        base: &Model,
        m: usize,
        response: Response,
        cost: Option<usize>,
        level: f64,
    ) -> Measured {
        let better = headline::better(base, &response);
        let all: Vec<&Vec<Option<f64>>> = self.values.iter().map(|of| &of[m]).collect();
        let mean = |values: &&Vec<Option<f64>>| student_t(&joint(&[values], self.per_unit())[0], level);
        let at_once = best::simultaneous_level(level, self.values.len() - 1);
        let against = |a: usize| {
            let (plan, base) = self.pairs(a, 0, m);
            Some(Against {
                difference: paired::difference(&plan, &base, level)?,
                at_once: paired::difference(&plan, &base, at_once)?.interval,
                for_money: cost.filter(|cost| *cost != m).and_then(|cost| self.for_money(a, m, cost, level)),
                layers: self.layers(a, m, level),
            })
        };
        let units = joint(&all, self.per_unit());
        let more = |better: Better| better == Better::More;
        Measured {
            best: better.and_then(|better| best::with_the_best(&units, more(better), level)),
            means: all.iter().map(mean).collect(),
            against: (0..all.len()).map(|a| if a == 0 { None } else { against(a) }).collect(),
            values: all.into_iter().cloned().collect(),
            response,
            better,
        }
    }

    /// Chance and ignorance in the difference between a plan and the base.
    fn layers(&self, a: usize, m: usize, level: f64) -> Option<Layers> {
        let pairs = self.values[a][m].iter().zip(&self.values[0][m]);
        layers_of(pairs.map(|(plan, base)| Some((*plan)? - (*base)?)), self.all_draws(), level)
    }

    /// Draws of the inputs.
    fn all_draws(&self) -> u32 {
        self.draws.iter().copied().max().unwrap_or(1)
    }

    /// Extra effect for a unit of extra cost.
    fn for_money(&self, a: usize, m: usize, cost: usize, level: f64) -> Option<Fieller> {
        let rows = [&self.values[a][m], &self.values[0][m], &self.values[a][cost], &self.values[0][cost]];
        let units = joint(&rows, self.per_unit());
        let minus = |a: &[f64], b: &[f64]| a.iter().zip(b).map(|(a, b)| a - b).collect::<Vec<_>>();
        let (effects, costs) = (minus(&units[0], &units[1]), minus(&units[2], &units[3]));
        let differs = costs.iter().any(|cost| *cost != 0.0);
        differs.then(|| money::fieller(&effects, &costs, level))
    }
}

/// One value for each unit of so many replications, of all rows over the replications in which all of them give one.
pub(super) fn joint(rows: &[&Vec<Option<f64>>], per_unit: usize) -> Vec<Vec<f64>> {
    let mut units = vec![vec![]; rows.len()];
    let replications = rows.iter().map(|row| row.len()).min().unwrap_or(0);
    for from in (0..replications).step_by(per_unit.max(1)) {
        let of = from..(from + per_unit.max(1)).min(replications);
        let given: Vec<usize> = of.filter(|r| rows.iter().all(|row| row[*r].is_some())).collect();
        if given.is_empty() {
            continue;
        }
        for (unit, row) in units.iter_mut().zip(rows) {
            unit.push(given.iter().filter_map(|r| row[*r]).sum::<f64>() / given.len() as f64);
        }
    }
    units
}
