//! From a scene to a file's bytes: one painting function for every plotters backend, and the two formats.

use plotters::backend::{BitMapBackend, DrawingBackend, SVGBackend};
use plotters_backend::{BackendColor, BackendCoord, BackendStyle, DrawingErrorKind};

use super::font::{Lettering, RISE};
use super::scene::{Color, Point, Scene, Shape};

/// Plotters draws on whole units. Ten to a logical pixel keep SVG curves smooth.
const SVG_UNITS: u32 = 10;
/// Pixels of a PNG to a logical pixel: crisp on dense screens and on paper.
const PNG_PIXELS: u32 = 2;
/// Each PNG pixel is the mean of this many squared, because the rasterizer smooths only some edges.
const SAMPLES: u32 = 2;

impl Scene {
    /// The picture as an SVG document.
    pub fn svg(&self) -> String {
        let mut text = String::new();
        let backend = SVGBackend::with_string(&mut text, self.pixels(SVG_UNITS));
        paint(self, backend, f64::from(SVG_UNITS)).expect("writing to a string cannot fail");
        self.with_header(&text)
    }

    /// The picture as a PNG file at twice its logical size.
    pub fn png(&self) -> Vec<u8> {
        let fine = self.pixels(PNG_PIXELS * SAMPLES);
        let mut pixels = vec![255; fine.0 as usize * fine.1 as usize * 3];
        let backend = BitMapBackend::with_buffer(&mut pixels, fine);
        paint(self, backend, f64::from(PNG_PIXELS * SAMPLES)).expect("writing to memory cannot fail");
        encode(&shrink(&pixels, fine.0 as usize), self.pixels(PNG_PIXELS))
    }

    fn pixels(&self, scale: u32) -> (u32, u32) {
        (self.width.ceil() as u32 * scale, self.height.ceil() as u32 * scale)
    }

    /// Replaces plotters' opening tag: the size on screen is the logical one, and the picture says its name to
    /// readers who listen.
    fn with_header(&self, text: &str) -> String {
        let body = text.split_once('>').map_or("", |(_, body)| body);
        let ((w, h), (units_w, units_h)) = (self.pixels(1), self.pixels(SVG_UNITS));
        let title = self.title.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
        format!(
            "<svg width=\"{w}\" height=\"{h}\" viewBox=\"0 0 {units_w} {units_h}\" role=\"img\" \
             xmlns=\"http://www.w3.org/2000/svg\">\n<title>{title}</title>{body}"
        )
    }
}

/// A stroke in a backend's units.
struct Stroke {
    color: Color,
    width: u32,
}

impl BackendStyle for Stroke {
    fn color(&self) -> BackendColor {
        BackendColor { alpha: self.color.alpha, rgb: self.color.rgb }
    }

    fn stroke_width(&self) -> u32 {
        self.width
    }
}

/// Paints the scene on any backend, `scale` units to a logical pixel.
fn paint<B: DrawingBackend>(
    scene: &Scene,
    mut backend: B,
    scale: f64,
) -> Result<(), DrawingErrorKind<B::ErrorType>> {
    let unit = |(x, y): Point| -> BackendCoord { ((x * scale).round() as i32, (y * scale).round() as i32) };
    let pen = |color, width: f64| Stroke { color, width: (width * scale).round().max(1.0) as u32 };
    let (w, h) = backend.get_size();
    backend.draw_rect((0, 0), (w as i32, h as i32), &pen(Color::rgb(255, 255, 255), 1.0), true)?;
    for shape in &scene.shapes {
        match shape {
            Shape::Line { points, width, color } => {
                backend.draw_path(distinct(points.iter().map(|&p| unit(p))), &pen(*color, *width))?;
            }
            Shape::Area { points, color } => {
                backend.fill_polygon(points.iter().map(|&p| unit(p)), &pen(*color, 1.0))?;
            }
            Shape::Box { rect, color } => {
                let corners = (unit((rect.x, rect.y)), unit((rect.right(), rect.bottom())));
                backend.draw_rect(corners.0, corners.1, &pen(*color, 1.0), true)?;
            }
            Shape::Text(text) => {
                let top = (text.at.0, text.at.1 - RISE * text.size);
                backend.draw_text(&text.content, &Lettering { text, scale }, unit(top))?;
            }
        }
    }
    backend.present()
}

/// Drops points that fall on the one before; a line that is only a dot becomes one unit long.
fn distinct(points: impl Iterator<Item = BackendCoord>) -> Vec<BackendCoord> {
    let mut kept: Vec<BackendCoord> = Vec::new();
    for point in points {
        if kept.last() != Some(&point) {
            kept.push(point);
        }
    }
    if let [only] = kept[..] {
        kept.push((only.0 + 1, only.1));
    }
    kept
}

/// Averages squares of `SAMPLES` by `SAMPLES` pixels.
fn shrink(fine: &[u8], width: usize) -> Vec<u8> {
    let side = SAMPLES as usize;
    let height = fine.len() / 3 / width;
    let mut out = Vec::with_capacity(fine.len() / (side * side));
    for y in (0..height).step_by(side) {
        for x in (0..width).step_by(side) {
            for channel in 0..3 {
                let cell = (0..side).flat_map(|dy| (0..side).map(move |dx| (x + dx, y + dy)));
                let sum: usize = cell.map(|(x, y)| usize::from(fine[(y * width + x) * 3 + channel])).sum();
                out.push((sum / (side * side)) as u8);
            }
        }
    }
    out
}

fn encode(pixels: &[u8], (width, height): (u32, u32)) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut encoder = png::Encoder::new(&mut bytes, width, height);
    encoder.set_color(png::ColorType::Rgb);
    encoder.set_depth(png::BitDepth::Eight);
    encoder.set_filter(png::FilterType::Up);
    encoder.set_compression(png::Compression::Default);
    let mut writer = encoder.write_header().expect("writing to memory cannot fail");
    writer.write_image_data(pixels).expect("the pixels fill the picture exactly");
    writer.finish().expect("writing to memory cannot fail");
    bytes
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shrinking_averages_neighbours() {
        // Two by two pixels: black, black over white, white.
        let fine = [0, 0, 0, 0, 0, 0, 255, 255, 255, 255, 255, 255];
        assert_eq!(shrink(&fine, 2), [127, 127, 127]);
    }

    #[test]
    fn a_line_without_length_is_still_drawn() {
        assert_eq!(distinct([(3, 4), (3, 4)].into_iter()), [(3, 4), (4, 4)]);
    }
}
