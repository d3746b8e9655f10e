//! The devices: what they are asked to do, and what happens when they are done (`block/`).
//!
//! A request takes the time that [`clock`] says, however many there are. Content goes to the device when the request is
//! made, and comes from it when the request is done; whom it concerns finds out by the marks of the frame.
// Linux: a disk has queues of so many requests. Here: as many as there are, because what a run shows of a disk is that it
// takes long.

use crate::base::units::Ns;
use crate::kernel::core::Kernel;
use crate::kernel::mm::swap;
use crate::kernel::vfs::{cache, writeback};
use crate::machine::clock;
use crate::trace::event::{Cause, Change};
use crate::trace::value::{Io, WaitOn};

/// Asks a device for something. Where the kernel can not sleep it waits, and all is done when this returns.
pub fn submit(k: &mut Kernel, io: Io) {
    let takes = match io {
        Io::ReadFile(..) | Io::ReadSwap(_) => clock::DISK_READ_64K,
        Io::WriteFile(..) | Io::WriteSwap(_) => clock::DISK_WRITE_64K,
    };
    if k.busy {
        k.charge(takes);
        done(k, io);
        return;
    }
    let mut at = Ns(k.now().0 + takes);
    // What is asked for twice at the same moment is two requests.
    while k.state().io.contains(&(at, io)) {
        at.0 += 1;
    }
    k.commit(Change::Io { at, io, from: false, to: true });
}

/// Takes back a request whose outcome nobody wants any more. Who waits for it looks again.
pub fn cancel(k: &mut Kernel, io: Io) {
    let found = k.state().io.iter().find(|(_, request)| *request == io).copied();
    if let Some((at, io)) = found {
        k.commit(Change::Io { at, io, from: true, to: false });
        k.wake_all(WaitOn::Writeback);
    }
}

/// Does what devices have done by now; tells whether any had.
pub fn complete_due(k: &mut Kernel) -> bool {
    let mut any = false;
    while let Some(&(at, io)) = k.state().io.first()
        && at <= k.now()
    {
        any = true;
        let cause = match io {
            Io::ReadFile(ino, _) | Io::WriteFile(ino, _) => Cause::Disk(ino),
            Io::ReadSwap(slot) | Io::WriteSwap(slot) => Cause::Swap(slot),
        };
        k.commit(Change::Io { at, io, from: true, to: false });
        k.because(cause, |k| done(k, io));
    }
    any
}

/// Waits for all that devices are at work with: the machine is switched off.
pub fn drain(k: &mut Kernel) {
    while let Some(&(at, _)) = k.state().io.first() {
        k.charge(at.0.saturating_sub(k.now().0));
        let _ = complete_due(k);
    }
}

fn done(k: &mut Kernel, io: Io) {
    match io {
        Io::ReadFile(ino, window) => cache::read_done(k, ino, window),
        Io::WriteFile(ino, page) => writeback::done(k, ino, page),
        Io::ReadSwap(slot) => swap::read_done(k, slot),
        Io::WriteSwap(slot) => swap::write_done(k, slot),
    }
    // Frames may have become free, or may be evicted now.
    k.wake_all(WaitOn::Writeback);
}
