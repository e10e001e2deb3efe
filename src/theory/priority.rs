//! Classes that go ahead of each other, class 0 first of all.

use super::erlang::Mmc;
use super::single::Moments;

/// A class of customers of one server.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Class {
    /// Its arrival rate.
    pub arrival: f64,
    /// The moments of its service.
    pub service: Moments,
}

impl Class {
    fn load(&self) -> f64 {
        self.arrival * self.service.first
    }

    /// What an arrival finds of a service under way, while this class is served: λ E S²/2.
    fn residual(&self) -> f64 {
        self.arrival * self.service.second / 2.0
    }
}

/// Mean wait of each class in M/G/1 whose service is never interrupted: `R/((1−σ_{k−1})(1−σ_k))`, with R the
/// residual work of all classes and `σ_k` the load of classes up to k (Cobham, Operations Research 2:70, 1954).
/// An overloaded server gives no answer for any class.
pub fn mg1_waits(classes: &[Class]) -> Vec<Option<f64>> {
    // Of an overloaded server the classes that cannot be served use what the others leave: their residual work
    // would have to be known, so nobody gets an answer.
    let residual: f64 = classes.iter().map(Class::residual).sum();
    let stable = classes.iter().map(Class::load).sum::<f64>() < 1.0;
    let (_, waits) = classes.iter().fold((0.0, Vec::new()), |(ahead, mut waits), class| {
        let with = ahead + class.load();
        waits.push(stable.then(|| residual / ((1.0 - ahead) * (1.0 - with))));
        (with, waits)
    });
    waits
}

/// Mean time in the system of each class in M/G/1 whose service is interrupted by classes ahead and resumed where
/// it was: `(E S_k (1−σ_k) + R_k)/((1−σ_{k−1})(1−σ_k))`, `R_k` the residual work of classes up to k (White &
/// Christie, Operations Research 6:79, 1958). Classes behind do not matter: each has an answer as long as the load
/// of it and those ahead is below 1.
pub fn mg1_times_preemptive(classes: &[Class]) -> Vec<Option<f64>> {
    let (mut ahead, mut residual) = (0.0, 0.0);
    let time = |class: &Class| {
        let with = ahead + class.load();
        residual += class.residual();
        let time = (class.service.first * (1.0 - with) + residual) / ((1.0 - ahead) * (1.0 - with));
        ahead = with;
        (with < 1.0).then_some(time)
    };
    classes.iter().map(time).collect()
}

/// Mean wait of each class in M/M/c with one service rate, never interrupted: `C/(cμ(1−σ_{k−1})(1−σ_k))` (Cobham
/// 1954; Kella & Yechiali, Management Science 31:1, 1985). None when overloaded.
pub fn mmc_waits(arrivals: &[f64], service: f64, servers: usize) -> Option<Vec<f64>> {
    let capacity = service * servers as f64;
    let all = Mmc::new(arrivals.iter().sum(), service, servers)?;
    let mut ahead = 0.0;
    let wait = |arrival: &f64| {
        let with = ahead + arrival / capacity;
        let wait = all.wait_probability() / (capacity * (1.0 - ahead) * (1.0 - with));
        ahead = with;
        wait
    };
    Some(arrivals.iter().map(wait).collect())
}

/// Mean time in the system of each class in M/M/c with one service rate, interrupted and resumed: classes up to k
/// see an M/M/c of their own, so `T_k = (L_k − L_{k−1})/λ_k` (Buzen & Bondi, Operations Research 31:456, 1983).
/// A class has no mean time when it and those ahead overload the servers.
pub fn mmc_times_preemptive(arrivals: &[f64], service: f64, servers: usize) -> Vec<Option<f64>> {
    let (mut ahead, mut number_ahead) = (0.0, Some(0.0));
    let time = |arrival: &f64| {
        ahead += arrival;
        let before = number_ahead;
        number_ahead = Mmc::new(ahead, service, servers).map(|queue| queue.mean_number());
        Some((number_ahead? - before?) / arrival)
    };
    arrivals.iter().map(time).collect()
}

