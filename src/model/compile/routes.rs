//! Stages: what happens there, what it takes, and where cases go.

use std::collections::BTreeSet;

use super::Context;
use super::loads::gathers;
use crate::diagnostic::suggest::did_you_mean;
use crate::diagnostic::{Code, Diagnostic, Span};
use crate::model::hours::{self, HoursFrom};
use crate::model::{
    ClassId, Crew, Law, Model, Next, OutcomeId, PoolId, Route, SourceId, SpanLaw, Stage, StageId, StageKind,
    StageParams, StagePlaces, WorkCalendar,
};
use crate::scenario::{self, ByClass, Id, LawSpec, RouteBy, Scenario, Servers, Shares, StageEdge};
use crate::units::Time;

impl Context<'_> {
    /// What never changes of each stage.
    pub(super) fn stages(&mut self) -> Option<Vec<Stage>> {
        if self.first.stages.is_empty() {
            let message = "there is no stage: add a [[stage]] that cases come to";
            self.findings.push(Diagnostic::new(Code::MissingKey, message));
            return None;
        }
        let mut rows = vec![];
        for (i, written) in self.first.stages.iter().enumerate() {
            rows.push(self.one_stage(i, written));
        }
        rows.into_iter().collect()
    }

    fn one_stage(&mut self, index: usize, written: &scenario::Stage) -> Option<Stage> {
        let id = &written.id;
        let kind = match (&written.pool, &written.delay) {
            (Some(_), _) => StageKind::Work,
            (None, Some(_)) => StageKind::Delay,
            // Nobody works while a load waits: it leaves after no time.
            (None, None) if gathers(written) => StageKind::Delay,
            (None, None) => StageKind::Instant,
        };
        let crew = self.crew(written.pool.as_ref());
        let rules = self.rules(index, written);
        Some(Stage {
            id: id.value.clone(),
            kind,
            loop_slot: None,
            starts: self.start_windows(index),
            crew: crew?,
            places: StagePlaces::of(&id.value),
            preserves_at_start: self.preserved(id, |edge| matches!(edge, StageEdge::Start(_))),
            preserves_at_end: self.preserved(id, |edge| matches!(edge, StageEdge::End(_))),
            rules: rules?,
        })
    }

    fn crew(&mut self, servers: Option<&Servers>) -> Option<Crew> {
        match servers {
            None => Some(Crew::Nobody),
            Some(Servers::One(id)) => self.pool(id).map(|p| Crew::AnyOf(vec![p])),
            Some(Servers::AnyOf(ids)) => {
                let pools: Vec<Option<PoolId>> = ids.iter().map(|id| self.pool(id)).collect();
                self.twice(ids.iter());
                pools.into_iter().collect::<Option<Vec<_>>>().map(Crew::AnyOf)
            }
            Some(Servers::Crew(needs)) => {
                let pools: Vec<Option<(PoolId, u32)>> =
                    needs.iter().map(|(id, n)| Some((self.pool(id)?, n.value))).collect();
                let mut pools = pools.into_iter().collect::<Option<Vec<_>>>()?;
                pools.sort_unstable();
                Some(Crew::Together(pools))
            }
        }
    }

    fn twice<'i>(&mut self, ids: impl Iterator<Item = &'i Id>) {
        let mut seen = BTreeSet::new();
        for id in ids.filter(|id| !seen.insert(id.value.clone())) {
            let message = format!("pool `{}` is listed twice", id.value);
            self.findings.push(Diagnostic::new(Code::DuplicateId, message).at(id.span, "again here"));
        }
    }

    /// The windows in which work may begin, over the whole run.
    fn start_windows(&self, stage: usize) -> Option<WorkCalendar> {
        let written = |epoch: &'_ scenario::Epoch| epoch.scenario.stages[stage].starts.is_some();
        if !self.loaded.epochs.iter().any(written) {
            return None;
        }
        let holidays: Vec<Vec<_>> = self.loaded.epochs.iter().map(|e| holidays(&e.scenario)).collect();
        let hours: Vec<HoursFrom<'_>> = (self.loaded.epochs.iter().zip(&holidays))
            .map(|(epoch, holidays)| {
                let starts = epoch.scenario.stages[stage].starts.as_ref();
                HoursFrom { from: epoch.at, windows: starts.map(|s| s.windows.as_slice()), holidays }
            })
            .collect();
        Some(hours::calendar(self.start, &hours, Time::ZERO, self.end))
    }

    fn preserved(&self, stage: &Id, edge: fn(&StageEdge) -> bool) -> Vec<SourceId> {
        let by = |s: &&scenario::Source| {
            s.retention.as_ref().is_some_and(|r| {
                let (StageEdge::Start(id) | StageEdge::End(id)) = &r.preserved_by;
                edge(&r.preserved_by) && id.value == stage.value
            })
        };
        // A retention window may begin at a date.
        let sources = self.loaded.epochs.iter().flat_map(|epoch| &epoch.scenario.sources);
        let names = sources.filter(by).map(|s| &s.id.value);
        let mut all: Vec<SourceId> =
            names.filter_map(|n| self.sources.iter().position(|s| s == n)).map(SourceId::at).collect();
        all.sort_unstable();
        all.dedup();
        all
    }

    /// A stage's laws and rules at one date.
    pub(super) fn stage_params(
        &mut self,
        scenario: &Scenario,
        stage: &scenario::Stage,
    ) -> Option<StageParams> {
        self.same_kind(stage);
        let time = self.times(stage);
        let patience = self.patience(stage);
        let on_patience = stage.on_patience.as_ref().map(|id| self.next(id));
        let routes = self.routes(stage);
        let (assess, park, queue_limit) = (self.assess(stage), self.park(stage), self.queue_limit(stage));
        let (time, patience, routes) = (time?, patience?, routes?);
        let order = self.stage_order(scenario, stage, &time);
        Some(StageParams {
            time,
            patience,
            on_patience: match on_patience {
                None => None,
                Some(next) => Some(next?),
            },
            order,
            routes,
            route_by_observed: stage.route_by.value == RouteBy::Observed,
            cost: stage.cost.as_ref().map_or(0.0, |c| c.value),
            assess: assess?,
            park,
            queue_limit: queue_limit?,
            cap: super::spans::cap(stage),
        })
    }

    /// Whether anybody works at a stage, or time passes there, is settled at the start.
    fn same_kind(&mut self, stage: &scenario::Stage) {
        let first = self.first.stages.iter().find(|s| s.id.value == stage.id.value);
        if let (Some(delay), Some(None)) = (&stage.delay, first.map(|s| &s.delay)) {
            let message = format!(
                "stage `{}` has no `delay` at the start: it cannot get one at a date",
                stage.id.value
            );
            let finding = Diagnostic::new(Code::FixedKey, message).at(delay.span, "");
            self.findings.push(finding.help("write delay = \"0 h\" in the stage, and set it later"));
        }
    }

    /// Effort or delay of each class.
    fn times(&mut self, stage: &scenario::Stage) -> Option<Vec<Option<SpanLaw>>> {
        let (table, what) = match (&stage.effort, &stage.delay) {
            (Some(effort), _) if stage.pool.is_some() => (effort, "effort"),
            (_, Some(delay)) => (delay, "delay"),
            _ if gathers(stage) => {
                let at_once = SpanLaw { law: Law::constant(0.0).ok()?, working_days: false };
                return Some(vec![Some(at_once); self.classes.len()]);
            }
            _ => return Some(vec![None; self.classes.len()]),
        };
        let laws = self.laws_by_class(table, what == "delay", what)?;
        self.require_all(table, &laws, &stage.id, what)?;
        Some(laws)
    }

    /// One law for each class; a class that is neither named nor covered by a default has none.
    fn laws_by_class(
        &mut self,
        table: &ByClass<LawSpec>,
        working_days: bool,
        what: &str,
    ) -> Option<Vec<Option<SpanLaw>>> {
        self.classes.check_names(table, false, &mut self.findings);
        let specs: Vec<Option<LawSpec>> =
            self.classes.spread(table).into_iter().map(Option::<&LawSpec>::cloned).collect();
        self.compiled(specs, working_days, what)
    }

    fn compiled(
        &mut self,
        specs: Vec<Option<LawSpec>>,
        working_days: bool,
        what: &str,
    ) -> Option<Vec<Option<SpanLaw>>> {
        let mut laws = vec![];
        for spec in specs {
            laws.push(match spec {
                None => None,
                Some(spec) if working_days => Some(self.span_law(&spec)?),
                Some(spec) => Some(SpanLaw { law: self.law(&spec, what)?, working_days: false }),
            });
        }
        Some(laws)
    }

    fn require_all<T>(
        &mut self,
        table: &ByClass<LawSpec>,
        rows: &[Option<T>],
        id: &Id,
        what: &str,
    ) -> Option<()> {
        let names = self.classes.names();
        let missing: Vec<String> = rows
            .iter()
            .zip(names)
            .filter(|(row, _)| row.is_none())
            .map(|(_, name)| format!("`{name}`"))
            .collect();
        if missing.is_empty() {
            return Some(());
        }
        self.leaves_out(&id.value, what, &missing, table.span);
        None
    }

    fn leaves_out(&mut self, stage: &str, what: &str, missing: &[String], span: Span) {
        let message = format!("`{what}` of stage `{stage}` says nothing of {}", missing.join(", "));
        let finding =
            Diagnostic::new(Code::MissingClass, message).at(span, "").help("name it, or add a `default`");
        self.findings.push(finding);
    }

    fn patience(&mut self, stage: &scenario::Stage) -> Option<Vec<Option<SpanLaw>>> {
        let Some(table) = &stage.patience else { return Some(vec![None; self.classes.len() + 1]) };
        self.classes.check_names(table, true, &mut self.findings);
        let spread = self.classes.spread_observed(table);
        let specs: Vec<Option<LawSpec>> = spread.into_iter().map(Option::<&LawSpec>::cloned).collect();
        self.compiled(specs, true, "patience")
    }

    /// A route for each class; for `unknown` too where routes go by what is observed.
    fn routes(&mut self, stage: &scenario::Stage) -> Option<Vec<Route>> {
        let observed = stage.route_by.value == RouteBy::Observed;
        if let Some(split) = &stage.split {
            // Who is not taken apart here goes on where the tracks meet.
            let then = Route { choices: vec![(1.0, Next::Stage(self.stage(&split.then)?))] };
            return Some(vec![then; self.classes.len() + usize::from(observed)]);
        }
        let table = stage.route.as_ref()?;
        self.classes.check_names(table, observed, &mut self.findings);
        let spread = if observed { self.classes.spread_observed(table) } else { self.classes.spread(table) };
        let mut rows: Vec<Option<Shares>> = spread.into_iter().map(Option::<&Shares>::cloned).collect();
        if observed && !self.may_be_unknown_after(stage) {
            // Nobody asks for this row, so that any will do.
            let any = rows.iter().flatten().next().cloned();
            if let Some(unknown) = rows.last_mut().filter(|row| row.is_none()) {
                *unknown = any;
            }
        }
        let names = self.classes.names().into_iter().chain(["unknown".to_owned()]);
        let missing: Vec<String> =
            rows.iter().zip(names).filter(|(r, _)| r.is_none()).map(|(_, n)| format!("`{n}`")).collect();
        if !missing.is_empty() {
            self.leaves_out(&stage.id.value, "route", &missing, table.span);
            return None;
        }
        let routes: Vec<Option<Route>> =
            rows.into_iter().flatten().map(|shares| self.route(&shares)).collect();
        routes.into_iter().collect()
    }

    fn route(&mut self, shares: &Shares) -> Option<Route> {
        let mut choices = vec![];
        let (mut sum, mut known) = (0.0, true);
        for (id, share) in &shares.entries {
            let Some(next) = self.next(id) else {
                known = false;
                continue;
            };
            if *share > 0.0 {
                sum += share;
                choices.push((sum, next));
            }
        }
        if let Some(last) = choices.last_mut() {
            last.0 = 1.0;
        }
        (known && !choices.is_empty()).then_some(Route { choices })
    }

    /// A stage or an outcome.
    pub(super) fn next(&mut self, id: &Id) -> Option<Next> {
        if let Some(i) = self.stages.iter().position(|s| *s == id.value) {
            return Some(Next::Stage(StageId::at(i)));
        }
        if let Some(i) = self.outcomes.iter().position(|o| *o == id.value) {
            return Some(Next::End(OutcomeId::at(i)));
        }
        let names = self.stages.iter().chain(&self.outcomes).map(String::as_str);
        let finding =
            Diagnostic::new(Code::UnknownTarget, format!("there is no stage or outcome `{}`", id.value))
                .at(id.span, "neither a stage nor an outcome")
                .maybe_help(did_you_mean(&id.value, names));
        self.findings.push(finding);
        None
    }
}

