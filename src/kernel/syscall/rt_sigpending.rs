//! rt_sigpending(2).

use crate::abi::errno::Errno;
use crate::kernel::core::Kernel;
use crate::kernel::signal::pending;
use crate::kernel::stop::SysResult;
use crate::trace::value::SignalTarget;

/// `rt_sigpending(set, sigsetsize)`: tells which signals wait for the task or its process because it holds them back.
///
/// # Errors
/// EFAULT; EINVAL if a set is larger than the kernel's.
pub fn sys_rt_sigpending(kernel: &mut Kernel, [set, sigsetsize, ..]: [u64; 6]) -> SysResult {
    if sigsetsize > 8 {
        return Err(Errno::EINVAL.into());
    }
    let (tid, pid) = (kernel.current(), kernel.current_pid());
    let all = pending(kernel, SignalTarget::Task(tid)).0 | pending(kernel, SignalTarget::Process(pid)).0;
    let held = all & kernel.state().task(tid).mask.0;
    kernel.write_user(set, &held.to_le_bytes()[..sigsetsize as usize])?;
    Ok(0)
}
