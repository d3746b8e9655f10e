//! waitid(2).

use crate::abi::errno::Errno;
use crate::abi::flags::{P_ALL, P_PGID, P_PID, WaitOptions};
use crate::abi::layout::{Siginfo, SiginfoFields};
use crate::kernel::core::Kernel;
use crate::kernel::signal::child_siginfo;
use crate::kernel::stop::{Stop, SysResult};
use crate::kernel::task::wait::{Which, find, told};
use crate::trace::value::WaitOn;

/// `waitid(idtype, id, infop, options, rusage)`: waits for a child to end (WEXITED), stop (WSTOPPED) or go on (WCONTINUED);
/// WNOWAIT leaves it to be waited for again.
///
/// # Errors
/// ECHILD, EFAULT, EINVAL.
pub fn sys_waitid(kernel: &mut Kernel, [idtype, id, infop, options, ..]: [u64; 6]) -> SysResult {
    let options = WaitOptions::from_bits(options as u32).ok_or(Errno::EINVAL)?;
    if !options.intersects(WaitOptions::WEXITED | WaitOptions::WSTOPPED | WaitOptions::WCONTINUED) {
        return Err(Errno::EINVAL.into());
    }
    let which = match (idtype as i32, id as i32) {
        (P_ALL, _) => Which::Any,
        (P_PID, id @ 1..) => Which::Child(kernel.find_vpid(id as u32).unwrap_or_default()),
        (P_PGID, 0) => Which::Group(kernel.state().process_of(kernel.current()).group),
        (P_PGID, id @ 1..) => Which::Group(kernel.find_vpid(id as u32).unwrap_or_default()),
        _ => return Err(Errno::EINVAL.into()),
    };
    let Some(news) = find(kernel, which, options)? else {
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
    let info = child_siginfo(kernel, news.child, news.status).to_bytes();
    let stored = if infop == 0 { Ok(()) } else { kernel.write_user(infop, &info) };
    if let Err(stop @ (Stop::Sleeps | Stop::Interrupted | Stop::Gone)) = stored {
        return Err(stop);
    }
    if !options.contains(WaitOptions::WNOWAIT) {
        told(kernel, news);
    }
    stored.map(|()| 0)
}
