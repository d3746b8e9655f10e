//! Signals: numbers, names, what each does by default, and the codes that say why one was sent.
//!
//! After `signal(7)` and `sigaction(2)`. What a process does about a signal is the kernel's matter.

use std::fmt;

/// What a signal does to a process that neither handles nor ignores it (`signal(7)`).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum DefaultAction {
    /// The process ends.
    Terminate,
    /// The process ends, and would leave a core file.
    Core,
    /// Nothing.
    Ignore,
    /// All threads of the process stop.
    Stop,
    /// A stopped process goes on.
    Continue,
}

/// A signal's number, 1 to 64.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Signal(pub u8);

/// Declares the signals below SIGRTMIN: name, number, default action, description.
macro_rules! signals {
    ($($name:ident = $number:literal, $action:ident, $description:literal;)*) => {
        impl Signal {
            $(#[doc = $description] pub const $name: Self = Self($number);)*

            /// Its name, as `SIGSEGV`; `None` for real-time signals and for numbers that are no signal.
            #[must_use]
            pub const fn name(self) -> Option<&'static str> {
                match self.0 {
                    $($number => Some(stringify!($name)),)*
                    _ => None,
                }
            }

            /// What `strsignal(3)` says of it: what a shell prints when it ended a job.
            #[must_use]
            pub const fn description(self) -> &'static str {
                match self.0 {
                    $($number => $description,)*
                    _ => "Real-time signal",
                }
            }

            /// What it does by default; real-time signals end the process.
            #[must_use]
            pub const fn default_action(self) -> DefaultAction {
                match self.0 {
                    $($number => DefaultAction::$action,)*
                    _ => DefaultAction::Terminate,
                }
            }
        }

        /// Every signal below SIGRTMIN, in ascending order.
        pub const ALL: &[Signal] = &[$(Signal::$name,)*];
    };
}

signals! {
    SIGHUP = 1, Terminate, "Hangup";
    SIGINT = 2, Terminate, "Interrupt";
    SIGQUIT = 3, Core, "Quit";
    SIGILL = 4, Core, "Illegal instruction";
    SIGTRAP = 5, Core, "Trace/breakpoint trap";
    SIGABRT = 6, Core, "Aborted";
    SIGBUS = 7, Core, "Bus error";
    SIGFPE = 8, Core, "Floating point exception";
    SIGKILL = 9, Terminate, "Killed";
    SIGUSR1 = 10, Terminate, "User defined signal 1";
    SIGSEGV = 11, Core, "Segmentation fault";
    SIGUSR2 = 12, Terminate, "User defined signal 2";
    SIGPIPE = 13, Terminate, "Broken pipe";
    SIGALRM = 14, Terminate, "Alarm clock";
    SIGTERM = 15, Terminate, "Terminated";
    SIGSTKFLT = 16, Terminate, "Stack fault";
    SIGCHLD = 17, Ignore, "Child exited";
    SIGCONT = 18, Continue, "Continued";
    SIGSTOP = 19, Stop, "Stopped (signal)";
    SIGTSTP = 20, Stop, "Stopped";
    SIGTTIN = 21, Stop, "Stopped (tty input)";
    SIGTTOU = 22, Stop, "Stopped (tty output)";
    SIGURG = 23, Ignore, "Urgent I/O condition";
    SIGXCPU = 24, Core, "CPU time limit exceeded";
    SIGXFSZ = 25, Core, "File size limit exceeded";
    SIGVTALRM = 26, Terminate, "Virtual timer expired";
    SIGPROF = 27, Terminate, "Profiling timer expired";
    SIGWINCH = 28, Ignore, "Window changed";
    SIGIO = 29, Terminate, "I/O possible";
    SIGPWR = 30, Terminate, "Power failure";
    SIGSYS = 31, Core, "Bad system call";
}

/// Second names of the same numbers (`signal(7)`).
pub const ALIASES: &[(&str, Signal)] = &[("SIGIOT", Signal::SIGABRT), ("SIGPOLL", Signal::SIGIO)];

impl Signal {
    /// The first real-time signal: the kernel's; the C library keeps two for itself and says 34.
    pub const SIGRTMIN: Self = Self(32);
    /// The last signal.
    pub const SIGRTMAX: Self = Self(64);

    /// The signal in an argument word, taken as the `int` that the kernel takes; `None` for 0 and what is no signal.
    #[must_use]
    pub const fn from_word(word: u64) -> Option<Self> {
        let number = word as u32;
        if number >= 1 && number <= Self::SIGRTMAX.0 as u32 { Some(Self(number as u8)) } else { None }
    }

    /// Its bit in a signal set: signal 1 is bit 0.
    ///
    /// # Panics
    /// If the number is not 1 to 64: such a signal comes from no constant and not from [`Signal::from_word`].
    #[must_use]
    pub const fn bit(self) -> u64 {
        assert!(self.0 >= 1 && self.0 <= Self::SIGRTMAX.0, "a signal's number is 1 to 64");
        1 << (self.0 - 1)
    }

    /// Whether a program may neither handle, ignore nor block it: SIGKILL and SIGSTOP.
    #[must_use]
    pub const fn is_unblockable(self) -> bool {
        matches!(self, Self::SIGKILL | Self::SIGSTOP)
    }
}

impl fmt::Display for Signal {
    /// The name, or `SIGRT_3` as strace writes the real-time signals: counted from 32.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.name() {
            Some(name) => f.write_str(name),
            None if (Self::SIGRTMIN..=Self::SIGRTMAX).contains(self) => {
                write!(f, "SIGRT_{}", self.0 - Self::SIGRTMIN.0)
            }
            None => write!(f, "{}", self.0),
        }
    }
}

impl fmt::Debug for Signal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{self}({})", self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::{ALL, DefaultAction, Signal};

    #[test]
    fn the_table_is_1_to_31() {
        assert!(ALL.iter().map(|signal| signal.0).eq(1..=31));
    }

    #[test]
    fn default_actions() {
        assert_eq!(Signal::SIGSEGV.default_action(), DefaultAction::Core);
        assert_eq!(Signal::SIGCHLD.default_action(), DefaultAction::Ignore);
        assert_eq!(Signal::SIGTTIN.default_action(), DefaultAction::Stop);
        assert_eq!(Signal::SIGRTMIN.default_action(), DefaultAction::Terminate);
    }

    #[test]
    fn names() {
        assert_eq!(Signal::SIGKILL.to_string(), "SIGKILL");
        assert_eq!(Signal(35).to_string(), "SIGRT_3");
        assert_eq!(Signal(64).to_string(), "SIGRT_32");
        assert_eq!(format!("{:?}", Signal(0)), "0(0)");
    }

    #[test]
    fn words_and_bits() {
        assert_eq!(Signal::from_word(9), Some(Signal::SIGKILL));
        assert_eq!((Signal::from_word(0), Signal::from_word(65), Signal::from_word(u64::MAX)), (None, None, None));
        assert_eq!((Signal::SIGHUP.bit(), Signal::SIGRTMAX.bit()), (1, 1 << 63));
    }
}
