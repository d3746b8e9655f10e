//! Interleaving: before each step that other tasks could notice, any task that can run may come first.
//!
//! This is how the explorer runs a machine, and how a schedule that it found is replayed. A time slice has no end here.
//! Instead a task pauses before each access to memory that it shares and before each system call, and the oracle is
//! asked who goes on: the one that runs is the first answer. What lies between two pauses touches nothing that others
//! look at (see `machine::exec`), so that no order is left out by not asking there. A page fault is served with
//! the access that it belongs to. All questions about who runs stand at the start of a step.

use crate::base::ids::Tid;
use crate::kernel::core::Kernel;
use crate::kernel::trap;
use crate::machine::exec::Pause;
use crate::machine::trap::Trap;
use crate::trace::event::Question;
use crate::trace::value::{TaskState, VmaFlags};

/// Traps after which a step ends all the same.
const MAX_TRAPS: u32 = 64;

/// Before which instructions a task pauses: before none if nobody else can run. A program that shares no memory with
/// another task pauses before its system calls only.
#[must_use]
pub fn pause(kernel: &Kernel, tid: Tid) -> Pause {
    let state = kernel.state();
    if state.queues[kernel.cpu().index()].is_empty() {
        return Pause::Never;
    }
    let Some(mm) = state.task(tid).mm else { return Pause::Never };
    let space = state.mm(mm);
    let shares = space.users > 1 || space.vmas.values().any(|vma| vma.flags.contains(VmaFlags::SHARED));
    if shares { Pause::Accesses } else { Pause::Calls }
}

impl Kernel {
    /// Asks who goes on: the current task, or one that waits in the run queue.
    pub fn interleave(&mut self) {
        let (cpu, from) = (self.cpu(), self.current());
        let others = self.state().queues[cpu.index()].len() as u32;
        let pick = self.choose(Question::Next, 1 + others);
        if pick > 0 {
            let to = self.dequeue(cpu, pick - 1);
            self.enqueue(from, cpu);
            self.set_state(to, TaskState::Running(cpu));
            self.switch(from, to);
            self.settle_clock();
        }
    }

    /// Whether nobody can run: only then do timers fire.
    // Linux: a timer fires when its moment has come. Here: where tasks interleave, when nobody else can run, because how
    // long instructions take is what is left open there.
    pub(in crate::kernel) fn only_timers_help(&self) -> bool {
        self.current() == Tid(0) && self.state().queues[self.cpu().index()].is_empty()
    }

    /// Lets the current task run until its next pause, or until it can not go on.
    pub fn run_to_pause(&mut self) {
        let tid = self.current();
        let mut begins = true;
        for _ in 0..MAX_TRAPS {
            let trap = trap::run_task(self, begins);
            let alone = self.state().queues[self.cpu().index()].is_empty();
            if self.current() != tid || alone || trap == Some(Trap::Timer) {
                return;
            }
            begins = matches!(trap, Some(Trap::PageFault { .. }));
        }
    }
}
