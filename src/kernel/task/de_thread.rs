//! exec in a process of several threads: all but the caller are killed, and the caller takes the leader's number
//! (`de_thread` in `fs/exec.c`).

use crate::abi::signal::Signal;
use crate::abi::wait::ExitStatus;
use crate::base::ids::{Pid, Tid};
use crate::kernel::core::Kernel;
use crate::kernel::task::exit;
use crate::trace::event::Change;
use crate::trace::value::{Resume, SignalTarget, TaskState};

/// Makes a task the only thread of its process, and answers its number from now on: the process's.
pub fn de_thread(kernel: &mut Kernel, tid: Tid) -> Tid {
    let pid = kernel.state().task(tid).tgid;
    let killed = ExitStatus::Signaled { signal: Signal::SIGKILL, core: false }.to_raw();
    for other in kernel.state().process(pid).threads.clone() {
        if other != tid {
            exit::exit(kernel, other, killed);
        }
    }
    if tid.0 == pid.0 {
        return tid;
    }
    let leader = become_leader(kernel, tid, pid);
    exit::release_task(kernel, tid);
    leader
}

/// The leader, a zombie, comes to life as the caller: what the caller holds is the leader's from now on.
// Linux: the caller's task stays and the two exchange their numbers. Here: the leader's task takes over, because a task
// is known by its number.
fn become_leader(kernel: &mut Kernel, tid: Tid, pid: Pid) -> Tid {
    let leader = Tid(pid.0);
    let caller = kernel.state().task(tid).clone();
    kernel.forget_queued(SignalTarget::Task(leader));
    for (place, &info) in (0..).zip(&caller.queued) {
        kernel.commit(Change::Queued { target: SignalTarget::Task(leader), place, info, from: false, to: true });
    }
    kernel.set_exit_status(leader, None);
    kernel.set_resume(leader, Resume::User);
    kernel.set_progress(leader, 0);
    kernel.save_call(leader, [0; 7]);
    kernel.set_mm(leader, caller.mm);
    kernel.set_files(leader, caller.files);
    kernel.set_fs(leader, caller.fs);
    kernel.set_sighand(leader, caller.sighand);
    kernel.set_comm(leader, caller.comm);
    kernel.set_position(leader, caller.position);
    kernel.set_slice(leader, caller.slice);
    kernel.set_pending(leader, caller.pending);
    kernel.set_mask(leader, caller.mask);
    kernel.set_saved_mask(leader, caller.saved_mask);
    kernel.set_clear_tid(leader, caller.clear_tid);
    kernel.set_state(tid, TaskState::Zombie);
    kernel.set_state(leader, caller.state);
    if kernel.current() == tid {
        let cpu = kernel.cpu();
        kernel.commit(Change::Current { cpu, from: tid, to: leader });
        kernel.act_for(leader);
    }
    kernel.set_mm(tid, None);
    kernel.set_files(tid, None);
    kernel.set_fs(tid, None);
    kernel.set_sighand(tid, None);
    leader
}
