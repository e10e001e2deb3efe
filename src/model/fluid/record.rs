//! Levels of the fluid, and what they are at the sample times.

use super::Fluid;
use crate::model::Model;
use crate::units::Time;

/// Where the fluid stands at the end of a step.
#[derive(Clone)]
pub(super) struct Levels {
    pub(super) open: f64,
    pub(super) waiting: Vec<f64>,
    pub(super) in_work: Vec<f64>,
    pub(super) delayed: Vec<f64>,
    pub(super) arrived: f64,
    pub(super) ended: Vec<f64>,
}

impl Levels {
    pub(super) fn empty(stages: usize) -> Levels {
        let none = vec![0.0; stages];
        Levels {
            open: 0.0,
            waiting: none.clone(),
            in_work: none.clone(),
            delayed: none,
            arrived: 0.0,
            ended: vec![],
        }
    }
}

/// Reads the levels off at the sample times, linearly between the ends of steps.
pub(super) struct Recorder {
    pub(super) fluid: Fluid,
    last: (Time, Levels),
}

impl Recorder {
    pub(super) fn new(model: &Model, start: Levels) -> Recorder {
        let by_stage = vec![vec![]; model.stages.len()];
        let fluid = Fluid {
            at: model.samples.clone(),
            open: vec![],
            waiting: by_stage.clone(),
            in_work: by_stage.clone(),
            delayed: by_stage,
            arrived: vec![],
            ended: vec![vec![]; model.outcomes.len()],
        };
        let mut recorder = Recorder { fluid, last: (Time::ZERO, start.clone()) };
        recorder.after(Time::ZERO, start);
        recorder
    }

    /// Takes the levels at the end of a step, and what samples lie before it.
    pub(super) fn after(&mut self, time: Time, now: Levels) {
        while let Some(&at) = self.fluid.at.get(self.fluid.open.len()).filter(|at| **at <= time) {
            let (before, last) = &self.last;
            let length = (time - *before).0;
            let share = if length > 0 { (at - *before).0 as f64 / length as f64 } else { 1.0 };
            let between = |a: f64, b: f64| a + (b - a) * share;
            let push = |series: &mut [Vec<f64>], a: &[f64], b: &[f64]| {
                for ((series, a), b) in series.iter_mut().zip(a).zip(b) {
                    series.push(between(*a, *b));
                }
            };
            push(&mut self.fluid.waiting, &last.waiting, &now.waiting);
            push(&mut self.fluid.in_work, &last.in_work, &now.in_work);
            push(&mut self.fluid.delayed, &last.delayed, &now.delayed);
            push(&mut self.fluid.ended, &last.ended, &now.ended);
            self.fluid.arrived.push(between(last.arrived, now.arrived));
            self.fluid.open.push(between(last.open, now.open));
        }
        self.last = (time, now);
    }
}
