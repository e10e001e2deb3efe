//! One server with any law of service, and any number of servers with constant service.

/// The first three moments of a time: E S, E S², E S³.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Moments {
    /// E S.
    pub first: f64,
    /// E S².
    pub second: f64,
    /// E S³; infinite or unknown only spoils the standard deviation of the wait.
    pub third: f64,
}

impl Moments {
    /// A constant.
    pub fn constant(mean: f64) -> Moments {
        Moments { first: mean, second: mean.powi(2), third: mean.powi(3) }
    }

    /// An exponential law.
    pub fn exponential(mean: f64) -> Moments {
        Moments { first: mean, second: 2.0 * mean.powi(2), third: 6.0 * mean.powi(3) }
    }

    /// A gamma law with this variance over squared mean.
    pub fn gamma(mean: f64, scv: f64) -> Moments {
        let second = mean.powi(2) * (1.0 + scv);
        Moments { first: mean, second, third: second * mean * (1.0 + 2.0 * scv) }
    }

    /// A lognormal law with this variance over squared mean.
    pub fn lognormal(mean: f64, scv: f64) -> Moments {
        Moments { first: mean, second: mean.powi(2) * (1.0 + scv), third: mean.powi(3) * (1.0 + scv).powi(3) }
    }
}

/// The wait in M/G/1.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Wait {
    /// Its mean.
    pub mean: f64,
    /// Its standard deviation.
    pub sd: f64,
}

/// The wait in M/G/1, first come, first served: E W = λ E S²/(2(1−ρ)), E W² = 2(E W)² + λ E S³/(3(1−ρ))
/// (Pollaczek 1930, Khinchine 1932; Takács, Operations Research 10:1, 1962). None when overloaded.
/// Example: λ = 0.7, lognormal service with mean 1 and scv 2 gives 3.5 and 5.766281297.
pub fn mg1_wait(arrival: f64, service: &Moments) -> Option<Wait> {
    let idle = 1.0 - arrival * service.first;
    let mean = arrival * service.second / (2.0 * idle);
    let variance = mean * mean + arrival * service.third / (3.0 * idle);
    (idle > 0.0).then(|| Wait { mean, sd: variance.sqrt() })
}

/// P(wait ≤ x) in M/D/1, first come, first served. None when overloaded.
///
/// Erlang's formula of 1909 alternates in sign and loses all digits for long waits; this is Franx's sum
/// (Operations Research Letters 29:221, 2001), whose terms are all positive: with m the whole number of services
/// in x and one more, `e^{−λ(mD−x)} Σ_{j<m} Q_{m−1−j} (λ(mD−x))^j/j!`, where `Q_i` = P(at most i + 1 in the system).
pub fn md1_wait_cdf(arrival: f64, service: f64, x: f64) -> Option<f64> {
    let rho = arrival * service;
    if rho.is_nan() || rho >= 1.0 {
        return None;
    }
    if x < 0.0 {
        return Some(0.0);
    }
    let m = (x / service).floor() as usize + 1;
    let p = md1_numbers(rho, m);
    let at_most: Vec<f64> = p.iter().scan(0.0, |sum, p| Some(add(sum, *p))).collect();
    let rest = arrival * (m as f64 * service - x);
    let mut weight = (-rest).exp();
    let mut below = 0.0;
    for j in 0..m {
        below += weight * at_most[m - j];
        weight *= rest / (j as f64 + 1.0);
    }
    Some(below.min(1.0))
}

fn add(sum: &mut f64, term: f64) -> f64 {
    *sum += term;
    *sum
}

/// P(n in the system), n = 0..=most, of M/D/1 by cuts between n − 1 and n: what crosses it upwards in a service
/// crosses it downwards, a sum without subtraction.
fn md1_numbers(rho: f64, most: usize) -> Vec<f64> {
    let tails = poisson_tails(rho, most + 1);
    let none = (-rho).exp();
    let mut p = vec![1.0 - rho];
    for n in 1..=most {
        // From 0 the service starts with the next arrival; from k ≥ 1 one leaves, so n − k + 1 must come.
        let up: f64 = (1..n).map(|k| p[k] * tails[n - k + 1]).sum::<f64>() + p[0] * tails[n];
        p.push(up / none);
    }
    p
}

