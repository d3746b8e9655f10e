//! Descriptors and open file descriptions: making, sharing and closing them.
//!
//! Several descriptors, of several tables, may name one open file: `dup(2)` and `fork(2)` share its offset. It goes
//! with its last descriptor.

use crate::abi::errno::Errno;
use crate::base::ids::{FileId, FilesId, Ino};
use crate::kernel::core::Kernel;
use crate::kernel::vfs::{inode, pipe};
use crate::trace::event::Change;
use crate::trace::value::{Allocation, Descriptor, InodeKind, OpenFile, Resource};

/// Open files that a machine of any size may have (`NR_FILE`).
const LEAST_OPEN: u32 = 8192;

/// Makes an open file description that no descriptor names yet.
///
/// # Errors
/// ENFILE if there are too many: Linux allows a tenth of memory for them, of a KiB each (`files_maxfiles_init`). ENOMEM
/// without memory.
pub fn open(k: &mut Kernel, ino: Ino, flags: u32) -> Result<FileId, Errno> {
    let most = (k.config.ram_frames / 10 * 4).max(LEAST_OPEN);
    if k.state().open_files.len() as u32 >= most {
        return Err(Errno::ENFILE);
    }
    k.may_allocate(Allocation::File)?;
    let file = FileId(k.state().open_files.lowest_free(0));
    k.commit(Change::File { file, from: None, to: Some(OpenFile { ino, flags }) });
    Ok(file)
}

/// One more than the highest descriptor that the current process may get: RLIMIT_NOFILE, beneath what the machine allows.
#[must_use]
pub fn limit(k: &Kernel) -> u32 {
    let most = k.config.max_fds;
    match k.state().tasks.get(&k.current()) {
        Some(task) => u64::from(most).min(k.limit(task.tgid, Resource::Nofile)) as u32,
        None => most,
    }
}

/// The lowest descriptor from `least` on that is free, with room for it in its table: [`install`] can not fail then
/// (`get_unused_fd_flags`).
///
/// # Errors
/// EMFILE if it is above the limit, ENOMEM without memory for a larger table.
pub fn unused(k: &mut Kernel, files: FilesId, least: u32) -> Result<u32, Errno> {
    let fd = k.state().files(files).fds.lowest_free(least);
    if fd >= limit(k) {
        return Err(Errno::EMFILE);
    }
    k.may_allocate(Allocation::Fd)?;
    Ok(fd)
}

/// Makes an unused descriptor name an open file (`fd_install`).
pub fn install(k: &mut Kernel, files: FilesId, fd: u32, file: FileId, cloexec: bool) {
    k.commit(Change::Fd { files, fd, from: None, to: Some(Descriptor { file, cloexec }) });
}

/// Makes a chosen descriptor name an open file; what it named before is closed.
///
/// # Errors
/// ENOMEM without memory for a larger table.
pub fn replace(k: &mut Kernel, files: FilesId, fd: u32, file: FileId, cloexec: bool) -> Result<(), Errno> {
    k.may_allocate(Allocation::Fd)?;
    let from = k.state().files(files).fds.get(fd).copied();
    k.commit(Change::Fd { files, fd, from, to: Some(Descriptor { file, cloexec }) });
    if let Some(old) = from {
        drop_if_unused(k, old.file);
    }
    Ok(())
}

/// An entry of the current task's table.
///
/// # Errors
/// EBADF if it is free.
pub fn entry(k: &Kernel, fd: u32) -> Result<Descriptor, Errno> {
    k.state().files(k.current_files()).fds.get(fd).copied().ok_or(Errno::EBADF)
}

/// The open file that a descriptor of the current task names.
///
/// # Errors
/// EBADF if the descriptor is free.
pub fn get(k: &Kernel, fd: u32) -> Result<FileId, Errno> {
    entry(k, fd).map(|descriptor| descriptor.file)
}

/// Frees a descriptor, and the open file if it was the last one.
///
/// # Errors
/// EBADF if the descriptor is free.
pub fn close(k: &mut Kernel, files: FilesId, fd: u32) -> Result<(), Errno> {
    let from = k.state().files(files).fds.get(fd).copied().ok_or(Errno::EBADF)?;
    k.commit(Change::Fd { files, fd, from: Some(from), to: None });
    drop_if_unused(k, from.file);
    Ok(())
}

/// Removes an open file that no descriptor names, and what it alone kept: its inode, its end of a pipe.
// Linux: a call that sleeps in another thread holds its file. Here: it finds the descriptor closed when it wakes, and
// fails with EBADF, because a sleeping call is only its arguments.
pub fn drop_if_unused(k: &mut Kernel, file: FileId) {
    let Some(state) = k.state().open_files.get(file.0) else { return };
    if state.refs > 0 {
        return;
    }
    let open = state.open;
    k.set_offset(file, 0);
    k.commit(Change::File { file, from: Some(open), to: None });
    if let InodeKind::Pipe(end) = k.state().inode(open.ino).inode.kind {
        pipe::end_closed(k, end, open.ino);
    } else {
        inode::drop_if_unused(k, open.ino);
    }
}

/// A copy of a table, as fork makes it: other descriptors, the same open files.
#[must_use]
pub fn duplicate_table(k: &mut Kernel, from: FilesId) -> FilesId {
    let files = create_table(k);
    let fds: Vec<(u32, Descriptor)> = k.state().files(from).fds.iter().map(|(fd, &entry)| (fd, entry)).collect();
    for (fd, descriptor) in fds {
        k.commit(Change::Fd { files, fd, from: None, to: Some(descriptor) });
    }
    files
}

/// An empty table.
#[must_use]
pub fn create_table(k: &mut Kernel) -> FilesId {
    let files = FilesId(k.state().files.lowest_free(0));
    k.commit(Change::Files { files, from: false, to: true });
    files
}

/// A task has let go of a table: closes everything in it if no task uses it any more.
pub fn release_table(k: &mut Kernel, files: FilesId) {
    if k.state().files(files).users > 0 {
        return;
    }
    close_where(k, files, |_| true);
    k.commit(Change::Files { files, from: true, to: false });
}

/// Closes the descriptors that exec closes.
pub fn close_on_exec(k: &mut Kernel, files: FilesId) {
    close_where(k, files, |descriptor| descriptor.cloexec);
}

fn close_where(k: &mut Kernel, files: FilesId, which: fn(Descriptor) -> bool) {
    let entries = k.state().files(files).fds.iter();
    let fds: Vec<u32> = entries.filter(|&(_, &descriptor)| which(descriptor)).map(|(fd, _)| fd).collect();
    for fd in fds {
        close(k, files, fd).expect("a descriptor that was listed is open");
    }
}
