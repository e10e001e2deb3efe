//! The tables of a scenario file. Their documentation is the reference: `caseload explain`, the JSON Schema and
//! `docs/scenario-reference.md` are made of it.

use super::choice::{
    Belief, CountsAs, Happening, Hire, Leave, PartOf, RouteBy, Servers, ShiftEnd, StageEdge,
};
use super::demand::{History, LinkOrShare, Recorded, Then};
use super::edit::{EditList, Edits};
use super::hours::{DayOfYear, Holiday, Holidays, Hours, Length, MonthAndDay, WeekHours};
use super::keyed::{ByClass, CasesByClass, Keyed, Monthly, Profile, Routing, Shares, Sharing, Weekly};
use super::law::LawSpec;
use super::law_reading::{Counts, Every, Gaps, Law, Times};
use super::moments::{Moment, StartMoment, Step};
use super::order::Order;
use super::parts::{Assignment, Join, Part, Slots, WeekSlots};
use super::spec::{Field, Kind, Presence, Shape, TableKind as _, TableSpec, When, table};
use super::staff_keys::{Exponent, ExponentValue, Hazard, Positive, PositiveLength, Productivity};
use super::triage::{Assess, Park, Prefers, QueueLimit, Reserve};
use super::value::{
    Amount, At, Cases, Dispersion, Growth, Id, Lasting, LoadSize, Name, Names, NonNegative, PositiveShare,
    Posts, Rate, Repetitions, Seed, Share, Text, TimeSpan, Tips, Truth, YearlyRate,
};
use serde_json::json;

use crate::units::civil::{CalendarSpan, DateTime};
use crate::units::{Duration, Time};

/// A scenario at one moment, as it is written: every table in the order of the file, `before` applied.
#[derive(Clone, PartialEq, Debug)]
pub struct Scenario {
    /// `[scenario]`.
    pub header: Header,
    /// `[[class]]`, most urgent first.
    pub classes: Vec<Class>,
    /// `[[source]]`.
    pub sources: Vec<Source>,
    /// `[[initial]]`.
    pub initial: Vec<Initial>,
    /// `[[pool]]`.
    pub pools: Vec<Pool>,
    /// `[[stage]]`.
    pub stages: Vec<Stage>,
    /// `[[outcome]]`.
    pub outcomes: Vec<Outcome>,
    /// `[[milestone]]`.
    pub milestones: Vec<Milestone>,
    /// `[[target]]`.
    pub targets: Vec<Target>,
}

table! {
    /// What is simulated, from when to when, and how often. Written once, as `[scenario]`.
    pub struct Header = "scenario" {
        /// What the scenario shows, in a few words: the title of reports and charts.
        title: Option<At<String>>, optional Text, Start, "\"State task force, status quo\"";
        /// The first moment, a civil date or date-time without time zone or daylight saving. Dates in the file are
        /// counted from it.
        start: At<DateTime>, required StartMoment, Fixed, "2025-01-06";
        /// Where the simulation ends: a date, or a length of calendar time after `start`. Nothing at or after it
        /// happens, except the last sample.
        horizon: At<Time>, required Moment, CommandLine, "\"3 years\"";
        /// How often the backlog is sampled: every so much calendar time, from the start.
        sample: At<CalendarSpan>, default "\"7 days\"" Step, CommandLine, "\"7 days\"";
        /// How often the run is repeated under different luck. More of them make intervals narrower: four times as
        /// many, half as wide.
        replications: At<u32>, default "200" Repetitions, CommandLine, "200";
        /// How many draws of the values that nobody knows are run, each with all replications. Not written: 20 where a
        /// value is `unsure`, else 1.
        draws: Option<At<u32>>, optional Repetitions, CommandLine, "50";
        /// Where all luck comes from. The same seed gives the same bits, under every plan and any number of threads.
        seed: At<u64>, default "1" Seed, CommandLine, "20250106";
        /// Days on which nobody with hours works, except in pools that say `holidays = false`: dates, and ranges
        /// that include both ends. They are no working days either.
        holidays: Vec<Holiday>, default "[]" Holidays, Dated, "[2025-07-04, \"2026-12-24..2026-12-26\"]";
        /// What amounts of money are in: a word printed beside them.
        currency: Option<At<String>>, optional Text, Start, "\"USD\"";
        /// The month and day on which the fiscal year begins; costs are summed by it. Without it, 1 January.
        fiscal_year: Option<DayOfYear>, optional MonthAndDay, Start, "\"07-01\"";
        /// By how much money loses worth in a year, as a fraction: 0.03 counts 103 next year as 100 today.
        discount: At<f64>, default "0.0" YearlyRate, Start, "0.03";
        /// How the numbers were found and what they were held against: free text for the report.
        calibration: Option<At<String>>, optional Text, Start, "\"hours per tip are assumptions\"";
        /// How long the model runs before anything is measured. Use it where the backlog at the start is not known;
        /// an `[[initial]]` backlog is better where it is.
        warmup: At<Time>, default "\"0 days\"" Moment, CommandLine, "\"1 year\"";
        /// How long the simulation goes on after the horizon, only to see what becomes of the cases that arrived
        /// before it. Every other measure ends at the horizon.
        follow_up: At<Duration>, default "\"0 days\"" Length, CommandLine, "\"90 days\"";
    }
}

