//! Physical memory: the contents of the frames.
//!
//! A frame that was never written, or was dropped, is all zeros and costs no host memory. A clone shares all pages
//! with its original; the first write to a shared page copies it.
//!
//! Pages that hold little, one byte or the same word over and over, are kept in a few words when they have not been written
//! for a while ([`Phys::tidy`]), so that a process can touch a million pages; reading or writing one unfolds it.
//!
//! # Who may hold a pointer
//!
//! [`Phys::read_ptr`] and [`Phys::write_ptr`] give out pointers to the host memory of a page. They are good as long as
//! [`Phys::moves`] stays the same and the memory is neither cloned nor dropped, which its [`Phys::generation`] tells. The
//! executor alone holds them. It follows them only during a `run`, while it borrows the hardware exclusively; it asks for
//! `moves` after all that may write, and for both when the next run begins.

#![expect(unsafe_code, reason = "pages are written through the pointers that the executor holds")]

use std::cell::UnsafeCell;
use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, OnceLock};

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

/// Where the content of a frame is.
#[derive(Clone)]
enum Slot {
    /// Nowhere: zeros.
    Zeros,
    Page(Arc<Page>),
    Folded(Arc<Folded>),
}

/// A page of one word over and over, but for a few.
struct Folded {
    word: u64,
    /// Places (0 to 511) and words that differ.
    others: Box<[(u16, u64)]>,
    /// The page as it was unfolded to be read.
    unfolded: OnceLock<Arc<Page>>,
}

/// Words that may differ in a page that is folded.
const MAX_OTHERS: usize = 16;

impl Folded {
    /// A page in this form, if it takes little.
    fn of(page: &Page) -> Option<Self> {
        let words = page.bytes().as_chunks::<8>().0;
        let at = |i: usize| u64::from_le_bytes(words[i]);
        // Of three words two are the usual one, if there is a usual one at all and chance is kind.
        let (a, b, c) = (at(200), at(350), at(500));
        let word = if a == c { a } else { b };
        let mut others = Vec::new();
        for (i, &bytes) in words.iter().enumerate() {
            let other = u64::from_le_bytes(bytes);
            if other != word {
                if others.len() == MAX_OTHERS {
                    return None;
                }
                others.push((i as u16, other));
            }
        }
        Some(Self { word, others: others.into_boxed_slice(), unfolded: OnceLock::new() })
    }

    fn bytes(&self) -> [u8; PAGE_BYTES] {
        let mut bytes = [0; PAGE_BYTES];
        let words = bytes.as_chunks_mut::<8>().0;
        words.fill(self.word.to_le_bytes());
        for &(i, word) in &self.others {
            words[usize::from(i)] = word.to_le_bytes();
        }
        bytes
    }
}

impl Slot {
    /// Whether both hold the same.
    fn same(&self, other: &Self) -> bool {
        let bytes = |slot: &Self| match slot {
            Self::Zeros => [0; PAGE_BYTES],
            Self::Page(page) => *page.bytes(),
            Self::Folded(folded) => folded.bytes(),
        };
        match (self, other) {
            (Self::Zeros, Self::Zeros) => true,
            (Self::Page(a), Self::Page(b)) if Arc::ptr_eq(a, b) => true,
            (Self::Folded(a), Self::Folded(b)) if Arc::ptr_eq(a, b) => true,
            (a, b) => bytes(a) == bytes(b),
        }
    }
}

#[derive(Clone)]
struct Chunk {
    slots: [Slot; CHUNK_FRAMES],
    /// A bit for each page that was asked for to be written since the last tidying.
    written: u64,
    /// The generation of the memory to which `own` belongs.
    generation: u64,
    /// A bit for each page that this memory alone holds, if it was found out: asking the counters takes longer.
    own: u64,
}

impl Chunk {
    const EMPTY: Self = Self { slots: [const { Slot::Zeros }; CHUNK_FRAMES], written: 0, generation: 0, own: 0 };
}

/// The last generation that was given out.
static GENERATIONS: AtomicU64 = AtomicU64::new(0);

fn next_generation() -> u64 {
    GENERATIONS.fetch_add(1, Ordering::Relaxed) + 1
}

