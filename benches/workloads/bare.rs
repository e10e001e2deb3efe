//! The triage line of `triage-line.toml` written by hand: what a loop costs that can do this one thing only.
//!
//! A heap of completions for each stage, one place for the next arrival, no timers for the patience (it is the same for
//! all, so whoever waits longest loses it first), one generator for everything. Time is in days, as a float.

use std::collections::VecDeque;

use rand_distr::{Distribution, Exp1, Gamma, LogNormal};

/// End of the run, in days.
pub(crate) const HORIZON: f64 = 1826.0;
/// Samples are so far apart, in days; the horizon has none.
pub(crate) const EVERY: f64 = 7.0;
/// How long low tips wait for the second stage.
const PATIENCE: f64 = 90.0;
/// Classes, the most urgent first.
pub(crate) const CLASSES: usize = 3;
/// Stages.
pub(crate) const STAGES: usize = 3;

/// How large a line is: everything times `scale`, over `horizon` days.
#[derive(Clone, Copy)]
pub(crate) struct Size {
    pub(crate) scale: usize,
    pub(crate) horizon: f64,
}

/// What one replication says.
#[derive(Default)]
pub(crate) struct Answer {
    /// By sample: how many wait at each stage.
    pub(crate) waiting: Vec<[u32; STAGES]>,
    /// By class: mean and nine-tenths quantile of the time from arrival to the start of the second stage.
    pub(crate) delay: [(f64, f64); CLASSES],
    /// Tips that lost patience.
    pub(crate) lost: u64,
    /// Tips that arrived.
    pub(crate) arrived: u64,
    /// By stage: busy over present.
    pub(crate) busy: [f64; STAGES],
    /// Arrivals, completions and losses of patience.
    pub(crate) events: u64,
}

/// xoshiro256++ of Blackman and Vigna (2018), seeded by splitmix64.
pub(crate) struct Generator([u64; 4]);

