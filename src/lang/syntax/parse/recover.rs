//! Goes on behind a mistake: the statements after it, in its own block and in those around it, are read each alone.
//!
//! What is read here is not kept, only its mistakes are told. Text before a mistake was read by the parse that found it and
//! text behind it is read once, so the work stays linear in the text (but for the search of blocks, once a level).

use std::ops::Range;

use super::Builder;
use super::grammar::Rule;
use crate::lang::syntax::pieces;
use crate::lang::syntax::scan::Scan;

/// What stands between a pair of braces.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Inside {
    Statements,
    Arms,
    /// Fields, variants or settings: a mistake in them is told once.
    List,
}

impl Scan {
    /// Whether a bracket or a string in this range went wrong.
    pub(super) fn has_broken(&self, range: &Range<usize>) -> bool {
        let from = self.broken.partition_point(|&at| (at as usize) < range.start);
        self.broken.get(from).is_some_and(|&at| (at as usize) < range.end)
    }
}

impl Builder<'_> {
    /// Reads every statement in the blocks of a piece that is itself beyond reading.
    pub(super) fn recover_all(&self, scan: &Scan, piece: Range<usize>) {
        let start = piece.start;
        self.recover_after(scan, piece, start);
    }

    /// Reads the statements that begin behind offset `after` in the blocks of a piece.
    pub(super) fn recover_after(&self, scan: &Scan, piece: Range<usize>, after: usize) {
        let inside = inside(&scan.mask[piece.clone()]);
        if inside == Inside::List {
            return;
        }
        for block in pieces::blocks(&scan.mask, piece) {
            if block.end <= after {
                continue;
            }
            for statement in pieces::split(&scan.mask, block) {
                if self.is_full() {
                    return;
                }
                self.recover_one(scan, statement, inside, after);
            }
        }
    }

    fn recover_one(&self, scan: &Scan, statement: Range<usize>, inside: Inside, after: usize) {
        if statement.end <= after {
            return;
        }
        if statement.start <= after || scan.has_broken(&statement) {
            return self.recover_after(scan, statement, after);
        }
        let rule = if inside == Inside::Arms { Rule::arms } else { Rule::top };
        match self.read(rule, &scan.mask[statement.clone()], statement.start) {
            Ok(pair) => self.check_only(pair),
            Err((error, at)) => {
                self.report(error);
                self.recover_after(scan, statement, at);
            }
        }
    }
}

/// What the blocks of a statement hold, by its first word; for a match arm, by the first word of its body.
fn inside(piece: &str) -> Inside {
    let head = &piece[..piece.find('{').unwrap_or(piece.len())];
    let head = head.rsplit("=>").next().unwrap_or(head).trim_start();
    match head.split(|letter: char| !letter.is_ascii_alphanumeric()).next() {
        Some("match") => Inside::Arms,
        Some("struct" | "enum" | "machine") => Inside::List,
        Some(_) | None => Inside::Statements,
    }
}
