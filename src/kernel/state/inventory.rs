//! The inventory: a whole state as changes of blank cells, for whoever wants to count it anew.
//!
//! Left out is what the hash leaves out: clocks, the TLB, slices and their kin, queues, and the tables above the leaves.

use crate::base::ids::{FileId, FilesId, Frame, FsId, Ino, MmId, Pid, PidNsId, PipeId, SighandId, Slot, Tid};
use crate::base::units::{Ns, PAGE_SIZE};
use crate::kernel::mm::table;
use crate::kernel::state::{
    CONSOLE_AT_FIRST, InodeState, MmState, PIPE_SLOTS, Process, ROOT_NS, SighandState, State, Task,
};
use crate::trace::event::{Bytes, Change};
use crate::trace::recorder::Arena;
use crate::trace::value::{
    ActionDetails, AltStack, Device, FrameKind, JobState, MM_FIELDS, Owner, Position, RESOURCES, Returned, Rlimit,
    SYSCTLS, SignalAction, SignalSet, SignalTarget, TaskState,
};

/// The changes that lead from a blank machine to a state; names go into `arena`.
#[must_use]
pub fn from_blank(state: &State, arena: &mut Arena) -> Vec<Change> {
    let mut all = Vec::new();
    memory(state, &mut all);
    for (&tid, task) in state.tasks.iter() {
        of_task(tid, task, &mut all);
    }
    for (&pid, process) in state.processes.iter() {
        of_process(pid, process, &mut all);
    }
    for (id, space) in state.mms.iter() {
        of_space(state, MmId(id), space, &mut all);
    }
    for (id, files) in state.files.iter() {
        let files_id = FilesId(id);
        all.push(Change::Files { files: files_id, from: false, to: true });
        all.extend(files.fds.iter().map(|(fd, &to)| Change::Fd { files: files_id, fd, from: None, to: Some(to) }));
    }
    for (id, file) in state.open_files.iter() {
        let file_id = FileId(id);
        all.push(Change::File { file: file_id, from: None, to: Some(file.open) });
        all.push(Change::Offset { file: file_id, from: 0, to: file.offset });
    }
    all.extend(state.fs.iter().map(|(id, fs)| Change::Fs { fs: FsId(id), from: None, to: Some(fs.context) }));
    for (id, inode) in state.inodes.iter() {
        of_inode(Ino(id), inode, arena, &mut all);
    }
    for (id, pipe) in state.pipes.iter() {
        let pipe_id = PipeId(id);
        all.push(Change::Pipe { pipe: pipe_id, from: false, to: true });
        all.push(Change::PipeSize { pipe: pipe_id, from: PIPE_SLOTS, to: pipe.size });
    }
    for (id, sighand) in state.sighands.iter() {
        of_sighand(SighandId(id), sighand, &mut all);
    }
    for (id, space) in state.pid_namespaces.iter() {
        let ns = PidNsId(id);
        all.push(Change::PidNs { ns, from: None, to: Some(space.space) });
        all.push(Change::LastPid { ns, from: Pid(0), to: space.last });
        let numbers = space.numbers.iter();
        all.extend(numbers.map(|(&number, &to)| Change::PidNumber { ns, number, from: Tid(0), to }));
    }
    all.extend(state.swap.iter().map(|(id, _)| Change::SwapSlot { slot: Slot(id), from: false, to: true }));
    all.extend(state.shadows.iter().map(|(&of, &age)| Change::Shadow { of, from: None, to: Some(age) }));
    all.push(Change::NonresidentAge { from: 0, to: state.nonresident_age });
    for (device, content) in [(Device::Disk, &state.hardware.disk), (Device::Swap, &state.hardware.swap)] {
        for block in (0..content.frames()).filter(|&block| !content.is_zero(Frame(block))) {
            let to = arena.keep(content.bytes(Frame(block), 0, PAGE_SIZE as usize));
            all.push(Change::DeviceBlock { device, block, from: Bytes::default(), to });
        }
    }
    let sysctls = SYSCTLS.into_iter().zip(state.sysctls);
    all.extend(sysctls.map(|((sysctl, _, from), to)| Change::Sysctl { sysctl, from, to }));
    all.push(Change::ConsoleSession { from: CONSOLE_AT_FIRST, to: state.console_session });
    all.push(Change::Foreground { from: CONSOLE_AT_FIRST, to: state.foreground });
    all.push(Change::ConsoleEnd { from: false, to: state.console_ended });
    all
}