impl Header {
    /// The moments at which the backlog is sampled: the start, every `sample` after it, and the horizon.
    pub fn sample_times(&self) -> Vec<Time> {
        let (start, step, horizon) = (self.start.value, self.sample.value, self.horizon.value);
        let mut times: Vec<Time> =
            (0..).map_while(|n| step.after(start, n).filter(|&time| time < horizon)).collect();
        times.push(horizon);
        times
    }
}

table! {
    /// What cases truly are, most urgent first: the order is the precedence. What the agency believes a case to be
    /// (its observed class) may differ; effort, delay and routes follow the true class, queues the observed one.
    pub struct Class = "class" {
        /// What the class is called.
        id: Id, required Name, Fixed, "\"danger\"";
        /// The class of which this is a sub-class. What is not said for it holds as for that class, it shares its
        /// precedence, and reports sum it with it.
        of: Option<Id>, optional Name, Fixed, "\"danger\"";
        /// The class before which this one is placed in the precedence; otherwise it comes where it is written, and
        /// the classes of a plan after those of the scenario.
        before: Option<Id>, optional Name, Fixed, "\"possession\"";
        /// A weight per subject and day, from the first tip until an outcome that stops the subject: what waiting
        /// costs those who are harmed, in units of your own. Not named: 0.
        risk: Option<At<f64>>, optional NonNegative, Dated, "10";
        /// Whether a case of this (observed) class, when it joins a queue and nobody is free for it, interrupts the
        /// work on the least urgent case of its pool. Not named: no.
        preempt: Option<At<bool>>, optional Truth, Dated, "true";
        /// How many devices a case has (accounts and cloud data count too), where a stage works per device. Not named:
        /// one.
        devices: Option<LawSpec>, optional Law<Counts>, Dated, "{ geometric = { mean = 3.0 } }";
        /// How often a subject who was not stopped causes a further tip: it concerns the subject's open case, or opens
        /// a new one. Not named: never.
        repeat: Option<At<f64>>, optional Rate, Dated, "\"0.4 per year\"";
    }
}

table! {
    /// Where tips come from: a flow with its rate, or one sender's mass reports (`burst` alone).
    pub struct Source = "source" {
        /// What the source is called.
        id: Id, required Name, Fixed, "\"platforms\"";
        /// How many tips arrive on average at the start, as a rate. Not needed where there is only a `burst`, and
        /// where `replay` or `rates` say it.
        rate: Option<At<f64>>, optional Rate, Dated, "\"19.2 per day\"";
        /// By how much the rate grows, compounded over the time since the rate was last set.
        growth: At<f64>, default "\"0% per year\"" Growth, Dated, "\"27% per year\"";
        /// Weights of the days of the week; together with `hours` they are brought to a mean of 1, so that `rate`
        /// stays the rate of a whole week.
        weekly: Option<Profile<7>>, optional Weekly, Dated, "{ sat = 0.7, sun = 0.6 }";
        /// The hours in which tips arrive; all of them come then.
        hours: Option<WeekHours>, optional Hours, Dated, "\"Mon-Fri 07:00-19:00\"";
        /// Weights of the months, brought to a mean of 1 over twelve equal months.
        monthly: Option<Profile<12>>, optional Monthly, Dated, "{ jul = 0.8, dec = 0.7 }";
        /// The ratio of variance to mean of daily counts: 1 is pure chance, 3 means that good and bad days differ
        /// more than chance explains.
        overdispersion: At<f64>, default "1.0" Dispersion, Dated, "2.7";
        /// How regular the flow is: a law without unit and with mean 1 for the gaps between tips, or `"constant"`.
        /// Not written: pure chance (a Poisson process).
        gaps: Option<LawSpec>, optional Gaps, Start, "{ gamma = { mean = 1.0, cv = 0.5 } }";
        /// How many tips arrive together, where they come in batches.
        batch: Option<LawSpec>, optional Law<Counts>, Dated, "{ geometric = { mean = 1.4 } }";
        /// Mass reports on top of the flow, or alone.
        burst: Option<Burst>, optional Burst, Dated,
            "{ every = \"60 days\", size = { lognormal = { mean = 120, cv = 1.0 } }, over = \"2 days\" }";
        /// Which share of the tips is truly of which class, adding up to 1; one may be `"rest"`.
        mix: Shares, required Sharing, Dated, "{ danger = 0.02, hands-on = 0.08, possession = \"rest\" }";
        /// What the mix has become at the horizon, where it drifts: in between it is on the straight line.
        mix_end: Option<Shares>, optional Sharing, Start, "{ danger = 0.02, possession = \"rest\" }";
        /// What the agency believes of a tip: nothing (`"unknown"`), the truth (`"true"`), or always one class. Not
        /// written: nothing where some stage assesses, else the truth.
        labelled: Option<Belief>, optional Belief, Dated, "\"true\"";
        /// The stage that its tips enter; not written: the first stage of the file.
        enters: Option<Id>, optional Name, Dated, "\"legal-process\"";
        /// The moment from which tips arrive.
        from: Option<At<Time>>, optional Moment, Start, "2025-07-01";
        /// The moment from which no more tips arrive.
        until: Option<At<Time>>, optional Moment, Start, "2026-07-01";
        /// After so many tips no more arrive.
        at_most: Option<At<u64>>, optional Tips, Start, "500";
        /// The provider keeps the evidence only so long; when it lapses first, the case is lost.
        retention: Option<Retention>, optional Retention, Dated,
            "{ lasts = \"365 days\", lag = \"5 days\", preserved_by = \"legal-process\", on_lapse = \"evidence-lost\" }";
        /// How many reports were merged into a tip before it reached the agency. Counts of reports go by it, nothing
        /// else does.
        bundle: Option<LawSpec>, optional Law<Counts>, Dated, "{ geometric = { mean = 2.0 } }";
        /// Recorded timestamps instead of a flow.
        replay: Option<Recorded>, optional Recorded, Start, "{ csv = \"tips.csv\", column = \"received\" }";
        /// Recorded counts by day, month or year instead of a rate: a row's count is the mean number of tips of its
        /// civil period, within which `weekly`, `hours` and `monthly` spread them.
        rates: Option<History>, optional History, Dated,
            "{ csv = \"counts.csv\", period = \"month\", count = \"tips\", then = \"repeat\" }";
        /// The share of tips that concern a case which is already open: such a tip ends as `linked`.
        link: Option<Link>, optional LinkOrShare, Dated, "0.12";
        /// The probability that a linked tip makes its case look more urgent: its observed class becomes the next one
        /// in the precedence.
        escalates: Option<At<f64>>, optional Share, Dated, "0.25";
    }
}

