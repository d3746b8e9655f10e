//! Where the grammar stopped: the tokens around the place, and the statement that it is in.

use super::grammar::Rule;

/// Signs of two and three characters, longest first.
const SIGNS: [&str; 26] = [
    "===", "!==", "<<=", ">>=", "&^=", "**", "++", "--", "&&", "||", "==", "!=", "<=", ">=", "->", "=>", ":=", "::",
    "..", "<<", ">>", "&^", "+=", "-=", "*=", "/=",
];
/// Words that can not be names.
pub(super) const KEYWORDS: [&str; 27] = [
    "as",
    "assert",
    "break",
    "const",
    "continue",
    "else",
    "enum",
    "false",
    "fn",
    "for",
    "if",
    "in",
    "let",
    "lock",
    "loop",
    "machine",
    "match",
    "must_use",
    "nil",
    "program",
    "return",
    "sizeof",
    "struct",
    "thread_local",
    "true",
    "use",
    "while",
];

/// Where the grammar stopped, and the tokens around it.
pub(super) struct Place<'p> {
    /// The part that was read: a statement with all that is in it.
    pub(super) part: &'p str,
    /// The offset in it.
    pub(super) at: usize,
    /// What the grammar wanted.
    pub(super) wanted: &'p [Rule],
    /// The token at the offset; empty at the end.
    pub(super) found: &'p str,
    /// The token before it; empty if the statement begins here.
    pub(super) before: &'p str,
    /// The innermost statement up to the offset.
    pub(super) statement: &'p str,
    /// Its first word.
    pub(super) first: &'p str,
}

impl<'p> Place<'p> {
    pub(super) fn new(part: &'p str, at: usize, wanted: &'p [Rule]) -> Self {
        let start = part[..at].rfind(['\n', ';', '{', '}']).map_or(0, |found| found + 1);
        let statement = part[start..at].trim_start();
        let found = token(&part[at..]);
        let first = if statement.is_empty() { found } else { token(statement) };
        Self { part, at, wanted, found, before: last_token(statement), statement, first }
    }

    pub(super) fn wants(&self, rule: Rule) -> bool {
        self.wanted.contains(&rule)
    }

    pub(super) fn wants_block(&self) -> bool {
        self.wants(Rule::block) || self.wants(Rule::lbrace)
    }

    /// Whether the statement's first word stands right before the offset or at it.
    pub(super) fn is_second(&self) -> bool {
        self.statement.trim_end().len() <= self.first.len()
    }

    /// How many parentheses are open here.
    pub(super) fn depth(&self) -> usize {
        let count = |signs: [char; 2]| self.statement.matches(signs).count();
        count(['(', '[']).saturating_sub(count([')', ']']))
    }

    /// Where the line or the statement ends.
    pub(super) fn line_end(&self) -> usize {
        self.part[self.at..].find(['\n', ';', '{', '}']).map_or(self.part.len(), |found| self.at + found)
    }
}

fn is_word(token: &str) -> bool {
    token.starts_with(|letter: char| letter.is_ascii_alphabetic() || letter == '_')
}

/// Whether a token can be a name.
pub(super) fn is_name(token: &str) -> bool {
    is_word(token) && !KEYWORDS.contains(&token)
}

/// Whether a token is a name or a literal.
pub(super) fn is_value(token: &str) -> bool {
    is_name(token) || token.starts_with(|letter: char| letter.is_ascii_digit() || letter == '"' || letter == '\'')
}

/// The token that a part of a mask begins with.
pub(super) fn token(text: &str) -> &str {
    let Some(letter) = text.chars().next() else { return "" };
    let word = text.bytes().take_while(|byte| byte.is_ascii_alphanumeric() || *byte == b'_').count();
    let length = match letter {
        _ if word > 0 => word,
        '"' | '\'' => text[1..].find(letter).map_or(1, |end| end + 2),
        _ => SIGNS.iter().find(|sign| text.starts_with(**sign)).map_or(letter.len_utf8(), |sign| sign.len()),
    };
    &text[..length]
}

/// The token that a part of a mask ends with, blanks aside.
pub(super) fn last_token(text: &str) -> &str {
    let text = text.trim_end();
    let Some(letter) = text.chars().next_back() else { return "" };
    let word = text.bytes().rev().take_while(|byte| byte.is_ascii_alphanumeric() || *byte == b'_').count();
    let length = match letter {
        _ if word > 0 => word,
        '"' | '\'' => text[..text.len() - 1].rfind(letter).map_or(1, |start| text.len() - start),
        _ => SIGNS.iter().find(|sign| text.ends_with(**sign)).map_or(letter.len_utf8(), |sign| sign.len()),
    };
    &text[text.len() - length..]
}
