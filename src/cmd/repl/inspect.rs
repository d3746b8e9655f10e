//! What the commands show of the machine: its own views and files of `/proc`, and a few lists of its state.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use crate::base::ids::{Ino, Pid, Tid};
use crate::base::units::{PAGE_SHIFT, Vaddr};
use crate::kernel::core::Kernel;
use crate::kernel::state::State;
use crate::kernel::vfs::{path, proc};
use crate::machine::mmu;
use crate::machine::pte::{PS, Pte};
use crate::system::live::Live;
use crate::trace::value::{MmField, ProcEntry};

/// The processes as `ps -e -o pid,ppid,stat,comm` lists them.
#[must_use]
pub fn processes(state: &State) -> String {
    let mut text = "    PID    PPID STAT COMMAND\n".to_owned();
    for (&pid, process) in state.processes.iter().filter(|&(&pid, _)| is_user(state, pid)) {
        let Some(task) = state.tasks.get(&Tid(pid.0)) else { continue };
        let _ = writeln!(text, "{:>7} {:>7} {:<4} {}", pid.0, process.parent.0, task.state.letter(), task.name());
    }
    text
}

/// The threads of all processes, as `ps -eL -o pid,lwp,stat,comm` lists them.
#[must_use]
pub fn threads(state: &State) -> String {
    let mut text = "    PID     LWP STAT COMMAND\n".to_owned();
    for (&tid, task) in state.tasks.iter().filter(|&(_, task)| is_user(state, task.tgid)) {
        let _ = writeln!(text, "{:>7} {:>7} {:<4} {}", task.tgid.0, tid.0, task.state.letter(), task.name());
    }
    text
}

/// Processes by their parents, as `pstree -p` draws them, one a line.
#[must_use]
pub fn tree(state: &State) -> String {
    let mut children: BTreeMap<Pid, Vec<Pid>> = BTreeMap::new();
    for (&pid, process) in state.processes.iter().filter(|&(&pid, _)| is_user(state, pid)) {
        children.entry(process.parent).or_default().push(pid);
    }
    let mut text = String::new();
    let roots = children.get(&Pid(0)).cloned().unwrap_or_default();
    for root in roots {
        branch(state, &children, root, "", "", &mut text);
    }
    text
}

fn branch(state: &State, children: &BTreeMap<Pid, Vec<Pid>>, pid: Pid, first: &str, rest: &str, text: &mut String) {
    let name = state.tasks.get(&Tid(pid.0)).map_or_else(|| "?".to_owned(), |task| task.name());
    let threads = state.tasks.values().filter(|task| task.tgid == pid).count().saturating_sub(1);
    let threads = if threads > 0 { format!(" and {threads} more threads") } else { String::new() };
    let _ = writeln!(text, "{first}{name}({}){threads}", pid.0);
    let below = children.get(&pid).map_or(&[][..], Vec::as_slice);
    for (i, &child) in below.iter().enumerate() {
        let (fork, line) = if i + 1 == below.len() { ("`-", "  ") } else { ("|-", "| ") };
        branch(state, children, child, &format!("{rest}{fork}"), &format!("{rest}{line}"), text);
    }
}

fn is_user(state: &State, pid: Pid) -> bool {
    state
        .tasks
        .get(&Tid(pid.0))
        .is_none_or(|task| task.mm.is_some() || !crate::kernel::mm::reclaim::kswapd::is_kernel_thread(Tid(pid.0)))
}

/// A file of `/proc`; none if its process is gone.
#[must_use]
pub fn proc_file(kernel: &Kernel, entry: ProcEntry) -> Option<String> {
    proc::content(kernel, entry).ok().map(|bytes| String::from_utf8_lossy(&bytes).into_owned())
}

/// The descriptors of a process: number, whether exec closes it, and what it leads to.
#[must_use]
pub fn descriptors(state: &State, pid: Pid) -> Option<String> {
    let files = state.tasks.get(&Tid(pid.0))?.files?;
    let mut text = String::new();
    for (fd, descriptor) in state.files(files).fds.iter() {
        let file = state.file(descriptor.file);
        let cloexec = if descriptor.cloexec { " (closed by exec)" } else { "" };
        let _ = writeln!(
            text,
            "{fd:>3} -> {}, {:?}, position {}, {} {}{cloexec}",
            path::path_of(state, file.open.ino),
            descriptor.file,
            file.offset,
            file.refs,
            if file.refs == 1 { "holder" } else { "holders" },
        );
    }
    Some(text)
}

