//! Files that somebody outside puts on the disk while the machine runs, as one who plugs the disk into another machine.

use std::sync::Arc;

use crate::abi::errno::Errno;
use crate::base::ids::Ino;
use crate::kernel::core::Kernel;
use crate::kernel::vfs::directory;
use crate::kernel::vfs::inode::{ROOT, is_directory};
use crate::trace::value::InodeKind;

/// Puts a file at an absolute path; directories on the way are made. A file that was there loses its name.
///
/// # Errors
/// EINVAL without a name, EISDIR, ENOTDIR, ENOSPC, ENOMEM.
pub fn put(k: &mut Kernel, path: &str, mode: u16, bytes: Arc<[u8]>) -> Result<Ino, Errno> {
    let names: Vec<&[u8]> = path.as_bytes().split(|&byte| byte == b'/').filter(|name| !name.is_empty()).collect();
    let (&name, above) = names.split_last().ok_or(Errno::EINVAL)?;
    let mut at = ROOT;
    for &name in above {
        let there = k.state().inode(at).entries.get(name).copied();
        at = match there {
            Some(ino) if k.state().inode(ino).inode.kind == InodeKind::Directory => ino,
            Some(_) => return Err(Errno::ENOTDIR),
            None => directory::create(k, at, name, InodeKind::Directory, 0o755)?,
        };
    }
    if let Some(&old) = k.state().inode(at).entries.get(name) {
        if is_directory(k.state().inode(old).inode.kind) {
            return Err(Errno::EISDIR);
        }
        directory::remove(k, at, name, old);
    }
    let ino = directory::create(k, at, name, InodeKind::Disk, mode)?;
    k.set_size(ino, bytes.len() as u64);
    let _ = Arc::make_mut(&mut k.disk).later.insert(ino, bytes);
    Ok(ino)
}
