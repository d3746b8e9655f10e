//! The process card: what became of a process at fork, exec and exit.
//!
//! A few rows, each with a sign: `+` new, `≈` copied, `=` as it was, `→` changed, `×` gone.

use crate::base::ids::{FilesId, FsId, MmId, Pid, SighandId, Tid};
use crate::trace::names::Names;
use crate::trace::render::call::{quote, status_words};
use crate::trace::render::layout::Below;
use crate::trace::render::words::count;
use crate::trace::value::Position;

/// A process as seen by one of its tasks at one moment.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Portrait {
    /// The task.
    pub tid: Tid,
    /// Its process.
    pub pid: Pid,
    /// The parent's name.
    pub parent: String,
    /// The path of the program, or the task's name if it never executed one.
    pub program: String,
    /// The address space, and how many areas it has.
    pub mm: Option<(MmId, u64)>,
    /// The table of descriptors, and what they lead to.
    pub files: Option<(FilesId, Vec<(u32, String)>)>,
    /// The working directory's object.
    pub fs: Option<FsId>,
    /// The working directory.
    pub directory: Option<String>,
    /// The table of signal actions.
    pub sighand: Option<SighandId>,
    /// How many tasks use the address space, the descriptors, the working directory and the signal actions.
    pub users: [u64; 4],
    /// Where it stands.
    pub position: Position,
    /// How many threads the process has.
    pub threads: usize,
    /// The children's names.
    pub children: Vec<String>,
}

impl Portrait {
    /// The process of a task as it is now; none if the task is not known.
    #[must_use]
    pub fn take(tid: Tid, names: &Names) -> Option<Self> {
        let task = names.task(tid)?;
        let process = names.process(task.tgid).cloned().unwrap_or_default();
        let program = if process.program.is_empty() { task.comm.clone() } else { process.program };
        Some(Self {
            tid,
            pid: task.tgid,
            parent: names.process_name(process.parent),
            program,
            mm: task.mm.map(|mm| (mm, names.space(mm).map_or(0, |space| space.areas.len() as u64))),
            files: task.files.map(|files| (files, names.descriptors(files))),
            fs: task.fs,
            directory: names.directory(tid),
            sighand: task.sighand,
            users: [
                names.users(|other| task.mm.is_some() && other.mm == task.mm),
                names.users(|other| task.files.is_some() && other.files == task.files),
                names.users(|other| task.fs.is_some() && other.fs == task.fs),
                names.users(|other| task.sighand.is_some() && other.sighand == task.sighand),
            ],
            position: task.position,
            threads: process.threads.len(),
            children: process.children.iter().map(|&child| names.process_name(child)).collect(),
        })
    }

    fn descriptors(&self) -> &[(u32, String)] {
        self.files.as_ref().map_or(&[], |(_, list)| list)
    }
}

/// `0 1 2 (console), 3 (pipe 1)`: neighbours that lead to the same are put together.
fn list(descriptors: &[(u32, String)]) -> String {
    let mut parts: Vec<String> = Vec::new();
    for group in descriptors.chunk_by(|left, right| left.1 == right.1) {
        let numbers: Vec<String> = group.iter().map(|(fd, _)| fd.to_string()).collect();
        parts.push(format!("{} ({})", numbers.join(" "), group[0].1));
    }
    if parts.is_empty() { "none".to_owned() } else { parts.join(", ") }
}

/// What clone counted.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Copied {
    /// Leaf entries copied.
    pub ptes: u32,
    /// Tables made.
    pub tables: u32,
}

