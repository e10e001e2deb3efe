//! Customers who leave when their patience ends, whatever its law: M/M/n+G, first come, first served (Baccelli &
//! Hebuterne 1981; Zeltyn & Mandelbaum, Queueing Systems 51:361, 2005).

use super::erlang::erlang_b;

/// The law of the time that a customer is ready to wait.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Patience {
    /// Exponential with this mean: Erlang A.
    Exponential(f64),
    /// The same for everybody.
    Constant(f64),
    /// Uniform between two times.
    Uniform(f64, f64),
    /// Erlang of two phases with this mean.
    Erlang2(f64),
    /// With this probability exponential with the first mean, else with the second.
    Mixed(f64, f64, f64),
}

impl Patience {
    /// P(patience > x).
    fn lasts(self, x: f64) -> f64 {
        match self {
            Patience::Exponential(mean) => (-x / mean).exp(),
            Patience::Constant(limit) => f64::from(u8::from(x < limit)),
            Patience::Uniform(low, high) => ((high - x) / (high - low)).clamp(0.0, 1.0),
            Patience::Erlang2(mean) => (-2.0 * x / mean).exp() * (1.0 + 2.0 * x / mean),
            Patience::Mixed(p, first, second) => p * (-x / first).exp() + (1.0 - p) * (-x / second).exp(),
        }
    }

    /// The integral of [`Patience::lasts`] from 0 to x: the mean of the shorter of patience and x.
    fn within(self, x: f64) -> f64 {
        let exponential = |mean: f64| -mean * (-x / mean).exp_m1();
        match self {
            Patience::Exponential(mean) => exponential(mean),
            Patience::Constant(limit) => x.min(limit),
            Patience::Uniform(low, high) => {
                let inside = x.clamp(low, high);
                x.min(low) + (inside - low) * (1.0 + self.lasts(inside)) / 2.0
            }
            Patience::Erlang2(mean) => mean - (-2.0 * x / mean).exp() * (mean + x),
            Patience::Mixed(p, first, second) => p * exponential(first) + (1.0 - p) * exponential(second),
        }
    }

    /// Where the law is not smooth.
    fn kinks(self) -> Vec<f64> {
        match self {
            Patience::Constant(limit) => vec![limit],
            Patience::Uniform(low, high) => vec![low, high],
            Patience::Exponential(_) | Patience::Erlang2(_) | Patience::Mixed(..) => vec![],
        }
    }
}

/// What becomes of customers with patience.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Impatient {
    /// The share of arrivals that find all servers busy.
    pub wait_probability: f64,
    /// The share that leave unserved.
    pub abandoned: f64,
    /// The mean wait of all, whether it ends in service or not.
    pub mean_wait: f64,
    /// The mean wait of those served.
    pub served_wait: f64,
}

/// M/M/n+G in steady state. With H(x) the mean of the shorter of patience and x, the wait that a customer with
/// endless patience would have has the density λπ e^{λH(x)−nμx}.
///
/// Example: λ = 50, μ = 1, n = 45, exponential patience with mean 2 loses the share 0.1107321039.
pub fn impatient(arrival: f64, service: f64, servers: usize, patience: Patience) -> Impatient {
    assert!(arrival > 0.0 && service > 0.0 && servers > 0, "there are customers and servers");
    let capacity = service * servers as f64;
    let density = |x: f64| (arrival * patience.within(x) - capacity * x).exp();
    // Moments of that density: all, those who get served, waits spent, waits of those served.
    let [all, served, spent, served_spent] = integrals(arrival + capacity, patience, |x| {
        let (density, lasts) = (density(x), patience.lasts(x));
        [density, density * lasts, density * patience.within(x), density * x * lasts]
    });
    let not_full = 1.0 / erlang_b(servers - 1, arrival / service);
    let total = not_full + arrival * all;
    Impatient {
        wait_probability: arrival * all / total,
        abandoned: arrival * (all - served) / total,
        mean_wait: arrival * spent / total,
        served_wait: arrival * served_spent / (not_full + arrival * served),
    }
}

/// Integrals over [0, ∞) of four functions that fall off at least as fast as the first, piece by piece between kinks.
fn integrals(rate: f64, patience: Patience, f: impl Fn(f64) -> [f64; 4]) -> [f64; 4] {
    // Nothing changes by more than e^{1/4} within a step; Simpson's error with 16 parts is then below 1e-9 of it.
    let step = 0.25 / rate;
    let mut kinks = patience.kinks();
    kinks.push(f64::INFINITY);
    let (mut sums, mut x, mut largest) = ([0.0; 4], 0.0, 0.0_f64);
    for kink in kinks {
        while x < kink {
            let end = kink.min(x + step);
            // The law jumps at a kink: the piece before it must not see what lies behind.
            simpson(&f, x, if end == kink { end * (1.0 - 1e-15) } else { end }, &mut sums);
            x = end;
            let here = f(x)[0];
            largest = largest.max(here);
            if kink.is_infinite() && here * (1.0 + x * rate).powi(2) < 1e-16 * largest {
                return sums;
            }
        }
    }
    sums
}