table! {
    /// Mass reports: happenings that each bring many tips.
    pub struct Burst = "source.burst" {
        /// The time from one burst to the next: a law, or the mean of an exponential one.
        every: LawSpec, required Law<Every>, Dated, "\"60 days\"";
        /// How many tips a burst brings.
        size: LawSpec, required Law<Counts>, Dated, "{ lognormal = { mean = 120, cv = 1.0 } }";
        /// The time over which they arrive, evenly.
        over: At<Duration>, default "\"0 days\"" Length, Dated, "\"2 days\"";
    }
}

table! {
    /// Tips that concern a case of their class which is open already: they end as `linked`. `link = 0.12` is short for
    /// its `share`.
    pub struct Link = "source.link" {
        /// The share of such tips.
        share: At<f64>, required Share, Dated, "0.12";
        /// The stage at whose end it is found out; not written: at once.
        after: Option<Id>, optional Name, Dated, "\"screen\"";
        /// Where no case of the tip's class is open: the probability that an ended case whose subject was not stopped
        /// is opened again, at the stage where it ended.
        reopen: At<f64>, default "0.0" Share, Dated, "0.1";
    }
}

table! {
    /// Recorded counts as the rate: each is the mean number of tips of its civil period. The periods follow each other
    /// without gaps.
    pub struct Rates = "source.rates" {
        /// The file, relative to this one: comma-separated values whose first line names the columns.
        csv: At<String>, required Text, Start, "\"counts.csv\"";
        /// The column of the period that a row covers: a day `2024-03-05`, a month `2024-03` or a year `2024`.
        period: At<String>, required Text, Start, "\"month\"";
        /// The column of the number of tips.
        count: At<String>, required Text, Start, "\"tips\"";
        /// What comes after the last row, where the run goes on longer.
        then: At<Then>, default "\"error\"" Then, Start, "\"repeat\"";
        /// What every count is multiplied by. An edit that scales the `rate` of the source scales this.
        times: At<f64>, default "1.0" NonNegative, Dated, "0.81";
    }
}

table! {
    /// Recorded timestamps as arrivals: the same tips in every replication. Rows outside the run are left out.
    pub struct Replay = "source.replay" {
        /// The file, relative to this one: comma-separated values whose first line names the columns.
        csv: At<String>, required Text, Start, "\"tips.csv\"";
        /// The column of the timestamps: civil dates or date-times, in any order.
        column: At<String>, required Text, Start, "\"received\"";
    }
}

table! {
    /// How long a provider keeps the evidence, and what stops that clock. A lapse ends the case: at once while it
    /// waits or is delayed, at the end of the work otherwise. It is counted, never lost from the books.
    pub struct Retention = "source.retention" {
        /// How long the provider keeps it, from the tip's arrival less `lag`.
        lasts: LawSpec, required Law<Times>, Dated, "\"365 days\"";
        /// How old the evidence is when the tip arrives.
        lag: At<Duration>, default "\"0 days\"" Length, Dated, "\"5 days\"";
        /// The stage that stops the clock for good: its start, or `{ end = "stage" }` its end.
        preserved_by: StageEdge, required StageEdge, Start, "\"legal-process\"";
        /// The outcome of a case whose evidence lapses.
        on_lapse: Id, required Name, Dated, "\"evidence-lost\"";
    }
}

