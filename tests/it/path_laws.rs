//! Laws that hold on every sample path, exactly: Little's law with what stands there at both ends, the balance of
//! flows at every stage, and the recorder's figures against sums that were made from the facts alone.

use std::collections::BTreeMap;

use caseload::engine::simulate;
use caseload::model::{Model, StageKind};
use caseload::run::{Layout, Recorder, responses};
use caseload::units::{DAY, HOUR};
use proptest::prelude::*;

use crate::harness;
use crate::path::{Path, STATES};
use crate::random_mechanisms::mechanisms;
use crate::random_scenarios::{config, scenarios};

/// The figures of one replication by their names.
struct Figures(BTreeMap<String, f64>);

impl Figures {
    /// The recorder's figure is this, in the unit of the figure.
    fn is(&self, name: &str, wanted: f64) {
        let Some(found) = self.0.get(name) else { return };
        assert!((found - wanted).abs() <= 1e-9 * wanted.abs() + 1e-9, "{name} is {found}, not {wanted}");
    }

    /// There is such a figure, and it is this.
    fn must_be(&self, name: &str, wanted: f64) {
        assert!(self.0.contains_key(name), "no figure is called {name}");
        self.is(name, wanted);
    }

    fn get(&self, name: &str) -> Option<f64> {
        self.0.get(name).copied()
    }
}

fn observed(model: &Model, layout: &Layout, replication: u64) -> Figures {
    let mut recorder = Recorder::new(model, layout);
    simulate(model, replication, &mut recorder);
    let result = recorder.finish();
    assert!(result.violation.is_none());
    let names = responses(model, layout);
    let named = names.iter().zip(&result.values);
    Figures(named.filter_map(|(name, value)| Some((name.name(), value.get()?))).collect())
}

/// Classes of reports as the measures write them: all together, then each.
fn classes(model: &Model) -> Vec<(String, std::ops::Range<usize>)> {
    let each = model.report_classes.iter().enumerate();
    let all = std::iter::once((String::new(), 0..model.report_classes.len()));
    all.chain(each.map(|(c, id)| (format!("/{id}"), c..c + 1))).collect()
}

fn stages_obey(model: &Model, path: &Path<'_>, figures: &Figures) {
    let length = (model.horizon - model.warmup).0 as f64;
    for (s, stage) in model.stages.iter().enumerate() {
        for (class, rows) in classes(model) {
            let name = |quantity: &str| format!("{quantity}/{}{class}", stage.id);
            for (state, quantity) in STATES.into_iter().enumerate() {
                let cells = rows.clone().map(|c| &path.there[path.row(s, c) * STATES.len() + state]);
                let (level, visits) = cells.fold((0, 0), |sum, t| (sum.0 + t.level, sum.1 + t.visits));
                assert_eq!(level, visits, "Little's law, {}", name(quantity));
                figures.is(&name(quantity), level as f64 / length);
                // A state for which there is no figure never takes time.
                assert!(figures.get(&name(quantity)).is_some() || level == 0, "{}", name(quantity));
            }
            let moved: Vec<_> = rows.clone().map(|c| &path.moved[path.row(s, c)]).collect();
            let starts: u64 = moved.iter().map(|m| m.starts).sum();
            let waited: i64 = moved.iter().map(|m| m.waited).sum();
            let completions: u64 = moved.iter().map(|m| m.completions).sum();
            figures.is(&name("started"), starts as f64);
            figures.is(&name("wait_mean"), waited as f64 / DAY as f64 / starts.max(1) as f64);
            figures.must_be(&name("throughput"), completions as f64 * DAY as f64 / length);
        }
    }
}

