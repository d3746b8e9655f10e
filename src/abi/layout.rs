//! Structures that kernel and program exchange in memory, as bytes: little-endian, at the offsets of x86-64.
//!
//! Each is a plain Rust value with `to_bytes` where the kernel writes it and `from_bytes` where it reads it; bytes
//! that the drawing leaves out are zero. What the fields mean stands in the man page that each names.

use super::signal::Signal;

/// Bytes of a `struct timespec`, and of a `struct timeval`.
pub const TIMESPEC_BYTES: usize = 16;
/// Bytes of a `struct itimerval`.
pub const ITIMERVAL_BYTES: usize = 32;
/// Bytes of a `struct stat`.
pub const STAT_BYTES: usize = 144;
/// Bytes of a `struct rusage`.
pub const RUSAGE_BYTES: usize = 144;
/// Bytes of a `siginfo_t`.
pub const SIGINFO_BYTES: usize = 128;
/// Bytes of the kernel's `struct sigaction`.
pub const SIGACTION_BYTES: usize = 32;
/// Bytes of a `struct rlimit64`.
pub const RLIMIT_BYTES: usize = 16;
/// Bytes of a `struct iovec`.
pub const IOVEC_BYTES: usize = 16;
/// Bytes of a `struct pollfd`.
pub const POLLFD_BYTES: usize = 8;
/// Bytes of a `stack_t`.
pub const STACK_BYTES: usize = 24;
/// Bytes of a `struct new_utsname`: six fields of [`UTSNAME_FIELD_BYTES`].
pub const UTSNAME_BYTES: usize = 390;
/// Bytes of one field of `struct new_utsname`, with at least one zero at its end.
pub const UTSNAME_FIELD_BYTES: usize = 65;

/// Places `value` at `offset`.
///
/// # Panics
/// If it does not fit: the offsets in this file are constants, and its tests write every structure.
fn put(bytes: &mut [u8], offset: usize, value: &[u8]) {
    bytes[offset..offset + value.len()].copy_from_slice(value);
}

/// The `N` bytes at `offset`.
///
/// # Panics
/// If they are not there: the offsets in this file are constants, and its tests read every structure.
fn take<const N: usize>(bytes: &[u8], offset: usize) -> [u8; N] {
    std::array::from_fn(|at| bytes[offset + at])
}

/// A time in seconds and nanoseconds (`timespec(3type)`).
///
/// ```text
/// 0 tv_sec i64 | 8 tv_nsec i64 | 16
/// ```
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Default)]
pub struct Timespec {
    /// Seconds.
    pub sec: i64,
    /// Nanoseconds, 0 to 999,999,999 if the time is valid.
    pub nsec: i64,
}

const NS_PER_SEC: u64 = 1_000_000_000;

impl Timespec {
    /// So many nanoseconds.
    #[must_use]
    pub const fn from_ns(ns: u64) -> Self {
        Self { sec: (ns / NS_PER_SEC) as i64, nsec: (ns % NS_PER_SEC) as i64 }
    }

    /// The time in nanoseconds, the largest number if it does not fit; `None` if it is negative or `nsec` is out of
    /// range, for which system calls answer EINVAL.
    #[must_use]
    pub fn to_ns(self) -> Option<u64> {
        let sec = u64::try_from(self.sec).ok()?;
        let nsec = u64::try_from(self.nsec).ok().filter(|&nsec| nsec < NS_PER_SEC)?;
        Some(sec.saturating_mul(NS_PER_SEC).saturating_add(nsec))
    }

    /// The bytes as drawn above.
    #[must_use]
    pub fn to_bytes(self) -> [u8; TIMESPEC_BYTES] {
        let mut bytes = [0; TIMESPEC_BYTES];
        put(&mut bytes, 0, &self.sec.to_le_bytes());
        put(&mut bytes, 8, &self.nsec.to_le_bytes());
        bytes
    }

    /// What the bytes say; any bytes are a value, valid or not.
    #[must_use]
    pub fn from_bytes(bytes: &[u8; TIMESPEC_BYTES]) -> Self {
        Self { sec: i64::from_le_bytes(take(bytes, 0)), nsec: i64::from_le_bytes(take(bytes, 8)) }
    }
}

/// A time in seconds and microseconds (`timeval(3type)`).
///
/// ```text
/// 0 tv_sec i64 | 8 tv_usec i64 | 16
/// ```
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Default)]
pub struct Timeval {
    /// Seconds.
    pub sec: i64,
    /// Microseconds, 0 to 999,999 if the time is valid.
    pub usec: i64,
}

