//! `/proc/stat`: times and counts of the whole machine (`show_stat` in `fs/proc/stat.c`).

use std::fmt::Write as _;

use crate::base::units::Ns;
use crate::kernel::core::Kernel;
use crate::kernel::vfs::proc::{idle, ticks};
use crate::trace::value::TaskState;

/// The content of the file.
// Linux: /proc/stat tells of each processor, and has lines on interrupts one by one. Here: of all together, because there is one.
pub fn stat(k: &Kernel) -> String {
    let counters = k.accounting().machine();
    let (user, system, idle) = (ticks(Ns(counters.utime)), ticks(Ns(counters.stime)), ticks(Ns(idle(k))));
    let (mut running, mut blocked) = (0, 0);
    for task in k.state().tasks.values() {
        match task.state {
            TaskState::Running(_) | TaskState::Runnable(_) => running += 1,
            TaskState::Uninterruptible => blocked += 1,
            TaskState::New | TaskState::Sleeping | TaskState::Stopped | TaskState::Zombie | TaskState::Dead => {}
        }
    }
    let mut text = String::new();
    for name in ["cpu ", "cpu0"] {
        let _ = writeln!(text, "{name} {user} 0 {system} {idle} 0 0 0 0 0 0");
    }
    let _ = write!(
        text,
        "intr {}\nctxt {}\nbtime 0\nprocesses {}\nprocs_running {running}\nprocs_blocked {blocked}\n",
        counters.interrupts, counters.switches, counters.forks
    );
    text
}
