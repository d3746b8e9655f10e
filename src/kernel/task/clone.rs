//! clone(2): makes a task. fork, vfork and threads are uses of it that differ in what is shared.

use crate::abi::errno::Errno;
use crate::abi::flags::CloneFlags;
use crate::base::ids::{MmId, Pid, SighandId, Tid};
use crate::kernel::core::Kernel;
use crate::kernel::mm::place::USER_END;
use crate::kernel::mm::{self, Duplicate};
use crate::kernel::stop::{Stop, SysResult};
use crate::kernel::task::entry::{self, Entry};
use crate::kernel::task::{limits, pid};
use crate::kernel::vfs;
use crate::machine::clock;
use crate::machine::mmu::Access;
use crate::trace::event::{Change, Note};
use crate::trace::value::{ActionDetails, Allocation, AltStack, SignalAction};

/// What the caller of clone(2) asks for.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Request {
    /// What is shared, and what else is to be done.
    pub flags: CloneFlags,
    /// The signal that the parent gets at the end, 0 for none.
    pub exit_signal: u8,
    /// The top of the child's stack; 0 to go on on a copy of the parent's, or on the parent's itself.
    pub stack: u64,
    /// Where the parent's memory gets the child's number.
    pub parent_tid: u64,
    /// Where the child's memory gets its number, and a 0 when it ends.
    pub child_tid: u64,
    /// The child's thread-local storage.
    pub tls: u64,
}

/// The flags that are followed or have no effect.
// Linux: CLONE_PIDFD gives a descriptor of the child, and CLONE_NEWNS and its kin make namespaces. Here: but for
// CLONE_NEWPID they are EINVAL, as on a kernel without them, because none is modelled.
const KNOWN: CloneFlags = CloneFlags::CLONE_VM
    .union(CloneFlags::CLONE_FS)
    .union(CloneFlags::CLONE_FILES)
    .union(CloneFlags::CLONE_SIGHAND)
    .union(CloneFlags::CLONE_PTRACE)
    .union(CloneFlags::CLONE_VFORK)
    .union(CloneFlags::CLONE_PARENT)
    .union(CloneFlags::CLONE_THREAD)
    .union(CloneFlags::CLONE_SYSVSEM)
    .union(CloneFlags::CLONE_SETTLS)
    .union(CloneFlags::CLONE_PARENT_SETTID)
    .union(CloneFlags::CLONE_CHILD_CLEARTID)
    .union(CloneFlags::CLONE_DETACHED)
    .union(CloneFlags::CLONE_UNTRACED)
    .union(CloneFlags::CLONE_CHILD_SETTID)
    .union(CloneFlags::CLONE_NEWPID)
    .union(CloneFlags::CLONE_IO);

/// Makes a task as the current one asks for it.
///
/// # Errors
/// EINVAL for flags that do not go together, EAGAIN at the limit of tasks, ENOMEM without memory for the tables, EPERM
/// for thread-local storage in the kernel's half, EFAULT for a stack that can not be used. Sleeps while a page comes
/// from the disk, without having done anything.
pub fn clone(kernel: &mut Kernel, request: &Request) -> SysResult<Tid> {
    let flags = request.flags;
    check_flags(kernel, flags)?;
    limits::may_clone(kernel)?;
    pid::may_clone(kernel, flags)?;
    if flags.contains(CloneFlags::CLONE_SETTLS) && request.tls >= USER_END {
        return Err(Errno::EPERM.into());
    }
    let entry = if request.stack == 0 { None } else { Some(entry::read(kernel, request.stack)?) };
    touch_numbers(kernel, request)?;
    let memory = memory(kernel, flags, entry)?;
    if let Err(errno) = may_allocate(kernel, flags) {
        if !flags.contains(CloneFlags::CLONE_VM) {
            mm::release(kernel, memory.mm);
        }
        return Err(errno.into());
    }

    let parent = kernel.current();
    let id = kernel.next_pid();
    let child = Tid(id.0);
    kernel.commit(Change::Task { tid: child, from: false, to: true });
    if flags.contains(CloneFlags::CLONE_THREAD) {
        join_process(kernel, child);
    } else {
        make_process(kernel, id, request);
    }
    pid::number(kernel, child, flags);
    share_or_copy(kernel, parent, child, memory.mm, flags);
    copy_task(kernel, parent, child, request, entry);
    let shared = flags.bits();
    kernel.note(Note::Cloned { child, flags: shared, ptes: memory.ptes, tables: memory.tables });
    tell_number(kernel, child, memory.mm, request);
    let cpu = kernel.cpu();
    kernel.enqueue(child, cpu);
    Ok(child)
}

