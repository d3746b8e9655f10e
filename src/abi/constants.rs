//! The named numbers that a script sees without declaring them: all of the tables beside this one.
//!
//! No number stands here: each comes from the table of what it names. A name means one number.

use std::sync::OnceLock;

use bitflags::{Bits, Flags};

use super::flags::{self, CloneFlags, FdFlags, MapFlags, OpenFlags, Prot, SaFlags, WaitOptions};
use super::signal::{self, Signal};
use super::{errno, sysno};
use crate::base::units::PAGE_SIZE;

/// Every named number, in ascending order of name.
pub fn all() -> impl Iterator<Item = (&'static str, i64)> {
    table().iter().copied()
}

/// The number that a name means, as `lookup("ENOENT")`: 2; `None` for a name that is not predefined.
#[must_use]
pub fn lookup(name: &str) -> Option<i64> {
    let table = table();
    let at = table.binary_search_by_key(&name, |&(known, _)| known).ok()?;
    table.get(at).map(|&(_, value)| value)
}

/// The sorted table, built at first use.
fn table() -> &'static [(&'static str, i64)] {
    static TABLE: OnceLock<Vec<(&'static str, i64)>> = OnceLock::new();
    TABLE.get_or_init(|| {
        let mut table = gather();
        table.sort_unstable();
        table
    })
}

fn gather() -> Vec<(&'static str, i64)> {
    let mut table = vec![("PAGE_SIZE", PAGE_SIZE as i64)];
    table.extend(sysno::ALL.iter().map(|row| (row.constant, i64::from(row.number.0))));
    table.extend(errno::ALL.iter().map(|errno| (errno.name(), i64::from(errno.0))));
    table.extend(errno::ALIASES.iter().map(|&(name, errno)| (name, i64::from(errno.0))));
    table.extend(signal::ALL.iter().filter_map(|signal| Some((signal.name()?, i64::from(signal.0)))));
    table.extend(signal::ALIASES.iter().map(|&(name, signal)| (name, i64::from(signal.0))));
    table.extend([("SIGRTMIN", Signal::SIGRTMIN), ("SIGRTMAX", Signal::SIGRTMAX)].map(|(n, s)| (n, i64::from(s.0))));
    table.extend(named_flags::<OpenFlags>());
    table.extend(named_flags::<Prot>());
    table.extend(named_flags::<MapFlags>());
    table.extend(named_flags::<CloneFlags>());
    table.extend(named_flags::<WaitOptions>());
    table.extend(named_flags::<FdFlags>());
    table.extend(named_flags::<SaFlags>());
    table.extend(flags::NAMED);
    table
}

/// The flags of a type with their names.
fn named_flags<F: Flags>() -> impl Iterator<Item = (&'static str, i64)>
where
    F::Bits: Bits + TryInto<i64>,
{
    F::FLAGS.iter().filter_map(|flag| Some((flag.name(), flag.value().bits().try_into().ok()?)))
}

#[cfg(test)]
mod tests {
    use super::{all, lookup};

    #[test]
    fn one_of_each_table() {
        let known = [
            ("SYS_read", 0),
            ("SYS_getrandom", 318),
            ("ENOENT", 2),
            ("EWOULDBLOCK", 11),
            ("SIGCHLD", 17),
            ("O_CREAT", 0o100),
            ("PROT_WRITE", 2),
            ("MAP_ANONYMOUS", 0x20),
            ("CLONE_VM", 0x100),
            ("WNOHANG", 1),
            ("FD_CLOEXEC", 1),
            ("SA_RESTART", 0x1000_0000),
            ("AT_FDCWD", -100),
            ("RUSAGE_CHILDREN", -1),
            ("S_IFMT", 0o170_000),
            ("PAGE_SIZE", 4096),
            ("PIPE_BUF", 4096),
            ("SI_KERNEL", 128),
            ("CLD_STOPPED", 5),
            ("FUTEX_PRIVATE_FLAG", 128),
            ("SIGRTMIN", 32),
        ];
        for (name, value) in known {
            assert_eq!(lookup(name), Some(value), "{name}");
        }
        assert_eq!((lookup("SYS_statx"), lookup("enoent"), lookup("")), (None, None, None));
    }

    #[test]
    fn each_name_once_and_each_is_found() {
        assert!(all().is_sorted_by(|a, b| a.0 < b.0));
        assert!(all().all(|(name, value)| lookup(name) == Some(value)));
    }
}
