//! A transfer between the kernel and a buffer of the program that may have to sleep half-way.
//!
//! It goes on in pieces that lie in one page of the buffer, so that what is done when a page is bad or has to come
//! from the disk is known to the byte; the task's `progress` keeps it over a sleep.

use crate::abi::errno::Errno;
use crate::base::ids::FileId;
use crate::base::units::PAGE_SIZE;
use crate::kernel::core::Kernel;
use crate::kernel::stop::{Stop, SysResult};

/// The most that one call transfers (`MAX_RW_COUNT`).
pub const MOST: u64 = 0x7fff_f000;

/// How far a read or write has come.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Transfer {
    /// The program's buffer.
    buffer: u64,
    /// Bytes wanted.
    pub count: u64,
    /// Bytes done, before the last sleep too.
    pub done: u64,
    /// Bytes done before the call went on.
    before: u64,
}

impl Transfer {
    /// Begins a transfer of the current task's call, or goes on with it.
    ///
    /// # Errors
    /// EINVAL if the length is negative.
    pub fn begin(k: &Kernel, buffer: u64, count: u64) -> Result<Self, Errno> {
        if (count as i64) < 0 {
            return Err(Errno::EINVAL);
        }
        let done = k.state().task(k.current()).progress;
        Ok(Self { buffer, count: count.min(MOST), done, before: done })
    }

    /// Where in the program's memory the next byte is.
    #[must_use]
    pub fn address(&self) -> u64 {
        self.buffer.wrapping_add(self.done)
    }

    /// Bytes that are left.
    #[must_use]
    pub fn left(&self) -> u64 {
        self.count - self.done
    }

    /// Bytes that were done since the call began or went on.
    fn news(&self) -> u64 {
        self.done - self.before
    }

    /// The length of the next piece, at most `limit`: it lies in one page of the buffer.
    #[must_use]
    pub fn piece(&self, limit: u64) -> usize {
        self.left().min(limit).min(PAGE_SIZE - self.address() % PAGE_SIZE) as usize
    }

    /// Gives the program a piece.
    ///
    /// # Errors
    /// EFAULT, or the sleep until its page is there.
    pub fn give(&mut self, k: &mut Kernel, bytes: &[u8]) -> SysResult<()> {
        k.write_user(self.address(), bytes)?;
        self.done += bytes.len() as u64;
        Ok(())
    }

    /// Moves the offset of an open file from `position` on by what this attempt has done. Who was ended meanwhile, by the OOM
    /// killer, has closed the file.
    pub fn move_offset(&self, k: &mut Kernel, file: FileId, position: u64, stopped: SysResult<()>) {
        if self.news() > 0 && stopped != Err(Stop::Gone) {
            k.set_offset(file, position + self.news());
        }
    }

    /// What the call returns when it stops: the number of bytes if there are any, else the error. A sleep keeps what
    /// is done.
    ///
    /// # Errors
    /// The reason why it stopped.
    pub fn end(self, k: &mut Kernel, stopped: SysResult<()>) -> SysResult {
        match stopped {
            Err(Stop::Sleeps) => {
                k.set_progress(k.current(), self.done);
                Err(Stop::Sleeps)
            }
            Err(Stop::Gone) => Err(Stop::Gone),
            Err(stop @ (Stop::Errno(_) | Stop::Interrupted)) if self.done == 0 => Err(stop),
            Err(Stop::Errno(_) | Stop::Interrupted) | Ok(()) => Ok(self.done),
        }
    }
}
