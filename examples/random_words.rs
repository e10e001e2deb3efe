//! Random words in the orders in which a simulation may meet them, for a battery of tests.
//!
//! A generator that is good along one sequence may still be bad across many short ones, and here each draw has an
//! address of its own. So the words are written in many orders: along one stream, and across everything an address
//! is made of, with neighbours next to each other.
//!
//! `random_words ORDER high|low` writes 32-bit words to stdout until nobody reads them any more: the leading half of
//! each 64-bit word, or the trailing half with its last bit first, since batteries look at leading bits most.
//! `tests/testu01/run.sh` reads them. Without arguments it counts the ones among the first words of each order.

#![allow(clippy::print_stdout, reason = "an example shows its result")]

use std::error::Error;
use std::io::{ErrorKind, Write, stdout};

use caseload::random::{Key, Place, Purpose, Replication, Stream};
use rand::Rng;

/// An order: its name, what it walks along, and the words, which never end.
type Order = (&'static str, &'static str, fn() -> Box<dyn FnMut() -> u64>);

const ORDERS: &[Order] = &[
    ("stream", "one stream after its first word", along_one_stream),
    ("lanes", "1,024 streams of neighbouring cases, in turn", || {
        let mut lanes: Vec<Stream> = (0..1024).map(|n| case(root(), n).stream(effort(), 0, 0)).collect();
        counted(move |n| lanes[(n % 1024) as usize].next_u64())
    }),
    ("cases", "the effort of each case", || counted(|n| first(case(root(), n)))),
    ("tips", "the tips of one epoch", || {
        let tips = Place::new(Purpose::Tip, "hotline");
        counted(move |n| first(root().key(tips, &[4711, n])))
    }),
    ("purposes", "all purposes of a case, then of the next one", || {
        let places = places();
        let many = places.len() as u64;
        counted(move |n| case(root(), n / many).stream(places[(n % many) as usize], 0, 0).next_u64())
    }),
    ("visits", "the visits of one case to one stage", || counted(|n| word(0, n))),
    ("jobs", "the devices of one case", || counted(|n| word(n, 0))),
    ("gaps", "the gaps of one source", || {
        let gaps = Place::new(Purpose::Gap, "hotline");
        counted(move |n| root().stream(gaps, n, 0).next_u64())
    }),
    ("branches", "the branches of one draw, as mixtures make them", || {
        let draw = case(root(), 4711).draw(effort(), 0, 0);
        counted(move |n| draw.branch(n).stream().next_u64())
    }),
    ("replications", "the same draw in each replication", || {
        counted(|n| first(case(Replication::new(1, n), 4711)))
    }),
    ("seeds", "the same draw under each seed", || counted(|n| first(case(Replication::new(n, 0), 4711)))),
    ("inputs", "the same unknown value in each draw of the inputs", || {
        let place = Place::new(Purpose::InputDraw, "pool.examiner.availability");
        counted(move |n| Replication::of_inputs(1, n).stream(place, 0, 0).next_u64())
    }),
    ("all", "4 purposes of 64 cases and 4 visits in 16 replications, then the next seed", along_all),
];

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match arguments.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        [] => count_ones(),
        [order, end @ ("high" | "low")] => {
            let (.., words) =
                ORDERS.iter().find(|(name, ..)| *name == order).ok_or("there is no such order")?;
            write(words(), end == "high").map_err(Into::into)
        }
        _ => Err("give an order and one of high and low, or nothing".into()),
    }
}

/// Until the reader has enough.
fn write(mut words: Box<dyn FnMut() -> u64>, high: bool) -> std::io::Result<()> {
    let mut out = stdout().lock();
    let mut bytes = vec![0_u8; 1 << 16];
    loop {
        for place in bytes.chunks_exact_mut(4) {
            let word = words();
            let half = if high { word } else { word.reverse_bits() } >> 32;
            place.copy_from_slice(&(half as u32).to_le_bytes());
        }
        match out.write_all(&bytes) {
            Err(error) if error.kind() == ErrorKind::BrokenPipe => return Ok(()),
            written => written?,
        }
    }
}

/// Fair coins show ones in half of all bits. Thirteen counts beyond five standard errors: error rate 1e-5.
fn count_ones() -> Result<(), Box<dyn Error>> {
    const WORDS: u32 = 1 << 16;
    for (name, what, words) in ORDERS {
        let mut words = words();
        let ones: u32 = (0..WORDS).map(|_| words().count_ones()).sum();
        let bits = f64::from(64 * WORDS);
        let errors = (f64::from(ones) - 0.5 * bits) / (0.25 * bits).sqrt();
        println!("{name:<13} {:.4} ones, {errors:+.1} standard errors ({what})", f64::from(ones) / bits);
        if errors.abs() > 5.0 {
            return Err(format!("{name}: {ones} ones").into());
        }
    }
    Ok(())
}

/// A function of 0, 1, 2, ..
fn counted(mut word: impl FnMut(u64) -> u64 + 'static) -> Box<dyn FnMut() -> u64> {
    let mut next = 0;
    Box::new(move || {
        next += 1;
        word(next - 1)
    })
}

fn along_one_stream() -> Box<dyn FnMut() -> u64> {
    let mut stream = case(root(), 4711).stream(effort(), 0, 0);
    Box::new(move || stream.next_u64())
}

/// The lowest bits of the counter choose the purpose, those above the case, and so on up to the seed.
fn along_all() -> Box<dyn FnMut() -> u64> {
    let places = [Purpose::TipClass, Purpose::Effort, Purpose::Patience, Purpose::Route]
        .map(|purpose| Place::new(purpose, "imaging"));
    counted(move |n| {
        let (place, number, visit, replication) = (n % 4, n >> 2 & 63, n >> 8 & 3, n >> 10 & 15);
        let tip = case(Replication::new(n >> 14, replication), number);
        tip.stream(places[place as usize], 0, visit).next_u64()
    })
}

fn root() -> Replication {
    Replication::new(1, 0)
}

fn effort() -> Place {
    Place::new(Purpose::Effort, "imaging")
}

/// The tip of one epoch of a source.
fn case(replication: Replication, epoch: u64) -> Key {
    replication.key(Place::new(Purpose::Tip, "hotline"), &[epoch, 0])
}

fn first(key: Key) -> u64 {
    key.stream(effort(), 0, 0).next_u64()
}

fn word(job: u64, visit: u64) -> u64 {
    case(root(), 4711).stream(effort(), job, visit).next_u64()
}

/// What is drawn for a case on its way.
fn places() -> Vec<Place> {
    use Purpose::{
        Assessment, Bundle, Delay, Devices, Effort, Escalation, Link, LinkTarget, Patience, RandomOrder,
        RepeatGap, Retention, Route, TipClass,
    };
    let of_source = [TipClass, Bundle, Retention, Link, LinkTarget, Escalation, RepeatGap].into_iter();
    let of_stages = ["imaging", "review"].into_iter().flat_map(|stage| {
        [Effort, Delay, Patience, Route, Assessment, RandomOrder].map(|purpose| Place::new(purpose, stage))
    });
    let of_class = [Place::new(Devices, "possession")];
    of_source.map(|purpose| Place::new(purpose, "hotline")).chain(of_stages).chain(of_class).collect()
}
