//! Every system call with every kind of nonsense: bad pointers, huge lengths, descriptors that are none. After each step
//! the kernel's books are right.

use std::collections::BTreeSet;

use ring3::abi::image::{Debug, Image, TEXT_BASE};
use ring3::abi::op::{Instruction, Op};
use ring3::abi::sysno::{self, ArgKind, Sysno};
use ring3::kernel::config::Config;
use ring3::kernel::core::Kernel;
use ring3::kernel::run::Step;
use ring3::kernel::syscall::MODELLED;
use ring3::kernel::vfs::console;
use ring3::lang::pipeline::Compiled;
use ring3::system::{Machine, Options};
use ring3::trace::event::{Note, What};
use ring3::trace::recorder::Recording;

use super::noise::Chance;

const PROGRAMS: u64 = 1_500;
/// Calls of one program.
const CALLS: u64 = 24;
/// Steps of the kernel after which a program is left alone.
const STEPS: usize = 250;

/// Paths that the programs find in their data, each at a multiple of 32 bytes.
const PATHS: [&[u8]; 12] = [
    b"/\0",
    b"/bin/script\0",
    b"/bin/ls\0",
    b"/tmp/a\0",
    b"/tmp/a/b\0",
    b"/proc/self/maps\0",
    b"/proc/self/fd\0",
    b"/dev/null\0",
    b"/dev/zero\0",
    b"..//./tmp/../\0",
    b"\0",
    b"/tmp\0",
];
const DATA_BYTES: u64 = 2 * 4096;

fn word(op: Op, a: u8, b: u8, imm: i32) -> u64 {
    Instruction { op, a, b, c: 0, imm }.encode()
}

/// Loads a number into a slot.
fn load(text: &mut Vec<u64>, slot: u8, value: u64) {
    text.push(word(Op::LoadI, slot, 0, value as i32));
    text.push(word(Op::LoadHi, slot, 0, (value >> 32) as i32));
}

/// Addresses: of data and its ends, text, stack, nothing, the kernel, no address at all.
fn pointer(chance: &mut Chance, data: u64) -> u64 {
    match chance.below(12) {
        0..5 => data + chance.below(DATA_BYTES),
        5 => data + 2 * 4096 - chance.below(16),
        6 => TEXT_BASE + chance.below(4096),
        7 => 0x7fff_ffff_0000 + chance.below(0x2_0000),
        8 => 0,
        9 => (1 << 47) - chance.below(64),
        10 => 0xffff_8000_0000_0000 | chance.word(),
        _ => chance.word(),
    }
}

/// Numbers at the edges of what is possible.
fn number(chance: &mut Chance) -> u64 {
    let edge: u64 =
        chance.pick(&[0, 1, 2, 3, 255, 256, 4095, 4096, 4097, 65536, 1 << 20, 1 << 31, 1 << 32, 1 << 47, 1 << 63]);
    match chance.below(6) {
        0 => chance.word() >> chance.below(64),
        1 => edge.wrapping_neg(),
        2 => u64::MAX - chance.below(4),
        _ => edge,
    }
}

/// An argument that is mostly of the right kind, and seldom right.
fn argument(chance: &mut Chance, kind: ArgKind, data: u64) -> u64 {
    if chance.one_in(8) {
        return number(chance);
    }
    match kind {
        ArgKind::Fd => chance.pick(&[0, 1, 2, 3, 4, 5, 6, 1023, 1024, u64::MAX, -100_i64 as u64, 1 << 31]),
        ArgKind::Path if !chance.one_in(5) => data + 32 * chance.below(PATHS.len() as u64),
        ArgKind::Path
        | ArgKind::BufferIn
        | ArgKind::BufferOut
        | ArgKind::Pointer
        | ArgKind::Argv
        | ArgKind::StatusOut
        | ArgKind::PipeFdsOut
        | ArgKind::TimespecIn
        | ArgKind::TimespecOut
        | ArgKind::SigsetIn
        | ArgKind::SigsetOut
        | ArgKind::SigactionIn
        | ArgKind::SigactionOut
        | ArgKind::SiginfoIn
        | ArgKind::SiginfoOut
        | ArgKind::ItimervalIn
        | ArgKind::ItimervalOut
        | ArgKind::RlimitIn
        | ArgKind::RlimitOut
        | ArgKind::StackIn
        | ArgKind::StackOut
        | ArgKind::StatOut
        | ArgKind::RusageOut
        | ArgKind::UtsnameOut
        | ArgKind::IntOut
        | ArgKind::Pollfds
        | ArgKind::DirentsOut
        | ArgKind::ResidentOut
        | ArgKind::IovecIn
        | ArgKind::IovecOut
        | ArgKind::CpusetIn
        | ArgKind::CpusetOut
        | ArgKind::IntIn
        | ArgKind::SignalOut
        | ArgKind::CommOut
        | ArgKind::TermiosOut
        | ArgKind::Ignored => pointer(chance, data),
        ArgKind::Pid => chance.pick(&[0, 1, 2, 3, u64::MAX, -2_i64 as u64, 1 << 31, 999]),
        ArgKind::Signal => chance.pick(&[0, 2, 9, 13, 17, 18, 19, 31, 34, 64, 65, u64::MAX]),
        ArgKind::Int | ArgKind::Unsigned | ArgKind::Hex | ArgKind::FutexOp | ArgKind::Length => number(chance),
        ArgKind::OpenFlags => chance.pick(&[0, 1, 2, 0o100, 0o102, 0o1102, 0o2101, 0o200_000, 0o2_000_002, u64::MAX]),
        ArgKind::MapFlags => chance.pick(&[1, 2, 0x21, 0x22, 0x32, 0x10_0022, 0x8022, 0x1_0022, 0, u64::MAX]),
        ArgKind::CloneFlags => chance.pick(&[17, 0, 0x4111, 0x100, 0x10f00, 0x50f00, u64::MAX]),
        ArgKind::Mode
        | ArgKind::Prot
        | ArgKind::WaitOptions
        | ArgKind::Whence
        | ArgKind::FcntlCommand
        | ArgKind::ClockId
        | ArgKind::RusageWho
        | ArgKind::AccessMode => chance.below(16),
        ArgKind::Named(_) | ArgKind::NamedSet(_) => number(chance),
    }
}

