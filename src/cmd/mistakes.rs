//! The diagnostics of a script, in the form that was asked for.
//!
//! Text for people goes to standard error; a line or an object a diagnostic, for other programs, to standard output
//! (`docs/diagnostics.md`).

use std::fmt::Write as _;

use serde::Serialize;

use crate::base::span::{SourceFile, Span};
use crate::lang::diagnostic::{Diagnostic, Severity, render};

/// The forms of `ring3 check --format`.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, clap::ValueEnum)]
pub enum Form {
    /// With the source, for people
    #[default]
    Human,
    /// A line each: file:line:col: error[CODE]: message
    Short,
    /// A JSON object each, a line each
    Json,
}

/// The diagnostics in a form; `sources` is indexed by the files of their spans.
#[must_use]
pub fn text(diagnostics: &[Diagnostic], sources: &[SourceFile], form: Form, color: bool) -> String {
    match form {
        Form::Human => render(diagnostics, sources, color),
        Form::Short => diagnostics.iter().map(|diagnostic| short(diagnostic, sources)).collect(),
        Form::Json => diagnostics.iter().map(|diagnostic| json(diagnostic, sources)).collect(),
    }
}

const fn severity(diagnostic: &Diagnostic) -> &'static str {
    match diagnostic.severity {
        Severity::Warning => "warning",
        Severity::Error => "error",
    }
}

/// `a.r3:3:7: error[R0201]: there is nothing called `x` here; help: …`.
fn short(diagnostic: &Diagnostic, sources: &[SourceFile]) -> String {
    let place = Place::new(diagnostic.span(), sources);
    let (code, message) = (diagnostic.code.id(), &diagnostic.message);
    let mut line =
        format!("{}:{}:{}: {}[{code}]: {message}", place.file, place.line, place.column, severity(diagnostic));
    if let Some(help) = &diagnostic.help {
        let _ = write!(line, "; help: {help}");
    }
    line.push('\n');
    line
}

/// Where something stands; lines and columns (in characters) count from 1, the end is the place behind the last.
#[derive(Serialize)]
struct Place<'s> {
    file: &'s str,
    line: u32,
    column: u32,
    end_line: u32,
    end_column: u32,
}

impl<'s> Place<'s> {
    fn new(span: Span, sources: &'s [SourceFile]) -> Self {
        let source = sources.get(usize::from(span.file.0));
        let at = |offset| source.map_or((1, 1), |source| source.line_column(offset));
        let ((line, column), (end_line, end_column)) = (at(span.start), at(span.end));
        let file = source.map_or("", |source| source.name.as_str());
        Self { file, line, column, end_line, end_column }
    }
}

#[derive(Serialize)]
struct Object<'s> {
    #[serde(flatten)]
    place: Place<'s>,
    severity: &'static str,
    code: &'static str,
    message: &'s str,
    label: &'s str,
    help: Option<&'s str>,
    related: Vec<Related<'s>>,
}

/// Another place that explains the first.
#[derive(Serialize)]
struct Related<'s> {
    #[serde(flatten)]
    place: Place<'s>,
    message: &'s str,
}

fn json(diagnostic: &Diagnostic, sources: &[SourceFile]) -> String {
    let object = Object {
        place: Place::new(diagnostic.span(), sources),
        severity: severity(diagnostic),
        code: diagnostic.code.id(),
        message: &diagnostic.message,
        label: diagnostic.labels.first().map_or("", |label| label.text.as_str()),
        help: diagnostic.help.as_deref(),
        related: (diagnostic.labels.iter().skip(1))
            .map(|label| Related { place: Place::new(label.span, sources), message: &label.text })
            .collect(),
    };
    let mut line = serde_json::to_string(&object).expect("strings and numbers are JSON");
    line.push('\n');
    line
}
