//! Which open files would not make a call wait (`poll(2)`).

use crate::abi::flags::{OpenFlags, POLLERR, POLLHUP, POLLIN, POLLOUT};
use crate::kernel::core::Kernel;
use crate::kernel::vfs::{console, pipe};
use crate::trace::value::{InodeKind, OpenFile, WaitOn};

/// Ordinary data can be read: what Linux tells along with POLLIN.
const POLLRDNORM: u16 = 0x40;
/// Ordinary data can be written: what Linux tells along with POLLOUT.
const POLLWRNORM: u16 = 0x100;
const READABLE: u16 = POLLIN | POLLRDNORM;
const WRITABLE: u16 = POLLOUT | POLLWRNORM;

/// What is true of an open file now: POLLIN, POLLOUT, POLLERR, POLLHUP.
#[must_use]
pub fn ready(k: &Kernel, open: OpenFile) -> u16 {
    match k.state().inode(open.ino).inode.kind {
        InodeKind::Pipe(id) => pipe_ready(k.state().pipe(id), OpenFlags::from_bits_retain(open.flags)),
        InodeKind::Console => WRITABLE | if console::is_readable(k) { READABLE } else { 0 },
        InodeKind::Directory
        | InodeKind::Disk
        | InodeKind::Memory
        | InodeKind::Null
        | InodeKind::Zero
        | InodeKind::Proc(_) => READABLE | WRITABLE,
    }
}

/// `pipe_poll`: an end without the other one is hung up for its reader, an error for its writer.
fn pipe_ready(pipe: &crate::kernel::state::PipeState, flags: OpenFlags) -> u16 {
    let mut ready = 0;
    if flags.can_read() {
        ready |= if pipe.slots.is_empty() { 0 } else { READABLE };
        ready |= if pipe.writers == 0 { POLLHUP } else { 0 };
    }
    if flags.can_write() {
        ready |= if pipe::is_full(pipe) { 0 } else { WRITABLE };
        ready |= if pipe.readers == 0 { POLLERR } else { 0 };
    }
    ready
}

/// A file became ready: those who poll look again.
// Linux: each file keeps a queue of those who poll it. Here: everyone who polls is woken and goes back to sleep if it
// was not about him, because a task stands on one queue only.
pub fn wake(k: &mut Kernel) {
    k.wake_all(WaitOn::Poll(false));
    k.wake_all(WaitOn::Poll(true));
}
