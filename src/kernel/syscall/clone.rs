//! clone(2), fork(2).

use crate::abi::flags::CloneFlags;
use crate::abi::signal::Signal;
use crate::kernel::core::Kernel;
use crate::kernel::stop::SysResult;
use crate::kernel::task::clone::clone;

/// `clone(flags, stack, parent_tid, child_tid, tls)`: makes a task; returns its id to the parent and 0 to the child.
pub fn sys_clone(kernel: &mut Kernel, [flags, _stack, parent_tid, ..]: [u64; 6]) -> SysResult {
    let flags = CloneFlags::from_bits_retain(flags);
    let child = clone(kernel, flags)?;
    if flags.contains(CloneFlags::CLONE_PARENT_SETTID) {
        // As on Linux: a bad pointer is not reported, the child exists already.
        let _ = kernel.write_user(parent_tid, &child.0.to_le_bytes());
    }
    Ok(u64::from(child.0))
}

/// `fork()`: clone that shares nothing.
pub fn sys_fork(kernel: &mut Kernel, _args: [u64; 6]) -> SysResult {
    let child = clone(kernel, CloneFlags::from_bits_retain(u64::from(Signal::SIGCHLD.0)))?;
    Ok(u64::from(child.0))
}
