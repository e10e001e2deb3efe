//! At which points the answer is wanted, and under which luck.
//!
//! Points that are held against each other share their replications: all of a tornado, those of a trajectory, those of a
//! row of Sobol' indices. Trajectories and rows have replications of their own, so they are independent of each other, and
//! resampling them covers the luck too.

use crate::experiment::sobol::{MOST_DIMENSIONS, sobol};
use crate::experiment::{Setting, design};
use crate::random::Replication;
use crate::scenario::EditKind;
use crate::stats::morris;

use super::factor::{Factor, How};

/// The most points of all analyses together.
const MOST_POINTS: u64 = 100_000;
/// The most replications of all points together.
const MOST_REPLICATIONS: u64 = 10_000_000;
/// Levels of a trajectory's grid.
const LEVELS: usize = 4;

/// A way to ask what matters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Analysis {
    /// One factor at a time from the middle to its ends.
    Tornado,
    /// Elementary effects along trajectories.
    Morris,
    /// Shares of the variance.
    Sobol,
}

impl Analysis {
    /// All, the cheapest first.
    pub const ALL: [Analysis; 3] = [Analysis::Tornado, Analysis::Morris, Analysis::Sobol];

    /// Its word on the command line and in files.
    pub fn word(self) -> &'static str {
        match self {
            Analysis::Tornado => "tornado",
            Analysis::Morris => "morris",
            Analysis::Sobol => "sobol",
        }
    }
}

/// An analysis with its size.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Part {
    /// Which.
    pub analysis: Analysis,
    /// Trajectories or rows; 1 for a tornado.
    pub blocks: u32,
    /// Replications of each point, 2 or more.
    pub replications: u32,
}

impl Part {
    /// How many points it has for so many factors.
    pub fn points(&self, factors: usize) -> u64 {
        let each = match self.analysis {
            Analysis::Tornado => 2 * factors + 1,
            Analysis::Morris => factors + 1,
            Analysis::Sobol => factors + 2,
        };
        u64::from(self.blocks) * each as u64
    }
}

/// What a point is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Role {
    /// Every factor in its middle.
    Middle,
    /// One factor at its low end.
    Low,
    /// One factor at its high end.
    High,
    /// Beginning of a trajectory.
    Start,
    /// One factor has moved since the point before, up or down.
    Step,
    /// First sample.
    A,
    /// Second sample.
    B,
    /// The first sample with one factor of the second.
    Mixed,
}

impl Role {
    /// Its word in files.
    pub fn word(self) -> &'static str {
        match self {
            Role::Middle => "middle",
            Role::Low => "low",
            Role::High => "high",
            Role::Start => "start",
            Role::Step => "step",
            Role::A => "a",
            Role::B => "b",
            Role::Mixed => "mixed",
        }
    }
}

/// A point of the design.
#[derive(Debug, Clone, PartialEq)]
pub struct Point {
    /// Whose.
    pub analysis: Analysis,
    /// The trajectory or row, from 0.
    pub block: u32,
    /// What it is for.
    pub role: Role,
    /// The factor that is moved; none where none is.
    pub moved: Option<usize>,
    /// By factor: its place, along the range for a tornado and for Morris (0 and 1 are the ends), as a probability for
    /// Sobol'. The middle is 0.5.
    pub places: Vec<f64>,
    /// By factor: its value.
    pub settings: Vec<Setting>,
    /// First replication.
    pub first: u32,
    /// How many.
    pub replications: u32,
}

impl Point {
    /// What is edited at the point.
    pub fn edits(&self, factors: &[Factor]) -> Vec<(EditKind, String)> {
        let edit = |(factor, setting): (&Factor, &Setting)| {
            let kind = match factor.how {
                How::Unsure => return None,
                How::Set => EditKind::Set,
                How::Scale => EditKind::Scale,
                How::Add => EditKind::Add,
            };
            Some((kind, format!("{}={}", factor.name, setting.written)))
        };
        factors.iter().zip(&self.settings).filter_map(edit).collect()
    }

    /// The value of what nobody knows, by its name.
    pub fn unknown(&self, factors: &[Factor], name: &str) -> Option<f64> {
        let place = factors.iter().position(|factor| factor.how == How::Unsure && factor.name == name)?;
        self.settings[place].value
    }

