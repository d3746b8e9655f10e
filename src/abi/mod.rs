//! What user code and kernel agree on: instructions, images, system calls, numbers and structures.
//!
//! Imported by the language, which produces images, and by machine and kernel, which run them.
//! Knows neither.

pub mod constants;
pub mod errno;
pub mod flags;
pub mod image;
pub mod layout;
pub mod lock;
pub mod op;
pub mod signal;
pub mod sysno;
pub mod wait;
