//! Erlang's formulas: equal servers, exponential service, Poisson arrivals.
//!
//! The offered load `a` is the arrival rate times the mean service time; letters as in Gross, Shortle, Thompson
//! & Harris, Fundamentals of Queueing Theory (2008), chapter 3.

/// Erlang B: the share of arrivals lost when nobody may wait, for any law of service with this load
/// (M/G/c/c; Erlang 1917, Sevastyanov 1957). Example: c = 12, a = 10 gives 0.1197391884.
pub fn erlang_b(servers: usize, load: f64) -> f64 {
    // 1/B(c) = 1 + c/a · 1/B(c−1): no factorials, nothing to overflow.
    (1..=servers).fold(1.0, |blocked, c| load * blocked / (c as f64 + load * blocked))
}

/// Erlang C: the share of arrivals that must wait (M/M/c). None when the load is not below the servers.
/// Example: c = 5, a = 4.5 gives 0.7624932207.
pub fn erlang_c(servers: usize, load: f64) -> Option<f64> {
    let rho = load / servers as f64;
    let blocked = erlang_b(servers, load);
    (rho < 1.0).then(|| blocked / (1.0 - rho + rho * blocked))
}

/// M/M/c in steady state: first come, first served, and everybody stays.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Mmc {
    arrival: f64,
    service: f64,
    servers: usize,
    wait_probability: f64,
}

impl Mmc {
    /// The queue with this arrival rate and this service rate of each server. None when it is overloaded.
    pub fn new(arrival: f64, service: f64, servers: usize) -> Option<Mmc> {
        let wait_probability = erlang_c(servers, arrival / service)?;
        Some(Mmc { arrival, service, servers, wait_probability })
    }

    /// The share of time each server is busy.
    pub fn utilization(&self) -> f64 {
        self.arrival / (self.service * self.servers as f64)
    }

    /// The share of arrivals that must wait.
    pub fn wait_probability(&self) -> f64 {
        self.wait_probability
    }

    /// The rate at which the queue shrinks while all servers are busy: cμ − λ.
    fn relief(&self) -> f64 {
        self.service * self.servers as f64 - self.arrival
    }

    /// The mean wait, those who need not wait included: C/(cμ − λ).
    pub fn mean_wait(&self) -> f64 {
        self.wait_probability / self.relief()
    }

    /// The mean number waiting.
    pub fn mean_waiting(&self) -> f64 {
        self.arrival * self.mean_wait()
    }

    /// The mean number in the system.
    pub fn mean_number(&self) -> f64 {
        self.mean_waiting() + self.arrival / self.service
    }

    /// The mean time in the system.
    pub fn mean_time(&self) -> f64 {
        self.mean_wait() + 1.0 / self.service
    }

    /// P(wait > t) = C e^{−(cμ−λ)t}.
    pub fn wait_exceeds(&self, t: f64) -> f64 {
        if t < 0.0 { 1.0 } else { self.wait_probability * (-self.relief() * t).exp() }
    }

    /// The p-quantile of the wait; 0 where at least p need not wait.
    pub fn wait_quantile(&self, p: f64) -> f64 {
        ((self.wait_probability / (1.0 - p)).ln() / self.relief()).max(0.0)
    }
}

/// The smallest number of servers with which at least `share` of the arrivals wait no longer than `limit`.
/// Example: 100 calls in 30 minutes of 180 s each, 80 % within 20 s, needs 14.
pub fn servers_for(arrival: f64, service: f64, limit: f64, share: f64) -> usize {
    assert!(share < 1.0, "no number of servers promises that nobody waits");
    let late = |c: usize| Mmc::new(arrival, service, c).map_or(1.0, |queue| queue.wait_exceeds(limit));
    let mut servers = (arrival / service).floor() as usize + 1;
    while late(servers) > 1.0 - share {
        servers += 1;
    }
    servers
}

/// M/M/c with a limited number of places, those in service included (M/M/c/K).
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Places {
    /// The share of arrivals turned away.
    pub turned_away: f64,
    /// Completions per unit of time.
    pub throughput: f64,
    /// The mean number in the system.
    pub mean_number: f64,
    /// The mean number waiting.
    pub mean_waiting: f64,
    /// The mean wait of those let in.
    pub mean_wait: f64,
}

