//! `pipe(2)` and `pipe2(2)`.

use crate::abi::errno::Errno;
use crate::abi::flags::OpenFlags;
use crate::kernel::core::Kernel;
use crate::kernel::stop::SysResult;
use crate::kernel::vfs::{descriptor, pipe};
use crate::machine::mmu::Access;

/// Makes a pipe and opens both its ends.
///
/// # Errors
/// EFAULT, EMFILE, ENFILE, ENOMEM.
pub fn sys_pipe(k: &mut Kernel, args: [u64; 6]) -> SysResult {
    sys_pipe2(k, [args[0], 0, 0, 0, 0, 0])
}

/// Makes a pipe and opens both its ends with flags.
///
/// # Errors
/// EFAULT, EINVAL, EMFILE, ENFILE, ENOMEM.
pub fn sys_pipe2(k: &mut Kernel, args: [u64; 6]) -> SysResult {
    let [address, flags, ..] = args;
    let flags = OpenFlags::from_bits_retain(flags as u32);
    // Linux: O_DIRECT makes each write a packet. Here: EINVAL, as of a kernel without it, because no slot is marked.
    if !flags.difference(OpenFlags::O_CLOEXEC | OpenFlags::O_NONBLOCK).is_empty() {
        return Err(Errno::EINVAL.into());
    }
    let files = k.current_files();
    let reader = descriptor::unused(k, files, 0)?;
    let writer = descriptor::unused(k, files, reader + 1)?;
    // The page may have to come from the disk, and nothing is made then.
    k.touch_user(address, size_of::<u64>(), Access::Write)?;
    let cloexec = flags.contains(OpenFlags::O_CLOEXEC);
    let ends = pipe::create(k, flags.difference(OpenFlags::O_CLOEXEC))?;
    for (fd, file) in [(reader, ends.0), (writer, ends.1)] {
        descriptor::install(k, files, fd, file, cloexec);
    }
    k.write_user_u64(address, u64::from(writer) << 32 | u64::from(reader))?;
    Ok(0)
}
