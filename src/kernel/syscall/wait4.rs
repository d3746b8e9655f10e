//! wait4(2).

use crate::abi::errno::Errno;
use crate::abi::flags::WaitOptions;
use crate::kernel::core::Kernel;
use crate::kernel::stop::{Stop, SysResult};
use crate::kernel::syscall::getrusage::rusage;
use crate::kernel::task::wait::{News, Which, find, told};
use crate::trace::value::WaitOn;

/// The options that wait4 takes.
const OPTIONS: WaitOptions = WaitOptions::WNOHANG
    .union(WaitOptions::WUNTRACED)
    .union(WaitOptions::WCONTINUED)
    .union(WaitOptions::__WNOTHREAD)
    .union(WaitOptions::__WCLONE)
    .union(WaitOptions::__WALL);

/// `wait4(pid, wstatus, options, rusage)`: waits for a child to end, and reaps it; or to stop (WUNTRACED) or go on
/// (WCONTINUED).
///
/// # Errors
/// ECHILD, EFAULT, EINVAL, ESRCH.
pub fn sys_wait4(kernel: &mut Kernel, [pid, wstatus, options, usage, ..]: [u64; 6]) -> SysResult {
    let options = WaitOptions::from_bits(options as u32).filter(|&options| OPTIONS.contains(options));
    let options = options.ok_or(Errno::EINVAL)?;
    let which = match pid as i32 {
        -1 => Which::Any,
        0 => Which::Group(kernel.state().process_of(kernel.current()).group),
        // Pid 0 is nobody's child.
        1.. => Which::Child(kernel.find_vpid(pid as u32).unwrap_or_default()),
        i32::MIN => return Err(Errno::ESRCH.into()),
        group => Which::Group(kernel.find_vpid(group.unsigned_abs()).unwrap_or_default()),
    };
    let Some(news) = find(kernel, which, options | WaitOptions::WEXITED)? else {
        if options.contains(WaitOptions::WNOHANG) {
            return Ok(0);
        }
        let caller = kernel.current_pid();
        return Err(kernel.sleep_on(WaitOn::Child(caller), false));
    };
    // A bad pointer is EFAULT, and the child is reaped all the same.
    let stored = store(kernel, news, wstatus, usage);
    if let Err(stop @ (Stop::Sleeps | Stop::Interrupted | Stop::Gone)) = stored {
        return Err(stop);
    }
    let number = kernel.pid_vnr(news.child);
    told(kernel, news);
    stored.map(|()| u64::from(number))
}

fn store(kernel: &mut Kernel, News { child, status }: News, wstatus: u64, usage: u64) -> SysResult<()> {
    if usage != 0 {
        let counters = kernel.accounting().process(child);
        kernel.write_user(usage, &rusage(kernel, counters, None).to_bytes())?;
    }
    if wstatus != 0 {
        kernel.write_user(wstatus, &status.to_le_bytes())?;
    }
    Ok(())
}
