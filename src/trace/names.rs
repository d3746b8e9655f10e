//! Names: the small part of the state that a reader of the trace needs to call things by their names.
//!
//! Folded from the events alone: tasks and processes, areas, descriptors, paths, pipes. No page tables, no frames, no
//! memory. What has ended keeps its name until its number is given out again, since later events still speak of it.

use std::collections::BTreeMap;

use crate::base::ids::{CpuId, FileId, FilesId, FsId, Ino, MmId, Pid, PipeId, SighandId, Tid};
use crate::base::units::PAGE_SHIFT;
use crate::trace::event::{Change, Note, What};
use crate::trace::recorder::{Arena, Numbered};
use crate::trace::value::{
    Descriptor, FrameKind, FrameUse, InodeKind, MM_FIELDS, MmField, Mode, OpenFile, PipeSlot, Position, Resume,
    TaskState, Vma, VmaFlags, WaitOn,
};

/// What is known of a task.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct TaskFacts {
    /// Its name, `comm`.
    pub comm: String,
    /// Its process.
    pub tgid: Pid,
    /// Its state.
    pub state: TaskState,
    /// What it sleeps on.
    pub wait_on: Option<WaitOn>,
    /// What it does when it runs again.
    pub resume: Resume,
    /// Where it stood when it last entered the kernel.
    pub position: Position,
    /// Its address space.
    pub mm: Option<MmId>,
    /// Its table of descriptors.
    pub files: Option<FilesId>,
    /// Its working directory and umask.
    pub fs: Option<FsId>,
    /// Its signal actions.
    pub sighand: Option<SighandId>,
    /// The number of the system call that it is in.
    pub call: Option<u16>,
}

/// What is known of a process.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct ProcessFacts {
    /// Its parent.
    pub parent: Pid,
    /// Its children, oldest first.
    pub children: Vec<Pid>,
    /// Its threads, oldest first.
    pub threads: Vec<Tid>,
    /// The path that it or an ancestor executed last; empty before the first exec.
    pub program: String,
}

/// What is known of an address space.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct SpaceFacts {
    /// Its areas by first page.
    pub areas: BTreeMap<u64, Vma>,
    /// Its numbers, by [`MmField`].
    pub fields: [u64; MM_FIELDS.len()],
}

/// What is known of a CPU.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct CpuFacts {
    /// The mode it is in.
    pub mode: Mode,
    /// The task it runs.
    pub current: Tid,
}

/// The names of things, as of the last event.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Names {
    tasks: BTreeMap<Tid, TaskFacts>,
    processes: BTreeMap<Pid, ProcessFacts>,
    spaces: BTreeMap<MmId, SpaceFacts>,
    tables: BTreeMap<FilesId, BTreeMap<u32, Descriptor>>,
    files: BTreeMap<FileId, OpenFile>,
    directories: BTreeMap<FsId, Ino>,
    inodes: BTreeMap<Ino, InodeKind>,
    entries: BTreeMap<Ino, (Ino, String)>,
    pipes: BTreeMap<PipeId, Vec<PipeSlot>>,
    pipe_sizes: BTreeMap<PipeId, u16>,
    cpus: BTreeMap<CpuId, CpuFacts>,
}

/// Slots of a pipe that nobody gave another size (`PIPE_DEF_BUFFERS`).
const PIPE_SLOTS: u16 = 16;

/// Puts a list member in or takes it out, as the changes of lists say: from 0 in, to 0 out.
fn alter<T: Copy + PartialEq>(list: &mut Vec<T>, place: usize, none: T, from: T, to: T) {
    if from == none {
        list.insert(place.min(list.len()), to);
    } else if to == none {
        if place < list.len() {
            let _ = list.remove(place);
        }
    } else if let Some(member) = list.get_mut(place) {
        *member = to;
    }
}

/// Bytes as text: what is no UTF-8 is replaced.
fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