table! {
    /// Cases that are there at the start. Each row puts some at one stage, oldest first.
    pub struct Initial = "initial" {
        /// The stage they stand in.
        stage: Id, required Name, Start, "\"screen\"";
        /// How many, by true class.
        count: Vec<(Id, At<u32>)>, required CasesByClass, Start, "{ possession = 300, trading = 80 }";
        /// How long ago their tips arrived.
        age: LawSpec, required Law<Times>, Start, "{ exponential = { mean = \"45 days\" } }";
        /// How long they have waited in this queue; not written: all of their age.
        waited: Option<LawSpec>, optional Law<Times>, Start, "\"10 days\"";
        /// What the agency believes them to be: `"true"`, `"unknown"` or a class. Not written: the truth if no stage
        /// assesses or one before theirs does, else unknown.
        observed: Option<Belief>, optional Belief, Start, "\"unknown\"";
        /// The source whose retention they have, given that it has not lapsed yet; not written: none.
        source: Option<Id>, optional Name, Start, "\"platforms\"";
    }
}

table! {
    /// People, or machines, of one kind. One of them is a member; a place for one is a post.
    pub struct Pool = "pool" {
        /// What the pool is called.
        id: Id, required Name, Fixed, "\"examiner\"";
        /// Number of posts, filled or not.
        headcount: At<u32>, required Posts, Dated, "6";
        /// How many posts are filled at the start; not written: all.
        filled: Option<At<u32>>, optional Posts, Start, "22";
        /// When its members work: hours of the week, a list of such, or `"always"`. Without `hours` and `shifts` they
        /// work day and night, as machines do. Windows may run over midnight.
        hours: Option<WeekHours>, optional Hours, Dated, "\"Mon-Fri 08:00-16:30\"";
        /// A rota instead of `hours`: each shift with the share of the members who work it.
        shifts: Option<Vec<Shift>>, optional Rota, Dated,
            "[{ hours = \"Mon-Fri 06:00-14:00\", share = 0.6 }, { hours = \"Mon-Fri 14:00-22:00\", share = 0.4 }]";
        /// Whether the scenario's holidays hold for this pool.
        holidays: At<bool>, default "true" Truth, Dated, "false";
        /// The share of a shift that is work on cases; the rest is meetings, court, training. It slows every task: a
        /// task of one hour takes 1 h 23 min at 0.72.
        availability: At<f64>, default "1.0" PositiveShare, Dated, "0.72";
        /// What happens to work that the end of a shift meets.
        shift_end: At<ShiftEnd>, default "\"pause\"" ShiftEnd, Dated, "\"finish\"";
        /// All-in cost of a filled post in a year.
        yearly_cost: Option<At<f64>>, optional NonNegative, Dated, "94_000";
        /// Cost by the hour instead of by the year.
        hourly: Option<Hourly>, optional Hourly, Dated, "{ on_shift = 8, worked = 75 }";
        /// What an hour of overtime costs, in hours.
        overtime_factor: At<f64>, default "1.0" NonNegative, Dated, "1.5";
        /// The observed classes that its members take up; not written: all. Where a stage assesses, cases are
        /// `unknown` before.
        takes: Option<Vec<Id>>, optional Names, Dated, "[\"danger\"]";
        /// Members kept free: a case of another observed class starts only if more than so many are free.
        reserve: Option<Reserve>, optional Reserve, Dated, "{ members = 1, for = [\"danger\"] }";
        /// What a free member looks at first among the first cases of its stages. With `"class"`, what is `unknown`
        /// because no stage has assessed it comes last, unless `[[class]] id = "unknown"` has a place of its own.
        prefers: At<Prefers>, default "\"class\"" Prefers, Dated, "\"downstream-first\"";
        /// One order for all stages where its members work, which are then one queue. It goes before the orders of those
        /// stages; there is no `prefers` beside it.
        order: Option<At<Order>>, optional Order, Dated, "\"class\"";
        /// How readily people leave: a hazard. 15% a year means that a member stays 1/0.15 years on average. Who leaves
        /// hands the task in hand back with what is left of it.
        attrition: Option<At<f64>>, optional Hazard, Dated, "\"15% per year\"";
        /// How long a post stays empty after somebody left; posts that are empty at the start wait as long. Not written:
        /// posts are filled at once, and those that are empty at the start stay so.
        backfill: Option<LawSpec>, optional Law<Times>, Dated, "{ lognormal = { mean = \"150 days\", cv = 0.5 } }";
        /// How long new members learn, and how much they do meanwhile. Who is there at the start is trained.
        training: Option<Training>, optional Training, Dated, "{ lasts = \"6 months\", productivity = 0.5 }";
        /// How attrition rises with the load.
        burnout: Option<Burnout>, optional Burnout, Dated, "{ above = 40, sensitivity = 0.5 }";
        /// Sick leave and other absences; breakdowns of machines. Everybody is there at the start.
        absence: Option<Absence>, optional Absence, Dated, "{ every = \"75 days\", lasts = \"4 days\" }";
        /// How many hours of effort on stages with `exposure` a member may do in a day: from the start of a shift to the
        /// first start of one on a later calendar day. Who reaches it hands the case back.
        exposure_cap: Option<At<Duration>>, optional PositiveLength, Dated, "\"4 hours\"";
        /// How the speed of each changes with the number of members: the output of n members grows as n to this power.
        /// At 0.8 twice the staff do 1.74 times as much. `at` says at how many members the efforts were measured.
        staffing_exponent: Option<StaffingExponent>, optional Exponent, Dated, "{ value = 0.8, at = 6 }";
    }
}