    /// The point in words: its values by factor.
    pub fn words(&self, factors: &[Factor]) -> String {
        let each = factors.iter().zip(&self.settings).map(|(factor, setting)| {
            let kind =
                if factor.how == How::Scale || factor.how == How::Add { factor.how.word() } else { "" };
            format!("{kind} {}={}", factor.name, setting.written).trim_start().to_owned()
        });
        each.collect::<Vec<_>>().join(", ")
    }
}

/// All points of these analyses, in their order. The error says what cannot be asked.
pub fn points(factors: &[Factor], parts: &[Part], seed: u64) -> Result<Vec<Point>, String> {
    if factors.is_empty() {
        return Err("nothing can be moved: no value is unsure and none is varied".to_owned());
    }
    for (k, factor) in factors.iter().enumerate() {
        if factors[..k].iter().any(|other| other.name == factor.name) {
            return Err(format!("`{}` is varied twice", factor.name));
        }
    }
    let points: u64 = parts.iter().map(|part| part.points(factors.len())).sum();
    let runs: u64 =
        parts.iter().map(|part| part.points(factors.len()).saturating_mul(part.replications.into())).sum();
    if points > MOST_POINTS || runs > MOST_REPLICATIONS {
        return Err(format!(
            "{points} points with {runs} replications are too many: at most {MOST_POINTS} and {MOST_REPLICATIONS}; ask for \
             fewer `--points`, `--trajectories` or `--replications`, or name fewer factors with `--vary`"
        ));
    }
    let mut all = vec![];
    for part in parts {
        if part.replications < 2 {
            return Err("one replication shows nothing about its luck: ask for 2 or more".to_owned());
        }
        let design = Design { factors, part: *part, seed };
        match part.analysis {
            Analysis::Tornado => all.extend(design.tornado()),
            Analysis::Morris if part.blocks < 2 => {
                return Err("one trajectory has no spread: ask for 2 or more".to_owned());
            }
            Analysis::Morris => all.extend(design.morris()),
            Analysis::Sobol => all.extend(design.sobol()?),
        }
    }
    Ok(all)
}

/// One analysis of these factors.
struct Design<'f> {
    factors: &'f [Factor],
    part: Part,
    seed: u64,
}

impl Design<'_> {
    fn point(&self, block: u32, role: Role, moved: Option<usize>, places: Vec<f64>) -> Point {
        let setting = |(factor, place): (&Factor, &f64)| match self.part.analysis {
            Analysis::Tornado if *place == 0.5 => factor.middle(),
            Analysis::Tornado | Analysis::Morris => factor.within(*place),
            Analysis::Sobol => factor.quantile(*place),
        };
        let Part { analysis, replications, .. } = self.part;
        Point {
            analysis,
            block,
            role,
            moved,
            settings: self.factors.iter().zip(&places).map(setting).collect(),
            places,
            first: block * replications,
            replications,
        }
    }

    fn tornado(&self) -> Vec<Point> {
        let middle = vec![0.5; self.factors.len()];
        let mut points = vec![self.point(0, Role::Middle, None, middle.clone())];
        for factor in 0..self.factors.len() {
            for (role, place) in [(Role::Low, 0.0), (Role::High, 1.0)] {
                let mut places = middle.clone();
                places[factor] = place;
                points.push(self.point(0, role, Some(factor), places));
            }
        }
        points
    }

    fn morris(&self) -> Vec<Point> {
        let mut stream = Replication::new(self.seed, 0).stream(design::place_of("morris"), 0, 2);
        let (factors, count) = (self.factors.len(), self.part.blocks as usize);
        let drawn = morris::trajectories(factors, count, LEVELS, || stream.open01());
        let mut points = vec![];
        for (block, (places, steps)) in (0..).zip(drawn) {
            let moved = std::iter::once(None).chain(steps.iter().map(|step| Some(step.factor)));
            for (places, moved) in places.into_iter().zip(moved) {
                let role = if moved.is_some() { Role::Step } else { Role::Start };
                points.push(self.point(block, role, moved, places));
            }
        }
        points
    }

    /// Both samples are the halves of one Sobol sequence, so each is even by itself and with the other.
    fn sobol(&self) -> Result<Vec<Point>, String> {
        let (k, n) = (self.factors.len(), self.part.blocks as usize);
        if 2 * k > MOST_DIMENSIONS {
            let most = MOST_DIMENSIONS / 2;
            return Err(format!(
                "Sobol' indices are for at most {most} factors here, not {k}: screen them with `--method morris` first, and \
                 name those that matter with `--vary`"
            ));
        }
        if n < 4 {
            return Err("Sobol' indices need at least 4 points: 64 or more, best a power of two".to_owned());
        }
        let half = |half: usize| -> Vec<Vec<f64>> {
            let shift = |name: &str| match half {
                0 => design::shift(name, self.seed),
                _ => design::shift(&format!("{name} again"), self.seed),
            };
            (self.factors.iter().enumerate()).map(|(j, f)| sobol(half * k + j, n, shift(&f.name))).collect()
        };
        let (a, b) = (half(0), half(1));
        let mut points = vec![];
        for row in 0..n {
            let at = |sample: &[Vec<f64>]| sample.iter().map(|of| of[row]).collect::<Vec<f64>>();
            let (at_a, at_b) = (at(&a), at(&b));
            points.push(self.point(row as u32, Role::A, None, at_a.clone()));
            points.push(self.point(row as u32, Role::B, None, at_b.clone()));
            for factor in 0..k {
                let mut places = at_a.clone();
                places[factor] = at_b[factor];
                points.push(self.point(row as u32, Role::Mixed, Some(factor), places));
            }
        }
        Ok(points)
    }
}

