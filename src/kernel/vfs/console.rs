//! The console: lines that are typed, and bytes that are shown.

use crate::abi::errno::Errno;
use crate::base::units::PAGE_SIZE;
use crate::kernel::core::{Kernel, Output};
use crate::kernel::stop::SysResult;
use crate::kernel::vfs::poll;
use crate::kernel::vfs::transfer::Transfer;
use crate::trace::event::{Cause, Change, Note};
use crate::trace::value::WaitOn;

/// In the flags of an open file: what is written to it goes to the host's standard error. Not a flag of Linux, and
/// fcntl does not show it.
pub const STANDARD_ERROR: u32 = 1 << 31;

/// Somebody typed a line at the console, its `\n` included.
pub fn type_line(k: &mut Kernel, line: &[u8]) {
    if line.is_empty() {
        return;
    }
    let bytes = k.keep(line);
    k.commit(Change::ConsoleInput { bytes, from: false, to: true });
    wake(k);
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
