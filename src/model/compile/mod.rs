//! From a scenario as written to a model that can run: names become indices, texts become laws and calendars, and
//! what cannot run is refused, everything in one go.

pub(super) mod advice;
mod arrivals;
mod assess;
mod busy_checks;
mod checks;
mod classes;
mod demand;
mod empty_checks;
mod endless;
mod idle_keys;
mod labels;
mod laws;
pub(super) mod limits;
mod loads;
mod meet;
mod observed;
mod params;
mod parts;
mod routes;
mod spans;
mod staff;
mod staff_checks;
mod tips;
mod triage;
mod triage_checks;
mod turnover;
mod words;

use std::collections::BTreeMap;

use jiff::civil;

use super::hours::{self, HoursFrom};
use super::{
    ClassId, ExtraCost, FiscalYear, Limit, Model, OutcomeId, PoolId, SourceId, StageId, WorkCalendar,
};
use crate::diagnostic::suggest::did_you_mean;
use crate::diagnostic::{Checked, Code, Diagnostic};
use crate::scenario::{At, Id, Loaded, Scenario, TimeSpan};
use crate::units::civil::millis_between;
use crate::units::{DAY, Duration, Time, YEAR};
use classes::Classes;
pub(super) use laws::build as build_law;

/// Compiles what was loaded, or says what is wrong with it.
pub fn compile(loaded: &Loaded) -> Checked<Model> {
    let mut cx = Context::new(loaded);
    let model = cx.model();
    if let Some(model) = &model {
        checks::check(&mut cx, model);
        cx.check_demand();
    }
    Checked::new(model, cx.findings)
}

/// What compiling knows while it goes on.
struct Context<'a> {
    loaded: &'a Loaded,
    /// The scenario at time 0: names and whatever cannot change.
    first: &'a Scenario,
    start: civil::DateTime,
    end: Time,
    classes: Classes,
    /// Ids in the order of their numbers.
    sources: Vec<String>,
    pools: Vec<String>,
    stages: Vec<String>,
    outcomes: Vec<String>,
    findings: Vec<Diagnostic>,
}

