#!/usr/bin/env bash
# Runs a battery of TestU01 on the random words in many orders, and prints what it says in short.
#
#   tests/testu01/run.sh small > tests/testu01/small.txt      SmallCrush on both halves of all orders: some minutes
#   tests/testu01/run.sh crush cases/high all/low             Crush on these: up to an hour each
#   tests/testu01/run.sh crush purposes/low:9:10              of Crush two tests, by number, ten times each
#
# It needs a C compiler and TestU01 1.2.3 with its headers (Debian has it in non-free, as libtestu01-0-dev). Where it is
# installed elsewhere than the compiler looks, TESTU01 names the folder that holds its include/ and lib/.
set -euo pipefail
cd "$(dirname "$0")/../.."
battery=${1:?small, crush or big}
shift
where=()
if [ -n "${TESTU01:-}" ]; then
    where=(-I"$TESTU01/include" -L"$TESTU01/lib")
fi
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
if ! cc -O2 -Wall -Wextra "${where[@]}" tests/testu01/battery.c -o "$work/battery" -ltestu01 -lprobdist -lmylib -lm; then
    echo 'this needs TestU01: install it, or say in TESTU01 where it is' >&2
    exit 2
fi
cargo build --release --quiet --example random_words
words=${CARGO_TARGET_DIR:-target}/release/examples/random_words

if [ $# -eq 0 ]; then
    for order in $("$words" | cut -d ' ' -f 1); do
        set -- "$@" "$order/high" "$order/low"
    done
fi
failed=0
for name; do
    # The writer stops when the battery closes the pipe: the battery's exit code counts.
    IFS=: read -r order tests <<< "$name"
    # shellcheck disable=SC2086  # the tests are words
    "$words" "${order%/*}" "${order#*/}" | "$work/battery" "$battery" "$order" ${tests//:/ } || failed=1
done
exit $failed
