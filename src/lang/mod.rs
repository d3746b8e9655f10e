//! The language: from source text to images.
//!
//! Knows nothing of the machine and the kernel; it shares with them only `abi`.

pub mod check;
pub mod codes;
pub mod compile;
pub mod diagnostic;
pub mod disassemble;
pub mod explain;
pub mod format;
pub mod library;
pub mod library_images;
pub mod needed;
pub mod pipeline;
pub mod session;
pub mod syntax;
