//! Least frequently used: the page with the fewest accesses since it came; of several, the one that came first.

use crate::base::ids::Frame;
use crate::kernel::core::Kernel;
use crate::kernel::mm::lru;
use crate::kernel::mm::reclaim::may_go;
use crate::trace::value::LruList;

/// The page with the fewest accesses.
pub fn victim(k: &Kernel, scanned: &mut u32) -> Option<Frame> {
    *scanned += k.state().lru.ends[LruList::Queue as usize].len;
    let may = lru::iter(k.state(), LruList::Queue).filter(|&frame| may_go(k, frame));
    // Of equal ones `min_by_key` takes the first.
    may.min_by_key(|&frame| k.state().frame(frame).uses)
}
