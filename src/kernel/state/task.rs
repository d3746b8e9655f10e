//! Tasks and processes: `struct task_struct`, `struct signal_struct`, `struct sighand_struct`.

use crate::base::ids::{FilesId, FsId, MmId, Pid, PidNsId, SighandId, Tid};
use crate::base::units::Ns;
use crate::trace::value::{
    ActionDetails, AltStack, JobState, Position, QueuedSignal, RESOURCES, Resume, Returned, Rlimit, SignalAction,
    SignalSet, TaskState, WaitOn,
};

/// How many pages an instruction or a call can keep from being evicted.
pub const PINS: usize = 8;

/// What is scheduled: a thread.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Task {
    /// The process it belongs to; 0 while it is made.
    pub tgid: Pid,
    /// Where it stands in its life.
    pub state: TaskState,
    /// What it sleeps on.
    pub wait_on: Option<WaitOn>,
    /// What it does when it runs again.
    pub resume: Resume,
    /// The saved system call: its number and six arguments. Meaningful while `resume` is `Syscall`.
    pub call: [u64; 7],
    /// How far a sleeping call has come; the call defines it, 0 at its start.
    pub progress: u64,
    /// Pages that its instruction or call has brought in and still needs, each plus 1; on small machines only.
    pub pins: [u64; PINS],
    /// How often its instruction or call has waited for a frame in vain; on small machines only.
    pub no_progress: u8,
    /// When a timer wakes it; derived.
    pub timer: Option<Ns>,
    /// Registers: where it stands.
    pub position: Position,
    /// Registers: what was returned.
    pub returned: Returned,
    /// Instructions that are left of its time slice.
    pub slice: u64,
    /// Its address space; none for a task that has ended.
    pub mm: Option<MmId>,
    /// Its table of descriptors; none for a task that has ended.
    pub files: Option<FilesId>,
    /// Its working directory; none for a task that has ended.
    pub fs: Option<FsId>,
    /// Its signal actions.
    pub sighand: Option<SighandId>,
    /// Its name, padded with NUL.
    pub comm: [u8; 16],
    /// Thread-local storage: the base of the FS segment.
    pub tls: u64,
    /// Where a 0 is written, and a futex woken, when it ends; 0 for nowhere.
    pub clear_tid: u64,
    /// Signals that wait for it alone.
    pub pending: SignalSet,
    /// Signals that it holds back.
    pub mask: SignalSet,
    /// The mask that comes back when the call that it is in is over.
    pub saved_mask: Option<SignalSet>,
    /// What is told of the signals that wait for it alone, oldest first.
    pub queued: Vec<QueuedSignal>,
    /// Its alternate signal stack.
    pub alt_stack: AltStack,
    /// Its wait status, once it has ended.
    pub exit_status: Option<u32>,
    /// When it was made.
    pub start_time: Ns,
}

impl Task {
    /// Its name as text.
    #[must_use]
    pub fn name(&self) -> String {
        let end = self.comm.iter().position(|&byte| byte == 0).unwrap_or(self.comm.len());
        String::from_utf8_lossy(&self.comm[..end]).into_owned()
    }
}

/// What the threads of one process share.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Process {
    /// Its parent; 0 for init.
    pub parent: Pid,
    /// Its children that are not reaped, in the order in which they were made or inherited.
    pub children: Vec<Pid>,
    /// Its threads that are not reaped; the leader first.
    pub threads: Vec<Tid>,
    /// The wait status that all its threads end with, once it is ending.
    pub group_exit: Option<u32>,
    /// Signals that wait for any of its threads.
    pub pending: SignalSet,
    /// What is told of these signals, oldest first.
    pub queued: Vec<QueuedSignal>,
    /// Whether it is stopped, or was continued.
    pub job: JobState,
    /// When it gets SIGALRM; derived.
    pub alarm: Option<Ns>,
    /// How long after an alarm the next one comes; 0 for never.
    pub alarm_interval: Ns,
    /// Its limits, by resource.
    pub rlimits: [Rlimit; RESOURCES.len()],
    /// What the OOM killer adds to its badness, -1000 to 1000 (`oom_score_adj`).
    pub oom_score_adj: i16,
    /// Its user; 0 is root.
    // Linux: each thread has credentials of its own, and real, effective and saved ids. Here: a process has one user id,
    // because the C library keeps those of all threads equal, and nothing here is set-user-id.
    pub uid: u32,
    /// Its group of users; 0 is root's.
    pub gid: u32,
    /// The pid namespace that it lives in.
    pub ns: PidNsId,
    /// The signal sent to the parent when it ends, 0 for none.
    pub exit_signal: u8,
    /// Process group.
    pub group: Pid,
    /// Session.
    pub session: Pid,
    /// Whether orphans among its descendants become its children (`PR_SET_CHILD_SUBREAPER`).
    pub subreaper: bool,
}

/// Signal actions, shared with `CLONE_SIGHAND`.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct SighandState {
    /// What is done, by signal number minus 1.
    pub actions: [SignalAction; 64],
    /// How handlers are called, by signal number minus 1.
    pub details: [ActionDetails; 64],
    /// How many tasks use it; derived.
    pub users: u32,
}

impl Default for SighandState {
    fn default() -> Self {
        Self { actions: [SignalAction::Default; 64], details: [ActionDetails::default(); 64], users: 0 }
    }
}
