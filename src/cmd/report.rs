//! Reports: how a run that went wrong is told, with the lines of the script.

mod deadlock;

use std::fmt::Write;

use crate::abi::image::Debug;
use crate::abi::signal::Signal;
use crate::base::span::SourceFile;
use crate::base::units::PAGE_SIZE;
use crate::kernel::mm::reclaim::kswapd;
use crate::kernel::mm::replacement::touched::MAX_REFERENCES;
use crate::kernel::outcome::{Backtrace, Limit, Misdeed, Outcome, Report};
use crate::lang::diagnostic::{Label, render_report};
use crate::machine::mmu::is_canonical;
use crate::machine::trap::{CODE_I, CODE_P, CODE_W};
use crate::system::Machine;
use crate::trace::value::{Vma, VmaFlags};

pub use deadlock::waits;

/// How many processes that ended badly are told one by one.
const REPORTS: usize = 8;

/// Every process that a fault of its own ended.
#[must_use]
pub fn reports(machine: &Machine, color: bool) -> String {
    let all = machine.reports();
    let mut text: String = all.iter().take(REPORTS).map(|report| one(machine, report, color)).collect();
    if all.len() > REPORTS {
        let _ = writeln!(text, "... and {} more processes that ended so", all.len() - REPORTS);
    }
    text
}

/// How the run ended, unless it simply came to its end.
#[must_use]
pub fn outcome(machine: &Machine, outcome: &Outcome, color: bool) -> String {
    let mut text = ended(machine, outcome, color);
    if !text.is_empty() {
        let _ = writeln!(text, "  to run it so again: --schedule '{}'", machine.kernel().deviations());
    }
    text
}

/// The same without the schedule that replays it.
#[must_use]
pub fn ended(machine: &Machine, outcome: &Outcome, color: bool) -> String {
    match outcome {
        Outcome::Exited { .. } => String::new(),
        Outcome::Deadlock { sleepers, circle } => deadlock::report(machine, sleepers, circle, color),
        Outcome::LimitReached(Limit::Steps(steps)) => stopped(
            machine,
            &format!("the run was stopped: it has executed {steps} instructions, the limit of --max-steps"),
            color,
        ),
        Outcome::LimitReached(Limit::Foresight(at)) => stopped(machine, &foresight(*at), color),
        Outcome::Interrupted => stopped(machine, "the run was interrupted", color),
    }
}

/// What went wrong with looking ahead, at a reference.
fn foresight(at: usize) -> String {
    if at == MAX_REFERENCES {
        return format!("opt can not look ahead: the run uses pages more than {MAX_REFERENCES} times in turn");
    }
    format!(
        "opt looks ahead in what a first run used, and this run used something else at reference {at}: what a script uses \
         must not depend on what is evicted. mlockall keeps its own pages in; does it look at times, or at counts of faults?"
    )
}

fn one(machine: &Machine, report: &Report, color: bool) -> String {
    let who = format!("{}[{}]", report.name, report.pid);
    let signal = report.signal;
    let (sentence, label, mut notes) = explain(machine, report);
    let message = format!("{who} was killed by {signal}: {sentence}");
    notes.extend(backtrace_note(machine, &report.backtrace));
    let of_calls = matches!(report.misdeed, Misdeed::Abort | Misdeed::OutOfMemory { .. });
    located(machine, &report.backtrace, &message, (&label, of_calls), &notes, color)
}

/// The report with the innermost line that the user wrote, where there is one. What a `label` says is true of a
/// call too if `of_calls`.
fn located(
    machine: &Machine,
    trace: &Backtrace,
    message: &str,
    (label, of_calls): (&str, bool),
    notes: &[String],
    color: bool,
) -> String {
    let debug = machine.debug(trace.exe);
    let mut sources = Vec::new();
    let mut labels = Vec::new();
    if let Some(debug) = debug {
        sources = debug.files.iter().map(|file| SourceFile::clone(file)).collect();
        let spans = trace.pcs.iter().enumerate().filter_map(|(depth, &pc)| Some((depth, debug.span_at(pc)?)));
        if let Some((depth, span)) =
            spans.clone().find(|&(_, span)| debug.is_own(span)).or_else(|| spans.clone().next())
        {
            let text = if depth == 0 || of_calls { label } else { "it happened in a call from here" };
            let text = text.to_owned();
            labels.push(Label { span, text, primary: true });
        }
    }
    render_report(message, &labels, notes, &sources, color)
}

