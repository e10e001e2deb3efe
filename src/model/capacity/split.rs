//! Which of several pools does the work of a stage that lists them.

use crate::model::PoolId;

/// Hours of pools, and how many of them are taken.
pub(super) struct Split<'a> {
    available: &'a [f64],
    /// Share of an hour that is case work.
    availability: &'a [f64],
    taken: Vec<f64>,
}

impl<'a> Split<'a> {
    /// Of pools with these hours, of which so many are taken by work that has no choice.
    pub(super) fn new(available: &'a [f64], availability: &'a [f64], taken: Vec<f64>) -> Split<'a> {
        Split { available, availability, taken }
    }

    /// Places so many effort hours: as many as fit with the pool listed first, then the next; what fits nowhere so
    /// that the loads of the listed pools are as equal as can be. Returns member-hours by pool.
    pub(super) fn place(&mut self, list: &[PoolId], effort: f64) -> Vec<(PoolId, f64)> {
        let mut left = effort;
        let mut placed: Vec<(PoolId, f64)> = vec![];
        for &pool in list {
            let p = pool.index();
            let room = (self.available[p] - self.taken[p]).max(0.0) * self.availability[p];
            let here = left.min(room);
            placed.push((pool, here / self.availability[p]));
            left -= here;
        }
        for (pool, hours) in &placed {
            self.taken[pool.index()] += hours;
        }
        if left > 1e-9 * effort {
            self.level(&mut placed, left);
        }
        placed.retain(|(_, hours)| *hours > 0.0);
        placed
    }

    /// Raises the load of all listed pools to a common level that holds what is left.
    fn level(&mut self, placed: &mut [(PoolId, f64)], left: f64) {
        let room = |taken: &[f64], pool: PoolId, level: f64| {
            let p = pool.index();
            (level * self.available[p] - taken[p]).max(0.0)
        };
        let effort = |level: f64| -> f64 {
            placed.iter().map(|(p, _)| room(&self.taken, *p, level) * self.availability[p.index()]).sum()
        };
        if placed.iter().all(|(p, _)| self.available[p.index()] <= 0.0) {
            // Nobody is there: it is the first pool's, whose load is without bounds anyway.
            let p = placed[0].0.index();
            let hours = left / self.availability[p];
            self.taken[p] += hours;
            placed[0].1 += hours;
            return;
        }
        let mut high = 2.0;
        while effort(high) < left {
            high *= 2.0;
        }
        let mut low = 0.0;
        for _ in 0..60 {
            let middle = f64::midpoint(low, high);
            if effort(middle) < left { low = middle } else { high = middle }
        }
        let added: Vec<f64> = placed.iter().map(|(p, _)| room(&self.taken, *p, high)).collect();
        for ((pool, hours), more) in placed.iter_mut().zip(added) {
            self.taken[pool.index()] += more;
            *hours += more;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_listed_works_up_to_its_hours_and_the_rest_goes_on() {
        let (available, availability) = ([100.0, 50.0], [0.5, 1.0]);
        let list = [PoolId(0), PoolId(1)];
        let mut split = Split::new(&available, &availability, vec![20.0, 0.0]);
        assert_eq!(split.place(&list, 30.0), [(PoolId(0), 60.0)]);
        assert_eq!(split.place(&list, 30.0), [(PoolId(0), 20.0), (PoolId(1), 20.0)]);
    }

    #[test]
    fn what_fits_nowhere_makes_loads_equal() {
        let (available, availability) = ([100.0, 50.0], [0.5, 1.0]);
        let list = [PoolId(0), PoolId(1)];
        let mut split = Split::new(&available, &availability, vec![20.0, 75.0]);
        // 100 taken by pool 0 holds 40; load 1.5 of both holds 25 more; load 2 another 25 + 25.
        let placed = split.place(&list, 40.0 + 25.0 + 50.0);
        assert!((placed[0].1 - 180.0).abs() < 1e-6 && (placed[1].1 - 25.0).abs() < 1e-6, "{placed:?}");
        let mut nobody = Split::new(&[0.0, 0.0], &[0.5, 1.0], vec![0.0, 0.0]);
        assert_eq!(nobody.place(&list, 1.0), [(PoolId(0), 2.0)]);
    }
}
