//! Small plots in two columns, one for each measure: named rows with bars from a common axis that begins at zero.

use super::axis::{Amounts, TICK_SIZE, thinned};
use super::font;
use super::page::{MARGIN, Page, WIDTH};
use super::scene::{Align, Color, Point, Rect, Scene, Text};
use super::style::{AXIS, GRID, INK, QUIET, dot, text};

/// One plot.
pub(super) struct Panel {
    /// The measure.
    pub(super) title: String,
    /// Its unit, and what else has to be said.
    pub(super) note: String,
    /// Whether the values are shares.
    pub(super) shares: bool,
    /// Rows from top to bottom.
    pub(super) rows: Vec<PanelRow>,
}

/// One row of a plot.
pub(super) struct PanelRow {
    /// Who.
    pub(super) name: String,
    /// From, to, thickness, colour.
    pub(super) bars: Vec<(f64, f64, f64, Color)>,
    /// A point.
    pub(super) dot: Option<(f64, Color)>,
    /// What stands at the right; empty for nothing.
    pub(super) figure: String,
}

const ROW: f64 = 18.0;
const HEAD: f64 = 36.0;
const FOOT: f64 = 34.0;
const SMALL: f64 = 12.0;

/// Draws all of them under what stands on the page.
pub(super) fn panels(page: &mut Page, all: &[Panel]) {
    let columns = if all.len() > 1 { 2 } else { 1 };
    let cell = (WIDTH - 2.0 * MARGIN + 20.0) / f64::from(columns);
    let rows = || all.iter().flat_map(|panel| &panel.rows);
    let widest = |of: fn(&PanelRow) -> &String| {
        rows().map(|row| font::width(of(row), SMALL, false)).fold(0.0, f64::max)
    };
    let names = widest(|row| &row.name).min(cell * 0.4) + 8.0;
    let figures = widest(|row| &row.figure);
    for line in all.chunks(columns as usize) {
        let most = line.iter().map(|panel| panel.rows.len()).max().unwrap_or(0) as f64;
        for (k, panel) in line.iter().enumerate() {
            let x = MARGIN + k as f64 * cell;
            let (h, w) = (ROW * panel.rows.len() as f64, cell - names - 36.0 - figures);
            let rect = Rect { x: x + names, y: page.y + HEAD + 8.0, w, h };
            panel.title(&mut page.scene, (x, page.y + 20.0), cell - 20.0);
            panel.draw(&mut page.scene, rect, names - 7.0);
        }
        page.y += 8.0 + HEAD + ROW * most + FOOT;
    }
}

impl Panel {
    fn title(&self, scene: &mut Scene, (x, y): Point, room: f64) {
        let name = font::shorten(&self.title, SMALL, true, room);
        scene.text(Text { bold: true, ..text((x, y), name, SMALL, INK, Align::Start) });
        let note = font::shorten(&self.note, 11.0, false, room);
        scene.text(text((x, y + 15.0), note, 11.0, QUIET, Align::Start));
    }

    fn draw(&self, scene: &mut Scene, rect: Rect, names: f64) {
        let dots = self.rows.iter().filter_map(|row| row.dot.map(|dot| dot.0));
        let ends = self.rows.iter().flat_map(|row| &row.bars).map(|bar| bar.1);
        let axis = Amounts::reaching(dots.chain(ends).fold(0.0, f64::max), 4.0);
        let x = |value: f64| rect.x + (value / axis.max).clamp(0.0, 1.0) * rect.w;
        let ticks = if self.shares { axis.percent_ticks() } else { axis.ticks() };
        for tick in thinned(ticks, 0, rect.w) {
            let at = x(tick.at);
            let color = if tick.at == 0.0 { AXIS } else { GRID };
            scene.line(vec![(at, rect.y), (at, rect.bottom() + 4.0)], 1.0, color);
            scene.text(text((at, rect.bottom() + 17.0), tick.label, TICK_SIZE, QUIET, Align::Middle));
        }
        for (n, row) in self.rows.iter().enumerate() {
            let y = rect.y + (n as f64 + 0.5) * ROW;
            let name = font::shorten(&row.name, SMALL, false, names);
            scene.text(text((rect.x - 7.0, y + 4.0), name, SMALL, INK, Align::End));
            for &(from, to, thick, color) in &row.bars {
                let (left, right) = (x(from), x(to));
                scene.fill(Rect { x: left, y: y - thick / 2.0, w: (right - left).max(1.0), h: thick }, color);
            }
            if let Some((at, color)) = row.dot {
                dot(scene, (x(at), y), color, false);
            }
            let at = (rect.right() + 12.0, y + 4.0);
            scene.text(text(at, row.figure.clone(), SMALL, QUIET, Align::Start));
        }
    }
}
