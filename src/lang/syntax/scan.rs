//! The pass before the grammar: it masks strings and comments, ends lines, and finds brackets that do not match.
//!
//! The mask has the same length as the text, so an offset in one is an offset in the other. In it
//! - comments are blanks, and so are carriage returns, newlines inside `( )` and `[ ]`, after an infix operator or a
//!   comma, and between `}` and `else`;
//! - the insides of strings and byte literals are dots;
//! - a bracket without a partner is a `?`, and its offset is in [`Scan::broken`].
//!
//! One pass, linear in the text. It bounds what recursion a text can ask of later stages.

mod quoted;

pub use quoted::interpolation_end;

use crate::base::span::{FileIndex, Span};
use crate::lang::diagnostic::{Code, Diagnostic};
use crate::lang::syntax::brackets::Brackets;

/// Most bytes in a source file: 1 MiB.
pub const MAX_BYTES: usize = 1 << 20;
/// Most levels of brackets and blocks, and of results of function types.
pub const MAX_NESTING: usize = 100;
/// Most operators in a row before an operand.
const MAX_OPERATORS: usize = 16;

/// What the pass found.
#[derive(Debug)]
pub struct Scan {
    /// The text as the grammar sees it.
    pub mask: String,
    /// Where a string or bracket went wrong, ascending: statements that hold such an offset are not worth parsing.
    pub broken: Vec<u32>,
    /// What is to be told.
    pub diagnostics: Vec<Diagnostic>,
    /// Whether the text is not to be parsed at all.
    pub fatal: bool,
}

/// What some editors write at the beginning of a file in UTF-8; it means nothing.
const BYTE_ORDER_MARK: char = '\u{feff}';

/// Masks a whole file.
#[must_use]
pub fn scan(text: &str, file: FileIndex) -> Scan {
    let mut scanner = Scanner::new(text, file, 0);
    if text.starts_with(BYTE_ORDER_MARK) {
        scanner.mask[..BYTE_ORDER_MARK.len_utf8()].fill(b' ');
        scanner.at = BYTE_ORDER_MARK.len_utf8();
    }
    scanner.run();
    scanner.finish()
}

/// Masks the expression of an interpolation, which stands at offset `base` of its file.
#[must_use]
pub fn scan_embedded(text: &str, file: FileIndex, base: u32) -> Scan {
    let mut scanner = Scanner::new(text, file, base);
    scanner.run();
    scanner.finish()
}

/// What the last token was, as far as it matters to the newline behind it.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Last {
    /// Nothing yet in this statement.
    Nothing,
    /// A comma or an infix operator: the line goes on.
    Open,
    /// Another sign, which ends no operand: the line ends.
    Sign,
    /// `++` or `--`, which is no operator, so that the line ends with it.
    Doubled,
    /// `}` that ends at this offset.
    Brace(usize),
    /// Anything else.
    Operand,
}

struct Scanner<'a> {
    text: &'a [u8],
    file: FileIndex,
    base: u32,
    at: usize,
    mask: Vec<u8>,
    last: Last,
    brackets: Brackets,
    /// Operators in a row.
    operators: usize,
    /// `->` in a row of types.
    arrows: usize,
    /// Blanks at the beginning of the line.
    indent: usize,
    line_is_empty: bool,
    broken: Vec<u32>,
    diagnostics: Vec<Diagnostic>,
    fatal: bool,
}

impl<'a> Scanner<'a> {
    fn new(text: &'a str, file: FileIndex, base: u32) -> Self {
        Self {
            text: text.as_bytes(),
            file,
            base,
            at: 0,
            mask: text.as_bytes().to_vec(),
            last: Last::Nothing,
            brackets: Brackets::new(),
            operators: 0,
            arrows: 0,
            indent: indent(text.as_bytes()),
            line_is_empty: true,
            broken: Vec::new(),
            diagnostics: Vec::new(),
            fatal: false,
        }
    }

    fn run(&mut self) {
        while let Some(byte) = self.peek(0)
            && !self.fatal
        {
            match byte {
                b' ' | b'\t' => self.at += 1,
                b'\r' => self.blank_one(),
                b'\n' => self.newline(),
                b'#' => self.comment(),
                b'/' if matches!(self.peek(1), Some(b'/' | b'*')) => self.foreign_comment(),
                b'"' => self.string(),
                b'\'' => self.byte_literal(),
                b'(' | b'[' | b'{' => self.open(byte),
                b')' | b']' | b'}' => self.close(byte),
                _ if byte.is_ascii_alphabetic() || byte == b'_' => self.word(),
                _ => self.other(byte),
            }
        }
        if !self.fatal {
            self.unclosed_to(0, self.text.len());
        }
    }

