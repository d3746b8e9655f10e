//! What the trace tells of a system call: its argument words, and the text that some of them point to.
//!
//! Only reads, and only what is present: telling changes nothing.

use crate::abi::errno::Errno;
use crate::abi::sysno::{self, ArgKind, Sysno};
use crate::kernel::core::Kernel;
use crate::kernel::mm;
use crate::trace::event::{Bytes, Note};

/// How much of a text is kept.
const TEXT_BYTES: u64 = 64;
/// How much of a path is kept.
const PATH_BYTES: usize = 256;

/// Tells that a call begins.
pub fn enter(kernel: &mut Kernel, nr: u64, args: [u64; 6]) {
    let nr = u16::try_from(nr).unwrap_or(u16::MAX);
    let (mut words, mut text) = (Bytes::default(), Bytes::default());
    if kernel.recorder().is_on() {
        let bytes: Vec<u8> = args.iter().flat_map(|word| word.to_le_bytes()).collect();
        words = kernel.keep(&bytes);
        let passed = passed_text(kernel, nr, args);
        text = kernel.keep(&passed);
    }
    kernel.note(Note::SyscallEnter { nr, words, text });
}

/// Tells that a call ends.
pub fn exit(kernel: &mut Kernel, nr: u64, args: [u64; 6], rax: u64) {
    let nr = u16::try_from(nr).unwrap_or(u16::MAX);
    let mut text = Bytes::default();
    if kernel.recorder().is_on() && Errno::from_word(rax).is_none() {
        let given = given_text(kernel, nr, args, rax);
        text = kernel.keep(&given);
    }
    kernel.note(Note::SyscallExit { nr, result: rax as i64, text });
}

/// The bytes that a call gave back: read into a buffer, a wait status, or the ends of a pipe.
fn given_text(kernel: &Kernel, nr: u16, args: [u64; 6], rax: u64) -> Vec<u8> {
    let given = [(ArgKind::BufferOut, rax.min(TEXT_BYTES)), (ArgKind::StatusOut, 4), (ArgKind::PipeFdsOut, 8)];
    let found = given.into_iter().find_map(|(kind, length)| Some((argument(nr, args, |of| of == kind)?, length)));
    // wait4 answers 0 if no child has changed its state: it has stored nothing.
    let stored = Sysno(nr) != Sysno::WAIT4 || rax != 0;
    found.filter(|_| stored).map(|(address, length)| peek(kernel, address, length)).unwrap_or_default()
}

/// The first argument of a kind.
fn argument(nr: u16, args: [u64; 6], wanted: impl Fn(ArgKind) -> bool) -> Option<u64> {
    let info = sysno::info(Sysno(nr))?;
    let place = info.args.iter().position(|arg| wanted(arg.kind))?;
    Some(args[place])
}

/// The path or the bytes that a call passes.
fn passed_text(kernel: &Kernel, nr: u16, args: [u64; 6]) -> Vec<u8> {
    if let Some(address) = argument(nr, args, |kind| kind == ArgKind::Path) {
        let mut path = peek(kernel, address, PATH_BYTES as u64);
        path.truncate(path.iter().position(|&byte| byte == 0).unwrap_or(path.len()));
        return path;
    }
    let Some(address) = argument(nr, args, |kind| kind == ArgKind::BufferIn) else { return Vec::new() };
    let length = argument(nr, args, |kind| kind == ArgKind::Length).unwrap_or(0);
    peek(kernel, address, length.min(TEXT_BYTES))
}

/// Bytes of the current task's memory, as far as they are present.
fn peek(kernel: &Kernel, address: u64, length: u64) -> Vec<u8> {
    let mut bytes = vec![0; length as usize];
    let read = mm::remote_read(kernel.state(), kernel.current_mm(), address, &mut bytes);
    bytes.truncate(read);
    bytes
}
