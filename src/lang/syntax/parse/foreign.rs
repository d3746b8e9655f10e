//! Whole forms of other languages: what they are called here, and what to write.

use super::Builder;
use super::grammar::Rule;
use super::mistakes::{TYPE_WORDS, type_here};
use super::place::{Place, is_name, last_token, token};
use crate::base::span::Span;
use crate::lang::diagnostic::{Code, Diagnostic};

impl Builder<'_> {
    /// The form that fits.
    pub(super) fn foreign_form(&self, place: &Place<'_>, found: Span, base: usize) -> Option<Diagnostic> {
        let rest = &place.part[place.at + place.found.len()..place.line_end().max(place.at + place.found.len())];
        typed_function(place, rest, found)
            .or_else(|| several_words(place, rest, found))
            .or_else(|| macro_call(place, rest, found))
            .or_else(|| pointer_behind(place, found))
            .or_else(|| conditional_value(place, rest, found))
            .or_else(|| prefixed_text(place, found))
            .or_else(|| self.nameless_function(place, found, base))
            .or_else(|| lock_method(place, found))
    }

    /// `x => x + 1`, `(x) => x + 1`.
    fn nameless_function(&self, place: &Place<'_>, found: Span, base: usize) -> Option<Diagnostic> {
        let is_value = place.depth() > 0 || matches!(place.first, "let" | "const" | "return");
        if place.found != "=>" || !is_value {
            return None;
        }
        let body = self.text[base + place.at + 2..base + place.line_end()].trim().trim_end_matches([')', ',']);
        let body = if body.is_empty() || body.starts_with('{') { "value" } else { body };
        let parameter = last_token(place.statement.trim_end().trim_end_matches(')'));
        let parameter = if is_name(parameter) { parameter } else { "x" };
        let help = format!("write `fn name({parameter}: int) -> int {{ return {body} }}`, and here `name`");
        Some(
            Diagnostic::error(Code::ForeignOperator, "every function has a name", found, "not an operator")
                .with_help(help),
        )
    }
}

/// `int main() {`.
fn typed_function(place: &Place<'_>, rest: &str, found: Span) -> Option<Diagnostic> {
    let is_head = TYPE_WORDS.contains(&place.first) && place.before == place.first && is_name(place.found);
    if !is_head || !rest.trim_start().starts_with('(') {
        return None;
    }
    let arrow = match place.first {
        "void" => String::new(),
        ty => format!(" -> {}", type_here(ty)),
    };
    let main = if place.found == "main" { "; a script needs none: it begins with its first line" } else { "" };
    let help = format!("write `fn {}(){arrow} {{ … }}`{main}", place.found);
    Some(
        Diagnostic::error(Code::ForeignKeyword, "a function begins with `fn`", found, "the type stands first here")
            .with_help(help),
    )
}

/// `unsigned long`.
fn several_words(place: &Place<'_>, rest: &str, found: Span) -> Option<Diagnostic> {
    let both = TYPE_WORDS.contains(&place.before) && TYPE_WORDS.contains(&place.found);
    if !both || matches!(place.before, "void" | "str" | "string" | "bool") {
        return None;
    }
    let ty = if place.before == "unsigned" { "uint" } else { type_here(place.found) };
    let name = token(rest.trim_start());
    let help = match place.is_second() && is_name(name) {
        true => format!("write `let {name}: {ty} = value`"),
        false => format!("write `{ty}`"),
    };
    Some(Diagnostic::error(Code::ForeignKeyword, "a type is one word", found, "one word too many").with_help(help))
}

/// `println!("…")`, `vec![1, 2]`.
fn macro_call(place: &Place<'_>, rest: &str, found: Span) -> Option<Diagnostic> {
    if place.found != "!" || !is_name(place.before) || !rest.starts_with(['(', '[']) {
        return None;
    }
    let help = match place.before {
        "vec" => "write `[1, 2, 3]`".to_owned(),
        "panic" => "write `abort()`, or `assert condition, \"why\"`".to_owned(),
        name => format!("write `{name}(…)`, with values in braces in the text: `\"{{x}}\"`"),
    };
    Some(Diagnostic::error(Code::ForeignOperator, "there are no macros", found, "remove this").with_help(help))
}

/// `p: int*`.
fn pointer_behind(place: &Place<'_>, found: Span) -> Option<Diagnostic> {
    let behind_type = place.statement.trim_end().strip_suffix(place.before)?.trim_end().ends_with(':');
    if place.found != "*" || !behind_type || !is_name(place.before) {
        return None;
    }
    let help = format!("write `*{}`", type_here(place.before));
    let message = "the star of a pointer stands before its type";
    Some(Diagnostic::error(Code::Unexpected, message, found, "not behind the type").with_help(help))
}

/// `a if c else b`.
fn conditional_value(place: &Place<'_>, rest: &str, found: Span) -> Option<Diagnostic> {
    let stands_in_value = !place.before.is_empty() && !matches!(place.before, "else" | "{" | "}");
    if place.found != "if" || !stands_in_value || !rest.contains(" else ") || rest.contains('{') {
        return None;
    }
    Some(
        Diagnostic::error(Code::ForeignOperator, "`if` is a statement, and has no value", found, "not in a value")
            .with_help("use `if … { … } else { … }`, and assign in both blocks"),
    )
}

/// `f"{x}"`, `b"x"`.
fn prefixed_text(place: &Place<'_>, found: Span) -> Option<Diagnostic> {
    let is_prefix = matches!(place.before, "f" | "F" | "b" | "r" | "u" | "L" | "fr" | "rb" | "s");
    if !place.found.starts_with('"') || !is_prefix || !place.statement.ends_with(place.before) {
        return None;
    }
    let message = "no letter stands before a string";
    let help = format!("remove the `{}`: values in braces are put into every string", place.before);
    Some(Diagnostic::error(Code::ForeignOperator, message, found, "behind a letter").with_help(help))
}

/// `m.lock()`.
fn lock_method(place: &Place<'_>, found: Span) -> Option<Diagnostic> {
    if place.found != "lock" || place.before != "." || !place.wants(Rule::ident) {
        return None;
    }
    let lock = last_token(place.statement.trim_end().trim_end_matches('.'));
    let lock = if is_name(lock) { lock } else { "m" };
    let help = format!("write `lock {lock} {{ … }}`, or `mutex_lock(&{lock})`");
    Some(
        Diagnostic::error(Code::ReservedWord, "a lock is held for a block", found, "`lock` is a reserved word")
            .with_help(help),
    )
}