table! {
    /// One shift of a rota.
    pub struct Shift = "pool.shifts" {
        /// Its hours.
        hours: WeekHours, required Hours, Dated, "\"Mon-Fri 06:00-14:00\"";
        /// The share of the pool's members who work it.
        share: At<f64>, required PositiveShare, Dated, "0.6";
    }
}

table! {
    /// What new members learn, and how long.
    pub struct Training = "pool.training" {
        /// How long it takes.
        lasts: At<Duration>, required Length, Dated, "\"6 months\"";
        /// The share of a trained member's work that a new one does meanwhile; a list holds it for equal parts of the
        /// time, one after the other. A task goes on at the speed at which it was taken up.
        productivity: Vec<At<f64>>, required Productivity, Dated, "[0.4, 0.6, 0.8]";
    }
}

table! {
    /// How load drives people away. Once a week the hazard of leaving is multiplied by
    /// 1 + `sensitivity` x (load / `above` - 1) if the load is above `above`. The load is the number of cases that wait at
    /// the pool's stages (parked ones apart) for each filled post.
    pub struct Burnout = "pool.burnout" {
        /// The load above which it begins: waiting cases for each filled post.
        above: At<f64>, required Positive, Dated, "40";
        /// How much the hazard rises: 0.5 makes it 1.5 times as high at twice that load.
        sensitivity: At<f64>, required NonNegative, Dated, "0.5";
    }
}

table! {
    /// Members are away for a time: sick leave, court, breakdowns. Calendar time, busy or not.
    pub struct Absence = "pool.absence" {
        /// The time from a return (or the start in the post) to the next absence: a law, or the mean of an exponential
        /// one.
        every: LawSpec, required Law<Every>, Dated, "\"75 days\"";
        /// How long an absence lasts.
        lasts: LawSpec, required Law<Times>, Dated, "{ lognormal = { mean = \"4 days\", cv = 1.5 } }";
        /// Whether the task in hand goes back to its place in the queue with what is left of it; otherwise it waits for
        /// the member. A crew always hands back.
        hand_over: At<bool>, default "false" Truth, Dated, "true";
    }
}

table! {
    /// How the speed of each member changes with the number of filled posts n: it is multiplied by
    /// (n / `at`) to the power `value` - 1 when a task is taken up. `staffing_exponent = 0.8` is short for its `value`.
    pub struct StaffingExponent = "pool.staffing_exponent" {
        /// The exponent of the pool's output; 1 is no effect.
        value: At<f64>, required ExponentValue, Dated, "0.8";
        /// The number of filled posts at which a member has the speed that the efforts say. Not written: the headcount as
        /// the file with the pool writes it, before plans and edits.
        at: Option<At<f64>>, optional Positive, Dated, "6";
    }
}

table! {
    /// Cost by the hour.
    pub struct Hourly = "pool.hourly" {
        /// For each hour on shift, busy or not.
        on_shift: At<f64>, default "0.0" NonNegative, Dated, "8";
        /// For each hour worked on cases.
        worked: At<f64>, default "0.0" NonNegative, Dated, "75";
    }
}

