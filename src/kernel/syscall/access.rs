//! `access(2)`.

use crate::abi::errno::Errno;
use crate::abi::flags::{R_OK, W_OK, X_OK};
use crate::kernel::core::Kernel;
use crate::kernel::stop::SysResult;
use crate::kernel::vfs::{path, permission};

/// Tells whether the user may use a file in given ways.
///
/// # Errors
/// EACCES, EFAULT, EINVAL, ENOENT, ENOTDIR, ENAMETOOLONG.
pub fn sys_access(k: &mut Kernel, args: [u64; 6]) -> SysResult {
    let [path, mode, ..] = args;
    let mode = mode as u32;
    if mode & !(R_OK | W_OK | X_OK) != 0 {
        return Err(Errno::EINVAL.into());
    }
    let path = k.read_path(path)?;
    let node = path::target(k, path::working_directory(k), &path)?.existing(k.state())?;
    // R_OK, W_OK and X_OK are the permission bits of one class.
    permission::check(k.state(), k.current_pid(), node, mode as u16)?;
    Ok(0)
}
