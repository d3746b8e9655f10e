//! Views: what a person sees of the state at one moment, as text that is the same for the same state.
//!
//! They read [`crate::kernel::state::State`] and change nothing.

pub mod page_table;
