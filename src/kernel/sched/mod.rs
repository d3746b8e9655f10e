//! The scheduler: run queues, sleeping and waking, and who runs next.
//!
//! A wakeup makes a task runnable, never running. Which runnable task runs next, and for how long, is the policy's
//! ordered offer and the oracle's answer.

pub mod interleave;
mod queue;
mod sleep;
mod switch;