const US_PER_SEC: u64 = 1_000_000;
const NS_PER_US: u64 = 1_000;

impl Timeval {
    /// So many nanoseconds, rounded down to a microsecond.
    #[must_use]
    pub const fn from_ns(ns: u64) -> Self {
        Self { sec: (ns / NS_PER_SEC) as i64, usec: (ns % NS_PER_SEC / NS_PER_US) as i64 }
    }

    /// The time in nanoseconds, as [`Timespec::to_ns`].
    #[must_use]
    pub fn to_ns(self) -> Option<u64> {
        let usec = u64::try_from(self.usec).ok().filter(|&usec| usec < US_PER_SEC)?;
        Timespec { sec: self.sec, nsec: (usec * NS_PER_US) as i64 }.to_ns()
    }

    /// The bytes as drawn above.
    #[must_use]
    pub fn to_bytes(self) -> [u8; TIMESPEC_BYTES] {
        Timespec { sec: self.sec, nsec: self.usec }.to_bytes()
    }

    /// What the bytes say; any bytes are a value, valid or not.
    #[must_use]
    pub fn from_bytes(bytes: &[u8; TIMESPEC_BYTES]) -> Self {
        let Timespec { sec, nsec: usec } = Timespec::from_bytes(bytes);
        Self { sec, usec }
    }
}

/// A timer of `setitimer(2)`.
///
/// ```text
/// 0 it_interval timeval | 16 it_value timeval | 32
/// ```
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Itimerval {
    /// Time between one signal and the next; 0 for a single one.
    pub interval: Timeval,
    /// Time until the next signal; 0 for none.
    pub value: Timeval,
}

impl Itimerval {
    /// The bytes as drawn above.
    #[must_use]
    pub fn to_bytes(self) -> [u8; ITIMERVAL_BYTES] {
        let mut bytes = [0; ITIMERVAL_BYTES];
        put(&mut bytes, 0, &self.interval.to_bytes());
        put(&mut bytes, 16, &self.value.to_bytes());
        bytes
    }

    /// What the bytes say.
    #[must_use]
    pub fn from_bytes(bytes: &[u8; ITIMERVAL_BYTES]) -> Self {
        Self { interval: Timeval::from_bytes(&take(bytes, 0)), value: Timeval::from_bytes(&take(bytes, 16)) }
    }
}

/// What `stat(2)` tells of a file.
///
/// ```text
///   0 st_dev u64     8 st_ino u64     16 st_nlink u64    24 st_mode u32   28 st_uid u32
///  32 st_gid u32    36 (pad)          40 st_rdev u64     48 st_size i64   56 st_blksize i64
///  64 st_blocks i64 72 st_atim        88 st_mtim        104 st_ctim      120 (unused)        144
/// ```
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Stat {
    /// The device that holds the file.
    pub dev: u64,
    /// The number of its inode.
    pub ino: u64,
    /// How many paths lead to it.
    pub nlink: u64,
    /// Its type and permissions: S_IFMT and the bits below.
    pub mode: u32,
    /// Its owner.
    pub uid: u32,
    /// Its group.
    pub gid: u32,
    /// The device that it is, if it is one.
    pub rdev: u64,
    /// Its size in bytes.
    pub size: i64,
    /// The size that suits reading and writing, in bytes.
    pub blksize: i64,
    /// What it occupies, in units of 512 bytes.
    pub blocks: i64,
    /// When it was last read.
    pub atime: Timespec,
    /// When it was last written.
    pub mtime: Timespec,
    /// When its inode last changed.
    pub ctime: Timespec,
}

impl Stat {
    /// The bytes as drawn above.
    #[must_use]
    pub fn to_bytes(self) -> [u8; STAT_BYTES] {
        let mut bytes = [0; STAT_BYTES];
        put(&mut bytes, 0, &self.dev.to_le_bytes());
        put(&mut bytes, 8, &self.ino.to_le_bytes());
        put(&mut bytes, 16, &self.nlink.to_le_bytes());
        put(&mut bytes, 24, &self.mode.to_le_bytes());
        put(&mut bytes, 28, &self.uid.to_le_bytes());
        put(&mut bytes, 32, &self.gid.to_le_bytes());
        put(&mut bytes, 40, &self.rdev.to_le_bytes());
        put(&mut bytes, 48, &self.size.to_le_bytes());
        put(&mut bytes, 56, &self.blksize.to_le_bytes());
        put(&mut bytes, 64, &self.blocks.to_le_bytes());
        put(&mut bytes, 72, &self.atime.to_bytes());
        put(&mut bytes, 88, &self.mtime.to_bytes());
        put(&mut bytes, 104, &self.ctime.to_bytes());
        bytes
    }
}

