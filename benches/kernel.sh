#!/usr/bin/env bash
# Measures what the kernel's own operations cost the host: CPU time of N and of 2N of them, subtracted, on one CPU.
# Usage: benches/kernel.sh [ROUNDS]; needs bash, taskset, and `cargo build --release` before. RING3 names another binary.
# Prints the least of the rounds in ns; fails if one is above its limit.
set -euo pipefail
cd "$(dirname "$0")/.."

rounds=${1:-5}
ring3=${RING3:-target/release/ring3}
if [ ! -x "$ring3" ]; then
    echo "kernel.sh: $ring3 is missing (cargo build --release)" >&2
    exit 2
fi

# CPU microseconds, user and system, of a command.
cpu() {
    TIMEFORMAT='%3U %3S'
    { time taskset -c 0 "$@" >/dev/null; } 2>&1 | awk '{ printf "%d\n", 1000000 * ($1 + $2) }'
}

bad=0
printf '%-8s %12s %10s\n' operation 'ns each' limit
while read -r name turns limit; do
    least=
    for _ in $(seq "$rounds"); do
        one=$(cpu "$ring3" "benches/$name.r3" "$turns")
        two=$(cpu "$ring3" "benches/$name.r3" $((2 * turns)))
        each=$((1000 * (two - one) / turns))
        if [ -z "$least" ] || [ "$each" -lt "$least" ]; then least=$each; fi
    done
    printf '%-8s %12d %10d\n' "$name" "$least" "$limit"
    [ "$least" -le "$limit" ] || bad=1
done <<'END'
switch 200000 500
thread 50000 4000
fork 5000 30000
lock 2000000 100
END
exit "$bad"
