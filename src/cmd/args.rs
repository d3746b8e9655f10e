//! The command line: what can be typed.

use std::ffi::OsString;
use std::path::PathBuf;

use clap::{Args, CommandFactory, Parser, Subcommand, ValueEnum};

use crate::cmd::mistakes::Form;
use crate::cmd::test::args::{TEST_HELP, Test};
use crate::kernel::view;

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
  ring3 --trace=syscall,task hello.r3  only system calls, and what becomes of processes
  ring3 -e 'println(\"{getpid()}\")'     run one line
  ring3 check hello.r3                 only look for mistakes
  ring3 explain R0203                  what a diagnostic's code means
  ring3 doc mmap                       the manual of a function
  ring3 explore race.r3                run it in every order in which its tasks can interleave
  ring3 test examples docs             run scripts and documents, and hold them against what they say
  ring3 why hello.r3 763               why event 763 of its trace happened
  ring3 diff a.r3 --with quantum=1 --with quantum=100   where two machines part

Exit status: that of the script (128+n if signal n ended it); 66 it raced (--races); 2 bad usage or a script that does not compile;
124 a limit was reached; 125 deadlock; 130 Ctrl-C; 141 the reader of the output went away.";

/// What `ring3` can do.
#[derive(Subcommand, Debug)]
pub enum Command {
    /// Run a script (the word `run` may be left out)
    #[command(after_help = RUN_HELP)]
    Run(Box<Run>),
    /// Look for mistakes in a script without running it
    #[command(after_help = CHECK_HELP)]
    Check(Check),
    /// Run a script in every order in which its tasks can interleave
    #[command(after_help = EXPLORE_HELP)]
    Explore(Explore),
    /// Write scripts in the one style
    #[command(after_help = FMT_HELP)]
    Fmt(Fmt),
    /// Say what the code of a diagnostic means, with a script that fails and one that works
    #[command(after_help = EXPLAIN_HELP)]
    Explain(Explain),
    /// Show the manual of a function, a system call, a structure or a program of the machine
    #[command(after_help = DOC_HELP)]
    Doc(Doc),
    /// Run scripts and documents, and hold them against what they say of themselves
    #[command(after_help = TEST_HELP, override_usage = "ring3 test [OPTIONS] <PATH>... [FILTER]")]
    Test(Test),
    /// Print what a shell needs to complete the command line
    #[command(after_help = COMPLETIONS_HELP)]
    Completions(Completions),
    /// Print the manual page, or write all of them into a folder
    #[command(after_help = MAN_HELP)]
    Man(Man),
    /// Type lines that run one after the other in one process (`ring3` alone, on a terminal)
    #[command(after_help = REPL_HELP)]
    Repl(Repl),
    /// Tell why an event happened: what caused it, what caused that, and so on
    #[command(after_help = WHY_HELP)]
    Why(Why),
    /// Compare two traces, or a script's runs on two machines: where they part, and what they count
    #[command(after_help = DIFF_HELP)]
    Diff(Diff),
}

const RUN_HELP: &str = "\
Examples:
  ring3 run hello.r3 a b                       with arguments
  ring3 run --trace=task,syscall hello.r3      see processes and system calls
  ring3 run --seed 7 --quantum 1 race.r3       in another order
  ring3 run --frames 3 --replacement lru x.r3  with little memory

Exit status: that of the script (128+n if signal n ended it); 66 it raced (--races); 2 bad usage or a script that does not compile;
124 a limit was reached; 125 deadlock; 130 Ctrl-C; 141 the reader of the output went away.";

const CHECK_HELP: &str = "\
Examples:
  ring3 check hello.r3                  tell its mistakes
  ring3 check --format short *.r3       a line each, for an editor
  ring3 check --format json - < x.r3    an object each, see docs/diagnostics.md
  ring3 check --emit bytecode hello.r3  print the instructions

Exit status: 0; 2 if a script has errors.";

const EXPLAIN_HELP: &str = "\
Examples:
  ring3 explain R0203    what error[R0203] means
  ring3 explain --list   every code with its title";

const DOC_HELP: &str = "\
Examples:
  ring3 doc mmap     a function of the library and its system call
  ring3 doc println  what is built into the language
  ring3 doc Mutex    a structure
  ring3 doc ls       a program in /bin of the machine
  ring3 doc          all names";

const REPL_HELP: &str = "\
Examples:
  ring3                     on a terminal
  ring3 repl hello.r3       run hello.r3 as the first line
  echo 'getpid()' | ring3 repl

Exit status: 0; 1 if a line of piped input went wrong; 2 bad usage.";

const COMPLETIONS_HELP: &str = "\
Examples:
  ring3 completions bash > ~/.local/share/bash-completion/completions/ring3
  ring3 completions zsh > ~/.zfunc/_ring3
  ring3 completions fish > ~/.config/fish/completions/ring3.fish";

