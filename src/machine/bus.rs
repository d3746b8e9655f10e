//! The way to the hardware while it runs: each change is done and recorded in one step.

use crate::base::ids::{CpuId, Frame, MmId};
use crate::base::units::PAGE_SIZE;
use crate::machine::Hardware;
use crate::machine::fastmap::Fastmap;
use crate::machine::race::Races;
use crate::machine::touches::Touches;
use crate::trace::event::{Bytes, Category, Change, What};
use crate::trace::recorder::{Recorder, Stamp};
use crate::trace::value::{Device, Mode, TlbEntry, TlbUse};

/// The hardware as one CPU uses it, with all that it takes to tell what happens.
///
/// `stamp.time` is the CPU's time at this moment. It runs ahead of [`Cpu::time`](crate::machine::Cpu::time): executor
/// and page walks advance it, and the kernel commits `Change::Clock` when it wants the clock to follow.
#[derive(Debug)]
pub struct Bus<'a> {
    /// The hardware.
    pub hw: &'a mut Hardware,
    /// Where events go.
    pub recorder: &'a mut Recorder,
    /// Host pointers of the running address space.
    pub fastmap: &'a mut Fastmap,
    /// Time, task, instruction and cause of what happens now.
    pub stamp: Stamp,
    /// The CPU.
    pub cpu: CpuId,
    /// The address space it runs, for the events of its tables.
    pub mm: MmId,
    /// How often translations were asked for since the bus was taken; the executor counts the accesses, the MMU the misses.
    pub tlb_used: TlbUse,
    /// The race detector, if it is wanted.
    pub races: Option<&'a mut Races>,
    /// The log of accesses to data, if one is wanted.
    pub touches: Option<&'a mut Touches>,
}

