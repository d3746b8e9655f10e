//! Words: the phrases that several lines of the digest share: what a task waits for, why something happened.

use crate::abi::signal::Signal;
use crate::base::ids::Tid;
use crate::trace::event::{Cause, FaultResult};
use crate::trace::names::Names;
use crate::trace::value::{
    Device, EvictedTo, FutexKey, FutexPlace, Io, JobState, LockAct, MmField, Mode, Resource, SYSCTLS, Sysctl,
    TaskState, WaitOn,
};

/// `sleeping, S`: the model's word and the letter of `ps(1)`.
#[must_use]
pub fn state(state: TaskState) -> String {
    match state {
        TaskState::New => "new".to_owned(),
        TaskState::Runnable(_)
        | TaskState::Running(_)
        | TaskState::Sleeping
        | TaskState::Uninterruptible
        | TaskState::Stopped
        | TaskState::Zombie
        | TaskState::Dead => format!("{} ({})", state.word(), state.letter()),
    }
}

/// What a task waits for, as the object of "awaits".
#[must_use]
pub fn waits_for(wait: WaitOn, names: &Names) -> String {
    match wait {
        WaitOn::PipeData(pipe) => format!("bytes in pipe {pipe}"),
        WaitOn::PipeRoom(pipe) => format!("room in pipe {pipe}"),
        WaitOn::Child(_) => "a child".to_owned(),
        WaitOn::Time => "its time to come".to_owned(),
        WaitOn::Console => "a line from the console".to_owned(),
        WaitOn::Disk(ino, page) => format!("page {page} of {} from the disk", names.path(ino)),
        WaitOn::Futex(key) | WaitOn::FutexPi(key) => futex(key, names),
        WaitOn::Signal => "a signal".to_owned(),
        WaitOn::Vfork(child) => format!("{} to execute a program or end", names.task_name(child)),
        WaitOn::Swap(slot) => format!("slot {slot} of the swap device"),
        WaitOn::Writeback => "pages to be written".to_owned(),
        WaitOn::Kswapd => "memory to become scarce".to_owned(),
        WaitOn::Poll(_) => "one of several files to be ready".to_owned(),
    }
}

/// Why something happened, as `ls[3] ended (#412)`; none if the acting task itself is the cause.
#[must_use]
pub fn because(cause: Cause, because: u32, task: Tid, names: &Names) -> Option<String> {
    let reason = match cause {
        Cause::Boot | Cause::Program => return None,
        Cause::Call(by) | Cause::Fault(by) if by == task => return None,
        Cause::Call(by) => format!("{} called", names.task_name(by)),
        Cause::Fault(by) => format!("{} faulted", names.task_name(by)),
        Cause::Tick(_) => "its time slice is over".to_owned(),
        Cause::Timer(_) => "its timer ran out".to_owned(),
        Cause::Pipe(pipe) => match names.pipe(pipe).0 {
            0 => format!("pipe {pipe} is empty or closed"),
            bytes => format!("pipe {pipe} holds {}", count(bytes, "byte")),
        },
        Cause::Process(pid) => format!("{} ended", names.process_name(pid)),
        Cause::Signal(_) => "a signal came".to_owned(),
        Cause::Alarm(_) => "its alarm rang".to_owned(),
        Cause::Futex(key) => format!("{} was woken", futex(key, names)),
        Cause::Disk(ino) => format!("the disk is done with {}", names.path(ino)),
        Cause::Swap(slot) => format!("the swap device is done with slot {slot}"),
        Cause::Kswapd => "memory is scarce".to_owned(),
        Cause::Console => "a line was typed".to_owned(),
        Cause::Idle(_) => "nothing else can run".to_owned(),
    };
    Some(match because.checked_sub(1) {
        Some(seq) => format!("{reason} (#{seq})"),
        None => reason,
    })
}

/// The name of a kind of cause, and the number of the thing that it is about.
#[must_use]
pub const fn cause(cause: Cause) -> (&'static str, Option<u32>) {
    match cause {
        Cause::Boot => ("boot", None),
        Cause::Program => ("program", None),
        Cause::Call(tid) => ("call", Some(tid.0)),
        Cause::Fault(tid) => ("fault", Some(tid.0)),
        Cause::Tick(cpu) => ("tick", Some(cpu.0 as u32)),
        Cause::Timer(tid) => ("timer", Some(tid.0)),
        Cause::Pipe(pipe) => ("pipe", Some(pipe.0)),
        Cause::Process(pid) => ("process", Some(pid.0)),
        Cause::Signal(pid) => ("signal", Some(pid.0)),
        Cause::Alarm(pid) => ("alarm", Some(pid.0)),
        Cause::Futex(key) => match key.place() {
            FutexPlace::Private(_, address) | FutexPlace::Shared(_, address) => ("futex", Some(address as u32)),
        },
        Cause::Disk(ino) => ("disk", Some(ino.0)),
        Cause::Swap(slot) => ("swap", Some(slot.0)),
        Cause::Kswapd => ("kswapd", None),
        Cause::Console => ("console", None),
        Cause::Idle(cpu) => ("idle", Some(cpu.0 as u32)),
    }
}

