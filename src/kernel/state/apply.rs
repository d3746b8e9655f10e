//! `apply`: the one function that changes the state; live, forward over a recorded trace, and backward.

mod mappings;

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::fmt::Debug;

use super::{
    FileState, FilesState, FrameState, FsState, InodeState, Mapping, MmState, PidNsState, PipeState, Process,
    SlotState, State, Task,
};
use crate::abi::flags::OpenFlags;
use crate::base::ids::{FileId, Frame, Ino, MmId, Pid, PidNsId, PipeId, Slot, Tid};
use crate::base::sorted::Sorted;
use crate::kernel::mm::huge;
use crate::kernel::mm::table::ALL_PAGES;
use crate::machine::pte::Pte;
use crate::trace::event::Change;
use crate::trace::recorder::Arena;
use crate::trace::value::{
    Descriptor, FrameFlags, FrameKind, FrameUse, Inode, InodeKind, LruList, LruPlace, OpenFile, Owner, PipeSlot,
    SignalTarget, Vma, VmaFlags, WaitOn,
};

/// Sets a cell, which must hold the old value.
#[track_caller]
fn set<T: PartialEq + Debug>(cell: &mut T, from: T, to: T) {
    assert!(*cell == from, "a cell holds {cell:?}, not {from:?}, before it becomes {to:?}");
    *cell = to;
}

/// Counts one more or one less.
#[track_caller]
fn count(counter: &mut u32, more: bool) {
    *counter = if more { *counter + 1 } else { counter.checked_sub(1).expect("a count is at least 1") };
}

/// Inserts an id into a list (from 0) or takes it out (to 0).
#[track_caller]
fn list<T: PartialEq + Default + Debug>(list: &mut Vec<T>, place: u32, from: T, to: T) {
    if from == T::default() {
        insert_or_remove(list, place, to, true);
    } else {
        assert!(to == T::default(), "an entry of a list is inserted or taken out, not replaced");
        insert_or_remove(list, place, from, false);
    }
}

/// Inserts an entry into a list, or takes it out.
#[track_caller]
fn insert_or_remove<T: PartialEq + Debug>(list: &mut Vec<T>, place: u32, entry: T, insert: bool) {
    if insert {
        list.insert(place as usize, entry);
    } else {
        let gone = list.remove(place as usize);
        assert!(gone == entry, "place {place} holds {gone:?}, not {entry:?}");
    }
}

