//! What instructions do, and that nothing a text holds can hurt the host.

use super::{Exit, Registers, run};
use crate::abi::op::{ALL, Instruction, Op};
use crate::base::ids::{CpuId, Frame, MmId};
use crate::base::units::{PAGE_SIZE, Paddr, Vaddr};
use crate::machine::fastmap::Fastmap;
use crate::machine::mmu::{self, Walk};
use crate::machine::pte::{NX, Pte, U, W};
use crate::machine::trap::{CODE_I, CODE_P, CODE_U, CODE_W, Trap};
use crate::machine::{Bus, Hardware};
use crate::trace::recorder::{Recorder, Recording, Stamp};
use crate::trace::value::Cr3;

const TEXT: u64 = 0x40_0000;
const DATA: u64 = 0x60_0000;
const STACK: u64 = 0x7fff_f000_0000;
const STACK_PAGES: u64 = 8;
const TOP: u64 = STACK + STACK_PAGES * PAGE_SIZE - PAGE_SIZE + 2048;

/// A machine with one address space and nobody to serve its traps.
struct Rig {
    hw: Hardware,
    recorder: Recorder,
    fastmap: Fastmap,
    next: u32,
}

impl Rig {
    fn new(frames: u32, recording: Recording) -> Self {
        let mut hw = Hardware::new(frames, 1);
        hw.cpus[0].cr3 = Cr3 { table: Frame(1), pcid: 1 };
        Self { hw, recorder: Recorder::new(recording), fastmap: Fastmap::default(), next: 2 }
    }

    fn with(text: &[Instruction], data_pages: u64, recording: Recording) -> Self {
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

    fn take(&mut self) -> Frame {
        self.next += 1;
        Frame(self.next - 1)
    }

    /// Maps a fresh frame at an address, with the tables that lack.
    fn map(&mut self, address: u64, flags: u64) -> Frame {
        loop {
            match mmu::walk(&self.hw.phys, Frame(1), Vaddr(address)) {
                Walk::Mapped { steps, .. } => return steps[3].pte.frame(),
                Walk::Missing { level, step } => {
                    let frame = self.take();
                    let pte = if level == 1 { Pte::leaf(frame, flags) } else { Pte::table(frame) };
                    self.hw.phys.write_u64(step.address(), pte.0);
                }
            }
        }
    }

    fn run(&mut self, registers: &mut Registers, budget: u64) -> Exit {
        let Self { hw, recorder, fastmap, .. } = self;
        let stamp = Stamp { time: hw.cpus[0].time, ..Stamp::default() };
        let mut bus = Bus { hw, recorder, fastmap, stamp, cpu: CpuId(0), mm: MmId(1) };
        let exit = run(&mut bus, registers, budget);
        let time = bus.stamp.time;
        self.hw.cpus[0].time = time;
        exit
    }

    fn word(&self, address: u64) -> u64 {
        match mmu::walk(&self.hw.phys, Frame(1), Vaddr(address)) {
            Walk::Mapped { steps, .. } => {
                let frame = u64::from(steps[3].pte.frame().0);
                self.hw.phys.read_u64(Paddr(frame * PAGE_SIZE + address % PAGE_SIZE))
            }
            Walk::Missing { .. } => panic!("{address:#x} is not mapped"),
        }
    }

    fn slot(&self, slot: u64) -> u64 {
        self.word(TOP + 8 * slot)
    }
}

fn start() -> Registers {
    Registers { pc: TEXT, sp: TOP, ..Registers::default() }
}

fn i(op: Op, a: u8, b: u8, c: u8, imm: i32) -> Instruction {
    Instruction { op, a, b, c, imm }
}

/// A conditional jump that compares slot `a` with a constant.
fn jump_const(op: Op, a: u8, k: i16, imm: i32) -> Instruction {
    i(op, a, k as u8, (k >> 8) as u8, imm)
}

fn fib(n: i32) -> Vec<Instruction> {
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
fn sieve(n: i32) -> Vec<Instruction> {
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

fn arithmetic(n: i32) -> Vec<Instruction> {
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

fn answer(exit: Exit) -> u64 {
    match exit.trap {
        Trap::Syscall { nr, .. } => nr,
        trap => panic!("{trap:?}"),
    }
}

#[test]
#[ignore = "measures time; run alone, in release"]
fn speed() {
    for (name, text, pages) in
        [("fib(32)", fib(32), 0), ("50 M turns", arithmetic(50_000_000), 0), ("sieve 5 MB", sieve(5_000_000), 1221)]
    {
        let mut rig = Rig::with(&text, pages, Recording::Off);
        #[expect(clippy::disallowed_types, reason = "the host's time is what is measured")]
        let start_time = std::time::Instant::now();
        let exit = rig.run(&mut start(), u64::MAX);
        let seconds = start_time.elapsed().as_secs_f64();
        let per_second = exit.executed as f64 / seconds / 1e6;
        println!("{name}: {} in {seconds:.3} s, {per_second:.0} M instructions/s", answer(exit));
    }
}
