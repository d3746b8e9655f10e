//! A system call as a line: name, arguments and result, much as strace writes them.

use crate::abi::errno::Errno;
use crate::abi::flags::{self, AT_FDCWD, CloneFlags, MapFlags, NAMED, OpenFlags, Prot, WaitOptions};
use crate::abi::signal::Signal;
use crate::abi::sysno::{self, Arg, ArgKind, Sysno};
use crate::abi::wait::ExitStatus;
use crate::base::ids::Tid;
use crate::trace::event::CALLED_AGAIN;
use crate::trace::names::Names;
use crate::trace::render::fields::word_of;

/// Bytes of a string that are shown.
const SHOWN_BYTES: usize = 32;

/// The command in the operation of `futex(2)`, without its flags.
const FUTEX_COMMAND: u64 = !0x180;
const FUTEX_WAIT: u64 = 0;
const FUTEX_WAKE: u64 = 1;

/// A system call as it was entered.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Call {
    /// Its number.
    pub nr: u16,
    /// Its argument words.
    pub words: [u64; 6],
    /// The path, or the first bytes that it passes.
    pub text: Vec<u8>,
    /// Of each argument that is a descriptor, how it is written: what it leads to when the call begins.
    descriptors: [String; 6],
}

/// What a call answered.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Answer {
    /// The result word.
    pub result: i64,
    /// The first bytes that it gave back.
    pub text: Vec<u8>,
}

impl Call {
    /// A call of a task from the bytes of its argument words, as it begins.
    #[must_use]
    pub fn new(nr: u16, bytes: &[u8], text: &[u8], task: Tid, names: &Names) -> Self {
        let mut words = [0; 6];
        for (word, chunk) in words.iter_mut().zip(bytes.chunks_exact(8)) {
            *word = word_of(chunk);
        }
        let mut descriptors = <[String; 6]>::default();
        let args = sysno::info(Sysno(nr)).map_or(&[][..], |row| row.args);
        for ((text, arg), word) in descriptors.iter_mut().zip(args).zip(words) {
            if arg.kind == ArgKind::Fd {
                *text = descriptor(word, task, names);
            }
        }
        Self { nr, words, text: text.to_vec(), descriptors }
    }

    /// `openat(AT_FDCWD, "/bin", O_RDONLY|O_DIRECTORY)`; with what it gave back, if the answer is known.
    #[must_use]
    pub fn line(&self, answer: Option<&Answer>) -> String {
        let args = sysno::info(Sysno(self.nr)).map_or(&[][..], |row| row.args);
        let mut paths = self.text.split(|&byte| byte == 0);
        let mut parts = Vec::new();
        for (at, arg) in args.iter().take(self.shown_args(args)).enumerate() {
            let path = if arg.kind == ArgKind::Path { paths.next() } else { None };
            parts.push(self.arg(at, arg.kind, path, answer));
        }
        format!("{}({})", Sysno(self.nr), parts.join(", "))
    }

    /// How many arguments are worth showing: those that the call ignores here are not.
    fn shown_args(&self, args: &[Arg]) -> usize {
        let creates = |flags: u64| OpenFlags::from_bits_retain(flags as u32).contains(OpenFlags::O_CREAT);
        match Sysno(self.nr) {
            Sysno::OPEN if !creates(self.words[1]) => 2,
            Sysno::OPENAT if !creates(self.words[2]) => 3,
            Sysno::CLONE if self.words[1..5] == [0; 4] => 1,
            Sysno::CLONE if self.words[2..5] == [0; 3] => 2,
            Sysno::FUTEX => match self.words[1] & FUTEX_COMMAND {
                FUTEX_WAIT => 4,
                FUTEX_WAKE => 3,
                _ => args.len(),
            },
            _ => args.len(),
        }
    }

    #[expect(clippy::wildcard_enum_match_arm, reason = "the others are told by their words alone")]
    fn arg(&self, at: usize, kind: ArgKind, path: Option<&[u8]>, answer: Option<&Answer>) -> String {
        let word = self.words[at];
        let given = answer.filter(|answer| answer.result >= 0 && !answer.text.is_empty());
        match kind {
            ArgKind::Fd => self.descriptors[at].clone(),
            ArgKind::Path => path.filter(|_| word != 0).map_or_else(|| pointer(word), |path| quote(path, path.len())),
            ArgKind::BufferIn if !self.text.is_empty() || self.words.get(at + 1) == Some(&0) => {
                let length = self.words.get(at + 1).copied().unwrap_or(0);
                quote(&self.text, usize::try_from(length).unwrap_or(usize::MAX))
            }
            ArgKind::BufferOut => match given {
                Some(Answer { result, text }) if is_text(text) => quote(text, *result as usize),
                Some(_) | None => pointer(word),
            },
            ArgKind::StatusOut => given.and_then(|given| status(&given.text)).unwrap_or_else(|| pointer(word)),
            ArgKind::PipeFdsOut => given.and_then(|given| ends(&given.text)).unwrap_or_else(|| pointer(word)),
            _ => plain(self.nr, kind, word),
        }
    }
}