/// Which flags go together (`copy_process` in `kernel/fork.c`).
fn check_flags(kernel: &Kernel, flags: CloneFlags) -> Result<(), Errno> {
    use CloneFlags as F;
    let needs = |flag, other| flags.contains(flag) && !flags.contains(other);
    let init = flags.contains(F::CLONE_PARENT) && kernel.state().is_ns_init(kernel.current_pid());
    if !KNOWN.contains(flags)
        || needs(F::CLONE_THREAD, F::CLONE_SIGHAND)
        || needs(F::CLONE_SIGHAND, F::CLONE_VM)
        || flags.contains(F::CLONE_THREAD | F::CLONE_NEWPID)
        || init
    {
        return Err(Errno::EINVAL);
    }
    Ok(())
}

/// Whether there is room for all that is the child's own. It is asked before anything is made, so that nothing has to be
/// taken down again (`bad_fork_cleanup` in `copy_process`); tables of the kernel have room for what the limits allow.
fn may_allocate(kernel: &mut Kernel, flags: CloneFlags) -> Result<(), Errno> {
    use CloneFlags as F;
    let own = [
        (Allocation::Task, true),
        (Allocation::Files, !flags.contains(F::CLONE_FILES)),
        (Allocation::Fs, !flags.contains(F::CLONE_FS)),
        (Allocation::Sighand, !flags.contains(F::CLONE_SIGHAND)),
        (Allocation::Namespace, flags.contains(F::CLONE_NEWPID)),
    ];
    own.into_iter().filter(|&(_, own)| own).try_for_each(|(allocation, _)| kernel.may_allocate(allocation))
}

/// Faults in the words that get the child's number, so that writing it can not sleep when the child exists already.
/// What can not be written is passed over later.
fn touch_numbers(kernel: &mut Kernel, request: &Request) -> SysResult<()> {
    for (flag, address) in
        [(CloneFlags::CLONE_PARENT_SETTID, request.parent_tid), (CloneFlags::CLONE_CHILD_SETTID, request.child_tid)]
    {
        if request.flags.contains(flag)
            && let Err(stop @ (Stop::Sleeps | Stop::Gone)) = kernel.touch_user(address, 4, Access::Write)
        {
            return Err(stop);
        }
    }
    Ok(())
}

/// The child's address space: its parent's own, or a copy. The child's first window is written there.
fn memory(kernel: &mut Kernel, flags: CloneFlags, entry: Option<Entry>) -> SysResult<Duplicate> {
    let own = kernel.current_mm();
    if flags.contains(CloneFlags::CLONE_VM) {
        if let Some(Entry { position, slots }) = entry {
            kernel.write_user(position.sp, &slots)?;
        }
        kernel.charge(clock::THREAD_BASE);
        return Ok(Duplicate { mm: own, ptes: 0, tables: 0 });
    }
    if let Some(Entry { position, slots }) = entry {
        kernel.touch_user(position.sp, slots.len(), Access::Read)?;
    }
    let copy = mm::duplicate(kernel, own)?;
    if let Some(Entry { position, slots }) = entry
        && let Err(errno) = mm::remote_write(kernel, copy.mm, position.sp, &slots)
    {
        mm::release(kernel, copy.mm);
        return Err(errno.into());
    }
    kernel.charge(clock::FORK_BASE + clock::FORK_PTE * u64::from(copy.ptes));
    Ok(copy)
}

/// The child becomes the last thread of its parent's process.
fn join_process(kernel: &mut Kernel, child: Tid) {
    let pid = kernel.current_pid();
    let place = kernel.state().process(pid).threads.len() as u32;
    kernel.commit(Change::Thread { pid, place, from: Tid(0), to: child });
    kernel.set_tgid(child, pid);
}

