//! Lines of a terminal in its canonical mode, where the terminal itself edits and echoes: for programs that read the
//! console, and for the session on terminals that an editor can not draw on.

use std::io::{self, BufRead};
use std::os::fd::AsFd;

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::io::Errno;

use crate::cmd::host::Interrupt;

/// How often a wait for a line looks for Ctrl-C: 20 ms.
const LOOK: Timespec = Timespec { tv_sec: 0, tv_nsec: 20_000_000 };

/// A line with its `\n`, or what was typed before Ctrl-D; none at the end of the input and after Ctrl-C.
pub fn read_line(interrupt: &Interrupt) -> Option<Vec<u8>> {
    let input = io::stdin();
    loop {
        if interrupt.is_set() {
            return None;
        }
        match poll(&mut [PollFd::from_borrowed_fd(input.as_fd(), PollFlags::IN)], Some(&LOOK)) {
            Ok(0) | Err(Errno::INTR) => {}
            Ok(_) => break,
            Err(_) => return None,
        }
    }
    // In this mode read(2) answers one line, so nothing is kept from the editor, which reads for itself.
    let mut input = input.lock();
    let line = input.fill_buf().ok()?.to_vec();
    input.consume(line.len());
    Some(line).filter(|line| !line.is_empty())
}
