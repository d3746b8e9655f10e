//! What instructions do, where they fault, and that recording and splitting a run change nothing.

mod atomics;

use proptest::prelude::*;

use super::rig::{DATA, Rig, STACK, TEXT, TOP, answer, arithmetic, fib, i, jump_const, sieve, start};
use super::{Exit, Registers};
use crate::abi::op::{Instruction, Op};
use crate::base::units::PAGE_SIZE;
use crate::machine::pte::{NX, U, W};
use crate::machine::trap::{CODE_I, CODE_P, CODE_U, CODE_W, Trap};
use crate::trace::event::What;
use crate::trace::recorder::Recording;

/// Loads all 64 bits of a slot.
fn load(slot: u8, value: u64) -> [Instruction; 2] {
    [i(Op::LoadI, slot, 0, 0, value as i32), i(Op::LoadHi, slot, 0, 0, (value >> 32) as i32)]
}

fn programs() -> Vec<(Vec<Instruction>, u64)> {
    let x = (0..1000_u64).fold(0, |x, i| ((x ^ i) + i) & 0xff_ffff);
    vec![(fib(15), 610), (sieve(20_000), 2262), (arithmetic(1000), x)]
}

/// Runs a text until its first trap.
fn once(text: &[Instruction]) -> (Rig, Registers, Exit) {
    let mut rig = Rig::with(text, 5, Recording::Off);
    let mut registers = start();
    let exit = rig.run(&mut registers, 1_000_000);
    (rig, registers, exit)
}

fn trap_of(text: &[Instruction]) -> (Trap, u64) {
    let (_, registers, exit) = once(text);
    (exit.trap, registers.pc)
}

fn fault_code(address: u64, code: u8) -> Trap {
    Trap::PageFault { address, code }
}

#[test]
fn programs_give_their_answers() {
    for (text, expected) in programs() {
        assert_eq!(answer(once(&text).2), expected);
    }
}

#[test]
fn a_run_in_single_steps_is_the_same_run() {
    for (text, _) in programs() {
        let (whole, registers, exit) = once(&text);
        let mut rig = Rig::with(&text, 5, Recording::Off);
        let (mut stepped, mut executed) = (start(), 0);
        let trap = loop {
            let step = rig.run(&mut stepped, 1);
            executed += step.executed;
            if step.trap != Trap::Timer {
                break step.trap;
            }
            assert_eq!(step.executed, 1);
        };
        assert_eq!((trap, executed, stepped), (exit.trap, exit.executed, registers));
        assert!(rig.hw == whole.hw, "memory, TLB or clock differ");
    }
}

#[test]
fn recorded_stores_change_nothing_and_can_be_folded_and_undone() {
    for (text, _) in programs() {
        let (whole, registers, exit) = once(&text);
        let mut rig = Rig::with(&text, 5, Recording::All);
        let fresh = rig.hw.clone();
        let mut recorded = start();
        assert_eq!((rig.run(&mut recorded, 1_000_000), recorded), (exit, registers));
        assert!(rig.hw == whole.hw, "recording changed what happened");
        let (events, arena) = rig.recorder.take();
        let mut fold = fresh.clone();
        let changes = || {
            events.iter().filter_map(|numbered| match numbered.event.what {
                What::Change(change) => Some(change),
                What::Note(_) | What::Choice(_) => None,
            })
        };
        assert!(changes().all(|change| fold.apply(&change, &arena)));
        assert!(fold == rig.hw, "the fold differs");
        for change in changes().collect::<Vec<_>>().iter().rev() {
            assert!(fold.apply(&change.inverse(), &arena));
        }
        assert!(fold == fresh, "undo does not lead back");
        assert!(events.windows(2).all(|pair| pair[0].event.time <= pair[1].event.time));
    }
}

#[test]
fn a_clone_is_not_altered_by_its_original() {
    let mut rig = Rig::with(&fib(15), 0, Recording::Off);
    let mut registers = start();
    let _ = rig.run(&mut registers, 5000);
    let (saved, at) = (rig.hw.clone(), registers);
    let copy = rig.hw.phys.resident();
    let first = rig.run(&mut registers, 1_000_000);
    let mut again = Rig::with(&[], 0, Recording::Off);
    again.hw = saved;
    assert_eq!(again.hw.phys.resident(), copy);
    let mut registers = at;
    assert_eq!(again.run(&mut registers, 1_000_000), first);
    assert!(again.hw == rig.hw);
}

