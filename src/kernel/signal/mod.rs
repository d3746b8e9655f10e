//! Signals: sending, queueing, and what they do to a process on its way back to user mode.
//!
//! A file each for the actions of a process, the queues of what waits, sending, taking, the frames that handlers run
//! on, calls that a signal interrupts, stopping and continuing, orphaned groups, and alarms. Who may send to whom is the matter of
//! `syscall/kill.rs`.

mod action;
mod alarm;
mod call;
mod deliver;
mod frame;
mod info;
mod orphan;
mod queue;
mod send;
mod stop;

pub use action::{autoreaps, ignores, shuns};
pub use alarm::{fire_alarms, remaining, set_timer};
pub use deliver::{deliver, force, is_pending, report};
pub use frame::{is_on, return_from_handler};
pub use info::{SigInfo, child_siginfo, siginfo};
pub use orphan::{is_orphaned, leave_group};
pub use queue::{discard, next_of, peek, pending, take};
pub use send::{broken_pipe, end_now, queue_to_process, retarget, send_to_group, send_to_process, send_to_task};
