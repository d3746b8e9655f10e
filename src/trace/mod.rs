//! The trace: what an event is, who keeps events, and how they become text.
//!
//! Knows no kernel: a renderer keeps what little it needs (names, paths, parents) from the events themselves.

pub mod category;
pub mod chain;
pub mod choice;
pub mod event;
pub mod filter;
pub mod names;
pub mod pieces;
pub mod recorder;
pub mod render;
pub mod schedule;
pub mod source;
pub mod value;