    fn finish(mut self) -> Scan {
        self.broken.sort_unstable();
        // Only whole characters were replaced, each byte by an ASCII byte.
        let mask = String::from_utf8(self.mask).expect("the mask keeps characters whole");
        Scan { mask, broken: self.broken, diagnostics: self.diagnostics, fatal: self.fatal }
    }

    fn peek(&self, ahead: usize) -> Option<u8> {
        self.text.get(self.at + ahead).copied()
    }

    fn span(&self, start: usize, end: usize) -> Span {
        Span::new(self.file, self.base + start as u32, self.base + end as u32)
    }

    fn blank_one(&mut self) {
        self.mask[self.at] = b' ';
        self.at += 1;
    }

    /// The end of the line that holds `from`: the offset of its newline or the text's end.
    fn line_end(&self, from: usize) -> usize {
        self.text[from..].iter().position(|&byte| byte == b'\n').map_or(self.text.len(), |found| from + found)
    }

    fn token(&mut self, last: Last) {
        self.last = last;
        self.line_is_empty = false;
        if last == Last::Operand {
            self.operators = 0;
        }
    }

    fn newline(&mut self) {
        self.line_is_empty = true;
        self.indent = indent(&self.text[self.at + 1..]);
        if self.brackets.in_parentheses() || self.last == Last::Open {
            self.blank_one();
            return;
        }
        if !matches!(self.last, Last::Brace(_)) {
            self.last = Last::Nothing;
        }
        self.arrows = 0;
        self.operators = 0;
        self.at += 1;
    }

    fn open(&mut self, byte: u8) {
        // No expression contains a brace, so a block inside parentheses means that they were not closed.
        if byte == b'{' && self.brackets.in_parentheses() {
            self.unclosed_to(self.brackets.innermost_block(), self.at);
        }
        if self.brackets.depth() >= MAX_NESTING {
            return self.too_deep(MAX_NESTING, "brackets and blocks");
        }
        self.brackets.open(byte, self.at, self.indent);
        if byte == b'{' {
            self.arrows = 0;
        }
        self.at += 1;
        self.token(Last::Operand);
        if byte == b'{' {
            self.last = Last::Nothing;
        }
    }

    fn close(&mut self, byte: u8) {
        let indent = if self.line_is_empty { Some(self.indent) } else { None };
        match self.brackets.partner(byte) {
            Some(level) => {
                self.unclosed_to(level + 1, self.at);
                self.brackets.close(self.at, indent);
            }
            None => self.stray(byte),
        }
        self.at += 1;
        let last = if byte == b'}' { Last::Brace(self.at) } else { Last::Operand };
        self.token(last);
    }

    /// A closer without an opener, or with the wrong one.
    fn stray(&mut self, byte: u8) {
        let span = self.span(self.at, self.at + 1);
        self.broken.push(self.at as u32);
        self.mask[self.at] = b'?';
        let wrong = self.brackets.innermost().filter(|_| self.brackets.in_parentheses());
        let error = match wrong {
            Some(opener) => {
                let (open, close) = (opener.text(), opener.closer());
                self.mask[opener.at] = b'?';
                let _dropped = self.brackets.truncate(self.brackets.depth() - 1);
                let message = format!("this `{}` does not close a `{open}`", byte as char);
                Diagnostic::error(Code::Unbalanced, message, span, format!("expected `{close}`"))
                    .with_label(self.span(opener.at, opener.at + 1), "for this")
                    .with_help(format!("write `{close}`"))
            }
            None => {
                let message = format!("this `{}` closes nothing", byte as char);
                Diagnostic::error(Code::Unbalanced, message, span, "there is no open bracket for it")
                    .with_help("remove it, or look for its partner above")
            }
        };
        self.diagnostics.push(error);
    }

    /// Reports the innermost bracket above `level` as not closed before `at`, and forgets all above `level`.
    fn unclosed_to(&mut self, level: usize, at: usize) {
        let opened = self.brackets.truncate(level);
        for opener in &opened {
            self.mask[opener.at] = b'?';
            self.broken.push(opener.at as u32);
        }
        let Some(opener) = opened.last() else { return };
        let (open, close) = (opener.text(), opener.closer());
        let message = format!("this `{open}` is not closed");
        let place = self.span(opener.at, opener.at + 1);
        let met = if at < self.text.len() { self.span(at, at + 1) } else { self.span(at, at) };
        let mut error = Diagnostic::error(Code::Unbalanced, message, place, format!("expected a `{close}` for this"))
            .with_label(met, if at < self.text.len() { "but this comes first" } else { "but the file ends here" });
        if let Some((inner, closer)) = opener.suspect {
            error = error
                .with_label(self.span(inner, inner + 1), "perhaps it is this one")
                .with_label(self.span(closer, closer + 1), "as this stands further left than its line");
        }
        self.diagnostics.push(error.with_help(format!("write `{close}` where it ends")));
    }