const MAN_HELP: &str = "\
Examples:
  ring3 man | man -l -                    read it
  ring3 man ~/.local/share/man/man1       install ring3.1, ring3-run.1 and the others";

const WHY_HELP: &str = "\
EVENT is a number in the first column of a trace of the same script and flags; each line of the answer has the number, the task
and the line of one event, and the next one is its cause.

Examples:
  ring3 why zombie.r3 1697
  ring3 why --quantum 100 race.r3 2041

Exit status: 0; 2 if there is no such event, or the script does not compile.";

const DIFF_HELP: &str = "\
Two files are traces that `ring3 run --format jsonl -o FILE` wrote. Of a script each --with is one machine; it is a setting as
in `machine { }`, or several with a comma between them. Numbers of events and times are not compared.

Examples:
  ring3 diff race.r3 --with quantum=1 --with quantum=100
  ring3 diff belady.r3 --with frames=3,replacement=fifo --with frames=4,replacement=fifo
  ring3 diff race.r3 --with seed=1 --with seed=2 --trace=sched,user
  ring3 diff yesterday.jsonl today.jsonl

Exit status: 0 the same, 1 different, 2 trouble.";

const FMT_HELP: &str = "\
Examples:
  ring3 fmt hello.r3           rewrite it, if it is not in the style
  ring3 fmt examples           rewrite every .r3 file in the folder and below
  ring3 fmt --check examples   change nothing, print what would change
  ring3 fmt - < hello.r3       write it to standard output

The style: 4 blanks an indent, at most 120 columns, at most one blank line. Comments stay, lines stay where they were
broken. What a script does is not changed. A script that does not parse is told of and left alone.

Exit status: 0; 1 if --check found a difference; 2 if a script can not be read, parsed or written.";

const EXPLORE_HELP: &str = "\
Examples:
  ring3 explore race.r3                     every way in which it can end
  ring3 explore --max-states 1000000 big.r3 give up earlier

Tells each way in which the run can end, with a schedule that `ring3 run --schedule` replays. Tasks may be switched
before each access to shared memory and each system call; timers fire when nobody else can run; the console's input is
empty.

Exit status: 0 if every run exits with 0; 125 if one is a deadlock; 1 if one ends badly in another way; 2 bad usage;
124 if a limit was reached before all was explored, and nothing bad was found; 130 Ctrl-C.";

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

/// The order in which tasks run.
#[derive(Clone, Copy, PartialEq, Eq, Debug, ValueEnum)]
pub enum Sched {
    /// In turn, each for its time slice.
    Rr,
    /// By chance, as --seed determines (0 if it is not given).
    Random,
}

/// What pages are swapped to.
#[derive(Clone, Copy, PartialEq, Eq, Debug, ValueEnum)]
pub enum SwapDevice {
    /// A disk: who needs a page sleeps.
    Disk,
    /// Compressed memory, which answers at once.
    Zram,
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

/// What a run is made of beside the script: the machine, who chooses, and the host's files.
#[derive(Args, Clone, Debug)]
pub struct MachineFlags {
    /// Let chance, which the seed determines, choose who runs and for how long, who wakes, what choose(n) answers
    #[arg(long, value_name = "N", conflicts_with = "schedule")]
    pub seed: Option<u64>,

    /// The order in which tasks run: in turn, or by chance; with --quantum 1 any two instructions may be parted
    #[arg(long, value_enum, value_name = "POLICY", conflicts_with = "schedule")]
    pub sched: Option<Sched>,

    /// Replay a run by the schedule that it printed
    #[arg(long, value_name = "SCHEDULE")]
    pub schedule: Option<String>,

    /// Processors; this version has one
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u8).range(1..=1))]
    pub cpus: Option<u8>,

    /// Physical memory: bytes, or with K, M, G [default: 256M]
    #[arg(long, value_name = "SIZE")]
    pub ram: Option<String>,

    /// Frames that pages of users and of files may have, locked ones not counted [default: all]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..))]
    pub frames: Option<u32>,

    /// Pages of the swap device [default: 0]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(0..=67_108_864))]
    pub swap: Option<u32>,

    /// What the swap device is [default: disk]
    #[arg(long, value_name = "DEVICE")]
    pub swap_device: Option<SwapDevice>,

    /// Which page goes when a frame is needed: two-list, fifo, lru, clock, random, lfu, opt [default: two-list]
    #[arg(long, value_name = "POLICY")]
    pub replacement: Option<String>,

    /// Instructions of a time slice [default: 1000000]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u64).range(1..))]
    pub quantum: Option<u64>,

    /// Stop after so many instructions
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u64).range(1..))]
    pub max_steps: Option<u64>,

    /// Make the Nth allocation of a kind fail, counted from the first program on, as `frame:17`: KIND is frame, table, slot
    /// (of the swap device), task, mm, files, fs, sighand, namespace, fd, file, inode, pipe or signal. Who asked sees what
    /// Linux answers without memory, mostly ENOMEM; a process that touches a page calls the OOM killer
    #[arg(long, value_name = "KIND:N")]
    pub fail: Option<String>,

    /// Put the host's file HOST at SIM in the simulated file system
    #[arg(long = "file", value_name = "HOST:SIM")]
    pub files: Vec<String>,
}

