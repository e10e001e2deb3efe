//! Scenario texts: what the systems have in common, so that each says only what is its own.

/// Times of a scenario, in hours.
#[derive(Debug, Clone, Copy)]
pub(super) struct Span {
    /// What is not measured.
    pub(super) warmup: u32,
    /// What is.
    pub(super) window: u32,
}

/// So long before anything is measured, and so long after, in hours.
pub(super) const fn hours(warmup: u32, window: u32) -> Span {
    Span { warmup, window }
}

/// The table `[scenario]` and an outcome `done`.
pub(super) fn frame(span: Span) -> String {
    let Span { warmup, window } = span;
    let horizon = warmup + window;
    format!(
        "[scenario]\nstart = 2025-01-06\nhorizon = \"{horizon} h\"\nwarmup = \"{warmup} h\"\nsample = \"{horizon} h\"\n\n\
         [[outcome]]\nid = \"done\"\ncounts_as = \"closed\"\n\n"
    )
}

/// A table of that kind with these lines.
pub(super) fn table(kind: &str, lines: &str) -> String {
    format!("[[{kind}]]\n{lines}\n\n")
}

/// One class `any`.
pub(super) const ANY: &str = "[[class]]\nid = \"any\"\n\n";
/// An outcome `lost`.
pub(super) const LOST: &str = "[[outcome]]\nid = \"lost\"\ncounts_as = \"lost\"\n\n";

/// A law with this name and these parameters.
pub(super) fn law(name: &str, parameters: &str) -> String {
    format!("{{ {name} = {{ {parameters} }} }}")
}

/// An exponential law with this mean, as `"1 h"`.
pub(super) fn exponential(mean: &str) -> String {
    law("exponential", &format!("mean = \"{mean}\""))
}

/// One queue: tips of classes `c0`, `c1`, ... come by chance to a stage `work` with a pool `staff`.
#[derive(Debug, Clone)]
pub(super) struct Queue {
    rates: Vec<f64>,
    members: u32,
    effort: String,
    class: String,
    source: String,
    pool: String,
    stage: String,
    more: String,
}

/// Tips an hour of each class, members, effort.
pub(super) fn queue(rates: &[f64], members: u32, effort: &str) -> Queue {
    let none = String::new;
    Queue {
        rates: rates.to_vec(),
        members,
        effort: effort.to_owned(),
        class: none(),
        source: none(),
        pool: none(),
        stage: none(),
        more: none(),
    }
}

impl Queue {
    /// One line more of every class but the last.
    pub(super) fn urgent(mut self, line: &str) -> Queue {
        self.class.extend([line, "\n"]);
        self
    }

    /// One line more of the source.
    pub(super) fn source(mut self, line: &str) -> Queue {
        self.source.extend([line, "\n"]);
        self
    }

    /// One line more of the pool.
    pub(super) fn pool(mut self, line: &str) -> Queue {
        self.pool.extend([line, "\n"]);
        self
    }

    /// One line more of the stage.
    pub(super) fn stage(mut self, line: &str) -> Queue {
        self.stage.extend([line, "\n"]);
        self
    }

    /// Further tables.
    pub(super) fn and(mut self, tables: &str) -> Queue {
        self.more += tables;
        self
    }

    /// Reports the share of starts within this time, as `"2 h"`.
    pub(super) fn within(self, limit: &str) -> Queue {
        let first = !self.more.contains("[[milestone]]");
        let milestone = table("milestone", "id = \"start\"\nat = { start = \"work\" }");
        let target = format!("milestone = \"start\"\nwithin = \"{limit}\"\nshare = 0.5");
        self.and(if first { &milestone } else { "" }).and(&table("target", &target))
    }

    /// The whole scenario.
    pub(super) fn text(&self, span: Span) -> String {
        let last = self.rates.len() - 1;
        let total: f64 = self.rates.iter().sum();
        let (mut classes, mut mix) = (String::new(), vec![]);
        for (i, rate) in self.rates.iter().enumerate() {
            let urgent = if i < last { self.class.as_str() } else { "" };
            classes += &table("class", &format!("id = \"c{i}\"\n{urgent}"));
            mix.push(if i < last { format!("c{i} = {}", rate / total) } else { format!("c{i} = \"rest\"") });
        }
        let Queue { members, effort, source, pool, stage, .. } = self;
        let (source, mix) = (format!("id = \"tips\"\nrate = \"{total} per hour\"\n{source}"), mix.join(", "));
        let timed =
            if effort.is_empty() { String::new() } else { format!("pool = \"staff\"\neffort = {effort}\n") };
        let pool = table("pool", &format!("id = \"staff\"\nheadcount = {members}\n{pool}"));
        frame(span)
            + &classes
            + &table("source", &format!("{source}mix = {{ {mix} }}"))
            + if effort.is_empty() { "" } else { &pool }
            + &table("stage", &format!("id = \"work\"\n{timed}{stage}route = \"done\""))
            + &self.more
    }
}
