//! What arguments point to, as strace prints it: strings, sets of signals, structures.

use crate::abi::flags::{NAMED, RLIM_INFINITY, S_IFMT, SI_KERNEL, SI_QUEUE, SI_TKILL, SI_USER, SaFlags};
use crate::abi::layout::{RLIMIT_BYTES, SIGACTION_BYTES, Sigaction, UTSNAME_FIELD_BYTES};
use crate::abi::signal::Signal;
use crate::abi::wait::ExitStatus;
use crate::trace::render::call::{hex, named, named_set, pointer, signal_code};
use crate::trace::render::fields::word_of;

/// Bytes of a string that are shown (`-s 32`).
pub const SHOWN_BYTES: usize = 32;

/// Bytes of a buffer in a piece before its text: address, length, and the number of bytes of the text.
const BUFFER_HEAD: usize = 18;

/// Permission bits: `0644`, `022`, `000`.
pub fn mode(word: u64) -> String {
    format!("{:0>3}", format!("0{:o}", word as u16))
}

/// Bytes in quotes, with octal escapes; dots follow if a text of `length` bytes was cut.
pub fn quote(bytes: &[u8], length: usize) -> String {
    let shown = bytes.get(..SHOWN_BYTES).unwrap_or(bytes);
    let dots = if length > shown.len() { "..." } else { "" };
    format!("{}{dots}", quote_all(shown))
}

/// All bytes in quotes, with octal escapes: as short as they can be.
pub fn quote_all(bytes: &[u8]) -> String {
    let mut quoted = String::from("\"");
    for (at, &byte) in bytes.iter().enumerate() {
        let digit_follows = matches!(bytes.get(at + 1), Some(b'0'..=b'7'));
        match byte {
            b'"' => quoted.push_str("\\\""),
            b'\\' => quoted.push_str("\\\\"),
            b'\n' => quoted.push_str("\\n"),
            b'\t' => quoted.push_str("\\t"),
            b'\r' => quoted.push_str("\\r"),
            0x0b => quoted.push_str("\\v"),
            0x0c => quoted.push_str("\\f"),
            b' '..=b'~' => quoted.push(char::from(byte)),
            _ if digit_follows => quoted.push_str(&format!("\\{byte:03o}")),
            _ => quoted.push_str(&format!("\\{byte:o}")),
        }
    }
    quoted.push('"');
    quoted
}

/// Bytes in quotes, each as `\x7f`: how the answer of `getrandom(2)` is shown.
pub fn quote_hex(bytes: &[u8], length: usize) -> String {
    let shown = bytes.get(..SHOWN_BYTES).unwrap_or(bytes);
    let text: String = shown.iter().map(|byte| format!("\\x{byte:02x}")).collect();
    let dots = if length > shown.len() { "..." } else { "" };
    format!("\"{text}\"{dots}")
}

/// An array of C strings as the recorder keeps it: `["ls", "/bin"]`.
pub fn strings(piece: &[u8]) -> String {
    let (count, mut rest) = (number(piece, 0, 4), piece.get(4..).unwrap_or_default());
    let mut shown = Vec::new();
    while let Some(end) = rest.iter().position(|&byte| byte == 0) {
        if shown.len() == SHOWN_BYTES {
            break;
        }
        shown.push(quote(&rest[..end], end));
        rest = &rest[end + 1..];
    }
    if count > shown.len() as u64 {
        shown.push("...".to_owned());
    }
    format!("[{}]", shown.join(", "))
}

/// The environment: its address and how many there are.
pub fn environment(word: u64, piece: &[u8]) -> String {
    let count = number(piece, 0, 4);
    format!("{} /* {count} var{} */", pointer(word), if count == 1 { "" } else { "s" })
}

/// A little-endian number of some bytes.
pub fn number(bytes: &[u8], at: usize, length: usize) -> u64 {
    bytes.get(at..at + length).map_or(0, word_of)
}

/// A signal by its name: `SIGUSR1`, `SIGRTMIN`, `SIGRT_1`.
pub fn signal(number: u8) -> String {
    if number == Signal::SIGRTMIN.0 { "SIGRTMIN".to_owned() } else { Signal(number).to_string() }
}

