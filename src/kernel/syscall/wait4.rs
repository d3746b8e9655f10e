//! wait4(2).

use crate::abi::errno::Errno;
use crate::abi::flags::WaitOptions;
use crate::base::ids::Pid;
use crate::kernel::core::Kernel;
use crate::kernel::stop::{Stop, SysResult};
use crate::kernel::syscall::getrusage::rusage;
use crate::kernel::task::exit::reap;
use crate::kernel::task::wait::{Which, find_zombie};
use crate::trace::value::WaitOn;

/// The options that wait4 takes; stopped and continued children are never found, as nothing stops.
const OPTIONS: WaitOptions = WaitOptions::WNOHANG
    .union(WaitOptions::WUNTRACED)
    .union(WaitOptions::WCONTINUED)
    .union(WaitOptions::__WNOTHREAD)
    .union(WaitOptions::__WCLONE)
    .union(WaitOptions::__WALL);

/// `wait4(pid, wstatus, options, rusage)`: waits for a child to end, and reaps it.
pub fn sys_wait4(kernel: &mut Kernel, [pid, wstatus, options, usage, ..]: [u64; 6]) -> SysResult {
    let options = WaitOptions::from_bits(options as u32).filter(|&options| OPTIONS.contains(options));
    let options = options.ok_or(Errno::EINVAL)?;
    let which = match pid as i32 {
        -1 => Which::Any,
        0 => Which::Group(kernel.state().process_of(kernel.current()).group),
        1.. => Which::Child(Pid(pid as u32)),
        i32::MIN => return Err(Errno::ESRCH.into()),
        group => Which::Group(Pid(group.unsigned_abs())),
    };
    let Some((child, status)) = find_zombie(kernel, which)? else {
        if options.contains(WaitOptions::WNOHANG) {
            return Ok(0);
        }
        let caller = kernel.current_pid();
        return Err(kernel.sleep_on(WaitOn::Child(caller), false));
    };
    // A bad pointer is EFAULT, and the child is reaped all the same.
    let told = tell(kernel, child, status, wstatus, usage);
    if told == Err(Stop::Sleeps) {
        return Err(Stop::Sleeps);
    }
    reap(kernel, child, status);
    told.map(|()| u64::from(child.0))
}

fn tell(kernel: &mut Kernel, child: Pid, status: u32, wstatus: u64, usage: u64) -> SysResult<()> {
    if usage != 0 {
        let counters = kernel.accounting().process(child);
        kernel.write_user(usage, &rusage(kernel, counters, None).to_bytes())?;
    }
    if wstatus != 0 {
        kernel.write_user(wstatus, &status.to_le_bytes())?;
    }
    Ok(())
}
