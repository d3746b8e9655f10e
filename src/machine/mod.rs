//! The simulated hardware: processors with their TLBs, physical memory, and the interpreter of user code.
//!
//! Knows no task, process or kernel. Its state changes by [`Hardware::apply`] only, with one exception: plain stores to
//! user memory, which become changes only while the category `mem` is recorded.

pub mod bus;
pub mod clock;
pub mod exec;
pub mod fastmap;
pub mod mmu;
pub mod phys;
pub mod pte;
pub mod race;
pub mod tlb;
pub mod touches;
pub mod trap;

use std::fmt::Debug;

pub use bus::Bus;

use crate::base::ids::{CpuId, Frame, Tid};
use crate::base::units::Ns;
use crate::machine::phys::Phys;
use crate::machine::tlb::Tlb;
use crate::trace::event::{Bytes, Change};
use crate::trace::recorder::Arena;
use crate::trace::value::{Cr3, Device, Mode};

/// The processors and the memory.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Hardware {
    /// Physical memory.
    pub phys: Phys,
    /// What was written to the disk since the machine was switched on, by block.
    pub disk: Phys,
    /// The content of the swap device, by slot.
    pub swap: Phys,
    /// The processors.
    pub cpus: Vec<Cpu>,
}

/// A processor between two traps. The registers of the running thread are the kernel's, or the executor's.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Cpu {
    /// Its clock.
    pub time: Ns,
    /// Its privilege.
    pub mode: Mode,
    /// Its address space.
    pub cr3: Cr3,
    /// The task it executes; 0 is the idle task.
    pub current: Tid,
    /// Its cache of translations.
    pub tlb: Tlb,
}

impl Hardware {
    /// A machine that was just switched on: memory all zeros, processors in the kernel.
    #[must_use]
    pub fn new(frames: u32, cpus: u8) -> Self {
        Self::with_devices(frames, cpus, 0, 0)
    }

    /// The same, with so many blocks on the disk to write to, and so many slots of the swap device.
    #[must_use]
    pub fn with_devices(frames: u32, cpus: u8, blocks: u32, slots: u32) -> Self {
        Self {
            phys: Phys::new(frames),
            disk: Phys::new(blocks),
            swap: Phys::new(slots),
            cpus: vec![Cpu::default(); usize::from(cpus)],
        }
    }

    /// The content of a device.
    #[must_use]
    pub fn device(&self, device: Device) -> &Phys {
        match device {
            Device::Disk => &self.disk,
            Device::Swap => &self.swap,
        }
    }

    /// Lets pages that hold little take little host memory. Nobody may hold a pointer to one.
    fn tidy(&mut self) {
        self.phys.tidy();
        self.disk.tidy();
        self.swap.tidy();
    }

    /// Memory, and the content of a device, both to be changed.
    pub(super) fn phys_and_device(&mut self, device: Device) -> (&mut Phys, &mut Phys) {
        match device {
            Device::Disk => (&mut self.phys, &mut self.disk),
            Device::Swap => (&mut self.phys, &mut self.swap),
        }
    }

    /// Does a change if it is one of the hardware's; tells whether it was. `arena` holds the bytes it refers to.
    ///
    /// # Panics
    ///
    /// If the cell does not hold the change's old value.
    #[inline(always)]
    pub fn apply(&mut self, change: &Change, arena: &Arena) -> bool {
        // Not a match: which changes exist is the kernel's exhaustive match to know, this one only takes its own.
        if let Change::Word { frame, offset, len, from, to } = *change {
            self.set_word(change, frame, offset, usize::from(len), from, to);
        } else if let Change::Pte { table, index, from, to, .. } = *change {
            let word = &mut self.phys.words_mut(table)[usize::from(index)];
            expect(change, u64::from_le_bytes(*word), from);
            *word = to.to_le_bytes();
        } else if let Change::Tlb { cpu, index, from, to } = *change {
            let tlb = &mut self.cpus[cpu.index()].tlb;
            expect(change, tlb.entry(index), from);
            tlb.set(index, to);
        } else if let Change::Clock { cpu, from, to } = *change {
            set(change, &mut self.cpus[cpu.index()].time, from, to);
        } else if let Change::Mode { cpu, from, to } = *change {
            set(change, &mut self.cpus[cpu.index()].mode, from, to);
        } else if let Change::Cr3 { cpu, from, to } = *change {
            set(change, &mut self.cpus[cpu.index()].cr3, from, to);
        } else if let Change::Current { cpu, from, to } = *change {
            set(change, &mut self.cpus[cpu.index()].current, from, to);
        } else if let Change::Run { frame, offset, from, to } = *change {
            self.set_run(change, frame, offset, (from, to), arena);
        } else if let Change::DeviceBlock { device, block, from, to } = *change {
            self.set_block(change, device, Frame(block), (arena.get(from), arena.get(to)));
        } else {
            return false;
        }
        true
    }

