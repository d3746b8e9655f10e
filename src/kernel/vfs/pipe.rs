//! Pipes: a ring of page slots, 16 unless asked for more or fewer, between those who write and those who read (`pipe(7)`, `fs/pipe.c`).

use crate::abi::errno::Errno;
use crate::abi::flags::OpenFlags;
use crate::base::ids::{FileId, Ino, PipeId};
use crate::base::units::PAGE_SIZE;
use crate::kernel::core::Kernel;
use crate::kernel::signal;
use crate::kernel::state::{PIPE_SLOTS, PipeState};
use crate::kernel::stop::{Stop, SysResult};
use crate::kernel::vfs::transfer::MOST;
use crate::kernel::vfs::{cache, descriptor, inode, poll};
use crate::machine::clock;
use crate::trace::event::{Cause, Change};
use crate::trace::value::{Allocation, FrameKind, InodeKind, PipeSlot, WaitOn};

/// Bytes that a ring may be made to hold (`/proc/sys/fs/pipe-max-size`).
const MOST_BYTES: u32 = 1 << 20;

/// In the progress of a call: it has slept for data or room.
const SLEPT: u64 = 1 << 63;

/// How a call goes on that met no error.
enum Next {
    /// It returns.
    Done,
    /// It waits for data or room.
    Wait,
}

/// One call that reads or writes a pipe.
struct Job {
    pipe: PipeId,
    buffer: u64,
    count: u64,
    nonblock: bool,
    done: u64,
    slept: bool,
}

impl Job {
    fn begin(k: &Kernel, pipe: PipeId, buffer: u64, count: u64, nonblock: bool) -> Self {
        let progress = k.state().task(k.current()).progress;
        let count = count.min(MOST);
        Self { pipe, buffer, count, nonblock, done: progress & !SLEPT, slept: progress & SLEPT != 0 }
    }

    fn pipe<'a>(&self, k: &'a Kernel) -> &'a PipeState {
        k.state().pipe(self.pipe)
    }

    fn is_full(&self, k: &Kernel) -> bool {
        is_full(self.pipe(k))
    }

    fn address(&self) -> u64 {
        self.buffer.wrapping_add(self.done)
    }

    fn left(&self) -> u64 {
        self.count - self.done
    }

    /// What the call returns; a sleep, here or in what was done, keeps what is done.
    fn end(mut self, k: &mut Kernel, came: SysResult<Next>, on: WaitOn) -> SysResult {
        let stop = match came {
            Ok(Next::Done) => return Ok(self.done),
            Ok(Next::Wait) if self.nonblock => Stop::Errno(Errno::EAGAIN),
            Ok(Next::Wait) => {
                self.slept = true;
                k.sleep_on(on, false)
            }
            Err(stop) => stop,
        };
        match stop {
            Stop::Sleeps => {
                k.set_progress(k.current(), self.done | if self.slept { SLEPT } else { 0 });
                Err(stop)
            }
            Stop::Errno(_) | Stop::Interrupted if self.done > 0 => Ok(self.done),
            Stop::Errno(_) | Stop::Interrupted | Stop::Gone => Err(stop),
        }
    }

    /// Wakes one who waits at the other end or at this one, and who polls.
    fn wake(&self, k: &mut Kernel, on: WaitOn) {
        k.because(Cause::Pipe(self.pipe), |k| {
            k.wake_one(on);
            poll::wake(k);
        });
    }
}

/// Makes a pipe with an open file for each end: to read and to write.
///
/// # Errors
/// ENFILE if there are too many files or inodes, or no memory for pipe or inode (`create_pipe_files`); ENOMEM if there is
/// none for an open file.
pub fn create(k: &mut Kernel, flags: OpenFlags) -> Result<(FileId, FileId), Errno> {
    if k.fails(Allocation::Pipe) {
        return Err(Errno::ENFILE);
    }
    let pipe = PipeId(k.state().pipes.lowest_free(0));
    k.commit(Change::Pipe { pipe, from: false, to: true });
    let ino = match inode::create(k, InodeKind::Pipe(pipe), 0o600) {
        Ok(ino) => ino,
        Err(_) => {
            k.commit(Change::Pipe { pipe, from: true, to: false });
            return Err(Errno::ENFILE);
        }
    };
    let reader = descriptor::open(k, ino, (flags | OpenFlags::O_RDONLY).bits()).inspect_err(|_| free(k, pipe, ino))?;
    let writer = descriptor::open(k, ino, (flags | OpenFlags::O_WRONLY).bits());
    let writer = writer.inspect_err(|_| descriptor::drop_if_unused(k, reader))?;
    Ok((reader, writer))
}

