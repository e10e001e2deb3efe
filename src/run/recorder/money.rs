//! What the measuring window costs, by fiscal year and item.
//!
//! Staff costs follow the hours of each span between samples, changes and fiscal years; starts are paid when they
//! happen, one-off costs at their date. With a discount rate d a payment at t years counts 1/(1 + d)^t; what is paid
//! evenly over a span counts with the mean of that factor over the span.

use crate::model::{ExtraCost, FiscalYear, Model, PoolId, PoolParams, StageId};
use crate::run::measure::{COST_PER_ACTED, Family, Response, Sink, Value};
use crate::run::result::PoolRow;
use crate::units::{Duration, Time, YEAR};

use super::window::Window;

/// Costs by fiscal year and item.
#[derive(Debug)]
pub(super) struct Money {
    window: Window,
    /// ln(1 + d) per millisecond.
    discount: f64,
    years: Vec<FiscalYear>,
    items: Vec<Item>,
    /// By year, then item.
    cells: Vec<f64>,
}

/// What money is spent on.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Item {
    kind: &'static str,
    name: String,
}

impl Money {
    pub(super) fn new(model: &Model, window: Window) -> Money {
        let inside = |y: &&FiscalYear| window.overlap(y.from.0, y.until.0) > 0;
        let years: Vec<FiscalYear> = model.fiscal_years.iter().filter(inside).cloned().collect();
        let item = |kind, name: &str| Item { kind, name: name.to_owned() };
        let mut items: Vec<Item> = model.pools.iter().map(|p| item("pool", &p.id)).collect();
        items.extend(model.stages.iter().map(|s| item("stage", &s.id)));
        for cost in &model.extra_costs {
            let change = item("change", &cost.item);
            if !items.contains(&change) {
                items.push(change);
            }
        }
        let discount = model.discount.ln_1p() / YEAR as f64;
        Money { window, discount, cells: vec![0.0; years.len() * items.len()], years, items }
    }

    /// Moments inside the window at which a span must end because another fiscal year begins.
    pub(super) fn cuts(&self) -> Vec<Time> {
        self.years.iter().map(|y| y.from).filter(|from| self.window.holds(*from)).collect()
    }

    /// What a pool costs for its hours in `[from, until)`.
    pub(super) fn staff(
        &mut self,
        pool: PoolId,
        rates: &PoolParams,
        hours: &PoolRow,
        from: Time,
        until: Time,
    ) {
        let h = |ms: i64| Duration(ms).hours();
        let amount = hours.filled as f64 / YEAR as f64 * rates.yearly_cost
            + h(hours.on_shift) * rates.hourly_on_shift
            + h(hours.busy) * rates.hourly_worked
            + h(hours.overtime) * rates.hourly_worked * rates.overtime_factor;
        self.spread(from, until, pool.index(), amount);
    }

    /// What a start costs.
    pub(super) fn start(&mut self, model: &Model, stage: StageId, cost: f64, now: Time) {
        self.book(now, model.pools.len() + stage.index(), cost * self.factor(now.0 as f64));
    }

    /// What is not staff, over the whole window.
    pub(super) fn extras(&mut self, costs: &[ExtraCost]) {
        for cost in costs {
            let same = |item: &Item| item.kind == "change" && item.name == cost.item;
            let item = self.items.iter().position(same).expect("every extra cost has been given an item");
            if self.window.holds(cost.from) {
                self.book(cost.from, item, cost.once * self.factor(cost.from.0 as f64));
            }
            for year in self.years.clone() {
                let (from, until) = (cost.from.max(year.from), cost.until.min(year.until));
                let ms = self.window.overlap(from.0, until.0.max(from.0));
                self.spread(from, until, item, cost.yearly * ms as f64 / YEAR as f64);
            }
        }
    }

    /// Books an amount that is paid evenly over the part of `[from, until)` in the window.
    fn spread(&mut self, from: Time, until: Time, item: usize, amount: f64) {
        let clamp = |t: Time| t.0.clamp(self.window.from, self.window.until);
        let (a, b) = (clamp(from), clamp(until));
        if a < b {
            self.book(Time(a), item, amount * self.mean_factor(a as f64, b as f64));
        }
    }

    fn mean_factor(&self, a: f64, b: f64) -> f64 {
        let x = self.discount * (b - a);
        // (1 − e^−x)/x without loss for small x.
        let shrink = if x == 0.0 { 1.0 } else { -(-x).exp_m1() / x };
        self.factor(a) * shrink
    }

    /// What a payment at this time counts.
    fn factor(&self, at: f64) -> f64 {
        if self.discount == 0.0 { 1.0 } else { (-self.discount * at).exp() }
    }

    fn book(&mut self, at: Time, item: usize, amount: f64) {
        let year = self.years.partition_point(|y| y.from <= at).saturating_sub(1);
        if let Some(cell) = self.cells.get_mut(year * self.items.len() + item) {
            *cell += amount;
        }
    }

    pub(super) fn total(&self) -> f64 {
        self.cells.iter().sum()
    }

    pub(super) fn report(&self, model: &Model, acted: u64, out: &mut impl Sink) {
        let named = |quantity| move || Response::new(Family::Costs, quantity, &model.currency);
        out.put(named("cost"), Value::Number(self.total()));
        let per_acted = Value::Ratio { above: self.total(), below: acted as f64 };
        out.put(named(COST_PER_ACTED), per_acted);
        let n = self.items.len();
        for (i, item) in self.items.iter().enumerate() {
            let of = || format!("{}/{}", item.kind, item.name);
            let cell = |y: usize| self.cells[y * n + i];
            let total = (0..self.years.len()).map(cell).sum();
            out.put(|| named("cost")().of(&of()), Value::Number(total));
            for (y, year) in self.years.iter().enumerate() {
                out.put(|| named("cost")().of(&of()).detail(&year.label), Value::Number(cell(y)));
            }
        }
        for (y, year) in self.years.iter().enumerate() {
            let total = self.cells[y * n..(y + 1) * n].iter().sum();
            out.put(|| named("cost")().detail(&year.label), Value::Number(total));
        }
    }
}
