//! The page fault: what the tables do not allow is looked up in the areas, and served or refused (`do_user_addr_fault`).

use crate::base::ids::{Frame, Ino, MmId};
use crate::base::units::{PAGE_SHIFT, Vaddr};
use crate::kernel::core::Kernel;
use crate::kernel::mm::oom::Relief;
use crate::kernel::mm::place::{self, GUARD_PAGES, LOWEST, USER_END};
use crate::kernel::mm::reclaim::{self, Need};
use crate::kernel::mm::table::{self, Leaf};
use crate::kernel::mm::{anonymous, filemap, huge, limits, mlock, oom, overcommit, swap, tlb};
use crate::machine::mmu::{self, Step, Walk};
use crate::machine::pte::W;
use crate::machine::trap::{CODE_P, CODE_W};
use crate::trace::event::{Change, FaultResult, Note};
use crate::trace::value::{Vma, VmaFlags};

/// No area holds the address.
pub const SEGV_MAPERR: i32 = 1;
/// The area does not allow the access.
pub const SEGV_ACCERR: i32 = 2;
/// The page lies behind the end of the file (with SIGBUS).
pub const BUS_ADRERR: i32 = 2;

/// How a fault was served.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Served {
    /// The page is mapped: the access can be tried again.
    Mapped,
    /// The current task sleeps until the page is there; then the access is to be tried again.
    Sleeps,
    /// The access is not allowed: SIGSEGV.
    Refused {
        /// Why: [`SEGV_MAPERR`] or [`SEGV_ACCERR`].
        si_code: i32,
    },
    /// The page lies behind the end of its file: SIGBUS with [`BUS_ADRERR`].
    PastEnd,
    /// No frame was to be had, and the OOM killer ended the current process.
    NoMemory,
}

/// A fault that the areas allow: where it is.
#[derive(Clone, Copy, Debug)]
pub(super) struct At {
    pub mm: MmId,
    /// First page of the area.
    pub start: u64,
    pub vma: Vma,
    /// The page's leaf entry as it stands.
    pub leaf: Leaf,
}

impl At {
    /// What a leaf entry of the area has, whatever it names.
    pub(super) fn rights(&self) -> u64 {
        table::rights(self.vma.flags)
    }

    /// The page in the area's file.
    pub(super) fn file_page(&self) -> u32 {
        self.vma.file_page + (self.leaf.page - self.start) as u32
    }
}

/// What serving a fault did.
#[derive(Clone, Copy, Debug)]
pub(super) struct Done {
    pub result: FaultResult,
    /// Mapped now.
    pub frame: Frame,
    /// Copied; 0 for none.
    pub source: Frame,
}

/// Why a fault is not served.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Refusal {
    Segv(i32),
    PastEnd,
    /// It has asked a device, and sleeps.
    Sleeps,
    /// Somebody else has asked the device; it sleeps.
    Underway,
    /// It sleeps until pages have been written.
    NoRoom,
    NoFrame,
}

/// Serves a page fault in an address space; `code` is its error code (Intel SDM vol. 3, 4.7).
///
/// The caller has told [`Note::Fault`] and charges the way in and out; this tells [`Note::FaultDone`]. When no frame is
/// left, the OOM killer is asked until one is or the current process is the victim.
pub fn fault(k: &mut Kernel, mm: MmId, address: Vaddr, code: u8) -> Served {
    loop {
        match attempt(k, mm, address.0, code) {
            Ok(_) => return Served::Mapped,
            Err(Refusal::Sleeps | Refusal::Underway | Refusal::NoRoom) => return Served::Sleeps,
            Err(Refusal::Segv(si_code)) => return Served::Refused { si_code },
            Err(Refusal::PastEnd) => return Served::PastEnd,
            Err(Refusal::NoFrame) => match oom::kill(k) {
                Relief::TryAgain => {}
                Relief::Doomed => return Served::NoMemory,
            },
        }
    }
}

/// Serves a fault once, and tells how; gives the frame that is mapped.
pub(super) fn attempt(k: &mut Kernel, mm: MmId, address: u64, code: u8) -> Result<Frame, Refusal> {
    let outcome = serve(k, mm, address, code);
    let (result, frame, source) = match outcome {
        Ok(Done { result, frame, source }) => (result, frame, source),
        Err(Refusal::Segv(_) | Refusal::PastEnd) => (FaultResult::Signal, Frame(0), Frame(0)),
        Err(Refusal::Sleeps) => (FaultResult::Disk, Frame(0), Frame(0)),
        Err(Refusal::Underway) => (FaultResult::Underway, Frame(0), Frame(0)),
        Err(Refusal::NoRoom) => (FaultResult::NoRoom, Frame(0), Frame(0)),
        Err(Refusal::NoFrame) => (FaultResult::OutOfMemory, Frame(0), Frame(0)),
    };
    let major = matches!(result, FaultResult::Disk | FaultResult::SwappedIn);
    if matches!(outcome, Ok(_) | Err(Refusal::Sleeps | Refusal::Underway | Refusal::NoRoom)) {
        reclaim::pin(k, address >> PAGE_SHIFT);
    }
    k.note(Note::FaultDone { address, result, frame, source, major });
    outcome.map(|done| done.frame)
}

