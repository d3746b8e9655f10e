//! What is always true of the state: counts agree with a recount, and everything stands where its owner says.
//!
//! Derived counts are kept up by `apply`; here they are counted again from the page tables, lists and queues. Tests
//! call [`State::check`] after each step.

use std::collections::BTreeMap;

use crate::abi::flags::OpenFlags;
use crate::base::ids::{CpuId, Frame, Ino, MmId, Pid, PidNsId, PipeId, Tid};
use crate::base::units::{PAGE_SIZE, Page, Vaddr};
use crate::kernel::mm::kernel_half;
use crate::kernel::mm::place;
use crate::kernel::mm::reclaim::kswapd;
use crate::kernel::mm::table::{self, Leaf};
use crate::kernel::mm::tlb::pcid_of;
use crate::kernel::state::{Gaps, MmState, ROOT_NS, State};
use crate::machine::mmu::{self, Walk};
use crate::machine::pte::{D, NX, Pte, U, W};
use crate::trace::value::{
    Cr3, FrameKind, InodeKind, JobState, PipeSlot, QueuedSignal, SignalSet, TLB_D, TLB_NX, TLB_U, TLB_W, TaskState,
    TlbEntry, VmaFlags, WaitOn,
};

/// An answer to "are these equal?", with both values if not.
pub(super) fn same<T: PartialEq + std::fmt::Debug>(
    what: impl Fn() -> String,
    kept: T,
    counted: T,
) -> Result<(), String> {
    if kept == counted { Ok(()) } else { Err(format!("{}: kept {kept:?}, counted {counted:?}", what())) }
}

pub(super) fn is(what: impl Fn() -> String, holds: bool) -> Result<(), String> {
    if holds { Ok(()) } else { Err(what()) }
}

impl State {
    /// Checks all invariants.
    ///
    /// # Errors
    /// The first one that does not hold, in words, with both values.
    pub fn check(&self) -> Result<(), String> {
        self.check_with(true)
    }

    /// Checks all invariants; TLB entries are to agree with the tables only if the kernel `flushes` them.
    ///
    /// # Errors
    /// As [`State::check`].
    pub fn check_with(&self, flushes: bool) -> Result<(), String> {
        self.check_frames()?;
        self.check_pages()?;
        for (id, space) in self.mms.iter() {
            self.check_space(MmId(id), space)?;
        }
        // Who forgets flushes wants stale entries.
        self.check_cr3s()?;
        if flushes {
            self.check_tlbs()?;
        }
        self.check_queues()?;
        self.check_signals()?;
        self.check_users()?;
        self.check_numbers()?;
        self.check_pipes()?;
        self.check_files()
    }

