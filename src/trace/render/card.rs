//! The process card: what became of a process at fork, exec and exit.
//!
//! A few rows, each with a sign: `+` new, `≈` copied, `=` as it was, `→` changed, `×` gone.

use crate::base::ids::{FilesId, MmId, Pid, SighandId, Tid};
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
    /// The table of signal actions.
    pub sighand: Option<SighandId>,
    /// The working directory.
    pub directory: Option<String>,
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
            sighand: task.sighand,
            directory: names.directory(tid),
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
            true => format!("tid {}, thread {} of process {}; a stack of its own", child.tid, child.threads, child.pid),
            false => format!("pid {}, parent {}, {}", child.pid, child.parent, count(child.threads as u64, "thread")),
        },
    )];
    match (parent.mm, child.mm) {
        (Some((old, _)), Some((new, areas))) if old == new => {
            rows.push(Below::Card(
                '=',
                "memory",
                format!("mm {new}, {}: the same address space", count(areas, "area")),
            ));
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
            rows.push(Below::Card('=', "descriptors", format!("{}: the same table", list(fds))));
        }
        (Some(_), Some((_, fds))) => {
            rows.push(Below::Card('≈', "descriptors", format!("{}: a copy that shares the open files", list(fds))));
        }
        (None | Some(_), None | Some(_)) => {}
    }
    let directory = child.directory.as_ref().map_or_else(String::new, |path| format!(", directory {path}"));
    rows.push(Below::Card('=', "program", format!("{}{directory}", child.program)));
    rows.push(context(parent.position, child.position));
    rows
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

/// The card of a process that has ended, and of what is left of it.
#[must_use]
pub fn exited(before: &Portrait, after: &Portrait, status: u32) -> Vec<Below> {
    let mut rows = Vec::new();
    if let (Some((mm, areas)), None) = (before.mm, after.mm) {
        rows.push(Below::Card('×', "memory", format!("mm {mm}, {}", count(areas, "area"))));
    }
    if let (Some((_, fds)), None) = (&before.files, &after.files) {
        rows.push(Below::Card('×', "descriptors", list(fds)));
    }
    let gone: Vec<&String> = before.children.iter().filter(|child| !after.children.contains(child)).collect();
    if !gone.is_empty() {
        let names: Vec<&str> = gone.iter().map(|name| name.as_str()).collect();
        rows.push(Below::Card('→', "children", format!("{} get another parent", names.join(", "))));
    }
    // The first process has no parent: the machine is switched off when it ends.
    let until = if after.parent == "nobody" { String::new() } else { format!(", until {} waits", after.parent) };
    let text = format!("pid {} and its status ({}){until}", after.pid, status_words(status));
    rows.push(Below::Card('=', "zombie", text));
    rows
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
            sighand: None,
            directory: Some("/".into()),
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
        ┊ ≈ descriptors 0 1 2 (console): a copy that shares the open files
        ┊ = program     script, directory /
        ┊ = context     pc 0x400018, sp 0x7fffe880
        ");
    }

    #[test]
    fn a_thread_shares_the_process() {
        let card = forked(&portrait(2, 2, 2, 2), &portrait(3, 2, 2, 2), Copied { ptes: 0, tables: 0 });
        insta::assert_snapshot!(show(card), @r"
        ┊ + task        tid 3, thread 1 of process 2; a stack of its own
        ┊ = memory      mm 2, 6 areas: the same address space
        ┊ = descriptors 0 1 2 (console): the same table
        ┊ = program     script, directory /
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
