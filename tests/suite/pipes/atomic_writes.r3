# Writes of at most PIPE_BUF bytes are never torn apart, however many writers there are.
const RECORD = 1000

let fds: [int; 2]
must(pipe(&fds))
for who in 0..4 {
    if fork() == 0 {
        let record: [byte; RECORD]
        memset(&record[0], 'a' + who as byte, RECORD)
        for _i in 0..50 {
            assert write(fds[1], record) == RECORD
        }
        exit(0)
    }
}
close(fds[1])
let counts: [int; 4]
let record: [byte; RECORD]
loop {
    let n = read_all(fds[0], record)
    if n == 0 {
        break
    }
    assert n == RECORD
    for c in record {
        assert c == record[0]
    }
    counts[record[0] - 'a'] += 1
}
println("{counts[0]} {counts[1]} {counts[2]} {counts[3]}")
