//! Large pages: what makes one, what splits it, and that no frame or table is lost over it.

use super::*;
use crate::kernel::mm::huge;
use crate::kernel::mm::reclaim;
use crate::kernel::mm::table::ALL_PAGES;
use crate::machine::pte::{PS, W};

const WANTED: VmaFlags = RW.union(VmaFlags::HUGEPAGE);
/// The first page of an aligned 2 MiB, counted from `BASE`.
const FIRST: u64 = 512 - (BASE >> 12);

/// Two large pages from `FIRST` on, the first one touched.
fn with_one() -> (Kernel, MmId) {
    let (mut k, mm) = kernel(4096);
    map(&mut k, mm, FIRST, 1024, WANTED);
    assert_eq!(touch(&mut k, mm, FIRST + 5, true), Some(FaultResult::Huge));
    (k, mm)
}

fn large(k: &Kernel, mm: MmId) -> usize {
    k.state().check().unwrap();
    huge::within(k.state(), mm, &ALL_PAGES).len()
}

fn splits(k: &Kernel) -> u64 {
    k.accounting().machine().thp_split_pmd
}

fn pte(k: &Kernel, mm: MmId, page: u64) -> crate::machine::pte::Pte {
    mm::populate::leaf_of(k, mm, BASE + 4096 * page)
}

#[test]
fn one_fault_maps_512_frames_in_a_row() {
    let (mut k, mm) = with_one();
    assert_eq!(faults(&mut k, mm, FIRST..FIRST + 512, true), 0);
    // Three tables on the way, and one that is put by.
    assert_eq!((k.state().mm(mm).rss(), k.state().mm(mm).tables), (512, 4));
    assert_eq!((pte(&k, mm, FIRST).frame(), pte(&k, mm, FIRST + 511).frame()), (Frame(512), Frame(1023)));
    assert!(pte(&k, mm, FIRST).has(PS | W));
    assert_eq!(touch(&mut k, mm, FIRST + 600, false), Some(FaultResult::HugeZeroPage));
    assert_eq!((large(&k, mm), huge::count(k.state()), splits(&k)), (2, 1, 0));
    let tree = page_table::page_tables(k.state(), mm);
    assert_eq!(tree.lines().filter(|line| line.contains("2 MiB page")).count(), 2, "{tree}");
}

#[test]
fn reads_share_512_frames_of_zeros_until_somebody_writes() {
    let (mut k, mm) = kernel(4096);
    let base = (BASE >> 12) + FIRST;
    map(&mut k, mm, FIRST, 1536, WANTED);
    for page in [5, 600, 1024] {
        assert_eq!(touch(&mut k, mm, FIRST + page, false), Some(FaultResult::HugeZeroPage));
    }
    assert_eq!(pte(&k, mm, FIRST).frame(), pte(&k, mm, FIRST + 512).frame());
    assert_eq!((large(&k, mm), huge::count(k.state()), k.state().mm(mm).rss()), (3, 0, 0));
    assert_eq!(touch(&mut k, mm, FIRST + 5, true), Some(FaultResult::Huge));
    assert_eq!((huge::count(k.state()), k.state().mm(mm).rss(), splits(&k)), (1, 512, 0));
    // A part of the second is protected: it is 512 times the small page of zeros then.
    protect::protect(&mut k, mm, base + 700, base + 701, VmaFlags::READ).unwrap();
    assert_eq!(pte(&k, mm, FIRST + 600).frame(), crate::kernel::boot::ZERO_FRAME);
    assert_eq!((large(&k, mm), splits(&k), huge::free_zeros(&mut k)), (2, 1, 0));
    mm::unmap(&mut k, mm, base + 1024, 512);
    assert_eq!((large(&k, mm), huge::free_zeros(&mut k)), (1, 512));
    k.state().check().unwrap();
}

#[test]
fn a_large_page_is_marked_free_as_a_whole() {
    let (mut k, mm) = with_one();
    let base = (BASE >> 12) + FIRST;
    crate::kernel::mm::advise::free(&mut k, mm, &(base..base + 512));
    assert_eq!((large(&k, mm), splits(&k), k.state().mm(mm).rss()), (1, 0, 512));
    let frame = pte(&k, mm, FIRST + 3).frame();
    assert!(k.state().frame(frame).flags.contains(crate::trace::value::FrameFlags::LAZYFREE));
    assert_eq!(reclaim::evict(&mut k, frame), reclaim::Evicted::Freed);
    assert_eq!((large(&k, mm), k.state().mm(mm).rss()), (0, 511));
}