/// Holidays of a scenario as first and last days.
pub(super) fn holidays(scenario: &Scenario) -> Vec<(jiff::civil::Date, jiff::civil::Date)> {
    scenario.header.holidays.iter().map(|h| (h.first, h.last)).collect()
}

/// Names of stages that a case at `stage` may come to, that stage included.
pub(super) fn reached_from<'s>(scenario: &'s Scenario, stage: &'s str) -> BTreeSet<&'s str> {
    let mut seen = BTreeSet::new();
    let mut open = vec![stage];
    while let Some(name) = open.pop() {
        let Some(stage) = scenario.stages.iter().find(|s| s.id.value == name) else { continue };
        if !seen.insert(stage.id.value.as_str()) {
            continue;
        }
        if let Some(table) = &stage.route {
            let rows = table.default.iter().chain(table.named.iter().map(|(_, row)| row));
            open.extend(
                rows.flat_map(|r| &r.entries).filter(|(_, p)| *p > 0.0).map(|(id, _)| id.value.as_str()),
            );
        }
        open.extend(stage.queue_limit.iter().map(|limit| limit.to.value.as_str()));
        let meet =
            stage.split.iter().flat_map(|split| split.tracks.iter().chain([&split.then]).chain(&split.none));
        let others = stage.on_patience.iter().chain(&stage.then).chain(&stage.none).chain(meet);
        open.extend(others.map(|id| id.value.as_str()));
    }
    seen
}

