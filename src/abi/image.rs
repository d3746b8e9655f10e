//! An image: what `execve(2)` loads, and what the compiler writes.
//!
//! It stands as a file in the simulated file system and is mapped by page, so each part begins on a page of the file:
//!
//! ```text
//! offset 0      header, one page: magic, then the fields of `Header`, 8 bytes each, little-endian
//!        4096   text      instructions, mapped r-x at the header's base, shared by all who run the file
//!        ...    rodata    strings, mapped r-- on the page after the text
//!        ...    data      globals with a value, mapped rw- private
//!               bss       no bytes in the file: zero pages after the data
//!        ...    debug     lines and symbols, never mapped
//! ```

use std::sync::Arc;

use crate::base::span::{FileIndex, SourceFile, Span};
use crate::base::units::PAGE_SIZE;

/// The first eight bytes of an image.
pub const MAGIC: [u8; 8] = *b"\x7fR3IMG\0\x01";
/// Where the text of a program is mapped, as the text of a static ELF executable is.
pub const TEXT_BASE: u64 = 0x40_0000;
/// The largest image, in bytes of text, rodata, data and bss together: addresses stay below [`MAX_ADDRESS`].
pub const MAX_MAPPED_BYTES: u64 = 1 << 30;
/// No image is mapped at or above 2 GiB: an instruction holds an address in 31 bits.
pub const MAX_ADDRESS: u64 = 1 << 31;

/// The parts of an image, in bytes; their addresses and file offsets follow from the sizes.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Header {
    /// Address of the first instruction.
    pub entry: u64,
    /// Where the text is mapped, a multiple of the page size: [`TEXT_BASE`] but for what a loader maps beside a program.
    pub base: u64,
    /// Bytes of text, a multiple of 8, not 0.
    pub text_bytes: u64,
    /// Bytes of read-only data.
    pub rodata_bytes: u64,
    /// Bytes of data with a value.
    pub data_bytes: u64,
    /// Bytes of data that start as zero.
    pub bss_bytes: u64,
}

/// Why a file is no image: `execve` answers ENOEXEC.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum BadImage {
    /// It does not begin with [`MAGIC`] or is shorter than a header.
    Magic,
    /// A size or the entry makes no sense.
    Header,
}

const fn pages_up(bytes: u64) -> u64 {
    bytes.div_ceil(PAGE_SIZE) * PAGE_SIZE
}

impl Header {
    /// Reads and checks the header of a file.
    ///
    /// # Errors
    /// [`BadImage`] if `file` is not an image.
    pub fn parse(file: &[u8]) -> Result<Self, BadImage> {
        let Some(head) = file.get(..56) else { return Err(BadImage::Magic) };
        if head[..8] != MAGIC {
            return Err(BadImage::Magic);
        }
        let field = |i: usize| {
            let mut bytes = [0; 8];
            bytes.copy_from_slice(&head[8 * i..8 * i + 8]);
            u64::from_le_bytes(bytes)
        };
        let header = Self {
            entry: field(1),
            text_bytes: field(2),
            rodata_bytes: field(3),
            data_bytes: field(4),
            bss_bytes: field(5),
            base: field(6),
        };
        let parts = [header.text_bytes, header.rodata_bytes, header.data_bytes, header.bss_bytes];
        let sane = parts.iter().all(|&bytes| bytes <= MAX_MAPPED_BYTES)
            && parts.iter().sum::<u64>() <= MAX_MAPPED_BYTES
            && header.base.is_multiple_of(PAGE_SIZE)
            && (TEXT_BASE..MAX_ADDRESS - MAX_MAPPED_BYTES).contains(&header.base)
            && header.text_bytes > 0
            && header.text_bytes.is_multiple_of(8)
            && header.entry.is_multiple_of(8)
            && (header.base..header.base + header.text_bytes).contains(&header.entry);
        if sane { Ok(header) } else { Err(BadImage::Header) }
    }

    /// The header's page, as it stands in the file.
    #[must_use]
    pub fn to_page(self) -> Vec<u8> {
        let mut page = vec![0; PAGE_SIZE as usize];
        page[..8].copy_from_slice(&MAGIC);
        let fields = [self.entry, self.text_bytes, self.rodata_bytes, self.data_bytes, self.bss_bytes, self.base];
        for (i, field) in fields.iter().enumerate() {
            page[8 + 8 * i..16 + 8 * i].copy_from_slice(&field.to_le_bytes());
        }
        page
    }

    /// File offset of the text.
    #[must_use]
    pub const fn text_offset(self) -> u64 {
        PAGE_SIZE
    }

    /// File offset of the read-only data.
    #[must_use]
    pub const fn rodata_offset(self) -> u64 {
        self.text_offset() + pages_up(self.text_bytes)
    }

    /// File offset of the data.
    #[must_use]
    pub const fn data_offset(self) -> u64 {
        self.rodata_offset() + pages_up(self.rodata_bytes)
    }

