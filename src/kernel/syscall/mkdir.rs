//! `mkdir(2)` and `mkdirat(2)`.

use crate::abi::errno::Errno;
use crate::abi::flags::AT_FDCWD;
use crate::kernel::core::Kernel;
use crate::kernel::stop::SysResult;
use crate::kernel::vfs::{directory, path, permission};
use crate::trace::value::InodeKind;

/// Makes a directory.
///
/// # Errors
/// As [`sys_mkdirat`].
pub fn sys_mkdir(k: &mut Kernel, args: [u64; 6]) -> SysResult {
    sys_mkdirat(k, [AT_FDCWD as u64, args[0], args[1], 0, 0, 0])
}

/// Makes a directory at a path from another one.
///
/// # Errors
/// EBADF, EEXIST, EFAULT, ENOENT, ENOTDIR, ENAMETOOLONG, ENOSPC.
pub fn sys_mkdirat(k: &mut Kernel, args: [u64; 6]) -> SysResult {
    let [dirfd, path, mode, ..] = args;
    let path = k.read_path(path)?;
    let target = path::target(k, path::start_at(k, dirfd, &path)?, &path)?;
    if target.node.is_some() {
        return Err(Errno::EEXIST.into());
    }
    let above = target.directory_to_change(k.state())?;
    permission::may_add(k, above)?;
    let umask = k.state().fs(k.current_fs()).context.umask;
    let mode = mode as u16 & 0o1777 & !umask;
    let _ = directory::create(k, above, target.name, InodeKind::Directory, mode)?;
    Ok(0)
}
