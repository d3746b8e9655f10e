//! Masks what is quoted: comments, strings and byte literals, each to its end or to the end of its line.

use super::{Last, Scanner};
use crate::lang::diagnostic::{Code, Diagnostic};

/// Most bytes of an interpolation `{…}` that holds a string of its own; it bounds how far the scan looks ahead.
const MAX_INTERPOLATION: usize = 1000;

impl Scanner<'_> {
    pub(super) fn comment(&mut self) {
        let end = self.line_end(self.at);
        self.mask[self.at..end].fill(b' ');
        self.at = end;
    }

    pub(super) fn foreign_comment(&mut self) {
        let start = self.at;
        let slashes = self.peek(1) == Some(b'/');
        let end = match slashes {
            true => self.line_end(start),
            false => find(self.text, start + 2, b"*/").map_or(self.text.len(), |found| found + 2),
        };
        let text = "a comment begins with `#`";
        let help = match slashes {
            true => "write `#` for a comment; integers are divided by `/`",
            false => "write `#` before each line of the comment",
        };
        let span = self.span(start, start + 2);
        self.diagnostics.push(Diagnostic::error(Code::ForeignOperator, text, span, "not ring3").with_help(help));
        for byte in &mut self.mask[start..end] {
            if *byte != b'\n' {
                *byte = b' ';
            }
        }
        self.at = end;
    }

    pub(super) fn string(&mut self) {
        let start = self.at;
        match self.string_end(start) {
            Some(end) => {
                self.mask[start + 1..end].fill(b'.');
                self.at = end + 1;
            }
            None => self.unclosed_literal(start, "this string is not closed", '"'),
        }
        self.token(Last::Operand);
    }

    /// The offset of the quote that closes the string opened at `start`.
    fn string_end(&self, start: usize) -> Option<usize> {
        let mut at = start + 1;
        loop {
            match *self.text.get(at)? {
                b'"' => return Some(at),
                b'\n' => return None,
                b'\\' if self.text.get(at + 1) != Some(&b'\n') => at += 2,
                b'{' if self.text.get(at + 1) == Some(&b'{') => at += 2,
                b'{' => at = interpolation_end(self.text, at).map_or(at + 1, |end| end + 1),
                _ => at += 1,
            }
        }
    }

    pub(super) fn byte_literal(&mut self) {
        let start = self.at;
        let mut at = start + 1;
        loop {
            match self.text.get(at) {
                Some(b'\'') if at > start + 1 => break,
                Some(b'\\') if self.text.get(at + 1).is_some_and(|&byte| byte != b'\n') => at += 2,
                None | Some(b'\n') => {
                    self.unclosed_literal(start, "this byte literal is not closed", '\'');
                    return self.token(Last::Operand);
                }
                Some(_) => at += 1,
            }
        }
        self.mask[start + 1..at].fill(b'.');
        self.at = at + 1;
        self.token(Last::Operand);
    }

    /// Goes on at the end of the line, but leaves a `{` there, so that its `}` does not look like a second mistake.
    fn unclosed_literal(&mut self, start: usize, message: &str, quote: char) {
        let mut end = self.line_end(start);
        while end > start + 1 && self.text[end - 1].is_ascii_whitespace() {
            end -= 1;
        }
        self.broken.push(start as u32);
        let open = self.span(start, start + 1);
        let missing = self.span(end, end);
        let error = Diagnostic::error(Code::UnclosedString, message, open, "opened here")
            .with_label(missing, format!("expected `{quote}` before the end of the line"))
            .with_help(format!("write `{quote}` where it ends; a line break inside it is `\\n`"));
        self.diagnostics.push(error);
        if end > start + 1 && self.text[end - 1] == b'{' && self.line_has_block(start) {
            end -= 1;
        }
        self.mask[start..end].fill(b'.');
        self.at = end;
        for opener in self.brackets.drop_parentheses() {
            self.mask[opener] = b'?';
        }
    }

    /// Whether the line that holds `at` begins as one that ends with `{`; looks back over at most 1,000 bytes.
    fn line_has_block(&self, at: usize) -> bool {
        let floor = at.saturating_sub(1000);
        let begin =
            self.text[floor..at].iter().rposition(|&byte| byte == b'\n').map_or(floor, |found| floor + found + 1);
        let line = self.text[begin..at].trim_ascii_start();
        [&b"if "[..], b"while ", b"for ", b"match ", b"}", b"fn "].iter().any(|head| line.starts_with(head))
    }
}

/// The offset of the `}` that closes the interpolation opened at `start`; none if the line ends before, if there is another
/// `{`, or after [`MAX_INTERPOLATION`] bytes. It may hold strings, which may not hold interpolations with strings.
#[must_use]
pub fn interpolation_end(text: &[u8], start: usize) -> Option<usize> {
    let mut at = start + 1;
    let mut quote = None;
    while at < text.len().min(start + MAX_INTERPOLATION) {
        match (text[at], quote) {
            (b'\n', _) | (b'{', None) => return None,
            (b'}', None) => return Some(at),
            (b'\\', Some(_)) => at += 1,
            (byte, Some(open)) if byte == open => quote = None,
            (byte @ (b'"' | b'\''), None) => quote = Some(byte),
            _ => {}
        }
        at += 1;
    }
    None
}

fn find(text: &[u8], from: usize, what: &[u8]) -> Option<usize> {
    text.get(from..)?.windows(what.len()).position(|window| window == what).map(|found| from + found)
}
