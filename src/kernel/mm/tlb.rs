//! Keeping the TLBs from allowing more than the tables do: what the kernel drops, and on which CPUs.
//!
//! A kernel that is set to forget this (`machine { tlb_flush = forget }`) leaves stale entries, which serve until they are
//! pushed out. What lies in a frame that such an entry names is nobody's own any more; so that a script can spoil no
//! more than that, a frame that a TLB names is not taken for a table, and each frame is cleared when it is taken.

use crate::base::ids::{CpuId, Frame, MmId};
use crate::kernel::core::Kernel;
use crate::machine::tlb;
use crate::trace::event::Change;
use crate::trace::value::TlbEntry;

/// The tag of an address space in the TLB, 1 to 4095; 0 is the kernel's own.
// Linux: a CPU keeps the last six address spaces apart and hands out PCIDs anew. Here: the id decides, because then
// the tag of a process stays the same in the whole trace.
#[must_use]
pub const fn pcid_of(mm: MmId) -> u16 {
    (mm.0 % 4095) as u16 + 1
}

/// Drops the translation of a page from all TLBs.
// Linux: who changes a page table sends an interrupt to the CPUs that run the address space. Here: all drop the entry
// at once, because the kernel acts on one CPU at a time.
pub fn flush_page(k: &mut Kernel, mm: MmId, page: u64) {
    if !k.config.flushes_tlb {
        return;
    }
    let pcid = pcid_of(mm);
    for cpu in cpus(k) {
        if let Some(from) = k.state().hardware.cpu(cpu).tlb.lookup(page, pcid) {
            k.forget_pointers();
            let index = tlb::index_of(page, pcid);
            k.commit(Change::Tlb { cpu, index, from, to: TlbEntry::default() });
        }
    }
}

/// Drops all translations of an address space from all TLBs. A kernel that forgets does this nevertheless: after a fork
/// without it, parent and child would share their stacks and no program would come far.
pub fn flush_space(k: &mut Kernel, mm: MmId) {
    let pcid = pcid_of(mm);
    for cpu in cpus(k) {
        let held: Vec<(u16, TlbEntry)> = k.state().hardware.cpu(cpu).tlb.of(pcid).collect();
        k.forget_pointers();
        for (index, from) in held {
            k.commit(Change::Tlb { cpu, index, from, to: TlbEntry::default() });
        }
    }
}

/// All CPUs.
pub(super) fn cpus(k: &Kernel) -> impl Iterator<Item = CpuId> + use<> {
    (0..k.state().hardware.cpus.len() as u8).map(CpuId)
}

/// Whether a TLB holds a translation to a frame, of whatever address space.
pub fn is_named(k: &Kernel, frame: Frame) -> bool {
    k.state().hardware.cpus.iter().any(|cpu| cpu.tlb.valid().any(|(_, entry)| entry.frame == frame))
}
