//! What the author of a script is told: a code, a sentence, places, and a help that can be typed.
//!
//! Stages make [`Diagnostic`]s; only [`render`] makes text of them.

use std::borrow::Cow;
use std::io::{self, Write};

use codespan_reporting::diagnostic as report;
use codespan_reporting::files::{self, Files, line_starts};
use codespan_reporting::term::{self, WriteStyle};

pub use crate::base::spelling::did_you_mean;
pub use crate::lang::codes::Code;

use crate::base::span::{SourceFile, Span};

/// How bad it is.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Severity {
    /// The script runs; something in it is likely a mistake.
    Warning,
    /// The script does not run.
    Error,
}

/// A place and what is to be said of it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Label {
    /// The place.
    pub span: Span,
    /// What was expected or found there; may be empty.
    pub text: String,
    /// Whether this is where the mistake is; other labels explain it.
    pub primary: bool,
}

/// One mistake.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Diagnostic {
    /// Its kind.
    pub code: Code,
    /// How bad it is.
    pub severity: Severity,
    /// One sentence without a full stop.
    pub message: String,
    /// The places; the primary one comes first.
    pub labels: Vec<Label>,
    /// What to do about it, best as text that can be typed.
    pub help: Option<String>,
}

impl Diagnostic {
    /// An error with its primary label.
    #[must_use]
    pub fn error(code: Code, message: impl Into<String>, span: Span, label: impl Into<String>) -> Self {
        let label = Label { span, text: label.into(), primary: true };
        Self { code, severity: Severity::Error, message: message.into(), labels: vec![label], help: None }
    }

    /// A warning with its primary label.
    #[must_use]
    pub fn warning(code: Code, message: impl Into<String>, span: Span, label: impl Into<String>) -> Self {
        Self { severity: Severity::Warning, ..Self::error(code, message, span, label) }
    }

    /// The same with another place that explains it.
    #[must_use]
    pub fn with_label(mut self, span: Span, text: impl Into<String>) -> Self {
        self.labels.push(Label { span, text: text.into(), primary: false });
        self
    }

    /// The same with a help.
    #[must_use]
    pub fn with_help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }

    /// Where the mistake is.
    #[must_use]
    pub fn span(&self) -> Span {
        self.labels.first().map(|label| label.span).unwrap_or_default()
    }

    /// Whether it keeps the script from running.
    #[must_use]
    pub fn is_error(&self) -> bool {
        self.severity == Severity::Error
    }
}

/// The diagnostics as text for a terminal, each followed by an empty line. `sources` is indexed by [`Span::file`].
#[must_use]
pub fn render(diagnostics: &[Diagnostic], sources: &[SourceFile], color: bool) -> String {
    let index = SourceIndex::new(sources);
    let config = term::Config::default();
    let mut out = Painter { text: Vec::new(), color };
    for diagnostic in diagnostics {
        let written = term::emit_to_write_style(&mut out, &config, &index, &to_report(diagnostic, &index));
        if written.is_err() {
            // A span outside its file: say at least the sentence.
            out.text.extend_from_slice(diagnostic.message.as_bytes());
            out.text.push(b'\n');
        }
    }
    String::from_utf8_lossy(&out.text).into_owned()
}

/// A report on a run: a sentence, places in the sources, and notes below them, as text for a terminal.
#[must_use]
pub fn render_report(message: &str, labels: &[Label], notes: &[String], sources: &[SourceFile], color: bool) -> String {
    let index = SourceIndex::new(sources);
    let mut out = Painter { text: Vec::new(), color };
    let made = report::Diagnostic::error()
        .with_message(message)
        .with_labels_iter(labels.iter().map(|label| to_label(label, &index)))
        .with_notes_iter(notes.iter().cloned());
    if term::emit_to_write_style(&mut out, &term::Config::default(), &index, &made).is_err() {
        out.text.extend_from_slice(message.as_bytes());
        out.text.push(b'\n');
    }
    String::from_utf8_lossy(&out.text).into_owned()
}

fn to_label(label: &Label, sources: &SourceIndex<'_>) -> report::Label<usize> {
    let file = usize::from(label.span.file.0);
    let range = sources.clamp(label.span);
    let made = match label.primary {
        true => report::Label::primary(file, range),
        false => report::Label::secondary(file, range),
    };
    made.with_message(&label.text)
}

fn to_report(diagnostic: &Diagnostic, sources: &SourceIndex<'_>) -> report::Diagnostic<usize> {
    let base = match diagnostic.severity {
        Severity::Warning => report::Diagnostic::warning(),
        Severity::Error => report::Diagnostic::error(),
    };
    let labels = diagnostic.labels.iter().map(|label| to_label(label, sources));
    base.with_code(diagnostic.code.id())
        .with_message(&diagnostic.message)
        .with_labels_iter(labels)
        .with_notes_iter(diagnostic.help.iter().map(|help| format!("help: {help}")))
}

