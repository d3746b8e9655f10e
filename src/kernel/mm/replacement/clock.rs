//! Clock, or second chance: a page that was used since the hand last passed is passed over, once.
//!
//! The queue is the clock face: the hand stands at its old end, and what it passes goes to the young end.

use crate::base::ids::Frame;
use crate::kernel::core::Kernel;
use crate::kernel::mm::lru;
use crate::kernel::mm::reclaim::may_go;
use crate::kernel::mm::replacement::{oldest, referenced};
use crate::trace::value::LruList;

/// The first page that the hand finds unused; after two rounds, the first one that may go at all.
pub fn victim(k: &mut Kernel, scanned: &mut u32) -> Option<Frame> {
    let queue = LruList::Queue;
    for _ in 0..2 * k.state().lru.ends[queue as usize].len {
        let frame = k.state().lru.ends[queue as usize].first;
        *scanned += 1;
        if may_go(k, frame) && referenced(k, frame) == 0 {
            return Some(frame);
        }
        lru::move_to(k, frame, queue);
    }
    oldest(k, queue, scanned)
}