#[cfg(test)]
mod tests {
    use super::super::factor::factors_of;
    use super::*;

    fn part(analysis: Analysis, blocks: u32, replications: u32) -> Part {
        Part { analysis, blocks, replications }
    }

    #[test]
    fn points_of_one_block_share_their_luck_and_blocks_do_not() {
        let factors = factors_of(&["a=0..1", "b=10..20", "c=x,y,z"]);
        let parts =
            [part(Analysis::Tornado, 1, 9), part(Analysis::Morris, 3, 4), part(Analysis::Sobol, 8, 2)];
        let points = points(&factors, &parts, 7).unwrap();
        assert_eq!(points.len() as u64, parts.iter().map(|part| part.points(3)).sum::<u64>());
        for point in &points {
            assert_eq!(point.first, point.block * point.replications);
        }
        let tornado: Vec<String> = points[..7].iter().map(|point| point.words(&factors)).collect();
        assert_eq!(tornado[0], "a=0.5, b=15, c=y");
        assert_eq!(tornado[3], "a=0.5, b=10, c=y");
        assert_eq!(tornado[6], "a=0.5, b=15, c=z");
    }

    #[test]
    fn a_mixed_point_has_one_factor_of_the_second_sample() {
        let factors = factors_of(&["a=0..1", "b=0..1", "c=0..1"]);
        let points = points(&factors, &[part(Analysis::Sobol, 64, 2)], 1).unwrap();
        for row in points.chunks(5) {
            let (a, b) = (&row[0].places, &row[1].places);
            assert_eq!([row[0].role, row[1].role, row[2].role], [Role::A, Role::B, Role::Mixed]);
            for (k, mixed) in row[2..].iter().enumerate() {
                let expected: Vec<f64> = (0..3).map(|f| if f == k { b[f] } else { a[f] }).collect();
                assert_eq!((&mixed.places, mixed.moved), (&expected, Some(k)));
            }
        }
        // Either sample has one point in each of 64 parts of every factor.
        for (first, factor) in [(0, 0), (1, 0), (0, 2), (1, 2)] {
            let places = points.iter().skip(first).step_by(5).map(|point| point.places[factor]);
            let parts: std::collections::BTreeSet<u32> = places.map(|place| (place * 64.0) as u32).collect();
            assert_eq!(parts.len(), 64);
        }
    }

    #[test]
    fn what_cannot_be_asked_is_said() {
        let refused = |texts: &[&str], part: Part| points(&factors_of(texts), &[part], 1).unwrap_err();
        let tornado = part(Analysis::Tornado, 1, 2);
        assert!(refused(&[], tornado).contains("nothing can be moved"));
        assert!(refused(&["a=1..2", "a=3..4"], tornado).contains("`a` is varied twice"));
        assert!(refused(&["a=1..2"], part(Analysis::Tornado, 1, 1)).contains("2 or more"));
        assert!(refused(&["a=1..2"], part(Analysis::Morris, 1, 2)).contains("2 or more"));
        assert!(refused(&["a=1..2"], part(Analysis::Sobol, 90_000, 2)).contains("too many"));
        let many: Vec<String> = (0..33).map(|k| format!("p{k}=1..2")).collect();
        let many: Vec<&str> = many.iter().map(String::as_str).collect();
        assert!(refused(&many, part(Analysis::Sobol, 8, 2)).contains("at most 32 factors"));
    }
}
