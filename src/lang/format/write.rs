//! From tokens with their line breaks to text: indents, blanks, and the columns of comments.

use super::INDENT;
use super::tokens::{Group, Kind, Token};

/// A line of tokens.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Line {
    /// The first token.
    pub(super) first: usize,
    /// The token behind the last of code.
    pub(super) end: usize,
    /// Blanks before the first.
    pub(super) indent: usize,
    /// The comment behind the code, or alone.
    pub(super) comment: Option<usize>,
}

/// The whole text; empty, or it ends with a newline.
pub(super) fn write(tokens: &[Token<'_>]) -> String {
    let lines = lines(tokens);
    let codes: Vec<String> = lines.iter().map(|line| code(tokens, line)).collect();
    let columns = comment_columns(tokens, &lines, &codes);
    let mut out = String::new();
    for ((line, code), column) in lines.iter().zip(&codes).zip(columns) {
        if tokens[line.first].breaks > 1 {
            out.push('\n');
        }
        out.push_str(code);
        if let Some(comment) = line.comment {
            out.extend(std::iter::repeat_n(' ', column - code.chars().count()));
            out.push_str(tokens[comment].text);
        }
        out.push('\n');
    }
    out
}

/// Tokens on one line, whatever their breaks.
pub(super) fn line(tokens: &[Token<'_>]) -> String {
    code(tokens, &Line { first: 0, end: tokens.len(), indent: 0, comment: None })
}

/// The code of a line with its indent.
pub(super) fn code(tokens: &[Token<'_>], line: &Line) -> String {
    let mut out = String::new();
    for i in line.first..line.end {
        if i == line.first {
            out.extend(std::iter::repeat_n(' ', line.indent));
        } else {
            out.push_str(between(&tokens[i - 1], &tokens[i]));
        }
        out.push_str(tokens[i].text);
        if tokens[i].comma {
            out.push(',');
        }
    }
    if let Some(open) = (line.first..line.end).rev().find(|&i| tokens[i].begins)
        && open > line.first
    {
        return with_separators(tokens, line);
    }
    out
}

/// The same for a line on which several statements or items stand.
#[expect(clippy::wildcard_enum_match_arm, reason = "all other tokens leave it as it is")]
fn with_separators(tokens: &[Token<'_>], line: &Line) -> String {
    let mut out = " ".repeat(line.indent);
    let mut groups = groups_before(tokens, line.first);
    for i in line.first..line.end {
        let token = &tokens[i];
        if i > line.first {
            let is_first = tokens[i - 1].is_open();
            if token.begins && !is_first {
                out.push(if groups.last() == Some(&Group::Items) { ',' } else { ';' });
            }
            out.push_str(between(&tokens[i - 1], token));
        }
        match token.kind {
            Kind::Open(group) => groups.push(group),
            Kind::Close(_) => {
                let _group = groups.pop();
            }
            _ => {}
        }
        out.push_str(token.text);
        if token.comma {
            out.push(',');
        }
    }
    out
}

/// The brackets that are open before a token, innermost last: as far back as the innermost braces.
#[expect(clippy::wildcard_enum_match_arm, reason = "all other tokens leave it as it is")]
fn groups_before(tokens: &[Token<'_>], end: usize) -> Vec<Group> {
    let mut closed = 0;
    for token in tokens[..end].iter().rev() {
        match token.kind {
            Kind::Close(_) => closed += 1,
            Kind::Open(_) if closed > 0 => closed -= 1,
            Kind::Open(group) if group.is_braces() => return vec![group],
            _ => {}
        }
    }
    Vec::new()
}

/// The blank between two tokens of a line, or none.
fn between(before: &Token<'_>, token: &Token<'_>) -> &'static str {
    let glued = match (before.kind, token.kind) {
        (Kind::Open(group), Kind::Close(_)) if group.is_braces() => true,
        (Kind::Open(group), _) | (_, Kind::Close(group)) => !group.is_braces(),
        (_, Kind::Comma | Kind::Semicolon | Kind::Colon) => true,
        (Kind::Dot | Kind::Range, _) | (_, Kind::Dot | Kind::Range) => true,
        // Two signs that would be read as one.
        (Kind::Prefix, Kind::Prefix) => !matches!((before.text, token.text), ("-", "-") | ("&", "&" | "^")),
        (Kind::Prefix, _) => true,
        (_, Kind::Open(Group::Call | Group::Subscript)) => true,
        (Kind::Keyword, Kind::Open(Group::Parentheses)) => before.text == "sizeof",
        _ => false,
    };
    if glued { "" } else { " " }
}

/// An open bracket.
struct Level {
    /// The indent of its closer.
    indent: usize,
    is_braces: bool,
}

/// The lines that the breaks make, with their indents.
#[expect(clippy::wildcard_enum_match_arm, reason = "all other tokens leave it as it is")]
pub(super) fn lines(tokens: &[Token<'_>]) -> Vec<Line> {
    let mut lines: Vec<Line> = Vec::new();
    let mut levels: Vec<Level> = Vec::new();
    let mut statement = 0;
    for (i, token) in tokens.iter().enumerate() {
        if i == 0 || token.breaks > 0 {
            let indent = indent(tokens, i, &levels, statement);
            lines.push(Line { first: i, end: i, indent, comment: None });
        }
        let line = lines.last_mut().expect("the first token begins a line");
        if token.begins {
            statement = line.indent;
        }
        match token.kind {
            Kind::Comment => {
                line.comment = Some(i);
                continue;
            }
            Kind::Open(group) => {
                let is_braces = group.is_braces();
                levels.push(Level { indent: if is_braces { statement } else { line.indent }, is_braces });
            }
            Kind::Close(_) => {
                if let Some(level) = levels.pop().filter(|level| level.is_braces) {
                    statement = level.indent;
                }
            }
            _ => {}
        }
        line.end = i + 1;
    }
    lines
}

/// The indent of a line that begins with this token.
fn indent(tokens: &[Token<'_>], i: usize, levels: &[Level], statement: usize) -> usize {
    let inside = levels.last().map_or(0, |level| level.indent + INDENT);
    // A comment stands as what it is written about, which comes next; at the end of brackets, as their inside.
    let Some(next) = tokens[i..].iter().find(|token| !token.is_comment()) else { return inside };
    if next.is_close() {
        let level = levels.last().map_or(0, |level| level.indent);
        return if tokens[i].is_comment() { inside } else { level };
    }
    let in_brackets = levels.last().is_some_and(|level| !level.is_braces);
    if next.begins || in_brackets {
        inside
    } else if next.text == "else" {
        statement
    } else {
        statement + INDENT
    }
}

/// The column of each line's comment: where it stood, or two blanks behind the longest of the neighbouring lines whose
/// comments stood in the same column, if one has no room.
fn comment_columns(tokens: &[Token<'_>], lines: &[Line], codes: &[String]) -> Vec<usize> {
    let mut columns: Vec<usize> = lines.iter().map(|line| line.indent).collect();
    let stood = |i: usize| {
        let line = &lines[i];
        line.comment.filter(|_| line.end > line.first).map(|comment| tokens[comment].column)
    };
    let mut i = 0;
    while i < lines.len() {
        let Some(column) = stood(i) else {
            i += 1;
            continue;
        };
        let end = (i..lines.len()).find(|&next| stood(next) != Some(column)).unwrap_or(lines.len());
        let longest = codes[i..end].iter().map(|code| code.chars().count()).max().unwrap_or(0);
        columns[i..end].fill(if longest < column { column } else { longest + 2 });
        i = end;
    }
    columns
}
