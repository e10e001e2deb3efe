//! Sobol's sequence: points that fill a cube of several dimensions more evenly than chance does.

/// How many dimensions there are.
pub(super) const MOST_DIMENSIONS: usize = DIRECTIONS.len();

/// Of each dimension the degree and the inner coefficients of its primitive polynomial, and the first direction numbers:
/// the beginning of `new-joe-kuo-6.21201` (Joe and Kuo, SIAM J. Sci. Comput. 30 (2008), 2635-2654). The first dimension is van der Corput's sequence.
const DIRECTIONS: [(u32, u32, &[u32]); 64] = [
    (0, 0, &[]),
    (1, 0, &[1]),
    (2, 1, &[1, 3]),
    (3, 1, &[1, 3, 1]),
    (3, 2, &[1, 1, 1]),
    (4, 1, &[1, 1, 3, 3]),
    (4, 4, &[1, 3, 5, 13]),
    (5, 2, &[1, 1, 5, 5, 17]),
    (5, 4, &[1, 1, 5, 5, 5]),
    (5, 7, &[1, 1, 7, 11, 19]),
    (5, 11, &[1, 1, 5, 1, 1]),
    (5, 13, &[1, 1, 1, 3, 11]),
    (5, 14, &[1, 3, 5, 5, 31]),
    (6, 1, &[1, 3, 3, 9, 7, 49]),
    (6, 13, &[1, 1, 1, 15, 21, 21]),
    (6, 16, &[1, 3, 1, 13, 27, 49]),
    (6, 19, &[1, 1, 1, 15, 7, 5]),
    (6, 22, &[1, 3, 1, 15, 13, 25]),
    (6, 25, &[1, 1, 5, 5, 19, 61]),
    (7, 1, &[1, 3, 7, 11, 23, 15, 103]),
    (7, 4, &[1, 3, 7, 13, 13, 15, 69]),
    (7, 7, &[1, 1, 3, 13, 7, 35, 63]),
    (7, 8, &[1, 3, 5, 9, 1, 25, 53]),
    (7, 14, &[1, 3, 1, 13, 9, 35, 107]),
    (7, 19, &[1, 3, 1, 5, 27, 61, 31]),
    (7, 21, &[1, 1, 5, 11, 19, 41, 61]),
    (7, 28, &[1, 3, 5, 3, 3, 13, 69]),
    (7, 31, &[1, 1, 7, 13, 1, 19, 1]),
    (7, 32, &[1, 3, 7, 5, 13, 19, 59]),
    (7, 37, &[1, 1, 3, 9, 25, 29, 41]),
    (7, 41, &[1, 3, 5, 13, 23, 1, 55]),
    (7, 42, &[1, 3, 7, 3, 13, 59, 17]),
    (7, 50, &[1, 3, 1, 3, 5, 53, 69]),
    (7, 55, &[1, 1, 5, 5, 23, 33, 13]),
    (7, 56, &[1, 1, 7, 7, 1, 61, 123]),
    (7, 59, &[1, 1, 7, 9, 13, 61, 49]),
    (7, 62, &[1, 3, 3, 5, 3, 55, 33]),
    (8, 14, &[1, 3, 1, 15, 31, 13, 49, 245]),
    (8, 21, &[1, 3, 5, 15, 31, 59, 63, 97]),
    (8, 22, &[1, 3, 1, 11, 11, 11, 77, 249]),
    (8, 38, &[1, 3, 1, 11, 27, 43, 71, 9]),
    (8, 47, &[1, 1, 7, 15, 21, 11, 81, 45]),
    (8, 49, &[1, 3, 7, 3, 25, 31, 65, 79]),
    (8, 50, &[1, 3, 1, 1, 19, 11, 3, 205]),
    (8, 52, &[1, 1, 5, 9, 19, 21, 29, 157]),
    (8, 56, &[1, 3, 7, 11, 1, 33, 89, 185]),
    (8, 67, &[1, 3, 3, 3, 15, 9, 79, 71]),
    (8, 70, &[1, 3, 7, 11, 15, 39, 119, 27]),
    (8, 84, &[1, 1, 3, 1, 11, 31, 97, 225]),
    (8, 97, &[1, 1, 1, 3, 23, 43, 57, 177]),
    (8, 103, &[1, 3, 7, 7, 17, 17, 37, 71]),
    (8, 115, &[1, 3, 1, 5, 27, 63, 123, 213]),
    (8, 122, &[1, 1, 3, 5, 11, 43, 53, 133]),
    (9, 8, &[1, 3, 5, 5, 29, 17, 47, 173, 479]),
    (9, 13, &[1, 3, 3, 11, 3, 1, 109, 9, 69]),
    (9, 16, &[1, 1, 1, 5, 17, 39, 23, 5, 343]),
    (9, 22, &[1, 3, 1, 5, 25, 15, 31, 103, 499]),
    (9, 25, &[1, 1, 1, 11, 11, 17, 63, 105, 183]),
    (9, 44, &[1, 1, 5, 11, 9, 29, 97, 231, 363]),
    (9, 47, &[1, 1, 5, 15, 19, 45, 41, 7, 383]),
    (9, 52, &[1, 3, 7, 7, 31, 19, 83, 137, 221]),
    (9, 55, &[1, 1, 1, 3, 23, 15, 111, 223, 83]),
    (9, 59, &[1, 1, 5, 13, 31, 15, 55, 25, 161]),
    (9, 62, &[1, 1, 3, 13, 25, 47, 39, 87, 257]),
];
const BITS: usize = 32;

