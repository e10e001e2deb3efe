//! The page around the plots: title, what it is about, how to read it, the key, notes and the message that stands
//! where there is nothing to draw.

use super::font;
use super::scene::{Align, Color, Point, Rect, Scene, Text};
use super::style::{DASH, INK, QUIET, text};

/// Width of every picture.
pub(super) const WIDTH: f64 = 960.0;
/// White around everything.
pub(super) const MARGIN: f64 = 24.0;
const TITLE: f64 = 20.0;
const SUBJECT: f64 = 14.0;
const SMALL: f64 = 12.0;

/// What every picture of one result says about where it comes from.
#[derive(Clone, PartialEq, Debug)]
pub struct Caption {
    /// The scenario's title, with the plan's where there is one.
    pub subject: String,
    /// How many replications stand behind the bands.
    pub replications: u64,
}

/// A sample in the key above the plots.
#[derive(Clone, Copy, PartialEq, Debug)]
pub(super) enum Swatch {
    /// A filled box.
    Fill(Color),
    /// A filled box with diagonal lines over it.
    Hatched(Color),
    /// A solid line.
    Line(Color),
    /// The line and the mark of the n-th series.
    Series(usize),
    /// A line with this rhythm.
    Dashed(Color, f64, &'static [f64]),
}

/// A picture being laid out from top to bottom.
pub(super) struct Page {
    pub(super) scene: Scene,
    /// Where the next thing begins.
    pub(super) y: f64,
}

impl Page {
    /// A page that begins with its title, its subject and one line on units and what the bands mean.
    pub(super) fn new(title: &str, caption: &Caption, reading: &str) -> Page {
        let name = format!("{title}: {}", caption.subject);
        let mut page = Page { scene: Scene::new(WIDTH, 0.0, &name), y: MARGIN };
        page.paragraph(title, TITLE, true, INK, 2);
        page.paragraph(&caption.subject, SUBJECT, false, INK, 2);
        page.y += 2.0;
        page.paragraph(reading, SMALL, false, QUIET, 3);
        page
    }

    /// Lines of text over the page's width.
    fn paragraph(&mut self, words: &str, size: f64, bold: bool, color: Color, most: usize) {
        for line in font::wrap(words, size, bold, WIDTH - 2.0 * MARGIN, most) {
            self.y += size * 1.28;
            let at = (MARGIN, self.y - size * 0.22);
            self.scene.text(Text { bold, ..text(at, line, size, color, Align::Start) });
        }
    }

    /// A row of samples with their meanings, wrapped where the page ends.
    pub(super) fn key(&mut self, entries: &[(Swatch, String)]) {
        const SAMPLE: f64 = 26.0;
        self.y += 10.0;
        let mut x = MARGIN;
        for (swatch, meaning) in entries {
            let meaning = font::shorten(meaning, SMALL, false, WIDTH - 2.0 * MARGIN - SAMPLE - 8.0);
            let wide = SAMPLE + 8.0 + font::width(&meaning, SMALL, false);
            if x > MARGIN && x + wide > WIDTH - MARGIN {
                x = MARGIN;
                self.y += 19.0;
            }
            self.swatch(*swatch, (x, self.y));
            let at = (x + SAMPLE + 7.0, self.y + 12.0);
            self.scene.text(text(at, meaning, SMALL, INK, Align::Start));
            x += wide + 18.0;
        }
        self.y += 20.0;
    }

    fn swatch(&mut self, swatch: Swatch, (x, y): Point) {
        let rect = Rect { x, y: y + 1.5, w: 26.0, h: 13.0 };
        let middle = [(x, y + 8.0), (x + 26.0, y + 8.0)];
        match swatch {
            Swatch::Fill(color) => self.scene.fill(rect, color),
            Swatch::Hatched(color) => {
                self.scene.fill(rect, color);
                super::style::hatch(&mut self.scene, rect, 6.0, 1.0, super::style::PAPER);
            }
            Swatch::Line(color) => self.scene.line(middle.to_vec(), 2.2, color),
            Swatch::Series(n) => {
                self.scene.line(middle.to_vec(), 2.0, super::style::series_color(n));
                super::style::series_mark(&mut self.scene, n, (x + 13.0, y + 8.0));
            }
            Swatch::Dashed(color, width, rhythm) => self.scene.dashed(&middle, width, color, rhythm),
        }
    }

    /// A note in small print under what stands so far.
    pub(super) fn note(&mut self, words: &str) {
        self.y += 6.0;
        self.paragraph(words, SMALL, false, QUIET, 4);
    }

    /// Says why there is no plot, in the place of one.
    pub(super) fn nothing(&mut self, why: &str) {
        let rect = Rect { x: MARGIN, y: self.y + 12.0, w: WIDTH - 2.0 * MARGIN, h: 160.0 };
        let frame = [
            (rect.x, rect.y),
            (rect.right(), rect.y),
            (rect.right(), rect.bottom()),
            (rect.x, rect.bottom()),
        ];
        let closed: Vec<Point> = frame.iter().chain(frame.first()).copied().collect();
        self.scene.dashed(&closed, 1.0, super::style::AXIS, DASH);
        let lines = font::wrap(why, SUBJECT, false, rect.w - 40.0, 4);
        let top = rect.y + rect.h / 2.0 - (lines.len() as f64 - 1.0) * 10.0 + 5.0;
        for (k, line) in lines.into_iter().enumerate() {
            let at = (rect.x + rect.w / 2.0, top + 20.0 * k as f64);
            self.scene.text(text(at, line, SUBJECT, QUIET, Align::Middle));
        }
        self.y = rect.bottom();
    }

    /// The finished picture.
    pub(super) fn finish(mut self) -> Scene {
        self.scene.height = (self.y + MARGIN * 0.75).ceil();
        self.scene
    }
}
