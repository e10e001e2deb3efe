//! What every chart looks like: ink, series that differ in colour and in form, numbers as people read them.

use super::scene::{Align, Color, Point, Rect, Scene, Text};
use crate::units::grouped;

/// Titles, labels and the lines that carry the answer.
pub(super) const INK: Color = Color::rgb(26, 26, 26);
/// Words that explain.
pub(super) const QUIET: Color = Color::rgb(89, 89, 89);
/// Axes and their ticks.
pub(super) const AXIS: Color = Color::rgb(120, 120, 120);
/// Lines to read values by.
pub(super) const GRID: Color = Color::rgb(228, 228, 228);
/// Bars behind others.
pub(super) const SHADE: Color = Color::rgb(196, 204, 212);
/// Paper.
pub(super) const PAPER: Color = Color::rgb(255, 255, 255);

/// Okabe and Ito's colours, told apart by colour-blind readers; the yellow, too pale for a line on white paper,
/// gives way to a grey. Source: Okabe and Ito, "Color Universal Design", 2008.
const SERIES: [Color; 8] = [
    Color::rgb(0, 114, 178),
    Color::rgb(213, 94, 0),
    Color::rgb(0, 158, 115),
    Color::rgb(204, 121, 167),
    Color::rgb(230, 159, 0),
    Color::rgb(86, 180, 233),
    Color::rgb(0, 0, 0),
    Color::rgb(120, 120, 120),
];

/// Blue, for the one series of a picture.
pub(super) const BLUE: Color = SERIES[0];
/// Vermilion, for what comes in or waits.
pub(super) const VERMILION: Color = SERIES[1];

/// On and off lengths of a dashed line.
pub(super) const DASH: &[f64] = &[7.0, 4.0];
/// On and off lengths of a dotted line.
pub(super) const DOT: &[f64] = &[1.5, 3.0];

/// The colour of the n-th series.
pub(super) fn series_color(n: usize) -> Color {
    SERIES[n % SERIES.len()]
}

/// Draws the n-th series' mark, so that a print without colour still tells the series apart: seven forms against
/// eight colours give 56 pairs.
pub(super) fn series_mark(scene: &mut Scene, n: usize, (x, y): Point) {
    let color = series_color(n);
    let around = |corners: usize, radius: f64, turn: f64| -> Vec<Point> {
        let angle = |k: usize| (k as f64 / corners as f64 + turn) * std::f64::consts::TAU;
        (0..corners).map(|k| (x + radius * angle(k).sin(), y - radius * angle(k).cos())).collect()
    };
    let (solid, hollow): (Vec<Point>, bool) = match n % 7 {
        0 => (around(20, 4.0, 0.0), false),
        1 => (around(4, 5.2, 0.125), false),
        2 => (around(3, 5.4, 0.0), false),
        3 => (around(4, 5.2, 0.0), false),
        4 => (around(20, 4.2, 0.0), true),
        5 => (around(4, 5.4, 0.125), true),
        _ => (around(3, 5.4, 0.5), true),
    };
    scene.area(solid.clone(), if hollow { PAPER } else { color });
    if hollow {
        let closed = solid.iter().chain(solid.first()).copied().collect();
        scene.line(closed, 1.6, color);
    }
}

/// A round mark, filled or hollow.
pub(super) fn dot(scene: &mut Scene, (x, y): Point, color: Color, filled: bool) {
    let angle = |k: usize| k as f64 / 20.0 * std::f64::consts::TAU;
    let round: Vec<Point> = (0..20).map(|k| (x + 4.5 * angle(k).sin(), y - 4.5 * angle(k).cos())).collect();
    scene.area(round.clone(), if filled { color } else { PAPER });
    scene.line(round.iter().chain(round.first()).copied().collect(), 1.6, color);
}

/// Plain text at a place.
pub(super) fn text(at: Point, content: impl Into<String>, size: f64, color: Color, align: Align) -> Text {
    Text { at, content: content.into(), size, bold: false, color, align }
}

/// Diagonal lines over a rectangle, for readers without colour.
pub(super) fn hatch(scene: &mut Scene, rect: Rect, gap: f64, width: f64, color: Color) {
    let mut shift = gap / 2.0;
    while shift < rect.w + rect.h {
        // The line x + y = shift, clipped to the rectangle.
        let from = (rect.x + shift.min(rect.w), rect.y + (shift - rect.w).max(0.0));
        let to = (rect.x + (shift - rect.h).max(0.0), rect.y + shift.min(rect.h));
        scene.line(vec![from, to], width, color);
        shift += gap;
    }
}

/// A number with thousands separators and `decimals` digits after the point.
pub(super) fn number(value: f64, decimals: usize) -> String {
    grouped(value, decimals).replace('-', "−")
}

/// A number with about three significant digits.
pub(super) fn rounded(value: f64) -> String {
    let decimals = match value.abs() {
        a if a >= 99.95 || a == 0.0 => 0,
        a if a >= 9.995 => 1,
        a if a >= 0.0995 => 2,
        _ => 3,
    };
    let text = number(value, decimals);
    if text.contains('.') { text.trim_end_matches('0').trim_end_matches('.').to_owned() } else { text }
}

/// `1 replication`, `200 replications`.
pub(super) fn replications(n: u64) -> String {
    format!("{} replication{}", number(n as f64, 0), if n == 1 { "" } else { "s" })
}

/// A currency in a sentence, where the scenario names one.
pub(super) fn money(currency: &str) -> &str {
    if currency.is_empty() { "money" } else { currency }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn thousands_are_separated() {
        assert_eq!(number(1_234_567.0, 0), "1,234,567");
        assert_eq!(number(999.0, 0), "999");
        assert_eq!(number(-1234.5, 1), "−1,234.5");
        assert_eq!(number(-0.01, 1), "0.0");
    }

    #[test]
    fn three_digits_are_enough_to_read() {
        let said = [0.0, 0.0123, 0.5, 4.0, 41.26, 412.6, 41_260.0].map(rounded);
        assert_eq!(said, ["0", "0.012", "0.5", "4", "41.3", "413", "41,260"]);
    }
}
