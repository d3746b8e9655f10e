//! Taking signals: what those that wait do to a task on its way back to user mode.

use crate::abi::flags::{SI_KERNEL, SaFlags};
use crate::abi::signal::{DefaultAction, Signal};
use crate::base::ids::{Pid, Tid};
use crate::kernel::core::Kernel;
use crate::kernel::outcome::{Misdeed, Report};
use crate::kernel::signal::action::{action, flags, is_void};
use crate::kernel::signal::frame::{self, Context};
use crate::kernel::signal::info::SigInfo;
use crate::kernel::signal::send::{retarget, status_of};
use crate::kernel::signal::{call, orphan, queue, stop};
use crate::kernel::stop::Stop;
use crate::kernel::task::backtrace::backtrace;
use crate::kernel::task::exit;
use crate::machine::clock;
use crate::trace::event::Note;
use crate::trace::value::{ActionDetails, Returned, SignalAction, SignalEffect, SignalSet, SignalTarget, TaskState};

/// Whether a task has to do with a signal before it is in user mode or asleep again: one waits that it does not hold
/// back, or it has to stop.
#[must_use]
pub fn is_pending(kernel: &Kernel, tid: Tid) -> bool {
    let task = kernel.state().task(tid);
    let process = kernel.state().process(task.tgid);
    // Asked whenever user mode is entered or left, and nothing waits nearly always.
    task.pending.0 | process.pending.0 != 0 && next(kernel, tid).is_some() || stop::is_stopped(process)
}

/// What a task takes next: SIGKILL before all others.
fn next(kernel: &Kernel, tid: Tid) -> Option<(SignalTarget, Signal)> {
    let task = kernel.state().task(tid);
    let open = !task.mask.0 | Signal::SIGKILL.bit() | Signal::SIGSTOP.bit();
    queue::next_of(kernel, tid, Signal::SIGKILL.bit()).or_else(|| queue::next_of(kernel, tid, open))
}

/// The current task takes the signals that wait for it, on its way back to user mode.
pub fn deliver(kernel: &mut Kernel) {
    let (tid, cpu) = (kernel.current(), kernel.cpu());
    while kernel.state().tasks.get(&tid).is_some_and(|task| task.state == TaskState::Running(cpu)) {
        let next = next(kernel, tid);
        let killed = matches!(next, Some((_, Signal::SIGKILL)));
        if stop::is_stopped(kernel.state().process_of(tid)) && !killed {
            return stop::stop_task(kernel, tid);
        }
        let Some((target, signal)) = next else { return };
        match action(kernel, tid, signal) {
            (SignalAction::Handler(handler), details) => {
                if call_handler(kernel, tid, (target, signal), (handler, details)) == Err(Stop::Sleeps) {
                    return;
                }
            }
            (SignalAction::Default | SignalAction::Ignore, _) => {
                let _ = queue::take(kernel, target, signal);
                take_effect(kernel, tid, signal);
            }
        }
    }
}

/// A signal without a handler does what it does by default.
fn take_effect(kernel: &mut Kernel, tid: Tid, signal: Signal) {
    let pid = kernel.state().task(tid).tgid;
    let stops = signal.default_action() == DefaultAction::Stop;
    let orphaned = || orphan::is_orphaned(kernel, kernel.state().process(pid).group);
    let effect = match () {
        // SIGKILL and SIGSTOP were let in when they were sent.
        () if !signal.is_unblockable() && is_void(kernel, tid, signal) => SignalEffect::Nothing,
        () if stops && signal != Signal::SIGSTOP && orphaned() => SignalEffect::Nothing,
        () if stops => SignalEffect::Stops,
        () => SignalEffect::Ends,
    };
    kernel.note(Note::SignalTaken { signal: signal.0, effect });
    match effect {
        SignalEffect::Nothing => {}
        SignalEffect::Stops => stop::stop_process(kernel, pid, signal),
        SignalEffect::Ends => {
            if signal == Signal::SIGABRT {
                report(kernel, tid, signal, Misdeed::Abort);
            }
            exit::exit_group(kernel, pid, status_of(signal));
        }
    }
}

