//! A scenario in prose: what cases are, who sends tips, who works, what happens to a case and how it ends, what is asked.
//! The values are said as they are written in the file, so that it can be proofread: none is left out.

use std::fmt::Write as _;

use jiff::ToSpan;

use crate::model::{Model, StageKind};
use crate::run::layout::label;
use crate::scenario::{ChangeInfo, EditInfo, Loaded, Outcome, Unknown};
use crate::units::{SECOND, Time};

use super::figures::{counted, number, with_unit};
use super::terminal::paragraph;

/// The whole scenario.
pub(super) fn prose(loaded: &Loaded, model: &Model) -> String {
    let values = Values(&loaded.parameters);
    let scenario = &loaded.epochs[0].scenario;
    let mut text = format!("{}\n", model.title);
    text += &paragraph(&format!(
        "Simulated from {} to {}, {}, seed {}; classes, most urgent first: {}{}.",
        date(model, Time::ZERO),
        date(model, model.horizon),
        counted(u64::from(model.replications), "replication"),
        model.seed,
        quoted(scenario.classes.iter().map(|class| class.id.value.as_str())),
        values.rest("scenario", &["title", "start", "horizon", "replications", "seed"]),
    ));
    let sources = model.sources.iter().zip(&model.params[0].sources);
    let unknown = |unknown: &Unknown| {
        format!("`{}` is {}; here it stands at its middle.", unknown.name, plainly(&unknown.written))
    };
    let parts: [(&str, Vec<String>); 9] = [
        ("What cases are", scenario.classes.iter().filter_map(|c| values.class(&c.id.value)).collect()),
        (
            "Where tips come from",
            sources.map(|(source, laws)| values.source(&source.id, model, laws.enters.index())).collect(),
        ),
        ("What is there at the start", (1..=scenario.initial.len()).map(|row| values.initial(row)).collect()),
        ("Who works", model.pools.iter().map(|pool| values.pool(&pool.id)).collect()),
        (
            "What happens to a case",
            model.stages.iter().map(|stage| values.stage(&stage.id, stage.kind)).collect(),
        ),
        ("How cases end", scenario.outcomes.iter().map(outcome).collect()),
        ("What nobody knows", loaded.unknowns.iter().map(unknown).collect()),
        ("What is asked", asked(model)),
        ("What changes at dates", loaded.changes.iter().filter_map(|change| dated(model, change)).collect()),
    ];
    for (title, sentences) in parts {
        if !sentences.is_empty() {
            let _ = write!(text, "\n{title}\n");
            text += &sentences.iter().map(|sentence| paragraph(sentence)).collect::<String>();
        }
    }
    text
}

fn date(model: &Model, at: Time) -> jiff::civil::Date {
    model.start.saturating_add((at.0.div_euclid(SECOND)).seconds()).date()
}

fn quoted<'a>(names: impl Iterator<Item = &'a str>) -> String {
    names.map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ")
}

/// What an outcome means, for the case and for its subject.
fn outcome(outcome: &Outcome) -> String {
    let of = outcome.of.as_ref().map_or_else(String::new, |of| {
        format!("; it is the end of a {} only, the case goes on", of.value.word())
    });
    let stops =
        if outcome.stops.value { "; it stops the subject: no further tips, no more risk" } else { "" };
    format!("`{}` counts as {}{of}{stops}.", outcome.id.value, outcome.counts_as.value.word())
}

/// Milestones by what they mean, then targets.
fn asked(model: &Model) -> Vec<String> {
    let milestones = model.milestones.iter().map(|m| format!("`{}` is the time {}.", m.id, m.meaning));
    let targets = model.targets.iter().map(|target| {
        let class = target.class.map_or("all classes", |row| &model.report_classes[row]);
        let within = label(target.within);
        let milestone = &model.milestones[target.milestone.index()].id;
        format!("Target: {:.4} % of {class} reach `{milestone}` within {within}.", target.share * 100.0)
            .replace(".0000 %", " %")
    });
    milestones.chain(targets).collect()
}

