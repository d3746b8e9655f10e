//! Hand-made events for the tests of the renderers: a script that forks, whose child executes `ls` and ends.

use crate::abi::signal::Signal;
use crate::abi::sysno::Sysno;
use crate::base::ids::{CpuId, FileId, FilesId, Frame, Ino, MmId, Pid, PipeId, Tid};
use crate::base::units::Ns;
use crate::trace::event::{Bytes, Cause, Change, FaultResult, Note, What};
use crate::trace::recorder::{Arena, Numbered, Recorder, Recording, Stamp};
use crate::trace::value::{
    Cr3, Descriptor, Inode, InodeKind, MmField, Mode, OpenFile, PipeSlot, Position, TaskState, Vma, VmaFlags, WaitOn,
};

const CPU: CpuId = CpuId(0);
const SCRIPT: Ino = Ino(10);
const LS: Ino = Ino(11);

/// Makes events.
pub struct Story {
    recorder: Recorder,
    stamp: Stamp,
}

impl Story {
    fn new() -> Self {
        Self { recorder: Recorder::new(Recording::All), stamp: Stamp::default() }
    }

    /// The events and their bytes.
    pub fn told(mut self) -> (Vec<Numbered>, Arena) {
        self.recorder.take()
    }

    fn act(&mut self, task: u32, cause: Cause) {
        self.stamp = Stamp { task: Tid(task), cause, pc: 0x40_0010, ..self.stamp };
    }

    fn tell(&mut self, what: What) {
        self.stamp.time = Ns(self.stamp.time.0 + 10);
        self.recorder.record(self.stamp, what);
    }

    fn change(&mut self, change: Change) {
        self.tell(What::Change(change));
    }

    fn note(&mut self, note: Note) {
        self.tell(What::Note(note));
    }

    fn mode(&mut self, to: Mode) {
        let from = if to == Mode::User { Mode::Kernel } else { Mode::User };
        self.change(Change::Mode { cpu: CPU, from, to });
    }

    fn state(&mut self, tid: u32, from: TaskState, to: TaskState) {
        self.change(Change::TaskState { tid: Tid(tid), from, to });
    }

    fn enter(&mut self, task: u32, call: Sysno, args: [u64; 6], text: &[u8]) {
        self.act(task, Cause::Program);
        self.mode(Mode::Kernel);
        let bytes: Vec<u8> = args.iter().flat_map(|word| word.to_le_bytes()).collect();
        let (words, text) = (self.recorder.keep(&bytes), self.recorder.keep(text));
        self.note(Note::SyscallEnter { nr: call.0, words, text, pieces: Bytes::default() });
        self.act(task, Cause::Call(Tid(task)));
    }

    fn exit(&mut self, call: Sysno, result: i64, text: &[u8]) {
        let text = self.recorder.keep(text);
        self.note(Note::SyscallExit { nr: call.0, result, text, pieces: Bytes::default() });
    }

    fn entry(&mut self, dir: u32, name: &str, ino: u32, kind: InodeKind) {
        self.change(Change::Inode { ino: Ino(ino), from: None, to: Some(Inode { kind, mode: 0o755 }) });
        if !name.is_empty() {
            let name = self.recorder.keep(name.as_bytes());
            self.change(Change::Entry { dir: Ino(dir), name, from: None, to: Some(Ino(ino)) });
        }
    }

    fn task(&mut self, pid: u32, parent: u32, name: &str) {
        let (tid, pid) = (Tid(pid), Pid(pid));
        self.change(Change::Task { tid, from: false, to: true });
        self.change(Change::Process { pid, from: false, to: true });
        self.change(Change::Thread { pid, place: 0, from: Tid(0), to: tid });
        self.change(Change::Parent { pid, from: Pid(0), to: Pid(parent) });
        self.change(Change::Tgid { tid, from: Pid(0), to: pid });
        self.change(Change::TaskFiles { tid, from: None, to: Some(FilesId(pid.0)) });
        self.comm(tid, name);
    }

    fn comm(&mut self, tid: Tid, name: &str) {
        let mut to = [0; 16];
        to[..name.len()].copy_from_slice(name.as_bytes());
        self.change(Change::Comm { tid, from: [0; 16], to });
    }

