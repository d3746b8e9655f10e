//! alarm(2), setitimer(2), getitimer(2).

use crate::abi::errno::Errno;
use crate::abi::flags::ITIMER_REAL;
use crate::abi::layout::{ITIMERVAL_BYTES, Itimerval, Timeval};
use crate::kernel::core::Kernel;
use crate::kernel::signal;
use crate::kernel::stop::SysResult;

const NS_PER_SEC: u64 = 1_000_000_000;

/// `alarm(seconds)`: has SIGALRM sent after so many seconds, 0 for not; answers the seconds that were left of an earlier
/// alarm, rounded, but at least 1.
///
/// # Errors
/// None.
pub fn sys_alarm(kernel: &mut Kernel, [seconds, ..]: [u64; 6]) -> SysResult {
    let pid = kernel.current_pid();
    let (left, _) = signal::remaining(kernel, pid);
    // As Linux cuts it (`alarm_setitimer`).
    let seconds = u64::from(seconds as u32).min(i32::MAX as u64);
    signal::set_timer(kernel, pid, seconds * NS_PER_SEC, 0);
    let whole = left / NS_PER_SEC;
    let rest = left % NS_PER_SEC / 1000 * 1000;
    let up = rest >= NS_PER_SEC / 2 || whole == 0 && left > 0;
    Ok(whole + u64::from(up))
}

/// The timers that count a process's CPU time are not modelled.
// Linux: ITIMER_VIRTUAL and ITIMER_PROF send SIGVTALRM and SIGPROF. Here: they are EINVAL, because nothing looks at a
// process's CPU time while it runs.
fn check(which: u64) -> Result<(), Errno> {
    if which as i32 == ITIMER_REAL { Ok(()) } else { Err(Errno::EINVAL) }
}

fn timer(kernel: &Kernel) -> Itimerval {
    let (left, interval) = signal::remaining(kernel, kernel.current_pid());
    Itimerval { interval: Timeval::from_ns(interval), value: Timeval::from_ns(left) }
}

/// `getitimer(which, curr_value)`.
///
/// # Errors
/// EFAULT, EINVAL.
pub fn sys_getitimer(kernel: &mut Kernel, [which, value, ..]: [u64; 6]) -> SysResult {
    check(which)?;
    let now = timer(kernel).to_bytes();
    kernel.write_user(value, &now)?;
    Ok(0)
}

/// `setitimer(which, new_value, old_value)`: a null `new_value` takes the timer away, as on Linux.
///
/// # Errors
/// EFAULT, EINVAL.
pub fn sys_setitimer(kernel: &mut Kernel, [which, new, old, ..]: [u64; 6]) -> SysResult {
    let mut bytes = [0; ITIMERVAL_BYTES];
    if new != 0 {
        kernel.read_user(new, &mut bytes)?;
    }
    let new = Itimerval::from_bytes(&bytes);
    check(which)?;
    let after = new.value.to_ns().ok_or(Errno::EINVAL)?;
    let interval = new.interval.to_ns().ok_or(Errno::EINVAL)?;
    if old != 0 {
        let now = timer(kernel).to_bytes();
        kernel.write_user(old, &now)?;
    }
    let pid = kernel.current_pid();
    signal::set_timer(kernel, pid, after, if after == 0 { 0 } else { interval });
    Ok(0)
}