impl Names {
    /// Learns from an event.
    pub fn note(&mut self, event: &Numbered, arena: &Arena) {
        match event.event.what {
            What::Change(change) => {
                self.note_task(&change);
                self.note_memory(&change);
                self.note_file(&change, arena);
            }
            What::Note(note) => self.note_note(event.event.task, note, arena),
            What::Choice(_) => {}
        }
    }

    fn note_note(&mut self, task: Tid, note: Note, arena: &Arena) {
        let facts = self.tasks.entry(task).or_default();
        match note {
            Note::SyscallEnter { nr, .. } => facts.call = Some(nr),
            Note::SyscallExit { .. } => facts.call = None,
            Note::Executed { path, .. } => {
                let pid = facts.tgid;
                self.processes.entry(pid).or_default().program = text(arena.get(path));
            }
            Note::Cloned { child, .. } => {
                let (from, to) = (facts.tgid, self.tasks.get(&child).map_or(Pid(0), |facts| facts.tgid));
                let program = self.processes.get(&from).map_or_else(String::new, |parent| parent.program.clone());
                self.processes.entry(to).or_default().program = program;
            }
            Note::SyscallSleeps { .. }
            | Note::Walk { .. }
            | Note::TlbUsed { .. }
            | Note::Fault { .. }
            | Note::FaultDone { .. }
            | Note::Tick
            | Note::Exception { .. }
            | Note::Exited { .. }
            | Note::Reaped { .. }
            | Note::SignalSent { .. }
            | Note::SignalTaken { .. }
            | Note::HandlerCalled { .. }
            | Note::HandlerDone { .. }
            | Note::Lock { .. }
            | Note::Evicted { .. }
            | Note::Reclaimed { .. }
            | Note::OomKill { .. }
            | Note::AllocationFails { .. }
            | Note::NoLargePage { .. }
            | Note::Print { .. }
            | Note::Mark { .. } => {}
        }
    }

    #[expect(clippy::wildcard_enum_match_arm, reason = "each of three functions learns from its part of the table")]
    fn note_task(&mut self, change: &Change) {
        match *change {
            Change::Task { tid, to: true, .. } => {
                let _ = self.tasks.insert(tid, TaskFacts::default());
            }
            Change::Process { pid, to: true, .. } => {
                let _ = self.processes.insert(pid, ProcessFacts::default());
            }
            Change::Tgid { tid, to, .. } if to != Pid(0) => self.task_mut(tid).tgid = to,
            Change::TaskState { tid, from, to } if from != TaskState::Dead => self.task_mut(tid).state = to,
            Change::WaitOn { tid, to, .. } => self.task_mut(tid).wait_on = to,
            Change::Resume { tid, to, .. } => self.task_mut(tid).resume = to,
            Change::Position { tid, to, .. } => self.task_mut(tid).position = to,
            Change::TaskMm { tid, to, .. } => self.task_mut(tid).mm = to,
            Change::TaskFiles { tid, to, .. } => self.task_mut(tid).files = to,
            Change::TaskFs { tid, to, .. } => self.task_mut(tid).fs = to,
            Change::TaskSighand { tid, to, .. } => self.task_mut(tid).sighand = to,
            Change::Comm { tid, to, .. } if to != [0; 16] => {
                let end = to.iter().position(|&byte| byte == 0).unwrap_or(to.len());
                self.task_mut(tid).comm = text(&to[..end]);
            }
            Change::Parent { pid, to, .. } if to != Pid(0) => self.processes.entry(pid).or_default().parent = to,
            Change::Child { pid, place, from, to } => {
                alter(&mut self.processes.entry(pid).or_default().children, place as usize, Pid(0), from, to);
            }
            Change::Thread { pid, place, from, to } => {
                alter(&mut self.processes.entry(pid).or_default().threads, place as usize, Tid(0), from, to);
            }
            Change::Mode { cpu, to, .. } => self.cpus.entry(cpu).or_default().mode = to,
            Change::Current { cpu, to, .. } => self.cpus.entry(cpu).or_default().current = to,
            _ => {}
        }
    }

