//! From source text to a syntax tree with a place for every node.
//!
//! Knows nothing of names and types: what a name means is said by `check`.

pub mod ast;
