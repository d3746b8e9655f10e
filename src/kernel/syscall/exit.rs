//! exit(2), exit_group(2).

use crate::abi::wait::ExitStatus;
use crate::kernel::core::Kernel;
use crate::kernel::stop::{Stop, SysResult};
use crate::kernel::task::exit;

fn status(code: u64) -> u32 {
    ExitStatus::Exited(code as u8).to_raw()
}

/// `_exit(status)` of one thread.
pub fn sys_exit(kernel: &mut Kernel, [code, ..]: [u64; 6]) -> SysResult {
    let tid = kernel.current();
    exit::exit(kernel, tid, status(code));
    Err(Stop::Gone)
}

/// `exit_group(status)`: ends all threads of the process.
pub fn sys_exit_group(kernel: &mut Kernel, [code, ..]: [u64; 6]) -> SysResult {
    let pid = kernel.current_pid();
    exit::exit_group(kernel, pid, status(code));
    Err(Stop::Gone)
}
