//! From the checked tree to register bytecode and images.
//!
//! One pass over the tree, no optimisation passes: operands are taken from the slots in which they lie, conditions
//! become fused jumps, and what fails a check goes to code after the function's end.

pub mod assembler;
pub mod slots;