/// Reads what is there, up to the length wanted; sleeps while there is nothing but a writer.
///
/// # Errors
/// EAGAIN if it would sleep and must not, EFAULT, or a sleep.
pub fn read(k: &mut Kernel, pipe: PipeId, buffer: u64, count: u64, nonblock: bool) -> SysResult {
    if count == 0 {
        return Ok(0);
    }
    let mut job = Job::begin(k, pipe, buffer, count, nonblock);
    let was_full = job.is_full(k);
    let taken = take_slots(k, &mut job);
    if was_full && !job.is_full(k) {
        job.wake(k, WaitOn::PipeRoom(pipe));
    }
    if job.slept && !job.pipe(k).slots.is_empty() {
        job.wake(k, WaitOn::PipeData(pipe));
    }
    job.end(k, taken, WaitOn::PipeData(pipe))
}

fn take_slots(k: &mut Kernel, job: &mut Job) -> SysResult<Next> {
    while let Some(&slot) = job.pipe(k).slots.front() {
        take_slot(k, job, slot)?;
        if job.left() == 0 {
            return Ok(Next::Done);
        }
    }
    Ok(if job.pipe(k).writers == 0 || job.done > 0 { Next::Done } else { Next::Wait })
}

/// Copies from the oldest slot; an empty one goes.
fn take_slot(k: &mut Kernel, job: &mut Job, slot: PipeSlot) -> SysResult<()> {
    let len = u64::from(slot.len).min(job.left()) as u16;
    let bytes = cache::load(k, slot.frame, slot.offset, usize::from(len));
    k.write_user(job.address(), &bytes)?;
    k.charge(clock::PIPE_PAGE);
    job.done += u64::from(len);
    let rest = PipeSlot { offset: slot.offset + len, len: slot.len - len, ..slot };
    let to = (rest.len > 0).then_some(rest);
    k.commit(Change::PipeSlot { pipe: job.pipe, place: 0, from: Some(slot), to });
    if to.is_none() {
        k.free_frame(slot.frame);
    }
    Ok(())
}

/// Writes all bytes; sleeps while there is no room. Up to a page is written at once or not at all.
///
/// # Errors
/// EPIPE, with SIGPIPE, if nobody can read it; EAGAIN if it would sleep and must not; EFAULT, ENOMEM, or a sleep.
pub fn write(k: &mut Kernel, pipe: PipeId, buffer: u64, count: u64, nonblock: bool) -> SysResult {
    if count == 0 {
        return Ok(0);
    }
    let mut job = Job::begin(k, pipe, buffer, count, nonblock);
    let was_empty = job.pipe(k).slots.is_empty();
    let put = put_slots(k, &mut job);
    if was_empty && !job.pipe(k).slots.is_empty() {
        job.wake(k, WaitOn::PipeData(pipe));
    }
    if job.slept && !job.is_full(k) {
        job.wake(k, WaitOn::PipeRoom(pipe));
    }
    job.end(k, put, WaitOn::PipeRoom(pipe))
}

fn put_slots(k: &mut Kernel, job: &mut Job) -> SysResult<Next> {
    if job.pipe(k).readers == 0 {
        signal::broken_pipe(k);
        return Err(Errno::EPIPE.into());
    }
    if job.done == 0 && !job.slept {
        merge(k, job)?;
    }
    while job.left() > 0 {
        if job.is_full(k) {
            return Ok(Next::Wait);
        }
        put_slot(k, job)?;
    }
    Ok(Next::Done)
}

