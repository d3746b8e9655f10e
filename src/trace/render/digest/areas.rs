//! Areas and the disk: what calls and faults do beside, as the digest tells it.

use crate::base::ids::Ino;
use crate::trace::event::Category;
use crate::trace::filter::Detail;
use crate::trace::render::digest::held::Open;
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
        let fits = |open: &Open| matches!(open, Open::Call(..) | Open::Fault(_));
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
        if !Self::wants(cx, Category::Fs, Detail::Digest) {
            return false;
        }
        let path = cx.names.path(ino);
        let text = match to {
            true => format!("asked for page {page} of {path}"),
            false => format!("has delivered page {page} of {path}"),
        };
        self.say(&Self::entry(cx, "disk", text), cx, out);
        true
    }
}