/// Makes a process with one thread of the same number, in its parent's group and session and with its limits.
fn make_process(kernel: &mut Kernel, pid: Pid, request: &Request) {
    let caller = kernel.current_pid();
    let sibling = request.flags.contains(CloneFlags::CLONE_PARENT);
    let process = kernel.state().process(caller);
    let (parent, exit_signal) =
        if sibling { (process.parent, process.exit_signal) } else { (caller, request.exit_signal) };
    let (group, session) = (process.group, process.session);
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
fn share_or_copy(kernel: &mut Kernel, parent: Tid, child: Tid, mm: MmId, flags: CloneFlags) {
    kernel.set_mm(child, Some(mm));
    let (files, fs) = (kernel.current_files(), kernel.current_fs());
    let files =
        if flags.contains(CloneFlags::CLONE_FILES) { files } else { vfs::descriptor::duplicate_table(kernel, files) };
    kernel.set_files(child, Some(files));
    let fs = if flags.contains(CloneFlags::CLONE_FS) { fs } else { vfs::fs::duplicate(kernel, fs) };
    kernel.set_fs(child, Some(fs));
    let own = kernel.state().task(parent).sighand;
    let sighand = if flags.contains(CloneFlags::CLONE_SIGHAND) { own } else { Some(copy_sighand(kernel, own)) };
    kernel.set_sighand(child, sighand);
}

/// Makes a table of signal actions that says what another one says.
pub fn copy_sighand(kernel: &mut Kernel, from: Option<SighandId>) -> SighandId {
    let to = create_sighand(kernel);
    let Some(from) = from else { return to };
    for signal in 1..=64 {
        let place = usize::from(signal) - 1;
        let (action, details) =
            (kernel.state().sighand(from).actions[place], kernel.state().sighand(from).details[place]);
        if action != SignalAction::Default {
            kernel.set_action(to, signal, action);
        }
        if details != ActionDetails::default() {
            kernel.set_action_details(to, signal, details);
        }
    }
    to
}

/// Makes a table of signal actions, all default.
pub fn create_sighand(kernel: &mut Kernel) -> SighandId {
    let sighand = SighandId(kernel.state().sighands.lowest_free(0));
    kernel.commit(Change::Sighand { sighand, from: false, to: true });
    sighand
}

/// What the child has of its own but begins with its parent's: it stands where its parent stands, or at its entry, and
/// sees 0 as the result of the call.
fn copy_task(kernel: &mut Kernel, parent: Tid, child: Tid, request: &Request, entry: Option<Entry>) {
    let flags = request.flags;
    let task = kernel.state().task(parent);
    let (comm, position, mask, tls, alt_stack) = (task.comm, task.position, task.mask, task.tls, task.alt_stack);
    kernel.set_comm(child, comm);
    kernel.set_position(child, entry.map_or(position, |entry| entry.position));
    kernel.set_mask(child, mask);
    kernel.set_tls(child, if flags.contains(CloneFlags::CLONE_SETTLS) { request.tls } else { tls });
    // Two tasks may not handle signals on one alternate stack; a vfork child has its parent's, who sleeps.
    let both = flags.contains(CloneFlags::CLONE_VM) && !flags.contains(CloneFlags::CLONE_VFORK);
    kernel.set_alt_stack(child, if both { AltStack::default() } else { alt_stack });
    if flags.contains(CloneFlags::CLONE_CHILD_CLEARTID) {
        kernel.set_clear_tid(child, request.child_tid);
    }
    let now = kernel.now();
    kernel.set_start_time(child, now);
}

/// Writes the child's number where its parent and the child itself want it. As on Linux a bad pointer is not reported:
/// the child exists already.
// Linux: the child writes its number when it first runs. Here: clone does, because a task that has not run yet has no
// memory on a CPU.
fn tell_number(kernel: &mut Kernel, child: Tid, mm: MmId, request: &Request) {
    if request.flags.contains(CloneFlags::CLONE_CHILD_SETTID) {
        let own = kernel.state().number_in(kernel.state().process_of(child).ns, child);
        let _ = mm::remote_write(kernel, mm, request.child_tid, &own.to_le_bytes());
    }
    if request.flags.contains(CloneFlags::CLONE_PARENT_SETTID) {
        let (own, number) = (kernel.current_mm(), kernel.tid_vnr(child));
        let _ = mm::remote_write(kernel, own, request.parent_tid, &number.to_le_bytes());
    }
}
