//! The values that a change carries: the words of the state that is traced.
//!
//! Plain data of at most 16 bytes each, so that an event holds an old and a new one.

mod allocation;
mod file;
mod hardware;
mod memory;
mod signal;
mod task;

pub use allocation::*;
pub use file::*;
pub use hardware::*;
pub use memory::*;
pub use signal::*;
pub use task::*;
