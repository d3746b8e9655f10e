//! Mistakes that have a name: what people write who come from other languages, and the slips of those who do not.

use super::expected::describe;
use super::grammar::Rule;
use super::place::{KEYWORDS, Place, is_name, is_value, last_token, token};
use super::{Builder, Built};
use crate::base::span::Span;
use crate::lang::diagnostic::{Code, Diagnostic};
use crate::lang::syntax::ast::{BinaryOp, Expr, ExprKind};

/// Types here and elsewhere, for `int x = 1`.
pub(super) const TYPE_WORDS: [&str; 20] = [
    "int", "uint", "byte", "u16", "u32", "i32", "bool", "str", "char", "long", "short", "unsigned", "float", "double",
    "string", "i64", "u64", "u8", "size_t", "void",
];
/// A word of another language that begins a statement, what it means here, and what to write.
const FIRST_WORDS: &[(&[&str], &str, &str)] = &[
    (&["def", "func", "function", "fun", "proc", "sub"], "a function begins with `fn`", "fn name(n: int) -> int { … }"),
    (&["var", "auto", "val", "mut", "local"], "a variable begins with `let`", "let name = value"),
    (&["elif", "elsif", "elseif"], "another condition begins with `else if`", "} else if condition {"),
    (&["switch"], "a choice among values is `match`", "match value { 1 => …, _ => … }"),
    (&["case", "default", "when"], "an arm of a `match` has no word before it", "1 | 2 => …, _ => …"),
    (&["foreach"], "a loop over values is `for … in`", "for x in values { … }"),
    (&["do", "repeat", "until", "forever"], "an endless loop is `loop`, left by `break`", "loop { if done { break } }"),
    (&["unless"], "a condition begins with `if`", "if !condition { … }"),
    (&["import", "include", "from", "require", "using"], "a module is taken in with `use`", "use name"),
    (&["class", "record", "typedef", "union"], "a type of several fields is a `struct`", "struct Name { field: int }"),
    (
        &["try", "catch", "except", "throw", "raise"],
        "there are no exceptions: a failed call yields a negative number",
        "if r < 0 { … }",
    ),
    (&["final", "constexpr", "define"], "a constant begins with `const`", "const NAME = 1"),
    (&["static", "global"], "a variable of the whole file is a `let` outside of functions", "let name = value"),
    (&["goto"], "a loop is left by `break` or gone on with by `continue`", "break"),
];

