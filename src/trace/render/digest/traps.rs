//! Calls and faults: ways into the kernel and back, as the digest tells it.

use crate::abi::sysno::Sysno;
use crate::base::ids::Tid;
use crate::base::units::Page;
use crate::trace::event::{Cause, FaultResult};
use crate::trace::render::call::{Answer, given_back, result};
use crate::trace::render::digest::held::{Held, Open};
use crate::trace::render::digest::{Context, Digest};
use crate::trace::render::fault::Served;
use crate::trace::render::layout::{Below, Entry, Mark};

impl Digest {
    /// A call returns: one line with its beginning if nothing came between.
    pub(super) fn returned(&mut self, nr: u16, answer: &Answer, wanted: bool, cx: &Context<'_>, out: &mut String) {
        let task = cx.event.event.task;
        let _ = self.portraits.remove(&task);
        if !wanted {
            return;
        }
        self.leave(cx.event.event.cpu);
        let fits = |open: &Open| matches!(open, Open::Call(of, _) if *of == task);
        let last = |held: &mut Held| {
            held.entry.mark = Mark::Both;
            if let Open::Call(_, call) = &held.open {
                let line = call.line(Some(answer));
                held.entry.text = format!("{line} = {}", result(nr, answer.result));
            }
        };
        if let Some(entry) = self.complete(fits, last, cx.names) {
            self.layout.write(&entry, out);
            return;
        }
        let text = format!("{} = {}{}", Sysno(nr), result(nr, answer.result), given_back(nr, answer));
        let entry = Entry { mark: Mark::Leave, ..Self::entry(cx, "", text) };
        self.say(&entry, cx, out);
    }

    /// Whether a fault is one that went to sleep before, and was counted then; it may do so again.
    pub(super) fn goes_on(&mut self, task: Tid, page: Page, result: FaultResult) -> bool {
        let again = self.awaited.remove(&task) == Some(page);
        let sleeps = match result {
            FaultResult::Disk => true,
            FaultResult::NoRoom | FaultResult::Underway => again,
            FaultResult::ZeroFilled
            | FaultResult::Huge
            | FaultResult::HugeZeroPage
            | FaultResult::ZeroPage
            | FaultResult::Copied
            | FaultResult::Reused
            | FaultResult::Mapped(_)
            | FaultResult::SwappedIn
            | FaultResult::SwapCache
            | FaultResult::Spurious
            | FaultResult::Signal
            | FaultResult::OutOfMemory => false,
        };
        if sleeps {
            let _ = self.awaited.insert(task, page);
        }
        again
    }

    /// A fault is served: one entry with its beginning if nothing came between.
    pub(super) fn served(&mut self, address: u64, served: Served, cx: &Context<'_>, out: &mut String) {
        let task = cx.event.event.task;
        let returns = !matches!(served.result, FaultResult::Disk | FaultResult::Signal | FaultResult::OutOfMemory);
        // The kernel faults too, when it touches what a program gave it the address of.
        let user = cx.event.cause == Cause::Fault(task);
        if returns && user {
            self.leave(cx.event.event.cpu);
        }
        let fits = |open: &Open| matches!(open, Open::Fault(of, _) if *of == task);
        let last = |held: &mut Held| {
            held.entry.mark = match (user, returns) {
                (true, true) => Mark::Both,
                (true, false) => Mark::Enter,
                (false, _) => Mark::Kernel,
            };
            held.entry.below.push(Below::Detail(format!("→ {}", served.line())));
        };
        if let Some(entry) = self.complete(fits, last, cx.names) {
            self.layout.write(&entry, out);
            return;
        }
        let mark = if returns && user { Mark::Leave } else { Mark::Kernel };
        let text = if user { served.line() } else { format!("the kernel touches {address:#x}") };
        let mut entry = Entry { mark, ..Self::entry(cx, "fault", text) };
        if !user {
            entry.below.push(Below::Detail(format!("→ {}", served.line())));
        }
        self.say(&entry, cx, out);
    }
}
