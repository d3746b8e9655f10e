//! A small machine for the tests, with one address space and nobody to serve its traps, and programs for it.

use super::{Exit, Registers, run};
use crate::abi::op::{Instruction, Op};
use crate::base::ids::{CpuId, Frame, MmId};
use crate::base::units::{PAGE_SIZE, Paddr, Vaddr};
use crate::machine::fastmap::Fastmap;
use crate::machine::mmu::{self, Walk};
use crate::machine::pte::{NX, Pte, U, W};
use crate::machine::trap::Trap;
use crate::machine::{Bus, Hardware};
use crate::trace::event::Change;
use crate::trace::recorder::{Recorder, Recording, Stamp};
use crate::trace::value::{Cr3, TlbUse};

pub(crate) const TEXT: u64 = 0x40_0000;
pub(crate) const DATA: u64 = 0x60_0000;
pub(crate) const STACK: u64 = 0x7fff_f000_0000;
pub(crate) const STACK_PAGES: u64 = 8;
pub(crate) const TOP: u64 = STACK + STACK_PAGES * PAGE_SIZE - PAGE_SIZE + 2048;

/// The machine; its tables are made by hand, from frame 1 on.
pub(crate) struct Rig {
    pub(crate) hw: Hardware,
    pub(crate) recorder: Recorder,
    fastmap: Fastmap,
    next: u32,
}

impl Rig {
    pub(crate) fn new(frames: u32, recording: Recording) -> Self {
        let mut hw = Hardware::new(frames, 1);
        hw.cpus[0].cr3 = Cr3 { table: Frame(1), pcid: 1 };
        Self { hw, recorder: Recorder::new(recording), fastmap: Fastmap::default(), next: 2 }
    }

    pub(crate) fn with(text: &[Instruction], data_pages: u64, recording: Recording) -> Self {
        let mut rig = Self::new(64 + data_pages as u32, recording);
        for (i, page) in text.chunks(512).enumerate() {
            let frame = rig.map(TEXT + i as u64 * PAGE_SIZE, U);
            for (i, instruction) in page.iter().enumerate() {
                rig.hw.phys.write(frame, 8 * i as u16, &instruction.encode().to_le_bytes());
            }
        }
        for page in 0..data_pages {
            let _ = rig.map(DATA + page * PAGE_SIZE, U | W | NX);
        }
        for page in 0..STACK_PAGES {
            let _ = rig.map(STACK + page * PAGE_SIZE, U | W | NX);
        }
        rig
    }

    pub(crate) fn take(&mut self) -> Frame {
        self.next += 1;
        Frame(self.next - 1)
    }

    /// Maps a fresh frame at an address, with the tables that lack.
    pub(crate) fn map(&mut self, address: u64, flags: u64) -> Frame {
        loop {
            match mmu::walk(&self.hw.phys, Frame(1), Vaddr(address)) {
                Walk::Mapped { step, .. } => return step.pte.frame(),
                Walk::Missing { level, step } => {
                    let frame = self.take();
                    let pte = if level == 1 { Pte::leaf(frame, flags) } else { Pte::table(frame) };
                    self.hw.phys.write_u64(step.address(), pte.0);
                }
            }
        }
    }

    pub(crate) fn run(&mut self, registers: &mut Registers, budget: u64) -> Exit {
        let mut bus = self.bus();
        let exit = run(&mut bus, registers, budget);
        let (cpu, from, to) = (bus.cpu, bus.hw.cpus[0].time, bus.stamp.time);
        bus.commit(Change::Clock { cpu, from, to });
        exit
    }

