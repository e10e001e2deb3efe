//! What money buys: the best outcome against the money that is spent.

use super::axis::{Amounts, Span, TICK_SIZE};
use super::font;
use super::page::{Caption, MARGIN, Page, Swatch, WIDTH};
use super::plot::{foot, label_room};
use super::scene::{Align, Color, Point, Rect, Scene, Text};
use super::style::{AXIS, BLUE, DASH, GRID, INK, QUIET, VERMILION, dot, number, replications, rounded, text};

/// A mix of options.
#[derive(Clone, PartialEq, Debug)]
pub struct MixPoint {
    /// What is bought.
    pub name: String,
    /// What it costs.
    pub price: f64,
    /// Change of the measure against nothing.
    pub change: f64,
    /// Its interval, which holds for all mixes at once; none for nothing itself.
    pub interval: Option<(f64, f64)>,
    /// Nothing as cheap is as good.
    pub efficient: bool,
    /// It may be the best that the budget pays for.
    pub may_be_best: bool,
}

/// What the chart of money and outcome shows.
#[derive(Clone, PartialEq, Debug)]
pub struct Frontier {
    /// Where it comes from.
    pub caption: Caption,
    /// The measure.
    pub measure: String,
    /// Its unit.
    pub unit: String,
    /// What money is counted in: `USD a year`.
    pub money: String,
    /// Whether more of the measure is better.
    pub more_is_better: bool,
    /// Mean of the measure where nothing is bought.
    pub nothing: Option<f64>,
    /// The budget.
    pub budget: f64,
    /// Mixes, the cheapest first.
    pub mixes: Vec<MixPoint>,
}

const ROW: f64 = 17.0;
const PALE: Color = Color::rgb(196, 196, 196);

impl Frontier {
    /// Lays the picture out.
    pub fn scene(&self) -> Scene {
        let base = self.nothing.map_or_else(String::new, |mean| format!(", where it is {}", rounded(mean)));
        let reading = format!(
            "Change of `{}` ({}) against spending nothing{base}, under the same random numbers, by what a mix of options costs; \
             {} is better; mean over {}, intervals hold for all mixes at once",
            self.measure,
            self.unit,
            if self.more_is_better { "up" } else { "down" },
            replications(self.caption.replications)
        );
        let mut page = Page::new("What the money buys", &self.caption, &reading);
        if self.mixes.len() < 2 {
            page.nothing("nothing to draw: no mix of options has a value");
            return page.finish();
        }
        page.key(&[
            (Swatch::Line(BLUE), "nothing as cheap is as good".to_owned()),
            (Swatch::Line(VERMILION), "may be the best for the budget".to_owned()),
            (Swatch::Line(PALE), "something as cheap is better, by the means".to_owned()),
            (Swatch::Dashed(QUIET, 1.0, DASH), "budget".to_owned()),
        ]);
        self.draw(&mut page);
        self.list(&mut page);
        page.finish()
    }

    fn efficient(&self) -> impl Iterator<Item = &MixPoint> {
        self.mixes.iter().filter(|mix| mix.efficient)
    }

    /// Mixes on the line and those that may be best: they have numbers.
    fn numbered(&self) -> impl Iterator<Item = (usize, &MixPoint)> {
        (1..).zip(self.mixes.iter().filter(|mix| mix.efficient || mix.may_be_best))
    }

