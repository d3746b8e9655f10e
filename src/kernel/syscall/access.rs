//! `access(2)`.

use crate::abi::errno::Errno;
use crate::abi::flags::{R_OK, W_OK, X_OK};
use crate::kernel::core::Kernel;
use crate::kernel::stop::SysResult;
use crate::kernel::vfs::{inode, path};

/// Tells whether the user, who is root, may use a file in given ways: all but execute what nobody may execute.
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
    let executable = path::is_directory(k.state(), node) || inode::stat(k.state(), node).mode & 0o111 != 0;
    if mode & X_OK != 0 && !executable {
        return Err(Errno::EACCES.into());
    }
    Ok(0)
}
