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
