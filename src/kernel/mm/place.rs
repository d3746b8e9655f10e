//! Where areas go: the layout of an address space, and the search for a gap in it.
//!
//! ```text
//! 0x7ffffffff000  end of user space; the stack grows down from here
//! 0x7ffff7fff000  mappings, each below the one before (if the stack is limited to 119 MiB or less)
//!                 ...
//! 0x400000        text, data, bss; then the heap, growing up
//! 0x10000         lowest address
//! ```
// Linux: stack, mappings and heap begin at random distances. Here: at none, because runs must repeat.

use crate::abi::errno::Errno;
use crate::base::units::PAGE_SHIFT;
use crate::kernel::state::MmState;
use crate::trace::value::{Vma, VmaFlags};

/// The first address after user space (`TASK_SIZE_MAX`); the stack ends here.
pub const USER_END: u64 = 0x7fff_ffff_f000;
/// Where the first stack begins, to grow down.
pub const STACK_TOP: u64 = USER_END;
/// The lowest address that may be mapped (`vm.mmap_min_addr`).
pub const LOWEST: u64 = 0x1_0000;
/// Pages that stay free below a stack (`stack_guard_gap`).
pub const GUARD_PAGES: u64 = 256;
/// How many areas an address space may have (`vm.max_map_count`).
pub const MAX_AREAS: usize = 65_530;

/// The same as a page number.
pub const END_PAGE: u64 = USER_END >> PAGE_SHIFT;
const LOWEST_PAGE: u64 = LOWEST >> PAGE_SHIFT;

/// Where an area is to go.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Place {
    /// Anywhere; at this address if it is free, 0 for no wish.
    Hint(u64),
    /// Anywhere between 1 GiB and 2 GiB (`MAP_32BIT`).
    Low,
    /// At this address, in place of what is there (`MAP_FIXED`).
    Fixed(u64),
    /// At this address, where nothing may be (`MAP_FIXED_NOREPLACE`).
    FixedNoReplace(u64),
}

/// Whether an area may be touched at all.
#[must_use]
pub fn is_accessible(flags: VmaFlags) -> bool {
    flags.intersects(VmaFlags::READ.union(VmaFlags::WRITE).union(VmaFlags::EXEC))
}

/// Below this address mappings are placed, for a limit of the stack in bytes (`mmap_base` in `arch/x86/mm/mmap.c`).
#[must_use]
pub fn mmap_base(stack_limit: u64) -> u64 {
    let gap = stack_limit.saturating_add(GUARD_PAGES << PAGE_SHIFT).clamp(128 << 20, USER_END / 6 * 5);
    (USER_END - gap).next_multiple_of(1 << PAGE_SHIFT)
}

/// The first page for an area of so many pages (`get_unmapped_area`).
///
/// # Errors
/// ENOMEM if there is no room or the address is too high, EINVAL if a fixed address is not on a page's start, EPERM if
/// it is below [`LOWEST`], EEXIST if something is where nothing may be replaced.
pub fn find(space: &MmState, place: Place, pages: u64, stack_limit: u64) -> Result<u64, Errno> {
    if pages > END_PAGE {
        return Err(Errno::ENOMEM);
    }
    match place {
        Place::Hint(address) => hinted(space, address, pages)
            .or_else(|| space.gaps.highest(&(LOWEST_PAGE..mmap_base(stack_limit) >> PAGE_SHIFT), pages))
            .or_else(|| space.gaps.lowest(&(END_PAGE / 3..END_PAGE), pages))
            .ok_or(Errno::ENOMEM),
        Place::Low => space.gaps.lowest(&(0x4_0000..0x8_0000), pages).ok_or(Errno::ENOMEM),
        Place::Fixed(address) => fixed(address, pages),
        Place::FixedNoReplace(address) => {
            let page = fixed(address, pages)?;
            if overlaps(space, page, pages) { Err(Errno::EEXIST) } else { Ok(page) }
        }
    }
}

fn fixed(address: u64, pages: u64) -> Result<u64, Errno> {
    if address > USER_END - (pages << PAGE_SHIFT) {
        Err(Errno::ENOMEM)
    } else if !address.is_multiple_of(1 << PAGE_SHIFT) {
        Err(Errno::EINVAL)
    } else if address < LOWEST {
        Err(Errno::EPERM)
    } else {
        Ok(address >> PAGE_SHIFT)
    }
}