impl<'a> Context<'a> {
    fn new(loaded: &'a Loaded) -> Context<'a> {
        let first = &loaded.epochs[0].scenario;
        let mut findings = vec![];
        let mut cx = Context {
            loaded,
            first,
            start: first.header.start.value,
            end: first.header.horizon.value + first.header.follow_up.value,
            classes: Classes::new(first, &mut findings),
            sources: sorted(first.sources.iter().map(|s| &s.id)),
            pools: sorted(first.pools.iter().map(|p| &p.id)),
            stages: first.stages.iter().map(|s| s.id.value.clone()).collect(),
            outcomes: outcome_names(loaded),
            findings,
        };
        cx.check_ids();
        cx
    }

    /// Everything of the model; `None` where something essential is missing. All parts are tried before giving up, so
    /// that all their findings are heard.
    fn model(&mut self) -> Option<Model> {
        let header = &self.first.header;
        for unknown in &self.loaded.unknowns {
            self.law(&unknown.law, "an unknown value");
        }
        let stages = self.stages();
        let pools = self.pools();
        self.check_choices();
        let sources = self.sources();
        let initial = self.initial();
        let outcomes = self.outcomes();
        let milestones = self.milestones();
        let targets = milestones.as_ref().and_then(|m| self.targets(m));
        let snapshots = self.params();
        if self.findings.iter().any(Diagnostic::is_error) {
            return None;
        }
        let mut model = Model {
            name: self.loaded.name.clone(),
            plan: self.loaded.plan.clone().unwrap_or_default(),
            title: header.title.as_ref().map_or_else(|| self.loaded.name.clone(), |t| t.value.clone()),
            start: self.start,
            horizon: header.horizon.value,
            warmup: header.warmup.value,
            follow_up: header.follow_up.value,
            samples: header.sample_times(),
            replications: header.replications.value,
            seed: header.seed.value,
            most_open: crate::model::MOST_OPEN,
            currency: header.currency.as_ref().map(|c| c.value.clone()).unwrap_or_default(),
            fiscal_years: self.fiscal_years(),
            discount: header.discount.value,
            classes: self.classes.model(),
            report_classes: self.classes.reported(),
            precedence: self.classes.precedence(),
            sources: sources?,
            initial: initial?,
            pools,
            stages: stages?,
            loop_stages: 0,
            spans: vec![],
            assesses: self.assesses(),
            linked: self.linked(),
            outcomes,
            milestones: milestones?,
            targets: targets?,
            working_days: self.working_days(),
            params: snapshots?,
            extra_costs: self.extra_costs(),
        };
        self.repeats(&mut model.classes);
        labels::defaults(&mut model, &self.loaded.epochs);
        routes::number_loops(&mut model);
        self.spans(&mut model);
        Some(model)
    }

    /// Ids are unique within their kind; a stage and an outcome may not share one.
    fn check_ids(&mut self) {
        let s = self.first;
        self.unique("class", &s.classes.iter().map(|c| &c.id).collect::<Vec<_>>());
        self.unique("source", &s.sources.iter().map(|c| &c.id).collect::<Vec<_>>());
        self.unique("pool", &s.pools.iter().map(|c| &c.id).collect::<Vec<_>>());
        self.unique("stage", &s.stages.iter().map(|c| &c.id).collect::<Vec<_>>());
        self.unique("outcome", &s.outcomes.iter().map(|c| &c.id).collect::<Vec<_>>());
        self.unique("milestone", &s.milestones.iter().map(|c| &c.id).collect::<Vec<_>>());
        if demand::links(&self.loaded.epochs)
            && let Some(stage) = s.stages.iter().find(|stage| stage.id.value == demand::LINKED)
        {
            let message = format!("`{}` is how tips end that concern another case", demand::LINKED);
            let finding = Diagnostic::new(Code::IdClash, message).at(stage.id.span, "this stage");
            self.findings.push(finding.help("call the stage something else"));
        }
        for outcome in &s.outcomes {
            if let Some(stage) = s.stages.iter().find(|stage| stage.id.value == outcome.id.value) {
                let message = format!("`{}` is both a stage and an outcome", outcome.id.value);
                let finding = Diagnostic::new(Code::IdClash, message)
                    .at(outcome.id.span, "this outcome")
                    .see(stage.id.span, "this stage");
                self.findings.push(finding);
            }
        }
    }

    fn unique(&mut self, kind: &str, ids: &[&Id]) {
        let mut seen: BTreeMap<&str, &Id> = BTreeMap::new();
        for id in ids {
            if let Some(first) = seen.get(id.value.as_str()) {
                let message = format!("there are two {kind}s `{}`", id.value);
                let finding = Diagnostic::new(Code::DuplicateId, message)
                    .at(id.span, "again here")
                    .see(first.span, "first here");
                self.findings.push(finding);
            } else {
                seen.insert(&id.value, id);
            }
        }
    }

    /// The number of a source.
    fn source(&mut self, id: &Id) -> Option<SourceId> {
        position(&self.sources, id, Code::UnknownSource, "source", &mut self.findings).map(SourceId::at)
    }

    /// The number of a pool.
    fn pool(&mut self, id: &Id) -> Option<PoolId> {
        position(&self.pools, id, Code::UnknownPool, "pool", &mut self.findings).map(PoolId::at)
    }

    /// The number of a stage.
    fn stage(&mut self, id: &Id) -> Option<StageId> {
        position(&self.stages, id, Code::UnknownStage, "stage", &mut self.findings).map(StageId::at)
    }

    /// The number of an outcome.
    fn outcome(&mut self, id: &Id) -> Option<OutcomeId> {
        position(&self.outcomes, id, Code::UnknownOutcome, "outcome", &mut self.findings).map(OutcomeId::at)
    }

    /// The number of a true class.
    fn class(&mut self, id: &Id) -> Option<ClassId> {
        let names = self.classes.names();
        position(&names, id, Code::UnknownClass, "class", &mut self.findings).map(ClassId::at)
    }

    fn fiscal_years(&self) -> Vec<FiscalYear> {
        let (month, day) = self.first.header.fiscal_year.map_or((1, 1), |d| (d.month, d.day));
        let first = |year: i16| {
            // A fiscal year that begins on 29 February begins on the 28th where there is none.
            let date = civil::Date::new(year, month, day).or_else(|_| civil::Date::new(year, month, 28));
            date.expect("the reader checked month and day").to_datetime(civil::Time::midnight())
        };
        let mut year = self.start.date().year();
        if first(year) > self.start {
            year -= 1;
        }
        let mut years = vec![];
        loop {
            let from = Time(millis_between(self.start, first(year)));
            if from >= self.first.header.horizon.value {
                return years;
            }
            let until = Time(millis_between(self.start, first(year + 1)));
            let split = (month, day) != (1, 1);
            let label =
                if split { format!("{year}/{:02}", (year + 1).rem_euclid(100)) } else { year.to_string() };
            years.push(FiscalYear { label, from, until });
            year += 1;
        }
    }

    /// Monday to Friday without holidays, as they hold from date to date: from long before the start (for cases that
    /// are old by then) to a year after the end.
    fn working_days(&self) -> WorkCalendar {
        let weekdays = [(0, 5 * DAY)];
        let holidays: Vec<Vec<_>> =
            self.moments().map(|(_, epoch)| routes::holidays(&epoch.scenario)).collect();
        let hours: Vec<HoursFrom<'_>> = (self.moments().zip(&holidays))
            .map(|((from, _), holidays)| HoursFrom { from, windows: Some(&weekdays), holidays })
            .collect();
        hours::calendar(self.start, &hours, Time(-20 * YEAR), Time(self.end.0 + YEAR))
    }

    /// Costs of plans and changes that are not staff.
    fn extra_costs(&self) -> Vec<ExtraCost> {
        let paid = self.loaded.changes.iter().filter(|c| c.once != 0.0 || c.yearly != 0.0);
        paid.map(|change| ExtraCost {
            item: words::change_name(change),
            once: change.once,
            yearly: change.yearly,
            from: change.at,
            until: change.until.unwrap_or(Time::NEVER),
        })
        .collect()
    }

    /// A limit on an age, or a length of waiting.
    fn limit(span: &At<TimeSpan>) -> Limit {
        match span.value {
            TimeSpan::Millis(ms) => Limit::Plain(Duration(ms)),
            TimeSpan::WorkingDays(days) => Limit::WorkingDays(Duration::from_millis_f64(days * DAY as f64)),
        }
    }
}

/// The outcomes in the order of their numbers: the file's, then that of linked tips where only the rules say it.
fn outcome_names(loaded: &Loaded) -> Vec<String> {
    let mut names: Vec<String> =
        loaded.epochs[0].scenario.outcomes.iter().map(|o| o.id.value.clone()).collect();
    if demand::links(&loaded.epochs) && !names.iter().any(|name| name == demand::LINKED) {
        names.push(demand::LINKED.to_owned());
    }
    names
}

/// Ids in their natural order, so that the order of tables in the file does not matter.
fn sorted<'a>(ids: impl Iterator<Item = &'a Id>) -> Vec<String> {
    let mut names: Vec<String> = ids.map(|id| id.value.clone()).collect();
    names.sort_unstable();
    names
}

/// Where a name stands, or a finding that says what is near it.
fn position(
    names: &[String],
    id: &Id,
    code: Code,
    kind: &str,
    findings: &mut Vec<Diagnostic>,
) -> Option<usize> {
    let found = names.iter().position(|n| *n == id.value);
    if found.is_none() {
        let finding = Diagnostic::new(code, format!("there is no {kind} `{}`", id.value))
            .at(id.span, format!("no such {kind}"))
            .maybe_help(did_you_mean(&id.value, names.iter().map(String::as_str)));
        findings.push(finding);
    }
    found
}