#[test]
fn what_concerns_a_part_splits() {
    let (mut k, mm) = with_one();
    let base = (BASE >> 12) + FIRST;
    protect::protect(&mut k, mm, base, base + 512, VmaFlags::READ).unwrap();
    assert_eq!((large(&k, mm), splits(&k), touch(&mut k, mm, FIRST, false)), (1, 0, None));
    protect::protect(&mut k, mm, base, base + 512, RW).unwrap();
    assert_eq!((large(&k, mm), touch(&mut k, mm, FIRST, true)), (1, None));
    protect::protect(&mut k, mm, base + 7, base + 8, VmaFlags::READ).unwrap();
    assert_eq!((large(&k, mm), splits(&k), k.state().mm(mm).rss()), (0, 1, 512));
    assert_eq!(faults(&mut k, mm, FIRST..FIRST + 7, true), 0);

    assert_eq!(touch(&mut k, mm, FIRST + 512, true), Some(FaultResult::Huge));
    mm::unmap(&mut k, mm, base + 512 + 100, 1);
    assert_eq!((large(&k, mm), splits(&k), k.state().mm(mm).rss()), (0, 2, 1023));
    mm::unmap(&mut k, mm, base, 1024);
    assert_eq!((large(&k, mm), k.state().mm(mm).tables), (0, 1));
}

#[test]
fn a_whole_one_is_unmapped_at_once() {
    let (mut k, mm) = with_one();
    let free = k.state().frames.len();
    mm::unmap(&mut k, mm, (BASE >> 12) + FIRST, 512);
    assert_eq!((large(&k, mm), splits(&k), k.state().mm(mm).rss()), (0, 0, 0));
    // The frames, the table that was put by; the others serve the second half of the area still.
    assert_eq!(free - k.state().frames.len(), 513);
}

#[test]
fn a_fork_shares_it_and_who_writes_copies_one_page() {
    let (mut k, parent) = with_one();
    let copy = mm::duplicate(&mut k, parent).unwrap();
    adopt(&mut k, 3, copy.mm);
    assert_eq!((copy.ptes, large(&k, parent), large(&k, copy.mm), huge::count(k.state())), (1, 1, 1, 1));
    assert!(!pte(&k, parent, FIRST).has(W) && pte(&k, parent, FIRST).frame() == pte(&k, copy.mm, FIRST).frame());
    assert_eq!(touch(&mut k, copy.mm, FIRST + 9, true), Some(FaultResult::Copied));
    assert_eq!((large(&k, parent), large(&k, copy.mm), splits(&k)), (1, 0, 1));
    // The parent's own copy of one page is its alone, the others are not: it splits, too.
    assert_eq!(touch(&mut k, parent, FIRST + 9, true), Some(FaultResult::Reused));
    assert_eq!((large(&k, parent), splits(&k)), (0, 2));
    k.set_mm(Tid(3), None);
    mm::space::release(&mut k, copy.mm);
    assert_eq!(touch(&mut k, parent, FIRST + 10, true), Some(FaultResult::Reused));
    k.state().check().unwrap();
}

#[test]
fn the_last_owner_writes_to_the_whole() {
    let (mut k, parent) = with_one();
    let copy = mm::duplicate(&mut k, parent).unwrap();
    mm::space::release(&mut k, copy.mm);
    assert_eq!(touch(&mut k, parent, FIRST + 9, true), Some(FaultResult::Reused));
    assert_eq!(faults(&mut k, parent, FIRST..FIRST + 512, true), 0);
    assert_eq!((large(&k, parent), splits(&k)), (1, 0));
}

#[test]
fn without_room_or_alignment_pages_are_small() {
    let (mut k, mm) = kernel(900);
    map(&mut k, mm, FIRST, 512, WANTED);
    assert_eq!(touch(&mut k, mm, FIRST, true), Some(FaultResult::ZeroFilled), "no 512 frames in a row");
    let (mut k, mm) = kernel(4096);
    map(&mut k, mm, FIRST, 511, WANTED);
    map(&mut k, mm, FIRST + 1024, 512, RW);
    assert_eq!(touch(&mut k, mm, FIRST, true), Some(FaultResult::ZeroFilled), "511 pages");
    assert_eq!(touch(&mut k, mm, FIRST + 1024, true), Some(FaultResult::ZeroFilled), "nobody asked");
    map(&mut k, mm, FIRST, 512, WANTED);
    mm::populate::populate(&mut k, mm, (BASE >> 12) + FIRST, 512).unwrap();
    assert_eq!((large(&k, mm), k.state().mm(mm).rss()), (1, 513));
}

#[test]
fn eviction_splits() {
    let (mut k, mm) = kernel_with(Config { swap_slots: 100, ..Config::with_ram(4096) });
    map(&mut k, mm, FIRST, 512, WANTED);
    assert_eq!(touch(&mut k, mm, FIRST, true), Some(FaultResult::Huge));
    let frame = pte(&k, mm, FIRST + 3).frame();
    assert!(reclaim::may_go(&k, frame));
    let _ = reclaim::evict(&mut k, frame);
    assert_eq!((large(&k, mm), splits(&k), k.state().mm(mm).swapped), (0, 1, 1));
}
