//! Rendering: from events to what people and programs read.
//!
//! A renderer takes events one by one, in order, and appends text. It keeps the names that it needs from the events
//! themselves, holds back at most one entry, and never reorders.

mod call;
mod card;
mod digest;
mod fault;
mod fields;
mod jsonl;
mod layout;
pub mod phrase;
mod sentence;
mod strace;
mod subject;
mod summary;
mod walk;
mod words;

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::abi::image::Debug;
use crate::base::ids::{Ino, Tid};
use crate::trace::event::{Category, Change, Note, What};
use crate::trace::filter::{Detail, Filter};
use crate::trace::names::Names;
use crate::trace::recorder::{Arena, Numbered};
use crate::trace::render::digest::{Context, Digest};
use crate::trace::render::layout::Layout;
use crate::trace::source::{Line, Sources};
use crate::trace::value::{Mode, WaitOn};

pub use layout::Head;
pub use strace::Pids;
pub use summary::Summary;

/// What the trace is written as.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Default)]
pub enum Format {
    /// The digest, for people.
    #[default]
    Text,
    /// One JSON object a line, for programs.
    Jsonl,
    /// As strace(1) writes it.
    Strace(Pids),
}

/// How the trace is written.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Options {
    /// The format.
    pub format: Format,
    /// What is shown. For `jsonl` a category is shown whole or not at all.
    pub filter: Filter,
    /// Whether text has colours.
    pub color: bool,
}

#[derive(Clone, Debug)]
enum Writer {
    Text(Box<Digest>),
    Jsonl(jsonl::Jsonl),
    Strace(Box<strace::Strace>),
}

/// Turns events into text.
#[derive(Clone, Debug)]
pub struct Renderer {
    filter: Filter,
    names: Names,
    sources: Sources,
    writer: Writer,
    /// Of each task the instruction and the line at which it entered the kernel last.
    places: BTreeMap<Tid, (u32, Option<Line>)>,
    /// How many events there were before the first program but `init` ran; none once it has.
    boot: Option<u32>,
    /// The first program but `init`.
    first: Option<Tid>,
    /// Once it has ended, the event at which the end of the machine began, and how many there were since.
    halted: Option<(Numbered, u32)>,
    /// Whether `init` has reaped the first program.
    reaped: bool,
    /// The line of the event that was taken last, if it is of the script.
    own_line: Option<u32>,
}

impl Renderer {
    /// A renderer that has seen nothing.
    #[must_use]
    pub fn new(options: Options) -> Self {
        let writer = match options.format {
            Format::Text => Writer::Text(Box::new(Digest::new(Layout::new(options.color)))),
            Format::Jsonl => Writer::Jsonl(jsonl::Jsonl::default()),
            Format::Strace(pids) => Writer::Strace(Box::new(strace::Strace::new(pids))),
        };
        Self {
            filter: options.filter,
            names: Names::default(),
            sources: Sources::default(),
            writer,
            places: BTreeMap::new(),
            boot: Some(0),
            first: None,
            halted: None,
            reaped: false,
            own_line: None,
        }
    }

    /// What is shown.
    #[must_use]
    pub fn filter(&self) -> &Filter {
        &self.filter
    }

    /// Shows something else from now on.
    pub fn set_filter(&mut self, filter: Filter) {
        self.filter = filter;
    }

    /// Fits text to a terminal of so many columns; text that is wide enough stays as it is.
    pub fn set_width(&mut self, columns: usize) {
        match &mut self.writer {
            Writer::Text(digest) => digest.set_width(columns),
            Writer::Jsonl(_) | Writer::Strace(_) => {}
        }
    }

    /// What a task waits for, as the object of "awaits".
    #[must_use]
    pub fn awaited(&self, on: WaitOn, task: Tid) -> String {
        phrase::awaited(on, task, &self.names, &self.sources)
    }

    /// Tells the lines and globals of a program, by its inode.
    pub fn learn(&mut self, program: Ino, debug: Arc<Debug>) {
        self.sources.learn(program, debug);
    }

    /// The names of things as of the last event.
    #[must_use]
    pub fn names(&self) -> &Names {
        &self.names
    }

    /// The line of the user's script at which the event happened that was taken last; none before the first program runs
    /// and while the machine is switched off.
    #[must_use]
    pub fn own_line(&self) -> Option<u32> {
        self.own_line
    }