/// The uses of frames, and the words that are not 0 of those that are no tables. A free frame holds zeros, unless a
/// translation that nobody flushed let a program write there.
fn memory(state: &State, all: &mut Vec<Change>) {
    let phys = &state.hardware.phys;
    for frame in (0..phys.frames()).map(Frame) {
        let usage = state.frames.get(frame.0).map(|used| used.usage);
        if usage.is_some() {
            all.push(Change::Frame { frame, from: None, to: usage });
        }
        if usage.is_some_and(|usage| usage.kind == FrameKind::Table) || phys.is_zero(frame) {
            continue;
        }
        let mut page = [0; PAGE_SIZE as usize];
        phys.read(frame, 0, &mut page);
        for (place, word) in (0_u16..).step_by(8).zip(page.as_chunks::<8>().0) {
            let to = u64::from_le_bytes(*word);
            if to != 0 {
                all.push(Change::Word { frame, offset: place, len: 8, from: 0, to });
            }
        }
    }
}

fn of_task(tid: Tid, task: &Task, all: &mut Vec<Change>) {
    let Task { tgid, state, wait_on, position, returned, mm, files, fs, sighand, comm, .. } = *task;
    all.extend([
        Change::Task { tid, from: false, to: true },
        Change::Tgid { tid, from: Pid(0), to: tgid },
        Change::TaskState { tid, from: TaskState::New, to: state },
        Change::WaitOn { tid, from: None, to: wait_on },
        Change::Position { tid, from: Position::default(), to: position },
        Change::Returned { tid, from: Returned::default(), to: returned },
        Change::TaskMm { tid, from: None, to: mm },
        Change::TaskFiles { tid, from: None, to: files },
        Change::TaskFs { tid, from: None, to: fs },
        Change::TaskSighand { tid, from: None, to: sighand },
        Change::Comm { tid, from: [0; 16], to: comm },
        Change::Tls { tid, from: 0, to: task.tls },
        Change::ClearTid { tid, from: 0, to: task.clear_tid },
        Change::Pending { tid, from: SignalSet::default(), to: task.pending },
        Change::Mask { tid, from: SignalSet::default(), to: task.mask },
        Change::SavedMask { tid, from: None, to: task.saved_mask },
        Change::AltStack { tid, from: AltStack::default(), to: task.alt_stack },
        Change::ExitStatus { tid, from: None, to: task.exit_status },
    ]);
    all.extend(task.timer.map(|at| Change::Timer { at, tid, from: false, to: true }));
    let target = SignalTarget::Task(tid);
    all.extend(task.queued.iter().map(|&info| Change::Queued { target, place: 0, info, from: false, to: true }));
}

