# What ring3 draws for people: page tables, areas, frames, the swap device.

# Prints a view as text: "page_table" or "areas" of a process, or of this one; "frames" or "swap" of the machine.
# Answers 0 or a negative errno.
# Linux: page tables, frames and slots are seen as numbers only, in pagemap and its kin. Here: /proc has drawings of them,
# too, because to see them is what ring3 is for.
fn show(view: str, pid: int = 0) -> int {
    let buf: [byte; 2048]
    let n = format(buf, "/proc/self/{view}")
    if view == "frames" || view == "swap" {
        n = format(buf, "/proc/{view}")
    } else if pid != 0 {
        n = format(buf, "/proc/{pid}/{view}")
    }
    let fd = open(buf[..n] as str)
    if fd < 0 {
        return fd
    }
    loop {
        n = read_all(fd, buf)
        if n <= 0 || write_all(1, buf[..n]) < 0 {
            break
        }
    }
    close(fd)
    return min(n, 0)
}
