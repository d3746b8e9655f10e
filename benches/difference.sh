# For the benches that subtract: CPU time of a run with N of something, and of one with 2N, on one CPU. It is sourced, with the
# number of rounds as its argument; needs bash, taskset, and `cargo build --release` before. RING3 names another binary.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

rounds=${1:-5}
ring3=${RING3:-target/release/ring3}
if [ ! -x "$ring3" ]; then
    echo "${0##*/}: $ring3 is missing (cargo build --release)" >&2
    exit 2
fi

# CPU microseconds, user and system, of a command.
cpu() {
    TIMEFORMAT='%3U %3S'
    { time taskset -c 0 "$@" >/dev/null 2>&1; } 2>&1 | awk '{ printf "%d\n", 1000000 * ($1 + $2) }'
}

# `more FUNCTION N`: how much more FUNCTION says of 2N than of N, the least of the rounds.
more() {
    local least='' each
    for _ in $(seq "$rounds"); do
        each=$(($("$1" $((2 * $2))) - $("$1" "$2")))
        if [ -z "$least" ] || [ "$each" -lt "$least" ]; then least=$each; fi
    done
    echo "$least"
}
