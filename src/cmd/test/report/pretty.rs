//! For people: what failed and why, what was written, and the closing line.

use anstyle::{AnsiColor, Style};

use crate::cmd::test::report::{Count, Report};
use crate::cmd::test::verdict::{Tested, Verdict};

const BAD: Style = Style::new().bold().fg_color(Some(anstyle::Color::Ansi(AnsiColor::Red)));
const GOOD: Style = Style::new().bold().fg_color(Some(anstyle::Color::Ansi(AnsiColor::Green)));

/// The report for people.
#[derive(Clone, Copy, Debug)]
pub struct Pretty {
    /// Whether it has colours.
    pub color: bool,
}

impl Pretty {
    fn paint(self, style: Style, text: &str) -> String {
        if self.color { format!("{style}{text}{style:#}") } else { text.to_owned() }
    }
}

impl Report for Pretty {
    fn begin(&mut self, _tests: usize) -> String {
        String::new()
    }

    fn test(&mut self, tested: &Tested) -> String {
        let mut text = String::new();
        match &tested.verdict {
            Verdict::Passed => {}
            Verdict::Skipped(why) => text.push_str(&format!("skipped {}: {why}\n", tested.name)),
            Verdict::Failed(failures) => {
                text.push_str(&format!("{} {}\n", self.paint(BAD, "FAILED"), tested.name));
                for line in failures.iter().flat_map(|failure| failure.trim_end().lines()) {
                    text.push_str(&if line.is_empty() { "\n".to_owned() } else { format!("  {line}\n") });
                }
                text.push('\n');
            }
        }
        tested.notes.iter().for_each(|note| text.push_str(&format!("{note}\n")));
        text
    }

    fn end(&mut self, count: Count) -> String {
        let skipped = if count.skipped > 0 { format!(", {} skipped", count.skipped) } else { String::new() };
        let line = format!("{} passed, {} failed{skipped}", count.passed, count.failed);
        format!("{}\n", self.paint(if count.failed > 0 { BAD } else { GOOD }, &line))
    }
}