/// Puts the bytes beyond whole pages behind those of the newest slot, if they fit in its page.
fn merge(k: &mut Kernel, job: &mut Job) -> SysResult<()> {
    let odd = (job.count % PAGE_SIZE) as u16;
    let slots = &job.pipe(k).slots;
    let Some(&slot) = slots.back() else { return Ok(()) };
    let place = (slots.len() - 1) as u8;
    let end = slot.offset + slot.len;
    if odd == 0 || u64::from(end) + u64::from(odd) > PAGE_SIZE {
        return Ok(());
    }
    let mut bytes = vec![0; usize::from(odd)];
    k.read_user(job.address(), &mut bytes)?;
    cache::store(k, slot.frame, end, &bytes);
    k.charge(clock::PIPE_PAGE);
    let to = PipeSlot { len: slot.len + odd, ..slot };
    k.commit(Change::PipeSlot { pipe: job.pipe, place, from: Some(slot), to: Some(to) });
    job.done += u64::from(odd);
    Ok(())
}

/// Fills a new slot with up to a page.
fn put_slot(k: &mut Kernel, job: &mut Job) -> SysResult<()> {
    let len = job.left().min(PAGE_SIZE) as u16;
    let mut bytes = vec![0; usize::from(len)];
    k.read_user(job.address(), &mut bytes)?;
    let frame = k.take_frame_busily(FrameKind::Pipe, job.pipe.0, 0).ok_or(Errno::ENOMEM)?;
    cache::store(k, frame, 0, &bytes);
    k.charge(clock::PIPE_PAGE);
    let place = job.pipe(k).slots.len() as u8;
    let slot = PipeSlot { frame, offset: 0, len };
    k.commit(Change::PipeSlot { pipe: job.pipe, place, from: None, to: Some(slot) });
    job.done += u64::from(len);
    Ok(())
}

/// Whether a pipe takes nothing more.
#[must_use]
pub fn is_full(pipe: &PipeState) -> bool {
    pipe.slots.len() >= usize::from(pipe.size)
}

/// Bytes that a pipe holds at most: what F_GETPIPE_SZ answers.
#[must_use]
pub fn capacity(pipe: &PipeState) -> u64 {
    u64::from(pipe.size) * PAGE_SIZE
}

/// Gives a ring as many slots as `bytes` need, a power of 2: F_SETPIPE_SZ; answers the bytes that it holds now.
///
/// # Errors
/// EINVAL over 2 GiB, EBUSY if more slots are in use.
// Linux: root may go beyond pipe-max-size. Here: that is EPERM for everyone, because a slot's place is kept in a byte.
pub fn resize(k: &mut Kernel, pipe: PipeId, bytes: u32) -> Result<u64, Errno> {
    if bytes > 1 << 31 {
        return Err(Errno::EINVAL);
    }
    let bytes = bytes.max(PAGE_SIZE as u32).next_power_of_two();
    if bytes > MOST_BYTES {
        return Err(Errno::EPERM);
    }
    let size = (bytes / PAGE_SIZE as u32) as u16;
    if k.state().pipe(pipe).slots.len() > usize::from(size) {
        return Err(Errno::EBUSY);
    }
    k.set_pipe_size(pipe, size);
    if !is_full(k.state().pipe(pipe)) {
        k.because(Cause::Pipe(pipe), |k| {
            k.wake_one(WaitOn::PipeRoom(pipe));
            poll::wake(k);
        });
    }
    Ok(capacity(k.state().pipe(pipe)))
}

/// An open file of a pipe is gone: wakes those who wait for what can not come any more, and frees a pipe that nobody
/// has open.
pub fn end_closed(k: &mut Kernel, pipe: PipeId, ino: Ino) {
    let state = k.state().pipe(pipe);
    let (readers, writers) = (state.readers, state.writers);
    k.because(Cause::Pipe(pipe), |k| {
        if writers == 0 {
            k.wake_all(WaitOn::PipeData(pipe));
        }
        if readers == 0 {
            k.wake_all(WaitOn::PipeRoom(pipe));
        }
        poll::wake(k);
    });
    if readers == 0 && writers == 0 {
        free(k, pipe, ino);
    }
}

/// Frees a pipe with its slots.
fn free(k: &mut Kernel, pipe: PipeId, ino: Ino) {
    while let Some(&slot) = k.state().pipe(pipe).slots.front() {
        k.commit(Change::PipeSlot { pipe, place: 0, from: Some(slot), to: None });
        k.free_frame(slot.frame);
    }
    inode::drop_if_unused(k, ino);
    k.set_pipe_size(pipe, PIPE_SLOTS);
    k.commit(Change::Pipe { pipe, from: true, to: false });
}