fn serve(k: &mut Kernel, mm: MmId, address: u64, code: u8) -> Result<Done, Refusal> {
    let (start, vma) = area(k, mm, address)?;
    check_access(vma.flags, code)?;
    let page = address >> PAGE_SHIFT;
    if let Some(done) = huge::serve(k, mm, (start, vma), page, code & CODE_W != 0) {
        return Ok(done);
    }
    let step = reach(k, mm, address)?;
    let at = At { mm, start, vma, leaf: Leaf { page, step } };
    let write = code & CODE_W != 0;
    let shared = vma.flags.contains(VmaFlags::SHARED);
    if step.pte.is_present() {
        return present(k, &at, write);
    }
    if let Some(slot) = step.pte.slot() {
        return swap::bring_back(k, &at, slot, write);
    }
    match (vma.ino == Ino(0), write) {
        (true, false) => Ok(anonymous::zero_page(k, &at)),
        (true, true) => anonymous::zero_filled(k, &at),
        (false, false) => filemap::read(k, &at),
        (false, true) if shared => filemap::write_shared(k, &at),
        (false, true) => filemap::write_private(k, &at),
    }
}

/// The leaf entry of an address, empty or not; the tables that are missing on the way to it are made, if there are frames
/// for them.
fn reach(k: &mut Kernel, mm: MmId, address: u64) -> Result<Step, Refusal> {
    let walk = mmu::walk(&k.state().hardware.phys, k.state().mm(mm).pgd(), Vaddr(address));
    if let Some(step) = walk.leaf() {
        return Ok(step);
    }
    if let Walk::Missing { level, .. } = walk {
        let need = Need { pages: 0, others: u32::from(level) - 1 };
        anonymous::waits_for_room(reclaim::reserve(k, need, None))?;
    }
    table::reach(k, mm, address >> PAGE_SHIFT).map_err(|_| Refusal::NoFrame)
}

/// A fault on a page that is mapped: a write to one that is read-only, or another task was faster.
fn present(k: &mut Kernel, at: &At, write: bool) -> Result<Done, Refusal> {
    let pte = at.leaf.step.pte;
    if write && !pte.has(W) {
        if at.vma.flags.contains(VmaFlags::SHARED) {
            return filemap::make_writable(k, at);
        }
        return anonymous::copy_on_write(k, at);
    }
    tlb::flush_page(k, at.mm, at.leaf.page);
    Ok(Done { result: FaultResult::Spurious, frame: pte.frame(), source: Frame(0) })
}

/// The area of an address; a stack grows down to it.
fn area(k: &mut Kernel, mm: MmId, address: u64) -> Result<(u64, Vma), Refusal> {
    let nothing = Refusal::Segv(SEGV_MAPERR);
    if address >= USER_END {
        return Err(nothing);
    }
    let space = k.state().mm(mm);
    if let Some((start, &vma)) = space.vma_at(Vaddr(address)) {
        return Ok((start, vma));
    }
    let page = address >> PAGE_SHIFT;
    let (&start, &vma) = space.vmas.range(page..).next().ok_or(nothing)?;
    if !vma.flags.contains(VmaFlags::GROWSDOWN) || address < LOWEST {
        return Err(nothing);
    }
    grow(k, mm, (start, vma), page).ok_or(nothing)
}

/// Extends a stack down to a page, if the limits and the area below leave room (`expand_downwards`).
fn grow(k: &mut Kernel, mm: MmId, (start, vma): (u64, Vma), page: u64) -> Option<(u64, Vma)> {
    let pages = start + u64::from(vma.pages) - page;
    let more = start - page;
    let may = limits::may_expand(k, mm, vma.flags, more) && limits::may_be_stack(k, pages);
    if !may || !mlock::has_room(k, mm, vma.flags, more) {
        return None;
    }
    if let Some((&below_start, below)) = k.state().mm(mm).vmas.range(..page).next_back() {
        let keeps_distance = !below.flags.contains(VmaFlags::GROWSDOWN) && place::is_accessible(below.flags);
        if keeps_distance && page - (below_start + u64::from(below.pages)) < GUARD_PAGES {
            return None;
        }
    }
    overcommit::promise(k, Some(mm), more).ok()?;
    let grown = Vma { pages: u32::try_from(pages).ok()?, ..vma };
    k.commit(Change::Vma { mm, page: start, vma, from: true, to: false });
    k.commit(Change::Vma { mm, page, vma: grown, from: false, to: true });
    Some((page, grown))
}

/// Whether an area allows an access (`access_error` in `arch/x86/mm/fault.c`).
///
/// Its order is Linux's: an area that may only be written or executed can be read, as the processor knows no such
/// pages, and the first fetch from a page that may not be executed maps it; the second one, to a present page, fails.
fn check_access(flags: VmaFlags, code: u8) -> Result<(), Refusal> {
    let allowed = if code & CODE_W != 0 {
        flags.contains(VmaFlags::WRITE)
    } else {
        code & CODE_P == 0 && place::is_accessible(flags)
    };
    if allowed { Ok(()) } else { Err(Refusal::Segv(SEGV_ACCERR)) }
}