impl State {
    /// Applies a change: each cell must hold the old value, and gets the new one. `bytes` is the arena that came with
    /// the change. Going backward is applying [`Change::inverse`].
    ///
    /// # Panics
    /// If a cell does not hold the old value: the change does not belong to this state.
    #[inline(always)]
    pub fn apply(&mut self, change: &Change, bytes: &Arena) {
        use Change as C;
        match *change {
            C::Clock { .. }
            | C::Mode { .. }
            | C::Cr3 { .. }
            | C::Current { .. }
            | C::Tlb { .. }
            | C::Word { .. }
            | C::Run { .. }
            | C::DeviceBlock { .. } => self.apply_hardware(change, bytes),
            C::Pte { level, mm, page, from, to, .. } => {
                self.apply_hardware(change, bytes);
                if level == 1 {
                    self.count_mapping(Mapping { mm, page }, Pte(from), Pte(to));
                } else if level == 2 && ALL_PAGES.contains(&page) {
                    self.count_large(Mapping { mm, page }, Pte(from), Pte(to));
                }
            }
            C::Frame { frame, from, to } => self.apply_frame(frame, from, to),
            C::FrameFlags { frame, from, to } => {
                set(&mut self.frame_mut(frame).flags, from, to);
                for (flag, counter) in [
                    (FrameFlags::DIRTY, &mut self.frame_counts.dirty),
                    (FrameFlags::WRITEBACK, &mut self.frame_counts.writeback),
                ] {
                    if from.contains(flag) != to.contains(flag) {
                        count(counter, to.contains(flag));
                    }
                }
            }
            C::Lru { frame, from, to } => self.apply_lru(frame, from, to),
            C::Uses { frame, from, to } => set(&mut self.frame_mut(frame).uses, from, to),
            C::SwapSlot { slot, from, to } => exist_in(&mut self.swap, slot.0, from, to),
            C::SwapCache { slot, from, to } => {
                set(&mut self.slot_mut(slot).cache, from, to);
                for (frame, to) in [(from, None), (to, Some(slot))] {
                    if let Some(frame) = frame {
                        self.frame_mut(frame).slot = to;
                        count(&mut self.frame_counts.swap_cached, to.is_some());
                    }
                }
            }
            C::Shadow { of, from, to } => entry(&mut self.shadows, of, from, to),
            C::NonresidentAge { from, to } => set(&mut self.nonresident_age, from, to),
            C::CacheSwap { ino, page, from, to } => {
                self.recommit(ino, |inode| entry(&mut inode.swapped, page, from, to));
                for (slot, more) in [(from, false), (to, true)] {
                    if let Some(slot) = slot {
                        count(&mut self.slot_mut(slot).refs, more);
                    }
                }
            }
            C::Io { at, io, from, to } => member(&mut self.io, (at, io), from, to),
            C::Sysctl { sysctl, from, to } => set(&mut self.sysctls[sysctl as usize], from, to),

            C::Task { tid, from, to } => exist(&mut self.tasks, tid, from, to),
            C::Tgid { tid, from, to } => set(&mut self.task_mut(tid).tgid, from, to),
            C::TaskState { tid, from, to } => set(&mut self.task_mut(tid).state, from, to),
            C::WaitOn { tid, from, to } => set(&mut self.task_mut(tid).wait_on, from, to),
            C::Resume { tid, from, to } => set(&mut self.task_mut(tid).resume, from, to),
            C::SavedCall { tid, word, from, to } => set(&mut self.task_mut(tid).call[usize::from(word)], from, to),
            C::Progress { tid, from, to } => set(&mut self.task_mut(tid).progress, from, to),
            C::Position { tid, from, to } => set(&mut self.task_mut(tid).position, from, to),
            C::Returned { tid, from, to } => set(&mut self.task_mut(tid).returned, from, to),
            C::Slice { tid, from, to } => set(&mut self.task_mut(tid).slice, from, to),
            C::TaskMm { tid, from, to } => {
                set(&mut self.task_mut(tid).mm, from, to);
                self.count_users(from.map(|id| id.0), to.map(|id| id.0), |state, id| {
                    &mut state.mms.get_mut(id).expect("an address space that is used exists").users
                });
            }
            C::TaskFiles { tid, from, to } => {
                set(&mut self.task_mut(tid).files, from, to);
                self.count_users(from.map(|id| id.0), to.map(|id| id.0), |state, id| {
                    &mut state.files.get_mut(id).expect("a table of descriptors that is used exists").users
                });
            }
            C::TaskFs { tid, from, to } => {
                set(&mut self.task_mut(tid).fs, from, to);
                self.count_users(from.map(|id| id.0), to.map(|id| id.0), |state, id| {
                    &mut state.fs.get_mut(id).expect("a working directory that is used exists").users
                });
            }
            C::TaskSighand { tid, from, to } => {
                set(&mut self.task_mut(tid).sighand, from, to);
                self.count_users(from.map(|id| id.0), to.map(|id| id.0), |state, id| {
                    &mut state.sighands.get_mut(id).expect("signal actions that are used exist").users
                });
            }
            C::Comm { tid, from, to } => set(&mut self.task_mut(tid).comm, from, to),
            C::Pending { tid, from, to } => set(&mut self.task_mut(tid).pending, from, to),
            C::Mask { tid, from, to } => set(&mut self.task_mut(tid).mask, from, to),
            C::Tls { tid, from, to } => set(&mut self.task_mut(tid).tls, from, to),
            C::ClearTid { tid, from, to } => set(&mut self.task_mut(tid).clear_tid, from, to),
            C::SavedMask { tid, from, to } => set(&mut self.task_mut(tid).saved_mask, from, to),
            C::AltStack { tid, from, to } => set(&mut self.task_mut(tid).alt_stack, from, to),
            C::ExitStatus { tid, from, to } => set(&mut self.task_mut(tid).exit_status, from, to),
            C::StartTime { tid, from, to } => set(&mut self.task_mut(tid).start_time, from, to),

            C::Process { pid, from, to } => exist(&mut self.processes, pid, from, to),
            C::Parent { pid, from, to } => set(&mut self.process_mut(pid).parent, from, to),
            C::Child { pid, place, from, to } => list(&mut self.process_mut(pid).children, place, from, to),
            C::Thread { pid, place, from, to } => list(&mut self.process_mut(pid).threads, place, from, to),
            C::GroupExit { pid, from, to } => set(&mut self.process_mut(pid).group_exit, from, to),
            C::SharedPending { pid, from, to } => set(&mut self.process_mut(pid).pending, from, to),
            C::Queued { target, place, info, from, .. } => {
                let queue = match target {
                    SignalTarget::Task(tid) => &mut self.task_mut(tid).queued,
                    SignalTarget::Process(pid) => &mut self.process_mut(pid).queued,
                };
                insert_or_remove(queue, u32::from(place), info, !from);
            }
            C::Job { pid, from, to } => set(&mut self.process_mut(pid).job, from, to),
            C::Alarm { at, pid, from, to } => {
                member(&mut self.alarms, (at, pid), from, to);
                set(&mut self.process_mut(pid).alarm, from.then_some(at), to.then_some(at));
            }
            C::AlarmInterval { pid, from, to } => set(&mut self.process_mut(pid).alarm_interval, from, to),
            C::Rlimit { pid, resource, from, to } => {
                set(&mut self.process_mut(pid).rlimits[resource as usize], from, to);
            }
            C::OomScoreAdj { pid, from, to } => set(&mut self.process_mut(pid).oom_score_adj, from, to),
            C::Uid { pid, from, to } => set(&mut self.process_mut(pid).uid, from, to),
            C::ExitSignal { pid, from, to } => set(&mut self.process_mut(pid).exit_signal, from, to),
            C::Gid { pid, from, to } => set(&mut self.process_mut(pid).gid, from, to),
            C::ProcessNs { pid, from, to } => set(&mut self.process_mut(pid).ns, from, to),
            C::Group { pid, from, to } => {
                set(&mut self.process_mut(pid).group, from, to);
                self.count_names(from, to);
            }
            C::Session { pid, from, to } => {
                set(&mut self.process_mut(pid).session, from, to);
                self.count_names(from, to);
            }
            C::Subreaper { pid, from, to } => set(&mut self.process_mut(pid).subreaper, from, to),
            C::PidNs { ns, from, to } => {
                let new = |space| PidNsState { space, last: Pid(0), numbers: BTreeMap::new(), tids: BTreeMap::new() };
                replace(&mut self.pid_namespaces, ns.0, from, to, new, |state| &mut state.space);
            }
            C::LastPid { ns, from, to } => set(&mut self.namespace_mut(ns).last, from, to),
            C::PidNumber { ns, number, from, to } => self.apply_number(ns, number, from, to),

            C::Queue { cpu, place, from, to } => apply_queue(&mut self.queues[cpu.index()], place, from, to),
            C::Waiter { on, place, from, to } => self.apply_waiter(on, place, from, to),
            C::NoProgress { tid, from, to } => set(&mut self.task_mut(tid).no_progress, from, to),
            C::Pin { tid, place, from, to } => set(&mut self.task_mut(tid).pins[usize::from(place)], from, to),
            C::Timer { at, tid, from, to } => {
                member(&mut self.timers, (at, tid), from, to);
                set(&mut self.task_mut(tid).timer, from.then_some(at), to.then_some(at));
            }

            C::Mm { mm, from, to } => exist_in(&mut self.mms, mm.0, from, to),
            C::MmField { mm, field, from, to } => set(&mut self.mm_mut(mm).fields[field as usize], from, to),
            C::Vma { mm, page, vma, from, to } => self.apply_vma(mm, page, vma, from, to),

            C::Files { files, from, to } => exist_in::<FilesState>(&mut self.files, files.0, from, to),
            C::Fd { files, fd, from, to } => self.apply_fd(files.0, fd, from, to),
            C::File { file, from, to } => self.apply_file(file, from, to),
            C::Offset { file, from, to } => set(&mut self.file_mut(file).offset, from, to),
            C::Fs { fs, from, to } => {
                if let Some(context) = from {
                    self.hold(context.cwd, false);
                }
                if let Some(context) = to {
                    self.hold(context.cwd, true);
                }
                replace(
                    &mut self.fs,
                    fs.0,
                    from,
                    to,
                    |context| FsState { context, users: 0 },
                    |state| &mut state.context,
                );
            }
            C::Inode { ino, from, to } => self.apply_inode(ino, from, to),
            C::Size { ino, from, to } => set(&mut self.inode_mut(ino).size, from, to),
            C::Links { ino, from, to } => set(&mut self.inode_mut(ino).links, from, to),
            C::Above { ino, from, to } => set(&mut self.inode_mut(ino).above, from, to),
            C::Owner { ino, from, to } => set(&mut self.inode_mut(ino).owner, from, to),
            C::Entry { dir, name, from, to } => {
                let entries = &mut self.inode_mut(dir).entries;
                entry(entries, Box::from(bytes.get(name)), from, to);
            }
            C::CachePage { ino, page, from, to } => {
                self.recommit(ino, |inode| entry(&mut inode.cache, page, from, to));
            }
            C::Reserved { ino, from, to } => self.recommit(ino, |inode| set(&mut inode.reserved, from, to)),
            C::DiskRead { ino, page, from, to } => member(&mut self.inode_mut(ino).reading, page, from, to),
            C::DiskBlock { ino, page, from, to } => {
                entry(&mut self.inode_mut(ino).blocks, page, from, to);
                if let Some(block) = from {
                    let gone = self.blocks.take(block.0);
                    assert!(gone == Some((ino, page)), "{block:?} is given back by another page: {gone:?}");
                }
                if let Some(block) = to {
                    self.blocks.put(block.0, (ino, page));
                }
            }
            C::DiskPages { ino, from, to } => set(&mut self.inode_mut(ino).disk_pages, from, to),

            C::Pipe { pipe, from, to } => exist_in::<PipeState>(&mut self.pipes, pipe.0, from, to),
            C::PipeSlot { pipe, place, from, to } => apply_slot(&mut self.pipe_mut(pipe).slots, place, from, to),
            C::PipeSize { pipe, from, to } => set(&mut self.pipe_mut(pipe).size, from, to),

            C::Sighand { sighand, from, to } => exist_in(&mut self.sighands, sighand.0, from, to),
            C::Action { sighand, signal, from, to } => {
                let actions = &mut self.sighands.get_mut(sighand.0).expect("signal actions exist").actions;
                set(&mut actions[usize::from(signal) - 1], from, to);
            }

            C::ActionDetails { sighand, signal, from, to } => {
                let details = &mut self.sighands.get_mut(sighand.0).expect("signal actions exist").details;
                set(&mut details[usize::from(signal) - 1], from, to);
            }

            C::ConsoleSession { from, to } => set(&mut self.console_session, from, to),
            C::Foreground { from, to } => set(&mut self.foreground, from, to),
            C::ConsoleInput { bytes: typed, from, .. } => {
                let typed = bytes.get(typed);
                if from {
                    self.console.truncate(self.console.len() - typed.len());
                } else {
                    self.console.extend(typed);
                }
            }
            C::ConsoleTaken { bytes: taken, from, .. } => {
                let taken = bytes.get(taken);
                if from {
                    taken.iter().rev().for_each(|&byte| self.console.push_front(byte));
                } else {
                    drop(self.console.drain(..taken.len()));
                }
            }
            C::ConsoleEnd { from, to } => set(&mut self.console_ended, from, to),
        }
    }

