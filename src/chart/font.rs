//! The one embedded typeface, regular and bold: how wide a text is, how to wrap or shorten it, and how to letter
//! it on a plotters backend. Pictures therefore never ask the system for a font.

use std::convert::Infallible;
use std::sync::LazyLock;

use ab_glyph::{Font, FontRef, PxScale, ScaleFont, point};
use plotters_backend::text_anchor::{HPos, Pos, VPos};
use plotters_backend::{BackendColor, BackendTextStyle, FontFamily, FontStyle};

use super::scene::{Align, Text};

/// What an SVG viewer should letter with: ours if it is installed, else what looks most alike.
const FAMILY: &str = "Noto Sans, DejaVu Sans, Arial, sans-serif";

/// A viewer without our font letters with a wider one: `DejaVu Sans` runs 8 to 13 % wider than Noto Sans.
const SUBSTITUTE: f64 = 1.14;

/// Plotters states sizes as line heights and SVG divides them by this to get the em square.
const PLOTTERS_LINE: f64 = 1.24;

/// Where plotters' SVG puts the baseline below the anchor of a text anchored at its top, in em.
pub(super) const RISE: f64 = 0.76;

static FACES: LazyLock<[FontRef<'static>; 2]> = LazyLock::new(|| {
    [notosans::REGULAR_TTF, notosans::BOLD_TTF]
        .map(|bytes| FontRef::try_from_slice(bytes).expect("the font crate ships valid fonts"))
});

fn face(bold: bool) -> &'static FontRef<'static> {
    &FACES[usize::from(bold)]
}

/// The pixel scale at which the em square measures `em`: `ab_glyph` scales by ascent plus descent instead.
fn scale(face: &FontRef<'_>, em: f64) -> PxScale {
    let units = face.units_per_em().unwrap_or(1000.0);
    PxScale::from(em as f32 * face.height_unscaled() / units)
}

/// Calls `place` with each glyph's pen position and returns the advance of the whole text.
fn set(text: &str, em: f64, bold: bool, mut place: impl FnMut(ab_glyph::GlyphId, f32)) -> f32 {
    let face = face(bold);
    let scaled = face.as_scaled(scale(face, em));
    let mut pen = 0.0;
    let mut before = None;
    for c in text.chars() {
        let glyph = scaled.glyph_id(c);
        if let Some(before) = before {
            pen += scaled.kern(before, glyph);
        }
        place(glyph, pen);
        pen += scaled.h_advance(glyph);
        before = Some(glyph);
    }
    pen
}

/// The width to keep free for a text whose em square measures `em`, substitute fonts included.
pub(super) fn width(text: &str, em: f64, bold: bool) -> f64 {
    f64::from(set(text, em, bold, |_, _| ())) * SUBSTITUTE
}

/// The text cut to `room` with an ellipsis, or as it is when it fits.
pub(super) fn shorten(text: &str, em: f64, bold: bool, room: f64) -> String {
    if width(text, em, bold) <= room {
        return text.to_owned();
    }
    let mut kept: String = text.to_owned();
    while kept.pop().is_some() {
        let shorter = format!("{}…", kept.trim_end());
        if width(&shorter, em, bold) <= room {
            return shorter;
        }
    }
    String::new()
}

/// The text in at most `most` lines of `room`; what does not fit ends in an ellipsis.
pub(super) fn wrap(text: &str, em: f64, bold: bool, room: f64, most: usize) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    let mut words = text.split_whitespace().peekable();
    while words.peek().is_some() && lines.len() + 1 < most {
        let mut line = shorten(words.next().unwrap_or_default(), em, bold, room);
        while let Some(word) = words.peek() {
            let longer = format!("{line} {word}");
            if width(&longer, em, bold) > room {
                break;
            }
            line = longer;
            words.next();
        }
        lines.push(line);
    }
    let rest: Vec<&str> = words.collect();
    if !rest.is_empty() {
        lines.push(shorten(&rest.join(" "), em, bold, room));
    }
    lines
}

/// A text as a plotters backend wants to be told: at its scale, in its units.
pub(super) struct Lettering<'a> {
    pub(super) text: &'a Text,
    pub(super) scale: f64,
}

impl Lettering<'_> {
    fn em(&self) -> f64 {
        self.text.size * self.scale
    }
}

impl BackendTextStyle for Lettering<'_> {
    type FontError = Infallible;

    fn color(&self) -> BackendColor {
        BackendColor { alpha: self.text.color.alpha, rgb: self.text.color.rgb }
    }

    fn size(&self) -> f64 {
        self.em() * PLOTTERS_LINE
    }

    fn style(&self) -> FontStyle {
        if self.text.bold { FontStyle::Bold } else { FontStyle::Normal }
    }

    fn anchor(&self) -> Pos {
        let h = match self.text.align {
            Align::Start => HPos::Left,
            Align::Middle => HPos::Center,
            Align::End => HPos::Right,
        };
        Pos::new(h, VPos::Top)
    }

    fn family(&self) -> FontFamily<'_> {
        FontFamily::Name(FAMILY)
    }

    fn layout_box(&self, text: &str) -> Result<((i32, i32), (i32, i32)), Infallible> {
        let advance = set(text, self.em(), self.text.bold, |_, _| ());
        Ok(((0, 0), (advance.round() as i32, self.em().round() as i32)))
    }

    fn draw<E, DrawFunc: FnMut(i32, i32, BackendColor) -> Result<(), E>>(
        &self,
        text: &str,
        pos: (i32, i32),
        mut draw: DrawFunc,
    ) -> Result<Result<(), E>, Infallible> {
        let face = face(self.text.bold);
        let size = scale(face, self.em());
        let baseline = (RISE * self.em()) as f32;
        let mut outcome = Ok(());
        set(text, self.em(), self.text.bold, |glyph, pen| {
            let Some(outline) = face.outline_glyph(glyph.with_scale_and_position(size, point(pen, baseline)))
            else {
                return; // a space has no outline
            };
            let corner = outline.px_bounds().min;
            outline.draw(|x, y, coverage| {
                if coverage > 0.0 && outcome.is_ok() {
                    let color = self.color().mix(f64::from(coverage.min(1.0)));
                    outcome =
                        draw(pos.0 + corner.x as i32 + x as i32, pos.1 + corner.y as i32 + y as i32, color);
                }
            });
        });
        Ok(outcome)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn widths_grow_with_the_text_the_size_and_the_weight() {
        let plain = width("waiting", 12.0, false);
        assert!(plain > 40.0 && plain < 60.0, "seven letters at 12 px took {plain}");
        assert!((width("waiting", 24.0, false) - 2.0 * plain).abs() < 0.01);
        assert!(width("waiting", 12.0, true) > plain);
    }

    #[test]
    fn shortened_text_fits_its_room() {
        let short = shorten("regional computer forensic laboratory", 12.0, false, 100.0);
        assert!(short.ends_with('…') && width(&short, 12.0, false) <= 100.0);
        assert_eq!(shorten("lab", 12.0, false, 100.0), "lab");
    }

    #[test]
    fn wrapped_text_keeps_every_word_until_the_last_line() {
        let lines = wrap("one two three four five six seven", 12.0, false, 70.0, 9);
        assert_eq!(lines.join(" "), "one two three four five six seven");
        assert!(lines.len() > 1);
        assert_eq!(wrap("one two three four five six seven", 12.0, false, 70.0, 2).len(), 2);
    }
}
