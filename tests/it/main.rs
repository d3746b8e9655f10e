//! The integration tests, in one binary.

mod docs;
mod examples;
mod harness;
mod laws;
mod linux;
mod readme;
mod robust;
mod safety;
mod suite;
mod tidy;
