#!/usr/bin/env bash
# What takes too long for every change: laws and promises at many times the length. Run it before a release.
set -euo pipefail
cd "$(dirname "$0")/.."
cargo test --release --test it -- --ignored
