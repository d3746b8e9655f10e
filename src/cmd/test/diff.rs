//! A difference of two texts, line by line, and where they part first.

use std::fmt::Write as _;
use std::time::Duration;

use anstyle::{AnsiColor, Style};
use similar::{ChangeTag, TextDiff};

/// Lines that are the same and are shown around a difference.
const CONTEXT: usize = 3;
/// The most lines that are shown.
const SHOWN: usize = 60;
/// After this time a difference is not made smaller any more.
const PATIENCE: Duration = Duration::from_secs(2);

const GONE: Style = Style::new().fg_color(Some(anstyle::Color::Ansi(AnsiColor::Red)));
const COME: Style = Style::new().fg_color(Some(anstyle::Color::Ansi(AnsiColor::Green)));
const DIM: Style = Style::new().dimmed();

/// What is expected and not there (`-`), and what is there instead (`+`); at most `most` lines, all for none.
#[must_use]
pub fn lines(expected: &str, got: &str, most: Option<usize>, color: bool) -> String {
    let diff = TextDiff::configure().timeout(PATIENCE).diff_lines(expected, got);
    let mut text = String::new();
    let (mut shown, mut hidden) = (0, 0);
    for (place, group) in diff.grouped_ops(CONTEXT).iter().enumerate() {
        if place > 0 && shown < most.unwrap_or(usize::MAX) {
            text.push_str("  …\n");
        }
        for op in group {
            for change in diff.iter_inline_changes(op) {
                if shown >= most.unwrap_or(usize::MAX) {
                    hidden += usize::from(change.tag() != ChangeTag::Equal);
                    continue;
                }
                shown += 1;
                let (sign, style) = match change.tag() {
                    ChangeTag::Equal => (' ', DIM),
                    ChangeTag::Delete => ('-', GONE),
                    ChangeTag::Insert => ('+', COME),
                };
                if !color {
                    let line: String = change.values().iter().map(|(_, part)| *part).collect();
                    let _ = writeln!(text, "{sign} {}", line.trim_end_matches('\n'));
                    continue;
                }
                let _ = write!(text, "{style}{sign} ");
                for (other, part) in change.values() {
                    let part = part.trim_end_matches('\n');
                    if *other {
                        let _ = write!(text, "{:#}{}{part}{:#}{style}", style, style.invert(), style.invert());
                    } else {
                        text.push_str(part);
                    }
                }
                let _ = writeln!(text, "{style:#}");
            }
        }
    }
    if hidden > 0 {
        let _ = writeln!(text, "  … and {hidden} more lines differ");
    }
    text
}

/// As much of it as a report shows.
#[must_use]
pub fn short(expected: &str, got: &str, color: bool) -> String {
    lines(expected, got, Some(SHOWN), color)
}

/// The number of the first line, from 0, that is not the same in both; none if there is none.
#[must_use]
pub fn first(expected: &str, got: &str) -> Option<usize> {
    let (mut expected, mut got) = (expected.lines(), got.lines());
    (0..).find_map(|number| match (expected.next(), got.next()) {
        (None, None) => Some(None),
        (one, other) if one != other => Some(Some(number)),
        (_, _) => None,
    })?
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_line_that_differs() {
        assert_eq!(
            (first("a\nb\n", "a\nb\n"), first("a\nb\n", "a\nc\n"), first("a\n", "a\nb\n")),
            (None, Some(1), Some(1))
        );
        assert_eq!(lines("a\nb\nc\n", "a\nx\nc\n", None, false), "  a\n- b\n+ x\n  c\n");
        assert!(lines("1\n2\n3\n", "4\n5\n6\n", Some(2), false).ends_with("… and 4 more lines differ\n"));
    }
}