/// The card of a new process or thread.
#[must_use]
pub fn forked(parent: &Portrait, child: &Portrait, copied: Copied) -> Vec<Below> {
    let thread = parent.pid == child.pid;
    let mut rows = vec![Below::Card(
        '+',
        "task",
        match thread {
            true => format!("tid {}, thread {} of process {}", child.tid, child.threads, child.pid),
            false => format!("pid {}, parent {}, {}", child.pid, child.parent, count(child.threads as u64, "thread")),
        },
    )];
    let [mm_users, files_users, ..] = child.users;
    match (parent.mm, child.mm) {
        (Some((old, _)), Some((new, areas))) if old == new => {
            let text = format!("{}, {}", shared("mm", new, mm_users), count(areas, "area"));
            rows.push(Below::Card('=', "memory", text));
        }
        (Some((old, _)), Some((new, areas))) => rows.push(Below::Card(
            '≈',
            "memory",
            format!(
                "mm {new} copies mm {old}: {}, {}, {}, 0 pages (copy on write)",
                count(areas, "area"),
                count(copied.ptes.into(), "PTE"),
                count(copied.tables.into(), "new table"),
            ),
        )),
        (None | Some(_), None | Some(_)) => {}
    }
    match (&parent.files, &child.files) {
        (Some((old, _)), Some((new, fds))) if old == new => {
            let text = format!("{}, {}", shared("files", new, files_users), list(fds));
            rows.push(Below::Card('=', "descriptors", text));
        }
        (Some((old, _)), Some((new, fds))) => {
            let text = format!("files {new} copies files {old}: {}, the same open files", list(fds));
            rows.push(Below::Card('≈', "descriptors", text));
        }
        (None | Some(_), None | Some(_)) => {}
    }
    rows.extend(small_objects(parent, child));
    rows.push(Below::Card('=', "program", child.program.clone()));
    rows.push(context(parent.position, child.position));
    rows
}

/// `mm 2 is shared (3 users)`.
fn shared(kind: &str, id: impl std::fmt::Display, users: u64) -> String {
    format!("{kind} {id} is shared ({})", count(users, "user"))
}

/// The row of working directory and signal actions: each shared or copied.
fn small_objects(parent: &Portrait, child: &Portrait) -> Option<Below> {
    fn object<T: PartialEq + std::fmt::Display>(kind: &str, old: T, new: T, users: u64) -> String {
        if old == new { shared(kind, new, users) } else { format!("{kind} {new} copies {kind} {old}") }
    }
    let [_, _, fs_users, sighand_users] = child.users;
    let path = child.directory.as_deref().unwrap_or("?");
    let mut parts = Vec::new();
    if let (Some(old), Some(new)) = (parent.fs, child.fs) {
        parts.push(format!("{}, directory {path}", object("fs", old, new, fs_users)));
    }
    if let (Some(old), Some(new)) = (parent.sighand, child.sighand) {
        parts.push(object("sighand", old, new, sighand_users));
    }
    let same = parent.fs == child.fs && parent.sighand == child.sighand;
    (!parts.is_empty()).then(|| Below::Card(if same { '=' } else { '≈' }, "the rest", parts.join("; ")))
}

/// The row of the registers.
fn context(before: Position, after: Position) -> Below {
    let register = |before: u64, after: u64| match before == after {
        true => format!("{after:#x}"),
        false => format!("{before:#x} → {after:#x}"),
    };
    let sign = if before == after { '=' } else { '→' };
    let text = format!("pc {}, sp {}", register(before.pc, after.pc), register(before.sp, after.sp));
    Below::Card(sign, "context", text)
}

/// The card of the first process that is shown.
#[must_use]
pub fn started(process: &Portrait) -> Vec<Below> {
    let mut rows = vec![
        Below::Card('=', "process", format!("pid {}, parent {}", process.pid, process.parent)),
        Below::Card('=', "program", process.program.clone()),
    ];
    if let Some((mm, areas)) = process.mm {
        rows.push(Below::Card('=', "memory", format!("mm {mm}, {}", count(areas, "area"))));
    }
    rows.push(Below::Card('=', "descriptors", list(process.descriptors())));
    rows.push(context(process.position, process.position));
    rows
}

