# Do widths, alignments and kinds come out as written?
fn same(text: [byte], wanted: str) {
    assert str(text) == wanted
}

let buf: [byte; 128]
let n = format(buf, "[{42:5}] [{42:<5}] [{-42:06}]")
same(buf[..n], "[   42] [42   ] [-00042]")

n = format(buf, "[{255:x}] [{255:08X}] [{5:b}] [{8:o}] [{65:c}]")
same(buf[..n], "[ff] [000000FF] [101] [10] [A]")

n = format(buf, "[{-1:x}] [{0}] [{0:x}]")
same(buf[..n], "[ffffffffffffffff] [0] [0]")

let name = "abc"
n = format(buf, "[{name:5}] [{name:>5}] [{name:2}] [{true}] [{false:7}]")
same(buf[..n], "[abc  ] [  abc] [abc] [true] [false  ]")

let least = -9223372036854775807 - 1
n = format(buf, "{least} {least as uint}")
same(buf[..n], "-9223372036854775808 9223372036854775808")

n = format(buf, "{4096 as *int}")
same(buf[..n], "0x1000")

# A buffer that is too small cuts the text.
let small: [byte; 4]
n = format(small, "{123456}")
assert n == 4
same(small[..n], "1234")
