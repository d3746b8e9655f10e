//! What a machine is configured with: `machine { }`, or the flags of the command line.

/// The configuration of a run; together with the script and the oracle's answers it determines the whole trace.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Config {
    /// Frames of physical memory: what `MemTotal` says.
    pub ram_frames: u32,
    /// Processors.
    pub cpus: u8,
    /// Instructions of a time slice.
    pub quantum: u64,
    /// Whether tasks may be switched before each access to shared memory and each system call, instead of at the end of
    /// a time slice: see `sched::interleave`.
    pub interleave: bool,
    /// Whether the script is pid 1 with nothing else booted.
    pub script_is_init: bool,
    /// Instructions of all tasks together after which the run is stopped; none for no limit.
    pub max_steps: Option<u64>,
    /// Whether the run ends when tasks wait for each other's locks in a circle, though others still run.
    pub stop_at_deadlock: bool,
    /// Bytes of stack that the first process may use (`RLIMIT_STACK`).
    pub stack_limit: u64,
    /// Tasks that may exist at once, and those of the first process's user (`RLIMIT_NPROC`).
    pub max_tasks: u32,
    /// Descriptors that a process may have at most, however high its `RLIMIT_NOFILE` is (`/proc/sys/fs/nr_open`).
    pub max_fds: u32,
}

/// Linux allows so many threads that their kernel stacks of 16 KiB fill an eighth of memory, and a user half of
/// those (`set_max_threads` and `fork_init` in `kernel/fork.c`).
const fn tasks_for(ram_frames: u32) -> u32 {
    ram_frames / (4 * 8) / 2
}

impl Config {
    /// A machine with so many frames, everything else as usual.
    #[must_use]
    pub const fn with_ram(ram_frames: u32) -> Self {
        let tasks = tasks_for(ram_frames);
        Self {
            ram_frames,
            cpus: 1,
            quantum: 1_000_000,
            interleave: false,
            script_is_init: false,
            max_steps: None,
            stop_at_deadlock: true,
            stack_limit: 8 << 20,
            max_tasks: if tasks < 64 { 64 } else { tasks },
            max_fds: 4096,
        }
    }
}

impl Default for Config {
    /// 256 MiB, one CPU, a slice of a million instructions.
    fn default() -> Self {
        Self::with_ram(256 << 8)
    }
}