/// The run queue of each CPU, and who waits for what.
#[must_use]
pub fn queues(state: &State) -> String {
    let who = |tid: &Tid| {
        state.tasks.get(tid).map_or_else(|| tid.0.to_string(), |task| format!("{}[{}]", task.name(), tid.0))
    };
    let mut text = String::new();
    for (cpu, queue) in state.queues.iter().enumerate() {
        let queued: Vec<String> = queue.iter().map(who).collect();
        let runs = state.hardware.cpus.get(cpu).map_or(Tid(0), |cpu| cpu.current);
        let runs = if runs == Tid(0) { "idle".to_owned() } else { who(&runs) };
        let queued = if queued.is_empty() { "nobody".to_owned() } else { queued.join(", ") };
        let _ = writeln!(text, "cpu {cpu}: {runs} runs; {queued} waits to run");
    }
    for (on, waiters) in &state.waiters {
        let waiters: Vec<String> = waiters.iter().map(who).collect();
        let _ = writeln!(text, "{on:?}: {}", waiters.join(", "));
    }
    for (at, tid) in &state.timers {
        let _ = writeln!(text, "timer at {:.3} µs: {}", at.0 as f64 / 1000.0, who(tid));
    }
    text
}

/// Who waits for whose lock.
#[must_use]
pub fn locks(kernel: &Kernel) -> String {
    let mut text = String::new();
    for sleeper in kernel.sleepers() {
        let Some(knot) = sleeper.knot else { continue };
        let holder = knot
            .holder_name
            .map_or_else(|| "a task that has ended".to_owned(), |name| format!("{name}[{}]", knot.holder.0));
        let _ = writeln!(text, "{}[{}] waits for {holder}: {:?}", sleeper.name, sleeper.tid.0, knot.awaited);
    }
    if text.is_empty() {
        text.push_str("nobody waits for a lock\n");
    }
    text
}

/// The translations that the CPUs hold.
#[must_use]
pub fn tlb(state: &State) -> String {
    let mut text = "cpu  entry  pcid  page          frame\n".to_owned();
    for (cpu, processor) in state.hardware.cpus.iter().enumerate() {
        for (index, entry) in processor.tlb.valid() {
            let (page, pcid) = (entry.vpn(), entry.pcid());
            let _ = writeln!(text, "{cpu:>3}  {index:>5}  {pcid:>4}  {:#012x}  {}", page << PAGE_SHIFT, entry.frame.0);
        }
    }
    text
}

/// The way of an address through the four levels of a process's page tables.
#[must_use]
pub fn walk(state: &State, pid: Pid, address: u64) -> Option<String> {
    let space = state.tasks.get(&Tid(pid.0))?.mm?;
    let top = state.mm(space).pgd();
    let mut text = format!("{address:#x} in the tables of pid {}, from frame {} on\n", pid.0, top.0);
    let mut from = top;
    for (level, name) in [(4_u8, "pml4"), (3, "pdpt"), (2, "pd"), (1, "pt")] {
        let index = address >> (12 + 9 * (u32::from(level) - 1)) & 511;
        let mut word = [0; 8];
        state.hardware.phys.read(from, 8 * index as u16, &mut word);
        let entry = Pte(u64::from_le_bytes(word));
        let _ = write!(text, "  {name:<4} frame {:<6} [{index:>3}] = {:#018x}", from.0, entry.0);
        if !entry.is_present() {
            text.push_str("  not present: a fault\n");
            break;
        }
        if level == 1 || entry.has(PS) {
            let frame = mmu::frame_in(entry, level, Vaddr(address));
            let _ = writeln!(text, "  -> frame {}, byte {:#x}", frame.0, address & 0xfff);
            break;
        }
        from = entry.frame();
        let _ = writeln!(text, "  -> frame {}", from.0);
    }
    Some(text)
}

/// The path of what the process of the lines executes, if that is not the loader.
#[must_use]
pub fn executed(live: &Live) -> Option<String> {
    let state = live.kernel().state();
    let task = state.tasks.get(&live.main())?;
    let exe = match task.mm {
        Some(mm) => Ino(state.mm(mm).field(MmField::Exe) as u32),
        None if task.name() != "script" => return Some(task.name()),
        None => return None,
    };
    (exe != live.exe()).then(|| path::path_of(state, exe))
}

/// The pid that a number means: the one that `getpid` answers to a program.
#[must_use]
pub fn pid_of(state: &State, number: u32) -> Option<Pid> {
    state.processes.contains_key(&Pid(number)).then_some(Pid(number))
}
