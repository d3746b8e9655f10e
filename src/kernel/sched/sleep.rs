//! Sleeping and waking: wait queues and timers.

use crate::base::ids::{CpuId, Tid};
use crate::base::units::Ns;
use crate::kernel::core::Kernel;
use crate::kernel::device;
use crate::kernel::signal;
use crate::kernel::stop::Stop;
use crate::trace::event::{Cause, Change, Question};
use crate::trace::value::{TaskState, WaitOn};

impl Kernel {
    /// Puts the current task to sleep on something, at the end of its queue, and returns what its handler returns.
    /// Who sleeps uninterruptibly is deaf to signals; anybody else does not fall asleep while a signal waits
    /// (`wait_event_interruptible`).
    pub fn sleep_on(&mut self, on: WaitOn, uninterruptible: bool) -> Stop {
        let tid = self.current();
        if !uninterruptible && signal::is_pending(self, tid) {
            return Stop::Interrupted;
        }
        let place = self.state().waiters.get(&on).map_or(0, Vec::len) as u32;
        self.set_wait_on(tid, Some(on));
        self.commit(Change::Waiter { on, place, from: Tid(0), to: tid });
        self.set_state(tid, if uninterruptible { TaskState::Uninterruptible } else { TaskState::Sleeping });
        Stop::Sleeps
    }

    /// The current task, which sleeps, is to be woken at a moment, unless something else wakes it before. A task has
    /// one timer; one that did not fall asleep gets none, nor does one that sleeps to the end of time.
    // Linux: a timer at KTIME_MAX is armed, and would ring in 292 years. Here: there is none, because the clock of an
    // idle machine goes to the next timer at once, and must never go beyond what it can count.
    pub fn set_timer(&mut self, at: Ns) {
        let tid = self.current();
        if at < Ns::NEVER && self.state().task(tid).wait_on.is_some() {
            self.commit(Change::Timer { at, tid, from: false, to: true });
        }
    }

    /// Takes a sleeping task from what it waits for: queue and timer.
    pub fn stop_waiting(&mut self, tid: Tid) {
        if let Some(on) = self.state().task(tid).wait_on {
            let queue = &self.state().waiters[&on];
            let place = queue.iter().position(|&waiter| waiter == tid).expect("a sleeper is in its queue") as u32;
            self.commit(Change::Waiter { on, place, from: tid, to: Tid(0) });
            self.set_wait_on(tid, None);
        }
        if let Some(at) = self.state().task(tid).timer {
            self.commit(Change::Timer { at, tid, from: true, to: false });
        }
    }

    /// Wakes a task that sleeps: it becomes runnable.
    pub fn wake(&mut self, tid: Tid) {
        self.stop_waiting(tid);
        self.enqueue(tid, CpuId(0));
    }

    /// Wakes everyone who waits for something, oldest first.
    pub fn wake_all(&mut self, on: WaitOn) {
        while let Some(&tid) = self.state().waiters.get(&on).and_then(|waiters| waiters.first()) {
            self.wake(tid);
        }
    }

    /// Wakes one of those who wait for something: the oldest, or whom the oracle picks.
    pub fn wake_one(&mut self, on: WaitOn) {
        let waiters = self.state().waiters.get(&on).cloned().unwrap_or_default();
        let pick = self.choose(Question::Wake, waiters.len() as u32);
        if let Some(&tid) = waiters.get(pick as usize) {
            self.wake(tid);
        }
    }

    /// When the next timer or alarm is due, or a device is done.
    #[must_use]
    pub fn next_timer(&self) -> Option<Ns> {
        let timer = self.state().timers.first().map(|&(at, _)| at);
        let alarm = self.state().alarms.first().map(|&(at, _)| at);
        let device = self.state().io.first().map(|&(at, _)| at);
        timer.into_iter().chain(alarm).chain(device).min()
    }

    /// Fires the timers and alarms that are due, and hears of devices that are done; tells whether there were any.
    pub fn fire_timers(&mut self) -> bool {
        if self.next_timer().is_none_or(|at| at > self.now()) {
            return false;
        }
        let mut fired = device::complete_due(self);
        fired |= signal::fire_alarms(self);
        while let Some(&(at, tid)) = self.state().timers.first()
            && at <= self.now()
        {
            fired = true;
            self.because(Cause::Timer(tid), |kernel| kernel.wake(tid));
        }
        fired
    }
}
