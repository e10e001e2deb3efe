#!/usr/bin/env bash
# Counts the instructions of three fixed runs and holds them against benches/instructions.txt. Time on a shared machine says
# little; instructions hardly differ from run to run. More than 3 % above a stored number fails; more than 3 % below asks for
# the number to be stored anew. `UPDATE_EXPECTED=1` stores what is found. Skipped where valgrind is missing.
set -euo pipefail
cd "$(dirname "$0")/.."
if ! command -v valgrind > /dev/null; then
    echo 'instructions: skipped, there is no valgrind'
    exit 0
fi
cargo build --release --quiet
stored=benches/instructions.txt
allowed=3
out=$(mktemp -d)
trap 'rm -rf "$out"' EXIT

count() {
    valgrind --tool=callgrind --callgrind-out-file=/dev/null target/release/caseload "$@" 2>&1 > /dev/null |
        awk '/Collected/ { print $4 }'
}
run() { count run "$1" --replications "$2" --threads 1 --no-charts --quiet --out "$out/$3"; }

{
    echo "triage-line-x-5 $(run benches/workloads/triage-line.toml 5 line)"
    echo "state-task-force-x-1 $(run scenarios/state-task-force.toml 1 force)"
    echo "check-state-task-force $(count check scenarios/state-task-force.toml)"
} > "$out/found"

if [ -n "${UPDATE_EXPECTED:-}" ]; then
    { grep '^#' "$stored" || true; cat "$out/found"; } > "$out/new"
    cp "$out/new" "$stored"
fi
grep -v '^#' "$stored" | join - "$out/found" | awk -v allowed="$allowed" '
    { change = 100 * ($3 / $2 - 1); printf "%-24s %15.0f %+.1f %%\n", $1, $3, change }
    change > allowed { print "  more than " allowed " % above the stored count"; bad = 1 }
    change < -allowed { print "  fewer: store the new count with UPDATE_EXPECTED=1" }
    END { exit bad }'