    fn files(&mut self, files: u32) {
        self.change(Change::Files { files: FilesId(files), from: false, to: true });
        for fd in 0..3 {
            let to = Some(Descriptor { file: FileId(1), cloexec: false });
            self.change(Change::Fd { files: FilesId(files), fd, from: None, to });
        }
    }

    fn space(&mut self, mm: u32, program: Ino) {
        let mm = MmId(mm);
        self.change(Change::Mm { mm, from: false, to: true });
        self.change(Change::MmField { mm, field: MmField::Exe, from: 0, to: program.0.into() });
        let text = Vma { pages: 2, file_page: 1, ino: program, flags: VmaFlags::READ | VmaFlags::EXEC };
        let stack = VmaFlags::READ | VmaFlags::WRITE | VmaFlags::GROWSDOWN;
        let stack = Vma { pages: 33, file_page: 0, ino: Ino(0), flags: stack };
        self.change(Change::Vma { mm, page: 0x400, vma: text, from: false, to: true });
        self.change(Change::Vma { mm, page: 0x7_ffdf, vma: stack, from: false, to: true });
    }

    fn switch(&mut self, from: u32, to: u32, tables: (u32, u32)) {
        self.state(to, TaskState::Runnable(CPU), TaskState::Running(CPU));
        self.change(Change::Current { cpu: CPU, from: Tid(from), to: Tid(to) });
        let cr3 = |table: u32| Cr3 { table: Frame(table), pcid: table as u16 };
        self.change(Change::Cr3 { cpu: CPU, from: cr3(tables.0), to: cr3(tables.1) });
    }
}

/// The machine is set up with `/bin/ls` and pid 2, which runs `/bin/script`.
fn boot() -> Story {
    let mut story = Story::new();
    story.entry(0, "", 1, InodeKind::Directory);
    story.entry(1, "bin", 2, InodeKind::Directory);
    story.entry(2, "script", SCRIPT.0, InodeKind::Disk);
    story.entry(2, "ls", LS.0, InodeKind::Disk);
    story.entry(1, "console", 4, InodeKind::Console);
    story.change(Change::File { file: FileId(1), from: None, to: Some(OpenFile { ino: Ino(4), flags: 2 }) });
    story.files(2);
    story.task(2, 1, "script");
    story.space(2, SCRIPT);
    story.change(Change::TaskMm { tid: Tid(2), from: None, to: Some(MmId(2)) });
    story.state(2, TaskState::New, TaskState::Running(CPU));
    story.change(Change::Current { cpu: CPU, from: Tid(0), to: Tid(2) });
    story.act(2, Cause::Program);
    story.mode(Mode::User);
    story
}

/// fork, exec of ls, exit, wait.
pub fn fork_and_exec() -> Story {
    let mut story = boot();
    let at = Position { pc: 0x40_0018, sp: 0x7fff_e880 };
    story.change(Change::Position { tid: Tid(2), from: Position::default(), to: at });
    story.enter(2, Sysno::CLONE, [17, 0, 0, 0, 0, 0], b"");
    story.space(3, SCRIPT);
    story.task(3, 2, "script");
    story.change(Change::TaskMm { tid: Tid(3), from: None, to: Some(MmId(3)) });
    story.files(3);
    story.change(Change::Position { tid: Tid(3), from: Position::default(), to: at });
    story.note(Note::Cloned { child: Tid(3), flags: 0, ptes: 31, tables: 5 });
    story.state(3, TaskState::New, TaskState::Runnable(CPU));
    story.exit(Sysno::CLONE, 3, b"");
    story.mode(Mode::User);

    story.enter(2, Sysno::WAIT4, [u64::MAX, 0x7fff_e8a0, 0, 0, 0, 0], b"");
    story.change(Change::WaitOn { tid: Tid(2), from: None, to: Some(WaitOn::Child(Pid(2))) });
    story.state(2, TaskState::Running(CPU), TaskState::Sleeping);
    story.note(Note::SyscallSleeps { nr: Sysno::WAIT4.0 });
    story.switch(2, 3, (33, 48));
    story.act(3, Cause::Program);
    story.mode(Mode::User);

    story.mode(Mode::Kernel);
    story.note(Note::Fault { address: 0x7fff_e890, code: 7 });
    story.act(3, Cause::Fault(Tid(3)));
    let (result, frame, source) = (FaultResult::Copied, Frame(40), Frame(12));
    story.note(Note::FaultDone { address: 0x7fff_e890, result, frame, source, major: false });
    story.mode(Mode::User);

    story.enter(3, Sysno::EXECVE, [0x40_1000, 0x7fff_e900, 0, 0, 0, 0], b"/bin/ls");
    story.space(4, LS);
    story.change(Change::TaskMm { tid: Tid(3), from: Some(MmId(3)), to: Some(MmId(4)) });
    story.comm(Tid(3), "ls");
    let start = Position { pc: 0x40_0000, sp: 0x7fff_f7a0 };
    story.change(Change::Position { tid: Tid(3), from: at, to: start });
    let (path, argv) = (story.recorder.keep(b"/bin/ls"), story.recorder.keep(b"ls\0/bin\0"));
    story.note(Note::Executed { path, argv, ino: LS });
    story.exit(Sysno::EXECVE, 0, b"");
    story.mode(Mode::User);
    end_of_ls(&mut story);
    story
}

