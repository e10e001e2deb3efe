//! Any bytes as a scenario: read, compiled, checked, described; nothing but findings may come of it.

#![no_main]

use caseload::scenario::Request;
use caseload_fuzz::{FILE, Files, check, mutate};
use libfuzzer_sys::{fuzz_mutator, fuzz_target, fuzzer_mutate};

fuzz_mutator!(|data: &mut [u8], size: usize, max: usize, seed: u32| { mutate(data, size, max, seed, fuzzer_mutate) });

fuzz_target!(|bytes: &[u8]| {
    let files = Files::with(FILE, bytes);
    check(&Request::new(FILE, &files));
});