/// Mean wait of each class in M/G/1, never interrupted, where the urgency of a waiting customer grows by the `gain` of its
/// class and the most urgent is served next (delay-dependent or accumulating priority: Kleinrock, Naval Research
/// Logistics Quarterly 11:329, 1964; Stanford, Taylor & Ziedins, Queueing Systems 77:297, 2014):
///
/// `W_p (1 − Σ_{b_i>b_p} ρ_i (1−b_p/b_i)) = W − Σ_{b_i<b_p} ρ_i W_i (1−b_i/b_p)`, with W the wait if all had equal gains.
///
/// None when overloaded. Example: two classes with λ = 0.4, E S = 1 exponential, gains 2 and 1 have waits 3 and 5.
pub fn ageing_waits(classes: &[(Class, f64)]) -> Option<Vec<f64>> {
    let loads: Vec<(f64, f64)> = classes.iter().map(|(class, gain)| (class.load(), *gain)).collect();
    let idle = 1.0 - loads.iter().map(|(load, _)| load).sum::<f64>();
    let residual: f64 = classes.iter().map(|(class, _)| class.residual()).sum();
    (idle > 0.0).then(|| ageing(&loads, residual / idle))
}

/// The same for M/M/c with one service rate (Sharif, Stanford, Taylor & Ziedins, Operations Research for Health Care
/// 3:73, 2014): only the wait under equal gains, Erlang's, is another. Arrival rate and gain of each class.
pub fn mmc_ageing_waits(classes: &[(f64, f64)], service: f64, servers: usize) -> Option<Vec<f64>> {
    let all = Mmc::new(classes.iter().map(|(arrival, _)| arrival).sum(), service, servers)?;
    let capacity = service * servers as f64;
    let loads: Vec<(f64, f64)> = classes.iter().map(|(arrival, gain)| (arrival / capacity, *gain)).collect();
    Some(ageing(&loads, all.mean_wait()))
}

/// Waits from loads and gains, and the wait under equal gains.
fn ageing(classes: &[(f64, f64)], equal: f64) -> Vec<f64> {
    // The classes that gain least come first: the others' waits follow from theirs.
    let mut order: Vec<usize> = (0..classes.len()).collect();
    order.sort_by(|a, b| classes[*a].1.total_cmp(&classes[*b].1));
    let mut waits = vec![0.0; classes.len()];
    for p in order {
        let gain = classes[p].1;
        let (mut less, mut share) = (equal, 1.0);
        for (i, (load, other)) in classes.iter().enumerate() {
            if *other < gain {
                less -= load * waits[i] * (1.0 - other / gain);
            } else if *other > gain {
                share -= load * (1.0 - gain / other);
            }
        }
        waits[p] = less / share;
    }
    waits
}

