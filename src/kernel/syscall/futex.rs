//! futex(2).

use crate::abi::errno::Errno;
use crate::abi::flags::{
    FUTEX_BITSET_MATCH_ANY, FUTEX_CLOCK_REALTIME, FUTEX_CMP_REQUEUE, FUTEX_LOCK_PI, FUTEX_LOCK_PI2, FUTEX_PRIVATE_FLAG,
    FUTEX_REQUEUE, FUTEX_TRYLOCK_PI, FUTEX_UNLOCK_PI, FUTEX_WAIT, FUTEX_WAIT_BITSET, FUTEX_WAKE, FUTEX_WAKE_BITSET,
    FUTEX_WAKE_OP,
};
use crate::abi::layout::{TIMESPEC_BYTES, Timespec};
use crate::base::units::Ns;
use crate::kernel::core::Kernel;
use crate::kernel::stop::SysResult;
use crate::kernel::sync::pi::{self, Patience};
use crate::kernel::sync::{futex, key};
use crate::machine::mmu::Access;

/// `futex(uaddr, futex_op, val, timeout or val2, uaddr2, val3)`: waits on a word, or wakes those who do.
/// Progress: [`futex::WOKEN`] once the wait is over, else the moment at which it ends.
///
/// # Errors
/// ENOSYS for an operation that is not known, and as each operation says.
// Linux: knows FUTEX_WAIT_REQUEUE_PI and FUTEX_CMP_REQUEUE_PI. Here: they are ENOSYS, because nobody inherits priorities.
pub fn sys_futex(kernel: &mut Kernel, args: [u64; 6]) -> SysResult {
    let [uaddr, op, val, timeout, uaddr2, val3] = args;
    let tid = kernel.current();
    if kernel.state().task(tid).progress == futex::WOKEN {
        return Ok(0);
    }
    let command = op as u32 & !(FUTEX_PRIVATE_FLAG | FUTEX_CLOCK_REALTIME);
    let private = op as u32 & FUTEX_PRIVATE_FLAG != 0;
    let deadline = deadline(kernel, command, timeout)?;
    if op as u32 & FUTEX_CLOCK_REALTIME != 0 && !matches!(command, FUTEX_WAIT_BITSET | FUTEX_LOCK_PI2) {
        return Err(Errno::ENOSYS.into());
    }
    let (value, count, moved) = (val as u32, val as i32, timeout as i32);
    match command {
        FUTEX_WAIT | FUTEX_WAIT_BITSET => {
            if command == FUTEX_WAIT_BITSET && val3 as u32 == 0 {
                return Err(Errno::EINVAL.into());
            }
            let key = key::of(kernel, uaddr, private)?;
            save(kernel, args);
            futex::wait(kernel, key, uaddr, value, deadline)
        }
        FUTEX_WAKE | FUTEX_WAKE_BITSET => {
            let bits = if command == FUTEX_WAKE { FUTEX_BITSET_MATCH_ANY } else { val3 as u32 };
            if bits == 0 {
                return Err(Errno::EINVAL.into());
            }
            let key = key::of(kernel, uaddr, private)?;
            Ok(futex::wake(kernel, key, count, bits)?.into())
        }
        FUTEX_REQUEUE | FUTEX_CMP_REQUEUE => {
            if count < 0 || moved < 0 {
                return Err(Errno::EINVAL.into());
            }
            let (from, to) = (key::of(kernel, uaddr, private)?, key::of(kernel, uaddr2, private)?);
            if command == FUTEX_CMP_REQUEUE && kernel.read_user_u32(uaddr)? != val3 as u32 {
                return Err(Errno::EAGAIN.into());
            }
            Ok(futex::requeue(kernel, from, to, count, moved)?.into())
        }
        FUTEX_WAKE_OP => {
            let (one, other) = (key::of(kernel, uaddr, private)?, key::of(kernel, uaddr2, private)?);
            let holds = operate(kernel, uaddr2, val3 as u32)?;
            let woken = futex::wake(kernel, one, count, FUTEX_BITSET_MATCH_ANY)?;
            let more = if holds { futex::wake(kernel, other, moved, FUTEX_BITSET_MATCH_ANY)? } else { 0 };
            Ok(u64::from(woken + more))
        }
        FUTEX_LOCK_PI | FUTEX_LOCK_PI2 | FUTEX_TRYLOCK_PI => {
            let key = owned(kernel, uaddr, private)?;
            save(kernel, args);
            let patience = match deadline {
                _ if command == FUTEX_TRYLOCK_PI => Patience::None,
                Some(at) => Patience::Until(at),
                None => Patience::Endless,
            };
            pi::lock(kernel, key, uaddr, patience)
        }
        FUTEX_UNLOCK_PI => {
            let key = owned(kernel, uaddr, private)?;
            pi::unlock(kernel, key, uaddr)
        }
        _ => Err(Errno::ENOSYS.into()),
    }
}

