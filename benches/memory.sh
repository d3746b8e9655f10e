#!/usr/bin/env bash
# Measures what page faults and the pages of a fork cost the host: CPU time of two runs that differ in so many of them,
# subtracted, on one CPU, least of the rounds.
# Usage: benches/memory.sh [ROUNDS]; needs bash, taskset, and `cargo build --release` before. RING3 names another binary.
# Prints ns; fails if one is above its limit.
set -euo pipefail
cd "$(dirname "$0")/.."

rounds=${1:-5}
ring3=${RING3:-target/release/ring3}
if [ ! -x "$ring3" ]; then
    echo "memory.sh: $ring3 is missing (cargo build --release)" >&2
    exit 2
fi

# CPU microseconds, user and system, of a command.
cpu() {
    TIMEFORMAT='%3U %3S'
    { time taskset -c 0 "$@" >/dev/null; } 2>&1 | awk '{ printf "%d\n", 1000000 * ($1 + $2) }'
}

bad=0
printf '%-8s %12s %10s\n' operation 'ns each' limit
# A name, the limit, how many more operations the second run makes, the program, and its arguments in both.
while IFS='|' read -r name limit more program one two; do
    least=
    for _ in $(seq "$rounds"); do
        # shellcheck disable=SC2086 # the arguments are words
        a=$(cpu "$ring3" "benches/$program.r3" $one) b=$(cpu "$ring3" "benches/$program.r3" $two)
        each=$((1000 * (b - a) / more))
        if [ -z "$least" ] || [ "$each" -lt "$least" ]; then least=$each; fi
    done
    printf '%-8s %12d %10d\n' "$name" "$least" "$limit"
    [ "$least" -le "$limit" ] || bad=1
done <<'END'
minor|500|1000000|minor|1000000 1000|2000000 1000
cow|1200|400000|cow|200 2000 0|200 2000 2000
fork|40|800000|cow|400 2000 0|400 4000 0
END
exit "$bad"
