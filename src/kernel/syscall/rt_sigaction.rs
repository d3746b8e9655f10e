//! rt_sigaction(2).

use crate::abi::errno::Errno;
use crate::abi::flags::{SIG_DFL, SIG_IGN};
use crate::abi::layout::{SIGACTION_BYTES, Sigaction};
use crate::abi::signal::{DefaultAction, Signal};
use crate::kernel::core::Kernel;
use crate::kernel::signal;
use crate::kernel::stop::SysResult;
use crate::trace::value::{ActionDetails, SignalAction, SignalSet, SignalTarget};

/// Bytes of a `sigset_t` as the kernel has it.
const SIGSET_BYTES: u64 = 8;

/// `rt_sigaction(signum, act, oldact, sigsetsize)`: sets and tells what is done when a signal comes.
///
/// # Errors
/// EFAULT; EINVAL for what is no signal, and to change SIGKILL or SIGSTOP.
pub fn sys_rt_sigaction(kernel: &mut Kernel, [signum, act, oldact, sigsetsize, ..]: [u64; 6]) -> SysResult {
    let signal = Signal::from_word(signum).ok_or(Errno::EINVAL)?;
    if sigsetsize != SIGSET_BYTES {
        return Err(Errno::EINVAL.into());
    }
    let mut new = None;
    if act != 0 {
        let mut bytes = [0; SIGACTION_BYTES];
        kernel.read_user(act, &mut bytes)?;
        if signal.is_unblockable() {
            return Err(Errno::EINVAL.into());
        }
        new = Some(Sigaction::from_bytes(&bytes));
    }
    let sighand = kernel.state().task(kernel.current()).sighand.ok_or(Errno::EINVAL)?;
    if oldact != 0 {
        let index = usize::from(signal.0) - 1;
        let (action, details) =
            (kernel.state().sighand(sighand).actions[index], kernel.state().sighand(sighand).details[index]);
        kernel.write_user(oldact, &told(action, details).to_bytes())?;
    }
    if let Some(new) = new {
        let action = match new.handler {
            handler if handler == SIG_DFL => SignalAction::Default,
            handler if handler == SIG_IGN => SignalAction::Ignore,
            handler => SignalAction::Handler(handler),
        };
        kernel.set_action(sighand, signal.0, action);
        kernel.set_action_details(sighand, signal.0, details(new));
        discard_void(kernel, signal, action);
    }
    Ok(0)
}

// Linux: any address can be the restorer's. Here: one beyond 4 GiB is taken for the last address below, which leads
// nowhere, because programs lie below, and an action has room for no more.
fn details(new: Sigaction) -> ActionDetails {
    let mask = SignalSet(new.mask).without(Signal::SIGKILL).without(Signal::SIGSTOP);
    ActionDetails { mask, flags: new.flags as u32, restorer: u32::try_from(new.restorer).unwrap_or(u32::MAX) }
}

fn told(action: SignalAction, details: ActionDetails) -> Sigaction {
    let handler = match action {
        SignalAction::Default => SIG_DFL,
        SignalAction::Ignore => SIG_IGN,
        SignalAction::Handler(handler) => handler,
    };
    Sigaction { handler, flags: details.flags.into(), restorer: details.restorer.into(), mask: details.mask.0 }
}

/// What is ignored from now on waits no longer, blocked or not (`sigaction(2)`, POSIX 3.3.1.3).
fn discard_void(kernel: &mut Kernel, signal: Signal, action: SignalAction) {
    let by_default = matches!(signal.default_action(), DefaultAction::Ignore | DefaultAction::Continue);
    if action == SignalAction::Ignore || action == SignalAction::Default && by_default {
        let pid = kernel.current_pid();
        signal::discard(kernel, SignalTarget::Process(pid), signal.bit());
        for tid in kernel.state().process(pid).threads.clone() {
            signal::discard(kernel, SignalTarget::Task(tid), signal.bit());
        }
    }
}
