//! From a mask to a tree: the grammar reads one statement at a time, so that a mistake spoils only its own.

mod expected;
mod expression;
mod foreign;
mod grammar;
mod item;
mod literal;
mod mistakes;
mod place;
mod recover;
mod statement;
mod string;
mod type_name;

#[cfg(test)]
mod examples;
#[cfg(test)]
mod robust;

use std::cell::{Cell, RefCell};
use std::ops::Range;
use std::sync::Arc;

use pest::Parser;
use pest::iterators::{Pair, Pairs};

use crate::base::span::{FileIndex, SourceFile, Span};
use crate::lang::diagnostic::{Code, Diagnostic};
use crate::lang::syntax::ast::{File, Name};
use crate::lang::syntax::{bytes, pieces, scan};
use grammar::{Grammar, Rule};

/// After so many errors the rest is not reported.
const MAX_ERRORS: usize = 20;

/// What building a node yields: the node, or the mistake that spoils its statement.
type Built<T> = Result<T, Diagnostic>;

/// Reads a source file. The tree lacks the statements with mistakes in them; with an error in the list it is not worth
/// checking further. Diagnostics come in order of the text.
#[must_use]
pub fn parse(source: &SourceFile, file: FileIndex) -> (File, Vec<Diagnostic>) {
    if let Err(error) = bytes::check_text(&source.text, file) {
        return (File::default(), vec![error]);
    }
    let mut scan = scan::scan(&source.text, file);
    if scan.fatal {
        return (File::default(), scan.diagnostics);
    }
    let builder = Builder::new(&source.text, file, std::mem::take(&mut scan.diagnostics));
    let mut tree = File::default();
    for piece in pieces::split(&scan.mask, 0..scan.mask.len()) {
        if builder.is_full() {
            break;
        }
        if scan.has_broken(&piece) {
            builder.recover_all(&scan, piece);
        } else {
            builder.top(&scan, piece, &mut tree);
        }
    }
    (tree, builder.into_diagnostics())
}

/// Reads only these parts of a source file, each of which holds whole statements, as if the rest were blank. A mistake spoils
/// its part.
#[must_use]
pub fn parse_parts(source: &SourceFile, file: FileIndex, parts: &[Range<usize>]) -> (File, Vec<Diagnostic>) {
    let builder = Builder::new(&source.text, file, Vec::new());
    let mut tree = File::default();
    for part in parts {
        let scan = scan::scan_embedded(&source.text[part.clone()], file, part.start as u32);
        let mut errors = scan.diagnostics;
        if errors.is_empty() {
            for piece in pieces::split(&scan.mask, 0..scan.mask.len()) {
                let read = builder.read(Rule::top, &scan.mask[piece.clone()], part.start + piece.start);
                let built =
                    read.map_err(|(error, _)| error).and_then(|pair| builder.top_statement(first(pair), &mut tree));
                errors.extend(built.err());
            }
        }
        errors.into_iter().for_each(|error| builder.report(error));
    }
    (tree, builder.into_diagnostics())
}

/// Builds nodes from the grammar's pairs, which lie in a part of one file.
struct Builder<'s> {
    /// The whole text of the file.
    text: &'s str,
    file: FileIndex,
    /// Where in the text the part begins that the grammar is reading.
    base: Cell<usize>,
    errors: RefCell<Vec<Diagnostic>>,
}

impl<'s> Builder<'s> {
    fn new(text: &'s str, file: FileIndex, errors: Vec<Diagnostic>) -> Self {
        Self { text, file, base: Cell::new(0), errors: RefCell::new(errors) }
    }

    fn into_diagnostics(self) -> Vec<Diagnostic> {
        let mut errors = self.errors.into_inner();
        errors.sort_by_key(|error| error.span().start);
        if errors.len() > MAX_ERRORS {
            errors.truncate(MAX_ERRORS);
            let span = errors.last().map(Diagnostic::span).unwrap_or_default();
            let message = format!("more than {MAX_ERRORS} errors; the rest is not reported");
            errors.push(Diagnostic::error(Code::TooManyErrors, message, span, "the last error that is reported"));
        }
        errors
    }

    fn report(&self, error: Diagnostic) {
        self.errors.borrow_mut().push(error);
    }

    fn is_full(&self) -> bool {
        self.errors.borrow().len() > MAX_ERRORS
    }

    /// Reads one statement or definition at the top level into the tree.
    fn top(&self, scan: &scan::Scan, piece: Range<usize>, tree: &mut File) {
        match self.read(Rule::top, &scan.mask[piece.clone()], piece.start) {
            Ok(pair) => match self.top_statement(first(pair), tree) {
                Ok(()) => {}
                Err(error) => self.report(error),
            },
            Err((error, at)) => {
                self.report(error);
                self.recover_after(scan, piece, at);
            }
        }
    }

    /// Applies the grammar to a part of a mask that begins at offset `base`. On a mistake also yields its offset.
    fn read<'m>(&self, rule: Rule, part: &'m str, base: usize) -> Result<Pair<'m, Rule>, (Diagnostic, usize)> {
        self.base.set(base);
        match Grammar::parse(rule, part) {
            Ok(mut pairs) => Ok(pairs.next().expect("a parse yields the pair of its rule")),
            Err(error) => Err((self.translate(part, base, &error), base + expected::offset(&error))),
        }
    }

    fn span(&self, pair: &Pair<'_, Rule>) -> Span {
        let span = pair.as_span();
        self.span_of(self.base.get() + span.start(), self.base.get() + span.end())
    }

    fn span_of(&self, start: usize, end: usize) -> Span {
        Span::new(self.file, start as u32, end as u32)
    }

    fn source(&self, span: Span) -> &'s str {
        &self.text[span.start as usize..span.end as usize]
    }

    fn name(&self, pair: &Pair<'_, Rule>) -> Name {
        Name { text: Arc::from(pair.as_str()), span: self.span(pair) }
    }
}

/// The first pair inside a pair whose rule has one.
fn first(pair: Pair<'_, Rule>) -> Pair<'_, Rule> {
    pair.into_inner().next().expect("the rule has a part")
}

/// The parts of a pair, without words and signs that mean nothing once the rule is known.
struct Parts<'i>(std::iter::Peekable<Pairs<'i, Rule>>);

impl<'i> Parts<'i> {
    fn of(pair: Pair<'i, Rule>) -> Self {
        Self(pair.into_inner().peekable())
    }

    /// The next part if it is of this rule.
    fn take(&mut self, rule: Rule) -> Option<Pair<'i, Rule>> {
        self.0.next_if(|pair| pair.as_rule() == rule)
    }

    /// Skips to the next part of this rule, which the grammar promises.
    fn need(&mut self, rule: Rule) -> Pair<'i, Rule> {
        self.0.find(|pair| pair.as_rule() == rule).expect("the grammar promises this part")
    }

    /// What comes after a sign, if the sign is next.
    fn after(&mut self, sign: Rule) -> Option<Pair<'i, Rule>> {
        let _sign = self.take(sign)?;
        self.0.next()
    }

    /// All further parts of this rule.
    fn all(self, rule: Rule) -> impl Iterator<Item = Pair<'i, Rule>> {
        self.0.filter(move |pair| pair.as_rule() == rule)
    }
}
