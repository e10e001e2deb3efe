//! The scalar measures of a run: their names, and what one replication says about each.
//!
//! **One naming scheme.** A measure's name is `quantity[/of][/detail][/year]`: the quantity is a word with underscores,
//! `of` is the id of the stage, pool, milestone, source or outcome it is about, `detail` the limit, the fiscal year or
//! the like. The full name adds `/class` where the measure is about one true class: `share_within/action/24 h/danger`,
//! `utilization/officer`, `backlog_at_end`, `wait_mean/screen/possession`, `cost/pool/officer/2025`.

/// To which table a measure belongs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Family {
    /// Counts of cases over the whole window, and the backlog.
    Cases,
    /// Delays to milestones.
    TimeToAction,
    /// What queueing theory speaks of.
    Stages,
    /// Where the time goes.
    Lives,
    /// Hours of staff and machines.
    Utilization,
    /// How cases ended.
    Outcomes,
    /// Money.
    Costs,
}

/// What one case costs whose outcome counts as acted: a quotient of sums over all replications.
pub(crate) const COST_PER_ACTED: &str = "cost_per_acted";

/// Every quantity and what it means: the list behind the documentation.
pub const QUANTITIES: &[(&str, &str)] = &[
    ("arrivals", "tips that arrived, initial cases apart; tips that concern a known case are among them"),
    ("ended", "cases that ended, in whatever way; linked tips are among them"),
    ("lapses", "cases that ended because their evidence lapsed"),
    ("reneged", "times that a case or job left a queue because its patience ended"),
    ("overflowed", "times that a case or job was sent on because its queue was full"),
    ("interrupted", "times that work went back to its queue unfinished, each case of a load by itself"),
    ("parkings", "times that a case or job was put aside"),
    ("links", "tips that concern a case which is known already, counted when they are linked"),
    ("reopened", "ended cases that were opened again; they count beside the milestones, as initial cases do"),
    ("reports", "reports that were merged into the tips that arrived"),
    ("backlog_at_end", "open cases at the horizon"),
    ("backlog_mean", "time-average number of open cases"),
    ("waiting_at_end", "cases in front of a stage at the horizon, of split cases each job"),
    ("in_work_at_end", "cases in work at the horizon, paused ones included, of split cases each job"),
    ("delayed_at_end", "cases in a delay at the horizon, of split cases each job"),
    ("parked_at_end", "cases put aside in front of a stage at the horizon, of split cases each job"),
    ("never_touched", "share of the tips of the window on which no work stage had started by the horizon"),
    ("never_touched_open", "share that was untouched and still open at the horizon"),
    ("never_touched_ended", "share that had ended untouched by the horizon"),
    (
        "buried_share",
        "share of the assessed tips of urgent classes (all but the last) that their last assessment made look less urgent \
         than they are",
    ),
    (
        "false_alarm_share",
        "share of the assessed tips believed to be of an urgent class that are less urgent than believed",
    ),
    (
        "risk_days",
        "days on which a subject was not stopped, weighted by the class's `risk`, each subject once",
    ),
    (
        "population",
        "cases whose clock for the milestone started in the window; initial cases, linked tips and cases opened again \
         are outside",
    ),
    (
        "share_within",
        "share that reached the milestone within the limit, among those followed for the whole limit",
    ),
    ("reached_cases", "cases that were seen to reach the milestone"),
    ("reached_mean", "mean time to the milestone of those reached (not of all)"),
    ("reached_p50", "median time of those reached (not of all)"),
    ("reached_p90", "time that nine in ten of those reached did not exceed"),
    ("reached_p95", "time that nineteen in twenty of those reached did not exceed"),
    ("initial_reached", "initial cases that reached the milestone, counted beside"),
    ("initial_mean", "their mean time from the start of the simulation"),
    (
        "buried_population",
        "of the population, urgent cases that their last assessment made look less urgent than they are",
    ),
    ("buried_within", "as `share_within`, of these cases"),
    ("buried_mean", "as `reached_mean`, of these cases"),
    (
        "wait_mean",
        "mean wait from joining a stage to the first start, of those that started in the window; in a growing queue those \
         who wait longest have not started yet, so it is too low there",
    ),
    ("wait_sd", "standard deviation of these waits within a replication"),
    ("wait_p50", "median of these waits"),
    ("wait_p90", "nine tenths of these waits do not exceed it"),
    ("wait_p95", "nineteen twentieths of these waits do not exceed it"),
    (
        "started",
        "cases, each of a load and each job of a split one, that started at a stage where they may wait",
    ),
    ("waited_share", "share of them that had to wait at all"),
    ("waiting", "time-average number waiting in front of a stage"),
    ("in_work", "time-average number in work at a stage"),
    ("delayed", "time-average number in a delay"),
    ("parked", "time-average number put aside in front of a stage"),
    ("throughput", "completions of a stage per day"),
    ("system_mean", "mean time from arrival to end, of those that ended"),
    ("system_p50", "median of these times"),
    ("system_p90", "nine tenths of these times do not exceed it"),
    ("system_p95", "nineteen twentieths of these times do not exceed it"),
    ("days_total", "mean life of tips that ended (initial cases, and tips linked at once, apart)"),
    ("days_waiting", "part of it in front of a stage; of a split case the days of all its jobs"),
    ("days_in_work", "part of it in work at a stage; of a split case the days of all its jobs"),
    ("days_delayed", "part of it in a delay; of a split case the days of all its jobs"),
    ("days_parked", "part of it put aside in front of a stage; of a split case the days of all its jobs"),
    (
        "utilization",
        "busy member-hours on shift over member-hours on shift, where those who are away are not on shift; 1 is \
         saturation",
    ),
    ("on_shift_hours", "member-hours on shift, those of members who are away left out"),
    ("busy_hours", "member-hours on shift with a task in hand"),
    ("effort_hours", "member-hours of effort in stints that ended"),
    ("overtime_hours", "member-hours worked after the shift"),
    ("vacant_hours", "post-hours, day and night, of posts that were not filled"),
    ("absent_hours", "member-hours of shifts whose holders were away"),
    ("training_hours", "member-hours on shift that were lost because new members do less than trained ones"),
    ("capped_hours", "member-hours on shift without a task, at the exposure cap"),
    ("staff_left", "members who left for good"),
    ("staff_hired", "members who took a post that was vacant or new"),
    ("ended_as", "cases that ended in an outcome; jobs, where it is the end of a job"),
    ("outcome_share", "share of the cases that ended which ended in an outcome"),
    ("cost", "cost of the window, in all or of `pool`, `stage` or `change` items, also by fiscal year"),
    (
        COST_PER_ACTED,
        "all cost over the number of all cases whose outcome counts as acted, over all replications",
    ),
];

