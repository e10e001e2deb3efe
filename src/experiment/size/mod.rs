//! The cheapest staffing that meets every target: searched for on one set of replications, confirmed on another.
//!
//! * `search` looks for it among all staffings of the ranges, by sample means under common random numbers;
//! * `trials` makes the replications and says what they show;
//! * `start` says where the search begins.
//!
//! The search may take anything for granted, as that more members never hurt; what it names is claimed only after
//! replications that it has not seen.

mod search;
mod start;
mod trials;

pub use start::start;

use crate::error::Error;
use crate::model::Model;
use crate::run::chance::Relation;
use crate::run::{Response, Statement, Watcher};
use crate::stats::Interval;

use super::headline;
use search::{Judged, Search};
use trials::{Sample, Trials};

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
    let mut trials = Trials::new(question, model, watcher);
    let mut search = Search::new(&question.posts);
    if question.every {
        for staffing in search.everything() {
            let judged = trials.judge_fully(&staffing)?;
            search.learn(staffing, judged);
        }
    }
    let mut judge = Judge { question, refused: vec![], tests: 0 };
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

/// Says what fresh replications show.
struct Judge<'q> {
    question: &'q Question,
    /// What was looked at anew without being confirmed.
    refused: Vec<Tried>,
    /// Looks at fresh replications that could have named an answer.
    tests: u32,
}

impl Judge<'_> {
    /// The staffing, if fresh replications show that it reaches all goals. Look k, over all candidates, may be wrong with
    /// α/(k(k + 1)), which sums to α, shared out among the goals.
    fn confirms<E: From<Error>>(
        &mut self,
        staffing: &[u32],
        trials: &mut Trials<'_, E>,
    ) -> Result<Option<Tried>, E> {
        for n in self.looks() {
            trials.extend(staffing, Sample::Fresh, n)?;
            self.tests += 1;
            let tried = self.look(staffing, Role::Refused, trials);
            match tried.verdict {
                Verdict::Meets => return Ok(Some(Tried { role: Role::Answer, ..tried })),
                Verdict::Fails => break,
                _ => {}
            }
        }
        let tried = self.look(staffing, Role::Refused, trials);
        self.refused.push(tried);
        Ok(None)
    }

    fn look<E: From<Error>>(&self, staffing: &[u32], role: Role, trials: &Trials<'_, E>) -> Tried {
        let error = share_of_look(1.0 - self.question.level, self.tests) / self.question.goals.len() as f64;
        trials.shown(staffing, Sample::Fresh, role, error)
    }

    /// How many fresh replications there are at each look: twice as many each time.
    fn looks(&self) -> Vec<u32> {
        let most = self.question.max_replications.max(self.question.replications);
        let mut all = vec![self.question.replications];
        while let Some(last) = all.last().copied().filter(|last| *last < most) {
            all.push(last.saturating_mul(2).min(most));
        }
        all
    }

    /// The staffings with one member less, on the fresh replications of the answer and more of them until it is known
    /// whether they fail. All that are said to fail do, with the stated confidence: each of d neighbours has α/d.
    fn neighbours<E: From<Error>>(
        &mut self,
        staffing: &[u32],
        trials: &mut Trials<'_, E>,
    ) -> Result<Vec<Tried>, E> {
        let posts = &self.question.posts;
        let lower: Vec<usize> = (0..posts.len()).filter(|i| staffing[*i] > posts[*i].low).collect();
        let each = (1.0 - self.question.level) / (lower.len().max(1) * self.question.goals.len()) as f64;
        let mut found = vec![];
        for i in &lower {
            let mut neighbour = staffing.to_vec();
            neighbour[*i] -= 1;
            let mut last = None;
            for (k, n) in self.looks().into_iter().enumerate() {
                trials.extend(&neighbour, Sample::Fresh, n)?;
                let error = share_of_look(each, k as u32 + 1);
                let tried = trials.shown(&neighbour, Sample::Fresh, Role::Neighbour, error);
                let open = tried.verdict == Verdict::Open;
                last = Some(tried);
                if !open {
                    break;
                }
            }
            let mut tried = last.expect("there is one look at least");
            if tried.verdict == Verdict::Meets {
                // That it meets is a claim about an answer, and has to be made as one.
                let refused = self.refused.iter().any(|old| old.staffing == neighbour);
                self.tests += 1;
                let again = self.look(&neighbour, Role::Neighbour, trials);
                let open = refused || again.verdict != Verdict::Meets;
                tried = if open { reopened(tried) } else { again };
            }
            found.push(tried);
        }
        Ok(found)
    }

    /// No staffing was shown to reach all goals: what came nearest, on fresh replications.
    fn nothing<E: From<Error>>(
        mut self,
        search: &Search<'_>,
        trials: &mut Trials<'_, E>,
    ) -> Result<Sizing, E> {
        let nearest = search.nearest().expect("a search begins somewhere");
        trials.extend(&nearest, Sample::Fresh, self.question.replications)?;
        self.tests += 1;
        if !self.refused.iter().any(|tried| tried.staffing == nearest) {
            let tried = self.look(&nearest, Role::Refused, trials);
            self.refused.push(reopened(tried));
        }
        let mut sizing = self.gather(vec![], search, trials);
        sizing.nearest = sizing.tried.iter().position(|tried| tried.staffing == nearest);
        Ok(sizing)
    }

    fn conclude<E: From<Error>>(
        &self,
        answer: Tried,
        neighbours: Vec<Tried>,
        search: &Search<'_>,
        trials: &Trials<'_, E>,
    ) -> Sizing {
        let dearest = answer.cost;
        let mut looked_at = [vec![answer], neighbours].concat();
        if self.question.every {
            let all = search.everything();
            // Every staffing that may turn out to be cheaper counts, so that the choice of the answer cannot matter.
            let error =
                (1.0 - self.question.level) / ((all.len() - 1).max(1) * self.question.goals.len()) as f64;
            let known: Vec<Vec<u32>> = looked_at.iter().map(|tried| tried.staffing.clone()).collect();
            let cheaper = all.into_iter().filter(|s| self.question.cost(s) < dearest && !known.contains(s));
            let shown = |s: Vec<u32>| missed(trials.shown(&s, Sample::Search, Role::Cheaper, error));
            looked_at.extend(cheaper.map(shown));
        }
        let mut sizing = self.gather(looked_at, search, trials);
        sizing.answer = sizing.tried.iter().position(|tried| tried.role == Role::Answer);
        sizing
    }

    /// Everything that was tried, each once, the cheapest first.
    fn gather<E: From<Error>>(
        &self,
        looked_at: Vec<Tried>,
        search: &Search<'_>,
        trials: &Trials<'_, E>,
    ) -> Sizing {
        let mut tried = looked_at;
        let refused = self.refused.iter().cloned();
        let searched = trials.searched().map(|s| {
            let level = (1.0 - self.question.level) / self.question.goals.len() as f64;
            seeming(trials.shown(s, Sample::Search, Role::Tried, level), &self.question.goals)
        });
        for one in refused.chain(searched).collect::<Vec<_>>() {
            if !tried.iter().any(|known| known.staffing == one.staffing) {
                tried.push(one);
            }
        }
        tried.sort_by(|a, b| a.cost.total_cmp(&b.cost).then_with(|| a.staffing.cmp(&b.staffing)));
        let Question { posts, goals, level, every, .. } = self.question.clone();
        Sizing {
            posts,
            goals,
            level,
            answer: None,
            nearest: None,
            tried,
            every,
            complete: search.is_complete(),
        }
    }
}

