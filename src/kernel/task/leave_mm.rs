//! What a task does when it leaves its address space, by exec or by its end (`mm_release` in `kernel/fork.c`): the word
//! at `clear_tid` becomes 0 and its futex is woken, and a parent that waits in vfork(2) goes on.

use crate::base::ids::Tid;
use crate::kernel::core::Kernel;
use crate::kernel::mm;
use crate::kernel::sync::{futex, pi};
use crate::trace::value::WaitOn;

/// A task is about to leave its address space.
pub fn leave_mm(kernel: &mut Kernel, tid: Tid) {
    pi::owner_died(kernel, tid);
    clear_tid(kernel, tid);
    kernel.wake_all(WaitOn::Vfork(tid));
}

/// Writes the 0 that others may wait for, unless nobody else is left to see it. A bad pointer is passed over.
fn clear_tid(kernel: &mut Kernel, tid: Tid) {
    let task = kernel.state().task(tid);
    let (address, space) = (task.clear_tid, task.mm);
    kernel.set_clear_tid(tid, 0);
    let Some(space) = space else { return };
    if address == 0 || kernel.state().mm(space).users < 2 {
        return;
    }
    if mm::remote_write(kernel, space, address, &0u32.to_le_bytes()).is_ok() {
        futex::wake_at(kernel, space, address, 1);
    }
}
