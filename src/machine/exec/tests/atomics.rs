//! What atomic accesses give and leave, where they fault, and what a lock's note says.

use super::{Rig, fault_code, load, once, trap_of};
use crate::abi::op::{Instruction, Op};
use crate::base::units::PAGE_SIZE;
use crate::machine::exec::rig::{DATA, TEXT, i, start};
use crate::machine::trap::{CODE_P, CODE_U, CODE_W, Trap};
use crate::trace::event::{Note, What};
use crate::trace::recorder::Recording;
use crate::trace::value::LockAct;

const AT: u64 = DATA + 24;

/// Stores `first` to memory, then executes `op` with `a` in slot 3 and `c` in slot 5.
fn program(op: Op, size: i32, first: u64, a: u64, c: u64) -> Vec<Instruction> {
    let [w2, w2_high] = load(2, first);
    let [w3, w3_high] = load(3, a);
    let [w5, w5_high] = load(5, c);
    let address = [i(Op::LoadI, 4, 0, 0, AT as i32), i(Op::St64, 2, 4, 0, 0)];
    [&[w2, w2_high, w3, w3_high, w5, w5_high], &address[..], &[i(op, 3, 4, 5, size)]].concat()
}

#[test]
fn each_operation_gives_the_old_value_and_leaves_the_new_one() {
    let old = 0x1122_3344_5566_77f0_u64;
    for (size, mask) in [(1, 0xff), (4, 0xffff_ffff), (8, u64::MAX)] {
        for (op, new) in [
            (Op::AtomicLoad, old),
            (Op::AtomicSwap, 0x3c),
            (Op::AtomicAdd, old.wrapping_add(0x3c)),
            (Op::AtomicAnd, old & 0x3c),
            (Op::AtomicOr, old | 0x3c),
            (Op::AtomicXor, old ^ 0x3c),
            (Op::CompareExchange, 0x3c),
        ] {
            let (rig, _, exit) = once(&program(op, size, old, old & mask, 0x3c));
            assert_eq!((exit.trap, exit.executed), (Trap::IllegalInstruction, 9), "{op:?}");
            assert_eq!((rig.slot(3), rig.word(AT)), (old & mask, old & !mask | new & mask), "{op:?} of {size} bytes");
        }
    }
    let (rig, _, _) = once(&program(Op::CompareExchange, 8, old, old + 1, 7));
    assert_eq!((rig.slot(3), rig.word(AT)), (old, old), "another value than expected is left alone");
    let (rig, _, _) = once(&program(Op::AtomicStore, 4, old, 99, 7));
    assert_eq!((rig.slot(3), rig.word(AT)), (99, old >> 32 << 32 | 7), "a store gives nothing");
}

#[test]
fn they_fault_as_stores_do_and_must_be_aligned() {
    let at = |op, address: u64, size| [i(Op::LoadI, 4, 0, 0, address as i32), i(op, 3, 4, 5, size)];
    for op in [Op::AtomicLoad, Op::AtomicStore, Op::AtomicAdd, Op::CompareExchange] {
        for (address, size) in [(DATA + 2, 4), (DATA + 4, 8), (DATA + PAGE_SIZE - 1, 8)] {
            assert_eq!(trap_of(&at(op, address, size)), (Trap::GeneralProtection { address }, TEXT + 8));
        }
        for size in [0, 2, 3, -8, 16] {
            assert_eq!(trap_of(&at(op, DATA, size)), (Trap::IllegalInstruction, TEXT + 8));
        }
    }
    assert_eq!(trap_of(&at(Op::AtomicLoad, 0x1000, 8)).0, fault_code(0x1000, CODE_U));
    assert_eq!(trap_of(&at(Op::AtomicLoad, TEXT, 8)).0, Trap::IllegalInstruction);
    // Nothing would be stored, and it must be allowed all the same.
    let expects_another = at(Op::CompareExchange, TEXT, 8);
    assert_eq!(trap_of(&expects_another).0, fault_code(TEXT, CODE_P | CODE_U | CODE_W));
}

#[test]
fn a_thread_reads_the_base_of_its_own_storage() {
    let mut rig = Rig::with(&[i(Op::Tls, 3, 0, 0, 0)], 0, Recording::Off);
    let mut registers = start();
    registers.tls = 0x7fff_1234_5678;
    let _ = rig.run(&mut registers, 1);
    assert_eq!((rig.slot(3), registers.tls), (0x7fff_1234_5678, 0x7fff_1234_5678));
}

#[test]
fn a_lock_tells_the_trace_and_changes_nothing() {
    let text: Vec<Instruction> = [i(Op::LoadI, 2, 0, 0, 0x5000), i(Op::LoadI, 3, 0, 0, 0x40_2008)]
        .into_iter()
        .chain([0, 1, 2, 3, -1].map(|kind| i(Op::LockNote, 2, 3, 0, kind)))
        .collect();
    let mut silent = Rig::with(&text, 0, Recording::Off);
    let mut told = Rig::with(&text, 0, Recording::All);
    assert_eq!(silent.run(&mut start(), 100), told.run(&mut start(), 100));
    assert!(silent.hw == told.hw);
    let events = told.recorder.take().0;
    let notes = events.iter().filter_map(|numbered| match numbered.event.what {
        What::Note(Note::Lock { record, act }) => Some((record, act, numbered.event.pc)),
        What::Note(_) | What::Change(_) | What::Choice(_) => None,
    });
    let acts = [LockAct::Taken, LockAct::Contended, LockAct::Released];
    assert_eq!(notes.collect::<Vec<_>>(), acts.map(|act| (0x5000, act, 0x40_2008)));
}
