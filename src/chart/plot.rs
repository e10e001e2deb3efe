//! One plot: a rectangle with axes, and the ways to draw numbers into it.

use jiff::civil::DateTime;

use super::axis::{Amounts, Dates, TICK_SIZE, Tick};
use super::font;
use super::scene::{Align, Color, Point, Rect, Scene, Text};
use super::style::{AXIS, BLUE, DOT, GRID, INK, QUIET, series_color, series_mark, text};

/// The values of one moment over all replications.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct FanPoint {
    /// When.
    pub at: DateTime,
    /// The middle line: the mean or the median, as the chart says.
    pub middle: f64,
    /// Ends of the narrow band; `None` where the chart has only one band.
    pub inner: Option<(f64, f64)>,
    /// Ends of the wide band.
    pub outer: (f64, f64),
}

/// A series with its bands.
#[derive(Clone, PartialEq, Debug)]
pub struct Fan {
    /// What the series is of, as the scenario names it.
    pub name: String,
    /// Moments in order; one that could not be observed is left out.
    pub points: Vec<FanPoint>,
}

impl Fan {
    /// The largest value the bands reach.
    pub(super) fn largest(&self) -> f64 {
        self.points.iter().map(|p| p.outer.1.max(p.middle)).fold(0.0, f64::max)
    }

    /// Every moment of the series.
    pub(super) fn moments(&self) -> impl Iterator<Item = DateTime> {
        self.points.iter().map(|p| p.at)
    }
}

/// A moment when the scenario changes.
#[derive(Clone, PartialEq, Debug)]
pub struct Mark {
    /// When.
    pub at: DateTime,
    /// Why, in the scenario's words.
    pub text: String,
}

/// The inner and outer tint of a band.
pub(super) fn band_tints(color: Color) -> (Color, Color) {
    (color.tint(0.42), color.tint(0.17))
}

/// A rectangle in which x runs from 0 to `x_max` and y from 0 to `y_max`.
#[derive(Clone, Copy, Debug)]
pub(super) struct Plot {
    pub(super) rect: Rect,
    pub(super) x_max: f64,
    pub(super) y_max: f64,
}

impl Plot {
    /// Where a value lies on paper; values beyond the axes lie on their ends.
    pub(super) fn at(&self, x: f64, y: f64) -> Point {
        let share = |value: f64, max: f64| (value / max).clamp(0.0, 1.0);
        let (x, y) = (share(x, self.x_max), share(y, self.y_max));
        (self.rect.x + x * self.rect.w, self.rect.bottom() - y * self.rect.h)
    }

    /// Grid lines and labels of the y axis; labels only where `labelled`.
    pub(super) fn y_axis(&self, scene: &mut Scene, ticks: &[Tick], labelled: bool) {
        for tick in ticks {
            let (left, y) = self.at(0.0, tick.at);
            scene.line(vec![(left, y), (self.rect.right(), y)], 1.0, GRID);
            if labelled {
                let at = (left - 7.0, y + 4.0);
                scene.text(text(at, tick.label.clone(), TICK_SIZE, QUIET, Align::End));
            }
        }
    }

    /// The x axis with its ticks.
    pub(super) fn x_axis(&self, scene: &mut Scene, ticks: &[Tick]) {
        let bottom = self.rect.bottom();
        scene.line(vec![(self.rect.x, bottom), (self.rect.right(), bottom)], 1.2, AXIS);
        for tick in ticks {
            let (x, _) = self.at(tick.at, 0.0);
            scene.line(vec![(x, bottom), (x, bottom + 4.0)], 1.0, AXIS);
            let say = |line: &str, y: f64| text((x, y), line, TICK_SIZE, QUIET, Align::Middle);
            scene.text(say(&tick.label, bottom + 16.0));
            if let Some(below) = &tick.below {
                scene.text(say(below, bottom + 29.0));
            }
        }
    }

    /// The band between two series.
    pub(super) fn band(&self, scene: &mut Scene, points: &[(f64, f64, f64)], color: Color) {
        let upper = points.iter().map(|&(x, _, high)| self.at(x, high));
        let lower = points.iter().rev().map(|&(x, low, _)| self.at(x, low));
        scene.area(upper.chain(lower).collect(), color);
    }

