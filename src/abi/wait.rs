//! Wait statuses: how a child's change of state is packed in the `int` that `wait4(2)` stores.
//!
//! ```text
//!           15        8   7  6       0
//! exited   | exit code | 0 |    0     |
//! signaled |     0     |core| signal  |     signal 1 to 126
//! stopped  |  signal   |     0x7f     |
//! continued|          0xffff          |
//! ```

use super::signal::Signal;

/// What happened to a child.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Hash)]
pub enum ExitStatus {
    /// It called exit, with this low byte.
    Exited(u8),
    /// A signal ended it.
    Signaled {
        /// The signal.
        signal: Signal,
        /// Whether a core was dumped.
        core: bool,
    },
    /// A signal stopped it.
    Stopped(Signal),
    /// SIGCONT made it go on.
    Continued,
}

const STOPPED: u32 = 0x7f;
const CORE: u32 = 0x80;
const CONTINUED: u32 = 0xffff;

impl ExitStatus {
    /// The status as `wait4` stores it.
    #[must_use]
    pub const fn to_raw(self) -> u32 {
        match self {
            Self::Exited(code) => (code as u32) << 8,
            Self::Signaled { signal, core } => signal.0 as u32 | if core { CORE } else { 0 },
            Self::Stopped(signal) => (signal.0 as u32) << 8 | STOPPED,
            Self::Continued => CONTINUED,
        }
    }

    /// What a stored status says; `None` for a number that `wait4` never stores.
    #[must_use]
    pub fn from_raw(raw: u32) -> Option<Self> {
        let [low, high, rest @ ..] = raw.to_le_bytes();
        let status = match low {
            _ if raw == CONTINUED => Self::Continued,
            0 => Self::Exited(high),
            0x7f => Self::Stopped(Signal::from_word(u64::from(high))?),
            _ => Self::Signaled { signal: Signal::from_word(u64::from(low & 0x7f))?, core: low & 0x80 != 0 },
        };
        (rest == [0, 0] && status.to_raw() == raw).then_some(status)
    }

    /// What a shell makes of it as `$?`: the exit code, or 128 and the signal; `None` while the child still lives.
    #[must_use]
    pub const fn shell_code(self) -> Option<u8> {
        match self {
            Self::Exited(code) => Some(code),
            Self::Signaled { signal, .. } => Some(128 + (signal.0 & 0x7f)),
            Self::Stopped(_) | Self::Continued => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::ExitStatus;
    use crate::abi::signal::Signal;

    #[test]
    fn known_statuses() {
        assert_eq!(ExitStatus::Exited(3).to_raw(), 0x300);
        assert_eq!(ExitStatus::Signaled { signal: Signal::SIGSEGV, core: true }.to_raw(), 0x8b);
        assert_eq!(ExitStatus::Stopped(Signal::SIGSTOP).to_raw(), 0x137f);
        assert_eq!(ExitStatus::from_raw(0xffff), Some(ExitStatus::Continued));
    }

    #[test]
    fn what_can_be_read_is_written_back_and_nothing_else_is_read() {
        let read = (0..=0x1_ffff).filter_map(|raw| ExitStatus::from_raw(raw).map(|status| (raw, status)));
        let mut count = 0;
        for (raw, status) in read {
            assert_eq!(status.to_raw(), raw);
            count += 1;
        }
        // 256 exits, 64 signals with and without a core, 64 stops, and the one that goes on.
        assert_eq!(count, 256 + 2 * 64 + 64 + 1);
    }

    #[test]
    fn shell_codes() {
        assert_eq!(ExitStatus::Exited(7).shell_code(), Some(7));
        assert_eq!(ExitStatus::Signaled { signal: Signal::SIGKILL, core: false }.shell_code(), Some(137));
        assert_eq!(ExitStatus::Stopped(Signal::SIGTSTP).shell_code(), None);
    }
}
