//! The examples are a course: each begins with the question that it answers, is short, and runs.

use crate::harness::{Script, examples, for_each, header};

/// The most lines that an example may have.
const MAX_LINES: usize = 40;

#[test]
fn examples_run_as_their_snapshots_hold() {
    for_each(examples(), Script::check);
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
