//! What the commands show of the machine: its own views and files of `/proc`, and lists in the form of the tools that read these.

use std::fmt::Write as _;

use crate::abi::flags::OpenFlags;
use crate::base::ids::{Ino, Pid, Tid};
use crate::base::units::{PAGE_SHIFT, PAGE_SIZE, Vaddr};
use crate::cmd::report;
use crate::kernel::core::Kernel;
use crate::kernel::state::State;
use crate::kernel::vfs::console::STANDARD_ERROR;
use crate::kernel::vfs::{path, proc};
use crate::machine::mmu;
use crate::machine::pte::{PS, Pte};
use crate::system::Machine;
use crate::system::live::Live;
use crate::trace::render::{Renderer, phrase};
use crate::trace::value::{MmField, ProcEntry, ProcFile, TLB_D, TLB_NX, TLB_U, TLB_W};

/// No line is wider.
const COLUMNS: usize = 80;

/// The processes, as `ps -e -o pid,ppid,stat,vsz,rss,args` lists them.
#[must_use]
pub fn processes(kernel: &Kernel) -> String {
    let mut text = "  PID  PPID STAT    VSZ   RSS CMD\n".to_owned();
    for &pid in kernel.state().processes.keys() {
        let Some(stat) = Stat::of(kernel, pid) else { continue };
        let number = |field| stat.number(field);
        let (vsz, rss) = (number(Stat::VSIZE) / 1024, number(Stat::RSS) * PAGE_SIZE / 1024);
        let line = format!(
            "{:>5} {:>5} {:<4} {vsz:>6} {rss:>5} {}",
            pid.0,
            number(Stat::PPID),
            stat.letters(),
            stat.command(kernel)
        );
        let _ = writeln!(text, "{}", cut(&line));
    }
    text
}

/// The first columns of what a person reads; the rest of a longer line would wrap.
fn cut(line: &str) -> &str {
    line.char_indices().nth(COLUMNS).map_or(line, |(end, _)| &line[..end])
}

/// `/proc/PID/stat` of a process, taken apart.
struct Stat {
    pid: Pid,
    name: String,
    /// What stands behind the name, from the state on.
    fields: Vec<String>,
}

impl Stat {
    /// Fields, by their numbers in `proc_pid_stat(5)`.
    const STATE: usize = 3;
    const PPID: usize = 4;
    const GROUP: usize = 5;
    const SESSION: usize = 6;
    const FOREGROUND: usize = 8;
    const THREADS: usize = 20;
    const VSIZE: usize = 23;
    const RSS: usize = 24;

    fn of(kernel: &Kernel, pid: Pid) -> Option<Self> {
        let text = proc_file(kernel, ProcEntry::File(pid, ProcFile::Stat))?;
        let (head, rest) = text.rsplit_once(')')?;
        let (_, name) = head.split_once('(')?;
        Some(Self { pid, name: name.to_owned(), fields: rest.split_whitespace().map(str::to_owned).collect() })
    }

    fn field(&self, number: usize) -> &str {
        self.fields.get(number - Self::STATE).map_or("", String::as_str)
    }

    fn number(&self, number: usize) -> u64 {
        self.field(number).parse().unwrap_or(0)
    }

    /// The state with what else `ps` says of it: s leads a session, l has threads, + is in the foreground.
    fn letters(&self) -> String {
        let mut letters = self.field(Self::STATE).to_owned();
        letters.extend((self.number(Self::SESSION) == u64::from(self.pid.0)).then_some('s'));
        letters.extend((self.number(Self::THREADS) > 1).then_some('l'));
        letters.extend((self.field(Self::FOREGROUND) == self.field(Self::GROUP)).then_some('+'));
        letters
    }

    /// The arguments; without any the name in brackets, as `ps` writes it.
    fn command(&self, kernel: &Kernel) -> String {
        let arguments = proc_file(kernel, ProcEntry::File(self.pid, ProcFile::Cmdline)).unwrap_or_default();
        if arguments.is_empty() {
            let defunct = if self.field(Self::STATE) == "Z" { " <defunct>" } else { "" };
            return format!("[{}]{defunct}", self.name);
        }
        let shown = |letter: char| if letter == '\0' || letter.is_control() { ' ' } else { letter };
        arguments.chars().map(shown).collect::<String>().trim_end().to_owned()
    }
}

