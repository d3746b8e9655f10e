//! The arguments of `ring3 run`.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

use crate::cmd::args::Color;
use crate::cmd::settings::MachineFlags;
use crate::kernel::view;

/// What `ring3 run --help` says at its end.
pub const HELP: &str = "\
Examples:
  ring3 run hello.r3 a b                       with arguments
  ring3 run --trace=task,syscall hello.r3      see processes and system calls
  ring3 run --seed 7 --quantum 1 race.r3       in another order
  ring3 run --frames 3 --replacement lru x.r3  with little memory

Exit status: that of the script (128+n if signal n ended it); 66 it raced (--races); 2 bad usage or a script that does not \
compile; 124 a limit was reached; 125 deadlock; 130 Ctrl-C; 141 the reader of the output went away.";

/// `ring3 run`.
#[derive(Args, Debug)]
pub struct Run {
    /// Show what happens; FILTER is a list of categories (task, sched, mode, syscall, mm, tlb, swap, fs, pipe, signal,
    /// sync, user, mem; all, digest, boot), -CATEGORY, task=NAME or PID, line=N or N..M
    #[arg(long, value_name = "FILTER", num_args = 0..=1, require_equals = true, default_missing_value = "")]
    pub trace: Option<String>,

    /// How the trace is written; any but text asks for the trace, too
    #[arg(long, value_enum, default_value_t)]
    pub format: Format,

    /// Write the trace to FILE instead of standard error
    #[arg(short, value_name = "FILE")]
    pub output: Option<PathBuf>,

    /// Draw this at each fork, in the trace
    #[arg(long, value_enum, value_name = "VIEW")]
    pub show: Option<View>,

    /// Draw these in the trace, at each mark and when the script ends: page_table, areas, frames, swap
    #[arg(long, value_name = "VIEWS", value_delimiter = ',', value_parser = drawing)]
    pub view: Vec<view::View>,

    /// Count at the end what happened
    #[arg(long)]
    pub summary: bool,

    /// Run this code instead of a file
    #[arg(short = 'e', value_name = "CODE", conflicts_with = "file")]
    pub code: Option<String>,

    /// Look for data races: accesses of two tasks to the same memory, one of them a write, that nothing orders. They are
    /// told at the end, and the exit status is 66 if it were 0
    #[arg(long)]
    pub races: bool,

    #[command(flatten)]
    pub machine: MachineFlags,

    /// When to use colours
    #[arg(long, value_enum, default_value_t)]
    pub color: Color,

    /// The script; - is standard input
    #[arg(required_unless_present = "code")]
    pub file: Option<PathBuf>,

    /// Its arguments; `--` before them lets the first begin with a dash
    #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
    pub args: Vec<String>,
}

/// How the trace is written.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, ValueEnum)]
pub enum Format {
    /// Lines for people.
    #[default]
    Text,
    /// One JSON object an event.
    Jsonl,
    /// System calls, signals and ends of tasks, as `strace -f` writes them.
    Strace,
}

/// What is drawn when a process forks.
#[derive(Clone, Copy, PartialEq, Eq, Debug, ValueEnum)]
pub enum View {
    /// The page tables of parent and child, side by side.
    PageTables,
}

/// The view of a name.
fn drawing(name: &str) -> Result<view::View, String> {
    let names = || view::View::ALL.map(|(_, name)| name).join(", ");
    view::View::named(name).ok_or_else(|| format!("views are {}", names()))
}
