//! The tokens of a script, comments among them, with the line breaks before each.
//!
//! Works on text and mask (`syntax/scan.rs`) side by side: the mask tells what is a string, what a comment, and which newlines
//! end a statement. The text is one that the grammar took.

/// What a pair of brackets holds.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Group {
    /// `{ }` with statements in it.
    Block,
    /// `{ }` of a struct, enum, machine or match: items that a comma or a line parts.
    Items,
    /// `( )` of a call or of parameters: a list that may end with a comma.
    Call,
    /// `[ ]` around elements, or a type.
    Elements,
    /// `[ ]` behind what it takes an element or a slice of.
    Subscript,
    /// `( )` around an expression.
    Parentheses,
}

impl Group {
    /// Whether these are braces.
    pub(super) const fn is_braces(self) -> bool {
        matches!(self, Self::Block | Self::Items)
    }
}

/// What a token is, as far as blanks and line breaks care.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Kind {
    /// A name.
    Name,
    /// A word of the language that is not a value.
    Keyword,
    /// A number, string, byte, `true`, `false` or `nil`.
    Literal,
    /// An operator before its operand.
    Prefix,
    /// An operator between operands, and how tightly it binds (1 is loosest).
    Infix(u8),
    /// `=` and its kin, `->`, `=>`.
    Assign,
    Comma,
    Semicolon,
    Colon,
    Dot,
    Range,
    Open(Group),
    Close(Group),
    /// From `#` to the end of the line.
    Comment,
}

/// A token and what stands before it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Token<'t> {
    /// Itself.
    pub(super) text: &'t str,
    pub(super) kind: Kind,
    /// Line breaks before it: 0, 1, or 2 if there is a blank line.
    pub(super) breaks: u8,
    /// Whether it begins a statement, or an item in braces.
    pub(super) begins: bool,
    /// The column where it stood, in characters from 0.
    pub(super) column: usize,
    /// Whether a comma is to follow that means nothing.
    pub(super) comma: bool,
}

impl Token<'_> {
    pub(super) const fn is_comment(&self) -> bool {
        matches!(self.kind, Kind::Comment)
    }

    pub(super) const fn is_open(&self) -> bool {
        matches!(self.kind, Kind::Open(_))
    }

    pub(super) const fn is_close(&self) -> bool {
        matches!(self.kind, Kind::Close(_))
    }

    /// Whether it means the same, wherever it stands.
    pub(super) fn is_same(&self, other: &Self) -> bool {
        self.text == other.text && self.kind == other.kind && self.begins == other.begins
    }

    /// Whether it can be the end of an operand, so that an operator behind it stands between two.
    const fn ends_operand(&self) -> bool {
        match self.kind {
            Kind::Name | Kind::Literal => true,
            Kind::Close(group) => !group.is_braces(),
            Kind::Keyword
            | Kind::Prefix
            | Kind::Infix(_)
            | Kind::Assign
            | Kind::Comma
            | Kind::Semicolon
            | Kind::Colon
            | Kind::Dot
            | Kind::Range
            | Kind::Open(_)
            | Kind::Comment => false,
        }
    }
}

/// The words that begin something and are not values.
const KEYWORDS: [&str; 24] = [
    "as",
    "assert",
    "break",
    "const",
    "continue",
    "else",
    "enum",
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
    "program",
    "return",
    "sizeof",
    "struct",
    "thread_local",
    "use",
    "while",
];
/// Signs of more than one character, longest first.
const SIGNS: [&str; 25] = [
    "<<=", ">>=", "&^=", "&&", "||", "==", "!=", "<=", ">=", "->", "=>", "..", "<<", ">>", "&^", "+=", "-=", "*=",
    "/=", "%=", "&=", "|=", "^=", "!", "=",
];

/// An open bracket.
struct Level {
    group: Group,
    /// Whether an `assert` of the item that is being read may still have a comma of its own.
    assert: bool,
}

struct Reader<'t, 'm> {
    text: &'t str,
    mask: &'m [u8],
    at: usize,
    tokens: Vec<Token<'t>>,
    levels: Vec<Level>,
    breaks: u8,
    begins: bool,
    /// Whether the next `{` holds items.
    items: bool,
    line_start: usize,
}

/// The tokens of a text that parses. Separators of statements and items are not among them, nor commas behind the last
/// element of a list.
pub(super) fn read<'t>(text: &'t str, mask: &str) -> Vec<Token<'t>> {
    let mut reader = Reader {
        text,
        mask: mask.as_bytes(),
        at: 0,
        tokens: Vec::new(),
        levels: Vec::new(),
        breaks: 0,
        begins: true,
        items: false,
        line_start: 0,
    };
    while reader.at < text.len() {
        reader.next();
    }
    reader.tokens
}