table! {
    /// A step in the life of a case. With `pool` somebody works there; with `delay` nobody works and the case waits;
    /// with neither it takes no time. Stages further down the file are downstream: free members prefer them among
    /// cases of equal urgency.
    pub struct Stage = "stage" {
        /// What the stage is called; no outcome may have the same name.
        id: Id, required Name, Fixed, "\"legal-process\"";
        /// The stage before which this one is placed; otherwise it comes where it is written, and the stages of a
        /// plan after those of the scenario.
        before: Option<Id>, optional Name, Fixed, "\"charging\"";
        /// Who works there: a pool; a list of pools, of which the first with somebody free serves; or a crew, so
        /// many members of each of several pools, all at once.
        pool: Option<Servers>, optional Servers, Start, "\"officer\"";
        /// Member-hours of work by true class: a length of time or a law. `"1 day"` is 24 hours of work. It takes
        /// longer than that where the pool's `availability` is below 1.
        effort: Option<ByClass<LawSpec>>, optional Keyed<Law<Times>>, Dated,
            "{ default = \"2 h\", danger = { gamma = { mean = \"20 h\", cv = 0.9 } } }";
        /// How long the case waits where nobody works, by true class: courts, providers, other countries.
        delay: Option<ByClass<LawSpec>>, optional Keyed<Law<Times>>, Dated, "{ p50 = \"14 days\", p90 = \"45 days\" }";
        /// Who is served next among those who wait. Not written: the order of the pool, or `"class"`.
        order: Option<At<Order>>, optional Order, Dated, "\"fifo\"";
        /// Where a case goes afterwards, by true class (see `route_by`): a stage or outcome, or shares among them.
        /// Every stage needs one. Going back is allowed, as long as every case can end.
        route: Option<ByClass<Shares>>, optional Keyed<Routing>, Dated,
            "{ default = { search = 0.1, no-action = \"rest\" }, danger = \"search\" }";
        /// Whether the route looks at the true or at the observed class.
        route_by: At<RouteBy>, default "\"true\"" RouteBy, Dated, "\"observed\"";
        /// How long a case waits in this queue before it leaves unserved, by observed class. It ends with the first
        /// start. Not named: for ever.
        patience: Option<ByClass<LawSpec>>, optional Keyed<Law<Times>>, Dated, "{ possession = \"180 days\" }";
        /// Where a case goes whose patience has ended: a stage or an outcome. Needed with `patience`.
        on_patience: Option<Id>, optional Name, Dated, "\"no-action\"";
        /// The hours in which work may begin, both ends included; it goes on outside them (machines that run alone).
        starts: Option<WeekHours>, optional Hours, Dated, "\"Mon-Fri 09:00-15:00\"";
        /// What each start costs.
        cost: Option<At<f64>>, optional NonNegative, Dated, "40";
        /// What the agency comes to believe of a case when the stage ends. Any number of stages may assess; the last
        /// word counts. Before, a case is `unknown` where its source does not label it, and `unknown` comes after all
        /// classes: a pool that also works at later stages takes up new tips last, unless it `prefers` otherwise.
        assess: Option<Assess>, optional Assess, Dated,
            "{ sensitivity = 0.9, specificity = 0.95, positive = [\"danger\"], below = \"possession\" }";
        /// When cases are put aside, and when they come back.
        park: Option<Park>, optional Park, Dated,
            "{ above = 400, classes = [\"possession\"], release_below = 250, after = \"180 days\" }";
        /// How many cases may wait, and where others go.
        queue_limit: Option<QueueLimit>, optional QueueLimit, Dated, "{ cases = 60, to = \"handover\" }";
        /// Whether cases of a class with `preempt` may interrupt work here.
        interruptible: At<bool>, default "true" Truth, Start, "false";
        /// Whether work here counts against the `exposure_cap` of its members.
        exposure: At<bool>, default "false" Truth, Start, "true";
        /// Whether each device of a case comes here by itself. The first such stage takes the case apart into its
        /// class's `devices` and names `then`; all stages on the way there are per device too.
        per: Option<At<Part>>, optional Part, Start, "\"device\"";
        /// Where the devices of a case meet and it goes on as one: a stage. Written at the first stage per device.
        then: Option<Id>, optional Name, Start, "\"charging\"";
        /// When the case goes on: `"all"`, when no device is left; or `"first"`, when the first one arrives at `then`:
        /// the others are withdrawn, and work on them that has begun is finished for nothing. Not written: `"all"`.
        join: Option<At<Join>>, optional Join, Start, "\"first\"";
        /// Where a case goes of which no device arrives: a stage or an outcome. Not written: `then`.
        none: Option<Id>, optional Name, Start, "\"no-action\"";
        /// The case goes down several stages at once when this stage ends. Such a stage has no `route`.
        split: Option<SplitInto>, optional SplitInto, Start,
            "{ tracks = [\"lab\", \"warrant\"], then = \"charging\" }";
        /// Cases are handled together, in loads: a load has one place, and the effort or delay of its first case.
        gather: Option<GatherRule>, optional GatherRule, Start, "{ exactly = 8 }";
        /// The moments of the week at which loads go, none of them on holidays: a van at 16:00, a court day. Without
        /// `gather` all that wait go (where nobody works), or may be taken up from then on (where somebody does).
        slots: Option<WeekSlots>, optional Slots, Start, "\"Mon-Fri 16:00\"";
        /// A partial load goes when its longest-waiting case has waited so long.
        or_after: Option<At<Duration>>, optional Length, Start, "\"14 days\"";
        /// How many cases may be between this stage and a later one; others wait in front of this stage.
        wip: Option<Wip>, optional Wip, Dated, "{ until = \"charging\", per_member = 15 }";
        /// Whether a case is assigned to one member here, the one with the fewest cases, and stays with that member, at
        /// later stages of the same pool too: until the stage `until` of `wip`, or its end. It waits for that member even
        /// if others are free. Not written: whoever is free works.
        assignment: Option<At<Assignment>>, optional Assignment, Start, "\"same-member\"";
        /// Whether free members are kept for the first case here until its crew is complete. Without it nobody is
        /// kept idle for a crew: in a pool with more work than hours it is hardly ever complete.
        hold: At<bool>, default "false" Truth, Start, "true";
    }
}

