//! Any bytes as a table of comma-separated values, read as counts, as timestamps and as a law.

#![no_main]

use caseload::scenario::Request;
use caseload_fuzz::{Files, check, mutate};
use libfuzzer_sys::{fuzz_mutator, fuzz_target, fuzzer_mutate};

fuzz_mutator!(|data: &mut [u8], size: usize, max: usize, seed: u32| { mutate(data, size, max, seed, fuzzer_mutate) });

const HEAD: &str = "[scenario]\nstart = 2025-01-06\nhorizon = \"400 days\"\n[[class]]\nid = \"any\"\n\
    [[outcome]]\nid = \"done\"\ncounts_as = \"closed\"\n[[pool]]\nid = \"staff\"\nheadcount = 2\n";

const USES: &[&str] = &[
    "rates = { csv = \"fuzz.csv\", period = \"month\", count = \"tips\", then = \"repeat\" }\n",
    "rates = { csv = \"fuzz.csv\", period = \"month\", count = \"tips\", then = \"hold\" }\ngrowth = \"10% per year\"\n",
    "rates = { csv = \"fuzz.csv\", period = \"month\", count = \"tips\" }\nweekly = { sun = 0 }\n",
    "replay = { csv = \"fuzz.csv\", column = \"received\" }\n",
    "rate = \"1 per day\"\nbatch = { empirical = { csv = \"fuzz.csv\", column = \"tips\" } }\n",
];

fuzz_target!(|bytes: &[u8]| {
    for (number, keys) in USES.iter().enumerate() {
        let effort = if number == 4 {
            "effort = { empirical = { csv = \"fuzz.csv\", column = \"tips\", unit = \"h\" } }\n"
        } else {
            "effort = \"2 h\"\n"
        };
        let text = format!(
            "{HEAD}[[stage]]\nid = \"work\"\npool = \"staff\"\nroute = \"done\"\n{effort}\
             [[source]]\nid = \"tips\"\nmix = {{ any = 1.0 }}\n{keys}"
        );
        let files = Files::with("fuzz.csv", bytes).and("fuzz.toml", text.as_bytes());
        check(&Request::new("fuzz.toml", &files));
    }
});
