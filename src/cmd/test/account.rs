//! An account: what a golden holds of a run, in parts that are left out if they are empty.

use std::fmt;

use crate::cmd::report;
use crate::cmd::test::ending::Ending;
use crate::kernel::outcome::Outcome;
use crate::system::Machine;

/// What came of a run.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Account {
    /// How it ended.
    pub ending: Ending,
    /// What it wrote to standard output.
    pub stdout: String,
    /// What it wrote to standard error.
    pub stderr: String,
    /// What is told of processes that ended badly, and of a deadlock.
    pub reports: String,
    /// The trace, if it was asked for.
    pub trace: String,
    /// The views that were asked for.
    pub views: String,
}

/// The line that begins the part of the trace.
pub const TRACE: &str = "--- trace";

/// What is told of processes that ended badly, and of a deadlock.
#[must_use]
pub fn reports(machine: &Machine, outcome: &Outcome) -> String {
    let mut told = report::reports(machine, false);
    if let Outcome::Deadlock { .. } = outcome {
        told.push_str(&report::outcome(machine, outcome, false));
    }
    told
}

impl fmt::Display for Account {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{}", self.ending)?;
        let parts = [
            ("--- stdout", &self.stdout),
            ("--- stderr", &self.stderr),
            ("--- reports", &self.reports),
            (TRACE, &self.trace),
            ("--- views", &self.views),
        ];
        for (part, content) in parts.iter().filter(|(_, content)| !content.is_empty()) {
            writeln!(f, "{part}\n{}", content.trim_end_matches('\n'))?;
        }
        Ok(())
    }
}
