//! clone(2), fork(2), vfork(2).

use crate::abi::flags::CloneFlags;
use crate::abi::signal::Signal;
use crate::base::ids::Tid;
use crate::kernel::core::Kernel;
use crate::kernel::stop::SysResult;
use crate::kernel::task::clone::{Request, clone};
use crate::trace::value::WaitOn;

/// The bits of `flags` that hold the exit signal.
const CSIGNAL: u64 = 0xff;

/// `clone(flags, stack, parent_tid, child_tid, tls)`: makes a task; returns its id to the parent and 0 to the child.
/// Progress: the child's id while its parent waits for it in vfork.
///
/// # Errors
/// EINVAL for flags that do not go together, EAGAIN at the limit of tasks, ENOMEM, EFAULT for a stack that can not be used,
/// EPERM for thread-local storage in the kernel's half.
pub fn sys_clone(kernel: &mut Kernel, [flags, stack, parent_tid, child_tid, tls, _]: [u64; 6]) -> SysResult {
    let exit_signal = (flags & CSIGNAL) as u8;
    let flags = CloneFlags::from_bits_retain(u64::from(flags as u32) & !CSIGNAL);
    make(kernel, &Request { flags, exit_signal, stack, parent_tid, child_tid, tls })
}

/// `fork()`: clone that shares nothing.
///
/// # Errors
/// EAGAIN at the limit of tasks, ENOMEM.
pub fn sys_fork(kernel: &mut Kernel, _args: [u64; 6]) -> SysResult {
    make(kernel, &Request { exit_signal: Signal::SIGCHLD.0, ..Request::default() })
}

/// `vfork()`: clone that shares memory; the parent sleeps until the child executes another program or ends.
///
/// # Errors
/// EAGAIN at the limit of tasks, ENOMEM.
pub fn sys_vfork(kernel: &mut Kernel, _args: [u64; 6]) -> SysResult {
    let flags = CloneFlags::CLONE_VM | CloneFlags::CLONE_VFORK;
    make(kernel, &Request { flags, exit_signal: Signal::SIGCHLD.0, ..Request::default() })
}

fn make(kernel: &mut Kernel, request: &Request) -> SysResult {
    let tid = kernel.current();
    let made = Tid(kernel.state().task(tid).progress as u32);
    if made != Tid(0) {
        return Ok(u64::from(kernel.tid_vnr(made)));
    }
    let child = clone(kernel, request)?;
    if request.flags.contains(CloneFlags::CLONE_VFORK) {
        kernel.set_progress(tid, u64::from(child.0));
        return Err(kernel.sleep_on(WaitOn::Vfork(child), true));
    }
    Ok(u64::from(kernel.tid_vnr(child)))
}