/// A change that comes later than the start, and what one costs.
fn dated(model: &Model, change: &ChangeInfo) -> Option<String> {
    let costs = costs(model, change);
    // What holds from the start stands in the values already.
    let edits: Vec<String> = if change.at == Time::ZERO {
        vec![]
    } else {
        let edit = |edit: &EditInfo| format!("`{}` goes from {} to {}", edit.path, edit.before, edit.after);
        change.edits.iter().map(edit).collect()
    };
    let all: Vec<String> = edits.into_iter().chain(costs).collect();
    if all.is_empty() {
        return None;
    }
    let full = change.full.filter(|full| *full > change.at);
    let evenly =
        full.map_or_else(String::new, |full| format!(", coming in evenly up to {}", date(model, full)));
    let until = change.until.map_or_else(String::new, |until| format!(" until {}", date(model, until)));
    let why = change.why.as_ref().map_or_else(String::new, |why| format!(" ({why})"));
    Some(format!("From {}{until}{evenly}{why}: {}.", date(model, change.at), all.join("; ")))
}

/// What a change costs beside staff, and how it fills and empties posts.
fn costs(model: &Model, change: &ChangeInfo) -> Vec<String> {
    let amount = |cost: f64| with_unit(&number(cost, 0), &model.currency);
    let once = (change.once != 0.0).then(|| format!("it costs {} once", amount(change.once)));
    let yearly = (change.yearly != 0.0).then(|| format!("it costs {} a year", amount(change.yearly)));
    let hire = change.hire.map(|hire| format!("posts are filled by `{}`", hire.word()));
    let leave = change.leave.map(|leave| format!("posts are emptied by `{}`", leave.word()));
    [once, yearly, hire, leave].into_iter().flatten().collect()
}

/// A value without the signs of TOML: `{ lognormal = { mean = "45 min", cv = 1.0 } }` reads
/// `lognormal (mean 45 min, cv 1.0)`.
fn plainly(value: &str) -> String {
    let inner = value.strip_prefix('{').and_then(|rest| rest.strip_suffix('}')).map_or(value, str::trim);
    inner
        .replace(" = {", " (")
        .replace(['{', '['], "(")
        .replace(['}', ']'], ")")
        .replace("( ", "(")
        .replace(" )", ")")
        .replace(" = ", " ")
        .replace('"', "")
}

/// Values in force at the start, by path.
struct Values<'a>(&'a [(String, String)]);

impl<'a> Values<'a> {
    /// The value at a path, as people say it.
    fn get(&self, path: &str) -> Option<String> {
        let (_, value) = self.0.iter().find(|(known, _)| known == path)?;
        Some(plainly(value))
    }

    /// The values below a path, by the rest of theirs.
    fn below(&self, path: &str) -> Vec<(&'a str, String)> {
        let prefix = format!("{path}.");
        let inside = self.0.iter().filter_map(|(known, value)| Some((known.strip_prefix(&prefix)?, value)));
        inside.map(|(rest, value)| (rest, plainly(value))).collect()
    }

    /// What stands at or below a path: one value, or several with their names.
    fn said(&self, path: &str) -> Option<String> {
        if let Some(value) = self.get(path) {
            return Some(value);
        }
        let parts: Vec<String> = self
            .below(path)
            .into_iter()
            .map(|(name, value)| format!("{} {value}", name.replace('.', " ")))
            .collect();
        (!parts.is_empty()).then(|| parts.join(", "))
    }

    /// Keys not said in words already, so that nothing of the file is left out.
    fn rest(&self, path: &str, said: &[&str]) -> String {
        let more = self
            .below(path)
            .into_iter()
            .filter(|(key, _)| !said.contains(&key.split('.').next().unwrap_or("")));
        let more: Vec<String> =
            more.map(|(key, value)| format!("{} {value}", key.replace('.', " "))).collect();
        if more.is_empty() { String::new() } else { format!("; {}", more.join(", ")) }
    }

    /// What is said of a class; nothing where the file says no more than that it is there.
    fn class(&self, id: &str) -> Option<String> {
        let said = self.rest(&format!("class.{id}"), &[]);
        let said = said.strip_prefix("; ")?;
        Some(format!("`{id}`: {said}."))
    }