/// A signal's name, from its number.
#[must_use]
pub fn signal(number: u8) -> String {
    Signal(number).to_string()
}

/// `futex 0x404010`.
fn futex(key: FutexKey, names: &Names) -> String {
    match key.place() {
        FutexPlace::Private(_, address) => format!("futex {address:#x}"),
        FutexPlace::Shared(ino, byte) => format!("futex {byte:#x} of {}", names.path(ino)),
    }
}

/// What a thread does with a lock.
#[must_use]
pub const fn lock_act(act: LockAct) -> &'static str {
    match act {
        LockAct::Taken => "taken",
        LockAct::Contended => "contended",
        LockAct::Released => "released",
    }
}

/// Where a process stands in the control of jobs.
#[must_use]
pub fn job(job: JobState) -> String {
    match job {
        JobState::Going => "going".to_owned(),
        JobState::Continued => "continued".to_owned(),
        JobState::Stopped { signal: number, .. } => format!("stopped by {}", signal(number)),
    }
}

/// The name of a limit.
#[must_use]
pub const fn resource(resource: Resource) -> &'static str {
    match resource {
        Resource::Nproc => "RLIMIT_NPROC",
        Resource::Nofile => "RLIMIT_NOFILE",
        Resource::Stack => "RLIMIT_STACK",
        Resource::Core => "RLIMIT_CORE",
        Resource::Sigpending => "RLIMIT_SIGPENDING",
        Resource::As => "RLIMIT_AS",
        Resource::Data => "RLIMIT_DATA",
        Resource::Memlock => "RLIMIT_MEMLOCK",
    }
}

/// The name of a number of an address space, as `mm_struct` spells it.
#[must_use]
pub const fn mm_field(field: MmField) -> &'static str {
    match field {
        MmField::Pgd => "pgd",
        MmField::StartCode => "start_code",
        MmField::EndCode => "end_code",
        MmField::StartData => "start_data",
        MmField::EndData => "end_data",
        MmField::StartBrk => "start_brk",
        MmField::Brk => "brk",
        MmField::StartStack => "start_stack",
        MmField::ArgStart => "arg_start",
        MmField::ArgEnd => "arg_end",
        MmField::EnvStart => "env_start",
        MmField::EnvEnd => "env_end",
        MmField::Exe => "exe",
        MmField::DefFlags => "def_flags",
    }
}

/// The name of a device.
#[must_use]
pub const fn device(device: Device) -> &'static str {
    match device {
        Device::Disk => "disk",
        Device::Swap => "swap",
    }
}

/// The name of a number that programs can set.
#[must_use]
pub fn sysctl(sysctl: Sysctl) -> &'static str {
    SYSCTLS[sysctl as usize].1
}

/// What a device is asked to do.
#[must_use]
pub fn io(io: Io, names: &Names) -> String {
    match io {
        Io::ReadFile(ino, page) => format!("reads page {page} and its window of {}", names.path(ino)),
        Io::WriteFile(ino, page) => format!("writes page {page} of {}", names.path(ino)),
        Io::ReadSwap(slot) => format!("reads slot {slot} of the swap device"),
        Io::WriteSwap(slot) => format!("writes slot {slot} of the swap device"),
    }
}

/// The name of a mode.
#[must_use]
pub const fn mode(mode: Mode) -> &'static str {
    match mode {
        Mode::Kernel => "kernel",
        Mode::User => "user",
    }
}

/// The name of the way in which a fault was served.
#[must_use]
pub const fn fault_result(result: FaultResult) -> &'static str {
    match result {
        FaultResult::ZeroFilled => "zero_filled",
        FaultResult::Huge => "huge",
        FaultResult::HugeZeroPage => "huge_zero_page",
        FaultResult::ZeroPage => "zero_page",
        FaultResult::Copied => "copied",
        FaultResult::Reused => "reused",
        FaultResult::Mapped(_) => "mapped",
        FaultResult::Disk => "disk",
        FaultResult::SwappedIn => "swapped_in",
        FaultResult::SwapCache => "swap_cache",
        FaultResult::Underway => "underway",
        FaultResult::NoRoom => "no_room",
        FaultResult::Spurious => "spurious",
        FaultResult::Signal => "signal",
        FaultResult::OutOfMemory => "out_of_memory",
    }
}

/// Where an evicted page goes.
#[must_use]
pub const fn evicted(to: EvictedTo) -> &'static str {
    match to {
        EvictedTo::Swap(_) => "swap",
        EvictedTo::SwapClean(_) => "swap_clean",
        EvictedTo::File(_) => "file",
        EvictedTo::Dropped => "dropped",
    }
}

/// `1 area`, `2 areas`.
#[must_use]
pub fn count(number: u64, noun: &str) -> String {
    let plural = if number == 1 { "" } else { "s" };
    format!("{number} {noun}{plural}")
}
