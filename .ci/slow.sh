#!/bin/sh
# What `cargo test` has no time for: every test that is ignored as slow.
set -eu
cargo test --release --lib --test it -- --ignored