    /// A series with its bands and its middle line.
    pub(super) fn fan(&self, scene: &mut Scene, dates: &Dates, fan: &Fan, color: Color) {
        let (inner, outer) = band_tints(color);
        let wide: Vec<_> = fan.points.iter().map(|p| (dates.at(p.at), p.outer.0, p.outer.1)).collect();
        let narrow: Vec<_> = fan
            .points
            .iter()
            .filter_map(|p| p.inner.map(|(low, high)| (dates.at(p.at), low, high)))
            .collect();
        self.band(scene, &wide, outer);
        self.band(scene, &narrow, inner);
        let middle = fan.points.iter().map(|p| self.at(dates.at(p.at), p.middle)).collect();
        scene.line(middle, 2.2, color);
    }

    /// Vertical lines at the changes that lie on the axis.
    pub(super) fn marks(&self, scene: &mut Scene, dates: &Dates, marks: &[Mark]) {
        for mark in marks.iter().filter(|mark| (0.0..=dates.days).contains(&dates.at(mark.at))) {
            let (x, _) = self.at(dates.at(mark.at), 0.0);
            scene.dashed(&[(x, self.rect.y), (x, self.rect.bottom())], 1.0, AXIS, DOT);
        }
    }
}

/// A y axis' labels need this much room to their left.
pub(super) fn label_room(ticks: &[Tick]) -> f64 {
    ticks.iter().map(|tick| font::width(&tick.label, TICK_SIZE, false)).fold(0.0, f64::max) + 9.0
}

/// Labels of dated changes in rows above a plot.
pub(super) struct MarkLabels {
    placed: Vec<MarkLabel>,
    /// Changes that are drawn but not named.
    pub(super) unnamed: usize,
}

/// One label: its text at row 0's height, the row it stands in, counted upwards, and its mark's place.
struct MarkLabel {
    text: Text,
    row: usize,
    x: f64,
}

const MARK_ROW: f64 = 15.0;
const MARK_ROWS: usize = 6;

impl MarkLabel {
    /// Whether the two texts touch, or one's leader runs through the other's text.
    fn collides(&self, other: &MarkLabel) -> bool {
        let span = |label: &MarkLabel| (label.text.bounds().x - 3.0, label.text.bounds().right() + 3.0);
        let ((a, b), (c, d)) = (span(self), span(other));
        let through = |x: f64, low: f64, high: f64| low < x && x < high;
        (self.row == other.row && a < d && c < b)
            || (self.row >= other.row && through(self.x, c, d))
            || (other.row >= self.row && through(other.x, a, b))
    }
}

impl MarkLabels {
    /// Finds a row and a side for each label. From the last date to the first: a label then grows to the right over
    /// leaders that already stand.
    pub(super) fn arrange(marks: &[Mark], dates: &Dates, left: f64, width: f64) -> MarkLabels {
        let mut labels = MarkLabels { placed: Vec::new(), unnamed: 0 };
        let mut shown: Vec<&Mark> =
            marks.iter().filter(|mark| (0.0..=dates.days).contains(&dates.at(mark.at))).collect();
        shown.sort_by_key(|mark| std::cmp::Reverse(mark.at));
        for mark in shown {
            let x = left + dates.at(mark.at) / dates.days * width;
            let date = mark.at.strftime("%-d %b %Y").to_string();
            let full = if mark.text.is_empty() { date.clone() } else { format!("{date}: {}", mark.text) };
            let sides = [(Align::Start, left + width - x), (Align::End, x - left)];
            let free = [full, date].iter().find_map(|words| labels.find_place(words, x, sides));
            match free {
                Some(label) => labels.placed.push(label),
                None => labels.unnamed += 1,
            }
        }
        labels
    }

