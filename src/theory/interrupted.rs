//! A server that breaks down, or is away, now and then.

use super::single::Moments;

/// When a server is away: busy or not, after an exponential time in place; it comes back after any time.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Away {
    /// How often it goes, per time in place.
    pub rate: f64,
    /// The moments of the time away.
    pub lasts: Moments,
}

impl Away {
    /// Time that passes for each unit of time in place: 1 + α E R.
    fn stretch(&self) -> f64 {
        1.0 + self.rate * self.lasts.first
    }
}

/// The moments of the time from the start of a service to its end, times away included, when it goes on where it
/// was: the service and a compound Poisson sum (Gaver, Journal of the Royal Statistical Society B 24:73, 1962).
/// Example: E S = 1 exponential, α = 0.1, E R = 2.5 exponential has mean 1.25 and second moment 4.375.
pub fn completion(service: &Moments, away: &Away) -> Moments {
    let (g, a, r) = (away.stretch(), away.rate, away.lasts);
    Moments {
        first: g * service.first,
        second: g * g * service.second + a * r.second * service.first,
        third: g.powi(3) * service.third
            + 3.0 * g * a * r.second * service.second
            + a * r.third * service.first,
    }
}

/// The mean wait for the start of service, and the mean time in the system.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct InterruptedQueue {
    /// Until the service starts.
    pub mean_wait: f64,
    /// Until it ends.
    pub mean_time: f64,
}

/// M/G/1 whose server is away now and then, busy or not (White & Christie, Operations Research 6:79, 1958; Avi-Itzhak &
/// Naor, Operations Research 11:303, 1963): M/G/1 with completion times, and before those who find nobody, what is left of
/// a time away, α E R²/(2(1+α E R)). None when overloaded.
/// Example: λ = 0.5, E S = 1, α = 0.1, E R = 2.5, all exponential, gives a mean time of 14/3.
pub fn mg1_interrupted(arrival: f64, service: &Moments, away: &Away) -> Option<InterruptedQueue> {
    let completion = completion(service, away);
    let idle = 1.0 - arrival * completion.first;
    let left = away.rate * away.lasts.second / (2.0 * away.stretch());
    let mean_wait = arrival * completion.second / (2.0 * idle) + left;
    (idle > 0.0).then_some(InterruptedQueue { mean_wait, mean_time: mean_wait + completion.first })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::theory::chain::steady;

    fn close(found: f64, wanted: f64) {
        assert!((found - wanted).abs() <= 2e-9 * wanted.abs(), "found {found}, wanted {wanted}");
    }

    fn away() -> Away {
        Away { rate: 0.1, lasts: Moments::exponential(2.5) }
    }

    #[test]
    fn a_service_takes_longer_and_varies_more() {
        let one = completion(&Moments::exponential(1.0), &away());
        close(one.first, 1.25);
        close(one.second, 4.375);
        // An hour of work, interrupted 0.1 times on average for 2.5 h: its variance is that of the sum alone.
        let hour = completion(&Moments::constant(1.0), &away());
        close(hour.second - hour.first * hour.first, 0.1 * 12.5);
        // Third central moment of a compound Poisson sum: α t E R³.
        close(
            hour.third - 3.0 * hour.first * hour.second + 2.0 * hour.first.powi(3),
            0.1 * 6.0 * 2.5_f64.powi(3),
        );
    }

    #[test]
    fn a_server_with_breakdowns_has_the_level_of_its_chain() {
        let queue = mg1_interrupted(0.5, &Moments::exponential(1.0), &away()).unwrap();
        close(queue.mean_time, 14.0 / 3.0);
        let chain = steady((0_u32, true), |(n, up)| {
            let comes = ((n + 1, *up), if *n < 250 { 0.5 } else { 0.0 });
            if *up {
                vec![comes, ((*n, false), 0.1), ((n.saturating_sub(1), true), f64::from(*n.min(&1)))]
            } else {
                vec![comes, ((*n, true), 0.4)]
            }
        });
        close(chain.mean(|(n, _)| f64::from(*n)) / 0.5, queue.mean_time);
        assert_eq!(mg1_interrupted(0.8, &Moments::exponential(1.0), &away()), None);
    }

    #[test]
    fn who_is_never_away_is_the_server_of_pollaczek() {
        let never = Away { rate: 0.0, lasts: Moments::constant(9.0) };
        let queue = mg1_interrupted(0.7, &Moments::lognormal(1.0, 2.0), &never).unwrap();
        close(queue.mean_wait, 3.5);
        close(queue.mean_time, 4.5);
    }
}
