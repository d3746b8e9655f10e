//! The file system on a small machine: calls of two processes, one after the other, and what `/proc` says of them.

mod files;
mod pipes;
mod proc;

use std::sync::Arc;

use crate::abi::errno::Errno;
use crate::abi::flags::OpenFlags;
use crate::abi::sysno::Sysno;
use crate::base::ids::{Pid, Tid};
use crate::base::units::Vaddr;
use crate::kernel::config::Config;
use crate::kernel::core::Kernel;
use crate::kernel::mm::{self, MapRequest};
use crate::kernel::oracle::First;
use crate::kernel::state::State;
use crate::kernel::stop::Stop;
use crate::kernel::syscall::dispatch;
use crate::kernel::task::clone::{create_process, create_sighand};
use crate::kernel::task::limits;
use crate::kernel::vfs;
use crate::kernel::vfs::disk::{Disk, DiskFile};
use crate::trace::event::{Cause, Change, What};
use crate::trace::recorder::Recording;
use crate::trace::value::{FrameKind, TaskState, VmaFlags};

/// Where each process has 64 pages.
const MEMORY: u64 = 0x40_0000;
/// Where a path is put.
const PATH: u64 = MEMORY + 60 * 4096;
const FIRST: Tid = Tid(1);
const SECOND: Tid = Tid(2);

/// A machine with two processes that share nothing but open files, the first one at work.
fn machine(files: &[(&str, &[u8])]) -> Kernel {
    let files = files.iter().map(|&(path, bytes)| DiskFile { path: path.into(), mode: 0o755, bytes: bytes.into() });
    let disk = Arc::new(Disk { files: files.collect(), ..Disk::default() });
    let mut k = Kernel::new(Config::with_ram(1024), disk, Box::new(First), Recording::All);
    k.act(Tid(0), 0, Cause::Boot);
    for kind in [FrameKind::Kernel, FrameKind::Zero] {
        let _ = k.take_frame(kind, 0, 0).expect("there is memory");
    }
    vfs::boot(&mut k).expect("the disk is sound");
    let (files, fs) = vfs::first_process(&mut k).expect("there is room");
    for tid in [FIRST, SECOND] {
        k.commit(Change::Task { tid, from: false, to: true });
        create_process(&mut k, Pid(tid.0), Pid(tid.0 - 1));
        limits::first(&mut k, Pid(tid.0));
        let sighand = create_sighand(&mut k);
        k.set_sighand(tid, Some(sighand));
        let files = if tid == FIRST { files } else { vfs::descriptor::duplicate_table(&mut k, files) };
        k.set_files(tid, Some(files));
        let fs = if tid == FIRST { fs } else { vfs::fs::duplicate(&mut k, fs) };
        k.set_fs(tid, Some(fs));
        let space = mm::create(&mut k).expect("there is memory");
        k.set_mm(tid, Some(space));
        let flags = VmaFlags::READ | VmaFlags::WRITE;
        let area = MapRequest { pages: 64, flags, ..MapRequest::fixed(Vaddr(MEMORY)) };
        let _ = mm::map(&mut k, space, area).expect("there is room");
        switch(&mut k, tid);
    }
    switch(&mut k, FIRST);
    k
}

/// Puts a process on the CPU.
fn switch(k: &mut Kernel, to: Tid) {
    let (cpu, from) = (k.cpu(), k.current());
    if from != to {
        k.commit(Change::Current { cpu, from, to });
    }
    if let TaskState::Runnable(cpu) = k.state().task(to).state {
        k.dequeue_task(to, cpu);
    }
    k.set_state(to, TaskState::Running(cpu));
    let space = k.state().task(to).mm;
    mm::switch_to(k, space);
    k.act(to, 0, Cause::Call(to));
}

/// Makes a call once; a sleep is an answer.
fn once(k: &mut Kernel, sysno: Sysno, args: &[u64]) -> Result<u64, Stop> {
    let mut words = [0; 6];
    words[..args.len()].copy_from_slice(args);
    let result = dispatch(k, u64::from(sysno.0), words);
    if result != Err(Stop::Sleeps) {
        k.set_progress(k.current(), 0);
    }
    result
}