impl Builder<'_> {
    /// The first of the known mistakes that fits.
    pub(super) fn known_mistake(&self, place: &Place<'_>, base: usize) -> Option<Diagnostic> {
        let found = self.span_of(base + place.at, base + place.at + place.found.len());
        self.foreign_first_word(place, base)
            .or_else(|| self.foreign_form(place, found, base))
            .or_else(|| foreign_operator(place, found))
            .or_else(|| foreign_value(place, found))
            .or_else(|| self.doubled(place, base))
            .or_else(|| number(place, found))
            .or_else(|| counting_loop(place, found))
            .or_else(|| assignment(place, found))
            .or_else(|| self.declaration(place, found, base))
            .or_else(|| self.parameter(place, found))
            .or_else(|| self.missing_parentheses(place, found, base))
            .or_else(|| missing_block(place, found))
            .or_else(|| reserved(place, found))
            .or_else(|| foreign_sign(place, found))
    }

    fn foreign_first_word(&self, place: &Place<'_>, base: usize) -> Option<Diagnostic> {
        let begin = base + place.at - place.statement.len();
        let first = self.span_of(begin, begin + place.first.len());
        if place.first == "else" && place.is_second() {
            return Some(
                Diagnostic::error(
                    Code::Misplaced,
                    "this `else` belongs to no `if`",
                    first,
                    "expected `if` before this",
                )
                .with_help("write `} else {` right behind the block of the `if`"),
            );
        }
        if !place.is_second() {
            return None;
        }
        let (_, message, help) = FIRST_WORDS.iter().find(|(words, ..)| words.contains(&place.first))?;
        let label = format!("`{}` is not a word of ring3", place.first);
        Some(Diagnostic::error(Code::ForeignKeyword, *message, first, label).with_help(format!("write `{help}`")))
    }

    fn doubled(&self, place: &Place<'_>, base: usize) -> Option<Diagnostic> {
        match (place.found, place.before) {
            (sign @ ("++" | "--"), _) => Some(self.doubled_operator(base + place.at, sign)),
            ("" | "\n" | ";" | ")" | "}" | "{", sign @ "--") => {
                let end = base + place.at - (place.statement.len() - place.statement.trim_end().len());
                Some(self.doubled_operator(end - 2, sign))
            }
            _ => None,
        }
    }

    /// `++` or `--` at an offset.
    pub(super) fn doubled_operator(&self, at: usize, sign: &str) -> Diagnostic {
        let line = self.text[..at].rfind('\n').map_or(0, |newline| newline + 1);
        let (before, behind) = (last_token(&self.text[line..at]), token(self.text[at + 2..].trim_start()));
        let name = [before, behind].into_iter().find(|name| is_name(name)).unwrap_or("i");
        let message = format!("there is no `{sign}`");
        Diagnostic::error(Code::ForeignOperator, message, self.span_of(at, at + 2), "not an operator")
            .with_help(format!("write `{name} {}= 1`", &sign[..1]))
    }

    /// `int x = 1`, `let mut x`, `let int x`.
    fn declaration(&self, place: &Place<'_>, found: Span, base: usize) -> Option<Diagnostic> {
        if !is_name(place.found) {
            return None;
        }
        let begin = base + place.at - place.statement.len();
        if place.first == "let" && matches!(place.before, "mut" | "const" | "var") {
            let help = format!("write `let {} = value`", place.found);
            let message = "every variable can be assigned";
            return Some(
                Diagnostic::error(Code::ForeignKeyword, message, found, format!("no `{}` before this", place.before))
                    .with_help(help),
            );
        }
        if !TYPE_WORDS.contains(&place.before) || !(place.is_second() || place.depth() > 0 || place.first == "let") {
            return None;
        }
        let in_list = place.depth() > 0 || place.wants(Rule::colon) && place.first != "let";
        let ty = type_here(place.before);
        let help = match in_list {
            true => format!("write `{}: {ty}`", place.found),
            false => format!("write `let {}: {ty} = value`", place.found),
        };
        let span = if place.is_second() { self.span_of(begin, begin + place.first.len()) } else { found };
        let label = if place.is_second() { "the type stands first here" } else { "the type stands before this name" };
        Some(
            Diagnostic::error(Code::TypeBeforeName, "a type stands after the name, behind a colon", span, label)
                .with_help(help),
        )
    }

    /// `int *p = …`, which the grammar takes for a product that is assigned.
    pub(super) fn pointer_declaration(&self, target: &Expr) -> Option<Diagnostic> {
        let ExprKind::Binary { op: BinaryOp::Mul, left, right, .. } = &target.kind else { return None };
        let (ty, name) = (self.source(left.span), self.source(right.span));
        if !TYPE_WORDS.contains(&ty) || !is_name(name) {
            return None;
        }
        let message = "a type stands after the name, behind a colon";
        Some(
            Diagnostic::error(Code::TypeBeforeName, message, left.span, "the type stands first here")
                .with_help(format!("write `let {name}: *{ty} = value`")),
        )
    }

    /// A parameter or field without type, a result without arrow.
    fn parameter(&self, place: &Place<'_>, found: Span) -> Option<Diagnostic> {
        let in_function = matches!(place.first, "fn" | "must_use" | "program");
        if in_function && place.before == ")" && place.depth() == 0 && place.wants_block() {
            let is_type = is_name(place.found) || matches!(place.found, "*" | "[" | ":" | "=>" | "fn");
            if is_type && place.first != "program" {
                let after = self.type_behind(place);
                return Some(
                    Diagnostic::error(
                        Code::MissingArrow,
                        "the type of the result stands after `->`",
                        found,
                        "expected `->` or `{`",
                    )
                    .with_help(format!("write `-> {after}`")),
                );
            }
        }
        if place.wants(Rule::colon)
            && is_name(place.before)
            && (is_name(place.found) || matches!(place.found, "*" | "["))
        {
            let message = "a colon stands between a name and its type";
            let help = format!(
                "write `{}: {}`",
                place.before,
                self.type_behind(place).split([',', ')', '=']).next().unwrap_or_default().trim()
            );
            return Some(
                Diagnostic::error(Code::MissingType, message, found, "expected `:` before this").with_help(help),
            );
        }
        if place.found == "[" && place.wants(Rule::eq) && is_name(place.before) && place.statement.contains(':') {
            let message = "the type of an array or a slice is in brackets";
            let help = format!("write `[{0}; 8]` for an array, `[{0}]` for a slice", place.before);
            return Some(Diagnostic::error(Code::Unexpected, message, found, "not behind the type").with_help(help));
        }
        let ends = matches!(place.found, "" | "," | ")" | "}" | "=" | "\n" | ";");
        if place.wants(Rule::colon) && ends && is_name(place.before) && place.first != "let" {
            if place.first == "const" {
                let message = format!("the constant `{}` has no value", place.before);
                let label = format!("expected `= value` after `{}`", place.before);
                return Some(
                    Diagnostic::error(Code::MissingType, message, found, label)
                        .with_help(format!("write `const {} = 1`", place.before)),
                );
            }
            let message = format!("`{}` has no type", place.before);
            return Some(
                Diagnostic::error(
                    Code::MissingType,
                    message,
                    found,
                    format!("expected `: type` after `{}`", place.before),
                )
                .with_help(format!("write `{}: int`, or the type that it has", place.before)),
            );
        }
        None
    }

    fn type_behind<'p>(&self, place: &Place<'p>) -> &'p str {
        let text = place.part[place.at..place.line_end()].trim();
        let text = text.strip_prefix(':').or_else(|| text.strip_prefix("=>")).unwrap_or(text).trim();
        if text.is_empty() { "type" } else { text }
    }

    /// `print x`.
    fn missing_parentheses(&self, place: &Place<'_>, found: Span, base: usize) -> Option<Diagnostic> {
        let is_print = matches!(
            place.before,
            "print" | "println" | "eprint" | "eprintln" | "echo" | "puts" | "printf" | "exit" | "sleep"
        );
        let is_literal = is_value(place.found) && !is_name(place.found);
        if !(is_name(place.before) && is_value(place.found) && place.is_second() && (is_print || is_literal)) {
            return None;
        }
        let name = match place.before {
            "echo" | "puts" | "printf" => "println",
            name => name,
        };
        let rest = self.text[base + place.at..base + place.line_end()].trim();
        let help = if rest.len() <= 60 && !rest.contains('#') {
            format!("write `{name}({rest})`")
        } else {
            format!("write `{name}(…)`")
        };
        let message = format!("`{}` is a function, and a call has parentheses", place.before);
        Some(Diagnostic::error(Code::MissingParentheses, message, found, "expected `(` before this").with_help(help))
    }

    /// `null`, `True` and their kin, which would else be unknown names.
    pub(super) fn refuse_foreign_value(&self, name: &str, span: Span) -> Built<()> {
        let here = match name {
            "null" | "NULL" | "None" | "nullptr" | "undefined" | "Nil" => "nil",
            "True" | "TRUE" => "true",
            "False" | "FALSE" => "false",
            _ => return Ok(()),
        };
        let message = format!("`{name}` is `{here}` in ring3");
        Err(Diagnostic::error(Code::ForeignKeyword, message, span, format!("expected `{here}`"))
            .with_help(format!("write `{here}`")))
    }
}

