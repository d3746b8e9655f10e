//! From syntax tree to checked tree: names, types, constants, and what a script's author should be told.

pub mod layout;
pub mod tree;
