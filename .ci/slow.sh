#!/usr/bin/env bash
# What takes too long for every change: run before a release, and at night.
set -euo pipefail
cd "$(dirname "$0")/.."
cargo test --release --test it -- --ignored
cargo run --release --quiet -- selftest
