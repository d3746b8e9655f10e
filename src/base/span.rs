//! Where in which source file something stands.

/// A source file, counted in the order in which a compilation read it.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default)]
pub struct FileIndex(pub u16);

/// A range of bytes in one source file; `start <= end`.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default)]
pub struct Span {
    /// The file.
    pub file: FileIndex,
    /// First byte.
    pub start: u32,
    /// First byte after the range.
    pub end: u32,
}

impl Span {
    /// The range `start..end` of `file`.
    #[must_use]
    pub const fn new(file: FileIndex, start: u32, end: u32) -> Self {
        Self { file, start, end }
    }

    /// The smallest range that holds both; they stand in the same file.
    #[must_use]
    pub fn to(self, other: Self) -> Self {
        Self { file: self.file, start: self.start.min(other.start), end: self.end.max(other.end) }
    }
}

/// One source text and the name by which a person knows it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct SourceFile {
    /// A path as the user gave it, or `<stdlib>/io.r3`, `<stdin>`, `<command line>`.
    pub name: String,
    /// The whole text.
    pub text: String,
}

impl SourceFile {
    /// The line (counted from 1) and column (in characters, from 1) of a byte offset.
    #[must_use]
    pub fn line_column(&self, offset: u32) -> (u32, u32) {
        let mut end = (offset as usize).min(self.text.len());
        while !self.text.is_char_boundary(end) {
            end -= 1;
        }
        let before = &self.text[..end];
        let line = before.bytes().filter(|&byte| byte == b'\n').count() + 1;
        let start = before.rfind('\n').map_or(0, |newline| newline + 1);
        (line as u32, before[start..].chars().count() as u32 + 1)
    }
}
