//! System calls: the table from numbers to handlers, and what a handler is.
//!
//! A handler reads like its man page: fetch arguments, check, one call, result. A handler that has to wait puts its
//! task to sleep ([`Kernel::sleep_on`]) and returns [`Stop::Sleeps`](crate::kernel::stop::Stop::Sleeps); when the task runs again the handler is called
//! again with the same arguments, and finds in the task's `progress` how far it had come. So before a handler sleeps
//! it must not have done anything that it could not do again, but for what `progress` tells.

mod access;
mod alarm;
mod brk;
mod chdir;
mod chmod;
mod chown;
mod clock_gettime;
mod clone;
mod close;
mod credentials;
mod dup;
mod execve;
mod exit;
mod fadvise64;
mod fcntl;
mod fsync;
mod ftruncate;
mod futex;
mod getcwd;
mod getdents64;
mod getrusage;
mod identity;
mod ioctl;
mod kill;
mod lseek;
mod madvise;
mod mincore;
mod mkdir;
mod mlock;
mod mmap;
mod mprotect;
mod mremap;
mod msync;
mod munmap;
mod nanosleep;
pub mod note;
mod open;
mod pipe;
mod poll;
mod prctl;
mod read;
mod readlink;
mod rename;
mod rlimit;
mod rt_sigaction;
mod rt_sigpending;
mod rt_sigprocmask;
mod rt_sigreturn;
mod rt_sigsuspend;
mod rt_sigtimedwait;
mod sched_yield;
mod sigaltstack;
mod stat;
mod thread_registers;
mod umask;
mod unlink;
mod wait4;
mod waitid;
mod write;

use crate::abi::errno::Errno;
use crate::abi::sysno::Sysno;
use crate::kernel::core::Kernel;
use crate::kernel::stop::SysResult;

/// A handler. It acts for the current task; `args` are the six argument words.
pub type Handler = fn(&mut Kernel, args: [u64; 6]) -> SysResult;

/// Declares the table: number, handler.
macro_rules! table {
    ($($sysno:ident => $handler:path;)*) => {
        /// The handler of a number; `None` for one that is not modelled.
        const fn handler(nr: u64) -> Option<Handler> {
            $(if nr == Sysno::$sysno.0 as u64 {
                return Some($handler);
            })*
            None
        }

        /// Every number that has a handler.
        pub const MODELLED: &[Sysno] = &[$(Sysno::$sysno,)*];
    };
}

