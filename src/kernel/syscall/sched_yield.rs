//! sched_yield(2).

use crate::kernel::core::Kernel;
use crate::kernel::stop::SysResult;

/// `sched_yield()`: goes to the end of the run queue.
pub fn sys_sched_yield(kernel: &mut Kernel, _args: [u64; 6]) -> SysResult {
    if !kernel.state().queues[kernel.cpu().index()].is_empty() {
        kernel.preempt();
    }
    Ok(0)
}