    #[inline(always)]
    fn apply_hardware(&mut self, change: &Change, bytes: &Arena) {
        let done = self.hardware.apply(change, bytes);
        assert!(done, "{change:?} is the hardware's");
    }

    fn task_mut(&mut self, tid: Tid) -> &mut Task {
        self.tasks.get_mut(&tid).unwrap_or_else(|| panic!("{tid:?} does not exist"))
    }

    fn process_mut(&mut self, pid: Pid) -> &mut Process {
        self.processes.get_mut(&pid).unwrap_or_else(|| panic!("{pid:?} does not exist"))
    }

    fn namespace_mut(&mut self, ns: PidNsId) -> &mut PidNsState {
        self.pid_namespaces.get_mut(ns.0).unwrap_or_else(|| panic!("{ns:?} does not exist"))
    }

    fn mm_mut(&mut self, mm: MmId) -> &mut MmState {
        self.mms.get_mut(mm.0).unwrap_or_else(|| panic!("{mm:?} does not exist"))
    }

    fn file_mut(&mut self, file: FileId) -> &mut FileState {
        self.open_files.get_mut(file.0).unwrap_or_else(|| panic!("{file:?} does not exist"))
    }

    fn inode_mut(&mut self, ino: Ino) -> &mut InodeState {
        self.inodes.get_mut(ino.0).unwrap_or_else(|| panic!("{ino:?} does not exist"))
    }

