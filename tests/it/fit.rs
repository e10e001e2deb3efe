//! Whether numbers come from the law that is claimed: tests of Kolmogorov and Smirnov, and of Pearson (chi-square),
//! with p-values, of which many are judged together.

use caseload::stats::special::{gamma_cdf, normal_cdf};

/// P-values of many tests with names. By chance alone the smallest of n lies below `error`/n with probability `error`
/// at most (Bonferroni).
#[derive(Default)]
pub(crate) struct Fits(Vec<(String, f64)>);

impl Fits {
    /// The largest distance between the share of numbers and a continuous law's probability (Smirnov 1948; the
    /// correction for small samples is Stephens', *Journal of the Royal Statistical Society* B 32:115, 1970).
    pub(crate) fn kolmogorov(&mut self, name: &str, mut numbers: Vec<f64>, cdf: impl Fn(f64) -> f64) {
        assert!(numbers.len() >= 100, "{name}: {} numbers tell nothing", numbers.len());
        numbers.sort_by(f64::total_cmp);
        let n = numbers.len() as f64;
        let distance = numbers.iter().enumerate().fold(0.0_f64, |most, (i, x)| {
            let level = cdf(*x);
            most.max(level - i as f64 / n).max((i as f64 + 1.0) / n - level)
        });
        let x = (n.sqrt() + 0.12 + 0.11 / n.sqrt()) * distance;
        let term = |k: f64| (k * std::f64::consts::PI).cos() * (-2.0 * k * k * x * x).exp();
        // The series converges slowly where the fit is good; there is no question then.
        let p = if x < 0.3 { 1.0 } else { -2.0 * (1..40).map(|k| term(f64::from(k))).sum::<f64>() };
        self.0.push((name.to_owned(), p));
    }

    /// Counts against probabilities that add up to 1. Neighbours are taken together until ten are expected of each.
    pub(crate) fn pearson(&mut self, name: &str, counts: &[u64], probabilities: &[f64]) {
        let sum: f64 = probabilities.iter().sum();
        assert!((sum - 1.0).abs() < 1e-9, "{name}: probabilities add up to {sum}");
        let n = counts.iter().sum::<u64>() as f64;
        let mut cells: Vec<(f64, f64)> = vec![];
        for (count, p) in counts.iter().zip(probabilities) {
            match cells.last_mut().filter(|cell| cell.1 < 10.0) {
                Some(cell) => *cell = (cell.0 + *count as f64, cell.1 + n * p),
                None => cells.push((*count as f64, n * p)),
            }
        }
        if let [.., (_, expected)] = cells[..]
            && expected < 10.0
            && let Some(last) = cells.pop()
            && let Some(cell) = cells.last_mut()
        {
            *cell = (cell.0 + last.0, cell.1 + last.1);
        }
        assert!(cells.len() > 1, "{name}: {n} numbers tell nothing");
        let square: f64 = cells.iter().map(|(seen, expected)| (seen - expected).powi(2) / expected).sum();
        let p = 1.0 - gamma_cdf(0.5 * (cells.len() - 1) as f64, 0.5 * square);
        self.0.push((name.to_owned(), p));
    }

    /// Whole numbers from 0 on against the probability of each.
    pub(crate) fn counted(&mut self, name: &str, numbers: &[u64], probability: impl Fn(u64) -> f64) {
        let most = numbers.iter().max().copied().unwrap_or_default() as usize;
        let mut counts = vec![0; most + 2];
        for n in numbers {
            counts[*n as usize] += 1;
        }
        let mut probabilities: Vec<f64> = (0..=most as u64).map(probability).collect();
        probabilities.push((1.0 - probabilities.iter().sum::<f64>()).max(0.0));
        self.pearson(name, &counts, &probabilities);
    }

    /// How often something happened that happens with probability `p`.
    pub(crate) fn share(&mut self, name: &str, happened: u64, of: u64, p: f64) {
        self.pearson(name, &[happened, of - happened], &[p, 1.0 - p]);
    }

    /// A number that is standard normal.
    pub(crate) fn normal(&mut self, name: &str, z: f64) {
        self.0.push((name.to_owned(), 2.0 * normal_cdf(-z.abs())));
    }

    /// All of them, at this error rate together. Says what was tested.
    #[track_caller]
    pub(crate) fn judge(&self, error: f64) -> Vec<&str> {
        let least = error / self.0.len() as f64;
        let bad: Vec<_> = self.0.iter().filter(|(_, p)| *p < least).collect();
        assert!(bad.is_empty(), "{bad:?} below {least:e}, of {:?}", self.0);
        self.0.iter().map(|(name, _)| name.as_str()).collect()
    }
}

/// The tests refuse what is wrong by a little: half of these p-values are far below what chance brings.
#[test]
fn numbers_of_another_law_are_refused() {
    let even: Vec<f64> = (0..2_000).map(|i| (f64::from(i) + 0.5) / 2_000.0).collect();
    let mut fits = Fits::default();
    fits.kolmogorov("uniform", even.clone(), |x| x);
    fits.kolmogorov("not uniform", even, |x| x.powf(1.2));
    fits.pearson("fair", &[5_000, 5_040], &[0.5, 0.5]);
    fits.pearson("not fair", &[5_000, 5_600], &[0.5, 0.5]);
    fits.counted("too often 0", &[0, 0, 0, 1].repeat(100), |n| 0.5_f64.powi(n as i32 + 1));
    let small: Vec<bool> = fits.0.iter().map(|(_, p)| *p < 1e-5).collect();
    assert_eq!(small, [false, true, false, true, true], "{:?}", fits.0);
    // Smirnov's table: 1.358 √n D is exceeded with probability 0.05; and chi-square of 3.841 with one degree.
    let mut fits = Fits::default();
    let shifted: Vec<f64> = (0..1_000_000).map(|i| (f64::from(i) + 0.5) / 1e6).collect();
    fits.kolmogorov("5 %", shifted, |x| (x + 1.3581e-3).min(1.0));
    fits.pearson("5 %", &[10_000 + 139, 10_000 - 139], &[0.5, 0.5]);
    assert!(fits.0.iter().all(|(_, p)| (p - 0.05).abs() < 0.001), "{:?}", fits.0);
}
