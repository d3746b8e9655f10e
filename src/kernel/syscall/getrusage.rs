//! getrusage(2).

use crate::abi::errno::Errno;
use crate::abi::flags::{RUSAGE_CHILDREN, RUSAGE_SELF, RUSAGE_THREAD};
use crate::abi::layout::{Rusage, Timeval};
use crate::base::ids::MmId;
use crate::base::units::PAGE_SIZE;
use crate::kernel::accounting::Counters;
use crate::kernel::core::Kernel;
use crate::kernel::stop::SysResult;

/// `getrusage(who, usage)`: counters of the process, the thread, or the children that were waited for.
///
/// # Errors
/// EFAULT; EINVAL for an unknown `who`.
pub fn sys_getrusage(kernel: &mut Kernel, [who, usage, ..]: [u64; 6]) -> SysResult {
    let pid = kernel.current_pid();
    let counters = match who as i32 {
        who if who == RUSAGE_SELF => kernel.accounting().process(pid),
        who if who == RUSAGE_CHILDREN => kernel.accounting().children(pid),
        who if who == RUSAGE_THREAD => kernel.accounting().task(kernel.current()),
        _ => return Err(Errno::EINVAL.into()),
    };
    let space = kernel.current_mm();
    kernel.write_user(usage, &rusage(kernel, counters, Some(space)).to_bytes())?;
    Ok(0)
}

/// The counters as Linux's structure.
// Linux: ru_maxrss is the highest mark of resident memory. Here: what is resident now, because no mark is kept.
pub fn rusage(kernel: &Kernel, counters: Counters, space: Option<MmId>) -> Rusage {
    let resident = space.map_or(0, |mm| kernel.state().mm(mm).rss());
    Rusage {
        utime: Timeval::from_ns(counters.utime),
        stime: Timeval::from_ns(counters.stime),
        maxrss_kib: (resident * PAGE_SIZE / 1024) as i64,
        minflt: counters.minflt as i64,
        majflt: counters.majflt as i64,
        nvcsw: counters.nvcsw as i64,
        nivcsw: counters.nivcsw as i64,
        ..Rusage::default()
    }
}
