//! Reaching into an address space that is not the CPU's (`access_remote_vm`): through its tables, past the TLB.

use crate::abi::errno::Errno;
use crate::base::ids::{Frame, MmId};
use crate::base::units::{PAGE_SIZE, Vaddr};
use crate::kernel::core::Kernel;
use crate::kernel::mm::place::USER_END;
use crate::kernel::mm::populate::{bring_in, leaf_of};
use crate::kernel::state::State;
use crate::kernel::stop::Stop;
use crate::machine::mmu::{self, Walk};
use crate::machine::pte::W;

/// The pieces of a range of bytes by page: address, offset in the range, and length of each.
pub fn by_page(address: u64, len: usize) -> impl Iterator<Item = (u64, usize, usize)> {
    let mut done = 0;
    std::iter::from_fn(move || {
        let at = address.wrapping_add(done as u64);
        let piece = ((PAGE_SIZE - at % PAGE_SIZE) as usize).min(len - done);
        let this = (piece > 0).then_some((at, done, piece));
        done += piece;
        this
    })
}

/// Writes bytes as the program itself could, faulting pages in; devices are waited for busily.
///
/// # Errors
/// EFAULT if a page may not be written, ENOMEM if no frame is left; what comes before is written.
pub fn remote_write(k: &mut Kernel, mm: MmId, address: u64, bytes: &[u8]) -> Result<(), Errno> {
    for (at, done, len) in by_page(address, bytes.len()) {
        let pte = leaf_of(k, mm, at);
        let frame = if pte.is_present() && pte.has(W) {
            pte.frame()
        } else {
            let busy = std::mem::replace(&mut k.busy, true);
            let brought = bring_in(k, mm, at, true);
            k.busy = busy;
            brought.map_err(|stop| match stop {
                Stop::Errno(errno) => errno,
                Stop::Sleeps | Stop::Interrupted | Stop::Gone => Errno::EFAULT,
            })?
        };
        k.with_bus(|bus| bus.store(frame, (at % PAGE_SIZE) as u16, &bytes[done..done + len]));
    }
    Ok(())
}

/// Reads bytes that are present, up to the first page that is not; changes nothing. Tells how many.
#[must_use]
pub fn remote_read(state: &State, mm: MmId, address: u64, bytes: &mut [u8]) -> usize {
    for (at, done, len) in by_page(address, bytes.len()) {
        let Some(frame) = frame_at(state, mm, at) else { return done };
        state.hardware.phys.read(frame, (at % PAGE_SIZE) as u16, &mut bytes[done..done + len]);
    }
    bytes.len()
}

fn frame_at(state: &State, mm: MmId, address: u64) -> Option<Frame> {
    if address >= USER_END {
        return None;
    }
    match mmu::walk(&state.hardware.phys, state.mm(mm).pgd(), Vaddr(address)) {
        Walk::Mapped { step, level, .. } => Some(mmu::frame_in(step.pte, level, Vaddr(address))),
        Walk::Missing { .. } => None,
    }
}
