//! The slots of the swap device: how many entries name each, whose they are, and which frame holds the same.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use crate::base::ids::{Ino, MmId, Slot};
use crate::base::units::PAGE_SHIFT;
use crate::kernel::config::Config;
use crate::kernel::mm::table;
use crate::kernel::state::{Mapping, SlotState, State};
use crate::kernel::view::users::{Users, counted, range};

/// Columns of who has a slot.
const WHO: usize = 40;

/// Who names a slot.
#[derive(Clone, PartialEq, Eq, Debug)]
enum Namer {
    /// A leaf entry.
    Page(Mapping),
    /// A page of a file in memory.
    File(Ino, u32),
}

/// Slots that follow each other, hold pages that follow each other, and are alike.
#[derive(Clone, PartialEq, Eq, Debug)]
struct Run {
    first: Slot,
    count: u64,
    state: SlotState,
    namers: Vec<Namer>,
}

impl Run {
    fn takes(&self, next: &Self) -> bool {
        let follows = |(namer, next): (&Namer, &Namer)| match (namer, next) {
            (Namer::Page(at), Namer::Page(next)) => at.mm == next.mm && at.page + self.count == next.page,
            (Namer::File(ino, page), Namer::File(next, next_page)) => {
                ino == next && u64::from(*page) + self.count == u64::from(*next_page)
            }
            (Namer::Page(_), Namer::File(..)) | (Namer::File(..), Namer::Page(_)) => false,
        };
        u64::from(self.first.0) + self.count == u64::from(next.first.0)
            && self.state == next.state
            && self.state.cache.is_none()
            && self.namers.len() == next.namers.len()
            && self.namers.iter().zip(&next.namers).all(follows)
    }
}

/// Who names each slot: the leaf entries of all address spaces, and pages of files in memory.
fn namers(state: &State) -> BTreeMap<Slot, Vec<Namer>> {
    let mut found: BTreeMap<Slot, Vec<Namer>> = BTreeMap::new();
    for (mm, space) in state.mms.iter().filter(|(_, space)| space.swapped > 0) {
        for leaf in table::leaves(&state.hardware.phys, space.pgd(), table::ALL_PAGES) {
            if let Some(slot) = leaf.step.pte.slot() {
                found.entry(slot).or_default().push(Namer::Page(Mapping { mm: MmId(mm), page: leaf.page }));
            }
        }
    }
    for (ino, inode) in state.inodes.iter() {
        for (&page, &slot) in &inode.swapped {
            found.entry(slot).or_default().push(Namer::File(Ino(ino), page));
        }
    }
    found
}

/// The slots of the swap device.
///
/// ```text
/// swap: 16 slots of 4 KiB, 3 in use, 13 free
/// slot       named  by                                        holds            cached in
/// 0-1            1  script[2]                                 7ffff7ff0000
/// 2              2  script[2] script[3]                       7ffff7ff2000     frame 41
/// 3-15       free
/// ```
#[must_use]
pub fn slots(state: &State, config: &Config) -> String {
    let (all, used) = (u64::from(config.swap_slots), state.swap.len() as u64);
    if all == 0 {
        return "swap: none\n".to_owned();
    }
    let users = Users::of(state);
    let mut namers = namers(state);
    let mut text =
        format!("swap: {} of 4 KiB, {used} in use, {} free\n", counted(all, "slot"), all.saturating_sub(used));
    let _ = writeln!(text, "{:12} {:>5}  {:WHO$} {:22} cached in", "slot", "named", "by", "holds");
    let mut waiting: Option<Run> = None;
    let mut next_free = 0;
    for (slot, it) in state.swap.iter() {
        let slot = Slot(slot);
        let run = Run { first: slot, count: 1, state: it.clone(), namers: namers.remove(&slot).unwrap_or_default() };
        match &mut waiting {
            Some(before) if before.takes(&run) => before.count += 1,
            _ => {
                put(&mut text, &users, waiting.replace(run));
                put_free(&mut text, next_free, u64::from(slot.0).saturating_sub(next_free));
            }
        }
        next_free = u64::from(slot.0) + 1;
    }
    put(&mut text, &users, waiting);
    put_free(&mut text, next_free, all.saturating_sub(next_free));
    text
}

fn put_free(text: &mut String, first: u64, count: u64) {
    if count > 0 {
        let _ = writeln!(text, "{:12}  free  {}", range(first, count), counted(count, "slot"));
    }
}

fn put(text: &mut String, users: &Users, run: Option<Run>) {
    let Some(run) = run else { return };
    let mut spaces: Vec<MmId> = Vec::new();
    let mut holds = String::new();
    for namer in &run.namers {
        match namer {
            Namer::Page(at) => {
                if holds.is_empty() {
                    holds = format!("{:x}", at.page << PAGE_SHIFT);
                }
                spaces.push(at.mm);
            }
            Namer::File(ino, page) => holds = format!("object {ino} page {}", range(u64::from(*page), run.count)),
        }
    }
    spaces.dedup();
    let cached = run.state.cache.map_or_else(String::new, |frame| format!("frame {frame}"));
    let slots = range(u64::from(run.first.0), run.count);
    let who = users.names(&spaces, WHO);
    let line = format!("{slots:12} {:>5}  {who:WHO$} {holds:22} {cached}", run.state.refs);
    let _ = writeln!(text, "{}", line.trim_end());
}