    /// Takes the next event and appends what is to be shown.
    pub fn push(&mut self, event: &Numbered, arena: &Arena, out: &mut String) {
        self.names.note(event, arena);
        self.own_line = None;
        if matches!(self.writer, Writer::Strace(_)) {
            return self.push_to_tracer(event, arena, out);
        }
        let category = event.event.what.category();
        // The digest gathers changes of categories that it does not show.
        let stores = self.filter.detail(Category::Mem) != Detail::Hidden;
        if category == Category::Mem && !stores {
            return;
        }
        if let (Writer::Text(digest), What::Change(change), true) = (&mut self.writer, event.event.what, stores) {
            digest.learn(&change);
        }
        let hidden =
            self.boot.map(|count| if self.filter.shows_boot() || self.starts(event) { Ok(count) } else { Err(count) });
        if let Some(Err(count)) = hidden {
            // Stores have no number of their own.
            self.boot = Some(count + u32::from(category != Category::Mem));
            return;
        }
        if self.boot.take().is_some() {
            self.first = Some(self.names.cpu(event.event.cpu).current);
        }
        if self.ends(event) {
            return;
        }
        let line = self.line(event);
        self.own_line = line.as_ref().filter(|line| line.own).map(|line| line.line);
        let picked = self.picks(event, line.as_ref());
        match &mut self.writer {
            Writer::Text(digest) => {
                let place = line.map_or_else(String::new, |line| short(&line));
                let (filter, names, sources) = (&self.filter, &self.names, &self.sources);
                let cx = Context { event, filter, names, sources, arena, place, picked };
                if let Some(Ok(hidden)) = hidden {
                    digest.begin(hidden, &cx, out);
                }
                digest.push(&cx, out);
            }
            Writer::Jsonl(jsonl) => {
                if picked && self.filter.detail(category) != Detail::Hidden {
                    jsonl.push(event, line.as_ref(), &self.names, arena, out);
                }
            }
            Writer::Strace(_) => {}
        }
    }

    /// A tracer attaches to the first program before it runs, and sees what becomes of it to its end.
    fn push_to_tracer(&mut self, event: &Numbered, arena: &Arena, out: &mut String) {
        let starts = self.boot.is_some() && self.starts(event);
        if starts {
            self.boot = None;
        }
        let line = if self.filter.picks_lines() { self.line(event) } else { None };
        let picked = self.picks(event, line.as_ref());
        if let Writer::Strace(strace) = &mut self.writer {
            let (filter, names, sources) = (&self.filter, &self.names, &self.sources);
            let cx = Context { event, filter, names, sources, arena, place: String::new(), picked };
            strace.push(&cx, starts, out);
        }
    }

    /// Appends what was held back. No event may follow.
    pub fn finish(&mut self, out: &mut String) {
        match &mut self.writer {
            Writer::Text(digest) => {
                if let Some((event, hidden)) = self.halted {
                    let arena = &Arena::default();
                    let (filter, names, sources) = (&self.filter, &self.names, &self.sources);
                    let place = String::new();
                    let cx = Context { event: &event, filter, names, sources, arena, place, picked: true };
                    digest.end(hidden, &cx, out);
                }
                digest.finish(&self.names, out);
            }
            Writer::Jsonl(_) => {}
            Writer::Strace(strace) => strace.finish(out),
        }
    }

    /// Whether with this event the first program but `init` begins to run.
    fn starts(&self, event: &Numbered) -> bool {
        match event.event.what {
            What::Change(Change::Mode { cpu, to: Mode::User, .. }) => {
                let task = self.names.task(self.names.cpu(cpu).current);
                task.is_none_or(|task| task.comm != "init")
            }
            What::Change(_) | What::Note(_) | What::Choice(_) => false,
        }
    }

    /// Whether the first program has ended and been reaped, and `init` goes back to its own affairs: what follows only
    /// switches the machine off.
    fn ends(&mut self, event: &Numbered) -> bool {
        if let Some((_, hidden)) = &mut self.halted {
            *hidden += u32::from(event.event.what.category() != Category::Mem);
            return true;
        }
        let Some(first) = self.first.filter(|_| !self.filter.shows_boot()) else { return false };
        if let What::Note(Note::Reaped { pid, .. }) = event.event.what
            && pid.0 == first.0
            && self.names.task(event.event.task).is_some_and(|task| task.comm == "init")
        {
            self.reaped = true;
        }
        if let What::Change(Change::Mode { to: Mode::User, .. }) = event.event.what
            && self.reaped
        {
            self.halted = Some((*event, 1));
            return true;
        }
        false
    }