    /// Frames: mapped as often as leaf entries name them, tables where the tables are, and each kind with its owner.
    fn check_frames(&self) -> Result<(), String> {
        let mut maps: BTreeMap<Frame, u32> = BTreeMap::new();
        let mut owned: BTreeMap<Frame, &str> = BTreeMap::new();
        let mut own = |frame: Frame, owner: &'static str| match owned.insert(frame, owner) {
            Some(other) => Err(format!("{frame:?} is a {owner} frame and a {other} frame")),
            None => Ok(()),
        };
        for (id, space) in self.mms.iter() {
            for at in table::tables(&self.hardware.phys, space.pgd(), table::ALL_PAGES) {
                own(at.frame, "table")?;
                let usage = self.frames.get(at.frame.0).map(|state| state.usage);
                let right = usage.is_some_and(|usage| {
                    usage.kind == FrameKind::Table && usage.owner == id && usage.index == u32::from(at.level)
                });
                is(
                    || format!("mm {id} has a table of level {} in {:?}, which is {usage:?}", at.level, at.frame),
                    right,
                )?;
            }
            for &frame in &space.deposited {
                own(frame, "deposited")?;
            }
            let large = table::large_leaves(&self.hardware.phys, space.pgd(), table::ALL_PAGES);
            same(|| format!("tables of mm {id} that are put by"), space.deposited.len(), large.len())?;
            let leaves = table::leaves(&self.hardware.phys, space.pgd(), table::ALL_PAGES);
            for leaf in leaves.into_iter().filter(|leaf| leaf.step.pte.is_present()) {
                *maps.entry(leaf.step.pte.frame()).or_default() += 1;
            }
        }
        for (ino, inode) in self.inodes.iter() {
            for (&page, &frame) in &inode.cache {
                own(frame, "cache")?;
                let usage = self.frames.get(frame.0).map(|state| state.usage);
                let right =
                    usage.is_some_and(|usage| is_cache(usage.kind) && (usage.owner, usage.index) == (ino, page));
                is(|| format!("page {page} of inode {ino} is in {frame:?}, which is {usage:?}"), right)?;
            }
        }
        for (id, pipe) in self.pipes.iter() {
            for slot in &pipe.slots {
                own(slot.frame, "pipe")?;
                let kind = self.frames.get(slot.frame.0).map(|state| state.usage.kind);
                same(|| format!("a slot of pipe {id} in {:?}", slot.frame), kind, Some(FrameKind::Pipe))?;
            }
        }
        for (&frame, &count) in &maps {
            is(|| format!("{frame:?} is free and mapped {count} times"), self.frames.get(frame.0).is_some())?;
        }
        for (id, state) in self.frames.iter() {
            let frame = Frame(id);
            let counted = maps.get(&frame).copied().unwrap_or(0);
            same(|| format!("maps of {frame:?} ({:?})", state.usage), state.maps, counted)?;
            let held = match state.usage.kind {
                FrameKind::Table | FrameKind::File | FrameKind::Pipe => owned.contains_key(&frame),
                FrameKind::Shmem => owned.contains_key(&frame) || state.slot.is_some(),
                FrameKind::Anon => counted > 0 || state.slot.is_some(),
                FrameKind::Zero | FrameKind::Kernel => true,
            };
            is(|| format!("{frame:?} ({:?}) is in use and nobody has it", state.usage), held)?;
        }
        Ok(())
    }

    /// An address space: areas in order, pages inside areas with no more rights than these, counts.
    fn check_space(&self, mm: MmId, space: &MmState) -> Result<(), String> {
        let mut end = 0;
        for (&start, vma) in &space.vmas {
            is(|| format!("{mm:?}: the area at {start:#x} begins before {end:#x}"), start >= end && vma.pages > 0)?;
            end = start + u64::from(vma.pages);
        }
        is(|| format!("{mm:?}: areas reach to page {end:#x}"), end <= place::USER_END >> 12)?;
        let total: u64 = space.vmas.values().map(|vma| u64::from(vma.pages)).sum();
        same(|| format!("total pages of {mm:?}"), space.total_pages, total)?;
        if space.gaps != Gaps::between(&space.vmas) {
            return Err(format!("the gaps between the areas of {mm:?} are {:?}", space.gaps));
        }
        let tables = table::tables(&self.hardware.phys, space.pgd(), table::ALL_PAGES).len() as u32;
        same(|| format!("tables of {mm:?}"), space.tables, tables + space.deposited.len() as u32)?;
        is(|| format!("{mm:?}: the upper half"), kernel_half::is_whole(&self.hardware.phys, space.pgd()))?;
        let mut rss = [0, 0, 0];
        let mut swapped = 0;
        for leaf in table::leaves(&self.hardware.phys, space.pgd(), table::ALL_PAGES) {
            if let Some(slot) = leaf.step.pte.slot() {
                is(|| format!("{mm:?} names {slot:?}, which is free"), self.swap.get(slot.0).is_some())?;
                swapped += 1;
                continue;
            }
            self.check_leaf(mm, space, leaf)?;
            match self.frame(leaf.step.pte.frame()).usage.kind {
                FrameKind::Anon => rss[0] += 1,
                FrameKind::File => rss[1] += 1,
                FrameKind::Shmem => rss[2] += 1,
                FrameKind::Zero => {}
                kind @ (FrameKind::Table | FrameKind::Pipe | FrameKind::Kernel) => {
                    return Err(format!("{mm:?} maps {:?}, a {} frame", leaf.step.pte.frame(), kind.name()));
                }
            }
        }
        same(|| format!("swapped pages of {mm:?}"), space.swapped, swapped)?;
        same(|| format!("rss of {mm:?} (anon, file, shmem)"), [space.rss_anon, space.rss_file, space.rss_shmem], rss)
    }

    /// A leaf entry: inside an area, not writable if the area is not or others have the frame too.
    fn check_leaf(&self, mm: MmId, space: &MmState, Leaf { page, step }: Leaf) -> Result<(), String> {
        let pte = step.pte;
        let Some((start, vma)) = space.vma_at(Page(page).start()) else {
            return Err(format!("{mm:?} maps page {page:#x} outside its areas"));
        };
        let frame = self.frame(pte.frame());
        let shared = vma.flags.contains(VmaFlags::SHARED);
        let swapped = frame.slot.is_some_and(|slot| self.slot(slot).refs > 0);
        let private = frame.usage.kind == FrameKind::Anon && frame.maps == 1 && !swapped;
        let may_write = vma.flags.contains(VmaFlags::WRITE) && (shared || private);
        is(|| format!("{mm:?} page {page:#x}: {pte:?} of {frame:?} in {vma:?}"), !pte.has(W) || may_write)?;
        let user = place::is_accessible(vma.flags);
        let executes = vma.flags.contains(VmaFlags::EXEC);
        is(|| format!("{mm:?} page {page:#x}: {pte:?} in {vma:?}"), pte.has(U) == user && pte.has(NX) != executes)?;
        if is_cache(frame.usage.kind) {
            let offset = u64::from(vma.file_page) + (page - start);
            let place = (Ino(frame.usage.owner), u64::from(frame.usage.index));
            same(|| format!("{mm:?} page {page:#x}: file and page"), place, (vma.ino, offset))?;
        }
        Ok(())
    }

    /// Each CPU has the tables of an address space that exists.
    fn check_cr3s(&self) -> Result<(), String> {
        for (cpu, state) in self.hardware.cpus.iter().enumerate() {
            if state.cr3 != Cr3::default() {
                let runs = self
                    .mms
                    .iter()
                    .any(|(id, space)| space.pgd() == state.cr3.table && pcid_of(MmId(id)) == state.cr3.pcid);
                is(|| format!("cpu {cpu}: {:?} belongs to no address space", state.cr3), runs)?;
            }
        }
        Ok(())
    }

    /// TLBs: no entry allows more than the tables of the address space with its tag.
    fn check_tlbs(&self) -> Result<(), String> {
        for (cpu, state) in self.hardware.cpus.iter().enumerate() {
            for (_, entry) in state.tlb.valid() {
                // Two address spaces share a tag if their ids differ by 4,095; one of them must allow the entry.
                let allowed =
                    self.mms.iter().any(|(id, space)| pcid_of(MmId(id)) == entry.pcid() && self.allows(space, entry));
                is(|| format!("cpu {cpu}: the tables do not allow {entry:?}"), allowed)?;
            }
        }
        Ok(())
    }

    fn allows(&self, space: &MmState, entry: TlbEntry) -> bool {
        let address = Page(entry.vpn()).start();
        let walked = mmu::walk(&self.hardware.phys, space.pgd(), Vaddr(address.0));
        let Walk::Mapped { step, level, rights } = walked else {
            return false;
        };
        let (leaf, rights) = (step.pte, Pte(rights));
        mmu::frame_in(leaf, level, address) == entry.frame
            && (entry.flags & TLB_W == 0 || rights.has(W))
            && (entry.flags & TLB_U == 0 || rights.has(U))
            && (entry.flags & TLB_NX != 0 || !rights.has(NX))
            && (entry.flags & TLB_D == 0 || leaf.has(D))
    }

    /// Each task stands on exactly the queue that its state names.
    fn check_queues(&self) -> Result<(), String> {
        for (&tid, task) in self.tasks.iter() {
            let running: Vec<CpuId> =
                (0..self.hardware.cpus.len() as u8).map(CpuId).filter(|&cpu| self.current(cpu) == tid).collect();
            let queued: Vec<CpuId> = (0..)
                .map(CpuId)
                .zip(&self.queues)
                .flat_map(|(cpu, queue)| queue.iter().filter(move |&&queued| queued == tid).map(move |_| cpu))
                .collect();
            let waiting: Vec<WaitOn> = self
                .waiters
                .iter()
                .flat_map(|(&on, waiters)| waiters.iter().filter(move |&&waiter| waiter == tid).map(move |_| on))
                .collect();
            let stands = |cpus: &[CpuId], queues: &[CpuId], waits: bool| {
                let in_queue = queued == queues && waiting.is_empty() != waits;
                in_queue && running == cpus && waiting.first().copied() == task.wait_on
            };
            let right = match task.state {
                TaskState::New | TaskState::Stopped | TaskState::Dead => stands(&[], &[], false),
                TaskState::Running(cpu) => stands(&[cpu], &[], false),
                TaskState::Runnable(cpu) => stands(&[], &[cpu], false),
                TaskState::Sleeping | TaskState::Uninterruptible => stands(&[], &[], true),
                TaskState::Zombie => stands(&[], &[], false),
            };
            is(
                || {
                    format!(
                        "{tid:?} is {:?} on {:?}, runs on {running:?}, is queued on {queued:?}, waits for {waiting:?}",
                        task.state, task.wait_on
                    )
                },
                right,
            )?;
        }
        let queued = self.queues.iter().flatten().chain(self.waiters.values().flatten());
        for tid in queued.chain(self.timers.iter().map(|(_, tid)| tid)) {
            is(|| format!("{tid:?} is queued and does not exist"), self.tasks.contains_key(tid))?;
        }
        Ok(())
    }

    /// What is told of a signal is told of one that waits; only a stopped process has stopped tasks; alarms are those of
    /// the processes.
    fn check_signals(&self) -> Result<(), String> {
        let waits = |queued: &[QueuedSignal], pending: SignalSet| {
            queued.iter().all(|queued| pending.0 >> (queued.signal - 1) & 1 == 1)
        };
        for (&tid, task) in self.tasks.iter() {
            let told = || format!("{tid:?} is told {:?} and has pending {:?}", task.queued, task.pending);
            is(told, waits(&task.queued, task.pending))?;
            let may_stop =
                task.state != TaskState::Stopped || matches!(self.process_of(tid).job, JobState::Stopped { .. });
            is(|| format!("{tid:?} is stopped and its process is not"), may_stop)?;
        }
        for (&pid, process) in self.processes.iter() {
            let told = || format!("{pid:?} is told {:?} and has pending {:?}", process.queued, process.pending);
            is(told, waits(&process.queued, process.pending))?;
            let kept = process.alarm.is_none_or(|at| self.alarms.contains(&(at, pid)));
            is(|| format!("the alarm of {pid:?} is not kept"), kept)?;
        }
        let alarms = self.processes.values().filter(|process| process.alarm.is_some()).count();
        same(|| "alarms".to_owned(), self.alarms.len(), alarms)
    }

    /// Shared objects have as many users as tasks that name them.
    fn check_users(&self) -> Result<(), String> {
        let count = |names: &dyn Fn(Tid) -> bool| self.tasks.keys().filter(|&&tid| names(tid)).count() as u32;
        for (id, space) in self.mms.iter() {
            let users = count(&|tid| self.task(tid).mm.is_some_and(|mm| mm.0 == id));
            same(|| format!("users of mm {id}"), space.users, users)?;
            is(|| format!("mm {id} exists and nobody uses it"), users > 0)?;
        }
        for (id, files) in self.files.iter() {
            let users = count(&|tid| self.task(tid).files.is_some_and(|files| files.0 == id));
            same(|| format!("users of the descriptors {id}"), files.users, users)?;
        }
        for (id, fs) in self.fs.iter() {
            let users = count(&|tid| self.task(tid).fs.is_some_and(|fs| fs.0 == id));
            same(|| format!("users of the working directory {id}"), fs.users, users)?;
        }
        for (id, sighand) in self.sighands.iter() {
            let users = count(&|tid| self.task(tid).sighand.is_some_and(|sighand| sighand.0 == id));
            same(|| format!("users of the signal actions {id}"), sighand.users, users)?;
        }
        Ok(())
    }

    /// Pipes: no slot is empty or larger than its page, no ring fuller than its size, and each end is counted.
    fn check_pipes(&self) -> Result<(), String> {
        for (id, pipe) in self.pipes.iter() {
            let sound = |slot: &PipeSlot| slot.len > 0 && u64::from(slot.offset) + u64::from(slot.len) <= PAGE_SIZE;
            is(|| format!("pipe {id} has slots {:?}", pipe.slots), pipe.slots.iter().all(sound))?;
            is(|| format!("pipe {id} is fuller than {}", pipe.size), pipe.slots.len() <= usize::from(pipe.size))?;
            let ends_but = |other: OpenFlags| {
                let open = self.open_files.iter().map(|(_, file)| file.open);
                let its = open.filter(|open| self.inode(open.ino).inode.kind == InodeKind::Pipe(PipeId(id)));
                its.filter(|open| open.flags & OpenFlags::O_ACCMODE.bits() != other.bits()).count() as u32
            };
            same(|| format!("readers of pipe {id}"), pipe.readers, ends_but(OpenFlags::O_WRONLY))?;
            same(|| format!("writers of pipe {id}"), pipe.writers, ends_but(OpenFlags::O_RDONLY))?;
        }
        Ok(())
    }

    /// Names of groups and sessions are counted; each namespace knows its tasks, and what its numbers mean exists.
    fn check_numbers(&self) -> Result<(), String> {
        let mut names = BTreeMap::new();
        for process in self.processes.values() {
            for name in [process.group, process.session].into_iter().filter(|&name| name != Pid(0)) {
                *names.entry(name).or_default() += 1;
            }
        }
        same(|| "names of groups and sessions".to_owned(), &self.names, &names)?;
        for (id, space) in self.pid_namespaces.iter() {
            let ns = PidNsId(id);
            let inverse: BTreeMap<Tid, u32> = space.numbers.iter().map(|(&number, &tid)| (tid, number)).collect();
            same(|| format!("tids of {ns:?}"), &space.tids, &inverse)?;
            // The machine's own remains when its init is reaped: there is nobody any more.
            let over = ns == ROOT_NS && self.processes.is_empty();
            is(|| format!("{ns:?} has no init"), over || self.processes.contains_key(&space.space.init))?;
            for &tid in space.tids.keys() {
                let means = self.tasks.contains_key(&tid) || self.is_named(Pid(tid.0));
                is(|| format!("{tid:?} has a number in {ns:?} and does not exist"), means)?;
            }
        }
        for (&pid, process) in self.processes.iter().filter(|&(&pid, _)| !kswapd::is_kernel_thread(Tid(pid.0))) {
            for ns in self.upward(process.ns) {
                let seen = process.threads.iter().all(|&tid| self.number_in(ns, tid) != 0);
                is(|| format!("{pid:?} has no number in {ns:?}"), seen)?;
            }
        }
        Ok(())
    }

    /// Open files have as many references as descriptors name them, inodes as many holders as files, areas and
    /// working directories.
    fn check_files(&self) -> Result<(), String> {
        let mut refs: BTreeMap<u32, u32> = BTreeMap::new();
        for (_, files) in self.files.iter() {
            for (_, descriptor) in files.fds.iter() {
                *refs.entry(descriptor.file.0).or_default() += 1;
            }
        }
        for (id, file) in self.open_files.iter() {
            same(|| format!("references of open file {id}"), file.refs, refs.remove(&id).unwrap_or(0))?;
        }
        is(|| format!("descriptors name open files that do not exist: {refs:?}"), refs.is_empty())?;
        let mut holders: BTreeMap<u32, u32> = BTreeMap::new();
        let opened = self.open_files.iter().map(|(_, file)| file.open.ino);
        let mapped = self.mms.iter().flat_map(|(_, space)| space.vmas.values().map(|vma| vma.ino));
        let entered = self.fs.iter().map(|(_, fs)| fs.context.cwd);
        for ino in opened.chain(mapped).chain(entered).filter(|&ino| ino != Ino(0)) {
            *holders.entry(ino.0).or_default() += 1;
        }
        for (id, inode) in self.inodes.iter() {
            same(|| format!("holders of inode {id}"), inode.holders, holders.remove(&id).unwrap_or(0))?;
        }
        is(|| format!("inodes are held that do not exist: {holders:?}"), holders.is_empty())
    }
}

/// Whether frames of this kind belong to the page cache.
fn is_cache(kind: FrameKind) -> bool {
    match kind {
        FrameKind::File | FrameKind::Shmem => true,
        FrameKind::Table | FrameKind::Anon | FrameKind::Zero | FrameKind::Pipe | FrameKind::Kernel => false,
    }
}
