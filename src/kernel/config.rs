//! What a machine is configured with: `machine { }`, or the flags of the command line.

use crate::kernel::failpoint::Failpoint;
use crate::trace::value::SYSCTLS;

/// Which page goes when a frame is needed.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default)]
pub enum Replacement {
    /// Linux's two lists, of pages in use and of those that were not used lately.
    #[default]
    TwoList,
    /// The page that came first.
    Fifo,
    /// The page whose last use is longest ago.
    Lru,
    /// The page that came first, unless it was used: then it gets a second chance.
    Clock,
    /// Any page, as the oracle says.
    Random,
    /// The page that was used least often, and of these the one that came first.
    Lfu,
    /// The page whose next use is farthest away; a first run finds out.
    Opt,
}

impl Replacement {
    /// All of them with their names.
    pub const ALL: [(Self, &'static str); 7] = [
        (Self::TwoList, "two-list"),
        (Self::Fifo, "fifo"),
        (Self::Lru, "lru"),
        (Self::Clock, "clock"),
        (Self::Random, "random"),
        (Self::Lfu, "lfu"),
        (Self::Opt, "opt"),
    ];
}

/// Below so many frames a machine is a small one, where counts are those of a textbook: no watermarks, no kswapd, no
/// reading ahead, no mapping around a fault, and one page is evicted at a time.
const SMALL: u32 = 64;

/// The configuration of a run; together with the script and the oracle's answers it determines the whole trace.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Config {
    /// Frames of physical memory: what `MemTotal` says.
    pub ram_frames: u32,
    /// Frames that pages of users and of files may have at most, locked ones not counted; none for all that there are.
    pub frames: Option<u32>,
    /// Slots of the swap device; 0 for a machine that does not swap.
    pub swap_slots: u32,
    /// Whether the swap device answers at once, as compressed memory does (zram), and not as a disk.
    pub swap_at_once: bool,
    /// Which page goes when a frame is needed.
    pub replacement: Replacement,
    /// Whether the kernel drops translations from the TLBs when it changes tables, as it must; a lesson may want it to
    /// forget.
    pub flushes_tlb: bool,
    /// Blocks of 4 KiB that may be written to the disk beside what is there from the start.
    pub disk_blocks: u32,
    /// What `/proc/sys/vm` says at first.
    pub sysctls: [u64; SYSCTLS.len()],
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
    /// An allocation that fails after boot.
    pub fail: Option<Failpoint>,
}

/// Linux allows so many threads that their kernel stacks of 16 KiB fill an eighth of memory, and a user half of
/// those (`set_max_threads` and `fork_init` in `kernel/fork.c`).
const fn tasks_for(ram_frames: u32) -> u32 {
    ram_frames / (4 * 8) / 2
}

const fn first_sysctls() -> [u64; SYSCTLS.len()] {
    let mut values = [0; SYSCTLS.len()];
    let mut at = 0;
    while at < values.len() {
        values[at] = SYSCTLS[at].2;
        at += 1;
    }
    values
}

impl Config {
    /// Whether it is a small machine, with counts as in a textbook.
    #[must_use]
    pub fn is_small(&self) -> bool {
        self.frames.unwrap_or(self.ram_frames).min(self.ram_frames) < SMALL
    }

    /// A machine with so many frames, everything else as usual.
    #[must_use]
    pub const fn with_ram(ram_frames: u32) -> Self {
        let tasks = tasks_for(ram_frames);
        Self {
            ram_frames,
            frames: None,
            swap_slots: 0,
            swap_at_once: false,
            replacement: Replacement::TwoList,
            flushes_tlb: true,
            disk_blocks: 1 << 18,
            sysctls: first_sysctls(),
            cpus: 1,
            quantum: 1_000_000,
            interleave: false,
            script_is_init: false,
            max_steps: None,
            stop_at_deadlock: true,
            stack_limit: 8 << 20,
            max_tasks: if tasks < 64 { 64 } else { tasks },
            max_fds: 4096,
            fail: None,
        }
    }
}

impl Default for Config {
    /// 256 MiB, one CPU, a slice of a million instructions.
    fn default() -> Self {
        Self::with_ram(256 << 8)
    }
}
