//! Futexes whose word names its owner and which the kernel hands from one owner to the next (`kernel/futex/pi.c`).
//!
//! ```text
//!  31        30           29                      0
//! +---------+------------+------------------------+
//! | WAITERS | OWNER_DIED |     tid of the owner   |
//! +---------+------------+------------------------+
//! ```
//!
//! Nobody's priority is inherited, as tasks have none.

use crate::abi::errno::Errno;
use crate::abi::flags::{FUTEX_OWNER_DIED, FUTEX_TID_MASK, FUTEX_WAITERS};
use crate::base::ids::Tid;
use crate::kernel::core::Kernel;
use crate::kernel::mm;
use crate::kernel::stop::SysResult;
use crate::kernel::sync::futex;
use crate::trace::event::{Cause, Question};
use crate::trace::value::{FutexKey, WaitOn};

/// How a lock is taken.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Patience {
    /// Not waiting at all.
    None,
    /// Until it is free.
    Endless,
    /// Until a moment.
    Until(u64),
}

/// Takes the lock at an address, or waits until it is handed over.
///
/// # Errors
/// EDEADLK if the caller has it or would wait for itself, ESRCH if its owner does not live, EAGAIN if it may not wait,
/// ETIMEDOUT; EFAULT.
pub fn lock(kernel: &mut Kernel, key: FutexKey, address: u64, patience: Patience) -> SysResult {
    let tid = kernel.current();
    let word = kernel.read_user_u32(address)?;
    let (owner, own) = (word & FUTEX_TID_MASK, kernel.tid_vnr(tid));
    if owner == own {
        return Err(Errno::EDEADLK.into());
    }
    if owner == 0 {
        let waiters = if kernel.state().waiters.contains_key(&WaitOn::FutexPi(key)) { FUTEX_WAITERS } else { 0 };
        kernel.write_user_u32(address, own | word & FUTEX_OWNER_DIED | waiters)?;
        return Ok(0);
    }
    kernel.write_user_u32(address, word | FUTEX_WAITERS)?;
    let lives = |tid: &Tid| kernel.state().task(*tid).exit_status.is_none();
    let owner = kernel.find_vtid(owner).filter(lives).ok_or(Errno::ESRCH)?;
    let deadline = match patience {
        Patience::None => return Err(Errno::EAGAIN.into()),
        Patience::Endless => None,
        Patience::Until(at) => Some(at),
    };
    if waits_for(kernel, owner, tid) {
        return Err(Errno::EDEADLK.into());
    }
    futex::sleep(kernel, WaitOn::FutexPi(key), deadline)
}

/// Whether a task waits, for such a lock, for another one, directly or over others (`rt_mutex_adjust_prio_chain`).
fn waits_for(kernel: &Kernel, mut waiter: Tid, tid: Tid) -> bool {
    for _ in 0..kernel.state().tasks.len() {
        match owner(kernel, waiter) {
            Some((_, owner)) if owner == tid => return true,
            Some((_, owner)) => waiter = owner,
            None => return false,
        }
    }
    false
}

/// The address of the lock that a task waits for, and its owner.
#[must_use]
pub fn owner(kernel: &Kernel, waiter: Tid) -> Option<(u64, Tid)> {
    let task = kernel.state().tasks.get(&waiter)?;
    let Some(WaitOn::FutexPi(_)) = task.wait_on else { return None };
    let mut word = [0; 4];
    let address = task.call[1];
    let read = mm::remote_read(kernel.state(), task.mm?, address, &mut word);
    let number = u32::from_le_bytes(word) & FUTEX_TID_MASK;
    let ns = kernel.state().process(task.tgid).ns;
    kernel.state().meant_in(ns, number).filter(|_| read == word.len()).map(|owner| (address, owner))
}

/// Gives the lock at an address to one of those who wait for it, or to nobody.
///
/// # Errors
/// EPERM if the caller does not have it; EFAULT.
pub fn unlock(kernel: &mut Kernel, key: FutexKey, address: u64) -> SysResult {
    let tid = kernel.current();
    if kernel.read_user_u32(address)? & FUTEX_TID_MASK != kernel.tid_vnr(tid) {
        return Err(Errno::EPERM.into());
    }
    let waiters = kernel.state().waiters.get(&WaitOn::FutexPi(key)).cloned().unwrap_or_default();
    let pick = kernel.choose(Question::Wake, waiters.len() as u32);
    let next = waiters.get(pick as usize).copied();
    kernel.write_user_u32(address, next.map_or(0, |next| kernel.tid_vnr(next) | FUTEX_WAITERS))?;
    if let Some(next) = next {
        kernel.by_way_of(Cause::Futex(key), |kernel| futex::release(kernel, next));
    }
    Ok(0)
}

/// A task ends or executes another program: locks of its own that others wait for are handed on
/// (`exit_pi_state_list`).
pub fn owner_died(kernel: &mut Kernel, tid: Tid) {
    let all = WaitOn::FutexPi(*FutexKey::ALL.start())..=WaitOn::FutexPi(*FutexKey::ALL.end());
    let waited: Vec<(WaitOn, Tid)> =
        kernel.state().waiters.range(all).filter_map(|(&on, waiters)| Some((on, *waiters.first()?))).collect();
    for (on, next) in waited {
        let (WaitOn::FutexPi(key), Some((address, owner))) = (on, self::owner(kernel, next)) else { continue };
        let Some(space) = kernel.state().task(next).mm.filter(|_| owner == tid) else { continue };
        let number = kernel.state().number_in(kernel.state().process_of(next).ns, next);
        let word = number | FUTEX_WAITERS | FUTEX_OWNER_DIED;
        let _ = mm::remote_write(kernel, space, address, &word.to_le_bytes());
        kernel.by_way_of(Cause::Futex(key), |kernel| futex::release(kernel, next));
    }
}