/// M/M/c/K in steady state; it has one under any load.
pub fn places(arrival: f64, service: f64, servers: usize, places: usize) -> Places {
    assert!(servers > 0 && places >= servers, "there is a server, and a server is a place");
    let p = stationary(arrival, |n| service * n.min(servers) as f64, |n| n > places);
    // States too rare to matter are not listed.
    let turned_away = p.get(places).copied().unwrap_or(0.0);
    let throughput = arrival * (1.0 - turned_away);
    let mean_waiting = mean_waiting(&p, servers);
    let mean_number = p.iter().enumerate().map(|(n, p)| n as f64 * p).sum();
    Places { turned_away, throughput, mean_number, mean_waiting, mean_wait: mean_waiting / throughput }
}

/// The mean number of those above the servers, from the law of the number in the system.
fn mean_waiting(p: &[f64], servers: usize) -> f64 {
    p.iter().enumerate().map(|(n, p)| n.saturating_sub(servers) as f64 * p).sum()
}

/// Erlang A: M/M/c whose customers leave after an exponential patience (M/M/c+M; Palm 1937, Garnett,
/// Mandelbaum & Reiman, MSOM 4:208, 2002). It is stable under any load.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ErlangA {
    /// The share of arrivals that find all servers busy.
    pub wait_probability: f64,
    /// The mean number waiting.
    pub mean_waiting: f64,
    /// The mean wait of all, whether it ends in service or not.
    pub mean_wait: f64,
    /// The share that leave unserved.
    pub abandoned: f64,
    /// Completions per unit of time.
    pub throughput: f64,
    /// The share of time each server is busy.
    pub utilization: f64,
}

/// Erlang A with this rate of losing patience while waiting.
/// Example: λ = 50, μ = 1, c = 45, θ = 0.5 loses the share 0.1107321039.
pub fn erlang_a(arrival: f64, service: f64, servers: usize, patience: f64) -> ErlangA {
    assert!(patience > 0.0, "customers who never leave are Erlang C's");
    assert!(arrival > 0.0 && servers > 0, "there are customers and servers");
    let death = |n: usize| service * n.min(servers) as f64 + patience * n.saturating_sub(servers) as f64;
    let p = stationary(arrival, death, |_| false);
    let mean_waiting = mean_waiting(&p, servers);
    let busy: f64 = p.iter().enumerate().map(|(n, p)| n.min(servers) as f64 * p).sum();
    ErlangA {
        wait_probability: p.iter().skip(servers).sum(),
        mean_waiting,
        mean_wait: mean_waiting / arrival,
        abandoned: patience * mean_waiting / arrival,
        throughput: service * busy,
        utilization: busy / servers as f64,
    }
}

