//! What stages make the agency believe: tables, flags with stated errors, scores with a threshold.

use super::Context;
use super::classes::UNKNOWN;
use super::triage::set;
use crate::diagnostic::{Code, Diagnostic};
use crate::model::{Assess, ClassId};
use crate::scenario::{self, Belief, Id, Row, Threshold};
use crate::stats::special::{normal_cdf, normal_quantile};

impl Context<'_> {
    /// Whether any stage assesses at any date: what nobody has looked at is unknown then.
    pub(super) fn assesses(&self) -> bool {
        self.loaded.epochs.iter().any(|epoch| epoch.scenario.stages.iter().any(|s| s.assess.is_some()))
    }

    /// Whether a case may still be of an unknown class when it leaves a stage.
    pub(super) fn may_be_unknown_after(&self, stage: &scenario::Stage) -> bool {
        let Some(assess) = &stage.assess else { return self.may_be_unknown() };
        let names_it = |id: &Id| id.value == UNKNOWN;
        match &assess.table {
            Some(table) => {
                let rows = table.default.iter().chain(table.named.iter().map(|(_, row)| row));
                let rows = rows.filter_map(|row| if let Row::Shares(s) = row { Some(s) } else { None });
                rows.flat_map(|shares| &shares.entries).any(|(id, _)| names_it(id))
            }
            None => assess.below.as_ref().is_none_or(names_it) || assess.above.as_ref().is_some_and(names_it),
        }
    }

    /// Whether a case may be of an unknown class at all.
    fn may_be_unknown(&self) -> bool {
        let unknown = |belief: &Belief| match belief {
            Belief::Unknown(_) => true,
            Belief::Class(id) => id.value == UNKNOWN,
            Belief::True(_) => false,
        };
        let sources = self.loaded.epochs.iter().flat_map(|epoch| &epoch.scenario.sources);
        self.assesses()
            || sources.filter_map(|s| s.labelled.as_ref()).any(unknown)
            || self.first.initial.iter().filter_map(|i| i.observed.as_ref()).any(unknown)
    }

    /// What a stage makes the agency believe; `None` outside where that was not understood.
    #[allow(clippy::option_option, reason = "outside: understood; inside: written")]
    pub(super) fn assess(&mut self, stage: &scenario::Stage) -> Option<Option<Assess>> {
        let Some(written) = &stage.assess else { return Some(None) };
        if let Some(table) = &written.table {
            return self.assess_table(table).map(Some);
        }
        let positive = written.positive.as_deref()?;
        self.check_classes(positive, false);
        let above = written.above.as_ref().or(positive.first()).map(|id| self.observed_class(id));
        let below = written.below.as_ref().map(|id| self.observed_class(id));
        let (above, below) = (
            above??,
            match below {
                None => None,
                Some(class) => Some(class?),
            },
        );
        let is_positive: Vec<bool> =
            self.classes.spread(&set(positive)).iter().map(Option::is_some).collect();
        if let (Some(auc), Some(threshold)) = (&written.auc, &written.threshold) {
            let shift = std::f64::consts::SQRT_2 * normal_quantile(auc.value);
            let threshold = match threshold.value {
                Threshold::Score(score) => score,
                Threshold::Sensitivity(share) => shift + normal_quantile(1.0 - share),
                Threshold::Specificity(share) => normal_quantile(share),
                Threshold::Share(share) => flagging(share, self.share_at_start(&is_positive), shift),
            };
            return Some(Some(Assess::Score { positive: is_positive, shift, threshold, above, below }));
        }
        let flagged = (written.sensitivity.as_ref()?.value, 1.0 - written.specificity.as_ref()?.value);
        let row = |positive: &bool| {
            let share = if *positive { flagged.0 } else { flagged.1 };
            vec![(share, Some(above)), (1.0, below)]
        };
        Some(Some(Assess::Table(is_positive.iter().map(row).collect())))
    }

    /// A row for each true class, cumulated in the order of the class list; without one a class is observed as it is.
    fn assess_table(&mut self, table: &scenario::ByClass<Row>) -> Option<Assess> {
        self.classes.check_names(table, false, &mut self.findings);
        let rows = table.default.iter().chain(table.named.iter().map(|(_, row)| row));
        let ids = rows.filter_map(|row| if let Row::Shares(shares) = row { Some(shares) } else { None });
        let known: Vec<Option<ClassId>> =
            ids.flat_map(|shares| &shares.entries).map(|(id, _)| self.observed_class(id)).collect();
        if known.contains(&None) {
            return None;
        }
        let written: Vec<Option<&Row>> = self.classes.spread(table);
        let rows = written.iter().enumerate().map(|(class, row)| match row {
            None | Some(Row::Same(_)) => vec![(1.0, Some(ClassId::at(class)))],
            Some(Row::Shares(shares)) => self.cumulated(&shares.entries),
        });
        Some(Assess::Table(rows.collect()))
    }

    fn cumulated(&self, entries: &[(Id, f64)]) -> Vec<(f64, Option<ClassId>)> {
        let names = self.classes.names().into_iter().chain([UNKNOWN.to_owned()]);
        let mut sum = 0.0;
        let mut row = vec![];
        for (class, name) in names.enumerate() {
            let share: f64 = entries.iter().filter(|(id, _)| id.value == name).map(|(_, share)| share).sum();
            if share > 0.0 {
                sum += share;
                row.push((sum, Some(ClassId::at(class))));
            }
        }
        if let Some(last) = row.last_mut() {
            last.0 = 1.0;
        }
        row
    }

    /// A class that a case may be believed to be.
    fn observed_class(&mut self, id: &Id) -> Option<ClassId> {
        if id.value == UNKNOWN { Some(ClassId::at(self.classes.len())) } else { self.class(id) }
    }

    /// Which share of the tips is of these classes, with the mix at the start: all sources by their rates.
    fn share_at_start(&mut self, positive: &[bool]) -> f64 {
        let (mut all, mut those) = (0.0, 0.0);
        for (rate, mix) in self.tips_at_start() {
            all += rate;
            those +=
                mix.iter().zip(positive).filter(|(_, p)| **p).map(|(share, _)| rate * share).sum::<f64>();
        }
        if all > 0.0 { those / all } else { 0.0 }
    }

    /// Of each source: how many tips it brings in a day, with the laws at the start, and which share of them is of which
    /// class. Where no rate is known all sources count alike.
    pub(super) fn tips_at_start(&mut self) -> Vec<(f64, Vec<f64>)> {
        let mut all = vec![];
        let kept = self.findings.len();
        for source in &self.first.sources {
            let mut mean = |law: Option<&scenario::LawSpec>, other: f64| {
                law.and_then(|spec| self.law(spec, "a law")).map_or(other, |law| law.mean())
            };
            let batch = mean(source.batch.as_ref(), 1.0);
            let flow = source.rate.as_ref().map_or(0.0, |rate| rate.value * batch);
            let heaps = source.burst.as_ref().map_or(0.0, |burst| {
                let every = mean(Some(&burst.every), f64::INFINITY) / crate::units::DAY as f64;
                mean(Some(&burst.size), 0.0) / every
            });
            let mut mix = vec![0.0; self.classes.len()];
            for (id, share) in &source.mix.entries {
                if let Some(class) = self.classes.names().iter().position(|name| *name == id.value) {
                    mix[class] += share;
                }
            }
            all.push((flow + heaps, mix));
        }
        // What is wrong with these laws is said where they are compiled.
        self.findings.truncate(kept);
        if all.iter().all(|(rate, _)| *rate == 0.0) {
            for (rate, _) in &mut all {
                *rate = 1.0;
            }
        }
        all
    }

    /// Classes about which an assessment table says nothing.
    pub(super) fn missing_rows(&mut self) {
        let tables =
            self.first.stages.iter().filter_map(|s| Some((&s.id, s.assess.as_ref()?.table.as_ref()?)));
        for (stage, table) in tables {
            let names = self.classes.names().into_iter().zip(self.classes.spread(table));
            let without: Vec<String> =
                names.filter(|(_, row)| row.is_none()).map(|(name, _)| format!("`{name}`")).collect();
            if without.is_empty() {
                continue;
            }
            let message =
                format!("the assessment of stage `{}` has no row for {}", stage.value, without.join(", "));
            let finding = Diagnostic::new(Code::MissingRow, message)
                .at(table.span, "observed as they are, without error")
                .help("write \"same\" to be sure");
            self.findings.push(finding);
        }
    }
}

/// The threshold above which this share of all scores lies, where `part` of them is shifted. The share falls as the
/// threshold rises, so halving the interval finds it to the last digit.
fn flagging(share: f64, part: f64, shift: f64) -> f64 {
    let above = |t: f64| part * normal_cdf(shift - t) + (1.0 - part) * normal_cdf(-t);
    let (mut low, mut high) = (-40.0, 40.0 + shift);
    for _ in 0..200 {
        let middle = f64::midpoint(low, high);
        if above(middle) > share { low = middle } else { high = middle }
    }
    f64::midpoint(low, high)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_threshold_flags_the_share_that_was_asked_for() {
        // Nobody is shifted: the 85 % point of the standard normal law.
        assert!((flagging(0.15, 0.0, 1.0) - 1.036_433_389_493_79).abs() < 1e-9);
        // Everybody is: one further.
        assert!((flagging(0.15, 1.0, 1.0) - 2.036_433_389_493_79).abs() < 1e-9);
        let (part, shift) = (0.1, 1.465_796_4);
        let t = flagging(0.15, part, shift);
        assert!((part * normal_cdf(shift - t) + (1.0 - part) * normal_cdf(-t) - 0.15).abs() < 1e-12);
    }
}
