//! Reading traces: as strace would write them, why an event happened, and where two runs part.

#![expect(clippy::disallowed_methods, reason = "tests read what ring3 wrote")]

use std::io::Write;
use std::path::PathBuf;
use std::process::{Command, Stdio};

use ring3::system;
use ring3::trace::chain::{Causes, Teller, told};
use ring3::trace::event::{Change, What};
use ring3::trace::filter::Filter;
use ring3::trace::recorder::{Numbered, Recording};
use ring3::trace::render::{Format, Pids};
use ring3::trace::value::{TaskState, WaitOn};

use crate::harness::{self, read, render_text, root};

/// A script of `tests/reading`, run to its end.
fn finished(name: &str) -> system::Finished {
    let path = root().join("tests/reading").join(name);
    let mut script = harness::compile(format!("tests/reading/{name}"), read(&path));
    script.options.recording = Recording::State;
    system::run(&script.compiled, &script.options, b"").expect("the machine starts")
}

/// Compares with the snapshot that lies beside the scripts.
fn snapshot(name: &str, text: &str) {
    insta::with_settings!({ snapshot_path => root().join("tests/reading"), prepend_module_to_snapshot => false }, {
        insta::assert_snapshot!(name, text);
    });
}

fn why(run: &system::Finished, seq: u32) -> String {
    let mut causes = Causes::default();
    run.events.iter().for_each(|event| causes.push(event, &run.arena));
    let mut teller = Teller::new(&causes.chain(seq));
    run.machine.programs().for_each(|(ino, debug)| teller.learn(ino, debug.clone()));
    run.events.iter().for_each(|event| teller.push(event, &run.arena));
    told(&teller.links())
}

#[test]
fn a_trace_has_the_grammar_of_strace() {
    let run = finished("strace.r3");
    let text = |pids| render_text(&run.machine, &run.events, &run.arena, Filter::default(), Format::Strace(pids));
    snapshot("strace", &text(Pids::Always));
    let shared = text(Pids::WhenSeveral);
    assert!(shared.contains(" = 3\nstrace: Process 3 attached\n[pid     2] "), "{shared}");
    assert!(shared.starts_with("execve(\"/bin/script\""), "{shared}");
    assert!(shared.contains("\n[pid     3] futex("), "{shared}");
    // Each line is a call, a part of one, a signal or an end.
    for line in text(Pids::Always).lines() {
        let (pid, rest) = line.split_at(6);
        assert!(pid.trim().parse::<u32>().is_ok(), "{line}");
        let call = rest.contains(") ") && rest.contains("= ") || rest.ends_with(" <unfinished ...>");
        let other = rest.starts_with("--- SIG") && rest.ends_with(" ---") || rest.starts_with("+++ ");
        assert!(call || other, "{line}");
        if let Some(column) = rest.find(") ").filter(|_| call && line.len() < 60) {
            let equals = line[column..].find("= ").map(|at| at + column);
            assert!(equals.is_none_or(|at| at >= 40), "{line}");
        }
    }
}

#[test]
fn arguments_are_what_strace_prints_of_a_c_program_with_the_same_calls() {
    let run = finished("calls.r3");
    let format = Format::Strace(Pids::Always);
    snapshot("calls", &render_text(&run.machine, &run.events, &run.arena, Filter::default(), format));
}

#[test]
fn a_thread_that_executes_a_program_supersedes_its_leader() {
    let run = finished("exec_in_thread.r3");
    let text = |pids| render_text(&run.machine, &run.events, &run.arena, Filter::default(), Format::Strace(pids));
    snapshot("exec_in_thread", &text(Pids::WhenSeveral));
    assert!(text(Pids::Always).contains("\n2     +++ superseded by execve in pid 4 +++\n2     <... execve resumed>)"));
    assert!(!text(Pids::Always).contains("attached"));
}

#[test]
fn a_filter_leaves_out_lines_of_strace() {
    let run = finished("strace.r3");
    let only = |filter: &str| {
        let filter = filter.parse().expect("a filter");
        render_text(&run.machine, &run.events, &run.arena, filter, Format::Strace(Pids::Always))
    };
    assert!(only("signal").lines().all(|line| line.contains("--- SIG")) && !only("signal").is_empty());
    assert!(only("task").lines().all(|line| line.contains("+++ ")) && !only("task").is_empty());
    assert!(only("task=3").lines().all(|line| line.starts_with("3 ")) && !only("task=3").is_empty());
}