    /// File offset of lines and symbols: the end of what is mapped.
    #[must_use]
    pub const fn debug_offset(self) -> u64 {
        self.data_offset() + pages_up(self.data_bytes)
    }

    /// Address of the read-only data.
    #[must_use]
    pub const fn rodata_base(self) -> u64 {
        self.base + pages_up(self.text_bytes)
    }

    /// Address of the data.
    #[must_use]
    pub const fn data_base(self) -> u64 {
        self.rodata_base() + pages_up(self.rodata_bytes)
    }

    /// Address of the zero-initialised data: the byte after the data.
    #[must_use]
    pub const fn bss_base(self) -> u64 {
        self.data_base() + self.data_bytes
    }

    /// The first address after data and bss, where the heap of `brk(2)` begins, rounded up to a page.
    #[must_use]
    pub const fn brk_base(self) -> u64 {
        pages_up(self.bss_base() + self.bss_bytes)
    }
}

/// From this instruction on, the text belongs to this place in the source.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct LineEntry {
    /// Address of the first instruction.
    pub pc: u64,
    /// The place; `file` counts in [`Debug::files`].
    pub span: Span,
}

/// A function's name and range of addresses.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Symbol {
    /// Address of its `enter`.
    pub start: u64,
    /// Address after its last instruction.
    pub end: u64,
    /// Its name in the source.
    pub name: String,
}

/// A global's name and place, for reports.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Global {
    /// Its address.
    pub start: u64,
    /// Its size in bytes.
    pub bytes: u64,
    /// Its name in the source.
    pub name: String,
}

/// Where the instructions come from: what makes a trace and a backtrace readable.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Debug {
    /// The sources this image was made of.
    pub files: Vec<Arc<SourceFile>>,
    /// Which of `files` are the user's own; the others are the standard library.
    pub own_files: Vec<FileIndex>,
    /// Ordered by `pc`, strictly rising.
    pub lines: Vec<LineEntry>,
    /// Ordered by `start`; ranges do not overlap.
    pub symbols: Vec<Symbol>,
    /// Ordered by `start`; ranges do not overlap.
    pub globals: Vec<Global>,
}

impl Debug {
    /// The place in the source of the instruction at `pc`.
    #[must_use]
    pub fn span_at(&self, pc: u64) -> Option<Span> {
        let after = self.lines.partition_point(|entry| entry.pc <= pc);
        self.lines.get(after.checked_sub(1)?).map(|entry| entry.span)
    }

    /// The function that holds `pc`.
    #[must_use]
    pub fn symbol_at(&self, pc: u64) -> Option<&Symbol> {
        let after = self.symbols.partition_point(|symbol| symbol.start <= pc);
        self.symbols.get(after.checked_sub(1)?).filter(|symbol| pc < symbol.end)
    }

    /// The global that holds `address`.
    #[must_use]
    pub fn global_at(&self, address: u64) -> Option<&Global> {
        let after = self.globals.partition_point(|global| global.start <= address);
        self.globals.get(after.checked_sub(1)?).filter(|global| address - global.start < global.bytes)
    }

    /// Whether a place stands in the user's own source.
    #[must_use]
    pub fn is_own(&self, span: Span) -> bool {
        self.own_files.contains(&span.file)
    }
}

/// A compiled program, before it is a file.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Image {
    /// The program's name, `script` or that of its `program`.
    pub name: String,
    /// Address of the function the kernel starts: it gets one argument, the address of argc on the stack.
    pub entry: u64,
    /// Where the text is mapped: [`TEXT_BASE`] for a program.
    pub base: u64,
    /// The instructions; the first lies at `base`.
    pub text: Vec<u64>,
    /// Strings and other constants.
    pub rodata: Vec<u8>,
    /// Globals with a value.
    pub data: Vec<u8>,
    /// Bytes of zero-initialised globals.
    pub bss_bytes: u64,
    /// Lines and symbols.
    pub debug: Debug,
}

impl Image {
    /// The sizes and the entry.
    #[must_use]
    pub fn header(&self) -> Header {
        Header {
            entry: self.entry,
            base: self.base,
            text_bytes: 8 * self.text.len() as u64,
            rodata_bytes: self.rodata.len() as u64,
            data_bytes: self.data.len() as u64,
            bss_bytes: self.bss_bytes,
        }
    }

    /// The file: header, text, rodata and data, each from a page boundary on. The debug part stays with the host.
    // Linux: DWARF sections stand in the file. Here: they stay beside it, because no program of the model reads them.
    #[must_use]
    pub fn to_file(&self) -> Vec<u8> {
        let header = self.header();
        let mut file = header.to_page();
        for word in &self.text {
            file.extend_from_slice(&word.to_le_bytes());
        }
        file.resize(header.rodata_offset() as usize, 0);
        file.extend_from_slice(&self.rodata);
        file.resize(header.data_offset() as usize, 0);
        file.extend_from_slice(&self.data);
        file
    }
}
