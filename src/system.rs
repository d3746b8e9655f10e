//! Where language and kernel meet: a compiled script becomes a machine that can run.
//!
//! The machine's disk holds the programs of the standard library under `/bin` and `/sbin`, the script as
//! `/bin/script`, its `program`s, and the files that the host hands in.

pub mod explore;
pub mod live;
pub mod views;

use std::collections::BTreeMap;
use std::sync::{Arc, OnceLock};

use crate::abi::errno::Errno;
use crate::abi::image::Debug;
use crate::base::ids::Ino;
use crate::base::span::FileIndex;
use crate::kernel::boot;
use crate::kernel::config::{Config, Replacement};
use crate::kernel::core::{Kernel, Output};
use crate::kernel::mm::replacement::touched::References;
use crate::kernel::oracle::{First, Oracle, Replay, Seeded};
use crate::kernel::outcome::{Outcome, Report};
use crate::kernel::run::Step;
use crate::kernel::task::exec::Program;
use crate::kernel::vfs::console;
use crate::kernel::vfs::disk::{Disk, DiskFile};
use crate::lang::library_images;
use crate::lang::pipeline::Compiled;
use crate::trace::recorder::{Arena, Numbered, Recording};
use crate::trace::schedule::Schedule;

/// Where the script stands in the simulated file system.
pub const SCRIPT_PATH: &str = "/bin/script";

/// Who answers where more than one answer is lawful.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub enum Choices {
    /// Always the first answer.
    #[default]
    First,
    /// By chance that a seed determines.
    Seed(u64),
    /// As a schedule says.
    Schedule(Schedule),
}

impl Choices {
    fn oracle(&self, replacement: Replacement) -> Box<dyn Oracle> {
        match self {
            // Who wants pages to go at random wants chance there, and there alone.
            Self::First if replacement == Replacement::Random => Box::new(Seeded::victims_only(0)),
            Self::First => Box::new(First),
            Self::Seed(seed) => Box::new(Seeded::new(*seed)),
            Self::Schedule(schedule) => {
                let answers = schedule.deviations().iter();
                Box::new(Replay::new(answers.map(|&(index, answer)| (index as u32, answer))))
            }
        }
    }
}

/// What a run is made of beside the script; together they determine its trace.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// The machine.
    pub config: Config,
    /// The script's arguments, without its name.
    pub args: Vec<String>,
    /// Files of the host: their absolute paths in the simulated file system, and their bytes.
    pub files: Vec<(String, Vec<u8>)>,
    /// Who chooses.
    pub choices: Choices,
    /// What is recorded.
    pub recording: Recording,
    /// What a first run of the same used, for the policy `opt` (see [`rehearse`]).
    pub references: Option<References>,
}

/// Why a machine does not start.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
pub enum StartError {
    /// The first program could not be executed.
    #[error("the machine does not boot: {} ({})", .0.message(), .0.name())]
    Boot(Errno),
    /// The name of a file that is handed in is not an absolute path.
    #[error("`{0}` is no absolute path of the simulated file system")]
    Path(String),
}

/// What the outside world is to a running machine.
pub trait World {
    /// A program wrote to the console.
    fn output(&mut self, output: &Output);
    /// Events happened.
    fn events(&mut self, machine: &Machine, events: &[Numbered], arena: &Arena);
    /// A task waits for input and nobody else can run: the next line with its `\n`; none if there is no more.
    fn line(&mut self) -> Option<Vec<u8>>;
    /// Nobody runs before a moment that is still to come: the next byte of the input if it is there already and a key that
    /// makes a signal, such as Ctrl-C.
    fn key(&mut self) -> Option<u8> {
        None
    }
    /// Whether the run is to be stopped now.
    fn interrupted(&mut self) -> bool;
}

/// What is typed, all of it known from the beginning.
#[derive(Clone, Default, Debug)]
pub struct Typed(pub Vec<u8>);

impl Typed {
    /// As [`World::line`] wants it.
    pub fn line(&mut self) -> Option<Vec<u8>> {
        let line: Vec<u8> = self.0.drain(..console::piece(&self.0)).collect();
        (!line.is_empty()).then_some(line)
    }

    /// As [`World::key`] wants it.
    pub fn key(&mut self) -> Option<u8> {
        let key = *self.0.first()?;
        let _ = console::signal_of(key)?;
        Some(self.0.remove(0))
    }
}

