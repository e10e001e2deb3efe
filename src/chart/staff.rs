//! Who holds the posts of each pool over time, and what those people can do.

use jiff::civil::DateTime;

use super::axis::{Amounts, Dates};
use super::page::{Caption, MARGIN, Page, Swatch, WIDTH};
use super::plot::{Fan, Mark, SmallMultiples, band_tints};
use super::scene::{Point, Scene};
use super::style::{BLUE, DASH, DOT, INK, VERMILION, replications, rounded};

/// One pool over time.
#[derive(Clone, PartialEq, Debug)]
pub struct StaffLine {
    /// Filled posts.
    pub filled: Fan,
    /// Posts.
    pub posts: Vec<(DateTime, f64)>,
    /// Filled posts without those who are away, new members counted by what they can do.
    pub able: Vec<(DateTime, f64)>,
}

/// What the chart of staff shows.
#[derive(Clone, PartialEq, Debug)]
pub struct Staff {
    /// Where it comes from.
    pub caption: Caption,
    /// Pools whose members come and go, learn or are away at times.
    pub pools: Vec<StaffLine>,
    /// Dated changes.
    pub marks: Vec<Mark>,
}

impl Staff {
    /// Lays the picture out.
    pub fn scene(&self) -> Scene {
        let reading = format!(
            "Members at each sample time; mean of {} and its 95 % interval, at each date by itself",
            replications(self.caption.replications)
        );
        let mut page = Page::new("Staff by pool", &self.caption, &reading);
        let Some(dates) = Dates::of(self.pools.iter().flat_map(|pool| pool.filled.moments())) else {
            page.nothing("nothing to draw: the measuring window holds no whole interval");
            return page.finish();
        };
        let (_, interval) = band_tints(BLUE);
        page.key(&[
            (Swatch::Dashed(INK, 1.2, DASH), "posts".to_owned()),
            (Swatch::Line(BLUE), "filled posts".to_owned()),
            (Swatch::Fill(interval), "95 % interval of the mean".to_owned()),
            (
                Swatch::Dashed(VERMILION, 1.6, DOT),
                "there and able: absences taken off, new members by what they can do".to_owned(),
            ),
        ]);
        self.draw(&mut page, dates);
        page.finish()
    }

    fn draw(&self, page: &mut Page, dates: Dates) {
        let posts = self.pools.iter().flat_map(|pool| &pool.posts).map(|(_, n)| *n);
        let largest = self.pools.iter().map(|pool| pool.filled.largest()).chain(posts).fold(1.0, f64::max);
        let y = Amounts::reaching(largest, 4.0);
        let fans: Vec<(&Fan, String)> =
            self.pools.iter().map(|pool| (&pool.filled, at_the_end(&pool.filled))).collect();
        let height = if fans.len() <= 2 { 200.0 } else { 120.0 };
        let small = SmallMultiples { dates, y, y_ticks: y.ticks(), marks: &self.marks, height };
        let across = (MARGIN, WIDTH - 2.0 * MARGIN + 16.0);
        page.y = small.draw(&mut page.scene, across, page.y + 4.0, &fans, |scene, plot, k| {
            let pool = &self.pools[k];
            let line = |points: &[(DateTime, f64)]| -> Vec<Point> {
                points.iter().map(|(at, n)| plot.at(dates.at(*at), *n)).collect()
            };
            scene.dashed(&line(&pool.posts), 1.2, INK, DASH);
            scene.dashed(&line(&pool.able), 1.6, VERMILION, DOT);
        });
        page.note("Right of each name: filled posts on the last date, mean.");
    }
}

fn at_the_end(fan: &Fan) -> String {
    fan.points.last().map_or_else(String::new, |point| rounded(point.middle))
}