/// What went wrong: a sentence, a label for the line, and notes.
fn explain(machine: &Machine, report: &Report) -> (String, String, Vec<String>) {
    match &report.misdeed {
        Misdeed::Access { address, code, area, below, above, stack_floor } => {
            let past_end = report.signal == Signal::SIGBUS;
            access(machine, *address, *code, (*area, past_end), (*below, *above), *stack_floor)
        }
        Misdeed::Protection { address } if is_canonical(*address) => (
            format!("it used address {address:#x}, where no instruction, stack frame or atomic access can begin"),
            "it went astray here".to_owned(),
            vec![
                "a general protection fault; was a return address or a function value overwritten?".to_owned(),
                "an atomic access lies at a multiple of its size".to_owned(),
            ],
        ),
        Misdeed::Protection { address } => (
            format!("it used {address:#x}, which is no address"),
            "it went astray here".to_owned(),
            vec!["a general protection fault: bits 63 to 47 of an address are all the same".to_owned()],
        ),
        Misdeed::Divide => (
            "it divided by zero, or the smallest int by -1".to_owned(),
            "this divides by zero".to_owned(),
            vec!["a divide error: the processor has no result to give".to_owned()],
        ),
        Misdeed::Illegal { word } => (
            "it executed what is no instruction".to_owned(),
            "it stopped here".to_owned(),
            word.map(|word| format!("the word at the pc is {word:#018x}, which is no instruction"))
                .into_iter()
                .collect(),
        ),
        Misdeed::NoFrame { signal, sp } => (
            format!("its stack could not take the frame for the handler of {signal}"),
            "it stood here".to_owned(),
            vec![
                format!("the stack pointer is {sp:#x}; a handler that is to survive a full stack needs sigaltstack(2)"),
                "a handler also needs a restorer (SA_RESTORER): `handle` and `sigaction` of the library set it"
                    .to_owned(),
            ],
        ),
        Misdeed::BadFrame { frame } => (
            "it returned from a signal handler to nowhere".to_owned(),
            "it called rt_sigreturn here".to_owned(),
            vec![format!("the frame at {frame:#x} does not say where to go on; was it overwritten?")],
        ),
        Misdeed::Abort => ("it called abort()".to_owned(), "gave up here".to_owned(), Vec::new()),
        Misdeed::OutOfMemory { pages, ram_frames } => (
            "memory ran out, and the OOM killer chose it".to_owned(),
            "was here".to_owned(),
            vec![
                format!(
                    "it had {pages} pages in memory, on the swap device and of page tables ({} KiB); the machine has \
                     {ram_frames} frames",
                    pages * PAGE_SIZE / 1024
                ),
                "the process that has most is killed, after what its oom_score_adj adds or takes".to_owned(),
            ],
        ),
    }
}

type Area = Option<(u64, Vma)>;

fn access(
    machine: &Machine,
    address: u64,
    code: u8,
    (area, past_end): (Area, bool),
    (below, above): (Area, Area),
    stack_floor: u64,
) -> (String, String, Vec<String>) {
    let verb = match code {
        code if code & CODE_I != 0 => "jumped to",
        code if code & CODE_W != 0 => "wrote to",
        _ => "read",
    };
    let page = address / PAGE_SIZE;
    let present = if code & CODE_P != 0 { "the page is present" } else { "the page is not present" };
    let mut notes = vec![format!("page {page:#x}, error code {code:#x}: {present}, user mode")];
    let stack = above.filter(|(_, vma)| vma.flags.contains(VmaFlags::GROWSDOWN) && area.is_none());
    if let Some((start, _)) = stack.filter(|(start, _)| start * PAGE_SIZE - address <= 16 * PAGE_SIZE) {
        notes.extend(why_no_stack(machine, page, (start, below), stack_floor));
        return (
            format!("its stack overflowed at address {address:#x}"),
            "the stack overflowed here".to_owned(),
            notes,
        );
    }
    let why = match area {
        Some((start, vma)) => {
            notes.push(format!("the area is {}", describe(machine, start, &vma)));
            let at = (u64::from(vma.file_page) + page - start) * PAGE_SIZE;
            let inode = machine.kernel().state().inodes.get(vma.ino.0);
            match (past_end, inode.is_some_and(|inode| at < inode.size)) {
                (false, _) => format!("which {}", forbids(&vma, code)),
                (true, false) => "which lies behind the end of its file".to_owned(),
                (true, true) => "for which there is no room in memory or on the disk".to_owned(),
            }
        }
        None if address >> 47 != 0 => "which belongs to the kernel".to_owned(),
        None => {
            notes.extend(below.map(|(start, vma)| format!("the area below is {}", describe(machine, start, &vma))));
            notes.extend(above.map(|(start, vma)| format!("the area above is {}", describe(machine, start, &vma))));
            "where nothing is mapped".to_owned()
        }
    };
    let nil = area.is_none() && address < PAGE_SIZE;
    let label = if nil { "a pointer is nil here" } else { "the fault is here" };
    (format!("it {verb} address {address:#x}, {why}"), label.to_owned(), notes)
}

/// Why a stack that begins at page `start` could not grow down to a page (`acct_stack_growth`, `expand_downwards`).
fn why_no_stack(machine: &Machine, page: u64, (start, below): (u64, Area), stack_floor: u64) -> Vec<String> {
    const ASK: &str = "is there a recursion without end?";
    let near = below.filter(|(first, vma)| page - (first + u64::from(vma.pages)) < 256);
    if start * PAGE_SIZE < stack_floor {
        vec![format!("the stack is larger than its limit (RLIMIT_STACK) already: {ASK}")]
    } else if page * PAGE_SIZE < stack_floor {
        vec![format!("the stack may not grow below {stack_floor:#x}: {ASK}")]
    } else if let Some((first, vma)) = near {
        vec![
            format!("the stack may not come closer than 256 pages to the area below: {ASK}"),
            format!("the area below is {}", describe(machine, first, &vma)),
        ]
    } else {
        vec![format!("the stack could not grow: a limit of memory is reached (RLIMIT_AS, overcommit); or {ASK}")]
    }
}