    /// The source line of an event: that of its instruction in the program that its task runs, or ran when it entered
    /// the kernel: exec and exit take the program away.
    fn line(&mut self, numbered: &Numbered) -> Option<Line> {
        let event = &numbered.event;
        if event.pc == 0 {
            return None;
        }
        if let Some((pc, line)) = self.places.get(&event.task)
            && *pc == event.pc
        {
            return line.clone();
        }
        let line = self.names.exe(event.task).and_then(|program| self.sources.line(program, event.pc));
        drop(match event.what {
            What::Change(Change::Mode { to: Mode::User, .. }) => self.places.remove(&event.task),
            What::Change(_) | What::Note(_) | What::Choice(_) => {
                self.places.insert(event.task, (event.pc, line.clone()))
            }
        });
        line
    }

    /// Whether the filter's tasks and lines hold the event.
    fn picks(&self, event: &Numbered, line: Option<&Line>) -> bool {
        if self.filter.picks_lines() {
            let own = line.filter(|line| line.own).map(|line| line.line);
            if !self.filter.shows_line(own) {
                return false;
            }
        }
        if !self.filter.picks_tasks() {
            return true;
        }
        let shows = |tid: Tid| {
            let (pid, name) = self.names.task(tid).map_or((0, ""), |facts| (facts.tgid.0, facts.comm.as_str()));
            self.filter.shows_task(tid.0, pid, name)
        };
        shows(event.event.task) || subject::of(&event.event.what).into_iter().flatten().any(shows)
    }
}

/// A line as it stands in its column: `12` in the user's script, `io:12` in module `io` of the library.
#[must_use]
pub fn short(line: &Line) -> String {
    match line.own {
        true => line.line.to_string(),
        false => format!("{}:{}", line.file.trim_end_matches(".r3"), line.line),
    }
}

#[cfg(test)]
pub mod story;

#[cfg(test)]
mod tests {
    use super::story::{self, Story};
    use super::*;

    fn render(story: Story, filter: &str, format: Format) -> String {
        let options = Options { format, filter: filter.parse().unwrap(), color: false };
        let (events, arena) = story.told();
        let mut renderer = Renderer::new(options);
        let mut out = String::new();
        for event in &events {
            renderer.push(event, &arena, &mut out);
        }
        renderer.finish(&mut out);
        assert!(format == Format::Jsonl || out.lines().all(|line| line.chars().count() <= layout::WIDTH), "{out}");
        out
    }

