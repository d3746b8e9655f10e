//! A machine that lives on from line to line: the lines of a session run in one process of it, and can be taken back.
//!
//! A line is put on the machine's disk as an image, and a signal tells the loader (`stdlib/session/loader.r3`), which maps
//! and calls it. So a line gets into the machine as a shared library would, and nothing is written into memory from here.
//! The line is over when the loader sleeps again where it slept before: it is *at home* then.

use std::sync::Arc;

use crate::abi::errno::Errno;
use crate::abi::image::Debug;
use crate::abi::signal::Signal;
use crate::abi::sysno::Sysno;
use crate::base::ids::{Ino, Pid, Tid};
use crate::kernel::core::{Checkpoint, Kernel};
use crate::kernel::outcome::Outcome;
use crate::kernel::run::Step;
use crate::kernel::signal::{self, SigInfo};
use crate::kernel::vfs::put;
use crate::lang::pipeline::Compiled;
use crate::lang::session::{CompiledLine, LIBRARY_BASE, Session};
use crate::system::{Lines, Machine, Options, StartError, World};
use crate::trace::event::Cause;
use crate::trace::value::{MmField, Position, TaskState};

/// What the loader writes in the trace before it calls a line, and after.
pub const BEGINS: &[u8] = b"the line begins";
/// See [`BEGINS`].
pub const HAS_ENDED: &[u8] = b"the line has ended";
/// Where the images of lines are put.
const DIRECTORY: &str = "/run/session";
/// So many instructions others may execute after a line is over before the next one can be typed.
const AFTERWARDS: u64 = 1_000_000;

/// The machine and the session that runs in it.
pub struct Live {
    machine: Machine,
    session: Session,
    /// The thread that runs the lines, and its process.
    main: Tid,
    /// The program of the loader.
    exe: Ino,
    /// Where the loader sleeps between two lines.
    home: Position,
    /// Instructions that had been executed when the last line was over.
    over: Option<u64>,
    /// The programs of the lines, with their lines and symbols.
    programs: Vec<(Ino, Arc<Debug>)>,
}

/// Machine and session at one moment.
pub struct Saved {
    kernel: Checkpoint,
    session: Session,
    over: Option<u64>,
    programs: Vec<(Ino, Arc<Debug>)>,
}

impl Saved {
    /// The machine.
    #[must_use]
    pub fn kernel(&self) -> &Checkpoint {
        &self.kernel
    }

    /// The session.
    #[must_use]
    pub fn session(&self) -> &Session {
        &self.session
    }
}

/// Why a machine stopped.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Stopped {
    /// The line is over, and nobody else can run.
    Done,
    /// The process that runs the lines has ended with this wait status.
    Gone(u32),
    /// The whole machine can not go on.
    Ended(Outcome),
    /// What was waited for has come.
    Paused,
    /// From outside.
    Interrupted,
}

impl Live {
    /// Builds and boots a machine, and runs it until a line can come.
    ///
    /// # Errors
    /// [`StartError`] if it does not come so far: it may have too little memory.
    pub fn start(session: Session, options: &Options, world: &mut dyn World) -> Result<Self, StartError> {
        let compiled = Compiled { images: vec![session.loader().clone()], settings: Vec::new() };
        let machine = Machine::start(&compiled, options)?;
        let exe = machine.kernel.disk.inodes().next().map(|(ino, _)| ino).unwrap_or_default();
        let (main, home, over) = (Tid(0), Position::default(), None);
        let mut live = Self { machine, session, main, exe, home, over, programs: Vec::new() };
        live.know();
        loop {
            let step = live.machine.kernel.step();
            live.machine.deliver(world);
            if step != Step::Ran {
                return Err(StartError::Boot(Errno::ENOMEM));
            }
            if let Some(tid) = live.sleeper() {
                (live.main, live.home) = (tid, live.kernel().state().task(tid).position);
                return Ok(live);
            }
        }
    }

    /// The loader's task, once it sleeps.
    fn sleeper(&self) -> Option<Tid> {
        let state = self.kernel().state();
        let is_loader = |tid: &Tid| {
            let task = state.task(*tid);
            let exe = task.mm.map(|mm| state.mm(mm).field(MmField::Exe));
            exe == Some(u64::from(self.exe.0)) && waits(task.state, task.call[0])
        };
        state.tasks.keys().copied().find(is_loader)
    }

    /// Tells machine and kernel what is known of the addresses of the process.
    fn know(&mut self) {
        let debug = Arc::new(self.session.debug());
        let _ = self.machine.programs.insert(self.exe, Lines::Own(debug));
        let _ = self.machine.kernel.library_text.insert(self.exe, LIBRARY_BASE);
        for (ino, debug) in &self.programs {
            let _ = self.machine.programs.insert(*ino, Lines::Own(debug.clone()));
            let _ = self.machine.kernel.library_text.insert(*ino, super::library_text(debug));
        }
    }

    /// The machine.
    #[must_use]
    pub fn machine(&self) -> &Machine {
        &self.machine
    }

    /// The kernel.
    #[must_use]
    pub fn kernel(&self) -> &Kernel {
        &self.machine.kernel
    }

    /// The number that the next event gets.
    #[must_use]
    pub fn seq(&self) -> u32 {
        self.machine.kernel.seq()
    }

    /// The session, with the line that runs.
    #[must_use]
    pub fn session(&self) -> &Session {
        &self.session
    }

