//! The kernel's hands: the one place that holds the state, and the few functions that change it.
//!
//! A change without an event can not be written outside this module: [`Kernel::state`] lends the state to be read, and
//! [`Kernel::commit`] applies a change, counts it and records it.

mod commit;
mod saved;

use std::collections::BTreeMap;
use std::sync::Arc;

pub use saved::Checkpoint;

use crate::base::ids::{CpuId, FileId, FilesId, Frame, FsId, Ino, MmId, Pid, PidNsId, PipeId, SighandId, Tid};
use crate::base::table::ROW;
use crate::base::units::Ns;
use crate::kernel::accounting::Accounting;
use crate::kernel::config::Config;
use crate::kernel::failpoint::Failing;
use crate::kernel::mm::lru;
use crate::kernel::mm::reclaim::watermark::{self, Watermarks};
use crate::kernel::mm::reclaim::{self, Need};
use crate::kernel::mm::replacement::touched::{self, References};
use crate::kernel::mm::tlb;
use crate::kernel::oracle::Oracle;
use crate::kernel::outcome::{Knot, Report};
use crate::kernel::state::State;
use crate::kernel::vfs::disk::Disk;
use crate::machine::Bus;
use crate::machine::fastmap::Fastmap;
use crate::machine::race::Races;
use crate::machine::touches::Touches;
use crate::trace::event::{Bytes, Cause, Change, Choice, Question, What};
use crate::trace::recorder::{Recorder, Recording, Stamp};
use crate::trace::schedule::Schedule;
use crate::trace::value::{
    ActionDetails, Allocation, AltStack, FrameFlags, FrameKind, FrameUse, JobState, Owner, Position, QueuedSignal,
    Resource, Resume, Returned, Rlimit, SignalAction, SignalSet, SignalTarget, TaskState, TlbUse, WaitOn,
};

/// Bytes that a program wrote to the console, for the host to show.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Output {
    /// 2 for standard error, else 1.
    pub stream: u8,
    /// What was written.
    pub bytes: Vec<u8>,
}

/// A moment between two steps of a kernel: how much there was of all that grows.
#[derive(Clone, Copy, Debug)]
pub struct Moment {
    /// Changes that can be taken back.
    pub changes: usize,
    bytes: usize,
    /// Pieces of output.
    pub output: usize,
    reports: usize,
    steps: u64,
    asked: u64,
    deviations: usize,
    failing: Option<Failing>,
}

/// The kernel: the state, and beside it what is not the machine's truth.
pub struct Kernel {
    state: State,
    accounting: Accounting,
    recorder: Recorder,
    fastmap: Fastmap,
    oracle: Box<dyn Oracle>,
    stamp: Stamp,
    /// Kernel time that is not on the CPU's clock yet.
    spent: u64,
    /// The log of accesses, where the replacement policy wants one.
    pub touches: Option<Touches>,
    /// What a run uses, for the policy `opt`: written down, or looked ahead in.
    pub references: Option<Box<References>>,
    /// Frames that what is going on can not do without: not evicted.
    pub held: Vec<Frame>,
    /// Whether the kernel waits for devices busily, because it can not sleep where it is.
    pub busy: bool,
    /// Who looks for races, if that is wanted; nothing depends on it.
    pub races: Option<Box<Races>>,
    /// Which allocation fails, if one is to.
    pub failing: Option<Failing>,
    /// What the machine was configured with.
    pub config: Config,
    /// How few free frames are too few, as its configuration says.
    pub watermarks: Watermarks,
    /// The bytes on the disk.
    pub disk: Arc<Disk>,
    /// Written to the console and not yet shown.
    pub output: Vec<Output>,
    /// What is to be told of processes that ended badly.
    pub reports: Vec<Report>,
    /// Tasks that wait for each other in a circle, found in this step: the run ends.
    pub circle: Vec<Knot>,
    /// Instructions executed since the machine was switched on.
    pub steps: u64,
    /// The address from which on the text of a program is the standard library's, by the program's inode: so that
    /// events are told at the program's own lines.
    pub library_text: BTreeMap<Ino, u64>,
    /// How many choices were asked for.
    asked: u64,
    /// The answers so far that were not the first one.
    schedule: Schedule,
}