/// A type of another language, as it is called here.
pub(super) fn type_here(word: &str) -> &str {
    match word {
        "char" | "u8" => "byte",
        "string" => "str",
        "short" | "long" | "i64" => "int",
        "u64" | "unsigned" | "size_t" => "uint",
        other => other,
    }
}

/// `and`, `or`, `not`, `is`, `then` where an operator or a block is wanted.
fn foreign_operator(place: &Place<'_>, found: Span) -> Option<Diagnostic> {
    let (word, here) = match (place.found, place.before) {
        ("and", _) => ("and", "&&"),
        ("or", _) => ("or", "||"),
        ("is", _) => ("is", "=="),
        ("xor", _) => ("xor", "^"),
        ("mod", _) => ("mod", "%"),
        ("div", _) => ("div", "/"),
        ("then", _) => ("then", "{"),
        (found, "not") if is_value(found) => ("not", "!"),
        _ => return None,
    };
    let label = if word == "not" { "behind `not`".to_owned() } else { format!("expected `{here}`") };
    let message = format!("`{word}` is written `{here}`");
    let help = if word == "not" { format!("write `!{}`", place.found) } else { format!("write `{here}`") };
    Some(Diagnostic::error(Code::ForeignKeyword, message, found, label).with_help(help))
}

/// `new Point(1)`, `lambda x: x`, `"""text"""`.
fn foreign_value(place: &Place<'_>, found: Span) -> Option<Diagnostic> {
    let (code, message, label, help) = match (place.before, place.found) {
        ("new", name) if is_name(name) => {
            (Code::ForeignKeyword, "a value is made without `new`", "behind `new`", format!("write `{name}(…)`"))
        }
        ("lambda", name) if is_name(name) => {
            let help = format!("write `fn name({name}: int) -> int {{ return … }}` at the top level, and here `name`");
            (Code::ForeignKeyword, "every function has a name", "behind `lambda`", help)
        }
        (before, text) if before.ends_with('"') && text.starts_with('"') => {
            let help = "write one string, with one `\"` on each side, and `\\n` where a line ends".to_owned();
            (Code::Unexpected, "a string ends here, and another begins", "behind a string", help)
        }
        _ => return None,
    };
    Some(Diagnostic::error(code, message, found, label).with_help(help))
}

