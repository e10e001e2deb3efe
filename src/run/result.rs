//! What one replication gives, and what a whole run says.

use crate::stats::{BandPoint, Curve, HalfWidth, Interval, MeanCurve};
use crate::units::{Duration, Time};

use super::chance::ChanceResult;
use super::measure::{Response, Value};
use super::recorder::CurveKey;

/// Ages of open cases at a sample: see the measures `age_p10`, `age_p50`, `age_p90`.
pub type AgeRow = [Option<Duration>; 3];

/// What one replication gives. Rows are flat: [`SeriesKey::cells`] says which cells belong together.
#[derive(Debug, Clone, PartialEq)]
pub struct ReplicationResult {
    /// One for each [`Response`].
    pub values: Vec<Value>,
    /// Levels at each sample.
    pub backlog: Vec<u32>,
    /// Ages at each sample: of all classes together, then of each.
    pub ages: Vec<AgeRow>,
    /// Counts in each interval.
    pub flows: Vec<u32>,
    /// Each pool's hours in each interval.
    pub pools: Vec<PoolRow>,
    /// Each pool's hours in the window.
    pub pool_sums: Vec<PoolRow>,
    /// One for each [`CurveKey`].
    pub curves: Vec<Curve>,
    /// Whether cases were lost or made up: a bug.
    pub violation: Option<Violation>,
    /// When there were more cases than can be kept; nothing after it was simulated.
    pub overfull: Option<Time>,
}

/// Cases that do not add up.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Violation {
    /// When it was seen.
    pub at: Time,
    /// What should have agreed.
    pub figures: String,
}

/// A pool's hours in a span, in member-milliseconds, and its posts at the end of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct PoolRow {
    /// Posts that nobody holds, day and night.
    pub vacant: i64,
    /// Filled posts, day and night.
    pub filled: i64,
    /// On shift.
    pub on_shift: i64,
    /// On shift with a task in hand.
    pub busy: i64,
    /// Working after the shift.
    pub overtime: i64,
    /// Effort of stints that ended in the span.
    pub effort: i64,
    /// Of members whose shift it was, but who were away.
    pub absent: i64,
    /// What members on shift lacked in training, in thousandths of a trained member.
    pub learning: i64,
    /// On shift without a task, at the exposure cap.
    pub capped: i64,
    /// Members who left for good.
    pub left: u32,
    /// Members who took a post.
    pub hired: u32,
    /// Posts at its end.
    pub posts_now: u32,
    /// Filled posts at its end.
    pub filled_now: u32,
}

impl PoolRow {
    /// Joins a later span to this one.
    pub(crate) fn add(&mut self, later: &PoolRow) {
        *self = PoolRow {
            vacant: self.vacant + later.vacant,
            filled: self.filled + later.filled,
            on_shift: self.on_shift + later.on_shift,
            busy: self.busy + later.busy,
            overtime: self.overtime + later.overtime,
            effort: self.effort + later.effort,
            absent: self.absent + later.absent,
            learning: self.learning + later.learning,
            capped: self.capped + later.capped,
            left: self.left + later.left,
            hired: self.hired + later.hired,
            ..*later
        };
    }
}

/// A series over the samples or intervals: which cells of a replication's rows are summed for it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SeriesKey {
    /// What is counted.
    pub measure: &'static str,
    /// The stage, source or outcome; empty for all together.
    pub of: String,
    /// `true` or `observed`: whose classes are meant; empty for all together.
    pub class_as: &'static str,
    /// The class; empty for all together.
    pub class: String,
    /// Places in a row.
    pub cells: Vec<usize>,
}

impl SeriesKey {
    pub(crate) fn new(measure: &'static str, of: &str, cells: Vec<usize>) -> SeriesKey {
        SeriesKey { measure, of: of.to_owned(), class_as: "", class: String::new(), cells }
    }

    pub(crate) fn class(self, class_as: &'static str, class: &str) -> SeriesKey {
        SeriesKey { class_as, class: class.to_owned(), ..self }
    }

    /// Whether it counts all open cases.
    pub(crate) fn is_total_backlog(&self) -> bool {
        self.measure == "backlog" && self.of.is_empty() && self.class_as.is_empty()
    }
}

/// What a whole run says.
#[derive(Debug, Clone)]
pub struct RunResult {
    /// Replications made, of all draws of the inputs together.
    pub replications: u32,
    /// Draws of the inputs; 1 where everything is known.
    pub draws: u32,
    /// Level of all intervals.
    pub level: f64,
    /// The names of all scalar measures.
    pub responses: Vec<Response>,
    /// By replication, then response.
    pub values: Vec<Vec<Value>>,
    /// By response; none where no replication gave a value.
    pub estimates: Vec<Option<Estimate>>,
    /// The backlog at each sample, of [`super::Layout::samples`].
    pub backlog: Vec<SeriesBand>,
    /// Flows in each interval, of [`super::Layout::intervals`].
    pub flows: Vec<SeriesBand>,
    /// By pool, then interval.
    pub pools: Vec<Vec<PoolBand>>,
    /// Time to each milestone.
    pub curves: Vec<(CurveKey, MeanCurve)>,
    /// In the order of the model's targets.
    pub targets: Vec<TargetResult>,
    /// In the order of the plan's statements.
    pub chances: Vec<ChanceResult>,
    /// What became of `--precision`.
    pub precision: Option<PrecisionResult>,
}

