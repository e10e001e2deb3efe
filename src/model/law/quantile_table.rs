//! Quantile functions by table: cubic pieces on octaves of the smaller tail probability.
//!
//! A quantile function is steep at its ends, so an even grid in u would need to be fine everywhere. Octaves (1/4 to
//! 1/2, 1/8 to 1/4, ..) of u below the median and of 1 - u above it are each divided evenly; the place in the table
//! is then read off the bits of the number. On each cell stands the cubic that has the exact values and slopes at its
//! ends. An octave is refined until the measured error at the middle of every cell, where it is largest, is below
//! `TOLERANCE`; one that would need too many cells, and the tails beyond the last octave, are computed exactly.
//!
//! An octave is built when it is first drawn from. That is invisible: it is a pure function of the law.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, OnceLock, PoisonError, Weak};

use super::level::Level;
use super::standard::Standard;

/// Octaves on each side; what lies beyond is drawn once in 2^17 times.
const OCTAVES: usize = 16;
/// An octave has 2^3 to 2^8 cells.
const COARSEST: u32 = 3;
const FINEST: u32 = 8;
/// The largest relative error measured at the middle of a cell; the bound that is promised is four times as large.
const TOLERANCE: f64 = 2.5e-7;

/// The quantile function of a standard law.
#[derive(Debug, PartialEq)]
pub(super) struct QuantileTable {
    pub(super) law: Standard,
    lower: [OnceLock<Octave>; OCTAVES],
    upper: [OnceLock<Octave>; OCTAVES],
}

/// The cells of one octave, none where a table would not be worth it.
#[derive(Debug, PartialEq)]
struct Octave {
    bits: u32,
    cells: Box<[Cell]>,
}

/// The coefficients of a cubic in the position within the cell, 0 to 1.
type Cell = [f64; 4];

/// A grid point: position within the octave (1 to 2 times its start), value, and slope by position.
#[derive(Clone, Copy)]
struct Node {
    x: f64,
    slope: f64,
}

/// Which end of the law an octave is counted from.
#[derive(Clone, Copy, PartialEq)]
enum Side {
    Lower,
    Upper,
}

impl QuantileTable {
    /// The table of a law, shared with every other law that uses it at the time.
    pub(super) fn shared(law: Standard) -> Arc<QuantileTable> {
        static TABLES: Mutex<BTreeMap<[u64; 3], Weak<QuantileTable>>> = Mutex::new(BTreeMap::new());
        // A panic elsewhere cannot leave the map half-changed.
        let mut tables = TABLES.lock().unwrap_or_else(PoisonError::into_inner);
        let name = name(law);
        if let Some(table) = tables.get(&name).and_then(Weak::upgrade) {
            return table;
        }
        tables.retain(|_, table| table.strong_count() > 0);
        let table = Arc::new(QuantileTable {
            law,
            lower: [const { OnceLock::new() }; OCTAVES],
            upper: [const { OnceLock::new() }; OCTAVES],
        });
        tables.insert(name, Arc::downgrade(&table));
        table
    }

    /// The value at the uniform number `u`, with a relative error below 1e-6.
    #[inline]
    pub(super) fn quantile(&self, u: f64) -> f64 {
        let (side, tail) = if u < 0.5 { (Side::Lower, u) } else { (Side::Upper, 1.0 - u) };
        let bits = tail.to_bits();
        // 1/4 to 1/2 is octave 0. The median itself, and any number out of range, falls through to the exact way.
        let octave = 1021_u64.wrapping_sub(bits >> 52) as usize;
        let octaves = if side == Side::Lower { &self.lower } else { &self.upper };
        octaves
            .get(octave)
            .and_then(|slot| slot.get_or_init(|| Octave::build(self.law, side, octave)).value(bits))
            .unwrap_or_else(|| self.law.quantile(Level::at(u)))
    }
}

/// What tells one standard law from another.
fn name(law: Standard) -> [u64; 3] {
    match law {
        Standard::Gamma { shape } => [0, shape.to_bits(), 0],
        Standard::Beta { a, b } => [1, a.to_bits(), b.to_bits()],
        Standard::Hyperexponential { p } => [2, p.to_bits(), 0],
    }
}

