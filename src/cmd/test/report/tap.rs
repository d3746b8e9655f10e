//! For harnesses of Perl's kind: the Test Anything Protocol, version 13.

use crate::cmd::test::report::{Count, Report};
use crate::cmd::test::verdict::{Tested, Verdict};

/// The report as TAP.
#[derive(Clone, Copy, Debug, Default)]
pub struct Tap {
    number: usize,
}

impl Report for Tap {
    fn begin(&mut self, tests: usize) -> String {
        format!("TAP version 13\n1..{tests}\n")
    }

    fn test(&mut self, tested: &Tested) -> String {
        self.number += 1;
        // A `#` would begin a directive.
        let (number, name) = (self.number, tested.name.replace('#', "\\#"));
        match &tested.verdict {
            Verdict::Passed => format!("ok {number} - {name}\n"),
            Verdict::Skipped(why) => format!("ok {number} - {name} # SKIP {why}\n"),
            Verdict::Failed(failures) => {
                let lines = failures.iter().flat_map(|failure| failure.lines());
                let told: String = lines.map(|line| format!("# {line}\n")).collect();
                format!("not ok {number} - {name}\n{told}")
            }
        }
    }

    fn end(&mut self, count: Count) -> String {
        format!("# {} passed, {} failed, {} skipped\n", count.passed, count.failed, count.skipped)
    }
}
