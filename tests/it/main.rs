//! The integration tests, in one binary.

mod docs;
mod linux;
mod readme;
