//! Futexes: sleeping while a word has a value, and waking those who do (`kernel/futex/`).
//!
//! A waiter stands in the queue of its key. Who wakes it sets its call's progress to [`WOKEN`]: all else that makes it
//! run again, a timer or a signal, leaves it to find out for itself that its wait is not over.

use crate::abi::errno::Errno;
use crate::abi::flags::{FUTEX_BITSET_MATCH_ANY, FUTEX_WAIT_BITSET};
use crate::base::ids::{MmId, Tid};
use crate::base::units::Ns;
use crate::kernel::core::Kernel;
use crate::kernel::stop::{Stop, SysResult};
use crate::kernel::sync::{deadlock, key};
use crate::trace::event::{Cause, Change, Question};
use crate::trace::value::{FutexKey, WaitOn};

/// The progress of a call whose wait is over.
pub const WOKEN: u64 = u64::MAX;
/// The bits of an operation that are no flags (`FUTEX_CMD_MASK`).
pub const COMMAND: u64 = 0x7f;

/// Waits until the word of a key is woken, or until a moment; `value` is what the word must hold.
///
/// # Errors
/// EAGAIN if it holds something else, ETIMEDOUT; EFAULT.
pub fn wait(kernel: &mut Kernel, key: FutexKey, address: u64, value: u32, deadline: Option<u64>) -> SysResult {
    if kernel.read_user_u32(address)? != value {
        return Err(Errno::EAGAIN.into());
    }
    sleep(kernel, WaitOn::Futex(key), deadline)
}

/// Sleeps on a futex, until a moment if one is given. Progress: that moment.
///
/// # Errors
/// ETIMEDOUT if the moment is past; else the sleep.
pub fn sleep(kernel: &mut Kernel, on: WaitOn, deadline: Option<u64>) -> SysResult {
    let tid = kernel.current();
    if let Some(at) = deadline {
        kernel.set_progress(tid, at.max(1));
        if kernel.now().0 >= at {
            return Err(Errno::ETIMEDOUT.into());
        }
    }
    let stop = kernel.sleep_on(on, false);
    match deadline {
        Some(at) => kernel.set_timer(Ns(at)),
        None if stop == Stop::Sleeps => deadlock::look(kernel, tid),
        None => {}
    }
    Err(stop)
}

/// What a waiter's call says of the wakes that it wants to hear.
fn bitset(kernel: &Kernel, tid: Tid) -> u32 {
    let call = &kernel.state().task(tid).call;
    if call[2] & COMMAND == u64::from(FUTEX_WAIT_BITSET) { call[6] as u32 } else { FUTEX_BITSET_MATCH_ANY }
}

/// Wakes up to `count` waiters of a key that listen to one of the bits, the oldest first or whom the oracle picks;
/// tells how many. As on Linux the first one is woken before anybody counts.
///
/// # Errors
/// EINVAL if there are waiters to whom the futex has to be handed over.
pub fn wake(kernel: &mut Kernel, key: FutexKey, count: i32, bits: u32) -> Result<u32, Errno> {
    if kernel.state().waiters.contains_key(&WaitOn::FutexPi(key)) {
        return Err(Errno::EINVAL);
    }
    let Some(waiters) = kernel.state().waiters.get(&WaitOn::Futex(key)) else { return Ok(0) };
    let mut waiters: Vec<Tid> = waiters.iter().copied().filter(|&tid| bitset(kernel, tid) & bits != 0).collect();
    let count = waiters.len().min(count.max(1) as usize);
    kernel.by_way_of(Cause::Futex(key), |kernel| {
        for _ in 0..count {
            // Who wakes all has no choice.
            let all = waiters.len() == count;
            let pick = if all { 0 } else { kernel.choose(Question::Wake, waiters.len() as u32) };
            release(kernel, waiters.remove(pick as usize));
            if all {
                std::mem::take(&mut waiters).into_iter().for_each(|tid| release(kernel, tid));
                break;
            }
        }
    });
    Ok(count as u32)
}

/// A waiter's wait is over.
pub fn release(kernel: &mut Kernel, tid: Tid) {
    kernel.set_progress(tid, WOKEN);
    kernel.wake(tid);
}

/// Wakes waiters of a word in an address space: what the kernel itself does when a task ends.
pub fn wake_at(kernel: &mut Kernel, mm: MmId, address: u64, count: i32) {
    if address.is_multiple_of(key::WORD_BYTES) {
        let key = key::shared(kernel.state(), mm, address);
        let _ = wake(kernel, key, count, FUTEX_BITSET_MATCH_ANY);
    }
}

/// Wakes up to `count` waiters of a key and lets up to `moved` of the others wait for another key instead; tells how
/// many it dealt with.
///
/// # Errors
/// EINVAL if there are waiters to whom the futex has to be handed over.
pub fn requeue(kernel: &mut Kernel, from: FutexKey, to: FutexKey, count: i32, moved: i32) -> Result<u32, Errno> {
    let woken = if count == 0 { 0 } else { wake(kernel, from, count, FUTEX_BITSET_MATCH_ANY)? };
    let (old, new) = (WaitOn::Futex(from), WaitOn::Futex(to));
    let waiters = kernel.state().waiters.get(&old).cloned().unwrap_or_default();
    let moved = waiters.len().min(moved as usize);
    if from != to {
        kernel.by_way_of(Cause::Futex(from), |kernel| {
            for &tid in &waiters[..moved] {
                kernel.commit(Change::Waiter { on: old, place: 0, from: tid, to: Tid(0) });
                kernel.set_wait_on(tid, Some(new));
                let place = kernel.state().waiters.get(&new).map_or(0, Vec::len) as u32;
                kernel.commit(Change::Waiter { on: new, place, from: Tid(0), to: tid });
            }
        });
    }
    Ok(woken + moved as u32)
}
