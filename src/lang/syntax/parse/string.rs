//! Reads string literals: escapes, braces, interpolated expressions and their formats.

use pest::iterators::Pair;

use super::grammar::Rule;
use super::{Builder, Built, first};
use crate::lang::diagnostic::{Code, Diagnostic};
use crate::lang::syntax::ast::{Align, FormatKind, FormatSpec, MAX_DEPTH, StrLit, StrPart};
use crate::lang::syntax::scan;

/// The widest format: the formatter's buffer.
const MAX_WIDTH: u16 = 1024;

/// A literal while it is read.
struct Literal {
    parts: Vec<StrPart>,
    text: Vec<u8>,
    deepest: u32,
}

impl Literal {
    fn flush(&mut self) {
        if !self.text.is_empty() {
            self.parts.push(StrPart::Text(std::mem::take(&mut self.text)));
        }
    }
}

impl Builder<'_> {
    /// A literal where nothing interpolates.
    pub(super) fn plain_string(&self, pair: &Pair<'_, Rule>) -> StrLit {
        self.read_string(pair, false).0
    }

    /// A literal that may interpolate, and how deep its deepest expression is.
    pub(super) fn interpolated(&self, pair: &Pair<'_, Rule>) -> (StrLit, u32) {
        self.read_string(pair, true)
    }

    /// Mistakes are told and left out, so that one literal may have several.
    fn read_string(&self, pair: &Pair<'_, Rule>, interpolates: bool) -> (StrLit, u32) {
        let span = self.span(pair);
        let bytes = self.text.as_bytes();
        let end = span.end as usize - 1;
        let mut literal = Literal { parts: Vec::new(), text: Vec::new(), deepest: 0 };
        let mut at = span.start as usize + 1;
        while at < end {
            let next = bytes[at + 1];
            at = match bytes[at] {
                b'\\' => match self.escape(at) {
                    Ok((byte, length)) => {
                        literal.text.push(byte);
                        at + length
                    }
                    Err(error) => {
                        self.report(error);
                        at + 2
                    }
                },
                brace @ (b'{' | b'}') if next == brace && at + 1 < end => {
                    literal.text.push(brace);
                    at + 2
                }
                b'{' => self.value(at, end, interpolates, &mut literal),
                b'}' => {
                    self.report(self.brace_error(at, "a single `}` in a string", "`}}` is a brace"));
                    at + 1
                }
                byte => {
                    literal.text.push(byte);
                    at + 1
                }
            };
        }
        literal.flush();
        (StrLit { span, parts: literal.parts }, literal.deepest)
    }

    fn brace_error(&self, at: usize, message: &str, help: &str) -> Diagnostic {
        let span = self.span_of(at, at + 1);
        Diagnostic::error(Code::BadInterpolation, message, span, "this brace").with_help(help)
    }

    /// Reads the interpolation at `at` and yields the offset behind it.
    fn value(&self, at: usize, end: usize, interpolates: bool, literal: &mut Literal) -> usize {
        let close = scan::interpolation_end(self.text.as_bytes(), at).filter(|&close| close < end);
        let Some(close) = close else {
            self.report(self.brace_error(at, "this `{` has no `}`", "`{{` is a brace, `{name}` a value"));
            return at + 1;
        };
        let span = self.span_of(at, close + 1);
        if !interpolates {
            let message = "this string does not interpolate";
            self.report(
                Diagnostic::error(Code::StrayInterpolation, message, span, "this would not be replaced").with_help(
                    "only print and its kin interpolate: `format(buf, \"…\")` fills a buffer; `{{` is a brace",
                ),
            );
            return close + 1;
        }
        // The grammar reads another text now; what it reads after this literal belongs to the old one.
        let base = self.base.get();
        let built = self.value_between(at + 1, close);
        self.base.set(base);
        match built {
            Ok((value, depth, spec)) => {
                literal.flush();
                literal.parts.push(StrPart::Value { value: Box::new(value), spec, span });
                literal.deepest = literal.deepest.max(depth);
            }
            Err(error) => self.report(error),
        }
        close + 1
    }

    fn value_between(&self, start: usize, end: usize) -> Built<(crate::lang::syntax::ast::Expr, u32, FormatSpec)> {
        let scan = scan::scan_embedded(&self.text[start..end], self.file, start as u32);
        if let Some(error) = scan.diagnostics.into_iter().next() {
            return Err(error);
        }
        let colon = top_level_colon(&scan.mask);
        let length = colon.unwrap_or(end - start);
        if scan.mask[..length].trim().is_empty() {
            return Err(self.brace_error(
                start - 1,
                "there is no value in these braces",
                "write `{name}`, or `{{}}` for two braces",
            ));
        }
        let spec = match colon {
            Some(colon) => self.format_spec(start + colon + 1, end)?,
            None => FormatSpec::default(),
        };
        let deep = self.read_embedded(&scan.mask[..length], start)?;
        let depth = deep.depth;
        if depth >= MAX_DEPTH {
            return Err(self.brace_error(
                start - 1,
                "this interpolation is too deep",
                "give a part of it a name with `let`",
            ));
        }
        Ok((deep.expr, depth, spec))
    }

    fn read_embedded(&self, mask: &str, start: usize) -> Built<super::expression::Deep> {
        match self.read(Rule::embedded, mask, start) {
            Ok(pair) => self.deep(first(pair)),
            Err((mut error, _)) => {
                let _help = error.help.get_or_insert_with(|| "`{{` and `}}` are braces that mean nothing".to_owned());
                Err(error)
            }
        }
    }

    /// Reads `[<|>][0][width][x|X|o|b|c|d]` in `start..end`.
    fn format_spec(&self, start: usize, end: usize) -> Built<FormatSpec> {
        let text = &self.text[start..end];
        let mut rest = text;
        let align = match rest.as_bytes().first() {
            Some(b'<') => Some(Align::Left),
            Some(b'>') => Some(Align::Right),
            Some(_) | None => None,
        };
        rest = &rest[usize::from(align.is_some())..];
        let zero = rest.starts_with('0');
        rest = rest.strip_prefix('0').unwrap_or(rest);
        let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
        let width = if digits == 0 { Some(0) } else { rest[..digits].parse().ok().filter(|&width| width <= MAX_WIDTH) };
        let kind = match &rest[digits..] {
            "" | "d" => Some(FormatKind::Default),
            "x" => Some(FormatKind::Hex),
            "X" => Some(FormatKind::UpperHex),
            "o" => Some(FormatKind::Octal),
            "b" => Some(FormatKind::Binary),
            "c" => Some(FormatKind::Char),
            _ => None,
        };
        match (width, kind) {
            (Some(width), Some(kind)) if !text.is_empty() => Ok(FormatSpec { align, zero, width, kind }),
            (None, _) => Err(self.spec_error(start, end, "the width of a format is at most 1024")),
            (Some(_), Some(_) | None) => Err(self.spec_error(start, end, "this is no format")),
        }
    }

    fn spec_error(&self, start: usize, end: usize, message: &str) -> Diagnostic {
        let help = "a format is `[<|>][0][width][x|X|o|b|c|d]`, for example `{n:08x}` or `{name:<16}`";
        let label = "expected a format after the colon";
        Diagnostic::error(Code::BadInterpolation, message, self.span_of(start, end), label).with_help(help)
    }
}

/// The offset of the first colon outside brackets.
fn top_level_colon(mask: &str) -> Option<usize> {
    let mut depth = 0_usize;
    for (at, byte) in mask.bytes().enumerate() {
        match byte {
            b'(' | b'[' => depth += 1,
            b')' | b']' => depth = depth.saturating_sub(1),
            b':' if depth == 0 => return Some(at),
            _ => {}
        }
    }
    None
}