/// What `getrusage(2)` tells. The fields that Linux does not maintain are always 0 and have no place here.
///
/// ```text
///   0 ru_utime timeval    16 ru_stime timeval    32 ru_maxrss i64    40 (ixrss, idrss, isrss)
///  64 ru_minflt i64       72 ru_majflt i64       80 (nswap)          88 ru_inblock i64
///  96 ru_oublock i64     104 (msgsnd, msgrcv, nsignals)             128 ru_nvcsw i64
/// 136 ru_nivcsw i64      144
/// ```
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Rusage {
    /// Time spent in user mode.
    pub utime: Timeval,
    /// Time spent in the kernel.
    pub stime: Timeval,
    /// The most memory that was resident at once, in KiB.
    pub maxrss_kib: i64,
    /// Faults that needed no device.
    pub minflt: i64,
    /// Faults that read from a device.
    pub majflt: i64,
    /// Blocks read.
    pub inblock: i64,
    /// Blocks written.
    pub oublock: i64,
    /// Switches because it slept.
    pub nvcsw: i64,
    /// Switches because its time was up or another went first.
    pub nivcsw: i64,
}

impl Rusage {
    /// The bytes as drawn above.
    #[must_use]
    pub fn to_bytes(self) -> [u8; RUSAGE_BYTES] {
        let mut bytes = [0; RUSAGE_BYTES];
        put(&mut bytes, 0, &self.utime.to_bytes());
        put(&mut bytes, 16, &self.stime.to_bytes());
        put(&mut bytes, 32, &self.maxrss_kib.to_le_bytes());
        put(&mut bytes, 64, &self.minflt.to_le_bytes());
        put(&mut bytes, 72, &self.majflt.to_le_bytes());
        put(&mut bytes, 88, &self.inblock.to_le_bytes());
        put(&mut bytes, 96, &self.oublock.to_le_bytes());
        put(&mut bytes, 128, &self.nvcsw.to_le_bytes());
        put(&mut bytes, 136, &self.nivcsw.to_le_bytes());
        bytes
    }
}

/// One entry of a directory, as `getdents64(2)` writes it.
///
/// ```text
/// 0 d_ino u64 | 8 d_off i64 | 16 d_reclen u16 | 18 d_type u8 | 19 d_name, a zero, padding to a multiple of 8
/// ```
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Dirent<'a> {
    /// The number of its inode.
    pub ino: u64,
    /// Where in the directory the next entry begins.
    pub next_offset: i64,
    /// Its type: DT_REG and its kin.
    pub kind: u8,
    /// Its name, without a zero.
    pub name: &'a [u8],
}

const DIRENT_NAME: usize = 19;

impl Dirent<'_> {
    /// Bytes of the entry with its padding.
    #[must_use]
    pub const fn record_bytes(&self) -> usize {
        (DIRENT_NAME + self.name.len() + 1).next_multiple_of(8)
    }

    /// Appends the entry if the buffer then holds at most `room` bytes; tells whether it did. A name too long for
    /// `d_reclen` never fits.
    #[must_use]
    pub fn append(&self, buffer: &mut Vec<u8>, room: usize) -> bool {
        let start = buffer.len();
        let Ok(reclen) = u16::try_from(self.record_bytes()) else { return false };
        let end = start + usize::from(reclen);
        if end > room {
            return false;
        }
        buffer.resize(end, 0);
        put(buffer, start, &self.ino.to_le_bytes());
        put(buffer, start + 8, &self.next_offset.to_le_bytes());
        put(buffer, start + 16, &reclen.to_le_bytes());
        put(buffer, start + 18, &[self.kind]);
        put(buffer, start + DIRENT_NAME, self.name);
        true
    }
}

