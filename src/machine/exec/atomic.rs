//! Atomic accesses, and what a lock tells the trace.
//!
//! A CPU executes its instructions one after another and nothing comes between, so that an access is atomic by being
//! one instruction. It goes through the MMU as a load or a store does.

#![expect(unsafe_code, reason = "the fastmap is read through host pointers")]

use crate::abi::op::Op;
use crate::machine::exec::access::Slow;
use crate::machine::exec::core::{Core, Hot};
use crate::machine::trap::Trap;
use crate::trace::event::{Note, What};
use crate::trace::value::LockAct;

impl Core<'_, '_> {
    /// Does an atomic access to the `size` bytes at an address that the fastmap does not know, and gives what they held,
    /// zero-extended. `a` is what [`Op::CompareExchange`] expects there, `c` what is to be stored, added and so on.
    #[inline(never)]
    pub fn atomic(&mut self, hot: Hot, op: Op, address: u64, size: u64, operands: [u64; 2]) -> Slow<u64> {
        self.atomic = true;
        let result = self.access_at_once(hot, op, address, size, operands);
        self.atomic = false;
        result
    }

    fn access_at_once(&mut self, hot: Hot, op: Op, address: u64, size: u64, [a, c]: [u64; 2]) -> Slow<u64> {
        if !matches!(size, 1 | 4 | 8) {
            return (hot, Err(Trap::IllegalInstruction));
        }
        // Linux: x86 locks the bus for an access that is not aligned, and a kernel may be set to refuse it. Here: a
        // general-protection fault, because no program should count on it.
        if address & (size - 1) != 0 {
            return (hot, Err(Trap::GeneralProtection { address }));
        }
        if op == Op::AtomicLoad { self.load(hot, address, size) } else { self.change(hot, op, address, size, [a, c]) }
    }

    /// Loads and stores. The right to write is asked for before anything is read.
    fn change(&mut self, hot: Hot, op: Op, address: u64, size: u64, [a, c]: [u64; 2]) -> Slow<u64> {
        let (hot, old) = self.load_to_write(hot, address, size);
        let old = match old {
            Ok(old) => old,
            Err(trap) => return (hot, Err(trap)),
        };
        match outcome(op, old, size, a, c) {
            Some(new) => {
                let (hot, stored) = self.store(hot, address, size, new);
                (hot, stored.map(|()| old))
            }
            None => (hot, Ok(old)),
        }
    }

    /// Puts a note of the lock whose record lies at `record` into the trace, told to happen at the instruction `at` of
    /// the program. A `kind` without a meaning is none. It is counted even if nobody records, as each event is.
    #[inline(never)]
    pub fn lock_note(&mut self, hot: &Hot, record: u64, at: u64, kind: u64) {
        let Some(act) = lock_act(kind) else { return };
        let (executed, _) = self.moment(hot);
        self.stamp((executed, at));
        self.bus.recorder.record(self.bus.stamp, What::Note(Note::Lock { record, act }));
    }
}

/// What a `lock_note` of a kind tells; none if it has no meaning.
pub(super) const fn lock_act(kind: u64) -> Option<LockAct> {
    match kind {
        0 => Some(LockAct::Taken),
        1 => Some(LockAct::Contended),
        2 => Some(LockAct::Released),
        _ => None,
    }
}

/// An atomic access to 1, 4 or 8 bytes of host memory: what they held, zero-extended. `a` and `c` are as for
/// [`Core::atomic`].
///
/// # Safety
///
/// They must be there and aligned and, but for a load, nobody else's.
pub(super) unsafe fn access(op: Op, host: *mut u8, size: u64, [a, c]: [u64; 2]) -> u64 {
    // SAFETY: the caller vouches for the bytes.
    let old = unsafe { read(host, size) };
    if let Some(new) = outcome(op, old, size, a, c) {
        // SAFETY: as above.
        unsafe { write(host, size, new) }
    }
    old
}

/// What memory holds afterwards; none if nothing is stored.
fn outcome(op: Op, old: u64, size: u64, a: u64, c: u64) -> Option<u64> {
    #[expect(clippy::wildcard_enum_match_arm, reason = "the loop hands over the atomic operations only")]
    match op {
        Op::AtomicStore | Op::AtomicSwap => Some(c),
        Op::AtomicAdd => Some(old.wrapping_add(c)),
        Op::AtomicAnd => Some(old & c),
        Op::AtomicOr => Some(old | c),
        Op::AtomicXor => Some(old ^ c),
        Op::CompareExchange => (old == a & (u64::MAX >> (64 - 8 * size))).then_some(c),
        _ => None,
    }
}

/// Reads 1, 4 or 8 bytes, zero-extended.
///
/// # Safety
///
/// They must be there and aligned.
unsafe fn read(host: *const u8, size: u64) -> u64 {
    // SAFETY: the caller vouches for the bytes.
    unsafe {
        match size {
            1 => u64::from(host.read()),
            4 => u64::from(u32::from_le(host.cast::<u32>().read())),
            _ => u64::from_le(host.cast::<u64>().read()),
        }
    }
}

/// Writes the low 1, 4 or 8 bytes of a value.
///
/// # Safety
///
/// They must be there, aligned, and nobody else's.
unsafe fn write(host: *mut u8, size: u64, value: u64) {
    // SAFETY: the caller vouches for the bytes.
    unsafe {
        match size {
            1 => host.write(value as u8),
            4 => host.cast::<u32>().write((value as u32).to_le()),
            _ => host.cast::<u64>().write(value.to_le()),
        }
    }
}
