//! The command itself, on a file: `explain` (a scenario in prose), `check` and `check --json`.

#![no_main]

use std::ffi::OsString;
use std::sync::LazyLock;

use caseload_fuzz::mutate;
use libfuzzer_sys::{fuzz_mutator, fuzz_target, fuzzer_mutate};

fuzz_mutator!(|data: &mut [u8], size: usize, max: usize, seed: u32| { mutate(data, size, max, seed, fuzzer_mutate) });

static FILE: LazyLock<String> =
    LazyLock::new(|| std::env::temp_dir().join(format!("caseload-fuzz-{}.toml", std::process::id())).display().to_string());

fuzz_target!(|bytes: &[u8]| {
    std::fs::write(&*FILE, bytes).expect("there is room for a small file");
    for words in [&["explain"][..], &["check"], &["check", "--json"]] {
        let all = ["caseload"].iter().chain(words).copied().chain([FILE.as_str()]);
        caseload::cli::run(all.map(OsString::from));
    }
});