    fn draw(&self, page: &mut Page) {
        let ends = |mix: &MixPoint| {
            let (low, high) = mix.interval.unwrap_or((mix.change, mix.change));
            [mix.change, low, high]
        };
        let largest = self.mixes.iter().map(|mix| mix.price).fold(self.budget, f64::max);
        let (x, y) = (Amounts::reaching(largest, 6.0), Span::holding(self.mixes.iter().flat_map(ends), 6.0));
        let y_ticks = y.ticks();
        let left = MARGIN + label_room(&y_ticks);
        let rect = Rect { x: left, y: page.y + 16.0, w: WIDTH - MARGIN - 20.0 - left, h: 360.0 };
        let at = |price: f64, change: f64| {
            (rect.x + price / x.max * rect.w, rect.bottom() - y.share(change) * rect.h)
        };
        let scene = &mut page.scene;
        for tick in &y_ticks {
            let (_, level) = at(0.0, tick.at);
            let color = if tick.at.abs() < 1e-12 { AXIS } else { GRID };
            scene.line(vec![(rect.x, level), (rect.right(), level)], 1.0, color);
            scene.text(text((rect.x - 7.0, level + 4.0), tick.label.clone(), TICK_SIZE, QUIET, Align::End));
        }
        let ticks = x.ticks();
        scene.line(vec![(rect.x, rect.bottom()), (rect.right(), rect.bottom())], 1.2, AXIS);
        for tick in &ticks {
            let place = at(tick.at, 0.0).0;
            scene.line(vec![(place, rect.bottom()), (place, rect.bottom() + 4.0)], 1.0, AXIS);
            let below = (place, rect.bottom() + 16.0);
            scene.text(text(below, tick.label.clone(), TICK_SIZE, QUIET, Align::Middle));
        }
        let budget = at(self.budget, 0.0).0;
        scene.dashed(&[(budget, rect.y), (budget, rect.bottom())], 1.0, QUIET, DASH);
        self.marks(scene, &at, rect.right());
        self.numbers(scene, &at);
        page.y = rect.bottom() + foot(&ticks);
        let middle = (rect.x + rect.w / 2.0, page.y + 6.0);
        page.scene.text(text(middle, self.money.clone(), TICK_SIZE, QUIET, Align::Middle));
        page.y += 14.0;
    }

    /// The line of the best for each sum, and all mixes, the pale ones first.
    fn marks(&self, scene: &mut Scene, at: &dyn Fn(f64, f64) -> Point, right: f64) {
        let mut steps: Vec<Point> = vec![];
        for mix in self.efficient() {
            let here = at(mix.price, mix.change);
            steps.extend(steps.last().map(|last| (here.0, last.1)));
            steps.push(here);
        }
        // What is left of the budget buys nothing better.
        let end = at(self.budget, 0.0).0.min(right);
        steps.extend(steps.last().map(|last| (end.max(last.0), last.1)));
        for (color, wanted) in [(PALE, (false, false)), (BLUE, (true, false)), (VERMILION, (true, true))] {
            if color == BLUE {
                scene.line(steps.clone(), 2.2, BLUE);
            }
            let kind = |mix: &&MixPoint| (mix.efficient || mix.may_be_best, mix.may_be_best) == wanted;
            for mix in self.mixes.iter().filter(kind) {
                let here = at(mix.price, mix.change);
                if let Some((low, high)) = mix.interval.filter(|_| wanted.0) {
                    scene.line(vec![at(mix.price, low), at(mix.price, high)], 1.4, color);
                }
                dot(scene, here, color, mix.efficient);
            }
        }
    }

    /// A number beside each mix that has one, where there is room.
    fn numbers(&self, scene: &mut Scene, at: &dyn Fn(f64, f64) -> Point) {
        for (n, mix) in self.numbered() {
            let (x, y) = at(mix.price, mix.change);
            let beside = [(7.0, -7.0), (7.0, 15.0), (-15.0, -7.0), (-15.0, 15.0), (12.0, 4.0)];
            let label = |(dx, dy): (f64, f64)| {
                let label = text((x + dx, y + dy), n.to_string(), 12.0, INK, Align::Start);
                Text { bold: true, ..label }
            };
            let taken = scene.text_boxes();
            let free = beside.into_iter().map(label).find(|label| {
                let bounds = label.bounds();
                !taken.iter().any(|other| other.touches(&bounds))
            });
            if let Some(label) = free {
                scene.text(label);
            }
        }
    }

