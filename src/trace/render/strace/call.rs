//! A system call as strace writes it: in two parts, as what the kernel stores is known only behind the call.

use crate::abi::errno::Errno;
use crate::abi::flags::{self, AT_FDCWD, CloneFlags, FdFlags, OpenFlags, WaitOptions};
use crate::abi::sysno::{self, ArgKind, Sysno};
use crate::trace::event::CALLED_AGAIN;
use crate::trace::pieces;
use crate::trace::render::call::{self, ends, hex, pointer};
use crate::trace::render::strace::terminal;
use crate::trace::render::strace::values::{self, Info};

/// A system call as it was entered.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Call {
    /// Its number.
    pub nr: u16,
    /// Its argument words.
    pub words: [u64; 6],
    /// What stands at the addresses among them.
    pub passed: Vec<u8>,
}

/// What a call answered.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Done<'a> {
    /// The result word.
    pub result: i64,
    /// What it stored.
    pub given: &'a [u8],
}

/// An argument that is shown: what stands before it, its place among the words, and what it means.
type Shown = (&'static str, usize, ArgKind);

impl Call {
    /// What is written when the call is entered: all arguments up to the first that the kernel stores at.
    pub fn opening(&self) -> String {
        let shown = self.shown();
        let known: Vec<String> = shown[..self.split(&shown)].iter().map(|arg| self.arg(arg, None)).collect();
        let more = known.len() < shown.len() && !known.is_empty() && Sysno(self.nr) != Sysno::CLONE;
        format!("{}{}", known.join(", "), if more { ", " } else { "" })
    }

    /// The arguments that were not yet written.
    pub fn closing(&self, done: Done<'_>) -> String {
        let shown = self.shown();
        let rest: Vec<String> = shown[self.split(&shown)..].iter().map(|arg| self.arg(arg, Some(done))).collect();
        // Of clone(2) the comma comes behind the call.
        let comma = if Sysno(self.nr) == Sysno::CLONE && !rest.is_empty() { ", " } else { "" };
        format!("{comma}{}", rest.join(", "))
    }

    /// Whether some arguments are known only behind the call.
    pub fn is_open(&self) -> bool {
        let shown = self.shown();
        self.split(&shown) < shown.len()
    }

    /// How many of the arguments that are shown are known when the call is entered.
    fn split(&self, shown: &[Shown]) -> usize {
        if Sysno(self.nr) == Sysno::CLONE {
            return 2;
        }
        shown.iter().position(|(_, _, kind)| kind.is_given()).unwrap_or(shown.len())
    }

    /// The arguments that are shown: those that the call ignores here are not.
    fn shown(&self) -> Vec<Shown> {
        let Some(row) = sysno::info(Sysno(self.nr)) else {
            return (0..6).map(|place| ("", place, ArgKind::Hex)).collect();
        };
        let places: &[usize] = match Sysno(self.nr) {
            Sysno::CLONE => return self.clone_args(),
            Sysno::OPEN if !creates(self.words[1]) => &[0, 1],
            Sysno::OPENAT if !creates(self.words[2]) => &[0, 1, 2],
            Sysno::FUTEX => self.futex_args(),
            Sysno::FCNTL => match self.words[1] as u32 {
                flags::F_GETFD | flags::F_GETFL | flags::F_GETOWN | flags::F_GETPIPE_SZ => &[0, 1],
                _ => &[0, 1, 2],
            },
            Sysno::MREMAP if self.words[3] & 0x6 == 0 => &[0, 1, 2, 3],
            _ => &[0, 1, 2, 3, 4, 5],
        };
        let args = row.args.iter().enumerate().filter(|(place, _)| places.contains(place));
        let kinds = args.map(|(place, _)| (place, sysno::kind(Sysno(self.nr), place, &self.words)));
        kinds.filter(|(_, kind)| *kind != ArgKind::Ignored).map(|(place, kind)| ("", place, kind)).collect()
    }

    /// The arguments of clone(2): those that its flags ask for, with their names.
    fn clone_args(&self) -> Vec<Shown> {
        let flags = CloneFlags::from_bits_retain(self.words[0]);
        let mut shown = vec![("child_stack=", 1, ArgKind::Pointer), ("flags=", 0, ArgKind::CloneFlags)];
        if flags.contains(CloneFlags::CLONE_PARENT_SETTID) {
            shown.push(("parent_tid=", 2, ArgKind::IntOut));
        }
        if flags.contains(CloneFlags::CLONE_SETTLS) {
            shown.push(("tls=", 4, ArgKind::Hex));
        }
        if flags.intersects(CloneFlags::CLONE_CHILD_SETTID | CloneFlags::CLONE_CHILD_CLEARTID) {
            shown.push(("child_tidptr=", 3, ArgKind::Pointer));
        }
        shown
    }

    /// The arguments of futex(2) that its operation takes.
    fn futex_args(&self) -> &'static [usize] {
        match (self.words[1] as u32) & !(flags::FUTEX_PRIVATE_FLAG | flags::FUTEX_CLOCK_REALTIME) {
            flags::FUTEX_WAKE => &[0, 1, 2],
            flags::FUTEX_WAIT => &[0, 1, 2, 3],
            flags::FUTEX_WAKE_BITSET => &[0, 1, 2, 5],
            flags::FUTEX_WAIT_BITSET => &[0, 1, 2, 3, 5],
            flags::FUTEX_REQUEUE => &[0, 1, 2, 3, 4],
            flags::FUTEX_LOCK_PI | flags::FUTEX_LOCK_PI2 => &[0, 1, 3],
            flags::FUTEX_TRYLOCK_PI | flags::FUTEX_UNLOCK_PI => &[0, 1],
            _ => &[0, 1, 2, 3, 4, 5],
        }
    }

    fn arg(&self, &(name, place, kind): &Shown, done: Option<Done<'_>>) -> String {
        let word = self.words[place];
        let text = self.special(place, word).or_else(|| match kind.is_given() || kind == ArgKind::IntOut {
            true => done.and_then(|done| self.given(place, kind, done)).or_else(|| self.passed(place, kind)),
            false => self.passed(place, kind),
        });
        format!("{name}{}", text.unwrap_or_else(|| plain(self.nr, kind, word)))
    }

    /// Arguments whose meaning depends on another one.
    fn special(&self, place: usize, word: u64) -> Option<String> {
        let operation = (self.words[1] as u32) & !(flags::FUTEX_PRIVATE_FLAG | flags::FUTEX_CLOCK_REALTIME);
        Some(match (Sysno(self.nr), place) {
            (Sysno::IOCTL, 1) => terminal::request(word),
            (Sysno::PRCTL, 0) => values::prctl(word),
            (Sysno::READV | Sysno::WRITEV, 1) if self.words[2] == 0 => "[]".to_owned(),
            (Sysno::FCNTL, 2) => match self.words[1] as u32 {
                flags::F_SETFD => FdFlags::from_bits_retain(word as u32).names(),
                flags::F_SETFL => OpenFlags::from_bits_retain(word as u32).names(),
                flags::F_DUPFD | flags::F_DUPFD_CLOEXEC | flags::F_SETPIPE_SZ | flags::F_SETOWN => {
                    (word as i32).to_string()
                }
                _ => hex(word),
            },
            (Sysno::FUTEX, 3) if operation == flags::FUTEX_REQUEUE || operation == flags::FUTEX_CMP_REQUEUE => {
                (word as u32).to_string()
            }
            (Sysno::FUTEX, 5) if operation == flags::FUTEX_CMP_REQUEUE => (word as u32).to_string(),
            (Sysno::FUTEX, 5) if word as u32 == u32::MAX => "FUTEX_BITSET_MATCH_ANY".to_owned(),
            _ => return None,
        })
    }

    /// What stands at an address that is passed; none if that is not known.
    #[expect(clippy::wildcard_enum_match_arm, reason = "what points to nothing that is read is shown as a word")]
    fn passed(&self, place: usize, kind: ArgKind) -> Option<String> {
        let bytes = pieces::get(&self.passed, place)?;
        Some(match kind {
            ArgKind::Path => values::quote_all(bytes),
            ArgKind::BufferIn => values::quote(bytes, usize::try_from(self.words[place + 1]).unwrap_or(usize::MAX)),
            ArgKind::Argv if place == 2 => values::environment(self.words[place], bytes),
            ArgKind::Argv => values::strings(bytes),
            ArgKind::TimespecIn => values::timespec(bytes),
            ArgKind::SigsetIn => values::signals(values::number(bytes, 0, 8)),
            ArgKind::SigactionIn => values::sigaction(bytes),
            ArgKind::SiginfoIn => Info::from_bytes(bytes).text(),
            ArgKind::ItimervalIn => values::itimerval(bytes),
            ArgKind::RlimitIn => values::rlimit(bytes),
            ArgKind::StackIn => values::stack(bytes),
            ArgKind::Pollfds => values::pollfds(bytes, false),
            ArgKind::IovecIn => values::buffers(bytes, None),
            ArgKind::IovecOut => values::buffers(bytes, Some(0)),
            ArgKind::CpusetIn => values::cpuset(bytes),
            ArgKind::IntIn => format!("[{}]", values::number(bytes, 0, 4) as u32 as i32),
            _ => return None,
        })
    }

    /// What the kernel has stored at an address; none if nothing.
    #[expect(clippy::wildcard_enum_match_arm, reason = "where nothing is stored the address is shown")]
    fn given(&self, place: usize, kind: ArgKind, done: Done<'_>) -> Option<String> {
        let sleeps = matches!(Sysno(self.nr), Sysno::NANOSLEEP | Sysno::CLOCK_NANOSLEEP);
        let bytes = pieces::get(done.given, place).filter(|_| !sleeps || done.result < 0)?;
        let length = usize::try_from(done.result).unwrap_or(0);
        Some(match kind {
            ArgKind::BufferOut => match Sysno(self.nr) {
                Sysno::GETCWD => values::quote_all(bytes.strip_suffix(&[0]).unwrap_or(bytes)),
                Sysno::GETRANDOM => values::quote_hex(bytes, length),
                _ => values::quote(bytes, length),
            },
            ArgKind::StatusOut => values::status(bytes),
            ArgKind::PipeFdsOut => ends(bytes)?,
            ArgKind::IntOut => format!("[{}]", values::number(bytes, 0, 4) as u32 as i32),
            ArgKind::SignalOut => format!("[{}]", signal_or_number(values::number(bytes, 0, 4))),
            ArgKind::CommOut => values::quote_all(bytes.split(|&byte| byte == 0).next().unwrap_or_default()),
            ArgKind::TermiosOut => terminal::termios(bytes),
            ArgKind::IovecOut => values::buffers(bytes, Some(length)),
            ArgKind::CpusetOut => values::cpuset(bytes),
            ArgKind::SigsetOut => values::signals(values::number(bytes, 0, 8)),
            ArgKind::SigactionOut => values::sigaction(bytes),
            ArgKind::SiginfoOut => Info::from_bytes(bytes).text(),
            ArgKind::TimespecOut => values::timespec(bytes),
            ArgKind::ItimervalOut => values::itimerval(bytes),
            ArgKind::RlimitOut => values::rlimit(bytes),
            ArgKind::StackOut => values::stack(bytes),
            ArgKind::StatOut => values::stat(bytes),
            ArgKind::RusageOut => values::rusage(bytes),
            ArgKind::UtsnameOut => values::utsname(bytes),
            ArgKind::DirentsOut => {
                let count = values::number(bytes, 0, 4);
                let plural = if count == 1 { "y" } else { "ies" };
                format!("{} /* {count} entr{plural} */", pointer(self.words[place]))
            }
            ArgKind::ResidentOut => {
                let pages: Vec<String> = bytes.iter().map(|byte| (byte & 1).to_string()).collect();
                format!("[{}]", pages.join(", "))
            }
            _ => return None,
        })
    }

    /// What stands behind the `=`.
    pub fn result(&self, done: Done<'_>) -> String {
        let (call, result) = (Sysno(self.nr), done.result);
        let interrupted = result == CALLED_AGAIN || Errno::from_word(result as u64) == Some(Errno::EINTR);
        if interrupted && call != Sysno::RT_SIGTIMEDWAIT && call != Sysno::RT_SIGRETURN {
            return self.restart().to_owned();
        }
        if let Some(errno) = Errno::from_word(result as u64) {
            return format!("-1 {} ({})", errno.name(), errno.message());
        }
        match call {
            Sysno::MMAP | Sysno::BRK | Sysno::MREMAP => pointer(result as u64),
            Sysno::UMASK => format!("{result:#o}").replacen("0o", if result == 0 { "" } else { "0" }, 1),
            Sysno::FCNTL if self.words[1] as u32 == flags::F_GETFD && result != 0 => {
                format!("{result:#x} (flags {})", FdFlags::from_bits_retain(result as u32).names())
            }
            Sysno::FCNTL if self.words[1] as u32 == flags::F_GETFL => {
                format!("{result:#x} (flags {})", OpenFlags::from_bits_retain(result as u32).names())
            }
            Sysno::RT_SIGTIMEDWAIT => format!("{result} ({})", values::signal(result as u8)),
            Sysno::POLL if result == 0 => "0 (Timeout)".to_owned(),
            Sysno::POLL => {
                let files = pieces::get(done.given, 0).unwrap_or_default();
                format!("{result} ({})", values::pollfds(files, true))
            }
            _ => result.to_string(),
        }
    }

    /// How a call ends that a signal interrupts: the tracer sees the kernel's own number, which no program ever sees.
    pub fn restart(&self) -> &'static str {
        match Sysno(self.nr) {
            Sysno::PAUSE | Sysno::RT_SIGSUSPEND => "? ERESTARTNOHAND (To be restarted if no handler)",
            Sysno::NANOSLEEP | Sysno::CLOCK_NANOSLEEP | Sysno::POLL => {
                "? ERESTART_RESTARTBLOCK (Interrupted by signal)"
            }
            Sysno::FUTEX if self.words[3] != 0 => "? ERESTART_RESTARTBLOCK (Interrupted by signal)",
            _ => "? ERESTARTSYS (To be restarted if SA_RESTART is set)",
        }
    }
}

fn signal_or_number(word: u64) -> String {
    match u8::try_from(word) {
        Ok(number @ 1..=64) => values::signal(number),
        Ok(_) | Err(_) => (word as i32).to_string(),
    }
}

/// Whether flags of `open(2)` make a file, so that its mode matters.
fn creates(flags: u64) -> bool {
    OpenFlags::from_bits_retain(flags as u32).contains(OpenFlags::O_CREAT)
}

/// An argument as its word alone says, where strace writes it otherwise than the digest does, too.
#[expect(clippy::wildcard_enum_match_arm, reason = "the others are written alike")]
fn plain(nr: u16, kind: ArgKind, word: u64) -> String {
    match kind {
        ArgKind::Fd if word as i32 == AT_FDCWD => "AT_FDCWD".to_owned(),
        ArgKind::Signal => signal_or_number(word),
        ArgKind::Mode => values::mode(word),
        // WUNTRACED and WSTOPPED are one number, and strace takes the second name.
        ArgKind::WaitOptions => WaitOptions::from_bits_retain(word as u32).names().replace("WUNTRACED", "WSTOPPED"),
        _ => call::plain(nr, kind, word),
    }
}
