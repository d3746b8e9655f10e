# kill(1): sends a signal, TERM or the one named by -N, -NAME or -s NAME, to processes; -l lists the names.

let status = 0
let sig = SIGTERM
let first = 1

# Takes the signal that an option names.
fn take_signal(text: str) {
    sig = signal_number(text)
    if sig < 0 {
        eprintln("kill: invalid signal: {text}")
        exit(1)
    }
}

# Sends the signal to the process whose number is `text`.
fn send(text: str) {
    let pid = 0
    if !parse_int(text, &pid) {
        eprintln("kill: failed to parse argument: '{text}'")
        status = 1
        return
    }
    let r = kill(pid, sig)
    if r < 0 {
        eprintln("kill: ({pid}): {strerror(r)}")
        status = 1
    }
}

# Prints each signal's name, without SIG.
fn list() {
    for number in 1..SIGNALS + 1 {
        println("{signame(number)[3..]}")
    }
}

if len(args) > 1 && args[1] == "-l" {
    list()
    exit(0)
}
if len(args) > 2 && args[1] == "-s" {
    take_signal(args[2])
    first = 3
} else if len(args) > 1 && args[1] == "--" {
    first = 2
} else if len(args) > 1 && starts_with(args[1], "-") {
    take_signal(args[1][1..])
    first = 2
}
if first >= len(args) {
    eprintln("Usage: kill [-SIGNAL] PID...")
    exit(1)
}
for pid in args[first..] {
    send(pid)
}
exit(status)
