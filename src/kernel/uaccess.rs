//! Reading and writing the memory of the current task on its behalf (`copy_from_user` and its kin).
//!
//! Each access goes through the MMU and the TLB with the rights of user mode, and faults pages in. A bad pointer is
//! EFAULT, never a signal. Any page may have to come from the disk: then [`Stop::Sleeps`] passes through the handler.

use crate::abi::errno::Errno;
use crate::base::ids::Frame;
use crate::base::units::{PAGE_SIZE, Vaddr};
use crate::kernel::core::Kernel;
use crate::kernel::mm::place::USER_END;
use crate::kernel::mm::remote::by_page;
use crate::kernel::mm::{self, Served};
use crate::kernel::stop::{Stop, SysResult};
use crate::machine::clock;
use crate::machine::mmu::{self, Access, Fault, Privilege};
use crate::machine::trap::CODE_U;
use crate::trace::event::Note;

impl Kernel {
    /// Reads bytes of the current task.
    ///
    /// # Errors
    /// EFAULT if any of them may not be read, [`Stop::Sleeps`] while a page comes from the disk.
    pub fn read_user(&mut self, address: u64, bytes: &mut [u8]) -> SysResult<()> {
        for (at, done, len) in by_page(address, bytes.len()) {
            let frame = self.user_frame(at, Access::Read)?;
            self.state().hardware.phys.read(frame, (at % PAGE_SIZE) as u16, &mut bytes[done..done + len]);
        }
        Ok(())
    }

    /// Writes bytes to the current task.
    ///
    /// # Errors
    /// EFAULT if any of them may not be written, [`Stop::Sleeps`] while a page comes from the disk; what comes before is
    /// written.
    pub fn write_user(&mut self, address: u64, bytes: &[u8]) -> SysResult<()> {
        for (at, done, len) in by_page(address, bytes.len()) {
            self.write_piece(at, &bytes[done..done + len])?;
        }
        Ok(())
    }

    /// Writes bytes to the current task, up to the first page that may not be written; tells how many.
    ///
    /// # Errors
    /// EFAULT if not even the first can be written, [`Stop::Sleeps`] if the first page comes from the disk.
    pub fn write_user_partial(&mut self, address: u64, bytes: &[u8]) -> SysResult<usize> {
        for (at, done, len) in by_page(address, bytes.len()) {
            match self.write_piece(at, &bytes[done..done + len]) {
                Ok(()) => {}
                Err(stop) if done == 0 || stop == Stop::Gone => return Err(stop),
                Err(_) => return Ok(done),
            }
        }
        Ok(bytes.len())
    }

    /// Reads bytes of the current task, up to the first page that may not be read; tells how many.
    ///
    /// # Errors
    /// EFAULT if not even the first can be read, [`Stop::Sleeps`] if the first page comes from the disk.
    pub fn read_user_partial(&mut self, address: u64, bytes: &mut [u8]) -> SysResult<usize> {
        for (at, done, len) in by_page(address, bytes.len()) {
            match self.read_user(at, &mut bytes[done..done + len]) {
                Ok(()) => {}
                Err(stop) if done == 0 || stop == Stop::Gone => return Err(stop),
                Err(_) => return Ok(done),
            }
        }
        Ok(bytes.len())
    }

    /// Reads a word of the current task.
    ///
    /// # Errors
    /// As [`Kernel::read_user`].
    pub fn read_user_u64(&mut self, address: u64) -> SysResult<u64> {
        let mut bytes = [0; 8];
        self.read_user(address, &mut bytes)?;
        Ok(u64::from_le_bytes(bytes))
    }

    /// Reads half a word of the current task.
    ///
    /// # Errors
    /// As [`Kernel::read_user`].
    pub fn read_user_u32(&mut self, address: u64) -> SysResult<u32> {
        let mut bytes = [0; 4];
        self.read_user(address, &mut bytes)?;
        Ok(u32::from_le_bytes(bytes))
    }

    /// Writes a word to the current task.
    ///
    /// # Errors
    /// As [`Kernel::write_user`].
    pub fn write_user_u64(&mut self, address: u64, value: u64) -> SysResult<()> {
        self.write_user(address, &value.to_le_bytes())
    }

    /// Writes half a word to the current task.
    ///
    /// # Errors
    /// As [`Kernel::write_user`].
    pub fn write_user_u32(&mut self, address: u64, value: u32) -> SysResult<()> {
        self.write_user(address, &value.to_le_bytes())
    }

    /// Reads a string of the current task, without its NUL; none if there is no NUL in the first `max` bytes.
    ///
    /// # Errors
    /// As [`Kernel::read_user`].
    pub fn read_user_string(&mut self, address: u64, max: usize) -> SysResult<Option<Vec<u8>>> {
        let mut text = Vec::new();
        for (at, _, len) in by_page(address, max) {
            let mut piece = vec![0; len];
            self.read_user(at, &mut piece)?;
            if let Some(end) = piece.iter().position(|&byte| byte == 0) {
                text.extend_from_slice(&piece[..end]);
                return Ok(Some(text));
            }
            text.append(&mut piece);
        }
        Ok(None)
    }

    /// Faults in the pages of some bytes of the current task for reading or writing, as doing so would.
    ///
    /// # Errors
    /// As [`Kernel::read_user`] and [`Kernel::write_user`].
    pub fn touch_user(&mut self, address: u64, len: usize, access: Access) -> SysResult<()> {
        for (at, _, _) in by_page(address, len) {
            let _ = self.user_frame(at, access)?;
        }
        Ok(())
    }

    fn write_piece(&mut self, address: u64, bytes: &[u8]) -> SysResult<()> {
        let frame = self.user_frame(address, Access::Write)?;
        self.with_bus(|bus| bus.store(frame, (address % PAGE_SIZE) as u16, bytes));
        Ok(())
    }

    /// The frame of an address for an access of the current task.
    fn user_frame(&mut self, address: u64, access: Access) -> SysResult<Frame> {
        loop {
            // The way of `access_ok`: the kernel's half is out of reach, whatever the tables say.
            if address >= USER_END {
                return Err(Errno::EFAULT.into());
            }
            let found = self.with_bus(|bus| mmu::translate(bus, Vaddr(address), access, Privilege::User));
            let (address, code) = match found {
                Ok(frame) => return Ok(frame),
                Err(Fault::NotCanonical { .. }) => return Err(Errno::EFAULT.into()),
                // The processor is in ring 0: its error code has the U bit clear.
                Err(Fault::Page { address, code }) => (address, code & !CODE_U),
            };
            self.note(Note::Fault { address, code });
            let space = self.current_mm();
            self.charge(clock::FAULT_ENTRY);
            match mm::fault(self, space, Vaddr(address), code) {
                Served::Mapped => self.charge(clock::FAULT_EXIT),
                Served::Sleeps => return Err(Stop::Sleeps),
                Served::Refused { .. } | Served::PastEnd => return Err(Errno::EFAULT.into()),
                Served::NoMemory => return Err(Stop::Gone),
            }
        }
    }
}
