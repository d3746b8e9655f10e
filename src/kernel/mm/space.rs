//! Address spaces: made, released, and put on a CPU.

use crate::abi::errno::Errno;
use crate::base::ids::{Frame, Ino, MmId};
use crate::kernel::core::Kernel;
use crate::kernel::mm::{area, huge, kernel_half, mlock, table, tlb};
use crate::machine::clock;
use crate::trace::event::Change;
use crate::trace::value::{Allocation, Cr3, FrameKind, MM_FIELDS, MmField};

impl Kernel {
    /// Sets a number of an address space.
    pub fn set_mm_field(&mut self, mm: MmId, field: MmField, to: u64) {
        let from = self.state().mm(mm).field(field);
        if from != to {
            self.commit(Change::MmField { mm, field, from, to });
        }
    }
}

/// Makes an address space with nothing but a top table, whose upper half is the kernel's.
///
/// # Errors
/// ENOMEM if no frame is left.
pub fn create(k: &mut Kernel) -> Result<MmId, Errno> {
    k.may_allocate(Allocation::Mm)?;
    let mm = MmId(k.state().mms.lowest_free(0));
    k.commit(Change::Mm { mm, from: false, to: true });
    let Some(pgd) = k.take_frame_busily(FrameKind::Table, mm.0, 4) else {
        k.commit(Change::Mm { mm, from: true, to: false });
        return Err(Errno::ENOMEM);
    };
    k.set_mm_field(mm, MmField::Pgd, u64::from(pgd.0));
    kernel_half::copy_to(k, mm, pgd);
    Ok(mm)
}

/// Copies the numbers of an address space, but not its top table, and not what is to be locked.
pub(super) fn copy_fields(k: &mut Kernel, from: MmId, to: MmId) {
    for field in MM_FIELDS.into_iter().filter(|&field| field != MmField::Pgd) {
        k.set_mm_field(to, field, k.state().mm(from).field(field));
    }
    let inherited = mlock::default_flags(k, from).difference(mlock::LOCK);
    k.set_mm_field(to, MmField::DefFlags, u64::from(inherited.bits()));
}

/// Takes an address space down that no task uses: its mappings, frames, tables and areas (`exit_mmap`).
pub fn release(k: &mut Kernel, mm: MmId) {
    leave_cpus(k, mm);
    tlb::flush_space(k, mm);
    let pgd = k.state().mm(mm).pgd();
    for leaf in huge::within(k.state(), mm, &table::ALL_PAGES) {
        huge::clear(k, mm, leaf);
    }
    for leaf in table::leaves(&k.state().hardware.phys, pgd, table::ALL_PAGES) {
        table::clear_leaf(k, mm, leaf);
    }
    table::prune(k, mm, table::ALL_PAGES, table::ALL_PAGES);
    let mut files: Vec<Ino> = Vec::new();
    while let Some((&page, &vma)) = k.state().mm(mm).vmas.first_key_value() {
        k.commit(Change::Vma { mm, page, vma, from: true, to: false });
        files.push(vma.ino);
    }
    area::let_go(k, files);
    kernel_half::remove_from(k, mm, pgd);
    k.free_frame(pgd);
    for field in MM_FIELDS {
        k.set_mm_field(mm, field, 0);
    }
    k.commit(Change::Mm { mm, from: true, to: false });
}

/// CPUs that still hold an address space, because they are idle since, take the kernel's own.
fn leave_cpus(k: &mut Kernel, mm: MmId) {
    let table = k.state().mm(mm).pgd();
    for cpu in tlb::cpus(k) {
        let from = k.state().hardware.cpu(cpu).cr3;
        if from.table == table {
            k.forget_pointers();
            k.commit(Change::Cr3 { cpu, from, to: Cr3::default() });
        }
    }
}

/// Puts an address space on the CPU at work, or the kernel's own, which maps no user page.
pub fn switch_to(k: &mut Kernel, space: Option<MmId>) {
    let cpu = k.cpu();
    let from = k.state().hardware.cpu(cpu).cr3;
    let to = space
        .map_or(Cr3 { table: Frame(0), pcid: 0 }, |mm| Cr3 { table: k.state().mm(mm).pgd(), pcid: tlb::pcid_of(mm) });
    if from != to {
        k.charge(clock::ADDRESS_SPACE_SWITCH);
        k.forget_pointers();
        k.commit(Change::Cr3 { cpu, from, to });
    }
}
