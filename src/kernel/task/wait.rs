//! wait4(2) and waitid(2): what became of a child.

use crate::abi::errno::Errno;
use crate::abi::flags::WaitOptions;
use crate::abi::signal::Signal;
use crate::abi::wait::ExitStatus;
use crate::base::ids::{Pid, Tid};
use crate::kernel::core::Kernel;
use crate::kernel::task::exit::reap;
use crate::trace::value::{JobState, TaskState};

/// Whose change of state is waited for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Which {
    /// Any child.
    Any,
    /// This child.
    Child(Pid),
    /// A child of this process group.
    Group(Pid),
}

/// What became of a child.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct News {
    /// The child.
    pub child: Pid,
    /// Its wait status.
    pub status: u32,
}

/// Looks for news of the children of the current process, in the order in which they became children: one that has ended
/// (WEXITED), is stopped (WSTOPPED), or goes on again (WCONTINUED). `Ok(None)` if there are such children and no news.
///
/// # Errors
/// ECHILD if there is no such child.
pub fn find(kernel: &Kernel, which: Which, options: WaitOptions) -> Result<Option<News>, Errno> {
    let state = kernel.state();
    let children = &state.process(kernel.current_pid()).children;
    let wanted = |pid: Pid| match which {
        Which::Any => true,
        Which::Child(child) => pid == child,
        Which::Group(group) => state.process(pid).group == group,
    };
    let mut any = false;
    for &child in children.iter().filter(|&&pid| wanted(pid)) {
        any = true;
        if let Some(status) = news_of(kernel, child, options) {
            return Ok(Some(News { child, status }));
        }
    }
    if any { Ok(None) } else { Err(Errno::ECHILD) }
}

/// The wait status of a child that has changed its state since it was last waited for.
fn news_of(kernel: &Kernel, child: Pid, options: WaitOptions) -> Option<u32> {
    let state = kernel.state();
    let process = state.process(child);
    if process.threads.iter().all(|&tid| state.task(tid).state == TaskState::Zombie) {
        let status = state.task(Tid(child.0)).exit_status?;
        return options.contains(WaitOptions::WEXITED).then_some(process.group_exit.unwrap_or(status));
    }
    match process.job {
        JobState::Stopped { signal, told: false } if options.contains(WaitOptions::WUNTRACED) => {
            Some(ExitStatus::Stopped(Signal(signal)).to_raw())
        }
        JobState::Continued if options.contains(WaitOptions::WCONTINUED) => Some(ExitStatus::Continued.to_raw()),
        JobState::Going | JobState::Stopped { .. } | JobState::Continued => None,
    }
}

/// The parent has heard of it: a zombie is gone, and a stop or its end is not told again.
pub fn told(kernel: &mut Kernel, News { child, status }: News) {
    match (ExitStatus::from_raw(status), kernel.state().process(child).job) {
        (Some(ExitStatus::Stopped(_)), JobState::Stopped { signal, .. }) => {
            kernel.set_job(child, JobState::Stopped { signal, told: true });
        }
        (Some(ExitStatus::Continued), _) => kernel.set_job(child, JobState::Going),
        (_, _) => reap(kernel, child, status),
    }
}
