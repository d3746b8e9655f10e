//! What can be written to files of `/proc`, with Linux's checks (`kernel/sysctl.c`, `fs/proc/base.c`).

use crate::abi::errno::Errno;
use crate::base::ids::{Ino, Pid, Tid};
use crate::kernel::core::Kernel;
use crate::kernel::mm::badness::{FIRST, NEVER};
use crate::kernel::mm::{huge, oom, table};
use crate::kernel::task::pid::PID_MAX;
use crate::kernel::vfs::{cache, permission, proc};
use crate::machine::pte::{A, Pte};
use crate::trace::event::Change;
use crate::trace::value::{FrameKind, GlobalFile, InodeKind, ProcEntry, ProcFile, Sysctl};

/// Bytes of a number that are looked at in files of a process (`PROC_NUMBUF - 1`).
const LONGEST_NUMBER: usize = 12;

/// Whether something can be written to it.
#[must_use]
pub const fn is_writable(entry: ProcEntry) -> bool {
    match entry {
        ProcEntry::Global(file) => match file {
            GlobalFile::NsLastPid
            | GlobalFile::DropCaches
            | GlobalFile::OvercommitMemory
            | GlobalFile::OvercommitRatio
            | GlobalFile::PageCluster
            | GlobalFile::Swappiness => true,
            GlobalFile::Stat
            | GlobalFile::Swap
            | GlobalFile::Swaps
            | GlobalFile::Frames
            | GlobalFile::Uptime
            | GlobalFile::Vmstat
            | GlobalFile::Meminfo
            | GlobalFile::Kpagecount
            | GlobalFile::Kpageflags
            | GlobalFile::PidMax => false,
        },
        ProcEntry::File(_, file) | ProcEntry::TaskFile(_, _, file) => {
            matches!(file, ProcFile::OomScoreAdj | ProcFile::ClearRefs)
        }
        ProcEntry::Root
        | ProcEntry::Sys
        | ProcEntry::SysKernel
        | ProcEntry::SysVm
        | ProcEntry::Process(_)
        | ProcEntry::Tasks(_)
        | ProcEntry::Task(..)
        | ProcEntry::Fds(_)
        | ProcEntry::Fd(..) => false,
    }
}

/// Writes bytes to a file at a position; answers how many of them were taken.
///
/// # Errors
/// EINVAL for what is no number, or none that the file takes; EACCES for who lowers `oom_score_adj` without being root;
/// ESRCH if the process is gone.
pub fn write(k: &mut Kernel, entry: ProcEntry, position: u64, bytes: &[u8]) -> Result<usize, Errno> {
    if !proc::exists(k.state(), entry) {
        return Err(Errno::ESRCH);
    }
    match entry {
        ProcEntry::Global(file) => write_sysctl(k, file, position, bytes),
        ProcEntry::File(pid, file) => write_of_task(k, Tid(pid.0), file, bytes),
        ProcEntry::TaskFile(_, tid, file) => write_of_task(k, tid, file, bytes),
        ProcEntry::Root
        | ProcEntry::Sys
        | ProcEntry::SysKernel
        | ProcEntry::SysVm
        | ProcEntry::Process(_)
        | ProcEntry::Tasks(_)
        | ProcEntry::Task(..)
        | ProcEntry::Fds(_)
        | ProcEntry::Fd(..) => Err(Errno::EINVAL),
    }
}

