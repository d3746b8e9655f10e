//! The end of tasks and processes: what they hold is given back, their children go to init, their parent is told.

use crate::abi::signal::Signal;
use crate::abi::wait::ExitStatus;
use crate::base::ids::{Pid, Tid};
use crate::base::units::Ns;
use crate::kernel::core::Kernel;
use crate::kernel::signal::{self, SigInfo};
use crate::kernel::task::backtrace::own_place;
use crate::kernel::task::leave_mm::leave_mm;
use crate::kernel::task::pid;
use crate::kernel::{mm, vfs};
use crate::trace::event::{Cause, Change, Note};
use crate::trace::value::{
    ActionDetails, AltStack, JobState, Position, RESOURCES, Resume, Returned, Rlimit, SignalAction, SignalSet,
    SignalTarget, TaskState, WaitOn,
};

/// The process that inherits orphans and whose end ends all others.
pub const INIT: Pid = Pid(1);

/// Whether all threads of a process have ended: it is a zombie, or on its way to be none.
#[must_use]
pub fn is_over(kernel: &Kernel, pid: Pid) -> bool {
    let over = |tid: &Tid| kernel.state().task(*tid).exit_status.is_some();
    kernel.state().processes.get(&pid).is_some_and(|process| process.threads.iter().all(over))
}

/// Ends all threads of a process: `exit_group(2)`, or a fatal signal. The current task goes last.
pub fn exit_group(kernel: &mut Kernel, pid: Pid, status: u32) {
    let status = kernel.state().process(pid).group_exit.unwrap_or(status);
    kernel.set_group_exit(pid, Some(status));
    let current = kernel.current();
    let threads = kernel.state().process(pid).threads.clone();
    for &tid in threads.iter().filter(|&&tid| tid != current) {
        exit(kernel, tid, status);
    }
    if threads.contains(&current) {
        exit(kernel, current, status);
    }
}

/// Ends a task. Of its process only the leader becomes a zombie, any other thread is gone at once; the process ends with
/// its last thread, whichever that is, and with that thread's status if nobody has ended all.
pub fn exit(kernel: &mut Kernel, tid: Tid, status: u32) {
    if kernel.state().task(tid).exit_status.is_some() {
        return;
    }
    let pid = kernel.state().task(tid).tgid;
    let ended = |other: &Tid| *other == tid || kernel.state().task(*other).exit_status.is_some();
    let last = kernel.state().process(pid).threads.iter().all(ended);
    if last && kernel.state().is_ns_init(pid) {
        end_all_others(kernel, pid);
    }
    // Another task that ends stands where it trapped last; nobody asks while nothing is recorded.
    let pc = match tid != kernel.current() && kernel.recorder().is_on() {
        true => own_place(kernel, tid, kernel.state().task(tid).position.pc),
        false => kernel.pc(),
    };
    kernel.on_behalf_of(tid, pc, |kernel| {
        leave_queues(kernel, tid);
        kernel.note(Note::Exited { status });
        leave_mm(kernel, tid);
        let_go(kernel, tid);
        kernel.set_exit_status(tid, Some(status));
        kernel.set_state(tid, TaskState::Zombie);
        if tid.0 != pid.0 {
            release_task(kernel, tid);
        }
        if last {
            let status = kernel.state().process(pid).group_exit.unwrap_or(status);
            kernel.set_group_exit(pid, Some(status));
            end_process(kernel, pid, status);
        } else {
            signal::retarget(kernel, pid);
        }
    });
}

/// A task that ends runs no more, waits for nothing and is woken by nothing.
// Linux: a task that waits for pages to be written ends when they have been. Here: at once, because they are written without
// it, too.
fn leave_queues(kernel: &mut Kernel, tid: Tid) {
    kernel.stop_waiting(tid);
    if let TaskState::Runnable(cpu) = kernel.state().task(tid).state {
        kernel.dequeue_task(tid, cpu);
    }
}

