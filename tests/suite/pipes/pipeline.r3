# Three programs in a row, connected by hand as a shell does it: dup2 to 0 and 1, close the rest, exec.
fn stage(path: str, args: [str], input: int, output: int, spare: int) {
    if fork() == 0 {
        dup2(input, 0)
        dup2(output, 1)
        for fd in 3..10 {
            close(fd)
        }
        exec(path, args)
        exit(127)
    }
    close(spare)
}

let first: [int; 2]
let second: [int; 2]
must(pipe(&first))
must(pipe(&second))
stage("/bin/echo", ["echo", "a", "b", "c"], 0, first[1], first[1])
stage("/bin/cat", ["cat"], first[0], second[1], second[1])
close(first[0])
stage("/bin/wc", ["wc"], second[0], 1, second[0])
let status = 0
while wait(&status) > 0 {
    assert status == 0
}
