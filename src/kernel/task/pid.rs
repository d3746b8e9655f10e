//! Process ids: given out in a circle, as Linux does, and what they are called in each pid namespace.
//!
//! Within the kernel a task has one id, its number in the machine's own namespace. What a program passes and gets are
//! numbers of its own namespace: [`Kernel::find_vtid`] and [`Kernel::tid_vnr`] translate, and nothing else does.

use crate::abi::errno::Errno;
use crate::abi::flags::CloneFlags;
use crate::base::ids::{Pid, PidNsId, Tid};
use crate::kernel::core::Kernel;
use crate::kernel::state::ROOT_NS;
use crate::trace::event::Change;
use crate::trace::value::PidNamespace;

/// One more than the highest pid: `/proc/sys/kernel/pid_max` of a small machine.
pub const PID_MAX: u32 = 32_768;
/// Where the circle begins again (`RESERVED_PIDS` in `kernel/pid.c`).
const RESERVED: u32 = 300;
/// How deep namespaces may lie in each other (`MAX_PID_NS_LEVEL`).
const MOST_LEVELS: usize = 32;

impl Kernel {
    /// The next free pid after the last one given out; the circle goes on at 300, not at 1.
    pub fn next_pid(&mut self) -> Pid {
        let free = self.next_number(ROOT_NS);
        Pid(free)
    }

    /// The next free number of a namespace, which is given out with that.
    ///
    /// # Panics
    /// If all are taken: the limit of tasks is lower than their number.
    fn next_number(&mut self, ns: PidNsId) -> u32 {
        let last = self.state().pid_ns(ns).last.0;
        let after = (last + 1..PID_MAX).chain(RESERVED..PID_MAX);
        let is_free = |&number: &u32| self.state().meant_in(ns, number).is_none();
        let free = { after }.find(is_free).expect("there are more pids than tasks");
        self.set_last_pid(ns, Pid(free));
        free
    }

    /// The pid namespace of the current process.
    #[must_use]
    pub fn current_ns(&self) -> PidNsId {
        self.state().process(self.current_pid()).ns
    }

    /// The number of a task as the current process sees it; 0 if it does not (`task_pid_vnr`).
    #[must_use]
    pub fn tid_vnr(&self, tid: Tid) -> u32 {
        self.state().number_in(self.current_ns(), tid)
    }

    /// The number of a process, group or session as the current process sees it; 0 if it does not (`pid_vnr`).
    #[must_use]
    pub fn pid_vnr(&self, pid: Pid) -> u32 {
        self.tid_vnr(Tid(pid.0))
    }

    /// The task that the current process means by a number (`find_task_by_vpid`).
    #[must_use]
    pub fn find_vtid(&self, number: u32) -> Option<Tid> {
        self.state().meant_in(self.current_ns(), number).filter(|tid| self.state().tasks.contains_key(tid))
    }

    /// The process, group or session that the current process means by a number; a group or session may have lost its
    /// process (`find_vpid`).
    #[must_use]
    pub fn find_vpid(&self, number: u32) -> Option<Pid> {
        self.state().meant_in(self.current_ns(), number).map(|tid| Pid(tid.0))
    }

    /// The number of a process in the namespace of another one, who is told of it; 0 if it is not seen there.
    #[must_use]
    pub fn pid_nr_for(&self, pid: Pid, told: Pid) -> u32 {
        self.state().number_in(self.state().process(told).ns, Tid(pid.0))
    }
}

/// Whether the current process may make a child with these flags, as far as pid namespaces are concerned.
///
/// # Errors
/// EPERM for CLONE_NEWPID without root, ENOSPC if namespaces lie too deep in each other.
pub fn may_clone(kernel: &Kernel, flags: CloneFlags) -> Result<(), Errno> {
    if !flags.contains(CloneFlags::CLONE_NEWPID) {
        return Ok(());
    }
    if kernel.state().process(kernel.current_pid()).uid != 0 {
        return Err(Errno::EPERM);
    }
    let levels = kernel.state().upward(kernel.current_ns()).count();
    if levels > MOST_LEVELS { Err(Errno::ENOSPC) } else { Ok(()) }
}

/// Gives a new task of the current process its numbers: in its namespace, which is a new one with CLONE_NEWPID, and in
/// all that this lies in.
pub fn number(kernel: &mut Kernel, child: Tid, flags: CloneFlags) {
    let parent = kernel.current_ns();
    let pid = kernel.state().task(child).tgid;
    let ns = if flags.contains(CloneFlags::CLONE_NEWPID) { create(kernel, parent, pid) } else { parent };
    kernel.set_process_ns(pid, ns);
    let nested: Vec<PidNsId> = kernel.state().upward(ns).filter(|&ns| ns != ROOT_NS).collect();
    for ns in nested {
        let number = kernel.next_number(ns);
        kernel.commit(Change::PidNumber { ns, number, from: Tid(0), to: child });
    }
}

fn create(kernel: &mut Kernel, parent: PidNsId, init: Pid) -> PidNsId {
    let ns = PidNsId(kernel.state().pid_namespaces.lowest_free(0));
    kernel.commit(Change::PidNs { ns, from: None, to: Some(PidNamespace { parent, init }) });
    ns
}

/// A task is gone, or a group or session has lost a member: its numbers are free if it means nothing any more.
pub fn forget(kernel: &mut Kernel, tid: Tid) {
    let state = kernel.state();
    if state.pid_namespaces.len() <= 1 || state.tasks.contains_key(&tid) || state.is_named(Pid(tid.0)) {
        return;
    }
    let numbered = |(ns, space): (u32, &crate::kernel::state::PidNsState)| {
        space.tids.get(&tid).map(|&number| (PidNsId(ns), number))
    };
    let numbers: Vec<(PidNsId, u32)> = state.pid_namespaces.iter().filter_map(numbered).collect();
    for (ns, number) in numbers {
        kernel.commit(Change::PidNumber { ns, number, from: tid, to: Tid(0) });
    }
}

/// A process that has no threads any more leaves its group, session and namespace; the last one to leave a namespace ends
/// it.
pub fn release(kernel: &mut Kernel, pid: Pid) {
    set_group(kernel, pid, Pid(0));
    set_session(kernel, pid, Pid(0));
    let ns = kernel.state().process(pid).ns;
    kernel.set_process_ns(pid, ROOT_NS);
    if ns == ROOT_NS || kernel.state().processes.values().any(|process| process.ns == ns) {
        return;
    }
    // A process outside may still be in a group that was made inside: its number ends with the namespace.
    while let Some((&number, &from)) = kernel.state().pid_ns(ns).numbers.first_key_value() {
        kernel.commit(Change::PidNumber { ns, number, from, to: Tid(0) });
    }
    kernel.set_last_pid(ns, Pid(0));
    let from = kernel.state().pid_ns(ns).space;
    kernel.commit(Change::PidNs { ns, from: Some(from), to: None });
}

/// Moves a process to another group.
pub fn set_group(kernel: &mut Kernel, pid: Pid, group: Pid) {
    let old = kernel.state().process(pid).group;
    kernel.set_group(pid, group);
    forget(kernel, Tid(old.0));
}

/// Moves a process to another session.
pub fn set_session(kernel: &mut Kernel, pid: Pid, session: Pid) {
    let old = kernel.state().process(pid).session;
    kernel.set_session(pid, session);
    forget(kernel, Tid(old.0));
}
