//! Reports of `ring3 test`: a file for each format.
//!
//! A report takes the tests one by one, in order, and makes the text that is to be written for each.

mod json;
mod junit;
mod pretty;
mod tap;

use crate::cmd::test::args::TestFormat;
use crate::cmd::test::verdict::{Tested, Verdict};

/// How many tests came to what.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Count {
    /// As expected.
    pub passed: usize,
    /// Not as expected.
    pub failed: usize,
    /// Not run.
    pub skipped: usize,
}

impl Count {
    /// Counts one more.
    pub fn add(&mut self, tested: &Tested) {
        match tested.verdict {
            Verdict::Passed => self.passed += 1,
            Verdict::Failed(_) => self.failed += 1,
            Verdict::Skipped(_) => self.skipped += 1,
        }
    }
}

/// What writes results.
pub trait Report {
    /// What comes first, for so many tests.
    fn begin(&mut self, tests: usize) -> String;
    /// What is told of a test.
    fn test(&mut self, tested: &Tested) -> String;
    /// What comes last.
    fn end(&mut self, count: Count) -> String;
}

/// The report of a format.
#[must_use]
pub fn of(format: TestFormat, color: bool) -> Box<dyn Report> {
    match format {
        TestFormat::Pretty => Box::new(pretty::Pretty { color }),
        TestFormat::Json => Box::new(json::Json),
        TestFormat::Junit => Box::new(junit::Junit::default()),
        TestFormat::Tap => Box::new(tap::Tap::default()),
    }
}