/// A set of signals: `[USR1 CHLD]`; one that holds most of them by what it lacks: `~[KILL STOP]`.
pub fn signals(set: u64) -> String {
    let inverted = set.count_ones() >= 64 * 2 / 3;
    let members = if inverted { !set } else { set };
    let names = (1..=64).filter(|number| members >> (number - 1) & 1 == 1);
    let names: Vec<String> = names.map(|number| signal(number).trim_start_matches("SIG").to_owned()).collect();
    format!("{}[{}]", if inverted { "~" } else { "" }, names.join(" "))
}

/// `{tv_sec=0, tv_nsec=20000000}`.
pub fn timespec(bytes: &[u8]) -> String {
    format!("{{tv_sec={}, tv_nsec={}}}", number(bytes, 0, 8) as i64, number(bytes, 8, 8) as i64)
}

fn timeval(bytes: &[u8], at: usize) -> String {
    format!("{{tv_sec={}, tv_usec={}}}", number(bytes, at, 8) as i64, number(bytes, at + 8, 8) as i64)
}

/// `{it_interval={…}, it_value={…}}`.
pub fn itimerval(bytes: &[u8]) -> String {
    format!("{{it_interval={}, it_value={}}}", timeval(bytes, 0), timeval(bytes, 16))
}

/// `{ru_utime={…}, ru_stime={…}, ...}`.
pub fn rusage(bytes: &[u8]) -> String {
    format!("{{ru_utime={}, ru_stime={}, ...}}", timeval(bytes, 0), timeval(bytes, 16))
}

/// `{rlim_cur=8192*1024, rlim_max=RLIM64_INFINITY}`.
pub fn rlimit(bytes: &[u8]) -> String {
    let one = |at| match number(bytes, at, RLIMIT_BYTES / 2) {
        RLIM_INFINITY => "RLIM64_INFINITY".to_owned(),
        kib if kib > 1024 && kib % 1024 == 0 => format!("{}*1024", kib / 1024),
        other => other.to_string(),
    };
    format!("{{rlim_cur={}, rlim_max={}}}", one(0), one(8))
}

/// `{ss_sp=0x…, ss_flags=0, ss_size=8192}`.
pub fn stack(bytes: &[u8]) -> String {
    let (sp, flags, size) = (number(bytes, 0, 8), number(bytes, 8, 4), number(bytes, 16, 8));
    format!("{{ss_sp={}, ss_flags={}, ss_size={size}}}", pointer(sp), named_set("SS_", flags))
}

/// `{st_mode=S_IFREG|0644, st_size=35923, ...}`; of a device its numbers instead of a size.
pub fn stat(bytes: &[u8]) -> String {
    let (mode, rdev, size) = (number(bytes, 24, 4), number(bytes, 40, 8), number(bytes, 48, 8));
    let kind = mode & u64::from(S_IFMT);
    let kinds = NAMED.iter().filter(|(name, _)| name.starts_with("S_IF") && *name != "S_IFMT");
    let name = kinds.clone().find(|(_, number)| *number as u64 == kind).map_or("0", |(name, _)| name);
    let permissions = format!("{:#05o}", mode & 0o7777).replacen("0o", "0", 1);
    let detail = match name {
        "S_IFCHR" | "S_IFBLK" => {
            let (major, minor) = (rdev >> 8 & 0xfff, rdev & 0xff | rdev >> 12 & 0xfff00);
            format!("st_rdev=makedev({major:#x}, {minor:#x})")
        }
        _ => format!("st_size={size}"),
    };
    format!("{{st_mode={name}|{permissions}, {detail}, ...}}")
}

/// `{sysname="Linux", nodename="…", ...}`.
pub fn utsname(bytes: &[u8]) -> String {
    let field = |at: usize| {
        let field = bytes.get(at..at + UTSNAME_FIELD_BYTES).unwrap_or_default();
        let end = field.iter().position(|&byte| byte == 0).unwrap_or(field.len());
        quote_all(&field[..end])
    };
    format!("{{sysname={}, nodename={}, ...}}", field(0), field(UTSNAME_FIELD_BYTES))
}

