//! States and switches: what the scheduler does, as the digest tells it.

use crate::base::ids::{CpuId, Tid};
use crate::trace::event::Category;
use crate::trace::filter::Detail;
use crate::trace::render::digest::held::Open;
use crate::trace::render::digest::{Context, Digest};
use crate::trace::render::layout::{Below, Entry, Mark};
use crate::trace::render::words;
use crate::trace::value::{Mode, Position, TaskState, WaitOn};

impl Digest {
    /// A task goes from one state to another; tells whether that has been dealt with.
    pub(super) fn state(
        &mut self,
        tid: Tid,
        (from, to): (TaskState, TaskState),
        cx: &Context<'_>,
        out: &mut String,
    ) -> bool {
        // A call that sleeps does not come back at once, whether its sleep is shown or not.
        if matches!(to, TaskState::Sleeping | TaskState::Uninterruptible | TaskState::Stopped) {
            self.let_go(|open| matches!(open, Open::Call(of, _) if *of == tid), cx, out);
        }
        if !Self::wants(cx, Category::Sched, Detail::Digest) {
            return false;
        }
        let name = cx.names.task_name(tid);
        let step = format!("{} → {}", words::state(from), words::state(to));
        let why = words::because(cx.event.cause, cx.event.event.because, cx.event.event.task, cx.names);
        let text = format!("{name}: {step}");
        let verb = match (from, to) {
            (TaskState::Running(_), TaskState::Sleeping | TaskState::Uninterruptible) => {
                return self.sleep(tid, &format!("{} → {}", from.word(), words::state(to)), cx, out);
            }
            // The switch that follows says this.
            (TaskState::Runnable(_), TaskState::Running(_)) => {
                return cx.filter.detail(Category::Sched) == Detail::Digest;
            }
            // The line of who reaped it says this.
            (_, TaskState::Dead) | (TaskState::Dead, _) => return cx.filter.detail(Category::Sched) == Detail::Digest,
            (TaskState::Running(_), TaskState::Runnable(_)) => "preempts",
            (TaskState::New, _) => "ready",
            (_, TaskState::Zombie) => "zombie",
            (TaskState::Sleeping | TaskState::Uninterruptible, _) => "wakes",
            (_, TaskState::Stopped) => "stops",
            (TaskState::Stopped, _) => "goes on",
            (
                TaskState::Runnable(_) | TaskState::Running(_) | TaskState::Zombie,
                TaskState::New
                | TaskState::Runnable(_)
                | TaskState::Running(_)
                | TaskState::Sleeping
                | TaskState::Uninterruptible,
            ) => "state",
        };
        if verb == "preempts" {
            return self.preempted(step, cx, out);
        }
        let mut entry = Self::entry(cx, verb, text);
        entry.below.extend(why.map(|why| Below::Detail(format!("because {why}"))));
        self.say(&entry, cx, out);
        true
    }

    /// The running task loses the CPU, with the tick that took it from it.
    fn preempted(&mut self, step: String, cx: &Context<'_>, out: &mut String) -> bool {
        self.enter(cx.event.event.cpu);
        let tick = self.complete(|open| matches!(open, Open::Tick), |held| held.entry.verb = "preempt", cx.names);
        match tick {
            Some(tick) => self.layout.write(&Entry { text: format!("its slice is over; {step}"), ..tick }, out),
            None => self.say(&Self::entry(cx, "yields", step), cx, out),
        }
        true
    }

    /// The running task falls asleep; the entry learns what it waits for.
    pub(super) fn sleep(&mut self, tid: Tid, step: &str, cx: &Context<'_>, out: &mut String) -> bool {
        let on: Option<WaitOn> = cx.names.task(tid).and_then(|facts| facts.wait_on);
        let on = on.map_or_else(String::new, |on| {
            let told = self.locks.awaited(tid, on, cx).unwrap_or_else(|| words::waits_for(on, cx.names));
            format!("awaits {told}; ")
        });
        let entry = Self::entry(cx, "sleeps", format!("{on}{step}"));
        self.enter(cx.event.event.cpu);
        self.hold(entry, Open::Sleep(tid), cx, out);
        true
    }

    /// A CPU takes another task; the entry learns the address space.
    pub(super) fn switch(&mut self, from: Tid, to: Tid, cx: &Context<'_>, out: &mut String) -> bool {
        self.let_go(|open| matches!(open, Open::Switch(_)), cx, out);
        if !Self::wants(cx, Category::Sched, Detail::Digest) {
            return false;
        }
        let state = |tid: Tid| match cx.names.task(tid) {
            Some(facts) if tid.0 != 0 => format!("{} ({})", cx.names.task_name(tid), facts.state.word()),
            Some(_) | None => cx.names.task_name(tid),
        };
        let mut entry = Self::entry(cx, "switch", format!("{} → {}", state(from), state(to)));
        // The kernel's own threads have no user context to save, and a thread that is gone has none any more.
        let user = from.0 != 0 && !cx.names.is_kernel_thread(from);
        let alive = cx.names.task(from).filter(|facts| user && facts.state != TaskState::Dead);
        if let Some(Position { pc, sp }) = alive.map(|facts| facts.position) {
            entry.below.push(Below::Detail(format!("saves pc {pc:#x}, sp {sp:#x}")));
        }
        if to.0 == 0 {
            entry.below.push(Below::Detail("no task is runnable".to_owned()));
        }
        self.enter(cx.event.event.cpu);
        self.hold(entry, Open::Switch(cx.event.event.cpu), cx, out);
        true
    }

    /// A CPU is in the kernel, and the reader knows.
    pub(super) fn enter(&mut self, cpu: CpuId) {
        let _ = self.inside.insert(cpu, true);
    }

    /// A CPU is in user mode, and the reader knows.
    pub(super) fn leave(&mut self, cpu: CpuId) {
        let _ = self.inside.insert(cpu, false);
    }

    /// A CPU goes back to user mode: shown if it entered on a line of its own and no return was shown.
    pub(super) fn mode(&mut self, cpu: CpuId, to: Mode, cx: &Context<'_>, out: &mut String) {
        if to == Mode::Kernel {
            return;
        }
        let _ = self.portraits.remove(&cx.names.cpu(cpu).current);
        self.let_go(|open| matches!(open, Open::Switch(_)), cx, out);
        if cx.filter.detail(Category::Mode) != Detail::Full {
            let _ = self.held.take_if(|held| matches!(held.open, Open::Tick));
        }
        if !self.inside.get(&cpu).copied().unwrap_or(false) {
            return;
        }
        self.leave(cpu);
        if !Self::wants(cx, Category::Sched, Detail::Digest) {
            return;
        }
        let task = cx.names.cpu(cpu).current;
        let Position { pc, sp } = cx.names.task(task).map(|facts| facts.position).unwrap_or_default();
        let mut entry = Self::entry(cx, "runs", format!("from pc {pc:#x}, sp {sp:#x}"));
        if let Some(call) = self.newborn.remove(&task) {
            entry.below.push(Below::Detail(format!("for the first time: {call} returns 0 here")));
        }
        entry.task = cx.names.task_name(task);
        entry.mark = Mark::Leave;
        self.say(&entry, cx, out);
    }
}