/// Whether any of so many pages belongs to an area.
#[must_use]
pub fn overlaps(space: &MmState, page: u64, pages: u64) -> bool {
    space.vmas.range(..page + pages).next_back().is_some_and(|(&start, vma)| start + u64::from(vma.pages) > page)
}

/// The wished address, rounded down to a page and up to the lowest one, if the pages from there on are free.
fn hinted(space: &MmState, address: u64, pages: u64) -> Option<u64> {
    let page = (address >> PAGE_SHIFT != 0).then(|| (address >> PAGE_SHIFT).max(LOWEST_PAGE))?;
    let end = page.checked_add(pages).filter(|&end| end <= END_PAGE)?;
    let clear_above = space.vmas.range(page..).next().is_none_or(|(&start, vma)| end <= floor_of(start, vma));
    (clear_above && !overlaps(space, page, pages)).then_some(page)
}

/// Where an area begins, with the guard gap of one that grows (`vm_start_gap`).
#[must_use]
pub fn floor_of(start: u64, vma: &Vma) -> u64 {
    if vma.flags.contains(VmaFlags::GROWSDOWN) { start.saturating_sub(GUARD_PAGES) } else { start }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::ids::Ino;
    use crate::kernel::state::Gaps;

    fn space(areas: &[(u64, u32, VmaFlags)]) -> MmState {
        let vma = |pages, flags| Vma { pages, file_page: 0, ino: Ino(0), flags };
        let vmas = areas.iter().map(|&(page, pages, flags)| (page, vma(pages, flags))).collect();
        MmState { gaps: Gaps::between(&vmas), vmas, ..MmState::default() }
    }

    const RW: VmaFlags = VmaFlags::READ.union(VmaFlags::WRITE);
    const BASE: u64 = 0x7_ffff_7fff;

    #[test]
    fn mappings_go_down_from_the_base_and_fill_the_highest_gap() {
        assert_eq!(mmap_base(8 << 20), 0x7fff_f7ff_f000);
        assert_eq!(mmap_base(1 << 30), USER_END - (1 << 30) - (1 << 20));
        assert_eq!(mmap_base(u64::MAX) & 0xfff, 0);
        let free = |areas: &[_], pages| find(&space(areas), Place::Hint(0), pages, 8 << 20);
        assert_eq!(free(&[], 3), Ok(BASE - 3));
        assert_eq!(free(&[(BASE - 3, 3, RW)], 1), Ok(BASE - 4));
        assert_eq!(free(&[(BASE - 10, 4, RW), (BASE - 3, 3, RW)], 3), Ok(BASE - 6));
        assert_eq!(free(&[(BASE - 10, 4, RW), (BASE - 3, 3, RW)], 4), Ok(BASE - 14));
        assert_eq!(free(&[(BASE + 8, 4, RW | VmaFlags::GROWSDOWN)], 1), Ok(BASE + 8 - 256 - 1));
        assert_eq!(free(&[], 1 << 40), Err(Errno::ENOMEM));
    }

    #[test]
    fn hints_and_fixed_places() {
        let space = space(&[(0x400, 4, RW)]);
        let at = |place, pages| find(&space, place, pages, 8 << 20);
        assert_eq!(at(Place::Hint(0x50_0fff), 2), Ok(0x500));
        assert_eq!(at(Place::Hint(0x1000), 2), Ok(LOWEST_PAGE));
        assert_eq!(at(Place::Hint(0x3f_f000), 2), Ok(BASE - 2));
        assert_eq!(at(Place::Hint(u64::MAX), 2), Ok(BASE - 2));
        assert_eq!(at(Place::Fixed(0x40_0000), 2), Ok(0x400));
        assert_eq!(at(Place::Fixed(0x40_0001), 2), Err(Errno::EINVAL));
        assert_eq!(at(Place::Fixed(0x1000), 2), Err(Errno::EPERM));
        assert_eq!(at(Place::Fixed(USER_END - 4096), 2), Err(Errno::ENOMEM));
        assert_eq!(at(Place::FixedNoReplace(0x40_3000), 1), Err(Errno::EEXIST));
        assert_eq!(at(Place::FixedNoReplace(0x40_4000), 1), Ok(0x404));
        assert_eq!(at(Place::Low, 1), Ok(0x4_0000));
    }
}