/// `{sa_handler=0x…, sa_mask=[USR1], sa_flags=SA_RESTORER|SA_RESTART, sa_restorer=0x…}`.
pub fn sigaction(bytes: &[u8]) -> String {
    let Ok(bytes) = <&[u8; SIGACTION_BYTES]>::try_from(bytes) else { return "???".to_owned() };
    let action = Sigaction::from_bytes(bytes);
    let handler = match action.handler {
        0 => "SIG_DFL".to_owned(),
        1 => "SIG_IGN".to_owned(),
        address => format!("{address:#x}"),
    };
    let flags = SaFlags::from_bits_retain(action.flags);
    let restorer = match flags.contains(SaFlags::SA_RESTORER) {
        true => format!(", sa_restorer={}", pointer(action.restorer)),
        false => String::new(),
    };
    let (mask, flags) = (signals(action.mask), sa_flags(flags));
    format!("{{sa_handler={handler}, sa_mask={mask}, sa_flags={flags}{restorer}}}")
}

/// Flags of a signal's action, in the order in which strace knows them.
fn sa_flags(flags: SaFlags) -> String {
    let order = [
        (SaFlags::SA_RESTORER, "SA_RESTORER"),
        (SaFlags::SA_ONSTACK, "SA_ONSTACK"),
        (SaFlags::SA_RESTART, "SA_RESTART"),
        (SaFlags::SA_NODEFER, "SA_NODEFER"),
        (SaFlags::SA_RESETHAND, "SA_RESETHAND"),
        (SaFlags::SA_SIGINFO, "SA_SIGINFO"),
        (SaFlags::SA_NOCLDSTOP, "SA_NOCLDSTOP"),
        (SaFlags::SA_NOCLDWAIT, "SA_NOCLDWAIT"),
    ];
    let mut names: Vec<String> = Vec::new();
    let mut rest = flags.bits();
    for (flag, name) in order {
        if flags.contains(flag) {
            names.push(name.to_owned());
            rest &= !flag.bits();
        }
    }
    if rest != 0 || names.is_empty() {
        names.push(hex(rest));
    }
    names.join("|")
}

/// Files of `poll(2)`: with what is waited for, or with what has happened to those to which something has.
pub fn pollfds(bytes: &[u8], happened: bool) -> String {
    let one = |file: &[u8]| {
        let (fd, events, revents) = (number(file, 0, 4) as i32, number(file, 4, 2), number(file, 6, 2));
        match happened {
            true if revents == 0 => None,
            true => Some(format!("{{fd={fd}, revents={}}}", named_set("POLL", revents))),
            false => Some(format!("{{fd={fd}, events={}}}", named_set("POLL", events))),
        }
    };
    let files: Vec<String> = bytes.chunks_exact(8).filter_map(one).collect();
    format!("[{}]", files.join(", "))
}

/// A wait status: `[{WIFEXITED(s) && WEXITSTATUS(s) == 3}]`.
pub fn status(bytes: &[u8]) -> String {
    let raw = number(bytes, 0, 4) as u32;
    let text = match ExitStatus::from_raw(raw) {
        Some(ExitStatus::Exited(code)) => format!("WIFEXITED(s) && WEXITSTATUS(s) == {code}"),
        Some(ExitStatus::Signaled { signal: by, core }) => {
            let core = if core { " && WCOREDUMP(s)" } else { "" };
            format!("WIFSIGNALED(s) && WTERMSIG(s) == {}{core}", signal(by.0))
        }
        Some(ExitStatus::Stopped(by)) => format!("WIFSTOPPED(s) && WSTOPSIG(s) == {}", signal(by.0)),
        Some(ExitStatus::Continued) => "WIFCONTINUED(s)".to_owned(),
        None => return format!("[{raw:#x}]"),
    };
    format!("[{{{text}}}]")
}

/// Why a signal came: the members of `siginfo_t`.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Info {
    /// The signal's number.
    pub signal: u8,
    /// `si_code`.
    pub code: i32,
    /// `si_pid`.
    pub pid: i32,
    /// `si_uid`.
    pub uid: u32,
    /// `si_status`, `si_addr` or `si_value`.
    pub value: u64,
    /// `si_utime` and `si_stime`, in ticks.
    pub times: (u64, u64),
}

