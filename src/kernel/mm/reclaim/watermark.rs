//! Watermarks: how few free frames are too few (`mm/page_alloc.c`).

use crate::kernel::config::Config;
use crate::kernel::core::Kernel;
use crate::kernel::mm::lru;
use crate::kernel::mm::reclaim::Need;

/// How many frames are free below which something is done.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Watermarks {
    /// Who allocates has to make room himself.
    pub min: u32,
    /// kswapd is woken.
    pub low: u32,
    /// kswapd is content.
    pub high: u32,
}

/// The watermarks for so many frames: min is 4 times the square root of the KiB, in KiB (`init_per_zone_wmark_min`), low
/// and high are a quarter and a half more. All 0 on a small machine.
#[must_use]
pub fn on(config: &Config) -> Watermarks {
    if config.is_small() {
        return Watermarks { min: 0, low: 0, high: 0 };
    }
    // Frames that pages may have at all.
    let total = config.frames.unwrap_or(config.ram_frames).min(config.ram_frames);
    let kib = 4 * u64::from(total);
    let min = ((16 * kib).isqrt() / 4) as u32;
    // Linux: at least 128 KiB. Here: at most a sixteenth of the memory, because machines begin at 256 KiB here.
    let min = min.min(total / 16);
    Watermarks { min, low: min + min / 4, high: min + min / 2 }
}

/// The watermarks of this machine.
#[must_use]
pub const fn of(k: &Kernel) -> Watermarks {
    k.watermarks
}

/// Frames that nobody has.
#[must_use]
pub fn free(k: &Kernel) -> u32 {
    k.config.ram_frames.saturating_sub(k.state().frames.len() as u32)
}

/// Frames that pages may still have: fewer than are free if `frames` bounds them.
#[must_use]
pub fn free_for_pages(k: &Kernel) -> u32 {
    let quota = k.config.frames.map_or(u32::MAX, |frames| frames.saturating_sub(lru::evictable(k.state())));
    free(k).min(quota)
}

/// How many frames are to be freed before a need is met and the lowest watermark kept.
#[must_use]
pub fn short(k: &Kernel, need: Need) -> u32 {
    let min = of(k).min;
    let all = (need.pages + need.others + min).saturating_sub(free(k));
    // More than `frames` may have been given out, to an instruction that needed them: they are taken back.
    let over = |frames: u32| (lru::evictable(k.state()) + need.pages + min).saturating_sub(frames);
    let pages = if need.pages == 0 { 0 } else { k.config.frames.map_or(0, over) };
    all.max(pages)
}

/// Whether a need can be met at all, if the watermarks are forgotten, and `frames` for the sake of pages that an
/// instruction must have together.
#[must_use]
pub fn must_have(k: &Kernel, need: Need) -> bool {
    free(k) >= need.pages + need.others
}
