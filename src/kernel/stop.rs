//! What a kernel path gives back when it has no value: an errno, sleep, or nobody to return to.

use crate::abi::errno::Errno;

/// Why a handler does not return a value.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Stop {
    /// The call fails.
    Errno(Errno),
    /// The task sleeps; the call goes on later.
    Sleeps,
    /// The task would sleep, but a signal waits for it: the call fails with EINTR, is called again, or goes on, as
    /// `signal::call` decides when it is known what the signal does (`ERESTARTSYS`).
    Interrupted,
    /// The task is gone, or executes another program: there is nothing to return to.
    Gone,
}

impl From<Errno> for Stop {
    fn from(errno: Errno) -> Self {
        Self::Errno(errno)
    }
}

/// What a handler gives back: the value of rax.
pub type SysResult<T = u64> = Result<T, Stop>;
