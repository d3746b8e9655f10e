//! The report of a deadlock: who waits for whom in a circle, or everyone who sleeps and for what.

use crate::abi::image::Debug;
use crate::abi::sysno::Sysno;
use crate::cmd::report::{located, place};
use crate::kernel::outcome::{Awaited, Backtrace, Knot, Sleeper};
use crate::system::Machine;
use crate::trace::value::WaitOn;

/// The run can not go on, or some of its threads can not.
pub(super) fn report(machine: &Machine, sleepers: &[Sleeper], circle: &[Knot], color: bool) -> String {
    let Some(first) = circle.first() else { return nobody_runs(machine, sleepers, color) };
    let locks = circle.iter().all(|knot| !matches!(knot.awaited, Awaited::End));
    let message = match (circle.len(), locks) {
        (1, true) => "deadlock: a thread waits for a lock that it holds itself".to_owned(),
        (1, false) => "deadlock: a thread waits for its own end".to_owned(),
        (count, true) => format!("deadlock: {count} threads wait for each other's locks"),
        (count, false) => format!("deadlock: {count} threads wait for each other"),
    };
    let notes: Vec<String> = circle.iter().map(|knot| waits(machine, knot)).collect();
    located(machine, &first.backtrace, &message, ("waits here for ever", true), &notes, color)
}

/// Nobody can run, and there is no circle: everyone who sleeps is told.
fn nobody_runs(machine: &Machine, sleepers: &[Sleeper], color: bool) -> String {
    let message = "deadlock: no task can run, no timer is set, and no input is to come";
    let notes: Vec<String> = sleepers.iter().map(|sleeper| sleeps(machine, sleeper)).collect();
    let script = sleepers.iter().find(|sleeper| sleeper.pid.0 > 1).or(sleepers.first());
    let trace = script.map(|sleeper| sleeper.backtrace.clone()).unwrap_or_default();
    located(machine, &trace, message, ("waits here for ever", true), &notes, color)
}

/// ``a[3] waits for the lock `m` at x.r3:12, which a[4] holds since x.r3:19``.
#[must_use]
pub fn waits(machine: &Machine, knot: &Knot) -> String {
    let debug = machine.debug(knot.backtrace.exe);
    let at =
        debug.and_then(|debug| own_line(debug, &knot.backtrace)).map(|line| format!(" at {line}")).unwrap_or_default();
    let holder =
        knot.holder_name.as_ref().map_or_else(|| "nobody".to_owned(), |name| format!("{name}[{}]", knot.holder));
    let who = format!("{}[{}]", knot.name, knot.tid);
    match knot.awaited {
        Awaited::Lock { record, since } => {
            let lock = debug.map_or_else(|| format!("{record:#x}"), |debug| lock_name(debug, record));
            let since =
                debug.and_then(|debug| line(debug, since)).map(|line| format!(" since {line}")).unwrap_or_default();
            format!("{who} waits for the lock {lock}{at}, which {holder} holds{since}")
        }
        Awaited::Word { address } => format!("{who} waits for the lock at {address:#x}{at}, which {holder} holds"),
        Awaited::End => format!("{who} waits for the end of {holder}{at}"),
    }
}

/// The innermost line of the program's own: `x.r3:12`.
fn own_line(debug: &Debug, trace: &Backtrace) -> Option<String> {
    let own = |pc: &&u64| debug.span_at(**pc).is_some_and(|span| debug.is_own(span));
    line(debug, *trace.pcs.iter().find(own)?)
}

/// The line of an instruction: `x.r3:12`.
fn line(debug: &Debug, pc: u64) -> Option<String> {
    let span = debug.span_at(pc)?;
    let file = debug.files.get(usize::from(span.file.0))?;
    Some(format!("{}:{}", file.name, file.line_column(span.start).0))
}

/// The name of the variable that a lock is, or lies in, or its address.
fn lock_name(debug: &Debug, address: u64) -> String {
    match debug.global_at(address) {
        Some(global) if global.start == address => format!("`{}`", global.name),
        Some(global) => format!("{} bytes into `{}`", address - global.start, global.name),
        None => format!("at {address:#x}"),
    }
}

fn sleeps(machine: &Machine, sleeper: &Sleeper) -> String {
    let on = match (sleeper.on, &sleeper.knot) {
        (_, Some(knot)) => on_a_task(machine, knot),
        (Some(WaitOn::PipeData(pipe)), None) => format!("for bytes in pipe {pipe}, whose write end is still open"),
        (Some(WaitOn::PipeRoom(pipe)), None) => format!("for room in pipe {pipe}, which nobody reads"),
        (Some(WaitOn::Child(_)), None) => "for a child to end".to_owned(),
        (Some(WaitOn::Time), None) => "for time to pass".to_owned(),
        (Some(WaitOn::Console), None) => "for a line at the console".to_owned(),
        (Some(WaitOn::Disk(ino, page)), None) => format!("for page {page} of file {ino}"),
        (Some(WaitOn::Swap(slot)), None) => format!("for slot {slot} of the swap device"),
        (Some(WaitOn::Writeback), None) => "for pages to be written".to_owned(),
        (Some(WaitOn::Kswapd), None) => "for memory to become scarce".to_owned(),
        (Some(WaitOn::Futex(_) | WaitOn::FutexPi(_)), None) => "for a wake-up that nobody is left to give".to_owned(),
        (Some(WaitOn::Signal), None) => "for a signal".to_owned(),
        (Some(WaitOn::Vfork(child)), None) => format!("for task {child} to execute a program or to end"),
        (Some(WaitOn::Poll(_)), None) => "for one of several files to be ready".to_owned(),
        (None, None) => "for nothing that is known".to_owned(),
    };
    let own = machine.debug(sleeper.backtrace.exe).and_then(|debug| {
        let pcs = &sleeper.backtrace.pcs;
        pcs.iter().find(|&&pc| debug.span_at(pc).is_some_and(|span| debug.is_own(span))).map(|&pc| place(debug, pc))
    });
    let place = own.map(|place| format!(", {place}")).unwrap_or_default();
    if sleeper.on.is_none() {
        return format!("{}[{}] is stopped{place}: nobody is left to send it SIGCONT", sleeper.name, sleeper.tid);
    }
    format!("{}[{}] sleeps in {}{place}: it waits {on}", sleeper.name, sleeper.tid, Sysno(sleeper.call))
}

/// What another task would have to do, and why it does not.
fn on_a_task(machine: &Machine, knot: &Knot) -> String {
    let debug = machine.debug(knot.backtrace.exe);
    let holds = |since: Option<String>| match (&knot.holder_name, since) {
        (Some(name), Some(line)) => format!("{name}[{}] holds since {line}", knot.holder),
        (Some(name), None) => format!("{name}[{}] holds", knot.holder),
        (None, Some(line)) => format!("thread {} took at {line} and never gave back: it has ended", knot.holder),
        (None, None) => format!("thread {} took and never gave back: it has ended", knot.holder),
    };
    match knot.awaited {
        Awaited::Lock { record, since } => {
            let lock = debug.map_or_else(|| format!("{record:#x}"), |debug| lock_name(debug, record));
            format!("for the lock {lock}, which {}", holds(debug.and_then(|debug| line(debug, since))))
        }
        Awaited::Word { address } => format!("for the lock at {address:#x}, which {}", holds(None)),
        Awaited::End => format!("for the end of thread {}", knot.holder),
    }
}
