//! The modelled Linux kernel.
//!
//! In the order in which a run meets them: [`boot`] builds the file system and starts pid 1; [`run`] picks a task, lets
//! it execute until it traps, and serves the trap ([`trap`]): a system call ([`syscall`]), a fault ([`mm`]), a tick
//! ([`sched`]). All of them read the [`state`] and change it through [`core::Kernel::commit`] only, and ask the
//! [`oracle`] where more than one answer is lawful.
//!
//! Knows nothing of the language, the host, real time or chance.

pub mod accounting;
pub mod boot;
pub mod config;
pub mod core;
pub mod device;
pub mod failpoint;
pub mod mm;
pub mod oracle;
pub mod outcome;
pub mod run;
pub mod sched;
pub mod signal;
pub mod state;
pub mod stop;
pub mod sync;
pub mod syscall;
pub mod task;
pub mod trap;
pub mod uaccess;
pub mod vfs;
pub mod view;