    /// A processor.
    #[must_use]
    #[inline]
    pub fn cpu(&self, cpu: CpuId) -> &Cpu {
        &self.cpus[cpu.index()]
    }

    fn set_word(&mut self, change: &Change, frame: Frame, offset: u16, len: usize, from: u64, to: u64) {
        let mut old = [0; 8];
        self.phys.read(frame, offset, &mut old[..len]);
        expect(change, u64::from_le_bytes(old), from);
        self.phys.write(frame, offset, &to.to_le_bytes()[..len]);
    }

    /// A block becomes another; no bytes stand for zeros.
    fn set_block(&mut self, change: &Change, device: Device, block: Frame, (from, to): (&[u8], &[u8])) {
        let (_, content) = self.phys_and_device(device);
        if from.is_empty() {
            expect(change, content.is_zero(block), true);
        } else {
            expect(change, content.bytes(block, 0, from.len()), from);
        }
        if to.is_empty() {
            content.drop_frame(block);
        } else {
            content.write(block, 0, to);
        }
    }

    fn set_run(&mut self, change: &Change, frame: Frame, offset: u16, (from, to): (Bytes, Bytes), arena: &Arena) {
        expect(change, self.phys.bytes(frame, offset, from.len as usize), arena.get(from));
        self.phys.write(frame, offset, arena.get(to));
    }
}

/// Alters a cell that must hold `from`.
#[inline(always)]
fn set<T: PartialEq + Debug + Copy>(change: &Change, cell: &mut T, from: T, to: T) {
    expect(change, *cell, from);
    *cell = to;
}

/// What was found must be what the change says.
#[inline(always)]
fn expect<T: PartialEq + Debug + Copy>(change: &Change, found: T, from: T) {
    if found != from {
        wrong(*change, found, from);
    }
}

/// Takes all by value: a change whose address is given away could be altered behind it, for all that the compiler knows, and
/// would have to lie in memory.
#[cold]
#[inline(never)]
fn wrong<T: Debug>(change: Change, found: T, from: T) -> ! {
    panic!("{change:?}: the cell holds {found:?}, not the old value {from:?}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::units::Paddr;
    use crate::trace::value::TlbEntry;

    #[test]
    fn each_change_can_be_undone() {
        let mut hw = Hardware::new(8, 2);
        let fresh = hw.clone();
        let mut arena = Arena::default();
        let (zeros, text) = (arena.keep(&[0; 9]), arena.keep(b"nine byte"));
        let cpu = CpuId(1);
        let entry = TlbEntry { tag: TlbEntry::tag_of(5, 1), frame: Frame(3), flags: 2 };
        let changes = [
            Change::Clock { cpu, from: Ns(0), to: Ns(7) },
            Change::Mode { cpu, from: Mode::Kernel, to: Mode::User },
            Change::Cr3 { cpu, from: Cr3::default(), to: Cr3 { table: Frame(2), pcid: 1 } },
            Change::Current { cpu, from: Tid(0), to: Tid(9) },
            Change::Tlb { cpu, index: 5, from: TlbEntry::default(), to: entry },
            Change::Pte { table: Frame(2), index: 511, level: 4, mm: Default::default(), page: 0, from: 0, to: 0x1067 },
            Change::Word { frame: Frame(3), offset: 4095, len: 1, from: 0, to: 255 },
            Change::Run { frame: Frame(3), offset: 100, from: zeros, to: text },
        ];
        for change in &changes {
            assert!(hw.apply(change, &arena));
        }
        assert_ne!(hw, fresh);
        assert_eq!(hw.phys.read_u64(Paddr(0x2ff8)), 0x1067);
        for change in changes.iter().rev() {
            assert!(hw.apply(&change.inverse(), &arena));
        }
        assert_eq!(hw, fresh);
        assert!(!hw.apply(
            &Change::LastPid { ns: Default::default(), from: Default::default(), to: Default::default() },
            &arena
        ));
    }

    #[test]
    #[should_panic(expected = "holds 0ns, not the old value 1ns")]
    fn a_wrong_old_value_is_refused() {
        let change = Change::Clock { cpu: CpuId(0), from: Ns(1), to: Ns(2) };
        let _ = Hardware::new(1, 1).apply(&change, &Arena::default());
    }
}