fn of_process(pid: Pid, process: &Process, all: &mut Vec<Change>) {
    all.extend([
        Change::Process { pid, from: false, to: true },
        Change::Parent { pid, from: Pid(0), to: process.parent },
        Change::GroupExit { pid, from: None, to: process.group_exit },
        Change::SharedPending { pid, from: SignalSet::default(), to: process.pending },
        Change::Job { pid, from: JobState::default(), to: process.job },
        Change::AlarmInterval { pid, from: Ns(0), to: process.alarm_interval },
        Change::OomScoreAdj { pid, from: 0, to: process.oom_score_adj },
        Change::Uid { pid, from: 0, to: process.uid },
        Change::Gid { pid, from: 0, to: process.gid },
        Change::ProcessNs { pid, from: ROOT_NS, to: process.ns },
        Change::ExitSignal { pid, from: 0, to: process.exit_signal },
        Change::Group { pid, from: Pid(0), to: process.group },
        Change::Session { pid, from: Pid(0), to: process.session },
        Change::Subreaper { pid, from: false, to: process.subreaper },
    ]);
    all.extend(process.alarm.map(|at| Change::Alarm { at, pid, from: false, to: true }));
    all.extend(process.children.iter().map(|&to| Change::Child { pid, place: 0, from: Pid(0), to }));
    all.extend(process.threads.iter().map(|&to| Change::Thread { pid, place: 0, from: Tid(0), to }));
    let target = SignalTarget::Process(pid);
    all.extend(process.queued.iter().map(|&info| Change::Queued { target, place: 0, info, from: false, to: true }));
    let limits = RESOURCES.into_iter().zip(process.rlimits);
    all.extend(limits.map(|(resource, to)| Change::Rlimit { pid, resource, from: Rlimit::default(), to }));
}

fn of_space(state: &State, mm: MmId, space: &MmState, all: &mut Vec<Change>) {
    all.push(Change::Mm { mm, from: false, to: true });
    all.extend(MM_FIELDS.map(|field| Change::MmField { mm, field, from: 0, to: space.field(field) }));
    all.extend(space.vmas.iter().map(|(&page, &vma)| Change::Vma { mm, page, vma, from: false, to: true }));
    for leaf in table::large_leaves(&state.hardware.phys, space.pgd(), table::ALL_PAGES) {
        let (table, index) = (leaf.step.table, leaf.step.index);
        all.push(Change::Pte { table, index, level: 2, mm, page: leaf.page, from: 0, to: leaf.step.pte.0 });
    }
    let small = table::leaves(&state.hardware.phys, space.pgd(), table::ALL_PAGES);
    for leaf in small.into_iter().filter(|leaf| !leaf.is_huge()) {
        let (table, index) = (leaf.step.table, leaf.step.index);
        all.push(Change::Pte { table, index, level: 1, mm, page: leaf.page, from: 0, to: leaf.step.pte.0 });
    }
}

fn of_inode(ino: Ino, inode: &InodeState, arena: &mut Arena, all: &mut Vec<Change>) {
    all.extend([
        Change::Inode { ino, from: None, to: Some(inode.inode) },
        Change::Size { ino, from: 0, to: inode.size },
        Change::Links { ino, from: 0, to: inode.links },
        Change::DiskPages { ino, from: u32::MAX, to: inode.disk_pages },
        Change::Reserved { ino, from: 0, to: inode.reserved },
        Change::Owner { ino, from: Owner::default(), to: inode.owner },
        Change::Above { ino, from: Ino(0), to: inode.above },
    ]);
    for (name, &to) in &inode.entries {
        all.push(Change::Entry { dir: ino, name: arena.keep(name), from: None, to: Some(to) });
    }
    all.extend(inode.cache.iter().map(|(&page, &to)| Change::CachePage { ino, page, from: None, to: Some(to) }));
    all.extend(inode.blocks.iter().map(|(&page, &to)| Change::DiskBlock { ino, page, from: None, to: Some(to) }));
    all.extend(inode.swapped.iter().map(|(&page, &to)| Change::CacheSwap { ino, page, from: None, to: Some(to) }));
    all.extend(inode.reading.iter().map(|&page| Change::DiskRead { ino, page, from: false, to: true }));
}

fn of_sighand(sighand: SighandId, state: &SighandState, all: &mut Vec<Change>) {
    all.push(Change::Sighand { sighand, from: false, to: true });
    for (signal, (&action, &details)) in (1..).zip(state.actions.iter().zip(&state.details)) {
        all.push(Change::Action { sighand, signal, from: SignalAction::Default, to: action });
        all.push(Change::ActionDetails { sighand, signal, from: ActionDetails::default(), to: details });
    }
}
