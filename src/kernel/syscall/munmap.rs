//! `munmap(2)`: removes the mappings of a range.

use crate::abi::errno::Errno;
use crate::base::units::{PAGE_SHIFT, PAGE_SIZE, Vaddr};
use crate::kernel::core::Kernel;
use crate::kernel::mm::{self, place};
use crate::kernel::stop::SysResult;

/// `munmap(addr, length)`: 0; where nothing is mapped nothing happens.
///
/// # Errors
/// EINVAL if the address is not on a page's start, the length is 0, or the range leaves user space; ENOMEM if a split
/// would make too many areas.
pub fn sys_munmap(k: &mut Kernel, args: [u64; 6]) -> SysResult {
    let [address, len, ..] = args;
    if !address.is_multiple_of(PAGE_SIZE) || address > place::USER_END || len > place::USER_END - address || len == 0 {
        return Err(Errno::EINVAL.into());
    }
    let mm = k.current_mm();
    let (page, pages) = (address >> PAGE_SHIFT, len.div_ceil(PAGE_SIZE));
    let splits = k
        .state()
        .mm(mm)
        .vma_at(Vaddr(address))
        .is_some_and(|(start, vma)| start < page && start + u64::from(vma.pages) > page + pages);
    if splits && k.state().mm(mm).vmas.len() >= place::MAX_AREAS {
        return Err(Errno::ENOMEM.into());
    }
    mm::unmap(k, mm, page, pages);
    Ok(0)
}
