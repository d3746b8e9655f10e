//! `/proc/PID/maps`: a line for each area (`show_map_vma` in `fs/proc/task_mmu.c`).

use crate::base::ids::{Ino, Tid};
use crate::base::units::PAGE_SIZE;
use crate::kernel::state::{MmState, State};
use crate::kernel::vfs::inode::{self, SHMEM_DEVICE};
use crate::kernel::vfs::path::path_of;
use crate::trace::value::{MmField, Vma, VmaFlags};

/// The column in which a name stands, counted from 0.
const NAME_COLUMN: usize = 73;

/// The content of the file; empty for a process that has ended.
pub fn maps(state: &State, tid: Tid) -> String {
    let Some(mm) = state.task(tid).mm else { return String::new() };
    let mm = state.mm(mm);
    mm.vmas.iter().map(|(&page, vma)| line(state, mm, page, vma)).collect()
}

/// The line of an area.
pub(super) fn line(state: &State, mm: &MmState, page: u64, vma: &Vma) -> String {
    let start = page * PAGE_SIZE;
    let end = start + u64::from(vma.pages) * PAGE_SIZE;
    let rights = rights(vma);
    let (offset, device) = match vma.ino {
        Ino(0) => (0, 0),
        _ if vma.flags.contains(VmaFlags::ANON_SHARED) => (vma.file_page, SHMEM_DEVICE),
        ino => (vma.file_page, inode::device(state.inode(ino).inode.kind)),
    };
    let offset = u64::from(offset) * PAGE_SIZE;
    let (major, minor) = (device >> 8, device & 0xff);
    let line = format!("{start:08x}-{end:08x} {rights} {offset:08x} {major:02x}:{minor:02x} {} ", vma.ino);
    match name(state, mm, start, end, vma) {
        Some(name) => named(&line, &name),
        None => format!("{line}\n"),
    }
}

/// What may be done with an area, and whether it is private: `rw-p`.
#[must_use]
pub fn rights(vma: &Vma) -> String {
    let may = |flag, letter| if vma.flags.contains(flag) { letter } else { '-' };
    let rights = [
        may(VmaFlags::READ, 'r'),
        may(VmaFlags::WRITE, 'w'),
        may(VmaFlags::EXEC, 'x'),
        if vma.flags.contains(VmaFlags::SHARED) { 's' } else { 'p' },
    ];
    rights.iter().collect()
}

/// A line with a name in its column.
pub(super) fn named(line: &str, name: &str) -> String {
    format!("{line:NAME_COLUMN$}{name}\n")
}

/// What an area is called, if it has a name.
#[must_use]
pub fn name(state: &State, mm: &MmState, start: u64, end: u64, vma: &Vma) -> Option<String> {
    if vma.flags.contains(VmaFlags::ANON_SHARED) {
        return Some("/dev/zero (deleted)".to_owned());
    }
    if vma.ino != Ino(0) {
        return Some(path_of(state, vma.ino));
    }
    if vma.flags.contains(VmaFlags::HEAP) {
        return Some("[heap]".to_owned());
    }
    (start..=end).contains(&mm.field(MmField::StartStack)).then(|| "[stack]".to_owned())
}
