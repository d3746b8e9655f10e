//! Pid namespaces: which number means which task where (`struct pid_namespace`, `struct pid`).
//!
//! The machine's own namespace is the root: there a task's number is its [`Tid`], and nothing is kept. In each of the
//! others a number is an entry of a table, for the tasks in it and in all namespaces below it.

use std::collections::BTreeMap;

use crate::base::ids::{Pid, PidNsId, Tid};
use crate::kernel::mm::reclaim::kswapd;
use crate::kernel::state::State;
use crate::trace::value::PidNamespace;

/// The machine's own pid namespace.
pub const ROOT_NS: PidNsId = PidNsId(0);

/// A pid namespace.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct PidNsState {
    /// Parent and init.
    pub space: PidNamespace,
    /// The number given out last.
    pub last: Pid,
    /// What each number means; empty in the root.
    pub numbers: BTreeMap<u32, Tid>,
    /// The number of each task; derived.
    pub tids: BTreeMap<Tid, u32>,
}

impl State {
    /// A pid namespace.
    ///
    /// # Panics
    /// If it does not exist.
    #[must_use]
    pub fn pid_ns(&self, ns: PidNsId) -> &PidNsState {
        self.pid_namespaces.get(ns.0).unwrap_or_else(|| panic!("{ns:?} does not exist"))
    }

    /// The number of a task, group or session in a namespace; 0 if it is not seen there (`pid_nr_ns`).
    #[must_use]
    pub fn number_in(&self, ns: PidNsId, tid: Tid) -> u32 {
        if ns == ROOT_NS { tid.0 } else { self.pid_ns(ns).tids.get(&tid).copied().unwrap_or(0) }
    }

    /// What a number means in a namespace: a task, or the group or session of one that has ended (`find_pid_ns`).
    #[must_use]
    pub fn meant_in(&self, ns: PidNsId, number: u32) -> Option<Tid> {
        if ns == ROOT_NS {
            let (tid, pid) = (Tid(number), Pid(number));
            let exists = self.tasks.contains_key(&tid) || self.is_named(pid);
            return exists.then_some(tid);
        }
        self.pid_ns(ns).numbers.get(&number).copied()
    }

    /// Whether a process is in a group or session of this name.
    #[must_use]
    pub fn is_named(&self, pid: Pid) -> bool {
        self.names.contains_key(&pid)
    }

    /// A namespace and those that it lies in, from the inside; the root is the last one.
    pub fn upward(&self, ns: PidNsId) -> impl Iterator<Item = PidNsId> {
        std::iter::successors(Some(ns), |&ns| (ns != ROOT_NS).then(|| self.pid_ns(ns).space.parent))
    }

    /// Whether a process is the init of a pid namespace.
    #[must_use]
    pub fn is_ns_init(&self, pid: Pid) -> bool {
        let ns = self.process(pid).ns;
        self.pid_namespaces.get(ns.0).is_some_and(|space| space.space.init == pid)
    }

    /// Whether a process is in a namespace, or in one below it. The kernel's own threads are in none.
    #[must_use]
    pub fn is_within(&self, pid: Pid, ns: PidNsId) -> bool {
        !kswapd::is_kernel_thread(Tid(pid.0)) && self.upward(self.process(pid).ns).any(|above| above == ns)
    }
}
