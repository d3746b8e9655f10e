//! rt_sigreturn(2).

use crate::kernel::core::Kernel;
use crate::kernel::signal;
use crate::kernel::stop::SysResult;

/// `rt_sigreturn()`: goes on where a handler's frame says. Only a restorer calls it.
///
/// # Errors
/// None that a program sees: a bad frame is SIGSEGV.
pub fn sys_rt_sigreturn(kernel: &mut Kernel, _args: [u64; 6]) -> SysResult {
    signal::return_from_handler(kernel)
}
