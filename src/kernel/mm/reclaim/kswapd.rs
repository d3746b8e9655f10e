//! kswapd: the kernel's thread that makes room ahead of need (`kswapd` in `mm/vmscan.c`).
//!
//! It is made when it is first needed, and has no memory of its own: while it runs the CPU keeps the address space of
//! whoever ran before.
// Linux: kswapd runs from boot on, and has a number in the first pid namespace. Here: it comes with the first shortage and
// has a number that no namespace gives, because most machines never need it.

use crate::base::ids::{CpuId, Pid, Tid};
use crate::kernel::core::Kernel;
use crate::kernel::mm::reclaim::{shrink, watermark};
use crate::kernel::task::exit;
use crate::trace::event::{Cause, Change};
use crate::trace::value::{Resume, TaskState, WaitOn};

/// Its number, beyond all that processes can have (`PID_MAX_LIMIT`).
pub const KSWAPD: Tid = Tid(1 << 22);

/// Pages that may be on their way to a device before it waits for them.
const MOST_WRITING: u32 = 256;

/// Rounds in vain after which it gives up (`MAX_RECLAIM_RETRIES`).
const MOST_FAILURES: u64 = 16;

/// Whether a task is one of the kernel's own threads.
#[must_use]
pub const fn is_kernel_thread(tid: Tid) -> bool {
    tid.0 == KSWAPD.0
}

/// Wakes it if memory is scarce.
pub fn wake_if_low(k: &mut Kernel) {
    let low = watermark::of(k).low;
    if low == 0 || watermark::free_for_pages(k) >= low {
        return;
    }
    let cause = Cause::Kswapd;
    match k.state().tasks.get(&KSWAPD) {
        None => k.because(cause, make),
        Some(task) if task.wait_on == Some(WaitOn::Kswapd) && task.progress < MOST_FAILURES => {
            k.because(cause, |k| k.wake(KSWAPD));
        }
        Some(_) => {}
    }
}

fn make(k: &mut Kernel) {
    let pid = Pid(KSWAPD.0);
    k.commit(Change::Task { tid: KSWAPD, from: false, to: true });
    k.commit(Change::Process { pid, from: false, to: true });
    k.commit(Change::Thread { pid, place: 0, from: Tid(0), to: KSWAPD });
    k.set_tgid(KSWAPD, pid);
    let mut comm = [0; 16];
    comm[..7].copy_from_slice(b"kswapd0");
    k.set_comm(KSWAPD, comm);
    let now = k.now();
    k.set_start_time(KSWAPD, now);
    k.set_resume(KSWAPD, Resume::Kernel);
    k.enqueue(KSWAPD, CpuId(0));
}

/// What it does when it runs: a round of making room, and then to sleep, until pages have been written if there is still
/// too little, else until somebody wakes it. After [`MOST_FAILURES`] rounds in vain nobody does.
pub fn work(k: &mut Kernel) {
    k.act(KSWAPD, 0, Cause::Kswapd);
    let high = watermark::of(k).high;
    let free = watermark::free_for_pages(k);
    if free < high && k.state().frame_counts.writeback < MOST_WRITING {
        let freed = shrink(k, high - free);
        let vain = freed == 0 && k.state().frame_counts.writeback == 0;
        let failures = if vain { k.state().task(KSWAPD).progress + 1 } else { 0 };
        k.set_progress(KSWAPD, failures);
    }
    let waits = watermark::free_for_pages(k) < high && k.state().frame_counts.writeback > 0;
    let _ = if waits { k.sleep_on(WaitOn::Writeback, true) } else { k.sleep_on(WaitOn::Kswapd, false) };
}

/// Pages were freed by somebody: it is worth while to try again.
pub fn encourage(k: &mut Kernel) {
    if k.state().tasks.get(&KSWAPD).is_some_and(|task| task.progress > 0) {
        k.set_progress(KSWAPD, 0);
    }
}

/// It is gone: the machine is switched off.
pub fn stop(k: &mut Kernel) {
    if !k.state().tasks.contains_key(&KSWAPD) {
        return;
    }
    let pid = Pid(KSWAPD.0);
    k.stop_waiting(KSWAPD);
    if let TaskState::Runnable(cpu) = k.state().task(KSWAPD).state {
        k.dequeue_task(KSWAPD, cpu);
    }
    k.commit(Change::Thread { pid, place: 0, from: KSWAPD, to: Tid(0) });
    exit::blank_task(k, KSWAPD);
    k.commit(Change::Process { pid, from: true, to: false });
}
