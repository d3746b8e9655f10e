//! What the trace tells of a system call: its argument words, and the text that some of them point to.
//!
//! Only reads, and only what is present: telling changes nothing.

use crate::abi::errno::Errno;
use crate::abi::layout::POLLFD_BYTES;
use crate::abi::sysno::{self, ArgKind, Sysno};
use crate::base::ids::Frame;
use crate::base::units::{PAGE_SIZE, Vaddr};
use crate::kernel::core::Kernel;
use crate::kernel::mm;
use crate::trace::event::{Bytes, CALLED_AGAIN, Note};
use crate::trace::pieces;

/// How much of a text is kept.
const TEXT_BYTES: u64 = 64;
/// How many files of `poll(2)` are kept.
const POLLFDS: u64 = 32;
/// How many buffers of `readv(2)` and `writev(2)` are kept, and the bytes of a `struct iovec`.
const IOVECS: u64 = 33;
const IOVEC_BYTES: usize = 16;
/// Strings of an array are counted up to so many.
const COUNTED_STRINGS: u32 = 65536;
/// Entries of a directory are counted in so many bytes.
const PEEKED_DIRENTS: u64 = 1 << 20;
/// Where the length of an entry of a directory stands in it.
const DIRENT_LENGTH: usize = 16;
/// How much of a path is kept.
const PATH_BYTES: usize = 256;

/// Tells that a call begins.
pub fn enter(kernel: &mut Kernel, nr: u64, args: [u64; 6]) {
    let nr = u16::try_from(nr).unwrap_or(u16::MAX);
    let (mut words, mut text, mut pieces) = (Bytes::default(), Bytes::default(), Bytes::default());
    if kernel.recorder().is_on() {
        let bytes: Vec<u8> = args.iter().flat_map(|word| word.to_le_bytes()).collect();
        words = kernel.keep(&bytes);
        let passed = passed_text(kernel, nr, args);
        text = kernel.keep(&passed);
        let passed = passed_pieces(kernel, nr, args);
        pieces = kernel.keep(&passed);
    }
    kernel.note(Note::SyscallEnter { nr, words, text, pieces });
}

/// Tells that a call ends.
pub fn exit(kernel: &mut Kernel, nr: u64, args: [u64; 6], rax: u64) {
    let nr = u16::try_from(nr).unwrap_or(u16::MAX);
    let (mut text, mut pieces) = (Bytes::default(), Bytes::default());
    if kernel.recorder().is_on() {
        let failed = Errno::from_word(rax).is_some() || rax as i64 == CALLED_AGAIN;
        if !failed {
            let given = given_text(kernel, nr, args, rax);
            text = kernel.keep(&given);
        }
        let given = given_pieces(kernel, nr, args, if failed { None } else { Some(rax) });
        pieces = kernel.keep(&given);
    }
    kernel.note(Note::SyscallExit { nr, result: rax as i64, text, pieces });
}

/// The bytes that a call gave back: read into a buffer, a wait status, or the ends of a pipe.
fn given_text(kernel: &Kernel, nr: u16, args: [u64; 6], rax: u64) -> Vec<u8> {
    let given = [(ArgKind::BufferOut, rax.min(TEXT_BYTES)), (ArgKind::StatusOut, 4), (ArgKind::PipeFdsOut, 8)];
    let found = given.into_iter().find_map(|(kind, length)| Some((argument(nr, args, |of| of == kind)?, length)));
    // wait4 answers 0 if no child has changed its state: it has stored nothing.
    let stored = Sysno(nr) != Sysno::WAIT4 || rax != 0;
    found.filter(|_| stored).map(|(address, length)| peek(kernel, address, length)).unwrap_or_default()
}