/// `ring3 run`.
#[derive(Args, Debug)]
pub struct Run {
    /// Show what happens; FILTER is a list of categories (task, sched, mode, syscall, mm, tlb, fs, pipe, signal, user,
    /// mem, all), -CATEGORY, task=NAME or PID, line=N or N..M
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

    /// Its arguments
    #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
    pub args: Vec<String>,
}

/// `ring3 check`.
#[derive(Args, Debug)]
pub struct Check {
    /// Print what the script is compiled to
    #[arg(long, value_enum)]
    pub emit: Option<Emit>,

    /// How mistakes are told
    #[arg(long, value_enum, default_value_t)]
    pub format: Form,

    /// When to use colours
    #[arg(long, value_enum, default_value_t)]
    pub color: Color,

    /// The scripts; - is standard input
    #[arg(required = true)]
    pub files: Vec<PathBuf>,
}

/// `ring3 fmt`.
#[derive(Args, Debug)]
pub struct Fmt {
    /// Change nothing; print the difference and exit with 1 if there is one
    #[arg(long)]
    pub check: bool,

    /// When to use colours
    #[arg(long, value_enum, default_value_t)]
    pub color: Color,

    /// Scripts, and folders of scripts; - is standard input, which is written to standard output
    #[arg(required = true, value_name = "PATH")]
    pub paths: Vec<PathBuf>,
}

/// `ring3 explain`.
#[derive(Args, Debug)]
pub struct Explain {
    /// Show every code with its title
    #[arg(long, conflicts_with = "code")]
    pub list: bool,

    /// The code, as R0203
    #[arg(required_unless_present = "list")]
    pub code: Option<String>,
}

/// `ring3 doc`.
#[derive(Args, Debug)]
pub struct Doc {
    /// What is looked up; without it all names are shown
    pub name: Option<String>,
}

/// `ring3 explore`.
#[derive(Args, Debug)]
pub struct Explore {
    /// Give up after so many states; each takes up to 16 bytes
    #[arg(long, value_name = "N", default_value_t = 20_000_000, value_parser = clap::value_parser!(u64).range(1..))]
    pub max_states: u64,

    /// When to use colours
    #[arg(long, value_enum, default_value_t)]
    pub color: Color,

    /// The script; - is standard input
    pub file: PathBuf,

    /// Its arguments
    #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
    pub args: Vec<String>,
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

/// `ring3 completions`.
#[derive(Args, Debug)]
pub struct Completions {
    /// The shell
    pub shell: clap_complete::Shell,
}

/// `ring3 man`.
#[derive(Args, Debug)]
pub struct Man {
    /// The folder for the pages; without it the command's own page is printed
    #[arg(value_name = "FOLDER")]
    pub folder: Option<PathBuf>,
}

/// `ring3 why`.
#[derive(Args, Debug)]
pub struct Why {
    #[command(flatten)]
    pub machine: MachineFlags,

    /// When to use colours
    #[arg(long, value_enum, default_value_t)]
    pub color: Color,

    /// The script; - is standard input
    pub file: PathBuf,

    /// The event's number
    #[arg(value_name = "EVENT")]
    pub event: u32,

    /// The script's arguments
    #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
    pub args: Vec<String>,
}

/// `ring3 diff`.
#[derive(Args, Debug)]
pub struct Diff {
    /// A machine for the script, as `quantum=100` or `frames=3,swap=16`; to be given twice
    #[arg(long, value_name = "SETTINGS")]
    pub with: Vec<String>,

    /// What of a script's traces is compared, as for `ring3 run`
    #[arg(long, value_name = "FILTER", require_equals = true)]
    pub trace: Option<String>,

    /// Lines before and behind the place where they part
    #[arg(long, value_name = "N", default_value_t = 3, value_parser = clap::value_parser!(u16).range(0..=1000))]
    pub context: u16,

    #[command(flatten)]
    pub machine: MachineFlags,

    /// When to use colours
    #[arg(long, value_enum, default_value_t)]
    pub color: Color,

    /// Two traces, or one script
    #[arg(required = true, num_args = 1..=2, value_name = "FILE")]
    pub paths: Vec<PathBuf>,
}

/// What `ring3 check` can print.
#[derive(Clone, Copy, PartialEq, Eq, Debug, ValueEnum)]
pub enum Emit {
    /// The instructions of each image.
    Bytecode,
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
