//! `getuid(2)`, `setuid(2)` and their kin.
//!
//! A process has one user and one group of users: `process.uid` and `process.gid`.

use crate::abi::errno::Errno;
use crate::base::ids::Pid;
use crate::kernel::core::Kernel;
use crate::kernel::stop::SysResult;

/// An id that means "as it is", and that nobody can have.
const UNCHANGED: u32 = u32::MAX;

/// One of the two ids of a process, with how to set it.
struct Id {
    value: u32,
    set: fn(&mut Kernel, Pid, u32),
}

fn uid(k: &Kernel) -> Id {
    Id { value: k.state().process(k.current_pid()).uid, set: Kernel::set_uid }
}

fn gid(k: &Kernel) -> Id {
    Id { value: k.state().process(k.current_pid()).gid, set: Kernel::set_gid }
}

/// Sets an id: root may take any, everyone else the one that it has.
fn set(k: &mut Kernel, id: Id, to: u32) -> SysResult {
    if to == UNCHANGED {
        return Err(Errno::EINVAL.into());
    }
    let pid = k.current_pid();
    if to != id.value && k.state().process(pid).uid != 0 {
        return Err(Errno::EPERM.into());
    }
    (id.set)(k, pid, to);
    Ok(0)
}

/// Sets real, effective and saved id, those that are not −1.
// Linux: the three may differ. Here: EINVAL unless they become the same, because a process has one.
fn set_all(k: &mut Kernel, id: Id, to: &[u64]) -> SysResult {
    let mut wanted = to.iter().map(|&word| word as u32).filter(|&word| word != UNCHANGED);
    let Some(first) = wanted.next() else { return Ok(0) };
    let unchanged = to.iter().any(|&word| word as u32 == UNCHANGED);
    if wanted.any(|word| word != first) || unchanged && first != id.value {
        return Err(Errno::EINVAL.into());
    }
    set(k, id, first)
}

/// Writes an id to three addresses.
fn answer_all(k: &mut Kernel, id: u32, addresses: &[u64]) -> SysResult {
    for &address in addresses {
        k.write_user_u32(address, id)?;
    }
    Ok(0)
}

/// `getuid()`, `geteuid()`.
pub fn sys_getuid(k: &mut Kernel, _args: [u64; 6]) -> SysResult {
    Ok(u64::from(uid(k).value))
}

/// `getgid()`, `getegid()`.
pub fn sys_getgid(k: &mut Kernel, _args: [u64; 6]) -> SysResult {
    Ok(u64::from(gid(k).value))
}

/// `setuid(uid)`.
///
/// # Errors
/// EINVAL for −1; EPERM for another user without root.
pub fn sys_setuid(k: &mut Kernel, [to, ..]: [u64; 6]) -> SysResult {
    let id = uid(k);
    set(k, id, to as u32)
}

/// `setgid(gid)`.
///
/// # Errors
/// EINVAL for −1; EPERM for another group without root.
pub fn sys_setgid(k: &mut Kernel, [to, ..]: [u64; 6]) -> SysResult {
    let id = gid(k);
    set(k, id, to as u32)
}

/// `setreuid(ruid, euid)`.
///
/// # Errors
/// EINVAL if the two would differ; EPERM.
pub fn sys_setreuid(k: &mut Kernel, args: [u64; 6]) -> SysResult {
    let id = uid(k);
    set_all(k, id, &args[..2])
}

/// `setregid(rgid, egid)`.
///
/// # Errors
/// EINVAL if the two would differ; EPERM.
pub fn sys_setregid(k: &mut Kernel, args: [u64; 6]) -> SysResult {
    let id = gid(k);
    set_all(k, id, &args[..2])
}

/// `setresuid(ruid, euid, suid)`.
///
/// # Errors
/// EINVAL if the three would differ; EPERM.
pub fn sys_setresuid(k: &mut Kernel, args: [u64; 6]) -> SysResult {
    let id = uid(k);
    set_all(k, id, &args[..3])
}

/// `setresgid(rgid, egid, sgid)`.
///
/// # Errors
/// EINVAL if the three would differ; EPERM.
pub fn sys_setresgid(k: &mut Kernel, args: [u64; 6]) -> SysResult {
    let id = gid(k);
    set_all(k, id, &args[..3])
}

/// `getresuid(ruid, euid, suid)`.
///
/// # Errors
/// EFAULT.
pub fn sys_getresuid(k: &mut Kernel, args: [u64; 6]) -> SysResult {
    let id = uid(k).value;
    answer_all(k, id, &args[..3])
}

/// `getresgid(rgid, egid, sgid)`.
///
/// # Errors
/// EFAULT.
pub fn sys_getresgid(k: &mut Kernel, args: [u64; 6]) -> SysResult {
    let id = gid(k).value;
    answer_all(k, id, &args[..3])
}