/// Mean wait in M/M/1 when the shortest service is always next, never interrupted (Phipps, Operations Research 4:76,
/// 1956): Cobham's formula with a class for every length, `∫ R/(1−σ(x))² dF(x)`, σ(x) the load of services up to x. None
/// when overloaded. Example: λ = 0.8, μ = 1 gives 1.8822186.
pub fn shortest_first_wait(arrival: f64, service: f64) -> Option<f64> {
    let rho = arrival / service;
    let density = |x: f64| {
        let sigma = rho * (1.0 - (-x).exp() * (1.0 + x));
        (-x).exp() / (1.0 - sigma).powi(2)
    };
    // Simpson on [0, 60]: beyond, e^{−x} is no longer seen beside 1.
    let parts = 24_000;
    let width = 60.0 / f64::from(parts);
    let inner: f64 = (1..parts).map(|i| f64::from(2 + 2 * (i % 2)) * density(width * f64::from(i))).sum();
    let integral = width / 3.0 * (density(0.0) + inner + density(60.0));
    (rho < 1.0).then_some(rho / service * integral)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn agree(found: &[Option<f64>], wanted: &[f64]) {
        assert_eq!(found.len(), wanted.len());
        for (found, wanted) in found.iter().zip(wanted) {
            let found = found.unwrap();
            assert!((found - wanted).abs() <= 2e-9 * wanted, "found {found}, wanted {wanted}");
        }
    }

    fn three() -> [Class; 3] {
        [
            Class { arrival: 0.2, service: Moments::exponential(1.0) },
            Class { arrival: 0.3, service: Moments::constant(0.8) },
            Class { arrival: 0.25, service: Moments::gamma(1.2, 2.0) },
        ]
    }

    #[test]
    fn cobhams_classes_and_the_conservation_of_work() {
        let waits = mg1_waits(&three());
        agree(&waits, &[1.045, 1.866_071_429, 5.741_758_242]);
        // Kleinrock: Σ ρ W is the same in every order of service.
        let work: f64 = three().iter().zip(&waits).map(|(class, wait)| class.load() * wait.unwrap()).sum();
        assert!((work - 2.379_384_615).abs() < 1e-9);
        let mut busy = three().to_vec();
        busy[2].arrival = 0.5;
        assert_eq!(mg1_waits(&busy)[0], None);
    }

    #[test]
    fn interrupted_classes_do_not_feel_those_behind() {
        agree(&mg1_times_preemptive(&three()), &[1.25, 1.660_714_286, 7.884_615_385]);
        let mut busy = three().to_vec();
        busy[2].arrival = 5.0;
        let times = mg1_times_preemptive(&busy);
        agree(&times[..2], &[1.25, 1.660_714_286]);
        assert_eq!(times[2], None);
    }

    #[test]
    fn many_servers_with_classes() {
        let waits = mmc_waits(&[1.0, 2.0, 1.5], 1.0, 5).unwrap();
        agree(
            &waits.iter().copied().map(Some).collect::<Vec<_>>(),
            &[0.190_623_305_2, 0.476_558_263, 3.812_466_104],
        );
        let all = [1.0, 2.0, 1.5].iter().zip(&waits).map(|(rate, wait)| rate * wait).sum::<f64>() / 4.5;
        assert!((all - Mmc::new(4.5, 1.0, 5).unwrap().mean_wait()).abs() < 1e-12);
        assert_eq!(mmc_waits(&[3.0, 2.0], 1.0, 5), None);

        agree(
            &mmc_times_preemptive(&[1.0, 2.0, 1.5], 1.0, 5),
            &[1.000_957_854, 1.176_634_775, 5.338_807_721],
        );
        assert_eq!(mmc_times_preemptive(&[1.0, 7.0, 1.0], 1.0, 5)[1..], [None, None]);
    }

    #[test]
    fn classes_that_gain_on_each_other() {
        let class = Class { arrival: 0.4, service: Moments::exponential(1.0) };
        let waits = |gains: [f64; 2]| ageing_waits(&[(class, gains[0]), (class, gains[1])]).unwrap();
        agree(&waits([2.0, 1.0]).into_iter().map(Some).collect::<Vec<_>>(), &[3.0, 5.0]);
        // Equal gains are first come, first served; no gain at all is Cobham's lower class.
        agree(&waits([3.0, 3.0]).into_iter().map(Some).collect::<Vec<_>>(), &[4.0, 4.0]);
        let strict = mg1_waits(&[class, class]);
        let wanted: Vec<f64> = strict.into_iter().flatten().collect();
        agree(&waits([1.0, 0.0]).into_iter().map(Some).collect::<Vec<_>>(), &wanted);
        // The order in which they are named does not matter, and neither does the unit of gain.
        assert!((waits([1.0, 2.0])[1] - waits([20.0, 10.0])[0]).abs() < 1e-12);
        assert_eq!(ageing_waits(&[(Class { arrival: 1.0, ..class }, 1.0)]), None);
    }

    #[test]
    fn many_servers_and_gains_conserve_work() {
        let waits = mmc_ageing_waits(&[(1.0, 4.0), (2.0, 2.0), (1.5, 1.0)], 1.0, 5).unwrap();
        let all = [1.0, 2.0, 1.5].iter().zip(&waits).map(|(rate, wait)| rate * wait).sum::<f64>() / 4.5;
        assert!((all - 1.524_986_441).abs() < 1e-9);
        assert!(waits[0] < waits[1] && waits[1] < waits[2]);
        let strict = mmc_ageing_waits(&[(1.0, 1e24), (2.0, 1e12), (1.5, 1.0)], 1.0, 5).unwrap();
        agree(
            &strict.into_iter().map(Some).collect::<Vec<_>>(),
            &mmc_waits(&[1.0, 2.0, 1.5], 1.0, 5).unwrap(),
        );
        assert_eq!(mmc_ageing_waits(&[(5.0, 1.0)], 1.0, 5), None);
    }

    #[test]
    fn the_shortest_first() {
        let wait = shortest_first_wait(0.8, 1.0).unwrap();
        assert!((wait - 1.882_218_616).abs() < 1e-9, "{wait}");
        assert_eq!(shortest_first_wait(1.0, 1.0), None);
    }
}
