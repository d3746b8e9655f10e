//! Memory of processes: address spaces, areas, page tables, faults.
//!
//! An address space is a set of areas, what the program asked for ([`area`], placed by [`place`]), and a tree of page
//! tables, what it got so far ([`table`]). The two meet in [`fault`]: a touch that the tables do not allow is looked
//! up in the areas and either served, from fresh frames ([`anonymous`]) or the page cache ([`filemap`]), or refused.
//! How large an address space may become is said by [`limits`], and how much memory is promised by [`overcommit`].
//! [`kernel_half`] is what all of them have in common. [`fork`] copies an address space, [`protect`] and [`populate`]
//! alter one, [`remap`] moves its areas, [`advise`] does what it is told of them, [`mlock`] keeps its pages in memory,
//! [`huge`] maps 512 of them by one entry, [`remote`] reaches into one that is not the CPU's, and [`oom`] makes room when no
//! frame is left.
//!
//! When frames run short, [`reclaim`] evicts pages that [`replacement`] names from the lists of [`lru`]; [`swap`] brings
//! private ones back, and [`workingset`] tells whether they were missed at once. Reads no file itself: pages of files come from
//! [`crate::kernel::vfs::cache`].

pub mod advise;
mod anonymous;
pub mod area;
pub mod badness;
pub mod explain;
pub mod fault;
mod filemap;
pub mod fork;
pub mod huge;
pub mod kernel_half;
pub mod limits;
pub mod lru;
pub mod mlock;
pub mod oom;
pub mod overcommit;
pub mod place;
pub mod populate;
pub mod protect;
pub mod reclaim;
pub mod remap;
pub mod remote;
pub mod replacement;
pub mod shmem;
pub mod space;
pub mod swap;
pub mod table;
#[cfg(test)]
mod tests;
pub mod tlb;
pub mod workingset;

pub use area::{MapRequest, map, unmap};
pub use explain::explain;
pub use fault::{Served, fault};
pub use fork::{Duplicate, duplicate};
pub use place::{Place, STACK_TOP};
pub use remote::{remote_read, remote_write};
pub use space::{create, release, switch_to};