/// The number of the next call: of those that are modelled, the ones that end the program seldom.
fn call(chance: &mut Chance) -> u64 {
    let nr = chance.pick(MODELLED);
    let ends = [Sysno::EXIT, Sysno::EXIT_GROUP, Sysno::EXECVE, Sysno::KILL, Sysno::TKILL, Sysno::TGKILL].contains(&nr);
    match chance.below(40) {
        0 => chance.word() >> chance.below(64),
        1 => chance.below(450),
        _ if ends && !chance.one_in(4) => u64::from(Sysno::MMAP.0),
        _ => u64::from(nr.0),
    }
}

/// A program that makes calls.
fn program(chance: &mut Chance) -> Image {
    let words = 1 + CALLS * 15 + 3;
    let data = TEXT_BASE + (8 * words).div_ceil(4096) * 4096;
    let mut text = vec![word(Op::Enter, 0, 20, 0)];
    for _ in 0..CALLS {
        let nr = call(chance);
        let row = Sysno::from_word(nr).and_then(sysno::info);
        load(&mut text, 4, nr);
        for place in 0..6 {
            let kind = row.and_then(|row| row.args.get(usize::from(place))).map_or(ArgKind::Int, |arg| arg.kind);
            load(&mut text, 5 + place, argument(chance, kind, data));
        }
        text.push(word(Op::Syscall, 4, 6, 0));
    }
    load(&mut text, 4, u64::from(Sysno::EXIT_GROUP.0));
    text.push(word(Op::Syscall, 4, 0, 0));
    assert_eq!(text.len() as u64, words);
    let mut bytes = vec![0; DATA_BYTES as usize];
    for (place, path) in bytes.chunks_mut(32).zip(PATHS) {
        place[..path.len()].copy_from_slice(path);
    }
    Image {
        name: "script".to_owned(),
        entry: TEXT_BASE,
        base: TEXT_BASE,
        text,
        rodata: Vec::new(),
        data: bytes,
        bss_bytes: 4096,
        debug: Debug::default(),
    }
}

/// Notes which calls were answered.
fn note_answers(kernel: &mut Kernel, answered: &mut BTreeSet<u16>) {
    let (events, _) = kernel.recorder().take();
    for numbered in events {
        if let What::Note(Note::SyscallExit { nr, .. }) = numbered.event.what {
            let _ = answered.insert(nr);
        }
    }
    kernel.output.clear();
}

#[test]
fn calls_that_make_no_sense_leave_the_kernel_whole() {
    let mut chance = Chance::new(4);
    let mut answered = BTreeSet::new();
    for number in 0..PROGRAMS {
        let compiled = Compiled { images: vec![program(&mut chance)], settings: Vec::new() };
        let config = Config { script_is_init: true, max_steps: Some(100_000), ..Config::with_ram(384) };
        let options = Options { config, recording: Recording::State, ..Options::default() };
        let mut machine = Machine::start(&compiled, &options).expect("384 frames are enough to boot");
        let kernel = machine.kernel_mut();
        for step in 0..STEPS {
            let stepped = kernel.step();
            note_answers(kernel, &mut answered);
            kernel.check().unwrap_or_else(|error| panic!("program {number}, step {step}: {error}"));
            match stepped {
                Step::Ran => {}
                Step::NeedsInput => console::end_input(kernel),
                Step::Ended(_) => break,
            }
        }
    }
    // Who ends has nobody to answer to; a frame answers for its handler, and a handler ends a pause.
    let may_be_silent = [Sysno::EXIT, Sysno::EXIT_GROUP, Sysno::RT_SIGRETURN, Sysno::PAUSE];
    let silent: Vec<&Sysno> =
        MODELLED.iter().filter(|nr| !answered.contains(&nr.0) && !may_be_silent.contains(nr)).collect();
    assert!(silent.is_empty(), "these were never answered: {silent:?}");
}
