//! pause(2) and rt_sigsuspend(2): sleeping until a handler has run.

use crate::abi::errno::Errno;
use crate::abi::signal::Signal;
use crate::kernel::core::Kernel;
use crate::kernel::stop::SysResult;
use crate::trace::value::{SignalSet, WaitOn};

/// `pause()`: sleeps until a handler has run.
///
/// # Errors
/// EINTR, always.
pub fn sys_pause(kernel: &mut Kernel, _args: [u64; 6]) -> SysResult {
    Err(kernel.sleep_on(WaitOn::Signal, false))
}

/// `rt_sigsuspend(mask, sigsetsize)`: the same with another mask meanwhile. The old one comes back when the handler has
/// returned: it is kept in the task, and goes into the handler's frame.
///
/// # Errors
/// EFAULT, EINVAL; else EINTR, always.
pub fn sys_rt_sigsuspend(kernel: &mut Kernel, [mask, sigsetsize, ..]: [u64; 6]) -> SysResult {
    if sigsetsize != 8 {
        return Err(Errno::EINVAL.into());
    }
    let tid = kernel.current();
    if kernel.state().task(tid).saved_mask.is_none() {
        let new = kernel.read_user_u64(mask)?;
        let old = kernel.state().task(tid).mask;
        kernel.set_saved_mask(tid, Some(old));
        kernel.set_mask(tid, SignalSet(new).without(Signal::SIGKILL).without(Signal::SIGSTOP));
    }
    Err(kernel.sleep_on(WaitOn::Signal, false))
}