fn simpson(f: &impl Fn(f64) -> [f64; 4], from: f64, to: f64, sums: &mut [f64; 4]) {
    const PARTS: u32 = 16;
    let width = (to - from) / f64::from(PARTS);
    for i in 0..=PARTS {
        let weight = if i == 0 || i == PARTS { 1.0 } else { f64::from(2 + 2 * (i % 2)) };
        let values = f(from + width * f64::from(i));
        for (sum, value) in sums.iter_mut().zip(values) {
            *sum += weight * width / 3.0 * value;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::theory::erlang::erlang_a;

    fn close(found: f64, wanted: f64) {
        assert!((found - wanted).abs() <= 2e-9 * wanted.abs(), "found {found}, wanted {wanted}");
    }

    #[test]
    fn exponential_patience_is_erlang_a() {
        let queue = impatient(50.0, 1.0, 45, Patience::Exponential(2.0));
        close(queue.wait_probability, 0.876_056_580_2);
        close(queue.abandoned, 0.110_732_103_9);
        close(queue.mean_wait, 0.221_464_207_8);
        let palm = erlang_a(12.0, 1.0, 10, 0.25);
        close(impatient(12.0, 1.0, 10, Patience::Exponential(4.0)).mean_wait, palm.mean_wait);
        let same = impatient(50.0, 1.0, 45, Patience::Mixed(0.3, 2.0, 2.0));
        close(same.abandoned, queue.abandoned);
        close(same.served_wait, queue.served_wait);
    }

    #[test]
    fn one_server_and_constant_patience_lose_the_share_of_barrer() {
        // Barrer, Operations Research 5:644, 1957: (1−ρ)ρe^{−(μ−λ)τ} / (1−ρ²e^{−(μ−λ)τ}).
        for (arrival, limit) in [(0.8_f64, 2.0), (0.5, 1.0), (1.5, 3.0)] {
            let fall = (-(1.0 - arrival) * limit).exp();
            let lost = (1.0 - arrival) * arrival * fall / (1.0 - arrival * arrival * fall);
            close(impatient(arrival, 1.0, 1, Patience::Constant(limit)).abandoned, lost);
        }
        // 0.2 · 0.8 · e^{−0.4} / (1 − 0.64 · e^{−0.4}).
        close(impatient(0.8, 1.0, 1, Patience::Constant(2.0)).abandoned, 0.187_832_074_4);
    }

    #[test]
    fn laws_between_those_that_are_known() {
        // Almost no width is constant; two equal phases are less variable than one, so fewer give up early.
        let constant = impatient(4.5, 1.0, 4, Patience::Constant(1.0));
        let narrow = impatient(4.5, 1.0, 4, Patience::Uniform(0.999_999, 1.000_001));
        assert!((narrow.abandoned - constant.abandoned).abs() < 1e-6);
        let share = |patience| impatient(4.5, 1.0, 4, patience).abandoned;
        assert!(share(Patience::Erlang2(1.0)) < share(Patience::Exponential(1.0)));
        assert!(share(Patience::Constant(1.0)) < share(Patience::Erlang2(1.0)));
    }

    #[test]
    fn what_is_served_and_what_is_lost_make_the_flow() {
        for patience in [
            Patience::Exponential(1.0),
            Patience::Constant(1.0),
            Patience::Uniform(0.5, 1.5),
            Patience::Erlang2(1.0),
            Patience::Mixed(0.5, 0.2, 1.8),
        ] {
            let queue = impatient(4.5, 1.0, 4, patience);
            // While nobody has to wait it is Erlang's loss system with a server less; else all four work.
            let idle = 1.0 - queue.wait_probability;
            let busy = idle * 4.5 * (1.0 - erlang_b(3, 4.5)) + queue.wait_probability * 4.0;
            close(busy, 4.5 * (1.0 - queue.abandoned));
        }
        // Patience of 200 services under a load that can be served loses nobody.
        let patient = impatient(4.5, 1.0, 5, Patience::Constant(200.0));
        assert!(patient.abandoned < 1e-12);
        assert!((patient.mean_wait - 1.524_986_441).abs() < 1e-6);
    }

    #[test]
    fn overload_is_shed() {
        // A fluid: 20 % more than a thousand servers can do, and everybody waits for a constant time.
        let queue = impatient(1200.0, 1.0, 1000, Patience::Constant(0.5));
        assert!((queue.abandoned - 1.0 / 6.0).abs() < 1e-6);
        assert!((queue.mean_wait - 0.5).abs() < 0.01);
    }
}
