//! execve(2).

use crate::abi::errno::Errno;
use crate::kernel::core::Kernel;
use crate::kernel::stop::{Stop, SysResult};
use crate::kernel::task::exec::{self, Program};

/// `execve(pathname, argv, envp)`: replaces the program; returns only if it fails.
///
/// # Errors
/// E2BIG, EACCES, EFAULT, ELOOP, ENAMETOOLONG, ENOENT, ENOEXEC, ENOMEM, ENOTDIR, ETXTBSY.
pub fn sys_execve(kernel: &mut Kernel, [pathname, argv, envp, ..]: [u64; 6]) -> SysResult {
    let path = kernel.read_user_string(pathname, 4096)?.ok_or(Stop::Errno(Errno::ENAMETOOLONG))?;
    let argv = exec::read_strings(kernel, argv)?;
    let envp = exec::read_strings(kernel, envp)?;
    let tid = kernel.current();
    exec::exec(kernel, tid, &Program { path, argv, envp })?;
    Ok(0)
}
