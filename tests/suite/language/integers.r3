# Integers wrap at their width, widen by themselves, and convert as C does.
let b: byte = 250
b += 10
let h: u16 = 65535
h += 1
let w: i32 = 2147483647
w += 1
let u: u32 = 0
u -= 1
println("{b} {h} {w} {u}")
let i = 9223372036854775807
i += 1
println("{i} {i as uint} {(-1) as uint} {(-1) as byte} {300 as byte} {200 as byte as i32}")
println("{-7 / 2} {-7 % 2} {7 / -2} {-8 >> 1} {(-8) as uint >> 60} {1 << 65}")
println("{6 & 3 | 8 ^ 1} {6 &^ 2} {^0} {1 + 2 * 3 << 1}")
let x: byte = 'a'
let wide = x + 1000
println("{x} {x:c} {wide} {x == 'a'} {sizeof(u16) + sizeof(str)}")
println("{0xff:x} {0xff:08X} {5:b} {64:o} {-1:x} [{42:5}] [{42:<5}] [{true:>6}] [{"ab":>4}]")