/// Stages that a case of this class may go to from a stage, at any date.
pub(super) fn successors(model: &Model, stage: StageId, class: Option<ClassId>) -> BTreeSet<Next> {
    let mut all = BTreeSet::new();
    for params in &model.params {
        let stage = &params.stages[stage.index()];
        match class {
            // The observed class may differ from the true one, so every row counts.
            Some(class) if !stage.route_by_observed => {
                all.extend(stage.routes[class.index()].choices.iter().map(|(_, next)| *next));
            }
            _ => all.extend(stage.routes.iter().flat_map(|r| r.choices.iter().map(|(_, next)| *next))),
        }
        if stage.patience.iter().any(Option::is_some) {
            all.extend(stage.on_patience);
        }
        all.extend(stage.queue_limit.as_ref().map(|limit| limit.to));
    }
    all
}

/// Numbers the stages that a case may visit more than once.
pub(super) fn number_loops(model: &mut Model) {
    // A case that is opened again comes to its stage, and those behind it, once more.
    let mut links = model.params.iter().flat_map(|p| &p.sources).filter_map(|s| s.link.as_ref());
    let reopens = links.any(|link| link.reopen > 0.0);
    let mut loops = 0;
    for stage in (0..model.stages.len()).map(StageId::at) {
        if reopens || model.reached(&[stage], |_| false).contains(&stage) {
            model.stages[stage.index()].loop_slot = Some(loops);
            loops += 1;
        }
    }
    model.loop_stages = usize::from(loops);
}
