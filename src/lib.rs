//! ring3: a small scripting language on a modelled Linux kernel, and a trace of every change of state.
//!
//! Data flows one way: `base <- abi <- trace <- machine <- kernel <- system <- cmd`; `lang` imports `base` and `abi`.

pub mod abi;
pub mod base;
pub mod cmd;
pub mod kernel;
pub mod lang;
pub mod machine;
pub mod system;
pub mod trace;

pub use system::Machine;
