//! How busy each pool is over time, against the line at which it can take no more.

use super::axis::{Amounts, Dates};
use super::page::{Caption, MARGIN, Page, Swatch, WIDTH};
use super::plot::{Fan, Mark, SmallMultiples, band_tints};
use super::scene::Scene;
use super::style::{BLUE, DASH, DOT, INK, VERMILION, replications};
use jiff::civil::DateTime;

/// What the utilization chart shows.
#[derive(Clone, PartialEq, Debug)]
pub struct Utilization {
    /// Where it comes from.
    pub caption: Caption,
    /// Pool by pool in the scenario's order.
    pub pools: Vec<PoolUse>,
    /// Dated changes.
    pub marks: Vec<Mark>,
}

/// What becomes of the hours on shift of a pool.
#[derive(Clone, PartialEq, Debug)]
pub struct PoolUse {
    /// The share of them that is busy; 1 is saturation.
    pub busy: Fan,
    /// The share of them, at each end of an interval, that is busy or at the exposure cap; empty where nobody is.
    pub busy_or_capped: Vec<(DateTime, f64)>,
}

impl Utilization {
    /// Lays the picture out.
    pub fn scene(&self) -> Scene {
        let reading = format!(
            "Busy share of the hours on shift of filled posts, absences taken off, per sample interval; mean of {} and \
             its 95 % interval, at each date by itself",
            replications(self.caption.replications)
        );
        let mut page = Page::new("Utilization by pool", &self.caption, &reading);
        let Some(dates) = Dates::of(self.pools.iter().flat_map(|pool| pool.busy.moments())) else {
            page.nothing("nothing to draw: no pool was on shift in the measuring window");
            return page.finish();
        };
        let (_, interval) = band_tints(BLUE);
        let mut key = vec![
            (Swatch::Line(BLUE), "mean".to_owned()),
            (Swatch::Fill(interval), "95 % interval of the mean".to_owned()),
            (Swatch::Dashed(VERMILION, 1.6, DASH), "saturated: every hour on shift is worked".to_owned()),
        ];
        if self.pools.iter().any(|pool| !pool.busy_or_capped.is_empty()) {
            key.push((Swatch::Dashed(INK, 1.6, DOT), "mean with the hours at the exposure cap".to_owned()));
        }
        page.key(&key);
        self.draw(&mut page, dates);
        page.finish()
    }

    fn draw(&self, page: &mut Page, dates: Dates) {
        // Work finished in overtime can lift an interval above saturation, hence room above 100 %.
        let largest = self.pools.iter().map(|pool| pool.busy.largest()).fold(1.0, f64::max);
        let y = Amounts::reaching(largest, 4.0);
        let y_ticks = y.percent_ticks();
        let fans: Vec<(&Fan, String)> =
            self.pools.iter().map(|pool| (&pool.busy, overall(&pool.busy))).collect();
        let height = if fans.len() <= 2 { 200.0 } else { 120.0 };
        let small = SmallMultiples { dates, y, y_ticks, marks: &self.marks, height };
        let across = (MARGIN, WIDTH - 2.0 * MARGIN + 16.0);
        page.y = small.draw(&mut page.scene, across, page.y + 4.0, &fans, |scene, plot, k| {
            scene.dashed(&[plot.at(0.0, 1.0), plot.at(plot.x_max, 1.0)], 1.6, VERMILION, DASH);
            let ceiling = &self.pools[k].busy_or_capped;
            let line: Vec<_> = ceiling.iter().map(|(at, share)| plot.at(dates.at(*at), *share)).collect();
            scene.dashed(&line, 1.6, INK, DOT);
        });
        page.note("Right of each name: the range of the mean.");
    }
}

/// The range of the middle line, in per cent.
fn overall(fan: &Fan) -> String {
    let middles = fan.points.iter().map(|point| point.middle * 100.0);
    let (low, high) =
        middles.fold((f64::INFINITY, 0.0), |(low, high), m| (f64::min(low, m), f64::max(high, m)));
    match fan.points.len() {
        0 => "never on shift".to_owned(),
        _ if high - low < 0.5 => format!("{high:.0} %"),
        _ => format!("{low:.0}–{high:.0} %"),
    }
}