    fn pipe_mut(&mut self, pipe: PipeId) -> &mut PipeState {
        self.pipes.get_mut(pipe.0).unwrap_or_else(|| panic!("{pipe:?} does not exist"))
    }

    fn frame_mut(&mut self, frame: Frame) -> &mut FrameState {
        self.frames.get_mut(frame.0).unwrap_or_else(|| panic!("{frame:?} is free"))
    }

    fn slot_mut(&mut self, slot: Slot) -> &mut SlotState {
        self.swap.get_mut(slot.0).unwrap_or_else(|| panic!("{slot:?} is free"))
    }

    /// A frame leaves its place in a list, or takes one.
    fn apply_lru(&mut self, frame: Frame, from: Option<LruPlace>, to: Option<LruPlace>) {
        if let Some(LruPlace { list, after }) = from {
            let state = self.frame_mut(frame);
            assert!(
                (state.list, state.before) == (Some(list), after),
                "{frame:?} stands in {:?} after {:?}, not in {list:?} after {after:?}",
                state.list,
                state.before
            );
            let behind = state.behind;
            (state.list, state.before, state.behind) = (None, Frame(0), Frame(0));
            self.link(list, after, behind);
            count(&mut self.lru.ends[list as usize].len, false);
        }
        if let Some(LruPlace { list, after }) = to {
            let behind = if after == Frame(0) { self.lru.ends[list as usize].first } else { self.frame(after).behind };
            let state = self.frame_mut(frame);
            assert!(state.list.is_none(), "{frame:?} stands in {:?} already", state.list);
            state.list = Some(list);
            self.link(list, after, frame);
            self.link(list, frame, behind);
            count(&mut self.lru.ends[list as usize].len, true);
        }
    }

