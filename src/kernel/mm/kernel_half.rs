//! The kernel's half: what the upper half of every address space maps.
//!
//! ```text
//! pgd[273]  0xffff888000000000  all of physical memory, in pages of 1 GiB (the direct map)
//! pgd[511]  0xffffffff81000000  the kernel's text, a page of 2 MiB
//! ```
//!
//! `Documentation/arch/x86/x86_64/mm.rst` has the whole map. The tables below the top ones exist once; a new top table
//! gets the two entries that name them (`pgd_ctor` in `arch/x86/mm/pgtable.c`). All of it has U clear: user code that
//! touches it finds pages that are present and not for it.

use std::ops::Range;

use crate::base::ids::{Frame, MmId};
use crate::base::units::{PAGE_SHIFT, PAGE_SIZE};
use crate::kernel::boot::KERNEL_FRAME;
use crate::kernel::core::Kernel;
use crate::kernel::mm::table::{self, span};
use crate::machine::mmu::{Step, first_page, index_at};
use crate::machine::phys::Phys;
use crate::machine::pte::{A, D, G, NX, P, PS, Pte, U, W};
use crate::trace::event::Change;
use crate::trace::value::FrameKind;

/// Where the direct map of physical memory begins (`page_offset_base` without KASLR).
pub const DIRECT_MAP: u64 = 0xffff_8880_0000_0000;
/// Where the kernel's text begins (`_text`).
pub const KERNEL_TEXT: u64 = 0xffff_ffff_8100_0000;

/// The upper half of a top table.
const UPPER: Range<u64> = 256..512;
/// The entries in use there.
const TOP_ENTRIES: [u16; 2] = [index_at(4, DIRECT_MAP), index_at(4, KERNEL_TEXT)];
/// An entry that names a table of the kernel (`_KERNPG_TABLE`).
const TABLE: u64 = P | W | A | D;
/// Memory that the kernel reads and writes (`PAGE_KERNEL_LARGE`).
const MEMORY: u64 = P | W | A | D | PS | G | NX;
/// Text of the kernel (`PAGE_KERNEL_LARGE_EXEC`, read-only since `mark_rodata_ro`).
const TEXT: u64 = P | A | D | PS | G;

/// Fills the kernel's own top table in, and makes the three tables below it; none if a frame lacks.
// Linux: maps the edges of memory by smaller pages, and its text is where it was loaded, 16 MiB behind the beginning.
// Here: the last page of 1 GiB may reach beyond the end, and the text is the first 2 MiB, because the kernel's code is
// not in simulated memory and nobody can reach the pages.
pub fn build(k: &mut Kernel) -> Option<()> {
    let direct = k.take_frame(FrameKind::Kernel, 0, 3)?;
    let high = k.take_frame(FrameKind::Kernel, 0, 3)?;
    let text = k.take_frame(FrameKind::Kernel, 0, 2)?;
    set(k, (KERNEL_FRAME, 4), DIRECT_MAP, direct, TABLE);
    set(k, (KERNEL_FRAME, 4), KERNEL_TEXT, high, TABLE);
    let gigabytes = u64::from(k.config.ram_frames).div_ceil(span(3));
    for page in (0..gigabytes).map(|gigabyte| gigabyte * span(3)) {
        set(k, (direct, 3), DIRECT_MAP + page * PAGE_SIZE, Frame(page as u32), MEMORY);
    }
    set(k, (high, 3), KERNEL_TEXT, text, TABLE);
    set(k, (text, 2), KERNEL_TEXT, Frame(0), TEXT);
    Some(())
}

fn set(k: &mut Kernel, (table, level): (Frame, u8), address: u64, frame: Frame, flags: u64) {
    let (index, page) = (index_at(level, address), first_page(level, address));
    let to = u64::from(frame.0) << PAGE_SHIFT | flags;
    k.commit(Change::Pte { table, index, level, mm: MmId::INIT, page, from: 0, to });
}

/// Gives a fresh top table the kernel's entries.
// Linux: on a processor that suffers from Meltdown, user mode has a top table of its own, in which nearly all of the upper
// half is missing (page table isolation). Here: there is one table, as on a processor that does not, because none leaks.
pub(super) fn copy_to(k: &mut Kernel, mm: MmId, pgd: Frame) {
    for index in TOP_ENTRIES {
        let to = read(k, KERNEL_FRAME, index);
        set_top(k, mm, Step { table: pgd, index, pte: Pte::NONE }, to);
    }
}

/// Takes the kernel's entries out of a top table that is about to be freed.
pub(super) fn remove_from(k: &mut Kernel, mm: MmId, pgd: Frame) {
    for index in TOP_ENTRIES {
        let pte = read(k, pgd, index);
        set_top(k, mm, Step { table: pgd, index, pte }, Pte::NONE);
    }
}

fn read(k: &Kernel, table: Frame, index: u16) -> Pte {
    let step = Step { table, index, pte: Pte::NONE };
    Pte(k.state().hardware.phys.read_u64(step.address()))
}

fn set_top(k: &mut Kernel, mm: MmId, Step { table, index, pte }: Step, to: Pte) {
    if pte != to {
        let page = u64::from(index) * span(4);
        k.commit(Change::Pte { table, index, level: 4, mm, page, from: pte.0, to: to.0 });
    }
}

/// Whether the upper half of a top table is that of the kernel's own, and user code can not come through any of it.
#[must_use]
pub fn is_whole(phys: &Phys, pgd: Frame) -> bool {
    let upper = table::entries(phys, pgd, UPPER);
    upper == table::entries(phys, KERNEL_FRAME, UPPER) && upper.iter().all(|pte| !pte.has(U))
}