    /// The thread that runs the lines.
    #[must_use]
    pub fn main(&self) -> Tid {
        self.main
    }

    /// The program that it executes.
    #[must_use]
    pub fn exe(&self) -> Ino {
        self.exe
    }

    /// The lines and symbols of what the user wrote: the lines, and the programs in them.
    pub fn own_programs(&self) -> impl Iterator<Item = (Ino, &Arc<Debug>)> {
        let lines = self.machine.debug(self.exe).map(|debug| (self.exe, debug));
        lines.into_iter().chain(self.programs.iter().map(|(ino, debug)| (*ino, debug)))
    }

    /// Whether the next line can come.
    #[must_use]
    pub fn is_home(&self) -> bool {
        self.kernel()
            .state()
            .tasks
            .get(&self.main)
            .is_some_and(|task| task.position == self.home && waits(task.state, task.call[0]))
    }

    /// Puts a line on the disk and wakes the loader.
    ///
    /// # Errors
    /// As in `put`: the disk may be full of inodes.
    pub fn begin(&mut self, line: &CompiledLine) -> Result<(), Errno> {
        let kernel = &mut self.machine.kernel;
        kernel.act(Tid(0), 0, Cause::Console);
        let path = format!("{DIRECTORY}/{}", line.after.len());
        let _ = put::put(kernel, &path, 0o644, line.image.to_file().into())?;
        for program in &line.programs {
            let ino = put::put(kernel, &format!("/bin/{}", program.name), 0o755, program.to_file().into())?;
            self.programs.push((ino, Arc::new(program.debug.clone())));
        }
        let main = Pid(self.main.0);
        kernel.because(Cause::Console, |kernel| {
            signal::send_to_process(kernel, main, Signal::SIGRTMAX, SigInfo::KERNEL);
        });
        self.session = line.after.clone();
        self.over = None;
        self.know();
        Ok(())
    }

    /// Runs until the line is over or something ends it, or `until` answers yes between two steps.
    pub fn run(&mut self, world: &mut dyn World, until: &mut dyn FnMut(&Kernel) -> bool) -> Stopped {
        loop {
            if self.is_settled() {
                return Stopped::Done;
            }
            let stopped = self.step(world);
            if let Some(stopped) = stopped {
                return stopped;
            }
            if until(self.kernel()) {
                return Stopped::Paused;
            }
            if world.interrupted() {
                return Stopped::Interrupted;
            }
        }
    }

    /// One step; why nothing more can come, if that is so.
    pub fn step(&mut self, world: &mut dyn World) -> Option<Stopped> {
        let step = self.machine.kernel.step();
        self.machine.deliver(world);
        if let Some(status) = self.status() {
            return Some(Stopped::Gone(status));
        }
        match step {
            Step::Ran => None,
            Step::NeedsInput if self.is_home() => Some(Stopped::Done),
            Step::NeedsInput => {
                self.machine.read_line(world);
                None
            }
            Step::Ended(Outcome::Deadlock { circle, .. }) if circle.is_empty() && self.is_home() => Some(Stopped::Done),
            Step::Ended(outcome) => Some(Stopped::Ended(outcome)),
        }
    }

    /// The wait status of the process that runs the lines, if it has ended.
    fn status(&self) -> Option<u32> {
        let state = self.kernel().state();
        let Some(task) = state.tasks.get(&self.main) else { return Some(0) };
        let process = state.processes.get(&Pid(self.main.0))?;
        (task.state == TaskState::Zombie && process.group_exit.is_some()).then(|| process.group_exit.unwrap_or(0))
    }

    /// Whether the line is over and nobody else has anything to do now, or had enough time.
    fn is_settled(&mut self) -> bool {
        if !self.is_home() {
            self.over = None;
            return false;
        }
        let kernel = &self.machine.kernel;
        if kernel.steps >= self.over.get_or_insert(kernel.steps).saturating_add(AFTERWARDS) {
            return true;
        }
        let busy = |state| matches!(state, TaskState::Uninterruptible | TaskState::Runnable(_) | TaskState::Running(_));
        let user = |tid: &Tid| kernel.state().task(*tid).mm.is_some();
        !kernel.state().tasks.iter().any(|(tid, task)| user(tid) && busy(task.state))
    }

    /// What was to be told of processes that ended badly has been told.
    pub fn told(&mut self) {
        self.machine.kernel.reports.clear();
    }

    /// Keeps machine and session.
    pub fn save(&mut self) -> Saved {
        let (session, programs) = (self.session.clone(), self.programs.clone());
        Saved { kernel: self.machine.kernel.save(), session, over: self.over, programs }
    }

    /// Goes back, or forward, to what was kept.
    pub fn restore(&mut self, saved: &Saved) {
        self.machine.kernel.restore(&saved.kernel);
        self.session = saved.session.clone();
        self.over = saved.over;
        self.programs.clone_from(&saved.programs);
        self.know();
    }

    /// Reads memory of the process that runs the lines, as a debugger does; how many bytes could be read.
    #[must_use]
    pub fn read(&self, address: u64, bytes: &mut [u8]) -> usize {
        let state = self.kernel().state();
        let Some(mm) = state.tasks.get(&self.main).and_then(|task| task.mm) else { return 0 };
        crate::kernel::mm::remote_read(state, mm, address, bytes)
    }
}

fn waits(state: TaskState, call: u64) -> bool {
    state == TaskState::Sleeping && call == u64::from(Sysno::RT_SIGTIMEDWAIT.0)
}