/// The part of a `siginfo_t` that depends on why it was made.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum SiginfoFields {
    /// Nothing more is known.
    None,
    /// Someone sent it: SI_USER, SI_TKILL.
    Sender {
        /// The sender.
        pid: i32,
        /// The sender's real user.
        uid: u32,
    },
    /// Someone sent it with a value: SI_QUEUE.
    Queued {
        /// The sender.
        pid: i32,
        /// The sender's real user.
        uid: u32,
        /// `si_value`.
        value: u64,
    },
    /// SIGCHLD, and what `waitid(2)` stores: CLD_EXITED and its kin.
    Child {
        /// The child.
        pid: i32,
        /// The child's real user.
        uid: u32,
        /// The exit code (CLD_EXITED), else the signal.
        status: i32,
        /// Its time in user mode, in clock ticks of 10 ms.
        utime: i64,
        /// Its time in the kernel, in clock ticks of 10 ms.
        stime: i64,
    },
    /// SIGSEGV, SIGBUS, SIGILL, SIGFPE, SIGTRAP: an instruction could not be done.
    Fault {
        /// The address that was not to be accessed, or that of the instruction.
        addr: u64,
    },
}

/// Why a signal was sent (`sigaction(2)`), or what became of a child (`waitid(2)`).
///
/// ```text
/// 0 si_signo i32 | 4 si_errno i32, 0 | 8 si_code i32 | 12 (pad) | 16 the fields | 128
/// Sender:  16 si_pid i32   20 si_uid u32
/// Queued:  16 si_pid i32   20 si_uid u32   24 si_value u64
/// Child:   16 si_pid i32   20 si_uid u32   24 si_status i32   32 si_utime i64   40 si_stime i64
/// Fault:   16 si_addr u64
/// ```
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Siginfo {
    /// The signal; `None` where `waitid` with WNOHANG found no child, which leaves all bytes zero.
    pub signal: Option<Signal>,
    /// Why: SI_USER, CLD_EXITED, SEGV_MAPERR and their kin.
    pub code: i32,
    /// What depends on why.
    pub fields: SiginfoFields,
}

impl Siginfo {
    /// The bytes as drawn above.
    #[must_use]
    pub fn to_bytes(self) -> [u8; SIGINFO_BYTES] {
        let mut bytes = [0; SIGINFO_BYTES];
        put(&mut bytes, 0, &self.signal.map_or(0, |signal| i32::from(signal.0)).to_le_bytes());
        put(&mut bytes, 8, &self.code.to_le_bytes());
        match self.fields {
            SiginfoFields::None => {}
            SiginfoFields::Sender { pid, uid } => {
                put(&mut bytes, 16, &pid.to_le_bytes());
                put(&mut bytes, 20, &uid.to_le_bytes());
            }
            SiginfoFields::Queued { pid, uid, value } => {
                put(&mut bytes, 16, &pid.to_le_bytes());
                put(&mut bytes, 20, &uid.to_le_bytes());
                put(&mut bytes, 24, &value.to_le_bytes());
            }
            SiginfoFields::Child { pid, uid, status, utime, stime } => {
                put(&mut bytes, 16, &pid.to_le_bytes());
                put(&mut bytes, 20, &uid.to_le_bytes());
                put(&mut bytes, 24, &status.to_le_bytes());
                put(&mut bytes, 32, &utime.to_le_bytes());
                put(&mut bytes, 40, &stime.to_le_bytes());
            }
            SiginfoFields::Fault { addr } => put(&mut bytes, 16, &addr.to_le_bytes()),
        }
        bytes
    }
}

/// What a signal does, as `rt_sigaction` takes it: the kernel's own order, not that of the C library's structure.
///
/// ```text
/// 0 handler u64 | 8 flags u64 | 16 restorer u64 | 24 mask u64 | 32
/// ```
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Sigaction {
    /// SIG_DFL, SIG_IGN or the address of a function.
    pub handler: u64,
    /// `SaFlags`, unknown bits with them.
    pub flags: u64,
    /// Where the handler returns to.
    pub restorer: u64,
    /// What is blocked while the handler runs.
    pub mask: u64,
}

impl Sigaction {
    /// The bytes as drawn above.
    #[must_use]
    pub fn to_bytes(self) -> [u8; SIGACTION_BYTES] {
        let mut bytes = [0; SIGACTION_BYTES];
        put(&mut bytes, 0, &self.handler.to_le_bytes());
        put(&mut bytes, 8, &self.flags.to_le_bytes());
        put(&mut bytes, 16, &self.restorer.to_le_bytes());
        put(&mut bytes, 24, &self.mask.to_le_bytes());
        bytes
    }

    /// What the bytes say.
    #[must_use]
    pub fn from_bytes(bytes: &[u8; SIGACTION_BYTES]) -> Self {
        let word = |offset| u64::from_le_bytes(take(bytes, offset));
        Self { handler: word(0), flags: word(8), restorer: word(16), mask: word(24) }
    }
}