/// The threads of all processes: what `ps -eL -o pid,lwp,comm` lists, the state, and what a thread waits for.
#[must_use]
pub fn threads(kernel: &Kernel, renderer: &Renderer) -> String {
    let mut text = "  PID   LWP COMMAND         STATE             WAITS FOR\n".to_owned();
    for (&tid, task) in kernel.state().tasks.iter() {
        let state = phrase::state(task.state);
        let awaited = task.wait_on.map_or_else(String::new, |on| renderer.awaited(on, tid));
        let line = format!("{:>5} {:>5} {:<15} {state:<17} {awaited}", task.tgid.0, tid.0, task.name());
        let _ = writeln!(text, "{}", cut(&line).trim_end());
    }
    text
}

/// The processes and threads as a tree, as `pstree -p -A` draws it.
#[must_use]
pub fn tree(kernel: &Kernel) -> String {
    let mut text = String::new();
    for (&pid, process) in kernel.state().processes.iter() {
        if process.parent == Pid(0) {
            branch(
                kernel.state(),
                &Node { name: name(kernel.state(), Tid(pid.0)), tid: Tid(pid.0), leads: true },
                "",
                &mut text,
            );
        }
    }
    text.lines().map(|line| format!("{}\n", cut(line))).collect()
}

/// A process, or a thread below its process.
struct Node {
    name: String,
    tid: Tid,
    leads: bool,
}

fn name(state: &State, tid: Tid) -> String {
    state.tasks.get(&tid).map_or_else(|| "?".to_owned(), |task| task.name())
}

/// Writes a node behind what stands on the line, and its branches; `margin` leads to it.
fn branch(state: &State, node: &Node, margin: &str, text: &mut String) {
    let label = if node.leads { node.name.clone() } else { format!("{{{}}}", node.name) };
    let label = format!("{label}({})", node.tid.0);
    text.push_str(&label);
    let pid = Pid(node.tid.0);
    let mut below: Vec<Node> = Vec::new();
    if node.leads {
        let children = state.processes.iter().filter(|(_, process)| process.parent == pid);
        below.extend(children.map(|(pid, _)| Node { name: name(state, Tid(pid.0)), tid: Tid(pid.0), leads: true }));
        below.sort_by(|a, b| (&a.name, a.tid).cmp(&(&b.name, b.tid)));
        let threads = state.tasks.iter().filter(|&(&tid, task)| task.tgid == pid && tid != node.tid);
        below.extend(threads.map(|(&tid, task)| Node { name: task.name(), tid, leads: false }));
    }
    let blank = " ".repeat(label.chars().count());
    match below.as_slice() {
        [] => text.push('\n'),
        [only] => {
            text.push_str("---");
            branch(state, only, &format!("{margin}{blank}   "), text);
        }
        several => {
            for (i, node) in several.iter().enumerate() {
                let (fork, stem) = match (i, i + 1 == several.len()) {
                    (0, _) => ("-+-", " | "),
                    (_, false) => (" |-", " | "),
                    (_, true) => (" `-", "   "),
                };
                if i > 0 {
                    text.push_str(&format!("{margin}{blank}"));
                }
                text.push_str(fork);
                branch(state, node, &format!("{margin}{blank}{stem}"), text);
            }
        }
    }
}

/// A file of `/proc`; none if its process is gone.
#[must_use]
pub fn proc_file(kernel: &Kernel, entry: ProcEntry) -> Option<String> {
    proc::content(kernel, entry).ok().map(|bytes| String::from_utf8_lossy(&bytes).into_owned())
}

/// The descriptors of a process: what `lsof -p` and `/proc/PID/fdinfo` tell of them.
#[must_use]
pub fn descriptors(state: &State, pid: Pid) -> Option<String> {
    let files = state.tasks.get(&Tid(pid.0))?.files?;
    let mut text = " FD POSITION HELD BY FLAGS                NAME\n".to_owned();
    for (fd, descriptor) in state.files(files).fds.iter() {
        let file = state.file(descriptor.file);
        let mut flags = OpenFlags::from_bits_retain(file.open.flags & !STANDARD_ERROR).names();
        if descriptor.cloexec {
            flags.push_str("|O_CLOEXEC");
        }
        let path = path::path_of(state, file.open.ino);
        let _ = writeln!(text, "{fd:>3} {:>8} {:>7} {flags:<20} {path}", file.offset, file.refs);
    }
    Some(text)
}

