//! Time and memory: interleaved rounds, medians, processes of their own.

use std::hint::black_box;
use std::process::Command;
use std::time::Instant;

/// Something that takes time.
pub(crate) type Round<'a> = Box<dyn Fn() -> u64 + 'a>;

/// Seconds that something takes on the wall, and of the processor: on a machine on which others work too only the second
/// says what a single thread costs.
pub(crate) fn seconds<T>(work: impl FnOnce() -> T) -> [f64; 2] {
    let (began, used) = (Instant::now(), processor());
    black_box(work());
    let wall = began.elapsed().as_secs_f64();
    [wall, processor().zip(used).map_or(wall, |(now, before)| now - before)]
}

/// Seconds of the processor that this process has had, to a hundredth; none where the system does not say.
pub(crate) fn processor() -> Option<f64> {
    let text = std::fs::read_to_string("/proc/self/stat").ok()?;
    // The name of the program, in brackets, may hold anything; user and system time stand twelve fields behind it.
    let fields: Vec<&str> = text.rsplit_once(')')?.1.split_whitespace().collect();
    let ticks = |i: usize| fields.get(i)?.parse::<f64>().ok();
    Some((ticks(11)? + ticks(12)?) / 100.0)
}

/// What took how long: by name, the seconds of each round, on the wall and of the processor.
pub(crate) struct Times<'a>(Vec<(&'a str, [Vec<f64>; 2])>);

impl Times<'_> {
    fn of(&self, name: &str) -> &[Vec<f64>; 2] {
        &self.0.iter().find(|(n, _)| *n == name).expect("a name of what was done").1
    }

    /// The middle of the seconds on the wall.
    pub(crate) fn wall(&self, name: &str) -> f64 {
        median(self.of(name)[0].clone())
    }

    /// The middle of the seconds of the processor.
    pub(crate) fn processor(&self, name: &str) -> f64 {
        median(self.of(name)[1].clone())
    }

    /// How many times more of the processor's time one took than another: the middle of the ratios, round by round.
    pub(crate) fn ratio(&self, above: &str, below: &str) -> f64 {
        over(&self.of(above)[1], &self.of(below)[1])
    }

    /// How many times more time on the wall.
    pub(crate) fn wall_ratio(&self, above: &str, below: &str) -> f64 {
        over(&self.of(above)[0], &self.of(below)[0])
    }
}

fn over(above: &[f64], below: &[f64]) -> f64 {
    median(above.iter().zip(below).map(|(a, b)| a / b).collect())
}

/// Does everything once a round.
pub(crate) fn interleave<'a>(rounds: usize, work: &mut [(&'a str, Round<'_>)]) -> Times<'a> {
    let mut times: Vec<(&str, [Vec<f64>; 2])> =
        work.iter().map(|(name, _)| (*name, [vec![], vec![]])).collect();
    for _ in 0..rounds {
        for ((_, round), (_, [walls, processors])) in work.iter().zip(&mut times) {
            let [wall, processor] = seconds(round);
            walls.push(wall);
            processors.push(processor);
        }
    }
    Times(times)
}

/// The middle one.
pub(crate) fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}

/// The most memory that this process has held so far, in bytes; 0 where the system does not say.
pub(crate) fn memory_now() -> f64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    let kib = line.and_then(|line| line.split_whitespace().next()?.parse::<f64>().ok());
    kib.unwrap_or(0.0) * 1024.0
}

/// What this program says in a process of its own.
pub(crate) fn child_words(words: &[&str]) -> String {
    let own = std::env::current_exe().expect("the bench knows its own file");
    let output = Command::new(own).arg("child").args(words).output().expect("the bench runs itself");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8_lossy(&output.stdout).trim().to_owned()
}

/// The number that it says.
pub(crate) fn child(words: &[&str]) -> f64 {
    child_words(words).parse().expect("a number")
}
