//! The lock record: how a lock of the library begins, so that others can tell who holds it and since when.
//!
//! ```text
//! record + 0   u32   word    the futex: 0 free, 1 held, 2 held and waited for
//! record + 4   i32   owner   tid of the thread that holds it, 0 for none
//! record + 8   u64   since   address of the instruction of the program at which it was taken
//! ```
//!
//! A thread that waits for a lock passes the record's address as the fifth argument (`uaddr2`) of `FUTEX_WAIT`, so that
//! a deadlock can be told with all its parties. Linux ignores that argument.

/// Offset of the futex word.
pub const WORD: u64 = 0;
/// Offset of the owner's tid.
pub const OWNER: u64 = 4;
/// Offset of the address at which the lock was taken.
pub const SINCE: u64 = 8;
/// Bytes of a record.
pub const BYTES: u64 = 16;
