//! Layout: the columns of a line of the digest, its wrapping, and its colours.
//!
//! ```text
//!    seq    time µs  task             line   what
//!    901     58.000  script[2]          12 → fork()
//! ```
//!
//! Nothing that a script can print reaches the terminal as it is: control characters are escaped here.

use std::fmt::Write as _;

use anstyle::{AnsiColor, Style};
use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

use crate::base::units::Ns;

/// The width that no line exceeds, in columns of a terminal: a character takes one, or two if it is wide as `日` is.
pub const WIDTH: usize = 100;
/// The least width: behind the columns at the left some room for text has to be.
pub const LEAST_WIDTH: usize = 64;
/// Characters of the task column.
const TASK_WIDTH: usize = 12;
/// Characters of the column of the source line.
const PLACE_WIDTH: usize = 9;
/// Where the mark stands if no column before it overflows.
const MARK_COLUMN: usize = 6 + 1 + 10 + 2 + TASK_WIDTH + 1 + PLACE_WIDTH + 1;
/// Where the text of a line begins, and goes on if it is wrapped.
const TEXT_COLUMN: usize = MARK_COLUMN + 2;
/// Where a detail below it begins.
const DETAIL_COLUMN: usize = TEXT_COLUMN + 2;
/// Where a card begins.
const CARD_COLUMN: usize = 8;
/// Characters of a verb with the blank after it.
const VERB_WIDTH: usize = 9;

/// How a line stands to the border of user and kernel mode.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Mark {
    /// In user mode, or it does not matter.
    User,
    /// In kernel mode.
    Kernel,
    /// From user to kernel mode.
    Enter,
    /// From kernel to user mode.
    Leave,
    /// From user to kernel mode and back.
    Both,
}

impl Mark {
    const fn sign(self) -> char {
        match self {
            Self::User => ' ',
            Self::Kernel => '│',
            Self::Enter => '→',
            Self::Leave => '←',
            Self::Both => '⇄',
        }
    }
}

/// A line below the first one of an entry.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Below {
    /// Goes on in the column of the text.
    Detail(String),
    /// A row of a card: a sign, a label, a text.
    Card(char, &'static str, String),
}

/// What one event, or a few that belong together, look like.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Entry {
    /// Number of the event.
    pub seq: u32,
    /// Virtual time.
    pub time: Ns,
    /// `name[number]`.
    pub task: String,
    /// `12` or `io:12`.
    pub place: String,
    /// User or kernel mode.
    pub mark: Mark,
    /// What happened, in a word; empty for a system call.
    pub verb: &'static str,
    /// The sentence.
    pub text: String,
    /// More lines.
    pub below: Vec<Below>,
}

/// Writes entries.
#[derive(Clone, Debug)]
pub struct Layout {
    color: bool,
    width: usize,
}

impl Layout {
    /// A layout with or without colours.
    #[must_use]
    pub const fn new(color: bool) -> Self {
        Self { color, width: WIDTH }
    }

    /// Fits lines to a terminal of so many columns; they never become wider than [`WIDTH`] or narrower than [`LEAST_WIDTH`].
    pub fn set_width(&mut self, columns: usize) {
        self.width = columns.clamp(LEAST_WIDTH, WIDTH);
    }

    /// The names of the columns.
    pub fn header(&self, out: &mut String) {
        let line = format!("{:>6} {:>10}  {:<TASK_WIDTH$} {:>PLACE_WIDTH$}", "seq", "time µs", "task", "line");
        self.paint(DIM, &line, out);
        out.push('\n');
    }

    /// Writes one entry.
    pub fn write(&self, entry: &Entry, out: &mut String) {
        let Ns(ns) = entry.time;
        let time = format!("{}.{:03}", ns / 1000, ns % 1000);
        let task = cut_name(&escape(&entry.task));
        let place = cut_place(&escape(&entry.place));
        let place = format!("{}{place}", " ".repeat(PLACE_WIDTH.saturating_sub(place.width())));
        self.paint(DIM, &format!("{:>6} {time:>10}", entry.seq), out);
        out.push_str("  ");
        self.paint(task_style(&entry.task), &task, out);
        pad(TASK_WIDTH.saturating_sub(task.width()), out);
        out.push(' ');
        self.paint(DIM, &place, out);
        out.push(' ');
        self.paint(BOLD, &entry.mark.sign().to_string(), out);
        self.sentence(entry, out);
        for below in &entry.below {
            self.below(below, out);
        }
    }

