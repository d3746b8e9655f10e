//! Physical memory: the contents of the frames.
//!
//! A frame that was never written, or was dropped, is all zeros and costs no host memory. A clone shares all pages
//! with its original; the first write to a shared page copies it.
//!
//! # Who may hold a pointer
//!
//! [`Phys::read_ptr`] and [`Phys::write_ptr`] give out pointers to the host memory of a page. They are good as long as
//! [`Phys::moves`] stays the same and the memory is neither cloned nor dropped. The executor alone holds them, for the
//! time of one `run`, while it borrows the hardware exclusively; it asks for `moves` after all that may write.

#![expect(unsafe_code, reason = "pages are written through the pointers that the executor holds")]

use std::cell::UnsafeCell;
use std::sync::Arc;

use crate::base::ids::Frame;
use crate::base::units::{PAGE_SHIFT, PAGE_SIZE, Paddr};

const PAGE_BYTES: usize = PAGE_SIZE as usize;
/// Frames in a chunk: a clone touches one counter for each chunk, the first write after it copies one chunk of
/// pointers and one page.
const CHUNK_FRAMES: usize = 64;

/// The bytes of a frame. All access goes through the raw pointer of the cell.
#[repr(align(16))]
struct Page(UnsafeCell<[u8; PAGE_BYTES]>);

// SAFETY: a page is written only by the one `Phys` that owns it alone (`unique`), through `&mut Phys` or through
// pointers that live while that `Phys` is exclusively borrowed. Shared pages are only read.
unsafe impl Sync for Page {}

static ZEROS: Page = Page(UnsafeCell::new([0; PAGE_BYTES]));

impl Page {
    fn bytes(&self) -> &[u8; PAGE_BYTES] {
        // SAFETY: writers hold `&mut Phys`, so nobody writes while this borrow of a page of a `&Phys` lives.
        unsafe { &*self.0.get() }
    }
}

type Chunk = [Option<Arc<Page>>; CHUNK_FRAMES];

/// Physical memory.
pub struct Phys {
    chunks: Vec<Option<Arc<Chunk>>>,
    frames: u32,
    moves: u64,
}

impl Phys {
    /// A memory of so many frames, all zeros.
    #[must_use]
    pub fn new(frames: u32) -> Self {
        Self { chunks: vec![None; (frames as usize).div_ceil(CHUNK_FRAMES)], frames, moves: 0 }
    }

    /// How many frames it has.
    #[must_use]
    pub fn frames(&self) -> u32 {
        self.frames
    }

    /// How many frames hold host memory.
    #[must_use]
    pub fn resident(&self) -> usize {
        self.chunks.iter().flatten().map(|chunk| chunk.iter().flatten().count()).sum()
    }

    /// Counts the times that some page's place in host memory changed: pointers from before a change are void.
    #[must_use]
    pub fn moves(&self) -> u64 {
        self.moves
    }

    /// The eight bytes at an address that is a multiple of 8.
    #[must_use]
    pub fn read_u64(&self, address: Paddr) -> u64 {
        let mut word = [0; 8];
        self.read(frame_of(address), offset_of(address), &mut word);
        u64::from_le_bytes(word)
    }

    /// Writes the eight bytes at an address that is a multiple of 8.
    pub fn write_u64(&mut self, address: Paddr, value: u64) {
        self.write(frame_of(address), offset_of(address), &value.to_le_bytes());
    }

    /// Reads bytes of a frame, from an offset on.
    ///
    /// # Panics
    ///
    /// If there is no such frame, or the bytes reach beyond its end.
    pub fn read(&self, frame: Frame, offset: u16, bytes: &mut [u8]) {
        bytes.copy_from_slice(self.bytes(frame, offset, bytes.len()));
    }

    /// Bytes of a frame, from an offset on.
    ///
    /// # Panics
    ///
    /// If there is no such frame, or the bytes reach beyond its end.
    #[must_use]
    pub fn bytes(&self, frame: Frame, offset: u16, len: usize) -> &[u8] {
        let offset = usize::from(offset);
        &self.page(frame).bytes()[offset..offset + len]
    }

    /// Writes bytes of a frame, from an offset on.
    ///
    /// # Panics
    ///
    /// If there is no such frame, or the bytes reach beyond its end.
    pub fn write(&mut self, frame: Frame, offset: u16, bytes: &[u8]) {
        let offset = usize::from(offset);
        assert!(offset + bytes.len() <= PAGE_BYTES, "{} bytes at {offset} of {frame:?}", bytes.len());
        let page = self.write_ptr(frame);
        // SAFETY: the range lies in the page; `bytes` can not, as `&mut self` is the only way to the page.
        unsafe { std::ptr::copy_nonoverlapping(bytes.as_ptr(), page.add(offset), bytes.len()) }
    }

    /// Whether a frame holds only zeros.
    #[must_use]
    pub fn is_zero(&self, frame: Frame) -> bool {
        let page = self.page(frame);
        std::ptr::eq(page, &raw const ZEROS) || page.bytes() == ZEROS.bytes()
    }