/// The longest piece of a line that is shown, in bytes: longer lines are shown by the pieces that labels point into.
const PIECE_BYTES: usize = 160;

/// The sources with the starts of their pieces, which are what codespan takes for lines.
struct SourceIndex<'a> {
    files: Vec<Indexed<'a>>,
}

/// A source as it is shown.
struct Indexed<'a> {
    name: &'a str,
    text: Cow<'a, str>,
    starts: Vec<usize>,
}

/// The text without what would take over a terminal: each byte of a control character becomes `?`, so that offsets
/// stay.
fn printable(text: &str) -> Cow<'_, str> {
    let harmful = |letter: char| letter.is_control() && !matches!(letter, '\n' | '\r' | '\t');
    if !text.contains(harmful) {
        return Cow::Borrowed(text);
    }
    let mut shown = String::with_capacity(text.len());
    for letter in text.chars() {
        if harmful(letter) {
            shown.extend(std::iter::repeat_n('?', letter.len_utf8()));
        } else {
            shown.push(letter);
        }
    }
    Cow::Owned(shown)
}

/// Where the pieces of a text start: at each line, and within those that are too long.
fn piece_starts(text: &str) -> Vec<usize> {
    let mut starts: Vec<usize> = Vec::new();
    for line in line_starts(text) {
        while let Some(&last) = starts.last()
            && line - last > PIECE_BYTES + 1
        {
            starts.push(text.floor_char_boundary(last + PIECE_BYTES));
        }
        starts.push(line);
    }
    while let Some(&last) = starts.last()
        && text.len() - last > PIECE_BYTES + 1
    {
        starts.push(text.floor_char_boundary(last + PIECE_BYTES));
    }
    starts
}

impl<'a> SourceIndex<'a> {
    fn new(sources: &'a [SourceFile]) -> Self {
        let index = |source: &'a SourceFile| {
            let text = printable(&source.text);
            Indexed { name: &source.name, starts: piece_starts(&text), text }
        };
        Self { files: sources.iter().map(index).collect() }
    }

    fn file(&self, id: usize) -> Result<&Indexed<'a>, files::Error> {
        self.files.get(id).ok_or(files::Error::FileMissing)
    }

    /// The span as a range that lies within its file and on characters' boundaries.
    fn clamp(&self, span: Span) -> std::ops::Range<usize> {
        let Some(source) = self.files.get(usize::from(span.file.0)) else { return 0..0 };
        let mut start = (span.start as usize).min(source.text.len());
        while !source.text.is_char_boundary(start) {
            start -= 1;
        }
        let mut end = (span.end as usize).clamp(start, source.text.len());
        while !source.text.is_char_boundary(end) {
            end += 1;
        }
        start..end
    }
}

