//! Tasks and processes: how they are made, replaced, ended and waited for.

pub mod backtrace;
pub mod clone;
pub mod de_thread;
mod entry;
pub mod exec;
pub mod exit;
mod leave_mm;
pub mod limits;
pub mod pid;
pub mod wait;
