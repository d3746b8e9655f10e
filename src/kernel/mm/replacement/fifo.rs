//! First in, first out: the page that came first goes, used or not.

use crate::base::ids::Frame;
use crate::kernel::core::Kernel;
use crate::kernel::mm::replacement::oldest;
use crate::trace::value::LruList;

/// The page that came first.
pub fn victim(k: &Kernel, scanned: &mut u32) -> Option<Frame> {
    oldest(k, LruList::Queue, scanned)
}
