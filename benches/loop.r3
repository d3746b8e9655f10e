# Arithmetic: fifty million turns of xor, add and mask.
fn turns(n: int) -> int {
    let x = 0
    for i in 0..n {
        x ^= i
        x += i
        x &= 0xffffff
    }
    return x
}

println("{turns(50000000)}")