fn the_system_obeys(model: &Model, path: &Path<'_>, figures: &Figures) {
    let length = (model.horizon - model.warmup).0 as f64;
    for (class, rows) in classes(model) {
        let rows = &path.through[rows];
        let sum = |of: &dyn Fn(&crate::path::Through) -> i64| rows.iter().map(of).sum::<i64>();
        let present = sum(&|t| t.present.level);
        assert_eq!(present, sum(&|t| t.present.visits), "Little's law in the system{class}");
        figures.must_be(&format!("backlog_mean{class}"), present as f64 / length);
        figures.must_be(&format!("arrivals{class}"), sum(&|t| t.arrived) as f64);
        figures.is(&format!("reopened{class}"), sum(&|t| t.reopened) as f64);
        figures.must_be(&format!("ended{class}"), sum(&|t| t.ended) as f64);
        // The figures by themselves: what was there and came is there, or has ended.
        let of = |name: &str| figures.get(&format!("{name}{class}")).unwrap_or(0.0);
        let before = sum(&|t| t.open_before) as f64;
        let balance = before + of("arrivals") + of("reopened") - of("ended");
        assert_eq!(of("backlog_at_end"), balance, "conservation{class}");
    }
}

fn pools_obey(model: &Model, path: &Path<'_>, figures: &Figures) {
    for (p, pool) in model.pools.iter().enumerate() {
        let hours = &path.hours[p];
        let is = |quantity: &str, ms: i64| {
            figures.must_be(&format!("{quantity}/{}", pool.id), ms as f64 / HOUR as f64);
        };
        is("busy_hours", hours.busy);
        is("on_shift_hours", hours.on_shift);
        is("overtime_hours", hours.overtime);
        is("effort_hours", hours.effort);
        // Who has no hours and is never away works whenever there is a task in hand.
        let always = pool.calendars.iter().all(|calendar| calendar.is_always());
        if always && model.params.iter().all(|params| params.pools[p].turnover.absence.is_none()) {
            assert_eq!(
                hours.busy + hours.overtime,
                hours.stints,
                "the hours of {} are those of its stints",
                pool.id
            );
        }
    }
}

/// Of a scenario, two replications.
fn obeys(text: &str) {
    let model = harness::model(text);
    let layout = Layout::new(&model);
    for replication in 0..2 {
        let mut path = Path::new(&model);
        simulate(&model, replication, &mut path);
        path.conclude();
        let figures = observed(&model, &layout, replication);
        stages_obey(&model, &path, &figures);
        the_system_obeys(&model, &path, &figures);
        pools_obey(&model, &path, &figures);
    }
}

proptest! {
    #![proptest_config(config(50, 20_250_120))]

    #[test]
    fn levels_visits_and_flows_agree_with_each_other_and_with_the_figures(draft in scenarios(true)) {
        obeys(&draft.text());
    }

    #[test]
    fn they_agree_whatever_is_combined(draft in mechanisms()) {
        obeys(&draft.text());
    }
}

proptest! {
    #![proptest_config(config(2000, 20_250_121))]

    #[test]
    #[ignore = "slow: 150 s, run by .ci/slow.sh"]
    fn they_agree_at_length(drafts in (scenarios(true), mechanisms())) {
        obeys(&drafts.0.text());
        obeys(&drafts.1.text());
    }
}

/// The law would notice: half of the visits are open when the window begins or ends.
#[test]
fn what_stands_there_at_both_ends_is_part_of_the_law() {
    let text = harness::BASE.replace("replications = 1", "replications = 1\nwarmup = \"2 weeks\"");
    let model = harness::model(&format!(
        "{text}[[source]]\nid = \"tips\"\nrate = \"4 per day\"\nmix = {{ low = 1.0 }}\n\
         [[stage]]\nid = \"reply\"\ndelay = \"10 days\"\nroute = \"done\"\n"
    ));
    assert_eq!(model.stages[0].kind, StageKind::Delay);
    let mut path = Path::new(&model);
    simulate(&model, 0, &mut path);
    path.conclude();
    let cell = path.row(0, 1) * STATES.len() + 2;
    let whole = path.moved[path.row(0, 1)].completions as i64 * 10 * DAY;
    assert_eq!(path.there[cell].level, path.there[cell].visits);
    assert!((path.there[cell].visits - whole).abs() > 5 * DAY, "whole visits would have done");
}
