//! wait4(2) and waitid(2): what became of a child.

use crate::abi::errno::Errno;
use crate::base::ids::{Pid, Tid};
use crate::kernel::core::Kernel;
use crate::trace::value::TaskState;

/// Whose end is waited for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Which {
    /// Any child.
    Any,
    /// This child.
    Child(Pid),
    /// A child of this process group.
    Group(Pid),
}

/// Looks for a zombie among the children of the current process, in the order in which they became children.
/// `Ok(None)` if there are such children and none has ended.
///
/// # Errors
/// ECHILD if there is no such child.
pub fn find_zombie(kernel: &Kernel, which: Which) -> Result<Option<(Pid, u32)>, Errno> {
    let state = kernel.state();
    let children = &state.process(kernel.current_pid()).children;
    let wanted = |pid: Pid| match which {
        Which::Any => true,
        Which::Child(child) => pid == child,
        Which::Group(group) => state.process(pid).group == group,
    };
    let mut any = false;
    for &pid in children.iter().filter(|&&pid| wanted(pid)) {
        any = true;
        let over = state.process(pid).threads.iter().all(|&tid| state.task(tid).state == TaskState::Zombie);
        if over && let Some(status) = state.task(Tid(pid.0)).exit_status {
            return Ok(Some((pid, state.process(pid).group_exit.unwrap_or(status))));
        }
    }
    if any { Ok(None) } else { Err(Errno::ECHILD) }
}
