//! For programs: a JSON object for each test, and one at the end.

use serde::Serialize;

use crate::cmd::test::report::{Count, Report};
use crate::cmd::test::verdict::{Tested, Verdict};

/// The report as JSON lines.
#[derive(Clone, Copy, Debug)]
pub struct Json;

#[derive(Serialize)]
struct Test<'a> {
    test: &'a str,
    outcome: &'a str,
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    failures: &'a [String],
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<&'a str>,
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    notes: &'a [String],
    ms: u64,
}

#[derive(Serialize)]
struct End {
    passed: usize,
    failed: usize,
    skipped: usize,
}

fn line(value: &impl Serialize) -> String {
    // Texts and numbers can always be written.
    serde_json::to_string(value).map_or_else(|_| String::new(), |text| text + "\n")
}

impl Report for Json {
    fn begin(&mut self, _tests: usize) -> String {
        String::new()
    }

    fn test(&mut self, tested: &Tested) -> String {
        let (outcome, failures, reason): (_, &[String], _) = match &tested.verdict {
            Verdict::Passed => ("passed", &[], None),
            Verdict::Failed(failures) => ("failed", failures, None),
            Verdict::Skipped(why) => ("skipped", &[], Some(why.as_str())),
        };
        let ms = u64::try_from(tested.took.as_millis()).unwrap_or(u64::MAX);
        line(&Test { test: &tested.name, outcome, failures, reason, notes: &tested.notes, ms })
    }

    fn end(&mut self, count: Count) -> String {
        line(&End { passed: count.passed, failed: count.failed, skipped: count.skipped })
    }
}
