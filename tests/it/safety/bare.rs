//! A million texts of noise in user mode, on hardware that no kernel guards: each ends, and touches only what is its own.

use ring3::abi::op::MAX_WINDOW_OFFSET;
use ring3::base::ids::{CpuId, Frame, MmId};
use ring3::base::units::{PAGE_SIZE, Paddr, Vaddr};
use ring3::machine::exec::{self, Registers};
use ring3::machine::fastmap::Fastmap;
use ring3::machine::mmu::{self, Walk};
use ring3::machine::pte::{A, D, NX, P, Pte, U, W};
use ring3::machine::trap::Trap;
use ring3::machine::{Bus, Hardware, clock};
use ring3::trace::recorder::{Recorder, Recording, Stamp};
use ring3::trace::value::{Cr3, TlbUse};

use super::noise::{Chance, instruction, programs, spoil};

const IMAGES: usize = 1_000_000;
/// Instructions that each may execute.
const STEPS: u64 = 300;

const TEXT: u64 = 0x40_0000;
const TEXT_WORDS: usize = 1024;
const RODATA: u64 = TEXT + 8 * TEXT_WORDS as u64;
const DATA: u64 = RODATA + PAGE_SIZE;
const STACK: u64 = 0x7fff_f000_0000;
const TOP: u64 = STACK + PAGE_SIZE + MAX_WINDOW_OFFSET;
/// A page of the kernel's own, in the same tables.
const SECRET: u64 = 0x7fff_8000_0000;
const FRAMES: u32 = 32;
const TOP_TABLE: Frame = Frame(1);

/// How an image ended.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
enum End {
    Exit,
    PageFault,
    Protection,
    Divide,
    Illegal,
    Limit,
}

/// The hardware, with pages of every kind: text that is written to and text that is not, rodata, data, stack, secret.
struct Bare {
    hw: Hardware,
    recorder: Recorder,
    fastmap: Fastmap,
    next: u32,
    text: [Frame; 2],
    guarded: Vec<(Frame, Vec<u8>)>,
    stack: Frame,
}

impl Bare {
    fn new() -> Self {
        let mut hw = Hardware::new(FRAMES, 1);
        hw.cpus[0].cr3 = Cr3 { table: TOP_TABLE, pcid: 1 };
        let recorder = Recorder::new(Recording::Off);
        let none = Frame::default();
        let mut bare = Self {
            hw,
            recorder,
            fastmap: Fastmap::default(),
            next: 2,
            text: [none; 2],
            guarded: Vec::new(),
            stack: none,
        };
        bare.text = [bare.map(TEXT, U), bare.map(TEXT + PAGE_SIZE, U | W)];
        for (address, flags) in [(RODATA, U | NX), (SECRET, W)] {
            let frame = bare.map(address, flags);
            let bytes = vec![flags as u8 ^ 0x5a; PAGE_SIZE as usize];
            bare.hw.phys.write(frame, 0, &bytes);
            bare.guarded.push((frame, bytes));
        }
        let _ = (bare.map(DATA, U | W | NX), bare.map(DATA + PAGE_SIZE, U | W | NX));
        bare.stack = bare.map(STACK, U | W | NX);
        let _ = bare.map(STACK + PAGE_SIZE, U | W | NX);
        bare
    }

    fn map(&mut self, address: u64, flags: u64) -> Frame {
        loop {
            match mmu::walk(&self.hw.phys, TOP_TABLE, Vaddr(address)) {
                Walk::Mapped { step, .. } => return step.pte.frame(),
                Walk::Missing { level, step } => {
                    let frame = Frame(self.next);
                    self.next += 1;
                    let pte = if level == 1 { Pte::leaf(frame, flags) } else { Pte::table(frame) };
                    self.hw.phys.write_u64(step.address(), pte.0);
                }
            }
        }
    }

    /// Puts an image in its place: its text, and what it finds on its stack.
    fn load(&mut self, text: &[u64; TEXT_WORDS], chance: &mut Chance) {
        for (frame, half) in self.text.into_iter().zip(text.chunks(TEXT_WORDS / 2)) {
            let bytes: Vec<u8> = half.iter().flat_map(|word| word.to_le_bytes()).collect();
            self.hw.phys.write(frame, 0, &bytes);
        }
        let words: Vec<u8> = (0..64).flat_map(|_| address(chance).to_le_bytes()).collect();
        for offset in (0..PAGE_SIZE).step_by(words.len()) {
            self.hw.phys.write(self.stack, offset as u16, &words);
            self.hw.phys.write(Frame(self.stack.0 + 1), offset as u16, &words);
        }
    }

    /// Runs to the end; system calls are answered with noise, as a kernel might.
    fn run(&mut self, mut registers: Registers, chance: &mut Chance) -> End {
        let mut left = STEPS;
        while left > 0 {
            let Self { hw, recorder, fastmap, .. } = self;
            let stamp = Stamp::default();
            let mut bus = Bus {
                hw,
                recorder,
                fastmap,
                stamp,
                cpu: CpuId(0),
                mm: MmId(1),
                tlb_used: TlbUse::default(),
                races: None,
                touches: None,
            };
            let exit = exec::run(&mut bus, &mut registers, left);
            assert!(exit.executed <= left, "{exit:?} of {left}");
            let walks = bus.stamp.time.0 - exit.executed * clock::INSTRUCTION;
            assert_eq!(walks % clock::PAGE_WALK, 0, "{exit:?}");
            left -= exit.executed;
            match exit.trap {
                Trap::Syscall { nr: 60 | 231, .. } => return End::Exit,
                Trap::Syscall { .. } => registers.rax = chance.word(),
                Trap::Mark { .. } => {}
                Trap::Choose { options } => registers.rax = options.saturating_sub(1),
                Trap::PageFault { .. } => return End::PageFault,
                Trap::GeneralProtection { .. } => return End::Protection,
                Trap::DivideError => return End::Divide,
                Trap::IllegalInstruction => return End::Illegal,
                Trap::Timer => assert_eq!(left, 0, "the timer rang early"),
            }
        }
        End::Limit
    }

