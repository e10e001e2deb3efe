//! Bins for whole numbers of any size: narrow where the numbers are small, wider as they grow.
//!
//! The layout of the histograms of G. Tene's `HdrHistogram` (hdrhistogram.org): whole numbers below 2^(BITS + 1) have a
//! bin each, above that there are 2^BITS bins of equal width while the number doubles. A bin is told by the leading bits
//! of the number, without a logarithm.

/// The bin of a number: its leading bit and the BITS behind it, after the bins of all shorter numbers.
#[inline]
pub(super) fn bin<const BITS: u32>(number: u64) -> usize {
    let shift = (number | 1 << BITS).ilog2() - BITS;
    ((shift as usize) << BITS) + (number >> shift) as usize
}

/// The smallest number in a bin.
pub(super) fn lowest<const BITS: u32>(bin: usize) -> u64 {
    let shift = shift::<BITS>(bin);
    ((bin - (shift << BITS)) as u64) << shift
}

/// The number that is equally far from the smallest and the largest in a bin: at most 2^−(BITS + 1) of any of them away.
pub(super) fn middle<const BITS: u32>(bin: usize) -> f64 {
    let width = 1_u64 << shift::<BITS>(bin);
    lowest::<BITS>(bin) as f64 + (width - 1) as f64 / 2.0
}

/// How many bits the bin does not look at: it holds 2^shift numbers.
fn shift<const BITS: u32>(bin: usize) -> usize {
    (bin >> BITS).saturating_sub(1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bins_are_as_in_the_table_worked_out_by_hand() {
        // Two bits behind the leading one: 0 to 7 by themselves, then four pairs, four fours, four eights.
        let firsts = [0, 1, 2, 3, 4, 5, 6, 7, 8, 10, 12, 14, 16, 20, 24, 28, 32, 40, 48, 56, 64];
        for (place, ends) in firsts.windows(2).enumerate() {
            assert_eq!(lowest::<2>(place), ends[0]);
            assert_eq!(middle::<2>(place), (ends[0] + ends[1] - 1) as f64 / 2.0);
            for number in ends[0]..ends[1] {
                assert_eq!(bin::<2>(number), place, "number {number}");
            }
        }
    }

    #[test]
    fn bins_follow_each_other_without_a_gap_up_to_the_largest_number() {
        let last = bin::<10>(u64::MAX);
        assert_eq!(last, 54 * 1024 + 1023);
        for place in 1..=last {
            let first = lowest::<10>(place);
            assert_eq!((bin::<10>(first - 1), bin::<10>(first)), (place - 1, place));
            let off = (middle::<10>(place) - first as f64) / first as f64;
            assert!((0.0..=1.0 / 2048.0).contains(&off), "bin {place}: {off}");
        }
    }
}
