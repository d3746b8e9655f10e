//! Breaks lines that are too long.
//!
//! A line is broken where its parts are widest apart: braces on one line open, then behind commas and operators outside
//! brackets, then the brackets with the most inside, an element a line. Numbers and names, and names between operators, fill
//! their lines. What has no such place stays as long as it is.

use std::collections::{BTreeMap, BTreeSet};

use super::layout::{break_brackets, commas, spread};
use super::tokens::{Group, Kind, Token};
use super::write::{Line, code, lines};
use super::{INDENT, MAX_COLUMNS, partners};

/// Breaks lines until each fits or has no place to break.
pub(super) fn fit(tokens: &mut [Token<'_>]) {
    let partners = partners(tokens);
    let mut refilled = BTreeSet::new();
    loop {
        let mut changed = false;
        for line in lines(tokens) {
            if line.end > line.first && code(tokens, &line).chars().count() > MAX_COLUMNS {
                changed |= break_line(tokens, &line, &partners, &mut refilled);
            }
        }
        if !changed {
            return;
        }
    }
}

/// The places of one depth where a line can break.
#[derive(Default)]
struct Places {
    commas: Vec<usize>,
    /// Operators, with how tightly they bind.
    operators: Vec<(u8, usize)>,
    /// Openers.
    brackets: Vec<usize>,
}

/// Breaks a line; `refilled` are the openers whose elements have filled their lines anew, which is done once for each, as a
/// line may be too long nevertheless.
fn break_line(tokens: &mut [Token<'_>], line: &Line, partners: &[usize], refilled: &mut BTreeSet<usize>) -> bool {
    if open_braces(tokens, line, partners) {
        return true;
    }
    for (_, places) in places(tokens, line) {
        if !places.commas.is_empty() {
            if let Some(open) = plain_elements(tokens, line.first)
                && refilled.insert(open)
            {
                refill(tokens, open, partners[open], line.indent.saturating_sub(INDENT));
                return true;
            }
            places.commas.iter().for_each(|&comma| tokens[comma + 1].breaks = 1);
            return true;
        }
        if let Some(&(loosest, _)) = places.operators.iter().min() {
            let all = places.operators.iter().filter(|(tightness, _)| *tightness == loosest);
            let mut those: Vec<usize> = all.map(|&(_, operator)| operator).collect();
            if let Some(last) = last_that_fits(tokens, line, &those) {
                those = vec![last];
            }
            those.into_iter().for_each(|operator| tokens[operator + 1].breaks = 1);
            return true;
        }
        let length =
            |open: &usize| -> usize { tokens[*open..partners[*open]].iter().map(|token| token.text.len()).sum() };
        if let Some(open) = places.brackets.into_iter().max_by_key(length) {
            one_each(tokens, open, partners[open], line.indent);
            return true;
        }
    }
    false
}

/// Spreads the outermost braces that stand in the line with something in them.
fn open_braces(tokens: &mut [Token<'_>], line: &Line, partners: &[usize]) -> bool {
    let mut found = false;
    let mut i = line.first;
    while i < line.end {
        let is_braces = matches!(tokens[i].kind, Kind::Open(group) if group.is_braces());
        if is_braces && partners[i] < line.end && partners[i] > i + 1 {
            spread(tokens, i, partners[i], true);
            found = true;
            i = partners[i];
        }
        i += 1;
    }
    found
}

/// Where the line can break, outermost first.
#[expect(clippy::wildcard_enum_match_arm, reason = "all other tokens leave it as it is")]
fn places(tokens: &[Token<'_>], line: &Line) -> Vec<(i32, Places)> {
    let mut depth = 0;
    let mut found: BTreeMap<i32, Places> = BTreeMap::new();
    for i in line.first..line.end {
        let is_last = i + 1 == line.end;
        match tokens[i].kind {
            Kind::Open(group) => {
                let breakable = matches!(group, Group::Call | Group::Elements | Group::Parentheses);
                // Around a single text there is nothing to win.
                let is_alone = line.end > i + 2 && tokens[i + 2].is_close();
                if breakable && !is_last && !tokens[i + 1].is_close() && !is_alone {
                    found.entry(depth).or_default().brackets.push(i);
                }
                depth += 1;
            }
            Kind::Close(_) => depth -= 1,
            // The commas of brackets that open in this line break together with them.
            Kind::Comma if !is_last && !opens_in(tokens, line.first, i) => {
                found.entry(depth).or_default().commas.push(i);
            }
            Kind::Infix(tightness) if !is_last => found.entry(depth).or_default().operators.push((tightness, i)),
            _ => {}
        }
    }
    found.into_iter().collect()
}

/// Whether the innermost brackets around a token open in its line.
fn opens_in(tokens: &[Token<'_>], first: usize, i: usize) -> bool {
    let mut closed = 0;
    for token in tokens[first..i].iter().rev() {
        if token.is_close() {
            closed += 1;
        } else if token.is_open() {
            if closed == 0 {
                return true;
            }
            closed -= 1;
        }
    }
    false
}

/// Of operators between names and numbers, the last behind which the line fits; none if something else stands between.
fn last_that_fits(tokens: &[Token<'_>], line: &Line, operators: &[usize]) -> Option<usize> {
    let is_plain = |at: usize| matches!(tokens[at].kind, Kind::Name | Kind::Literal);
    let ends = operators.iter().skip(1).copied().chain([line.end]);
    let plain = operators.iter().zip(ends).all(|(&operator, end)| end == operator + 2 && is_plain(operator + 1));
    let fits = |operator: &usize| {
        let part = Line { first: line.first, end: operator + 1, indent: line.indent, comment: None };
        code(tokens, &part).chars().count() <= MAX_COLUMNS
    };
    operators.iter().rev().find(|operator| plain && fits(operator)).copied()
}

/// The opener of the elements that a token stands among, if they are numbers and names only.
fn plain_elements(tokens: &[Token<'_>], at: usize) -> Option<usize> {
    let mut open = at;
    loop {
        open = open.checked_sub(1)?;
        if tokens[open].kind == Kind::Open(Group::Elements) {
            break;
        }
        if !is_plain_element(&tokens[open]) {
            return None;
        }
    }
    let rest = tokens[open + 1..].iter().find(|token| !is_plain_element(token));
    rest.is_some_and(Token::is_close).then_some(open)
}

const fn is_plain_element(token: &Token<'_>) -> bool {
    matches!(token.kind, Kind::Name | Kind::Literal | Kind::Comma | Kind::Prefix | Kind::Comment)
}

/// Fills the lines of numbers and names anew; comments and empty lines stay where they are.
fn refill(tokens: &mut [Token<'_>], open: usize, close: usize, indent: usize) {
    for i in open + 2..close {
        let is_joined = tokens[i].breaks == 1 && !tokens[i].is_comment() && !tokens[i - 1].is_comment();
        if is_joined && tokens[i - 1].kind == Kind::Comma {
            tokens[i].breaks = 0;
        }
    }
    one_each(tokens, open, close, indent);
}

/// Gives each element in these brackets a line; numbers and names fill theirs.
fn one_each(tokens: &mut [Token<'_>], open: usize, close: usize, indent: usize) {
    break_brackets(tokens, open, close);
    let commas = commas(tokens, open, close);
    let fill = tokens[open + 1..close].iter().all(is_plain_element) && tokens[open].kind == Kind::Open(Group::Elements);
    let mut column = indent + INDENT;
    let mut start = open + 1;
    for end in commas.into_iter().chain([close]) {
        let width: usize = tokens[start..end].iter().map(|token| token.text.chars().count()).sum::<usize>() + 1;
        if start > open + 1 {
            let over = column + 1 + width > MAX_COLUMNS;
            if !fill || over {
                tokens[start].breaks = tokens[start].breaks.max(1);
            }
            if tokens[start].breaks > 0 {
                column = indent + INDENT;
            } else {
                column += 1;
            }
        }
        column += width;
        start = end + 1;
    }
}