/// P(Poisson(mean) ≥ n), n = 0..=most, summed from the far end, where the terms are small.
fn poisson_tails(mean: f64, most: usize) -> Vec<f64> {
    let mut term = (-mean).exp();
    let mut terms = vec![term];
    // A term beyond the mean that no longer changes the sum, and all those wanted.
    while terms.len() <= most || (terms.len() as f64) < mean || term > 1e-18 * terms[most] {
        term *= mean / terms.len() as f64;
        terms.push(term);
        if term == 0.0 && terms.len() > most {
            break;
        }
    }
    let mut tail = 0.0;
    for term in terms.iter_mut().rev() {
        tail += *term;
        *term = tail;
    }
    terms.truncate(most + 1);
    terms
}

/// The steady state of M/D/c.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ConstantService {
    /// The mean wait, those who need not wait included.
    pub mean_wait: f64,
    /// The share of arrivals that must wait.
    pub wait_probability: f64,
}

/// M/D/c, first come, first served (Crommelin, Post Office Electrical Engineers' Journal 25:41, 1932), in the
/// form Spitzer's identity gives it: every c-th arrival goes to the same server, so the wait is the maximum of a walk
/// with steps D − Erlang(c, λ), and with a = λD and `T_n(k)` = P(Poisson(na) ≥ k)
///
/// `E W = Σ_{n≥1} (D T_n(nc) − c/λ T_n(nc+1))` and `P(W = 0) = exp(−Σ_{n≥1} T_n(nc)/n)`.
///
/// None when overloaded. Example: λ = 4.5, D = 1, c = 5 gives 0.7766951582 and 0.7478285461.
pub fn mdc(arrival: f64, service: f64, servers: usize) -> Option<ConstantService> {
    let load = arrival * service;
    let c = servers as f64;
    if load.is_nan() || load >= c {
        return None;
    }
    if load == 0.0 {
        return Some(ConstantService { mean_wait: 0.0, wait_probability: 0.0 });
    }
    let (mut mean_wait, mut late) = (0.0, 0.0);
    for n in 1_u32.. {
        let steps = f64::from(n);
        let (at, above) = poisson_tail_at(steps * load, steps * c);
        let term = service * (at - c / load * above);
        mean_wait += term;
        late += at / steps;
        // T_n falls at least geometrically, by the factor below; the rest of both sums is bounded by it.
        let fall = (c - load + c * (load / c).ln()).exp();
        if at * service <= 1e-15 * mean_wait * (1.0 - fall) {
            break;
        }
    }
    Some(ConstantService { mean_wait, wait_probability: -(-late).exp_m1() })
}

/// P(Poisson(mean) ≥ k) and P(Poisson(mean) ≥ k + 1) for whole k above the mean.
fn poisson_tail_at(mean: f64, k: f64) -> (f64, f64) {
    let first = (k * mean.ln() - mean - ln_factorial(k)).exp();
    let (mut above, mut term, mut j) = (0.0, first, k);
    loop {
        j += 1.0;
        term *= mean / j;
        above += term;
        if term <= 1e-17 * above {
            return (first + above, above);
        }
    }
}

/// ln k! by Stirling's series, whose next term is below 1e-15 from k = 16 on; below, the product.
fn ln_factorial(k: f64) -> f64 {
    if k < 16.0 {
        return (2..=k as u32).map(|i| f64::from(i).ln()).sum();
    }
    let k2 = k * k;
    let series = (1.0 / 12.0
        - (1.0 / 360.0 - (1.0 / 1260.0 - (1.0 / 1680.0 - 1.0 / (1188.0 * k2)) / k2) / k2) / k2)
        / k;
    (k + 0.5) * k.ln() - k + 0.5 * (2.0 * std::f64::consts::PI).ln() + series
}