/// Pages that are made, at least, between two tidyings: 64 MiB.
const MIN_MADE: usize = 1 << 14;

/// Pages of host memory that are kept for the next frames that need one, at most: 4 MiB.
const MAX_SPARE: usize = 1 << 10;

/// Physical memory.
pub struct Phys {
    chunks: Vec<Option<Arc<Chunk>>>,
    frames: u32,
    moves: u64,
    /// Pages that took up host memory since the last tidying, less those that were given back; an atomic one, because
    /// reading may unfold.
    made: AtomicUsize,
    /// How many that may be before the next one: as many as were there after the last.
    limit: usize,
    /// Host memory of frames that were dropped, each owned by this alone, with whatever they held.
    spare: Vec<Arc<Page>>,
    /// A number that no other memory has, and that changes when this one is cloned: chunks that bear it are not shared.
    generation: AtomicU64,
    /// Whether somebody may hold a pointer to the zeros of a frame that holds nothing.
    lent_zeros: AtomicBool,
}

impl Phys {
    /// A memory of so many frames, all zeros.
    #[must_use]
    pub fn new(frames: u32) -> Self {
        let chunks = vec![None; (frames as usize).div_ceil(CHUNK_FRAMES)];
        Self {
            chunks,
            frames,
            moves: 0,
            made: AtomicUsize::new(0),
            limit: MIN_MADE,
            spare: Vec::new(),
            generation: AtomicU64::new(next_generation()),
            lent_zeros: AtomicBool::new(false),
        }
    }

    /// How many frames it has.
    #[must_use]
    pub fn frames(&self) -> u32 {
        self.frames
    }

    /// How many frames hold a page of host memory.
    #[must_use]
    pub fn resident(&self) -> usize {
        let slots = self.chunks.iter().flatten().flat_map(|chunk| &chunk.slots);
        slots.filter(|slot| matches!(slot, Slot::Page(_))).count()
    }

    /// Folds the pages that hold little and were not written lately, if enough were made since the last time that this
    /// costs nothing to speak of for each. Nobody may hold a pointer.
    #[inline]
    pub(super) fn tidy(&mut self) {
        if *self.made.get_mut() >= self.limit {
            self.fold();
        }
    }

    #[cold]
    fn fold(&mut self) {
        self.moves += 1;
        let mut left = 0;
        for chunk in self.chunks.iter_mut().flatten() {
            // What a clone shares takes its memory whatever is done here.
            let Some(chunk) = Arc::get_mut(chunk) else { continue };
            for (i, slot) in chunk.slots.iter_mut().enumerate() {
                let folded = match slot {
                    Slot::Zeros => continue,
                    Slot::Page(_) if chunk.written >> i & 1 == 1 => None,
                    Slot::Page(page) => Arc::get_mut(page).and_then(|page| Folded::of(page)),
                    Slot::Folded(folded) => {
                        if let Some(folded) = Arc::get_mut(folded) {
                            let _ = folded.unfolded.take();
                        }
                        continue;
                    }
                };
                match folded {
                    Some(folded) => *slot = Slot::Folded(Arc::new(folded)),
                    None => left += 1,
                }
            }
            (chunk.written, chunk.own) = (0, 0);
        }
        *self.made.get_mut() = 0;
        self.limit = left.max(MIN_MADE);
    }

    /// Counts the times that some page's place in host memory changed: pointers from before a change are void.
    #[must_use]
    pub fn moves(&self) -> u64 {
        self.moves
    }

    /// A number that no other memory has or had, and that changes when this one is cloned: pointers from before are void.
    #[must_use]
    pub(super) fn generation(&self) -> u64 {
        self.generation.load(Ordering::Relaxed)
    }

    /// The eight bytes at an address that is a multiple of 8.
    #[must_use]
    #[inline(always)]
    pub fn read_u64(&self, address: Paddr) -> u64 {
        let frame = frame_of(address).index();
        if let Some(Some(chunk)) = self.chunks.get(frame / CHUNK_FRAMES)
            && let Slot::Page(page) = &chunk.slots[frame % CHUNK_FRAMES]
        {
            let words = page.bytes().as_chunks::<8>().0;
            return u64::from_le_bytes(words[usize::from(offset_of(address)) / 8]);
        }
        self.read_folded(address)
    }

