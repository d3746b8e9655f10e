//! Process ids: given out in a circle, as Linux does.

use crate::base::ids::{Pid, Tid};
use crate::kernel::core::Kernel;
use crate::trace::event::Change;

/// One more than the highest pid: `/proc/sys/kernel/pid_max` of a small machine.
pub const PID_MAX: u32 = 32_768;
/// Where the circle begins again (`RESERVED_PIDS` in `kernel/pid.c`).
const RESERVED: u32 = 300;

impl Kernel {
    /// The next free pid after the last one given out; the circle goes on at 300, not at 1.
    ///
    /// # Panics
    /// If all are taken: the limit of tasks is lower than their number.
    pub fn next_pid(&mut self) -> Pid {
        let last = self.state().last_pid;
        let after = (last.0 + 1..PID_MAX).chain(RESERVED..PID_MAX);
        let free = after.map(Pid).find(|pid| !self.is_taken(*pid)).expect("there are more pids than tasks");
        self.commit(Change::LastPid { from: last, to: free });
        free
    }

    /// A number is taken by a task, or as the name of a group or session that still has members.
    fn is_taken(&self, pid: Pid) -> bool {
        self.state().tasks.contains_key(&Tid(pid.0)) || self.state().processes.contains_key(&pid)
    }
}
