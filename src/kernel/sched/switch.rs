//! The context switch: which task a CPU executes, and in which address space.

use crate::base::ids::Tid;
use crate::kernel::core::Kernel;
use crate::kernel::mm;
use crate::kernel::mm::reclaim::kswapd;
use crate::machine::clock;
use crate::trace::event::{Cause, Change, Question};
use crate::trace::value::TaskState;

impl Kernel {
    /// The running task goes back to the end of the run queue: its slice is over, or it yields.
    pub fn preempt(&mut self) {
        let tid = self.current();
        let cpu = self.cpu();
        self.set_slice(tid, 0);
        self.enqueue(tid, cpu);
    }

    /// Picks a task from the run queue and switches to it; to the idle task if there is none.
    ///
    /// The task that ran before is not running any more. If it is picked again nothing is switched.
    pub fn schedule(&mut self) {
        let cpu = self.cpu();
        let from = self.current();
        // Where tasks interleave, an idle CPU picks, at the start of a step.
        let waits = self.config.interleave && from != Tid(0);
        let offers = if waits { 0 } else { self.state().queues[cpu.index()].len() as u32 };
        if offers == 0 {
            self.switch(from, Tid(0));
            return;
        }
        let pick = self.choose(Question::Next, offers);
        let to = self.dequeue(cpu, pick);
        self.set_state(to, TaskState::Running(cpu));
        self.switch(from, to);
        if self.state().task(to).slice == 0 {
            self.new_slice(to);
        }
    }

    /// Changes the CPU's task and, if need be, its address space.
    pub(super) fn switch(&mut self, from: Tid, to: Tid) {
        if from != to {
            let cpu = self.cpu();
            self.charge(clock::CONTEXT_SWITCH);
            self.commit(Change::Current { cpu, from, to });
        }
        // A thread of the kernel needs no address space: it borrows what is there, and CR3 stays (lazy TLB).
        // Linux: an idle CPU keeps the last address space and its count (lazy TLB). Here: only until that space is
        // released, because nobody counts the CPU as its user.
        if to != Tid(0) && !kswapd::is_kernel_thread(to) {
            let space = self.state().task(to).mm;
            mm::switch_to(self, space);
        }
    }

    /// Gives a task a time slice: the quantum, or what the oracle makes of it while others wait.
    pub fn new_slice(&mut self, tid: Tid) {
        let quantum = self.config.quantum;
        let others = !self.state().queues[self.cpu().index()].is_empty() && !self.config.interleave;
        let answer = if others { self.choose(Question::Slice, quantum.min(1 << 31) as u32) } else { 0 };
        self.set_slice(tid, if answer == 0 { quantum } else { u64::from(answer) });
    }

    /// The slice of the running task is over: another gets the CPU if one waits.
    pub fn tick(&mut self) {
        let cpu = self.cpu();
        self.charge(clock::TIMER_TICK);
        self.because(Cause::Tick(cpu), |kernel| {
            let tid = kernel.current();
            if kernel.state().queues[cpu.index()].is_empty() {
                kernel.new_slice(tid);
            } else {
                kernel.preempt();
                kernel.schedule();
            }
        });
    }
}
