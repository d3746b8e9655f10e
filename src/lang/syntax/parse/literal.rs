//! Reads integer and byte literals, and the escapes that byte literals share with strings.

use super::{Builder, Built};
use crate::base::span::Span;
use crate::lang::diagnostic::{Code, Diagnostic};

const ESCAPES: &str = "the escapes are `\\n \\t \\r \\0 \\\\ \\\" \\' \\e` and `\\x41`";

impl Builder<'_> {
    /// The value of an integer literal: `42`, `1_000`, `0xff`, `0o644`, `0b101`.
    pub(super) fn integer(&self, span: Span) -> Built<u64> {
        let text = self.source(span);
        let bad = |message: String, label: &str| Diagnostic::error(Code::BadInteger, message, span, label);
        let (radix, digits) = match text.get(..2) {
            Some("0x") => (16, &text[2..]),
            Some("0o") => (8, &text[2..]),
            Some("0b") => (2, &text[2..]),
            _ => (10, text),
        };
        if radix == 10
            && digits.len() > 1
            && digits.starts_with('0')
            && digits.bytes().all(|byte| byte.is_ascii_digit())
        {
            let decimal = match digits.trim_start_matches('0') {
                "" => "0",
                digits => digits,
            };
            let help = match digits.bytes().any(|digit| digit > b'7') {
                true => format!("write `{decimal}`"),
                false => format!("write `0o{}` for octal, `{decimal}` for decimal", &digits[1..]),
            };
            return Err(bad(format!("`{text}` begins with a zero"), "octal or decimal?").with_help(help));
        }
        let plain: String = digits.chars().filter(|&digit| digit != '_').collect();
        if let Some(wrong) = plain.chars().find(|digit| !digit.is_digit(radix)) {
            let message = format!("`{wrong}` is no digit of a number to the base {radix}");
            let help = match radix {
                16 => "the digits are 0 to 9 and a to f",
                8 => "the digits are 0 to 7",
                2 => "the digits are 0 and 1",
                _ => "names begin with a letter, numbers have no suffixes",
            };
            return Err(bad(message, "not a number").with_help(help));
        }
        if plain.is_empty() {
            return Err(bad(format!("`{text}` has no digits"), "expected digits after this"));
        }
        u64::from_str_radix(&plain, radix).map_err(|_| {
            bad(format!("`{text}` does not fit in 64 bits"), "too large")
                .with_help("the largest `uint` is 0xffffffffffffffff, the largest `int` 0x7fffffffffffffff")
        })
    }

    /// The value of a byte literal, quotes in its span.
    pub(super) fn byte(&self, span: Span) -> Built<u8> {
        let inner = &self.text[span.start as usize + 1..span.end as usize - 1];
        let (value, length) = match inner.as_bytes() {
            [b'\\', ..] => self.escape(span.start as usize + 1)?,
            [byte, ..] => (*byte, 1),
            [] => (0, 0),
        };
        if length == inner.len() && length > 0 {
            return Ok(value);
        }
        let message = match inner.chars().count() {
            0 => "a byte literal has one byte, this has none".to_owned(),
            1 => format!("`{inner}` is {} bytes in UTF-8, and a byte literal is one", inner.len()),
            _ => "a byte literal is one byte; text stands in double quotes".to_owned(),
        };
        let help = format!("write `\"{inner}\"`");
        Err(Diagnostic::error(Code::BadByte, message, span, "expected one byte").with_help(help))
    }

    /// The byte of the escape at `at`, where a backslash stands, and the escape's length.
    pub(super) fn escape(&self, at: usize) -> Built<(u8, usize)> {
        let bytes = &self.text.as_bytes()[at..];
        let simple = match bytes.get(1) {
            Some(b'n') => b'\n',
            Some(b't') => b'\t',
            Some(b'r') => b'\r',
            Some(b'0') => 0,
            Some(b'e') => 0x1b,
            Some(&byte @ (b'\\' | b'"' | b'\'')) => byte,
            Some(b'x') => return self.hex_escape(at),
            Some(_) | None => {
                let letter = self.text[at + 1..].chars().next().unwrap_or(' ');
                let span = self.span_of(at, at + 1 + letter.len_utf8());
                let message = format!("`\\{letter}` is no escape");
                return Err(Diagnostic::error(Code::BadEscape, message, span, "not known").with_help(ESCAPES));
            }
        };
        Ok((simple, 2))
    }

    fn hex_escape(&self, at: usize) -> Built<(u8, usize)> {
        let digits = self.text.get(at + 2..at + 4).filter(|text| text.bytes().all(|byte| byte.is_ascii_hexdigit()));
        match digits.map(|digits| u8::from_str_radix(digits, 16)) {
            Some(Ok(byte)) => Ok((byte, 4)),
            Some(Err(_)) | None => {
                let span = self.span_of(at, at + 2);
                Err(Diagnostic::error(
                    Code::BadEscape,
                    "`\\x` wants two hex digits",
                    span,
                    "expected two digits after this",
                )
                .with_help(ESCAPES))
            }
        }
    }
}
