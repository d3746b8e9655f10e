//! rt_sigprocmask(2).

use crate::abi::errno::Errno;
use crate::abi::flags::{SIG_BLOCK, SIG_SETMASK, SIG_UNBLOCK};
use crate::abi::signal::Signal;
use crate::kernel::core::Kernel;
use crate::kernel::stop::SysResult;
use crate::trace::value::SignalSet;

/// `rt_sigprocmask(how, set, oldset, sigsetsize)`: sets and tells which signals the task holds back.
///
/// # Errors
/// EFAULT; EINVAL for an unknown `how` or a set of another size.
pub fn sys_rt_sigprocmask(kernel: &mut Kernel, [how, set, oldset, sigsetsize, ..]: [u64; 6]) -> SysResult {
    if sigsetsize != 8 {
        return Err(Errno::EINVAL.into());
    }
    let tid = kernel.current();
    let old = kernel.state().task(tid).mask;
    let mut new = old;
    if set != 0 {
        let set = kernel.read_user_u64(set)?;
        let mask = match how as u32 {
            how if how == SIG_BLOCK as u32 => old.0 | set,
            how if how == SIG_UNBLOCK as u32 => old.0 & !set,
            how if how == SIG_SETMASK as u32 => set,
            _ => return Err(Errno::EINVAL.into()),
        };
        new = SignalSet(mask).without(Signal::SIGKILL).without(Signal::SIGSTOP);
    }
    if oldset != 0 {
        kernel.write_user(oldset, &old.0.to_le_bytes())?;
    }
    kernel.set_mask(tid, new);
    Ok(0)
}
