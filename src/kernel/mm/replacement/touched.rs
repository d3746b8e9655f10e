//! What the processor tells of each access, for the policies that want to know exactly: `lru`, `lfu` and `opt`.
//!
//! No processor tells so much. Here each access to data goes past the fastmap and leaves the number of its frame in a log
//! ([`Touches`](crate::machine::touches::Touches)), which the kernel takes in when it is entered, before it evicts anything.
//! Instructions and the window of the running activation count as used whenever the kernel is entered.

use std::collections::BTreeMap;

use crate::base::ids::Frame;
use crate::base::units::Vaddr;
use crate::kernel::config::Replacement;
use crate::kernel::core::Kernel;
use crate::kernel::mm::lru;
use crate::kernel::mm::populate::leaf_of;
use crate::trace::event::Change;
use crate::trace::value::{FrameUse, LruList};

/// The most references of a run that `opt` can look ahead in.
pub const MAX_REFERENCES: usize = 1 << 24;

/// The pages that a run uses, in order: what `opt` looks ahead in. Pages are named by what their frame is used for, which
/// is the same whichever frame that is.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct References {
    string: Vec<FrameUse>,
    /// Where each page is used, rising; made by [`References::to_follow`].
    uses: BTreeMap<FrameUse, Vec<u32>>,
    /// How many references have been made.
    at: usize,
    follows: bool,
    /// The first reference that was not what the first run made; [`MAX_REFERENCES`] if that made more.
    pub diverged: Option<usize>,
}

impl References {
    /// The same string, to be looked ahead in by another run.
    #[must_use]
    pub fn to_follow(self) -> Self {
        let mut uses: BTreeMap<FrameUse, Vec<u32>> = BTreeMap::new();
        for (at, &page) in (0..).zip(&self.string) {
            uses.entry(page).or_default().push(at);
        }
        Self { string: self.string, uses, at: 0, follows: true, diverged: None }
    }

    /// How many references a run has made that is over and was to make more.
    #[must_use]
    pub fn ended_early(&self) -> Option<usize> {
        (self.follows && self.at < self.string.len()).then_some(self.at)
    }

    /// When a page is used next, as a place in the string; the largest number if it never is.
    #[must_use]
    pub fn next_use(&self, page: FrameUse) -> u32 {
        let uses = self.uses.get(&page).map_or(&[][..], Vec::as_slice);
        let next = uses.partition_point(|&at| (at as usize) < self.at);
        uses.get(next).copied().unwrap_or(u32::MAX)
    }

    fn push(&mut self, page: FrameUse) {
        // One use after the other of the same page is one: what lies between is not the same in each run.
        if self.at > 0 && self.string.get(self.at - 1) == Some(&page) {
            return;
        }
        if self.follows {
            if self.string.get(self.at) != Some(&page) && self.diverged.is_none() {
                self.diverged = Some(self.at);
            }
        } else if self.string.len() < MAX_REFERENCES {
            self.string.push(page);
        }
        self.at += 1;
    }
}

/// Whether a policy wants to know of each access.
#[must_use]
pub const fn wanted_by(policy: Replacement) -> bool {
    match policy {
        Replacement::Lru | Replacement::Lfu | Replacement::Opt => true,
        Replacement::TwoList | Replacement::Fifo | Replacement::Clock | Replacement::Random => false,
    }
}

/// Takes in what was accessed since the last time.
pub fn take_in(k: &mut Kernel) {
    let Some(touches) = &mut k.touches else { return };
    let log = touches.take();
    if log.is_empty() {
        return;
    }
    refer(k, &log);
    match k.config.replacement {
        Replacement::Lfu => count(k, &log),
        Replacement::Lru => order(k, log.into_iter().map(|(frame, _)| frame)),
        Replacement::TwoList | Replacement::Fifo | Replacement::Clock | Replacement::Random | Replacement::Opt => {}
    }
}

/// The pages of the running instruction and its window are in use, too.
pub fn touch_running(k: &mut Kernel) {
    if k.config.replacement != Replacement::Lru {
        return;
    }
    let task = k.state().task(k.current());
    let Some(mm) = task.mm else { return };
    let places = [task.position.sp, task.position.pc];
    let frames = places.map(|at| leaf_of(k, mm, Vaddr(at).0));
    order(k, frames.into_iter().filter(|pte| pte.is_present()).map(|pte| pte.frame()));
}

/// Counts accesses.
fn count(k: &mut Kernel, log: &[(Frame, u32)]) {
    let mut sums: BTreeMap<Frame, u32> = BTreeMap::new();
    for &(frame, times) in log {
        let sum = sums.entry(frame).or_default();
        *sum = sum.saturating_add(times);
    }
    for (frame, times) in sums {
        if is_queued(k, frame) {
            let from = k.state().frame(frame).uses;
            k.commit(Change::Uses { frame, from, to: from.saturating_add(times) });
        }
    }
}

/// Moves frames to the young end of the queue, in the order of their last use.
fn order(k: &mut Kernel, used: impl DoubleEndedIterator<Item = Frame>) {
    let mut seen = std::collections::BTreeSet::new();
    let last_uses: Vec<Frame> = used.rev().filter(|&frame| seen.insert(frame)).collect();
    for frame in last_uses.into_iter().rev() {
        if is_queued(k, frame) {
            lru::move_to(k, frame, LruList::Queue);
        }
    }
}

fn is_queued(k: &Kernel, frame: Frame) -> bool {
    k.state().frames.get(frame.0).is_some_and(|state| state.list == Some(LruList::Queue))
}

/// Writes down what was referenced, or checks it against what was written down.
fn refer(k: &mut Kernel, log: &[(Frame, u32)]) {
    if k.references.is_none() {
        return;
    }
    let queued: Vec<FrameUse> =
        log.iter().filter(|&&(frame, _)| is_queued(k, frame)).map(|&(frame, _)| k.state().frame(frame).usage).collect();
    if let Some(references) = &mut k.references {
        queued.into_iter().for_each(|page| references.push(page));
    }
}
