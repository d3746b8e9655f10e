# Searching, splitting and sorting without a copy.
assert find("hello world", "wor") == 6
assert find("a", "abc") == -1
assert find("abc", "") == 0
assert index_of("a/b/c", '/') == 1
assert last_index_of("a/b/c", '/') == 3
assert last_index_of("abc", '/') == -1
assert starts_with("abc", "ab")
assert !starts_with("ab", "abc")
assert ends_with("abc", "bc")
assert trim("  x y\n") == "x y"
assert trim("   ") == ""
assert compare("ab", "abc") < 0
assert compare("b", "abc") > 0
assert compare("", "") == 0

let rest = "a:b::c"
assert split(&rest, ':') == "a"
assert split(&rest, ':') == "b"
assert split(&rest, ':') == ""
assert split(&rest, ':') == "c"
assert rest == ""

rest = "  one two\n"
assert next_word(&rest) == "one"
assert next_word(&rest) == "two"
assert next_word(&rest) == ""

let words = ["pear", "apple", "fig", "", "appl"]
sort(words[0..])
assert words[0] == ""
assert words[1] == "appl"
assert words[2] == "apple"
assert words[4] == "pear"

let value = 7
assert parse_int("-123", &value)
assert value == -123
assert !parse_int("12x", &value)
assert !parse_int("", &value)
assert !parse_int("-", &value)
assert value == -123

assert errname(-ENOENT) == "ENOENT"
assert strerror(-EACCES) == "Permission denied"
assert signame(SIGSEGV) == "SIGSEGV"
assert signal_number("KILL") == SIGKILL
assert signal_number("SIGTERM") == SIGTERM
assert signal_number("65") == -1
