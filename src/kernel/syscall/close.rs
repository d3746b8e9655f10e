//! `close(2)`.

use crate::kernel::core::Kernel;
use crate::kernel::stop::SysResult;
use crate::kernel::vfs::descriptor;

/// Frees a descriptor, and the open file with its last descriptor.
///
/// # Errors
/// EBADF.
pub fn sys_close(k: &mut Kernel, args: [u64; 6]) -> SysResult {
    let files = k.current_files();
    descriptor::close(k, files, args[0] as u32)?;
    Ok(0)
}
