//! `umask(2)`.

use crate::kernel::core::Kernel;
use crate::kernel::stop::SysResult;
use crate::kernel::vfs::fs;

/// Sets which permission bits new files lack, and answers the old mask.
///
/// # Errors
/// None.
pub fn sys_umask(k: &mut Kernel, args: [u64; 6]) -> SysResult {
    let context = k.current_fs();
    let old = k.state().fs(context).context.umask;
    fs::set_umask(k, context, args[0] as u16 & 0o777);
    Ok(u64::from(old))
}
