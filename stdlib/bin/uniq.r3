# uniq(1): of equal lines that follow each other, one; -c with their number in front, -d only those that repeat.

use options
use text_input

let counting = false
let repeated = false
let out: Formatter

let o = Options(next: 1)
loop {
    match next_option(&o, "cd") {
        0 => break
        'c' => counting = true
        _ => repeated = true
    }
}
let name = "-"
if o.next < len(args) {
    name = args[o.next]
}
let all: Bytes
let fd = open_input(name)
if fd < 0 || read_to_end(&all, fd, name) < 0 {
    exit(1)
}
let lines = lines_of(all.first[0..all.size])
let count = 0
fmt_begin(&out, 1)
for i in 0..len(lines) {
    count += 1
    if i + 1 == len(lines) || lines[i + 1] != lines[i] {
        if !repeated || count > 1 {
            if counting {
                fmt_int(&out, count, 7)
                fmt_put(&out, " ")
            }
            fmt_put(&out, lines[i])
            fmt_put(&out, "\n")
        }
        count = 0
    }
}
fmt_end(&out)