impl Info {
    /// From what the kernel stored in a program's memory.
    pub fn from_bytes(bytes: &[u8]) -> Self {
        let (signal, code) = (number(bytes, 0, 4) as u8, number(bytes, 8, 4) as u32 as i32);
        let mut info = Self { signal, code, ..Self::default() };
        if info.is_fault() {
            info.value = number(bytes, 16, 8);
        } else {
            (info.pid, info.uid) = (number(bytes, 16, 4) as u32 as i32, number(bytes, 20, 4) as u32);
            info.value = number(bytes, 24, if info.is_child() { 4 } else { 8 });
            info.times = (number(bytes, 32, 8), number(bytes, 40, 8));
        }
        info
    }

    fn is_child(&self) -> bool {
        Signal(self.signal) == Signal::SIGCHLD && self.code > SI_USER && self.code != SI_KERNEL
    }

    fn is_fault(&self) -> bool {
        let faults = [Signal::SIGSEGV, Signal::SIGBUS, Signal::SIGFPE, Signal::SIGILL];
        faults.contains(&Signal(self.signal)) && self.code > SI_USER
    }

    /// `{si_signo=SIGCHLD, si_code=CLD_EXITED, si_pid=3, si_uid=0, si_status=0, si_utime=0, si_stime=0}`.
    pub fn text(&self) -> String {
        if self.signal == 0 {
            return "{}".to_owned();
        }
        let Self { pid, uid, value, times: (utime, stime), .. } = *self;
        let sender = format!(", si_pid={pid}, si_uid={uid}");
        let rest = match self.code {
            SI_USER | SI_TKILL => sender,
            ..=SI_QUEUE => format!("{sender}, si_int={}, si_ptr={}", value as i32, pointer(value)),
            _ if self.is_child() => {
                let exited = signal_code(Signal::SIGCHLD, self.code) == "CLD_EXITED";
                let status = if exited { (value as i32).to_string() } else { signal(value as u8) };
                format!("{sender}, si_status={status}, si_utime={utime}, si_stime={stime}")
            }
            _ if self.is_fault() => format!(", si_addr={}", pointer(value)),
            _ => String::new(),
        };
        let code = signal_code(Signal(self.signal), self.code);
        format!("{{si_signo={}, si_code={code}{rest}}}", signal(self.signal))
    }
}

/// Buffers as the recorder keeps them: `[{iov_base="a", iov_len=1}]`; of those that a call fills only what it has filled
/// is shown, and where that is nothing the address.
pub fn buffers(mut piece: &[u8], filled: Option<usize>) -> String {
    let (mut shown, mut left) = (Vec::new(), filled);
    while piece.len() >= BUFFER_HEAD {
        if shown.len() == SHOWN_BYTES {
            shown.push("...".to_owned());
            break;
        }
        let (base, length, kept) = (number(piece, 0, 8), number(piece, 8, 8), number(piece, 16, 2) as usize);
        let text = piece.get(BUFFER_HEAD..BUFFER_HEAD + kept).unwrap_or_default();
        let whole = usize::try_from(length).unwrap_or(usize::MAX);
        let here = left.map_or(whole, |left| left.min(whole));
        let is_known = match filled {
            // Whose bytes are not present has them shown as an address.
            None => kept > 0 || length == 0,
            Some(_) => filled != Some(0),
        };
        let base = if is_known { quote(text, here) } else { pointer(base) };
        shown.push(format!("{{iov_base={base}, iov_len={length}}}"));
        left = left.map(|left| left - here);
        piece = piece.get(BUFFER_HEAD + kept..).unwrap_or_default();
    }
    format!("[{}]", shown.join(", "))
}

/// Processors of a set: `[0 2]`.
pub fn cpuset(bytes: &[u8]) -> String {
    let has = |cpu: &usize| bytes[cpu / 8] >> (cpu % 8) & 1 == 1;
    let members: Vec<String> = (0..bytes.len() * 8).filter(has).map(|cpu| cpu.to_string()).collect();
    format!("[{}]", members.join(" "))
}