impl Octave {
    /// The cubic at a tail probability given by its bits: the leading ones of the fraction choose the cell.
    #[inline]
    fn value(&self, bits: u64) -> Option<f64> {
        let fraction = bits & ((1 << 52) - 1);
        let cell = self.cells.get((fraction >> (52 - self.bits)) as usize)?;
        let rest = (fraction << (12 + self.bits)) as f64 * (1.0 / 18_446_744_073_709_551_616.0);
        Some(cubic(cell, rest))
    }

    fn build(law: Standard, side: Side, octave: usize) -> Octave {
        let start = 0.25 * 0.5_f64.powi(octave as i32);
        let node = |position: f64| {
            let tail = start * (1.0 + position);
            let (level, sign) = match side {
                Side::Lower => (Level::at(tail), 1.0),
                Side::Upper => (Level::from_above(tail), -1.0),
            };
            let x = law.quantile(level);
            Node { x, slope: sign * start / law.density(x) }
        };
        let even = |bits: u32, index: usize| index as f64 / f64::from(1_u32 << bits);
        let mut nodes: Vec<Node> = (0..=1 << COARSEST).map(|index| node(even(COARSEST, index))).collect();
        for bits in COARSEST..=FINEST {
            let cells: Box<[Cell]> =
                nodes.windows(2).map(|ends| hermite(ends[0], ends[1], even(bits, 1))).collect();
            let middles: Vec<Node> =
                (0..cells.len()).map(|index| node(even(bits + 1, 2 * index + 1))).collect();
            let good = |(cell, middle): (&Cell, &Node)| {
                (cubic(cell, 0.5) - middle.x).abs() <= TOLERANCE * middle.x
                    && cell.iter().all(|c| c.is_finite())
            };
            if cells.iter().zip(&middles).all(good) {
                return Octave { bits, cells };
            }
            let last = nodes[nodes.len() - 1];
            nodes = nodes.iter().zip(&middles).flat_map(|(&node, &middle)| [node, middle]).collect();
            nodes.push(last);
        }
        Octave { bits: COARSEST, cells: Box::default() }
    }
}

/// The cubic through two nodes with their slopes, over a cell of this width.
fn hermite(from: Node, to: Node, width: f64) -> Cell {
    let (rise, start, end) = (to.x - from.x, from.slope * width, to.slope * width);
    [from.x, start, 3.0 * rise - 2.0 * start - end, start + end - 2.0 * rise]
}

#[inline]
fn cubic(cell: &Cell, t: f64) -> f64 {
    cell[0] + t * (cell[1] + t * (cell[2] + t * cell[3]))
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::super::{Kind, Law};
    use super::{Level, QuantileTable, Standard};

    #[test]
    fn tables_keep_their_error_bound_and_never_fall() {
        let gamma = [0.01, 0.05, 0.16, 0.4, 1.0, 2.5, 30.0, 1e4, 1e6].map(|shape| Standard::Gamma { shape });
        let beta = [(0.2, 0.3), (0.5, 3.0), (1.5, 4.5), (5.0, 1.0), (80.0, 2000.0)]
            .map(|(a, b)| Standard::Beta { a, b });
        let phases = [0.5, 0.6, 0.9, 0.999].map(|p| Standard::Hyperexponential { p });
        for law in gamma.into_iter().chain(beta).chain(phases) {
            let table = QuantileTable::shared(law);
            let mut last = 0.0;
            // Both sides of every octave, at places that fit no grid, and beyond the table.
            let tails = (1..1200).map(|step| 0.5 * 0.986_123_4_f64.powi(1200 - step));
            let places: Vec<f64> = tails.clone().chain(tails.rev().map(|tail| 1.0 - tail)).collect();
            for u in places {
                let (found, exact) = (table.quantile(u), law.quantile(Level::at(u)));
                assert!(
                    (found - exact).abs() <= 1e-6 * exact,
                    "{law:?} at {u:e}: {found:e} instead of {exact:e}"
                );
                assert!(found >= last, "{law:?} falls at {u:e}: {found:e} after {last:e}");
                last = found;
            }
        }
    }

    #[test]
    fn equal_laws_share_one_table() {
        let table = |law: Law| match law.0 {
            Kind::Tabled { table, .. } => table,
            kind => panic!("{kind:?} has no table"),
        };
        let (small, large) = (table(Law::gamma(6.0, 0.8).unwrap()), table(Law::gamma(99.0, 0.8).unwrap()));
        assert!(Arc::ptr_eq(&small, &large), "scale is taken out");
        assert!(!Arc::ptr_eq(&small, &table(Law::gamma(6.0, 0.81).unwrap())));
    }
}
