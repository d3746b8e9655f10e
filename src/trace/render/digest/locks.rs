//! Locks: which is taken, contended and given back, by its name, and who has it meanwhile.

use std::collections::{BTreeMap, BTreeSet};

use crate::base::ids::{MmId, Tid};
use crate::trace::render::digest::Context;
use crate::trace::render::fault::place;
use crate::trace::value::{FutexPlace, LockAct, WaitOn};

/// Who has which lock, as far as the notes tell.
#[derive(Clone, Debug, Default)]
pub(super) struct Locks {
    /// Holder and line, by address space and address of the record.
    held: BTreeMap<(Option<MmId>, u64), (Tid, String)>,
    /// Who is about to wait, or has waited, for the lock that it takes next.
    waiting: BTreeSet<Tid>,
}

impl Locks {
    /// Blank.
    pub const fn new() -> Self {
        Self { held: BTreeMap::new(), waiting: BTreeSet::new() }
    }

    /// What a note of a lock says, in words. A lock that is free is taken without a system call: so nothing stands
    /// between its two lines.
    pub fn tell(&mut self, record: u64, act: LockAct, cx: &Context<'_>) -> String {
        let task = cx.event.event.task;
        let key = (cx.names.task(task).and_then(|facts| facts.mm), record);
        let name = place(record, task, cx.names, cx.sources);
        match act {
            LockAct::Taken => {
                let _ = self.held.insert(key, (task, cx.place.clone()));
                let how = if self.waiting.remove(&task) { "taken at last" } else { "taken, no system call" };
                format!("{name} {how}")
            }
            LockAct::Contended => {
                let _ = self.waiting.insert(task);
                let holder = self.held.get(&key).map(|holder| since(holder, cx));
                format!("{name} contended{}", holder.map_or_else(String::new, |holder| format!(": {holder}")))
            }
            LockAct::Released => {
                let _ = self.held.remove(&key);
                format!("{name} released")
            }
        }
    }

    /// What a task waits for, if that is a lock of which somebody is known to have it.
    pub fn awaited(&self, task: Tid, on: WaitOn, cx: &Context<'_>) -> Option<String> {
        let WaitOn::Futex(key) = on else { return None };
        let FutexPlace::Private(mm, address) = key.place() else { return None };
        let holder = self.held.get(&(Some(mm), address))?;
        Some(format!("lock {} ({})", place(address, task, cx.names, cx.sources), since(holder, cx)))
    }
}

/// `script[3] has it since line 7`.
fn since((task, line): &(Tid, String), cx: &Context<'_>) -> String {
    let line = if line.contains(':') { line.clone() } else { format!("line {line}") };
    format!("{} has it since {line}", cx.names.task_name(*task))
}