    /// Two frames are neighbours in a list; frame 0 is the end of it.
    fn link(&mut self, list: LruList, before: Frame, behind: Frame) {
        let ends = &mut self.lru.ends[list as usize];
        if before == Frame(0) {
            ends.first = behind;
        }
        if behind == Frame(0) {
            ends.last = before;
        }
        if before != Frame(0) {
            self.frame_mut(before).behind = behind;
        }
        if behind != Frame(0) {
            self.frame_mut(behind).before = before;
        }
    }

    /// A process has another group or session.
    fn count_names(&mut self, from: Pid, to: Pid) {
        if from != Pid(0) {
            let named = self.names.get_mut(&from).expect("a name that goes was counted");
            count(named, false);
            if *named == 0 {
                let _ = self.names.remove(&from);
            }
        }
        if to != Pid(0) {
            count(self.names.entry(to).or_default(), true);
        }
    }

    /// A number of a namespace means a task, or nothing any more.
    fn apply_number(&mut self, ns: PidNsId, number: u32, from: Tid, to: Tid) {
        let some = |tid: Tid| (tid != Tid(0)).then_some(tid);
        let space = self.namespace_mut(ns);
        entry(&mut space.numbers, number, some(from), some(to));
        if let Some(tid) = some(from) {
            entry(&mut space.tids, tid, Some(number), None);
        }
        if let Some(tid) = some(to) {
            entry(&mut space.tids, tid, None, Some(number));
        }
    }

    fn count_users(&mut self, from: Option<u32>, to: Option<u32>, users: fn(&mut Self, u32) -> &mut u32) {
        if let Some(id) = from {
            count(users(self, id), false);
        }
        if let Some(id) = to {
            count(users(self, id), true);
        }
    }

    /// An open file, an area or a working directory takes hold of an inode, or lets go.
    fn hold(&mut self, ino: Ino, more: bool) {
        count(&mut self.inode_mut(ino).holders, more);
    }