    #[expect(clippy::wildcard_enum_match_arm, reason = "each of three functions learns from its part of the table")]
    fn note_memory(&mut self, change: &Change) {
        match *change {
            Change::Mm { mm, to: true, .. } => {
                let _ = self.spaces.insert(mm, SpaceFacts::default());
            }
            Change::MmField { mm, field, to, .. } => {
                self.spaces.entry(mm).or_default().fields[field as usize] = to;
            }
            Change::Vma { mm, page, vma, to: true, .. } => {
                let _ = self.spaces.entry(mm).or_default().areas.insert(page, vma);
            }
            Change::Vma { mm, page, to: false, .. } => {
                let _ = self.spaces.entry(mm).or_default().areas.remove(&page);
            }
            _ => {}
        }
    }

    #[expect(clippy::wildcard_enum_match_arm, reason = "each of three functions learns from its part of the table")]
    fn note_file(&mut self, change: &Change, arena: &Arena) {
        match *change {
            Change::Files { files, to: false, .. } => drop(self.tables.remove(&files)),
            Change::Files { files, to: true, .. } => drop(self.tables.insert(files, BTreeMap::new())),
            Change::Fd { files, fd, to, .. } => set(self.tables.entry(files).or_default(), fd, to),
            Change::File { file, to, .. } => set(&mut self.files, file, to),
            Change::Fs { fs, to, .. } => set(&mut self.directories, fs, to.map(|context| context.cwd)),
            Change::Inode { ino, to, .. } => set(&mut self.inodes, ino, to.map(|inode| inode.kind)),
            Change::Entry { dir, name, from, to } => {
                let name = text(arena.get(name));
                let own = (dir, name);
                if let Some(ino) = from.filter(|ino| self.entries.get(ino) == Some(&own)) {
                    let _ = self.entries.remove(&ino);
                }
                if let Some(ino) = to.filter(|_| own.1 != "." && own.1 != "..") {
                    let _ = self.entries.insert(ino, own);
                }
            }
            Change::Pipe { pipe, to, .. } => set(&mut self.pipes, pipe, to.then(Vec::new)),
            Change::PipeSize { pipe, to, .. } => drop(self.pipe_sizes.insert(pipe, to)),
            Change::PipeSlot { pipe, place, from, to } => {
                let slots = self.pipes.entry(pipe).or_default();
                let place = usize::from(place);
                match (from, to) {
                    (None, Some(slot)) => slots.insert(place.min(slots.len()), slot),
                    (Some(_), None) if place < slots.len() => drop(slots.remove(place)),
                    (Some(_), Some(slot)) if place < slots.len() => slots[place] = slot,
                    (None | Some(_), None | Some(_)) => {}
                }
            }
            _ => {}
        }
    }

    fn task_mut(&mut self, tid: Tid) -> &mut TaskFacts {
        self.tasks.entry(tid).or_default()
    }

    /// What is known of a task.
    #[must_use]
    pub fn task(&self, tid: Tid) -> Option<&TaskFacts> {
        self.tasks.get(&tid)
    }

    /// What is known of a process.
    #[must_use]
    pub fn process(&self, pid: Pid) -> Option<&ProcessFacts> {
        self.processes.get(&pid)
    }

    /// What is known of an address space.
    #[must_use]
    pub fn space(&self, mm: MmId) -> Option<&SpaceFacts> {
        self.spaces.get(&mm)
    }

    /// A number of an address space; 0 if it is not known.
    #[must_use]
    pub fn field(&self, mm: MmId, field: MmField) -> u64 {
        self.space(mm).map_or(0, |space| space.fields[field as usize])
    }

