//! sigaltstack(2).

use crate::abi::errno::Errno;
use crate::abi::flags::{MINSIGSTKSZ, SS_DISABLE, SS_ONSTACK};
use crate::abi::layout::{AltStack as Stack, STACK_BYTES};
use crate::kernel::core::Kernel;
use crate::kernel::signal;
use crate::kernel::stop::SysResult;
use crate::trace::value::AltStack;

/// `sigaltstack(ss, old_ss)`: sets and tells the stack that handlers with SA_ONSTACK run on.
///
/// # Errors
/// EFAULT; EINVAL for flags that are none, ENOMEM if it is too small, EPERM while a handler runs on the old one.
// Linux: with SS_AUTODISARM the stack is taken away while a handler runs on it. Here: that flag is EINVAL, because only
// who leaves a handler by another way than returning needs it.
pub fn sys_sigaltstack(kernel: &mut Kernel, [ss, old_ss, ..]: [u64; 6]) -> SysResult {
    let tid = kernel.current();
    let mut new = None;
    if ss != 0 {
        let mut bytes = [0; STACK_BYTES];
        kernel.read_user(ss, &mut bytes)?;
        new = Some(Stack::from_bytes(&bytes));
    }
    let (old, sp) = (kernel.state().task(tid).alt_stack, kernel.state().task(tid).position.sp);
    let now_on = signal::is_on(old, sp);
    let checked = new.map(|new| check(new, now_on)).transpose()?;
    if old_ss != 0 {
        let flags = match old.size {
            0 => SS_DISABLE,
            _ if now_on => SS_ONSTACK,
            _ => 0,
        };
        let told = Stack { sp: old.base, flags, size: old.size.into() };
        kernel.write_user(old_ss, &told.to_bytes())?;
    }
    if let Some(new) = checked {
        kernel.set_alt_stack(tid, new);
    }
    Ok(0)
}

fn check(new: Stack, now_on: bool) -> Result<AltStack, Errno> {
    if now_on {
        return Err(Errno::EPERM);
    }
    match new.flags {
        SS_DISABLE => Ok(AltStack::default()),
        0 | SS_ONSTACK if new.size < u64::from(MINSIGSTKSZ) => Err(Errno::ENOMEM),
        // Linux: any size. Here: at most 4 GiB of it are used, because no stack is larger.
        0 | SS_ONSTACK => Ok(AltStack { base: new.sp, size: new.size.min(u32::MAX.into()) as u32, flags: 0 }),
        _ => Err(Errno::EINVAL),
    }
}