    pub(crate) fn bus(&mut self) -> Bus<'_> {
        let Self { hw, recorder, fastmap, .. } = self;
        let stamp = Stamp { time: hw.cpus[0].time, ..Stamp::default() };
        Bus {
            hw,
            recorder,
            fastmap,
            stamp,
            cpu: CpuId(0),
            mm: MmId(1),
            tlb_used: TlbUse::default(),
            races: None,
            touches: None,
        }
    }

    pub(crate) fn word(&self, address: u64) -> u64 {
        match mmu::walk(&self.hw.phys, Frame(1), Vaddr(address)) {
            Walk::Mapped { step, .. } => {
                let frame = u64::from(step.pte.frame().0);
                self.hw.phys.read_u64(Paddr(frame * PAGE_SIZE + address % PAGE_SIZE))
            }
            Walk::Missing { .. } => panic!("{address:#x} is not mapped"),
        }
    }

    pub(crate) fn slot(&self, slot: u64) -> u64 {
        self.word(TOP + 8 * slot)
    }
}

pub(crate) fn start() -> Registers {
    Registers { pc: TEXT, sp: TOP, ..Registers::default() }
}

pub(crate) fn i(op: Op, a: u8, b: u8, c: u8, imm: i32) -> Instruction {
    Instruction { op, a, b, c, imm }
}

/// A conditional jump that compares slot `a` with a constant.
pub(crate) fn jump_const(op: Op, a: u8, k: i16, imm: i32) -> Instruction {
    i(op, a, k as u8, (k >> 8) as u8, imm)
}

pub(crate) fn fib(n: i32) -> Vec<Instruction> {
    vec![
        i(Op::LoadI, 2, 0, 0, n),
        i(Op::Call, 2, 1, 0, 3),
        i(Op::Result, 2, 1, 0, 0),
        i(Op::Syscall, 2, 0, 0, 0),
        i(Op::Enter, 0, 6, 0, 0),
        jump_const(Op::JgeI, 2, 2, 2),
        i(Op::Ret, 2, 1, 0, 0),
        i(Op::AddI, 5, 2, 0, -1),
        i(Op::Call, 5, 1, 0, -4),
        i(Op::Result, 3, 1, 0, 0),
        i(Op::AddI, 5, 2, 0, -2),
        i(Op::Call, 5, 1, 0, -7),
        i(Op::Result, 4, 1, 0, 0),
        i(Op::Add, 3, 3, 4, 0),
        i(Op::Ret, 3, 1, 0, 0),
    ]
}

/// Counts the primes below `n` with a byte for each number, at `DATA`.
pub(crate) fn sieve(n: i32) -> Vec<Instruction> {
    vec![
        i(Op::LoadI, 2, 0, 0, n),
        i(Op::LoadI, 3, 0, 0, DATA as i32),
        i(Op::LoadI, 4, 0, 0, 2),
        i(Op::LoadI, 5, 0, 0, 0),
        i(Op::LoadI, 8, 0, 0, 1),
        i(Op::LdX8, 6, 3, 4, 0),
        i(Op::Jnz, 6, 0, 0, 7),
        i(Op::AddI, 5, 5, 0, 1),
        i(Op::Mul, 7, 4, 4, 0),
        i(Op::Jle, 2, 7, 0, 4),
        i(Op::StX8, 8, 3, 7, 0),
        i(Op::Add, 7, 7, 4, 0),
        i(Op::Jlt, 7, 2, 0, -2),
        i(Op::Loop, 4, 2, 0, -8),
        i(Op::Mov, 2, 5, 0, 0),
        i(Op::Syscall, 2, 0, 0, 0),
    ]
}

pub(crate) fn arithmetic(n: i32) -> Vec<Instruction> {
    vec![
        i(Op::LoadI, 2, 0, 0, 0),
        i(Op::LoadI, 3, 0, 0, n),
        i(Op::LoadI, 4, 0, 0, 0),
        i(Op::LoadI, 5, 0, 0, 0xff_ffff),
        i(Op::Xor, 4, 4, 2, 0),
        i(Op::Add, 4, 4, 2, 0),
        i(Op::And, 4, 4, 5, 0),
        i(Op::Loop, 2, 3, 0, -3),
        i(Op::Syscall, 4, 0, 0, 0),
    ]
}

pub(crate) fn answer(exit: Exit) -> u64 {
    let Trap::Syscall { nr, .. } = exit.trap else { panic!("{exit:?}") };
    nr
}
