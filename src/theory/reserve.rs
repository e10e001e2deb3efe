//! Servers kept in reserve for urgent customers: cutoff priority (Taylor & Templeton, Operations Research 28:1168,
//! 1980; Schaack & Larson, Operations Research 34:699, 1986).

/// Equal servers, of whom some are kept for the urgent: others start only while more than `reserve` servers are free.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Cutoff {
    /// The arrival rate of urgent customers.
    pub urgent: f64,
    /// The arrival rate of others.
    pub other: f64,
    /// The service rate of each server, for all.
    pub service: f64,
    /// How many servers there are.
    pub servers: usize,
    /// How many of them the others leave free.
    pub reserve: usize,
}

/// The waits under a cutoff.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct CutoffWaits {
    /// The share of urgent customers that must wait.
    pub urgent_waits: f64,
    /// Their mean wait.
    pub urgent: f64,
    /// The share of others that must wait.
    pub other_waits: f64,
    /// Their mean wait.
    pub other: f64,
}

/// A length of time by its first two moments.
#[derive(Clone, Copy)]
struct Length {
    first: f64,
    second: f64,
}

impl Cutoff {
    /// The waits in steady state, urgent customers first. None when somebody would wait for ever.
    ///
    /// Others see M/G/1 while m = servers − reserve or more are busy: their "service" is the time until one of these
    /// is free again, during which only urgent customers come.
    ///
    /// Example: urgent 1, other 1.5, service 1, 5 servers, 2 in reserve: mean waits 0.0071444902 and 0.9196907346.
    pub fn waits(&self) -> Option<CutoffWaits> {
        let m = self.servers.checked_sub(self.reserve).filter(|m| *m > 0)?;
        let capacity = self.service * self.servers as f64;
        if self.urgent.is_nan() || self.urgent >= capacity {
            return None;
        }
        let blocked = self.until_free(m);
        let load = self.other * blocked.first;
        if load.is_nan() || load >= 1.0 {
            return None;
        }
        let other_waits = self.share_blocked(m, blocked.first / (1.0 - load));
        let full = other_waits * self.share_full(m);
        Some(CutoffWaits {
            urgent_waits: full,
            urgent: full / (capacity - self.urgent),
            other_waits,
            other: other_waits * blocked.second / (2.0 * blocked.first * (1.0 - load)),
        })
    }

    /// The time from j servers busy to j − 1 when only urgent customers come.
    fn until_free(&self, j: usize) -> Length {
        let capacity = self.service * self.servers as f64;
        let slack = capacity - self.urgent;
        // With all servers busy it is a busy period of M/M/1.
        let all = Length { first: 1.0 / slack, second: 2.0 * capacity / slack.powi(3) };
        (j..self.servers).rev().fold(all, |above, busy| {
            let down = self.service * busy as f64;
            let total = self.urgent + down;
            let up = self.urgent / total;
            let first = (1.0 + self.urgent * above.first) / down;
            let after = up * (above.second + 2.0 * above.first * first);
            let second =
                (2.0 / total.powi(2) + 2.0 / total * up * (above.first + first) + after) / (1.0 - up);
            Length { first, second }
        })
    }

    /// The share of time in which others have to wait; `lasts` is how long once it begins.
    fn share_blocked(&self, m: usize, lasts: f64) -> f64 {
        let arrival = self.urgent + self.other;
        let mut weight = 1.0;
        let mut below = 1.0;
        for busy in 1..m {
            weight *= arrival / (self.service * busy as f64);
            below += weight;
        }
        let blocked = weight * arrival * lasts;
        blocked / (below + blocked)
    }

    /// Of that time, the share in which all servers are busy.
    fn share_full(&self, m: usize) -> f64 {
        let mut weight = 1.0;
        let mut below = 0.0;
        for busy in m..self.servers {
            below += weight;
            weight *= self.urgent / (self.service * (busy + 1) as f64);
        }
        let full = weight / (1.0 - self.urgent / (self.service * self.servers as f64));
        full / (below + full)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::theory::chain::steady;
    use crate::theory::priority;

    fn close(found: f64, wanted: f64) {
        assert!((found - wanted).abs() <= 2e-9 * wanted.abs(), "found {found}, wanted {wanted}");
    }

    const FIVE: Cutoff = Cutoff { urgent: 1.0, other: 1.5, service: 1.0, servers: 5, reserve: 2 };

    #[test]
    fn others_pay_for_the_reserve() {
        let waits = FIVE.waits().unwrap();
        close(waits.urgent, 0.007_144_490_169);
        close(waits.urgent_waits, 0.028_577_960_68);
        close(waits.other, 0.919_690_734_6);
        close(waits.other_waits, 0.600_137_174_2);
        assert_eq!(Cutoff { other: 2.5, ..FIVE }.waits(), None);
        assert_eq!(Cutoff { reserve: 5, ..FIVE }.waits(), None);
    }

    #[test]
    fn without_a_reserve_it_is_cobham() {
        let waits = Cutoff { reserve: 0, ..FIVE }.waits().unwrap();
        let cobham = priority::mmc_waits(&[1.0, 1.5], 1.0, 5).unwrap();
        close(waits.urgent, cobham[0]);
        close(waits.other, cobham[1]);
    }

    #[test]
    fn the_chain_agrees() {
        // Busy servers, urgent waiting, others waiting.
        let chain = steady((0_u32, 0_u32, 0_u32), |&(busy, urgent, other)| {
            let comes = if busy < 5 { (busy + 1, 0, other) } else { (5, urgent + 1, other) };
            let joins = if busy < 3 { (busy + 1, 0, 0) } else { (busy, urgent, other + 1) };
            let ends = match (busy, urgent, other) {
                (0, ..) => (0, 0, 0),
                (_, 1.., _) => (busy, urgent - 1, other),
                (..=3, 0, 1..) => (busy, 0, other - 1),
                _ => (busy - 1, 0, other),
            };
            vec![
                (comes, if urgent < 12 { 1.0 } else { 0.0 }),
                (joins, if other < 60 { 1.5 } else { 0.0 }),
                (ends, f64::from(busy)),
            ]
        });
        let waits = FIVE.waits().unwrap();
        assert!((chain.mean(|s| f64::from(s.1)) - waits.urgent).abs() < 1e-6);
        assert!((chain.mean(|s| f64::from(s.2)) / 1.5 - waits.other).abs() < 1e-6);
        assert!((chain.share(|s| s.0 >= 3) - waits.other_waits).abs() < 1e-6);
    }
}
