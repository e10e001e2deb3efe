//! Mutations that keep most of a file readable: lines are taken away, doubled and moved, and values changed for other
//! values of the file or for such as make trouble. Half of the time the fuzzer's own mutations are used.

/// Values that make trouble.
const VALUES: &[&str] = &[
    "0", "-1", "1", "0.0", "-0.0", "1e-300", "1e300", "inf", "-inf", "nan", "999999999", "4294967296",
    "9223372036854775807", "170141183460469231731687303715884105728", "1e9", "0.5", "true", "\"\"", "[]", "{}",
    "[[]]", "\"1 ms\"", "\"1 h\"", "\"0 h\"", "\"1e9 days\"", "\"1000000 years\"", "\"1 working day\"",
    "\"1e12 per day\"", "\"0 per day\"", "\"1 per year\"", "\"20% per year\"", "\"100000% per year\"",
    "0001-01-01", "9999-12-31", "2025-01-06", "2025-01-06T12:00:00", "\"24/7\"", "\"Mon-Fri 08:00-16:00\"",
    "\"Mon 00:00-24:00\"", "\"Mon 09:00-09:01\"", "{ between = [1, 2] }", "{ between = [\"1 h\", \"9 h\"] }",
    "{ unsure = { uniform = { low = 1, high = 2 } } }", "{ constant = \"1 h\" }",
    "{ exponential = { mean = \"1 h\" } }", "{ lognormal = { mean = \"3 h\", cv = 1.0 } }",
    "{ lognormal = { mean = \"3 h\", cv = 1e9 } }", "{ uniform = { low = \"1 h\", high = \"2 h\" } }",
    "{ geometric = { mean = 3 } }", "{ poisson = { mean = 1e9 } }", "{ default = \"1 h\" }", "{ default = 0.5 }",
    "\"all\"", "\"first\"", "\"class\"", "\"fifo\"", "\"lapse\"", "\"random\"", "\"shortest\"", "\"device\"",
    "{ ageing = { default = { base = 1, gain = \"1 per day\" } } }", "\"pause\"", "\"finish\"", "\"hand-over\"",
];

/// A step from one file to another, both at most `max` bytes long; the new length.
pub fn mutate(
    data: &mut [u8],
    size: usize,
    max: usize,
    seed: u32,
    plain: impl FnOnce(&mut [u8], usize, usize) -> usize,
) -> usize {
    let mut dice = Dice(u64::from(seed) << 8 | 1);
    let text = match std::str::from_utf8(&data[..size]) {
        Ok(text) if text.lines().count() > 1 && dice.below(3) > 0 => text.to_owned(),
        _ => return plain(data, size, max),
    };
    let mut lines: Vec<String> = text.lines().map(str::to_owned).collect();
    for _ in 0..=dice.below(3) {
        step(&mut lines, &mut dice);
    }
    let mut new = lines.join("\n").into_bytes();
    new.push(b'\n');
    new.truncate(max);
    data[..new.len()].copy_from_slice(&new);
    new.len()
}

fn step(lines: &mut Vec<String>, dice: &mut Dice) {
    if lines.is_empty() {
        return;
    }
    let (here, there) = (dice.below(lines.len()), dice.below(lines.len()));
    match dice.below(9) {
        0 => drop(lines.remove(here)),
        1 => {
            let line = lines[here].clone();
            lines.insert(there, line);
        }
        2 => lines.swap(here, there),
        3 => double_table(lines, here, there),
        4 => {
            let value = value_of(&lines[there]).unwrap_or("1").to_owned();
            put(&mut lines[here], &value);
        }
        5 | 6 => put(&mut lines[here], VALUES[dice.below(VALUES.len())]),
        _ => inner(&mut lines[here], dice),
    }
}

/// Copies a table, from its header to the next, to another place.
fn double_table(lines: &mut Vec<String>, here: usize, there: usize) {
    let head = |line: &String| line.starts_with('[');
    let Some(from) = lines[..=here].iter().rposition(head) else { return };
    let length = lines[from + 1..].iter().position(head).map_or(lines.len() - from, |n| n + 1);
    let table = lines[from..from + length].to_vec();
    let to = lines[there..].iter().position(head).map_or(lines.len(), |n| there + n);
    lines.splice(to..to, table);
}

fn value_of(line: &str) -> Option<&str> {
    line.split_once(" = ").map(|(_, value)| value)
}

fn put(line: &mut String, value: &str) {
    if let Some((key, _)) = line.split_once(" = ") {
        *line = format!("{key} = {value}");
    }
}

/// Changes one number or one word within a line.
fn inner(line: &mut String, dice: &mut Dice) {
    let word = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_');
    let mut words = vec![];
    let mut from = None;
    for (at, c) in line.char_indices().chain([(line.len(), ' ')]) {
        match (word(c), from) {
            (true, None) => from = Some(at),
            (false, Some(start)) => {
                words.push(start..at);
                from = None;
            }
            _ => {}
        }
    }
    if words.is_empty() {
        return;
    }
    let range = words[dice.below(words.len())].clone();
    let number = line[range.clone()].parse::<f64>();
    let new = match number {
        Ok(number) => match dice.below(7) {
            0 => "0".to_owned(),
            1 => format!("-{number}"),
            2 => (number * 1000.0).to_string(),
            3 => (number / 1000.0).to_string(),
            4 => (number + 1.0).to_string(),
            5 => "1e9".to_owned(),
            _ => "1e-9".to_owned(),
        },
        Err(_) => line[words[dice.below(words.len())].clone()].to_owned(),
    };
    line.replace_range(range, &new);
}

struct Dice(u64);

impl Dice {
    fn below(&mut self, n: usize) -> usize {
        // Steele, Lea, Flood: SplitMix64.
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((z ^ (z >> 31)) % n.max(1) as u64) as usize
    }
}
