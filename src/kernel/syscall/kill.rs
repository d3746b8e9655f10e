//! kill(2), tkill(2), tgkill(2), rt_sigqueueinfo(2), rt_tgsigqueueinfo(2).

use crate::abi::errno::Errno;
use crate::abi::flags::{SI_TKILL, SI_USER};
use crate::abi::signal::Signal;
use crate::base::ids::Pid;
use crate::kernel::core::Kernel;
use crate::kernel::signal::{self, SigInfo};
use crate::kernel::stop::SysResult;

/// The signal of an argument word: `None` for 0, which only asks whether it could be sent.
fn signal_of(word: u64) -> Result<Option<Signal>, Errno> {
    if word as u32 == 0 {
        return Ok(None);
    }
    Signal::from_word(word).map(Some).ok_or(Errno::EINVAL)
}

/// Whether the caller may send a signal to a process: root may, a user to his own, and anybody SIGCONT in the session.
fn may_signal(kernel: &Kernel, target: Pid, signal: Option<Signal>) -> bool {
    let state = kernel.state();
    let (caller, target) = (state.process(kernel.current_pid()), state.process(target));
    let continues = signal == Some(Signal::SIGCONT) && caller.session == target.session;
    caller.uid == 0 || caller.uid == target.uid || continues
}

/// `kill(pid, sig)`: to a process, to a group (0 the own, -n that of n), or to everyone but init and the caller (-1).
///
/// # Errors
/// EINVAL for what is no signal, ESRCH if nobody is meant, EPERM if the caller may send to none of them.
pub fn sys_kill(kernel: &mut Kernel, [pid, sig, ..]: [u64; 6]) -> SysResult {
    let pid = pid as i32;
    let caller = kernel.current_pid();
    let own_group = kernel.state().process(caller).group;
    let named = kernel.find_vpid(pid.unsigned_abs());
    let is_target = |&candidate: &Pid| match pid {
        -1 => kernel.pid_vnr(candidate) > 1 && candidate != caller,
        0 => kernel.state().process(candidate).group == own_group,
        1.. => Some(candidate) == named,
        i32::MIN..0 => Some(kernel.state().process(candidate).group) == named,
    };
    let targets: Vec<Pid> = kernel.pids().into_iter().filter(is_target).collect();
    if targets.is_empty() {
        return Err(Errno::ESRCH.into());
    }
    let signal = signal_of(sig)?;
    let mut allowed = targets;
    allowed.retain(|&target| may_signal(kernel, target, signal));
    // To everyone (-1), Linux does not tell that nobody may be sent to.
    if allowed.is_empty() && pid != -1 {
        return Err(Errno::EPERM.into());
    }
    if let Some(signal) = signal {
        let info = SigInfo::current(kernel, SI_USER);
        for target in allowed {
            signal::send_to_process(kernel, target, signal, info);
        }
    }
    Ok(0)
}

/// `tkill(tid, sig)`: to one task.
///
/// # Errors
/// EINVAL, ESRCH, EPERM.
pub fn sys_tkill(kernel: &mut Kernel, [tid, sig, ..]: [u64; 6]) -> SysResult {
    let info = SigInfo::current(kernel, SI_TKILL);
    to_task(kernel, None, tid as i32, sig, info)
}

/// `tgkill(tgid, tid, sig)`: to one task of a process.
///
/// # Errors
/// EINVAL, ESRCH, EPERM.
pub fn sys_tgkill(kernel: &mut Kernel, [tgid, tid, sig, ..]: [u64; 6]) -> SysResult {
    if tgid as i32 <= 0 {
        return Err(Errno::EINVAL.into());
    }
    let info = SigInfo::current(kernel, SI_TKILL);
    let tgid = kernel.find_vpid(tgid as u32).ok_or(Errno::ESRCH)?;
    to_task(kernel, Some(tgid), tid as i32, sig, info)
}

fn to_task(kernel: &mut Kernel, tgid: Option<Pid>, tid: i32, sig: u64, info: SigInfo) -> SysResult {
    if tid <= 0 {
        return Err(Errno::EINVAL.into());
    }
    let tid = kernel.find_vtid(tid as u32).ok_or(Errno::ESRCH)?;
    let task = kernel.state().tasks.get(&tid);
    let process = task.map(|task| task.tgid).filter(|&process| tgid.is_none_or(|tgid| tgid == process));
    let process = process.ok_or(Errno::ESRCH)?;
    let signal = signal_of(sig)?;
    if !may_signal(kernel, process, signal) {
        return Err(Errno::EPERM.into());
    }
    if let Some(signal) = signal {
        signal::send_to_task(kernel, tid, signal, info)?;
    }
    Ok(0)
}

/// What the caller tells with a signal: `si_code` and `si_value` of its siginfo_t.
fn told(kernel: &mut Kernel, address: u64) -> SysResult<SigInfo> {
    const SI_CODE: u64 = 8;
    const SI_VALUE: u64 = 24;
    let code = kernel.read_user_u32(address.wrapping_add(SI_CODE))? as i32;
    let value = kernel.read_user_u64(address.wrapping_add(SI_VALUE))?;
    // Linux: a process may tell itself anything, and si_pid is what it says. Here: si_code is cut to 16 bits and si_pid is
    // always the sender, because that is what a queued signal keeps.
    let code = i32::from(code as i16);
    let info = SigInfo::current(kernel, code);
    Ok(if code < 0 && code != SI_TKILL { SigInfo { value, ..info } } else { info })
}

/// Whether the caller may pretend this code to others: not that the kernel or kill(2) had sent it.
fn may_tell(kernel: &Kernel, target: Pid, info: SigInfo) -> bool {
    (info.code < 0 && info.code != SI_TKILL) || target == kernel.current_pid()
}

/// `rt_sigqueueinfo(tgid, sig, info)`: to a process, with a value.
///
/// # Errors
/// EAGAIN if too many wait, EFAULT, EINVAL, ESRCH; EPERM for a code that only the kernel uses.
pub fn sys_rt_sigqueueinfo(kernel: &mut Kernel, [tgid, sig, info, ..]: [u64; 6]) -> SysResult {
    let info = told(kernel, info)?;
    let target = kernel.find_vpid(tgid as u32).ok_or(Errno::ESRCH)?;
    if !may_tell(kernel, target, info) {
        return Err(Errno::EPERM.into());
    }
    let signal = signal_of(sig)?;
    if !kernel.state().processes.contains_key(&target) {
        return Err(Errno::ESRCH.into());
    }
    if !may_signal(kernel, target, signal) {
        return Err(Errno::EPERM.into());
    }
    if let Some(signal) = signal {
        signal::queue_to_process(kernel, target, signal, info)?;
    }
    Ok(0)
}

/// `rt_tgsigqueueinfo(tgid, tid, sig, info)`: to one task of a process, with a value.
///
/// # Errors
/// As [`sys_rt_sigqueueinfo`].
pub fn sys_rt_tgsigqueueinfo(kernel: &mut Kernel, [tgid, tid, sig, info, ..]: [u64; 6]) -> SysResult {
    if tgid as i32 <= 0 {
        return Err(Errno::EINVAL.into());
    }
    let info = told(kernel, info)?;
    let target = kernel.find_vpid(tgid as u32).ok_or(Errno::ESRCH)?;
    if !may_tell(kernel, target, info) {
        return Err(Errno::EPERM.into());
    }
    to_task(kernel, Some(target), tid as i32, sig, info)
}
