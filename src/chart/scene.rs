//! A scene: everything a picture holds, in logical pixels, before any backend sees it. Layout writes it, the
//! painter reads it, and tests ask it whether two texts touch.

use super::font;

/// A point in logical pixels; y grows downwards.
pub(super) type Point = (f64, f64);

/// A colour with its opacity.
#[derive(Clone, Copy, PartialEq, Debug)]
pub(super) struct Color {
    pub(super) rgb: (u8, u8, u8),
    pub(super) alpha: f64,
}

impl Color {
    /// An opaque colour.
    pub(super) const fn rgb(r: u8, g: u8, b: u8) -> Color {
        Color { rgb: (r, g, b), alpha: 1.0 }
    }

    /// The colour one sees where this one, at `alpha`, lies on white paper. Opaque tints overlap without
    /// surprises and look the same in every viewer.
    pub(super) fn tint(self, alpha: f64) -> Color {
        let mix = |c: u8| (255.0 - alpha * (255.0 - f64::from(c))).round() as u8;
        Color::rgb(mix(self.rgb.0), mix(self.rgb.1), mix(self.rgb.2))
    }
}

/// A rectangle by its upper left corner and its size.
#[derive(Clone, Copy, PartialEq, Debug)]
pub(super) struct Rect {
    pub(super) x: f64,
    pub(super) y: f64,
    pub(super) w: f64,
    pub(super) h: f64,
}

impl Rect {
    /// The right edge.
    pub(super) fn right(&self) -> f64 {
        self.x + self.w
    }

    /// The lower edge.
    pub(super) fn bottom(&self) -> f64 {
        self.y + self.h
    }

    /// Whether the two share more than a border.
    pub(super) fn touches(&self, other: &Rect) -> bool {
        self.x < other.right() && other.x < self.right() && self.y < other.bottom() && other.y < self.bottom()
    }
}

/// Which end of a text sits at its anchor.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Align {
    Start,
    Middle,
    End,
}

/// One line of text.
#[derive(Clone, Debug)]
pub(super) struct Text {
    /// Where the baseline's start, middle or end lies.
    pub(super) at: Point,
    pub(super) content: String,
    /// Size of the em square.
    pub(super) size: f64,
    pub(super) bold: bool,
    pub(super) color: Color,
    pub(super) align: Align,
}

impl Text {
    /// The box the text fills, with room for a substitute font that runs wider than ours.
    pub(super) fn bounds(&self) -> Rect {
        let w = font::width(&self.content, self.size, self.bold);
        let x = match self.align {
            Align::Start => self.at.0,
            Align::Middle => self.at.0 - w / 2.0,
            Align::End => self.at.0 - w,
        };
        Rect { x, y: self.at.1 - 0.76 * self.size, w, h: 0.98 * self.size }
    }
}

/// One thing to paint.
#[derive(Clone, Debug)]
pub(super) enum Shape {
    Line { points: Vec<Point>, width: f64, color: Color },
    Area { points: Vec<Point>, color: Color },
    Box { rect: Rect, color: Color },
    Text(Text),
}

/// A picture on paper: its size, what it is called, and its shapes from back to front.
#[derive(Clone, Debug)]
pub struct Scene {
    pub(super) width: f64,
    pub(super) height: f64,
    pub(super) title: String,
    pub(super) shapes: Vec<Shape>,
}

impl Scene {
    /// Blank paper.
    pub(super) fn new(width: f64, height: f64, title: &str) -> Scene {
        Scene { width, height, title: title.to_owned(), shapes: Vec::new() }
    }

    /// A line through the points, solid.
    pub(super) fn line(&mut self, points: Vec<Point>, width: f64, color: Color) {
        if points.len() > 1 {
            self.shapes.push(Shape::Line { points, width, color });
        }
    }

    /// A line cut into dashes; `pattern` is on, off, on, off ... in pixels, empty for a solid line.
    pub(super) fn dashed(&mut self, points: &[Point], width: f64, color: Color, pattern: &[f64]) {
        if pattern.is_empty() {
            return self.line(points.to_vec(), width, color);
        }
        for dash in dashes(points, pattern) {
            self.line(dash, width, color);
        }
    }