/// Gives back descriptors, working directory, signal actions and memory; what nobody else uses is gone.
fn let_go(kernel: &mut Kernel, tid: Tid) {
    let task = kernel.state().task(tid).clone();
    if let Some(files) = task.files {
        kernel.set_files(tid, None);
        if kernel.state().files(files).users == 0 {
            vfs::descriptor::release_table(kernel, files);
        }
    }
    if let Some(fs) = task.fs {
        kernel.set_fs(tid, None);
        if kernel.state().fs(fs).users == 0 {
            vfs::fs::release(kernel, fs);
        }
    }
    if let Some(sighand) = task.sighand {
        kernel.set_sighand(tid, None);
        if kernel.state().sighand(sighand).users == 0 {
            for signal in 1..=64 {
                kernel.set_action(sighand, signal, SignalAction::Default);
                kernel.set_action_details(sighand, signal, ActionDetails::default());
            }
            kernel.commit(Change::Sighand { sighand, from: true, to: false });
        }
    }
    if let Some(space) = task.mm {
        kernel.set_mm(tid, None);
        if kernel.state().mm(space).users == 0 {
            mm::release(kernel, space);
        }
    }
}

/// The last thread of a process is gone: orphans get another parent, its own parent hears of it.
fn end_process(kernel: &mut Kernel, pid: Pid, status: u32) {
    let children = kernel.state().process(pid).children.clone();
    let reaper = reaper_of(kernel, pid);
    for &child in &children {
        adopt(kernel, child, reaper);
    }
    kernel.set_alarm(pid, None);
    vfs::console::leader_ended(kernel, pid);
    signal::leave_group(kernel, pid, &children);
    tell_parent(kernel, pid, status);
}

/// Who inherits the children of a process: its nearest living ancestor in its pid namespace that is a subreaper, else
/// the namespace's init (`find_new_reaper`).
fn reaper_of(kernel: &Kernel, pid: Pid) -> Pid {
    let state = kernel.state();
    let ns = state.process(pid).ns;
    let init = state.pid_ns(ns).space.init;
    let mut ancestor = state.process(pid).parent;
    while ancestor != Pid(0) && ancestor != init && state.process(ancestor).ns == ns {
        let process = state.process(ancestor);
        let lives = process.threads.iter().any(|&tid| state.task(tid).exit_status.is_none());
        if process.subreaper && lives {
            return ancestor;
        }
        ancestor = process.parent;
    }
    init
}

/// A child gets another parent, which is told at once if the child is a zombie.
fn adopt(kernel: &mut Kernel, child: Pid, new: Pid) {
    disown(kernel, child);
    kernel.set_parent(child, new);
    let place = kernel.state().process(new).children.len() as u32;
    kernel.commit(Change::Child { pid: new, place, from: Pid(0), to: child });
    if let Some(status) = kernel.state().process(child).group_exit.filter(|_| is_over(kernel, child)) {
        tell_parent(kernel, child, status);
    }
}

/// Takes a child from its parent's list.
fn disown(kernel: &mut Kernel, child: Pid) {
    let parent = kernel.state().process(child).parent;
    if parent != Pid(0) {
        let children = &kernel.state().process(parent).children;
        let place = children.iter().position(|&pid| pid == child).expect("a child is on its parent's list");
        kernel.commit(Change::Child { pid: parent, place: place as u32, from: child, to: Pid(0) });
    }
}

/// Sends the exit signal and wakes a parent that waits. A parent that ignores SIGCHLD, or wants no zombies (SA_NOCLDWAIT),
/// has children that would send it reaped unseen.
fn tell_parent(kernel: &mut Kernel, pid: Pid, status: u32) {
    let process = kernel.state().process(pid);
    let (parent, exit_signal) = (process.parent, process.exit_signal);
    if parent == Pid(0) {
        return;
    }
    kernel.because(Cause::Process(pid), |kernel| {
        let reaped = exit_signal == Signal::SIGCHLD.0 && signal::autoreaps(kernel, parent);
        if let Some(exit_signal) = Signal::from_word(u64::from(exit_signal))
            && !(reaped && signal::ignores(kernel, parent, exit_signal))
        {
            signal::send_to_process(kernel, parent, exit_signal, SigInfo::child(pid, status));
        }
        if reaped {
            reap(kernel, pid, status);
        }
        kernel.wake_all(WaitOn::Child(parent));
    });
}

