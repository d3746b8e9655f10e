//! kill(2), tkill(2), tgkill(2).

use crate::abi::errno::Errno;
use crate::abi::flags::SI_TKILL;
use crate::abi::signal::Signal;
use crate::base::ids::{Pid, Tid};
use crate::kernel::core::Kernel;
use crate::kernel::signal::{self, SigInfo};
use crate::kernel::stop::SysResult;
use crate::kernel::task::exit::INIT;

/// The signal of an argument word: `None` for 0, which only asks whether it could be sent.
fn signal_of(word: u64) -> Result<Option<Signal>, Errno> {
    if word as u32 == 0 {
        return Ok(None);
    }
    Signal::from_word(word).map(Some).ok_or(Errno::EINVAL)
}

/// `kill(pid, sig)`: to a process, to a group (0 the own, -n that of n), or to everyone but init and the caller (-1).
pub fn sys_kill(kernel: &mut Kernel, [pid, sig, ..]: [u64; 6]) -> SysResult {
    let (pid, signal) = (pid as i32, signal_of(sig)?);
    let caller = kernel.current_pid();
    let own_group = kernel.state().process(caller).group;
    let is_target = |&candidate: &Pid| match pid {
        -1 => candidate != INIT && candidate != caller,
        0 => kernel.state().process(candidate).group == own_group,
        1.. => candidate.0 == pid as u32,
        i32::MIN..0 => kernel.state().process(candidate).group.0 == pid.unsigned_abs(),
    };
    let targets: Vec<Pid> = kernel.pids().into_iter().filter(is_target).collect();
    if targets.is_empty() {
        return Err(Errno::ESRCH.into());
    }
    if let Some(signal) = signal {
        for target in targets {
            signal::send_to_process(kernel, target, signal, SigInfo::user(caller));
        }
    }
    Ok(0)
}

/// `tkill(tid, sig)`: to one task.
pub fn sys_tkill(kernel: &mut Kernel, [tid, sig, ..]: [u64; 6]) -> SysResult {
    to_task(kernel, None, tid as i32, sig)
}

/// `tgkill(tgid, tid, sig)`: to one task of a process.
pub fn sys_tgkill(kernel: &mut Kernel, [tgid, tid, sig, ..]: [u64; 6]) -> SysResult {
    if tgid as i32 <= 0 {
        return Err(Errno::EINVAL.into());
    }
    to_task(kernel, Some(Pid(tgid as u32)), tid as i32, sig)
}

fn to_task(kernel: &mut Kernel, tgid: Option<Pid>, tid: i32, sig: u64) -> SysResult {
    let signal = signal_of(sig)?;
    if tid <= 0 {
        return Err(Errno::EINVAL.into());
    }
    let tid = Tid(tid as u32);
    let found = kernel.state().tasks.get(&tid).is_some_and(|task| tgid.is_none_or(|tgid| tgid == task.tgid));
    if !found {
        return Err(Errno::ESRCH.into());
    }
    if let Some(signal) = signal {
        let info = SigInfo { code: SI_TKILL, ..SigInfo::user(kernel.current_pid()) };
        signal::send_to_task(kernel, tid, signal, info);
    }
    Ok(0)
}
