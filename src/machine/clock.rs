//! The table of costs: how many nanoseconds of virtual time each thing takes.
//!
//! Fixed integers, part of the architecture: a change here changes every trace. "Measured" means the best of several
//! loops in C on Linux 6.18, in a virtual machine on an AMD EPYC, rounded; a guest pays more than bare metal wherever page
//! tables are changed, so that those numbers are taken lower, and say so.

/// One instruction of user code. Chosen: an instruction counts as a nanosecond, so that count and time agree.
pub const INSTRUCTION: u64 = 1;
/// A page walk on a TLB miss. Four loads, of which the upper levels are mostly cached; measured: loads from 2 MiB take
/// 22 ns each, from 64 MiB of small pages 255 ns, most of it for the data. Taken: one load from the L3 cache.
pub const PAGE_WALK: u64 = 30;
/// The way from the `syscall` instruction into the handler. Measured: `getppid` takes 394 ns there and back.
pub const SYSCALL_ENTRY: u64 = 200;
/// The way back from the handler to user code.
pub const SYSCALL_EXIT: u64 = 150;
/// From the faulting instruction to the fault handler. Measured: a first touch takes 3.9 us in all, nearly all of it the
/// guest's nested page tables. Taken: what a system call takes, and the dearer way into an exception.
pub const FAULT_ENTRY: u64 = 300;
/// From the fault handler back to the instruction: `iret` is slower than `sysret`.
pub const FAULT_EXIT: u64 = 200;
/// Choosing the next task and switching the kernel stack to it. Measured: a byte to and fro through two pipes takes 3.9 us
/// for each way, with a read and a write of 404 ns each and a wake-up that an idle guest pays dearly for.
pub const CONTEXT_SWITCH: u64 = 1_000;
/// Loading CR3 with another address space, with PCIDs, so that nothing is flushed. Taken: half of a system call's way.
pub const ADDRESS_SPACE_SWITCH: u64 = 200;
/// Filling a page with zeros. Measured: 95 ns with the page in the cache.
pub const ZERO_PAGE: u64 = 100;
/// Copying a page. Measured: 127 ns with both pages in the cache.
pub const COPY_PAGE: u64 = 130;
/// fork without the copying of page table entries. Measured: 57 us for a small static program.
pub const FORK_BASE: u64 = 50_000;
/// fork, for each page table entry that is copied. Measured: 80 ns, half of it the guest's.
pub const FORK_PTE: u64 = 40;
/// clone that shares the address space: a thread, or vfork. Measured: 12.7 us for a thread, on a machine with other work.
/// Taken: what is left of it on an idle one.
pub const THREAD_BASE: u64 = 10_000;
/// exec without the page faults that follow. Measured: vfork, exec, exit and wait take 450 us, of which 28 us are not
/// exec's, and most are page faults.
pub const EXEC_BASE: u64 = 150_000;
/// A pipe, for each page that is copied into or out of it. Measured: a read or write of a page takes 25 ns more than one
/// of a byte while the page is in the nearest cache. Taken: the copy of a page that is not.
pub const PIPE_PAGE: u64 = 130;
/// The disk, for each read of up to 64 KiB. Taken: the usual data sheet of a flash disk.
pub const DISK_READ_64K: u64 = 80_000;
/// The disk, for each write of up to 64 KiB, the swap device if it is one too. Taken: as a read; what a flash disk's own
/// memory hides of it is not told apart.
pub const DISK_WRITE_64K: u64 = 80_000;
/// A page that goes to a swap device of compressed memory (zram). Taken: 4 KiB through lz4 at 800 MB/s.
pub const ZRAM_WRITE: u64 = 5_000;
/// A page that comes back from there. Taken: 4 KiB through lz4 at 2 GB/s.
pub const ZRAM_READ: u64 = 2_000;
/// Pushing the frame of a signal handler. Measured: kill to oneself takes 1 us if the signal is ignored and 4.7 us with an
/// empty handler, of which rt_sigreturn is one system call and most is floating-point state. Taken: what is left without
/// that.
pub const SIGNAL_FRAME: u64 = 1_000;
/// The handling of a timer interrupt. Taken: an exception and a look at the run queue.
pub const TIMER_TICK: u64 = 1_000;
