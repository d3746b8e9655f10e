//! Loads and stores that the fastmap does not answer: through the MMU, in one or two pages, without partial effect.

use crate::base::ids::Frame;
use crate::base::units::PAGE_SIZE;
use crate::machine::exec::core::{Core, Hot, LOAD, STORE};
use crate::machine::fastmap::Use;
use crate::machine::mmu::Access;
use crate::machine::trap::Trap;

/// The bytes of an access that lie in one frame; none if `len` is 0.
#[derive(Clone, Copy, Default)]
struct Piece {
    frame: Frame,
    offset: u16,
    len: usize,
}

/// An answer of a slow path, with what the loop keeps in registers, which it may have had to mend.
pub(super) type Slow<T> = (Hot, Result<T, Trap>);

impl Core<'_, '_> {
    /// Loads `size` bytes (1, 2, 4, 8), zero-extended.
    #[cold]
    #[inline(never)]
    pub fn load(&mut self, mut hot: Hot, address: u64, size: u64) -> Slow<u64> {
        let result = self.try_load(&mut hot, address, size as usize);
        (hot, result)
    }

    /// Stores the low `size` bytes (1, 2, 4, 8) of a value.
    #[cold]
    #[inline(never)]
    pub fn store(&mut self, mut hot: Hot, address: u64, size: u64, value: u64) -> Slow<()> {
        let bytes = value.to_le_bytes();
        let result = self.try_store(&mut hot, address, &bytes[..size as usize]);
        (hot, result)
    }

    /// Loads `size` bytes that may be stored to next: the right to write is asked for.
    pub fn load_to_write(&mut self, mut hot: Hot, address: u64, size: u64) -> Slow<u64> {
        let result = self.try_load_to_write(&mut hot, address, size as usize);
        (hot, result)
    }

    /// Copies up to a page.
    #[inline(never)]
    pub fn copy(&mut self, mut hot: Hot, to: u64, from: u64, len: usize) -> Slow<()> {
        hot.accesses += if len > 0 { LOAD + STORE } else { 0 };
        let result = self.try_copy(&mut hot, to, from, len);
        (hot, result)
    }

    /// Sets up to a page of bytes to zero.
    #[inline(never)]
    pub fn zero(&mut self, mut hot: Hot, to: u64, len: usize) -> Slow<()> {
        hot.accesses += if len > 0 { STORE } else { 0 };
        let result = self.try_store(&mut hot, to, &[0; PAGE_SIZE as usize][..len]);
        (hot, result)
    }

    /// Sets a slot of the window, and records it, at the instruction at hand.
    #[cold]
    #[inline(never)]
    pub fn record_slot(&mut self, mut hot: Hot, slot: u64, value: u64) -> Hot {
        let moment = self.moment(&hot);
        self.stamp(moment);
        self.set_slot(&mut hot, slot, value);
        hot
    }

    /// Sets a slot of a window whose frame is known.
    pub fn set_slot(&mut self, hot: &mut Hot, slot: u64, value: u64) {
        let offset = (hot.sp & (PAGE_SIZE - 1)) + 8 * slot;
        self.bus.store(self.window_frame, offset as u16, &value.to_le_bytes());
        self.mend(hot);
    }

    fn try_load(&mut self, hot: &mut Hot, address: u64, len: usize) -> Result<u64, Trap> {
        let pieces = self.pieces(hot, address, len, Access::Read)?;
        if pieces[1].len == 0 && self.bus.races.is_none() && self.bus.touches.is_none() {
            let page = self.bus.hw.phys.read_ptr(pieces[0].frame);
            self.bus.fastmap.insert(Use::Read, address, page.cast_mut());
        }
        let mut bytes = [0; 8];
        self.read(pieces, &mut bytes[..len]);
        Ok(u64::from_le_bytes(bytes))
    }

