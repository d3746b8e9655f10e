//! Least recently used, exactly: the queue is kept in the order of last use, see [`touched`](super::touched).

use crate::base::ids::Frame;
use crate::kernel::core::Kernel;
use crate::kernel::mm::replacement::oldest;
use crate::trace::value::LruList;

/// The page whose last use is longest ago.
pub fn victim(k: &Kernel, scanned: &mut u32) -> Option<Frame> {
    oldest(k, LruList::Queue, scanned)
}
