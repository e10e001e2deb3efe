//! Known answers, and tests of neighbouring addresses along every axis.
//!
//! Every statistical test has a fixed seed, so it passes always or never; the stated rate is the probability with
//! which a perfect generator would have failed it when it was written.

use std::collections::BTreeSet;

use rand::Rng;

use super::{Key, Place, Purpose, Replication};

/// A function from a counter to a number, along one axis of the address with all else fixed.
type Axis = (&'static str, Box<dyn Fn(u64) -> u64>);

fn tip() -> Key {
    Replication::new(7, 3).key(Place::new(Purpose::Tip, "hotline"), &[4711, 0])
}

fn effort() -> Place {
    Place::new(Purpose::Effort, "imaging")
}

fn first(key: Key) -> u64 {
    key.stream(effort(), 0, 0).next_u64()
}

/// Every way in which two addresses can be neighbours.
fn axes() -> Vec<Axis> {
    let tips = || Place::new(Purpose::Tip, "hotline");
    let numbered = |n: u64| Place::new(Purpose::Effort, &format!("stage-{n}"));
    vec![
        ("seed", Box::new(move |n| first(Replication::new(n, 3).key(tips(), &[4711, 0])))),
        ("replication", Box::new(move |n| first(Replication::new(7, n).key(tips(), &[4711, 0])))),
        ("input draw", Box::new(move |n| first(Replication::of_inputs(7, n).key(tips(), &[0])))),
        ("epoch", Box::new(move |n| first(Replication::new(7, 3).key(tips(), &[n, 0])))),
        ("tip", Box::new(move |n| first(Replication::new(7, 3).key(tips(), &[4711, n])))),
        ("source epoch", Box::new(move |n| Replication::new(7, 3).stream(tips(), n, 0).next_u64())),
        ("name", Box::new(move |n| tip().stream(numbered(n), 0, 0).next_u64())),
        ("job", Box::new(|n| tip().stream(effort(), n, 0).next_u64())),
        ("visit", Box::new(|n| tip().stream(effort(), 0, n).next_u64())),
        ("job and visit", Box::new(|n| tip().stream(effort(), n, n).next_u64())),
        ("large job", Box::new(|n| tip().stream(effort(), n << 32, 0).next_u64())),
        ("branch", Box::new(|n| tip().draw(effort(), 0, 0).branch(n).stream().next_u64())),
        ("second number", Box::new(|n| second(tip(), n))),
        ("two sources", Box::new(move |n| first(Replication::new(7, 3).key(source(n), &[n / 2, 0])))),
        ("two purposes", Box::new(|n| tip().stream(purpose(n), 0, n / 2).next_u64())),
    ]
}

fn second(key: Key, visit: u64) -> u64 {
    let mut stream = key.stream(effort(), 0, visit / 2);
    let first = stream.next_u64();
    if visit.is_multiple_of(2) { first } else { stream.next_u64() }
}

fn source(n: u64) -> Place {
    Place::new(Purpose::Tip, if n.is_multiple_of(2) { "hotline" } else { "platform" })
}

fn purpose(n: u64) -> Place {
    Place::new(if n.is_multiple_of(2) { Purpose::Effort } else { Purpose::Delay }, "imaging")
}

#[test]
fn known_answers() {
    // Worked out by a second implementation in another language. These change only together with every stored result of the program.
    assert_eq!(effort(), Place(0xda33_9b06_8785_a358));
    assert_eq!(Replication::new(0, 0).stream(effort(), 0, 0).next_u64(), 0x5273_7145_388f_f471);
    assert_eq!(Replication::of_inputs(0, 0).stream(effort(), 0, 0).next_u64(), 0x5505_cc4d_a24d_c0c2);
    assert_eq!(first(tip()), 0x2b66_8af6_8982_2909);
    let mut stream = tip().draw(effort(), 2, 1).branch(1).stream();
    assert_eq!([stream.next_u64(), stream.next_u64()], [0x0ea8_0604_35f7_e1b1, 0xfe32_bfb3_edd8_076b]);
    assert_eq!(tip().stream(effort(), 0, 1).open01(), 0.956_504_365_435_474);
    assert_eq!(tip().stream(effort(), 0, 1).below(1000), 956);
    // The two ziggurats are recorded from this program: they pin the crate that draws them.
    assert_eq!(tip().stream(effort(), 0, 1).standard_normal(), 1.464_268_936_882_025_6);
    assert_eq!(tip().stream(effort(), 0, 1).exp1(), 1.720_671_744_000_352_7);
}

/// Pairs of neighbours fall evenly into 32 x 32 cells, by their leading and by their trailing bits.
///
/// 30 statistics with 1023 degrees of freedom, each refused beyond 5 standard deviations on either side (a little
/// more than 1e-6 for this skewness): error rate below 1e-4.
#[test]
fn neighbours_are_independent() {
    const PAIRS: u64 = 1 << 17;
    for (name, value) in axes() {
        let values: Vec<u64> = (0..2 * PAIRS).map(value).collect();
        for (end, shift) in [("leading", 59), ("trailing", 0)] {
            let mut cells = [0_u32; 1024];
            for pair in values.chunks(2) {
                let cell = |word: u64| (word >> shift & 31) as usize;
                cells[32 * cell(pair[0]) + cell(pair[1])] += 1;
            }
            let expected = PAIRS as f64 / 1024.0;
            let square: f64 = cells.iter().map(|&n| (f64::from(n) - expected).powi(2) / expected).sum();
            let deviation = (square - 1023.0) / (2.0 * 1023.0_f64).sqrt();
            assert!(deviation.abs() < 5.0, "{name}, {end} bits: {deviation:.2} standard deviations");
        }
    }
}

/// Flipping one bit of an ordinal flips each bit of the result half the time.
///
/// 10 axes with 64 x 64 pairs of bits, each over 4096 addresses, refused beyond 6 standard deviations (2e-9): error
/// rate below 1e-4.
#[test]
fn every_bit_reaches_every_bit() {
    const BASES: u64 = 4096;
    for (name, value) in axes() {
        if ["name", "second number", "two sources", "two purposes", "large job"].contains(&name) {
            continue; // not functions of all 64 bits
        }
        for bit in 0..64 {
            let mut flips = [0_u32; 64];
            for base in 0..BASES {
                let changed = value(base) ^ value(base ^ 1 << bit);
                for (place, count) in flips.iter_mut().enumerate() {
                    *count += (changed >> place & 1) as u32;
                }
            }
            // Bases 0..4096 hold both ends of a flip of one of the low 12 bits: half as many independent ones.
            let independent = if bit < 12 { BASES / 2 } else { BASES } as f64;
            for (place, &count) in flips.iter().enumerate() {
                let share = f64::from(count) / BASES as f64;
                let deviation = (share - 0.5) * 2.0 * independent.sqrt();
                assert!(deviation.abs() < 6.0, "{name}: bit {bit} to {place}: {deviation:.2}");
            }
        }
    }
}

/// Two million addresses that differ in small ordinals only have different first numbers.
///
/// Of independent 64-bit numbers two would agree with probability 1e-7.
#[test]
fn addresses_do_not_collide() {
    let places = [effort(), Place::new(Purpose::Delay, "imaging"), Place::new(Purpose::Effort, "review")];
    let mut seen = BTreeSet::new();
    let mut expected = 0;
    for seed in 0..4 {
        for replication in 0..8 {
            let replication = Replication::new(seed, replication);
            for epoch in 0..100 {
                for place in places {
                    let key = replication.key(place, &[epoch, 0]);
                    for (a, b) in (0..14).flat_map(|a| (0..14).map(move |b| (a, b))) {
                        seen.insert(key.stream(place, a, b).next_u64());
                        expected += 1;
                    }
                }
            }
        }
    }
    assert_eq!(seen.len(), expected);
}

#[test]
fn names_are_told_apart() {
    let joined = |names: &[&str]| Place::joined(Purpose::InitialCase, names);
    let places = [
        joined(&["ab", "c"]),
        joined(&["a", "bc"]),
        joined(&["abc"]),
        joined(&["abc", ""]),
        joined(&["abc\0"]),
        joined(&[]),
        Place::new(Purpose::Tip, "abc"),
    ];
    assert_eq!(places.iter().collect::<BTreeSet<_>>().len(), places.len());
    assert_eq!(Place::new(Purpose::InitialCase, "abc"), joined(&["abc"]));
}

/// Mean and variance of the three variates over neighbouring addresses.
///
/// Six statistics beyond 5 standard errors: error rate below 4e-6.
#[test]
fn variates_have_their_moments() {
    const N: u64 = 200_000;
    let streams = || (0..N).map(|n| tip().stream(effort(), 0, n));
    // (values, mean, variance, fourth central moment)
    let cases: [(Vec<f64>, f64, f64, f64); 3] = [
        (streams().map(|mut s| s.open01()).collect(), 0.5, 1.0 / 12.0, 1.0 / 80.0),
        (streams().map(|mut s| s.standard_normal()).collect(), 0.0, 1.0, 3.0),
        (streams().map(|mut s| s.exp1()).collect(), 1.0, 1.0, 9.0),
    ];
    for (values, mean, variance, fourth) in cases {
        let n = N as f64;
        let found = values.iter().sum::<f64>() / n;
        let spread = values.iter().map(|x| (x - mean).powi(2)).sum::<f64>() / n;
        assert!((found - mean).abs() < 5.0 * (variance / n).sqrt(), "mean {found} instead of {mean}");
        let error = ((fourth - variance * variance) / n).sqrt();
        assert!((spread - variance).abs() < 5.0 * error, "variance {spread} instead of {variance}");
    }
}

#[test]
fn below_is_even_and_never_reaches_its_bound() {
    let mut counts = [0_u32; 7];
    for n in 0..70_000 {
        counts[tip().stream(effort(), 0, n).below(7) as usize] += 1;
    }
    // Seven counts beyond 5 standard deviations: error rate 4e-6.
    assert!(counts.iter().all(|&count| (f64::from(count) - 10_000.0).abs() < 5.0 * 92.6), "{counts:?}");
}

#[test]
fn bytes_are_the_words_in_little_endian_order() {
    let mut bytes = [0; 11];
    tip().stream(effort(), 0, 0).fill_bytes(&mut bytes);
    let mut stream = tip().stream(effort(), 0, 0);
    let words = [stream.next_u64().to_le_bytes(), stream.next_u64().to_le_bytes()].concat();
    assert_eq!(bytes[..], words[..11]);
}

/// All purposes.
const PURPOSES: [Purpose; 36] = {
    use Purpose::{
        AbsenceGap, AbsenceLength, Assessment, BatchSize, Bundle, BurstGap, BurstOffset, BurstSize, BurstTip,
        DayMultiplier, Delay, Design, Devices, Effort, Escalation, Filling, Gap, InitialAge, InitialCase,
        InitialWaited, InputDraw, Leaving, Link, LinkTarget, Patience, RandomOrder, Reopening,
        ReopeningTarget, RepeatGap, RepeatTip, ReplayedTip, Resampling, Retention, Route, Tip, TipClass,
    };
    [
        Tip,
        BurstTip,
        ReplayedTip,
        InitialCase,
        RepeatTip,
        Gap,
        BatchSize,
        DayMultiplier,
        BurstGap,
        BurstSize,
        BurstOffset,
        TipClass,
        Bundle,
        Retention,
        Link,
        LinkTarget,
        Escalation,
        Reopening,
        ReopeningTarget,
        Devices,
        Effort,
        Delay,
        Patience,
        Route,
        Assessment,
        RandomOrder,
        RepeatGap,
        Leaving,
        AbsenceGap,
        AbsenceLength,
        Filling,
        InitialAge,
        InitialWaited,
        InputDraw,
        Resampling,
        Design,
    ]
};

/// The first number of each purpose at one address, worked out by a second implementation: they change only together with every stored result.
#[test]
fn values_of_every_purpose_are_stable() {
    let declared =
        include_str!("purpose.rs").lines().filter(|line| line.ends_with(',') && line.contains(" = "));
    assert_eq!(declared.count(), PURPOSES.len(), "a purpose is missing from the list");
    let value = |purpose| tip().stream(Place::new(purpose, "imaging"), 2, 1).open01();
    let found: Vec<String> = PURPOSES.map(|purpose| format!("{purpose:?}: {}", value(purpose))).to_vec();
    assert_eq!(found.join("\n"), include_str!("values.txt").trim_end());
}
