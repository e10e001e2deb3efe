//! Routes, assessments and mixes as shares, for what is computed rather than drawn.

use super::{Assess, ClassId, Next, SourceParams, StageParams};
use crate::stats::special::normal_cdf;

impl StageParams {
    /// Where a case of this kind goes after the stage, with the share of each way.
    pub(in crate::model) fn ways(
        &self,
        class: ClassId,
        observed: ClassId,
    ) -> impl Iterator<Item = (f64, Next)> + '_ {
        let row = if self.route_by_observed { observed } else { class };
        let mut below = 0.0;
        let choices = self.routes[row.index()].choices.iter();
        choices.map(move |&(sum, to)| (sum - std::mem::replace(&mut below, sum), to))
    }

    /// What a case of this kind is believed to be when the stage ends, with the share of each belief.
    pub(super) fn beliefs(&self, class: ClassId, observed: ClassId) -> Vec<(f64, ClassId)> {
        let Some(assess) = &self.assess else { return vec![(1.0, observed)] };
        let all = assess.chances(class).into_iter().filter(|(share, _)| *share > 0.0);
        all.map(|(share, says)| (share, says.unwrap_or(observed))).collect()
    }

    /// Whether cases find their ways as under other parameters.
    pub(super) fn leads_as(&self, other: &StageParams) -> bool {
        self.routes == other.routes
            && self.route_by_observed == other.route_by_observed
            && self.assess == other.assess
    }
}

impl Assess {
    /// What the assessment makes of a true class: shares, and the observed class where it says one.
    pub(super) fn chances(&self, class: ClassId) -> Vec<(f64, Option<ClassId>)> {
        match self {
            Assess::Table(rows) => {
                let mut below = 0.0;
                let share =
                    |&(sum, to): &(f64, Option<ClassId>)| (sum - std::mem::replace(&mut below, sum), to);
                rows[class.index()].iter().map(share).collect()
            }
            Assess::Score { positive, shift, threshold, above, below } => {
                let shift = if positive[class.index()] { *shift } else { 0.0 };
                let flagged = normal_cdf(shift - threshold);
                vec![(flagged, Some(*above)), (1.0 - flagged, *below)]
            }
        }
    }
}

impl SourceParams {
    /// Whether some of its tips are of this true class, as the mix begins or as it ends.
    pub(super) fn brings(&self, class: ClassId) -> bool {
        let before = |mix: &[f64]| class.index().checked_sub(1).map_or(0.0, |i| mix[i]);
        std::iter::once(&self.mix).chain(&self.mix_end).any(|mix| mix[class.index()] > before(mix))
    }
}
