//! What the editor knows of the language: colours, hints, and what a word can be completed to.

use std::borrow::Cow;

use rustyline::Context;
use rustyline::completion::{Completer, Pair};
use rustyline::highlight::{CmdKind, Highlighter};
use rustyline::hint::{Hinter, HistoryHinter};
use rustyline::validate::{ValidationContext, ValidationResult, Validator};
use unicode_width::UnicodeWidthStr;

use crate::abi::constants;
use crate::cmd::host;
use crate::cmd::repl::command::COMMANDS;
use crate::cmd::repl::input::{PROMPT, is_command, is_open};
use crate::kernel::state::State;
use crate::kernel::vfs::inode::{ROOT, is_directory};
use crate::lang::session::Session;

/// Words of the language.
const WORDS: [&str; 28] = [
    "as", "assert", "break", "const", "continue", "else", "enum", "false", "fn", "for", "if", "in", "let", "lock",
    "loop", "match", "nil", "println", "print", "return", "sizeof", "str", "struct", "true", "use", "while", "int",
    "byte",
];
const DIM: &str = "\x1b[2m";
const WORD: &str = "\x1b[1m";
const TEXT: &str = "\x1b[32m";
const NUMBER: &str = "\x1b[36m";
const PLAIN: &str = "\x1b[0m";
/// So many entries of a directory are offered.
const MOST_ENTRIES: usize = 1000;

/// The editor's knowledge.
#[derive(rustyline::Helper)]
pub struct Helper {
    color: bool,
    hinter: HistoryHinter,
    names: Vec<String>,
    /// The paths of the machine, directories with a slash at their end.
    paths: Vec<String>,
}

impl Helper {
    /// One that knows no session yet.
    pub fn new(color: bool) -> Self {
        Self { color, hinter: HistoryHinter {}, names: Vec::new(), paths: Vec::new() }
    }

    /// What can be completed from now on.
    pub fn know(&mut self, session: &Session, state: &State) {
        self.names = session.names();
        self.names.extend(WORDS.iter().map(|&word| word.to_owned()));
        self.names.extend(constants::all().map(|(name, _)| name.to_owned()));
        self.names.sort_unstable();
        self.names.dedup();
        self.paths = paths(state);
    }
}

/// The paths below `/`, level by level.
fn paths(state: &State) -> Vec<String> {
    let mut found = Vec::new();
    let mut waiting = std::collections::VecDeque::from([(ROOT, String::from("/"))]);
    while let Some((at, path)) = waiting.pop_front() {
        for (name, &ino) in &state.inode(at).entries {
            let name = String::from_utf8_lossy(name);
            let is_directory = is_directory(state.inode(ino).inode.kind);
            found.push(format!("{path}{name}{}", if is_directory { "/" } else { "" }));
            if is_directory {
                waiting.push_back((ino, format!("{path}{name}/")));
            }
            if found.len() >= MOST_ENTRIES {
                return found;
            }
        }
    }
    found
}

