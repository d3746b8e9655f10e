# Tools on text, as coreutils have them.
fn sh(text: str) {
    let status = run("/bin/sh", ["sh", "-c", text])
    println("-> {shell_status(status)}")
}

sh("seq 9 11 | sort; seq 9 11 | sort -nr | head -c 4; seq 3 -2 -1 | tail -n +2")
sh("seq 4 | grep -v 3 | grep -n 4; seq 12 | grep -c 1; echo Ab | grep -qi aB; grep x /no; echo none | grep x")
sh("echo b a b b | tr ' ' '\\n' | sort | uniq -c; echo abc | tr a-b X | tr -d c")
sh("time -p sleep 1.5; time sh -c 'exit 3'")
sh("head -n; sort /no; seq; kill -l 15 KILL 137; kill x")
