# The heap is one for all threads: each block belongs to one of them.
fn work(me: int) {
    for i in 0..6 {
        let p = malloc(8 * (i + 1))
        for k in 0..8 * (i + 1) {
            p[k] = me as byte
        }
        let q = malloc(40)
        q[0] = me as byte
        for k in 0..8 * (i + 1) {
            assert p[k] == me
        }
        free(p)
        assert q[0] == me
        free(q)
    }
}

let a = spawn_thread(work, 1)
let b = spawn_thread(work, 2)
join(a)
join(b)
println("done")