/// A limit of `prlimit64`: `0 rlim_cur u64 | 8 rlim_max u64 | 16`.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Rlimit {
    /// The limit that holds.
    pub cur: u64,
    /// How far it may be raised.
    pub max: u64,
}

impl Rlimit {
    /// The bytes as drawn above.
    #[must_use]
    pub fn to_bytes(self) -> [u8; RLIMIT_BYTES] {
        let mut bytes = [0; RLIMIT_BYTES];
        put(&mut bytes, 0, &self.cur.to_le_bytes());
        put(&mut bytes, 8, &self.max.to_le_bytes());
        bytes
    }

    /// What the bytes say.
    #[must_use]
    pub fn from_bytes(bytes: &[u8; RLIMIT_BYTES]) -> Self {
        Self { cur: u64::from_le_bytes(take(bytes, 0)), max: u64::from_le_bytes(take(bytes, 8)) }
    }
}

/// One buffer of `readv(2)`: `0 iov_base u64 | 8 iov_len u64 | 16`.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Iovec {
    /// Its address.
    pub base: u64,
    /// Its bytes.
    pub len: u64,
}

impl Iovec {
    /// What the bytes say.
    #[must_use]
    pub fn from_bytes(bytes: &[u8; IOVEC_BYTES]) -> Self {
        Self { base: u64::from_le_bytes(take(bytes, 0)), len: u64::from_le_bytes(take(bytes, 8)) }
    }
}

/// One file of `poll(2)`: `0 fd i32 | 4 events u16 | 6 revents u16 | 8`.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Pollfd {
    /// Its descriptor; a negative one is passed over.
    pub fd: i32,
    /// What is waited for.
    pub events: u16,
    /// What has happened.
    pub revents: u16,
}

impl Pollfd {
    /// The bytes as drawn above.
    #[must_use]
    pub fn to_bytes(self) -> [u8; POLLFD_BYTES] {
        let mut bytes = [0; POLLFD_BYTES];
        put(&mut bytes, 0, &self.fd.to_le_bytes());
        put(&mut bytes, 4, &self.events.to_le_bytes());
        put(&mut bytes, 6, &self.revents.to_le_bytes());
        bytes
    }

    /// What the bytes say.
    #[must_use]
    pub fn from_bytes(bytes: &[u8; POLLFD_BYTES]) -> Self {
        Self {
            fd: i32::from_le_bytes(take(bytes, 0)),
            events: u16::from_le_bytes(take(bytes, 4)),
            revents: u16::from_le_bytes(take(bytes, 6)),
        }
    }
}

/// The alternate signal stack (`sigaltstack(2)`): `0 ss_sp u64 | 8 ss_flags u32 | 12 (pad) | 16 ss_size u64 | 24`.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct AltStack {
    /// Its lowest address.
    pub sp: u64,
    /// SS_ONSTACK, SS_DISABLE.
    pub flags: u32,
    /// Its bytes.
    pub size: u64,
}

impl AltStack {
    /// The bytes as drawn above.
    #[must_use]
    pub fn to_bytes(self) -> [u8; STACK_BYTES] {
        let mut bytes = [0; STACK_BYTES];
        put(&mut bytes, 0, &self.sp.to_le_bytes());
        put(&mut bytes, 8, &self.flags.to_le_bytes());
        put(&mut bytes, 16, &self.size.to_le_bytes());
        bytes
    }

    /// What the bytes say.
    #[must_use]
    pub fn from_bytes(bytes: &[u8; STACK_BYTES]) -> Self {
        Self {
            sp: u64::from_le_bytes(take(bytes, 0)),
            flags: u32::from_le_bytes(take(bytes, 8)),
            size: u64::from_le_bytes(take(bytes, 16)),
        }
    }
}

