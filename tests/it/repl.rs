//! Sessions: what is typed line by line, through a pipe and through a terminal, and what comes back.

#![expect(clippy::disallowed_methods, reason = "tests write scripts for ring3 to read")]

use std::io::Write;
use std::process::{Command, Stdio};

/// What a session through a pipe writes, and its exit status.
fn piped(arguments: &[&str], typed: &str) -> String {
    let mut child = Command::new(env!("CARGO_BIN_EXE_ring3"))
        .arg("repl")
        .args(arguments)
        .env("NO_COLOR", "1")
        .current_dir(env!("CARGO_TARGET_TMPDIR"))
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
session!(
    programs_of_lines_are_files_of_the_machine,
    [],
    r#"fn greeting() -> str { return "hello" }
program greeter(args: [str]) { println("{greeting()}, {args[1]}, from pid {getpid()}") }
fn run(name: str) { if fork() == 0 { exec("/bin/greeter", ["greeter", name]) }; wait() }
run("world")
program greeter(args: [str]) { println("good bye, {args[1]}") }
run("world")
:back 2
run("again")
let x = 1
program odd() { println("{x}") }
"#
);

session!(
    thread_local_variables_of_lines_are_each_threads_own,
    [],
    r#"thread_local let t: int
t = 5
thread_local let u: byte
u = 1
fn f(x: int) { t += x; u += 1; println("in a thread: {t} {u}") }
let tid = spawn_thread(f, 7)
join(tid)
t + u as int
thread_local let large: [byte; 2000]
"#
);

session!(a_machine_in_a_line_is_refused, [], "machine { frames = 3 }\n");
session!(what_nobody_can_foresee_is_refused, [], ":set replacement = opt\n");

session!(
    who_waits_is_shown,
    [],
    r#"let m: Mutex
fn hold(x: int) { lock m { pause() } }
fn want(x: int) { lock m { println("never") } }
let a = spawn_thread(hold, 0)
let b = spawn_thread(want, 0)
:threads
:tree
:locks
:queues
"#
);

session!(
    a_session_is_saved_and_loaded,
    [],
    r#":set ram = 4 * 1024 * 1024, quantum = 500
let x = 1
fn f() -> int {
    return x + 1
}
:save saved.r3
:reset
:set
:load saved.r3
f()
:load saved.r3
"#
);

session!(
    steps_go_on_within_a_line,
    [],
    r#"let n = 1; getppid(); n = 2; getppid(); n = 3
:back 45 events
:vars
:step
:step 2
:vars
:run
n
:back 9
"#
);

session!(
    commands_of_the_trace,
    [],
    r#":trace
:trace syscall
getppid()
:trace
:trace off
getpid()
:trace last
:trace nope
"#
);

session!(an_option_is_missing, [], ":load\n");
session!(help_lists_the_commands, [], ":help\n?wait\n");
session!(a_shell_in_the_machine, [], ":sh\necho hello | wc -c\nexit 3\n6 * 7\n");

/// The first lines of what a command shows.
#[test]
fn commands_show_the_memory() {
    let mut text = String::new();
    for command in [":mem", ":maps", ":maps 1", ":frames", ":swap", ":tlb", ":pt", ":pt 1 0x400000", ":fds 1", ":ps"] {
        let shown = piped(&[], &format!("{command}\n"));
        let lines: Vec<&str> = shown.lines().take(5).collect();
        text.push_str(&format!("> {command}\n{}\n", lines.join("\n")));
    }
    insta::assert_snapshot!(text);
}

#[test]
fn of_a_long_trace_the_first_lines_are_shown() {
    let shown = piped(&["--trace"], "let child = fork()\n");
    let (_, trace) = shown.split_once("--- standard error\n").expect("a trace is shown");
    let last = trace.lines().last().expect("a trace has lines");
    let more = last.strip_prefix("… ").and_then(|rest| rest.split_once(" more; `:trace last` shows all"));
    let more: usize = more.and_then(|(count, _)| count.parse().ok()).expect("the rest is counted");
    let whole = piped(&["--trace"], "let child = fork()\n:trace last\n");
    let (whole, _) = whole.split_once("--- standard error\n").expect("a trace is shown");
    assert_eq!(trace.lines().count() - 1 + more, whole.lines().count());
    assert!(trace.lines().zip(whole.lines()).take(30).all(|(first, all)| first == all));
}

#[test]
fn the_machine_of_a_file_is_that_of_the_session() {
    let file = std::path::Path::new(env!("CARGO_TARGET_TMPDIR")).join("of-a-file.r3");
    std::fs::write(&file, "machine { ram = MEGABYTE * 4 }\nconst MEGABYTE = 1 << 20\nlet x = 5\nx + 1\n")
        .expect("a file can be written");
    let shown = piped(&["of-a-file.r3"], "x\n:mem\n");
    assert!(shown.starts_with("6\n5\nMemTotal:           4096 kB\n"), "{shown}");
    std::fs::write(&file, "machine { ram = 1 }\n").expect("a file can be written");
    let shown = piped(&["of-a-file.r3"], "1\n");
    assert!(
        shown.contains("error[R0512]") && shown.contains("of-a-file.r3:1:17") && shown.ends_with("--- status 1\n"),
        "{shown}"
    );
}
