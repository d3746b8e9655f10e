# Atomic operations give the old value, at the width and with the sign of their type; vfork comes back twice.
#@ status 139
let x: i32 = -5
println("{atomic_add(&x, 3)} {atomic_load(&x)} {atomic_swap(&x, -9)} {compare_exchange(&x, -9, 4)} {x} {compare_exchange(&x, -9, 5)} {x}")
let b: byte = 250
println("{atomic_add(&b, 10)} {b} {atomic_sub(&b, 5)} {b} {atomic_or(&b, 15)} {atomic_and(&b, 0xf0)} {atomic_xor(&b, 1)} {b}")
let w: u32 = 0xffffffff
atomic_store(&w, atomic_add(&w, 2) - 1)
println("{w:x} {atomic_sub(&w, w)} {w}")
let wide = 1 << 62
let p = &wide
println("{atomic_add(p, wide)} {wide} {compare_exchange(p, wide, 7)} {wide}")
atomic_fence()
let many: [int; 3]
for i in 0..6 {
    atomic_add(&many[i % 3], i)
}
println("{many[0]} {many[1]} {many[2]}")
let status = 0
let child = vfork()
if child == 0 {
    wide = 8
    exit(3)
}
waitpid(child, &status)
println("{WEXITSTATUS(status)} {wide}")
let odd = (&many[0] as int + 4) as *int
atomic_load(odd)
println("not reached")