    /// A filled polygon.
    pub(super) fn area(&mut self, points: Vec<Point>, color: Color) {
        if points.len() > 2 {
            self.shapes.push(Shape::Area { points, color });
        }
    }

    /// A filled rectangle.
    pub(super) fn fill(&mut self, rect: Rect, color: Color) {
        if rect.w > 0.0 && rect.h > 0.0 {
            self.shapes.push(Shape::Box { rect, color });
        }
    }

    /// A line of text.
    pub(super) fn text(&mut self, text: Text) {
        if !text.content.is_empty() {
            self.shapes.push(Shape::Text(text));
        }
    }

    /// The boxes of all texts, in the order they are painted.
    fn texts(&self) -> impl Iterator<Item = &Text> {
        self.shapes.iter().filter_map(|shape| match shape {
            Shape::Text(text) => Some(text),
            _ => None,
        })
    }

    /// The room that texts take so far.
    pub(super) fn text_boxes(&self) -> Vec<Rect> {
        self.texts().map(Text::bounds).collect()
    }

    /// What is wrong with the lettering: texts that touch each other or leave the paper. Empty when all is well.
    pub fn lettering_faults(&self) -> Vec<String> {
        let paper = Rect { x: 0.0, y: 0.0, w: self.width, h: self.height };
        let boxed: Vec<(&Text, Rect)> = self.texts().map(|text| (text, text.bounds())).collect();
        let mut faults = Vec::new();
        for (i, (text, bounds)) in boxed.iter().enumerate() {
            if bounds.x < 0.0 || bounds.y < 0.0 || bounds.right() > paper.w || bounds.bottom() > paper.h {
                faults.push(format!("`{}` leaves the paper", text.content));
            }
            let touching = boxed[i + 1..].iter().filter(|(_, other)| bounds.touches(other));
            faults
                .extend(touching.map(|(other, _)| format!("`{}` touches `{}`", text.content, other.content)));
        }
        faults
    }

    /// Every text of the picture, from back to front.
    pub fn words(&self) -> Vec<&str> {
        self.texts().map(|text| text.content.as_str()).collect()
    }
}

/// Cuts a polyline into its dashes.
fn dashes(points: &[Point], pattern: &[f64]) -> Vec<Vec<Point>> {
    let mut out = Vec::new();
    let mut current = points.first().map_or_else(Vec::new, |&p| vec![p]);
    let (mut part, mut left) = (0, pattern[0]);
    for pair in points.windows(2) {
        let (mut from, to) = (pair[0], pair[1]);
        loop {
            let length = (to.0 - from.0).hypot(to.1 - from.1);
            if length <= left {
                left -= length;
                current.push(to);
                break;
            }
            let share = left / length;
            from = (from.0 + share * (to.0 - from.0), from.1 + share * (to.1 - from.1));
            current.push(from);
            if part % 2 == 0 {
                out.push(std::mem::take(&mut current));
            }
            current = vec![from];
            part = (part + 1) % pattern.len();
            left = pattern[part];
        }
    }
    if part % 2 == 0 && current.len() > 1 {
        out.push(current);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_dashed_line_keeps_its_rhythm_around_a_corner() {
        let path = [(0.0, 0.0), (5.0, 0.0), (5.0, 5.0)];
        assert_eq!(
            dashes(&path, &[4.0, 2.0]),
            vec![vec![(0.0, 0.0), (4.0, 0.0)], vec![(5.0, 1.0), (5.0, 5.0)]]
        );
    }

    #[test]
    fn texts_that_touch_are_found() {
        let mut scene = Scene::new(200.0, 100.0, "two words");
        for x in [10.0, 20.0] {
            scene.text(Text {
                at: (x, 50.0),
                content: "word".into(),
                size: 12.0,
                bold: false,
                color: Color::rgb(0, 0, 0),
                align: Align::Start,
            });
        }
        assert_eq!(scene.lettering_faults(), ["`word` touches `word`"]);
    }

    #[test]
    fn a_tint_on_white_lies_between_the_colour_and_white() {
        assert_eq!(Color::rgb(0, 100, 255).tint(0.5).rgb, (128, 178, 255));
    }
}
