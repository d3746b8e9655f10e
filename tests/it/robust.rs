//! The command line against bad input of every kind: it ends with a clear report and the documented status, within the
//! memory and the time that each case is given.

#![expect(clippy::disallowed_methods, reason = "the command line is tested from the host's side")]

use std::io::Write;
use std::path::PathBuf;
use std::process::{Command, Output, Stdio};

/// KiB of address space that the command may use.
const MEMORY_KIB: u32 = 512 << 10;
/// Seconds of CPU time; a loaded machine is no slower in these.
const CPU_SECONDS: u32 = 10;

/// The command with so many arguments, under a shell that bounds what it may use.
fn ring3(arguments: &[&str]) -> Command {
    let mut command = Command::new("sh");
    let limits = format!("ulimit -v {MEMORY_KIB} && ulimit -t {CPU_SECONDS} && exec \"$0\" \"$@\"");
    let _ = command.args(["-c", &limits, env!("CARGO_BIN_EXE_ring3")]).args(arguments);
    let _ = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).env("NO_COLOR", "1");
    command
}

/// What a run came to.
#[derive(Debug)]
struct Done {
    status: Option<i32>,
    out: String,
    err: String,
}

impl Done {
    fn of(output: &Output) -> Self {
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        let done = Self { status: output.status.code(), out: text(&output.stdout), err: text(&output.stderr) };
        assert!(!done.err.contains("mistake of its own"), "{done:?}");
        assert!(done.err.len() < 64 << 10, "a report of {} bytes", done.err.len());
        done
    }

    /// The status and a part of the report.
    #[track_caller]
    fn expect(&self, status: i32, report: &str) {
        assert_eq!(self.status, Some(status), "{self:?}");
        assert!(self.err.contains(report), "{report:?} is not in {}", self.err);
    }
}

fn run_with(arguments: &[&str], input: &[u8]) -> Done {
    let mut child = ring3(arguments).spawn().expect("the command starts");
    // A command that does not read its input may be gone already.
    let _ = child.stdin.take().expect("it is piped").write_all(input);
    Done::of(&child.wait_with_output().expect("the command ends"))
}

fn run(arguments: &[&str]) -> Done {
    run_with(arguments, b"")
}

fn run_code(code: &str) -> Done {
    run(&["-e", code])
}

/// A file of the host for one test.
fn file(name: &str, bytes: &[u8]) -> String {
    let path = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(name);
    std::fs::write(&path, bytes).expect("the directory for tests can be written to");
    path.to_str().expect("its path is UTF-8").to_owned()
}

fn run_file(name: &str, bytes: &[u8]) -> Done {
    run(&[&file(name, bytes)])
}

#[test]
fn an_empty_file_runs_and_does_nothing() {
    let done = run_file("empty.r3", b"");
    assert_eq!((done.status, done.out.as_str(), done.err.as_str()), (Some(0), "", ""));
}

#[test]
fn what_is_no_file_is_told() {
    run(&[env!("CARGO_TARGET_TMPDIR")]).expect(2, "directory");
    run(&["/no/such/script.r3"]).expect(2, "cannot read /no/such/script.r3");
    run(&["--file", "/no/such:/tmp/x", "-e", ""]).expect(2, "cannot read /no/such");
}

#[test]
fn bytes_that_are_no_script_are_told() {
    let mut seed = 1_u64;
    let mut random = || {
        seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        (seed >> 56) as u8
    };
    let noise: Vec<u8> = (0..1_000_000).map(|_| random()).collect();
    run_file("noise.r3", &noise).expect(2, "error[");
    let printable: Vec<u8> = noise.iter().map(|byte| if byte % 40 == 0 { b'\n' } else { b' ' + byte % 95 }).collect();
    run_file("printable.r3", &printable).expect(2, "error[");
    run_file("latin1.r3", b"println(\"caf\xe9\")\n").expect(2, "UTF-8");
    run_file("nul.r3", b"let a = 1\0\n").expect(2, "error[");
    run_file("large.r3", &b"# a comment of thirty-two bytes\n".repeat(40_000)).expect(2, "1048576");
}

#[test]
fn windows_line_ends_are_line_ends() {
    let done = run_file("crlf.r3", b"let a = 1\r\nif a == 1 {\r\n    println(\"one\")\r\n}\r\n");
    assert_eq!((done.status, done.out.as_str()), (Some(0), "one\n"), "{done:?}");
}