/// `script[2]`.
fn who(state: &State, tid: Tid) -> String {
    state.tasks.get(&tid).map_or_else(|| tid.0.to_string(), |task| format!("{}[{}]", task.name(), tid.0))
}

/// Names with commas between them, on lines of their own as far as one does not do, behind a head.
fn row(head: &str, names: &[String], text: &mut String) {
    let mut line = format!("{head:<24}");
    for (i, name) in names.iter().enumerate() {
        let name = if i + 1 < names.len() { format!("{name}, ") } else { name.clone() };
        if line.len() > 24 && line.len() + name.trim_end().len() > COLUMNS {
            let _ = writeln!(text, "{}", line.trim_end());
            line = " ".repeat(24);
        }
        line.push_str(&name);
    }
    let _ = writeln!(text, "{}", line.trim_end());
}

/// The run queue of each CPU, who waits for what, and the timers.
#[must_use]
pub fn queues(state: &State, renderer: &Renderer) -> String {
    let mut text = String::new();
    for (cpu, queue) in state.queues.iter().enumerate() {
        let runs = state.hardware.cpus.get(cpu).map_or(Tid(0), |cpu| cpu.current);
        let runs = if runs == Tid(0) { "nobody".to_owned() } else { who(state, runs) };
        row(&format!("cpu {cpu} runs"), &[runs], &mut text);
        let mut queued: Vec<String> = queue.iter().map(|&tid| who(state, tid)).collect();
        if queued.is_empty() {
            queued.push("nobody".to_owned());
        }
        row("  waiting to run", &queued, &mut text);
    }
    for (&on, waiters) in &state.waiters {
        let Some(&first) = waiters.iter().next() else { continue };
        let names: Vec<String> = waiters.iter().map(|&tid| who(state, tid)).collect();
        let awaited = format!("for {}", renderer.awaited(on, first));
        if awaited.chars().count() < 24 {
            row(&awaited, &names, &mut text);
        } else {
            let _ = writeln!(text, "{awaited}");
            row("", &names, &mut text);
        }
    }
    for (at, tid) in &state.timers {
        row(&format!("until {}.{:03} µs", at.0 / 1000, at.0 % 1000), &[who(state, *tid)], &mut text);
    }
    text
}

/// Who waits for whose lock.
#[must_use]
pub fn locks(machine: &Machine) -> String {
    let sleepers = machine.kernel().sleepers();
    let told: Vec<String> =
        sleepers.iter().filter_map(|sleeper| sleeper.knot.as_ref()).map(|knot| report::waits(machine, knot)).collect();
    if told.is_empty() { "nobody waits for a lock\n".to_owned() } else { format!("{}\n", told.join("\n")) }
}

/// The translations that the CPUs hold; w may be written, x executed, u touched in user mode, d has the dirty bit.
#[must_use]
pub fn tlb(state: &State) -> String {
    let mut text = "CPU ENTRY PCID PAGE           FRAME    FLAGS\n".to_owned();
    for (cpu, processor) in state.hardware.cpus.iter().enumerate() {
        for (index, entry) in processor.tlb.valid() {
            let flag = |bit, letter| if entry.flags & bit != 0 { letter } else { '-' };
            let execute = if entry.flags & TLB_NX == 0 { 'x' } else { '-' };
            let flags: String = [flag(TLB_W, 'w'), execute, flag(TLB_U, 'u'), flag(TLB_D, 'd')].into_iter().collect();
            let (page, pcid) = (entry.vpn() << PAGE_SHIFT, entry.pcid());
            let _ = writeln!(text, "{cpu:>3} {index:>5} {pcid:>4} {page:#014x} {:<8} {flags}", entry.frame.0);
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
    for (level, name) in [(4_u8, "pgd"), (3, "pud"), (2, "pmd"), (1, "pte")] {
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
