//! What is always true of pages and where they are: lists, reverse map, swap slots and counts of frames, counted anew from
//! the page tables, the page cache and the devices.

use std::collections::{BTreeMap, BTreeSet};

use crate::base::ids::{Block, Frame, Ino, MmId, Slot};
use crate::base::units::Page;
use crate::kernel::mm::table::{self, ALL_PAGES};
use crate::kernel::state::invariants::{is, same};
use crate::kernel::state::{FrameCounts, FrameState, Mapping, State};
use crate::kernel::vfs::cache;
use crate::machine::pte::{D, Pte};
use crate::trace::value::{Device, FrameFlags, FrameKind, Io, LRU_LISTS, LruList, VmaFlags};

/// What leaf entries and files name, counted.
#[derive(Default)]
struct Names {
    /// The leaf entries of each frame but the page of zeros.
    mappings: BTreeMap<Frame, BTreeSet<Mapping>>,
    /// Frames of which a leaf entry says that they were written.
    written: BTreeSet<Frame>,
    /// How many leaf entries and pages of files name each slot.
    slots: BTreeMap<Slot, u32>,
}

impl State {
    /// Checks what the kernel knows of pages in memory and on the swap device.
    ///
    /// # Errors
    /// The first thing that is wrong, in words, with both values.
    pub(super) fn check_pages(&self) -> Result<(), String> {
        let names = self.names_of_pages();
        self.check_reverse_map(&names)?;
        self.check_slots(&names)?;
        self.check_lists()?;
        self.check_frame_counts()?;
        self.check_blocks()?;
        self.check_devices()?;
        self.check_clean(&names)?;
        self.check_areas()
    }

    fn names_of_pages(&self) -> Names {
        let mut names = Names::default();
        for (id, space) in self.mms.iter() {
            for leaf in table::leaves(&self.hardware.phys, space.pgd(), ALL_PAGES) {
                let pte: Pte = leaf.step.pte;
                if let Some(slot) = pte.slot() {
                    *names.slots.entry(slot).or_default() += 1;
                    continue;
                }
                let frame = pte.frame();
                if pte.has(D) {
                    let _ = names.written.insert(frame);
                }
                let mapping = Mapping { mm: MmId(id), page: leaf.page };
                let _ = names.mappings.entry(frame).or_default().insert(mapping);
            }
        }
        for slot in self.inodes.iter().flat_map(|(_, inode)| inode.swapped.values()) {
            *names.slots.entry(*slot).or_default() += 1;
        }
        names
    }

    /// From a frame to the entries that name it is the way back from these to the frame; a page of private memory that
    /// nothing maps is in the swap cache.
    fn check_reverse_map(&self, names: &Names) -> Result<(), String> {
        for (id, state) in self.frames.iter().filter(|(_, state)| state.usage.kind != FrameKind::Zero) {
            let frame = Frame(id);
            let counted: Vec<Mapping> = names.mappings.get(&frame).into_iter().flatten().copied().collect();
            same(|| format!("mappers of {frame:?}"), state.mappers.to_vec(), counted)?;
            let lost = state.usage.kind == FrameKind::Anon && state.maps == 0 && state.slot.is_none();
            is(|| format!("{frame:?} is private memory that nobody can find"), !lost)?;
        }
        Ok(())
    }

    /// Slots: each as often named as it says, none without a name or a frame, and slot and frame know each other.
    fn check_slots(&self, names: &Names) -> Result<(), String> {
        for (id, state) in self.swap.iter() {
            let slot = Slot(id);
            same(|| format!("names of {slot:?}"), state.refs, names.slots.get(&slot).copied().unwrap_or(0))?;
            let used = state.refs > 0 || state.cache.is_some() || self.is_under_way(Io::WriteSwap(slot));
            is(|| format!("{slot:?} is in use and nobody names it"), used)?;
            let knows =
                state.cache.is_none_or(|frame| self.frames.get(frame.0).is_some_and(|at| at.slot == Some(slot)));
            is(|| format!("{slot:?} is cached in {:?}, which does not know", state.cache), knows)?;
        }
        for slot in names.slots.keys() {
            is(|| format!("{slot:?} is free and named"), self.swap.get(slot.0).is_some())?;
        }
        for (id, state) in self.frames.iter() {
            let Some(slot) = state.slot else { continue };
            let cache = self.swap.get(slot.0).and_then(|slot| slot.cache);
            same(|| format!("the frame of {slot:?}"), cache, Some(Frame(id)))?;
        }
        for (ino, inode) in self.inodes.iter() {
            let both = inode.swapped.keys().find(|page| inode.cache.contains_key(page));
            is(|| format!("page {both:?} of inode {ino} is in memory and on the swap device"), both.is_none())?;
        }
        Ok(())
    }