fn number(place: &Place<'_>, found: Span) -> Option<Diagnostic> {
    let text = place.statement;
    let digits_before = text.strip_suffix('.').is_some_and(|rest| rest.ends_with(|last: char| last.is_ascii_digit()));
    let digit_here = place.found.starts_with(|first: char| first.is_ascii_digit());
    let leading_point =
        place.found == "." && place.part[place.at + 1..].starts_with(|first: char| first.is_ascii_digit());
    if !(leading_point || digits_before && digit_here) {
        return None;
    }
    let whole = text.trim_end_matches('.').rsplit(|letter: char| !letter.is_ascii_digit()).next().unwrap_or_default();
    let start = if leading_point { found.start } else { found.start - 1 - whole.len() as u32 };
    let span = Span { start, end: found.end + u32::from(leading_point), ..found };
    Some(
        Diagnostic::error(Code::FloatLiteral, "there are no floating-point numbers", span, "expected an integer")
            .with_help("count in smaller units: `15` tenths for 1.5"),
    )
}

fn assignment(place: &Place<'_>, found: Span) -> Option<Diagnostic> {
    if place.found == "=" && matches!(place.before, "==" | "!=") {
        let message = format!("`{}=` is written `{}`", place.before, place.before);
        return Some(
            Diagnostic::error(Code::ForeignOperator, message, found, "one too many")
                .with_help(format!("write `{}`", place.before)),
        );
    }
    if place.found == ":=" {
        let name = place.before;
        return Some(
            Diagnostic::error(Code::ForeignOperator, "a variable begins with `let`", found, "not an operator")
                .with_help(format!("write `let {name} = value`, or `{name} = value` if there is one already")),
        );
    }
    let assigns = matches!(place.found, "=" | "+=" | "-=" | "*=" | "/=");
    if !assigns || place.wants(Rule::ident) || place.wants(Rule::lbrace) && place.first == "machine" {
        return None;
    }
    let message = "an assignment is not an expression";
    let help = match (place.first, place.depth()) {
        ("if" | "while" | "assert" | "match", _) if place.found == "=" => "to compare, write `==`",
        (first, 0) if !matches!(first, "if" | "while" | "assert" | "match" | "return" | "for") => return None,
        (_, 1..) if place.found == "=" => "to compare, write `==`; a named argument is `name: value`",
        _ => "make it a statement of its own",
    };
    Some(Diagnostic::error(Code::AssignInCondition, message, found, "this assigns").with_help(help))
}