/// The card of a process that runs another program now.
#[must_use]
pub fn executed(before: &Portrait, after: &Portrait, path: &str, argv: &[u8]) -> Vec<Below> {
    let args: Vec<String> = argv.split(|&byte| byte == 0).map(|arg| quote(arg, arg.len())).collect();
    // Each argument ends with a zero, so what follows the last one is no argument.
    let args = &args[..args.len() - 1];
    let shown = args.iter().take(6).cloned().collect::<Vec<_>>().join(", ");
    let dots = if args.len() > 6 { ", …" } else { "" };
    let mut rows = vec![
        Below::Card('=', "process", format!("pid {}, parent {}", after.pid, after.parent)),
        Below::Card('→', "program", format!("{} → {path} [{shown}{dots}]", before.program)),
    ];
    if let (Some((old, gone)), Some((new, areas))) = (before.mm, after.mm) {
        let text = format!("mm {old} ({}) → mm {new} ({})", count(gone, "area"), count(areas, "area"));
        rows.push(Below::Card('→', "memory", text));
    }
    rows.push(context(before.position, after.position));
    let closed: Vec<_> = before.descriptors().iter().filter(|fd| !after.descriptors().contains(fd)).cloned().collect();
    let end = if closed.is_empty() { String::new() } else { format!("; × closed on exec: {}", list(&closed)) };
    rows.push(Below::Card('=', "descriptors", format!("{}{end}", list(after.descriptors()))));
    rows
}

/// The card of a task that has ended, and of what is left of it: of a thread nothing, of a process a zombie once its last
/// thread has ended.
#[must_use]
pub fn exited(before: &Portrait, after: &Portrait, status: u32) -> Vec<Below> {
    let [mm_users, files_users, ..] = before.users;
    let mut rows = Vec::new();
    // Memory and descriptors go in any case, at once or, where the parent of a vfork is woken first, a little later.
    if let Some((mm, areas)) = before.mm {
        rows.push(match mm_users {
            0 | 1 => Below::Card('×', "memory", format!("mm {mm}, {}", count(areas, "area"))),
            users => Below::Card('=', "memory", format!("mm {mm} stays: {}", left(users))),
        });
    }
    if let Some((files, fds)) = &before.files {
        rows.push(match files_users {
            0 | 1 => Below::Card('×', "descriptors", list(fds)),
            users => Below::Card('=', "descriptors", format!("files {files} stays: {}", left(users))),
        });
    }
    let gone: Vec<&String> = before.children.iter().filter(|child| !after.children.contains(child)).collect();
    if !gone.is_empty() {
        let names: Vec<&str> = gone.iter().map(|name| name.as_str()).collect();
        rows.push(Below::Card('→', "children", format!("{} get another parent", names.join(", "))));
    }
    let others = before.threads.saturating_sub(1);
    if after.tid.0 != after.pid.0 {
        let text = format!("tid {}, thread of process {}: gone at once, nobody waits for it", after.tid, after.pid);
        rows.push(Below::Card('×', "task", text));
        return rows;
    }
    // The first process has no parent: the machine is switched off when it ends.
    let until = match (others, after.parent.as_str()) {
        (0, "nobody") => String::new(),
        (0, parent) => format!(", until {parent} waits"),
        (others, _) => format!("; {} of the process still live", count(others as u64, "thread")),
    };
    let text = format!("pid {} and its status ({}){until}", after.pid, status_words(status));
    rows.push(Below::Card('=', "zombie", text));
    rows
}

