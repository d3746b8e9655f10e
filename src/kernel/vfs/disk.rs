//! The disk as the machine is switched on with it: its files. What is written later gets blocks of its own, see
//! [`writeback`](super::writeback).

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::base::ids::Ino;
use crate::base::units::PAGE_SIZE;

/// The inode of the first file on the disk; the others follow in their order. So numbers do not depend on what runs.
const FIRST: u32 = 2;

/// A file on the disk.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct DiskFile {
    /// Its absolute path. Directories that it names are made; a later file of the same path wins.
    pub path: String,
    /// Permission bits.
    pub mode: u16,
    /// Its content.
    pub bytes: Arc<[u8]>,
}

/// The content of the disk.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Disk {
    /// Its files.
    pub files: Vec<DiskFile>,
    /// The content of files that were put there later, by [`put`](super::put).
    pub later: BTreeMap<Ino, Arc<[u8]>>,
}

impl Disk {
    /// Files with the inode numbers that they get when the machine is switched on.
    pub fn inodes(&self) -> impl Iterator<Item = (Ino, &DiskFile)> {
        (FIRST..).map(Ino).zip(&self.files)
    }

    /// The first number that a file gets that is made later: no file takes the number of one that was put there.
    #[must_use]
    pub fn first_new(&self) -> Ino {
        let first = Ino(FIRST + self.files.len() as u32);
        self.later.last_key_value().map_or(first, |(last, _)| Ino(last.0 + 1))
    }

    /// The content of an inode of kind `Disk`; empty for a number that no file has.
    #[must_use]
    pub fn bytes(&self, ino: Ino) -> &[u8] {
        if let Some(bytes) = self.later.get(&ino) {
            return bytes;
        }
        let index = (ino.0 as usize).checked_sub(FIRST as usize);
        index.and_then(|index| self.files.get(index)).map_or(&[], |file| &file.bytes)
    }

    /// The bytes of a page of such an inode; shorter than a page at the file's end, and empty beyond it.
    #[must_use]
    pub fn page(&self, ino: Ino, page: u32) -> &[u8] {
        let bytes = self.bytes(ino);
        let start = (page as usize).saturating_mul(PAGE_SIZE as usize).min(bytes.len());
        let end = start.saturating_add(PAGE_SIZE as usize).min(bytes.len());
        &bytes[start..end]
    }

    /// How many pages such an inode has.
    #[must_use]
    pub fn pages(&self, ino: Ino) -> u32 {
        self.bytes(ino).len().div_ceil(PAGE_SIZE as usize) as u32
    }
}