fn end_of_ls(story: &mut Story) {
    story.enter(3, Sysno::WRITE, [1, 0x7000, 5, 0, 0, 0], b"a.r3\n");
    let text = story.recorder.keep(b"a.r3\n");
    story.note(Note::Print { stream: 1, text });
    story.exit(Sysno::WRITE, 5, b"");
    story.mode(Mode::User);

    story.enter(3, Sysno::EXIT_GROUP, [0; 6], b"");
    story.note(Note::Exited { status: 0 });
    story.change(Change::TaskFiles { tid: Tid(3), from: Some(FilesId(3)), to: None });
    story.change(Change::TaskMm { tid: Tid(3), from: Some(MmId(4)), to: None });
    story.state(3, TaskState::Running(CPU), TaskState::Zombie);
    story.act(3, Cause::Process(Pid(3)));
    story.note(Note::SignalSent { to: Pid(2), signal: Signal::SIGCHLD.0, code: 1, pid: Pid(3), value: 0 });
    story.change(Change::WaitOn { tid: Tid(2), from: Some(WaitOn::Child(Pid(2))), to: None });
    story.state(2, TaskState::Sleeping, TaskState::Runnable(CPU));
    story.switch(3, 2, (48, 33));
    story.act(2, Cause::Call(Tid(2)));
    story.note(Note::Reaped { pid: Pid(3), status: 0 });
    story.state(3, TaskState::Zombie, TaskState::Dead);
    story.exit(Sysno::WAIT4, 3, &[0; 4]);
    story.mode(Mode::User);
}

/// A pipe is written, an area is made, a tick passes, a file does not exist.
pub fn small_calls() -> Story {
    let mut story = boot();
    let pipe = PipeId(1);
    story.enter(2, Sysno::WRITE, [1, 0x7000, 2, 0, 0, 0], b"hi");
    let to = Some(PipeSlot { frame: Frame(70), offset: 0, len: 2 });
    story.change(Change::PipeSlot { pipe, place: 0, from: None, to });
    story.exit(Sysno::WRITE, 2, b"");
    story.mode(Mode::User);
    story.enter(2, Sysno::MMAP, [0, 4096, 3, 0x22, u64::MAX, 0], b"");
    let vma = Vma { pages: 1, file_page: 0, ino: Ino(0), flags: VmaFlags::READ | VmaFlags::WRITE };
    story.change(Change::Vma { mm: MmId(2), page: 0x7_0000, vma, from: false, to: true });
    story.exit(Sysno::MMAP, 0x7000_0000, b"");
    story.mode(Mode::User);
    story.mode(Mode::Kernel);
    story.note(Note::Tick);
    story.mode(Mode::User);
    story.enter(2, Sysno::OPENAT, [-100_i64 as u64, 0x7000, 0, 0, 0, 0], b"/nowhere");
    story.exit(Sysno::OPENAT, -2, b"");
    story.mode(Mode::User);
    story
}
