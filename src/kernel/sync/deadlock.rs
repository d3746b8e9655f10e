//! Deadlocks: who waits for whom, read from memory when it is needed, and whether that is a circle.
//!
//! Three waits name a task that has to act: for a lock of the library, whose record names its owner; for a lock that the
//! kernel hands over, whose word does; and for the end of a thread, whose `clear_tid` word holds its number. Only waits
//! without an end count: a timeout breaks a circle. Each circle is closed by the task that goes to sleep last, so it is
//! enough to look when one does.
// Linux: the kernel never notices that tasks wait for each other's locks, but for LOCK_PI. Here: the run ends, because it
// is what a script about deadlocks is about; `machine { deadlock = ignore }` leaves it to itself.

use crate::abi::flags::{FUTEX_WAIT, FUTEX_WAIT_BITSET};
use crate::abi::lock;
use crate::base::ids::{MmId, Tid};
use crate::kernel::core::Kernel;
use crate::kernel::mm;
use crate::kernel::outcome::{Awaited, Knot};
use crate::kernel::state::Task;
use crate::kernel::sync::{futex, pi};
use crate::kernel::task::backtrace::asleep;
use crate::trace::value::WaitOn;

/// The current task has gone to sleep on a futex for as long as it takes: notes the circle that this closes.
pub fn look(kernel: &mut Kernel, tid: Tid) {
    if kernel.config.stop_at_deadlock {
        kernel.circle = circle(kernel, tid);
    }
}

/// The circle that some sleeper stands in, if there is one.
#[must_use]
pub fn any_circle(kernel: &Kernel) -> Vec<Knot> {
    let circles = kernel.state().tasks.keys().map(|&tid| circle(kernel, tid));
    circles.into_iter().find(|circle| !circle.is_empty()).unwrap_or_default()
}

/// The circle that a task stands in, from it on; empty if there is none.
fn circle(kernel: &Kernel, start: Tid) -> Vec<Knot> {
    let mut members = Vec::new();
    let mut tid = start;
    while members.len() < kernel.state().tasks.len() {
        let Some((_, holder)) = awaited(kernel, tid) else { return Vec::new() };
        members.push(tid);
        if holder == start {
            return members.into_iter().filter_map(|tid| knot(kernel, tid)).collect();
        }
        tid = holder;
    }
    Vec::new()
}

/// Whom a task waits for, with all that is to be told of it.
#[must_use]
pub fn knot(kernel: &Kernel, tid: Tid) -> Option<Knot> {
    let (awaited, holder) = awaited(kernel, tid)?;
    let task = kernel.state().task(tid);
    let lives = |tid| kernel.state().tasks.get(tid).filter(|task| task.exit_status.is_none());
    Some(Knot {
        tid,
        pid: task.tgid,
        name: task.name(),
        backtrace: asleep(kernel.state(), tid),
        awaited,
        holder,
        holder_name: lives(&holder).map(|task| task.name()),
    })
}

/// What a sleeping task waits for that another one has to do, and which.
fn awaited(kernel: &Kernel, tid: Tid) -> Option<(Awaited, Tid)> {
    let task = kernel.state().tasks.get(&tid)?;
    if task.timer.is_some() {
        return None;
    }
    match task.wait_on? {
        WaitOn::FutexPi(_) => pi::owner(kernel, tid).map(|(address, owner)| (Awaited::Word { address }, owner)),
        WaitOn::Futex(_) => {
            let [_, address, operation, _, _, record, _] = task.call;
            let waits = [FUTEX_WAIT, FUTEX_WAIT_BITSET].map(u64::from).contains(&(operation & futex::COMMAND));
            let space = task.mm.filter(|_| waits)?;
            if record == 0 { ending(kernel, task, space, address) } else { owning(kernel, task, space, record) }
        }
        WaitOn::PipeData(_)
        | WaitOn::PipeRoom(_)
        | WaitOn::Child(_)
        | WaitOn::Time
        | WaitOn::Console
        | WaitOn::Disk(_, _)
        | WaitOn::Poll(_)
        | WaitOn::Signal
        | WaitOn::Vfork(_)
        | WaitOn::Swap(_)
        | WaitOn::Writeback
        | WaitOn::Kswapd => None,
    }
}

/// The owner that a lock's record names; it may have ended.
fn owning(kernel: &Kernel, task: &Task, space: MmId, record: u64) -> Option<(Awaited, Tid)> {
    let number = word(kernel, space, record.wrapping_add(lock::OWNER)).filter(|&number| number != 0)?;
    let since = |offset| word(kernel, space, record.wrapping_add(lock::SINCE + offset)).map(u64::from);
    let since = since(0)? | since(4)? << 32;
    Some((Awaited::Lock { record, since }, meant(kernel, task, number).unwrap_or(Tid(number))))
}

/// The thread whose end a word tells: it holds that thread's number, and the thread is to clear it.
fn ending(kernel: &Kernel, task: &Task, space: MmId, address: u64) -> Option<(Awaited, Tid)> {
    let thread = meant(kernel, task, word(kernel, space, address)?)?;
    let other = kernel.state().tasks.get(&thread)?;
    (other.clear_tid == address && other.mm == Some(space)).then_some((Awaited::End, thread))
}

/// The task that a number means to another one.
fn meant(kernel: &Kernel, task: &Task, number: u32) -> Option<Tid> {
    kernel.state().meant_in(kernel.state().process(task.tgid).ns, number)
}

/// Four bytes of memory, if they are there.
fn word(kernel: &Kernel, space: MmId, address: u64) -> Option<u32> {
    let mut bytes = [0; 4];
    let read = mm::remote_read(kernel.state(), space, address, &mut bytes);
    (read == bytes.len()).then(|| u32::from_le_bytes(bytes))
}
