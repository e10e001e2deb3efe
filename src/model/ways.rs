//! Routes as shares, for what is computed rather than drawn.

use super::{ClassId, Next, StageParams};

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
}
