# Threads: made and joined, one after the other.
let turns = 0
let _ok = parse_int(args[1], &turns)

fn nothing(n: int) {}

for i in 0..turns {
    let thread = spawn_thread(nothing, i)
    join(thread)
}