/// Makes a call, over all waits for the disk.
fn call(k: &mut Kernel, sysno: Sysno, args: &[u64]) -> Result<u64, Errno> {
    loop {
        match once(k, sysno, args) {
            Ok(value) => return Ok(value),
            Err(Stop::Errno(errno)) => return Err(errno),
            Err(Stop::Gone) => panic!("the task is gone"),
            Err(Stop::Interrupted) => panic!("a signal waits"),
            Err(Stop::Sleeps) => {
                let tid = k.current();
                wait_for_device(k);
                switch(k, tid);
            }
        }
    }
}

fn poke(k: &mut Kernel, address: u64, bytes: &[u8]) {
    k.write_user(address, bytes).expect("the memory is mapped");
}

fn peek(k: &mut Kernel, address: u64, len: usize) -> Vec<u8> {
    let mut bytes = vec![0; len];
    k.read_user(address, &mut bytes).expect("the memory is mapped");
    bytes
}

/// A call whose first argument is a path.
fn with_path(k: &mut Kernel, sysno: Sysno, path: &str, rest: &[u64]) -> Result<u64, Errno> {
    poke(k, PATH, &[path.as_bytes(), b"\0"].concat());
    call(k, sysno, &[&[PATH], rest].concat())
}

fn open(k: &mut Kernel, path: &str, flags: OpenFlags) -> Result<u64, Errno> {
    with_path(k, Sysno::OPEN, path, &[u64::from(flags.bits()), 0o644])
}

fn read(k: &mut Kernel, fd: u64, len: usize) -> Vec<u8> {
    let got = call(k, Sysno::READ, &[fd, MEMORY, len as u64]).expect("it can be read");
    peek(k, MEMORY, got as usize)
}

fn write(k: &mut Kernel, fd: u64, bytes: &[u8]) -> Result<u64, Errno> {
    poke(k, MEMORY, bytes);
    call(k, Sysno::WRITE, &[fd, MEMORY, bytes.len() as u64])
}

fn pipe(k: &mut Kernel, flags: OpenFlags) -> (u64, u64) {
    assert_eq!(call(k, Sysno::PIPE2, &[MEMORY, u64::from(flags.bits())]), Ok(0));
    let fds = peek(k, MEMORY, 8);
    (u64::from(fds[0]), u64::from(fds[4]))
}

/// The names in a directory, in the order of its listing.
fn names(k: &mut Kernel, path: &str) -> Vec<String> {
    let fd = open(k, path, OpenFlags::O_DIRECTORY).expect("it is a directory");
    let mut names = Vec::new();
    loop {
        let got = call(k, Sysno::GETDENTS64, &[fd, MEMORY, 64]).expect("it can be listed") as usize;
        let bytes = peek(k, MEMORY, got);
        let mut rest = bytes.as_slice();
        while let [head @ .., _] = rest {
            let len = usize::from(u16::from_le_bytes([head[16], head[17]]));
            let name = rest[19..len].split(|&byte| byte == 0).next().unwrap_or_default();
            names.push(String::from_utf8_lossy(name).into_owned());
            rest = &rest[len..];
        }
        if got == 0 {
            assert_eq!(call(k, Sysno::CLOSE, &[fd]), Ok(0));
            return names;
        }
    }
}

/// Undoing all recorded events gives the machine as it was switched on, and doing them again the one there is.
fn check_fold(k: &mut Kernel) {
    let end = k.state().clone();
    let mut state = State::switched_on(&k.config);
    let (events, arena) = k.recorder().take();
    for event in &events {
        if let What::Change(change) = event.event.what {
            state.apply(&change, &arena);
        }
    }
    assert!(state == end, "the events are not complete");
    for event in events.iter().rev() {
        if let What::Change(change) = event.event.what {
            state.apply(&change.inverse(), &arena);
        }
    }
    assert!(state == State::switched_on(&k.config), "undo leaves something");
}

/// Lets the disk answer.
fn wait_for_device(k: &mut Kernel) {
    let at = k.next_timer().expect("the disk will answer");
    k.charge(at.0 - k.now().0);
    k.settle_clock();
    assert!(k.fire_timers());
}
