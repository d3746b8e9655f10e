//! What page faults, copies on write and the pages of a fork cost the host: each step of the kernel is timed by itself.
//!
//! `taskset -c 0 cargo bench --bench memory` prints nanoseconds beside the limits, and fails if one is above its limit.
//! With `growth` as its argument it shows how a fault's cost grows with frames and areas instead; with the names of operations
//! it measures these.

#![expect(clippy::disallowed_types, clippy::disallowed_methods, reason = "a bench measures real time")]
#![allow(
    clippy::print_stdout,
    clippy::unwrap_used,
    reason = "a bench prints its figures and ends at the first surprise"
)]

use std::process::ExitCode;
use std::time::{Duration, Instant};

use ring3::Machine;
use ring3::base::ids::Tid;
use ring3::base::span::SourceFile;
use ring3::kernel::config::Config;
use ring3::kernel::run::Step;
use ring3::lang::pipeline::compile;
use ring3::system::Options;

/// Faults of a round: a computer that others use as well is seldom left alone for longer.
const ROUND: usize = 1000;

/// What a step did, as far as it is measured.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Sort {
    /// It served one page fault, and executed what led to it.
    Fault,
    /// It made a process.
    Fork,
    Other,
}

/// A step that was measured.
struct Timed {
    sort: Sort,
    /// Who executed.
    task: Tid,
    /// Without the time that measuring takes.
    ns: f64,
}

/// Runs a script of this folder and shows each step.
fn run(script: &str, args: &[&str], show: impl FnMut(&Timed)) {
    let text = std::fs::read_to_string(format!("{}/benches/{script}", env!("CARGO_MANIFEST_DIR"))).unwrap();
    run_text(script, text, args, show);
}

fn run_text(script: &str, text: String, args: &[&str], mut show: impl FnMut(&Timed)) {
    let compiled = compile(SourceFile { name: script.to_owned(), text }).compiled.unwrap();
    let config = Config::with_ram(2 << 20);
    let args = args.iter().map(|&arg| arg.to_owned()).collect();
    let mut machine = Machine::start(&compiled, &Options { config, args, ..Options::default() }).unwrap();
    let kernel = machine.kernel_mut();
    let clock = clock();
    loop {
        let (task, before) = (kernel.current(), kernel.accounting().machine());
        let start = Instant::now();
        let step = kernel.step();
        let took = start.elapsed();
        let after = kernel.accounting().machine();
        let sort = match (after.forks - before.forks, after.pgfault - before.pgfault) {
            (0, 1) => Sort::Fault,
            (1, _) => Sort::Fork,
            (_, _) => Sort::Other,
        };
        show(&Timed { sort, task, ns: took.as_nanos() as f64 - clock });
        match step {
            Step::Ran => {}
            Step::Ended(_) => return,
            Step::NeedsInput => panic!("{script} waits for input"),
        }
    }
}

/// What looking at the clock takes, in ns.
fn clock() -> f64 {
    let least = (0..1000).map(|_| {
        let start = Instant::now();
        start.elapsed()
    });
    least.min().unwrap_or(Duration::ZERO).as_nanos() as f64
}

/// What a sort of step took, in the second half of them, as the host's memory is there by then: the least of the means of
/// so many of them, each of which is a round.
fn steady(script: &str, args: &[&str], round: usize, wanted: impl Fn(&Timed) -> bool) -> f64 {
    let mut all = Vec::new();
    run(script, args, |step| {
        if wanted(step) {
            all.push(step.ns);
        }
    });
    let rounds = all[all.len() / 2..].chunks_exact(round);
    rounds.map(|round| round.iter().sum::<f64>() / round.len() as f64).fold(f64::INFINITY, f64::min)
}

fn is_fault(step: &Timed) -> bool {
    step.sort == Sort::Fault
}

/// A page is touched for the first time; 64 at a time are mapped and unmapped again.
fn minor() -> f64 {
    steady("minor.r3", &["1000000", "64"], ROUND, is_fault)
}

/// A child writes to a page that it shares with its parent.
fn cow() -> f64 {
    // The script itself is pid 2; its own faults are no copies.
    steady("cow.r3", &["2000", "250", "250"], ROUND, |step| is_fault(step) && step.task.0 > 2)
}

/// A page of a process that forks, by the difference of two sizes.
fn fork() -> f64 {
    let of = |pages: u32| steady("cow.r3", &["200", &pages.to_string(), "0"], 1, |step| step.sort == Sort::Fork);
    (of(22_000) - of(2_000)) / 20_000.0
}

/// A load that hits the TLB, against a plain one: of a local variable, which lies in the window.
fn hit() -> f64 {
    const TURNS: u32 = 100_000;
    const LOADS: u32 = 64;
    let took = |load: &str| {
        let loads = format!("        y = {load}\n").repeat(LOADS as usize);
        let text = format!(
            "fn turns(p: *uint, x: uint) -> uint {{\n    let y: uint = 0\n    for _ in 0..{TURNS} {{\n{loads}    }}\n    \
             return y\n}}\nlet p: *uint = mmap(4096) as *uint\np[0] = 7\nassert(turns(p, 7) == 7)\n"
        );
        let mut sum = 0.0;
        run_text("hit.r3", text, &[], |step| sum += step.ns);
        sum
    };
    let least = |load: &str| (0..40).map(|_| took(load)).fold(f64::INFINITY, f64::min);
    (least("p[0]") - least("x")) / f64::from(TURNS * LOADS)
}

/// How a fault's cost grows with the pages that are there, and with the areas, of which Linux gives a process 65,530.
fn growth() {
    for (what, areas, sizes) in
        [("frames", 1, &[1_000, 10_000, 100_000, 1_000_000][..]), ("areas", 60_000, &[1_000, 10_000, 60_000][..])]
    {
        println!("{what:>12} {:>8}", "ns");
        let pages = sizes.iter().copied().max().unwrap_or_default();
        let mut all = Vec::new();
        run("touch.r3", &[&pages.to_string(), &areas.to_string()], |step| {
            if is_fault(step) {
                all.push(step.ns);
            }
        });
        for &size in sizes {
            let last = &all[size * 9 / 10..size];
            println!("{size:>12} {:>8.0}", last.iter().sum::<f64>() / last.len() as f64);
        }
    }
}

fn main() -> ExitCode {
    if std::env::args().any(|arg| arg == "growth") {
        growth();
        return ExitCode::SUCCESS;
    }
    let mut bad = false;
    println!("{:<8} {:>8} {:>8}", "", "ns", "limit");
    let wanted: Vec<String> = std::env::args().skip(1).filter(|arg| !arg.starts_with('-')).collect();
    let measures =
        [("minor", 500.0, minor as fn() -> f64), ("cow", 1200.0, cow), ("fork", 40.0, fork), ("hit", 1.5, hit)];
    for (name, limit, measure) in measures {
        if !wanted.is_empty() && !wanted.iter().any(|wanted| wanted == name) {
            continue;
        }
        let ns = measure();
        println!("{name:<8} {ns:>8.1} {limit:>8.1}");
        bad |= ns > limit;
    }
    if bad { ExitCode::FAILURE } else { ExitCode::SUCCESS }
}
