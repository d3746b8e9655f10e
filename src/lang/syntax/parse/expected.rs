//! Says in plain words what the grammar wanted and what it met.

#![expect(clippy::wildcard_enum_match_arm, reason = "pest's rules are one enum with every token in it")]

use pest::error::{Error, ErrorVariant, InputLocation};

use super::Builder;
use super::grammar::Rule;
use super::place::{KEYWORDS, Place, is_value};
use crate::lang::diagnostic::{Code, Diagnostic};

/// The offset of a mistake in the part that was read.
pub(super) fn offset(error: &Error<Rule>) -> usize {
    match error.location {
        InputLocation::Pos(at) | InputLocation::Span((at, _)) => at,
    }
}

impl Builder<'_> {
    /// A mistake that the grammar found in a part that begins at offset `base`: by its own name if it is a known one.
    pub(super) fn translate(&self, part: &str, base: usize, error: &Error<Rule>) -> Diagnostic {
        let at = offset(error);
        let wanted = match &error.variant {
            ErrorVariant::ParsingError { positives, .. } => positives.as_slice(),
            ErrorVariant::CustomError { .. } => {
                let span = self.span_of(base, base + 1);
                return Diagnostic::error(Code::TooDeep, "this is nested too deep", span, "in this statement")
                    .with_help("give a part of it a name with `let`, or make it a function");
            }
        };
        let place = Place::new(part, at, wanted);
        self.known_mistake(&place, base).unwrap_or_else(|| self.unexpected(&place, base))
    }

    fn unexpected(&self, place: &Place<'_>, base: usize) -> Diagnostic {
        let span = self.span_of(base + place.at, base + place.at + place.found.len());
        let message = match place.found {
            "" | "\n" => "the line ends too early".to_owned(),
            found => format!("unexpected {}", describe(found)),
        };
        let expected = expectation(place.wanted);
        let label = match place.before {
            "" => format!("expected {expected}"),
            before => format!("expected {expected} after {}", describe(before)),
        };
        let error = Diagnostic::error(Code::Unexpected, message, span, label);
        match insertion(place) {
            Some(help) => error.with_help(help),
            None => error,
        }
    }
}

/// What to write here, if that can be said.
fn insertion(place: &Place<'_>) -> Option<String> {
    let ends = matches!(place.found, "" | "\n" | ";" | "}" | ")" | "]" | "{");
    let here = describe(place.found);
    if place.before == "lock" && place.found == "{" {
        return Some("write which: `lock m {`".to_owned());
    }
    if place.wants(Rule::fat_arrow) {
        return Some(format!("write `=>` before {here}"));
    }
    if place.wanted == [Rule::kw_let] {
        return Some(format!("write `let` before {here}"));
    }
    if place.first == "for" && place.wants(Rule::kw_in) {
        return Some("write `for i in 0..n {`".to_owned());
    }
    if place.first == "assert" && place.found == "," {
        return Some("leave out the parentheses: `assert x == 1, \"why\"`".to_owned());
    }
    let in_list = place.depth() > 0 || place.wants(Rule::rbrace);
    if place.wants(Rule::comma) && is_value(place.found) && in_list {
        return Some(format!("write `,` before {here}"));
    }
    if place.wants(Rule::eq) && place.found == ":" {
        return Some(format!("write `{} = value`", place.before));
    }
    if place.first == "let" && place.found == "," {
        return Some("give each variable a `let` and a line of its own".to_owned());
    }
    if place.wants(Rule::add_op) && KEYWORDS.contains(&place.found) {
        return Some(format!("begin a new line before {here}"));
    }
    if place.before == "." && place.found.starts_with('"') {
        return Some("texts are joined by interpolation: `println(\"{a}{b}\")`".to_owned());
    }
    if place.first == "use" && place.found.starts_with('"') {
        return Some("write the name of a module alone: `use io`".to_owned());
    }
    if place.wants(Rule::expr) && place.found == "fn" {
        return Some("define it at the top level, `fn name() { … }`, and name it here".to_owned());
    }
    if place.wants(Rule::ident) && place.found.starts_with(|first: char| first.is_ascii_digit()) {
        return Some(format!("begin the name with a letter: `n{}`", place.found));
    }
    if (place.wants(Rule::expr) || place.wants(Rule::prefix_op)) && ends && !place.before.is_empty() {
        return Some(match place.before {
            "=" => format!("write the value: `{} 0`", place.statement.trim()),
            before => format!("write a value behind {}", describe(before)),
        });
    }
    if place.wants(Rule::r#type) && (ends || place.found == "=") {
        return Some(format!("write a type behind {}: `int`, `str`, `*byte`", describe(place.before)));
    }
    if place.wants(Rule::add_op) && is_value(place.found) {
        return Some(format!("write an operator before {here}, or begin a new line"));
    }
    if place.wants(Rule::ident) && (ends || place.found == "(") {
        return Some(format!("write a name behind {}", describe(place.before)));
    }
    None
}

