//! Which points a sweep visits: a full grid, a Latin hypercube, or a Sobol sequence.
//!
//! What is random in a design has an address of its own, (seed, path, point), so another parameter moves no value of the
//! others.

use crate::random::{Place, Purpose, Replication};

use super::sobol::{MOST_DIMENSIONS, sobol};
use super::vary::{Setting, Values, Variation};

/// The most points that a sweep may have.
pub const MOST_POINTS: usize = 10_000;

/// How points are chosen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Design {
    /// Every value of a parameter with every value of the others.
    Grid,
    /// So many points, of which each parameter has one in each of as many equal parts of its range.
    /// `McKay`, Beckman and Conover, Technometrics 21 (1979), 239-245.
    LatinHypercube(u32),
    /// So many points of a Sobol sequence with a random digital shift; powers of two are the most even.
    /// Sobol', USSR Comput. Math. Math. Phys. 7 (1967), 86-112; Joe and Kuo, SIAM J. Sci. Comput. 30 (2008), 2635-2654.
    Sobol(u32),
}

/// The points of a design, by point and then parameter. The last parameter of a grid changes first.
///
/// Fails with a sentence where a parameter stands twice, where there are too many points or parameters, and where a grid
/// is given a range without steps.
pub fn points(variations: &[Variation], design: Design, seed: u64) -> Result<Vec<Vec<Setting>>, String> {
    for (k, variation) in variations.iter().enumerate() {
        if variations[..k].iter().any(|other| other.path == variation.path) {
            return Err(format!("`{}` is varied twice", variation.path));
        }
    }
    let n = match design {
        Design::Grid => return grid(variations),
        Design::LatinHypercube(n) | Design::Sobol(n) => n as usize,
    };
    few(n as f64)?;
    if matches!(design, Design::Sobol(_)) && variations.len() > MOST_DIMENSIONS {
        let (most, given) = (MOST_DIMENSIONS, variations.len());
        return Err(format!(
            "a Sobol sequence has room for {most} parameters here, not for {given}: use `lhs`"
        ));
    }
    let places: Vec<Vec<f64>> = match design {
        Design::Sobol(_) => (variations.iter().enumerate())
            .map(|(j, variation)| sobol(j, n, shift(&variation.path, seed)))
            .collect(),
        _ => variations.iter().map(|variation| strata(&variation.path, n, seed)).collect(),
    };
    let point = |i: usize| variations.iter().zip(&places).map(|(v, at)| v.values.at(at[i])).collect();
    Ok((0..n).map(point).collect())
}

fn few(points: f64) -> Result<(), String> {
    if points > MOST_POINTS as f64 {
        return Err(format!("{points} points are too many: a sweep has at most {MOST_POINTS}"));
    }
    Ok(())
}

fn grid(variations: &[Variation]) -> Result<Vec<Vec<Setting>>, String> {
    let mut lists = vec![];
    for variation in variations {
        let values = variation.each();
        lists.push(values.ok_or_else(|| {
            let path = &variation.path;
            format!("`{path}`: a grid needs steps (`..20:2`), a number of values (`..20/6`) or a list")
        })?);
    }
    few(lists.iter().map(|values| values.len() as f64).product())?;
    let mut points: Vec<Vec<Setting>> = vec![vec![]];
    for values in lists {
        let each = |point: Vec<Setting>| {
            values.iter().map(move |value| [point.clone(), vec![value.clone()]].concat())
        };
        points = points.into_iter().flat_map(each).collect();
    }
    Ok(points)
}

impl Values {
    /// The value at a place from 0 to 1.
    pub(super) fn at(&self, place: f64) -> Setting {
        match self {
            Values::Listed(values) => {
                values[((place * values.len() as f64) as usize).min(values.len() - 1)].clone()
            }
            Values::Between { low, high, unit } => {
                // Six digits of the range are more than anybody can tell apart, and can be read.
                let digit = 10f64.powf(((high - low).log10().floor() - 5.0).max(-12.0));
                let value = ((low + place * (high - low)) / digit).round() * digit;
                let value: f64 =
                    format!("{value:.11e}").parse().expect("what was written as a number is one");
                Setting::number(value.clamp(*low, *high), unit)
            }
        }
    }
}