/// An argument as its word alone says; of what stands in memory, the address.
pub fn plain(nr: u16, kind: ArgKind, word: u64) -> String {
    match kind {
        ArgKind::Int => (word as i64).to_string(),
        ArgKind::Unsigned | ArgKind::Length => word.to_string(),
        ArgKind::Hex => hex(word),
        ArgKind::Fd | ArgKind::Pid => (word as i32).to_string(),
        ArgKind::Signal => Signal::from_word(word).map_or_else(|| word.to_string(), |signal| signal.to_string()),
        ArgKind::OpenFlags => open_flags(Sysno(nr), word),
        ArgKind::Mode => format!("{word:#05o}"),
        ArgKind::Prot => Prot::from_bits_retain(word as u32).names(),
        ArgKind::MapFlags => MapFlags::from_bits_retain(word as u32).names(),
        ArgKind::CloneFlags => CloneFlags::from_bits_retain(word).names(),
        ArgKind::WaitOptions => WaitOptions::from_bits_retain(word as u32).names(),
        ArgKind::Whence => named("SEEK_", word),
        ArgKind::FcntlCommand => named("F_", word),
        ArgKind::ClockId => named("CLOCK_", word),
        ArgKind::FutexOp => futex_op(word),
        ArgKind::RusageWho => named("RUSAGE_", word),
        ArgKind::Named(prefix) => named(prefix, word),
        ArgKind::NamedSet(prefix) => named_set(prefix, word),
        ArgKind::AccessMode => access_mode(word),
        ArgKind::Path
        | ArgKind::BufferIn
        | ArgKind::BufferOut
        | ArgKind::Pointer
        | ArgKind::Argv
        | ArgKind::StatusOut
        | ArgKind::PipeFdsOut
        | ArgKind::TimespecIn
        | ArgKind::SigsetIn
        | ArgKind::SigsetOut
        | ArgKind::SigactionIn
        | ArgKind::SigactionOut
        | ArgKind::SiginfoIn
        | ArgKind::SiginfoOut
        | ArgKind::TimespecOut
        | ArgKind::ItimervalIn
        | ArgKind::ItimervalOut
        | ArgKind::RlimitIn
        | ArgKind::RlimitOut
        | ArgKind::StackIn
        | ArgKind::StackOut
        | ArgKind::StatOut
        | ArgKind::RusageOut
        | ArgKind::UtsnameOut
        | ArgKind::IntOut
        | ArgKind::Pollfds
        | ArgKind::DirentsOut
        | ArgKind::ResidentOut
        | ArgKind::IovecIn
        | ArgKind::IovecOut
        | ArgKind::CpusetIn
        | ArgKind::CpusetOut
        | ArgKind::IntIn
        | ArgKind::SignalOut
        | ArgKind::CommOut
        | ArgKind::TermiosOut
        | ArgKind::Ignored => pointer(word),
    }
}

/// `FUTEX_WAIT_PRIVATE|FUTEX_CLOCK_REALTIME`, as strace(1) writes it.
fn futex_op(word: u64) -> String {
    let private = if word & 0x80 == 0 { "" } else { "_PRIVATE" };
    let clock = if word & 0x100 == 0 { "" } else { "|FUTEX_CLOCK_REALTIME" };
    format!("{}{private}{clock}", named("FUTEX_", word & FUTEX_COMMAND))
}

/// What a call gave back beside its result, when its arguments stand on an earlier line; empty if nothing.
#[must_use]
#[expect(clippy::wildcard_enum_match_arm, reason = "only arguments that the kernel fills give something back")]
pub fn given_back(nr: u16, answer: &Answer) -> String {
    if answer.result < 0 || answer.text.is_empty() {
        return String::new();
    }
    let args = sysno::info(Sysno(nr)).map_or(&[][..], |row| row.args);
    let text = args.iter().find_map(|arg| match arg.kind {
        ArgKind::BufferOut if is_text(&answer.text) => Some(quote(&answer.text, answer.result as usize)),
        ArgKind::StatusOut => status(&answer.text),
        ArgKind::PipeFdsOut => ends(&answer.text),
        _ => None,
    });
    text.map_or_else(String::new, |text| format!(", {text}"))
}