    /// The inode of the program that a task runs.
    #[must_use]
    pub fn exe(&self, tid: Tid) -> Option<Ino> {
        let mm = self.task(tid)?.mm?;
        Some(Ino(self.field(mm, MmField::Exe) as u32)).filter(|ino| ino.0 != 0)
    }

    /// What is known of a CPU.
    #[must_use]
    pub fn cpu(&self, cpu: CpuId) -> CpuFacts {
        self.cpus.get(&cpu).copied().unwrap_or_default()
    }

    /// Whether a task is one of the kernel's own threads: it goes on in the kernel, always.
    #[must_use]
    pub fn is_kernel_thread(&self, tid: Tid) -> bool {
        self.task(tid).is_some_and(|facts| facts.resume == Resume::Kernel)
    }

    /// `name[number]` of a task, `[name]` of a thread of the kernel as `ps` writes it; `idle` for none.
    #[must_use]
    pub fn task_name(&self, tid: Tid) -> String {
        match self.task(tid) {
            _ if tid.0 == 0 => "idle".to_owned(),
            Some(facts) if self.is_kernel_thread(tid) => format!("[{}]", facts.comm),
            Some(facts) if !facts.comm.is_empty() => format!("{}[{tid}]", facts.comm),
            Some(_) | None => format!("[{tid}]"),
        }
    }

    /// How many tasks a shared object has: those of which this is true.
    #[must_use]
    pub fn users(&self, has: impl Fn(&TaskFacts) -> bool) -> u64 {
        self.tasks.values().filter(|facts| has(facts)).count() as u64
    }

    /// `name[number]` of a process: that of its first thread.
    #[must_use]
    pub fn process_name(&self, pid: Pid) -> String {
        if pid.0 == 0 { "nobody".to_owned() } else { self.task_name(Tid(pid.0)) }
    }

    /// The absolute path of a file by its newest name, or what else it is called.
    #[must_use]
    pub fn path(&self, ino: Ino) -> String {
        match self.inodes.get(&ino) {
            Some(&InodeKind::Pipe(pipe)) => return format!("pipe {pipe}"),
            Some(&InodeKind::Proc(entry)) => return entry.path(),
            Some(InodeKind::Console) => return "console".to_owned(),
            Some(InodeKind::Directory | InodeKind::Disk | InodeKind::Memory | InodeKind::Null | InodeKind::Zero)
            | None => {}
        }
        let mut parts = Vec::new();
        let mut at = ino;
        // A bound, in case the events make a loop.
        while let Some((dir, name)) = self.entries.get(&at).filter(|_| parts.len() < 64) {
            parts.push(name.as_str());
            at = *dir;
        }
        match (parts.is_empty(), self.inodes.get(&ino)) {
            (false, _) => parts.iter().rev().fold(String::new(), |path, part| path + "/" + part),
            (true, Some(InodeKind::Directory)) => "/".to_owned(),
            (true, _) => format!("file {ino}"),
        }
    }

    /// What a descriptor of a task leads to, as a path; none if it is not open.
    #[must_use]
    pub fn descriptor(&self, tid: Tid, fd: u32) -> Option<String> {
        let files = self.task(tid)?.files?;
        let file = self.tables.get(&files)?.get(&fd)?.file;
        Some(self.file(file))
    }

    /// What an open file description leads to.
    #[must_use]
    pub fn file(&self, file: FileId) -> String {
        self.files.get(&file).map_or_else(|| format!("open file {file}"), |open| self.path(open.ino))
    }

    /// The descriptors of a table with what they lead to, in rising order.
    #[must_use]
    pub fn descriptors(&self, files: FilesId) -> Vec<(u32, String)> {
        let table = self.tables.get(&files);
        table.into_iter().flatten().map(|(&fd, descriptor)| (fd, self.file(descriptor.file))).collect()
    }

    /// The working directory of a task.
    #[must_use]
    pub fn directory(&self, tid: Tid) -> Option<String> {
        Some(self.path(*self.directories.get(&self.task(tid)?.fs?)?))
    }

