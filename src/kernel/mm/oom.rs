//! The OOM killer: when no frame is left, the process that holds the most is ended (`mm/oom_kill.c`).

use crate::abi::signal::Signal;
use crate::base::ids::{MmId, Pid, Tid};
use crate::kernel::core::Kernel;
use crate::kernel::mm::badness;
use crate::kernel::outcome::Misdeed;
use crate::kernel::signal;
use crate::kernel::state::State;
use crate::trace::event::Note;

/// What came of it for the current task.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Relief {
    /// Another process ended: there may be frames now.
    TryAgain,
    /// The current process is the victim, or there is none.
    Doomed,
}

/// The address space of a process, as long as one of its threads has it.
#[must_use]
pub fn space_of(state: &State, pid: Pid) -> Option<MmId> {
    state.processes.get(&pid)?.threads.iter().find_map(|tid| state.tasks.get(tid)?.mm)
}

/// Ends at once the process with the highest badness, and all that share its address space; of equals the youngest.
// Linux: pid 1 is never chosen, and with no other process left the kernel panics. Here: pid 1 is the last choice,
// because a run has to end, and does when pid 1 ends.
pub fn kill(k: &mut Kernel) -> Relief {
    let init = Pid(1);
    let others = k.state().processes.keys().copied().filter(|&pid| pid != init);
    let worst = others.filter_map(|pid| Some((badness::badness(k.state(), &k.config, pid)?, pid))).max();
    let victim = worst.map_or(init, |(_, pid)| pid);
    let Some(space) = space_of(k.state(), victim) else { return Relief::Doomed };
    let pages = badness::pages(k.state().mm(space));
    let space = Some(space);
    let sharers: Vec<Pid> = k.state().processes.keys().copied().collect();
    let current = k.current_pid();
    let mut relief = Relief::TryAgain;
    for pid in sharers.into_iter().filter(|&pid| pid == victim || pid != init) {
        if space_of(k.state(), pid) != space {
            continue;
        }
        tell(k, pid, pages);
        signal::end_now(k, pid, Signal::SIGKILL);
        if pid == current {
            relief = Relief::Doomed;
        }
    }
    relief
}

/// Tells of a victim, in the trace and in the report of the run.
fn tell(k: &mut Kernel, pid: Pid, pages: u64) {
    k.note(Note::OomKill { pid, pages });
    let ram_frames = k.config.ram_frames;
    signal::report(k, Tid(pid.0), Signal::SIGKILL, Misdeed::OutOfMemory { pages, ram_frames });
}