#[test]
fn deep_nesting_is_refused() {
    for (name, piece) in [("parentheses", "("), ("brackets", "["), ("braces", "{"), ("minus", "-"), ("not", "!")] {
        let text = format!("let a = {}", piece.repeat(100_000));
        run_file(&format!("{name}.r3"), text.as_bytes()).expect(2, "error[");
    }
    run_file("blocks.r3", "if true {\n".repeat(50_000).as_bytes()).expect(2, "error[");
    run_file("sum.r3", format!("let a = 1{}\n", " + 1".repeat(100_000)).as_bytes()).expect(2, "256 operations deep");
}

#[test]
fn a_limit_of_instructions_ends_loops() {
    run(&["--max-steps", "1000000", "-e", "loop { }"]).expect(124, "the limit of --max-steps");
    run(&["--max-steps", "300000", "-e", "loop { fork() }"]).expect(124, "the limit of --max-steps");
}

#[test]
fn tasks_have_a_limit() {
    let code = "loop {\n    let pid = fork()\n    if pid == 0 { sleep_ms(1000000) }\n    if pid < 0 {\n        \
                println(errname(pid))\n        exit(3)\n    }\n}\n";
    let done = run(&["--ram", "8M", "-e", code]);
    assert_eq!((done.status, done.out.as_str()), (Some(3), "EAGAIN\n"), "{done:?}");
}

#[test]
fn faults_are_told_with_their_line() {
    let nil = "let p: *int = nil\nprintln(\"{*p}\")\n";
    run_code(nil).expect(139, "a pointer is nil here");
    run_code("fn f(n: int) {\n    println(\"{n}\")\n}\nlet g = f\n*(&g as *int) = 0x7000000000\ng(1)\n")
        .expect(139, "it jumped to address 0x7000000000, where nothing is mapped");
    run_code("let p = mmap(10)\nmprotect(p, 10, PROT_NONE)\nprintln(\"{p[0]}\")\n").expect(139, "PROT_NONE");
    run_code("fn f(n: int) -> int {\n    return f(n + 1) + 1\n}\nprintln(\"{f(0)}\")\n")
        .expect(139, "the stack overflowed");
    run_code("let s = \"hello\"\nlet p = &s[0]\np[0] = 'j'\n").expect(139, "read-only");
    run_code("let n = 0\nprintln(\"{1 / n}\")\n").expect(136, "divides by zero");
    run_code("let a = 3\nassert a == 4, \"why\"\n").expect(134, "assertion failed: a == 4");
}

#[test]
fn memory_without_end_ends() {
    let done = run_code("println(errname(mmap(1 << 40) as int))\n");
    assert_eq!((done.status, done.out.as_str()), (Some(0), "ENOMEM\n"), "{done:?}");
    let code = "loop {\n    let p = mmap(1 << 20)\n    for i in 0..256 { p[i * PAGE_SIZE] = 1 }\n}\n";
    run_code(code).expect(137, "the OOM killer chose it");
}

#[test]
fn an_allocation_fails_when_asked_to() {
    let code = "for _ in 0..3 { println(errname(dup(1))) }\nlet p = mmap(PAGE_SIZE)\np[0] = 1\n";
    let done = run(&["--trace=mm", "--fail", "fd:2", "-e", code]);
    assert_eq!((done.status, done.out.as_str()), (Some(0), "OK\nENOMEM\nOK\n"), "{done:?}");
    assert!(done.err.contains("fd allocation 2 fails, as --fail asks"), "{done:?}");
}

#[test]
fn who_is_ended_in_the_midst_of_a_write_has_no_file_any_more() {
    let code = "machine { ram = 2 * 1024 * 1024, frames = 8, swap = 400, replacement = fifo }\n\
                let fd = must(open(\"/tmp/full\", O_RDWR | O_CREAT))\nlet block: [byte; 16384]\nwrite(fd, block)\n\
                write(fd, block)\n";
    for nth in 20..60 {
        let done = run(&["--fail", &format!("frame:{nth}"), "-e", code]);
        assert!(matches!(done.status, Some(0 | 137)), "{nth}: {done:?}");
    }
}

#[test]
fn a_reader_that_goes_away_ends_the_run_quietly() {
    let mut child = ring3(&["-e", "loop { println(\"again\") }"]).spawn().expect("the command starts");
    drop(child.stdout.take());
    let done = Done::of(&child.wait_with_output().expect("the command ends"));
    assert_eq!((done.status, done.err.as_str()), (Some(141), ""));
}

#[test]
fn ctrl_c_ends_the_run_with_a_report() {
    let mut child = ring3(&["-e", "println(\"ready\")\nloop { }"]).spawn().expect("the command starts");
    let mut line = [0; 6];
    std::io::Read::read_exact(child.stdout.as_mut().expect("it is piped"), &mut line).expect("the script begins");
    let sent = Command::new("kill").args(["-INT", &child.id().to_string()]).status().expect("kill(1) is there");
    assert!(sent.success());
    Done::of(&child.wait_with_output().expect("the command ends")).expect(130, "the run was interrupted");
}

