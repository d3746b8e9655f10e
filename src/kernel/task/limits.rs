//! Limits of a process (`getrlimit(2)`), and the user that they are counted for.
//!
//! A process has those of [`RESOURCES`]; each holds beneath what the machine allows by its configuration. They and the
//! user are copied by clone and kept by exec.

use crate::abi::errno::Errno;
use crate::base::ids::Pid;
use crate::kernel::core::Kernel;
use crate::trace::value::{RESOURCES, Resource, Rlimit};

/// No limit (`RLIM_INFINITY`).
pub const UNLIMITED: u64 = u64::MAX;
/// Descriptors that a process may have until it asks for more (`INR_OPEN_CUR`).
const USUAL_FDS: u64 = 1024;
/// Bytes that a process of no root may lock in memory (`MLOCK_LIMIT`).
const MLOCK_LIMIT: u64 = 8 << 20;

impl Kernel {
    /// What a process may use of something now.
    #[must_use]
    pub fn limit(&self, pid: Pid, resource: Resource) -> u64 {
        self.state().process(pid).rlimits[resource as usize].soft
    }

    /// What the current process may use of something now.
    #[must_use]
    pub fn own_limit(&self, resource: Resource) -> u64 {
        self.limit(self.current_pid(), resource)
    }

    /// Bytes of stack that the process on the CPU may use.
    #[must_use]
    pub fn stack_limit(&self) -> u64 {
        match self.state().tasks.get(&self.current()).and_then(|task| self.state().processes.get(&task.tgid)) {
            Some(process) => process.rlimits[Resource::Stack as usize].soft,
            None => self.config.stack_limit,
        }
    }
}

/// Gives the first process its limits (`INIT_RLIMITS`).
pub fn first(kernel: &mut Kernel, pid: Pid) {
    let (tasks, fds) = (u64::from(kernel.config.max_tasks), u64::from(kernel.config.max_fds));
    for resource in RESOURCES {
        let (soft, hard) = match resource {
            Resource::Nproc | Resource::Sigpending => (tasks, tasks),
            Resource::Nofile => (fds.min(USUAL_FDS), fds),
            Resource::Stack => (kernel.config.stack_limit, UNLIMITED),
            Resource::Core => (0, UNLIMITED),
            Resource::As | Resource::Data => (UNLIMITED, UNLIMITED),
            Resource::Memlock => (MLOCK_LIMIT, MLOCK_LIMIT),
        };
        kernel.set_rlimit(pid, resource, Rlimit { soft, hard });
    }
}

/// A child has the limits and the user of the process that makes it.
pub fn inherit(kernel: &mut Kernel, from: Pid, to: Pid) {
    let process = kernel.state().process(from);
    let (rlimits, uid, gid, adj) = (process.rlimits, process.uid, process.gid, process.oom_score_adj);
    kernel.set_oom_score_adj(to, adj);
    for (resource, limit) in RESOURCES.into_iter().zip(rlimits) {
        kernel.set_rlimit(to, resource, limit);
    }
    kernel.set_uid(to, uid);
    kernel.set_gid(to, gid);
}

/// Whether the current process may make a task more.
///
/// # Errors
/// EAGAIN if the machine has as many as it can, or the user as many as the process's RLIMIT_NPROC says; root is not bound
/// by that (`copy_process`).
pub fn may_clone(kernel: &Kernel) -> Result<(), Errno> {
    let state = kernel.state();
    if state.tasks.len() as u32 >= kernel.config.max_tasks {
        return Err(Errno::EAGAIN);
    }
    let uid = state.process(kernel.current_pid()).uid;
    if uid == 0 {
        return Ok(());
    }
    let own = state.processes.values().filter(|process| process.uid == uid).map(|process| process.threads.len() as u64);
    if own.sum::<u64>() < kernel.own_limit(Resource::Nproc) { Ok(()) } else { Err(Errno::EAGAIN) }
}