    #[cold]
    fn read_folded(&self, address: Paddr) -> u64 {
        let words = self.page(frame_of(address)).bytes().as_chunks::<8>().0;
        u64::from_le_bytes(words[usize::from(offset_of(address)) / 8])
    }

    /// Writes the eight bytes at an address that is a multiple of 8.
    pub fn write_u64(&mut self, address: Paddr, value: u64) {
        self.words_mut(frame_of(address))[usize::from(offset_of(address)) / 8] = value.to_le_bytes();
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

    /// The words of a frame, to be written.
    ///
    /// # Panics
    ///
    /// If there is no such frame.
    pub fn words_mut(&mut self, frame: Frame) -> &mut [[u8; 8]] {
        let page = self.write_ptr(frame).cast::<[u8; PAGE_BYTES]>();
        // SAFETY: this memory alone holds the page, and is borrowed for as long as the words are.
        unsafe { &mut *page }.as_chunks_mut::<8>().0
    }

    /// Whether a frame holds only zeros.
    #[must_use]
    pub fn is_zero(&self, frame: Frame) -> bool {
        match self.slot(frame) {
            Slot::Zeros => true,
            Slot::Page(page) => page.bytes() == ZEROS.bytes(),
            Slot::Folded(folded) => folded.word == 0 && folded.others.is_empty(),
        }
    }

    /// Makes a frame of this memory hold what a frame of another holds: both share the host memory until one is written.
    pub fn share(&mut self, frame: Frame, other: &mut Self, source: Frame) {
        let slot = if let Slot::Zeros = other.slot(source) { Slot::Zeros } else { other.give(source) };
        match slot {
            Slot::Zeros => self.drop_frame(frame),
            slot @ (Slot::Page(_) | Slot::Folded(_)) => {
                self.moves += 1;
                *self.made.get_mut() += 1;
                let (chunk, place) = self.chunk_mut(frame);
                chunk.slots[place] = slot;
                chunk.own &= !(1 << place);
            }
        }
    }

    /// What a frame holds, to be shared: from now on it is not this memory's alone.
    fn give(&mut self, frame: Frame) -> Slot {
        let (chunk, place) = self.chunk_mut(frame);
        chunk.own &= !(1 << place);
        chunk.slots[place].clone()
    }

    /// Copies what a frame holds to another one.
    pub fn copy(&mut self, source: Frame, frame: Frame) {
        if self.is_zero(source) {
            return self.drop_frame(frame);
        }
        let (target, _) = self.page_to_fill(frame);
        let source = self.read_ptr(source);
        // SAFETY: both are pages of host memory, and not the same one, as this memory alone holds the second.
        unsafe { std::ptr::copy_nonoverlapping(source, target, PAGE_BYTES) }
    }

    /// Makes a frame all zeros and gives its host memory back.
    pub fn drop_frame(&mut self, frame: Frame) {
        if let Slot::Zeros = self.slot(frame) {
            return;
        }
        self.moves += 1;
        let (chunk, place) = self.chunk_mut(frame);
        let is_own = chunk.own >> place & 1 == 1;
        chunk.own &= !(1 << place);
        if let Slot::Page(mut page) = std::mem::replace(&mut chunk.slots[place], Slot::Zeros) {
            let made = self.made.get_mut();
            *made = made.saturating_sub(1);
            if self.spare.len() < MAX_SPARE && (is_own || Arc::get_mut(&mut page).is_some()) {
                self.spare.push(page);
            }
        }
    }

    /// The host memory of a frame, to be read; see the head of this file.
    #[must_use]
    pub(super) fn read_ptr(&self, frame: Frame) -> *const u8 {
        let slot = self.slot(frame);
        if let Slot::Zeros = slot {
            self.lent_zeros.store(true, Ordering::Relaxed);
        }
        self.content(slot).0.get().cast()
    }

    /// The host memory of a frame, to be read and written, owned by this memory alone; see the head of this file.
    #[inline]
    pub(super) fn write_ptr(&mut self, frame: Frame) -> *mut u8 {
        let generation = *self.generation.get_mut();
        let place = frame.index() % CHUNK_FRAMES;
        if let Some(Some(chunk)) = self.chunks.get_mut(frame.index() / CHUNK_FRAMES)
            && chunk.generation == generation
            && chunk.own >> place & 1 == 1
            && let Slot::Page(page) = &chunk.slots[place]
        {
            let host = page.0.get().cast();
            if chunk.written >> place & 1 == 0 {
                self.chunk_mut(frame).0.written |= 1 << place;
            }
            return host;
        }
        self.own(frame)
    }

    /// The same, if it is not known yet whether this memory alone holds the page.
    #[inline(never)]
    fn own(&mut self, frame: Frame) -> *mut u8 {
        let (chunk, place) = self.chunk_mut(frame);
        if let Slot::Page(page) = &mut chunk.slots[place]
            && let Some(page) = Arc::get_mut(page)
        {
            let host = page.0.get().cast();
            chunk.own |= 1 << place;
            chunk.written |= 1 << place;
            return host;
        }
        let (host, old) = self.page_to_fill(frame);
        // SAFETY: `page_to_fill` has just made this page this memory's own, and `&mut self` is the only way to it.
        let bytes = unsafe { &mut *host.cast::<[u8; PAGE_BYTES]>() };
        match old {
            Slot::Page(shared) => *bytes = *shared.bytes(),
            Slot::Zeros => clear(bytes),
            Slot::Folded(folded) => *bytes = folded.bytes(),
        }
        host
    }

    /// Host memory for a frame, this memory's own, with whatever it held: to be written wholly. Beside it where the frame's
    /// content was.
    #[inline]
    fn page_to_fill(&mut self, frame: Frame) -> (*mut u8, Slot) {
        *self.made.get_mut() += 1;
        let page = self.spare.pop().unwrap_or_else(|| Arc::new(Page(UnsafeCell::new([0; PAGE_BYTES]))));
        let host = page.0.get().cast();
        let (chunk, place) = self.chunk_mut(frame);
        let old = std::mem::replace(&mut chunk.slots[place], Slot::Page(page));
        chunk.own |= 1 << place;
        chunk.written |= 1 << place;
        // A frame that held nothing has no page that somebody could know, but for the zeros that all such frames have.
        if !matches!(old, Slot::Zeros) || *self.lent_zeros.get_mut() {
            self.moves += 1;
            *self.lent_zeros.get_mut() = false;
        }
        (host, old)
    }

    /// The chunk of a frame, this memory's own, and the frame's place in it.
    fn chunk_mut(&mut self, frame: Frame) -> (&mut Chunk, usize) {
        assert!(frame.0 < self.frames, "{frame:?} of {} frames", self.frames);
        let generation = *self.generation.get_mut();
        let chunk = self.chunks[frame.index() / CHUNK_FRAMES].get_or_insert_with(|| Arc::new(Chunk::EMPTY));
        if chunk.generation != generation {
            let chunk = Arc::make_mut(chunk);
            (chunk.generation, chunk.own) = (generation, 0);
        }
        // SAFETY: nobody shares a chunk that bears this memory's generation: it was made its own when it got it, and a clone
        // of the memory gives both another one.
        let chunk = unsafe { &mut *Arc::as_ptr(chunk).cast_mut() };
        (chunk, frame.index() % CHUNK_FRAMES)
    }

    #[inline]
    fn slot(&self, frame: Frame) -> &Slot {
        assert!(frame.0 < self.frames, "{frame:?} of {} frames", self.frames);
        let chunk = self.chunks[frame.index() / CHUNK_FRAMES].as_deref();
        chunk.map_or(&Slot::Zeros, |chunk| &chunk.slots[frame.index() % CHUNK_FRAMES])
    }

    #[inline]
    fn page(&self, frame: Frame) -> &Page {
        self.content(self.slot(frame))
    }

    #[inline]
    fn content<'a>(&self, slot: &'a Slot) -> &'a Page {
        match slot {
            Slot::Page(page) => page,
            Slot::Zeros | Slot::Folded(_) => self.unfold(slot),
        }
    }

    fn unfold<'a>(&self, slot: &'a Slot) -> &'a Page {
        match slot {
            Slot::Zeros => &ZEROS,
            Slot::Page(page) => page,
            Slot::Folded(folded) => folded.unfolded.get_or_init(|| {
                let _ = self.made.fetch_add(1, Ordering::Relaxed);
                Arc::new(Page(UnsafeCell::new(folded.bytes())))
            }),
        }
    }
}

