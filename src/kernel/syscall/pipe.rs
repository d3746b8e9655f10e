//! `pipe(2)` and `pipe2(2)`.

use crate::abi::errno::Errno;
use crate::abi::flags::OpenFlags;
use crate::kernel::core::Kernel;
use crate::kernel::stop::SysResult;
use crate::kernel::vfs::{descriptor, pipe};

/// Makes a pipe and opens both its ends.
///
/// # Errors
/// EFAULT, EMFILE, ENFILE.
pub fn sys_pipe(k: &mut Kernel, args: [u64; 6]) -> SysResult {
    sys_pipe2(k, [args[0], 0, 0, 0, 0, 0])
}

/// Makes a pipe and opens both its ends with flags.
///
/// # Errors
/// EFAULT, EINVAL, EMFILE, ENFILE.
pub fn sys_pipe2(k: &mut Kernel, args: [u64; 6]) -> SysResult {
    let [address, flags, ..] = args;
    let flags = OpenFlags::from_bits_retain(flags as u32);
    // Linux: O_DIRECT makes each write a packet. Here: EINVAL, as of a kernel without it, because no slot is marked.
    if !flags.difference(OpenFlags::O_CLOEXEC | OpenFlags::O_NONBLOCK).is_empty() {
        return Err(Errno::EINVAL.into());
    }
    let files = k.current_files();
    let reader = descriptor::free(k, files, 0)?;
    let writer = descriptor::free(k, files, reader + 1)?;
    // The numbers are told first: the page may have to come from the disk, and nothing is made then.
    let numbers = u64::from(writer) << 32 | u64::from(reader);
    k.write_user(address, &numbers.to_le_bytes())?;
    let cloexec = flags.contains(OpenFlags::O_CLOEXEC);
    let ends = pipe::create(k, flags.difference(OpenFlags::O_CLOEXEC))?;
    for file in [ends.0, ends.1] {
        let _ = descriptor::install(k, files, file, cloexec, 0)?;
    }
    Ok(0)
}