    fn word(&mut self) {
        let start = self.at;
        let length =
            self.text[start..].iter().take_while(|byte| byte.is_ascii_alphanumeric() || **byte == b'_').count();
        let word = &self.text[start..start + length];
        if let Last::Brace(end) = self.last
            && word == b"else"
        {
            for byte in &mut self.mask[end..start] {
                if *byte == b'\n' {
                    *byte = b' ';
                }
            }
        }
        if self.line_is_empty {
            self.first_word(word, start, start + length);
        }
        self.at = start + length;
        self.token(Last::Operand);
    }

    /// A word that begins a statement can not stand in parentheses, nor one that begins a definition at the left margin in a block.
    fn first_word(&mut self, word: &[u8], start: usize, end: usize) {
        let definition = matches!(word, b"fn" | b"struct" | b"enum" | b"program" | b"machine" | b"must_use");
        let is_type = word == b"fn" && self.text[end..].iter().find(|byte| **byte != b' ') == Some(&b'(');
        let statement = matches!(
            word,
            b"let"
                | b"if"
                | b"while"
                | b"for"
                | b"loop"
                | b"match"
                | b"return"
                | b"break"
                | b"continue"
                | b"const"
                | b"lock"
                | b"thread_local"
                | b"use"
        );
        if definition && !is_type && self.indent == 0 && self.brackets.depth() > 0 {
            self.unclosed_to(0, start);
        } else if (statement || definition && !is_type) && self.brackets.in_parentheses() {
            self.unclosed_to(self.brackets.innermost_block(), start);
        } else {
            return;
        }
        // The newline before this word ends the broken statement after all.
        if let Some(newline) = self.text[..start].iter().rposition(|&byte| byte == b'\n') {
            self.mask[newline] = b'\n';
        }
    }

    fn other(&mut self, byte: u8) {
        let next = self.peek(1);
        let doubled = matches!(byte, b'+' | b'-') && next == Some(byte);
        if doubled && self.last == Last::Operand {
            self.at += 2;
            return self.token(Last::Doubled);
        }
        if byte == b'-' && next == Some(b'>') {
            self.arrows += 1;
            if self.arrows > MAX_NESTING {
                return self.too_deep(MAX_NESTING, "results of function types");
            }
        }
        let counts = matches!(byte, b'-' | b'!' | b'*' | b'&' | b'^' | b'+');
        self.operators += usize::from(counts);
        if self.operators > MAX_OPERATORS {
            return self.too_deep(MAX_OPERATORS, "operators");
        }
        if matches!(byte, b',' | b';') {
            self.arrows = 0;
        }
        let open = self.is_infix_end(byte);
        let last = match byte {
            b';' => Last::Nothing,
            _ if open => Last::Open,
            b'=' | b'>' | b'!' | b':' | b'.' => Last::Sign,
            _ => Last::Operand,
        };
        self.at += 1;
        while self.at < self.text.len() && self.text[self.at] & 0xC0 == 0x80 {
            self.at += 1;
        }
        self.token(last);
    }

    /// Whether the sign here, or the end of one, wants an operand on its right: an infix operator or a comma, but not an
    /// assignment or an arrow.
    fn is_infix_end(&self, byte: u8) -> bool {
        let before = |back: usize| self.at.checked_sub(back).map_or(b' ', |at| self.text[at]);
        match byte {
            b'+' | b'-' | b'*' | b'/' | b'%' | b'&' | b'|' | b'^' | b'<' | b',' => true,
            b'>' => !matches!(before(1), b'=' | b'-'),
            b'=' => matches!(before(1), b'=' | b'!') || matches!(before(1), b'<' | b'>') && before(2) != before(1),
            _ => false,
        }
    }

    fn too_deep(&mut self, limit: usize, what: &str) {
        let message = format!("more than {limit} {what} in one another");
        let span = self.span(self.at, self.at + 1);
        let error = Diagnostic::error(Code::TooDeep, message, span, format!("this is level {}", limit + 1))
            .with_help("give a part of it a name with `let`, or make it a function");
        self.diagnostics.push(error);
        self.fatal = true;
    }
}

/// How many blanks the text begins with.
fn indent(text: &[u8]) -> usize {
    text.iter().take_while(|byte| matches!(byte, b' ' | b'\t')).count()
}
