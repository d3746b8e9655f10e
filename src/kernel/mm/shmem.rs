//! Shared anonymous memory: an inode without a name, whose pages live in the page cache only (`mm/shmem.c`).

use crate::abi::errno::Errno;
use crate::base::ids::Ino;
use crate::base::units::PAGE_SIZE;
use crate::kernel::core::Kernel;
use crate::kernel::vfs::inode;
use crate::trace::event::Change;
use crate::trace::value::InodeKind;

/// Makes an inode for a shared area without a file; the area that is mapped next holds it, and when the last area that
/// does goes, it goes too.
///
/// # Errors
/// ENOMEM if there are too many inodes.
pub fn create(k: &mut Kernel, pages: u32) -> Result<Ino, Errno> {
    let ino = inode::create(k, InodeKind::Memory, 0o777).map_err(|_| Errno::ENOMEM)?;
    k.commit(Change::Size { ino, from: 0, to: u64::from(pages) * PAGE_SIZE });
    Ok(ino)
}
