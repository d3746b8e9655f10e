//! Run queues: a task that is runnable stands in exactly one.

use crate::base::ids::{CpuId, Tid};
use crate::kernel::core::Kernel;
use crate::trace::event::Change;
use crate::trace::value::TaskState;

impl Kernel {
    /// Makes a task runnable: it enters the run queue of a CPU as the last.
    pub fn enqueue(&mut self, tid: Tid, cpu: CpuId) {
        let place = self.state().queues[cpu.index()].len() as u32;
        self.set_state(tid, TaskState::Runnable(cpu));
        self.commit(Change::Queue { cpu, place, from: Tid(0), to: tid });
    }

    /// Takes the task at a place out of a run queue.
    pub fn dequeue(&mut self, cpu: CpuId, place: u32) -> Tid {
        let tid = self.state().queues[cpu.index()][place as usize];
        self.commit(Change::Queue { cpu, place, from: tid, to: Tid(0) });
        tid
    }

    /// Takes a task out of its run queue.
    ///
    /// # Panics
    /// If it is in none.
    pub fn dequeue_task(&mut self, tid: Tid, cpu: CpuId) {
        let queue = &self.state().queues[cpu.index()];
        let place = queue.iter().position(|&queued| queued == tid).expect("a runnable task is queued");
        let _ = self.dequeue(cpu, place as u32);
    }
}