impl Bus<'_> {
    /// Does a change of the hardware and records it.
    ///
    /// # Panics
    ///
    /// If it is not one of the hardware's, or the old value is wrong.
    #[inline(always)]
    pub fn commit(&mut self, change: Change) {
        // Asked first, while the compiler knows what is asked.
        let is_store = change.category() == Category::Mem;
        let mine = self.hw.apply(&change, self.recorder.arena());
        assert!(mine, "{change:?} is no change of the hardware");
        if self.recorder.is_off() && !is_store {
            self.recorder.pass_over();
        } else {
            self.recorder.record(self.stamp, What::Change(change));
        }
    }

    /// Whether somebody looks on at each store, so that none may go past the MMU.
    #[must_use]
    #[inline]
    pub fn is_watched(&self) -> bool {
        self.recorder.wants_mem() || self.races.is_some() || self.touches.is_some()
    }

    /// Drops the translation of a page (`invpcid` of one address).
    pub fn flush_page(&mut self, pcid: u16, vpn: u64) {
        self.flush_where(|entry| entry.tag == TlbEntry::tag_of(vpn, pcid));
    }

    /// Drops the translations of an address space (`invpcid` of one context).
    pub fn flush_pcid(&mut self, pcid: u16) {
        self.flush_where(|entry| entry.pcid() == pcid);
    }

    /// Drops all translations.
    pub fn flush_all(&mut self) {
        self.flush_where(|_| true);
    }

    /// Writes bytes to a frame, from an offset on; they must not reach beyond its end.
    pub fn store(&mut self, frame: Frame, offset: u16, bytes: &[u8]) {
        if let Some(races) = &mut self.races
            && self.hw.cpu(self.cpu).mode == Mode::Kernel
        {
            races.kernel_stores(self.stamp.task, frame, offset);
        }
        if !self.recorder.wants_mem() {
            self.hw.phys.write(frame, offset, bytes);
            return;
        }
        if bytes.len() <= 8 {
            let mut old = [0; 8];
            self.hw.phys.read(frame, offset, &mut old[..bytes.len()]);
            let (from, to) = (u64::from_le_bytes(old), word(bytes));
            if from != to || self.recorder.is_on() {
                self.commit(Change::Word { frame, offset, len: bytes.len() as u8, from, to });
            }
        } else {
            let from = self.recorder.keep(self.hw.phys.bytes(frame, offset, bytes.len()));
            let to = self.recorder.keep(bytes);
            self.commit(Change::Run { frame, offset, from, to });
        }
    }

    /// Fills a frame with zeros, and gives its host memory back.
    pub fn zero_frame(&mut self, frame: Frame) {
        if let Some(races) = &mut self.races {
            races.forget(frame);
        }
        if self.recorder.wants_mem() && !self.hw.phys.is_zero(frame) {
            self.store(frame, 0, &[0; PAGE_SIZE as usize]);
        }
        self.hw.phys.drop_frame(frame);
    }

    /// Copies a frame to another.
    pub fn copy_frame(&mut self, from: Frame, to: Frame) {
        if self.races.is_none() && !self.recorder.wants_mem() {
            return self.hw.phys.copy(from, to);
        }
        let mut page = [0; PAGE_SIZE as usize];
        self.hw.phys.read(from, 0, &mut page);
        if self.hw.phys.is_zero(from) {
            self.zero_frame(to);
        } else {
            self.store(to, 0, &page);
        }
    }

    /// Writes a frame to a block of a device. A frame of zeros takes no memory there.
    pub fn write_block(&mut self, device: Device, block: u32, source: Frame) {
        if self.recorder.wants_mem() {
            let zeros = self.hw.phys.is_zero(source);
            let to = if zeros { &[][..] } else { self.hw.phys.bytes(source, 0, PAGE_SIZE as usize) };
            let to = self.recorder.keep(to);
            self.set_block(device, block, to);
        } else {
            // What was shared must not be written in place.
            self.fastmap.clear();
            let (phys, content) = self.hw.phys_and_device(device);
            content.share(Frame(block), phys, source);
        }
    }

    /// Makes a block of a device all zeros, and gives its host memory back.
    pub fn zero_block(&mut self, device: Device, block: u32) {
        if self.recorder.wants_mem() {
            let to = self.recorder.keep(&[]);
            self.set_block(device, block, to);
        } else {
            let (_, content) = self.hw.phys_and_device(device);
            content.drop_frame(Frame(block));
        }
    }

    /// Reads a block of a device into a frame, whose content is zeros.
    pub fn read_block(&mut self, device: Device, block: u32, frame: Frame) {
        if self.recorder.wants_mem() {
            let bytes = self.hw.device(device).bytes(Frame(block), 0, PAGE_SIZE as usize).to_vec();
            if !self.hw.device(device).is_zero(Frame(block)) {
                self.store(frame, 0, &bytes);
            }
        } else {
            let (phys, content) = self.hw.phys_and_device(device);
            phys.share(frame, content, Frame(block));
        }
    }

    fn set_block(&mut self, device: Device, block: u32, to: Bytes) {
        let content = self.hw.device(device);
        let zeros = content.is_zero(Frame(block));
        let from = if zeros { &[][..] } else { content.bytes(Frame(block), 0, PAGE_SIZE as usize) };
        let from = self.recorder.keep(from);
        self.commit(Change::DeviceBlock { device, block, from, to });
    }

    /// Drops the entries of this CPU's TLB that are valid and wanted gone.
    fn flush_where(&mut self, gone: impl Fn(TlbEntry) -> bool) {
        self.fastmap.clear();
        let cpu = self.cpu;
        for index in 0..crate::machine::tlb::ENTRIES {
            let from = self.hw.cpu(cpu).tlb.entry(index);
            if from.is_valid() && gone(from) {
                self.commit(Change::Tlb { cpu, index, from, to: TlbEntry::default() });
            }
        }
    }
}

/// Up to eight bytes as a little-endian number.
fn word(bytes: &[u8]) -> u64 {
    let mut word = [0; 8];
    word[..bytes.len()].copy_from_slice(bytes);
    u64::from_le_bytes(word)
}
