//! `mincore(2)`: tells which pages of a range are resident.

use crate::abi::errno::Errno;
use crate::base::ids::{Ino, MmId};
use crate::base::units::{PAGE_SHIFT, PAGE_SIZE};
use crate::kernel::core::Kernel;
use crate::kernel::mm::{area, place, table};
use crate::kernel::stop::SysResult;
use crate::kernel::vfs::cache;

/// `mincore(addr, length, vec)`: 0; `vec` gets a byte for each page, 1 if a touch would need no disk.
///
/// # Errors
/// EINVAL if the address is not on a page's start, ENOMEM where nothing is mapped, EFAULT if `vec` can not be written.
pub fn sys_mincore(k: &mut Kernel, args: [u64; 6]) -> SysResult {
    let [address, len, vector, ..] = args;
    if !address.is_multiple_of(PAGE_SIZE) {
        return Err(Errno::EINVAL.into());
    }
    if address > place::USER_END || len > place::USER_END - address {
        return Err(Errno::ENOMEM.into());
    }
    let mm = k.current_mm();
    let (mut page, end) = (address >> PAGE_SHIFT, (address + len).div_ceil(PAGE_SIZE));
    // A page of answers at a time, as Linux does: a range may be far larger than the memory.
    while page < end {
        let upto = end.min(page + PAGE_SIZE);
        let answers = residency(k, mm, page, upto)?;
        k.write_user(vector + (page - (address >> PAGE_SHIFT)), &answers)?;
        page = upto;
    }
    Ok(0)
}

/// A byte for each page from one to before another.
fn residency(k: &Kernel, mm: MmId, page: u64, end: u64) -> Result<Vec<u8>, Errno> {
    let mut answers = Vec::new();
    for (start, vma) in area::within(k, mm, &(page..end)) {
        let next = page + answers.len() as u64;
        if start > next {
            return Err(Errno::ENOMEM);
        }
        for page in next..end.min(start + u64::from(vma.pages)) {
            let file_page = vma.file_page + (page - start) as u32;
            let cached = vma.ino != Ino(0) && cache::present(k.state(), vma.ino, file_page).is_some();
            answers.push(u8::from(cached));
        }
    }
    if (answers.len() as u64) < end - page {
        return Err(Errno::ENOMEM);
    }
    for leaf in table::leaves(&k.state().hardware.phys, k.state().mm(mm).pgd(), page..end) {
        answers[(leaf.page - page) as usize] = 1;
    }
    Ok(answers)
}
