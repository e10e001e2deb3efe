//! Cases in parts: where a unit stands, what its next step means there, and how its parts meet again.

use super::{End, Ends};
use crate::model::{Class, ClassId, JobKind, Join, Law, Model, Next, Parts, Split, StageId};

/// What walks: a whole case, or one of the parts into which it was split.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(in crate::model) enum Part {
    /// The case as one.
    Whole,
    /// A device or a track of a case that was split at this stage.
    Job(StageId),
    /// A device of a track: where the case was split, and where the track was.
    Device(StageId, StageId),
}

/// What a route means to a unit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::model) enum Step {
    /// It comes to a stage.
    To(StageId),
    /// It is over, as a unit of its kind.
    End(End),
}

impl Part {
    /// Where the unit was split off.
    pub(in crate::model) fn split_at(self) -> Option<StageId> {
        match self {
            Part::Whole => None,
            Part::Job(at) | Part::Device(_, at) => Some(at),
        }
    }

    /// What it is a part of.
    pub(in crate::model) fn parent(self) -> Part {
        match self {
            Part::Whole | Part::Job(_) => Part::Whole,
            Part::Device(outer, _) => Part::Job(outer),
        }
    }

    /// What it is split into at a stage.
    pub(in crate::model) fn inner(self, at: StageId) -> Part {
        match self {
            Part::Whole => Part::Job(at),
            Part::Job(outer) | Part::Device(outer, _) => Part::Device(outer, at),
        }
    }

    /// Whether it is a device: those are split no further.
    fn is_device(self, model: &Model) -> bool {
        self.split_at().is_some_and(|at| split(model, at).is_some_and(|s| s.into == Parts::Devices))
    }

    /// Whether it is taken apart into devices when it comes to a stage.
    pub(in crate::model) fn splits_on_entry(self, model: &Model, stage: StageId) -> bool {
        !self.is_device(model) && split(model, stage).is_some_and(|s| s.into == Parts::Devices)
    }

    /// The tracks that it goes down when a stage ends.
    pub(in crate::model) fn tracks(self, model: &Model, stage: StageId) -> Option<&[StageId]> {
        match &split(model, stage)?.into {
            Parts::Tracks(tracks) if self == Part::Whole => Some(tracks),
            _ => None,
        }
    }

    /// What the way to the next stage or outcome means to it.
    pub(in crate::model) fn step(self, model: &Model, next: Next) -> Step {
        let meets = self.split_at().and_then(|at| split(model, at)).map(|s| s.then);
        match next {
            Next::Stage(to) if meets == Some(to) => Step::End(End::Arrived),
            Next::Stage(to) => Step::To(to),
            Next::End(outcome) => Step::End(match (model.outcomes[outcome.index()].of, self) {
                (Some(JobKind::Track), Part::Device(..)) => End::TrackOver,
                (Some(_), Part::Job(_) | Part::Device(..)) => End::Over,
                _ => End::Outcome(outcome),
            }),
        }
    }
}

/// The split at a stage.
pub(in crate::model) fn split(model: &Model, stage: StageId) -> Option<&Split> {
    model.stages[stage.index()].rules.split.as_ref()
}

/// How many devices a case has.
#[derive(Debug, Clone)]
pub(in crate::model) struct Devices {
    pub(in crate::model) mean: f64,
    /// The probability of each number from 0.
    shares: Vec<f64>,
}

impl Devices {
    /// Of a class with this law: its values rounded half up.
    pub(in crate::model) fn new(law: Option<&Law>) -> Devices {
        /// Beyond this many only the mean is kept.
        const MOST: f64 = 2000.0;
        let Some(law) = law else { return Devices { mean: 1.0, shares: vec![0.0, 1.0] } };
        let longest = law.quantile(1.0 - 1e-9) + 1.0;
        let up_to = |k: usize| law.cdf((k as f64 + 0.5).next_down());
        let mut shares = vec![];
        let mut below = 0.0;
        for k in 0..=longest.clamp(1.0, MOST) as usize {
            let sum = up_to(k);
            shares.push(sum - std::mem::replace(&mut below, sum));
        }
        *shares.last_mut().expect("there is a share of none") += 1.0 - below;
        let mean: f64 = shares.iter().enumerate().map(|(k, share)| k as f64 * share).sum();
        Devices { mean: if longest > MOST { law.mean() } else { mean }, shares }
    }

