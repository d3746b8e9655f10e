//! The command line: the table of commands. What each of them takes stands beside it.

use std::ffi::OsString;
use std::path::PathBuf;

use clap::{Args, CommandFactory, Parser, Subcommand, ValueEnum};

use crate::cmd::{check, completions, diff, doc, explain, explore, fmt, man, run, test, why};

/// ring3 runs scripts in user mode on a modelled Linux kernel, and shows every change of state.
#[derive(Parser, Debug)]
#[command(name = "ring3", version, about, max_term_width = 100, arg_required_else_help = true, after_help = EXAMPLES)]
pub struct Cli {
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
}

const EXAMPLES: &str = "\
Examples:
  ring3 hello.r3                       run a script
  ring3 --trace hello.r3               run it and read what happens
  ring3 --trace=syscall,task hello.r3  only system calls and processes
  ring3 -e 'println(\"{getpid()}\")'     run one line
  ring3 check hello.r3                 only look for mistakes
  ring3 explain R0203                  what a diagnostic's code means
  ring3 doc mmap                       the manual of a function
  ring3 explore race.r3                run it in every order that there is
  ring3 test examples docs             do scripts do what they say of themselves?
  ring3 why hello.r3 763               why event 763 of its trace happened
  ring3 diff a.r3 --with quantum=1 --with quantum=100
                                       where two machines part

Exit status: that of the script (128+n if signal n ended it); 66 it raced (--races); 2 bad usage or a script that does not \
compile; 124 a limit was reached; 125 deadlock; 130 Ctrl-C; 141 the reader of the output went away.";

/// What `ring3` can do.
#[derive(Subcommand, Debug)]
pub enum Command {
    /// Run a script (the word `run` may be left out)
    #[command(after_help = run::args::HELP)]
    Run(Box<run::args::Run>),
    /// Look for mistakes in a script without running it
    #[command(after_help = check::HELP)]
    Check(check::Check),
    /// Run a script in every order in which its tasks can interleave
    #[command(after_help = explore::HELP)]
    Explore(explore::Explore),
    /// Write scripts in the one style
    #[command(after_help = fmt::HELP)]
    Fmt(fmt::Fmt),
    /// Say what the code of a diagnostic means, with a script that fails and one that works
    #[command(after_help = explain::HELP)]
    Explain(explain::Explain),
    /// Show the manual of a function, a system call, a structure or a program of the machine
    #[command(after_help = doc::HELP)]
    Doc(doc::Doc),
    /// Run scripts and documents, and hold them against what they say of themselves
    #[command(after_help = test::args::HELP, override_usage = "ring3 test [OPTIONS] <PATH>... [FILTER]")]
    Test(test::args::Test),
    /// Print what a shell needs to complete the command line
    #[command(after_help = completions::HELP)]
    Completions(completions::Completions),
    /// Print the manual page, or write all of them into a folder
    #[command(after_help = man::HELP)]
    Man(man::Man),
    /// Type lines that run one after the other in one process (`ring3` alone, on a terminal)
    #[command(after_help = REPL_HELP)]
    Repl(Repl),
    /// Tell why an event happened: what caused it, what caused that, and so on
    #[command(after_help = why::HELP)]
    Why(why::Why),
    /// Compare two traces, or a script's runs on two machines: where they part, and what they count
    #[command(after_help = diff::HELP)]
    Diff(diff::Diff),
}

const REPL_HELP: &str = "\
Examples:
  ring3                     on a terminal
  ring3 repl hello.r3       run hello.r3 as the first line
  echo 'getpid()' | ring3 repl

Exit status: 0; 1 if a line of piped input went wrong; 2 bad usage.";

/// When to use colours.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, ValueEnum)]
pub enum Color {
    /// On a terminal.
    #[default]
    Auto,
    /// Always.
    Always,
    /// Never.
    Never,
}

/// `ring3 repl`.
#[derive(Args, Debug)]
pub struct Repl {
    /// Show what happens, as `ring3 run --trace` does; on a terminal it is shown anyway
    #[arg(long, value_name = "FILTER", num_args = 0..=1, require_equals = true, default_missing_value = "")]
    pub trace: Option<String>,

    /// Let chance, which the seed determines, choose who runs and for how long
    #[arg(long, value_name = "N")]
    pub seed: Option<u64>,

    /// When to use colours
    #[arg(long, value_enum, default_value_t)]
    pub color: Color,

    /// A script that runs first, as one line
    pub file: Option<PathBuf>,
}

/// Puts the word `run` where it was left out: before the first argument, unless that is a subcommand or asks for help. Without
/// any argument it is `repl` that was left out, if somebody can type.
#[must_use]
pub fn with_subcommand(mut arguments: Vec<OsString>, has_keyboard: bool) -> Vec<OsString> {
    let is_own = |first: &OsString| {
        let options = ["help", "-h", "--help", "-V", "--version"];
        options.iter().any(|option| first == option)
            || Cli::command().get_subcommands().any(|command| first == command.get_name())
    };
    if arguments.get(1).is_some_and(|first| !is_own(first)) {
        arguments.insert(1, "run".into());
    } else if arguments.len() == 1 && has_keyboard {
        arguments.push("repl".into());
    }
    arguments
}