    fn apply_frame(&mut self, frame: Frame, from: Option<FrameUse>, to: Option<FrameUse>) {
        if let Some(usage) = from {
            self.count_frame(frame, usage, false);
        }
        if let Some(usage) = to {
            self.count_frame(frame, usage, true);
        }
        if to.is_none() {
            let maps = self.frames.get(frame.0).map_or(0, |state| state.maps);
            assert!(maps == 0, "{frame:?} is freed and mapped {maps} times");
        }
        replace(&mut self.frames, frame.0, from, to, FrameState::new, |state| &mut state.usage);
    }

    /// A frame is used for something, or is not any more.
    #[inline]
    fn count_frame(&mut self, frame: Frame, FrameUse { kind, owner, index }: FrameUse, more: bool) {
        count(&mut self.frame_counts.kinds[kind as usize], more);
        if kind == FrameKind::Table {
            let space = self.mm_mut(MmId(owner));
            count(&mut space.tables, more);
            if index == huge::DEPOSITED {
                let _ = if more { space.deposited.insert(frame) } else { space.deposited.remove(&frame) };
            }
        }
    }

    fn apply_waiter(&mut self, on: WaitOn, place: u32, from: Tid, to: Tid) {
        let queue = self.waiters.entry(on).or_default();
        list(queue, place, from, to);
        if queue.is_empty() {
            drop(self.waiters.remove(&on));
        }
    }

    fn apply_vma(&mut self, mm: MmId, page: u64, vma: Vma, from: bool, to: bool) {
        if vma.ino != Ino(0) {
            self.hold(vma.ino, to);
        }
        let space = self.mm_mut(mm);
        let pages = u64::from(vma.pages);
        let private = !vma.flags.intersects(VmaFlags::SHARED | VmaFlags::GROWSDOWN);
        for (counter, counts) in [
            (&mut space.total_pages, true),
            (&mut space.locked, vma.flags.contains(VmaFlags::LOCKED)),
            (&mut space.committed, vma.flags.contains(VmaFlags::ACCOUNT)),
            (&mut space.data, private && vma.flags.contains(VmaFlags::WRITE)),
        ] {
            if counts {
                *counter = if to { *counter + pages } else { *counter - pages };
            }
        }
        if from {
            entry(&mut space.vmas, page, Some(vma), None);
        }
        space.gaps.count_area(&space.vmas, page, &vma, to);
        if to {
            entry(&mut space.vmas, page, None, Some(vma));
        }
        if vma.flags.contains(VmaFlags::ACCOUNT) {
            self.committed = if to { self.committed + pages } else { self.committed - pages };
        }
    }

    /// Alters an inode, and counts what it is promised anew.
    fn recommit(&mut self, ino: Ino, alter: impl FnOnce(&mut InodeState)) {
        let inode = self.inode_mut(ino);
        let before = (inode.committed(), inode.counted());
        alter(inode);
        let after = (inode.committed(), inode.counted());
        self.committed = self.committed - before.0 + after.0;
        self.tmpfs_pages = self.tmpfs_pages - before.1 + after.1;
    }

    fn apply_fd(&mut self, files: u32, fd: u32, from: Option<Descriptor>, to: Option<Descriptor>) {
        for (descriptor, more) in [(from, false), (to, true)] {
            if let Some(descriptor) = descriptor {
                count(&mut self.file_mut(descriptor.file).refs, more);
            }
        }
        let fds = &mut self.files.get_mut(files).expect("a table of descriptors exists").fds;
        replace(fds, fd, from, to, |descriptor| descriptor, |descriptor| descriptor);
    }

    fn apply_file(&mut self, file: FileId, from: Option<OpenFile>, to: Option<OpenFile>) {
        for (open, more) in [(from, false), (to, true)] {
            if let Some(open) = open {
                self.hold(open.ino, more);
                self.count_pipe_end(open, more);
            }
        }
        let new = |open| FileState { open, offset: 0, refs: 0 };
        replace(&mut self.open_files, file.0, from, to, new, |state| &mut state.open);
    }

    fn count_pipe_end(&mut self, open: OpenFile, more: bool) {
        let InodeKind::Pipe(pipe) = self.inode(open.ino).inode.kind else { return };
        let access = open.flags & OpenFlags::O_ACCMODE.bits();
        let pipe = self.pipe_mut(pipe);
        if access != OpenFlags::O_WRONLY.bits() {
            count(&mut pipe.readers, more);
        }
        if access != OpenFlags::O_RDONLY.bits() {
            count(&mut pipe.writers, more);
        }
    }

