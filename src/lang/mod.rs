//! The language: from source text to images.
//!
//! Knows nothing of the machine and the kernel; it shares with them only `abi`.
