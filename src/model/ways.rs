//! Routes and assessments as shares, for what is computed rather than drawn.

use super::{Assess, ClassId, Next, StageParams};
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
        match &self.assess {
            None => vec![(1.0, observed)],
            Some(Assess::Table(rows)) => {
                let mut below = 0.0;
                let shares = rows[class.index()].iter();
                let shares = shares
                    .map(|&(sum, to)| (sum - std::mem::replace(&mut below, sum), to.unwrap_or(observed)));
                shares.filter(|(share, _)| *share > 0.0).collect()
            }
            Some(Assess::Score { positive, shift, threshold, above, below }) => {
                let shift = if positive[class.index()] { *shift } else { 0.0 };
                let flagged = normal_cdf(shift - threshold);
                vec![(flagged, *above), (1.0 - flagged, below.unwrap_or(observed))]
            }
        }
    }

    /// Whether cases find their ways as under other parameters.
    pub(super) fn leads_as(&self, other: &StageParams) -> bool {
        self.routes == other.routes
            && self.route_by_observed == other.route_by_observed
            && self.assess == other.assess
    }
}
