# Locks: one that nobody else wants is taken and given back.
let turns = 0
let _ok = parse_int(args[1], &turns)
let m: Mutex
let count = 0

fn work(n: int) {
    for _ in 0..n {
        lock m { count += 1 }
    }
}

work(turns)