    /// What the numbers mean.
    fn list(&self, page: &mut Page) {
        page.y += 12.0;
        let columns = [MARGIN + 18.0, MARGIN + 110.0, MARGIN + 124.0, WIDTH - MARGIN];
        let said: Vec<(usize, &MixPoint, String)> =
            self.numbered().map(|(n, mix)| (n, mix, change(mix))).collect();
        let widest = said.iter().map(|(_, _, change)| font::width(change, 12.0, false)).fold(0.0, f64::max);
        let names =
            said.iter().map(|(_, mix, _)| font::width(&mix.name, 12.0, false)).fold(0.0, f64::max) + 4.0;
        let room = names.min(columns[3] - widest - 16.0 - columns[2]);
        let end = columns[2] + room + 16.0 + widest;
        for (n, mix, change) in said {
            page.y += ROW;
            let y = page.y - 4.0;
            let place = Text { bold: true, ..text((columns[0], y), n.to_string(), 12.0, INK, Align::End) };
            page.scene.text(place);
            page.scene.text(text((columns[1], y), number(mix.price, 0), 12.0, QUIET, Align::End));
            let name = font::shorten(&mix.name, 12.0, false, room);
            page.scene.text(text((columns[2], y), name, 12.0, INK, Align::Start));
            page.scene.text(text((end, y), change, 12.0, QUIET, Align::End));
        }
    }
}

/// `+3.1 (+2.5 to +3.7)`.
fn change(mix: &MixPoint) -> String {
    let signed = |value: f64| {
        let text = rounded(value);
        if value > 0.0 && text != "0" { format!("+{text}") } else { text }
    };
    match mix.interval {
        Some((low, high)) => format!("{} ({} to {})", signed(mix.change), signed(low), signed(high)),
        None => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn frontier(mixes: Vec<MixPoint>, budget: f64) -> Frontier {
        Frontier {
            caption: Caption { subject: "A desk".to_owned(), replications: 60 },
            measure: "share_within/look/24 h/danger".to_owned(),
            unit: "percentage points".to_owned(),
            money: "USD a year".to_owned(),
            more_is_better: true,
            nothing: Some(57.4),
            budget,
            mixes,
        }
    }

    /// Mixes close to each other, at the ends of the axes and far beyond what is usual.
    fn crowd(price: f64, size: f64) -> Vec<MixPoint> {
        let mix = |k: usize| MixPoint {
            name: if k == 0 {
                "nothing".to_owned()
            } else {
                format!("officer={k} ") + &"analyst=2 ".repeat(k)
            },
            price: price * k as f64 / 15.0,
            change: size * (k as f64).sqrt() * if k.is_multiple_of(5) { -0.1 } else { 1.0 },
            interval: (k > 0).then_some((size * (k as f64 - 2.0), size * (k as f64 + 3.0))),
            efficient: !k.is_multiple_of(3),
            may_be_best: k > 11,
        };
        (0..16).map(mix).collect()
    }

    #[test]
    fn no_lettering_touches_other_lettering_or_the_edge() {
        for (price, size) in [(400_000.0, 1.0), (9.9e8, 1e6), (3.0, 1e-4), (250.0, 0.0)] {
            let scene = frontier(crowd(price, size), price).scene();
            assert_eq!(scene.lettering_faults(), Vec::<String>::new(), "at {price} and {size}");
        }
        let empty = frontier(vec![], 5.0).scene();
        assert!(empty.lettering_faults().is_empty());
        assert!(empty.words().iter().any(|words| words.starts_with("nothing to draw")));
    }

    #[test]
    fn the_list_names_what_is_on_the_line_or_may_be_best_and_nothing_else() {
        let mut chart = frontier(crowd(400_000.0, 1.0), 400_000.0);
        for (k, mix) in chart.mixes.iter_mut().enumerate() {
            mix.name = format!("mix {k}");
        }
        let scene = chart.scene();
        for mix in &chart.mixes {
            let named = scene.words().contains(&mix.name.as_str());
            assert_eq!(named, mix.efficient || mix.may_be_best, "{}", mix.name);
        }
    }
}