/// A number of `/proc/sys`. Only what is written at the start of the file counts (`SYSCTL_WRITES_STRICT`).
fn write_sysctl(k: &mut Kernel, file: GlobalFile, position: u64, bytes: &[u8]) -> Result<usize, Errno> {
    if position > 0 || bytes.is_empty() {
        return Ok(bytes.len());
    }
    let (number, taken) = first_number(bytes).ok_or(Errno::EINVAL)?;
    let within = |least: i64, most: i64| {
        if (least..=most).contains(&number) { Ok(number as u64) } else { Err(Errno::EINVAL) }
    };
    let (sysctl, value) = match file {
        GlobalFile::OvercommitMemory => (Sysctl::OvercommitMemory, within(0, 2)?),
        // Linux: a negative ratio is taken, too. Here: EINVAL, because it promises nothing that has a meaning.
        GlobalFile::OvercommitRatio => (Sysctl::OvercommitRatio, within(0, i64::from(i32::MAX))?),
        GlobalFile::PageCluster => (Sysctl::PageCluster, within(0, 31)?),
        GlobalFile::Swappiness => (Sysctl::Swappiness, within(0, 200)?),
        GlobalFile::DropCaches => {
            let what = within(1, 4)?;
            if what & 1 != 0 {
                drop_pagecache(k);
            }
            return Ok(taken);
        }
        GlobalFile::NsLastPid => {
            let last = within(0, i64::from(PID_MAX))?;
            let ns = k.current_ns();
            k.set_last_pid(ns, Pid(last as u32));
            return Ok(taken);
        }
        GlobalFile::Stat
        | GlobalFile::Swap
        | GlobalFile::Swaps
        | GlobalFile::Frames
        | GlobalFile::Uptime
        | GlobalFile::Vmstat
        | GlobalFile::Meminfo
        | GlobalFile::Kpagecount
        | GlobalFile::Kpageflags
        | GlobalFile::PidMax => return Err(Errno::EINVAL),
    };
    let from = k.state().sysctl(sysctl);
    if from != value {
        k.commit(Change::Sysctl { sysctl, from, to: value });
    }
    Ok(taken)
}

/// The number that bytes begin with, behind blanks, and how many bytes belong to it with the blanks around it
/// (`do_proc_dointvec`); none if something else follows it at once.
fn first_number(bytes: &[u8]) -> Option<(i64, usize)> {
    let is_blank = |byte: &u8| byte.is_ascii_whitespace();
    let start = bytes.iter().position(|byte| !is_blank(byte))?;
    let word = bytes[start..].split(is_blank).next().unwrap_or_default();
    let word = word.split(|&byte| byte == 0).next().unwrap_or_default();
    let end = start + word.len();
    let number = parse(std::str::from_utf8(word).ok()?)?;
    let blanks = bytes[end..].iter().take_while(|byte| is_blank(byte)).count();
    Some((number, end + blanks))
}

/// A number as the kernel reads it: decimal, `0x` hexadecimal, `0` octal, perhaps with a sign (`kstrtoint` with base 0).
fn parse(word: &str) -> Option<i64> {
    let (sign, digits) = match word.strip_prefix('-') {
        Some(digits) => (-1, digits),
        None => (1, word.strip_prefix('+').unwrap_or(word)),
    };
    let (digits, base) = match digits.strip_prefix("0x").or_else(|| digits.strip_prefix("0X")) {
        Some(digits) => (digits, 16),
        None if digits.len() > 1 && digits.starts_with('0') => (&digits[1..], 8),
        None => (digits, 10),
    };
    if !digits.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
        return None;
    }
    let number = sign * i64::from_str_radix(digits, base).ok()?;
    i32::try_from(number).ok().map(i64::from)
}

/// Takes the clean pages of files that nobody maps out of the page cache (`drop_pagecache_sb`).
fn drop_pagecache(k: &mut Kernel) {
    let files = k.state().inodes.iter().filter(|(_, inode)| inode.inode.kind == InodeKind::Disk);
    for ino in files.map(|(ino, _)| Ino(ino)).collect::<Vec<_>>() {
        cache::drop_clean(k, ino, 0..u32::MAX);
    }
}

