//! The run: one step after the other until the machine stops.

use crate::base::ids::{Pid, Tid};
use crate::kernel::core::Kernel;
use crate::kernel::device;
use crate::kernel::mm::reclaim::kswapd;
use crate::kernel::outcome::{Limit, Outcome, Sleeper};
use crate::kernel::sync::deadlock;
use crate::kernel::task::backtrace;
use crate::kernel::task::exit;
use crate::kernel::trap;
use crate::trace::event::Cause;
use crate::trace::value::{TaskState, WaitOn};

/// What a step came to.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Step {
    /// The machine goes on.
    Ran,
    /// Nobody can run until a line is typed at the console, or its input ends.
    NeedsInput,
    /// The run is over.
    Ended(Outcome),
}

impl Kernel {
    /// One step: the next task executes until its next trap, which is served; or the clock of an idle machine moves on
    /// to the next timer.
    pub fn step(&mut self) -> Step {
        if let Some(limit) = self.config.max_steps
            && self.steps >= limit
        {
            return Step::Ended(Outcome::LimitReached(Limit::Steps(limit)));
        }
        if let Some(at) = self.references.as_deref().and_then(|references| references.diverged) {
            return Step::Ended(Outcome::LimitReached(Limit::Foresight(at)));
        }
        if let Some(status) = self.init_status() {
            self.switch_off(status);
            // A run that used less than was foreseen was not the best one either.
            let missed = self.references.as_deref().and_then(|references| references.ended_early());
            return Step::Ended(match missed {
                Some(at) => Outcome::LimitReached(Limit::Foresight(at)),
                None => Outcome::Exited { status },
            });
        }
        self.act(self.current(), 0, Cause::Idle(self.cpu()));
        let interleaves = self.config.interleave;
        if !interleaves || self.only_timers_help() {
            let _ = self.fire_timers();
        }
        if self.current() == Tid(0) {
            self.schedule();
            self.settle_clock();
        } else if interleaves {
            self.interleave();
        }
        if self.current() == Tid(0) { self.idle() } else { self.run_current() }
    }

    fn run_current(&mut self) -> Step {
        if self.config.interleave {
            self.run_to_pause();
        } else {
            let _ = trap::run_task(self, true);
        }
        if self.circle.is_empty() {
            return Step::Ran;
        }
        let circle = std::mem::take(&mut self.circle);
        Step::Ended(Outcome::Deadlock { sleepers: self.sleepers(), circle })
    }

    /// The wait status of init, once it has ended.
    fn init_status(&self) -> Option<u32> {
        // Its number is the lowest. Asked before each step, and nearly always it has not even begun to end.
        let (&pid, init) = self.state().processes.first()?;
        let status = init.group_exit?;
        (pid == exit::INIT && exit::is_over(self, pid)).then_some(status)
    }

    /// Init has ended: whoever started the machine reaps it.
    fn switch_off(&mut self, status: u32) {
        let cause = Cause::Process(exit::INIT);
        self.act(Tid(0), 0, cause);
        device::drain(self);
        kswapd::stop(self);
        exit::reap(self, exit::INIT, status);
        self.set_console_session(exit::INIT);
        self.set_foreground(exit::INIT);
        if self.current() != Tid(0) {
            self.schedule();
        }
        self.settle_clock();
    }

    /// Nobody can run: time passes until the next timer; without one, only input can help.
    fn idle(&mut self) -> Step {
        if let Some(at) = self.next_timer() {
            self.charge(at.0.saturating_sub(self.now().0));
            self.settle_clock();
            return Step::Ran;
        }
        let awaited = [WaitOn::Console, WaitOn::Poll(true)].iter().any(|on| self.state().waiters.contains_key(on));
        if awaited && !self.state().console_ended {
            return Step::NeedsInput;
        }
        let circle = deadlock::any_circle(self);
        Step::Ended(Outcome::Deadlock { sleepers: self.sleepers(), circle })
    }

    /// Whether nothing will happen before a moment that those wait for who sleep: a key could interrupt them. Not while
    /// somebody waits for the disk, as he is deaf to signals.
    #[must_use]
    pub fn awaits_time(&self) -> bool {
        // Asked before each step: what nearly always answers it comes first.
        if self.current() != Tid(0) || self.next_timer().is_none_or(|at| at <= self.now()) {
            return false;
        }
        let deaf = |state| matches!(state, TaskState::Uninterruptible | TaskState::Runnable(_) | TaskState::Running(_));
        let user = |tid: Tid| !kswapd::is_kernel_thread(tid);
        !self.state().tasks.iter().any(|(&tid, task)| user(tid) && deaf(task.state))
    }

    /// Everyone who sleeps or is stopped, in the order of their ids.
    #[must_use]
    pub fn sleepers(&self) -> Vec<Sleeper> {
        let asleep = |state| matches!(state, TaskState::Sleeping | TaskState::Uninterruptible | TaskState::Stopped);
        let user = |tid: Tid| !kswapd::is_kernel_thread(tid);
        let tasks = self.state().tasks.iter().filter(|&(&tid, task)| user(tid) && asleep(task.state));
        tasks
            .map(|(&tid, task)| Sleeper {
                tid,
                pid: task.tgid,
                name: task.name(),
                on: task.wait_on,
                call: task.call[0] as u16,
                knot: deadlock::knot(self, tid),
                backtrace: backtrace::asleep(self.state(), tid),
            })
            .collect()
    }

    /// The processes that live or are zombies, in the order of their ids; the kernel's own threads are none.
    #[must_use]
    pub fn pids(&self) -> Vec<Pid> {
        self.state().processes.keys().copied().filter(|pid| !kswapd::is_kernel_thread(Tid(pid.0))).collect()
    }
}
