//! From the checked tree to register bytecode and images.
//!
//! One pass over the tree, no optimisation passes: operands are taken from the slots in which they lie, conditions
//! become fused jumps, and what a failed check does stands after the function's end.

pub mod assembler;
pub mod slots;

mod aggregate;
mod builtin;
mod call;
mod condition;
mod expression;
mod function;
mod intrinsic;
mod link;
mod matching;
mod pair;
mod place;
mod statement;

#[cfg(test)]
mod interpreter;
#[cfg(test)]
mod tests;

pub use link::{Placed, compile_program, compile_whole};