fn write_of_task(k: &mut Kernel, tid: Tid, file: ProcFile, bytes: &[u8]) -> Result<usize, Errno> {
    let text = std::str::from_utf8(&bytes[..bytes.len().min(LONGEST_NUMBER)]).map_err(|_| Errno::EINVAL)?;
    let number = parse(text.trim()).ok_or(Errno::EINVAL)?;
    match file {
        ProcFile::OomScoreAdj => set_oom_score_adj(k, k.state().task(tid).tgid, number)?,
        ProcFile::ClearRefs => clear_refs(k, tid, number)?,
        ProcFile::Status
        | ProcFile::Limits
        | ProcFile::Comm
        | ProcFile::Syscall
        | ProcFile::Cmdline
        | ProcFile::Stat
        | ProcFile::Statm
        | ProcFile::Maps
        | ProcFile::Cwd
        | ProcFile::Exe
        | ProcFile::Smaps
        | ProcFile::SmapsRollup
        | ProcFile::Pagemap
        | ProcFile::OomScore
        | ProcFile::PageTable
        | ProcFile::Areas => return Err(Errno::EINVAL),
    }
    Ok(bytes.len())
}

/// Sets what the OOM killer adds to a process's badness, and to that of all that share its memory (`__set_oom_adj`).
// Linux: who is not root may lower it down to what root set last. Here: not at all, because that number is not kept.
fn set_oom_score_adj(k: &mut Kernel, pid: Pid, number: i64) -> Result<(), Errno> {
    let to = i16::try_from(number).ok().filter(|adj| (NEVER..=FIRST).contains(adj)).ok_or(Errno::EINVAL)?;
    let root = permission::user(k.state(), k.current_pid()).uid == 0;
    if to < k.state().process(pid).oom_score_adj && !root {
        return Err(Errno::EACCES);
    }
    let space = oom::space_of(k.state(), pid);
    let shares = |k: &Kernel, other: Pid| space.is_some() && oom::space_of(k.state(), other) == space;
    let others: Vec<Pid> = k.state().processes.keys().copied().filter(|&it| it == pid || shares(k, it)).collect();
    for pid in others {
        k.set_oom_score_adj(pid, to);
    }
    Ok(())
}

/// Forgets which pages were used: 1 of all, 2 of private memory, 3 of files; 4 is for soft-dirty bits, which there are not
/// (`clear_refs_write` in `fs/proc/task_mmu.c`).
// Linux: 5 sets the peak of the resident set back. Here: EINVAL, because peaks are counted from the events, and none
// tells of this.
fn clear_refs(k: &mut Kernel, tid: Tid, number: i64) -> Result<(), Errno> {
    if !(1..=4).contains(&number) {
        return Err(Errno::EINVAL);
    }
    let Some(mm) = k.state().task(tid).mm else { return Ok(()) };
    for leaf in table::leaves(&k.state().hardware.phys, k.state().mm(mm).pgd(), table::ALL_PAGES) {
        let pte: Pte = leaf.step.pte;
        if !pte.is_present() || !pte.has(A) {
            continue;
        }
        let wanted = match k.state().frame(pte.frame()).usage.kind {
            FrameKind::Anon => number == 1 || number == 2,
            FrameKind::File | FrameKind::Shmem => number == 1 || number == 3,
            FrameKind::Zero | FrameKind::Table | FrameKind::Pipe | FrameKind::Kernel => false,
        };
        if wanted {
            huge::unmark(k, mm, leaf, A);
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_read_as_the_kernel_reads_them() {
        let read = |text: &str| first_number(text.as_bytes());
        assert_eq!((read("60\n"), read(" 60"), read("60 70")), (Some((60, 3)), Some((60, 3)), Some((60, 3))));
        assert_eq!(
            (read("0x3c"), read("010"), read("-1"), read("0")),
            (Some((60, 4)), Some((8, 3)), Some((-1, 2)), Some((0, 1)))
        );
        for bad in ["", "\n", "x", "60x", "-", "0x", "--1", "+-1", "99999999999"] {
            assert_eq!(read(bad), None, "{bad:?}");
        }
    }
}