    #[test]
    fn fork_exec_exit_and_wait() {
        insta::assert_snapshot!(render(story::fork_and_exec(), "", Format::Text), @r#"
        seq    time µs  task              line
         28      0.290  script[2]                boot     28 events made the machine and script[2]
             ┊ = process     pid 2, parent [1]
             ┊ = program     script
             ┊ = memory      mm 2, 2 areas
             ┊ = descriptors 0 1 2 (console)
             ┊ = context     pc 0x0, sp 0x0
         31      0.320  script[2]              → clone(SIGCHLD)
         49      0.500  script[2]              │ fork     script[2] makes script[3], a new process
             ┊ + task        pid 3, parent script[2], 1 thread
             ┊ ≈ memory      mm 3 copies mm 2: 2 areas, 31 PTEs, 5 new tables, 0 pages (copy on write)
             ┊ ≈ descriptors files 3 copies files 2: 0 1 2 (console), the same open files
             ┊ = program     script
             ┊ = context     pc 0x400018, sp 0x7fffe880
         50      0.510  script[2]              │ ready    script[3]: new → runnable (R)
         51      0.520  script[2]              ← clone = 3
         54      0.550  script[2]              → wait4(-1, 0x7fffe8a0, 0, NULL)
         56      0.570  script[2]              │ sleeps   awaits a child; running → sleeping (S)
         59      0.600  script[2]              │ switch   script[2] (sleeping) → script[3] (running)
                                                   saves pc 0x400018, sp 0x7fffe880
                                                   CR3: frame 33 → frame 48, pcid 33 → 48
         61      0.620  script[3]              ← runs     from pc 0x400018, sp 0x7fffe880
                                                   for the first time: clone returns 0 here
         63      0.640  script[3]              ⇄ fault    write 0x7fffe890 (stack): read-only
                                                   → copied on write, frame 12 → 40 (minor)
         67      0.680  script[3]              → execve("/bin/ls", 0x7fffe900, NULL)
         75      0.760  ls[3]                  │ exec     process 3 runs /bin/ls from now on
             ┊ = process     pid 3, parent script[2]
             ┊ → program     script → /bin/ls ["ls", "/bin"]
             ┊ → memory      mm 3 (2 areas) → mm 4 (2 areas)
             ┊ → context     pc 0x400018 → 0x400000, sp 0x7fffe880 → 0x7ffff7a0
             ┊ = descriptors 0 1 2 (console)
         76      0.770  ls[3]                  ← execve = 0
         79      0.800  ls[3]                  ⇄ write(1, "a.r3\n", 5) = 5
         84      0.850  ls[3]                  → exit_group(0)
         85      0.860  ls[3]                  │ exit     ls[3] exited 0
             ┊ × memory      mm 4, 2 areas
             ┊ × descriptors 0 1 2 (console)
             ┊ = zombie      pid 3 and its status (exited 0), until script[2] waits
         88      0.890  ls[3]                  │ zombie   ls[3]: running (R) → zombie (Z)
         89      0.900  ls[3]                  │ signal   SIGCHLD sent to script[2] (CLD_EXITED)
         91      0.920  ls[3]                  │ wakes    script[2]: sleeping (S) → runnable (R)
                                                   because ls[3] ended (#85)
         93      0.940  ls[3]                  │ switch   ls[3] (zombie) → script[2] (running)
                                                   saves pc 0x400000, sp 0x7ffff7a0
                                                   CR3: frame 48 → frame 33, pcid 48 → 33
         95      0.960  script[2]              │ reaped   ls[3], exited 0: zombie → dead (X)
         97      0.980  script[2]              ← wait4 = 3, [exited 0]
        "#);
    }

    #[test]
    fn calls_that_return_at_once_are_one_line() {
        insta::assert_snapshot!(render(story::small_calls(), "", Format::Text), @r#"
        seq    time µs  task              line
         28      0.290  script[2]                boot     28 events made the machine and script[2]
             ┊ = process     pid 2, parent [1]
             ┊ = program     script
             ┊ = memory      mm 2, 2 areas
             ┊ = descriptors 0 1 2 (console)
             ┊ = context     pc 0x0, sp 0x0
         30      0.310  script[2]              ⇄ write(1, "hi", 2) = 2
                                                   pipe 1 holds 2 bytes in 1 of 16 slots
         35      0.360  script[2]              ⇄ mmap(NULL, 4096, PROT_READ|PROT_WRITE,
                                                 MAP_PRIVATE|MAP_ANONYMOUS, -1, 0) = 0x70000000
                                                   + 0x70000000-0x70001000 rw-p anonymous, 1 page
         43      0.440  script[2]              ⇄ openat(AT_FDCWD, "/nowhere", O_RDONLY) = -ENOENT (No
                                                 such file or directory)
        "#);
    }

    #[test]
    fn a_category_in_full_has_a_line_for_each_change() {
        insta::assert_snapshot!(render(story::small_calls(), "mode,mm", Format::Text), @r"
        seq    time µs  task              line
         28      0.290  script[2]                boot     28 events made the machine and script[2]
         28      0.290  script[2]                mode     kernel → user
         29      0.300  script[2]              │ mode     user → kernel
         33      0.340  script[2]                mode     kernel → user
         34      0.350  script[2]              │ mode     user → kernel
         36      0.370  script[2]              │ area     + 0x70000000-0x70001000 rw-p anonymous, 1 page
                                                          in mm 2
         38      0.390  script[2]                mode     kernel → user
         39      0.400  script[2]              │ mode     user → kernel
         40      0.410  script[2]              → tick     the timer interrupts: the time slice is over
         41      0.420  script[2]                mode     kernel → user
         42      0.430  script[2]              │ mode     user → kernel
         45      0.460  script[2]                mode     kernel → user
        ");
    }

    #[test]
    fn a_filter_hides_and_never_renumbers() {
        let numbers = |filter| -> Vec<String> {
            let text = render(story::fork_and_exec(), filter, Format::Text);
            text.lines().filter_map(|line| Some(line.get(..6)?.trim().to_owned())).filter(|n| !n.is_empty()).collect()
        };
        let all = numbers("all");
        for filter in ["task", "sched,mode", "syscall", "task=ls"] {
            assert!(numbers(filter).iter().all(|number| all.contains(number)), "{filter}");
        }
    }

    #[test]
    fn a_trace_may_begin_anywhere() {
        for filter in ["", "all,mem,boot"] {
            let (events, arena) = story::fork_and_exec().told();
            for start in 0..events.len() {
                let mut renderer = Renderer::new(Options { filter: filter.parse().unwrap(), ..Options::default() });
                let mut out = String::new();
                events[start..].iter().for_each(|event| renderer.push(event, &arena, &mut out));
                renderer.finish(&mut out);
                let numbers: Vec<u32> = out.lines().filter_map(|line| line.get(..6)?.trim().parse().ok()).collect();
                assert!(numbers.is_sorted(), "{out}");
            }
        }
    }

    #[test]
    fn colours_change_no_letter() {
        let (events, arena) = story::fork_and_exec().told();
        let show = |color| {
            let mut renderer = Renderer::new(Options { color, ..Options::default() });
            let mut out = String::new();
            events.iter().for_each(|event| renderer.push(event, &arena, &mut out));
            renderer.finish(&mut out);
            out
        };
        let (plain, colored) = (show(false), show(true));
        assert!(!plain.contains('\x1b') && colored.contains('\x1b'));
        assert_eq!(anstream::adapter::strip_str(&colored).to_string(), plain);
    }

    #[test]
    fn jsonl_is_one_object_a_line() {
        let text = render(story::fork_and_exec(), "all,mem,boot", Format::Jsonl);
        for line in text.lines() {
            let value: serde_json::Value = serde_json::from_str(line).unwrap();
            // A field that stands twice would be gone.
            assert_eq!(value.to_string().len(), line.len(), "{line}");
        }
        let text = render(story::small_calls(), "syscall,mm", Format::Jsonl);
        let head: Vec<&str> = text.lines().take(3).collect();
        insta::assert_snapshot!(head.join("\n"), @r#"
        {"ring3":1,"format":"trace","time":"ns"}
        {"seq":30,"t":310,"cpu":0,"task":2,"comm":"script","pc":"0x400010","why":{"kind":"program"},"cat":"syscall","kind":"syscall_enter","nr":1,"name":"write","args":["0x1","0x7000","0x2","0x0","0x0","0x0"],"text":"hi"}
        {"seq":32,"t":330,"cpu":0,"task":2,"comm":"script","pc":"0x400010","why":{"kind":"call","of":2,"seq":30},"cat":"syscall","kind":"syscall_exit","nr":1,"name":"write","result":2,"text":""}
        "#);
    }

    #[test]
    fn a_summary_counts() {
        let (events, _) = story::fork_and_exec().told();
        let mut summary = Summary::default();
        events.iter().for_each(|event| summary.push(event));
        insta::assert_snapshot!(summary.render(), @r"
        virtual time                        0.990 µs
        events                              71
        tasks made                          1
        mode switches into the kernel       6
          by system call                    5
          by page fault                     1
          by timer interrupt                0
          by another exception              0
        context switches                    2
          voluntary: it slept or ended      2
          involuntary: it was preempted     0
        address space switches (CR3)        2
        page faults                         1 (0 major)
          copied on write                   1
        TLB entries filled                  0
        TLB entries flushed                 0
        TLB asked by loads                  0 (0 missed)
        TLB asked by stores                 0 (0 missed)
        TLB missed by instructions          0
        frames in use at most               0
        system calls
          write                             1
          clone                             1
          execve                            1
          wait4                             1
          exit_group                        1
        states
          new → runnable                    1
          runnable → running                2
          running → sleeping                1
          running → zombie                  1
          sleeping → runnable               1
          zombie → dead                     1
        ");
    }
}