impl Kernel {
    /// A kernel on a machine that was just switched on.
    #[must_use]
    pub fn new(config: Config, disk: Arc<Disk>, oracle: Box<dyn Oracle>, recording: Recording) -> Self {
        let schedule = if config.interleave { Schedule::interleaved() } else { Schedule::default() };
        Self {
            state: State::switched_on(&config),
            accounting: Accounting::default(),
            recorder: Recorder::new(recording),
            fastmap: Fastmap::default(),
            oracle,
            stamp: Stamp::default(),
            spent: 0,
            touches: touched::wanted_by(config.replacement).then(Touches::default),
            references: None,
            held: Vec::new(),
            busy: false,
            races: None,
            failing: None,
            watermarks: watermark::on(&config),
            config,
            disk,
            output: Vec::new(),
            reports: Vec::new(),
            circle: Vec::new(),
            steps: 0,
            library_text: BTreeMap::new(),
            asked: 0,
            schedule,
        }
    }

    /// The state, to read.
    #[must_use]
    pub fn state(&self) -> &State {
        &self.state
    }

    /// Checks all invariants of the state, for tests.
    ///
    /// # Errors
    /// The first one that does not hold, in words.
    pub fn check(&self) -> Result<(), String> {
        self.state.check_with(self.config.flushes_tlb)
    }

    /// Counters and times, which follow from the events.
    #[must_use]
    pub fn accounting(&self) -> &Accounting {
        &self.accounting
    }

    /// The number that the next event gets.
    #[must_use]
    pub fn seq(&self) -> u32 {
        self.recorder.seq()
    }

    /// The recorder, to take events from.
    pub fn recorder(&mut self) -> &mut Recorder {
        &mut self.recorder
    }

    /// A copy of the state that nothing will change.
    pub fn checkpoint(&mut self) -> State {
        self.fastmap.clear();
        self.state.clone()
    }

    fn record(&mut self, what: What) {
        self.stamp.time = self.now();
        if !self.recorder.undoes() {
            self.accounting.count(&self.stamp, &what, &self.state);
        }
        if let Some(races) = &mut self.races {
            races.observe(&self.stamp, &what);
        }
        self.recorder.record(self.stamp, what);
    }

    /// Keeps bytes for the event that is about to be recorded.
    pub fn keep(&mut self, bytes: &[u8]) -> Bytes {
        self.recorder.keep(bytes)
    }

    /// Asks the oracle, if there is a choice.
    pub fn choose(&mut self, question: Question, options: u32) -> u32 {
        if options < 2 {
            return 0;
        }
        let answer = self.oracle.choose(question, options);
        assert!(answer < options, "the oracle answered {answer} of {options}");
        self.schedule.push(self.asked, answer);
        self.asked += 1;
        self.record(What::Choice(Choice { question, options, answer }));
        answer
    }

    /// Lets another oracle answer from now on.
    pub fn set_oracle(&mut self, oracle: Box<dyn Oracle>) {
        self.oracle = oracle;
    }

    /// The answers of the oracle so far that were not the first ones: what replays the run.
    #[must_use]
    pub fn deviations(&self) -> &Schedule {
        &self.schedule
    }

    /// This moment, between two steps, to be taken back to. What follows must be recorded by [`Recording::Undo`].
    #[must_use]
    pub fn moment(&self) -> Moment {
        Moment {
            changes: self.recorder.changes().len(),
            bytes: self.recorder.arena().len(),
            output: self.output.len(),
            reports: self.reports.len(),
            steps: self.steps,
            asked: self.asked,
            deviations: self.schedule.deviations().len(),
            failing: self.failing,
        }
    }

    /// Takes back all that happened since a moment. The accounting stood still meanwhile.
    pub fn rewind(&mut self, to: &Moment) {
        self.fastmap.clear();
        while self.recorder.changes().len() > to.changes {
            let change = self.recorder.pop_change().expect("there are more changes than at that moment");
            self.state.apply(&change.inverse(), self.recorder.arena());
        }
        self.recorder.cut_arena(to.bytes);
        self.output.truncate(to.output);
        self.reports.truncate(to.reports);
        self.schedule.truncate(to.deviations);
        (self.steps, self.asked, self.spent) = (to.steps, to.asked, 0);
        self.failing = to.failing;
    }