    fn is_under_way(&self, io: Io) -> bool {
        self.io.iter().any(|&(_, request)| request == io)
    }

    /// Lists: linked both ways from end to end, as long as they say; each page of a user or a file in one, locked ones in
    /// that which nobody evicts from.
    fn check_lists(&self) -> Result<(), String> {
        let mut standing = 0;
        for list in LRU_LISTS {
            let ends = self.lru.ends[list as usize];
            let (mut before, mut at, mut len) = (Frame(0), ends.first, 0);
            while at != Frame(0) {
                let Some(state) = self.frames.get(at.0) else { return Err(format!("{at:?} of {list:?} is free")) };
                same(|| format!("the list of {at:?}"), state.list, Some(list))?;
                same(|| format!("the frame before {at:?} in {list:?}"), state.before, before)?;
                len += 1;
                is(|| format!("{list:?} has no end"), len <= ends.len)?;
                (before, at) = (at, state.behind);
            }
            same(|| format!("the last frame of {list:?}"), ends.last, before)?;
            same(|| format!("the length of {list:?}"), ends.len, len)?;
            standing += len;
        }
        let listed = self.frames.iter().filter(|(_, state)| state.list.is_some()).count();
        same(|| "frames in lists".to_owned(), listed, standing as usize)?;
        for (id, state) in self.frames.iter() {
            let told = || format!("frame {id}, {:?}, stands in {:?}", state.usage, state.list);
            let page = matches!(state.usage.kind, FrameKind::Anon | FrameKind::File | FrameKind::Shmem);
            is(told, state.list.is_some() == page)?;
            same(
                || format!("frame {id} is locked, or evictable"),
                state.list == Some(LruList::Unevictable),
                self.is_locked(state),
            )?;
        }
        Ok(())
    }

    /// Whether an area that maps a frame is locked.
    fn is_locked(&self, state: &FrameState) -> bool {
        state.mappers.to_vec().iter().any(|at| {
            let area = self.mm(at.mm).vma_at(Page(at.page).start());
            area.is_some_and(|(_, vma)| vma.flags.contains(VmaFlags::LOCKED))
        })
    }

    fn check_frame_counts(&self) -> Result<(), String> {
        let mut counted = FrameCounts::default();
        for (_, state) in self.frames.iter() {
            counted.kinds[state.usage.kind as usize] += 1;
            let cached = matches!(state.usage.kind, FrameKind::File | FrameKind::Shmem);
            counted.mapped += u32::from(cached && state.maps > 0);
            counted.dirty += u32::from(state.flags.contains(FrameFlags::DIRTY));
            counted.writeback += u32::from(state.flags.contains(FrameFlags::WRITEBACK));
            counted.swap_cached += u32::from(state.slot.is_some());
        }
        same(|| "counts of frames".to_owned(), self.frame_counts, counted)
    }

    /// Blocks of the disk belong to the pages that say so.
    fn check_blocks(&self) -> Result<(), String> {
        let mut blocks: BTreeMap<Block, (Ino, u32)> = BTreeMap::new();
        for (ino, inode) in self.inodes.iter() {
            for (&page, &block) in &inode.blocks {
                let other = blocks.insert(block, (Ino(ino), page));
                is(|| format!("{block:?} is page {page} of inode {ino} and of {other:?}"), other.is_none())?;
            }
        }
        let kept: BTreeMap<Block, (Ino, u32)> = self.blocks.iter().map(|(id, &at)| (Block(id), at)).collect();
        same(|| "blocks of the disk".to_owned(), kept, blocks)
    }