impl RunResult {
    /// A measure by its full name (see [`super::measure`]).
    pub fn find(&self, name: &str) -> Option<(&Response, Option<&Estimate>)> {
        let i = self.responses.iter().position(|r| r.name() == name)?;
        Some((&self.responses[i], self.estimates[i].as_ref()))
    }

    /// The estimate of a measure by its full name.
    pub fn estimate(&self, name: &str) -> Option<&Estimate> {
        self.find(name)?.1
    }

    /// All open cases, of every class and at every stage.
    pub fn total_backlog(&self) -> Option<&SeriesBand> {
        self.backlog.iter().find(|band| band.key.is_total_backlog())
    }
}

/// An estimate over the replications and how they spread.
#[derive(Debug, Clone, PartialEq)]
pub struct Estimate {
    /// Of the expected value; its `n` is the number of replications that gave a value.
    pub interval: Interval,
    /// A tenth, half, nine tenths of the replications that gave a value gave at most this.
    pub spread: [f64; 3],
}

/// A series over time, over all replications; points are pointwise, none where no replication gave a value.
#[derive(Debug, Clone, PartialEq)]
pub struct SeriesBand {
    /// Which.
    pub key: SeriesKey,
    /// Unit of its values.
    pub unit: &'static str,
    /// One for each sample or interval.
    pub points: Vec<Option<BandPoint>>,
}

/// A pool in one interval, over all replications.
#[derive(Debug, Clone, PartialEq)]
pub struct PoolBand {
    /// Busy over on shift; none where nobody was on shift.
    pub utilization: Option<Estimate>,
    /// Mean number on shift and with a task in hand.
    pub on_shift: Interval,
    /// As above.
    pub busy: Interval,
    /// Mean hours.
    pub hours: PoolHours,
    /// Posts and filled posts at the end of the interval.
    pub posts: Interval,
    /// As above.
    pub filled: Interval,
    /// Where members come and go.
    pub moves: Option<StaffMoves>,
    /// Mean number away in their shift; where members are absent at times.
    pub absent: Option<Interval>,
    /// What members on shift lack in training, in trained members; where new ones learn.
    pub learning: Option<Interval>,
    /// Mean number idle at the exposure cap; where there is one.
    pub capped: Option<Interval>,
}

/// Who came and went in an interval, over all replications.
#[derive(Debug, Clone, PartialEq)]
pub struct StaffMoves {
    /// Mean number of vacant posts.
    pub vacant: Interval,
    /// Members who left for good.
    pub left: Interval,
    /// Members who took a post.
    pub hired: Interval,
}

/// Mean hours of a pool in a span.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct PoolHours {
    /// On shift.
    pub on_shift: f64,
    /// On shift with a task in hand.
    pub busy: f64,
    /// Effort of stints that ended in the span.
    pub effort: f64,
    /// After the shift.
    pub overtime: f64,
    /// Of posts that were not filled, day and night.
    pub vacant: f64,
    /// Of members whose shift it was, but who were away.
    pub absent: f64,
    /// Lost because members were in training.
    pub training: f64,
    /// On shift without a task, at the exposure cap.
    pub capped: f64,
}

/// Whether a target is met.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// The whole interval is at or above what is asked.
    Met,
    /// The whole interval is below.
    NotMet,
    /// The interval holds what is asked: more replications would decide.
    Undecided,
    /// Nobody was followed for the whole limit.
    NotObservable,
}

impl Verdict {
    /// In words, as in tables.
    pub fn words(self) -> &'static str {
        match self {
            Verdict::Met => "met",
            Verdict::NotMet => "not met",
            Verdict::Undecided => "undecided",
            Verdict::NotObservable => "not observable",
        }
    }

    /// Of an interval of the share, against what is asked.
    pub fn of(interval: Option<&Interval>, asked: f64) -> Verdict {
        match interval {
            None => Verdict::NotObservable,
            Some(i) if i.low >= asked => Verdict::Met,
            Some(i) if i.high < asked => Verdict::NotMet,
            Some(_) => Verdict::Undecided,
        }
    }
}

/// A target and what was reached.
#[derive(Debug, Clone, PartialEq)]
pub struct TargetResult {
    /// Place in the model's list of targets.
    pub target: usize,
    /// The share reached within the limit.
    pub share: Option<Estimate>,
    /// How often the share of a single replication is at least what is asked, with its Wilson interval.
    pub chance: Option<Interval>,
    /// Cases per replication under that share.
    pub cases: f64,
    /// The clocks of these cases started in this window; none where nobody could be followed for the whole limit.
    pub window: Option<(Time, Time)>,
    /// The verdict.
    pub verdict: Verdict,
}

/// Whether the asked precision was reached.
#[derive(Debug, Clone, PartialEq)]
pub struct PrecisionResult {
    /// Full name of the measure.
    pub measure: String,
    /// Unit of its values.
    pub unit: String,
    /// What was asked.
    pub asked: HalfWidth,
    /// The half-width in the end.
    pub half_width: f64,
    /// Whether that is enough.
    pub reached: bool,
    /// Replications that would be enough, judging by what was seen; none if no number would do.
    pub needed: Option<usize>,
}