impl Clone for Phys {
    fn clone(&self) -> Self {
        // What was this memory's own is shared from now on.
        self.generation.store(next_generation(), Ordering::Relaxed);
        let made = AtomicUsize::new(self.made.load(Ordering::Relaxed));
        let (chunks, spare) = (self.chunks.clone(), Vec::new());
        let generation = AtomicU64::new(next_generation());
        let lent_zeros = AtomicBool::new(false);
        Self { chunks, frames: self.frames, moves: self.moves, made, limit: self.limit, spare, generation, lent_zeros }
    }
}

impl PartialEq for Phys {
    fn eq(&self, other: &Self) -> bool {
        let same = |(a, b): (&Option<Arc<Chunk>>, &Option<Arc<Chunk>>)| {
            a.as_ref().map(Arc::as_ptr) == b.as_ref().map(Arc::as_ptr)
                || (0..CHUNK_FRAMES).all(|i| {
                    let slot = |chunk| Option::map_or(chunk, &Slot::Zeros, |chunk: &Arc<Chunk>| &chunk.slots[i]);
                    slot(a.as_ref()).same(slot(b.as_ref()))
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

/// Makes a page all zeros, in parts: for more than 2 KiB the C library takes `rep stos`, which needs a quarter longer for a
/// page on many processors.
fn clear(page: &mut [u8; PAGE_BYTES]) {
    // Hidden, or the compiler would make one part of them.
    let len = std::hint::black_box(PAGE_BYTES / 4);
    for part in page.as_chunks_mut::<{ PAGE_BYTES / 4 }>().0 {
        part[..len].fill(0);
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
    fn pages_that_hold_little_are_folded_and_keep_their_content() {
        let pages = 3 * MIN_MADE as u32;
        let mut phys = Phys::new(pages);
        let mut most = 0;
        for frame in 0..pages {
            phys.write(Frame(frame), (frame % 4096) as u16, &[frame as u8 | 1]);
            if frame % 97 == 0 {
                phys.write(Frame(frame), 0, &[frame as u8; PAGE_BYTES]);
            }
            let full: Vec<u8> = (0..PAGE_BYTES).map(|i| (i * 7) as u8).collect();
            if frame % 101 == 0 {
                phys.write(Frame(frame), 0, &full);
            }
            phys.tidy();
            if frame % 1000 == 0 {
                most = most.max(phys.resident());
            }
        }
        assert!(most <= 2 * MIN_MADE + 1000 && most < pages as usize, "{most} pages at once");
        let kept = phys.clone();
        for frame in 0..pages {
            let expected: [u8; PAGE_BYTES] = std::array::from_fn(|i| match frame {
                _ if frame % 101 == 0 => (i * 7) as u8,
                _ if frame % 97 == 0 => frame as u8,
                _ if i == (frame % 4096) as usize => frame as u8 | 1,
                _ => 0,
            });
            assert_eq!(phys.bytes(Frame(frame), 0, PAGE_BYTES), expected, "{frame}");
            assert!(!phys.is_zero(Frame(frame)) || frame % 97 == 0);
        }
        let moves = phys.moves();
        phys.write(Frame(1), 9, &[9]);
        assert!(phys.moves() > moves && phys != kept);
        phys.write(Frame(1), 9, &[0]);
        assert_eq!(phys, kept);
    }

    #[test]
    #[should_panic(expected = "Frame:8 of 8 frames")]
    fn there_is_no_memory_beyond_the_end() {
        Phys::new(8).write(Frame(8), 0, &[1]);
    }
}