    /// What a device is at work with is marked so.
    fn check_devices(&self) -> Result<(), String> {
        for (id, inode) in self.inodes.iter() {
            let windows: BTreeSet<u32> = inode.reading.iter().map(|&page| cache::window_of(page)).collect();
            for window in windows {
                let told = || format!("pages of inode {id} from {window} on are awaited, and no device is at work");
                is(told, self.is_under_way(Io::ReadFile(Ino(id), window)))?;
            }
        }
        for (id, state) in self.frames.iter() {
            let reading = state.slot.is_some_and(|slot| self.is_under_way(Io::ReadSwap(slot)));
            same(|| format!("frame {id} is being read"), state.flags.contains(FrameFlags::LOCKED), reading)?;
            if state.flags.contains(FrameFlags::WRITEBACK) {
                let place = (Ino(state.usage.owner), state.usage.index);
                let writing = match state.slot {
                    Some(slot) => self.is_under_way(Io::WriteSwap(slot)),
                    None => self.is_under_way(Io::WriteFile(place.0, place.1)),
                };
                is(|| format!("frame {id} is being written, and no device is at work"), writing)?;
            }
        }
        Ok(())
    }

    /// What is not marked as changed is the same in memory and on its device: so nothing is lost when it is dropped.
    fn check_clean(&self, names: &Names) -> Result<(), String> {
        for (id, state) in self.frames.iter() {
            let frame = Frame(id);
            let changed = state.flags.intersects(FrameFlags::DIRTY | FrameFlags::LOCKED | FrameFlags::LAZYFREE);
            // A frame that a device still writes though nobody wants it any more may hold anything.
            let unwanted = state.maps == 0 && state.slot.is_some_and(|slot| self.slot(slot).refs == 0);
            if changed || unwanted || names.written.contains(&frame) {
                continue;
            }
            let place = match (state.usage.kind, state.slot) {
                (FrameKind::File, _) => self.block_of(state).map(|block| (Device::Disk, block.0)),
                (_, Some(slot)) => Some((Device::Swap, slot.0)),
                (_, None) => None,
            };
            let Some((device, block)) = place else { continue };
            let stored = self.hardware.device(device).bytes(Frame(block), 0, 4096);
            let same = self.hardware.phys.bytes(frame, 0, 4096) == stored;
            is(
                || format!("{frame:?} ({:?}) is not marked as changed, and not what block {block} holds", state.usage),
                same,
            )?;
        }
        Ok(())
    }

    /// The block of a page of a file that is in memory; none if it was never written or is being read.
    fn block_of(&self, state: &FrameState) -> Option<Block> {
        let inode = self.inodes.get(state.usage.owner)?;
        let page = state.usage.index;
        inode.blocks.get(&page).copied().filter(|_| !inode.reading.contains(&page))
    }

    /// Address spaces count the pages of their areas that are locked, promised, or data.
    fn check_areas(&self) -> Result<(), String> {
        for (id, space) in self.mms.iter() {
            let sum = |counts: &dyn Fn(VmaFlags) -> bool| -> u64 {
                let areas = space.vmas.values().filter(|vma| counts(vma.flags));
                areas.map(|vma| u64::from(vma.pages)).sum()
            };
            let private = |flags: VmaFlags| !flags.intersects(VmaFlags::SHARED | VmaFlags::GROWSDOWN);
            let counted = [
                sum(&|flags| flags.contains(VmaFlags::LOCKED)),
                sum(&|flags| flags.contains(VmaFlags::ACCOUNT)),
                sum(&|flags| private(flags) && flags.contains(VmaFlags::WRITE)),
            ];
            let kept = [space.locked, space.committed, space.data];
            same(|| format!("locked, promised and data pages of mm {id}"), kept, counted)?;
        }
        let areas: u64 = self.mms.iter().map(|(_, space)| space.committed).sum();
        let files: u64 = self.inodes.iter().map(|(_, inode)| inode.committed()).sum();
        same(|| "promised pages".to_owned(), self.committed, areas + files)?;
        let counted: u64 = self.inodes.iter().map(|(_, inode)| inode.counted()).sum();
        same(|| "pages of files in memory".to_owned(), self.tmpfs_pages, counted)
    }
}
