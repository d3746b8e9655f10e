//! `/proc/PID/stat`: 52 numbers on one line (`proc_pid_stat(5)`, `do_task_stat` in `fs/proc/array.c`).

use crate::abi::signal::Signal;
use crate::base::ids::{Pid, Tid};
use crate::base::units::{Ns, PAGE_SIZE};
use crate::kernel::core::Kernel;
use crate::kernel::state::State;
use crate::kernel::vfs::proc::ticks;
use crate::trace::value::{MmField, SignalAction, SignalSet, TaskState};

/// The task is ending, and its exit is nearly done: `PF_EXITING` and `PF_POSTCOREDUMP`.
const PF_ENDED: u64 = 4 | 8;
/// The signals that the fields show: 1 to 31, without the real-time ones.
const SHOWN: u64 = 0x7fff_ffff;
/// Where the exit signal stands behind the resident set.
const EXIT_SIGNAL: usize = 14;
/// The console as a terminal: 5:1.
const CONSOLE: u64 = 5 << 8 | 1;
/// The priority of a task of nice value 0.
const PRIORITY: u64 = 20;

/// The content of the file: of a thread alone, or of the whole process that it leads.
pub fn stat(k: &Kernel, tid: Tid, whole: bool) -> String {
    let state = k.state();
    let task = state.task(tid);
    let pid = task.tgid;
    let process = state.process(pid);
    let own = if whole { k.accounting().process(pid) } else { k.accounting().task(tid) };
    let waited = k.accounting().children(pid);
    let ended = matches!(task.state, TaskState::Zombie | TaskState::Dead);
    let mm = task.mm.map(|mm| state.mm(mm));
    let field = |field| mm.map_or(0, |mm| mm.field(field));
    let threads = process.threads.len() as u64;
    let runs = matches!(task.state, TaskState::Running(_) | TaskState::Runnable(_) | TaskState::New);
    let cpu = match task.state {
        TaskState::Running(cpu) | TaskState::Runnable(cpu) => u64::from(cpu.0),
        TaskState::New
        | TaskState::Sleeping
        | TaskState::Uninterruptible
        | TaskState::Stopped
        | TaskState::Zombie
        | TaskState::Dead => 0,
    };
    let (ignored, caught) = actions(state, tid);
    let head = format!("{tid} ({}) {} {}", task.name(), task.state.letter(), process.parent);
    // Linux: the terminal of a serial line or a window has a number of its own. Here: it is the console's, 5:1, because
    // there is no other.
    let terminal = process.session != Pid(0) && process.session == state.console_session;
    let foreground = if terminal { i64::from(state.foreground.0) } else { -1 };
    let from_group: [u64; 18] = [
        u64::from(process.group.0),
        u64::from(process.session.0),
        if terminal { CONSOLE } else { 0 },
        if ended { PF_ENDED } else { 0 },
        own.minflt,
        waited.minflt,
        own.majflt,
        waited.majflt,
        ticks(Ns(own.utime)),
        ticks(Ns(own.stime)),
        ticks(Ns(waited.utime)),
        ticks(Ns(waited.stime)),
        PRIORITY,
        0,
        threads,
        0,
        ticks(task.start_time),
        mm.map_or(0, |mm| mm.total_pages * PAGE_SIZE),
    ];
    let from_rss: [u64; 28] = [
        mm.map_or(0, |mm| mm.rss()),
        u64::MAX,
        field(MmField::StartCode),
        field(MmField::EndCode),
        field(MmField::StartStack),
        0,
        0,
        task.pending.0 & SHOWN,
        task.mask.0 & SHOWN,
        ignored.0 & SHOWN,
        caught.0 & SHOWN,
        u64::from(threads < 2 && !runs),
        0,
        0,
        u64::from(process.exit_signal),
        cpu,
        0,
        0,
        0,
        0,
        0,
        field(MmField::StartData),
        field(MmField::EndData),
        field(MmField::StartBrk),
        field(MmField::ArgStart),
        field(MmField::ArgEnd),
        field(MmField::EnvStart),
        field(MmField::EnvEnd),
    ];
    let text = |numbers: &[u64]| numbers.iter().map(u64::to_string).collect::<Vec<_>>().join(" ");
    let mut from_rss = from_rss.map(|number| number.to_string());
    if tid.0 != pid.0 {
        // Such a thread sends no signal when it ends.
        from_rss[EXIT_SIGNAL] = "-1".to_owned();
    }
    let status = task.exit_status.or(process.group_exit).unwrap_or(0);
    format!(
        "{head} {} {foreground} {} {} {status}\n",
        text(&from_group[..3]),
        text(&from_group[3..]),
        from_rss.join(" ")
    )
}

/// The signals that a task ignores, and those that it handles.
pub(super) fn actions(state: &State, tid: Tid) -> (SignalSet, SignalSet) {
    let (mut ignored, mut caught) = (SignalSet::default(), SignalSet::default());
    if let Some(sighand) = state.task(tid).sighand {
        for (number, action) in (1..).zip(state.sighand(sighand).actions) {
            match action {
                SignalAction::Ignore => ignored = ignored.with(Signal(number)),
                SignalAction::Handler(_) => caught = caught.with(Signal(number)),
                SignalAction::Default => {}
            }
        }
    }
    (ignored, caught)
}
