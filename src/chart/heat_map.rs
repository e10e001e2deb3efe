//! A measure over two parameters: a cell for each point, and the line between points that meet a target and others.

use super::axis::TICK_SIZE;
use super::font;
use super::page::{Caption, MARGIN, Page, Swatch, WIDTH};
use super::scene::{Align, Color, Point, Rect, Scene};
use super::style::{BLUE, INK, PAPER, QUIET, replications, rounded, text};

/// A parameter with its values in the order in which they stand.
#[derive(Clone, PartialEq, Debug)]
pub struct HeatAxis {
    /// Its path.
    pub parameter: String,
    /// Its values, with their unit.
    pub values: Vec<String>,
}

/// What a heat map shows.
#[derive(Clone, PartialEq, Debug)]
pub struct HeatMap {
    /// Where it comes from.
    pub caption: Caption,
    /// The measure's full name.
    pub measure: String,
    /// Its unit; shares come in per cent.
    pub unit: String,
    /// What grows to the right.
    pub across: HeatAxis,
    /// What grows upwards.
    pub up: HeatAxis,
    /// By value upwards, then value to the right; none where a point has no value.
    pub cells: Vec<Vec<Option<f64>>>,
    /// What a target asks for, in the same unit: cells of at least so much meet it.
    pub asked: Option<f64>,
}

const TALLEST: f64 = 46.0;
const TOTAL: f64 = 460.0;

impl HeatMap {
    /// Lays the picture out.
    pub fn scene(&self) -> Scene {
        let reading = format!(
            "`{}` ({}), mean over {} of each point under the same random numbers; the darker, the more",
            self.measure,
            self.unit,
            replications(self.caption.replications)
        );
        let title = format!("`{}` over two parameters", self.measure);
        let mut page = Page::new(&title, &self.caption, &reading);
        let Some((low, high)) = self.ends() else {
            page.nothing("nothing to draw: the measure has a value at no point");
            return page.finish();
        };
        let mut key = if low < high {
            vec![(Swatch::Fill(shade(0.0)), say(low)), (Swatch::Fill(shade(1.0)), say(high))]
        } else {
            vec![(Swatch::Fill(shade(0.0)), format!("{} at every point", say(low)))]
        };
        if let Some(asked) = self.asked.filter(|_| self.verdict().is_none()) {
            let words = format!(
                "between points whose mean meets the target ({} {}) and others",
                say(asked),
                self.unit
            );
            key.push((Swatch::Line(INK), words));
        }
        page.key(&key);
        self.draw(&mut page, (low, high));
        if let Some(note) = self.verdict() {
            page.note(note);
        }
        page.finish()
    }

    /// The least and the greatest value.
    fn ends(&self) -> Option<(f64, f64)> {
        let mut values = self.cells.iter().flatten().flatten();
        let first = *values.next()?;
        Some(values.fold((first, first), |(low, high), value| (low.min(*value), high.max(*value))))
    }

