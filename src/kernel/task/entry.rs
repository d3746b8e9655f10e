//! Where a new task begins: at its parent's place, or at a function on a stack of its own.
//!
//! ```text
//! stack - 0
//! stack - 8    the function's argument word
//! stack - 16   address of the function, whose first instruction is `enter`
//!              (padding)
//! sp ->        window of the function: w[0] = 0, w[1] = 0, w[2] = the argument
//! ```

use crate::abi::errno::Errno;
use crate::abi::op::{Instruction, Op, SLOT_ARGS, callee_sp};
use crate::kernel::core::Kernel;
use crate::kernel::stop::SysResult;
use crate::trace::value::Position;

/// Bytes of an instruction.
const INSTRUCTION_BYTES: u64 = 8;
/// Bytes of the window's first slots: return address, caller's sp, argument.
const FIRST_SLOTS_BYTES: usize = 8 * (SLOT_ARGS as usize + 1);

/// Where a task begins, and the first slots of its window that are to be written there.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Entry {
    /// Behind the function's `enter`, at its window.
    pub position: Position,
    /// w[0], w[1] and w[2].
    pub slots: [u8; FIRST_SLOTS_BYTES],
}

/// Reads the pair at the top of a stack of the current task. Nothing is written.
///
/// # Errors
/// EFAULT if the pair or the function can not be read, EINVAL if there is no function with room for an argument.
/// Sleeps while a page comes from the disk.
// Linux: the child goes on behind the call with `stack` as its stack pointer, and the C library has put the function
// there. Here: the kernel reads the pair, because user code can not move its window to another stack.
pub fn read(kernel: &mut Kernel, stack: u64) -> SysResult<Entry> {
    let pair = stack.wrapping_sub(16);
    let (function, argument) = (kernel.read_user_u64(pair)?, kernel.read_user_u64(pair.wrapping_add(8))?);
    let word = kernel.read_user_u64(function)?;
    let enter = Instruction::decode(word).filter(|it| it.op == Op::Enter && it.b > SLOT_ARGS && it.imm >= 0);
    let enter = enter.filter(|_| function.is_multiple_of(INSTRUCTION_BYTES)).ok_or(Errno::EINVAL)?;
    let sp = callee_sp(pair, enter.b, enter.imm as u32);
    let mut slots = [0; FIRST_SLOTS_BYTES];
    slots[8 * usize::from(SLOT_ARGS)..].copy_from_slice(&argument.to_le_bytes());
    Ok(Entry { position: Position { pc: function.wrapping_add(INSTRUCTION_BYTES), sp }, slots })
}