/// The lines and symbols of a program on the disk; those of the library are made when they are asked for.
enum Lines {
    Own(Arc<Debug>),
    Library(&'static str, OnceLock<Arc<Debug>>),
}

impl Lines {
    fn debug(&self) -> &Arc<Debug> {
        match self {
            Self::Own(debug) => debug,
            Self::Library(name, made) => made.get_or_init(|| Arc::new(library_images::debug(name).unwrap_or_default())),
        }
    }
}

/// A machine that runs a script.
pub struct Machine {
    kernel: Kernel,
    programs: BTreeMap<Ino, Lines>,
}

/// How often the outside world is asked whether to stop, in steps of the kernel.
const STEPS_BETWEEN_LOOKS: u32 = 64;

impl Machine {
    /// Builds a machine with the script on its disk and boots it.
    ///
    /// # Errors
    /// [`StartError`] if the options can not be followed.
    pub fn start(compiled: &Compiled, options: &Options) -> Result<Self, StartError> {
        let disk = Disk { files: disk_files(compiled, options)?, ..Disk::default() };
        let own = compiled.images.iter().map(|image| Lines::Own(Arc::new(image.debug.clone())));
        let library = library_images::names().map(|name| Lines::Library(name, OnceLock::new()));
        let programs: BTreeMap<Ino, Lines> = disk.inodes().map(|(ino, _)| ino).zip(own.chain(library)).collect();
        let init = init_program(options);
        let mut config = options.config.clone();
        let oracle = options.choices.oracle(config.replacement);
        if let Choices::Schedule(schedule) = &options.choices {
            config.interleave |= schedule.is_interleaved();
        }
        let mut kernel = Kernel::new(config, Arc::new(disk), oracle, options.recording);
        if options.recording != Recording::Off {
            kernel.library_text = programs.iter().map(|(&ino, lines)| (ino, library_text(lines.debug()))).collect();
        }
        kernel.references = options.references.clone().map(Box::new);
        boot::boot(&mut kernel, &init).map_err(StartError::Boot)?;
        if let Some(point) = kernel.config.fail {
            kernel.fail_at(point);
        }
        Ok(Self { kernel, programs })
    }

    /// Runs to the end.
    pub fn run(&mut self, world: &mut dyn World) -> Outcome {
        let mut until_look = STEPS_BETWEEN_LOOKS;
        loop {
            if let Some(outcome) = self.step(world) {
                return outcome;
            }
            until_look -= 1;
            if until_look == 0 {
                until_look = STEPS_BETWEEN_LOOKS;
                if world.interrupted() {
                    return Outcome::Interrupted;
                }
            }
        }
    }

    /// One step of the kernel, with all that the outside world has to do with it; how the run ended, if it did.
    pub fn step(&mut self, world: &mut dyn World) -> Option<Outcome> {
        if self.kernel.awaits_time()
            && let Some(key) = world.key()
        {
            console::type_line(&mut self.kernel, &[key]);
        }
        let step = self.kernel.step();
        self.deliver(world);
        match step {
            Step::Ran => None,
            Step::NeedsInput => {
                self.read_line(world);
                None
            }
            Step::Ended(outcome) => Some(outcome),
        }
    }

    /// Hands on what happened since the last time.
    pub fn deliver(&mut self, world: &mut dyn World) {
        if !self.kernel.recorder().waiting().0.is_empty() {
            let (events, arena) = self.kernel.recorder().take();
            world.events(self, &events, &arena);
        } else {
            self.kernel.recorder().clear();
        }
        for output in std::mem::take(&mut self.kernel.output) {
            world.output(&output);
        }
    }

    fn read_line(&mut self, world: &mut dyn World) {
        match world.line() {
            Some(line) => console::type_line(&mut self.kernel, &line),
            // Nothing was typed then, not even the end: who goes on will be asked again.
            None if world.interrupted() => {}
            None => console::end_input(&mut self.kernel),
        }
    }

    /// The kernel.
    #[must_use]
    pub fn kernel(&self) -> &Kernel {
        &self.kernel
    }

    /// The kernel, to step by hand.
    pub fn kernel_mut(&mut self) -> &mut Kernel {
        &mut self.kernel
    }

    /// The programs that are on the disk, by inode, with their lines and symbols.
    pub fn programs(&self) -> impl Iterator<Item = (Ino, &Arc<Debug>)> {
        self.programs.iter().map(|(&ino, lines)| (ino, lines.debug()))
    }

    /// The lines and symbols of a program.
    #[must_use]
    pub fn debug(&self, program: Ino) -> Option<&Arc<Debug>> {
        self.programs.get(&program).map(Lines::debug)
    }

