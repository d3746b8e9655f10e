//! Boot: from a machine that was just switched on to pid 1 at its first instruction.

use crate::abi::errno::Errno;
use crate::abi::signal::Signal;
use crate::base::ids::{Frame, Pid, Tid};
use crate::kernel::core::Kernel;
use crate::kernel::mm::kernel_half;
use crate::kernel::state::ROOT_NS;
use crate::kernel::stop::Stop;
use crate::kernel::task::clone::{create_process, create_sighand};
use crate::kernel::task::exec::{self, Program};
use crate::kernel::task::exit::INIT;
use crate::kernel::task::limits;
use crate::kernel::vfs;
use crate::trace::event::{Cause, Change};
use crate::trace::value::{FrameKind, PidNamespace, TaskState};

/// The kernel's own top table (`swapper_pg_dir`): it maps no user page.
pub const KERNEL_FRAME: Frame = Frame(0);
/// The page of zeros that reads of untouched memory share (`empty_zero_page`).
pub const ZERO_FRAME: Frame = Frame(1);

/// Builds the file system and makes pid 1 execute a program, with console as descriptors 0, 1 and 2.
///
/// # Errors
/// The errno of exec if the program can not be executed.
pub fn boot(kernel: &mut Kernel, init: &Program) -> Result<(), Errno> {
    kernel.act(Tid(0), 0, Cause::Boot);
    for (frame, kind) in [(KERNEL_FRAME, FrameKind::Kernel), (ZERO_FRAME, FrameKind::Zero)] {
        let taken = kernel.take_frame(kind, 0, 0).ok_or(Errno::ENOMEM)?;
        assert!(taken == frame, "{taken:?} is not {frame:?}: boot takes the first frames");
    }
    kernel_half::build(kernel).ok_or(Errno::ENOMEM)?;
    vfs::boot(kernel)?;
    let tid = Tid(INIT.0);
    let root = PidNamespace { parent: ROOT_NS, init: INIT };
    kernel.commit(Change::PidNs { ns: ROOT_NS, from: None, to: Some(root) });
    kernel.set_last_pid(ROOT_NS, INIT);
    kernel.commit(Change::Task { tid, from: false, to: true });
    create_process(kernel, INIT, Pid(0));
    kernel.set_group(INIT, INIT);
    kernel.set_session(INIT, INIT);
    kernel.set_exit_signal(INIT, Signal::SIGCHLD.0);
    limits::first(kernel, INIT);
    let sighand = create_sighand(kernel);
    kernel.set_sighand(tid, Some(sighand));
    let (files, fs) = vfs::first_process(kernel)?;
    kernel.set_files(tid, Some(files));
    kernel.set_fs(tid, Some(fs));
    start(kernel, tid, init)
}

/// Executes init on the boot CPU. Its file may have to come from the disk: boot waits for it.
fn start(kernel: &mut Kernel, tid: Tid, init: &Program) -> Result<(), Errno> {
    let cpu = kernel.cpu();
    kernel.set_state(tid, TaskState::Running(cpu));
    kernel.commit(Change::Current { cpu, from: Tid(0), to: tid });
    loop {
        match exec::exec(kernel, tid, init) {
            Ok(()) => break,
            Err(Stop::Errno(errno)) => return Err(errno),
            Err(Stop::Sleeps | Stop::Interrupted | Stop::Gone) => wait_for_disk(kernel, tid),
        }
    }
    kernel.new_slice(tid);
    kernel.settle_clock();
    Ok(())
}

/// Lets time pass until the disk has answered and the task runs again.
fn wait_for_disk(kernel: &mut Kernel, tid: Tid) {
    let at = kernel.next_timer().unwrap_or(kernel.now());
    kernel.charge(at.0.saturating_sub(kernel.now().0));
    kernel.settle_clock();
    let _ = kernel.fire_timers();
    let cpu = kernel.cpu();
    kernel.dequeue_task(tid, cpu);
    kernel.set_state(tid, TaskState::Running(cpu));
}