    /// What is said where no line parts anything.
    fn verdict(&self) -> Option<&'static str> {
        let asked = self.asked?;
        let mut met = self.cells.iter().flatten().flatten().map(|value| *value >= asked);
        let first = met.next()?;
        let all = met.all(|other| other == first);
        all.then_some(if first { "Every point meets the target." } else { "No point meets the target." })
    }

    fn draw(&self, page: &mut Page, (low, high): (f64, f64)) {
        let widest = self.up.values.iter().map(|v| font::width(v, TICK_SIZE, false)).fold(0.0, f64::max);
        let room = widest.min(150.0);
        let left = MARGIN + room + 9.0;
        let (rows, columns) = (self.up.values.len(), self.across.values.len());
        page.y += 20.0;
        let words =
            font::shorten(&format!("{}, upwards", self.up.parameter), TICK_SIZE, false, WIDTH - 2.0 * MARGIN);
        page.scene.text(text((MARGIN, page.y), words, TICK_SIZE, QUIET, Align::Start));
        let height = (TOTAL / rows as f64).min(TALLEST);
        let rect = Rect { x: left, y: page.y + 10.0, w: WIDTH - MARGIN - left, h: height * rows as f64 };
        let cell = |row: usize, column: usize| Rect {
            x: rect.x + rect.w * column as f64 / columns as f64,
            y: rect.bottom() - height * (row + 1) as f64,
            w: rect.w / columns as f64,
            h: height,
        };
        let span = if high > low { high - low } else { 1.0 };
        for (row, values) in self.cells.iter().enumerate() {
            for (column, value) in values.iter().enumerate() {
                let (rect, Some(value)) = (cell(row, column), value) else { continue };
                page.scene.fill(rect, shade((value - low) / span));
                figure(&mut page.scene, rect, *value);
            }
        }
        self.line(&mut page.scene, &cell);
        self.labels(&mut page.scene, &cell, room);
        page.y = rect.bottom() + 24.0;
        let words = font::shorten(&self.across.parameter, TICK_SIZE, false, rect.w);
        page.scene.text(text((rect.x + rect.w / 2.0, page.y + 12.0), words, TICK_SIZE, QUIET, Align::Middle));
        page.y += 18.0;
    }

    /// The line along the edges between cells that meet the target and cells that do not.
    fn line(&self, scene: &mut Scene, cell: &impl Fn(usize, usize) -> Rect) {
        let Some(asked) = self.asked else { return };
        let met = |row: usize, column: usize| {
            let value: Option<f64> = self.cells.get(row)?.get(column).copied()?;
            Some(value? >= asked)
        };
        let differ = |a: Option<bool>, b: Option<bool>| a.zip(b).is_some_and(|(a, b)| a != b);
        let mut edges: Vec<[Point; 2]> = vec![];
        for row in 0..self.cells.len() {
            for column in 0..self.cells[row].len() {
                let here = cell(row, column);
                if differ(met(row, column), met(row, column + 1)) {
                    edges.push([(here.right(), here.y), (here.right(), here.bottom())]);
                }
                if differ(met(row, column), met(row + 1, column)) {
                    edges.push([(here.x, here.y), (here.right(), here.y)]);
                }
            }
        }
        // White below the ink keeps the line apart from dark cells.
        for (width, color) in [(6.0, PAPER), (3.0, INK)] {
            for edge in &edges {
                scene.line(edge.to_vec(), width, color);
            }
        }
    }

    fn labels(&self, scene: &mut Scene, cell: &impl Fn(usize, usize) -> Rect, room: f64) {
        // Where rows are thin or columns narrow, every second, third ... label stands.
        let rows = (15.0 / cell(0, 0).h).ceil().max(1.0) as usize;
        for (row, value) in self.up.values.iter().enumerate().step_by(rows) {
            let here = cell(row, 0);
            let label = font::shorten(value, TICK_SIZE, false, room);
            let at = (here.x - 7.0, here.y + here.h / 2.0 + 4.0);
            scene.text(text(at, label, TICK_SIZE, INK, Align::End));
        }
        let widest = self.across.values.iter().map(|v| font::width(v, TICK_SIZE, false)).fold(0.0, f64::max);
        let columns = ((widest + 8.0).min(140.0) / cell(0, 0).w).ceil().max(1.0) as usize;
        for (column, value) in self.across.values.iter().enumerate().step_by(columns) {
            let here = cell(0, column);
            let label = font::shorten(value, TICK_SIZE, false, here.w * columns as f64 - 6.0);
            let half = font::width(&label, TICK_SIZE, false) / 2.0;
            let x = (here.x + here.w / 2.0).min(WIDTH - 8.0 - half);
            scene.text(text((x, here.bottom() + 16.0), label, TICK_SIZE, INK, Align::Middle));
        }
    }
}

/// The value of a cell, where there is room for it.
fn figure(scene: &mut Scene, rect: Rect, value: f64) {
    let words = say(value);
    if rect.h >= 15.0 && font::width(&words, TICK_SIZE, false) <= rect.w - 4.0 {
        let at = (rect.x + rect.w / 2.0, rect.y + rect.h / 2.0 + 4.0);
        scene.text(text(at, words, TICK_SIZE, INK, Align::Middle));
    }
}

fn say(value: f64) -> String {
    rounded(value)
}

/// From nearly white to a blue on which ink can still be read.
fn shade(part: f64) -> Color {
    BLUE.tint(0.06 + 0.54 * part.clamp(0.0, 1.0))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn map(up: &[&str], cells: [f64; 2]) -> Vec<String> {
        let axis = |values: &[&str]| HeatAxis {
            parameter: "pool.officer.headcount".into(),
            values: values.iter().map(|value| (*value).to_owned()).collect(),
        };
        HeatMap {
            caption: Caption { subject: "A unit".into(), replications: 3 },
            measure: "lapses".into(),
            unit: "cases".into(),
            across: axis(&["40", "80"]),
            up: axis(up),
            cells: up.iter().map(|_| cells.map(Some).to_vec()).collect(),
            asked: None,
        }
        .scene()
        .words()
        .iter()
        .map(ToString::to_string)
        .collect()
    }

    #[test]
    fn every_row_and_column_is_named_however_short_its_value() {
        for up in [["1", "2", "3"], ["7", "8", "9"], ["4", "8", "12"], ["fifo", "lifo", "class"]] {
            let words = map(&up, [11.5, 13.5]);
            for value in up.iter().chain(&["40", "80"]) {
                assert!(words.iter().any(|word| word == value), "no `{value}` in {words:?}");
            }
        }
    }

    #[test]
    fn a_measure_that_is_the_same_everywhere_has_no_scale() {
        assert!(map(&["1", "2"], [0.0, 0.0]).contains(&"0 at every point".to_owned()));
    }
}
