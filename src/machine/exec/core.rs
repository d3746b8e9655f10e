//! The state of a run: what the loop keeps in registers, what it keeps in memory, and how text and windows are entered.

#![expect(unsafe_code, reason = "text and windows are host pointers")]

use crate::abi::op::is_window;
use crate::base::ids::Frame;
use crate::base::units::{Ns, PAGE_SIZE, Vaddr};
use crate::machine::bus::Bus;
use crate::machine::clock;
use crate::machine::exec::{Pause, Registers};
use crate::machine::fastmap::{Use, View};
use crate::machine::mmu::{Access, Privilege, hit, miss};
use crate::machine::trap::Trap;

/// What the loop keeps in registers: passed to slow paths and back by value, so that its address is never taken.
///
/// `text` is the host memory of the text page, `pc` a multiple of 8 bytes into it, and `window` points into the host
/// memory of the window's page, at the place that `sp` names. All three are good as long as no page moves.
#[derive(Clone, Copy, Debug)]
pub(super) struct Hot {
    pub pc: *const u8,
    /// `pc` may not reach this: the end of the page or of the budget, whichever is nearer.
    pub stop: usize,
    /// Host address where pc would be after the last instruction of the budget, if all followed one another. A jump
    /// moves it along, so that nothing is counted on straight ways.
    pub limit: usize,
    pub window: *mut u8,
    pub sp: u64,
    pub text: *const u8,
    /// Virtual address of the text page.
    pub text_page: u64,
    pub view: View,
    /// Data accesses that asked the TLB: loads in the lower half, stores in the upper one, so that one register counts
    /// both. A run has fewer than 2³² of each.
    pub accesses: u64,
}

/// One load, as `Hot::accesses` counts it.
pub(super) const LOAD: u64 = 1;
/// One store.
pub(super) const STORE: u64 = 1 << 32;

/// What the loop keeps in memory.
pub(super) struct Core<'run, 'bus> {
    pub bus: &'run mut Bus<'bus>,
    pub registers: &'run mut Registers,
    budget: u64,
    /// `stamp.time` at the start plus the page walks so far is this plus the instructions.
    stamped: u64,
    /// Nanoseconds spent in page walks.
    walks: u64,
    text_frame: Frame,
    /// Known only while `mem` is recorded: else windows come from the fastmap, and unshared pages do not move.
    pub window_frame: Frame,
    moves: u64,
    /// Before which operations, by their bytes, the run pauses.
    pauses: &'static [bool; 256],
    /// Whether it does so before the first instruction, too.
    pauses_at_once: bool,
    /// Whether the access at hand is atomic, for the race detector.
    pub atomic: bool,
}

/// The most instructions of one run, so that the limit is an address.
const MAX_BUDGET: u64 = 1 << 56;

impl<'run, 'bus> Core<'run, 'bus> {
    pub fn new(bus: &'run mut Bus<'bus>, registers: &'run mut Registers, budget: u64) -> Self {
        let (moves, budget) = (bus.hw.phys.moves(), budget.min(MAX_BUDGET));
        let none = Frame::default();
        Self {
            bus,
            registers,
            budget,
            stamped: 0,
            walks: 0,
            text_frame: none,
            window_frame: none,
            moves,
            pauses: Pause::Never.before(),
            pauses_at_once: false,
            atomic: false,
        }
    }

    /// Sets before which instructions the run pauses; the first one is done nevertheless if it `begins` with it.
    pub const fn pause_before(&mut self, pause: Pause, begins: bool) {
        self.pauses = pause.before();
        self.pauses_at_once = !begins;
    }

    /// Whether the run pauses before the instruction at hand.
    #[inline]
    pub fn pauses(&self, hot: &Hot, word: u64) -> bool {
        self.pauses[word as usize & 255] && (self.pauses_at_once || self.remaining(hot) < self.budget)
    }

    /// Nanoseconds that the page walks took.
    pub const fn walks(&self) -> u64 {
        self.walks
    }

