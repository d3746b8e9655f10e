#!/usr/bin/env bash
# Measures what the kernel's own operations cost the host. Usage: benches/kernel.sh [ROUNDS].
# Prints the least of the rounds in ns; fails if one is above its limit.
. "$(dirname "$0")/difference.sh"

turns() {
    cpu "$ring3" "benches/$name.r3" "$1"
}

bad=0
printf '%-8s %12s %10s\n' operation 'ns each' limit
while read -r name turns limit; do
    each=$((1000 * $(more turns "$turns") / turns))
    printf '%-8s %12d %10d\n' "$name" "$each" "$limit"
    [ "$each" -le "$limit" ] || bad=1
done <<'END'
switch 200000 500
thread 50000 4000
fork 5000 30000
lock 2000000 100
END
exit "$bad"
