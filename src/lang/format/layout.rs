//! Where the lines of the style break, as long as width is no matter.

use super::partners;
use super::tokens::{Group, Kind, Token};

/// Settles the breaks of all tokens, and the commas behind last elements.
#[expect(clippy::wildcard_enum_match_arm, reason = "all other tokens leave it as it is")]
pub(super) fn settle(tokens: &mut [Token<'_>]) {
    let partners = partners(tokens);
    limit(tokens);
    for open in 0..tokens.len() {
        if let Kind::Open(group) = tokens[open].kind
            && !group.is_braces()
        {
            brackets(tokens, open, partners[open]);
        }
    }
    let mut depth = 0;
    for i in 0..tokens.len() {
        // Statements of the top level have a line each.
        if depth == 0 && tokens[i].begins && i > 0 {
            tokens[i].breaks = tokens[i].breaks.max(1);
        }
        match tokens[i].kind {
            Kind::Open(group) if group.is_braces() => {
                depth += 1;
                if tokens[i + 1..=partners[i]].iter().any(|token| token.breaks > 0) {
                    spread(tokens, i, partners[i], group == Group::Block || is_match(tokens, i));
                }
            }
            Kind::Close(group) if group.is_braces() => depth -= 1,
            _ => {}
        }
    }
}

/// Blank lines: one at most, none at the ends of brackets and inside a statement. What follows a comment has its own line.
fn limit(tokens: &mut [Token<'_>]) {
    for i in 1..tokens.len() {
        let before = tokens[i - 1];
        let token = &mut tokens[i];
        let may_be_parted = token.begins || token.is_comment() || before.kind == Kind::Comma;
        if before.is_open() || token.is_close() || !may_be_parted {
            token.breaks = token.breaks.min(1);
        }
        if before.is_comment() {
            token.breaks = token.breaks.max(1);
        } else if token.text == "else" && token.kind == Kind::Keyword || before.is_open() && token.is_close() {
            token.breaks = 0;
        }
    }
}

/// The index of the first token behind `open` that is no comment.
fn first_inside(tokens: &[Token<'_>], open: usize) -> usize {
    (open + 1..tokens.len()).find(|&i| !tokens[i].is_comment()).unwrap_or(open)
}

/// Round and square brackets: the closer has a line of its own exactly if the first element has.
fn brackets(tokens: &mut [Token<'_>], open: usize, close: usize) {
    let after_comment = tokens[close - 1].is_comment();
    if tokens[first_inside(tokens, open)].breaks > 0 && first_inside(tokens, open) != close {
        break_brackets(tokens, open, close);
    } else if !after_comment {
        tokens[close].breaks = 0;
    }
}

/// Gives the first element and the closer lines of their own, and the last element its comma.
#[expect(clippy::wildcard_enum_match_arm, reason = "all other tokens leave it as it is")]
pub(super) fn break_brackets(tokens: &mut [Token<'_>], open: usize, close: usize) {
    // A comment behind the opener stays there.
    let first = if tokens[open + 1].is_comment() { first_inside(tokens, open) } else { open + 1 };
    tokens[first].breaks = 1;
    tokens[close].breaks = 1;
    let is_list = match tokens[open].kind {
        Kind::Open(Group::Call) => true,
        // A type in brackets takes no comma, and has none inside.
        Kind::Open(Group::Elements) => !commas(tokens, open, close).is_empty(),
        _ => false,
    };
    if let Some(last) = (open + 1..close).rev().find(|&i| !tokens[i].is_comment()) {
        tokens[last].comma = is_list;
    }
}

/// The commas directly inside these brackets.
pub(super) fn commas(tokens: &[Token<'_>], open: usize, close: usize) -> Vec<usize> {
    let mut depth = 0;
    let mut found = Vec::new();
    for (i, token) in tokens.iter().enumerate().take(close).skip(open + 1) {
        if token.is_open() {
            depth += 1;
        } else if token.is_close() {
            depth -= 1;
        } else if depth == 0 && token.kind == Kind::Comma {
            found.push(i);
        }
    }
    found
}

/// Braces over several lines: the closer has its own, and so has each statement and each arm, or every item if there is to be
/// `one_each`.
pub(super) fn spread(tokens: &mut [Token<'_>], open: usize, close: usize, one_each: bool) {
    let first = open + 1;
    if !tokens[first].is_comment() || tokens[first].breaks > 0 {
        tokens[first].breaks = 1;
    }
    tokens[close].breaks = 1;
    let mut depth = 0;
    for token in &mut tokens[first..close] {
        if depth == 0 && token.begins && one_each {
            token.breaks = token.breaks.max(1);
        }
        if token.is_open() {
            depth += 1;
        } else if token.is_close() {
            depth -= 1;
        }
    }
}

/// Whether these braces hold the arms of a match.
fn is_match(tokens: &[Token<'_>], open: usize) -> bool {
    let words = ["match", "struct", "enum", "machine"];
    tokens[..open].iter().rev().find(|token| words.contains(&token.text)).is_some_and(|word| word.text == "match")
}
