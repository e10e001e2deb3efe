//! Sources and the cases that stand in the system at the start.

use std::collections::BTreeMap;

use super::Context;
use super::classes::UNKNOWN;
use super::params::named;
use crate::diagnostic::{Code, Diagnostic};
use crate::model::{
    Burst, ClassId, Initial, InitialPlaces, Retention, Source, SourceParams, SourcePlaces, StageId,
};
use crate::random::{Place, Purpose};
use crate::scenario::{self, Belief, Shares, StageEdge};
use crate::units::Time;

impl Context<'_> {
    /// What never changes of each source.
    pub(super) fn sources(&mut self) -> Option<Vec<Source>> {
        let mut rows = vec![];
        for name in self.sources.clone() {
            let written = named(&self.first.sources, &name, |s| &s.id);
            rows.push(self.one_source(written));
        }
        rows.into_iter().collect()
    }

    fn one_source(&mut self, written: &scenario::Source) -> Option<Source> {
        self.preserving_stage(&written.id.value)?;
        let from = written.from.as_ref().map_or(Time::ZERO, |t| t.value);
        let until = written.until.as_ref().map_or(Time::NEVER, |t| t.value);
        let rate = self.rate_pieces(&written.id.value, from, until);
        let replay = self.replayed(written);
        Some(Source {
            id: written.id.value.clone(),
            places: SourcePlaces::of(&written.id.value),
            rate: rate?,
            from,
            until,
            at_most: written.at_most.as_ref().map_or(u64::MAX, |n| n.value),
            replay: replay?,
        })
    }

    /// A stage that stops the clock has to be there, and to be the same at every date: tips that arrived before are
    /// still on their way to it.
    fn preserving_stage(&mut self, name: &str) -> Option<()> {
        let at_dates = self.loaded.epochs.iter().map(|e| named(&e.scenario.sources, name, |s| &s.id));
        let edges: Vec<&StageEdge> =
            at_dates.filter_map(|s| s.retention.as_ref()).map(|r| &r.preserved_by).collect();
        let word = |edge: &StageEdge| match edge {
            StageEdge::Start(id) => (true, id.value.clone()),
            StageEdge::End(id) => (false, id.value.clone()),
        };
        let Some(first) = edges.first() else { return Some(()) };
        let (StageEdge::Start(id) | StageEdge::End(id)) = first;
        self.stage(id)?;
        if let Some(other) = edges.iter().find(|edge| word(edge) != word(first)) {
            let (StageEdge::Start(other) | StageEdge::End(other)) = other;
            let message = format!("`preserved_by` of source `{name}` cannot change at a date");
            let finding =
                Diagnostic::new(Code::FixedKey, message).at(other.span, "").see(id.span, "it is this");
            self.findings.push(finding);
            return None;
        }
        Some(())
    }

    /// A source's laws at one date.
    pub(super) fn source_params(&mut self, source: &scenario::Source) -> Option<SourceParams> {
        let enters = match &source.enters {
            Some(id) => self.stage(id),
            None => (!self.stages.is_empty()).then_some(StageId(0)),
        };
        let gaps = source.gaps.as_ref().map(|spec| self.law(spec, "a gap"));
        let batch = source.batch.as_ref().map(|spec| self.law(spec, "a number of tips"));
        let burst = source.burst.as_ref().map(|b| {
            let every = self.law(&b.every, "the time between mass reports");
            let size = self.law(&b.size, "a number of tips");
            Some(Burst { every: every?, size: size?, over: b.over.value })
        });
        let mix = self.mix(&source.mix);
        let mix_end = source.mix_end.as_ref().map(|shares| self.mix(shares));
        let label = match &source.labelled {
            None | Some(Belief::True(_)) => Some(None),
            Some(Belief::Unknown(_)) => Some(Some(self.unknown())),
            Some(Belief::Class(id)) => self.class(id).map(Some),
        };
        let retention = source.retention.as_ref().map(|r| {
            let lasts = self.law(&r.lasts, "a retention window");
            let on_lapse = self.outcome(&r.on_lapse);
            Some(Retention { lasts: lasts?, lag: r.lag.value, on_lapse: on_lapse? })
        });
        let bundle = source.bundle.as_ref().map(|spec| self.law(spec, "a number of reports"));
        let link = source.link.as_ref().map(|link| self.link(link));
        if let Some(Some(law)) = &gaps {
            self.check_gaps(source, law.mean());
        }
        Some(SourceParams {
            enters: enters?,
            overdispersion: source.overdispersion.value,
            gaps: whole(gaps)?,
            batch: whole(batch)?,
            burst: whole(burst)?,
            mix: mix?,
            mix_end: whole(mix_end)?,
            label: label?,
            retention: whole(retention)?,
            bundle: whole(bundle)?,
            link: whole(link)?,
            escalates: source.escalates.as_ref().map_or(0.0, |share| share.value),
        })
    }

    fn check_gaps(&mut self, source: &scenario::Source, mean: f64) {
        if (mean - 1.0).abs() > 1e-6 {
            let span = source.gaps.as_ref().map_or(source.id.span, |g| g.span);
            let finding = Diagnostic::new(Code::BadGaps, format!("the gaps have mean {mean:.4}, not 1"))
                .at(span, "")
                .help("gaps are in units of the mean gap, which follows from `rate`");
            self.findings.push(finding);
        }
    }

    /// Cumulated shares in the order of the class list.
    fn mix(&mut self, shares: &Shares) -> Option<Vec<f64>> {
        let mut by_class = vec![0.0; self.classes.len()];
        let mut known = true;
        for (id, share) in &shares.entries {
            match self.class(id) {
                Some(class) => by_class[class.index()] += share,
                None => known = false,
            }
        }
        let mut sum = 0.0;
        let cumulated = by_class.iter().map(|share| {
            sum += share;
            sum
        });
        let mut cumulated: Vec<f64> = cumulated.collect();
        // What rounding left over belongs to the last class that has a share.
        let last = by_class.iter().rposition(|share| *share > 0.0)?;
        cumulated[last..].fill(1.0);
        known.then_some(cumulated)
    }

    fn unknown(&self) -> ClassId {
        ClassId::at(self.classes.len())
    }

    /// The observed class that a belief stands for.
    fn believed(&mut self, belief: Option<&Belief>, truth: ClassId) -> Option<ClassId> {
        match belief {
            None | Some(Belief::True(_)) => Some(truth),
            Some(Belief::Unknown(_)) => Some(self.unknown()),
            Some(Belief::Class(id)) if id.value == UNKNOWN => Some(self.unknown()),
            Some(Belief::Class(id)) => self.class(id),
        }
    }

    /// All cells of the `[[initial]]` tables.
    pub(super) fn initial(&mut self) -> Option<Vec<Initial>> {
        let mut rows = vec![];
        let mut complete = true;
        // Cases of one stage, source and class are numbered through, over rows alike.
        let mut numbered: BTreeMap<(String, String, String), u64> = BTreeMap::new();
        for written in &self.first.initial {
            let stage = self.stage(&written.stage);
            let source = written.source.as_ref().map(|id| self.source(id));
            let age = self.law(&written.age, "an age");
            let waited = written.waited.as_ref().map(|spec| self.law(spec, "a time waited"));
            let (Some(stage), Some(source), Some(age), Some(waited)) =
                (stage, whole(source), age, whole(waited))
            else {
                complete = false;
                continue;
            };
            for (id, count) in &written.count {
                let Some(class) = self.class(id) else {
                    complete = false;
                    continue;
                };
                let Some(observed) = self.believed(written.observed.as_ref(), class) else {
                    complete = false;
                    continue;
                };
                let source_name = written.source.as_ref().map(|s| s.value.clone()).unwrap_or_default();
                let cell = (written.stage.value.clone(), source_name, id.value.clone());
                let first = numbered.entry(cell.clone()).or_default();
                let (age, waited) = (age.clone(), waited.clone());
                let (places, count) = (initial_places(&cell), u64::from(count.value));
                let can_lapse = source.is_some() && self.can_still_lapse(written);
                rows.push(Initial {
                    stage,
                    class,
                    observed,
                    count,
                    first: *first,
                    age,
                    waited,
                    source,
                    can_lapse,
                    places,
                });
                *first += count;
            }
        }
        complete.then_some(rows)
    }

    /// Whether the stage that stops the provider's clock still lies ahead of cases that stand at a stage: it is that
    /// stage, or can be reached from it.
    fn can_still_lapse(&self, initial: &scenario::Initial) -> bool {
        let source =
            initial.source.as_ref().and_then(|id| self.first.sources.iter().find(|s| s.id.value == id.value));
        let Some(retention) = source.and_then(|s| s.retention.as_ref()) else { return false };
        let (StageEdge::Start(id) | StageEdge::End(id)) = &retention.preserved_by;
        let reached = super::routes::reached_from(self.first, &initial.stage.value);
        reached.contains(&id.value.as_str())
    }
}

/// A part that is not written stays so; one that is has to have been understood.
#[allow(clippy::option_option, reason = "outside: understood; inside: written")]
fn whole<T>(part: Option<Option<T>>) -> Option<Option<T>> {
    part.map_or(Some(None), |inner| inner.map(Some))
}

fn initial_places((stage, source, class): &(String, String, String)) -> InitialPlaces {
    let place = |purpose| Place::joined(purpose, &[stage, source, class]);
    InitialPlaces {
        tip: place(Purpose::InitialCase),
        age: place(Purpose::InitialAge),
        waited: place(Purpose::InitialWaited),
        retention: Place::new(Purpose::Retention, source),
    }
}
