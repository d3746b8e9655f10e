//! Addresses, pages and time: the units of the machine.

use std::fmt;

/// Bytes in a page and in a frame: 4 KiB (Intel SDM vol. 3, 4.5).
pub const PAGE_SIZE: u64 = 4096;
/// log2 of [`PAGE_SIZE`].
pub const PAGE_SHIFT: u32 = 12;

/// A virtual address: what a program sees.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Vaddr(pub u64);

/// A physical address: what the memory sees.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Paddr(pub u64);

/// A virtual page's number: virtual address >> 12.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Page(pub u64);

/// Virtual time in nanoseconds since the machine was switched on.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Ns(pub u64);

impl Vaddr {
    /// The page that holds this address.
    #[must_use]
    pub const fn page(self) -> Page {
        Page(self.0 >> PAGE_SHIFT)
    }

    /// Bytes from the start of the page, 0 to 4095.
    #[must_use]
    pub const fn offset(self) -> u64 {
        self.0 & (PAGE_SIZE - 1)
    }

    /// This address rounded down to the start of its page.
    #[must_use]
    pub const fn page_floor(self) -> Self {
        Self(self.0 & !(PAGE_SIZE - 1))
    }

    /// This address rounded up to a page boundary; wraps at the end of the address space.
    #[must_use]
    pub const fn page_ceil(self) -> Self {
        Self(self.0.wrapping_add(PAGE_SIZE - 1) & !(PAGE_SIZE - 1))
    }
}

impl Ns {
    /// The end of time: what is to happen then or later never does (`KTIME_MAX`).
    pub const NEVER: Self = Self(i64::MAX as u64);
}

impl Page {
    /// The first address of the page.
    #[must_use]
    pub const fn start(self) -> Vaddr {
        Vaddr(self.0 << PAGE_SHIFT)
    }
}

impl fmt::Debug for Vaddr {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "v:{:#x}", self.0)
    }
}

impl fmt::Display for Vaddr {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:#x}", self.0)
    }
}

impl fmt::Debug for Paddr {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "p:{:#x}", self.0)
    }
}

impl fmt::Debug for Page {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "page:{:#x}", self.0)
    }
}

impl fmt::Debug for Ns {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}ns", self.0)
    }
}