    /// Uses the machine on the CPU at work; the time that takes is charged.
    pub fn with_bus<T>(&mut self, act: impl FnOnce(&mut Bus<'_>) -> T) -> T {
        self.stamp.time = self.now();
        let cpu = self.stamp.cpu;
        let mm = self.state.tasks.get(&self.current()).and_then(|task| task.mm).unwrap_or_default();
        let mut bus = Bus {
            hw: &mut self.state.hardware,
            recorder: &mut self.recorder,
            fastmap: &mut self.fastmap,
            stamp: self.stamp,
            cpu,
            mm,
            tlb_used: TlbUse::default(),
            races: self.races.as_deref_mut(),
            touches: self.touches.as_mut(),
        };
        let result = act(&mut bus);
        self.spent = bus.stamp.time.0 - self.state.hardware.cpus[cpu.index()].time.0;
        result
    }

    /// The CPU at work.
    #[must_use]
    pub fn cpu(&self) -> CpuId {
        self.stamp.cpu
    }

    /// The task on that CPU; 0 when it is idle.
    #[must_use]
    pub fn current(&self) -> Tid {
        self.state.current(self.stamp.cpu)
    }

    /// The process of the task on that CPU.
    #[must_use]
    pub fn current_pid(&self) -> Pid {
        self.state.task(self.current()).tgid
    }

    /// The address space of the task on that CPU.
    ///
    /// # Panics
    /// If it has none: a task in the kernel that has not ended has one.
    #[must_use]
    pub fn current_mm(&self) -> MmId {
        self.state.task(self.current()).mm.expect("a task that runs has an address space")
    }

    /// The descriptors of the task on that CPU.
    ///
    /// # Panics
    /// If it has none.
    #[must_use]
    pub fn current_files(&self) -> FilesId {
        self.state.task(self.current()).files.expect("a task that runs has descriptors")
    }

    /// The working directory of the task on that CPU.
    ///
    /// # Panics
    /// If it has none.
    #[must_use]
    pub fn current_fs(&self) -> FsId {
        self.state.task(self.current()).fs.expect("a task that runs has a working directory")
    }

    /// Virtual time on the CPU at work.
    #[must_use]
    pub fn now(&self) -> Ns {
        Ns(self.state.hardware.cpus[self.stamp.cpu.index()].time.0 + self.spent)
    }

    /// The kernel works for so many nanoseconds.
    pub fn charge(&mut self, ns: u64) {
        self.spent += ns;
    }

    /// Puts the kernel's time on the clock.
    #[inline]
    pub fn settle_clock(&mut self) {
        if self.spent > 0 {
            let cpu = self.cpu();
            let from = self.state.hardware.cpus[cpu.index()].time;
            let to = Ns(from.0 + std::mem::take(&mut self.spent));
            self.commit(Change::Clock { cpu, from, to });
        }
    }

    /// Says for whom the kernel acts from now on, at which user instruction, and why.
    pub fn act(&mut self, task: Tid, pc: u64, cause: Cause) {
        self.stamp.task = task;
        self.stamp.pc = u32::try_from(pc).unwrap_or(u32::MAX);
        self.stamp.cause = cause;
    }

    /// Says for whom the kernel acts from now on.
    pub fn act_for(&mut self, task: Tid) {
        self.stamp.task = task;
    }

    /// Says why the kernel acts from now on.
    pub fn act_because(&mut self, cause: Cause) {
        self.stamp.cause = cause;
    }

    /// Does something for another cause, then goes back to the present one.
    pub fn because<T>(&mut self, cause: Cause, act: impl FnOnce(&mut Self) -> T) -> T {
        let before = std::mem::replace(&mut self.stamp.cause, cause);
        let result = act(self);
        self.stamp.cause = before;
        result
    }

    /// Does something because of an object that what happens now deals with, as a wake with a futex.
    pub fn by_way_of<T>(&mut self, object: Cause, act: impl FnOnce(&mut Self) -> T) -> T {
        self.recorder.touch(object, self.stamp.cause);
        self.because(object, act)
    }

    /// Does something on behalf of another task that stands at `pc`, then goes back to the present one.
    pub fn on_behalf_of<T>(&mut self, task: Tid, pc: u64, act: impl FnOnce(&mut Self) -> T) -> T {
        let before = (self.stamp.task, self.stamp.pc);
        (self.stamp.task, self.stamp.pc) = (task, u32::try_from(pc).unwrap_or(u32::MAX));
        let result = act(self);
        (self.stamp.task, self.stamp.pc) = before;
        result
    }

    /// The user instruction at which the kernel acts.
    #[must_use]
    pub fn pc(&self) -> u64 {
        self.stamp.pc.into()
    }

    /// Takes the lowest free frame for a use; its content is zeros. `None` if all are in use.
    pub fn take_frame(&mut self, kind: FrameKind, owner: u32, index: u32) -> Option<Frame> {
        let allocation = if kind == FrameKind::Table { Allocation::Table } else { Allocation::Frame };
        if self.fails(allocation) {
            return None;
        }
        let mut frame = Frame(self.state.frames.lowest_free(0));
        if !self.config.flushes_tlb {
            while kind == FrameKind::Table && frame.0 < self.config.ram_frames && tlb::is_named(self, frame) {
                frame = Frame(self.state.frames.lowest_free(frame.0 + 1));
            }
        }
        if frame.0 >= self.config.ram_frames {
            return None;
        }
        if !self.config.flushes_tlb {
            self.zero_frame(frame);
        }
        let to = Some(FrameUse { kind, owner, index });
        self.commit(Change::Frame { frame, from: None, to });
        Some(frame)
    }

    /// Takes the lowest 512 free frames in a row that begin at a multiple of 512, for uses with rising indices; their
    /// content is zeros. `None` if there are no such ones. As an allocation that may fail they are one.
    pub fn take_frames_in_a_row(&mut self, kind: FrameKind, owner: u32, index: u32) -> Option<Frame> {
        if self.fails(Allocation::Frame) {
            return None;
        }
        let first = self.state.frames.lowest_free_row();
        if first.checked_add(ROW)? > self.config.ram_frames {
            return None;
        }
        for i in 0..ROW {
            let frame = Frame(first + i);
            if !self.config.flushes_tlb {
                self.zero_frame(frame);
            }
            self.commit(Change::Frame { frame, from: None, to: Some(FrameUse { kind, owner, index: index + i }) });
        }
        Some(Frame(first))
    }

    /// Takes a frame as [`Kernel::take_frame`] does, and makes room if need be, waiting busily: for who can not sleep.
    pub fn take_frame_busily(&mut self, kind: FrameKind, owner: u32, index: u32) -> Option<Frame> {
        let listed = u32::from(lru::is_listed(kind));
        let need = Need { pages: listed, others: 1 - listed };
        reclaim::make_room_busily(self, need).then(|| self.take_frame(kind, owner, index))?
    }

    /// Sets the marks of a frame.
    pub fn set_frame_flags(&mut self, frame: Frame, to: FrameFlags) {
        let from = self.state.frame(frame).flags;
        if from != to {
            self.commit(Change::FrameFlags { frame, from, to });
        }
    }

    /// Notes a page that a task's instruction still needs, at one of its places; 0 for none.
    pub fn set_pin(&mut self, tid: Tid, place: u8, to: u64) {
        let from = self.state.task(tid).pins[usize::from(place)];
        if from != to {
            self.commit(Change::Pin { tid, place, from, to });
        }
    }

    /// Notes how often a task's instruction or call has waited for a frame in vain.
    pub fn set_no_progress(&mut self, tid: Tid, to: u8) {
        let from = self.state.task(tid).no_progress;
        if from != to {
            self.commit(Change::NoProgress { tid, from, to });
        }
    }

    /// Gives a frame back; its content is gone, and it stands in no list any more.
    ///
    /// # Panics
    /// If it is free, still mapped, or in the swap cache.
    pub fn free_frame(&mut self, frame: Frame) {
        lru::remove(self, frame);
        self.set_frame_flags(frame, FrameFlags::empty());
        let uses = self.state.frame(frame).uses;
        if uses > 0 {
            self.commit(Change::Uses { frame, from: uses, to: 0 });
        }
        let from = Some(self.state.frame(frame).usage);
        self.zero_frame(frame);
        self.commit(Change::Frame { frame, from, to: None });
    }

    /// Fills a frame with zeros, and gives its host memory back.
    fn zero_frame(&mut self, frame: Frame) {
        if self.is_quiet() {
            self.state.hardware.phys.drop_frame(frame);
        } else {
            self.with_bus(|bus| bus.zero_frame(frame));
        }
    }

    /// Forgets the host's pointers to pages: what they allow may be allowed no more.
    pub fn forget_pointers(&mut self) {
        self.fastmap.clear();
    }
}

/// Declares the setters of cells: nothing is recorded if the value stays.
macro_rules! setters {
    ($($(#[$doc:meta])* $name:ident: $change:ident { $key:ident: $key_type:ty } $look:ident . $field:ident => $value:ty;)*) => {
        impl Kernel {
            $($(#[$doc])*
            pub fn $name(&mut self, $key: $key_type, to: $value) {
                let from = self.state.$look($key).$field;
                if from != to {
                    self.commit(Change::$change { $key, from, to });
                }
            })*
        }
    };
}

setters! {
    /// Sets a task's process.
    set_tgid: Tgid { tid: Tid } task.tgid => Pid;
    /// Sets a task's state.
    set_state: TaskState { tid: Tid } task.state => TaskState;
    /// Sets what a task sleeps on.
    set_wait_on: WaitOn { tid: Tid } task.wait_on => Option<WaitOn>;
    /// Sets what a task does when it runs again.
    set_resume: Resume { tid: Tid } task.resume => Resume;
    /// Sets how far a task's call has come.
    set_progress: Progress { tid: Tid } task.progress => u64;
    /// Sets where a task stands.
    set_position: Position { tid: Tid } task.position => Position;
    /// Sets what a task's call returned.
    set_returned: Returned { tid: Tid } task.returned => Returned;
    /// Sets what is left of a task's slice.
    set_slice: Slice { tid: Tid } task.slice => u64;
    /// Gives a task an address space, or takes it.
    set_mm: TaskMm { tid: Tid } task.mm => Option<MmId>;
    /// Gives a task descriptors, or takes them.
    set_files: TaskFiles { tid: Tid } task.files => Option<FilesId>;
    /// Gives a task a working directory, or takes it.
    set_fs: TaskFs { tid: Tid } task.fs => Option<FsId>;
    /// Gives a task signal actions, or takes them.
    set_sighand: TaskSighand { tid: Tid } task.sighand => Option<SighandId>;
    /// Sets a task's name.
    set_comm: Comm { tid: Tid } task.comm => [u8; 16];
    /// Sets the signals that wait for a task.
    set_pending: Pending { tid: Tid } task.pending => SignalSet;
    /// Sets the signals that a task holds back.
    set_mask: Mask { tid: Tid } task.mask => SignalSet;
    /// Sets a task's thread-local storage.
    set_tls: Tls { tid: Tid } task.tls => u64;
    /// Sets where a 0 is written when a task ends.
    set_clear_tid: ClearTid { tid: Tid } task.clear_tid => u64;
    /// Keeps a task's mask for the end of its call, or forgets it.
    set_saved_mask: SavedMask { tid: Tid } task.saved_mask => Option<SignalSet>;
    /// Sets a task's alternate signal stack.
    set_alt_stack: AltStack { tid: Tid } task.alt_stack => AltStack;
    /// Sets a task's wait status.
    set_exit_status: ExitStatus { tid: Tid } task.exit_status => Option<u32>;
    /// Sets when a task was made.
    set_start_time: StartTime { tid: Tid } task.start_time => Ns;
    /// Sets a process's parent.
    set_parent: Parent { pid: Pid } process.parent => Pid;
    /// Sets how all threads of a process end.
    set_group_exit: GroupExit { pid: Pid } process.group_exit => Option<u32>;
    /// Sets the signals that wait for a process.
    set_shared_pending: SharedPending { pid: Pid } process.pending => SignalSet;
    /// Sets the signal that a process's parent gets.
    set_exit_signal: ExitSignal { pid: Pid } process.exit_signal => u8;
    /// Stops a process, or makes it go on.
    set_job: Job { pid: Pid } process.job => JobState;
    /// Sets how long after an alarm the next one comes.
    set_alarm_interval: AlarmInterval { pid: Pid } process.alarm_interval => Ns;
    /// Sets what the OOM killer adds to a process's badness.
    set_oom_score_adj: OomScoreAdj { pid: Pid } process.oom_score_adj => i16;
    /// Sets a process's user.
    set_uid: Uid { pid: Pid } process.uid => u32;
    /// Sets a process's group of users.
    set_gid: Gid { pid: Pid } process.gid => u32;
    /// Sets a process's pid namespace.
    set_process_ns: ProcessNs { pid: Pid } process.ns => PidNsId;
    /// Sets the number that a pid namespace gave out last.
    set_last_pid: LastPid { ns: PidNsId } pid_ns.last => Pid;
    /// Sets whose a file is.
    set_owner: Owner { ino: Ino } inode.owner => Owner;
    /// Sets a process's group.
    set_group: Group { pid: Pid } process.group => Pid;
    /// Sets a process's session.
    set_session: Session { pid: Pid } process.session => Pid;
    /// Sets whether orphans among a process's descendants become its children.
    set_subreaper: Subreaper { pid: Pid } process.subreaper => bool;
    /// Sets how many slots a pipe's ring has.
    set_pipe_size: PipeSize { pipe: PipeId } pipe.size => u16;
    /// Sets where the next read or write of an open file begins.
    set_offset: Offset { file: FileId } file.offset => u64;
    /// Sets a file's size.
    set_size: Size { ino: Ino } inode.size => u64;
    /// Sets an inode's number of names.
    set_links: Links { ino: Ino } inode.links => u32;
    /// Sets the directory that holds a directory.
    set_above: Above { ino: Ino } inode.above => Ino;
}

impl Kernel {
    /// Saves a system call in its task: its number and arguments.
    pub fn save_call(&mut self, tid: Tid, call: [u64; 7]) {
        let saved = self.state.task(tid).call;
        for (word, (from, to)) in saved.into_iter().zip(call).enumerate() {
            if from != to {
                self.commit(Change::SavedCall { tid, word: word as u8, from, to });
            }
        }
    }

    /// Sets what is done when a signal comes (`signal` from 1).
    pub fn set_action(&mut self, sighand: SighandId, signal: u8, to: SignalAction) {
        let from = self.state.sighand(sighand).actions[usize::from(signal) - 1];
        if from != to {
            self.commit(Change::Action { sighand, signal, from, to });
        }
    }

    /// Sets how the handler of a signal is called (`signal` from 1).
    pub fn set_action_details(&mut self, sighand: SighandId, signal: u8, to: ActionDetails) {
        let from = self.state.sighand(sighand).details[usize::from(signal) - 1];
        if from != to {
            self.commit(Change::ActionDetails { sighand, signal, from, to });
        }
    }

    /// Sets a limit of a process.
    pub fn set_rlimit(&mut self, pid: Pid, resource: Resource, to: Rlimit) {
        let from = self.state.process(pid).rlimits[resource as usize];
        if from != to {
            self.commit(Change::Rlimit { pid, resource, from, to });
        }
    }

    /// Sets the process group that may read the console.
    pub fn set_foreground(&mut self, to: Pid) {
        let from = self.state.foreground;
        if from != to {
            self.commit(Change::Foreground { from, to });
        }
    }

    /// Sets the session whose terminal the console is.
    pub fn set_console_session(&mut self, to: Pid) {
        let from = self.state.console_session;
        if from != to {
            self.commit(Change::ConsoleSession { from, to });
        }
    }

    /// Sets when a process gets SIGALRM, or that it does not.
    pub fn set_alarm(&mut self, pid: Pid, to: Option<Ns>) {
        if let Some(at) = self.state.process(pid).alarm {
            self.commit(Change::Alarm { at, pid, from: true, to: false });
        }
        if let Some(at) = to {
            self.commit(Change::Alarm { at, pid, from: false, to: true });
        }
    }

    /// Forgets what is told of the signals that wait for a task or a process.
    pub fn forget_queued(&mut self, target: SignalTarget) {
        while let Some(&info) = self.queued(target).first() {
            self.commit(Change::Queued { target, place: 0, info, from: true, to: false });
        }
    }

    /// What is told of the signals that wait for a task or a process.
    #[must_use]
    pub fn queued(&self, target: SignalTarget) -> &[QueuedSignal] {
        match target {
            SignalTarget::Task(tid) => &self.state.task(tid).queued,
            SignalTarget::Process(pid) => &self.state.process(pid).queued,
        }
    }
}
