//! The console: lines that are typed, keys that make signals, and bytes that are shown.
//!
//! It is the terminal of one session. Only the foreground group of that reads it and gets its signals.

use crate::abi::errno::Errno;
use crate::abi::signal::Signal;
use crate::base::ids::Pid;
use crate::base::units::PAGE_SIZE;
use crate::kernel::core::{Kernel, Output};
use crate::kernel::signal::{self, SigInfo};
use crate::kernel::stop::{Stop, SysResult};
use crate::kernel::task::exit::INIT;
use crate::kernel::vfs::poll;
use crate::kernel::vfs::transfer::Transfer;
use crate::trace::event::{Cause, Change, Note};
use crate::trace::value::WaitOn;

/// In the flags of an open file: what is written to it goes to the host's standard error. Not a flag of Linux, and
/// fcntl does not show it.
pub const STANDARD_ERROR: u32 = 1 << 31;

/// The signal that a typed byte makes (`termios(3)`, ISIG): Ctrl-C, Ctrl-\\ and Ctrl-Z.
#[must_use]
pub const fn signal_of(byte: u8) -> Option<Signal> {
    match byte {
        0x03 => Some(Signal::SIGINT),
        0x1c => Some(Signal::SIGQUIT),
        0x1a => Some(Signal::SIGTSTP),
        _ => None,
    }
}

/// How many bytes of what is typed come at once: a line with its `\n`, what stands before a key that makes a signal, or
/// that key.
#[must_use]
pub fn piece(typed: &[u8]) -> usize {
    let is_key = |&byte: &u8| signal_of(byte).is_some();
    match typed.iter().position(|byte| *byte == b'\n' || is_key(byte)) {
        Some(at) if at == 0 || typed[at] == b'\n' => at + 1,
        Some(at) => at,
        None => typed.len(),
    }
}

/// Somebody typed at the console: most often a line, its `\n` included.
pub fn type_line(k: &mut Kernel, mut typed: &[u8]) {
    while !typed.is_empty() {
        let (now, rest) = typed.split_at(piece(typed));
        let bytes = k.keep(now);
        k.commit(Change::ConsoleInput { bytes, from: false, to: true });
        match signal_of(now[0]) {
            Some(signal) => type_key(k, signal),
            None => wake(k),
        }
        typed = rest;
    }
}

/// A key that makes a signal: it goes to the foreground group, and what was typed before is forgotten.
fn type_key(k: &mut Kernel, signal: Signal) {
    let typed: Vec<u8> = k.state().console.iter().copied().collect();
    let bytes = k.keep(&typed);
    k.commit(Change::ConsoleTaken { bytes, from: false, to: true });
    let group = k.state().foreground;
    k.because(Cause::Console, |k| signal::send_to_group(k, group, signal, SigInfo::KERNEL));
}

/// What has to be in the foreground to read the console or to control it: a background process is stopped by a signal,
/// SIGTTIN or SIGTTOU, as all of its group are (`tty_check_change`).
///
/// # Errors
/// EIO for one that ignores the signal or holds it back, if `shunned`, and for an orphaned group, which nobody could
/// continue; else the signal interrupts the call.
pub fn check_foreground(k: &mut Kernel, signal: Signal, shunned: SysResult<()>) -> SysResult<()> {
    let (foreground, own) = (k.state().foreground, k.state().process(k.current_pid()));
    let group = own.group;
    if own.session != k.state().console_session || foreground == Pid(0) || group == foreground {
        return Ok(());
    }
    if signal::shuns(k, k.current(), signal) {
        return shunned;
    }
    if signal::is_orphaned(k, group) {
        return Err(Errno::EIO.into());
    }
    signal::send_to_group(k, group, signal, SigInfo::KERNEL);
    Err(Stop::Interrupted)
}

/// The leader of a session has ended: if the console was its terminal, the foreground group gets SIGHUP and SIGCONT, and
/// the console belongs to nobody (`disassociate_ctty`).
pub fn leader_ended(k: &mut Kernel, leader: Pid) {
    if k.state().console_session == leader && leader != INIT {
        let group = k.state().foreground;
        k.set_console_session(Pid(0));
        k.set_foreground(Pid(0));
        signal::send_to_group(k, group, Signal::SIGHUP, SigInfo::KERNEL);
        signal::send_to_group(k, group, Signal::SIGCONT, SigInfo::KERNEL);
    }
}

/// Nothing more will be typed: who reads sees the end of the file.
pub fn end_input(k: &mut Kernel) {
    if !k.state().console_ended {
        k.commit(Change::ConsoleEnd { from: false, to: true });
    }
    wake(k);
}

fn wake(k: &mut Kernel) {
    k.because(Cause::Console, |k| {
        k.wake_all(WaitOn::Console);
        poll::wake(k);
    });
}

/// Whether a read would not wait: a line was typed, or the input has ended.
#[must_use]
pub fn is_readable(k: &Kernel) -> bool {
    k.state().console_ended || k.state().console.contains(&b'\n')
}

/// Reads a line, or its first bytes; nothing at the end of the input.
///
/// # Errors
/// EAGAIN if it would sleep and must not, EFAULT, or a sleep.
pub fn read(k: &mut Kernel, buffer: u64, count: u64, nonblock: bool) -> SysResult {
    check_foreground(k, Signal::SIGTTIN, Err(Errno::EIO.into()))?;
    if count == 0 {
        return Ok(0);
    }
    let typed = &k.state().console;
    let ready = match typed.iter().position(|&byte| byte == b'\n') {
        Some(end) => end + 1,
        None if k.state().console_ended => typed.len(),
        None if nonblock => return Err(Errno::EAGAIN.into()),
        None => return Err(k.sleep_on(WaitOn::Console, false)),
    };
    let ready = ready.min(usize::try_from(count).unwrap_or(usize::MAX));
    let line: Vec<u8> = typed.range(..ready).copied().collect();
    if line.is_empty() {
        return Ok(0);
    }
    k.write_user(buffer, &line)?;
    let bytes = k.keep(&line);
    k.commit(Change::ConsoleTaken { bytes, from: false, to: true });
    Ok(line.len() as u64)
}

/// Shows bytes, a page of them at a time.
///
/// # Errors
/// EFAULT, or a sleep; `transfer` tells how far it came.
pub fn write(k: &mut Kernel, flags: u32, transfer: &mut Transfer) -> SysResult<()> {
    let stream = if flags & STANDARD_ERROR == 0 { 1 } else { 2 };
    while transfer.left() > 0 {
        let mut bytes = vec![0; transfer.left().min(PAGE_SIZE) as usize];
        k.read_user(transfer.address(), &mut bytes)?;
        transfer.done += bytes.len() as u64;
        let text = k.keep(&bytes);
        k.note(Note::Print { stream, text });
        k.output.push(Output { stream, bytes });
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::piece;

    #[test]
    fn what_is_typed_comes_line_by_line_and_key_by_key() {
        let mut rest: &[u8] = b"one\ntwo\x03\x03three\nfour\x1a";
        let mut pieces = Vec::new();
        while !rest.is_empty() {
            let (now, then) = rest.split_at(piece(rest));
            pieces.push(now);
            rest = then;
        }
        let expected: [&[u8]; 7] = [b"one\n", b"two", b"\x03", b"\x03", b"three\n", b"four", b"\x1a"];
        assert_eq!(pieces, expected);
        assert_eq!(piece(b""), 0);
    }
}