#[test]
fn who_sleeps_on_a_lock_is_told_who_has_it_and_why_still() {
    let run = finished("held.r3");
    let mut waits = std::collections::BTreeSet::new();
    let slept = run.events.iter().filter_map(|event| match event.event.what {
        What::Change(Change::WaitOn { tid, to: Some(WaitOn::Futex(_)), .. }) if tid.0 > 2 => {
            let _ = waits.insert(tid);
            Some((event.seq, tid))
        }
        What::Change(_) | What::Note(_) | What::Choice(_) => None,
    });
    let texts: Vec<String> = slept.map(|(seq, _)| why(&run, seq)).collect();
    let told = texts.iter().find(|text| text.contains("takes the lock m")).expect("one slept on the lock");
    for word in ["has to leave the CPU", "is interrupted by the timer", "line 8"] {
        assert!(told.contains(word), "{word}: {told}");
    }
    snapshot("held", told);
}

#[test]
fn each_event_has_a_chain_that_goes_back_in_time() {
    for name in ["strace.r3", "held.r3"] {
        let run = finished(name);
        let mut causes = Causes::default();
        run.events.iter().for_each(|event| causes.push(event, &run.arena));
        for event in &run.events {
            let chain = causes.chain(event.seq);
            assert_eq!(chain.first(), Some(&event.seq));
            let sleeps = matches!(event.event.what, What::Change(Change::TaskState { to: TaskState::Sleeping, .. }));
            assert!(sleeps || chain.iter().skip(1).all(|&seq| seq <= event.seq), "{chain:?}");
        }
    }
}

fn ring3(arguments: &[&str]) -> (Option<i32>, String, String) {
    typed(arguments, "")
}

fn typed(arguments: &[&str], input: &str) -> (Option<i32>, String, String) {
    let mut child = Command::new(env!("CARGO_BIN_EXE_ring3"))
        .args(arguments)
        .current_dir(root())
        .env("NO_COLOR", "1")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the command starts");
    // A command that reads nothing closes its end.
    let _ = child.stdin.take().expect("a pipe").write_all(input.as_bytes());
    let output = child.wait_with_output().expect("the command ends");
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    (output.status.code(), text(&output.stdout), text(&output.stderr))
}

const HELD: &str = "tests/reading/held.r3";

#[test]
fn why_tells_a_chain_or_that_there_is_no_such_event() {
    let run = finished("held.r3");
    let slept = |event: &&Numbered| matches!(event.event.what, What::Change(Change::WaitOn { tid, .. }) if tid.0 > 2);
    let seq = run.events.iter().find(slept).expect("a thread sleeps").seq;
    let (status, out, _) = ring3(&["why", HELD, &seq.to_string()]);
    assert_eq!(status, Some(0));
    assert!(out.starts_with(&format!("#{seq} ")) && out.contains("\n  because #"), "{out}");
    assert_eq!(out, why(&run, seq));
    let (status, _, err) = ring3(&["why", HELD, "99999999"]);
    assert_eq!(status, Some(2));
    assert!(err.contains("there is no event 99999999"), "{err}");
}

#[test]
fn two_machines_part_where_their_time_slices_end() {
    let (status, out, _) = ring3(&["diff", HELD, "--with", "quantum=200", "--with", "quantum=100000"]);
    assert_eq!(status, Some(1), "{out}");
    for word in
        ["the traces part behind", "< quantum=200", "> quantum=100000", "why, with quantum=200:", "* ", "preempted"]
    {
        assert!(out.contains(word), "{word}: {out}");
    }
    let (status, out, _) = ring3(&["diff", HELD, "--with", "quantum=200", "--with", "seed=1,sched=rr,quantum=200"]);
    assert!(matches!(status, Some(0 | 1)), "{out}");
    let (status, out, err) = ring3(&["diff", HELD, "--with", "quantum=200", "--with", "quantum=200"]);
    assert_eq!(status, Some(0), "{out}{err}");
    assert!(out.starts_with("the traces are the same"), "{out}");
}

#[test]
fn files_are_compared_line_by_line() {
    let file = |name: &str, quantum: &str| -> PathBuf {
        let path = std::env::temp_dir().join(format!("ring3-reading-{}-{name}", std::process::id()));
        let path_text = path.display().to_string();
        let arguments = ["run", "--quantum", quantum, "--format", "jsonl", "-o", &path_text, HELD];
        assert_eq!(ring3(&arguments).0, Some(0));
        path
    };
    let (one, same, other) = (file("a.jsonl", "200"), file("b.jsonl", "200"), file("c.jsonl", "100000"));
    let text = |path: &PathBuf| path.display().to_string();
    assert_eq!(ring3(&["diff", &text(&one), &text(&same)]).0, Some(0));
    let (status, out, err) = ring3(&["diff", &text(&one), &text(&other)]);
    assert_eq!(status, Some(1), "{err}");
    assert!(out.contains("\"kind\":") && out.contains("context switches"), "{out}");
    for path in [&one, &same, &other] {
        std::fs::remove_file(path).expect("it was made just now");
    }
}

