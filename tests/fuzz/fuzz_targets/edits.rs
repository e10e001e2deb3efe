//! Any lines as edits of a shipped scenario: `*` before a line scales, `+` adds, others set.

#![no_main]

use caseload::scenario::{EditKind, Request};
use caseload_fuzz::{FILE, Files, check, mutate};
use libfuzzer_sys::{fuzz_mutator, fuzz_target, fuzzer_mutate};

fuzz_mutator!(|data: &mut [u8], size: usize, max: usize, seed: u32| { mutate(data, size, max, seed, fuzzer_mutate) });

fuzz_target!(|text: &str| {
    let files = Files::with(FILE, b"");
    let mut request = Request::new("unit.toml", &files);
    for line in text.lines().take(20) {
        let (kind, edit) = match line.as_bytes().first() {
            Some(b'*') => (EditKind::Scale, &line[1..]),
            Some(b'+') => (EditKind::Add, &line[1..]),
            _ => (EditKind::Set, line),
        };
        request = request.edit(kind, edit);
    }
    check(&request);
});
