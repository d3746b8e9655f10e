//! Where lines come from: a terminal with an editor, one that no editor can draw on, or a pipe.

use crate::cmd::host::{self, Interrupt, Lines};
use crate::cmd::repl::editor::Editor;
use crate::cmd::repl::terminal;

/// What stands before a line, and before what belongs to it.
pub const PROMPT: &str = "r3> ";
const MORE: &str = "... ";

/// Where lines come from.
pub enum Input {
    /// A pipe or a file: no prompt.
    Piped(Lines),
    /// A person at a terminal that can not move its cursor: prompts, and nothing else.
    Plain,
    /// A person.
    Terminal(Box<Editor>),
}

/// What was read.
pub enum Read {
    /// A statement, or several, with all its brackets closed.
    Line(String),
    /// The person thought better of it.
    Cleared,
    /// Nothing more comes.
    End,
}

impl Input {
    /// The next line of the session.
    pub fn next(&mut self, interrupt: &Interrupt) -> Read {
        match self {
            Self::Piped(lines) => gather(|_| whole_line(lines, interrupt)),
            Self::Plain => plain(interrupt),
            Self::Terminal(editor) => editor.read(),
        }
    }

    /// A line for a program that reads the console; none at the end, and after Ctrl-C.
    pub fn for_program(&mut self, interrupt: &Interrupt) -> Option<Vec<u8>> {
        match self {
            Self::Piped(lines) => lines.next(interrupt),
            Self::Plain | Self::Terminal(_) => terminal::read_line(interrupt),
        }
    }

    /// Whether a person types.
    pub fn is_terminal(&self) -> bool {
        matches!(self, Self::Plain | Self::Terminal(_))
    }
}

/// Takes lines from `read`, which is told whether it is a first one, until no bracket is open.
fn gather(mut read: impl FnMut(bool) -> Option<String>) -> Read {
    let mut text = String::new();
    loop {
        let Some(line) = read(text.is_empty()) else {
            return if text.is_empty() { Read::End } else { Read::Line(text) };
        };
        text.push_str(&line);
        if is_command(&text) || !is_open(&text) {
            return Read::Line(text);
        }
    }
}

/// A line of a terminal without an editor.
fn plain(interrupt: &Interrupt) -> Read {
    let read = gather(|is_first| {
        host::say(if is_first { PROMPT } else { MORE });
        let line = terminal::read_line(interrupt)?;
        Some(String::from_utf8_lossy(&line).into_owned())
    });
    if interrupt.is_set() {
        interrupt.clear();
        host::say("\n");
        return Read::Cleared;
    }
    if matches!(read, Read::End) {
        host::say("\n");
    }
    read
}

/// A line up to its newline, however long it is.
fn whole_line(lines: &mut Lines, interrupt: &Interrupt) -> Option<String> {
    let mut bytes = lines.next(interrupt)?;
    while bytes.last() != Some(&b'\n') {
        let Some(more) = lines.next(interrupt) else { break };
        bytes.extend(more);
    }
    Some(String::from_utf8_lossy(&bytes).into_owned())
}

/// Whether a line is for ring3 itself.
pub fn is_command(text: &str) -> bool {
    text.trim_start().starts_with([':', '?'])
}

/// Whether a bracket or a string is open at the end, so that more has to come.
pub fn is_open(text: &str) -> bool {
    let (mut depth, mut bytes) = (0_i32, text.bytes().peekable());
    while let Some(byte) = bytes.next() {
        match byte {
            b'(' | b'[' | b'{' => depth += 1,
            b')' | b']' | b'}' => depth -= 1,
            b'#' => while bytes.next_if(|&byte| byte != b'\n').is_some() {},
            b'"' => loop {
                match bytes.next() {
                    Some(b'\\') => drop(bytes.next()),
                    Some(b'"' | b'\n') | None => break,
                    Some(_) => {}
                }
            },
            b'\'' => {
                // A byte literal: `'x'` or `'\n'`.
                if bytes.next() == Some(b'\\') {
                    let _ = bytes.next();
                }
                let _ = bytes.next_if_eq(&b'\'');
            }
            _ => {}
        }
    }
    depth > 0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_open_until_its_brackets_are_closed() {
        for open in ["fn f() {", "f(1,", "[1, 2", "if x { y(", "{ # }", "f(')'", "f(\")\""] {
            assert!(is_open(open), "{open}");
        }
        for closed in ["", "1 + 1", "fn f() {\n}", "'('", "'\\''", "\"(\"", "# (", ")", "\"no end (", "x # {\n"] {
            assert!(!is_open(closed), "{closed}");
        }
    }
}