/// A handler is called: the registers go into a frame, and the call that was interrupted fails or is called again when
/// they come back.
fn call_handler(
    kernel: &mut Kernel,
    tid: Tid,
    (target, signal): (SignalTarget, Signal),
    (handler, details): (u64, ActionDetails),
) -> Result<(), Stop> {
    let interrupted = call::is_interrupted(kernel, tid);
    let restart = flags(details).contains(SaFlags::SA_RESTART) && call::can_restart(kernel, tid);
    let task = kernel.state().task(tid);
    let mut context =
        Context { position: task.position, returned: task.returned, mask: task.saved_mask.unwrap_or(task.mask) };
    if interrupted {
        let (pc, rax) = call::registers_after(kernel, tid, restart);
        context.position.pc = pc;
        context.returned = Returned { rax, rdx: 0 };
    }
    let queued = queue::peek(kernel, target, signal);
    let pushed = match frame::push(kernel, tid, (handler, details), queued, context) {
        Ok(pushed) => pushed,
        Err(Stop::Errno(_)) => {
            let _ = queue::take(kernel, target, signal);
            no_frame(kernel, tid, signal);
            return Ok(());
        }
        Err(stop) => return Err(stop),
    };
    let _ = queue::take(kernel, target, signal);
    if interrupted {
        call::end(kernel, tid, restart);
    }
    kernel.charge(clock::SIGNAL_FRAME);
    kernel.set_saved_mask(tid, None);
    hold_back(kernel, tid, signal, details);
    if flags(details).contains(SaFlags::SA_RESETHAND)
        && let Some(sighand) = kernel.state().task(tid).sighand
    {
        kernel.set_action(sighand, signal.0, SignalAction::Default);
    }
    kernel.note(Note::HandlerCalled { signal: signal.0, handler, frame: pushed.frame });
    kernel.set_position(tid, pushed.start);
    Ok(())
}

/// While a handler runs, its signal and those of its mask are held back; other threads may take them instead.
fn hold_back(kernel: &mut Kernel, tid: Tid, signal: Signal, details: ActionDetails) {
    let mut mask = SignalSet(kernel.state().task(tid).mask.0 | details.mask.0);
    if !flags(details).contains(SaFlags::SA_NODEFER) {
        mask = mask.with(signal);
    }
    kernel.set_mask(tid, mask.without(Signal::SIGKILL).without(Signal::SIGSTOP));
    retarget(kernel, kernel.state().task(tid).tgid);
}

/// The stack can not take the frame of a handler: SIGSEGV, and the end if that is the signal itself
/// (`signal_setup_done`).
fn no_frame(kernel: &mut Kernel, tid: Tid, signal: Signal) {
    let misdeed = Misdeed::NoFrame { signal, sp: kernel.state().task(tid).position.sp };
    if signal == Signal::SIGSEGV {
        end_by(kernel, signal, misdeed);
    } else {
        force(kernel, Signal::SIGSEGV, SI_KERNEL, 0, misdeed);
    }
}

/// A fault of the current task's own. A handler is called on the way back to user mode; without one, or if the signal is
/// ignored or held back, it ends the process, and why is kept to be told (`force_sig_info`).
pub fn force(kernel: &mut Kernel, signal: Signal, code: i32, address: u64, misdeed: Misdeed) {
    let tid = kernel.current();
    let pid = kernel.state().task(tid).tgid;
    kernel.note(Note::SignalSent { to: pid, signal: signal.0, code, pid: Pid(0), value: address });
    let held = kernel.state().task(tid).mask.has(signal);
    if let (SignalAction::Handler(_), false) = (action(kernel, tid, signal).0, held) {
        let info = SigInfo { code, pid: Pid(0), value: address };
        // A standard signal always finds a place.
        let _ = queue::put(kernel, SignalTarget::Task(tid), signal, info);
    } else {
        end_by(kernel, signal, misdeed);
    }
}

/// A misdeed ends the current task's process.
fn end_by(kernel: &mut Kernel, signal: Signal, misdeed: Misdeed) {
    let tid = kernel.current();
    kernel.note(Note::SignalTaken { signal: signal.0, effect: SignalEffect::Ends });
    report(kernel, tid, signal, misdeed);
    exit::exit_group(kernel, kernel.state().task(tid).tgid, status_of(signal));
}

/// Keeps what is to be told of a task that a signal ends.
pub fn report(kernel: &mut Kernel, tid: Tid, signal: Signal, misdeed: Misdeed) {
    let task = kernel.state().task(tid);
    let report = Report {
        time: kernel.now(),
        tid,
        pid: task.tgid,
        name: task.name(),
        signal,
        misdeed,
        backtrace: backtrace(kernel.state(), tid),
    };
    kernel.reports.push(report);
}
