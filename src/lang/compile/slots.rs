//! The activation of one function: which slot of the window, or which bytes beside it, hold what.
//!
//! Both grow and shrink like a stack, with blocks and expressions; the highest marks become the operands of `enter`.
//! Running out is remembered, not answered at once: the function is compiled to its end and then refused.

use crate::abi::op::{MAX_SLOTS, SLOT_ARGS};

/// Locals leave the slots above this number to temporaries; the surplus lies beside the window.
const LOCAL_SLOTS: u16 = 160;
/// The most bytes of locals beside the window; the stack is smaller on every machine.
pub const MAX_LOCAL_BYTES: u64 = 1 << 30;

/// A point to which the activation shrinks again.
#[derive(Clone, Copy, Debug)]
pub struct Mark {
    slots: u16,
    bytes: u64,
}

/// What of the activation is taken.
#[derive(Debug)]
pub struct Slots {
    next: u16,
    high: u16,
    bytes: u64,
    high_bytes: u64,
}

impl Default for Slots {
    fn default() -> Self {
        Self::new()
    }
}

impl Slots {
    /// A window that holds only the return address and the caller's `sp`.
    #[must_use]
    pub fn new() -> Self {
        Self { next: u16::from(SLOT_ARGS), high: u16::from(SLOT_ARGS), bytes: 0, high_bytes: 0 }
    }

    /// Takes `words` slots in a row for temporaries or arguments.
    pub fn take(&mut self, words: u8) -> u8 {
        let first = self.next;
        self.next = self.next.saturating_add(u16::from(words));
        self.high = self.high.max(self.next);
        if u64::from(self.next) > MAX_SLOTS { SLOT_ARGS } else { first as u8 }
    }

    /// Takes `words` slots for a local, unless the window is left to temporaries from here on.
    pub fn take_local(&mut self, words: u8) -> Option<u8> {
        (self.next + u16::from(words) <= LOCAL_SLOTS).then(|| self.take(words))
    }

    /// Takes bytes beside the window, at a multiple of 8; the answer counts from the window's end.
    pub fn take_bytes(&mut self, bytes: u64) -> u32 {
        let first = self.bytes;
        self.bytes = first.saturating_add(bytes).saturating_add(7) & !7;
        self.high_bytes = self.high_bytes.max(self.bytes);
        if self.is_frame_too_large() { 0 } else { first as u32 }
    }

    /// The point reached so far.
    #[must_use]
    pub const fn mark(&self) -> Mark {
        Mark { slots: self.next, bytes: self.bytes }
    }

    /// Gives back all that was taken since.
    pub const fn release(&mut self, mark: Mark) {
        self.next = mark.slots;
        self.bytes = mark.bytes;
    }

    /// Gives back the slots that were taken since, not the bytes.
    pub const fn release_slots(&mut self, mark: Mark) {
        self.next = mark.slots;
    }

    /// Whether a slot was taken before `mark` was made, and so outlives a release.
    #[must_use]
    pub fn is_older(slot: u8, mark: Mark) -> bool {
        u16::from(slot) < mark.slots
    }

    /// The first slot that is not taken.
    #[must_use]
    pub const fn top(&self) -> u8 {
        if self.next as u64 >= MAX_SLOTS { SLOT_ARGS } else { self.next as u8 }
    }

    /// Whether an expression needed more slots than there are.
    #[must_use]
    pub const fn is_window_too_large(&self) -> bool {
        self.high as u64 > MAX_SLOTS
    }

    /// Whether the locals need more bytes than any stack has.
    #[must_use]
    pub const fn is_frame_too_large(&self) -> bool {
        self.high_bytes > MAX_LOCAL_BYTES
    }

    /// The operands of `enter`: slots, and bytes of locals.
    #[must_use]
    pub fn size(&self) -> (u8, u32) {
        (self.high.min(MAX_SLOTS as u16) as u8, self.high_bytes.min(MAX_LOCAL_BYTES) as u32)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn released_slots_are_taken_again_and_the_highest_counts() {
        let mut slots = Slots::new();
        let mark = slots.mark();
        assert_eq!(slots.take(2), 2);
        assert_eq!(slots.take_bytes(3), 0);
        assert_eq!(slots.take_bytes(8), 8);
        slots.release(mark);
        assert_eq!(slots.take(1), 2);
        assert_eq!(slots.size(), (4, 16));
    }

    #[test]
    fn too_many_slots_are_remembered() {
        let mut slots = Slots::new();
        assert!(slots.take_local(158).is_some());
        assert!(slots.take_local(1).is_none());
        let _ = slots.take(95);
        assert!(!slots.is_window_too_large());
        let _ = slots.take(1);
        assert!(slots.is_window_too_large());
        assert!(!slots.is_frame_too_large());
        let _ = slots.take_bytes(u64::MAX);
        assert!(slots.is_frame_too_large());
    }
}
