#!/usr/bin/env bash
# Fuzzes one target for so many seconds: tests/fuzz/run.sh scenario 600. Needs `cargo install cargo-fuzz` and a nightly
# compiler. The corpus grows in target/fuzz/corpus, beside the finds; nothing in the repository is changed.
set -euo pipefail
cd "$(dirname "$0")/../.."
name=$1
seconds=${2:-600}
work=target/fuzz
seeds=$work/seeds/$name
mkdir -p "$work/corpus/$name" "$work/finds/$name" "$seeds"

# Keys of the language and whatever stands in quotation marks in the shipped scenarios.
{
    grep -oh '`[a-z_]\+`' docs/scenario-reference.md | tr -d '`'
    grep -oh '"[^"]\{1,40\}"' scenarios/*.toml scenarios/plans/*.toml | tr -d '"'
} | grep -v '\\' | sort -u | sed 's/.*/"&"/' | LC_ALL=C grep -v '[^ -~]' > "$work/keys.dict"

# Seeds: what is shipped, without comments, and the fixtures.
bare() { sed 's/ *#.*//' "$1" | grep -v '^ *$' > "$seeds/$(basename "$1")" || true; }
case $name in
    table) cp tests/fixtures/good/*.csv scenarios/data/*.csv "$seeds" ;;
    plan) for file in scenarios/plans/*.toml tests/fixtures/good/plan.toml tests/fixtures/bad/*.toml; do bare "$file"; done ;;
    options | regimes) bare "scenarios/$name/state-task-force.toml" ;;
    edits) grep -h '^"[a-z]*\.' scenarios/plans/*.toml | tr -d '"' | split -l 3 - "$seeds/edits-" ;;
    *) for file in scenarios/*.toml src/scenario/starter.toml tests/fixtures/*/*.toml; do bare "$file"; done ;;
esac
[ -d "tests/fuzz/corpus/$name" ] && cp tests/fuzz/corpus/"$name"/* "$seeds"

# Without the address sanitizer: the crate forbids unsafe code, and runs three times as fast.
exec cargo +nightly fuzz run --fuzz-dir tests/fuzz --sanitizer none "$name" "$work/corpus/$name" "$seeds" -- \
    -artifact_prefix="$work/finds/$name/" -dict="$work/keys.dict" -max_len=12288 -timeout=10 -rss_limit_mb=2048 \
    -max_total_time="$seconds" -use_value_profile=0 -print_final_stats=1 -close_fd_mask=3