    fn try_store(&mut self, hot: &mut Hot, address: u64, bytes: &[u8]) -> Result<(), Trap> {
        let offset = (address & (PAGE_SIZE - 1)) as usize;
        if (1..=PAGE_SIZE as usize - offset).contains(&bytes.len()) && self.keeps_writable() {
            let moment = self.moment(hot);
            self.stamp(moment);
            let frame = self.translate(hot, address, Access::Write)?;
            let page = self.put(hot, frame, offset, bytes);
            self.bus.fastmap.insert(Use::Write, address, page);
            return Ok(());
        }
        let pieces = self.pieces(hot, address, bytes.len(), Access::Write)?;
        self.write(hot, pieces, bytes);
        Ok(())
    }

    fn try_load_to_write(&mut self, hot: &mut Hot, address: u64, len: usize) -> Result<u64, Trap> {
        let pieces = self.pieces(hot, address, len, Access::Write)?;
        if pieces[1].len == 0 && self.keeps_writable() {
            let page = self.write_ptr(hot, pieces[0].frame);
            self.bus.fastmap.insert(Use::Write, address, page);
        }
        let mut bytes = [0; 8];
        self.read(pieces, &mut bytes[..len]);
        Ok(u64::from_le_bytes(bytes))
    }

    fn try_copy(&mut self, hot: &mut Hot, to: u64, from: u64, len: usize) -> Result<(), Trap> {
        let source = self.pieces(hot, from, len, Access::Read)?;
        let target = self.pieces(hot, to, len, Access::Write)?;
        let mut bytes = [0; PAGE_SIZE as usize];
        self.read(source, &mut bytes[..len]);
        self.write(hot, target, &bytes[..len]);
        Ok(())
    }

    /// Whether a page that may be written goes into the fastmap, past all who look at stores.
    pub fn keeps_writable(&self) -> bool {
        !self.bus.is_watched()
    }

    /// Translates all pages of an access of at most a page's length: nothing is touched before all of it may be.
    fn pieces(&mut self, hot: &mut Hot, address: u64, len: usize, access: Access) -> Result<[Piece; 2], Trap> {
        let moment = self.moment(hot);
        self.stamp(moment);
        let offset = (address & (PAGE_SIZE - 1)) as usize;
        let first = len.min(PAGE_SIZE as usize - offset);
        let mut pieces = [Piece::default(); 2];
        if first > 0 {
            pieces[0] = Piece { frame: self.translate(hot, address, access)?, offset: offset as u16, len: first };
        }
        if len > first {
            hot.accesses += if access == Access::Read { LOAD } else { STORE };
            let frame = self.translate(hot, address.wrapping_add(first as u64), access)?;
            pieces[1] = Piece { frame, offset: 0, len: len - first };
        }
        if let Some(touches) = &mut self.bus.touches {
            pieces.iter().filter(|piece| piece.len > 0).for_each(|piece| touches.push(piece.frame));
        }
        if let Some(races) = &mut self.bus.races {
            for piece in pieces.iter().filter(|piece| piece.len > 0) {
                races.access(&self.bus.stamp, address, (piece.frame, piece.offset), piece.len, access, self.atomic);
            }
        }
        Ok(pieces)
    }

    fn read(&self, pieces: [Piece; 2], bytes: &mut [u8]) {
        let (first, second) = bytes.split_at_mut(pieces[0].len);
        for (piece, part) in pieces.into_iter().zip([first, second]) {
            if piece.len > 0 {
                self.bus.hw.phys.read(piece.frame, piece.offset, part);
            }
        }
    }

    fn write(&mut self, hot: &mut Hot, pieces: [Piece; 2], bytes: &[u8]) {
        let (first, second) = bytes.split_at(pieces[0].len);
        for (piece, part) in pieces.into_iter().zip([first, second]) {
            if piece.len > 0 {
                self.bus.store(piece.frame, piece.offset, part);
            }
        }
        self.mend(hot);
    }
}
