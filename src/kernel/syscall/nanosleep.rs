//! nanosleep(2).

use crate::abi::errno::Errno;
use crate::abi::layout::{TIMESPEC_BYTES, Timespec};
use crate::base::units::Ns;
use crate::kernel::core::Kernel;
use crate::kernel::syscall::SysResult;
use crate::trace::value::WaitOn;

/// `nanosleep(duration, rem)`: sleeps for at least so long. Progress: the moment at which it is over.
pub fn sys_nanosleep(kernel: &mut Kernel, [duration, ..]: [u64; 6]) -> SysResult {
    let tid = kernel.current();
    let mut deadline = kernel.state().task(tid).progress;
    if deadline == 0 {
        let mut bytes = [0; TIMESPEC_BYTES];
        kernel.read_user(duration, &mut bytes)?;
        let ns = Timespec::from_bytes(&bytes).to_ns().ok_or(Errno::EINVAL)?;
        deadline = kernel.now().0.saturating_add(ns.max(1));
        kernel.set_progress(tid, deadline);
    }
    if kernel.now().0 >= deadline {
        return Ok(0);
    }
    let stop = kernel.sleep_on(WaitOn::Time, false);
    kernel.set_timer(Ns(deadline));
    Err(stop)
}
