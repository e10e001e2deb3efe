//! Every table of a results folder, every column with its unit and one sentence: the only list there is.
//!
//! From it come the row types that are written and read back, `columns.csv` and `docs/outputs.md`. A row type is named
//! after its file (`backlog.csv` holds [`BacklogRow`]s) and its fields are the columns, in order. The first two columns
//! of every table are `scenario` and `plan`, so that tables of several runs can be stacked. An empty cell means "not
//! reached", "not observable" or "all together", never zero.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::output::moment::Moment;

/// One column of a table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Column {
    /// Its name in the header.
    pub name: &'static str,
    /// The unit of its values; empty where they are words, or where the column `unit` of the row says it.
    pub unit: &'static str,
    /// What it holds.
    pub doc: &'static str,
}

/// One table: a CSV file of the results folder.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Table {
    /// Its file's name without `.csv`.
    pub name: &'static str,
    /// What a row is.
    pub doc: &'static str,
    /// Its columns in order.
    pub columns: &'static [Column],
}

impl Table {
    /// The file's name.
    pub fn file(&self) -> String {
        format!("{}.csv", self.name)
    }
}

/// A row type that belongs to a table.
pub trait Row: Serialize + for<'a> Deserialize<'a> {
    /// Its table.
    const TABLE: Table;
}

