//! Pages that are evicted, as the digest tells it: neighbours that go one after the other are one entry.

use crate::trace::event::{Category, Note};
use crate::trace::names::Names;
use crate::trace::render::digest::held::Open;
use crate::trace::render::digest::{Context, Digest};
use crate::trace::render::sentence;
use crate::trace::value::{EvictedTo, FrameKind, FrameUse};

/// Neighbouring pages that went the same way, to neighbouring places.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Gone {
    first: (FrameUse, EvictedTo),
    last: (FrameUse, EvictedTo),
}

impl Gone {
    /// Takes one more page; tells whether it is the next one.
    fn grows(&mut self, usage: FrameUse, to: EvictedTo) -> bool {
        let (page, place) = self.last;
        let next = FrameUse { index: page.index.wrapping_add(1), ..page };
        let beside = match (place, to) {
            (EvictedTo::Swap(a), EvictedTo::Swap(b)) | (EvictedTo::SwapClean(a), EvictedTo::SwapClean(b)) => {
                a.0 + 1 == b.0
            }
            (EvictedTo::File(a), EvictedTo::File(b)) => a.0 + 1 == b.0,
            (EvictedTo::Dropped, EvictedTo::Dropped) => true,
            (EvictedTo::Swap(_) | EvictedTo::SwapClean(_) | EvictedTo::File(_) | EvictedTo::Dropped, _) => false,
        };
        let grows = next == usage && beside;
        if grows {
            self.last = (usage, to);
        }
        grows
    }

    /// `3 pages from 0x7ffff7ed3000 of script[2] on → slots 0 to 2`, of more than one.
    fn line(&self, names: &Names) -> String {
        let (usage, place) = self.first;
        let (last, last_place) = self.last;
        let pages = match usage.kind {
            FrameKind::Anon => {
                let count = last.index.wrapping_sub(usage.index).wrapping_add(1);
                format!("{count} pages from {} on", names.page(usage))
            }
            FrameKind::File
            | FrameKind::Shmem
            | FrameKind::Table
            | FrameKind::Pipe
            | FrameKind::Zero
            | FrameKind::Kernel => {
                let of = names.page(usage);
                let of = of.split_once(" of ").map_or("", |(_, of)| of);
                format!("pages {} to {} of {of}", usage.index, last.index)
            }
        };
        match (place, last_place) {
            (EvictedTo::Swap(a), EvictedTo::Swap(b)) => format!("{pages} → slots {a} to {b}"),
            (EvictedTo::SwapClean(a), EvictedTo::SwapClean(b)) => {
                format!("{pages}: slots {a} to {b} hold the same already")
            }
            (EvictedTo::File(a), EvictedTo::File(b)) => {
                format!("{pages}: they were changed, → blocks {a} to {b} of the disk")
            }
            (_, _) if usage.kind == FrameKind::Anon => {
                format!("{pages}: dropped, their owner is done with them (MADV_FREE)")
            }
            (_, _) if usage.kind == FrameKind::Shmem => format!("{pages}: dropped, they hold only zeros"),
            (_, _) => format!("{pages}: dropped, the disk holds the same"),
        }
    }
}

impl Digest {
    /// A page was evicted.
    pub(super) fn evicted(
        &mut self,
        note: &Note,
        (usage, to): (FrameUse, EvictedTo),
        cx: &Context<'_>,
        out: &mut String,
    ) {
        if !Self::wants(cx, Category::Swap, crate::trace::filter::Detail::Digest) {
            return;
        }
        let mut grown = false;
        let task = cx.names.task_name(cx.event.event.task);
        let _ = self.held_as(
            |open| matches!(open, Open::Evict(_)),
            |held| {
                if let Open::Evict(gone) = &mut held.open
                    && held.entry.task == task
                    && gone.grows(usage, to)
                {
                    held.entry.text = gone.line(cx.names);
                    grown = true;
                }
            },
        );
        if !grown {
            let (verb, text) = sentence::note(note, cx.names, cx.arena);
            let gone = Gone { first: (usage, to), last: (usage, to) };
            self.hold(Self::entry(cx, verb, text), Open::Evict(gone), cx, out);
        }
    }

    /// Pages were looked through: by kswapd ahead of need, by anyone else because he needs them now.
    pub(super) fn reclaimed(&mut self, note: &Note, cx: &Context<'_>, out: &mut String) {
        let (verb, text) = sentence::note(note, cx.names, cx.arena);
        let text = if cx.names.is_kernel_thread(cx.event.event.task) { text } else { format!("direct: {text}") };
        self.say(&Self::entry(cx, verb, text), cx, out);
    }
}
