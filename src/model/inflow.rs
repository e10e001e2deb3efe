//! Tips as they are expected, without luck: how many of which class each source sends in a stretch of time.

use super::{ClassId, Model, Params, Source, SourceId, SourceParams};
use crate::units::Time;

/// Expected tips, asked for stretch by stretch in the order of time (a source with `at_most` runs dry).
///
/// Mass reports count at their long-run rate, size over gap, from the source's start on; the tips of a batch as the
/// batch's mean; recorded tips at their moments. Reports that were merged into a tip are no tips.
pub(super) struct Inflow<'m> {
    model: &'m Model,
    /// For each source: expected epochs before each of its rate pieces.
    before: Vec<Vec<f64>>,
    /// For each source: tips so far.
    sent: Vec<f64>,
}

/// Tips of one kind in a stretch of time.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Tips {
    pub(super) source: SourceId,
    pub(super) class: ClassId,
    /// What they are believed to be.
    pub(super) observed: ClassId,
    pub(super) count: f64,
}

impl<'m> Inflow<'m> {
    pub(super) fn new(model: &'m Model) -> Inflow<'m> {
        let before = |source: &Source| {
            let mut sum = 0.0;
            let mut before = Vec::with_capacity(source.rate.len());
            for (i, piece) in source.rate.iter().enumerate() {
                before.push(sum);
                if let Some(next) = source.rate.get(i + 1) {
                    sum += piece.rate * (next.from - piece.from).0 as f64;
                }
            }
            before
        };
        Inflow {
            model,
            before: model.sources.iter().map(before).collect(),
            sent: vec![0.0; model.sources.len()],
        }
    }

    /// What is expected in `[from, until)`, under the parameters in force at its middle.
    pub(super) fn next(&mut self, from: Time, until: Time) -> Vec<Tips> {
        let middle = Time(i64::midpoint(from.0, until.0));
        let params = self.model.params_at(middle);
        let mut all = vec![];
        for s in 0..self.model.sources.len() {
            let id = SourceId::at(s);
            let count = self.tips(id, params, from, until);
            if count <= 0.0 {
                continue;
            }
            let source = &params.sources[s];
            for (c, share) in mix(source, middle, self.model.horizon).into_iter().enumerate() {
                if share > 0.0 {
                    let class = ClassId::at(c);
                    let observed = source.label.unwrap_or(class);
                    all.push(Tips { source: id, class, observed, count: count * share });
                }
            }
        }
        all
    }

    fn tips(&mut self, id: SourceId, params: &Params, from: Time, until: Time) -> f64 {
        let (source, law) = (&self.model.sources[id.index()], &params.sources[id.index()]);
        let until = until.min(self.model.end());
        let epochs = self.epochs(id, until) - self.epochs(id, from);
        let batch = law.batch.as_ref().map_or(1.0, super::Law::mean);
        let open = (until.min(source.until) - from.max(source.from)).0.max(0) as f64;
        let rows = |until: Time| source.replay.partition_point(|(at, _)| *at < until);
        let recorded = rows(until.min(source.until)).saturating_sub(rows(from.max(source.from))) as f64;
        let bursts = law.burst.as_ref().map_or(0.0, |b| open / b.every.mean().max(1.0) * b.size.mean());
        let left = source.at_most as f64 - self.sent[id.index()];
        let tips = (epochs.max(0.0) * batch + bursts + recorded).min(left);
        self.sent[id.index()] += tips;
        tips
    }

    /// Expected epochs of a source before a moment.
    fn epochs(&self, id: SourceId, at: Time) -> f64 {
        let pieces = &self.model.sources[id.index()].rate;
        let after = pieces.partition_point(|piece| piece.from <= at);
        if after == 0 {
            return 0.0;
        }
        let piece = pieces[after - 1];
        self.before[id.index()][after - 1] + piece.rate * (at - piece.from).0 as f64
    }
}

/// Shares of the true classes among the tips of a moment.
fn mix(source: &SourceParams, at: Time, horizon: Time) -> Vec<f64> {
    let drift = (at.0 as f64 / horizon.0 as f64).min(1.0);
    let end = source.mix_end.as_ref().unwrap_or(&source.mix);
    let mut below = 0.0;
    let cumulated = source.mix.iter().zip(end).map(|(start, end)| start + (end - start) * drift);
    cumulated.map(|sum| sum - std::mem::replace(&mut below, sum)).collect()
}

#[cfg(test)]
mod tests {
    use super::super::testing::model;
    use super::super::{Burst, Law, RatePiece};
    use super::*;
    use crate::units::{DAY, Duration};

    fn days(n: i64) -> Time {
        Time(n * DAY)
    }

    #[test]
    fn pieces_batches_and_mass_reports_add_up() {
        let mut m = model(100, &["a"]);
        let s = m.source("s", 2.0, &[1.0]);
        m.sources[0].rate.push(RatePiece { from: days(10), rate: 5.0 / DAY as f64, day: 10 });
        m.sources[0].from = days(20);
        m.source_params(s).batch = Some(Law::geometric(3.0).unwrap());
        m.source_params(s).burst = Some(Burst {
            every: Law::exponential(10.0 * DAY as f64).unwrap(),
            size: Law::constant(40.0).unwrap(),
            over: Duration(DAY),
        });
        let mut inflow = Inflow::new(&m);
        let [tips] = inflow.next(days(5), days(30))[..] else { panic!("one source, one class") };
        let wanted = 3.0 * (5.0 * 2.0 + 20.0 * 5.0) + 40.0 * 10.0 / 10.0;
        assert!((tips.count - wanted).abs() < 1e-6, "{} for {wanted}", tips.count);
    }

    #[test]
    fn recorded_tips_come_when_they_came() {
        let mut m = model(100, &["a"]);
        m.source("s", 0.0, &[1.0]);
        m.sources[0].replay = [1, 4, 4, 9, 20, 50].into_iter().map(days).zip(1..).collect();
        m.sources[0].from = days(4);
        m.sources[0].until = days(50);
        let mut inflow = Inflow::new(&m);
        let mut next =
            |from, until| inflow.next(days(from), days(until)).iter().map(|t| t.count).sum::<f64>();
        assert_eq!((next(0, 9), next(9, 30), next(30, 100)), (2.0, 2.0, 0.0));
    }

    #[test]
    fn a_source_runs_dry_and_a_mix_drifts() {
        let mut m = model(100, &["a", "b"]);
        let s = m.source("s", 2.0, &[1.0, 0.0]);
        m.sources[0].at_most = 150;
        m.source_params(s).mix_end = Some(vec![0.0, 1.0]);
        m.source_params(s).label = Some(m.unknown());
        let mut inflow = Inflow::new(&m);
        let first = inflow.next(days(0), days(50));
        assert!((first[0].count - 75.0).abs() < 1e-9 && (first[1].count - 25.0).abs() < 1e-9);
        assert_eq!(first[1].observed, m.unknown());
        let second: f64 = inflow.next(days(50), days(100)).iter().map(|t| t.count).sum();
        assert!((second - 50.0).abs() < 1e-9, "only 50 of 150 are left");
    }
}