macro_rules! tables {
    ($(
        $(#[doc = $doc:literal])+
        $name:ident: $row:ident {
            $( $(#[doc = $column_doc:literal])+ $column:ident: $kind:ty = $unit:literal; )+
        }
    )+) => {
        /// All tables, in the order in which people read them.
        pub const TABLES: &[Table] = &[$($row::TABLE),+];

        $(
            $(#[doc = $doc])+
            #[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
            pub struct $row {
                /// Name of the scenario: its file's name without ending.
                pub scenario: String,
                /// Name of the plan; empty for the scenario itself.
                pub plan: String,
                $( $(#[doc = $column_doc])+ pub $column: $kind, )+
            }

            impl Row for $row {
                const TABLE: Table = Table {
                    name: stringify!($name),
                    doc: concat!($($doc),+).trim_ascii(),
                    columns: &[
                        Column {
                            name: "scenario",
                            unit: "",
                            doc: "Name of the scenario: its file's name without ending.",
                        },
                        Column { name: "plan", unit: "", doc: "Name of the plan; empty for the scenario itself." },
                        $( Column {
                            name: stringify!($column),
                            unit: $unit,
                            doc: concat!($($column_doc),+).trim_ascii(),
                        }, )+
                    ],
                };
            }
        )+
    };
}

tables! {
    /// One row for every scalar measure: its estimate over all replications.
    summary: SummaryRow {
        /// The measure; its parts are separated by `/`, as in `utilization/officer` or `share_within/action/7 days`.
        measure: String = "";
        /// True class of the cases; empty for all together.
        class: String = "";
        /// Unit of the value.
        unit: String = "";
        /// Estimate of the expected value.
        estimate: Option<f64> = "";
        /// Lower end of the interval of the estimate.
        low: Option<f64> = "";
        /// Upper end of the interval of the estimate.
        high: Option<f64> = "";
        /// Confidence level of the interval.
        level: Option<f64> = "share";
        /// Replications that gave a value.
        n: u64 = "replications";
        /// How the estimate and its interval were made.
        method: String = "";
        /// A tenth of the replications gave at most this.
        p10: Option<f64> = "";
        /// Half of the replications gave at most this.
        p50: Option<f64> = "";
        /// Nine tenths of the replications gave at most this.
        p90: Option<f64> = "";
    }

    /// One row for every scalar measure of a run with values that nobody knows: how much of what is uncertain is chance, and
    /// how much ignorance of the inputs. Empty where every input is known.
    ignorance: IgnoranceRow {
        /// The measure; its parts are separated by `/`, as in `utilization/officer` or `share_within/action/7 days`.
        measure: String = "";
        /// True class of the cases; empty for all together.
        class: String = "";
        /// Unit of the value.
        unit: String = "";
        /// Mean over the draws of the inputs.
        estimate: Option<f64> = "";
        /// Lower end of its interval over draws, which holds chance and ignorance together.
        low: Option<f64> = "";
        /// Upper end of it.
        high: Option<f64> = "";
        /// Lower end of the interval that chance alone would leave, had these very inputs been known.
        chance_low: Option<f64> = "";
        /// Upper end of it.
        chance_high: Option<f64> = "";
        /// Confidence level of all intervals of the row.
        level: f64 = "share";
        /// Draws that gave a value.
        n: u64 = "draws";
        /// Standard deviation of the true mean over what the inputs may be: about so far from the estimate lies the one
        /// world that is true.
        sd_of_inputs: f64 = "";
        /// Standard deviation of one replication around the mean of its draw.
        sd_of_chance: f64 = "";
        /// Share of the variance of one future that comes from ignorance of the inputs.
        share_of_ignorance: Option<f64> = "share";
        /// Lower end of its jackknife interval over draws.
        share_low: Option<f64> = "share";
        /// Upper end of it.
        share_high: Option<f64> = "share";
    }

    /// One row for every target: what is asked, what was reached, the verdict.
    targets: TargetRow {
        /// The milestone whose delay is judged.
        milestone: String = "";
        /// True class of the cases; empty for all together.
        class: String = "";
        /// The limit, as in `24 h` or `10 working days`.
        within: String = "";
        /// The share of cases asked for.
        asked: f64 = "share";
        /// Share of cases that reached the milestone within the limit, among those followed long enough.
        estimate: Option<f64> = "share";
        /// Lower end of the interval of the share.
        low: Option<f64> = "share";
        /// Upper end of the interval of the share.
        high: Option<f64> = "share";
        /// Confidence level of the interval.
        level: Option<f64> = "share";
        /// Replications that gave a value.
        n: u64 = "replications";
        /// How the estimate and its interval were made.
        method: String = "";
        /// Cases per replication whose clock started in the window.
        cases: Option<f64> = "cases";
        /// First moment of the window in which the clocks of the counted cases started.
        window_from: Option<Moment> = "";
        /// End of that window: cases from then on were not followed for the whole limit.
        window_until: Option<Moment> = "";
        /// `met` if the whole interval is at or above what is asked, `not met` if it is below, `undecided` if it holds
        /// both, `not observable` if nobody could be followed for the whole limit.
        verdict: String = "";
        /// Share of the replications whose own share is at or above what is asked: the chance that one future meets
        /// the target, where `verdict` speaks of the mean over all futures.
        chance: Option<f64> = "share";
        /// Lower end of the interval of that chance: Wilson's, or over draws a t interval of their shares.
        chance_low: Option<f64> = "share";
        /// Upper end of the interval of that chance.
        chance_high: Option<f64> = "share";
    }

    /// One row for every `--chance`: how often the statement holds in a single replication.
    chances: ChanceRow {
        /// The statement, as written.
        statement: String = "";
        /// The measure, as in the summary.
        measure: String = "";
        /// True class of the cases; empty for all together.
        class: String = "";
        /// How the value of a replication stands to the bound: `<`, `<=`, `>` or `>=`.
        relation: String = "";
        /// The bound.
        bound: f64 = "";
        /// Unit of the bound.
        unit: String = "";
        /// Share of the replications with a value in which the statement holds.
        estimate: Option<f64> = "share";
        /// Lower end of the interval of the share.
        low: Option<f64> = "share";
        /// Upper end of the interval of the share.
        high: Option<f64> = "share";
        /// Confidence level of the interval.
        level: Option<f64> = "share";
        /// Replications that gave a value.
        n: u64 = "replications";
        /// How the interval was made.
        method: String = "";
    }

    /// One row for every sample time, part of the backlog, stage and class: how many, how old.
    backlog: BacklogRow {
        /// `backlog` (open cases), its parts `waiting`, `in_work` (paused work included), `delayed` and `parked`, or
        /// `age_p10`, `age_p50`, `age_p90`: the age of the open case of rank ⌊(n − 1)p⌋ + 1 of n in the order of growing age, p =
        /// 0.1, 0.5, 0.9 (no value between two cases, unlike the quantiles of waits). Of a
        /// split case each job counts where it is, in the rows of a stage; in those without a stage the case counts once:
        /// in work if any job is, else waiting if any waits, else delayed, else parked.
        measure: String = "";
        /// The stage; empty for all together.
        stage: String = "";
        /// `true` or `observed`: whose classes the column `class` means; empty for all together.
        class_as: String = "";
        /// The class; empty for all together.
        class: String = "";
        /// The sample time.
        at: Moment = "";
        /// The sample time since the start.
        day: f64 = "days";
        /// Unit of the value: `cases` or `days`.
        unit: String = "";
        /// Mean over the replications.
        estimate: Option<f64> = "";
        /// Lower end of the interval of the mean.
        low: Option<f64> = "";
        /// Upper end of the interval of the mean.
        high: Option<f64> = "";
        /// Confidence level of the interval.
        level: Option<f64> = "share";
        /// Replications that gave a value.
        n: u64 = "replications";
        /// How the interval was made: `pointwise-t-band`, each sample time by itself, or (`--band simultaneous`, all
        /// open cases) `simultaneous-band`, which holds the whole curve of means at once.
        method: String = "";
        /// Lower end of the band that holds 90 % of the replications at this time (pointwise).
        p5: Option<f64> = "";
        /// Lower end of the band that holds 50 % of the replications at this time (pointwise).
        p25: Option<f64> = "";
        /// Median of the replications.
        p50: Option<f64> = "";
        /// Upper end of the band that holds 50 % of the replications at this time (pointwise).
        p75: Option<f64> = "";
        /// Upper end of the band that holds 90 % of the replications at this time (pointwise).
        p95: Option<f64> = "";
    }

    /// One row for every interval between samples, kind of flow and class: how many cases moved after the sample
    /// before `at` and until `at`.
    flows: FlowRow {
        /// `arrivals`, `starts`, `completions`, `reneged` (patience ended), `lapses` (evidence gone) or `outcomes`; where
        /// the scenario has it `overflowed` (sent on by a full queue), `interrupted` (work went back to its queue),
        /// `parkings` and `releases` (put aside, brought back), `links` (tips that concern another case), `reopened`
        /// (ended cases opened again), `reports` (merged into the tips that arrived). Of a split case each job starts,
        /// is completed, and so on, and jobs end in the outcomes of jobs. Tips that come from no source, as repeated ones about
        /// initial cases do, are in the arrivals of all together only.
        flow: String = "";
        /// The source (arrivals, reports), outcome (outcomes) or stage (all flows through stages); empty for all
        /// together.
        of: String = "";
        /// True class of the cases; empty for all together.
        class: String = "";
        /// The sample time that ends the interval and belongs to it.
        at: Moment = "";
        /// The sample time since the start.
        day: f64 = "days";
        /// Length of the interval.
        days: f64 = "days";
        /// Mean count over the replications.
        estimate: Option<f64> = "cases";
        /// Lower end of the interval of the mean.
        low: Option<f64> = "cases";
        /// Upper end of the interval of the mean.
        high: Option<f64> = "cases";
        /// Confidence level of the interval.
        level: Option<f64> = "share";
        /// Replications that gave a value.
        n: u64 = "replications";
        /// How the interval was made.
        method: String = "";
        /// Lower end of the band that holds 90 % of the replications in this interval (pointwise).
        p5: Option<f64> = "cases";
        /// Lower end of the band that holds 50 % of the replications in this interval (pointwise).
        p25: Option<f64> = "cases";
        /// Median of the replications.
        p50: Option<f64> = "cases";
        /// Upper end of the band that holds 50 % of the replications in this interval (pointwise).
        p75: Option<f64> = "cases";
        /// Upper end of the band that holds 90 % of the replications in this interval (pointwise).
        p95: Option<f64> = "cases";
    }

    /// One row for every milestone, class, year of arrival and limit, and for what else is said of the delay.
    time_to_action: TimeToActionRow {
        /// `share_within` (reached within `limit`, among cases followed for that long); `curve_p50`, `curve_p90`,
        /// `curve_p95` (first age at which the mean curve reaches that share); of those reached only: `reached_cases`,
        /// `reached_mean`, `reached_p50`, `reached_p90`, `reached_p95`; `population` (cases whose clock started in the
        /// window, linked tips and cases opened again left out); `initial_reached`, `initial_mean` (cases that stood in
        /// the system at the start, counted beside); of urgent cases that an assessment made look less urgent than they
        /// are `buried_population`, `buried_within`, `buried_mean`.
        measure: String = "";
        /// The milestone.
        milestone: String = "";
        /// True class of the cases; empty for all together.
        class: String = "";
        /// Civil year in which the clock started; empty for the whole window.
        year: Option<i16> = "";
        /// The limit, as in `24 h` or `10 working days`; empty where there is none.
        limit: String = "";
        /// The limit in days (of working days: their number).
        limit_days: Option<f64> = "days";
        /// Unit of the value.
        unit: String = "";
        /// Estimate of the expected value; empty where it was not reached or could not be observed.
        estimate: Option<f64> = "";
        /// Lower end of the interval of the estimate.
        low: Option<f64> = "";
        /// Upper end of the interval; empty where it was not reached.
        high: Option<f64> = "";
        /// Confidence level of the interval.
        level: Option<f64> = "share";
        /// Replications that gave a value.
        n: u64 = "replications";
        /// How the estimate and its interval were made.
        method: String = "";
        /// Cases per replication that stand under the share.
        cases: Option<f64> = "cases";
        /// First moment of the window in which the clocks of the counted cases started.
        window_from: Option<Moment> = "";
        /// End of that window.
        window_until: Option<Moment> = "";
    }

    /// One row for every milestone, class, year of arrival and age: the share that has reached the milestone by that
    /// age (cumulative incidence with other ends as competing, mean of the replications' curves).
    time_to_action_curve: CurveRow {
        /// The milestone.
        milestone: String = "";
        /// True class of the cases; empty for all together.
        class: String = "";
        /// Civil year in which the clock started; empty for the whole window.
        year: Option<i16> = "";
        /// Time since the clock started: 16 ages per doubling, and every limit.
        age_days: f64 = "days";
        /// Mean share that has reached the milestone by this age.
        estimate: Option<f64> = "share";
        /// Lower end of the interval of the mean.
        low: Option<f64> = "share";
        /// Upper end of the interval of the mean.
        high: Option<f64> = "share";
        /// Confidence level of the interval.
        level: Option<f64> = "share";
        /// Replications that gave a value.
        n: u64 = "replications";
        /// How the interval was made.
        method: String = "";
        /// `true` beyond the shortest follow-up: assumes that late arrivals fare like early ones.
        assumed: bool = "";
    }

    /// One row for every stage, class and statistic: the quantities that queueing theory speaks of.
    stages: StageRow {
        /// `wait_mean`, `wait_sd`, `wait_p50`, `wait_p90`, `wait_p95` (from joining to the first start, time put aside
        /// included, of those that started in the window), `started` (their number), `waited_share` (of them, those that
        /// had to wait at all), `waiting`, `in_work`, `delayed`, `parked` (time-average numbers), `throughput` (completions
        /// per day), all of them for each case of a load and each job of a split case; without a stage `system_mean`,
        /// `system_p50`, `system_p90`, `system_p95` (arrival to end, of those that ended in the window, tips that were
        /// linked at once left out).
        measure: String = "";
        /// The stage; empty for the whole system.
        stage: String = "";
        /// True class of the cases; empty for all together.
        class: String = "";
        /// Unit of the value.
        unit: String = "";
        /// Estimate of the expected value.
        estimate: Option<f64> = "";
        /// Lower end of the interval of the estimate.
        low: Option<f64> = "";
        /// Upper end of the interval of the estimate.
        high: Option<f64> = "";
        /// Confidence level of the interval.
        level: Option<f64> = "share";
        /// Replications that gave a value.
        n: u64 = "replications";
        /// How the estimate and its interval were made.
        method: String = "";
    }

    /// One row for every class, stage and state: days of a case's life spent there, of cases that ended in the window.
    where_the_time_goes: WhereRow {
        /// True class of the cases; empty for all together.
        class: String = "";
        /// The stage; empty for the whole life.
        stage: String = "";
        /// `waiting`, `in_work`, `delayed` or `parked`; `total` for the whole life. Of a split case the days of all its
        /// jobs are added up, so that the parts may be more than the whole.
        state: String = "";
        /// Mean days per case between its arrival and its end.
        estimate: Option<f64> = "days";
        /// Lower end of the interval of the estimate.
        low: Option<f64> = "days";
        /// Upper end of the interval of the estimate.
        high: Option<f64> = "days";
        /// Confidence level of the interval.
        level: Option<f64> = "share";
        /// Replications that gave a value.
        n: u64 = "replications";
        /// How the estimate and its interval were made.
        method: String = "";
    }

    /// One row for every pool and interval between samples, and one for the whole measuring window.
    utilization: UtilizationRow {
        /// The pool.
        pool: String = "";
        /// `interval` between two samples, or `window` for the whole measuring window.
        span: String = "";
        /// First moment.
        from: Moment = "";
        /// First moment after it.
        until: Moment = "";
        /// End of the span since the start.
        day: f64 = "days";
        /// Busy member-hours on shift over member-hours on shift; 1 is saturation; empty where nobody was on shift.
        estimate: Option<f64> = "share";
        /// Lower end of the interval of the estimate.
        low: Option<f64> = "share";
        /// Upper end of the interval of the estimate.
        high: Option<f64> = "share";
        /// Confidence level of the interval.
        level: Option<f64> = "share";
        /// Replications that gave a value.
        n: u64 = "replications";
        /// How the estimate and its interval were made.
        method: String = "";
        /// Mean member-hours on shift.
        on_shift_hours: f64 = "hours";
        /// Mean member-hours on shift with a task in hand.
        busy_hours: f64 = "hours";
        /// Mean member-hours of effort done in stints that ended in the span (stints are shorter than busy hours where
        /// a part of the shift is not case work).
        effort_hours: f64 = "hours";
        /// Mean member-hours worked after the shift.
        overtime_hours: f64 = "hours";
        /// Mean post-hours (day and night) of posts that were not filled.
        vacant_hours: f64 = "hours";
        /// Mean member-hours of shifts whose holders were away; they are not on shift.
        absent_hours: f64 = "hours";
        /// Mean member-hours on shift that were lost because new members do less than trained ones.
        training_hours: f64 = "hours";
        /// Mean member-hours on shift without a task, at the exposure cap.
        capped_hours: f64 = "hours";
    }

    /// One row for every pool, sample time and level: how many there were.
    staff: StaffRow {
        /// `posts` and `filled` (posts, filled posts at the sample time); since the sample before: `on_shift` and `busy`
        /// (mean number on shift, with a task in hand), where members come and go `vacant` (mean number of posts that
        /// were not filled), `left` and `hired` (members who left for good, who took a post), where they are away at
        /// times `absent` (mean number away in their shift), where new ones learn `learning` (mean number of trained
        /// members that those on shift fell short by), where exposure is capped `capped` (mean number on shift without a
        /// task, at the cap).
        measure: String = "";
        /// The pool.
        pool: String = "";
        /// The sample time.
        at: Moment = "";
        /// The sample time since the start.
        day: f64 = "days";
        /// Mean over the replications.
        estimate: Option<f64> = "members";
        /// Lower end of the interval of the mean.
        low: Option<f64> = "members";
        /// Upper end of the interval of the mean.
        high: Option<f64> = "members";
        /// Confidence level of the interval.
        level: Option<f64> = "share";
        /// Replications that gave a value.
        n: u64 = "replications";
        /// How the interval was made.
        method: String = "";
    }

    /// One row for every outcome and class: how cases ended in the measuring window.
    outcomes: OutcomeRow {
        /// `cases` (that ended so), `share` (of the cases that ended) or `jobs` (where the outcome is the end of a job).
        measure: String = "";
        /// The outcome.
        outcome: String = "";
        /// What it is counted as: `acted`, `closed`, `referred`, `lost` or `linked`.
        counts_as: String = "";
        /// True class of the cases; empty for all together.
        class: String = "";
        /// Unit of the value.
        unit: String = "";
        /// Estimate of the expected value.
        estimate: Option<f64> = "";
        /// Lower end of the interval of the estimate.
        low: Option<f64> = "";
        /// Upper end of the interval of the estimate.
        high: Option<f64> = "";
        /// Confidence level of the interval.
        level: Option<f64> = "share";
        /// Replications that gave a value.
        n: u64 = "replications";
        /// How the estimate and its interval were made.
        method: String = "";
    }

    /// One row for every fiscal year and item: what the measuring window cost.
    costs: CostRow {
        /// The fiscal year, as in `2025` or `2025/26`; empty for the whole window.
        fiscal_year: String = "";
        /// `pool` (staff), `stage` (starts) or `change` (what is not staff); empty for all together.
        kind: String = "";
        /// The pool, stage or change; empty for all together.
        item: String = "";
        /// The currency.
        unit: String = "";
        /// Mean cost; discounted to the start if the scenario gives a discount rate.
        estimate: Option<f64> = "";
        /// Lower end of the interval of the mean.
        low: Option<f64> = "";
        /// Upper end of the interval of the mean.
        high: Option<f64> = "";
        /// Confidence level of the interval.
        level: Option<f64> = "share";
        /// Replications that gave a value.
        n: u64 = "replications";
        /// How the interval was made.
        method: String = "";
    }

    /// One row for every replication and scalar measure: enough to make every interval of the summary again.
    replications: ReplicationRow {
        /// Number of the replication, from 0.
        replication: u64 = "";
        /// Draw of the unknown values that it rests on, from 1, in the order of the manifest; 1 where nothing is unknown.
        draw: u64 = "";
        /// The measure, as in the summary.
        measure: Arc<str> = "";
        /// True class of the cases; empty for all together.
        class: Arc<str> = "";
        /// Unit of the value.
        unit: Arc<str> = "";
        /// The value; empty where the replication gave none (no such case).
        value: Option<f64> = "";
        /// Of a ratio: what stands above the line.
        numerator: Option<f64> = "";
        /// Of a ratio: what stands below the line.
        denominator: Option<f64> = "";
    }

    /// One row for every sample time and stage: the deterministic limit of the same scenario, where noise is taken away.
    fluid: FluidRow {
        /// The stage; empty for all together.
        stage: String = "";
        /// The sample time.
        at: Moment = "";
        /// The sample time since the start.
        day: f64 = "days";
        /// Open cases in the fluid limit.
        estimate: f64 = "cases";
    }

    /// One row for every plan and measure of a comparison: the plan against the base, under the same random numbers.
    comparison: ComparisonRow {
        /// The measure; its parts are separated by `/`, as in `utilization/officer` or `share_within/action/7 days`.
        measure: String = "";
        /// True class of the cases; empty for all together.
        class: String = "";
        /// Unit of the values.
        unit: String = "";
        /// `more` or `less`: which way the measure is better; empty where that is a matter of taste.
        better: String = "";
        /// Mean of the base.
        base: Option<f64> = "";
        /// Mean of the plan.
        estimate: Option<f64> = "";
        /// Mean of plan minus base over the pairs in which both give a value.
        difference: Option<f64> = "";
        /// Lower end of the interval of the difference.
        low: Option<f64> = "";
        /// Upper end of the interval of the difference.
        high: Option<f64> = "";
        /// Confidence level of the interval.
        level: Option<f64> = "share";
        /// Pairs of replications (of draws, where some inputs are not known) in which both give a value.
        n: u64 = "pairs";
        /// How the interval was made: `paired-t`, or `exact` where every pair differs by the same.
        method: String = "";
        /// Lower end of the interval that chance alone would leave, had the drawn inputs been known; empty where all are.
        chance_low: Option<f64> = "";
        /// Upper end of it.
        chance_high: Option<f64> = "";
        /// Share of the variance of the difference in one future that comes from ignorance of the inputs; empty where all
        /// are known.
        share_of_ignorance: Option<f64> = "share";
        /// Variance of the difference over the sum of both variances: what share of the replications of independent runs
        /// pairing needs for the same interval; above 1 it has hurt.
        variance_ratio: Option<f64> = "share";
        /// Lower end of an interval of the difference that holds for all plans of the comparison at once.
        low_at_once: Option<f64> = "";
        /// Upper end of it.
        high_at_once: Option<f64> = "";
    }

    /// One row for every plan, the base among them, and measure of which more or less is better: who may be the best.
    best: BestRow {
        /// The measure.
        measure: String = "";
        /// True class of the cases; empty for all together.
        class: String = "";
        /// Unit of the values.
        unit: String = "";
        /// `more` or `less`: which way the measure is better.
        better: String = "";
        /// Mean.
        estimate: Option<f64> = "";
        /// The plan minus the best of all others: lower end of the interval. Where less is better, the plan may be the best if
        /// this is below 0.
        low: Option<f64> = "";
        /// Upper end of it. Where more is better, the plan may be the best if this is above 0.
        high: Option<f64> = "";
        /// Confidence level with which all these intervals hold at once.
        level: f64 = "share";
        /// `yes` if the plan may still be the best, else `no`.
        may_be_best: String = "";
    }

    /// One row for every plan and measure of a comparison with costs: what the extra money buys.
    value_for_money: MoneyRow {
        /// The measure.
        measure: String = "";
        /// True class of the cases; empty for all together.
        class: String = "";
        /// Unit of the measure; the ratio is in this unit for each unit of cost.
        unit: String = "";
        /// Extra cost of the plan, mean.
        extra_cost: Option<f64> = "currency";
        /// Difference of the measure, mean.
        difference: Option<f64> = "";
        /// Mean difference over mean extra cost; negative where one is gained and the other lost.
        ratio: Option<f64> = "";
        /// End of its interval; see `kind`.
        low: Option<f64> = "";
        /// End of its interval; see `kind`.
        high: Option<f64> = "";
        /// Confidence level of the interval.
        level: f64 = "share";
        /// `between` (the ratio lies between the ends), `outside` (below the lower or above the upper end: the extra cost may
        /// be nothing) or `any` (nothing can be said of it).
        kind: String = "";
        /// Which plan is better and no dearer, or which two plans around it are together; empty if none is. Empty too where
        /// neither more nor less is better.
        dominated_by: String = "";
    }

    /// One row for every plan, the base among them, and price of a unit of a measure: how likely the plan is the best choice.
    acceptability: AcceptabilityRow {
        /// The measure.
        measure: String = "";
        /// True class of the cases; empty for all together.
        class: String = "";
        /// What one unit of the measure, of a share a percentage point, is worth to whoever pays.
        price: f64 = "currency";
        /// Share of the resamples in which the plan has the greatest net benefit at this price.
        share: f64 = "share";
    }

    /// One row for every regime of demand, alternative (the base among them) and measure: does the comparison hold in another
    /// future? Rows without a regime are the scenario as written.
    stress: StressRow {
        /// Id of the regime; empty for the scenario as written.
        regime: String = "";
        /// The measure.
        measure: String = "";
        /// True class of the cases; empty for all together.
        class: String = "";
        /// Unit of the values.
        unit: String = "";
        /// `more` or `less`: which way the measure is better; empty where that is a matter of taste.
        better: String = "";
        /// Mean of the plan under the regime.
        estimate: Option<f64> = "";
        /// Mean of plan minus base under the regime; empty for the base.
        difference: Option<f64> = "";
        /// Lower end of the interval of the difference.
        low: Option<f64> = "";
        /// Upper end of the interval of the difference.
        high: Option<f64> = "";
        /// Confidence level of the interval.
        level: Option<f64> = "share";
        /// Pairs of replications (of draws, where some inputs are not known) in which both give a value.
        n: u64 = "pairs";
        /// How the interval was made.
        method: String = "";
        /// Place among all alternatives by the mean, 1 the best; empty where taste decides.
        rank: Option<u64> = "";
        /// Alternatives that this one is ahead of beyond chance under the regime, and beyond chance behind as written; by
        /// name, with spaces between.
        overtakes: String = "";
    }

    /// One row for every plan, the base among them, of a comparison with values that nobody knows, and measure: what is
    /// lost by choosing the plan where another would be the best. Of the measure that money is to improve also in money,
    /// price by price.
    regret: RegretRow {
        /// The measure.
        measure: String = "";
        /// True class of the cases; empty for all together.
        class: String = "";
        /// What one unit of the measure, of a share a percentage point, is worth; empty where the measure alone counts.
        price: Option<f64> = "currency";
        /// Unit of the losses: the measure's, or the currency where there is a price.
        unit: String = "";
        /// Share of the draws of the inputs in which the plan is the best.
        chance_best: f64 = "share";
        /// Mean loss against the best plan of each draw.
        regret: f64 = "";
        /// The largest loss in any draw.
        worst: f64 = "";
        /// Draws of the inputs.
        n: u64 = "draws";
    }

    /// What it would be worth to know before choosing: the expected value of perfect information, in all and about each
    /// value that nobody knows.
    information: InformationRow {
        /// The measure.
        measure: String = "";
        /// True class of the cases; empty for all together.
        class: String = "";
        /// What one unit of the measure, of a share a percentage point, is worth; empty where the measure alone counts.
        price: Option<f64> = "currency";
        /// Unit of the value: the measure's, or the currency where there is a price.
        unit: String = "";
        /// The value that would be known; empty for all of them.
        parameter: String = "";
        /// Expected gain from choosing after it is known. Chance in the replications of a draw makes it too large.
        value: f64 = "";
        /// The same where the plan is chosen by one half of the replications of a draw and judged by the other, which makes
        /// it too small; empty for single values, and with fewer than two replications of each draw.
        at_least: Option<f64> = "";
        /// Standard error of `value` over draws; empty for single values.
        standard_error: Option<f64> = "";
        /// The plan that is best on average and would be chosen now.
        chosen_now: String = "";
        /// Draws of the inputs.
        n: u64 = "draws";
    }

    /// One row for every plan, the base among them, of a selection: how far it came.
    selection: SelectionRow {
        /// The measure.
        measure: String = "";
        /// True class of the cases; empty for all together.
        class: String = "";
        /// Unit of the values.
        unit: String = "";
        /// `more` or `less`: which way the measure is better.
        better: String = "";
        /// The least difference that was worth detecting; empty where a budget was shared out.
        indifference: Option<f64> = "";
        /// Probability of selecting the best plan if it is ahead by that much; empty where a budget was shared out.
        confidence: Option<f64> = "share";
        /// About the probability, at the least, that the selected plan is the best; empty where there is a guarantee.
        chance_correct: Option<f64> = "share";
        /// Replications that counted until the plan was left behind, or until the end: those with a value of the measure,
        /// and where there is a guarantee with one of every plan that was still in.
        replications: u64 = "replications";
        /// Mean over these: those of different plans rest on different numbers of replications.
        estimate: Option<f64> = "";
        /// `selected`, `left behind`, or `open` where the selection ended before it was settled. Where a budget was shared out,
        /// all but the selected one are `open`.
        verdict: String = "";
    }

    /// One row for every point of a sweep and measure: the estimate at the point, as a run of it would give it. All points
    /// meet the same tips, so differences between points are known better than their intervals look.
    sweep: SweepRow {
        /// Number of the point, from 1; what is set there stands in `points.csv`.
        point: u64 = "";
        /// The measure; its parts are separated by `/`, as in `utilization/officer` or `share_within/action/7 days`.
        measure: String = "";
        /// True class of the cases; empty for all together.
        class: String = "";
        /// Unit of the value.
        unit: String = "";
        /// Estimate of the expected value; empty too where the point has no such measure.
        estimate: Option<f64> = "";
        /// Lower end of the interval of the estimate.
        low: Option<f64> = "";
        /// Upper end of the interval of the estimate.
        high: Option<f64> = "";
        /// Confidence level of the interval.
        level: Option<f64> = "share";
        /// Replications that gave a value.
        n: u64 = "replications";
        /// How the estimate and its interval were made.
        method: String = "";
    }

    /// One row for every point of a sweep and varied parameter: what is set there.
    points: PointRow {
        /// Number of the point, from 1.
        point: u64 = "";
        /// Path of the parameter, as `--set` takes it.
        parameter: String = "";
        /// What it is set to, as `--set` takes it.
        written: String = "";
        /// The number in it; empty where it is none.
        value: Option<f64> = "";
        /// Unit of the number; empty where it has none.
        unit: String = "";
    }

    /// One row for every staffing that a search for the cheapest one tried, and everything it has to reach.
    size: SizeRow {
        /// Members by pool, as in `analyst=6 officer=20`.
        staffing: String = "";
        /// What the posts of these pools cost in a year, or how many they are.
        cost: f64 = "currency or members";
        /// `answer`, `neighbour` (one member cheaper than the answer), `refused` (looked at anew, and not shown to reach
        /// everything), `cheaper` (than the answer, where every staffing was tried) or `tried` (the search came by).
        role: String = "";
        /// `fresh` (made after the search and for this judgement) or `search`.
        replications: String = "";
        /// The measure.
        measure: String = "";
        /// True class of the cases; empty for all together.
        class: String = "";
        /// Unit of the measure.
        unit: String = "";
        /// How the value has to stand to what is asked: `>=`, `>`, `<=` or `<`.
        relation: String = "";
        /// What is asked.
        asked: f64 = "";
        /// In this share of the replications at least; empty where it is asked of the mean.
        chance: Option<f64> = "share";
        /// The mean; with a chance the share of the replications that keep the bound.
        estimate: Option<f64> = "";
        /// Lower end; it holds by itself with `level`.
        low: Option<f64> = "";
        /// Upper end; it holds by itself with `level`.
        high: Option<f64> = "";
        /// Confidence level of each end, so high that all claims hold at once with the confidence that was asked for; in
        /// rows of the role `tried` nothing is claimed.
        level: Option<f64> = "share";
        /// Replications that gave a value.
        n: u64 = "replications";
        /// How the estimate and its ends were made.
        method: String = "";
        /// `meets`, `fails` or `cannot be told apart`; where nothing is claimed `seems to meet` or `seems to fail`.
        verdict: String = "";
        /// The same of everything that the staffing has to reach.
        verdict_of_all: String = "";
    }

    /// One row for every mix of options that a search for the best use of a budget tried, the cheapest first: what it costs
    /// and what it changes.
    invest: InvestRow {
        /// Number of the mix, from 1, which is nothing; how often each option is bought stands in `mixes.csv` too.
        mix: u64 = "";
        /// What is bought, as in `officer=2 examiner=1`; `nothing`.
        bought: String = "";
        /// What it costs, as the budget counts: in a year, or over the measuring window.
        price: f64 = "currency";
        /// `fresh` (made after the search and for this judgement) or `search` (nothing is claimed).
        replications: String = "";
        /// The measure.
        measure: String = "";
        /// True class of the cases; empty for all together.
        class: String = "";
        /// Unit of the measure.
        unit: String = "";
        /// `more` or `less`: which way the measure is better.
        better: String = "";
        /// Mean.
        estimate: Option<f64> = "";
        /// Lower end of the interval of the mean.
        low: Option<f64> = "";
        /// Upper end of the interval of the mean.
        high: Option<f64> = "";
        /// Confidence level of the intervals.
        level: Option<f64> = "share";
        /// Replications (draws, where some inputs are not known) that gave a value.
        n: u64 = "replications";
        /// Mean of the mix minus nothing, under the same random numbers.
        difference: Option<f64> = "";
        /// Lower end of the interval of the difference, for this mix by itself.
        difference_low: Option<f64> = "";
        /// Upper end of it.
        difference_high: Option<f64> = "";
        /// Lower end of an interval of the difference that holds for all mixes with fresh replications at once.
        low_at_once: Option<f64> = "";
        /// Upper end of it.
        high_at_once: Option<f64> = "";
        /// Simulated extra cost over the measuring window, mean; a written `cost` of an option is not in it.
        extra_cost: Option<f64> = "currency";
        /// `yes` if nothing with fresh replications costs no more and has as good a mean, else `no`; empty for mixes of the search
        /// alone.
        frontier: String = "";
        /// `yes` if the mix may be the best that the budget pays for, of those with fresh replications, else `no`; empty for mixes
        /// of the search alone.
        may_be_best: String = "";
    }

    /// One row for every mix of `invest.csv` and every option in it: how often it is bought.
    mixes: MixRow {
        /// Number of the mix.
        mix: u64 = "";
        /// The option.
        option: String = "";
        /// How often it is bought.
        count: u64 = "";
    }

    /// One row for every option: what one of it changes, if nothing else is bought.
    marginal: MarginalRow {
        /// The option.
        option: String = "";
        /// What it costs each time, as the budget counts: in a year, or over the measuring window.
        price: f64 = "currency";
        /// How often it may be bought.
        at_most: u64 = "";
        /// The measure.
        measure: String = "";
        /// True class of the cases; empty for all together.
        class: String = "";
        /// Unit of the measure.
        unit: String = "";
        /// `more` or `less`: which way the measure is better.
        better: String = "";
        /// Mean with one of it minus nothing, under the same random numbers.
        difference: f64 = "";
        /// Lower end of the interval of the difference, for this option by itself.
        low: Option<f64> = "";
        /// Upper end of it.
        high: Option<f64> = "";
        /// Confidence level of the intervals and places.
        level: f64 = "share";
        /// Pairs of replications (of draws, where some inputs are not known) in which both give a value.
        n: u64 = "pairs";
        /// How the interval was made.
        method: String = "";
        /// Lower end of an interval of the difference that holds for all options at once.
        low_at_once: Option<f64> = "";
        /// Upper end of it.
        high_at_once: Option<f64> = "";
        /// Difference for each unit of the price; empty where it costs nothing.
        per_price: Option<f64> = "";
        /// Lower end of its interval.
        per_price_low: Option<f64> = "";
        /// Upper end of its interval.
        per_price_high: Option<f64> = "";
        /// The first place that the option may take, the most for its price in place 1.
        first_place: Option<u64> = "";
        /// The last place that it may take; the places of all options hold at once with `level`.
        last_place: Option<u64> = "";
        /// Simulated extra cost over the measuring window, mean; a written `cost` of an option is not in it.
        extra_cost: Option<f64> = "currency";
        /// Difference for each unit of the simulated extra cost.
        per_cost: Option<f64> = "";
        /// End of its interval; see `kind`.
        per_cost_low: Option<f64> = "";
        /// End of its interval; see `kind`.
        per_cost_high: Option<f64> = "";
        /// `between` (the ratio lies between the ends), `outside` (below the lower or above the upper end: the extra cost may
        /// be nothing) or `any` (nothing can be said of it); empty where there is no extra cost.
        kind: String = "";
    }

    /// One row for every figure of a sensitivity analysis: of a factor, or of all together.
    sensitivity: SensitivityRow {
        /// `tornado` (one factor at a time), `morris` (elementary effects) or `sobol` (shares of the variance).
        analysis: String = "";
        /// The input, by its path or the name under which several values share it; empty for all together.
        factor: String = "";
        /// How its values come in: `unsure` (what nobody knows), `set`, `scale` or `add` (edits).
        how: String = "";
        /// The measure.
        measure: String = "";
        /// True class of the cases; empty for all together.
        class: String = "";
        /// Unit of the figure.
        unit: String = "";
        /// Tornado: `middle` (mean with every factor in its middle), `low` and `high` (change from there with the factor at its
        /// end), `swing` (from end to end; where both lie on one side of the middle, the larger change), `luck_low` and
        /// `luck_high` (the outer tenths of single replications, less the mean). Morris: `mu` and `mu_star` (mean elementary effect
        /// and mean size of one), `sigma` (their standard deviation without luck), `mu_star_of_luck` (the `mu_star` of a factor without effect).
        /// Sobol': `mean`, `S1` and `ST` (first-order and total index of the mean), `noise_share` (part of the variance
        /// of a single replication that is luck). All: `rank` (by `swing`, `mu_star` or `ST`, with the best and worst that are possible).
        quantity: String = "";
        /// Estimate.
        estimate: Option<f64> = "";
        /// Lower end of its interval.
        low: Option<f64> = "";
        /// Upper end of its interval.
        high: Option<f64> = "";
        /// Confidence level of the interval, of this figure by itself; of a rank, of all ranks at once.
        level: Option<f64> = "share";
        /// Replications (tornado), trajectories (Morris) or rows (Sobol') behind it.
        n: u64 = "";
        /// How the interval was made.
        method: String = "";
    }

    /// One row for every point of a sensitivity analysis and every factor: its value there.
    design: DesignRow {
        /// `tornado`, `morris` or `sobol`.
        analysis: String = "";
        /// Number of the point, from 1, through all analyses.
        point: u64 = "";
        /// Trajectory or row, from 1. Points of one share their replications; others have others.
        block: u64 = "";
        /// What the point is for: `middle`, `low`, `high`; `start` and `step` of a trajectory; `a`, `b` and `mixed` (a with one
        /// factor of b) of a row.
        role: String = "";
        /// The factor that is moved there; empty where none is.
        moved: String = "";
        /// Number of its first replication.
        first_replication: u64 = "";
        /// How many replications.
        replications: u64 = "replications";
        /// The factor whose value this is.
        factor: String = "";
        /// How the value comes in: `unsure`, `set`, `scale` or `add`.
        how: String = "";
        /// Where the value lies: from 0, the low end, to 1, the high one; in `sobol` the probability of no more than it.
        place: f64 = "";
        /// The value as it is written.
        written: String = "";
        /// Its number; empty where it has none.
        value: Option<f64> = "";
        /// Unit of the number.
        unit: String = "";
    }

    /// One row for every point of a sensitivity analysis, measure and replication.
    answers: AnswerRow {
        /// Number of the point, as in `design.csv`.
        point: u64 = "";
        /// Number of the replication; the same number is the same luck at every point.
        replication: u64 = "";
        /// The measure.
        measure: String = "";
        /// True class of the cases; empty for all together.
        class: String = "";
        /// Unit of the value.
        unit: String = "";
        /// What the replication gives; empty where it gives nothing.
        value: Option<f64> = "";
    }

    /// One row for every dated change: when and why.
    changes: ChangeRow {
        /// Its date.
        at: Moment = "";
        /// Its date since the start.
        day: f64 = "days";
        /// Its name or reason, as written.
        label: String = "";
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn every_table_and_column_has_its_own_name_and_a_sentence() {
        let mut files = BTreeSet::new();
        for table in TABLES {
            assert!(files.insert(table.name), "{} stands twice", table.name);
            let mut names = BTreeSet::new();
            for column in table.columns {
                assert!(names.insert(column.name), "{}.{} stands twice", table.name, column.name);
                let doc = column.doc;
                assert!(doc.ends_with('.') && doc == doc.trim() && !doc.contains("  "), "{doc:?}");
            }
            assert_eq!(["scenario", "plan"], [table.columns[0].name, table.columns[1].name]);
        }
        assert_eq!(files.len(), 34);
    }
}
