//! Waiting for each other: futexes, and what becomes of tasks that wait in a circle.
//!
//! The locks themselves are code of the library; the kernel knows only the words on which their waiters sleep.

pub mod deadlock;
pub mod futex;
pub mod key;
pub mod pi;
