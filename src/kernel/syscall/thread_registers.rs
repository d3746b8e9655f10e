//! set_tid_address(2), arch_prctl(2): what the kernel keeps for a thread's library.

use crate::abi::errno::Errno;
use crate::abi::flags::{ARCH_GET_FS, ARCH_SET_FS};
use crate::kernel::core::Kernel;
use crate::kernel::mm::place::USER_END;
use crate::kernel::stop::SysResult;

/// `set_tid_address(tidptr)`: where a 0 is written when the thread ends; returns the caller's id.
pub fn sys_set_tid_address(kernel: &mut Kernel, [tidptr, ..]: [u64; 6]) -> SysResult {
    let tid = kernel.current();
    kernel.set_clear_tid(tid, tidptr);
    Ok(u64::from(kernel.tid_vnr(tid)))
}

/// `arch_prctl(op, address)`: sets or tells the base of the FS segment, the thread-local storage.
///
/// # Errors
/// EPERM for a base in the kernel's half, EFAULT, EINVAL for any other operation.
pub fn sys_arch_prctl(kernel: &mut Kernel, [op, address, ..]: [u64; 6]) -> SysResult {
    let tid = kernel.current();
    match op as i32 {
        ARCH_SET_FS if address >= USER_END => return Err(Errno::EPERM.into()),
        ARCH_SET_FS => kernel.set_tls(tid, address),
        ARCH_GET_FS => {
            let tls = kernel.state().task(tid).tls;
            kernel.write_user_u64(address, tls)?;
        }
        _ => return Err(Errno::EINVAL.into()),
    }
    Ok(0)
}