    /// A row of the initial backlog.
    fn initial(&self, row: usize) -> String {
        let path = format!("initial.{row}");
        let stage = self.get(&format!("{path}.stage")).unwrap_or_default();
        let count = |(class, count): (&str, String)| {
            let count = count.parse().map_or(count, |count: f64| number(count, 0));
            format!("{count} {class}")
        };
        let counts: Vec<String> = self.below(&format!("{path}.count")).into_iter().map(count).collect();
        format!("At `{stage}`: {}{}.", counts.join(", "), self.rest(&path, &["stage", "count"]))
    }

    /// Who works at a stage.
    fn servers(&self, path: &str) -> String {
        let crew: Vec<String> =
            self.below(path).into_iter().map(|(pool, n)| format!("{n} of `{pool}`")).collect();
        match (self.get(path), crew.is_empty()) {
            (Some(list), _) if list.starts_with('(') => {
                let list = list.trim_matches(['(', ')']).split(", ").map(|pool| format!("`{pool}`"));
                format!("the first with somebody free of {}", list.collect::<Vec<_>>().join(", "))
            }
            (Some(pool), _) => format!("`{pool}`"),
            (None, false) => format!("a crew, {} at once", crew.join(" and ")),
            (None, true) => String::new(),
        }
    }

    fn source(&self, id: &str, model: &Model, enters: usize) -> String {
        let path = format!("source.{id}");
        let rate = self.get(&format!("{path}.rate")).map_or_else(String::new, |rate| format!(" {rate}"));
        let mix =
            self.said(&format!("{path}.mix")).map_or_else(String::new, |mix| format!("; of them {mix}"));
        let growth =
            self.get(&format!("{path}.growth")).map_or_else(String::new, |g| format!(", growing by {g}"));
        let rest = self.rest(&path, &["rate", "growth", "mix", "enters"]);
        format!("`{id}` sends tips{rate}{growth}{mix}; they enter `{}`{rest}.", model.stages[enters].id)
    }

    fn pool(&self, id: &str) -> String {
        let path = format!("pool.{id}");
        let posts = self.get(&format!("{path}.headcount")).unwrap_or_else(|| "0".to_owned());
        let filled = self
            .get(&format!("{path}.filled"))
            .map_or_else(String::new, |filled| format!(" ({filled} filled)"));
        let hours = self.said(&format!("{path}.hours")).unwrap_or_else(|| "day and night".to_owned());
        let hours = if self.below(&format!("{path}.shifts")).is_empty() {
            format!(", at work {hours}")
        } else {
            String::new()
        };
        let work = self
            .get(&format!("{path}.availability"))
            .map_or_else(String::new, |share| format!("; of a shift the share {share} is work on cases"));
        let rest = self.rest(&path, &["headcount", "filled", "hours", "availability"]);
        format!("`{id}`: {posts} posts{filled}{hours}{work}{rest}.")
    }

    fn stage(&self, id: &str, kind: StageKind) -> String {
        let path = format!("stage.{id}");
        let what = match kind {
            StageKind::Work => {
                let who = self.servers(&format!("{path}.pool"));
                let effort = self.said(&format!("{path}.effort")).unwrap_or_default();
                format!("work of {who}, effort {effort}")
            }
            StageKind::Delay => format!(
                "a delay in which nobody works: {}",
                self.said(&format!("{path}.delay")).unwrap_or_default()
            ),
            StageKind::Instant => "no time passes".to_owned(),
        };
        let next =
            self.said(&format!("{path}.route")).map_or_else(String::new, |to| format!("; then to {to}"));
        let rest = self.rest(&path, &["pool", "effort", "delay", "route"]);
        format!("`{id}`: {what}{next}{rest}.")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_lose_the_signs_of_toml() {
        assert_eq!(
            plainly(r#"{ lognormal = { mean = "45 min", cv = 1.0 } }"#),
            "lognormal (mean 45 min, cv 1.0)"
        );
        assert_eq!(plainly(r#"{ p50 = "14 days", p90 = "45 days" }"#), "p50 14 days, p90 45 days");
        assert_eq!(plainly(r#"["officer", "duty"]"#), "(officer, duty)");
        assert_eq!(plainly(r#""19.2 per day""#), "19.2 per day");
    }
}