/// Of an error α, the part of look k, from 1: α/(k(k + 1)). All parts together are α.
fn share_of_look(alpha: f64, k: u32) -> f64 {
    let k = f64::from(k.max(1));
    alpha / (k * (k + 1.0))
}

/// The same without the claim that it meets.
fn reopened(tried: Tried) -> Tried {
    let verdict = if tried.verdict == Verdict::Fails { Verdict::Fails } else { Verdict::Open };
    Tried { verdict, ..tried }
}

/// Of a cheaper staffing only that it fails is claimed.
fn missed(tried: Tried) -> Tried {
    let open = |verdict| if verdict == Verdict::Meets { Verdict::Open } else { verdict };
    let shown = tried.shown.iter().map(|s| Shown { verdict: open(s.verdict), ..s.clone() }).collect();
    Tried { verdict: open(tried.verdict), shown, ..tried }
}

/// What the search saw, by its means.
fn seeming(tried: Tried, goals: &[Goal]) -> Tried {
    let seems = |reached: bool| if reached { Verdict::SeemsToMeet } else { Verdict::SeemsToFail };
    let shown: Vec<Shown> = tried
        .shown
        .into_iter()
        .zip(goals)
        .map(|(shown, goal)| {
            let reached = shown.interval.is_some_and(|i| goal.reached_by(i.estimate));
            Shown { verdict: seems(reached), ..shown }
        })
        .collect();
    let verdict = seems(shown.iter().all(|s| s.verdict == Verdict::SeemsToMeet));
    Tried { verdict, shown, ..tried }
}