    fn sentence(&self, entry: &Entry, out: &mut String) {
        let indent = if entry.verb.is_empty() { 0 } else { VERB_WIDTH };
        if indent > 0 {
            out.push(' ');
            self.paint(verb_style(entry.verb), entry.verb, out);
            pad(VERB_WIDTH - 1 - entry.verb.chars().count().min(VERB_WIDTH - 1), out);
        }
        for (at, line) in wrap(&escape(&entry.text), self.width - TEXT_COLUMN - indent).iter().enumerate() {
            if at > 0 {
                pad(TEXT_COLUMN + indent - 1, out);
            }
            if !line.is_empty() {
                out.push(' ');
                out.push_str(line);
            }
            out.push('\n');
        }
    }

    fn below(&self, below: &Below, out: &mut String) {
        match below {
            Below::Detail(text) => {
                for line in wrap(&escape(text), self.width - DETAIL_COLUMN) {
                    pad(DETAIL_COLUMN, out);
                    out.push_str(&line);
                    out.push('\n');
                }
            }
            Below::Card(sign, label, text) => {
                let indent = CARD_COLUMN + 4 + 12;
                for (at, line) in wrap(&escape(text), self.width - indent).iter().enumerate() {
                    pad(CARD_COLUMN, out);
                    self.paint(DIM, "┊", out);
                    out.push(' ');
                    if at == 0 {
                        self.paint(sign_style(*sign), &format!("{sign} {label:<12}"), out);
                    } else {
                        pad(14, out);
                    }
                    out.push_str(line);
                    out.push('\n');
                }
            }
        }
    }

    fn paint(&self, style: Style, text: &str, out: &mut String) {
        if self.color && style != Style::new() {
            // Writing to a String does not fail.
            let _ = write!(out, "{style}{text}{style:#}");
        } else {
            out.push_str(text);
        }
    }
}

/// What stands in the columns of the first line of an entry.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Head<'a> {
    /// Number of the event.
    pub seq: u32,
    /// `name[number]`.
    pub task: &'a str,
    /// The line of the user's script.
    pub line: Option<u32>,
    /// What stands behind the columns: the mark and the sentence.
    pub text: &'a str,
}

impl<'a> Head<'a> {
    /// Reads back a line of a digest without colours; none if no entry begins with it.
    #[must_use]
    pub fn of(line: &'a str) -> Option<Self> {
        let (seq, rest) = line.trim_start().split_once(' ')?;
        let (time, rest) = rest.trim_start().split_once("  ")?;
        let (us, ns) = time.split_once('.')?;
        let _ = us.parse::<u64>().ok()?;
        let _ = ns.parse::<u16>().ok()?;
        let at = |column: usize| rest.char_indices().nth(column).map_or(rest.len(), |(at, _)| at);
        let (task_end, place_end) = (at(TASK_WIDTH), at(TASK_WIDTH + 1 + PLACE_WIDTH));
        let line = rest[task_end..place_end].trim().parse().ok();
        Some(Self { seq: seq.parse().ok()?, task: rest[..task_end].trim_end(), line, text: rest[place_end..].trim() })
    }
}

const DIM: Style = Style::new().dimmed();
const BOLD: Style = Style::new().bold();

const fn colored(color: AnsiColor) -> Style {
    Style::new().fg_color(Some(anstyle::Color::Ansi(color)))
}

/// A colour for each task, by its name and number: the same in every run.
fn task_style(task: &str) -> Style {
    let colors = [AnsiColor::Cyan, AnsiColor::Green, AnsiColor::Yellow, AnsiColor::Magenta, AnsiColor::Blue];
    let number = task.rsplit('[').next().and_then(|number| number.trim_end_matches(']').parse::<usize>().ok());
    number.map_or(DIM, |number| colored(colors[number % colors.len()]))
}

fn verb_style(verb: &str) -> Style {
    match verb {
        "fault" | "trap" => colored(AnsiColor::Yellow),
        "switch" | "preempt" => colored(AnsiColor::Blue).bold(),
        "signal" | "killed" | "oom" => colored(AnsiColor::Red),
        "exit" | "zombie" | "reaped" => colored(AnsiColor::Magenta),
        "fork" | "thread" | "exec" => colored(AnsiColor::Green).bold(),
        _ => BOLD,
    }
}

const fn sign_style(sign: char) -> Style {
    match sign {
        '×' => colored(AnsiColor::Red),
        '→' | '+' => colored(AnsiColor::Green),
        _ => DIM,
    }
}

fn pad(count: usize, out: &mut String) {
    out.extend(std::iter::repeat_n(' ', count));
}

/// A text of at most `width` columns, its end replaced by `…` if it was longer.
fn cut(text: &str, width: usize) -> String {
    if text.width() <= width {
        return text.to_owned();
    }
    let mut cut = text[..fitting(text, width - 1)].to_owned();
    cut.push('…');
    cut
}