/// The result of a call: a number, an address, or `-ENOENT (No such file or directory)`.
#[must_use]
pub fn result(nr: u16, result: i64) -> String {
    if result == CALLED_AGAIN {
        return "?, interrupted: is called again after the handler".to_owned();
    }
    if let Some(errno) = Errno::from_word(result as u64) {
        return format!("-{} ({})", errno.name(), errno.message());
    }
    match Sysno(nr) {
        Sysno::MMAP | Sysno::BRK | Sysno::MREMAP => pointer(result as u64),
        _ => result.to_string(),
    }
}

/// A wait status in words.
#[must_use]
pub fn status_words(raw: u32) -> String {
    match ExitStatus::from_raw(raw) {
        Some(ExitStatus::Exited(code)) => format!("exited {code}"),
        Some(ExitStatus::Signaled { signal, core: false }) => format!("killed by {signal}"),
        Some(ExitStatus::Signaled { signal, core: true }) => format!("killed by {signal}, core dumped"),
        Some(ExitStatus::Stopped(signal)) => format!("stopped by {signal}"),
        Some(ExitStatus::Continued) => "continued".to_owned(),
        None => format!("status {raw:#x}"),
    }
}

/// Bytes as a string in quotes, at most 32 of them; dots follow if there are more, up to `length`.
#[must_use]
pub fn quote(bytes: &[u8], length: usize) -> String {
    let shown = bytes.get(..SHOWN_BYTES).unwrap_or(bytes);
    let mut quoted = String::from("\"");
    for chunk in shown.utf8_chunks() {
        for letter in chunk.valid().chars() {
            match letter {
                '\0' => quoted.push_str("\\0"),
                '"' | '\\' | '\n' | '\t' | '\r' => quoted.extend(letter.escape_default()),
                letter if letter.is_control() => quoted.push_str(&format!("\\x{:02x}", u32::from(letter))),
                letter => quoted.push(letter),
            }
        }
        for byte in chunk.invalid() {
            quoted.push_str(&format!("\\x{byte:02x}"));
        }
    }
    quoted.push('"');
    if length > shown.len() {
        quoted.push_str("...");
    }
    quoted
}

/// Whether bytes are worth showing as a string: mostly what a person can read.
fn is_text(bytes: &[u8]) -> bool {
    let shown = bytes.get(..SHOWN_BYTES).unwrap_or(bytes);
    let odd = shown.iter().filter(|byte| byte.is_ascii_control() && !byte.is_ascii_whitespace()).count();
    odd * 4 <= shown.len()
}

/// A number in hexadecimal; 0 is plain.
pub fn hex(word: u64) -> String {
    if word == 0 { "0".to_owned() } else { format!("{word:#x}") }
}

/// An address; 0 is `NULL`.
pub fn pointer(word: u64) -> String {
    if word == 0 { "NULL".to_owned() } else { format!("{word:#x}") }
}

fn descriptor(word: u64, task: Tid, names: &Names) -> String {
    let fd = word as i32;
    if fd == AT_FDCWD {
        return "AT_FDCWD".to_owned();
    }
    match u32::try_from(fd).ok().and_then(|fd| names.descriptor(task, fd)) {
        Some(path) if path != "console" => format!("{fd}<{path}>"),
        Some(_) | None => fd.to_string(),
    }
}

fn open_flags(call: Sysno, word: u64) -> String {
    let flags = OpenFlags::from_bits_retain(word as u32);
    match call {
        Sysno::OPEN | Sysno::OPENAT => flags.names(),
        _ => flags.names_without_mode(),
    }
}

/// `R_OK|W_OK`, or `F_OK`.
fn access_mode(word: u64) -> String {
    let bits = [(4, "R_OK"), (2, "W_OK"), (1, "X_OK")];
    let names: Vec<&str> = bits.into_iter().filter(|(bit, _)| word & bit != 0).map(|(_, name)| name).collect();
    match (word as u32, names.is_empty()) {
        (0, _) => "F_OK".to_owned(),
        (1..=7, false) => names.join("|"),
        (other, _) => format!("{other:#x}"),
    }
}

