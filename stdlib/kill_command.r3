# What kill(1) and the shell's own kill have in common: kill [-N | -NAME | -s NAME] PID...; -l lists the names.

# Does what `words` say, words[0] being the command's name; answers the status. `target` turns an operand into what
# kill(2) takes, or complains and answers false.
fn kill_command(words: [str], target: fn(str, *int) -> bool) -> int {
    let sig = SIGTERM
    let first = 1
    if len(words) > 1 && words[1] == "-l" {
        return list_signals(words[2..])
    }
    if len(words) > 1 && words[1] == "--" {
        first = 2
    } else if len(words) > 1 && len(words[1]) > 1 && words[1][0] == '-' {
        let spec = words[1][1..]
        first = 2
        if spec == "s" && len(words) > 2 {
            spec = words[2]
            first = 3
        }
        sig = signal_number(spec)
        if sig < 0 {
            eprintln("kill: invalid signal: {spec}")
            return 1
        }
    }
    if first >= len(words) {
        eprintln("Usage: kill [-SIGNAL] PID...")
        return 1
    }
    let status = 0
    for operand in words[first..] {
        let pid = 0
        if !target(operand, &pid) {
            status = 1
        } else {
            let r = kill(pid, sig)
            if r < 0 {
                eprintln("kill: ({operand}): {strerror(r)}")
                status = 1
            }
        }
    }
    return status
}

# Prints the name of each signal, or of those whose numbers, or exit statuses, are given.
fn list_signals(numbers: [str]) -> int {
    if len(numbers) == 0 {
        for sig in 1..SIGNALS + 1 {
            println("{signame(sig)[3..]}")
        }
    }
    for text in numbers {
        let sig = signal_number(text)
        let number = 0
        if parse_int(text, &number) && number > 128 {
            sig = number - 128
        }
        if sig < 1 || sig > SIGNALS {
            eprintln("kill: invalid signal: {text}")
            return 1
        }
        if parse_int(text, &number) {
            println("{signame(sig)[3..]}")
        } else {
            println("{sig}")
        }
    }
    return 0
}

# The process whose number is an operand.
fn numbered_target(operand: str, pid: *int) -> bool {
    if parse_int(operand, pid) {
        return true
    }
    eprintln("kill: failed to parse argument: '{operand}'")
    return false
}