    /// The lowest free row, on the side where the words fit unshortened if there is one.
    fn find_place(&self, words: &str, x: f64, mut sides: [(Align, f64); 2]) -> Option<MarkLabel> {
        const LONGEST: f64 = 600.0;
        let wanted = font::width(words, TICK_SIZE, false).min(LONGEST) + 5.0;
        if sides[0].1 < wanted && sides[1].1 > sides[0].1 {
            sides.reverse();
        }
        let candidates = sides.into_iter().flat_map(|side| (0..MARK_ROWS).map(move |row| (row, side)));
        candidates
            .filter(|(_, (_, room))| *room >= wanted.min(120.0))
            .map(|(row, (align, room))| {
                let content = font::shorten(words, TICK_SIZE, false, room.min(LONGEST) - 4.0);
                let shift = if align == Align::Start { 4.0 } else { -4.0 };
                MarkLabel { text: text((x + shift, 0.0), content, TICK_SIZE, INK, align), row, x }
            })
            .find(|label| !self.placed.iter().any(|other| label.collides(other)))
    }

    /// The height of all rows.
    pub(super) fn height(&self) -> f64 {
        self.placed.iter().map(|label| label.row + 1).max().unwrap_or(0) as f64 * MARK_ROW
    }

    /// Draws the rows so that the lowest ends at `bottom`, each label with the line that leads to its mark.
    pub(super) fn draw(self, scene: &mut Scene, bottom: f64) {
        for MarkLabel { text, row, x } in self.placed {
            let y = bottom - row as f64 * MARK_ROW;
            scene.dashed(&[(x, y - 11.0), (x, bottom)], 1.0, QUIET, DOT);
            scene.text(Text { at: (text.at.0, y - 4.0), ..text });
        }
    }
}

/// A name at the end of a line.
pub(super) struct EndLabel {
    pub(super) name: String,
    /// What is said after the name, never shortened.
    pub(super) figure: String,
    /// Where the line ends.
    pub(super) at: Point,
    /// The series' number in the order of colours and marks.
    pub(super) series: usize,
}

/// Writes the names beside their lines' ends, moved apart where they would touch, each with its mark and a leader.
pub(super) fn end_labels(
    scene: &mut Scene,
    mut labels: Vec<EndLabel>,
    x: f64,
    top: f64,
    bottom: f64,
    room: f64,
) {
    const LINE: f64 = 16.0;
    labels.sort_by(|a, b| a.at.1.total_cmp(&b.at.1));
    let wanted: Vec<f64> = labels.iter().map(|label| label.at.1).collect();
    let placed = spread(&wanted, LINE, top, bottom);
    for (label, y) in labels.into_iter().zip(placed) {
        let color = series_color(label.series);
        scene.line(vec![label.at, (x + 10.0, y), (x + 16.0, y)], 1.0, color);
        series_mark(scene, label.series, (x + 22.0, y));
        let figure = font::width(&label.figure, 12.0, false);
        let name = font::shorten(&label.name, 12.0, false, room - 36.0 - figure);
        let words = format!("{name} {}", label.figure);
        scene.text(text((x + 31.0, y + 4.2), words, 12.0, INK, Align::Start));
    }
}

/// Moves sorted places apart to at least `gap`, as little as possible, and keeps them between the borders when
/// there is room.
fn spread(wanted: &[f64], gap: f64, low: f64, high: f64) -> Vec<f64> {
    // Groups of touching labels, each centred on what its members wanted; merging until none overlap is the pool
    // adjacent violators algorithm, which gives the least squares solution.
    let mut groups: Vec<(f64, usize)> = Vec::new(); // (mean wanted place of the first member, members)
    for (k, &y) in wanted.iter().enumerate() {
        let offset = k as f64 * gap;
        groups.push((y - offset, 1));
        while let [.., before, last] = groups[..]
            && before.0 > last.0
        {
            let n = before.1 + last.1;
            let mean = (before.0 * before.1 as f64 + last.0 * last.1 as f64) / n as f64;
            groups.truncate(groups.len() - 2);
            groups.push((mean, n));
        }
    }
    let highest = (high - gap * wanted.len().saturating_sub(1) as f64).max(low);
    let starts = groups.iter().flat_map(|&(start, n)| std::iter::repeat_n(start.clamp(low, highest), n));
    starts.enumerate().map(|(k, start)| start + k as f64 * gap).collect()
}

