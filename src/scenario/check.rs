//! Rules about one table: keys that need or exclude each other, ends after beginnings, sums.

use super::check_flow;
use super::check_parts;
use super::schema::{Header, Pool, Source, Stage};
use super::triage;
use crate::diagnostic::{Code, Diagnostic, Span};
use crate::units::Time;

/// Checks every table for itself.
pub(crate) fn tables(
    scenario: Option<&Header>,
    sources: &[Source],
    pools: &[Pool],
    stages: &[Stage],
    findings: &mut Vec<Diagnostic>,
) {
    if let Some(scenario) = scenario {
        header(scenario, findings);
    }
    for each in sources {
        source(each, findings);
    }
    for each in pools {
        pool(each, findings);
        triage::check_pool(each, findings);
    }
    for each in stages {
        stage(each, findings);
        triage::check_stage(each, findings);
    }
}

fn missing(message: String, span: Span, help: &str) -> Diagnostic {
    Diagnostic::new(Code::MissingKey, message).at(span, "").help(help)
}

fn conflict(message: String, span: Span, help: &str) -> Diagnostic {
    Diagnostic::new(Code::ConflictingKeys, message).at(span, "").help(help)
}

fn header(header: &Header, findings: &mut Vec<Diagnostic>) {
    samples(header, findings);
    if header.horizon.value <= Time::ZERO {
        findings.push(
            Diagnostic::new(Code::DateOrder, "the horizon does not lie after the start")
                .at(header.horizon.span, "")
                .see(header.start.span, "the start"),
        );
    } else if header.warmup.value >= header.horizon.value {
        findings.push(
            Diagnostic::new(
                Code::NothingMeasured,
                "nothing is measured: the warm-up ends at or after the horizon",
            )
            .at(header.warmup.span, "")
            .see(header.horizon.span, "the horizon"),
        );
    }
}

/// More samples than these fill memory and charts, and tell nothing more.
const MOST_SAMPLES: i64 = 50_000;

/// Samples are kept for every stage and class.
fn samples(header: &Header, findings: &mut Vec<Diagnostic>) {
    let step = header.sample.value;
    let millis = step.millis.saturating_add(step.months.saturating_mul(crate::units::MONTH)).max(1);
    if header.horizon.value.0 / millis > MOST_SAMPLES {
        findings.push(
            Diagnostic::new(
                Code::OutOfRange,
                format!("the backlog would be sampled more than {MOST_SAMPLES} times"),
            )
            .at(header.sample.span, "")
            .see(header.horizon.span, "until here")
            .help("sample less often, as in sample = \"7 days\""),
        );
    }
}

fn source(source: &Source, findings: &mut Vec<Diagnostic>) {
    let id = &source.id;
    check_flow::source(source, findings);
    if let (Some(from), Some(until)) = (&source.from, &source.until)
        && until.value <= from.value
    {
        findings.push(
            Diagnostic::new(Code::DateOrder, format!("source `{}` ends before it begins", id.value))
                .at(until.span, "")
                .see(from.span, "it begins here"),
        );
    }
}

fn pool(pool: &Pool, findings: &mut Vec<Diagnostic>) {
    let id = &pool.id.value;
    if let (Some(hours), Some(_)) = (&pool.hours, &pool.shifts) {
        let help = "a rota says the hours of each shift itself";
        findings.push(conflict(format!("pool `{id}` has both `hours` and `shifts`"), hours.span, help));
    }
    if let Some(shifts) = &pool.shifts {
        let sum: f64 = shifts.iter().map(|shift| shift.share.value).sum();
        if (sum - 1.0).abs() > 1e-9 {
            let message = format!("the shifts of pool `{id}` add up to {}, not 1", super::value::tidy(sum));
            findings
                .push(Diagnostic::new(Code::BadShares, message).at(shifts[0].share.span, "the first share"));
        }
    }
    if let (Some(yearly), Some(hourly)) = (&pool.yearly_cost, &pool.hourly) {
        let message = format!("pool `{id}` has both `yearly_cost` and `hourly`");
        let finding = conflict(message, hourly.span, "`yearly_cost` is all-in: keep one of the two");
        findings.push(finding.see(yearly.span, "the cost of a year"));
    }
}

/// Several draws are of use only where something is not known.
pub(crate) fn draws(header: &Header, all_known: bool, findings: &mut Vec<Diagnostic>) {
    if let Some(draws) = header.draws.as_ref().filter(|draws| all_known && draws.value > 1) {
        let message = format!("{} draws are asked for, but no value is `unsure`", draws.value);
        let finding = Diagnostic::new(Code::UnusedUnsure, message).at(draws.span, "makes no difference");
        findings.push(finding.help("more `replications` show more of what is chance"));
    }
}

/// No more posts are filled at the start than there are then. A later cut may well go below what was filled.
pub(crate) fn filled(pools: &[Pool], findings: &mut Vec<Diagnostic>) {
    for pool in pools {
        let (id, posts) = (&pool.id.value, &pool.headcount);
        if let Some(filled) = pool.filled.as_ref().filter(|filled| filled.value > posts.value) {
            let message = format!("pool `{id}` has {} posts, but {} are filled", posts.value, filled.value);
            let finding = Diagnostic::new(Code::OutOfRange, message).at(filled.span, "");
            findings.push(finding.see(posts.span, "the posts"));
        }
    }
}

fn stage(stage: &Stage, findings: &mut Vec<Diagnostic>) {
    let id = &stage.id.value;
    let lacks = |what: &str| format!("stage `{id}` has {what}");
    match (&stage.pool, &stage.effort, &stage.delay) {
        (Some(_), _, Some(delay)) => findings.push(conflict(
            lacks("both `pool` and `delay`"),
            delay.span,
            "a stage is worked or waited at: make two stages of it",
        )),
        (Some(_), None, None) => findings.push(missing(
            lacks("a `pool` but no `effort`"),
            stage.span,
            "write how long the work takes: effort = \"2 h\"",
        )),
        (None, Some(effort), _) => {
            let message = lacks("`effort` but no `pool`");
            findings.push(missing(
                message,
                effort.span,
                "say who works there, or write `delay` where nobody does",
            ));
        }
        _ => {}
    }
    if stage.route.is_none() && stage.split.is_none() {
        findings.push(
            Diagnostic::new(Code::MissingRoute, lacks("no `route`"))
                .at(stage.span, "")
                .help("say where cases go afterwards: a stage, an outcome, or shares among them"),
        );
    }
    patience(stage, findings);
    check_parts::stage(stage, findings);
    if stage.pool.is_none()
        && let Some(starts) = &stage.starts
    {
        let help = "`starts` says when members may begin";
        findings.push(conflict(lacks("`starts` but no `pool`"), starts.span, help));
    }
}

fn patience(stage: &Stage, findings: &mut Vec<Diagnostic>) {
    let id = &stage.id.value;
    match (&stage.patience, &stage.on_patience) {
        (Some(patience), None) => findings.push(missing(
            format!("stage `{id}` has `patience` but no `on_patience`"),
            patience.span,
            "say where a case goes whose patience ends",
        )),
        (None, Some(to)) => findings.push(missing(
            format!("stage `{id}` has `on_patience` but no `patience`"),
            to.span,
            "say how long cases wait: patience = \"180 days\"",
        )),
        (Some(patience), Some(_)) if !check_parts::has_queue(stage) => findings.push(conflict(
            format!("stage `{id}` has `patience` but no queue"),
            patience.span,
            "patience runs where cases wait: for members of a `pool`, for a load, or for a place",
        )),
        _ => {}
    }
}
