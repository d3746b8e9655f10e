//! `poll(2)`.

use crate::abi::errno::Errno;
use crate::abi::flags::{POLLERR, POLLHUP, POLLIN, POLLNVAL};
use crate::abi::layout::{POLLFD_BYTES, Pollfd};
use crate::base::units::Ns;
use crate::kernel::core::Kernel;
use crate::kernel::stop::SysResult;
use crate::kernel::vfs::{descriptor, poll};
use crate::trace::value::{InodeKind, WaitOn};

/// `poll(fds, nfds, timeout)`: waits until a file is ready, or for so many milliseconds; answers how many are ready.
/// Progress: the moment at which the time is over.
///
/// # Errors
/// EFAULT; EINVAL for more files than a process may have.
pub fn sys_poll(k: &mut Kernel, [address, nfds, timeout, ..]: [u64; 6]) -> SysResult {
    let (nfds, timeout) = (nfds as u32, timeout as i32);
    if nfds > descriptor::limit(k) {
        return Err(Errno::EINVAL.into());
    }
    let mut files = read_files(k, address, nfds)?;
    for file in &mut files {
        file.revents = ready(k, *file);
    }
    let found = files.iter().filter(|file| file.revents != 0).count() as u64;
    let tid = k.current();
    if found == 0 && timeout != 0 {
        let mut deadline = k.state().task(tid).progress;
        if deadline == 0 && timeout > 0 {
            deadline = k.now().0.saturating_add(timeout as u64 * 1_000_000);
            k.set_progress(tid, deadline);
        }
        if deadline == 0 || k.now().0 < deadline {
            let console = files.iter().any(|&file| awaits_console(k, file));
            let stop = k.sleep_on(WaitOn::Poll(console), false);
            if deadline != 0 {
                k.set_timer(Ns(deadline));
            }
            return Err(stop);
        }
    }
    for (index, file) in (0..).zip(&files) {
        let at = address.wrapping_add(index * POLLFD_BYTES as u64 + 6);
        k.write_user(at, &file.revents.to_le_bytes())?;
    }
    Ok(found)
}

fn read_files(k: &mut Kernel, address: u64, nfds: u32) -> SysResult<Vec<Pollfd>> {
    let mut files = Vec::new();
    for index in 0..u64::from(nfds) {
        let mut bytes = [0; POLLFD_BYTES];
        k.read_user(address.wrapping_add(index * POLLFD_BYTES as u64), &mut bytes)?;
        files.push(Pollfd::from_bytes(&bytes));
    }
    Ok(files)
}

/// What is told of a file: what was asked for, and what is always told.
fn ready(k: &Kernel, file: Pollfd) -> u16 {
    if file.fd < 0 {
        return 0;
    }
    match descriptor::get(k, file.fd as u32) {
        Ok(id) => poll::ready(k, k.state().file(id).open) & (file.events | POLLERR | POLLHUP),
        Err(_) => POLLNVAL,
    }
}

fn awaits_console(k: &Kernel, file: Pollfd) -> bool {
    let kind = |id| k.state().inode(k.state().file(id).open.ino).inode.kind;
    let is_console = || descriptor::get(k, file.fd as u32).is_ok_and(|id| kind(id) == InodeKind::Console);
    file.fd >= 0 && file.events & POLLIN != 0 && is_console()
}