table! {
    /// Several stages at once, when this stage ends. A stage with it has no `route`.
    pub struct SplitInto = "stage.split" {
        /// The stages where its parts begin, one part each; no two of them may come to the same stage before `then`.
        tracks: Vec<Id>, required Names, Start, "[\"lab\", \"warrant\"]";
        /// The stage where the tracks meet and the case goes on as one.
        then: Id, required Name, Start, "\"charging\"";
        /// When the case goes on: `"all"`, when no track is left; or `"first"`, when the first one arrives at `then`.
        join: At<Join>, default "\"all\"" Join, Start, "\"first\"";
        /// Where a case goes of which no track arrives: a stage or an outcome. Not written: `then`.
        none: Option<Id>, optional Name, Start, "\"no-action\"";
    }
}

table! {
    /// How many cases make a load: one of the two. The load has one place, and the effort or delay of its first case.
    pub struct GatherRule = "stage.gather" {
        /// A load goes when so many wait, and takes no more.
        exactly: Option<At<u32>>, optional LoadSize, Start, "8";
        /// A load takes so many at most; one case is enough.
        up_to: Option<At<u32>>, optional LoadSize, Start, "8";
    }
}

table! {
    /// How many cases may be in a stretch of stages: in all, or for each filled post of the stage's pool. Others wait in
    /// front of its first stage.
    pub struct Wip = "stage.wip" {
        /// The stage at which the stretch ends: a case gives its place back when it enters this stage, or when it ends.
        until: Id, required Name, Start, "\"charging\"";
        /// So many in all.
        cases: Option<At<u32>>, optional Cases, Dated, "100";
        /// So many for each filled post of the stage's pool; with `assignment`, for each of its members.
        per_member: Option<At<u32>>, optional Cases, Dated, "15";
    }
}

table! {
    /// How a case can end.
    pub struct Outcome = "outcome" {
        /// What the outcome is called; no stage may have the same name.
        id: Id, required Name, Fixed, "\"arrest\"";
        /// What it counts as in reports.
        counts_as: At<CountsAs>, required CountsAs, Start, "\"acted\"";
        /// Whether it stops the subject: no further tips, no more risk.
        stops: At<bool>, default "false" Truth, Start, "true";
        /// Whether it is the end of a device or a track only, while the case goes on with the others. Not written: it is
        /// the end of the whole case, even if only one of its parts comes to it.
        of: Option<At<PartOf>>, optional PartOf, Start, "\"device\"";
    }
}

table! {
    /// A moment whose delay is reported, for each class: how long until it happens, and for how many it ever does.
    pub struct Milestone = "milestone" {
        /// What the milestone is called.
        id: Id, required Name, Fixed, "\"action\"";
        /// What has to happen; the first time counts.
        at: Happening, required Happening, Start, "{ start = \"legal-process\" }";
        /// Where the clock starts, instead of at the tip's arrival; only cases that pass it are counted.
        from: Option<Happening>, optional Happening, Start, "{ end = \"search\" }";
        /// The sources whose tips are counted; not written: all.
        source: Option<Vec<Id>>, optional Names, Start, "[\"platforms\"]";
    }
}

table! {
    /// What is asked for: such a share of such cases within such a time.
    pub struct Target = "target" {
        /// The milestone to be reached; `first-touch` (the first work on a case) and `closed` (its end) need no
        /// declaration.
        milestone: Id, required Name, Start, "\"action\"";
        /// The true class it is about; not written: all together.
        class: Option<Id>, optional Name, Start, "\"danger\"";
        /// The time allowed, from the start of the milestone's clock; of working days each has 24 hours, so that
        /// one working day after Friday noon is Monday noon.
        within: At<TimeSpan>, required Lasting, Start, "\"24 hours\"";
        /// The share that has to reach it in time.
        share: At<f64>, required Share, Start, "0.95";
    }
}

