//! rt_sigaction(2).

use crate::abi::errno::Errno;
use crate::abi::flags::{SIG_DFL, SIG_IGN};
use crate::abi::layout::{SIGACTION_BYTES, Sigaction};
use crate::abi::signal::Signal;
use crate::kernel::core::Kernel;
use crate::kernel::stop::SysResult;
use crate::trace::value::SignalAction;

/// Bytes of a `sigset_t` as the kernel has it.
const SIGSET_BYTES: u64 = 8;

/// `rt_sigaction(signum, act, oldact, sigsetsize)`: sets and tells what is done when a signal comes.
// Linux: any function can handle a signal. Here: a handler is refused with EINVAL and only SIG_DFL and SIG_IGN are
// taken, because handlers need frames on the user stack, which the model does not push yet.
pub fn sys_rt_sigaction(kernel: &mut Kernel, [signum, act, oldact, sigsetsize, ..]: [u64; 6]) -> SysResult {
    let signal = Signal::from_word(signum).ok_or(Errno::EINVAL)?;
    if sigsetsize != SIGSET_BYTES || act != 0 && signal.is_unblockable() {
        return Err(Errno::EINVAL.into());
    }
    let sighand = kernel.state().task(kernel.current()).sighand.ok_or(Errno::EINVAL)?;
    let old = kernel.state().sighand(sighand).actions[usize::from(signal.0) - 1];
    let mut new = None;
    if act != 0 {
        let mut bytes = [0; SIGACTION_BYTES];
        kernel.read_user(act, &mut bytes)?;
        new = Some(match Sigaction::from_bytes(&bytes).handler {
            handler if handler == SIG_DFL => SignalAction::Default,
            handler if handler == SIG_IGN => SignalAction::Ignore,
            _ => return Err(Errno::EINVAL.into()),
        });
    }
    if oldact != 0 {
        let handler = match old {
            SignalAction::Default => SIG_DFL,
            SignalAction::Ignore => SIG_IGN,
            SignalAction::Handler(handler) => handler,
        };
        let old = Sigaction { handler, ..Sigaction::from_bytes(&[0; SIGACTION_BYTES]) };
        kernel.write_user(oldact, &old.to_bytes())?;
    }
    if let Some(action) = new {
        kernel.set_action(sighand, signal.0, action);
    }
    Ok(0)
}
