//! The arguments of `ring3 test`.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

use crate::cmd::args::Color;

/// What `ring3 test --help` says at its end.
pub const HELP: &str = "\
A script (x.r3) says in comments what is expected: `#~ TEXT` is in its trace, `#~ out: TEXT` in its output. Beside it may lie \
a golden (x.trace), which holds what it does; --bless makes it. In a document (x.md) the blocks r3, output, trace and console \
are run and compared. docs/testing.md tells it all.

Examples:
  ring3 test .                  all below this folder
  ring3 test examples zombie    those whose name holds `zombie`
  ring3 test --bless x.r3       make the golden x.trace of x.r3
  ring3 test --review .         look at what would change, and take it or not

Exit status: 0 all passed; 1 a test failed; 2 bad usage, no such path, or no test.";

/// `ring3 test`.
#[derive(Args, Debug)]
pub struct Test {
    /// Print the names of the tests, and run none
    #[arg(long)]
    pub list: bool,

    /// Make goldens and documents as the scripts do, and remove goldens without a script
    #[arg(long, conflicts_with_all = ["review", "list"])]
    pub bless: bool,

    /// Ask about each golden and document that would change: accept, reject, skip or show it, by one key
    #[arg(long, conflicts_with = "list")]
    pub review: bool,

    /// How results are written
    #[arg(long, value_enum, default_value_t)]
    pub format: TestFormat,

    /// Stop a run after so many seconds of the host's time
    #[arg(long, value_name = "SECONDS", default_value_t = 60, value_parser = clap::value_parser!(u64).range(1..=86_400))]
    pub timeout: u64,

    /// When to use colours
    #[arg(long, value_enum, default_value_t)]
    pub color: Color,

    /// Scripts, documents and folders of them; behind them a word that the names of the tests to run hold
    #[arg(required = true, value_name = "PATH")]
    pub paths: Vec<PathBuf>,
}

/// How `ring3 test` writes results.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, ValueEnum)]
pub enum TestFormat {
    /// For people.
    #[default]
    Pretty,
    /// A JSON object a line.
    Json,
    /// XML, as JUnit writes it.
    Junit,
    /// The Test Anything Protocol.
    Tap,
}