/// Direction numbers of a dimension as binary fractions of 32 digits.
fn directions(dimension: usize) -> [u32; BITS] {
    let (degree, inner, first) = DIRECTIONS[dimension];
    let s = degree as usize;
    let mut v = [0; BITS];
    for i in 0..BITS {
        v[i] = match first.get(i) {
            _ if s == 0 => 1 << (BITS - 1 - i),
            Some(m) => m << (BITS - 1 - i),
            None => (1..s).fold(v[i - s] ^ (v[i - s] >> s), |sum, k| {
                if (inner >> (s - 1 - k)) & 1 == 1 { sum ^ v[i - k] } else { sum }
            }),
        };
    }
    v
}

/// The first `n` places of a dimension in the order of Gray's code, shifted digit by digit.
pub(super) fn sobol(dimension: usize, n: usize, shift: u32) -> Vec<f64> {
    let v = directions(dimension);
    let mut x = shift;
    let mut places = vec![];
    for i in 0..n {
        places.push((f64::from(x) + 0.5) / (1_u64 << BITS) as f64);
        x ^= v[(!i).trailing_zeros() as usize];
    }
    places
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_sobol_points_are_those_of_joe_and_kuo() {
        // The first eight points in two dimensions that their program prints.
        let near = |places: Vec<f64>| places.iter().map(|x| (x * 8.0).floor() / 8.0).collect::<Vec<_>>();
        assert_eq!(near(sobol(0, 8, 0)), [0.0, 0.5, 0.75, 0.25, 0.375, 0.875, 0.625, 0.125]);
        assert_eq!(near(sobol(1, 8, 0)), [0.0, 0.5, 0.25, 0.75, 0.375, 0.875, 0.125, 0.625]);
    }

    #[test]
    fn sobol_points_fall_evenly_in_every_dimension_with_any_shift() {
        for dimension in 0..DIRECTIONS.len() {
            let mut cells: Vec<i64> =
                sobol(dimension, 256, 0x9e37_79b9).iter().map(|x| (x * 256.0) as i64).collect();
            cells.sort_unstable();
            assert_eq!(cells, (0..256).collect::<Vec<i64>>(), "dimension {dimension}");
        }
        // The first two dimensions are a (0, 8, 2)-net: one point in each of 16 by 16 boxes.
        let boxes: std::collections::BTreeSet<(i64, i64)> = (sobol(0, 256, 1).iter().zip(sobol(1, 256, 2)))
            .map(|(x, y)| ((x * 16.0) as i64, (y * 16.0) as i64))
            .collect();
        assert_eq!(boxes.len(), 256);
    }

    /// Sobol's property A: of the first 2^d points in d dimensions one lies in each of the 2^d parts that halving every
    /// side makes. It holds if and only if the first digits of the direction numbers are an invertible matrix.
    #[test]
    fn the_first_dimensions_together_have_one_point_in_each_orthant() {
        let mut rows: Vec<u32> = (0..BITS)
            .map(|dimension| {
                let first = |(j, v): (usize, &u32)| (v >> (BITS - 1)) << j;
                directions(dimension).iter().enumerate().map(first).fold(0, |row, bit| row | bit)
            })
            .collect();
        for j in 0..BITS {
            let pivot = (j..BITS).find(|row| rows[*row] >> j & 1 == 1).expect("the matrix is invertible");
            rows.swap(j, pivot);
            for row in 0..BITS {
                if row != j && rows[row] >> j & 1 == 1 {
                    rows[row] ^= rows[j];
                }
            }
        }
    }

    #[test]
    fn first_direction_numbers_are_odd_and_small_enough() {
        for (degree, _, first) in DIRECTIONS {
            assert_eq!(first.len(), degree as usize);
            assert!(first.iter().enumerate().all(|(k, m)| m % 2 == 1 && *m < 2 << k), "{first:?}");
        }
    }
}
