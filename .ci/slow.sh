#!/usr/bin/env bash
# What takes too long for every change: laws and promises at many times the length, the whole self-test, in a release
# build the comparison with stored numbers, a line written by hand that has to say the same, and counts of instructions. Run it
# before a release.
set -euo pipefail
cd "$(dirname "$0")/.."
cargo test --release -- --ignored
cargo test --release --test it -- stored:: same_bits::
cargo run --release -- selftest
cargo bench --bench workloads -- equal 2000
.ci/instructions.sh
