# getdents64 gives every entry once, with . and .. and its kind.
use dir

fn list(path: str) {
    let names: [str; 64]
    let n = 0
    let dir: Dir
    must(open_dir(&dir, path))
    let entry = next_entry(&dir)
    while entry != nil {
        let text = malloc(300)
        let used = format(text[0..300], "{name_of(entry)}({entry.d_type})")
        names[n] = text[0..used] as str
        n += 1
        entry = next_entry(&dir)
    }
    close_dir(&dir)
    sort(names[0..n])
    print("{path}:")
    for name in names[0..n] {
        print(" {name}")
    }
    println("")
}

must(mkdir("/tmp/d"))
list("/tmp/d")
close(must(open("/tmp/d/file", O_CREAT)))
must(mkdir("/tmp/d/sub"))
list("/tmp/d")
let buf: [byte; 512]
println("of a file: {errname(getdents64(open("/tmp/d/file"), buf))}")
println("too small: {errname(getdents64(open("/tmp/d"), buf[0..20]))}")