/// Removes a zombie process: nothing of it is left.
pub fn reap(kernel: &mut Kernel, pid: Pid, status: u32) {
    kernel.note(Note::Reaped { pid, status });
    disown(kernel, pid);
    for tid in kernel.state().process(pid).threads.clone().into_iter().rev() {
        release_task(kernel, tid);
    }
    kernel.set_parent(pid, Pid(0));
    kernel.set_group_exit(pid, None);
    kernel.set_shared_pending(pid, SignalSet::default());
    kernel.forget_queued(SignalTarget::Process(pid));
    kernel.set_job(pid, JobState::Going);
    kernel.set_alarm(pid, None);
    kernel.set_alarm_interval(pid, Ns(0));
    kernel.set_uid(pid, 0);
    kernel.set_gid(pid, 0);
    for resource in RESOURCES {
        kernel.set_rlimit(pid, resource, Rlimit::default());
    }
    kernel.set_exit_signal(pid, 0);
    kernel.set_subreaper(pid, false);
    kernel.set_oom_score_adj(pid, 0);
    pid::release(kernel, pid);
    kernel.commit(Change::Process { pid, from: true, to: false });
}

/// Blanks a zombie task and removes it.
pub fn release_task(kernel: &mut Kernel, tid: Tid) {
    let pid = kernel.state().task(tid).tgid;
    kernel.set_state(tid, TaskState::Dead);
    let threads = &kernel.state().process(pid).threads;
    let place = threads.iter().position(|&thread| thread == tid).expect("a task is on its process's list");
    kernel.commit(Change::Thread { pid, place: place as u32, from: tid, to: Tid(0) });
    blank_task(kernel, tid);
    pid::forget(kernel, tid);
}

/// Removes a task that belongs to no process's list any more.
pub fn blank_task(kernel: &mut Kernel, tid: Tid) {
    kernel.set_tgid(tid, Pid(0));
    kernel.set_resume(tid, Resume::User);
    kernel.save_call(tid, [0; 7]);
    kernel.set_progress(tid, 0);
    kernel.set_position(tid, Position::default());
    kernel.set_returned(tid, Returned::default());
    kernel.set_slice(tid, 0);
    kernel.set_comm(tid, [0; 16]);
    kernel.set_pending(tid, SignalSet::default());
    kernel.set_mask(tid, SignalSet::default());
    kernel.set_saved_mask(tid, None);
    kernel.set_alt_stack(tid, AltStack::default());
    kernel.forget_queued(SignalTarget::Task(tid));
    kernel.set_tls(tid, 0);
    kernel.set_clear_tid(tid, 0);
    kernel.set_exit_status(tid, None);
    kernel.set_start_time(tid, Ns(0));
    for place in 0..crate::kernel::state::PINS as u8 {
        kernel.set_pin(tid, place, 0);
    }
    kernel.set_no_progress(tid, 0);
    kernel.set_state(tid, TaskState::New);
    kernel.commit(Change::Task { tid, from: true, to: false });
}

/// The end of an init is the end of all in its pid namespace (`zap_pid_ns_processes`): they are killed and reaped.
fn end_all_others(kernel: &mut Kernel, init: Pid) {
    let status = ExitStatus::Signaled { signal: Signal::SIGKILL, core: false }.to_raw();
    let state = kernel.state();
    let ns = state.process(init).ns;
    let inside = |pid: &Pid| *pid != init && state.is_within(*pid, ns);
    let others: Vec<Pid> = state.processes.keys().copied().filter(inside).collect();
    for pid in &others {
        // One that was a zombie may be reaped with its parent's end.
        if kernel.state().processes.contains_key(pid) {
            exit_group(kernel, *pid, status);
        }
    }
    for pid in others {
        if let Some(status) = kernel.state().processes.get(&pid).and_then(|process| process.group_exit) {
            reap(kernel, pid, status);
        }
    }
}
