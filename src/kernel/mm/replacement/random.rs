//! Any page: the oracle chooses.

use crate::base::ids::Frame;
use crate::kernel::core::Kernel;
use crate::kernel::mm::lru;
use crate::kernel::mm::reclaim::may_go;
use crate::trace::event::Question;
use crate::trace::value::LruList;

/// One of the pages that may go.
pub fn victim(k: &mut Kernel, scanned: &mut u32) -> Option<Frame> {
    let offered: Vec<Frame> = lru::iter(k.state(), LruList::Queue).filter(|&frame| may_go(k, frame)).collect();
    *scanned += 1;
    let answer = k.choose(Question::Evict, offered.len() as u32);
    offered.get(answer as usize).copied()
}
