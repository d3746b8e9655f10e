//! `ioctl(2)`: of the console, `ioctl_tty(2)`.

use crate::abi::errno::Errno;
use crate::abi::flags::{TCGETS, TIOCGPGRP, TIOCGSID, TIOCNOTTY, TIOCSCTTY, TIOCSPGRP};
use crate::abi::signal::Signal;
use crate::base::ids::Pid;
use crate::kernel::core::Kernel;
use crate::kernel::stop::SysResult;
use crate::kernel::vfs::{console, descriptor};
use crate::trace::value::InodeKind;

/// Bytes of the kernel's `struct termios`.
const TERMIOS_BYTES: usize = 36;

/// Controls a device. Of the console: TCGETS, by which `isatty(3)` asks, answers settings that are all 0; foreground group
/// and session are asked and set.
///
/// # Errors
/// EBADF, EFAULT; ENOTTY for everything else, and for a terminal that is not the caller's.
pub fn sys_ioctl(k: &mut Kernel, args: [u64; 6]) -> SysResult {
    let [fd, request, argument, ..] = args;
    let file = descriptor::get(k, fd as u32)?;
    let kind = k.state().inode(k.state().file(file).open.ino).inode.kind;
    if kind != InodeKind::Console {
        return Err(Errno::ENOTTY.into());
    }
    match request as u32 {
        TCGETS => k.write_user(argument, &[0; TERMIOS_BYTES])?,
        TIOCGPGRP => {
            own(k)?;
            let group = k.pid_vnr(k.state().foreground);
            k.write_user_u32(argument, group)?;
        }
        TIOCGSID => {
            own(k)?;
            let session = k.pid_vnr(k.state().console_session);
            k.write_user_u32(argument, session)?;
        }
        TIOCSPGRP => return set_foreground(k, argument),
        TIOCSCTTY => return take(k, argument),
        TIOCNOTTY => return give_up(k),
        _ => return Err(Errno::ENOTTY.into()),
    }
    Ok(0)
}

/// The console must be the terminal of the caller's session.
fn own(k: &Kernel) -> Result<(), Errno> {
    let session = k.state().process(k.current_pid()).session;
    if session == k.state().console_session { Ok(()) } else { Err(Errno::ENOTTY) }
}

/// Makes a group of the caller's session the foreground group. From the background that is SIGTTOU, but for one who
/// ignores it or holds it back, as shells do.
fn set_foreground(k: &mut Kernel, argument: u64) -> SysResult {
    own(k)?;
    console::check_foreground(k, Signal::SIGTTOU, Ok(()))?;
    let number = k.read_user_u32(argument)?;
    if (number as i32) < 0 {
        return Err(Errno::EINVAL.into());
    }
    let group = k.find_vpid(number).ok_or(Errno::ESRCH)?;
    let session = k.state().process(k.current_pid()).session;
    let of_group = k.state().processes.values().find(|process| process.group == group);
    match of_group.map(|process| process.session) {
        None => Err(Errno::ESRCH.into()),
        Some(other) if other != session => Err(Errno::EPERM.into()),
        Some(_) => {
            k.set_foreground(group);
            Ok(0)
        }
    }
}

/// Makes the console the terminal of the caller's session, which it leads; from another session root takes it with 1.
fn take(k: &mut Kernel, steal: u64) -> SysResult {
    let caller = k.current_pid();
    let (session, group, uid) = {
        let process = k.state().process(caller);
        (process.session, process.group, process.uid)
    };
    let owner = k.state().console_session;
    if session == caller && session == owner {
        return Ok(0);
    }
    if session != caller || owner != Pid(0) && !(steal == 1 && uid == 0) {
        return Err(Errno::EPERM.into());
    }
    k.set_console_session(session);
    k.set_foreground(group);
    Ok(0)
}

/// Gives the console up: for the whole session if its leader does.
// Linux: any process can give up its own terminal. Here: only the leader's giving up has an effect, because a process has
// the terminal of its session.
fn give_up(k: &mut Kernel) -> SysResult {
    own(k)?;
    let caller = k.current_pid();
    console::leader_ended(k, caller);
    Ok(0)
}