/// An option of `prctl(2)` by its name; one without a name as `0x270f /* PR_??? */`.
pub fn prctl(option: u64) -> String {
    let name = named("PR_", option);
    if name.starts_with("PR_") { name } else { format!("{:#x} /* PR_??? */", option as u32) }
}

#[cfg(test)]
mod tests {
    use super::*;

    // What strace 6.1 printed for the same bytes.
    #[test]
    fn strings_have_octal_escapes() {
        assert_eq!(quote(b"a\"b\\c\x012\xe3\x81\x82\r\x0b", 12), r#""a\"b\\c\0012\343\201\202\r\v""#);
        assert_eq!(quote(b"\x7fELF\x02\x01\x01\x03\0\0", 832), r#""\177ELF\2\1\1\3\0\0"..."#);
        assert_eq!(quote(&[b'x'; 40], 40), format!("\"{}\"...", "x".repeat(32)));
        assert_eq!(strings(b"\x02\0\0\0ls\0/bin\0"), r#"["ls", "/bin"]"#);
    }

    #[test]
    fn sets_of_signals() {
        let usr2_chld = Signal::SIGUSR2.bit() | Signal::SIGCHLD.bit();
        assert_eq!((signals(0), signals(usr2_chld)), ("[]".to_owned(), "[USR2 CHLD]".to_owned()));
        assert_eq!((signals(u64::MAX), signals(!(0b11 << 31))), ("~[]".to_owned(), "~[RTMIN RT_1]".to_owned()));
    }

    #[test]
    fn buffers_and_processors() {
        let one = |base: u64, length: u64, text: &[u8]| {
            let kept = (text.len() as u16).to_le_bytes();
            [&base.to_le_bytes()[..], &length.to_le_bytes(), &kept, text].concat()
        };
        let piece = [one(0x5000, 1, b"a"), one(0x6000, 4, b"bcd\n")].concat();
        assert_eq!(buffers(&piece, None), r#"[{iov_base="a", iov_len=1}, {iov_base="bcd\n", iov_len=4}]"#);
        let piece = [one(0x5000, 4, b"hell"), one(0x6000, 20, b"o world")].concat();
        assert_eq!(buffers(&piece, Some(11)), r#"[{iov_base="hell", iov_len=4}, {iov_base="o world", iov_len=20}]"#);
        let piece = [one(0x5000, 4, b""), one(0x6000, 20, b"")].concat();
        assert_eq!(buffers(&piece, Some(0)), "[{iov_base=0x5000, iov_len=4}, {iov_base=0x6000, iov_len=20}]");
        assert_eq!((buffers(b"", None), cpuset(&[5, 1])), ("[]".to_owned(), "[0 2 8]".to_owned()));
        assert_eq!((prctl(15), prctl(9999)), ("PR_SET_NAME".to_owned(), "0x270f /* PR_??? */".to_owned()));
    }

    #[test]
    fn modes_and_limits() {
        assert_eq!((mode(0o644), mode(0o22), mode(0)), ("0644".to_owned(), "022".to_owned(), "000".to_owned()));
        let limit = [(8_u64 << 20).to_le_bytes(), u64::MAX.to_le_bytes()].concat();
        assert_eq!(rlimit(&limit), "{rlim_cur=8192*1024, rlim_max=RLIM64_INFINITY}");
    }

    #[test]
    fn why_a_signal_came() {
        let child = Info { signal: 17, code: 2, pid: 7, value: 11, ..Info::default() };
        let text =
            "{si_signo=SIGCHLD, si_code=CLD_KILLED, si_pid=7, si_uid=0, si_status=SIGSEGV, si_utime=0, si_stime=0}";
        assert_eq!(child.text(), text);
        let queued = Info { signal: 12, code: -1, pid: 7, value: 5, ..Info::default() };
        assert_eq!(queued.text(), "{si_signo=SIGUSR2, si_code=SI_QUEUE, si_pid=7, si_uid=0, si_int=5, si_ptr=0x5}");
        let alarm = Info { signal: 14, code: 0x80, ..Info::default() };
        assert_eq!(alarm.text(), "{si_signo=SIGALRM, si_code=SI_KERNEL}");
    }
}
