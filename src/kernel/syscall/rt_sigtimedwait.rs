//! rt_sigtimedwait(2): takes a signal without a handler.

use crate::abi::errno::Errno;
use crate::abi::layout::{TIMESPEC_BYTES, Timespec};
use crate::abi::signal::Signal;
use crate::base::units::Ns;
use crate::kernel::core::Kernel;
use crate::kernel::signal;
use crate::kernel::stop::{Stop, SysResult};
use crate::trace::value::{SignalSet, WaitOn};

/// `rt_sigtimedwait(set, info, timeout, sigsetsize)`: waits for a signal of a set, takes it, and answers its number.
/// Progress: the moment at which the time is over. While it waits the signals are let through, so that they wake it.
///
/// # Errors
/// EAGAIN when the time is over, EINTR if another signal came, EFAULT, EINVAL.
// Linux: a stop and SIGCONT end the call with EINTR. Here: it goes on, as all other calls do, because nothing that it waits
// for has come.
pub fn sys_rt_sigtimedwait(kernel: &mut Kernel, [set, info, timeout, sigsetsize, ..]: [u64; 6]) -> SysResult {
    if sigsetsize != 8 {
        return Err(Errno::EINVAL.into());
    }
    let tid = kernel.current();
    if let Some(mask) = kernel.state().task(tid).saved_mask {
        kernel.set_mask(tid, mask);
        kernel.set_saved_mask(tid, None);
    }
    let set = SignalSet(kernel.read_user_u64(set)?).without(Signal::SIGKILL).without(Signal::SIGSTOP);
    let deadline = deadline(kernel, timeout)?;
    if let Some((target, signal)) = signal::next_of(kernel, tid, set.0) {
        if info != 0 {
            let told = signal::siginfo(kernel, signal::peek(kernel, target, signal)).to_bytes();
            kernel.write_user(info, &told)?;
        }
        let _ = signal::take(kernel, target, signal);
        return Ok(u64::from(signal.0));
    }
    if kernel.now().0 >= deadline {
        return Err(Errno::EAGAIN.into());
    }
    let mask = kernel.state().task(tid).mask;
    kernel.set_saved_mask(tid, Some(mask));
    kernel.set_mask(tid, SignalSet(mask.0 & !set.0));
    let stop = kernel.sleep_on(WaitOn::Signal, false);
    if stop == Stop::Interrupted {
        kernel.set_mask(tid, mask);
        kernel.set_saved_mask(tid, None);
        return Err(Errno::EINTR.into());
    }
    kernel.set_timer(Ns(deadline));
    Err(stop)
}

/// When the wait is over: told by the call's progress once it has slept.
fn deadline(kernel: &mut Kernel, timeout: u64) -> SysResult {
    let tid = kernel.current();
    let progress = kernel.state().task(tid).progress;
    if progress != 0 || timeout == 0 {
        return Ok(if timeout == 0 { Ns::NEVER.0 } else { progress });
    }
    let mut bytes = [0; TIMESPEC_BYTES];
    kernel.read_user(timeout, &mut bytes)?;
    let ns = Timespec::from_bytes(&bytes).to_ns().ok_or(Errno::EINVAL)?;
    let deadline = kernel.now().0.saturating_add(ns).min(Ns::NEVER.0);
    kernel.set_progress(tid, deadline);
    Ok(deadline)
}
