//! Any bytes as a file of options, each then bought once and twice for a shipped scenario.

#![no_main]

use std::path::Path;

use caseload::diagnostic::Diagnostic;
use caseload::scenario::{Request, offers};
use caseload_fuzz::{FILE, Files, check, mutate, show};
use libfuzzer_sys::{fuzz_mutator, fuzz_target, fuzzer_mutate};

fuzz_mutator!(|data: &mut [u8], size: usize, max: usize, seed: u32| { mutate(data, size, max, seed, fuzzer_mutate) });

fuzz_target!(|bytes: &[u8]| {
    let plan = include_bytes!("../../../scenarios/plans/more-officers.toml");
    let files = Files::with(FILE, bytes).and("more-officers.toml", plan);
    let (read, documents) = offers(Path::new(FILE), &files);
    show(&read.diagnostics, &documents);
    let Some(all) = read.value else {
        assert!(read.diagnostics.iter().any(Diagnostic::is_error), "what is refused is refused with a reason");
        return;
    };
    for offer in all.iter().take(4) {
        for times in 1..=offer.at_most.unwrap_or(2).min(2) {
            check(&Request::new("unit.toml", &files).buy(offer, times));
        }
    }
    let all_together = all.iter().fold(Request::new("state-task-force.toml", &files), |request, offer| request.buy(offer, 1));
    check(&all_together);
});