/// What an area does not allow, of what was tried.
fn forbids(vma: &Vma, code: u8) -> &'static str {
    if !vma.flags.intersects(VmaFlags::READ | VmaFlags::WRITE | VmaFlags::EXEC) {
        "nobody may touch (PROT_NONE)"
    } else if code & CODE_I != 0 && !vma.flags.contains(VmaFlags::EXEC) {
        "is not code"
    } else if code & CODE_W != 0 && !vma.flags.contains(VmaFlags::WRITE) {
        if vma.flags.contains(VmaFlags::EXEC) { "is code, and read-only" } else { "is read-only" }
    } else {
        "its area does not allow"
    }
}

/// An area as `/proc/PID/maps` shows it.
fn describe(machine: &Machine, start: u64, vma: &Vma) -> String {
    let flag = |flag, letter| if vma.flags.contains(flag) { letter } else { '-' };
    let name = match machine.debug(crate::base::ids::Ino(vma.ino.0)) {
        Some(_) => " of the program".to_owned(),
        None if vma.flags.contains(VmaFlags::GROWSDOWN) => " [stack]".to_owned(),
        None if vma.flags.contains(VmaFlags::HEAP) => " [heap]".to_owned(),
        None => String::new(),
    };
    format!(
        "{:#x}-{:#x} {}{}{}{}{name}",
        start * PAGE_SIZE,
        (start + u64::from(vma.pages)) * PAGE_SIZE,
        flag(VmaFlags::READ, 'r'),
        flag(VmaFlags::WRITE, 'w'),
        flag(VmaFlags::EXEC, 'x'),
        if vma.flags.contains(VmaFlags::SHARED) { 's' } else { 'p' },
    )
}

/// How many activations of a backtrace are told, from either end.
const ENDS: usize = 6;

/// The chain of calls, innermost first; a recursion is told once, with how often, and the middle of a long one is left out.
fn backtrace_note(machine: &Machine, trace: &Backtrace) -> Option<String> {
    let debug = machine.debug(trace.exe)?;
    if trace.pcs.len() < 2 {
        return None;
    }
    let mut places: Vec<(String, usize)> = Vec::new();
    for &pc in &trace.pcs {
        let place = place(debug, pc);
        match places.last_mut() {
            Some((last, times)) if *last == place => *times += 1,
            Some(_) | None => places.push((place, 1)),
        }
    }
    let mut text = String::from("backtrace:");
    for (depth, (place, times)) in places.iter().enumerate() {
        if depth >= ENDS && places.len() - depth > ENDS {
            if depth == ENDS {
                let _ = write!(text, "\n  ... {} more ...", places.len() - 2 * ENDS);
            }
            continue;
        }
        let again = if *times > 1 { format!(", {times} times") } else { String::new() };
        let _ = write!(text, "\n  {place}{again}");
    }
    if trace
        .pcs
        .last()
        .and_then(|&pc| debug.symbol_at(pc))
        .is_none_or(|symbol| !matches!(symbol.name.as_str(), "_start" | "_start_threads" | "thread_begin"))
    {
        text.push_str("\n  ... and who called it");
    }
    Some(text)
}

/// A function and a line: `work at counter.r3:12`.
fn place(debug: &Debug, pc: u64) -> String {
    let name = debug.symbol_at(pc).map_or("?", |symbol| symbol.name.as_str());
    let Some((file, span)) =
        debug.span_at(pc).and_then(|span| Some((debug.files.get(usize::from(span.file.0))?, span)))
    else {
        return format!("{name} at {pc:#x}");
    };
    format!("{name} at {}:{}", file.name, file.line_column(span.start).0)
}

/// Tasks that are told of when a run was stopped.
const TOLD: usize = 8;

/// A run that was stopped from outside: where its tasks stood.
fn stopped(machine: &Machine, message: &str, color: bool) -> String {
    let state = machine.kernel().state();
    let current = state.tasks.keys().find(|&&tid| tid == machine.kernel().current());
    let runnable = state.queues.iter().flatten();
    let tells = |was: &'static str| {
        move |&tid| {
            let task = state.task(tid);
            match kswapd::is_kernel_thread(tid) {
                true => format!("[{}] was {was}", task.name()),
                false => format!("{}[{}] was {was}", task.name(), task.tgid),
            }
        }
    };
    let mut running: Vec<String> =
        current.into_iter().map(tells("running")).chain(runnable.map(tells("runnable"))).collect();
    if running.len() > TOLD {
        let more = running.split_off(TOLD).len();
        running.push(format!("and {more} more"));
    }
    let first = current.or_else(|| state.queues.iter().flatten().next());
    let trace = first.map(|&tid| crate::kernel::task::backtrace::backtrace(state, tid)).unwrap_or_default();
    located(machine, &trace, message, ("was here", true), &running, color)
}
