//! What waits: a set of signals for each task and each process, and beside it what is told of them.
//!
//! A standard signal waits once, however often it is sent; real-time ones queue (`signal(7)`).

use crate::abi::errno::Errno;
use crate::abi::signal::Signal;
use crate::base::ids::Tid;
use crate::kernel::core::Kernel;
use crate::kernel::signal::info::SigInfo;
use crate::trace::event::Change;
use crate::trace::value::{Allocation, QueuedSignal, Resource, SignalSet, SignalTarget};

/// The most real-time signals that a task or process can have waiting, whatever the limit says.
// Linux: RLIMIT_SIGPENDING counts what waits for all processes of a user. Here: it counts for each target, and never
// more than this, because a place in a queue is kept in a byte.
const MOST: usize = 128;

/// Signals that tell of a fault of the task itself: they are taken before all others (`SYNCHRONOUS_MASK`).
const SYNCHRONOUS: u64 = Signal::SIGSEGV.bit()
    | Signal::SIGBUS.bit()
    | Signal::SIGILL.bit()
    | Signal::SIGTRAP.bit()
    | Signal::SIGFPE.bit()
    | Signal::SIGSYS.bit();

/// The signals that wait for a target.
#[must_use]
pub fn pending(kernel: &Kernel, target: SignalTarget) -> SignalSet {
    match target {
        SignalTarget::Task(tid) => kernel.state().task(tid).pending,
        SignalTarget::Process(pid) => kernel.state().process(pid).pending,
    }
}

fn set_pending(kernel: &mut Kernel, target: SignalTarget, to: SignalSet) {
    match target {
        SignalTarget::Task(tid) => kernel.set_pending(tid, to),
        SignalTarget::Process(pid) => kernel.set_shared_pending(pid, to),
    }
}

/// Lets a signal wait. A standard one waits even if there is no room for what is told of it, which is lost then.
///
/// # Errors
/// EAGAIN if too many wait already and what was to be told of this one would be lost.
pub(super) fn put(kernel: &mut Kernel, target: SignalTarget, signal: Signal, info: SigInfo) -> Result<(), Errno> {
    let before = pending(kernel, target);
    let standard = signal < Signal::SIGRTMIN;
    if standard && before.has(signal) {
        return Ok(());
    }
    let places = kernel.queued(target).len();
    let real_time = kernel.queued(target).iter().filter(|queued| Signal(queued.signal) >= Signal::SIGRTMIN).count();
    if (standard || real_time < limit(kernel, target)) && !kernel.fails(Allocation::Signal) {
        let change = Change::Queued { target, place: places as u8, info: info.queued(signal), from: false, to: true };
        kernel.commit(change);
    } else if !standard && info.code < 0 {
        return Err(Errno::EAGAIN);
    }
    set_pending(kernel, target, before.with(signal));
    Ok(())
}

/// How many real-time signals may wait for a target: RLIMIT_SIGPENDING of its process, if that is less than the queue has
/// places for.
fn limit(kernel: &Kernel, target: SignalTarget) -> usize {
    let pid = match target {
        SignalTarget::Task(tid) => kernel.state().task(tid).tgid,
        SignalTarget::Process(pid) => pid,
    };
    let soft = kernel.state().process(pid).rlimits[Resource::Sigpending as usize].soft;
    MOST.min(usize::try_from(soft).unwrap_or(MOST))
}

/// The signal of a set that a task takes first: its own before its process's, a fault before all, then the lowest
/// number (`dequeue_signal`).
#[must_use]
pub fn next_of(kernel: &Kernel, tid: Tid, set: u64) -> Option<(SignalTarget, Signal)> {
    let pid = kernel.state().task(tid).tgid;
    [SignalTarget::Task(tid), SignalTarget::Process(pid)].into_iter().find_map(|target| {
        let open = pending(kernel, target).0 & set;
        let first = if open & SYNCHRONOUS != 0 { open & SYNCHRONOUS } else { open };
        Signal::from_word(u64::from(first.trailing_zeros()) + 1).map(|signal| (target, signal))
    })
}

/// What is told of the first of these signals; of one whose place was lost, that somebody sent it.
#[must_use]
pub fn peek(kernel: &Kernel, target: SignalTarget, signal: Signal) -> QueuedSignal {
    let found = kernel.queued(target).iter().copied().find(|queued| queued.signal == signal.0);
    found.unwrap_or_else(|| SigInfo::default().queued(signal))
}

/// Takes a signal that waits, and tells of it.
pub fn take(kernel: &mut Kernel, target: SignalTarget, signal: Signal) -> QueuedSignal {
    let taken = peek(kernel, target, signal);
    let of_signal = |queued: &QueuedSignal| queued.signal == signal.0;
    if let Some(place) = kernel.queued(target).iter().position(of_signal) {
        kernel.commit(Change::Queued { target, place: place as u8, info: taken, from: true, to: false });
    }
    if !kernel.queued(target).iter().any(of_signal) {
        set_pending(kernel, target, pending(kernel, target).without(signal));
    }
    super::alarm::taken(kernel, target, signal);
    taken
}

/// Forgets all signals of a set that wait for a target.
pub fn discard(kernel: &mut Kernel, target: SignalTarget, set: u64) {
    while let Some(place) = kernel.queued(target).iter().position(|queued| set >> (queued.signal - 1) & 1 == 1) {
        let info = kernel.queued(target)[place];
        kernel.commit(Change::Queued { target, place: place as u8, info, from: true, to: false });
    }
    let rest = SignalSet(pending(kernel, target).0 & !set);
    set_pending(kernel, target, rest);
}