#[cfg(test)]
mod tests {
    use super::*;

    fn close(found: f64, wanted: f64) {
        assert!((found - wanted).abs() <= 2e-9 * wanted.abs(), "found {found}, wanted {wanted}");
    }

    #[test]
    fn pollaczek_and_khinchine() {
        let lognormal = mg1_wait(0.7, &Moments::lognormal(1.0, 2.0)).unwrap();
        close(lognormal.mean, 3.5);
        close(lognormal.sd, 5.766_281_297);
        close(mg1_wait(0.8, &Moments::gamma(1.0, 1.0 / 3.0)).unwrap().mean, 2.666_666_667);
        // Hyperexponential: 0.2 with rate 0.4, 0.8 with rate 1.6; E S² = 3.125.
        let mixed = Moments { first: 1.0, second: 3.125, third: 6.0 * (0.2 / 0.064 + 0.8 / 4.096) };
        close(mg1_wait(0.8, &mixed).unwrap().mean, 6.25);
        let constant = mg1_wait(0.8, &Moments::constant(1.0)).unwrap();
        close(constant.mean, 2.0);
        close(constant.sd, 2.309_401_077);
        // M/M/1: wait 4; it is 0 with probability 0.2 and else exponential with mean 5, so its sd is √24.
        close(mg1_wait(0.8, &Moments::exponential(1.0)).unwrap().sd, 24.0_f64.sqrt());
        assert_eq!(mg1_wait(1.0, &Moments::constant(1.0)), None);
    }

    #[test]
    fn the_moments_of_gamma_and_exponential_agree_where_they_are_the_same_law() {
        assert_eq!(Moments::gamma(2.0, 1.0), Moments::exponential(2.0));
        assert_eq!(Moments::gamma(2.0, 0.0), Moments::constant(2.0));
    }

    #[test]
    fn waits_for_constant_service() {
        let cdf = |x| md1_wait_cdf(0.8, 1.0, x).unwrap();
        close(cdf(0.0), 0.2);
        close(cdf(1.0), 0.445_108_185_7);
        close(cdf(2.0), 0.634_519_936_3);
        close(cdf(5.0), 0.899_502_761_8);
        // Units: hours or minutes are the same queue.
        close(md1_wait_cdf(0.8 / 60.0, 60.0, 100.0).unwrap(), cdf(100.0 / 60.0));
        assert_eq!((cdf(-1.0), md1_wait_cdf(1.0, 1.0, 1.0)), (0.0, None));
    }

    #[test]
    fn the_law_of_long_waits_keeps_its_digits() {
        // Its mean is the integral of the tail: 2.0 for load 0.8, by Simpson's rule on [0, 80], smooth pieces of 1.
        let tail = |x: f64| 1.0 - md1_wait_cdf(0.8, 1.0, x).unwrap();
        let piece = |i: i32| {
            let at = |k: i32| tail((f64::from(i) + f64::from(k) / 16.0).min(f64::from(i + 1) - 1e-12));
            let inner: f64 = (1..16).map(|k| f64::from(2 + 2 * (k % 2)) * at(k)).sum();
            (at(0) + inner + at(16)) / 48.0
        };
        let mean: f64 = (0..80).map(piece).sum();
        assert!((mean - 2.0).abs() < 1e-6, "{mean}");
    }

    #[test]
    fn crommelins_queue() {
        let five = mdc(4.5, 1.0, 5).unwrap();
        close(five.mean_wait, 0.776_695_158_2);
        close(five.wait_probability, 0.747_828_546_1);
        let one = mdc(0.8, 1.0, 1).unwrap();
        close(one.mean_wait, 2.0);
        close(one.wait_probability, 0.8);
        close(mdc(0.98 / 7.0, 7.0, 1).unwrap().mean_wait, 7.0 * 0.98 / (2.0 * 0.02));
        assert_eq!(mdc(5.0, 1.0, 5), None);
        assert_eq!(mdc(0.0, 1.0, 5).unwrap().mean_wait, 0.0);
    }
}