    /// Takes up the thread where its registers say: window first, then text.
    pub fn enter(&mut self) -> Result<Hot, Trap> {
        let Registers { pc, sp, .. } = *self.registers;
        let null = std::ptr::null_mut();
        let limit = (8 * self.budget) as usize;
        let view = self.bus.fastmap.view();
        let text_page = pc & !(PAGE_SIZE - 1);
        let mut hot = Hot { pc: null, stop: 0, limit, window: null, sp, text: null, text_page, view, accesses: 0 };
        if self.budget == 0 {
            return Err(Trap::Timer);
        }
        if !is_window(sp) {
            return Err(Trap::GeneralProtection { address: sp });
        }
        if pc & 7 != 0 {
            return Err(Trap::GeneralProtection { address: pc });
        }
        let at_entry = (0, pc);
        hot.accesses += STORE;
        // A run that can not begin has asked as well.
        self.count(&hot);
        // SAFETY: the fastmap is borrowed by `self.bus`.
        match unsafe { hot.view.lookup(Use::Write, sp, 8) } {
            Some(window) => {
                debug_assert!(
                    hit(self.bus, Vaddr(sp), Access::Write, Privilege::User).is_some(),
                    "{sp:#x} is in no TLB"
                );
                (hot.sp, hot.window) = (sp, window);
            }
            None => self.enter_window(&mut hot, sp, at_entry)?,
        }
        self.fetch(&mut hot, pc, self.budget, at_entry)?;
        Ok(hot)
    }

    /// The virtual address of the instruction at hand.
    pub fn address(&self, hot: &Hot) -> u64 {
        hot.text_page.wrapping_add((hot.pc as usize).wrapping_sub(hot.text as usize) as u64)
    }

    /// How many instructions of the budget are left, with the one at hand.
    pub fn remaining(&self, hot: &Hot) -> u64 {
        (hot.limit.wrapping_sub(hot.pc as usize) / 8) as u64
    }

    /// How many were executed before the one at hand, and its address: the moment that events are stamped with.
    pub fn moment(&self, hot: &Hot) -> (u64, u64) {
        (self.budget - self.remaining(hot), self.address(hot))
    }

    /// Ends the run before the instruction at hand.
    pub fn leave(&mut self, hot: &Hot, trap: Trap) -> (Trap, u64) {
        self.leave_at(hot, trap, self.moment(hot))
    }

    /// Ends the run at an address, after so many instructions.
    pub fn leave_at(&mut self, hot: &Hot, trap: Trap, (executed, pc): (u64, u64)) -> (Trap, u64) {
        self.registers.pc = pc;
        self.registers.sp = hot.sp;
        self.count(hot);
        (trap, executed)
    }

    /// Tells how many data accesses there were.
    fn count(&mut self, hot: &Hot) {
        self.bus.tlb_used.loads = hot.accesses as u32;
        self.bus.tlb_used.stores = (hot.accesses >> 32) as u32;
    }

    /// Ends a run that could not begin.
    pub fn leave_at_once(&mut self, trap: Trap) -> (Trap, u64) {
        (trap, 0)
    }

    /// Stamps what follows with time and instruction.
    pub fn stamp(&mut self, (executed, pc): (u64, u64)) {
        let stamp = &mut self.bus.stamp;
        stamp.time = Ns(stamp.time.0 + (executed - self.stamped) * clock::INSTRUCTION);
        stamp.pc = pc as u32;
        self.stamped = executed;
    }

    /// Translates an address for the program, and mends `hot` if that moved a page.
    #[inline]
    pub fn translate(&mut self, hot: &mut Hot, address: u64, access: Access) -> Result<Frame, Trap> {
        match hit(self.bus, Vaddr(address), access, Privilege::User) {
            Some(frame) => Ok(frame),
            None => self.walk(hot, address, access),
        }
    }

    #[inline(never)]
    fn walk(&mut self, hot: &mut Hot, address: u64, access: Access) -> Result<Frame, Trap> {
        let before = self.bus.stamp.time.0;
        let result = miss(self.bus, Vaddr(address), access, Privilege::User);
        self.walks += self.bus.stamp.time.0 - before;
        self.mend(hot);
        result.map_err(Trap::from)
    }

