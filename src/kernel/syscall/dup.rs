//! `dup(2)`, `dup2(2)` and `dup3(2)`.

use crate::abi::errno::Errno;
use crate::abi::flags::OpenFlags;
use crate::kernel::core::Kernel;
use crate::kernel::stop::SysResult;
use crate::kernel::vfs::descriptor;

/// Makes the lowest free descriptor another name of an open file.
///
/// # Errors
/// EBADF, EMFILE, ENOMEM.
pub fn sys_dup(k: &mut Kernel, args: [u64; 6]) -> SysResult {
    let file = descriptor::get(k, args[0] as u32)?;
    let files = k.current_files();
    let fd = descriptor::unused(k, files, 0)?;
    descriptor::install(k, files, fd, file, false);
    Ok(u64::from(fd))
}

/// Makes a chosen descriptor another name of an open file; nothing happens if it is the same one.
///
/// # Errors
/// EBADF, ENOMEM.
pub fn sys_dup2(k: &mut Kernel, args: [u64; 6]) -> SysResult {
    let [old, new, ..] = args.map(|word| word as u32);
    if old == new {
        let _ = descriptor::get(k, old)?;
        return Ok(u64::from(new));
    }
    duplicate_onto(k, old, new, false)
}

/// Makes a chosen descriptor another name of an open file, with O_CLOEXEC if wanted.
///
/// # Errors
/// EBADF, ENOMEM; EINVAL for other flags and for the same descriptor.
pub fn sys_dup3(k: &mut Kernel, args: [u64; 6]) -> SysResult {
    let [old, new, flags, ..] = args.map(|word| word as u32);
    let flags = OpenFlags::from_bits_retain(flags);
    if !flags.difference(OpenFlags::O_CLOEXEC).is_empty() || old == new {
        return Err(Errno::EINVAL.into());
    }
    duplicate_onto(k, old, new, flags.contains(OpenFlags::O_CLOEXEC))
}

fn duplicate_onto(k: &mut Kernel, old: u32, new: u32, cloexec: bool) -> SysResult {
    let file = descriptor::get(k, old)?;
    if new >= descriptor::limit(k) {
        return Err(Errno::EBADF.into());
    }
    let files = k.current_files();
    descriptor::replace(k, files, new, file, cloexec)?;
    Ok(u64::from(new))
}