/// What stands at the addresses that a call passes, as far as it is present.
#[expect(clippy::wildcard_enum_match_arm, reason = "the others are structures of a fixed size, or nothing")]
fn passed_pieces(kernel: &Kernel, nr: u16, args: [u64; 6]) -> Vec<u8> {
    let mut pieces = Vec::new();
    for (place, (kind, address)) in pointers(nr, args) {
        let next = args.get(place + 1).copied().unwrap_or(0);
        let bytes = match kind {
            ArgKind::Path => path(kernel, address),
            ArgKind::BufferIn => peek(kernel, address, next.min(TEXT_BYTES)),
            ArgKind::Pollfds => peek(kernel, address, next.min(POLLFDS) * POLLFD_BYTES as u64),
            ArgKind::Argv => strings(kernel, address),
            ArgKind::IovecIn => buffers(kernel, address, next, u64::MAX),
            ArgKind::IovecOut => buffers(kernel, address, next, 0),
            ArgKind::CpusetIn => peek(kernel, address, before(args, place).min(TEXT_BYTES)),
            _ => whole(kernel, address, kind.passed_bytes()),
        };
        let is_text = matches!(kind, ArgKind::Path | ArgKind::BufferIn);
        if !bytes.is_empty() || is_text && peek(kernel, address, 1).len() == 1 {
            pieces::put(&mut pieces, place, &bytes);
        }
    }
    pieces
}

/// What a call with this result, or one that failed, has stored at the addresses that it was passed.
#[expect(clippy::wildcard_enum_match_arm, reason = "the others are structures of a fixed size, or nothing")]
fn given_pieces(kernel: &Kernel, nr: u16, args: [u64; 6], rax: Option<u64>) -> Vec<u8> {
    let mut pieces = Vec::new();
    for (place, (kind, address)) in pointers(nr, args) {
        // A sleep that is interrupted tells what was left.
        let interrupted = rax.is_none() && matches!(Sysno(nr), Sysno::NANOSLEEP | Sysno::CLOCK_NANOSLEEP);
        let Some(rax) = rax.or(interrupted.then_some(0)) else { continue };
        // wait4 answers 0 if no child has changed its state: it has stored nothing.
        if Sysno(nr) == Sysno::WAIT4 && rax == 0 {
            continue;
        }
        let bytes = match kind {
            ArgKind::BufferOut => peek(kernel, address, rax.min(TEXT_BYTES)),
            ArgKind::Pollfds => peek(kernel, address, args[place + 1].min(POLLFDS) * POLLFD_BYTES as u64),
            ArgKind::DirentsOut => count_entries(&peek(kernel, address, rax.min(PEEKED_DIRENTS))),
            ArgKind::IovecOut => buffers(kernel, address, args[place + 1], rax),
            ArgKind::CpusetOut => peek(kernel, address, rax.min(TEXT_BYTES)),
            ArgKind::ResidentOut => peek(kernel, address, args[1].div_ceil(PAGE_SIZE).min(TEXT_BYTES)),
            _ => whole(kernel, address, kind.given_bytes()),
        };
        if !bytes.is_empty() || kind == ArgKind::BufferOut {
            pieces::put(&mut pieces, place, &bytes);
        }
    }
    pieces
}

/// The places, kinds and words of a call's arguments that are no null pointers.
fn pointers(nr: u16, args: [u64; 6]) -> impl Iterator<Item = (usize, (ArgKind, u64))> {
    let count = sysno::info(Sysno(nr)).map_or(0, |row| row.args.len());
    let kinds = (0..count).map(move |place| sysno::kind(Sysno(nr), place, &args));
    kinds.zip(args).enumerate().filter(|(_, (_, word))| *word != 0)
}

fn before(args: [u64; 6], place: usize) -> u64 {
    place.checked_sub(1).map_or(0, |before| args[before])
}

/// The buffers of an array of `struct iovec`: of each its address, its length, and its first bytes with their number as u16;
/// of all buffers `filled` bytes count, in their order.
fn buffers(kernel: &Kernel, array: u64, count: u64, filled: u64) -> Vec<u8> {
    let (mut bytes, mut left) = (Vec::new(), filled);
    for entry in whole(kernel, array, (count.min(IOVECS) as usize) * IOVEC_BYTES).chunks_exact(IOVEC_BYTES) {
        let (Ok(base), Ok(length)) = (entry[..8].try_into(), entry[8..].try_into()) else { break };
        let (base, length) = (u64::from_le_bytes(base), u64::from_le_bytes(length));
        let text = peek(kernel, base, length.min(left).min(TEXT_BYTES));
        left = left.saturating_sub(length);
        bytes.extend_from_slice(entry);
        bytes.extend((text.len() as u16).to_le_bytes());
        bytes.extend(text);
    }
    bytes
}