#[test]
fn the_budget_is_exact() {
    let text = fib(15);
    for budget in [0, 1, 2, 17, 511, 512, 513, 4000] {
        let mut rig = Rig::with(&text, 0, Recording::Off);
        assert_eq!(rig.run(&mut start(), budget), Exit { trap: Trap::Timer, executed: budget });
        let walked = rig.hw.cpus[0].time.0 - budget;
        assert_eq!(walked % crate::machine::clock::PAGE_WALK, 0);
    }
    let copy = [i(Op::LoadI, 2, 0, 0, DATA as i32), i(Op::Zero, 2, 0, 0, 640), i(Op::Nop, 0, 0, 0, 0)];
    for (budget, executed, pc) in [(2, 2, 16), (5, 5, 16), (12, 12, 16), (13, 13, 24)] {
        let mut registers = start();
        let exit = Rig::with(&copy, 1, Recording::Off).run(&mut registers, budget);
        assert_eq!((exit.trap, exit.executed, registers.pc), (Trap::Timer, executed, TEXT + pc));
    }
}

#[test]
fn faults_leave_pc_at_the_instruction() {
    let data = DATA as i32;
    let fault = fault_code;
    let unmapped = [i(Op::LoadI, 2, 0, 0, 0x1000), i(Op::Ld8, 3, 2, 0, 4)];
    assert_eq!(trap_of(&unmapped), (fault(0x1004, CODE_U), TEXT + 8));
    let text_write = [i(Op::StA32, 2, 0, 0, TEXT as i32)];
    assert_eq!(trap_of(&text_write), (fault(TEXT, CODE_P | CODE_U | CODE_W), TEXT));
    let data_fetch = [i(Op::LoadI, 2, 0, 0, data), i(Op::CallIndirect, 2, 0, 2, 0)];
    assert_eq!(trap_of(&data_fetch), (fault(DATA, CODE_P | CODE_U | CODE_I), TEXT + 8));
    let beyond = [i(Op::Jmp, 0, 0, 0, 512)];
    assert_eq!(trap_of(&beyond), (fault(TEXT + PAGE_SIZE, CODE_U | CODE_I), TEXT + PAGE_SIZE));
    let wild = [i(Op::LoadHi, 2, 0, 0, 1 << 30), i(Op::Ld8, 3, 2, 0, 0)];
    assert_eq!(trap_of(&wild), (Trap::GeneralProtection { address: 1 << 62 }, TEXT + 8));
    assert_eq!(trap_of(&[i(Op::Div, 2, 2, 2, 0)]), (Trap::DivideError, TEXT));
    assert_eq!(trap_of(&[i(Op::Ud2, 2, 2, 2, 0)]), (Trap::IllegalInstruction, TEXT));
    assert_eq!(trap_of(&[]), (fault(TEXT, CODE_U | CODE_I), TEXT));
    assert_eq!(trap_of(&[i(Op::Nop, 0, 0, 0, 0)]), (Trap::IllegalInstruction, TEXT + 8));
}

#[test]
fn operands_that_leave_the_window_are_illegal() {
    let illegal = [
        i(Op::Ret, 255, 2, 0, 0),
        i(Op::Ret, 2, 3, 0, 0),
        i(Op::Result, 255, 2, 0, 0),
        i(Op::Syscall, 250, 6, 0, 0),
        i(Op::Syscall, 2, 7, 0, 0),
        i(Op::Call, 255, 2, 0, 1),
        i(Op::Call, 2, 0, 0, 1),
        i(Op::Copy, 2, 3, 0, 4097),
        i(Op::Zero, 2, 3, 0, -1),
    ];
    for instruction in illegal {
        assert_eq!(trap_of(&[instruction]), (Trap::IllegalInstruction, TEXT), "{instruction:?}");
    }
    let narrow = [i(Op::Call, 2, 3, 0, 1), i(Op::Enter, 0, 4, 0, 0)];
    assert_eq!(trap_of(&narrow), (Trap::IllegalInstruction, TEXT));
}

