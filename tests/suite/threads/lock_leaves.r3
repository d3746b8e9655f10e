# `lock` gives the mutex back on every way out of its block, and computes what is returned before.
struct Words { outer: u32, inner: u32 }
let m: Mutex
let n: Mutex
let steps = 0

fn find(k: int) -> int {
    for i in 0..10 {
        lock m {
            if i == k {
                return 10 * (m.word as int) + i
            }
            if i % 2 == 0 {
                continue
            }
            lock n {
                if i == 7 {
                    break
                }
                steps += 1
            }
        }
    }
    return -1
}

fn words(p: *Mutex) -> Words {
    lock p {
        lock n {
            return Words(p.word, n.word)
        }
    }
}

fn name() -> str {
    lock m {
        return "returned"
    }
}

println("{find(3)} {find(100)} after {steps} steps: {m.word} {n.word}")
let inside = words(&m)
println("inside {inside.outer} {inside.inner}, outside {m.word} {n.word}, {name()}")
loop {
    lock m {
        break
    }
}
while steps < 100 {
    lock m {
        lock n {
            steps += 50
            continue
        }
    }
}
lock m {
    for i in 0..3 {
        if i == 1 {
            continue
        }
        assert m.word == 1 && m.owner == getpid()
    }
}
println("{m.word} {n.word} {m.owner} {steps}")
