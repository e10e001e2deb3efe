//! Rules about what makes the flow of a source: one of a rate, recorded counts and recorded timestamps, or only mass
//! reports; and about keys that say something of another of them.

use super::demand::Then;
use super::schema::Source;
use crate::diagnostic::{Code, Diagnostic, Span};

/// Checks a source.
pub(super) fn source(source: &Source, findings: &mut Vec<Diagnostic>) {
    let flows = flows(source);
    match flows[..] {
        [] => nothing_flows(source, findings),
        [_] => {}
        [(first, at), (second, span), ..] => findings.push(
            conflict(format!("source `{}` has both `{first}` and `{second}`", source.id.value), span)
                .see(at, "the other")
                .help("keep one of them: each says how many tips arrive"),
        ),
    }
    if let Some(replay) = &source.replay {
        replayed(source, replay.keys.span, findings);
    }
    if let Some(history) = &source.rates
        && history.keys.then.value == Then::Error
        && source.growth.value != 0.0
    {
        let message = format!("`growth` of source `{}` acts after the last row of `rates`", source.id.value);
        findings.push(
            conflict(message, source.growth.span)
                .see(history.keys.span, "nothing comes after the last row")
                .help("say what does with `then`, or leave `growth` out"),
        );
    }
}

fn conflict(message: String, span: Span) -> Diagnostic {
    Diagnostic::new(Code::ConflictingKeys, message).at(span, "")
}

/// What makes tips arrive one by one.
fn flows(source: &Source) -> Vec<(&'static str, Span)> {
    let flows = [
        ("rate", source.rate.as_ref().map(|rate| rate.span)),
        ("rates", source.rates.as_ref().map(|rates| rates.keys.span)),
        ("replay", source.replay.as_ref().map(|replay| replay.keys.span)),
    ];
    flows.into_iter().filter_map(|(key, span)| Some((key, span?))).collect()
}

fn nothing_flows(source: &Source, findings: &mut Vec<Diagnostic>) {
    let id = &source.id.value;
    if source.burst.is_none() {
        findings.push(
            Diagnostic::new(Code::MissingKey, format!("source `{id}` has no `rate`"))
                .at(source.span, "")
                .help("write rate = \"42 per day\", or a `burst` for one sender's mass reports"),
        );
        return;
    }
    let laws = [("gaps", source.gaps.as_ref()), ("batch", source.batch.as_ref())];
    for (key, law) in laws.into_iter().filter_map(|(key, law)| Some((key, law?))) {
        let message = format!("source `{id}` has `{key}` but no `rate`");
        findings.push(
            conflict(message, law.span).help("bursts bring what their `size` says, spread over `over`"),
        );
    }
}

/// Recorded tips come when they came: nothing shapes them.
fn replayed(source: &Source, span: Span, findings: &mut Vec<Diagnostic>) {
    let shapes = [
        ("growth", Some(source.growth.span).filter(|_| source.growth.value != 0.0)),
        ("weekly", source.weekly.as_ref().map(|profile| profile.span)),
        ("hours", source.hours.as_ref().map(|hours| hours.span)),
        ("monthly", source.monthly.as_ref().map(|profile| profile.span)),
        ("overdispersion", Some(source.overdispersion.span).filter(|_| source.overdispersion.value > 1.0)),
        ("gaps", source.gaps.as_ref().map(|law| law.span)),
        ("batch", source.batch.as_ref().map(|law| law.span)),
    ];
    for (key, at) in shapes.into_iter().filter_map(|(key, span)| Some((key, span?))) {
        let message = format!("source `{}` has both `replay` and `{key}`", source.id.value);
        findings.push(
            conflict(message, at)
                .see(span, "recorded tips come when they came")
                .help(format!("leave `{key}` out, or describe the flow with `rate` or `rates`")),
        );
    }
}