/// What is being typed at a place.
enum Typed<'l> {
    Command(&'l str),
    Path(usize, &'l str),
    Name(usize, &'l str),
}

fn typed(line: &str, pos: usize) -> Typed<'_> {
    let before = &line[..pos];
    if let Some(word) = before.strip_prefix(':')
        && !word.contains(' ')
    {
        return Typed::Command(word);
    }
    let open = before.rfind('"').filter(|_| before.matches('"').count() % 2 == 1);
    if let Some(open) = open
        && before[open + 1..].starts_with('/')
    {
        return Typed::Path(open + 1, &before[open + 1..]);
    }
    let is_word = |letter: char| letter.is_ascii_alphanumeric() || letter == '_';
    let start = before
        .rfind(|letter| !is_word(letter))
        .map_or(0, |at| at + before[at..].chars().next().map_or(1, char::len_utf8));
    Typed::Name(start, &before[start..])
}

impl Validator for Helper {
    fn validate(&self, context: &mut ValidationContext<'_>) -> rustyline::Result<ValidationResult> {
        let is_over = is_command(context.input()) || !is_open(context.input());
        Ok(if is_over { ValidationResult::Valid(None) } else { ValidationResult::Incomplete })
    }
}

impl Completer for Helper {
    type Candidate = Pair;

    fn complete(&self, line: &str, pos: usize, _: &Context<'_>) -> rustyline::Result<(usize, Vec<Pair>)> {
        let same = |text: &str| Pair { display: text.to_owned(), replacement: text.to_owned() };
        Ok(match typed(line, pos) {
            Typed::Command(word) => {
                let fitting = COMMANDS.iter().filter(|(name, ..)| name.starts_with(word));
                (1, fitting.map(|(name, ..)| same(name)).collect())
            }
            Typed::Path(start, path) => {
                let depth = path.matches('/').count();
                let fits = |known: &&String| {
                    known.starts_with(path) && known.trim_end_matches('/').matches('/').count() == depth
                };
                (start, self.paths.iter().filter(fits).map(|path| same(path)).collect())
            }
            Typed::Name(start, "") => (start, Vec::new()),
            Typed::Name(start, word) => {
                (start, self.names.iter().filter(|name| name.starts_with(word)).map(|name| same(name)).collect())
            }
        })
    }
}

impl Hinter for Helper {
    type Hint = String;

    fn hint(&self, line: &str, pos: usize, context: &Context<'_>) -> Option<String> {
        if line.is_empty() || pos < line.len() {
            return None;
        }
        if let Some(word) = line.strip_prefix(':')
            && let Some((_, takes, _)) = COMMANDS.iter().find(|(name, ..)| *name == word)
        {
            return Some(format!(" {takes}")).filter(|hint| hint.len() > 1);
        }
        // A hint that runs over the end of the line would wrap badly.
        let room = host::columns().unwrap_or(80).saturating_sub(PROMPT.len() + 1);
        self.hinter.hint(line, pos, context).filter(|hint| !hint.contains('\n') && line.width() + hint.width() <= room)
    }
}

impl Highlighter for Helper {
    fn highlight<'l>(&self, line: &'l str, _: usize) -> Cow<'l, str> {
        if self.color { Cow::Owned(colored(line)) } else { Cow::Borrowed(line) }
    }

    fn highlight_prompt<'b, 's: 'b, 'p: 'b>(&'s self, prompt: &'p str, _: bool) -> Cow<'b, str> {
        if self.color { Cow::Owned(format!("{WORD}{prompt}{PLAIN}")) } else { Cow::Borrowed(prompt) }
    }

    fn highlight_hint<'h>(&self, hint: &'h str) -> Cow<'h, str> {
        if self.color { Cow::Owned(format!("{DIM}{hint}{PLAIN}")) } else { Cow::Borrowed(hint) }
    }

    fn highlight_char(&self, _: &str, _: usize, _: CmdKind) -> bool {
        self.color
    }
}

/// A line with colours for its words, strings, numbers and comments.
fn colored(line: &str) -> String {
    let mut out = String::new();
    let is_word = |letter: char| letter.is_alphanumeric() || letter == '_';
    let mut rest = line;
    while let Some(letter) = rest.chars().next() {
        let (len, color) = match letter {
            '#' => (rest.find('\n').unwrap_or(rest.len()), DIM),
            '"' => (string_len(rest), TEXT),
            _ if is_word(letter) => {
                let len = rest.find(|letter| !is_word(letter)).unwrap_or(rest.len());
                let color = if letter.is_ascii_digit() {
                    NUMBER
                } else if WORDS.contains(&&rest[..len]) {
                    WORD
                } else {
                    ""
                };
                (len, color)
            }
            _ => (letter.len_utf8(), ""),
        };
        if color.is_empty() {
            out.push_str(&rest[..len]);
        } else {
            out.push_str(&format!("{color}{}{PLAIN}", &rest[..len]));
        }
        rest = &rest[len..];
    }
    out
}

/// The bytes of the string that a text begins with, with both quotes.
fn string_len(text: &str) -> usize {
    let mut is_escaped = false;
    for (at, letter) in text.char_indices().skip(1) {
        match letter {
            '\n' => return at,
            '"' if !is_escaped => return at + 1,
            _ => is_escaped = letter == '\\' && !is_escaped,
        }
    }
    text.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn colours_add_nothing_but_colours() {
        for line in ["let x = \"a \\\" b\" # c", "é + \"é", "if x1 { 0x10 }", "\"", "#", ""] {
            let mut plain = colored(line);
            for color in [DIM, WORD, TEXT, NUMBER, PLAIN] {
                plain = plain.replace(color, "");
            }
            assert_eq!(plain, line);
        }
    }

    #[test]
    fn what_is_typed_is_a_command_a_path_or_a_name() {
        assert!(matches!(typed(":he", 3), Typed::Command("he")));
        assert!(matches!(typed("open(\"/bi", 9), Typed::Path(6, "/bi")));
        assert!(matches!(typed("1 + get", 7), Typed::Name(4, "get")));
        assert!(matches!(typed("é", 2), Typed::Name(2, "")));
    }
}
