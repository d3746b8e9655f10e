//! getpid(2), gettid(2), getppid(2), and process groups and sessions: setpgid(2), setsid(2) and their kin.
//!
//! All numbers are those of the caller's pid namespace.

use crate::abi::errno::Errno;
use crate::base::ids::{Pid, Tid};
use crate::kernel::core::Kernel;
use crate::kernel::state::Process;
use crate::kernel::stop::SysResult;
use crate::kernel::task::pid;

/// `getpid()`.
pub fn sys_getpid(kernel: &mut Kernel, _args: [u64; 6]) -> SysResult {
    Ok(u64::from(kernel.pid_vnr(kernel.current_pid())))
}

/// `gettid()`.
pub fn sys_gettid(kernel: &mut Kernel, _args: [u64; 6]) -> SysResult {
    Ok(u64::from(kernel.tid_vnr(kernel.current())))
}

/// `getppid()`: 0 for init, and for a parent in another pid namespace.
pub fn sys_getppid(kernel: &mut Kernel, _args: [u64; 6]) -> SysResult {
    Ok(u64::from(kernel.pid_vnr(kernel.state().process_of(kernel.current()).parent)))
}

/// The process that a pid argument names, 0 being the caller.
fn named(kernel: &Kernel, pid: u64) -> Result<Pid, Errno> {
    let pid = match pid as u32 {
        0 => Some(kernel.current_pid()),
        number => kernel.find_vpid(number),
    };
    pid.filter(|pid| kernel.state().processes.contains_key(pid)).ok_or(Errno::ESRCH)
}

/// `getpgrp()`.
pub fn sys_getpgrp(kernel: &mut Kernel, _args: [u64; 6]) -> SysResult {
    Ok(u64::from(kernel.pid_vnr(kernel.state().process_of(kernel.current()).group)))
}

/// `getpgid(pid)`.
///
/// # Errors
/// ESRCH.
pub fn sys_getpgid(kernel: &mut Kernel, [pid, ..]: [u64; 6]) -> SysResult {
    let pid = named(kernel, pid)?;
    Ok(u64::from(kernel.pid_vnr(kernel.state().process(pid).group)))
}

/// `getsid(pid)`.
///
/// # Errors
/// ESRCH.
pub fn sys_getsid(kernel: &mut Kernel, [pid, ..]: [u64; 6]) -> SysResult {
    let pid = named(kernel, pid)?;
    Ok(u64::from(kernel.pid_vnr(kernel.state().process(pid).session)))
}

/// `setpgid(pid, pgid)`: for the caller or a child of its session.
///
/// # Errors
/// EINVAL for a negative group, ESRCH for a process that is neither the caller nor its child, EPERM for the leader of a
/// session, another session, or a group that is not there.
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
    let group = if pgid as i32 == 0 { Some(target) } else { kernel.find_vpid(pgid as u32) };
    let group = group.ok_or(Errno::EPERM)?;
    let joins = |process: &Process| process.group == group && process.session == session;
    if session == target
        || session != state.process(caller).session
        || group != target && !state.processes.values().any(joins)
    {
        return Err(Errno::EPERM.into());
    }
    pid::set_group(kernel, target, group);
    Ok(0)
}

/// `setsid()`: makes a session and a group of the caller's own.
///
/// # Errors
/// EPERM if the caller leads a group already.
pub fn sys_setsid(kernel: &mut Kernel, _args: [u64; 6]) -> SysResult {
    let caller = kernel.current_pid();
    if kernel.state().processes.values().any(|process| process.group == caller) {
        return Err(Errno::EPERM.into());
    }
    pid::set_group(kernel, caller, caller);
    pid::set_session(kernel, caller, caller);
    Ok(u64::from(kernel.tid_vnr(Tid(caller.0))))
}
