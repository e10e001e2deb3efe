//! Dated changes for random scenarios: edits of many paths, steep and gradual, for good and for a time.

use std::fmt::Write as _;

use crate::random_scenarios::{
    Dice, Draft, EFFORTS, HOURS, ORDERS, PATIENCES, ROTAS, SHIFT_ENDS, Shape, route,
};

/// What dated changes may be about.
pub(crate) struct Changing<'a> {
    pub(crate) shape: &'a Shape,
    pub(crate) work: &'a [usize],
    pub(crate) patient: &'a [usize],
    pub(crate) crews: &'a [bool],
}

impl Changing<'_> {
    /// A `[[change]]`.
    pub(crate) fn change(&self, draft: &Draft, dice: &mut Dice<'_>) -> String {
        let at = dice.pick(&["\"5 days\"", "\"10 days\"", "\"51 h\"", "\"17 days\"", "\"225 h\""]);
        let mut text = format!("[[change]]\nat = {at}\nwhy = \"a test\"\n");
        let (edit, ramps) = self.edit(draft, dice);
        writeln!(text, "{edit}").unwrap();
        if ramps {
            dice.line(&mut text, 40, "over", &["\"4 days\""]);
        }
        dice.line(&mut text, 30, "until", &["\"20 days\"", "\"24 days\""]);
        dice.line(&mut text, 20, "yearly", &["12_000"]);
        if edit.contains("headcount") {
            dice.line(&mut text, 60, "leave", &["\"last-hired\"", "\"attrition\""]);
        }
        text
    }

    /// An edit, and whether it may come in evenly.
    fn edit(&self, draft: &Draft, dice: &mut Dice<'_>) -> (String, bool) {
        let p = dice.below(self.shape.pools);
        let s = dice.below(self.shape.stages);
        let source = dice.below(self.shape.sources);
        let set = |path: String, value: &str| format!("set = {{ \"{path}\" = {value} }}");
        match dice.below(13) {
            1 if !draft.work.is_empty() => {
                let w = self.work[dice.below(self.work.len())];
                (set(format!("stage.st{w}.order"), dice.pick(ORDERS)), false)
            }
            2 if self.work.contains(&s) => (set(format!("stage.st{s}.effort"), dice.pick(EFFORTS)), false),
            3 if self.work.contains(&s) => (format!("scale = {{ \"stage.st{s}.effort\" = 2.5 }}"), true),
            4 => (set(format!("stage.st{s}.route"), &route(s, self.shape, dice)), false),
            5 if source > 0 && draft.sources[source].contains("rate =") => {
                let rate = dice.pick(&["\"4 per day\"", "\"0 per day\"", "\"9 per day\""]);
                (set(format!("source.s{source}.rate"), rate), false)
            }
            6 if !self.patient.is_empty() => {
                let patient = self.patient[dice.below(self.patient.len())];
                (set(format!("stage.st{patient}.patience"), dice.pick(PATIENCES)), false)
            }
            7 => (set(format!("pool.p{p}.availability"), dice.pick(&["0.5", "0.9"])), true),
            8 => (set(format!("pool.p{p}.shift_end"), dice.pick(SHIFT_ENDS)), false),
            9 if !self.crews[p]
                && draft.pools[p].contains("hours =")
                && !draft.pools[p].contains("shifts") =>
            {
                (set(format!("pool.p{p}.hours"), dice.pick(HOURS)), false)
            }
            9 if !self.crews[p] && draft.pools[p].contains("shifts =") => {
                (set(format!("pool.p{p}.shifts"), dice.pick(ROTAS)), false)
            }
            10 => (set(format!("stage.st{s}.cost"), "7"), false),
            11 if draft.stages[s].contains("starts =") => {
                (set(format!("stage.st{s}.starts"), "\"Mon-Fri 10:00-15:00\""), false)
            }
            12 => (set(format!("source.s{source}.mix"), "{ c0 = 1.0 }"), false),
            _ if self.crews[p] => (format!("add = {{ \"pool.p{p}.headcount\" = 1 }}"), true),
            _ => (set(format!("pool.p{p}.headcount"), dice.pick(&["1", "3", "0", "5"])), true),
        }
    }
}