/// The table of counters of a difference.
fn counters(difference: &str) -> Vec<&str> {
    difference.lines().skip_while(|line| !line.starts_with("  counter ")).skip(1).collect()
}

#[test]
fn lines_of_a_file_count_as_the_events_that_they_hold() {
    let file = |quantum: &str, filter: &str| {
        let path = std::env::temp_dir().join(format!("ring3-counters-{}-{quantum}{filter}", std::process::id()));
        let path = path.display().to_string();
        let trace = format!("--trace={filter}");
        assert_eq!(ring3(&["run", "--quantum", quantum, &trace, "--format", "jsonl", "-o", &path, HELD]).0, Some(0));
        path
    };
    let (one, other) = (file("200", "all,boot"), file("100000", "all,boot"));
    let (_, of_files, _) = ring3(&["diff", &one, &other]);
    let (_, of_runs, _) = ring3(&["diff", HELD, "--with", "quantum=200", "--with", "quantum=100000"]);
    let words = |text: &str| -> Vec<String> {
        counters(text).iter().map(|line| line.split_whitespace().collect::<Vec<_>>().join(" ")).collect()
    };
    assert!(words(&of_runs).len() > 40, "{of_runs}");
    assert_eq!(words(&of_files), words(&of_runs));
    // What a filter has left out is not counted, and not said to be none.
    let part = file("200", "syscall");
    let (_, of_part, _) = ring3(&["diff", &part, &part]);
    let rows = counters(&of_part).join("\n");
    assert!(rows.contains("system calls") && rows.contains("  futex "), "{rows}");
    for absent in ["context switches", "page faults", "TLB", "frames in use"] {
        assert!(!rows.contains(absent), "{absent}: {rows}");
    }
    for path in [&one, &other, &part] {
        std::fs::remove_file(path).expect("it was made just now");
    }
}

const ECHO: &str = "tests/reading/echo.r3";

#[test]
fn both_runs_of_a_difference_are_given_the_same() {
    let with = ["--with", "quantum=10", "--with", "quantum=1000", "--trace=user"];
    let arguments = [&["diff", ECHO][..], &with, &["--", "a", "b c"]].concat();
    let (status, out, err) = typed(&arguments, "one\ntwo\n");
    assert_eq!((status, err.as_str()), (Some(0), ""), "{out}");
    assert!(out.starts_with("the traces are the same: 6 entries\n"), "{out}");
    // The policy `opt` looks ahead in a run of its own.
    let with = ["--with", "replacement=opt", "--with", "quantum=9", "--trace=user"];
    let (status, out, _) = typed(&[&["diff", ECHO][..], &with].concat(), "one\ntwo\n");
    assert!(status == Some(0) && out.starts_with("the traces are the same: 4 entries\n"), "{out}");
}

#[test]
fn why_a_line_was_read_is_told_of_a_run_with_input() {
    let path = std::env::temp_dir().join(format!("ring3-typed-{}", std::process::id()));
    let path_text = path.display().to_string();
    let (status, ..) = typed(&["run", "--trace=user", "-o", &path_text, ECHO, "a"], "one\ntwo\n");
    assert_eq!(status, Some(0));
    let trace = std::fs::read_to_string(&path).expect("it was written");
    let line = trace.lines().find(|line| line.contains("read 3")).expect("it prints what it has read");
    let seq = line.split_whitespace().next().expect("a number");
    let (status, out, err) = typed(&["why", ECHO, seq, "a"], "one\ntwo\n");
    assert!(status == Some(0) && out.starts_with(&format!("#{seq} script[2], line 5: ")), "{out}{err}");
    snapshot("echo", &out);
    std::fs::remove_file(path).expect("it was made just now");
}

#[test]
fn bad_usage_of_diff_is_trouble() {
    for (arguments, report) in [
        (&["diff", HELD][..], "--with SETTINGS is to be given twice"),
        (&["diff", HELD, "--with", "quantum=1", "--with", "quantun=2"], "no setting `quantun`"),
        (&["diff", HELD, "--with", "quantum=1", "--with", "quantum=many"], "`quantum` takes 1 or more instructions"),
        (&["diff", HELD, "--with", "quantum=1", "--with", "7"], "`7` is no setting"),
        (&["diff", HELD, HELD], "not a trace in the format jsonl"),
        (&["diff", "/nowhere.jsonl", HELD], "cannot read /nowhere.jsonl"),
        (&["diff", HELD, HELD, "--", "a"], "arguments are for one script"),
        (&["why", HELD, "minus"], "invalid value 'minus'"),
    ] {
        let (status, out, err) = ring3(arguments);
        assert_eq!(status, Some(2), "{arguments:?}: {out}{err}");
        assert!(err.contains(report), "{report}: {err}");
    }
}