    /// Bytes and slots that a pipe holds.
    #[must_use]
    pub fn pipe(&self, pipe: PipeId) -> (u64, usize) {
        let slots = self.pipes.get(&pipe).map_or(&[][..], Vec::as_slice);
        (slots.iter().map(|slot| u64::from(slot.len)).sum(), slots.len())
    }

    /// How many slots a pipe has.
    #[must_use]
    pub fn pipe_size(&self, pipe: PipeId) -> u16 {
        self.pipe_sizes.get(&pipe).copied().unwrap_or(PIPE_SLOTS)
    }

    /// The area that holds an address, with its first page.
    #[must_use]
    pub fn area(&self, mm: MmId, address: u64) -> Option<(u64, Vma)> {
        let page = address >> PAGE_SHIFT;
        let (&start, &vma) = self.space(mm)?.areas.range(..=page).next_back()?;
        (page - start < u64::from(vma.pages)).then_some((start, vma))
    }

    /// A page that a frame holds: `0x7ffff7ffe000 of ls[3]`, `page 2 of /bin/ls`.
    #[must_use]
    pub fn page(&self, usage: FrameUse) -> String {
        let FrameUse { kind, owner, index } = usage;
        match kind {
            FrameKind::Anon => {
                let mm = MmId(owner);
                let user = self.tasks.iter().find(|(_, facts)| facts.mm == Some(mm));
                let whose = user.map_or_else(|| format!("mm {mm}"), |(&tid, _)| self.task_name(tid));
                // A frame keeps 32 bits of the page's 35: the others are those with which an area holds it.
                let pages = (0..8).map(|high: u64| high << 32 | u64::from(index));
                let address = pages.map(|page| page << PAGE_SHIFT).find(|&address| self.area(mm, address).is_some());
                address.map_or_else(|| format!("a page of {whose}"), |address| format!("{address:#x} of {whose}"))
            }
            FrameKind::File | FrameKind::Shmem => format!("page {index} of {}", self.path(Ino(owner))),
            FrameKind::Table | FrameKind::Pipe | FrameKind::Zero | FrameKind::Kernel => kind.name().to_owned(),
        }
    }

    /// What an area is: `stack`, `heap`, `/bin/ls text`, `anonymous`.
    #[must_use]
    pub fn area_name(&self, vma: Vma) -> String {
        let flags = vma.flags;
        if flags.contains(VmaFlags::GROWSDOWN) {
            "stack".to_owned()
        } else if flags.contains(VmaFlags::HEAP) {
            "heap".to_owned()
        } else if flags.contains(VmaFlags::ANON_SHARED) {
            "shared memory".to_owned()
        } else if vma.ino.0 == 0 {
            "anonymous".to_owned()
        } else {
            let part = match (flags.contains(VmaFlags::EXEC), flags.contains(VmaFlags::WRITE)) {
                (true, _) => " text",
                (false, true) if !flags.contains(VmaFlags::SHARED) => " data",
                (false, true | false) => "",
            };
            format!("{}{part}", self.path(vma.ino))
        }
    }
}

/// Puts a value under a key, or takes the key out.
fn set<K: Ord, V>(map: &mut BTreeMap<K, V>, key: K, value: Option<V>) {
    drop(match value {
        Some(value) => map.insert(key, value),
        None => map.remove(&key),
    });
}

/// `rw-p`, as `/proc/PID/maps` writes it.
#[must_use]
pub fn permissions(flags: VmaFlags) -> String {
    let letter = |flag, letter| if flags.contains(flag) { letter } else { '-' };
    let shared = if flags.contains(VmaFlags::SHARED) { 's' } else { 'p' };
    [letter(VmaFlags::READ, 'r'), letter(VmaFlags::WRITE, 'w'), letter(VmaFlags::EXEC, 'x'), shared].iter().collect()
}
