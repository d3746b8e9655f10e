# The options of a program: letters behind a dash, as getopt(3) reads them.

# Reads the leading options of `args`, each one of the letters `known`; bit i of `set` tells that known[i] is there.
# Answers the index of the first operand. An unknown letter ends the program with status `bad`.
fn options(known: str, set: *int, bad: int = 1) -> int {
    for i in 1..len(args) {
        let word = args[i]
        if word == "--" {
            return i + 1
        }
        if len(word) < 2 || word[0] != '-' {
            return i
        }
        for j in 1..len(word) {
            let at = index_of(known, word[j])
            if at < 0 {
                eprintln("{args[0]}: invalid option -- '{word[j]:c}'")
                exit(bad)
            }
            *set |= 1 << at
        }
    }
    return len(args)
}

# Ends a program whose operands are missing.
fn missing_operand() {
    eprintln("{args[0]}: missing operand")
    exit(1)
}

# Options of which some take a value, one at a time. Begin with Options(next: 1).
struct Options {
    next: int                     # the word of `args` that is read; in the end the first operand
    at: int                       # where in it
    value: str                    # of the last option
}

# getopt(3): the next option, one of the letters `known`; a letter with a colon behind it takes a value. 0 behind the last
# one. A digit is an option if `known` has a `#`: its value is the number that begins with it.
fn next_option(o: *Options, known: str, bad: int = 1) -> byte {
    if o.next == len(args) || o.at == 0 && (len(args[o.next]) < 2 || args[o.next][0] != '-') {
        return 0
    }
    let word = args[o.next]
    if o.at == 0 && word == "--" {
        o.next += 1
        return 0
    }
    o.at = max(o.at, 1)
    let c = word[o.at]
    if is_digit(c) && index_of(known, '#') >= 0 {
        take_value(o, word[o.at..])
        return '#'
    }
    let i = index_of(known, c)
    if i < 0 || c == ':' || c == '#' {
        eprintln("{args[0]}: invalid option -- '{c:c}'")
        exit(bad)
    }
    o.at += 1
    if i + 1 < len(known) && known[i + 1] == ':' {
        if o.at < len(word) {
            take_value(o, word[o.at..])
        } else if o.next + 1 < len(args) {
            o.next += 1
            take_value(o, args[o.next])
        } else {
            eprintln("{args[0]}: option requires an argument -- '{c:c}'")
            exit(bad)
        }
    } else if o.at == len(word) {
        o.next += 1
        o.at = 0
    }
    return c
}

# Takes the rest of a word as an option's value.
fn take_value(o: *Options, value: str) {
    o.value = value
    o.next += 1
    o.at = 0
}
