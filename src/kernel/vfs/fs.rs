//! Working directory and umask of tasks.

use crate::base::ids::{FsId, Ino};
use crate::kernel::core::Kernel;
use crate::kernel::vfs::inode;
use crate::trace::event::Change;
use crate::trace::value::FsContext;

/// A context of its own for a task.
#[must_use]
pub fn create(k: &mut Kernel, context: FsContext) -> FsId {
    let fs = FsId(k.state().fs.lowest_free(0));
    k.commit(Change::Fs { fs, from: None, to: Some(context) });
    fs
}

/// A copy, as fork makes it.
#[must_use]
pub fn duplicate(k: &mut Kernel, from: FsId) -> FsId {
    let context = k.state().fs(from).context;
    create(k, context)
}

/// A task has let go of a context: it goes if no task uses it any more.
pub fn release(k: &mut Kernel, fs: FsId) {
    let state = k.state().fs(fs);
    if state.users > 0 {
        return;
    }
    let context = state.context;
    k.commit(Change::Fs { fs, from: Some(context), to: None });
    inode::drop_if_unused(k, context.cwd);
}

/// Moves to another working directory.
pub fn set_working_directory(k: &mut Kernel, fs: FsId, cwd: Ino) {
    let old = k.state().fs(fs).context;
    set(k, fs, FsContext { cwd, ..old });
    inode::drop_if_unused(k, old.cwd);
}

/// Sets the umask.
pub fn set_umask(k: &mut Kernel, fs: FsId, umask: u16) {
    let old = k.state().fs(fs).context;
    set(k, fs, FsContext { umask, ..old });
}

fn set(k: &mut Kernel, fs: FsId, to: FsContext) {
    let from = k.state().fs(fs).context;
    if from != to {
        k.commit(Change::Fs { fs, from: Some(from), to: Some(to) });
    }
}
