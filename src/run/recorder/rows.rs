//! What is counted by stage and true class, side by side: a fact finds the row of its case once.

use crate::model::{Model, StageKind};
use crate::run::uses::{STATE_COUNT, Uses};
use crate::units::Duration;

use super::backlog::first_cells;
use super::cases::Where;
use super::flows::{STEP_COUNT, Step};
use super::stages::Waits;

/// The numbers of one class of reports at one stage.
#[derive(Debug)]
pub(super) struct Row {
    /// Where those are for whom the stage has started.
    pub(super) started: Where,
    /// By state: the first of its cells in the backlog, where a case can be in it at all.
    pub(super) cells: [Option<u32>; STATE_COUNT],
    /// By state: case-milliseconds in the window. Who comes takes off the moment, who leaves adds it, and who is still there
    /// at the end does: it may leave the range of whole numbers before, and comes back.
    pub(super) spent: [i64; STATE_COUNT],
    /// Moves in the interval that is running.
    steps: [u32; STEP_COUNT],
    /// Until the first start.
    pub(super) waits: Waits,
}

impl Row {
    /// Of each stage, then class of reports.
    pub(super) fn all(model: &Model, uses: &Uses) -> Vec<Row> {
        let reports = model.report_classes.len();
        let cells = first_cells(model, uses);
        let row = |i: usize| Row {
            started: match model.stages[i / reports].kind {
                StageKind::Work => Where::InWork,
                StageKind::Delay => Where::Delayed,
                StageKind::Instant => Where::Between,
            },
            cells: cells[i / reports],
            spent: [0; STATE_COUNT],
            steps: [0; STEP_COUNT],
            waits: Waits::default(),
        };
        (0..model.stages.len() * reports).map(row).collect()
    }

    /// A case moved.
    #[inline]
    pub(super) fn step(&mut self, step: Step) {
        self.steps[step as usize] += 1;
    }

    /// How often they moved so since the last call of this function.
    pub(super) fn take(&mut self, step: usize) -> u32 {
        std::mem::take(&mut self.steps[step])
    }

    /// A case has waited for its first start, if anybody waits here at all.
    #[inline]
    pub(super) fn waited(&mut self, wait: Duration) {
        if self.cells[Where::Waiting as usize].is_some() {
            self.waits.push(wait);
        }
    }

    /// A case is in a state of the stage from a moment of the window on.
    #[inline]
    pub(super) fn enter(&mut self, state: usize, moment: i64) {
        self.spent[state] = self.spent[state].wrapping_sub(moment);
    }

    /// It is in that state no more.
    #[inline]
    pub(super) fn leave(&mut self, state: usize, moment: i64) {
        self.spent[state] = self.spent[state].wrapping_add(moment);
    }
}
