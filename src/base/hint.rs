//! A number that tells where to look first, and is no part of what it stands in.

use std::sync::atomic::{AtomicU64, Ordering};

/// Where something was found last. Whoever uses it checks it: it may be out of date, and two values that differ in nothing
/// else are equal.
#[derive(Default, Debug)]
pub struct Hint(AtomicU64);

impl Hint {
    /// The number that was noted last; 0 at first.
    #[must_use]
    #[inline]
    pub fn get(&self) -> u64 {
        self.0.load(Ordering::Relaxed)
    }

    /// Notes a number.
    #[inline]
    pub fn set(&self, number: u64) {
        self.0.store(number, Ordering::Relaxed);
    }
}

impl Clone for Hint {
    fn clone(&self) -> Self {
        Self(AtomicU64::new(self.get()))
    }
}

impl PartialEq for Hint {
    fn eq(&self, _: &Self) -> bool {
        true
    }
}

impl Eq for Hint {}
