//! How fast the executor is: three programs, to be held against the same in Lua 5.4. The host's `time` measures them,
//! one at a time, in user seconds; the instructions are counted here.

use super::rig::{Rig, answer, arithmetic, fib, sieve, start};
use crate::abi::op::Instruction;
use crate::trace::recorder::Recording;

fn measure(text: &[Instruction], data_pages: u64, expected: u64) {
    let exit = Rig::with(text, data_pages, Recording::Off).run(&mut start(), u64::MAX);
    println!("{} instructions", exit.executed);
    assert_eq!(answer(exit), expected);
}

#[test]
#[ignore = "to be measured, in release"]
fn calls() {
    measure(&fib(32), 0, 2_178_309);
}

#[test]
#[ignore = "to be measured, in release"]
fn turns() {
    measure(&arithmetic(50_000_000), 0, 16_445_568);
}

#[test]
#[ignore = "to be measured, in release"]
fn bytes() {
    measure(&sieve(5_000_000), 1221, 348_513);
}
