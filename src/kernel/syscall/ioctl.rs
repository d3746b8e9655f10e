//! `ioctl(2)`.

use crate::abi::errno::Errno;
use crate::abi::flags::TCGETS;
use crate::kernel::core::Kernel;
use crate::kernel::stop::SysResult;
use crate::kernel::vfs::descriptor;
use crate::trace::value::InodeKind;

/// Bytes of the kernel's `struct termios`.
const TERMIOS_BYTES: usize = 36;

/// Controls a device: of the console, TCGETS, by which `isatty(3)` asks, answers settings that are all 0.
///
/// # Errors
/// EBADF, EFAULT; ENOTTY for everything else.
pub fn sys_ioctl(k: &mut Kernel, args: [u64; 6]) -> SysResult {
    let [fd, request, address, ..] = args;
    let file = descriptor::get(k, fd as u32)?;
    let kind = k.state().inode(k.state().file(file).open.ino).inode.kind;
    if kind != InodeKind::Console || request as u32 != TCGETS {
        return Err(Errno::ENOTTY.into());
    }
    k.write_user(address, &[0; TERMIOS_BYTES])?;
    Ok(0)
}