table! {
    /// A dated edit of parameters: laws, funding, practice, volumes change at dates.
    pub struct Change = "change" {
        /// The moment it takes effect: a date, or a length of time after the start.
        at: At<Time>, required Moment, Fixed, "2026-03-01";
        /// What the change is called in reports.
        id: Option<Id>, optional Name, Fixed, "\"encryption\"";
        /// Why: printed beside it.
        why: Option<At<String>>, optional Text, Fixed, "\"one platform turns on end-to-end encryption\"";
        /// Values that are replaced, by path: kind, id, key.
        set: Option<EditList>, optional Edits, Fixed, "{ \"stage.search.effort\" = \"8 h\" }";
        /// Values that are added to.
        add: Option<EditList>, optional Edits, Fixed, "{ \"pool.examiner.headcount\" = 2 }";
        /// Values that are multiplied: of a law what it draws, of a table each entry.
        scale: Option<EditList>, optional Edits, Fixed, "{ \"source.platforms.rate\" = 0.81 }";
        /// The change comes in evenly over this long, a step each midnight: `set` and `add` linearly, `scale`
        /// geometrically.
        over: Option<At<CalendarSpan>>, optional Step, Fixed, "\"6 months\"";
        /// The moment it is withdrawn.
        until: Option<At<Time>>, optional Moment, Fixed, "2027-07-01";
        /// What it costs once, beside the cost of staff.
        once: Option<At<f64>>, optional Amount, Fixed, "120_000";
        /// What it costs in a year while it is in force, beside the cost of staff.
        yearly: Option<At<f64>>, optional Amount, Fixed, "30_000";
        /// How posts it adds are filled; not written: `backfill`.
        hire: Option<At<Hire>>, optional Hire, Fixed, "\"new\"";
        /// How posts it takes away become empty; not written: `attrition`, and at `until` `last-hired`.
        leave: Option<At<Leave>>, optional Leave, Fixed, "\"last-hired\"";
    }
}

table! {
    /// What a plan costs beside the staff of its posts. In plans only, as `[cost]`.
    pub struct Cost = "cost" {
        /// Once, at the start.
        once: Option<At<f64>>, optional Amount, Fixed, "120_000";
        /// In a year.
        yearly: Option<At<f64>>, optional Amount, Fixed, "30_000";
    }
}

/// `[unsure.name]`: a value by name, which takes the place of others before they are read.
const UNSURE: &TableSpec = &TableSpec {
    name: "unsure",
    doc: "A value that nobody knows and that several places share: `{ unsure = \"name\" }`. One place alone says it \
          itself, as `{ unsure = LAW }` or `{ between = [low, high] }` in place of a number or quantity. It is drawn once \
          per draw of the inputs, not per case; where a whole number is needed it is rounded half up. Targets, milestones \
          and the length and seed of the run cannot be unknown.",
    fields: &[
        Field {
            key: "law",
            doc: "The law of what is not known, in numbers or in quantities of one kind of unit.",
            example: "{ pert = { low = 0.65, mode = 0.78, high = 0.85 } }",
            presence: Presence::Optional,
            when: When::Fixed,
            shape: || Shape::new("a law", json!({ "$ref": "#/$defs/unknown-law" })),
        },
        Field {
            key: "between",
            doc: "Two bounds between which everything is equally likely, instead of a law.",
            example: "[\"6 h\", \"9 h\"]",
            presence: Presence::Optional,
            when: When::Fixed,
            shape: || Shape::new("two numbers or quantities", json!({ "$ref": "#/$defs/bounds" })),
        },
    ],
};

/// Every kind of table, in the order of the reference.
pub(crate) const TABLES: &[&TableSpec] = &[
    Header::SPEC,
    Class::SPEC,
    Source::SPEC,
    Burst::SPEC,
    Link::SPEC,
    Rates::SPEC,
    Replay::SPEC,
    Retention::SPEC,
    Initial::SPEC,
    Pool::SPEC,
    Shift::SPEC,
    Training::SPEC,
    Burnout::SPEC,
    Absence::SPEC,
    StaffingExponent::SPEC,
    Hourly::SPEC,
    super::triage::RESERVE,
    Stage::SPEC,
    Assess::SPEC,
    Park::SPEC,
    QueueLimit::SPEC,
    SplitInto::SPEC,
    GatherRule::SPEC,
    Wip::SPEC,
    Outcome::SPEC,
    Milestone::SPEC,
    Target::SPEC,
    Change::SPEC,
    Cost::SPEC,
    UNSURE,
];

/// The table of this name.
pub(crate) fn table_named(name: &str) -> Option<&'static TableSpec> {
    TABLES.iter().copied().find(|spec| spec.name == name)
}

/// The tables that have a key of this name, as they are headed in a file.
pub(crate) fn tables_with(key: &str) -> impl Iterator<Item = &'static str> {
    TABLES.iter().filter(move |spec| spec.field(key).is_some()).map(|spec| spec.name)
}

/// A list of shifts.
pub(crate) struct Rota;

impl Kind for Rota {
    type Out = Vec<Shift>;

    fn read(node: &super::tree::Node, cx: &mut super::reading::Reading<'_>) -> Option<Vec<Shift>> {
        match node.list() {
            Some(list) if !list.is_empty() => cx.all(list, Shift::read),
            _ => cx.wrong_type(
                node,
                "a list of shifts, such as [{ hours = \"Mon-Fri 06:00-14:00\", share = 1 }]",
            ),
        }
    }

    fn shape() -> super::spec::Shape {
        let schema = serde_json::json!({ "type": "array", "minItems": 1, "items": Shift::shape().schema });
        super::spec::Shape::new("a list of shifts, each with `hours` and `share`", schema)
    }
}
