//! The gaps between the areas of an address space, found by their size: what Linux asks its maple tree for
//! (`mas_empty_area_rev`).

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use crate::kernel::mm::place::{END_PAGE, floor_of};
use crate::trace::value::Vma;

/// The pages from 0 to the end of user space that no area holds, nor the guard gap below a stack, as ranges of pages.
/// Finding a place among n of them costs O(log n), but for those within a factor of two of what is asked for.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Gaps {
    /// The gaps with the power of two that their size reaches, then by place.
    by_size: BTreeSet<(u32, u64, u64)>,
}

/// Page numbers are below 2³⁵.
const SIZES: u32 = 36;

/// The power of two that the size of a gap reaches.
fn size(gap: &Range<u64>) -> u32 {
    (gap.end - gap.start).ilog2()
}

impl Default for Gaps {
    /// There are no areas, and one gap.
    fn default() -> Self {
        let mut gaps = Self { by_size: BTreeSet::new() };
        gaps.set(0..END_PAGE, true);
        gaps
    }
}

impl Gaps {
    /// The gaps between areas, found anew.
    #[must_use]
    pub fn between(areas: &BTreeMap<u64, Vma>) -> Self {
        let mut gaps = Self { by_size: BTreeSet::new() };
        let mut floor = 0;
        for (&start, vma) in areas {
            gaps.set(floor..floor_of(start, vma), true);
            floor = start + u64::from(vma.pages);
        }
        gaps.set(floor..END_PAGE, true);
        gaps
    }

    /// An area comes among others, or one goes that was among them; `areas` are those without it.
    pub(super) fn count_area(&mut self, areas: &BTreeMap<u64, Vma>, page: u64, vma: &Vma, comes: bool) {
        let floor = areas.range(..page).next_back().map_or(0, |(&start, below)| start + u64::from(below.pages));
        let ceiling = areas.range(page..).next().map_or(END_PAGE, |(&start, above)| floor_of(start, above));
        self.set(floor..ceiling, !comes);
        self.set(floor..floor_of(page, vma), comes);
        self.set(page + u64::from(vma.pages)..ceiling, comes);
    }

    /// A gap comes or goes; an empty one is none.
    fn set(&mut self, gap: Range<u64>, comes: bool) {
        if !gap.is_empty() {
            let entry = (size(&gap), gap.start, gap.end);
            let done = if comes { self.by_size.insert(entry) } else { self.by_size.remove(&entry) };
            assert!(done, "the gap {gap:?} is there already, or is not");
        }
    }

    /// The highest place for so many pages within a range.
    #[must_use]
    pub fn highest(&self, within: &Range<u64>, pages: u64) -> Option<u64> {
        let place = |&(_, start, end): &(u32, u64, u64)| {
            let (start, end) = (start.max(within.start), end.min(within.end));
            (end >= start.saturating_add(pages)).then(|| end - pages)
        };
        let of_size = |size| {
            let found = self.by_size.range((size, 0, 0)..(size, within.end, 0)).rev();
            found.take_while(|gap| gap.2 > within.start).find_map(place)
        };
        (pages.max(1).ilog2()..SIZES).filter_map(of_size).max()
    }

    /// The lowest place for so many pages within a range.
    #[must_use]
    pub fn lowest(&self, within: &Range<u64>, pages: u64) -> Option<u64> {
        let place = |&(_, start, end): &(u32, u64, u64)| {
            let (start, end) = (start.max(within.start), end.min(within.end));
            (end >= start.saturating_add(pages)).then_some(start)
        };
        let of_size = |size| {
            // A gap that begins below the range may reach into it.
            let below = self.by_size.range((size, 0, 0)..(size, within.start, 0)).next_back();
            let inside = self.by_size.range((size, within.start, 0)..(size, within.end, 0));
            below.into_iter().chain(inside).find_map(place)
        };
        (pages.max(1).ilog2()..SIZES).filter_map(of_size).min()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::base::ids::Ino;
    use crate::trace::value::VmaFlags;

    /// The places for so many pages within a range, each looked at. As on Linux, only the area right above is asked for a
    /// guard gap.
    fn places(areas: &BTreeMap<u64, Vma>, within: &Range<u64>, pages: u64) -> Vec<u64> {
        let is_free = |&page: &u64| {
            let above = areas.range(page..).next().is_none_or(|(&start, vma)| page + pages <= floor_of(start, vma));
            let below = areas.range(..page).next_back();
            above && below.is_none_or(|(&start, vma)| start + u64::from(vma.pages) <= page)
        };
        (within.start..(within.end + 1).saturating_sub(pages)).filter(is_free).collect()
    }

    proptest! {
        #[test]
        fn gaps_are_found_as_by_looking_at_each_page(
            steps in proptest::collection::vec((0..600_u64, 1..40_u32, any::<bool>()), 1..40),
            start in 0..700_u64, len in 1..700_u64, pages in 1..200_u64,
        ) {
            let (mut areas, mut gaps) = (BTreeMap::new(), Gaps::default());
            for (page, pages, grows) in steps {
                let flags = if grows { VmaFlags::GROWSDOWN } else { VmaFlags::READ };
                let vma = Vma { pages, file_page: 0, ino: Ino(0), flags };
                if let Some(old) = areas.remove(&page) {
                    gaps.count_area(&areas, page, &old, false);
                } else if areas.iter().all(|(&at, old): (&u64, &Vma)| {
                    page + u64::from(pages) <= at || at + u64::from(old.pages) <= page
                }) {
                    gaps.count_area(&areas, page, &vma, true);
                    let _ = areas.insert(page, vma);
                }
                prop_assert_eq!(&gaps, &Gaps::between(&areas));
            }
            let within = start..start + len;
            let all = places(&areas, &within, pages);
            prop_assert_eq!(gaps.highest(&within, pages), all.last().copied());
            prop_assert_eq!(gaps.lowest(&within, pages), all.first().copied());
        }
    }
}
