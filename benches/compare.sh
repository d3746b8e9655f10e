#!/usr/bin/env bash
# Measures ring3 beside Lua 5.4 and CPython: CPU time (user and system) of each program, in alternation, as medians.
# Usage: benches/compare.sh [ROUNDS]; needs bash, lua5.4, python3, and `cargo build --release` before.
# RING3 names another binary. Fails if a ratio to Lua is above 1.3, or `hello` takes 10 ms or more.
set -euo pipefail
cd "$(dirname "$0")/.."

rounds=${1:-5}
ring3=${RING3:-target/release/ring3}
for command in "$ring3" lua5.4 python3; do
    if ! command -v "$command" >/dev/null; then
        echo "compare.sh: $command is missing (cargo build --release; apt-get install lua5.4 python3)" >&2
        exit 2
    fi
done
samples=$(mktemp -d)
trap 'rm -rf "$samples"' EXIT

# Appends the CPU milliseconds of a command to $samples/NAME; what it prints goes to $samples/NAME.out.
measure() {
    local name=$1
    shift
    TIMEFORMAT='%3U %3S'
    { time "$@" >"$samples/$name.out"; } 2>&1 | awk '{ printf "%.0f\n", 1000 * ($1 + $2) }' >>"$samples/$name"
}

median() {
    sort -n "$samples/$1" | awk '{ value[NR] = $1 } END { print value[int((NR + 1) / 2)] }'
}

for _ in $(seq "$rounds"); do
    for program in fib loop sieve; do
        measure "$program.ring3" "$ring3" "benches/$program.r3"
        measure "$program.lua" lua5.4 "benches/$program.lua"
        measure "$program.python" python3 "benches/$program.py"
        cmp "$samples/$program.ring3.out" "$samples/$program.lua.out"
        cmp "$samples/$program.ring3.out" "$samples/$program.python.out"
    done
    # One start is too short for the host's clock: ten of them.
    measure hello bash -c "for _ in 1 2 3 4 5 6 7 8 9 10; do '$ring3' -e 'println(\"hello\")'; done"
done

bad=0
echo "median CPU time of $rounds rounds, in ms"
printf '%-8s %8s %8s %8s %10s %10s\n' program ring3 lua5.4 python3 ring3/lua ring3/py
for program in fib loop sieve; do
    ours=$(median "$program.ring3") lua=$(median "$program.lua") python=$(median "$program.python")
    awk -v name="$program" -v ours="$ours" -v lua="$lua" -v python="$python" 'BEGIN {
        printf "%-8s %8d %8d %8d %10.2f %10.2f\n", name, ours, lua, python, ours / lua, ours / python
        exit ours / lua > 1.3
    }' || bad=1
done
hello=$(median hello)
awk -v hello="$hello" 'BEGIN { printf "hello    %8.1f\n", hello / 10; exit hello >= 100 }' || bad=1
exit "$bad"
