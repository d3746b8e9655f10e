//! Sessions: what is typed line by line, through a pipe and through a terminal, and what comes back.

use std::io::Write;
use std::process::{Command, Stdio};

/// What a session through a pipe writes, and its exit status.
fn piped(arguments: &[&str], typed: &str) -> String {
    let mut child = Command::new(env!("CARGO_BIN_EXE_ring3"))
        .arg("repl")
        .args(arguments)
        .env("NO_COLOR", "1")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("ring3 runs and takes its input");
    child
        .stdin
        .take()
        .expect("ring3 runs and takes its input")
        .write_all(typed.as_bytes())
        .expect("ring3 runs and takes its input");
    let output = child.wait_with_output().expect("ring3 runs and takes its input");
    let (stdout, stderr) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    let code = output.status.code().unwrap_or(-1);
    let mut text = stdout.into_owned();
    if !stderr.is_empty() {
        text.push_str(&format!("--- standard error\n{stderr}"));
    }
    if code != 0 {
        text.push_str(&format!("--- status {code}\n"));
    }
    text
}

macro_rules! session {
    ($name:ident, $arguments:expr, $typed:expr) => {
        #[test]
        fn $name() {
            insta::assert_snapshot!(piped(&$arguments, $typed));
        }
    };
}

session!(
    values_are_echoed_in_the_notation_of_the_language,
    [],
    r#"1 + 1
_ * 21
-7 as i32
true && 1 > 2
'a'
"a \"b\"\n"
nil
[1, 2, 3]
let numbers = [4, 5, 6, 7]
numbers[1..3]
struct Point { x: int, y: str }
Point(x: 1, y: "up")
enum Color { Red, Green = 5 }
Color.Green
fn twice(n: int) -> int { return n * 2 }
twice
&numbers[0] == nil
"#
);

session!(
    later_lines_see_what_earlier_ones_define,
    [],
    r#"let x = 40
const TWO = 2
fn f() -> int { return x + TWO }
x += 1
f()
struct P { a: int }
fn make() -> P { return P(a: 7) }
struct P { b: str }
make()
P(b: "new")
let x = "another x"
x
f()
let p = malloc(100)
free(p)
malloc(100) == p
let m: Mutex
lock m { x = "locked" }
x
"#
);

session!(
    a_line_may_be_several,
    [],
    r#"fn add(
    a: int,
    b: int
) -> int {
    return a + b
}
add(1,
    2)
for i in 0..3 {
    print("{i} ")
}
"#
);

session!(
    the_child_of_a_fork_ends_with_the_line,
    [],
    r#"let x = 1
let child = fork()
if child == 0 { x = 2; println("child {getpid()} of {getppid()}") }
let pid = fork(); if pid == 0 { x = 3; println("child, x = {x}") }
let status = 7
waitpid(pid, &status)
WEXITSTATUS(status)
x
if fork() == 0 { exec("/bin/echo", ["echo", "from another program"]) }
wait() > 0
"#
);

session!(a_crash_is_told_and_taken_back, [], "let p = nil as *int\n*p = 1\np\n");
session!(a_deadlock_is_told, [], "let m: Mutex\nlock m { lock m { } }\n");
session!(an_exit_is_told, [], "exit(3)\n");
session!(an_exec_is_told, [], "exec(\"/bin/echo\", [\"echo\", \"hi\"])\n");
session!(a_mistake_is_told_at_its_line, [], "let counter = 1\n\ncountr + 1\ncounter\n");
session!(a_program_reads_what_comes_next, [], "let b: [byte; 16]\nlet n = read(0, b[0..])\ntyped\nstr(b[0..n])\n");
session!(what_happens_is_shown, ["--trace=syscall"], "getpid()\nlet x = getppid()\n");

session!(
    lines_are_taken_back_and_done_again,
    [],
    r#"let x = 1
x = 2
println("x is {x}")
:back 2
x
:back 2
:forward
:forward
x = 10; for i in 0..5 { getppid() }
:back 12 events
:run
x
"#
);

session!(
    commands_show_the_machine,
    [],
    r#"let child = fork()
:ps
:tree
:thr
:fds
:pt 2 0x30000000
:swap
:type &child
:expl r0201
?getpid
:q
"#
);

session!(a_command_that_is_not_known, [], ":hlep\n");
session!(a_beginning_that_is_not_enough, [], ":s\n");
session!(another_machine, [], ":set ram = 2 * 1024 * 1024\nlet x = 1\n:reset\nx\n");
