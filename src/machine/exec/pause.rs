//! Pauses: before which instructions a run stops so that another task may come between.
//!
//! Two instructions of different tasks can be swapped unless both touch the same thing. Whatever works on registers and on
//! the window alone touches nothing that another task looks at, so that it is enough to let others in before the rest.
//! The window is the thread's own by convention only: who writes into another's window by a wild pointer does so at
//! a store of his, before which there is a pause, but its reader has none.

use crate::abi::op::Op;

/// Before which instructions a run pauses.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Pause {
    /// Before none: nobody else can run.
    Never,
    /// Before system calls: memory is the program's own.
    Calls,
    /// Before whatever touches memory outside the window, and before system calls.
    Accesses,
}

impl Pause {
    /// The bytes of the operations that it stands before.
    pub(super) const fn before(self) -> &'static [bool; 256] {
        match self {
            Self::Never => &[false; 256],
            Self::Calls => &CALLS,
            Self::Accesses => &ACCESSES,
        }
    }
}

static CALLS: [bool; 256] = {
    let mut calls = [false; 256];
    calls[Op::Syscall as usize] = true;
    calls
};

/// All operations but those that are known to touch the window only: a new one is taken for an access.
static ACCESSES: [bool; 256] = {
    const OWN: [Op; 6] = [Op::Mark, Op::Choose, Op::Ud2, Op::Fence, Op::Tls, Op::LockNote];
    let mut accesses = [true; 256];
    let mut byte = 0;
    while byte < Op::Ld8 as usize {
        accesses[byte] = false;
        byte += 1;
    }
    let mut index = 0;
    while index < OWN.len() {
        accesses[OWN[index] as usize] = false;
        index += 1;
    }
    accesses
};