impl<'a> Files<'a> for SourceIndex<'a> {
    type FileId = usize;
    type Name = &'a str;
    type Source = &'a str;

    fn name(&'a self, id: usize) -> Result<&'a str, files::Error> {
        Ok(self.file(id)?.name)
    }

    fn source(&'a self, id: usize) -> Result<&'a str, files::Error> {
        Ok(&self.file(id)?.text)
    }

    fn line_index(&'a self, id: usize, byte: usize) -> Result<usize, files::Error> {
        let starts = &self.file(id)?.starts;
        Ok(starts.partition_point(|&start| start <= byte).saturating_sub(1))
    }

    fn line_number(&'a self, id: usize, line: usize) -> Result<usize, files::Error> {
        let Indexed { text, starts, .. } = self.file(id)?;
        let start = starts.get(line).copied().unwrap_or(text.len());
        Ok(text.as_bytes()[..start].iter().filter(|&&byte| byte == b'\n').count() + 1)
    }

    fn column_number(&'a self, id: usize, _line: usize, byte: usize) -> Result<usize, files::Error> {
        let before = &self.file(id)?.text[..byte];
        Ok(before.rsplit('\n').next().unwrap_or(before).chars().count() + 1)
    }

    fn line_range(&'a self, id: usize, line: usize) -> Result<std::ops::Range<usize>, files::Error> {
        let Indexed { text, starts, .. } = self.file(id)?;
        let missing = files::Error::LineTooLarge { given: line, max: starts.len().saturating_sub(1) };
        let start = *starts.get(line).ok_or(missing)?;
        Ok(start..starts.get(line + 1).copied().unwrap_or(text.len()))
    }
}

/// Collects the text, with the terminal's colours or without.
struct Painter {
    text: Vec<u8>,
    color: bool,
}

impl Painter {
    fn paint(&mut self, style: anstyle::Style) -> io::Result<()> {
        if self.color { write!(self.text, "{style}") } else { Ok(()) }
    }
}

impl Write for Painter {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.text.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

const fn severity_color(severity: report::Severity) -> anstyle::AnsiColor {
    match severity {
        report::Severity::Bug | report::Severity::Error => anstyle::AnsiColor::BrightRed,
        report::Severity::Warning => anstyle::AnsiColor::BrightYellow,
        report::Severity::Note => anstyle::AnsiColor::BrightGreen,
        report::Severity::Help => anstyle::AnsiColor::BrightCyan,
    }
}

impl WriteStyle for Painter {
    fn set_header(&mut self, severity: report::Severity) -> io::Result<()> {
        self.paint(severity_color(severity).on_default().bold())
    }

    fn set_header_message(&mut self) -> io::Result<()> {
        self.paint(anstyle::Style::new().bold())
    }

    fn set_line_number(&mut self) -> io::Result<()> {
        self.paint(anstyle::AnsiColor::BrightBlue.on_default())
    }

    fn set_note_bullet(&mut self) -> io::Result<()> {
        self.paint(anstyle::AnsiColor::BrightBlue.on_default())
    }

    fn set_source_border(&mut self) -> io::Result<()> {
        self.paint(anstyle::AnsiColor::BrightBlue.on_default())
    }

    fn set_label(&mut self, severity: report::Severity, style: report::LabelStyle) -> io::Result<()> {
        self.paint(match style {
            report::LabelStyle::Primary => severity_color(severity).on_default(),
            report::LabelStyle::Secondary => anstyle::AnsiColor::BrightBlue.on_default(),
        })
    }

    fn reset(&mut self) -> io::Result<()> {
        if self.color { write!(self.text, "{}", anstyle::Reset) } else { Ok(()) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::span::FileIndex;

    fn source(text: &str) -> SourceFile {
        SourceFile { name: "a.r3".into(), text: text.into() }
    }

    #[test]
    fn control_characters_do_not_reach_the_terminal() {
        assert_eq!(printable("a\tb\n"), "a\tb\n");
        assert_eq!(printable("\u{1b}[2J\0\u{9b}x"), "?[2J???x");
    }

    #[test]
    fn renders_code_place_label_and_help() {
        let diagnostic = Diagnostic::error(
            Code::AssignInCondition,
            "an assignment is not a condition",
            Span::new(FileIndex(0), 5, 6),
            "this assigns",
        )
        .with_label(Span::new(FileIndex(0), 0, 2), "the condition begins here")
        .with_help("write `==` to compare");
        insta::assert_snapshot!(render(&[diagnostic], &[source("if x = 1 {\n}\n")], false), @r"
        error[R0111]: an assignment is not a condition
          ┌─ a.r3:1:6
          │
        1 │ if x = 1 {
          │ --   ^ this assigns
          │ │     
          │ the condition begins here
          │
          = help: write `==` to compare

        ");
    }

    #[test]
    fn a_span_out_of_its_file_does_not_panic() {
        let far = Span::new(FileIndex(0), 90, 99);
        let text = render(&[Diagnostic::warning(Code::Unexpected, "w", far, "")], &[source("ä")], true);
        assert!(text.contains("warning[R0101]"), "{text}");
        let nowhere = Span::new(FileIndex(7), 0, 1);
        assert!(
            render(&[Diagnostic::error(Code::Unexpected, "sentence", nowhere, "")], &[], false).contains("sentence")
        );
    }

    #[test]
    fn of_a_long_line_the_piece_with_the_mistake_is_shown() {
        let text = format!("a = 1\nlet é = {}x{}\n", "1 + ".repeat(60), " + 1".repeat(20_000));
        let at = text.find('x').unwrap() as u32;
        let wrong = Diagnostic::error(Code::Unexpected, "sentence", Span::new(FileIndex(0), at, at + 1), "label");
        let shown = render(&[wrong], &[source(&text)], false);
        assert!(shown.contains("a.r3:2:249\n") && shown.contains("\n2 │ ") && shown.contains("^ label"), "{shown}");
        assert!(shown.len() < 1000, "{} bytes", shown.len());
    }

    #[test]
    fn codes_are_unique_and_ordered() {
        for pair in Code::ALL.windows(2) {
            assert!(pair[0].id() < pair[1].id(), "{} before {}", pair[0].id(), pair[1].id());
        }
    }
}
