//! System calls: the table from numbers to handlers, and what a handler is.
//!
//! A handler reads like its man page: fetch arguments, check, one call, result. A handler that has to wait puts its
//! task to sleep ([`Kernel::sleep_on`]) and returns [`Stop::Sleeps`]; when the task runs again the handler is called
//! again with the same arguments, and finds in the task's `progress` how far it had come. So before a handler sleeps
//! it must not have done anything that it could not do again, but for what `progress` tells.

use crate::abi::errno::Errno;
use crate::kernel::core::Kernel;

/// Why a handler does not return a value.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Stop {
    /// The call fails.
    Errno(Errno),
    /// The task sleeps; the call goes on later.
    Sleeps,
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

/// A handler. It acts for the current task; `args` are the six argument words.
pub type Handler = fn(&mut Kernel, args: [u64; 6]) -> SysResult;
