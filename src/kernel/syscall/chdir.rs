//! `chdir(2)`.

use crate::abi::errno::Errno;
use crate::kernel::core::Kernel;
use crate::kernel::stop::SysResult;
use crate::kernel::vfs::{fs, path, permission};

/// Changes the working directory.
///
/// # Errors
/// EFAULT, ENOENT, ENOTDIR, ENAMETOOLONG.
pub fn sys_chdir(k: &mut Kernel, args: [u64; 6]) -> SysResult {
    let path = k.read_path(args[0])?;
    let node = path::target(k, path::working_directory(k), &path)?.existing(k.state())?;
    if !path::is_directory(k.state(), node) {
        return Err(Errno::ENOTDIR.into());
    }
    permission::check(k.state(), k.current_pid(), node, permission::EXECUTE)?;
    let ino = path::materialize(k, node)?;
    let context = k.current_fs();
    fs::set_working_directory(k, context, ino);
    Ok(0)
}
