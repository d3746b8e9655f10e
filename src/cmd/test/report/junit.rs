//! For servers that build and test: the XML of JUnit, as they read it.

use std::fmt::Write as _;

use crate::cmd::test::report::{Count, Report};
use crate::cmd::test::verdict::{Tested, Verdict};

/// The report as XML; it is written at the end, as its first line counts the tests.
#[derive(Clone, Debug, Default)]
pub struct Junit {
    cases: String,
    seconds: f64,
}

/// A text for XML, without the characters that XML can not have.
fn xml(text: &str) -> String {
    let mut made = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '<' => made.push_str("&lt;"),
            '>' => made.push_str("&gt;"),
            '&' => made.push_str("&amp;"),
            '"' => made.push_str("&quot;"),
            '\n' | '\t' => made.push(letter),
            letter if letter.is_control() || matches!(letter, '\u{fffe}' | '\u{ffff}') => made.push('\u{fffd}'),
            letter => made.push(letter),
        }
    }
    made
}

impl Report for Junit {
    fn begin(&mut self, _tests: usize) -> String {
        String::new()
    }

    fn test(&mut self, tested: &Tested) -> String {
        let (file, seconds) = (tested.name.split(':').next().unwrap_or_default(), tested.took.as_secs_f64());
        self.seconds += seconds;
        let out = &mut self.cases;
        // Writing to a String does not fail.
        let _ =
            write!(out, "  <testcase classname=\"{}\" name=\"{}\" time=\"{seconds:.3}\"", xml(file), xml(&tested.name));
        let _ = match &tested.verdict {
            Verdict::Passed => writeln!(out, "/>"),
            Verdict::Skipped(why) => writeln!(out, ">\n    <skipped message=\"{}\"/>\n  </testcase>", xml(why)),
            Verdict::Failed(failures) => {
                let first = failures.first().and_then(|failure| failure.lines().next()).unwrap_or_default();
                let (first, all) = (xml(first), xml(&failures.join("\n")));
                writeln!(out, ">\n    <failure message=\"{first}\">{all}</failure>\n  </testcase>")
            }
        };
        String::new()
    }

    fn end(&mut self, count: Count) -> String {
        let tests = count.passed + count.failed + count.skipped;
        format!(
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuite name=\"ring3\" tests=\"{tests}\" failures=\"{}\" errors=\"0\" skipped=\"{}\" time=\"{:.3}\">\n{}</testsuite>\n",
            count.failed, count.skipped, self.seconds, self.cases
        )
    }
}
