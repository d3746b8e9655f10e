//! waitid(2).

use crate::abi::errno::Errno;
use crate::abi::flags::{P_ALL, P_PGID, P_PID, WaitOptions};
use crate::abi::layout::{Siginfo, SiginfoFields};
use crate::abi::signal::Signal;
use crate::abi::wait::ExitStatus;
use crate::base::ids::Pid;
use crate::kernel::core::Kernel;
use crate::kernel::signal::SigInfo;
use crate::kernel::stop::{Stop, SysResult};
use crate::kernel::task::exit::reap;
use crate::kernel::task::wait::{Which, find_zombie};
use crate::trace::value::WaitOn;

/// `waitid(idtype, id, infop, options, rusage)`: waits for a child to end; WNOWAIT leaves it a zombie.
pub fn sys_waitid(kernel: &mut Kernel, [idtype, id, infop, options, ..]: [u64; 6]) -> SysResult {
    let options = WaitOptions::from_bits(options as u32).ok_or(Errno::EINVAL)?;
    if !options.intersects(WaitOptions::WEXITED | WaitOptions::WSTOPPED | WaitOptions::WCONTINUED) {
        return Err(Errno::EINVAL.into());
    }
    let which = match (idtype as i32, id as i32) {
        (P_ALL, _) => Which::Any,
        (P_PID, id @ 1..) => Which::Child(Pid(id as u32)),
        (P_PGID, 0) => Which::Group(kernel.state().process_of(kernel.current()).group),
        (P_PGID, id @ 1..) => Which::Group(Pid(id as u32)),
        _ => return Err(Errno::EINVAL.into()),
    };
    let found = find_zombie(kernel, which)?.filter(|_| options.contains(WaitOptions::WEXITED));
    let Some((child, status)) = found else {
        if options.contains(WaitOptions::WNOHANG) {
            if infop != 0 {
                let none = Siginfo { signal: None, code: 0, fields: SiginfoFields::None };
                kernel.write_user(infop, &none.to_bytes())?;
            }
            return Ok(0);
        }
        let caller = kernel.current_pid();
        return Err(kernel.sleep_on(WaitOn::Child(caller), false));
    };
    let told = if infop == 0 { Ok(()) } else { kernel.write_user(infop, &siginfo(kernel, child, status).to_bytes()) };
    if told == Err(Stop::Sleeps) {
        return Err(Stop::Sleeps);
    }
    if !options.contains(WaitOptions::WNOWAIT) {
        reap(kernel, child, status);
    }
    told.map(|()| 0)
}

fn siginfo(kernel: &Kernel, child: Pid, status: u32) -> Siginfo {
    const NS_PER_TICK: u64 = 10_000_000;
    let counters = kernel.accounting().process(child);
    let code = match ExitStatus::from_raw(status) {
        Some(ExitStatus::Exited(code)) => i32::from(code),
        Some(ExitStatus::Signaled { signal, .. } | ExitStatus::Stopped(signal)) => i32::from(signal.0),
        Some(ExitStatus::Continued) | None => 0,
    };
    Siginfo {
        signal: Some(Signal::SIGCHLD),
        code: SigInfo::child(child, status).code,
        fields: SiginfoFields::Child {
            pid: child.0 as i32,
            uid: 0,
            status: code,
            utime: (counters.utime / NS_PER_TICK) as i64,
            stime: (counters.stime / NS_PER_TICK) as i64,
        },
    }
}
