//! Any bytes as the regimes of `compare --stress`, under which two small plans are compared as from the shell.

#![no_main]

use std::ffi::OsString;
use std::path::Path;
use std::sync::LazyLock;

use caseload_fuzz::mutate;
use libfuzzer_sys::{fuzz_mutator, fuzz_target, fuzzer_mutate};

fuzz_mutator!(|data: &mut [u8], size: usize, max: usize, seed: u32| { mutate(data, size, max, seed, fuzzer_mutate) });

/// A folder of this process: the regimes, and the results.
static FOLDER: LazyLock<String> = LazyLock::new(|| {
    let folder = std::env::temp_dir().join(format!("caseload-fuzz-{}", std::process::id()));
    std::fs::create_dir_all(&folder).expect("there is room for a folder");
    folder.display().to_string()
});

fuzz_target!(|bytes: &[u8]| {
    let (regimes, out) = (format!("{}/regimes.toml", *FOLDER), format!("{}/out", *FOLDER));
    std::fs::write(&regimes, bytes).expect("there is room for a small file");
    let good = Path::new(env!("CARGO_MANIFEST_DIR")).join("../fixtures/good");
    let file = |name: &str| good.join(name).display().to_string();
    let (base, plan) = (file("base.toml"), file("plan.toml"));
    let words = ["caseload", "compare", &base, &plan, "--stress", &regimes, "--set", "scenario.horizon=\"30 days\""];
    let rest = ["--replications", "2", "--threads", "1", "--no-charts", "--quiet", "--force", "--out", &out];
    caseload::cli::run(words.iter().chain(&rest).map(OsString::from));
});
