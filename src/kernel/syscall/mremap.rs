//! `mremap(2)`: grows, shrinks or moves a mapping.

use crate::abi::errno::Errno;
use crate::abi::flags::{MREMAP_DONTUNMAP, MREMAP_FIXED, MREMAP_MAYMOVE};
use crate::base::ids::MmId;
use crate::base::units::{PAGE_SHIFT, PAGE_SIZE, Vaddr};
use crate::kernel::core::Kernel;
use crate::kernel::mm::place::{MAX_AREAS, USER_END};
use crate::kernel::mm::remap::{self, Remap};
use crate::kernel::mm::{Place, populate};
use crate::kernel::stop::{Stop, SysResult};
use crate::trace::value::VmaFlags;

/// Areas that must be free to be made before a mapping is moved where the caller wants it.
const SPARE_AREAS: usize = 5;

/// `mremap(old_address, old_size, new_size, flags, new_address)`: where the mapping is now.
///
/// # Errors
/// EFAULT, EINVAL and ENOMEM as in the man page.
pub fn sys_mremap(k: &mut Kernel, args: [u64; 6]) -> SysResult {
    let [address, old_size, new_size, flags, new_address, _] = args;
    let request = request(k, [address, old_size, new_size, flags, new_address])?;
    let (tid, mm) = (k.current(), k.current_mm());
    // It slept while it brought pages in: the mapping is where it shall be.
    let done = k.state().task(tid).progress;
    let page = if done > 0 { done >> PAGE_SHIFT } else { remap::remap(k, mm, request)? };
    if request.new_pages > request.old_pages && bring_in(k, mm, page, request) == Err(Stop::Sleeps) {
        k.set_progress(tid, page << PAGE_SHIFT);
        return Err(Stop::Sleeps);
    }
    Ok(page << PAGE_SHIFT)
}

/// Checks the arguments in the order of `check_mremap_params`.
fn request(k: &Kernel, [address, old_size, new_size, flags, new_address]: [u64; 5]) -> Result<Remap, Errno> {
    let has = |flag: u32| flags & u64::from(flag) != 0;
    let known = MREMAP_MAYMOVE | MREMAP_FIXED | MREMAP_DONTUNMAP;
    let pages = |size: u64| size.checked_next_multiple_of(PAGE_SIZE).unwrap_or(0) >> PAGE_SHIFT;
    let (old_pages, new_pages) = (pages(old_size), pages(new_size));
    if flags & !u64::from(known) != 0 || !address.is_multiple_of(PAGE_SIZE) {
        return Err(Errno::EINVAL);
    }
    if new_pages == 0 || new_pages > USER_END >> PAGE_SHIFT {
        return Err(Errno::EINVAL);
    }
    let page = address >> PAGE_SHIFT;
    let mut request =
        Remap { page, old_pages, new_pages, to: None, may_move: has(MREMAP_MAYMOVE), keeps: has(MREMAP_DONTUNMAP) };
    if !has(MREMAP_FIXED) && !has(MREMAP_DONTUNMAP) {
        return Ok(request);
    }
    let to = new_address >> PAGE_SHIFT;
    // Not by pages: what reaches around the end of all addresses is found to be wrong later.
    let old_end = address.wrapping_add(old_pages << PAGE_SHIFT);
    let overlaps = old_end > new_address && to + new_pages > page;
    let refused = new_address > USER_END - (new_pages << PAGE_SHIFT)
        || !new_address.is_multiple_of(PAGE_SIZE)
        || !has(MREMAP_MAYMOVE)
        || has(MREMAP_DONTUNMAP) && old_pages != new_pages
        || overlaps;
    if refused {
        return Err(Errno::EINVAL);
    }
    if k.state().mm(k.current_mm()).vmas.len() >= MAX_AREAS - SPARE_AREAS {
        return Err(Errno::ENOMEM);
    }
    request.to = Some(if has(MREMAP_FIXED) { Place::Fixed(new_address) } else { Place::Hint(new_address) });
    Ok(request)
}

/// What a locked area grows by is brought in; that some of it can not be is not told, as on Linux.
fn bring_in(k: &mut Kernel, mm: MmId, page: u64, request: Remap) -> SysResult<()> {
    let area = k.state().mm(mm).vma_at(Vaddr(page << PAGE_SHIFT));
    let flags = area.map_or(VmaFlags::empty(), |(_, vma)| vma.flags);
    if !flags.contains(VmaFlags::LOCKED) || flags.contains(VmaFlags::LOCKONFAULT) {
        return Ok(());
    }
    populate::populate(k, mm, page + request.old_pages, request.new_pages - request.old_pages)
}
