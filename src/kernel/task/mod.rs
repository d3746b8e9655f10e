//! Tasks and processes: how they are made, replaced, ended and waited for.

pub mod backtrace;
pub mod clone;
pub mod exec;
pub mod exit;
pub mod limits;
pub mod pid;
pub mod wait;
