//! `madvise(2)`: tells the kernel how a range will be used.

use std::ops::Range;

use crate::abi::errno::Errno;
use crate::abi::flags::{
    MADV_COLD, MADV_DODUMP, MADV_DOFORK, MADV_DONTDUMP, MADV_DONTFORK, MADV_DONTNEED, MADV_DONTNEED_LOCKED, MADV_FREE,
    MADV_HUGEPAGE, MADV_KEEPONFORK, MADV_NOHUGEPAGE, MADV_NORMAL, MADV_PAGEOUT, MADV_POPULATE_READ,
    MADV_POPULATE_WRITE, MADV_RANDOM, MADV_REMOVE, MADV_SEQUENTIAL, MADV_WILLNEED, MADV_WIPEONFORK,
};
use crate::base::ids::{Ino, MmId};
use crate::base::units::{PAGE_SHIFT, PAGE_SIZE};
use crate::kernel::core::Kernel;
use crate::kernel::mm::advise::{self, Part};
use crate::kernel::mm::reclaim;
use crate::kernel::stop::{Stop, SysResult};
use crate::kernel::vfs::path::Node;
use crate::kernel::vfs::permission;
use crate::trace::value::{Vma, VmaFlags};

/// Advice that is acted upon at once; the rest is what an area remembers.
// Linux: there is advice about equal pages, poisoned pages and guard pages, too. Here: it is EINVAL, as on a kernel
// built without these, because no such pages are modelled.
const ACTS: [i32; 9] = [
    MADV_WILLNEED,
    MADV_DONTNEED,
    MADV_DONTNEED_LOCKED,
    MADV_FREE,
    MADV_REMOVE,
    MADV_COLD,
    MADV_PAGEOUT,
    MADV_POPULATE_READ,
    MADV_POPULATE_WRITE,
];

/// `madvise(addr, length, advice)`: 0. Pages that no area holds are passed over, and told of in the end.
///
/// # Errors
/// EINVAL for unknown advice, a bad range, or advice that the area does not allow; ENOMEM where nothing is mapped; EACCES,
/// EAGAIN and EFAULT as in the man page.
pub fn sys_madvise(k: &mut Kernel, args: [u64; 6]) -> SysResult {
    let [address, len, advice, ..] = args;
    let advice = advice as i32;
    let known = ACTS.contains(&advice) || remembered(VmaFlags::empty(), advice).is_some();
    if !known || !address.is_multiple_of(PAGE_SIZE) {
        return Err(Errno::EINVAL.into());
    }
    let length = len.checked_next_multiple_of(PAGE_SIZE).ok_or(Errno::EINVAL)?;
    let end = address.checked_add(length).ok_or(Errno::EINVAL)?;
    let (mm, pages) = (k.current_mm(), address >> PAGE_SHIFT..end >> PAGE_SHIFT);
    if advice == MADV_POPULATE_READ || advice == MADV_POPULATE_WRITE {
        advise::populate(k, mm, &pages, advice == MADV_POPULATE_WRITE)?;
        return Ok(0);
    }
    walk(k, mm, &pages, advice)
}

/// Advises each area in a range; the task's progress tells how many pages are done.
fn walk(k: &mut Kernel, mm: MmId, pages: &Range<u64>, advice: i32) -> SysResult {
    let tid = k.current();
    let done = pages.start + k.state().task(tid).progress;
    let parts = advise::parts(k, mm, pages);
    for part in parts.iter().filter(|part| part.pages.end > done) {
        match act(k, mm, part, advice) {
            Err(Stop::Sleeps) => {
                k.set_progress(tid, part.pages.start - pages.start);
                return Err(Stop::Sleeps);
            }
            other => other?,
        }
    }
    if advise::covers(&parts, pages) { Ok(0) } else { Err(Errno::ENOMEM.into()) }
}

fn act(k: &mut Kernel, mm: MmId, part: &Part, advice: i32) -> SysResult<()> {
    let flags = part.vma.flags;
    let refused_if_locked = [MADV_DONTNEED, MADV_FREE, MADV_REMOVE, MADV_COLD, MADV_PAGEOUT].contains(&advice);
    if refused_if_locked && flags.contains(VmaFlags::LOCKED) {
        return Err(Errno::EINVAL.into());
    }
    match advice {
        MADV_WILLNEED => advise::will_need(k, mm, part),
        MADV_DONTNEED | MADV_DONTNEED_LOCKED => advise::dont_need(k, mm, &part.pages),
        MADV_FREE if part.vma.ino != Ino(0) => return Err(Errno::EINVAL.into()),
        MADV_FREE => advise::free(k, mm, &part.pages),
        MADV_REMOVE => advise::remove(k, part)?,
        MADV_COLD => reclaim::deactivate(k, mm, part.pages.clone()),
        MADV_PAGEOUT => page_out(k, mm, part),
        // Each child gets pages of its own, filled with zeros: of shared ones there are none.
        MADV_WIPEONFORK if part.vma.ino != Ino(0) => return Err(Errno::EINVAL.into()),
        _ => {
            let flags = remembered(flags, advice).ok_or(Errno::EINVAL)?;
            advise::set_flags(k, mm, part, flags)?;
        }
    }
    Ok(())
}

/// The flags of an area that was given advice which it remembers; none for other advice.
fn remembered(flags: VmaFlags, advice: i32) -> Option<VmaFlags> {
    let (clear, set) = match advice {
        MADV_NORMAL => (VmaFlags::RAND_READ | VmaFlags::SEQ_READ, VmaFlags::empty()),
        MADV_RANDOM => (VmaFlags::SEQ_READ, VmaFlags::RAND_READ),
        MADV_SEQUENTIAL => (VmaFlags::RAND_READ, VmaFlags::SEQ_READ),
        MADV_DONTFORK => (VmaFlags::empty(), VmaFlags::DONTCOPY),
        MADV_DOFORK => (VmaFlags::DONTCOPY, VmaFlags::empty()),
        MADV_WIPEONFORK => (VmaFlags::empty(), VmaFlags::WIPEONFORK),
        MADV_KEEPONFORK => (VmaFlags::WIPEONFORK, VmaFlags::empty()),
        MADV_DONTDUMP => (VmaFlags::empty(), VmaFlags::DONTDUMP),
        MADV_DODUMP => (VmaFlags::DONTDUMP, VmaFlags::empty()),
        MADV_HUGEPAGE => (VmaFlags::NOHUGEPAGE, VmaFlags::HUGEPAGE),
        MADV_NOHUGEPAGE => (VmaFlags::HUGEPAGE, VmaFlags::NOHUGEPAGE),
        _ => return None,
    };
    Some(flags.difference(clear).union(set))
}

/// Evicts the pages of a part; of a file that the caller may not write only those that are his own
/// (`can_do_file_pageout`), so that nobody learns by the time it takes what others read.
fn page_out(k: &mut Kernel, mm: MmId, part: &Part) {
    let Vma { ino, flags, .. } = part.vma;
    let pid = k.current_pid();
    let may = ino == Ino(0)
        || permission::user(k.state(), pid).uid == k.state().inode(ino).owner.uid
        || permission::check(k.state(), pid, Node::Inode(ino), permission::WRITE).is_ok();
    if may || !flags.contains(VmaFlags::SHARED) {
        reclaim::page_out(k, mm, part.pages.clone(), !may);
    }
}
