//! The examples are a course: each begins with the question that it answers, is short, and does what the golden beside
//! it holds.

use std::process::Command;

use crate::harness::{examples, for_each, header, root};

/// The most lines that an example may have.
const MAX_LINES: usize = 40;

#[test]
fn examples_do_what_their_goldens_hold() {
    let without = examples().iter().filter(|it| !root().join(&it.name).with_extension("trace").exists());
    assert_eq!(
        without.map(|it| it.name.as_str()).collect::<Vec<_>>(),
        Vec::<&str>::new(),
        "no golden lies beside these"
    );
    let mut command = Command::new(env!("CARGO_BIN_EXE_ring3"));
    let _ = command.args(["test", "examples"]).current_dir(root()).env("CI", "1").env("NO_COLOR", "1");
    let output = command.output().expect("the command runs");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stdout));
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