#[test]
fn a_spoilt_return_is_caught() {
    let spoil = |slot, value| {
        let function = [i(Op::Enter, 0, 4, 0, 0), i(Op::LoadI, slot, 0, 0, value), i(Op::Ret, 2, 0, 0, 0)];
        trap_of(&[&[i(Op::Call, 2, 0, 0, 1)], &function[..]].concat())
    };
    let ret = TEXT + 24;
    assert_eq!(spoil(0, 4), (Trap::GeneralProtection { address: 4 }, ret));
    assert_eq!(spoil(1, 2056), (Trap::GeneralProtection { address: 2056 }, ret));
    assert_eq!(spoil(1, 2052), (Trap::GeneralProtection { address: 2052 }, ret));
    assert_eq!(spoil(1, 2048), (Trap::PageFault { address: 2048, code: CODE_U | CODE_W }, ret));
    assert_eq!(spoil(0, 4096), (Trap::PageFault { address: 4096, code: CODE_U | CODE_I }, 4096));
}

#[test]
fn deep_calls_end_at_the_unmapped_page_below_the_stack() {
    let (mut rig, mut registers, exit) = once(&[i(Op::Enter, 0, 9, 0, 100), i(Op::Call, 2, 1, 0, -1)]);
    let Trap::PageFault { address, code } = exit.trap else { panic!("{exit:?}") };
    assert_eq!((address >> 12, code), ((STACK >> 12) - 1, CODE_U | CODE_W));
    assert_eq!(registers.pc, TEXT + 8);
    let _ = rig.map(address & !4095, U | W | NX);
    let before = registers.sp;
    let _ = rig.run(&mut registers, 1);
    assert_eq!((registers.sp, rig.word(registers.sp + 8)), (address, before));
}

#[test]
fn an_access_across_pages_has_all_of_its_effect_or_none() {
    let end = DATA + 5 * PAGE_SIZE;
    let store = |address: u64| {
        let [low, high] = load(2, 0x1122_3344_5566_7788);
        once(&[low, high, i(Op::StA64, 2, 0, 0, address as i32), i(Op::LdA64, 3, 0, 0, address as i32)])
    };
    let (rig, _, exit) = store(end - 3);
    assert_eq!(exit.trap, Trap::PageFault { address: end, code: CODE_U | CODE_W });
    assert_eq!(rig.word(end - 8), 0);
    let (rig, _, _) = store(DATA + PAGE_SIZE - 3);
    assert_eq!(rig.word(DATA + PAGE_SIZE - 8), 0x6677_8800_0000_0000);
    assert_eq!(rig.word(DATA + PAGE_SIZE), 0x11_2233_4455);
    assert_eq!(rig.slot(3), 0x1122_3344_5566_7788);
}

#[test]
fn copy_and_zero_reach_over_two_pages() {
    let (from, to) = (DATA + 100, DATA + 2 * PAGE_SIZE + 3000);
    let mut text =
        vec![i(Op::LoadI, 2, 0, 0, -1), i(Op::LoadI, 3, 0, 0, to as i32), i(Op::LoadI, 4, 0, 0, from as i32)];
    text.extend([i(Op::StA64, 2, 0, 0, (DATA + 4088) as i32), i(Op::Copy, 3, 4, 0, 4096)]);
    let (rig, _, exit) = once(&text);
    assert_eq!((exit.trap, exit.executed), (Trap::IllegalInstruction, 5 + 64));
    assert_eq!(rig.word((to + 3988) & !7), 0xffff_ffff << 32);
    text.extend([i(Op::Zero, 3, 0, 0, 4096)]);
    let (rig, _, _) = once(&text);
    assert!((to & !7..(to + 4096) & !7).step_by(8).all(|address| rig.word(address) == 0));
}

