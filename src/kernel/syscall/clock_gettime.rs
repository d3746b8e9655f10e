//! clock_gettime(2).

use crate::abi::errno::Errno;
use crate::abi::flags::{CLOCK_MONOTONIC, CLOCK_PROCESS_CPUTIME_ID, CLOCK_REALTIME, CLOCK_THREAD_CPUTIME_ID};
use crate::abi::layout::Timespec;
use crate::kernel::core::Kernel;
use crate::kernel::stop::SysResult;

/// `clock_gettime(clockid, tp)`: the time of a clock.
// Linux: CLOCK_REALTIME counts from 1970, and the call is served in user mode by the vDSO. Here: every clock begins at
// power-on, because a run must not depend on the day; and the call enters the kernel, because user code has no other
// way to the time.
///
/// # Errors
/// EFAULT; EINVAL for an unknown clock.
pub fn sys_clock_gettime(kernel: &mut Kernel, [clock, tp, ..]: [u64; 6]) -> SysResult {
    let counters = |kernel: &Kernel| (kernel.accounting().task(kernel.current()), kernel.current_pid());
    let ns = match clock as i32 {
        CLOCK_REALTIME | CLOCK_MONOTONIC => kernel.now().0,
        CLOCK_THREAD_CPUTIME_ID => {
            let own = counters(kernel).0;
            own.utime + own.stime
        }
        CLOCK_PROCESS_CPUTIME_ID => {
            let all = kernel.accounting().process(counters(kernel).1);
            all.utime + all.stime
        }
        _ => return Err(Errno::EINVAL.into()),
    };
    kernel.write_user(tp, &Timespec::from_ns(ns).to_bytes())?;
    Ok(0)
}
