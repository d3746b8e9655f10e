#!/usr/bin/env bash
# Measures how soon a session answers, by sessions of N and of 2N lines. Usage: benches/session.sh [ROUNDS].
# Prints the least of the rounds in ms; fails if one is above its limit.
. "$(dirname "$0")/difference.sh"

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

session() {
    typed "$name" "$1" >"$folder/typed"
    cpu "$ring3" repl --trace=task <"$folder/typed"
}

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
bad=0
printf '%-10s %12s %10s\n' line 'ms each' limit
while read -r name times limit; do
    each=$(($(more session "$times") / times))
    printf '%-10s %12s %10d\n' "$name" "$(awk "BEGIN { print $each / 1000 }")" "$limit"
    [ "$each" -le $((1000 * limit)) ] || bad=1
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
