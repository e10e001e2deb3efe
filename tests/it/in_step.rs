//! Under every plan the same tip meets the same luck: what is not edited stays in step, tip by tip and draw by draw.

use std::collections::BTreeMap;

use caseload::engine::{CaseView, Cause, Census, Fact, Observer, PoolLevel, simulate};
use caseload::model::{Model, PoolId, StageKind};
use caseload::scenario::EditKind;
use caseload::units::{Duration, Time};
use proptest::prelude::*;

use crate::harness;
use crate::random_scenarios::{Draft, config, scenarios};

/// A tip: its source and which of its tips it is. Cases of the start have a source of their own.
type Tip = (String, usize);

/// What a tip met: at a stage, the how-manieth time.
type Place = (Tip, String, u32);

/// The luck of every tip.
struct Diary<'m> {
    model: &'m Model,
    tips: BTreeMap<u64, Tip>,
    /// By source: moments and classes.
    arrivals: BTreeMap<String, Vec<(Time, String)>>,
    visits: BTreeMap<(u64, usize), u32>,
    begun: BTreeMap<u64, Time>,
    worked: BTreeMap<u64, Duration>,
    efforts: BTreeMap<Place, Duration>,
    delays: BTreeMap<Place, Duration>,
    routes: BTreeMap<Place, String>,
    /// The place that a case has just left.
    left: BTreeMap<u64, Place>,
}

impl Diary<'_> {
    fn of(model: &Model) -> Diary<'_> {
        let mut diary = Diary {
            model,
            tips: BTreeMap::new(),
            arrivals: BTreeMap::new(),
            visits: BTreeMap::new(),
            begun: BTreeMap::new(),
            worked: BTreeMap::new(),
            efforts: BTreeMap::new(),
            delays: BTreeMap::new(),
            routes: BTreeMap::new(),
            left: BTreeMap::new(),
        };
        simulate(model, 0, &mut diary);
        diary
    }

    fn finished(&mut self, now: Time, case: CaseView, stage: usize, effort: Duration) {
        let (stages, params) = (&self.model.stages, &self.model.params[0].stages);
        let visit = self.visits[&(case.number, stage)];
        let place = (self.tips[&case.number].clone(), stages[stage].id.clone(), visit);
        let worked = self.worked.remove(&case.number).unwrap_or_default() + effort;
        let law = params[stage].time[case.class.index()].as_ref();
        match stages[stage].kind {
            StageKind::Work => drop(self.efforts.insert(place.clone(), worked)),
            // How long working days last depends on when they begin.
            StageKind::Delay if law.is_some_and(|law| !law.working_days) => {
                self.delays.insert(place.clone(), now - self.begun[&case.number]);
            }
            StageKind::Delay | StageKind::Instant => {}
        }
        self.left.insert(case.number, place);
    }

    fn went(&mut self, case: CaseView, next: &str) {
        if let Some(place) = self.left.remove(&case.number) {
            self.routes.insert(place, next.to_owned());
        }
    }
}

impl Observer for Diary<'_> {
    fn fact(&mut self, now: Time, case: CaseView, fact: Fact<'_>) {
        let model = self.model;
        match fact {
            Fact::Arrived { .. } => {
                let source = case.source.filter(|_| !case.initial);
                let name = source.map_or("initial", |s| &model.sources[s.index()].id).to_owned();
                let tips = self.arrivals.entry(name.clone()).or_default();
                self.tips.insert(case.number, (name, tips.len()));
                tips.push((case.arrived, model.class_name(case.class).to_owned()));
            }
            Fact::Joined { stage, .. } => {
                self.went(case, &model.stages[stage.index()].id);
                *self.visits.entry((case.number, stage.index())).or_default() += 1;
            }
            Fact::Started { .. } => drop(self.begun.insert(case.number, now)),
            Fact::Interrupted { effort, .. } => {
                let worked = self.worked.entry(case.number).or_default();
                *worked = *worked + effort;
            }
            Fact::Finished { stage, effort } => self.finished(now, case, stage.index(), effort),
            Fact::Ended { outcome, cause: Cause::Route, .. } => {
                self.went(case, &model.outcomes[outcome.index()].id);
            }
            Fact::Ended { .. } => drop(self.worked.remove(&case.number)),
            _ => {}
        }
    }

    fn pool(&mut self, _: Time, _: PoolId, _: PoolLevel) {}
    fn changed(&mut self, _: Time, _: usize) {}
    fn sample(&mut self, _: Time, _: &Census) {}
}

