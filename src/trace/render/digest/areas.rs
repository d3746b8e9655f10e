//! Areas and the disk: what calls and faults do beside, as the digest tells it.

use crate::base::ids::Ino;
use crate::trace::event::Category;
use crate::trace::filter::Detail;
use crate::trace::render::digest::held::{Open, Pages};
use crate::trace::render::digest::{Context, Digest};
use crate::trace::render::sentence;
use crate::trace::value::Vma;

impl Digest {
    /// An area is put in or taken out; tells whether that has been dealt with.
    pub(super) fn area(&mut self, page: u64, vma: Vma, to: bool, cx: &Context<'_>, out: &mut String) -> bool {
        if cx.filter.detail(Category::Mm) != Detail::Digest {
            return false;
        }
        // Fork, exec and exit tell of their areas on their cards.
        if self.portraits.contains_key(&cx.event.event.task) {
            return true;
        }
        let fits = |open: &Open| matches!(open, Open::Call(..) | Open::Fault(..));
        if !self.held_as(fits, |held| held.areas.push((page, vma, to))) && Self::wants(cx, Category::Mm, Detail::Digest)
        {
            let sign = if to { '+' } else { '×' };
            let text = format!("{sign} {}", sentence::area(page, vma, cx.names));
            self.say(&Self::entry(cx, "area", text), cx, out);
        }
        true
    }

    /// A page is asked of the disk or comes from it; tells whether that has been dealt with.
    pub(super) fn disk(&mut self, ino: Ino, page: u32, to: bool, cx: &Context<'_>, out: &mut String) -> bool {
        if !cx.picked || cx.filter.detail(Category::Fs) != Detail::Digest {
            return false;
        }
        let mut grown = false;
        let follows = |open: &Open| matches!(open, Open::Disk(pages) if pages.ino == ino && pages.asked == to);
        let _ = self.held_as(follows, |held| {
            if let Open::Disk(pages) = &mut held.open
                && pages.last + 1 == page
            {
                pages.last = page;
                held.entry.text = pages.line(cx.names);
                grown = true;
            }
        });
        if !grown {
            let pages = Pages { ino, first: page, last: page, asked: to };
            self.hold(Self::entry(cx, "disk", pages.line(cx.names)), Open::Disk(pages), cx, out);
        }
        true
    }
}
