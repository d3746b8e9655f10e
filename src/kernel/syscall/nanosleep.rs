//! nanosleep(2), clock_nanosleep(2).

use crate::abi::errno::Errno;
use crate::abi::flags::{CLOCK_MONOTONIC, CLOCK_REALTIME, TIMER_ABSTIME};
use crate::abi::layout::{TIMESPEC_BYTES, Timespec};
use crate::base::units::Ns;
use crate::kernel::core::Kernel;
use crate::kernel::stop::{Stop, SysResult};
use crate::trace::value::WaitOn;

/// `nanosleep(duration, rem)`: sleeps for at least so long. Progress: the moment at which it is over.
///
/// # Errors
/// EFAULT, EINVAL; EINTR if a handler ran, with what was left in `rem`.
pub fn sys_nanosleep(kernel: &mut Kernel, [duration, rem, ..]: [u64; 6]) -> SysResult {
    sleep(kernel, duration, rem, false)
}

/// `clock_nanosleep(clockid, flags, request, remain)`: the same, or until a moment (TIMER_ABSTIME). All clocks are one.
///
/// # Errors
/// As [`sys_nanosleep`].
pub fn sys_clock_nanosleep(kernel: &mut Kernel, [clock, flags, request, remain, ..]: [u64; 6]) -> SysResult {
    if !matches!(clock as i32, CLOCK_REALTIME | CLOCK_MONOTONIC) {
        return Err(Errno::EINVAL.into());
    }
    sleep(kernel, request, remain, flags as u32 & TIMER_ABSTIME != 0)
}

fn sleep(kernel: &mut Kernel, request: u64, remain: u64, absolute: bool) -> SysResult {
    let tid = kernel.current();
    let mut deadline = kernel.state().task(tid).progress;
    if deadline == 0 {
        let mut bytes = [0; TIMESPEC_BYTES];
        kernel.read_user(request, &mut bytes)?;
        let ns = Timespec::from_bytes(&bytes).to_ns().ok_or(Errno::EINVAL)?.max(1);
        deadline = if absolute { ns } else { kernel.now().0.saturating_add(ns) }.min(Ns::NEVER.0);
        kernel.set_progress(tid, deadline);
    }
    if kernel.now().0 >= deadline {
        return Ok(0);
    }
    let stop = kernel.sleep_on(WaitOn::Time, false);
    if stop == Stop::Interrupted && remain != 0 && !absolute {
        let left = Timespec::from_ns(deadline - kernel.now().0).to_bytes();
        kernel.write_user(remain, &left)?;
    }
    kernel.set_timer(Ns(deadline));
    Err(stop)
}
