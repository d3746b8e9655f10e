//! The optimum (Belady's MIN): the page whose next use is farthest away. A first run has written down what is used when.

use crate::base::ids::Frame;
use crate::kernel::core::Kernel;
use crate::kernel::mm::lru;
use crate::kernel::mm::reclaim::may_go;
use crate::kernel::mm::replacement::touched::References;
use crate::trace::value::LruList;

/// The page whose next use is farthest away; of several that are never used again, the one that came first.
pub fn victim(k: &Kernel, scanned: &mut u32) -> Option<Frame> {
    *scanned += k.state().lru.ends[LruList::Queue as usize].len;
    let next = |frame: &Frame| {
        let usage = k.state().frame(*frame).usage;
        k.references.as_deref().map_or(u32::MAX, |references| References::next_use(references, usage))
    };
    let may = lru::iter(k.state(), LruList::Queue).filter(|&frame| may_go(k, frame));
    // Of equal ones the first is to win: `max_by_key` takes the last.
    may.collect::<Vec<_>>().into_iter().rev().max_by_key(next)
}
