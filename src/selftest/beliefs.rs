//! Assessments that err: what is believed, and how those fare who are mistaken for others.

use crate::theory::binormal::{normal_cdf, threshold};

use super::System;
use super::text::{exponential, frame, hours, queue, table};

/// The systems.
pub(super) fn systems() -> Vec<System> {
    vec![mistaken(), flags(), tabled(), scored(), shared(), two_looks()]
}

/// Both streams stay Poisson when they are split, so Cobham's classes are the believed ones, with mixed efforts; a true
/// class waits as the mixture of what it is taken for.
fn mistaken() -> System {
    let (sensitivity, specificity) = (0.8, 0.9);
    let effort = format!("{{ c0 = {}, c1 = \"48 min\" }}", exponential("1 h"));
    let residual = f64::midpoint(0.3 * 2.0, 0.5 * 0.64);
    let urgent = 0.3 * sensitivity + 0.5 * 0.8 * (1.0 - specificity);
    let first = residual / (1.0 - urgent);
    let second = residual / ((1.0 - urgent) * (1.0 - 0.7));
    let exact = [
        sensitivity * first + (1.0 - sensitivity) * second,
        (1.0 - specificity) * first + specificity * second,
    ];
    let assess = format!(
        "assess = {{ sensitivity = {sensitivity}, specificity = {specificity}, positive = [\"c0\"], below = \"c1\" }}"
    );
    let screen = table("stage", &format!("id = \"screen\"\nroute = \"work\"\n{assess}"));
    let text = queue(&[0.3, 0.5], 1, &effort)
        .source("labelled = \"unknown\"\nenters = \"screen\"")
        .stage("order = \"class\"")
        .and(&screen)
        .text(hours(1_000, 10_000));
    System::new("mistaken", "M/G/1, priority by what is believed", text, 840)
        .known("Cobham for the believed classes", "Cobham 1954")
        .by_class("mean wait", "wait_mean/work", &exact)
}

/// A quarter of 200 tips an hour is `danger`; stages that assess, one after the other.
fn assessed(assessments: &[&str]) -> String {
    let mut text = frame(hours(0, 50))
        + "[[class]]\nid = \"danger\"\n\n[[class]]\nid = \"possession\"\n\n"
        + &table(
            "source",
            "id = \"a\"\nrate = \"100 per hour\"\nlabelled = \"unknown\"\nmix = { danger = 0.4, possession = 0.6 }",
        )
        + &table(
            "source",
            "id = \"b\"\nrate = \"100 per hour\"\nlabelled = \"unknown\"\nmix = { danger = 0.1, possession = 0.9 }",
        );
    for (i, assess) in assessments.iter().enumerate() {
        let route = if i + 1 < assessments.len() { format!("s{}", i + 1) } else { "done".to_owned() };
        text += &table("stage", &format!("id = \"s{i}\"\nassess = {assess}\nroute = \"{route}\""));
    }
    text
}

/// With the rates at which true and false urgent cases are flagged.
fn judged(id: &'static str, title: &'static str, text: String, right: f64, wrong: f64) -> System {
    let false_alarms = 0.75 * wrong / (0.25 * right + 0.75 * wrong);
    System::new(id, title, text, 480).mean("share of urgent cases buried", "buried_share", 1.0 - right).mean(
        "share of false alarms",
        "false_alarm_share",
        false_alarms,
    )
}

const BAYES: &str = "Bayes 1763";

fn flags() -> System {
    let text = assessed(&[
        "{ sensitivity = 0.9, specificity = 0.95, positive = [\"danger\"], below = \"possession\" }",
    ]);
    judged("sensitivity", "a test that errs", text, 0.9, 0.05).known("Bayes' rule", BAYES)
}

fn tabled() -> System {
    let text = assessed(&[
        "{ table = { danger = { danger = 0.85, possession = 0.15 }, possession = { possession = \"rest\", danger = 0.03 } } }",
    ]);
    judged("table-of-errors", "a table of errors", text, 0.85, 0.03).known("Bayes' rule", BAYES)
}

/// Scores of danger are normal with mean √2 Φ⁻¹(auc), those of others with mean 0.
fn shift() -> f64 {
    std::f64::consts::SQRT_2 * threshold(0.15, |x| normal_cdf(-x))
}

fn scored() -> System {
    let text =
        assessed(&["{ auc = 0.85, positive = [\"danger\"], below = \"possession\", threshold = 0.7 }"]);
    judged(
        "score",
        "a score with an AUC of 0.85, threshold 0.7",
        text,
        normal_cdf(shift() - 0.7),
        normal_cdf(-0.7),
    )
    .known("binormal curve", "Green & Swets 1966")
}

/// The threshold that flags 15 % of all.
fn shared() -> System {
    let at = threshold(0.15, |t| 0.25 * normal_cdf(shift() - t) + 0.75 * normal_cdf(-t));
    let text = assessed(&[
        "{ auc = 0.85, positive = [\"danger\"], below = \"possession\", threshold = { share = 0.15 } }",
    ]);
    judged(
        "score-share",
        "a score with an AUC of 0.85, 15 % flagged",
        text,
        normal_cdf(shift() - at),
        normal_cdf(-at),
    )
    .known("binormal curve", "Green & Swets 1966")
}

/// Flagged by either: the last word leaves others what they were.
fn two_looks() -> System {
    let text = assessed(&[
        "{ sensitivity = 0.9, specificity = 0.95, positive = [\"danger\"], below = \"possession\" }",
        "{ sensitivity = 0.8, specificity = 0.99, positive = [\"danger\"] }",
    ]);
    judged("two-looks", "two tests that err by themselves", text, 1.0 - 0.1 * 0.2, 1.0 - 0.95 * 0.99)
        .known("Bayes' rule", BAYES)
}
