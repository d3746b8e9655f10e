//! `readlink(2)`.

use crate::abi::errno::Errno;
use crate::kernel::core::Kernel;
use crate::kernel::stop::SysResult;
use crate::kernel::vfs::path::{self, Node};
use crate::kernel::vfs::proc;
use crate::trace::value::ProcEntry;

/// Reads where a link of `/proc` points, without a zero at the end; what does not fit is cut off.
///
/// # Errors
/// EFAULT, ENAMETOOLONG, ENOENT, ENOTDIR; EINVAL for what is no link, and for no room.
pub fn sys_readlink(k: &mut Kernel, [path, buffer, size, ..]: [u64; 6]) -> SysResult {
    if size as i32 <= 0 {
        return Err(Errno::EINVAL.into());
    }
    let path = k.read_path(path)?;
    let target = path::target(k, path::working_directory(k), &path)?;
    let Some(Node::Proc(entry)) = target.node else {
        return Err(if target.node.is_some() { Errno::EINVAL } else { Errno::ENOENT }.into());
    };
    let own = if target.directory == Node::Proc(ProcEntry::Root) && !target.slash {
        proc::own_text(k.state(), k.current(), target.name)
    } else {
        None
    };
    let text = match (own, proc::is_link(entry)) {
        (Some(text), _) => text,
        (None, true) => path::path_of(k.state(), proc::follow(k.state(), entry).ok_or(Errno::ENOENT)?),
        (None, false) => return Err(Errno::EINVAL.into()),
    };
    let bytes = text.as_bytes();
    let bytes = &bytes[..bytes.len().min(size as i32 as usize)];
    k.write_user(buffer, bytes)?;
    Ok(bytes.len() as u64)
}
