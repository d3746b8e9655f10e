//! clone(2): makes a task. fork, vfork and threads are uses of it that differ in what is shared.

use crate::abi::errno::Errno;
use crate::abi::flags::CloneFlags;
use crate::base::ids::{MmId, Pid, SighandId, Tid};
use crate::kernel::core::Kernel;
use crate::kernel::mm;
use crate::kernel::task::{limits, pid};
use crate::kernel::vfs;
use crate::machine::clock;
use crate::trace::event::{Change, Note};
use crate::trace::value::{Returned, SignalAction};

/// What the child shares with its parent beyond what fork shares.
// Linux: CLONE_VM and CLONE_THREAD make threads. Here: they are EINVAL, because a task can not be given a stack of
// its own yet.
const KNOWN: CloneFlags = CloneFlags::CLONE_FS
    .union(CloneFlags::CLONE_FILES)
    .union(CloneFlags::CLONE_PARENT)
    .union(CloneFlags::CLONE_PARENT_SETTID)
    .union(CloneFlags::CLONE_CHILD_SETTID);

/// Makes a child of the current task; it goes on where its parent does, with 0 as the call's result.
///
/// # Errors
/// EINVAL for flags that do not go together, EAGAIN at the limit of tasks, ENOMEM without memory for the tables.
pub fn clone(kernel: &mut Kernel, flags: CloneFlags) -> Result<Tid, Errno> {
    let sharing = CloneFlags::from_bits_retain(flags.bits() & !0xff);
    if !KNOWN.contains(sharing) {
        return Err(Errno::EINVAL);
    }
    limits::may_clone(kernel)?;
    let parent = kernel.current();
    let copy = mm::duplicate(kernel, kernel.current_mm())?;
    kernel.charge(clock::FORK_BASE + clock::FORK_PTE * u64::from(copy.ptes));

    let pid = kernel.next_pid();
    let child = Tid(pid.0);
    kernel.commit(Change::Task { tid: child, from: false, to: true });
    make_process(kernel, pid, sharing, flags.bits() as u8);
    pid::number(kernel, child, sharing);
    share_or_copy(kernel, parent, child, copy.mm, sharing);
    copy_registers(kernel, parent, child);
    let shared = sharing.bits();
    kernel.note(Note::Cloned { child, flags: shared, ptes: copy.ptes, tables: copy.tables });
    let cpu = kernel.cpu();
    kernel.enqueue(child, cpu);
    Ok(child)
}

/// Makes a process with one thread of the same number, in its parent's group and session.
fn make_process(kernel: &mut Kernel, pid: Pid, sharing: CloneFlags, exit_signal: u8) {
    let caller = kernel.current_pid();
    let parent =
        if sharing.contains(CloneFlags::CLONE_PARENT) { kernel.state().process(caller).parent } else { caller };
    let (group, session) = (kernel.state().process(caller).group, kernel.state().process(caller).session);
    create_process(kernel, pid, parent);
    kernel.set_group(pid, group);
    kernel.set_session(pid, session);
    kernel.set_exit_signal(pid, exit_signal);
    limits::inherit(kernel, caller, pid);
}

/// Makes a blank process that has its leader as its only thread and stands last among its parent's children.
pub fn create_process(kernel: &mut Kernel, pid: Pid, parent: Pid) {
    kernel.commit(Change::Process { pid, from: false, to: true });
    kernel.commit(Change::Thread { pid, place: 0, from: Tid(0), to: Tid(pid.0) });
    kernel.set_parent(pid, parent);
    kernel.set_tgid(Tid(pid.0), pid);
    if parent != Pid(0) {
        let place = kernel.state().process(parent).children.len() as u32;
        kernel.commit(Change::Child { pid: parent, place, from: Pid(0), to: pid });
    }
}

/// Gives the child its parent's objects, or copies of them.
fn share_or_copy(kernel: &mut Kernel, parent: Tid, child: Tid, mm: MmId, sharing: CloneFlags) {
    kernel.set_mm(child, Some(mm));
    let (files, fs) = (kernel.current_files(), kernel.current_fs());
    let files =
        if sharing.contains(CloneFlags::CLONE_FILES) { files } else { vfs::descriptor::duplicate_table(kernel, files) };
    kernel.set_files(child, Some(files));
    let fs = if sharing.contains(CloneFlags::CLONE_FS) { fs } else { vfs::fs::duplicate(kernel, fs) };
    kernel.set_fs(child, Some(fs));
    let actions = kernel.state().task(parent).sighand.map(|id| kernel.state().sighand(id).actions);
    let sighand = create_sighand(kernel);
    for (index, action) in actions.into_iter().flatten().enumerate() {
        if action != SignalAction::Default {
            kernel.set_action(sighand, index as u8 + 1, action);
        }
    }
    kernel.set_sighand(child, Some(sighand));
}

/// Makes a table of signal actions, all default.
pub fn create_sighand(kernel: &mut Kernel) -> SighandId {
    let sighand = SighandId(kernel.state().sighands.lowest_free(0));
    kernel.commit(Change::Sighand { sighand, from: false, to: true });
    sighand
}

/// The child stands where its parent stands, and sees 0 as the result of the call.
fn copy_registers(kernel: &mut Kernel, parent: Tid, child: Tid) {
    let task = kernel.state().task(parent);
    let (comm, position, mask) = (task.comm, task.position, task.mask);
    kernel.set_comm(child, comm);
    kernel.set_position(child, position);
    kernel.set_returned(child, Returned::default());
    kernel.set_mask(child, mask);
    let now = kernel.now();
    kernel.set_start_time(child, now);
}