pub(super) fn place_of(path: &str) -> Place {
    Place::new(Purpose::Design, path)
}

/// One place in each of `n` equal parts, the parts in random order.
fn strata(path: &str, n: usize, seed: u64) -> Vec<f64> {
    let root = Replication::new(seed, 0);
    let mut streams: Vec<_> = (0..n).map(|i| root.stream(place_of(path), i as u64, 0)).collect();
    let keys: Vec<f64> = streams.iter_mut().map(crate::random::Stream::open01).collect();
    let mut order: Vec<usize> = (0..n).collect();
    order.sort_by(|a, b| keys[*a].total_cmp(&keys[*b]));
    let mut places = vec![0.0; n];
    for (part, point) in order.into_iter().enumerate() {
        places[point] = (part as f64 + streams[point].open01()) / n as f64;
    }
    places
}

pub(super) fn shift(path: &str, seed: u64) -> u32 {
    Replication::new(seed, 0).stream(place_of(path), 0, 1).below(1 << 32) as u32
}

#[cfg(test)]
mod tests {
    use super::*;

    fn varied(texts: &[&str]) -> Vec<Variation> {
        texts.iter().map(|text| Variation::parse(text).unwrap()).collect()
    }

    fn written(points: &[Vec<Setting>]) -> Vec<String> {
        points.iter().map(|p| p.iter().map(|s| s.written.as_str()).collect::<Vec<_>>().join(" ")).collect()
    }

    fn numbers(points: &[Vec<Setting>], parameter: usize) -> Vec<f64> {
        points.iter().map(|point| point[parameter].value.unwrap()).collect()
    }

    #[test]
    fn a_grid_holds_every_pair_once() {
        let found = points(&varied(&["a=1..3:1", "b=x,y"]), Design::Grid, 1).unwrap();
        assert_eq!(written(&found), ["1 x", "1 y", "2 x", "2 y", "3 x", "3 y"]);
    }

    #[test]
    fn a_latin_hypercube_has_one_value_in_each_part_of_each_range() {
        let both = varied(&["a=0..40", "b=10 days..50 days"]);
        let found = points(&both, Design::LatinHypercube(40), 7).unwrap();
        for (parameter, low) in [(0, 0.0), (1, 10.0)] {
            let mut parts: Vec<i64> = numbers(&found, parameter).iter().map(|x| (x - low) as i64).collect();
            parts.sort_unstable();
            assert_eq!(parts, (0..40).collect::<Vec<i64>>());
        }
        assert_ne!(numbers(&found, 0), numbers(&points(&both, Design::LatinHypercube(40), 8).unwrap(), 0));
        let alone = points(&varied(&["a=0..40"]), Design::LatinHypercube(40), 7).unwrap();
        assert_eq!(numbers(&found, 0), numbers(&alone, 0), "another parameter moves no value");
    }

    #[test]
    fn what_cannot_be_designed_is_said() {
        let refused = |texts: &[&str], design| points(&varied(texts), design, 1).unwrap_err();
        assert!(refused(&["a=1,2", "a=3,4"], Design::Grid).contains("`a` is varied twice"));
        assert!(refused(&["a=1..2"], Design::Grid).contains("steps"));
        assert!(refused(&["a=1..200:1", "b=1..200:1"], Design::Grid).contains("at most 10000"));
        assert!(refused(&["a=1..2"], Design::LatinHypercube(10_001)).contains("at most 10000"));
        let many: Vec<String> = (0..65).map(|k| format!("p{k}=1..2")).collect();
        let many: Vec<&str> = many.iter().map(String::as_str).collect();
        assert!(refused(&many, Design::Sobol(8)).contains("64 parameters"));
    }
}