    /// What a program may not write to is as it was: rodata, the kernel's page, and the first page of its text.
    fn check_guarded(&self, text: &[u64; TEXT_WORDS]) {
        let mut page = vec![0; PAGE_SIZE as usize];
        for (frame, bytes) in &self.guarded {
            self.hw.phys.read(*frame, 0, &mut page);
            assert!(page == *bytes, "{frame:?} was written to");
        }
        self.hw.phys.read(self.text[0], 0, &mut page);
        let same = page.chunks(8).zip(text).all(|(bytes, word)| bytes == word.to_le_bytes());
        assert!(same, "text that is read-only was written to");
    }

    /// The words of all tables, without what the hardware itself notes in them.
    fn tables(&self) -> Vec<u64> {
        let mut words = Vec::new();
        let mut visit = |frame: Frame| {
            let at = u64::from(frame.0) * PAGE_SIZE;
            let page: Vec<u64> = (0..512).map(|i| self.hw.phys.read_u64(Paddr(at + 8 * i)) & !(A | D)).collect();
            words.extend(&page);
            page.into_iter().filter(|word| word & P != 0).map(|word| Pte(word).frame()).collect::<Vec<_>>()
        };
        let mut level = vec![TOP_TABLE];
        for _ in 0..4 {
            level = level.into_iter().flat_map(&mut visit).collect();
        }
        words
    }
}

/// An address that a spoilt pointer may hold: near something, or anywhere.
fn address(chance: &mut Chance) -> u64 {
    match chance.below(16) {
        0..4 => TEXT + 8 * chance.below(TEXT_WORDS as u64),
        4..7 => DATA + chance.below(2 * PAGE_SIZE),
        7..11 => STACK + 8 * chance.below(1024),
        11 => RODATA + chance.below(PAGE_SIZE),
        12 => SECRET + chance.below(PAGE_SIZE),
        13 => (1 << 47) - 8 + chance.below(16),
        14 => chance.below(600),
        _ => chance.word(),
    }
}

/// Where an image begins: mostly as a kernel would have it, sometimes anywhere.
fn start(chance: &mut Chance) -> Registers {
    let pc = if chance.one_in(16) { address(chance) } else { TEXT + 8 * chance.below(TEXT_WORDS as u64) };
    let sp = if chance.one_in(16) { address(chance) } else { TOP - 8 * chance.below(200) };
    Registers { pc, sp, rax: chance.word(), rdx: chance.word(), tls: chance.word(), args: [0; 6] }
}

/// The next image: noise throughout, or a piece of a compiled program that is more or less spoilt.
fn next_image(text: &mut [u64; TEXT_WORDS], programs: &[Vec<u64>], chance: &mut Chance) {
    match chance.below(4) {
        0 => text.fill_with(|| instruction(chance)),
        kind => {
            let program = &programs[chance.below(programs.len() as u64) as usize];
            let from = chance.below(program.len() as u64) as usize;
            for (word, &whole) in text.iter_mut().zip(program[from..].iter().chain(program).cycle()) {
                *word = whole;
            }
            let times = [0, 4, 40, 400][kind as usize];
            spoil(chance, text, times);
        }
    }
}

/// Runs images of noise on one machine; how each ended.
fn play(images: usize, seed: u64) -> (Bare, Vec<End>) {
    let programs: Vec<Vec<u64>> = programs().into_iter().map(|compiled| compiled.images[0].text.clone()).collect();
    let mut chance = Chance::new(seed);
    let mut bare = Bare::new();
    let tables = bare.tables();
    let mut text = Box::new([0; TEXT_WORDS]);
    let mut ends = Vec::with_capacity(images);
    for _ in 0..images {
        next_image(&mut text, &programs, &mut chance);
        bare.load(&text, &mut chance);
        let registers = start(&mut chance);
        ends.push(bare.run(registers, &mut chance));
        bare.check_guarded(&text);
    }
    assert!(bare.tables() == tables, "a page table was written to");
    (bare, ends)
}

#[test]
fn a_million_images_of_noise_hurt_nobody() {
    let (_, ends) = play(IMAGES, 1);
    assert_eq!(ends.len(), IMAGES);
    for end in [End::Exit, End::PageFault, End::Protection, End::Divide, End::Illegal, End::Limit] {
        let count = ends.iter().filter(|&&other| other == end).count();
        assert!(count > IMAGES / 10_000, "{end:?}: only {count}");
    }
}

#[test]
fn the_same_noise_ends_in_the_same_way() {
    let ((one, one_ends), (two, two_ends)) = (play(5000, 2), play(5000, 2));
    assert_eq!(one_ends, two_ends);
    assert!(one.hw == two.hw, "the machines differ");
}
