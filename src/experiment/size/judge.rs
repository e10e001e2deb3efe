//! What is claimed of a staffing: by replications that the search has not seen, at levels that hold for all looks at once.

use crate::error::Error;

use super::search::Search;
use super::trials::{Sample, Trials};
use super::{Goal, Question, Role, Shown, Sizing, Tried, Verdict};

/// Says what fresh replications show.
pub(super) struct Judge<'q> {
    question: &'q Question,
    /// What was looked at anew without being confirmed.
    refused: Vec<Tried>,
    /// Looks at fresh replications that could have named an answer.
    tests: u32,
}

impl<'q> Judge<'q> {
    pub(super) fn new(question: &'q Question) -> Judge<'q> {
        Judge { question, refused: vec![], tests: 0 }
    }

    /// The staffing, if fresh replications show that it reaches all goals. Look k, over all candidates, may be wrong with
    /// α/(k(k + 1)), which sums to α, shared out among the goals.
    pub(super) fn confirms<E: From<Error>>(
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

    /// The staffings with one member less, on the fresh replications of the answer and, while it is not known whether they
    /// fail, once as many again. All that are said to fail do, with the stated confidence: each of d neighbours has α/d.
    pub(super) fn neighbours<E: From<Error>>(
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
            for (k, n) in self.looks().into_iter().take(2).enumerate() {
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
    pub(super) fn nothing<E: From<Error>>(
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

    pub(super) fn conclude<E: From<Error>>(
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
    Tried { shown, verdict, ..tried }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_looks_together_may_be_wrong_as_often_as_one_that_is_asked_for() {
        let all: f64 = (1..=100_000).map(|k| share_of_look(0.05, k)).sum();
        assert!(all < 0.05 && all > 0.049_99, "{all}");
        assert!((share_of_look(0.05, 1) - 0.025).abs() < 1e-15);
    }
}
