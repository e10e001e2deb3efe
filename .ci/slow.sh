#!/usr/bin/env bash
# What takes too long for every test run: the slow tests, and in a release build the comparison with stored numbers.
set -euo pipefail
cd "$(dirname "$0")/.."
cargo test --release --test it -- --ignored
cargo test --release --test it -- stored:: same_bits::
