#!/usr/bin/env bash
# Runs the same unit in two programs and compares them: tests/second-opinion/run.sh [replications]. Needs Python 3.10 or
# later and a registry of Python packages. Exit code 1 where they disagree.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
cd "$here/../.."
replications=${1:-400}
work=target/second-opinion
mkdir -p "$work"

[ -x "$work/venv/bin/python" ] || python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet simpy==4.1.2

cargo run --release --quiet -- run "$here/scenario.toml" --replications "$replications" --no-charts --force --quiet \
    --out "$work/caseload"
"$work/venv/bin/python" "$here/simulate.py" "$replications" 1 > "$work/simpy.csv"
"$work/venv/bin/python" "$here/compare.py" "$work/caseload/replications.csv" "$work/simpy.csv" | tee "$work/table.md"
exit "${PIPESTATUS[0]}"