    fn apply_inode(&mut self, ino: Ino, from: Option<Inode>, to: Option<Inode>) {
        let new = |inode| InodeState {
            inode,
            size: 0,
            links: 0,
            above: Ino(0),
            owner: Owner::default(),
            entries: BTreeMap::new(),
            cache: BTreeMap::new(),
            reading: BTreeSet::new(),
            blocks: BTreeMap::new(),
            disk_pages: u32::MAX,
            swapped: BTreeMap::new(),
            reserved: 0,
            holders: 0,
        };
        replace(&mut self.inodes, ino.0, from, to, new, |state| &mut state.inode);
    }
}

/// A blank entry of a map comes into being or goes.
#[track_caller]
fn exist<K: Copy + Ord + Debug, V: Default + PartialEq + Debug>(map: &mut Sorted<K, V>, key: K, from: bool, to: bool) {
    if to {
        assert!(!from && !map.contains_key(&key), "{key:?} exists already");
        drop(map.insert(key, V::default()));
    } else {
        let gone = map.remove(&key);
        assert!(gone == Some(V::default()), "{key:?} goes before it is blank: {gone:?}");
    }
}

/// A blank entry of a table comes into being or goes.
#[track_caller]
fn exist_in<T: Default + PartialEq + Debug>(table: &mut crate::base::table::Table<T>, id: u32, from: bool, to: bool) {
    if to {
        assert!(!from, "number {id} exists already");
        table.put(id, T::default());
    } else {
        let gone = table.take(id);
        assert!(gone == Some(T::default()), "number {id} goes before it is blank: {gone:?}");
    }
}

/// An entry of a table comes, changes or goes.
#[track_caller]
fn replace<T: PartialEq + Debug + Clone, V: PartialEq + Debug + Copy>(
    table: &mut crate::base::table::Table<T>,
    id: u32,
    from: Option<V>,
    to: Option<V>,
    new: impl Fn(V) -> T,
    value: impl Fn(&mut T) -> &mut V,
) {
    match (from, to) {
        (None, Some(to)) => table.put(id, new(to)),
        (Some(from), Some(to)) => set(value(table.get_mut(id).expect("an entry that changes exists")), from, to),
        (Some(from), None) => {
            let gone = table.take(id);
            assert!(gone == Some(new(from)), "number {id} goes before it is blank: {gone:?}");
        }
        (None, None) => {}
    }
}

/// An entry of a map comes, changes or goes.
#[track_caller]
fn entry<K: Ord + Debug, V: PartialEq + Debug>(map: &mut BTreeMap<K, V>, key: K, from: Option<V>, to: Option<V>) {
    let old = match to {
        Some(to) => map.insert(key, to),
        None => map.remove(&key),
    };
    assert!(old == from, "an entry holds {old:?}, not {from:?}");
}

/// A member of a set comes or goes.
#[track_caller]
fn member<T: Ord + Debug>(set: &mut BTreeSet<T>, value: T, from: bool, to: bool) {
    let was = if to { !set.insert(value) } else { set.remove(&value) };
    assert!(was == from, "membership was {was}, not {from}");
}

/// A task enters a run queue or leaves it.
#[track_caller]
fn apply_queue(queue: &mut VecDeque<Tid>, place: u32, from: Tid, to: Tid) {
    if from == Tid(0) {
        queue.insert(place as usize, to);
    } else {
        let gone = queue.remove(place as usize);
        assert!(gone == Some(from), "place {place} holds {gone:?}, not {from:?}");
    }
}

/// A slot of a pipe's ring comes, changes or goes.
#[track_caller]
fn apply_slot(slots: &mut VecDeque<PipeSlot>, place: u8, from: Option<PipeSlot>, to: Option<PipeSlot>) {
    let place = usize::from(place);
    match (from, to) {
        (None, Some(to)) => slots.insert(place, to),
        (Some(from), Some(to)) => set(&mut slots[place], from, to),
        (Some(from), None) => {
            let gone = slots.remove(place);
            assert!(gone == Some(from), "slot {place} holds {gone:?}, not {from:?}");
        }
        (None, None) => {}
    }
}
