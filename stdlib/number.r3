# Whole numbers: the smaller, the larger, and those written in text.

# The smaller of two.
fn min(a: int, b: int) -> int {
    if a < b {
        return a
    }
    return b
}

# The larger of two.
fn max(a: int, b: int) -> int {
    if a > b {
        return a
    }
    return b
}

# Whether a byte is one of 0 to 9.
fn is_digit(c: byte) -> bool {
    return '0' <= c && c <= '9'
}

# Reads a decimal number that is the whole of `s`, perhaps with a sign; false, and no change, if it is none.
fn parse_int(s: str, value: *int) -> bool {
    let digits = s
    if len(s) > 0 && (s[0] == '-' || s[0] == '+') {
        digits = s[1..]
    }
    if len(digits) == 0 || len(digits) > 18 {
        return false
    }
    let n = 0
    for i in 0..len(digits) {
        if !is_digit(digits[i]) {
            return false
        }
        n = n * 10 + (digits[i] - '0')
    }
    if s[0] == '-' {
        n = -n
    }
    *value = n
    return true
}

# How many characters a number takes in decimal.
fn width_of(n: int) -> int {
    let width = 1
    if n < 0 {
        width = 2
    }
    let rest = n / 10
    while rest != 0 {
        width += 1
        rest /= 10
    }
    return width
}