/// A structure, if all of it is present.
fn whole(kernel: &Kernel, address: u64, length: usize) -> Vec<u8> {
    let bytes = peek(kernel, address, length as u64);
    if bytes.len() == length { bytes } else { Vec::new() }
}

/// A C string, as far as it is present, and cut.
fn c_string(kernel: &Kernel, address: u64, length: usize) -> Vec<u8> {
    let mut bytes = peek(kernel, address, length as u64);
    bytes.truncate(bytes.iter().position(|&byte| byte == 0).unwrap_or(bytes.len()));
    bytes
}

fn path(kernel: &Kernel, address: u64) -> Vec<u8> {
    c_string(kernel, address, PATH_BYTES)
}

/// An array of C strings: how many there are, and the first ones.
fn strings(kernel: &Kernel, array: u64) -> Vec<u8> {
    let mut bytes = vec![0; 4];
    let mut count = 0_u32;
    while count < COUNTED_STRINGS {
        let Ok(word) = peek(kernel, array.wrapping_add(u64::from(count) * 8), 8).try_into() else { return Vec::new() };
        let address = u64::from_le_bytes(word);
        if address == 0 {
            break;
        }
        if (count as usize) < pieces::STRINGS {
            bytes.extend(c_string(kernel, address, pieces::STRING_BYTES));
            bytes.push(0);
        }
        count += 1;
    }
    bytes[..4].copy_from_slice(&count.to_le_bytes());
    bytes
}

/// How many entries of a directory there are.
fn count_entries(mut entries: &[u8]) -> Vec<u8> {
    let mut count = 0_u32;
    while let Some(&[low, high]) = entries.get(DIRENT_LENGTH..DIRENT_LENGTH + 2) {
        count += 1;
        let length = usize::from(u16::from_le_bytes([low, high])).max(1);
        entries = entries.get(length..).unwrap_or_default();
    }
    count.to_le_bytes().to_vec()
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
        return path(kernel, address);
    }
    let Some(address) = argument(nr, args, |kind| kind == ArgKind::BufferIn) else { return Vec::new() };
    let length = argument(nr, args, |kind| kind == ArgKind::Length).unwrap_or(0);
    peek(kernel, address, length.min(TEXT_BYTES))
}

/// Bytes of the current task's memory, as far as they are in memory.
fn peek(kernel: &Kernel, address: u64, length: u64) -> Vec<u8> {
    let mut bytes = vec![0; length as usize];
    let mut read = mm::remote_read(kernel.state(), kernel.current_mm(), address, &mut bytes);
    while read < bytes.len() {
        let at = address.wrapping_add(read as u64);
        let Some(frame) = cached(kernel, at) else { break };
        let piece = ((PAGE_SIZE - at % PAGE_SIZE) as usize).min(bytes.len() - read);
        let (here, rest) = bytes[read..].split_at_mut(piece);
        kernel.state().hardware.phys.read(frame, (at % PAGE_SIZE) as u16, here);
        read += piece + mm::remote_read(kernel.state(), kernel.current_mm(), at.wrapping_add(piece as u64), rest);
    }
    bytes.truncate(read);
    bytes
}

/// The frame of a page that nothing has touched yet in this address space, but that is a file's and in the page cache:
/// most often a string of the program.
fn cached(kernel: &Kernel, address: u64) -> Option<Frame> {
    let state = kernel.state();
    let mm = kernel.current_mm();
    if address >= mm::place::USER_END || mm::populate::leaf_of(kernel, mm, address).0 != 0 {
        return None;
    }
    let (start, vma) = state.mm(mm).vma_at(Vaddr(address))?;
    let in_file = vma.file_page + (Vaddr(address).page().0 - start) as u32;
    state.inodes.get(vma.ino.0)?.cache.get(&in_file).copied()
}