/// Constants of a group of plain constants, joined by `|`, and what has no name as a number; 0 if there is none.
pub fn named_set(prefix: &str, word: u64) -> String {
    let mut rest = u64::from(word as u32);
    let mut names = Vec::new();
    for &(name, number) in NAMED.iter().filter(|(name, number)| name.starts_with(prefix) && *number > 0) {
        if rest & number as u64 == number as u64 {
            names.push(name.to_owned());
            rest &= !(number as u64);
        }
    }
    if rest != 0 || names.is_empty() {
        names.push(if rest == 0 { "0".to_owned() } else { format!("{rest:#x}") });
    }
    names.join("|")
}

/// The constant of a group of plain constants, or the number.
pub fn named(prefix: &str, word: u64) -> String {
    let value = i64::from(word as i32);
    let found = NAMED.iter().find(|&&(name, number)| number == value && name.starts_with(prefix));
    found.map_or_else(|| value.to_string(), |&(name, _)| name.to_owned())
}

pub fn int(bytes: &[u8], at: usize) -> Option<i32> {
    let mut four = [0; 4];
    four.copy_from_slice(bytes.get(at..at + 4)?);
    Some(i32::from_le_bytes(four))
}

fn status(bytes: &[u8]) -> Option<String> {
    Some(format!("[{}]", status_words(int(bytes, 0)? as u32)))
}

pub fn ends(bytes: &[u8]) -> Option<String> {
    Some(format!("[{}, {}]", int(bytes, 0)?, int(bytes, 4)?))
}

/// The name of a `si_code` for a signal; the number if it has none.
#[must_use]
pub fn signal_code(signal: Signal, code: i32) -> String {
    let prefix = match signal {
        _ if code <= flags::SI_USER || code == flags::SI_KERNEL => "SI_",
        Signal::SIGCHLD => "CLD_",
        Signal::SIGSEGV => "SEGV_",
        Signal::SIGFPE => "FPE_",
        Signal::SIGILL => "ILL_",
        Signal::SIGBUS => "BUS_",
        Signal::SIGTRAP => "TRAP_",
        _ => "SI_",
    };
    named(prefix, code as u64)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(nr: Sysno, words: [u64; 6], text: &[u8], answer: Option<Answer>) -> String {
        let bytes: Vec<u8> = words.into_iter().flat_map(u64::to_le_bytes).collect();
        Call::new(nr.0, &bytes, text, Tid(2), &Names::default()).line(answer.as_ref())
    }

    #[test]
    fn calls_as_strace_writes_them() {
        let dir = OpenFlags::O_DIRECTORY.bits();
        let open = line(Sysno::OPENAT, [-100_i64 as u64, 0x5000, dir.into(), 0, 0, 0], b"/bin", None);
        assert_eq!(open, "openat(AT_FDCWD, \"/bin\", O_RDONLY|O_DIRECTORY)");
        let write = line(Sysno::WRITE, [1, 0x5000, 40, 0, 0, 0], b"hello\n\"\x07\xff", None);
        assert_eq!(write, "write(1, \"hello\\n\\\"\\x07\\xff\"..., 40)");
        assert_eq!(line(Sysno::CLONE, [17, 0, 0, 0, 0, 0], b"", None), "clone(SIGCHLD)");
        let answer = Answer { result: 3, text: 0x100_u32.to_le_bytes().to_vec() };
        let wait = line(Sysno::WAIT4, [u64::MAX, 0x7000, 0, 0, 0, 0], b"", Some(answer));
        assert_eq!(wait, "wait4(-1, [exited 1], 0, NULL)");
        assert_eq!(line(Sysno(334), [1; 6], b"", None), "syscall_0x14e()");
        let futex = |op| line(Sysno::FUTEX, [0x7000, op, 2, 0, 0x7000, 0], b"", None);
        assert_eq!(futex(0x80), "futex(0x7000, FUTEX_WAIT_PRIVATE, 2, NULL)");
        assert_eq!(futex(1), "futex(0x7000, FUTEX_WAKE, 2)");
    }

    #[test]
    fn results() {
        assert_eq!(result(Sysno::OPEN.0, -2), "-ENOENT (No such file or directory)");
        assert_eq!(result(Sysno::MMAP.0, 0x7f00_0000), "0x7f000000");
        assert_eq!(result(Sysno::READ.0, 5), "5");
        assert_eq!(given_back(Sysno::READ.0, &Answer { result: 2, text: b"hi".to_vec() }), ", \"hi\"");
        assert_eq!(signal_code(Signal::SIGSEGV, 1), "SEGV_MAPERR");
        assert_eq!(signal_code(Signal::SIGCHLD, 1), "CLD_EXITED");
        assert_eq!(signal_code(Signal::SIGUSR1, 0), "SI_USER");
    }
}