    /// What is to be told of processes that ended badly.
    #[must_use]
    pub fn reports(&self) -> &[Report] {
        &self.kernel.reports
    }
}

/// The address from which on a program's text is the standard library's: the linker puts the program's own first.
fn library_text(debug: &Debug) -> u64 {
    let of_library = |start: u64| debug.span_at(start).is_some_and(|span| span.file != FileIndex(0));
    debug.symbols.iter().map(|symbol| symbol.start).find(|&start| of_library(start)).unwrap_or(u64::MAX)
}

/// Where a program of the standard library stands.
fn library_path(name: &str) -> String {
    if name == "init" { "/sbin/init".to_owned() } else { format!("/bin/{name}") }
}

/// The disk: the script, its programs, the library's programs, and the host's files, in this order.
fn disk_files(compiled: &Compiled, options: &Options) -> Result<Vec<DiskFile>, StartError> {
    let mut files = Vec::new();
    for (index, image) in compiled.images.iter().enumerate() {
        let path = if index == 0 { SCRIPT_PATH.to_owned() } else { format!("/bin/{}", image.name) };
        files.push(DiskFile { path, mode: 0o755, bytes: image.to_file().into() });
    }
    for name in library_images::names() {
        // A program of the script takes the place of the library's of the same name, which stands under /usr then.
        let path = library_path(name);
        let taken = files.iter().any(|file| file.path == path);
        let path = if taken { format!("/usr{path}") } else { path };
        files.push(DiskFile { path, mode: 0o755, bytes: library_images::file_bytes(name).unwrap_or_default().into() });
    }
    for (path, bytes) in &options.files {
        if !path.starts_with('/') || path.ends_with('/') {
            return Err(StartError::Path(path.clone()));
        }
        files.push(DiskFile { path: path.clone(), mode: 0o644, bytes: bytes.as_slice().into() });
    }
    Ok(files)
}

/// What pid 1 executes: init, which starts the script; or the script itself.
fn init_program(options: &Options) -> Program {
    let script = std::iter::once(SCRIPT_PATH.to_owned()).chain(options.args.iter().cloned());
    let (path, argv): (&str, Vec<String>) = if options.config.script_is_init {
        (SCRIPT_PATH, std::iter::once("script".to_owned()).chain(options.args.iter().cloned()).collect())
    } else {
        ("/sbin/init", std::iter::once("init".to_owned()).chain(script).collect())
    };
    let argv = argv.into_iter().map(String::into_bytes).collect();
    Program { path: path.as_bytes().to_vec(), argv, envp: Vec::new() }
}

/// A finished run: what it wrote, how it ended, and its events.
pub struct Finished {
    /// How it ended.
    pub outcome: Outcome,
    /// What it wrote to standard output.
    pub stdout: Vec<u8>,
    /// What it wrote to standard error.
    pub stderr: Vec<u8>,
    /// All events, if they were recorded; their bytes are in `arena`.
    pub events: Vec<Numbered>,
    /// The bytes that the events refer to.
    pub arena: Arena,
    /// The machine as it was left.
    pub machine: Machine,
}

/// Runs a script to find out what pages it uses, and when: what the policy `opt` looks ahead in. Least recently used goes
/// meanwhile.
///
/// # Errors
/// [`StartError`] if the machine does not start.
pub fn rehearse(compiled: &Compiled, options: &Options, world: &mut dyn World) -> Result<References, StartError> {
    let mut options = Options { recording: Recording::Off, references: Some(References::default()), ..options.clone() };
    options.config.replacement = Replacement::Lru;
    let mut machine = Machine::start(compiled, &options)?;
    let _ = machine.run(world);
    Ok(machine.kernel.references.map(|references| references.to_follow()).unwrap_or_default())
}

/// Runs a compiled script to its end with these bytes as the console's input; under the policy `opt` twice.
///
/// # Errors
/// [`StartError`] if the machine does not start.
pub fn run(compiled: &Compiled, options: &Options, input: &[u8]) -> Result<Finished, StartError> {
    if options.config.replacement == Replacement::Opt && options.references.is_none() {
        let mut first = Collector { input: Typed(input.to_vec()), ..Collector::default() };
        let references = Some(rehearse(compiled, options, &mut first)?);
        return run(compiled, &Options { references, ..options.clone() }, input);
    }
    let mut machine = Machine::start(compiled, options)?;
    let mut collector = Collector { input: Typed(input.to_vec()), ..Collector::default() };
    let outcome = machine.run(&mut collector);
    let (events, arena) = machine.kernel.recorder().take();
    debug_assert!(events.is_empty() && arena.is_empty(), "everything was delivered");
    Ok(Finished {
        outcome,
        stdout: collector.stdout,
        stderr: collector.stderr,
        events: collector.events,
        arena: collector.arena,
        machine,
    })
}

/// The world of [`run`]: keeps everything.
#[derive(Default)]
struct Collector {
    input: Typed,
    stdout: Vec<u8>,
    stderr: Vec<u8>,
    events: Vec<Numbered>,
    arena: Arena,
}

impl World for Collector {
    fn output(&mut self, output: &Output) {
        let stream = if output.stream == 2 { &mut self.stderr } else { &mut self.stdout };
        stream.extend_from_slice(&output.bytes);
    }

    fn events(&mut self, _machine: &Machine, events: &[Numbered], arena: &Arena) {
        self.arena.append(arena, events, &mut self.events);
    }

    fn line(&mut self) -> Option<Vec<u8>> {
        self.input.line()
    }

    fn key(&mut self) -> Option<u8> {
        self.input.key()
    }

    fn interrupted(&mut self) -> bool {
        false
    }
}