/// Whether two runs agree: tips of all sources but one, and all draws of those that both of them saw. Efforts of one
/// stage are longer by a factor in the second run. Says how many draws were compared.
fn in_step(a: &Diary<'_>, b: &Diary<'_>, but: &str, longer: (&str, i64)) -> Result<usize, String> {
    for (source, tips) in a.arrivals.iter().filter(|(source, _)| *source != but) {
        if b.arrivals.get(source) != Some(tips) {
            return Err(format!("tips of {source} differ"));
        }
    }
    let mut compared = 0;
    let both = |place: &Place| place.0.0 != but;
    for (place, one) in a.efforts.iter().filter(|(place, _)| both(place)) {
        let Some(other) = b.efforts.get(place) else { continue };
        let times = if place.1 == longer.0 { longer.1 } else { 1 };
        // The longer effort is rounded to the millisecond after it was multiplied.
        if (other.0 - one.0 * times).abs() > times - 1 {
            return Err(format!("effort at {place:?}: {one:?}, {other:?}"));
        }
        compared += 1;
    }
    for (place, one) in a.delays.iter().filter(|(place, _)| both(place)) {
        let Some(other) = b.delays.get(place) else { continue };
        if one != other {
            return Err(format!("delay at {place:?}: {one:?}, {other:?}"));
        }
        compared += 1;
    }
    for (place, one) in a.routes.iter().filter(|(place, _)| both(place)) {
        let Some(other) = b.routes.get(place) else { continue };
        if one != other {
            return Err(format!("after {place:?}: {one}, {other}"));
        }
        compared += 1;
    }
    Ok(compared)
}

const MORE: &[(&str, &str)] = &[
    ("a stage nobody visits", "[[stage]]\nid = \"aside\"\ndelay = \"1 h\"\nroute = \"o0\"\n"),
    ("a stage before all", "[[stage]]\nid = \"aside\"\nbefore = \"st0\"\ndelay = \"1 h\"\nroute = \"o0\"\n"),
    ("a pool", "[[pool]]\nid = \"a0\"\nheadcount = 2\n"),
    ("a source", "[[source]]\nid = \"a0\"\nrate = \"3 per day\"\nenters = \"st0\"\nmix = { c0 = 1.0 }\n"),
    ("a class", "[[class]]\nid = \"c9\"\n"),
    ("an outcome", "[[outcome]]\nid = \"a0\"\ncounts_as = \"closed\"\n"),
];

/// Edits, the source whose tips they move, and the stage whose efforts they double.
fn edits(draft: &Draft) -> Vec<(EditKind, String, &'static str, String)> {
    let mut edits = vec![
        (EditKind::Set, "pool.p0.headcount=4".to_owned(), "", String::new()),
        (EditKind::Set, "pool.p0.availability=0.6".to_owned(), "", String::new()),
        (EditKind::Set, "pool.p0.shift_end=\"hand-over\"".to_owned(), "", String::new()),
    ];
    if draft.sources[0].contains("rate =") {
        edits.push((EditKind::Scale, "source.s0.rate=2".to_owned(), "s0", String::new()));
    }
    if let Some(work) = draft.work.first() {
        let (effort, order) = (format!("stage.st{work}.effort=2"), format!("stage.st{work}.order=\"lifo\""));
        edits.push((EditKind::Scale, effort, "", format!("st{work}")));
        edits.push((EditKind::Set, order, "", String::new()));
    }
    edits
}

proptest! {
    #![proptest_config(config(60, 20_250_110))]

    #[test]
    fn what_is_not_edited_stays_in_step(draft in scenarios(false)) {
        let text = draft.text();
        let base = harness::model(&text);
        let base = Diary::of(&base);
        for (what, more) in MORE {
            let model = harness::model(&format!("{text}\n{more}"));
            let other = Diary::of(&model);
            let compared = in_step(&base, &other, "", ("", 1));
            prop_assert!(compared.is_ok(), "with {}: {:?}", what, compared);
        }
        for (kind, edit, source, stage) in edits(&draft) {
            let model = harness::model_with(&text, &[(kind, &edit)]);
            let other = Diary::of(&model);
            let compared = in_step(&base, &other, source, (&stage, 2));
            prop_assert!(compared.is_ok(), "{}: {:?}", edit, compared);
        }
    }
}

/// The comparison is no empty one, and it sees a difference.
#[test]
fn another_seed_is_not_in_step() {
    let text = format!(
        "{}[[pool]]\nid = \"p0\"\nheadcount = 2\n[[stage]]\nid = \"work\"\npool = \"p0\"\n\
         effort = {{ exponential = {{ mean = \"5 h\" }} }}\nroute = \"done\"\n\
         [[source]]\nid = \"s0\"\nrate = \"5 per day\"\nmix = {{ urgent = 0.5, low = 0.5 }}\n",
        harness::BASE
    );
    let (one, other) = (harness::model(&text), harness::model(&text.replace("seed = 1", "seed = 2")));
    let (one, other) = (Diary::of(&one), Diary::of(&other));
    assert!(in_step(&one, &one, "", ("", 1)).is_ok_and(|compared| compared > 100));
    assert!(in_step(&one, &other, "", ("", 1)).is_err());
}