    /// Makes a frame of this memory hold what a frame of another holds: both share the host memory until one is written.
    pub fn share(&mut self, frame: Frame, other: &Self, source: Frame) {
        assert!(frame.0 < self.frames, "{frame:?} of {} frames", self.frames);
        let page = other.chunks[source.index() / CHUNK_FRAMES].as_ref();
        match page.and_then(|chunk| chunk[source.index() % CHUNK_FRAMES].clone()) {
            None => self.drop_frame(frame),
            Some(page) => {
                self.moves += 1;
                let chunk = self.chunks[frame.index() / CHUNK_FRAMES]
                    .get_or_insert_with(|| Arc::new([const { None }; CHUNK_FRAMES]));
                Arc::make_mut(chunk)[frame.index() % CHUNK_FRAMES] = Some(page);
            }
        }
    }

    /// Makes a frame all zeros and gives its host memory back.
    pub fn drop_frame(&mut self, frame: Frame) {
        if std::ptr::eq(self.page(frame), &raw const ZEROS) {
            return;
        }
        self.moves += 1;
        let chunk = self.chunks[frame.index() / CHUNK_FRAMES].as_mut().expect("the frame has a page");
        Arc::make_mut(chunk)[frame.index() % CHUNK_FRAMES] = None;
    }

    /// The host memory of a frame, to be read; see the head of this file.
    #[must_use]
    pub(super) fn read_ptr(&self, frame: Frame) -> *const u8 {
        self.page(frame).0.get().cast()
    }

    /// The host memory of a frame, to be read and written, owned by this memory alone; see the head of this file.
    pub(super) fn write_ptr(&mut self, frame: Frame) -> *mut u8 {
        assert!(frame.0 < self.frames, "{frame:?} of {} frames", self.frames);
        let chunk =
            self.chunks[frame.index() / CHUNK_FRAMES].get_or_insert_with(|| Arc::new([const { None }; CHUNK_FRAMES]));
        let slot = &mut Arc::make_mut(chunk)[frame.index() % CHUNK_FRAMES];
        let alone = slot.as_mut().is_some_and(|page| Arc::get_mut(page).is_some());
        if !alone {
            let bytes = slot.as_deref().map_or([0; PAGE_BYTES], |page| *page.bytes());
            *slot = Some(Arc::new(Page(UnsafeCell::new(bytes))));
            self.moves += 1;
        }
        slot.as_deref().expect("it was just filled").0.get().cast()
    }

    fn page(&self, frame: Frame) -> &Page {
        assert!(frame.0 < self.frames, "{frame:?} of {} frames", self.frames);
        let chunk = self.chunks[frame.index() / CHUNK_FRAMES].as_deref();
        chunk.and_then(|chunk| chunk[frame.index() % CHUNK_FRAMES].as_deref()).unwrap_or(&ZEROS)
    }
}

impl Clone for Phys {
    fn clone(&self) -> Self {
        Self { chunks: self.chunks.clone(), frames: self.frames, moves: self.moves }
    }
}

impl PartialEq for Phys {
    fn eq(&self, other: &Self) -> bool {
        let same = |(a, b): (&Option<Arc<Chunk>>, &Option<Arc<Chunk>>)| {
            a.as_ref().map(Arc::as_ptr) == b.as_ref().map(Arc::as_ptr)
                || (0..CHUNK_FRAMES).all(|i| {
                    let page = |chunk: &Option<Arc<Chunk>>| -> *const Page {
                        chunk.as_ref().and_then(|chunk| chunk[i].as_ref()).map_or(&raw const ZEROS, Arc::as_ptr)
                    };
                    let (a, b) = (page(a), page(b));
                    // SAFETY: both point to pages that `self` and `other` keep alive, or to `ZEROS`.
                    a == b || unsafe { (*a).bytes() == (*b).bytes() }
                })
        };
        self.frames == other.frames && self.chunks.iter().zip(&other.chunks).all(same)
    }
}

impl Eq for Phys {}

impl std::fmt::Debug for Phys {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Phys").field("frames", &self.frames).field("resident", &self.resident()).finish()
    }
}

fn frame_of(address: Paddr) -> Frame {
    Frame((address.0 >> PAGE_SHIFT) as u32)
}

fn offset_of(address: Paddr) -> u16 {
    (address.0 & (PAGE_SIZE - 1)) as u16
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn zeros_cost_nothing_and_equal_absence() {
        let mut phys = Phys::new(1000);
        let empty = phys.clone();
        assert_eq!(phys.resident(), 0);
        phys.write(Frame(999), 4090, b"sixsix");
        assert_ne!(phys, empty);
        phys.write(Frame(999), 4090, &[0; 6]);
        assert_eq!((phys.resident(), phys.is_zero(Frame(999))), (1, true));
        assert_eq!(phys, empty);
        phys.drop_frame(Frame(999));
        assert_eq!(phys.resident(), 0);
    }

    #[test]
    fn a_clone_keeps_its_contents() {
        let mut phys = Phys::new(100);
        phys.write_u64(Paddr(0x5008), 77);
        let saved = phys.clone();
        let moves = phys.moves();
        phys.write_u64(Paddr(0x5008), 78);
        assert!(phys.moves() > moves);
        assert_eq!((saved.read_u64(Paddr(0x5008)), phys.read_u64(Paddr(0x5008))), (77, 78));
        drop(saved);
        let moves = phys.moves();
        phys.write_u64(Paddr(0x5010), 79);
        assert_eq!(phys.moves(), moves);
    }

    #[test]
    #[should_panic(expected = "Frame:8 of 8 frames")]
    fn there_is_no_memory_beyond_the_end() {
        Phys::new(8).write(Frame(8), 0, &[1]);
    }
}
