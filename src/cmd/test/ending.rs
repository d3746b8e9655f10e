//! An ending: how a run ends, as the header of a script can say it.

use std::fmt;

use crate::abi::signal;
use crate::abi::wait::ExitStatus;
use crate::kernel::outcome::Outcome;

/// How a run ends.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Ending {
    /// With an exit status as a shell shows it.
    Status(u8),
    /// Nobody can run any more.
    Deadlock,
    /// A limit was reached.
    Limit,
    /// It was stopped from outside.
    Interrupted,
}

impl Ending {
    /// How a run ended.
    #[must_use]
    pub fn of(outcome: &Outcome) -> Self {
        match outcome {
            Outcome::Exited { status } => {
                Self::Status(ExitStatus::from_raw(*status).and_then(ExitStatus::shell_code).unwrap_or(u8::MAX))
            }
            Outcome::Deadlock { .. } => Self::Deadlock,
            Outcome::LimitReached(_) => Self::Limit,
            Outcome::Interrupted => Self::Interrupted,
        }
    }

    /// `deadlock`, `limit`, `exited 3`, `killed SIGSEGV`; none if a text is nothing of this.
    #[must_use]
    pub fn named(text: &str) -> Option<Self> {
        match text.split_once(' ') {
            None if text == "deadlock" => Some(Self::Deadlock),
            None if text == "limit" => Some(Self::Limit),
            Some(("exited", status)) => status.trim().parse().ok().map(Self::Status),
            Some(("killed", name)) => {
                let signal = signal::ALL.iter().find(|signal| signal.name() == Some(name.trim()))?;
                Some(Self::Status(128 + signal.0))
            }
            None | Some(_) => None,
        }
    }
}

impl fmt::Display for Ending {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Status(status) => write!(f, "status {status}"),
            Self::Deadlock => f.write_str("deadlock"),
            Self::Limit => f.write_str("limit"),
            Self::Interrupted => f.write_str("interrupted"),
        }
    }
}
