//! What names a futex: the place of its word in the memory that its waiters share (`get_futex_key`).

use crate::abi::errno::Errno;
use crate::base::ids::{Ino, MmId};
use crate::base::units::{PAGE_SHIFT, PAGE_SIZE, Vaddr};
use crate::kernel::core::Kernel;
use crate::kernel::mm::place::USER_END;
use crate::kernel::state::State;
use crate::kernel::stop::{Stop, SysResult};
use crate::machine::mmu::Access;
use crate::trace::value::{FutexKey, VmaFlags};

/// Bytes of a futex word.
pub const WORD_BYTES: u64 = 4;

/// The key of a word of the current task. One that only its process uses is not touched.
///
/// # Errors
/// EINVAL if the address is no multiple of 4, EFAULT if there is no memory. Sleeps while the page comes from the disk.
// Linux: a waiter with FUTEX_PRIVATE_FLAG and a waker without it miss each other, though they mean the same private
// memory. Here: they meet, because the flag only says how the key is found.
pub fn of(kernel: &mut Kernel, address: u64, private: bool) -> SysResult<FutexKey> {
    if !address.is_multiple_of(WORD_BYTES) {
        return Err(Errno::EINVAL.into());
    }
    if address >= USER_END {
        return Err(Errno::EFAULT.into());
    }
    let mm = kernel.current_mm();
    if private {
        return Ok(FutexKey::private(mm, address));
    }
    match kernel.touch_user(address, WORD_BYTES as usize, Access::Write) {
        Err(Stop::Errno(_)) => kernel.touch_user(address, WORD_BYTES as usize, Access::Read)?,
        touched => touched?,
    }
    Ok(shared(kernel.state(), mm, address))
}

/// The key of a word that others may share: by the file if the area is shared, else by the address space.
#[must_use]
pub fn shared(state: &State, mm: MmId, address: u64) -> FutexKey {
    match state.mm(mm).vma_at(Vaddr(address)) {
        Some((start, vma)) if vma.flags.contains(VmaFlags::SHARED) && vma.ino != Ino(0) => {
            let page = u64::from(vma.file_page) + (address >> PAGE_SHIFT) - start;
            FutexKey::shared(vma.ino, page * PAGE_SIZE + address % PAGE_SIZE)
        }
        Some(_) | None => FutexKey::private(mm, address),
    }
}
