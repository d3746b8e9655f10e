//! `prctl(2)`.

use crate::abi::errno::Errno;
use crate::abi::flags::{PR_GET_CHILD_SUBREAPER, PR_GET_NAME, PR_SET_CHILD_SUBREAPER, PR_SET_NAME};
use crate::kernel::core::Kernel;
use crate::kernel::stop::SysResult;

/// Bytes of a task's name with its NUL (`TASK_COMM_LEN`).
const NAME_BYTES: usize = 16;

/// `prctl(option, argument, …)`: sets or answers the name of the task, or whether the process adopts orphans.
///
/// # Errors
/// EFAULT; EINVAL for any other option.
// Linux: knows some sixty options. Here: these, because the others are about what is not modelled.
pub fn sys_prctl(k: &mut Kernel, [option, argument, ..]: [u64; 6]) -> SysResult {
    let (tid, pid) = (k.current(), k.current_pid());
    match option as i32 {
        PR_SET_NAME => {
            let name = k.read_user_string(argument, NAME_BYTES - 1)?;
            let mut comm = [0; NAME_BYTES];
            match name {
                Some(name) => comm[..name.len()].copy_from_slice(&name),
                None => k.read_user(argument, &mut comm[..NAME_BYTES - 1])?,
            }
            k.set_comm(tid, comm);
        }
        PR_GET_NAME => {
            let comm = k.state().task(tid).comm;
            k.write_user(argument, &comm)?;
        }
        PR_SET_CHILD_SUBREAPER => k.set_subreaper(pid, argument != 0),
        PR_GET_CHILD_SUBREAPER => {
            let subreaper = u32::from(k.state().process(pid).subreaper);
            k.write_user_u32(argument, subreaper)?;
        }
        _ => return Err(Errno::EINVAL.into()),
    }
    Ok(0)
}