/// A named quantity with a unit: what is estimated across replications.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Response {
    /// Its table.
    pub family: Family,
    /// The quantity.
    pub quantity: &'static str,
    /// What it is about; empty for the whole system.
    pub of: String,
    /// The limit, fiscal year or state; empty where there is none.
    pub detail: String,
    /// The civil year in which the clocks started.
    pub year: Option<i16>,
    /// The true class; empty for all together.
    pub class: String,
    /// The unit of its values.
    pub unit: String,
}

impl Response {
    /// Whether it is a share of cases, and not of hours.
    pub(crate) fn is_share_of_cases(&self) -> bool {
        self.unit == "share" && self.family != Family::Utilization
    }

    /// A quantity of the whole system.
    pub(crate) fn new(family: Family, quantity: &'static str, unit: &str) -> Response {
        Response {
            family,
            quantity,
            of: String::new(),
            detail: String::new(),
            year: None,
            class: String::new(),
            unit: unit.to_owned(),
        }
    }

    pub(crate) fn of(self, of: &str) -> Response {
        Response { of: of.to_owned(), ..self }
    }

    pub(crate) fn detail(self, detail: &str) -> Response {
        Response { detail: detail.to_owned(), ..self }
    }

    pub(crate) fn year(self, year: Option<i16>) -> Response {
        Response { year, ..self }
    }

    pub(crate) fn class(self, class: &str) -> Response {
        Response { class: class.to_owned(), ..self }
    }

    /// The name without the class, as in the column `measure`.
    pub fn measure(&self) -> String {
        let mut name = self.quantity.to_owned();
        let year = self.year.map(|y| y.to_string()).unwrap_or_default();
        for part in [&self.of, &self.detail, &year] {
            if !part.is_empty() {
                name.push('/');
                name.push_str(part);
            }
        }
        name
    }

    /// The full name, as people write it on the command line.
    pub fn name(&self) -> String {
        if self.class.is_empty() { self.measure() } else { format!("{}/{}", self.measure(), self.class) }
    }
}

/// What one replication says about a measure.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Value {
    /// A number.
    Number(f64),
    /// A ratio of two sums; nothing where there is nothing below the line.
    Ratio {
        /// Above the line.
        above: f64,
        /// Below the line.
        below: f64,
    },
    /// Nothing to say: no such case in this replication.
    Nothing,
}

impl Value {
    /// The number, if the replication gives one.
    pub fn get(self) -> Option<f64> {
        match self {
            Value::Number(x) => Some(x),
            Value::Ratio { above, below } => (below > 0.0).then(|| above / below),
            Value::Nothing => None,
        }
    }

    pub(crate) fn count(n: u64) -> Value {
        Value::Number(n as f64)
    }

    pub(crate) fn share(above: u64, below: u64) -> Value {
        Value::Ratio { above: above as f64, below: below as f64 }
    }

    pub(crate) fn or_nothing(number: Option<f64>) -> Value {
        number.map_or(Value::Nothing, Value::Number)
    }
}

/// The numbers of the replications that give one.
pub(crate) fn given(values: &[Value]) -> Vec<f64> {
    values.iter().filter_map(|value| value.get()).collect()
}

/// Takes measures one by one, always in the same order: either their names or their values.
///
/// Names and values come from the same walk over the recorder, so they cannot fall out of step; names are only made
/// once a run because making them costs more than the values.
pub(crate) trait Sink {
    fn put(&mut self, name: impl FnOnce() -> Response, value: Value);
}

impl Sink for Vec<Response> {
    fn put(&mut self, name: impl FnOnce() -> Response, _: Value) {
        self.push(name());
    }
}

impl Sink for Vec<Value> {
    fn put(&mut self, _: impl FnOnce() -> Response, value: Value) {
        self.push(value);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_put_together_from_its_parts() {
        let response =
            Response::new(Family::TimeToAction, "share_within", "share").of("action").detail("24 h");
        assert_eq!(response.name(), "share_within/action/24 h");
        let response = response.year(Some(2026)).class("danger");
        assert_eq!(response.measure(), "share_within/action/24 h/2026");
        assert_eq!(response.name(), "share_within/action/24 h/2026/danger");
    }

    #[test]
    fn a_ratio_over_nothing_is_no_value() {
        assert_eq!(Value::share(0, 0).get(), None);
        assert_eq!(Value::share(1, 4).get(), Some(0.25));
    }
}
