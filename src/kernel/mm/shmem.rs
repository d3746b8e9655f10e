//! Shared anonymous memory: an inode without a name, whose pages live in the page cache only (`mm/shmem.c`).

use crate::base::ids::{Frame, Ino};
use crate::base::units::PAGE_SIZE;
use crate::kernel::core::Kernel;
use crate::trace::event::Change;
use crate::trace::value::{Inode, InodeKind};

/// Makes an inode for a shared area without a file; the area that is mapped next holds it.
pub fn create(k: &mut Kernel, pages: u64) -> Ino {
    let ino = Ino(k.state().inodes.lowest_free(1));
    let inode = Inode { kind: InodeKind::Memory, mode: 0o777 };
    k.commit(Change::Inode { ino, from: None, to: Some(inode) });
    k.commit(Change::Size { ino, from: 0, to: pages * PAGE_SIZE });
    ino
}

/// Frees a regular file that nothing holds and that has no name, with its pages.
pub fn free_if_unused(k: &mut Kernel, ino: Ino) {
    let Some(file) = k.state().inodes.get(ino.0) else { return };
    let regular = match file.inode.kind {
        InodeKind::Memory | InodeKind::Disk => true,
        InodeKind::Directory
        | InodeKind::Console
        | InodeKind::Null
        | InodeKind::Zero
        | InodeKind::Pipe(_)
        | InodeKind::Proc(_) => false,
    };
    if !regular || file.links > 0 || file.holders > 0 || !file.reading.is_empty() {
        return;
    }
    let (inode, size) = (file.inode, file.size);
    let cache: Vec<(u32, Frame)> = file.cache.iter().map(|(&page, &frame)| (page, frame)).collect();
    for (page, frame) in cache {
        k.commit(Change::CachePage { ino, page, from: Some(frame), to: None });
        k.free_frame(frame);
    }
    if size > 0 {
        k.commit(Change::Size { ino, from: size, to: 0 });
    }
    k.commit(Change::Inode { ino, from: Some(inode), to: None });
}
