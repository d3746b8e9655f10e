//! Page replacement: which page goes when a frame is needed. A file for each policy.
//!
//! A policy names a victim, or none; [`reclaim`](super::reclaim) evicts it. What a policy knows of use comes from the
//! accessed bits of page table entries, which the processor sets, or, for `lru`, `lfu` and `opt`, from every single access:
//! see [`touched`].

mod clock;
mod fifo;
mod lfu;
mod lru;
mod opt;
mod random;
pub mod touched;
pub mod two_list;

use crate::base::ids::Frame;
use crate::kernel::config::Replacement;
use crate::kernel::core::Kernel;
use crate::kernel::mm::lru as lists;
use crate::kernel::mm::reclaim::may_go;
use crate::kernel::mm::{huge, table};
use crate::kernel::state::Mapping;
use crate::machine::pte::A;
use crate::trace::value::LruList;

/// The page to evict next; none if there is none that may go. `scanned` counts the pages that were looked at.
pub fn victim(k: &mut Kernel, scanned: &mut u32) -> Option<Frame> {
    match k.config.replacement {
        Replacement::TwoList => two_list::victim(k, scanned),
        Replacement::Fifo => fifo::victim(k, scanned),
        Replacement::Lru => lru::victim(k, scanned),
        Replacement::Clock => clock::victim(k, scanned),
        Replacement::Random => random::victim(k, scanned),
        Replacement::Lfu => lfu::victim(k, scanned),
        Replacement::Opt => opt::victim(k, scanned),
    }
}

/// The oldest page of a list that may go.
fn oldest(k: &Kernel, list: LruList, scanned: &mut u32) -> Option<Frame> {
    lists::iter(k.state(), list).find(|&frame| {
        *scanned += 1;
        may_go(k, frame)
    })
}

/// How many leaf entries through which a page was used since the last look; their accessed bits are cleared
/// (`folio_referenced`).
// Linux: x86 clears the bit and leaves the TLB alone, so that a use through an entry that is still there is not seen. Here: the
// entry is flushed too, because then what a policy sees is what happened.
pub fn referenced(k: &mut Kernel, frame: Frame) -> u32 {
    let mut uses = 0;
    for Mapping { mm, page } in k.state().frame(frame).mappers.to_vec() {
        let leaf = table::leaf_at(&k.state().hardware.phys, k.state().mm(mm).pgd(), page);
        let Some(leaf) = leaf.filter(|leaf| leaf.step.pte.has(A)) else { continue };
        huge::unmark(k, mm, leaf, A);
        uses += 1;
    }
    uses
}