#[test]
fn text_that_is_written_is_what_is_executed() {
    let new = i(Op::LoadI, 4, 0, 0, 99).encode();
    let [low, high] = load(2, new);
    let text = [low, high, i(Op::StA64, 2, 0, 0, TEXT as i32 + 24), i(Op::Ud2, 0, 0, 0, 0), i(Op::Syscall, 4, 0, 0, 0)];
    let mut rig = Rig::new(64, Recording::Off);
    let page = rig.map(TEXT, U | W);
    let _ = rig.map(TOP & !4095, U | W | NX);
    for (slot, instruction) in text.iter().enumerate() {
        rig.hw.phys.write(page, 8 * slot as u16, &instruction.encode().to_le_bytes());
    }
    // The clone makes the page a shared one, so that the store moves the page that is being executed.
    let saved = rig.hw.clone();
    assert_eq!(answer(rig.run(&mut start(), 100)), 99);
    assert_ne!(saved, rig.hw);
}

#[test]
fn conditions_and_constants_are_signed_where_they_say_so() {
    for (op, slot, k, taken) in [
        (Op::JltI, -5_i32, -4_i16, true),
        (Op::JltI, 5, -4, false),
        (Op::JleI, -4, -4, true),
        (Op::JgtI, 300, 299, true),
        (Op::JgeI, -300, -299, false),
        (Op::JeqI, -1, -1, true),
        (Op::JneI, -1, -1, false),
    ] {
        let text =
            [i(Op::LoadI, 2, 0, 0, slot), jump_const(op, 2, k, 2), i(Op::Ud2, 0, 0, 0, 0), i(Op::Choose, 2, 0, 0, 0)];
        let (trap, _) = trap_of(&text);
        assert_eq!(trap == Trap::Choose { options: i64::from(slot) as u64 }, taken, "{op:?} {slot} {k}");
    }
}

/// What an instruction with two sources must yield; none for a divide error.
fn model(op: Op, x: u64, y: u64) -> Option<u64> {
    let (sx, sy) = (i128::from(x as i64), i128::from(y as i64));
    let fits = |value: i128| i64::try_from(value).ok().map(|value| value as u64);
    #[expect(clippy::wildcard_enum_match_arm, reason = "only the operations of the list below are asked for")]
    Some(match op {
        Op::Add => (sx + sy) as u64,
        Op::Sub => (sx - sy) as u64,
        Op::Mul => (sx * sy) as u64,
        Op::Div => return if sy == 0 { None } else { fits(sx / sy) },
        Op::Rem => return if sy == 0 || fits(sx / sy).is_none() { None } else { fits(sx % sy) },
        Op::DivU => return x.checked_div(y),
        Op::RemU => return x.checked_rem(y),
        Op::AndNot => x & !y,
        Op::Shl => (u128::from(x) << (y % 64)) as u64,
        Op::Shr => (u128::from(x) >> (y % 64)) as u64,
        Op::Sar => (sx >> (y % 64)) as u64,
        Op::Slt => u64::from(sx < sy),
        Op::Sle => u64::from(sx <= sy),
        Op::Sltu => u64::from(x < y),
        Op::Sleu => u64::from(x <= y),
        Op::Seq => u64::from(x == y),
        other => panic!("{other:?} is not in the model"),
    })
}

const MODELLED: [Op; 16] = [
    Op::Add,
    Op::Sub,
    Op::Mul,
    Op::Div,
    Op::Rem,
    Op::DivU,
    Op::RemU,
    Op::AndNot,
    Op::Shl,
    Op::Shr,
    Op::Sar,
    Op::Slt,
    Op::Sle,
    Op::Sltu,
    Op::Sleu,
    Op::Seq,
];

fn number() -> impl Strategy<Value = u64> {
    prop_oneof![any::<u64>(), Just(0), Just(1), Just(u64::MAX), Just(1 << 63), 0..100_u64]
}

proptest! {
    #[test]
    fn arithmetic_is_that_of_wide_integers(op in proptest::sample::select(&MODELLED), x in number(), y in number()) {
        let text = [&load(2, x)[..], &load(3, y), &[i(op, 4, 2, 3, 0), i(Op::Syscall, 4, 0, 0, 0)]].concat();
        let trap = trap_of(&text).0;
        prop_assert_eq!(trap, model(op, x, y).map_or(Trap::DivideError, |nr| Trap::Syscall { nr }));
    }
}
