//! `/proc/meminfo`: what the frames of the machine are used for, in KiB (`fs/proc/meminfo.c`).

use std::fmt::Write as _;

use crate::kernel::core::Kernel;
use crate::trace::value::FrameKind;

/// KiB of a frame.
const FRAME_KIB: u64 = 4;

/// Frames by use.
#[derive(Default)]
struct Count {
    anon: u64,
    file: u64,
    shmem: u64,
    tables: u64,
    mapped: u64,
}

/// The content of the file.
// Linux: /proc/meminfo has more lines, on slabs, huge pages, write-back. Here: not, because the model has no such
// things.
// Linux: MemAvailable counts what could be reclaimed. Here: free frames only, because nothing is reclaimed.
pub fn meminfo(k: &Kernel) -> String {
    let count = count(k);
    let total = u64::from(k.config.ram_frames);
    let free = total - k.state().frames.len() as u64;
    let lines = [
        ("MemTotal", total),
        ("MemFree", free),
        ("MemAvailable", free),
        ("Buffers", 0),
        ("Cached", count.file + count.shmem),
        ("SwapCached", 0),
        ("SwapTotal", 0),
        ("SwapFree", 0),
        ("AnonPages", count.anon),
        ("Mapped", count.mapped),
        ("Shmem", count.shmem),
        ("PageTables", count.tables),
    ];
    let mut text = String::new();
    for (name, frames) in lines {
        let _ = writeln!(text, "{:15} {:8} kB", format!("{name}:"), frames * FRAME_KIB);
    }
    text
}

fn count(k: &Kernel) -> Count {
    let mut count = Count::default();
    for (_, frame) in k.state().frames.iter() {
        let mapped = u64::from(frame.maps > 0);
        match frame.usage.kind {
            FrameKind::Anon => count.anon += 1,
            FrameKind::File => {
                count.file += 1;
                count.mapped += mapped;
            }
            FrameKind::Shmem => {
                count.shmem += 1;
                count.mapped += mapped;
            }
            FrameKind::Table => count.tables += 1,
            FrameKind::Zero | FrameKind::Pipe | FrameKind::Kernel => {}
        }
    }
    count
}