/// The grid of small plots: columns, and the size and place of each cell.
pub(super) struct Grid {
    pub(super) columns: usize,
    pub(super) cell_width: f64,
}

impl Grid {
    /// As many columns as suit `count` plots on a page with `room` between its margins.
    pub(super) fn of(count: usize, room: f64) -> Grid {
        let columns = match count {
            0 | 1 => 1,
            2 | 4 => 2,
            3 | 5 | 6 | 9 => 3,
            _ => 4,
        };
        Grid { columns, cell_width: room / columns as f64 }
    }

    /// Rows that `count` cells fill.
    pub(super) fn rows(&self, count: usize) -> usize {
        count.div_ceil(self.columns)
    }
}

/// Small plots of one series each on common scales, so that they can be compared at a glance.
pub(super) struct SmallMultiples<'a> {
    pub(super) dates: Dates,
    pub(super) y: Amounts,
    pub(super) y_ticks: Vec<Tick>,
    pub(super) marks: &'a [Mark],
    /// Height of one plot without its title and labels.
    pub(super) height: f64,
}

impl SmallMultiples<'_> {
    /// Draws the plots from `top` down, calls `more` with the place of each for what else belongs into it, and returns the bottom.
    pub(super) fn draw(
        &self,
        scene: &mut Scene,
        (left, width): (f64, f64),
        top: f64,
        fans: &[(&Fan, String)],
        more: impl Fn(&mut Scene, &Plot, usize),
    ) -> f64 {
        const HEAD: f64 = 26.0;
        let room = label_room(&self.y_ticks);
        let grid = Grid::of(fans.len(), width);
        let x_ticks = self.dates.ticks(grid.cell_width - room - GAP);
        let pitch = HEAD + self.height + foot(&x_ticks);
        for (k, (fan, note)) in fans.iter().enumerate() {
            let (column, row) = (k % grid.columns, k / grid.columns);
            let x = left + column as f64 * grid.cell_width + room;
            let y = top + row as f64 * pitch + HEAD;
            let rect = Rect { x, y, w: grid.cell_width - room - GAP, h: self.height };
            let plot = Plot { rect, x_max: self.dates.days, y_max: self.y.max };
            small_title(scene, &rect, room, &fan.name, note);
            plot.y_axis(scene, &self.y_ticks, true);
            plot.marks(scene, &self.dates, self.marks);
            plot.fan(scene, &self.dates, fan, BLUE);
            more(scene, &plot, k);
            plot.x_axis(scene, &x_ticks);
        }
        top + grid.rows(fans.len()) as f64 * pitch
    }
}

/// White to the right of a small plot.
pub(super) const GAP: f64 = 16.0;

/// The height that the labels of an x axis take, and the white below them.
pub(super) fn foot(ticks: &[Tick]) -> f64 {
    if ticks.iter().any(|tick| tick.below.is_some()) { 44.0 } else { 30.0 }
}

/// The name of a small plot on the left, from above the y labels on, and its figure on the right.
pub(super) fn small_title(scene: &mut Scene, rect: &Rect, room: f64, name: &str, note: &str) {
    let y = rect.y - 8.0;
    let taken = font::width(note, TICK_SIZE, false);
    scene.text(text((rect.right(), y), note, TICK_SIZE, QUIET, Align::End));
    let words = font::shorten(name, 12.0, true, rect.w + room - taken - 8.0);
    scene.text(Text { bold: true, ..text((rect.x - room, y), words, 12.0, INK, Align::Start) });
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_that_would_touch_move_apart_around_their_middle() {
        assert_eq!(spread(&[50.0, 52.0], 16.0, 0.0, 100.0), [43.0, 59.0]);
        assert_eq!(spread(&[10.0, 90.0], 16.0, 0.0, 100.0), [10.0, 90.0]);
    }

    #[test]
    fn labels_stay_between_the_borders() {
        assert_eq!(spread(&[99.0, 99.0, 99.0], 10.0, 0.0, 100.0), [80.0, 90.0, 100.0]);
        assert_eq!(spread(&[0.0, 0.0], 10.0, 5.0, 100.0), [5.0, 15.0]);
    }
}
