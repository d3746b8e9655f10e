//! From source text to a syntax tree with a place for every node.
//!
//! Bytes become text (`bytes`), the text is masked (`scan`) and cut into statements (`pieces`), the grammar reads each, and
//! `parse` builds the tree. Knows nothing of names and types: what a name means is said by `check`.

pub mod ast;
mod brackets;
mod bytes;
mod parse;
mod pieces;
pub(super) mod scan;

pub use bytes::{check_styled_size, parse_bytes};
pub use parse::{parse, parse_parts};
pub use scan::MAX_BYTES;
