//! Shared anonymous memory: an inode without a name, whose pages live in the page cache only (`mm/shmem.c`).

use crate::abi::errno::Errno;
use crate::base::ids::{Ino, MmId};
use crate::base::units::PAGE_SIZE;
use crate::kernel::core::Kernel;
use crate::kernel::mm::overcommit;
use crate::kernel::vfs::inode;
use crate::trace::event::Change;
use crate::trace::value::{InodeKind, VmaFlags};

/// Makes an inode for a shared area without a file; the area that is mapped next holds it, and when the last area that
/// does goes, it goes too. Its memory is promised as a whole, or, without a reserve, page by page (`shmem_acct_size`).
///
/// # Errors
/// ENOMEM if there are too many inodes, or no more memory is promised.
pub fn create(k: &mut Kernel, mm: MmId, pages: u32, flags: VmaFlags) -> Result<Ino, Errno> {
    let reserves = !flags.contains(VmaFlags::NORESERVE);
    if reserves {
        overcommit::promise(k, Some(mm), u64::from(pages))?;
    }
    let ino = inode::create(k, InodeKind::Memory, 0o777).map_err(|_| Errno::ENOMEM)?;
    k.commit(Change::Size { ino, from: 0, to: u64::from(pages) * PAGE_SIZE });
    if reserves {
        k.commit(Change::Reserved { ino, from: 0, to: pages });
    }
    Ok(ino)
}