    /// Of every class.
    pub(in crate::model) fn of_classes(classes: &[Class], laws: &[Option<Law>]) -> Vec<Devices> {
        classes.iter().zip(laws).map(|(_, law)| Devices::new(law.as_ref())).collect()
    }

    /// The probability that something happens to each device that happens to one with this probability.
    pub(in crate::model) fn all(&self, each: f64) -> f64 {
        self.shares.iter().rev().fold(0.0, |sum, share| sum * each + share)
    }
}

/// How units end that walk alike, as shares that add up to 1.
struct Shares {
    arrived: f64,
    over: f64,
    /// Of those that end what they are a part of.
    more: f64,
}

impl Shares {
    fn of(ends: &Ends) -> Shares {
        let mut shares = Shares { arrived: 0.0, over: 0.0, more: 0.0 };
        let mut sum = 0.0;
        for ((end, _), share) in ends {
            sum += share;
            match end {
                End::Arrived => shares.arrived += share,
                End::Over => shares.over += share,
                End::TrackOver | End::Linked | End::Asked | End::Outcome(_) => shares.more += share,
            }
        }
        if sum > 0.0 {
            shares.arrived /= sum;
            shares.over /= sum;
            shares.more /= sum;
        }
        shares
    }
}

/// What becomes of a unit whose parts have met.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(in crate::model) enum Met {
    /// It goes on.
    To(Next),
    /// One of its parts has ended it.
    End(End),
}

/// How the parts of a unit meet, if each goes its way without regard to the others: `None` for devices of this law, or
/// one of each of several tracks. With `first`, what ends a case and what arrives run an even race.
pub(in crate::model) fn meet(
    split: &Split,
    devices: Option<&Devices>,
    parts: &[&Ends],
) -> Vec<(f64, ClassId, Met)> {
    let each: Vec<Shares> = parts.iter().map(|ends| Shares::of(ends)).collect();
    let all = |of: fn(&Shares) -> f64| match devices {
        Some(devices) => devices.all(of(&each[0])),
        None => each.iter().map(of).product(),
    };
    let none = all(|s| s.over);
    let (arrived, more): (f64, f64) =
        (each.iter().map(|s| s.arrived).sum(), each.iter().map(|s| s.more).sum());
    let go_on = match split.join {
        Join::All => (all(|s| 1.0 - s.more) - none).max(0.0),
        Join::First if arrived > 0.0 => (1.0 - none) * arrived / (arrived + more),
        Join::First => 0.0,
    };
    let ended = (1.0 - none - go_on).max(0.0);
    let mut met = vec![];
    let mut share_out = |total: f64, of: &dyn Fn(End) -> Option<Met>| {
        let chosen = || {
            parts
                .iter()
                .flat_map(|ends| ends.iter())
                .filter_map(|((end, who), share)| Some((*share, *who, of(*end)?)))
        };
        let sum: f64 = chosen().map(|(share, ..)| share).sum();
        if total > 0.0 && sum > 0.0 {
            met.extend(chosen().map(|(share, who, how)| (total * share / sum, who, how)));
        }
    };
    share_out(go_on, &|end| (end == End::Arrived).then_some(Met::To(Next::Stage(split.then))));
    share_out(ended, &|end| {
        let beyond = !matches!(end, End::Arrived | End::Over);
        beyond.then_some(Met::End(if end == End::TrackOver { End::Over } else { end }))
    });
    share_out(none, &|end| (end == End::Over).then_some(Met::To(split.none)));
    // A case without devices has no part that says what it is believed to be.
    met
}