    /// The host memory of a frame, to be written. `hot` is mended if it had to move.
    pub fn write_ptr(&mut self, hot: &mut Hot, frame: Frame) -> *mut u8 {
        let page = self.bus.hw.phys.write_ptr(frame);
        self.mend(hot);
        page
    }

    /// Writes bytes that end before the frame does; gives its host memory, as [`Core::write_ptr`] does.
    pub fn put(&mut self, hot: &mut Hot, frame: Frame, offset: usize, bytes: &[u8]) -> *mut u8 {
        assert!(offset + bytes.len() <= PAGE_SIZE as usize, "{} bytes at {offset}", bytes.len());
        let page = self.write_ptr(hot, frame);
        // SAFETY: the range lies in the page, which is this memory's alone; `bytes` are the caller's.
        unsafe { std::ptr::copy_nonoverlapping(bytes.as_ptr(), page.add(offset), bytes.len()) }
        page
    }

    /// If a page has moved in host memory: forgets all pointers, and finds the text page again. The window's page is not
    /// shared and stays where it is until the run ends.
    #[inline]
    pub fn mend(&mut self, hot: &mut Hot) {
        if self.bus.hw.phys.moves() != self.moves {
            self.find_again(hot);
        }
    }

    #[inline(never)]
    fn find_again(&mut self, hot: &mut Hot) {
        self.moves = self.bus.hw.phys.moves();
        self.bus.fastmap.moved(self.moves);
        hot.view = self.bus.fastmap.view();
        if hot.text.is_null() {
            return;
        }
        let text = self.bus.hw.phys.read_ptr(self.text_frame);
        let shift = (text as usize).wrapping_sub(hot.text as usize);
        hot.pc = text.wrapping_add((hot.pc as usize).wrapping_sub(hot.text as usize));
        hot.text = text;
        hot.limit = hot.limit.wrapping_add(shift);
        hot.set_stop();
    }

    /// Goes to the instruction at a virtual address, a multiple of 8, in any page, with so many instructions left. `hot`
    /// is unchanged if there is none.
    pub fn fetch(&mut self, hot: &mut Hot, address: u64, left: u64, moment: (u64, u64)) -> Result<(), Trap> {
        // SAFETY: the fastmap is borrowed by `self.bus`.
        let known = unsafe { hot.view.lookup(Use::Fetch, address, 8) };
        let (page, frame) = match known {
            Some(host) => {
                (host.wrapping_sub((address & (PAGE_SIZE - 1)) as usize).cast_const(), self.bus.fastmap.frame(address))
            }
            None => {
                self.stamp(moment);
                let frame = self.translate(hot, address, Access::Execute)?;
                let page = self.bus.hw.phys.read_ptr(frame);
                self.bus.fastmap.insert_fetch(address, page, frame);
                (page, frame)
            }
        };
        self.text_frame = frame;
        hot.text = page;
        hot.text_page = address & !(PAGE_SIZE - 1);
        hot.pc = page.wrapping_add((address & (PAGE_SIZE - 1)) as usize);
        hot.limit = (hot.pc as usize).wrapping_add(8 * left as usize);
        hot.set_stop();
        Ok(())
    }

    /// Moves the window to an address that is lawful for one, in any page. `hot` keeps its window if that faults.
    pub fn enter_window(&mut self, hot: &mut Hot, sp: u64, moment: (u64, u64)) -> Result<(), Trap> {
        self.stamp(moment);
        let frame = self.translate(hot, sp, Access::Write)?;
        let page = self.write_ptr(hot, frame);
        if self.keeps_writable() {
            self.bus.fastmap.insert(Use::Write, sp, page);
        }
        self.window_frame = frame;
        hot.sp = sp;
        hot.window = page.wrapping_add((sp & (PAGE_SIZE - 1)) as usize);
        Ok(())
    }
}

impl Hot {
    #[inline(always)]
    pub fn set_stop(&mut self) {
        self.stop = self.limit.min(self.text as usize + PAGE_SIZE as usize);
    }
}