/// `for (i = 0; …)` and `for i = 0; …`.
fn counting_loop(place: &Place<'_>, found: Span) -> Option<Diagnostic> {
    let label = match (place.first, place.before, place.found) {
        ("for", "for", "(") => "expected a name",
        ("for", _, "=") if place.wants(Rule::kw_in) => "expected `in`",
        _ => return None,
    };
    Some(
        Diagnostic::error(Code::Unexpected, "`for` walks a range or a slice", found, label)
            .with_help("write `for i in 0..n {`, or a `while`"),
    )
}

fn missing_block(place: &Place<'_>, found: Span) -> Option<Diagnostic> {
    let heads = [
        "if", "while", "for", "loop", "else", "lock", "fn", "must_use", "program", "match", "struct", "enum", "machine",
    ];
    if !place.wants_block() || !heads.contains(&place.first) || place.found == "{" {
        return None;
    }
    let message = format!("the body of `{}` is a block in braces", place.first);
    let help = match place.found {
        ":" => "write `{` instead of the colon, and `}` where the block ends".to_owned(),
        "" | "\n" | ";" => "write `{` at the end of this line".to_owned(),
        _ if place.before == "else" => "write `{` behind `else`".to_owned(),
        other => format!("write `{{` before {}", describe(other)),
    };
    Some(Diagnostic::error(Code::MissingBlock, message, found, "expected `{`").with_help(help))
}

fn reserved(place: &Place<'_>, found: Span) -> Option<Diagnostic> {
    let wants_value = place.wants(Rule::expr) || place.wants(Rule::int) || place.wants(Rule::prefix_op);
    if !KEYWORDS.contains(&place.found) || !place.wants(Rule::ident) || wants_value {
        return None;
    }
    let message = format!("`{}` is a reserved word", place.found);
    Some(
        Diagnostic::error(Code::ReservedWord, message, found, "expected a name")
            .with_help(format!("write `{}_`, or another name", place.found)),
    )
}

/// Signs that other languages have.
fn foreign_sign(place: &Place<'_>, found: Span) -> Option<Diagnostic> {
    let (message, help) = match (place.found, place.before) {
        ("?", "?") => ("there is no `??`", "use `if … { … } else { … }`"),
        ("?", _) => ("there is no `? :`", "use `if … { … } else { … }`"),
        ("~", _) => ("bits are flipped with `^`", "write `^x`"),
        ("::", _) => ("parts are named with `.`", "write `.`"),
        (">", "-") => ("a field behind a pointer is named with `.`, too", "write `p.field`"),
        (">", "<") => ("not equal is written `!=`", "write `!=`"),
        ("@" | "$" | "`" | "\\", _) => ("this sign has no meaning outside strings", "remove it"),
        ("“" | "”" | "„" | "‘" | "’", _) => ("this is a typographic quote", "write `\"`"),
        (sign, _) if !sign.is_ascii() => {
            ("names and operators are ASCII", "other letters stand in strings and comments only")
        }
        _ => return None,
    };
    Some(Diagnostic::error(Code::ForeignOperator, message, found, "not ring3").with_help(help))
}