/// A token of the mask in words.
pub(super) fn describe(token: &str) -> String {
    match token.as_bytes().first() {
        Some(b'"') => "a string".to_owned(),
        Some(b'\'') => "a byte literal".to_owned(),
        Some(b'\n') => "the end of the line".to_owned(),
        Some(_) | None => format!("`{token}`"),
    }
}

/// What the grammar wanted, as «`,` or `)`».
fn expectation(wanted: &[Rule]) -> String {
    if wanted == [Rule::kw_let] {
        return "`let`".to_owned();
    }
    let mut words: Vec<&str> = Vec::new();
    for &rule in wanted {
        let word = word(rule);
        if !word.is_empty() && !words.contains(&word) {
            words.push(word);
        }
    }
    let specific = |words: &[&str], wide: &str| words.contains(&wide);
    if specific(&words, "a statement") {
        words.retain(|word| matches!(*word, "a statement" | "`}`"));
    } else if specific(&words, "an expression") {
        words.retain(|word| !matches!(*word, "a name" | "a type" | "a literal" | "a string" | "`-`" | "`(`" | "`[`"));
    } else if specific(&words, "a pattern") || specific(&words, "a type") {
        words.retain(|word| !matches!(*word, "a name" | "a literal" | "`*`"));
    }
    // Behind an expression a call and an index are as possible as any operator.
    if wanted.contains(&Rule::add_op) {
        words.retain(|word| !matches!(*word, "`(`" | "`[`"));
    }
    if words.len() > 1 {
        words.retain(|word| *word != "a new line");
    }
    match words.as_slice() {
        ["a new line"] if !wanted.contains(&Rule::add_op) => "a new line".to_owned(),
        [] | ["a new line"] => "an operator or the end of the statement".to_owned(),
        [one] => (*one).to_owned(),
        [first @ .., last] => format!("{} or {last}", first.join(", ")),
    }
}

/// A rule in words; empty for what would only lengthen the sentence: an operator may follow any expression.
fn word(rule: Rule) -> &'static str {
    match rule {
        Rule::expr | Rule::int | Rule::parens | Rule::list | Rule::sizeof | Rule::prefix_op | Rule::embedded => {
            "an expression"
        }
        Rule::byte | Rule::bool | Rule::nil => "a literal",
        Rule::string => "a string",
        Rule::statement | Rule::simple | Rule::top | Rule::let_ | Rule::if_ | Rule::kw_let | Rule::kw_thread_local => {
            "a statement"
        }
        Rule::r#type | Rule::pointer | Rule::bracketed | Rule::fn_type => "a type",
        Rule::pattern | Rule::constant_value | Rule::any | Rule::arms | Rule::arm => "a pattern",
        Rule::ident => "a name",
        Rule::params | Rule::lparen => "`(`",
        Rule::param => "a parameter",
        Rule::arg => "an argument",
        Rule::field => "a field",
        Rule::variant => "a name",
        Rule::setting => "`key = value`",
        Rule::block | Rule::lbrace => "`{`",
        Rule::rparen => "`)`",
        Rule::lbracket => "`[`",
        Rule::rbracket => "`]`",
        Rule::rbrace => "`}`",
        Rule::comma => "`,`",
        Rule::semicolon => "`;`",
        Rule::colon => "`:`",
        Rule::arrow => "`->`",
        Rule::fat_arrow => "`=>`",
        Rule::eq => "`=`",
        Rule::dotdot => "`..`",
        Rule::kw_fn => "`fn`",
        Rule::kw_in => "`in`",
        Rule::EOI => "a new line",
        _ => "",
    }
}