/// Keeps the call before its task sleeps: others read from it what the task waits for.
fn save(kernel: &mut Kernel, [a, b, c, d, e, f]: [u64; 6]) {
    let tid = kernel.current();
    let nr = u64::from(crate::abi::sysno::Sysno::FUTEX.0);
    kernel.save_call(tid, [nr, a, b, c, d, e, f]);
}

/// The key of a word that the kernel itself writes.
fn owned(kernel: &mut Kernel, address: u64, private: bool) -> SysResult<crate::trace::value::FutexKey> {
    let key = key::of(kernel, address, private)?;
    kernel.touch_user(address, key::WORD_BYTES as usize, Access::Write)?;
    Ok(key)
}

/// The moment at which a wait ends: relative for FUTEX_WAIT, absolute for the others.
///
/// # Errors
/// EFAULT, EINVAL for a time that is none, ETIMEDOUT for a wait that has come to it.
fn deadline(kernel: &mut Kernel, command: u32, timeout: u64) -> SysResult<Option<u64>> {
    let waits = matches!(command, FUTEX_WAIT | FUTEX_WAIT_BITSET | FUTEX_LOCK_PI | FUTEX_LOCK_PI2);
    if !waits || timeout == 0 {
        return Ok(None);
    }
    let set = kernel.state().task(kernel.current()).progress;
    if set != 0 {
        return if kernel.now().0 >= set { Err(Errno::ETIMEDOUT.into()) } else { Ok(Some(set)) };
    }
    let mut bytes = [0; TIMESPEC_BYTES];
    kernel.read_user(timeout, &mut bytes)?;
    let ns = Timespec::from_bytes(&bytes).to_ns().ok_or(Errno::EINVAL)?;
    let at = if command == FUTEX_WAIT { kernel.now().0.saturating_add(ns) } else { ns };
    Ok(Some(at.min(Ns::NEVER.0)))
}

/// Does FUTEX_WAKE_OP's operation on a word and tells whether its comparison holds for the old value:
///
/// ```text
///  31      30    28 27    24 23        12 11         0
/// +-------+--------+--------+------------+------------+
/// | shift |   op   |  cmp   |   oparg    |   cmparg   |
/// +-------+--------+--------+------------+------------+
/// ```
fn operate(kernel: &mut Kernel, address: u64, encoded: u32) -> SysResult<bool> {
    let signed = |bits: u32| (bits << 20) as i32 >> 20;
    let (operand, comparand) = (signed(encoded >> 12 & 0xfff), signed(encoded & 0xfff));
    let operand = if encoded >> 31 == 1 { 1i32.wrapping_shl(operand as u32) } else { operand };
    kernel.touch_user(address, key::WORD_BYTES as usize, Access::Write)?;
    let old = kernel.read_user_u32(address)? as i32;
    let new = match encoded >> 28 & 7 {
        0 => operand,
        1 => old.wrapping_add(operand),
        2 => old | operand,
        3 => old & !operand,
        4 => old ^ operand,
        _ => return Err(Errno::ENOSYS.into()),
    };
    kernel.write_user_u32(address, new as u32)?;
    match encoded >> 24 & 15 {
        0 => Ok(old == comparand),
        1 => Ok(old != comparand),
        2 => Ok(old < comparand),
        3 => Ok(old <= comparand),
        4 => Ok(old > comparand),
        5 => Ok(old >= comparand),
        _ => Err(Errno::ENOSYS.into()),
    }
}
