//! The flags of the machine, which several commands have.

use clap::{Args, ValueEnum};

/// What a run is made of beside the script: the machine, who chooses, and the host's files.
#[derive(Args, Clone, Debug)]
pub struct MachineFlags {
    /// Let chance, which the seed determines, choose who runs and for how long, who wakes, what choose(n) answers
    #[arg(long, value_name = "N", conflicts_with = "schedule")]
    pub seed: Option<u64>,

    /// The order in which tasks run: in turn, or by chance; with --quantum 1 any two instructions may be parted
    #[arg(long, value_enum, value_name = "POLICY", conflicts_with = "schedule")]
    pub sched: Option<Sched>,

    /// Replay a run by the schedule that it printed
    #[arg(long, value_name = "SCHEDULE")]
    pub schedule: Option<String>,

    /// Processors; this version has one
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u8).range(1..=1))]
    pub cpus: Option<u8>,

    /// Physical memory: bytes, or with K, M, G [default: 256M]
    #[arg(long, value_name = "SIZE")]
    pub ram: Option<String>,

    /// Frames that pages of users and of files may have, locked ones not counted [default: all]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..))]
    pub frames: Option<u32>,

    /// Pages of the swap device [default: 0]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(0..=67_108_864))]
    pub swap: Option<u32>,

    /// What the swap device is [default: disk]
    #[arg(long, value_name = "DEVICE")]
    pub swap_device: Option<SwapDevice>,

    /// Which page goes when a frame is needed: two-list, fifo, lru, clock, random, lfu, opt [default: two-list]
    #[arg(long, value_name = "POLICY")]
    pub replacement: Option<String>,

    /// Instructions of a time slice [default: 1000000]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u64).range(1..))]
    pub quantum: Option<u64>,

    /// Stop after so many instructions
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u64).range(1..))]
    pub max_steps: Option<u64>,

    /// Make the Nth allocation of a kind fail, counted from the first program on, as `frame:17`: KIND is frame, table, slot
    /// (of the swap device), task, mm, files, fs, sighand, namespace, fd, file, inode, pipe or signal. Who asked sees what
    /// Linux answers without memory, mostly ENOMEM; a process that touches a page calls the OOM killer
    #[arg(long, value_name = "KIND:N")]
    pub fail: Option<String>,

    /// Put the host's file HOST at SIM in the simulated file system
    #[arg(long = "file", value_name = "HOST:SIM")]
    pub files: Vec<String>,
}

/// The order in which tasks run.
#[derive(Clone, Copy, PartialEq, Eq, Debug, ValueEnum)]
pub enum Sched {
    /// In turn, each for its time slice.
    Rr,
    /// By chance, as --seed determines (0 if it is not given).
    Random,
}

/// What pages are swapped to.
#[derive(Clone, Copy, PartialEq, Eq, Debug, ValueEnum)]
pub enum SwapDevice {
    /// A disk: who needs a page sleeps.
    Disk,
    /// Compressed memory, which answers at once.
    Zram,
}
