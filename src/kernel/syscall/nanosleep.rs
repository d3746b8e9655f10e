//! nanosleep(2).

use crate::abi::errno::Errno;
use crate::abi::layout::{TIMESPEC_BYTES, Timespec};
use crate::base::units::Ns;
use crate::kernel::core::Kernel;
use crate::kernel::stop::SysResult;
use crate::trace::value::WaitOn;

/// The end of time: longer sleeps end here (`KTIME_MAX`).
const NEVER: u64 = i64::MAX as u64;

/// `nanosleep(duration, rem)`: sleeps for at least so long. Progress: the moment at which it is over.
pub fn sys_nanosleep(kernel: &mut Kernel, [duration, ..]: [u64; 6]) -> SysResult {
    let tid = kernel.current();
    let mut deadline = kernel.state().task(tid).progress;
    if deadline == 0 {
        let mut bytes = [0; TIMESPEC_BYTES];
        kernel.read_user(duration, &mut bytes)?;
        let ns = Timespec::from_bytes(&bytes).to_ns().ok_or(Errno::EINVAL)?;
        deadline = kernel.now().0.saturating_add(ns.max(1)).min(NEVER);
        kernel.set_progress(tid, deadline);
    }
    if kernel.now().0 >= deadline {
        return Ok(0);
    }
    let stop = kernel.sleep_on(WaitOn::Time, false);
    // Linux: a timer at KTIME_MAX is armed, and would ring in 292 years. Here: there is none, because the clock of an
    // idle machine goes to the next timer at once, and must never go beyond what it can count.
    if deadline < NEVER {
        kernel.set_timer(Ns(deadline));
    }
    Err(stop)
}