table! {
    READ => read::sys_read;
    WRITE => write::sys_write;
    OPEN => open::sys_open;
    CLOSE => close::sys_close;
    STAT => stat::sys_stat;
    FSTAT => stat::sys_fstat;
    LSTAT => stat::sys_lstat;
    POLL => poll::sys_poll;
    LSEEK => lseek::sys_lseek;
    MMAP => mmap::sys_mmap;
    MPROTECT => mprotect::sys_mprotect;
    MUNMAP => munmap::sys_munmap;
    BRK => brk::sys_brk;
    MREMAP => mremap::sys_mremap;
    MSYNC => msync::sys_msync;
    MINCORE => mincore::sys_mincore;
    MADVISE => madvise::sys_madvise;
    RT_SIGACTION => rt_sigaction::sys_rt_sigaction;
    RT_SIGPROCMASK => rt_sigprocmask::sys_rt_sigprocmask;
    RT_SIGRETURN => rt_sigreturn::sys_rt_sigreturn;
    IOCTL => ioctl::sys_ioctl;
    PREAD64 => read::sys_pread64;
    PWRITE64 => write::sys_pwrite64;
    ACCESS => access::sys_access;
    PIPE => pipe::sys_pipe;
    SCHED_YIELD => sched_yield::sys_sched_yield;
    DUP => dup::sys_dup;
    DUP2 => dup::sys_dup2;
    PAUSE => rt_sigsuspend::sys_pause;
    NANOSLEEP => nanosleep::sys_nanosleep;
    GETITIMER => alarm::sys_getitimer;
    ALARM => alarm::sys_alarm;
    SETITIMER => alarm::sys_setitimer;
    GETPID => identity::sys_getpid;
    CLONE => clone::sys_clone;
    FORK => clone::sys_fork;
    VFORK => clone::sys_vfork;
    EXECVE => execve::sys_execve;
    EXIT => exit::sys_exit;
    WAIT4 => wait4::sys_wait4;
    KILL => kill::sys_kill;
    FCNTL => fcntl::sys_fcntl;
    FSYNC => fsync::sys_fsync;
    FDATASYNC => fsync::sys_fsync;
    FTRUNCATE => ftruncate::sys_ftruncate;
    GETDENTS64 => getdents64::sys_getdents64;
    GETCWD => getcwd::sys_getcwd;
    CHDIR => chdir::sys_chdir;
    RENAME => rename::sys_rename;
    LINK => rename::sys_link;
    MKDIR => mkdir::sys_mkdir;
    RMDIR => unlink::sys_rmdir;
    UNLINK => unlink::sys_unlink;
    READLINK => readlink::sys_readlink;
    CHMOD => chmod::sys_chmod;
    CHOWN => chown::sys_chown;
    FCHOWN => chown::sys_fchown;
    UMASK => umask::sys_umask;
    GETRLIMIT => rlimit::sys_getrlimit;
    SETRLIMIT => rlimit::sys_setrlimit;
    PRLIMIT64 => rlimit::sys_prlimit64;
    GETRUSAGE => getrusage::sys_getrusage;
    GETUID => credentials::sys_getuid;
    GETGID => credentials::sys_getgid;
    SETUID => credentials::sys_setuid;
    SETGID => credentials::sys_setgid;
    GETEUID => credentials::sys_getuid;
    GETEGID => credentials::sys_getgid;
    SETREUID => credentials::sys_setreuid;
    SETREGID => credentials::sys_setregid;
    SETRESUID => credentials::sys_setresuid;
    GETRESUID => credentials::sys_getresuid;
    SETRESGID => credentials::sys_setresgid;
    GETRESGID => credentials::sys_getresgid;
    SETPGID => identity::sys_setpgid;
    GETPPID => identity::sys_getppid;
    GETPGRP => identity::sys_getpgrp;
    SETSID => identity::sys_setsid;
    GETPGID => identity::sys_getpgid;
    GETSID => identity::sys_getsid;
    SYNC => fsync::sys_sync;
    RT_SIGPENDING => rt_sigpending::sys_rt_sigpending;
    RT_SIGTIMEDWAIT => rt_sigtimedwait::sys_rt_sigtimedwait;
    RT_SIGQUEUEINFO => kill::sys_rt_sigqueueinfo;
    RT_SIGSUSPEND => rt_sigsuspend::sys_rt_sigsuspend;
    SIGALTSTACK => sigaltstack::sys_sigaltstack;
    MLOCK => mlock::sys_mlock;
    MUNLOCK => mlock::sys_munlock;
    MLOCKALL => mlock::sys_mlockall;
    MUNLOCKALL => mlock::sys_munlockall;
    PRCTL => prctl::sys_prctl;
    ARCH_PRCTL => thread_registers::sys_arch_prctl;
    GETTID => identity::sys_gettid;
    TKILL => kill::sys_tkill;
    FUTEX => futex::sys_futex;
    SET_TID_ADDRESS => thread_registers::sys_set_tid_address;
    FADVISE64 => fadvise64::sys_fadvise64;
    CLOCK_GETTIME => clock_gettime::sys_clock_gettime;
    CLOCK_NANOSLEEP => nanosleep::sys_clock_nanosleep;
    EXIT_GROUP => exit::sys_exit_group;
    TGKILL => kill::sys_tgkill;
    WAITID => waitid::sys_waitid;
    OPENAT => open::sys_openat;
    MKDIRAT => mkdir::sys_mkdirat;
    NEWFSTATAT => stat::sys_newfstatat;
    UNLINKAT => unlink::sys_unlinkat;
    DUP3 => dup::sys_dup3;
    PIPE2 => pipe::sys_pipe2;
    MLOCK2 => mlock::sys_mlock2;
    RT_TGSIGQUEUEINFO => kill::sys_rt_tgsigqueueinfo;
}

/// The handlers by number, so that a call finds its own in one step.
static HANDLERS: [Option<Handler>; HANDLER_COUNT] = {
    let mut handlers = [None; HANDLER_COUNT];
    let mut nr = 0;
    while nr < HANDLER_COUNT {
        handlers[nr] = handler(nr as u64);
        nr += 1;
    }
    handlers
};

/// One more than the highest number that has a handler.
const HANDLER_COUNT: usize = {
    let (mut most, mut at) = (0, 0);
    while at < MODELLED.len() {
        if MODELLED[at].0 > most {
            most = MODELLED[at].0;
        }
        at += 1;
    }
    most as usize + 1
};

/// Calls the handler of a number.
///
/// # Errors
/// What the handler says; ENOSYS for a number that has none.
pub fn dispatch(kernel: &mut Kernel, nr: u64, args: [u64; 6]) -> SysResult {
    let handler = usize::try_from(nr).ok().and_then(|nr| HANDLERS.get(nr)).copied().flatten();
    handler.map_or(Err(Errno::ENOSYS.into()), |handler| handler(kernel, args))
}
