#!/usr/bin/env bash
# Measures how soon a session answers: CPU time of a session of N and of 2N lines, subtracted, on one CPU.
# Usage: benches/session.sh [ROUNDS]; needs bash, taskset, and `cargo build --release` before. RING3 names another binary.
# Prints the least of the rounds in ms; fails if one is above its limit.
set -euo pipefail
cd "$(dirname "$0")/.."

rounds=${1:-5}
ring3=${RING3:-target/release/ring3}
if [ ! -x "$ring3" ]; then
    echo "session.sh: $ring3 is missing (cargo build --release)" >&2
    exit 2
fi

# What is typed: `typed NAME TIMES`.
typed() {
    case $1 in
    # A hundred lines before, so that what they define is looked through.
    after100) for _ in $(seq 100); do echo 'let x = 1'; done ;;
    back | within) echo 'for i in 0..34000 { getppid() }' ;;
    esac
    for _ in $(seq "$2"); do
        case $1 in
        echo | after100) echo '1 + 1' ;;
        function) echo 'fn f(n: int) -> int { return n * 2 }' ;;
        fork) echo 'if fork() == 0 { exit(0) }; wait() > 0' ;;
        program) echo 'program p() { println("p") }' ;;
        back) printf ':back 1\n:forward 1\n' ;;
        within) echo ':back 1 event' ;;
        esac
    done
}

# CPU microseconds, user and system, of a session.
cpu() {
    typed "$@" >"$folder/typed"
    TIMEFORMAT='%3U %3S'
    { time taskset -c 0 "$ring3" repl --trace=task <"$folder/typed" >/dev/null 2>&1; } 2>&1 |
        awk '{ printf "%d\n", 1000000 * ($1 + $2) }'
}

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
bad=0
printf '%-10s %12s %10s\n' line 'ms each' limit
while read -r name times limit; do
    least=
    for _ in $(seq "$rounds"); do
        one=$(cpu "$name" "$times")
        two=$(cpu "$name" $((2 * times)))
        each=$(((two - one) / times))
        if [ -z "$least" ] || [ "$each" -lt "$least" ]; then least=$each; fi
    done
    printf '%-10s %12s %10d\n' "$name" "$(awk "BEGIN { print $least / 1000 }")" "$limit"
    [ "$least" -le $((1000 * limit)) ] || bad=1
done <<'END'
echo 100 50
after100 100 50
function 100 50
fork 50 50
program 20 50
back 50 100
within 5 100
END
exit "$bad"
