//! Subjects: the tasks that an event is about, beside the one on whose behalf it happened.

use crate::base::ids::{Pid, Tid};
use crate::trace::event::{Change, Note, What};

/// The task or the first thread of the process that an event changes; two for a switch, which concerns both.
#[must_use]
#[expect(clippy::wildcard_enum_match_arm, reason = "what has no task or process has no subject")]
pub fn of(what: &What) -> [Option<Tid>; 2] {
    let task = |tid: Tid| [Some(tid), None];
    let process = |pid: Pid| [Some(Tid(pid.0)), None];
    match *what {
        What::Change(change) => match change {
            Change::Current { from, to, .. } | Change::Queue { from, to, .. } | Change::Waiter { from, to, .. } => {
                [Some(from), Some(to)].map(|tid| tid.filter(|tid| tid.0 != 0))
            }
            Change::Task { tid, .. }
            | Change::Tgid { tid, .. }
            | Change::TaskState { tid, .. }
            | Change::WaitOn { tid, .. }
            | Change::Resume { tid, .. }
            | Change::SavedCall { tid, .. }
            | Change::Progress { tid, .. }
            | Change::Position { tid, .. }
            | Change::Returned { tid, .. }
            | Change::Slice { tid, .. }
            | Change::TaskMm { tid, .. }
            | Change::TaskFiles { tid, .. }
            | Change::TaskFs { tid, .. }
            | Change::TaskSighand { tid, .. }
            | Change::Comm { tid, .. }
            | Change::Pending { tid, .. }
            | Change::Mask { tid, .. }
            | Change::ExitStatus { tid, .. }
            | Change::StartTime { tid, .. }
            | Change::Timer { tid, .. } => task(tid),
            Change::Process { pid, .. }
            | Change::Parent { pid, .. }
            | Change::Child { pid, .. }
            | Change::Thread { pid, .. }
            | Change::GroupExit { pid, .. }
            | Change::SharedPending { pid, .. }
            | Change::ExitSignal { pid, .. }
            | Change::Group { pid, .. }
            | Change::Session { pid, .. }
            | Change::Subreaper { pid, .. } => process(pid),
            _ => [None, None],
        },
        What::Note(note) => match note {
            Note::Cloned { child, .. } => task(child),
            Note::Reaped { pid, .. } | Note::SignalSent { to: pid, .. } | Note::OomKill { pid, .. } => process(pid),
            _ => [None, None],
        },
        What::Choice(_) => [None, None],
    }
}
