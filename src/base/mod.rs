//! What every layer may use: ids, units and places in source text.
//!
//! Knows nothing of machines, kernels or languages.

pub mod bits;
pub mod hint;
pub mod ids;
pub mod sorted;
pub mod span;
pub mod spelling;
pub mod table;
pub mod units;