/// The answer of `uname(2)`: sysname, nodename, release, version, machine, domainname, each cut to 64 bytes.
#[must_use]
pub fn utsname(fields: [&str; 6]) -> [u8; UTSNAME_BYTES] {
    let mut bytes = [0; UTSNAME_BYTES];
    for (at, field) in fields.iter().enumerate() {
        let field = field.as_bytes();
        let kept = field.len().min(UTSNAME_FIELD_BYTES - 1);
        put(&mut bytes, at * UTSNAME_FIELD_BYTES, &field[..kept]);
    }
    bytes
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stat_has_the_offsets_of_linux() {
        let file = Stat { mode: 0o100_644, uid: 7, size: 5, ctime: Timespec { sec: 0, nsec: 9 }, ..Stat::default() };
        let bytes = file.to_bytes();
        assert_eq!((u32::from_le_bytes(take(&bytes, 24)), bytes[28], bytes[48], bytes[112]), (0o100_644, 7, 5, 9));
        assert_eq!(bytes.iter().filter(|&&byte| byte != 0).count(), 5);
    }

    #[test]
    fn rusage_has_the_offsets_of_linux() {
        let usage = Rusage { maxrss_kib: 1, minflt: 2, majflt: 3, nvcsw: 4, nivcsw: 5, ..Rusage::default() };
        let bytes = usage.to_bytes();
        assert_eq!([bytes[32], bytes[64], bytes[72], bytes[128], bytes[136]], [1, 2, 3, 4, 5]);
    }

    #[test]
    fn times_are_judged_and_round_trip() {
        let time = Timespec::from_ns(2_500_000_001);
        assert_eq!(time, Timespec { sec: 2, nsec: 500_000_001 });
        assert_eq!(Timespec::from_bytes(&time.to_bytes()).to_ns(), Some(2_500_000_001));
        assert_eq!(Timespec { sec: 0, nsec: 1_000_000_000 }.to_ns(), None);
        assert_eq!(Timespec { sec: -1, nsec: 0 }.to_ns(), None);
        assert_eq!(Timespec { sec: i64::MAX, nsec: 0 }.to_ns(), Some(u64::MAX));
        assert_eq!(Timeval::from_ns(1_000_001_999), Timeval { sec: 1, usec: 1 });
        assert_eq!(Timeval { sec: 0, usec: 1_000_000 }.to_ns(), None);
    }

    #[test]
    fn directory_entries_are_padded_and_stop_at_the_room() {
        let mut buffer = Vec::new();
        let entry = |name| Dirent { ino: 3, next_offset: 1, kind: 8, name };
        assert!(entry(b"abcd".as_slice()).append(&mut buffer, 56));
        assert!(entry(b"abcde".as_slice()).append(&mut buffer, 56));
        assert!(!entry(b"a".as_slice()).append(&mut buffer, 56));
        assert_eq!((buffer.len(), buffer[16], buffer[24 + 16]), (56, 24, 32));
        assert_eq!(&buffer[18..24], b"\x08abcd\0");
        assert!(!entry(&[b'x'; 70_000]).append(&mut buffer, usize::MAX));
    }

    #[test]
    fn siginfo_of_a_child_and_of_a_fault() {
        let child = SiginfoFields::Child { pid: 258, uid: 0, status: 3, utime: 4, stime: 5 };
        let bytes = Siginfo { signal: Some(Signal::SIGCHLD), code: 1, fields: child }.to_bytes();
        assert_eq!([bytes[0], bytes[8], bytes[16], bytes[17], bytes[24], bytes[32], bytes[40]], [17, 1, 2, 1, 3, 4, 5]);
        let fault = SiginfoFields::Fault { addr: 0x1234 };
        let bytes = Siginfo { signal: Some(Signal::SIGSEGV), code: 2, fields: fault }.to_bytes();
        assert_eq!(u64::from_le_bytes(take(&bytes, 16)), 0x1234);
        let nobody = Siginfo { signal: None, code: 0, fields: SiginfoFields::None };
        assert_eq!(nobody.to_bytes(), [0; SIGINFO_BYTES]);
    }

    #[test]
    fn what_the_kernel_reads_it_writes_back() {
        let bytes: [u8; 32] = std::array::from_fn(|at| at as u8 + 1);
        assert_eq!(Sigaction::from_bytes(&bytes).to_bytes(), bytes);
        assert_eq!(Itimerval::from_bytes(&bytes).to_bytes(), bytes);
        assert_eq!(Rlimit::from_bytes(&take(&bytes, 0)).to_bytes(), take::<16>(&bytes, 0));
        assert_eq!(Pollfd::from_bytes(&take(&bytes, 0)).to_bytes(), take::<8>(&bytes, 0));
        let stack = AltStack { sp: 1, flags: 2, size: 3 };
        assert_eq!(AltStack::from_bytes(&stack.to_bytes()), stack);
        assert_eq!(Iovec::from_bytes(&take(&bytes, 0)).len, 0x100f_0e0d_0c0b_0a09);
    }

    #[test]
    fn utsname_fields_end_with_a_zero() {
        let long = "x".repeat(100);
        let bytes = utsname(["Linux", &long, "", "", "x86_64", ""]);
        assert_eq!((&bytes[..6], bytes[65 + 63], bytes[65 + 64]), (b"Linux\0".as_slice(), b'x', 0));
    }
}
