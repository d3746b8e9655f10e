//! What a process does about a signal: `struct sighand_struct` and the rules of ignoring.

use crate::abi::flags::SaFlags;
use crate::abi::signal::{DefaultAction, Signal};
use crate::base::ids::{Pid, Tid};
use crate::kernel::core::Kernel;
use crate::trace::value::{ActionDetails, SignalAction};

/// What a task does on a signal, and how. A task that has ended does nothing of its own.
pub(super) fn action(kernel: &Kernel, tid: Tid, signal: Signal) -> (SignalAction, ActionDetails) {
    let Some(sighand) = kernel.state().task(tid).sighand else { return Default::default() };
    let (sighand, index) = (kernel.state().sighand(sighand), usize::from(signal.0) - 1);
    (sighand.actions[index], sighand.details[index])
}

/// A thread of a process that lives, to ask for its actions: they are the same for all.
pub(super) fn living(kernel: &Kernel, pid: Pid) -> Option<Tid> {
    let state = kernel.state();
    state.process(pid).threads.iter().copied().find(|&tid| state.task(tid).exit_status.is_none())
}

/// Whether a process does nothing on a signal because it said so (`SIG_IGN`).
#[must_use]
pub fn ignores(kernel: &Kernel, pid: Pid, signal: Signal) -> bool {
    living(kernel, pid).is_some_and(|tid| action(kernel, tid, signal).0 == SignalAction::Ignore)
}

/// Whether the children of a process leave no zombie: it ignores SIGCHLD, or said so with SA_NOCLDWAIT.
#[must_use]
pub fn autoreaps(kernel: &Kernel, pid: Pid) -> bool {
    ignores(kernel, pid, Signal::SIGCHLD) || has_flag(kernel, pid, Signal::SIGCHLD, SaFlags::SA_NOCLDWAIT)
}

/// Whether the action of a process for a signal has a flag.
pub(super) fn has_flag(kernel: &Kernel, pid: Pid, signal: Signal, flag: SaFlags) -> bool {
    living(kernel, pid).is_some_and(|tid| flags(action(kernel, tid, signal).1).contains(flag))
}

/// The flags of an action.
pub(super) fn flags(details: ActionDetails) -> SaFlags {
    SaFlags::from_bits_retain(details.flags.into())
}

/// Whether a task ignores a signal or holds it back: a background read then fails instead of stopping it.
#[must_use]
pub fn shuns(kernel: &Kernel, tid: Tid, signal: Signal) -> bool {
    kernel.state().task(tid).mask.has(signal) || action(kernel, tid, signal).0 == SignalAction::Ignore
}

/// Whether a signal would do nothing to a task now: ignored, or by default without effect. To the init of a pid namespace
/// nothing is fatal that it did not ask for (`SIGNAL_UNKILLABLE`), but SIGKILL and SIGSTOP from outside.
pub(super) fn is_void(kernel: &Kernel, tid: Tid, signal: Signal) -> bool {
    match action(kernel, tid, signal).0 {
        SignalAction::Ignore => true,
        SignalAction::Handler(_) => false,
        SignalAction::Default => {
            is_shielded(kernel, tid, signal)
                || matches!(signal.default_action(), DefaultAction::Ignore | DefaultAction::Continue)
        }
    }
}

/// Whether a task belongs to an init that a signal can not harm.
fn is_shielded(kernel: &Kernel, tid: Tid, signal: Signal) -> bool {
    let state = kernel.state();
    let pid = state.task(tid).tgid;
    let sender = state.tasks.get(&kernel.current()).map(|task| task.tgid);
    let outside = sender.is_some_and(|sender| !state.is_within(sender, state.process(pid).ns));
    state.is_ns_init(pid) && !(signal.is_unblockable() && outside)
}
