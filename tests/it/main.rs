//! The integration tests, in one binary: scripts with their truth beside them, the laws, and the order of the house.

mod catalogue;
mod commands;
mod docs;
mod editors;
mod examples;
mod explore;
mod fail_nth;
mod harness;
mod laws;
mod linux;
mod mistakes;
mod nothing_lost;
mod policies;
mod races;
mod reading;
mod readme;
mod repl;
mod repl_terminal;
mod robust;
mod runner;
mod safety;
mod shells;
mod suite;
mod tidy;
mod views;