/// How many bytes of a text fit into so many columns.
fn fitting(text: &str, columns: usize) -> usize {
    let mut taken = 0;
    let over = |letter: char| {
        taken += letter.width().unwrap_or(0);
        taken > columns
    };
    text.find(over).unwrap_or(text.len())
}

/// `name[number]` within the task column: the name is cut, the number is not.
fn cut_name(task: &str) -> String {
    let (name, number) = task.split_at(task.rfind('[').unwrap_or(task.len()));
    format!("{}{number}", cut(name, TASK_WIDTH.saturating_sub(number.width()).max(2)))
}

/// `module:line` within its column: the name is cut, the line is not.
fn cut_place(place: &str) -> String {
    let (name, line) = place.split_at(place.rfind(':').unwrap_or(0));
    if name.is_empty() {
        cut(line, PLACE_WIDTH)
    } else {
        format!("{}{line}", cut(name, PLACE_WIDTH.saturating_sub(line.width()).max(2)))
    }
}

/// Control characters as `\x1b`, so that they can not reach a terminal.
fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for letter in text.chars() {
        if letter.is_control() {
            escaped.extend(letter.escape_default());
        } else {
            escaped.push(letter);
        }
    }
    escaped
}

/// Breaks a text into lines of at most `width` columns, at blanks where that is possible; at least one line.
fn wrap(text: &str, width: usize) -> Vec<String> {
    let mut lines = Vec::new();
    let mut line = String::new();
    let mut length = 0;
    for word in text.split(' ') {
        let mut word = word;
        if length > 0 && length + 1 + word.width() > width {
            lines.push(std::mem::take(&mut line));
            length = 0;
        }
        while word.width() > width {
            // A list of flags is broken behind one of its bars.
            let fitting = fitting(word, width);
            let end = word[..fitting].rfind('|').map_or(fitting, |bar| bar + 1);
            let (head, rest) = word.split_at(end);
            lines.push(head.to_owned());
            word = rest;
        }
        if length > 0 {
            line.push(' ');
            length += 1;
        }
        length += word.width();
        line.push_str(word);
    }
    lines.push(line);
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry(text: &str) -> Entry {
        Entry {
            seq: 901,
            time: Ns(58_001),
            task: "script[2]".into(),
            place: "12".into(),
            mark: Mark::Kernel,
            verb: "wakes",
            text: text.into(),
            below: vec![Below::Card('=', "memory", "mm 3 ".repeat(30))],
        }
    }

    #[test]
    fn no_line_is_wider_than_the_page_and_no_word_is_lost() {
        let texts = ["", "a", &"word ".repeat(60), &"x".repeat(300), "\x1b[31mred\n", &"日本".repeat(60)];
        for (text, width) in texts.iter().flat_map(|text| [LEAST_WIDTH, 80, WIDTH].map(|width| (*text, width))) {
            let mut out = String::new();
            let mut layout = Layout::new(false);
            layout.set_width(width);
            layout.write(&entry(text), &mut out);
            assert!(out.lines().all(|line| line.width() <= width), "{out}");
            assert!(!out.contains('\x1b'));
            let letters = |text: &str| text.chars().filter(|letter| "wordx".contains(*letter)).count();
            assert_eq!(letters(&out) - letters(text), letters("wakes") + letters("script[2]") + letters("memory"));
        }
    }

    #[test]
    fn columns() {
        let mut out = String::new();
        Layout::new(false).header(&mut out);
        Layout::new(false).write(&Entry { below: vec![], ..entry("ls[3]") }, &mut out);
        insta::assert_snapshot!(out, @r"
           seq    time µs  task              line
           901     58.001  script[2]           12 │ wakes    ls[3]
        ");
    }

    #[test]
    fn the_head_of_an_entry_is_read_back() {
        for (place, line) in [("12", Some(12)), ("io:12", None), ("", None)] {
            let mut out = String::new();
            Layout::new(false).write(&Entry { place: place.into(), ..entry("ls[3]") }, &mut out);
            let heads: Vec<Head<'_>> = out.lines().filter_map(Head::of).collect();
            assert_eq!(heads, [Head { seq: 901, task: "script[2]", line, text: "│ wakes    ls[3]" }]);
        }
        let mut out = String::new();
        Layout::new(false).header(&mut out);
        assert_eq!(Head::of(&out), None);
    }

    #[test]
    fn long_names_keep_their_number() {
        assert_eq!(cut_name("averylongname[12345]"), "aver…[12345]");
        assert_eq!((cut_place("signals:1234"), cut_place("12")), ("sig…:1234".to_owned(), "12".to_owned()));
    }
}
