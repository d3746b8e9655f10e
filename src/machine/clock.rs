//! The table of costs: how many nanoseconds of virtual time each thing takes.
//!
//! Integers, fixed, part of the architecture: a change here changes every trace. They are of the right order of
//! magnitude for a server of today, so that what is dear in life is dear here.

/// One instruction of user code. Not a processor's cycle but an interpreted step, so that time and count agree.
pub const INSTRUCTION: u64 = 1;
/// A page walk on a TLB miss: four loads, the upper three levels mostly cached.
pub const PAGE_WALK: u64 = 30;
/// The way from the `syscall` instruction into the handler.
pub const SYSCALL_ENTRY: u64 = 60;
/// The way back from the handler to user code.
pub const SYSCALL_EXIT: u64 = 40;
/// From the faulting instruction to the fault handler.
pub const FAULT_ENTRY: u64 = 250;
/// From the fault handler back to the instruction.
pub const FAULT_EXIT: u64 = 150;
/// Choosing the next task and switching the kernel stack to it.
pub const CONTEXT_SWITCH: u64 = 1_000;
/// Loading CR3 with another address space, with PCIDs, so that nothing is flushed.
pub const ADDRESS_SPACE_SWITCH: u64 = 200;
/// Filling a page with zeros.
pub const ZERO_PAGE: u64 = 100;
/// Copying a page.
pub const COPY_PAGE: u64 = 300;
/// fork without the copying of page tables.
pub const FORK_BASE: u64 = 40_000;
/// fork, for each page table entry that is copied.
pub const FORK_PTE: u64 = 10;
/// exec without the page faults that follow.
pub const EXEC_BASE: u64 = 150_000;
/// A pipe, for each page that is copied into or out of it.
pub const PIPE_PAGE: u64 = 300;
/// The disk, for each read of up to 64 KiB.
pub const DISK_READ_64K: u64 = 80_000;
/// The handling of a timer interrupt.
pub const TIMER_TICK: u64 = 1_000;
