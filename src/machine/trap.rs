//! The traps: all the ways in which user code stops and the kernel takes over.

/// The access was to a page that is present: a violation of its rights (Intel SDM vol. 3, 4.7).
pub const CODE_P: u8 = 1;
/// The access was a write.
pub const CODE_W: u8 = 2;
/// The access was made in user mode.
pub const CODE_U: u8 = 4;
/// The access was the fetch of an instruction.
pub const CODE_I: u8 = 16;

/// Why user code stopped.
///
/// After `Syscall`, `Mark` and `Choose` the pc is behind the instruction. After a fault (page fault, general
/// protection, divide error, illegal instruction) it is at the instruction, which has had no effect. After `Timer` it
/// is at the instruction to execute next.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Trap {
    /// A system call, whose arguments are left in the registers; the answer goes to rax.
    Syscall {
        /// Its number.
        nr: u64,
    },
    /// A page that is not there or does not allow it (vector 14).
    PageFault {
        /// The address that was touched (CR2).
        address: u64,
        /// `CODE_P` and its kin.
        code: u8,
    },
    /// An address that is not canonical, or a pc or window base that breaks the rules of `abi::op` (vector 13).
    GeneralProtection {
        /// The address; the processor would not tell.
        address: u64,
    },
    /// Division by zero, or `i64::MIN / -1` (vector 0).
    DivideError,
    /// An instruction that does not exist, or operands that it may not have (vector 6).
    IllegalInstruction,
    /// The budget is used up.
    Timer,
    /// A line for the trace.
    Mark {
        /// Where its bytes lie.
        address: u64,
        /// How many there are.
        len: u64,
    },
    /// The script asks the oracle; the answer goes to rax.
    Choose {
        /// How many answers there are.
        options: u64,
    },
}
