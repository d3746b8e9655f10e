//! The examples are a course: each begins with the question that it answers, is short, and does what lies beside it: a
//! golden of `ring3 test`, or a snapshot.

use std::process::Command;

use crate::harness::{Script, examples, for_each, header, root};

/// The most lines that an example may have.
const MAX_LINES: usize = 40;

/// Whether a file with this ending lies beside a script.
fn has(script: &Script, ending: &str) -> bool {
    root().join(&script.name).with_extension(ending).exists()
}

#[test]
fn examples_do_what_their_goldens_hold() {
    let with_golden: Vec<&str> = examples().iter().filter(|it| has(it, "trace")).map(|it| it.name.as_str()).collect();
    assert!(with_golden.len() > 25, "only {} examples with a golden", with_golden.len());
    let mut command = Command::new(env!("CARGO_BIN_EXE_ring3"));
    let _ = command.arg("test").args(with_golden).current_dir(root()).env("CI", "1").env("NO_COLOR", "1");
    let output = command.output().expect("the command runs");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stdout));
}

#[test]
fn examples_run_as_their_snapshots_hold() {
    for_each(examples().iter().filter(|script| has(script, "snap")), Script::check);
}

#[test]
fn examples_are_short_and_begin_with_a_question() {
    for_each(examples(), |script| {
        let lines = script.text.lines().count();
        if lines > MAX_LINES {
            return Err(format!("{lines} lines; an example has at most {MAX_LINES}"));
        }
        match header(&script.text).next() {
            Some(line) if line.ends_with('?') => Ok(()),
            Some(line) => Err(format!("the first line is no question: `{line}`")),
            None => Err("the first line is no comment".to_owned()),
        }
    });
}