/// The stationary law of a birth-and-death process with constant births, from state 0 to the first state that is
/// `beyond` or, where deaths have come to outnumber births, too rare to matter.
fn stationary(birth: f64, death: impl Fn(usize) -> f64, beyond: impl Fn(usize) -> bool) -> Vec<f64> {
    // The weights are kept in logarithms: at a load of a thousand, state 0 is rarer than a double can say.
    const NEGLIGIBLE: f64 = -50.0;
    let mut logs = vec![0.0_f64];
    let mut largest: f64 = 0.0;
    for n in (1..).take_while(|n| !beyond(*n)) {
        let log = logs[n - 1] + (birth / death(n)).ln();
        largest = largest.max(log);
        logs.push(log);
        if death(n) > birth && log < largest + NEGLIGIBLE {
            break;
        }
    }
    let weights: Vec<f64> = logs.iter().map(|log| (log - largest).exp()).collect();
    let total: f64 = weights.iter().sum();
    weights.iter().map(|weight| weight / total).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn close(found: f64, wanted: f64) {
        assert!((found - wanted).abs() <= 2e-9 * wanted.abs(), "found {found}, wanted {wanted}");
    }

    #[test]
    fn one_server_has_the_textbook_waits() {
        let queue = Mmc::new(0.8, 1.0, 1).unwrap();
        close(queue.mean_number(), 4.0);
        close(queue.mean_wait(), 4.0);
        close(queue.mean_time(), 5.0);
        close(queue.wait_quantile(0.9), 10.397_207_71);
        close(queue.wait_quantile(0.95), 13.862_943_61);
        assert_eq!(queue.wait_quantile(0.1), 0.0);
    }

    #[test]
    fn five_servers_at_nine_tenths() {
        let queue = Mmc::new(4.5, 1.0, 5).unwrap();
        close(queue.utilization(), 0.9);
        close(queue.wait_probability(), 0.762_493_220_7);
        close(queue.mean_waiting(), 6.862_438_987);
        close(queue.mean_number(), 11.362_438_99);
        close(queue.mean_wait(), 1.524_986_441);
        close(queue.wait_exceeds(1.0), 0.462_475_516_2);
        close(queue.wait_quantile(0.9), 4.062_846_863);
        close(queue.wait_quantile(0.95), 5.449_141_224);
        assert_eq!(Mmc::new(5.0, 1.0, 5), None);
    }

    #[test]
    fn a_contact_centre_is_staffed_as_in_the_worked_example() {
        let (arrival, service) = (10.0 / 180.0, 1.0 / 180.0);
        assert_eq!(servers_for(arrival, service, 20.0, 0.8), 14);
        for (c, waits, level, wait) in [
            (11, 0.682_118_204_7, 0.389_613_811_7, 122.781_276_8),
            (14, 0.174_131_933_6, 0.888_350_019_2, 7.835_937_012),
            (15, 0.102_042_367, 0.941_452_842_9, 3.673_525_212),
        ] {
            let queue = Mmc::new(arrival, service, c).unwrap();
            close(queue.wait_probability(), waits);
            close(1.0 - queue.wait_exceeds(20.0), level);
            close(queue.mean_wait(), wait);
        }
    }

    #[test]
    fn a_hundred_erlangs_need_a_hundred_and_eleven_servers_for_one_in_five_to_wait() {
        assert_eq!(servers_for(100.0, 1.0, 0.0, 0.8), 111);
        close(erlang_c(111, 100.0).unwrap(), 0.199_787_279_9);
    }

    #[test]
    fn lost_and_turned_away() {
        close(erlang_b(12, 10.0), 0.119_739_188_4);
        let queue = places(6.0, 1.0, 5, 10);
        close(queue.turned_away, 0.212_593_133_1);
        close(queue.throughput, 4.724_441_202);
        close(queue.mean_number, 7.287_533_566);
        close(queue.mean_waiting, 2.563_092_364);
        close(queue.mean_wait, 0.542_517_570_9);
        close(places(10.0, 1.0, 12, 12).turned_away, erlang_b(12, 10.0));
        let roomy = places(4.5, 1.0, 5, 100_000);
        close(roomy.mean_waiting, 6.862_438_987);
        assert_eq!(roomy.turned_away, 0.0);
    }

    #[test]
    fn customers_who_leave() {
        let queue = erlang_a(50.0, 1.0, 45, 0.5);
        close(queue.wait_probability, 0.876_056_580_2);
        close(queue.mean_waiting, 11.073_210_39);
        close(queue.abandoned, 0.110_732_103_9);
        close(queue.mean_wait, 0.221_464_207_8);
        close(queue.throughput, 44.463_394_81);
        close(queue.utilization, 0.988_075_440_1);
    }

    #[test]
    fn leaving_hardly_ever_is_erlang_c_and_a_huge_load_does_not_overflow() {
        let patient = erlang_a(4.5, 1.0, 5, 1e-7);
        assert!((patient.mean_waiting - 6.862_438_987).abs() < 1e-4);
        // Overloaded by a fifth with 1,000 servers: a fluid in which one in six leaves.
        let busy = erlang_a(1200.0, 1.0, 1000, 0.25);
        assert!((busy.abandoned - 1.0 / 6.0).abs() < 1e-6);
        assert!(erlang_b(5000, 4800.0).is_finite());
    }
}
