//! `/proc/swaps`: the swap devices (`swap_show` in `mm/swapfile.c`), of which there is one at most.

use std::fmt::Write as _;

use crate::kernel::core::Kernel;

/// KiB of a page.
const PAGE_KIB: u64 = 4;
/// The priority of the first device that none was given.
const PRIORITY: i32 = -2;

/// The content of the file.
pub fn swaps(k: &Kernel) -> String {
    let mut text = "Filename\t\t\t\tType\t\tSize\t\tUsed\t\tPriority\n".to_owned();
    if k.config.swap_slots > 0 {
        let name = if k.config.swap_at_once { "/dev/zram0" } else { "/dev/vdb" };
        let (size, used) = (u64::from(k.config.swap_slots) * PAGE_KIB, k.state().swap.len() as u64 * PAGE_KIB);
        let tab = |kib: u64| if kib < 10_000_000 { "\t" } else { "" };
        let _ = writeln!(text, "{name:<40}partition\t{size}\t{}{used}\t{}{PRIORITY}", tab(size), tab(used));
    }
    text
}
