# pstree(1): the processes in /proc as a tree, from pid 1 or PID on, in ASCII as with -A; -p shows pids.
#
# Linux: without -p, pstree writes equal branches once, as 2*[sleep]. Here: each for itself, as with -c, because that
# shows how many there are.

use dir
use procfs
use options

const PIDS = 1

# A process, or a thread of its parent.
struct Node {
    p: Process
    thread: bool
}

let nodes: *Node
let count = 0
let room = 0
let flags = 0

# What stands left of the line that is being written.
let prefix: [byte; 512]

# The line that is being written.
let line: Formatter

# Room for one more node; ends the program if there is no memory.
fn new_node() -> *Node {
    if count == room {
        room = max(2 * room, 32)
        nodes = realloc(nodes as *byte, room * sizeof(Node)) as *Node
        if nodes == nil {
            eprintln("pstree: out of memory")
            exit(1)
        }
    }
    count += 1
    return nodes + (count - 1)
}

# Collects every process and its threads.
fn collect() {
    let proc: Dir
    must(open_dir(&proc, "/proc"))
    loop {
        let pid = next_pid(&proc)
        if pid < 0 {
            break
        }
        let p: Process
        if read_process(&p, pid) {
            *new_node() = Node(p: p)
            collect_threads(&p)
        }
    }
    close_dir(&proc)
}

# Collects the threads of a process, except the first, as its children and under its name.
fn collect_threads(p: *Process) {
    let path: [byte; 64]
    let tasks: Dir
    let n = format(path, "/proc/{p.pid}/task")
    if open_dir(&tasks, path[0..n] as str) < 0 {
        return
    }
    loop {
        let tid = next_pid(&tasks)
        if tid < 0 {
            break
        }
        if tid != p.pid {
            let node = new_node()
            *node = Node(p: *p, thread: true)
            node.p.pid = tid
            node.p.ppid = p.pid
        }
    }
    close_dir(&tasks)
}

# The child of `ppid` that comes after `last` by name and place; -1 after the last one. Threads come last.
fn child_after(ppid: int, last: int) -> int {
    let best = -1
    for i in 0..count {
        if nodes[i].p.ppid == ppid && (last < 0 || before(last, i)) && (best < 0 || before(i, best)) {
            best = i
        }
    }
    return best
}

# Whether node a is written before its sister b.
fn before(a: int, b: int) -> bool {
    if nodes[a].thread != nodes[b].thread {
        return nodes[b].thread
    }
    let order = compare(comm_of(&nodes[a].p), comm_of(&nodes[b].p))
    return order < 0 || order == 0 && a < b
}

# Writes a node behind what is on the line, and its branches; `margin` bytes of the prefix lead to it.
fn show(i: int, margin: int) {
    let label: [byte; 64]
    let n = label_of(&nodes[i], label)
    fmt_put(&line, label[0..n])
    let child = -1
    if !nodes[i].thread {
        child = child_after(nodes[i].p.pid, -1)
    }
    if child < 0 {
        fmt_put(&line, "\n")
        fmt_end(&line)
        return
    }
    let next = child_after(nodes[i].p.pid, child)
    if next < 0 {
        fmt_put(&line, "---")
        show(child, indent(margin, n + 3))
        return
    }
    let below = indent(margin, n + 1)
    fmt_put(&line, "-+-")
    show(child, branch(below, '|'))
    while next >= 0 {
        child = next
        next = child_after(nodes[i].p.pid, child)
        fmt_begin(&line, 1)
        fmt_put(&line, prefix[0..below])
        if next < 0 {
            fmt_put(&line, "`-")
            show(child, branch(below, ' '))
        } else {
            fmt_put(&line, "|-")
            show(child, branch(below, '|'))
        }
    }
}

# Adds `n` blanks to the prefix; answers its new length.
fn indent(margin: int, n: int) -> int {
    let to = min(margin + n, len(prefix))
    for i in margin..to {
        prefix[i] = ' '
    }
    return to
}

# Adds the line that leads past a branch to the prefix; answers its new length.
fn branch(margin: int, stem: byte) -> int {
    let to = indent(margin, 2)
    if margin < to {
        prefix[margin] = stem
    }
    return to
}

# The text of a node, in `label`: its name, a thread's in braces, and the pid if wanted; answers its length.
fn label_of(node: *Node, label: [byte]) -> int {
    let n = 0
    if node.thread {
        n = format(label, "{{{comm_of(&node.p)}}}")
    } else {
        n = format(label, "{comm_of(&node.p)}")
    }
    if flags & PIDS != 0 {
        n += format(label[n..], "({node.p.pid})")
    }
    return n
}

# The node of a process; -1 if there is none.
fn node_of(pid: int) -> int {
    for i in 0..count {
        if nodes[i].p.pid == pid && !nodes[i].thread {
            return i
        }
    }
    return -1
}

let root = 1
let first = options("pA", &flags)
if first < len(args) && !parse_int(args[first], &root) {
    eprintln("pstree: invalid process id: {args[first]}")
    exit(1)
}
collect()
if node_of(root) < 0 {
    exit(1)
}
fmt_begin(&line, 1)
show(node_of(root), 0)