/// How many users are left when one goes.
fn left(users: u64) -> String {
    format!("{} left", count(users - 1, "user"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::units::Ns;
    use crate::trace::render::layout::{Entry, Layout, Mark, WIDTH};

    fn portrait(tid: u32, pid: u32, mm: u32, files: u32) -> Portrait {
        Portrait {
            tid: Tid(tid),
            pid: Pid(pid),
            parent: "init[1]".into(),
            program: "script".into(),
            mm: Some((MmId(mm), 6)),
            files: Some((FilesId(files), (0..3).map(|fd| (fd, "console".to_owned())).collect())),
            fs: Some(FsId(files)),
            directory: Some("/".into()),
            sighand: Some(SighandId(files)),
            users: [1; 4],
            position: Position { pc: 0x40_0018, sp: 0x7fff_e880 },
            threads: 1,
            children: vec![],
        }
    }

    fn show(below: Vec<Below>) -> String {
        let entry = Entry {
            seq: 1,
            time: Ns(0),
            task: String::new(),
            place: String::new(),
            mark: Mark::User,
            verb: "card",
            text: String::new(),
            below,
        };
        let mut out = String::new();
        Layout::new(false).write(&entry, &mut out);
        assert!(out.lines().all(|line| line.chars().count() <= WIDTH), "{out}");
        let rows: Vec<&str> = out.lines().skip(1).map(str::trim_start).collect();
        rows.join("\n")
    }

    #[test]
    fn a_fork_copies_and_shares() {
        let card = forked(&portrait(2, 2, 2, 2), &portrait(3, 3, 4, 4), Copied { ptes: 31, tables: 5 });
        insta::assert_snapshot!(show(card), @r"
        ┊ + task        pid 3, parent init[1], 1 thread
        ┊ ≈ memory      mm 4 copies mm 2: 6 areas, 31 PTEs, 5 new tables, 0 pages (copy on write)
        ┊ ≈ descriptors files 4 copies files 2: 0 1 2 (console), the same open files
        ┊ ≈ the rest    fs 4 copies fs 2, directory /; sighand 4 copies sighand 2
        ┊ = program     script
        ┊ = context     pc 0x400018, sp 0x7fffe880
        ");
    }

    #[test]
    fn a_thread_shares_the_process() {
        let child = Portrait { threads: 2, users: [2; 4], ..portrait(3, 2, 2, 2) };
        let card = forked(&portrait(2, 2, 2, 2), &child, Copied { ptes: 0, tables: 0 });
        insta::assert_snapshot!(show(card), @r"
        ┊ + task        tid 3, thread 2 of process 2
        ┊ = memory      mm 2 is shared (2 users), 6 areas
        ┊ = descriptors files 2 is shared (2 users), 0 1 2 (console)
        ┊ = the rest    fs 2 is shared (2 users), directory /; sighand 2 is shared (2 users)
        ┊ = program     script
        ┊ = context     pc 0x400018, sp 0x7fffe880
        ");
    }

    #[test]
    fn an_exec_keeps_pid_and_descriptors() {
        let mut before = portrait(3, 3, 4, 4);
        if let Some((_, fds)) = &mut before.files {
            fds.push((5, "/etc/passwd".into()));
        }
        let after = Portrait { position: Position { pc: 0x40_0000, sp: 0x7fff_ffe0 }, ..portrait(3, 3, 5, 4) };
        insta::assert_snapshot!(show(executed(&before, &after, "/bin/ls", b"ls\0/bin\0")), @r#"
        ┊ = process     pid 3, parent init[1]
        ┊ → program     script → /bin/ls ["ls", "/bin"]
        ┊ → memory      mm 4 (6 areas) → mm 5 (6 areas)
        ┊ → context     pc 0x400018 → 0x400000, sp 0x7fffe880 → 0x7fffffe0
        ┊ = descriptors 0 1 2 (console); × closed on exec: 5 (/etc/passwd)
        "#);
    }

    #[test]
    fn an_exit_leaves_a_zombie() {
        let after = Portrait { mm: None, files: None, ..portrait(3, 3, 4, 4) };
        insta::assert_snapshot!(show(exited(&portrait(3, 3, 4, 4), &after, 0x100)), @r"
        ┊ × memory      mm 4, 6 areas
        ┊ × descriptors 0 1 2 (console)
        ┊ = zombie      pid 3 and its status (exited 1), until init[1] waits
        ");
    }
}
