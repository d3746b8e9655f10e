//! Texts made of noise: nothing that they hold may hurt the host, and recording them may not change what they do.

use proptest::prelude::*;

use super::Registers;
use super::rig::{DATA, Rig, STACK, STACK_PAGES, TEXT, TOP};
use crate::abi::op::{ALL, Instruction};
use crate::base::units::PAGE_SIZE;
use crate::machine::pte::{NX, U, W};
use crate::machine::trap::Trap;
use crate::trace::recorder::Recording;

const TEXT_PAGES: u64 = 2;
const DATA_PAGES: u64 = 3;

/// An address that is worth touching: near something, or anywhere.
fn address() -> impl Strategy<Value = u64> {
    prop_oneof![
        4 => (0..TEXT_PAGES * 512).prop_map(|word| TEXT + 8 * word),
        4 => (0..DATA_PAGES * PAGE_SIZE).prop_map(|byte| DATA + byte),
        4 => (0..STACK_PAGES * 512).prop_map(|word| STACK + 8 * word),
        1 => any::<u64>(),
        1 => Just(TEXT + TEXT_PAGES * PAGE_SIZE - 1),
        1 => (0..20_u64).prop_map(|shift| (1 << 47) - 10 + shift),
    ]
}

/// A word: mostly a legal operation with any operands and a small jump.
fn word() -> impl Strategy<Value = u64> {
    prop_oneof![
        8 => (proptest::sample::select(ALL), any::<[u8; 3]>(), -40..40_i32).prop_map(|(info, [a, b, c], imm)| {
            Instruction { op: info.op, a: a % 16, b: b % 16, c: c % 16, imm }.encode()
        }),
        3 => (proptest::sample::select(ALL), any::<[u8; 3]>(), any::<i32>()).prop_map(|(info, [a, b, c], imm)| {
            Instruction { op: info.op, a, b, c, imm }.encode()
        }),
        1 => any::<u64>(),
    ]
}

/// A machine whose text may be written, with noise in text, data and stack.
fn noisy(recording: Recording, text: &[u64], slots: &[u64]) -> Rig {
    let mut rig = Rig::new(64, recording);
    for page in 0..TEXT_PAGES {
        let frame = rig.map(TEXT + page * PAGE_SIZE, U | W);
        for offset in 0..512 {
            let word = text[(offset + 512 * page as usize) % text.len()];
            rig.hw.phys.write(frame, 8 * offset as u16, &word.to_le_bytes());
        }
    }
    for page in 0..DATA_PAGES {
        let _ = rig.map(DATA + page * PAGE_SIZE, U | W);
    }
    for page in 0..STACK_PAGES {
        let frame = rig.map(STACK + page * PAGE_SIZE, U | W | NX);
        for offset in 0..512 {
            rig.hw.phys.write(frame, 8 * offset as u16, &slots[offset % slots.len()].to_le_bytes());
        }
    }
    rig
}

/// Runs noise for a while, taking each trap that lets it go on as done; the last state of all.
fn play(rig: &mut Rig, mut registers: Registers) -> (Registers, Vec<(Trap, u64)>) {
    let mut traps = Vec::new();
    for budget in [1, 3, 100, 1000, 4000, 77, 2000, 5000] {
        let exit = rig.run(&mut registers, budget);
        assert!(exit.executed <= budget);
        traps.push((exit.trap, exit.executed));
        match exit.trap {
            Trap::Syscall { .. } | Trap::Mark { .. } | Trap::Choose { .. } | Trap::Timer => {}
            Trap::DivideError | Trap::IllegalInstruction | Trap::PageFault { .. } | Trap::GeneralProtection { .. } => {
                registers.pc = registers.pc.wrapping_add(8);
            }
        }
    }
    (registers, traps)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1000))]

    #[test]
    fn noise_hurts_nobody(
        text in proptest::collection::vec(word(), 1..200),
        slots in proptest::collection::vec(address(), 1..40),
        pc in prop_oneof![4 => Just(TEXT), 1 => address()],
        sp in prop_oneof![4 => Just(TOP), 1 => address()],
    ) {
        let registers = Registers { pc, sp, rax: 1, rdx: 2, tls: DATA, args: [0; 6] };
        let mut plain = noisy(Recording::Off, &text, &slots);
        let saved = plain.hw.clone();
        let expected = play(&mut plain, registers);
        let mut recorded = noisy(Recording::All, &text, &slots);
        prop_assert!(recorded.hw == saved, "the clone was altered");
        prop_assert_eq!(play(&mut recorded, registers), expected);
        prop_assert!(recorded.hw == plain.hw, "recording changed what happened");
    }
}