impl Generator {
    pub(crate) fn new(seed: u64) -> Generator {
        let mut state = seed;
        Generator(std::array::from_fn(|_| {
            state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
            let z = (state ^ (state >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
            let z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
            z ^ (z >> 31)
        }))
    }

    fn unit(&mut self) -> f64 {
        (rand::Rng::next_u64(self) >> 11) as f64 * (1.0 / (1_u64 << 53) as f64)
    }
}

impl rand::TryRng for Generator {
    type Error = std::convert::Infallible;

    fn try_next_u32(&mut self) -> Result<u32, Self::Error> {
        self.try_next_u64().map(|word| (word >> 32) as u32)
    }

    #[inline]
    fn try_next_u64(&mut self) -> Result<u64, Self::Error> {
        let s = &mut self.0;
        let result = s[0].wrapping_add(s[3]).rotate_left(23).wrapping_add(s[0]);
        let t = s[1] << 17;
        s[2] ^= s[0];
        s[3] ^= s[1];
        s[1] ^= s[2];
        s[0] ^= s[3];
        s[2] ^= t;
        s[3] = s[3].rotate_left(45);
        Ok(result)
    }

    fn try_fill_bytes(&mut self, _: &mut [u8]) -> Result<(), Self::Error> {
        unreachable!("no law asks for bytes")
    }
}

/// A tip, as far as it has to be known.
#[derive(Clone, Copy)]
struct Tip {
    arrived: f64,
    class: u8,
}

/// A heap of what ends when, four children a node.
#[derive(Default)]
struct Heap(Vec<(f64, Tip)>);

impl Heap {
    fn first(&self) -> f64 {
        self.0.first().map_or(f64::INFINITY, |(at, _)| *at)
    }

    fn push(&mut self, at: f64, tip: Tip) {
        let mut i = self.0.len();
        self.0.push((at, tip));
        while i > 0 {
            let parent = (i - 1) / 4;
            if self.0[parent].0 <= at {
                break;
            }
            self.0[i] = self.0[parent];
            i = parent;
        }
        self.0[i] = (at, tip);
    }

    fn pop(&mut self) -> Tip {
        let (_, first) = self.0[0];
        let last = self.0.pop().expect("somebody is in work");
        let n = self.0.len();
        if n == 0 {
            return first;
        }
        let mut i = 0;
        while 4 * i + 1 < n {
            let children = 4 * i + 1..(4 * i + 5).min(n);
            let least = children.min_by(|a, b| self.0[*a].0.total_cmp(&self.0[*b].0)).unwrap_or(i);
            if self.0[least].0 >= last.0 {
                break;
            }
            self.0[i] = self.0[least];
            i = least;
        }
        self.0[i] = last;
        first
    }
}

/// One stage: its queue, who works, and how long work takes.
struct Stage {
    servers: usize,
    work: Heap,
    /// By class: tips with the time at which they joined.
    queue: [VecDeque<(f64, Tip)>; CLASSES],
    busy: f64,
}

/// The laws of the three stages.
struct Laws(LogNormal<f64>, Gamma<f64>, LogNormal<f64>);

impl Laws {
    fn new() -> Laws {
        let lognormal = |mean: f64, cv: f64| {
            let variance = (1.0 + cv * cv).ln();
            LogNormal::new(mean.ln() - variance / 2.0, variance.sqrt()).expect("a mean and cv above 0")
        };
        let gamma = Gamma::new(1.0 / 0.49, 1.8 * 0.49).expect("a shape and scale above 0");
        Laws(lognormal(0.25, 1.0), gamma, lognormal(1.35, 1.2))
    }

    #[inline]
    fn draw(&self, stage: usize, generator: &mut Generator) -> f64 {
        match stage {
            0 => self.0.sample(generator),
            1 => self.1.sample(generator),
            _ => self.2.sample(generator),
        }
    }
}

/// One replication.
struct Line {
    horizon: f64,
    laws: Laws,
    generator: Generator,
    stages: [Stage; STAGES],
    delays: [Vec<f64>; CLASSES],
    answer: Answer,
}

/// Runs one replication.
pub(crate) fn replicate(size: Size, seed: u64) -> Answer {
    let stage = |servers: usize| Stage {
        servers: servers * size.scale,
        work: Heap::default(),
        queue: Default::default(),
        busy: 0.0,
    };
    let mut line = Line {
        horizon: size.horizon,
        laws: Laws::new(),
        generator: Generator::new(seed),
        stages: [stage(3), stage(10), stage(4)],
        delays: Default::default(),
        answer: Answer::default(),
    };
    line.run(10.0 * size.scale as f64);
    line.conclude()
}

impl Line {
    fn run(&mut self, rate: f64) {
        let gap = |generator: &mut Generator| -> f64 { Distribution::<f64>::sample(&Exp1, generator) / rate };
        let mut arrival = gap(&mut self.generator);
        let mut sample = 0.0;
        loop {
            let (mut next, mut which) = (arrival, STAGES);
            for (s, stage) in self.stages.iter().enumerate() {
                if stage.work.first() < next {
                    (next, which) = (stage.work.first(), s);
                }
            }
            while sample < self.horizon && sample <= next {
                self.lose_patience(sample);
                let waiting = |s: &Stage| s.queue.iter().map(|q| q.len() as u32).sum();
                self.answer.waiting.push(self.stages.each_ref().map(waiting));
                sample += EVERY;
            }
            if next >= self.horizon {
                return self.lose_patience(self.horizon);
            }
            self.answer.events += 1;
            if which == STAGES {
                self.answer.arrived += 1;
                let u = self.generator.unit();
                let class = u8::from(u >= 0.05) + u8::from(u >= 0.30);
                self.join(next, 0, Tip { arrived: next, class });
                arrival = next + gap(&mut self.generator);
            } else {
                self.complete(next, which);
            }
        }
    }

    fn complete(&mut self, now: f64, s: usize) {
        let tip = self.stages[s].work.pop();
        let goes_on = match s {
            0 => self.generator.unit() < 0.6,
            1 => self.generator.unit() < 0.5,
            _ => false,
        };
        if s == 1 {
            self.lose_patience(now);
        }
        let next = self.stages[s].queue.iter_mut().find_map(VecDeque::pop_front);
        if let Some((_, next)) = next {
            self.start(now, s, next);
        }
        if goes_on {
            self.join(now, s + 1, tip);
        }
    }

    fn join(&mut self, now: f64, s: usize, tip: Tip) {
        if self.stages[s].work.0.len() < self.stages[s].servers {
            return self.start(now, s, tip);
        }
        self.stages[s].queue[usize::from(tip.class)].push_back((now, tip));
    }

    #[inline]
    fn start(&mut self, now: f64, s: usize, tip: Tip) {
        if s == 1 {
            self.delays[usize::from(tip.class)].push(now - tip.arrived);
        }
        let until = now + self.laws.draw(s, &mut self.generator);
        self.stages[s].busy += until.min(self.horizon) - now;
        self.stages[s].work.push(until, tip);
    }

    /// Those low tips leave that have waited for the second stage for as long as they would.
    fn lose_patience(&mut self, now: f64) {
        let queue = &mut self.stages[1].queue[CLASSES - 1];
        while queue.front().is_some_and(|(joined, _)| joined + PATIENCE <= now) {
            queue.pop_front();
            self.answer.lost += 1;
            self.answer.events += 1;
        }
    }

    fn conclude(mut self) -> Answer {
        for (class, delays) in self.delays.iter_mut().enumerate() {
            let n = delays.len();
            if n == 0 {
                continue;
            }
            let mean = delays.iter().sum::<f64>() / n as f64;
            let place = 0.9 * (n - 1) as f64;
            let (_, low, above) = delays.select_nth_unstable_by(place as usize, f64::total_cmp);
            let high = above.iter().copied().fold(f64::INFINITY, f64::min);
            let high = if high.is_finite() { high } else { *low };
            self.answer.delay[class] = (mean, *low + (high - *low) * place.fract());
        }
        for (s, stage) in self.stages.iter().enumerate() {
            self.answer.busy[s] = stage.busy / (stage.servers as f64 * self.horizon);
        }
        self.answer
    }
}