impl<'t> Reader<'t, '_> {
    fn next(&mut self) {
        match (self.text.as_bytes()[self.at], self.mask[self.at]) {
            (b'\n', masked) => {
                self.begins |= masked == b'\n';
                self.breaks = (self.breaks + 1).min(2);
                self.at += 1;
                self.line_start = self.at;
            }
            (b'#', b' ') => self.comment(),
            (_, b' ' | b'\t' | b'\r') => self.at += 1,
            (_, b';') if self.group() != Some(Group::Elements) => self.part(),
            (_, b',') if self.group() == Some(Group::Items) && !self.is_comma_of_assert() => self.part(),
            (_, b'"' | b'\'') => {
                let quote = self.mask[self.at];
                let inside = self.mask[self.at + 1..].iter().take_while(|byte| **byte != quote).count();
                self.push(inside + 2, Kind::Literal);
            }
            (byte, _) if byte.is_ascii_alphanumeric() || byte == b'_' => self.word(),
            (b'(' | b'[' | b'{', _) => self.open(),
            (b')' | b']' | b'}', _) => self.close(),
            _ => self.sign(),
        }
    }

    fn group(&self) -> Option<Group> {
        self.levels.last().map(|level| level.group)
    }

    /// A separator: what comes next begins something.
    fn part(&mut self) {
        self.begins = true;
        self.at += 1;
    }

    /// Whether the comma here, among items, stands between a condition and its text: `1 => assert x, "why"`.
    fn is_comma_of_assert(&mut self) -> bool {
        let is_text = self.mask[self.at + 1..].iter().find(|byte| !byte.is_ascii_whitespace()) == Some(&b'"');
        self.levels.last_mut().is_some_and(|level| std::mem::take(&mut level.assert) && is_text)
    }

    fn comment(&mut self) {
        let end = self.text[self.at..].find('\n').map_or(self.text.len(), |found| self.at + found);
        let text = self.text[self.at..end].trim_end();
        let (begins, next) = (std::mem::take(&mut self.begins), end);
        self.push(text.len(), Kind::Comment);
        self.begins = begins;
        self.at = next;
    }

    fn push(&mut self, length: usize, kind: Kind) {
        let end = self.at + length;
        let column = self.text[self.line_start..self.at].chars().count();
        let breaks = if self.tokens.is_empty() { 0 } else { self.breaks };
        if self.begins
            && let Some(level) = self.levels.last_mut()
        {
            level.assert = false;
        }
        self.tokens.push(Token {
            text: &self.text[self.at..end],
            kind,
            breaks,
            begins: std::mem::take(&mut self.begins),
            column,
            comma: false,
        });
        self.breaks = 0;
        self.at = end;
    }

    /// The token before, within the same statement.
    fn before(&self) -> Option<&Token<'t>> {
        if self.begins { None } else { self.tokens.iter().rev().find(|token| !token.is_comment()) }
    }

    fn word(&mut self) {
        let rest = &self.mask[self.at..];
        let length = rest.iter().take_while(|byte| byte.is_ascii_alphanumeric() || **byte == b'_').count();
        let word = &self.text[self.at..self.at + length];
        let kind = match word {
            "true" | "false" | "nil" => Kind::Literal,
            _ if word.starts_with(|first: char| first.is_ascii_digit()) => Kind::Literal,
            _ if KEYWORDS.contains(&word) => Kind::Keyword,
            _ => Kind::Name,
        };
        self.items |= matches!(word, "struct" | "enum" | "machine" | "match");
        self.push(length, kind);
        if word == "assert"
            && let Some(level) = self.levels.last_mut()
        {
            level.assert = true;
        }
    }

    fn open(&mut self) {
        let behind_operand = self.before().is_some_and(Token::ends_operand);
        let behind_fn = self.before().is_some_and(|token| token.text == "fn");
        let group = match self.mask[self.at] {
            b'{' if std::mem::take(&mut self.items) => Group::Items,
            b'{' => Group::Block,
            b'(' if behind_operand || behind_fn => Group::Call,
            b'(' => Group::Parentheses,
            _ if behind_operand => Group::Subscript,
            _ => Group::Elements,
        };
        self.levels.push(Level { group, assert: false });
        self.push(1, Kind::Open(group));
        self.begins = group.is_braces();
    }

    fn close(&mut self) {
        let group = self.levels.pop().map_or(Group::Block, |level| level.group);
        if matches!(group, Group::Call | Group::Elements)
            && let Some(last) = self.tokens.iter().rposition(|token| !token.is_comment())
            && self.tokens[last].kind == Kind::Comma
        {
            let _comma = self.tokens.remove(last);
        }
        self.begins = false;
        self.push(1, Kind::Close(group));
    }

    fn sign(&mut self) {
        let rest = &self.text[self.at..];
        let behind_operand = self.before().is_some_and(Token::ends_operand);
        let first = &rest[..rest.chars().next().map_or(1, char::len_utf8)];
        let whole = SIGNS.into_iter().find(|sign| rest.starts_with(sign)).unwrap_or(first);
        if !behind_operand && matches!(first, "-" | "!" | "^" | "&" | "*") && whole != "->" {
            return self.push(1, Kind::Prefix);
        }
        let kind = match whole {
            "*" | "/" | "%" | "<<" | ">>" | "&" | "&^" => Kind::Infix(5),
            "+" | "-" | "|" | "^" => Kind::Infix(4),
            "==" | "!=" | "<" | "<=" | ">" | ">=" => Kind::Infix(3),
            "&&" => Kind::Infix(2),
            "||" => Kind::Infix(1),
            "," => Kind::Comma,
            ";" => Kind::Semicolon,
            ":" => Kind::Colon,
            "." => Kind::Dot,
            ".." => Kind::Range,
            _ => Kind::Assign,
        };
        self.push(whole.len(), kind);
    }
}
