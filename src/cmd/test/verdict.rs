//! A verdict: what came of a test.

use std::time::Duration;

/// What came of a test.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Verdict {
    /// All was as expected.
    Passed,
    /// These things were not; each has a first line that says what, and may have more.
    Failed(Vec<String>),
    /// It was not run, for this reason.
    Skipped(String),
}

impl Verdict {
    /// Failed, if there are failures.
    #[must_use]
    pub fn of(failures: Vec<String>) -> Self {
        if failures.is_empty() { Self::Passed } else { Self::Failed(failures) }
    }
}

/// A test that was run.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Tested {
    /// Its name.
    pub name: String,
    /// What came of it.
    pub verdict: Verdict,
    /// What was written and taken away, in sentences.
    pub notes: Vec<String>,
    /// How long it took, by the clock of the host.
    pub took: Duration,
}

/// What is true of all tests of a run of `ring3 test`.
#[derive(Clone, Debug)]
pub struct Session {
    /// What may be written.
    pub writing: Writing,
    /// How long a run may take, by the clock of the host.
    pub patience: Duration,
    /// Whether differences have colours.
    pub color: bool,
    /// The command that documents call `ring3`.
    pub ring3: std::path::PathBuf,
}

/// What a test may write.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Writing {
    /// Nothing.
    Never,
    /// What it would be, beside what is not as expected: `x.trace.new`.
    Beside,
    /// What is not as expected is made so.
    Bless,
}