#[test]
fn a_deadlock_is_told() {
    let code = "let fds: [int; 2]\nmust(pipe(&fds))\nlet buf: [byte; 4]\nlet n = read(fds[0], buf)\n";
    run_code(code).expect(125, "whose write end is still open");
}

#[test]
fn bad_usage_is_told_with_what_was_meant() {
    run(&["--max-step", "1", "-e", ""]).expect(2, "--max-steps");
    run(&["--trace=syscal", "-e", ""]).expect(2, "syscall");
    run(&["--ram", "lots", "-e", ""]).expect(2, "--ram");
    run(&["--format", "jsn", "-e", ""]).expect(2, "jsonl");
    run(&["--schedule", "nonsense", "-e", ""]).expect(2, "--schedule");
    run(&["--file", "nowhere", "-e", ""]).expect(2, "HOST:SIM");
    run_code("machine { rams = 4 }\n").expect(2, "did you mean `ram`?");
    run_code("machine { ram = 4 }\n").expect(2, "`ram` takes");
    run_code("machine { sched = fifo }\n").expect(2, "`sched` takes `rr`, or `random`");
    run_code("machine { sched = rr, seed = 3 }\n").expect(2, "leaves nothing to chance");
    run(&["--fail", "frme:3", "-e", ""]).expect(2, "did you mean `frame`?");
    run(&["--fail", "frame", "-e", ""]).expect(2, "KIND:N is wanted, as `frame:17`");
    run(&["--sched", "rr", "--seed", "3", "-e", ""]).expect(2, "leaves nothing to chance");
}

/// With slices of one instruction two processes take turns between any two of theirs.
#[test]
fn a_quantum_of_one_parts_any_two_instructions() {
    let code = "let shared = mmap(PAGE_SIZE, PROT_READ|PROT_WRITE, MAP_SHARED|MAP_ANONYMOUS) as *int\n\
                let child = fork()\nfor _ in 0..20 { shared[0] += 1 }\n\
                if child == 0 { exit(0) }\nwait()\nprintln(\"{shared[0]}\")\n";
    let count = |flags: &[&str]| run(&[flags, &["--quantum", "1", "-e", code]].concat()).out;
    assert_eq!(run_code(code).out, "40\n");
    assert_ne!(count(&["--sched", "rr"]), "40\n");
    assert_eq!(count(&["--sched", "random"]), count(&["--seed", "0"]));
    let seen: std::collections::BTreeSet<String> =
        (0..5_u8).map(|seed| count(&["--seed", &seed.to_string()])).collect();
    assert!(seen.len() > 1, "{seen:?}");
}

#[test]
fn scripts_come_from_everywhere() {
    let done = run_with(&["-", "one", "--two"], b"println(\"{len(args)} {args[1]} {args[2]}\")\n");
    assert_eq!((done.status, done.out.as_str()), (Some(0), "3 one --two\n"), "{done:?}");
    let host = file("notes.txt", b"brought in\n");
    let code = "exec(\"/bin/cat\", [\"cat\", \"/tmp/notes\"])\n";
    let done = run(&["--file", &format!("{host}:/tmp/notes"), "-e", code]);
    assert_eq!((done.status, done.out.as_str()), (Some(0), "brought in\n"), "{done:?}");
    let script = file("hello.r3", b"println(\"hello\")\n");
    let done = run(&["check", "--emit", "bytecode", &script]);
    assert!(done.status == Some(0) && done.out.contains("syscall"), "{done:?}");
    assert_eq!(run(&["check", &script]).status, Some(0));
}

#[test]
fn a_process_touches_a_million_pages() {
    let code = "machine { ram = 8 * 1024 * 1024 * 1024 }
const PAGES = 1_000_000
let memory = mmap(PAGES * PAGE_SIZE)
for page in 0..PAGES { memory[page * PAGE_SIZE + page % 4096] = page as byte }
let wrong = 0
for page in 0..PAGES { if memory[page * PAGE_SIZE + page % 4096] != page as byte { wrong += 1 } }
println(\"{wrong} pages are wrong\")
";
    let limits = "ulimit -v 2000000 && ulimit -t 60 && exec \"$0\" \"$@\"";
    let output = Command::new("sh").args(["-c", limits, env!("CARGO_BIN_EXE_ring3"), "-e", code]).output();
    let done = Done::of(&output.expect("the command runs"));
    assert_eq!((done.status, done.out.as_str()), (Some(0), "0 pages are wrong\n"), "{done:?}");
}
