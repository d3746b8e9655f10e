//! getpid(2), gettid(2), getppid(2), getuid(2), and process groups and sessions: setpgid(2), setsid(2) and their kin.

use crate::abi::errno::Errno;
use crate::base::ids::Pid;
use crate::kernel::core::Kernel;
use crate::kernel::stop::SysResult;

/// `getpid()`.
pub fn sys_getpid(kernel: &mut Kernel, _args: [u64; 6]) -> SysResult {
    Ok(u64::from(kernel.current_pid().0))
}

/// `gettid()`.
pub fn sys_gettid(kernel: &mut Kernel, _args: [u64; 6]) -> SysResult {
    Ok(u64::from(kernel.current().0))
}

/// `getppid()`: 0 for init.
pub fn sys_getppid(kernel: &mut Kernel, _args: [u64; 6]) -> SysResult {
    Ok(u64::from(kernel.state().process_of(kernel.current()).parent.0))
}

/// `getuid()`, `getgid()`: everybody is root.
pub fn sys_getuid(_kernel: &mut Kernel, _args: [u64; 6]) -> SysResult {
    Ok(0)
}

/// The process that a pid argument names, 0 being the caller.
fn named(kernel: &Kernel, pid: u64) -> Result<Pid, Errno> {
    let pid = if pid as i32 == 0 { kernel.current_pid() } else { Pid(pid as u32) };
    if kernel.state().processes.contains_key(&pid) { Ok(pid) } else { Err(Errno::ESRCH) }
}

/// `getpgrp()`.
pub fn sys_getpgrp(kernel: &mut Kernel, _args: [u64; 6]) -> SysResult {
    Ok(u64::from(kernel.state().process_of(kernel.current()).group.0))
}

/// `getpgid(pid)`.
pub fn sys_getpgid(kernel: &mut Kernel, [pid, ..]: [u64; 6]) -> SysResult {
    let pid = named(kernel, pid)?;
    Ok(u64::from(kernel.state().process(pid).group.0))
}

/// `getsid(pid)`.
pub fn sys_getsid(kernel: &mut Kernel, [pid, ..]: [u64; 6]) -> SysResult {
    let pid = named(kernel, pid)?;
    Ok(u64::from(kernel.state().process(pid).session.0))
}

/// `setpgid(pid, pgid)`: for the caller or a child of its session.
pub fn sys_setpgid(kernel: &mut Kernel, [pid, pgid, ..]: [u64; 6]) -> SysResult {
    if (pgid as i32) < 0 {
        return Err(Errno::EINVAL.into());
    }
    let caller = kernel.current_pid();
    let target = named(kernel, pid)?;
    let state = kernel.state();
    if target != caller && state.process(target).parent != caller {
        return Err(Errno::ESRCH.into());
    }
    let session = state.process(target).session;
    let group = if pgid as i32 == 0 { target } else { Pid(pgid as u32) };
    let joins = |process: &crate::kernel::state::Process| process.group == group && process.session == session;
    if session == target
        || session != state.process(caller).session
        || group != target && !state.processes.values().any(joins)
    {
        return Err(Errno::EPERM.into());
    }
    kernel.set_group(target, group);
    Ok(0)
}

/// `setsid()`: makes a session and a group of the caller's own.
pub fn sys_setsid(kernel: &mut Kernel, _args: [u64; 6]) -> SysResult {
    let caller = kernel.current_pid();
    if kernel.state().processes.values().any(|process| process.group == caller) {
        return Err(Errno::EPERM.into());
    }
    kernel.set_group(caller, caller);
    kernel.set_session(caller, caller);
    Ok(u64::from(caller.0))
}
