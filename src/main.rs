//! The `ring3` command.

fn main() {}
