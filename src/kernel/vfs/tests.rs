//! The file system on a small machine: calls of two processes, one after the other, and what `/proc` says of them.

use std::sync::Arc;

use crate::abi::errno::Errno;
use crate::abi::flags::{AT_FDCWD, AT_REMOVEDIR, F_GETPIPE_SZ, OpenFlags};
use crate::abi::sysno::Sysno;
use crate::base::ids::{Pid, Tid};
use crate::base::units::Vaddr;
use crate::kernel::config::Config;
use crate::kernel::core::Kernel;
use crate::kernel::mm::{self, MapRequest};
use crate::kernel::oracle::First;
use crate::kernel::state::State;
use crate::kernel::syscall::{Stop, dispatch};
use crate::kernel::task::clone::{create_process, create_sighand};
use crate::kernel::vfs::disk::{Disk, DiskFile};
use crate::kernel::vfs::{self, console, path, proc};
use crate::trace::event::{Cause, Change, What};
use crate::trace::recorder::Recording;
use crate::trace::value::{FrameKind, ProcEntry, TaskState, VmaFlags};

/// Where each process has 64 pages.
const MEMORY: u64 = 0x40_0000;
/// Where a path is put.
const PATH: u64 = MEMORY + 60 * 4096;
const FIRST: Tid = Tid(1);
const SECOND: Tid = Tid(2);

/// A machine with two processes that share nothing but open files, the first one at work.
fn machine(files: &[(&str, &[u8])]) -> Kernel {
    let files = files.iter().map(|&(path, bytes)| DiskFile { path: path.into(), mode: 0o755, bytes: bytes.into() });
    let disk = Arc::new(Disk { files: files.collect() });
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
            Err(Stop::Sleeps) => {
                let &(at, tid) = k.state().timers.first().expect("the disk will answer");
                k.charge(at.0 - k.now().0);
                k.settle_clock();
                assert!(k.fire_timers());
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
    let mut state = State::new(k.config.cpus, k.config.ram_frames);
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
    assert!(state == State::new(k.config.cpus, k.config.ram_frames), "undo leaves something");
}

#[test]
fn a_file_on_the_disk_is_read_by_windows_and_stays_in_the_cache() {
    let content: Vec<u8> = (0..100_000_u32).map(|at| (at % 251) as u8).collect();
    let mut k = machine(&[("/home/data", &content)]);
    let fd = open(&mut k, "/home/data", OpenFlags::O_RDONLY).expect("it is there");
    assert_eq!(once(&mut k, Sysno::READ, &[fd, MEMORY, 70_000]), Err(Stop::Sleeps));
    assert_eq!(k.state().task(FIRST).state, TaskState::Uninterruptible);
    let ino = path::lookup(&mut k, b"/home/data").expect("it is there");
    assert_eq!(k.state().inode(ino).reading.len(), 16);
    assert_eq!(vfs::cache::present(k.state(), ino, 0), None);
    assert_eq!(call(&mut k, Sysno::LSEEK, &[fd, 0, 1]), Ok(0));
    switch_after_disk(&mut k);
    let got = read(&mut k, fd, 200_000);
    assert_eq!((got.len(), got == content), (100_000, true));
    assert_eq!(read(&mut k, fd, 10), b"");
    assert_eq!(k.state().inode(ino).cache.len(), 25);
    assert!(once(&mut k, Sysno::PREAD64, &[fd, MEMORY, 100_000, 0]).is_ok(), "nothing is read twice");
    check_fold(&mut k);
}

/// Lets the disk answer.
fn switch_after_disk(k: &mut Kernel) {
    let &(at, tid) = k.state().timers.first().expect("the disk will answer");
    k.charge(at.0 - k.now().0);
    k.settle_clock();
    assert!(k.fire_timers());
    switch(k, tid);
}

#[test]
fn written_files_keep_their_bytes_and_go_with_their_last_name_and_descriptor() {
    let mut k = machine(&[("/etc/motd", b"hello from the disk\n")]);
    let frames = k.state().frames.len();
    let flags = OpenFlags::O_RDWR | OpenFlags::O_CREAT | OpenFlags::O_EXCL;
    let fd = open(&mut k, "/tmp/f", flags).expect("it can be made");
    assert_eq!(open(&mut k, "/tmp/f", flags), Err(Errno::EEXIST));
    assert_eq!(write(&mut k, fd, b"abcdefghijklmnop"), Ok(16));
    assert_eq!(call(&mut k, Sysno::PWRITE64, &[fd, MEMORY, 3, 10_000]), Ok(3));
    assert_eq!(call(&mut k, Sysno::LSEEK, &[fd, 0, 0]), Ok(0));
    let copy = call(&mut k, Sysno::DUP, &[fd]).expect("there is room");
    assert_eq!(read(&mut k, copy, 3), b"abc");
    assert_eq!(read(&mut k, fd, 3), b"def", "dup shares the offset");
    let whole = read(&mut k, fd, 20_000);
    assert_eq!((whole.len(), &whole[9_994..], &whole[10..12]), (9_997, b"abc".as_slice(), [0, 0].as_slice()));
    assert_eq!(with_path(&mut k, Sysno::UNLINK, "/tmp/f", &[]), Ok(0));
    assert_eq!(open(&mut k, "/tmp/f", OpenFlags::O_RDONLY), Err(Errno::ENOENT));
    assert_eq!(call(&mut k, Sysno::PREAD64, &[fd, MEMORY, 4, 0]), Ok(4), "unlinked but open");
    let kept = k.state().inodes.len();
    assert_eq!((call(&mut k, Sysno::CLOSE, &[fd]), call(&mut k, Sysno::CLOSE, &[copy])), (Ok(0), Ok(0)));
    assert_eq!(k.state().inodes.len(), kept - 1);
    assert_eq!(call(&mut k, Sysno::CLOSE, &[fd]), Err(Errno::EBADF));

    let fd = open(&mut k, "/etc/motd", OpenFlags::O_RDWR).expect("it is there");
    assert_eq!(call(&mut k, Sysno::FTRUNCATE, &[fd, 5]), Ok(0));
    assert_eq!(call(&mut k, Sysno::FTRUNCATE, &[fd, 8]), Ok(0));
    assert_eq!(read(&mut k, fd, 100), b"hello\0\0\0", "what was cut off does not come back");
    let fd = open(&mut k, "/etc/motd", OpenFlags::O_WRONLY | OpenFlags::O_TRUNC).expect("it is there");
    assert_eq!(write(&mut k, fd, b"x"), Ok(1));
    assert!(k.state().frames.len() < frames + 12);
    check_fold(&mut k);
}

#[test]
fn paths_and_directories_answer_as_linux_does() {
    let mut k = machine(&[("/bin/true", b"#!")]);
    let long = "a".repeat(256);
    for (path, errno) in [
        ("", Errno::ENOENT),
        ("/nothing", Errno::ENOENT),
        ("/nothing/at/all", Errno::ENOENT),
        ("/bin/true/", Errno::ENOTDIR),
        ("/bin/true/x", Errno::ENOTDIR),
        (long.as_str(), Errno::ENAMETOOLONG),
        ("/proc/77/stat", Errno::ENOENT),
        ("/proc/01", Errno::ENOENT),
    ] {
        assert_eq!(open(&mut k, path, OpenFlags::O_RDONLY), Err(errno), "{path}");
    }
    assert_eq!(open(&mut k, "/bin", OpenFlags::O_WRONLY), Err(Errno::EISDIR));
    assert_eq!(open(&mut k, "/bin/true", OpenFlags::O_DIRECTORY), Err(Errno::ENOTDIR));
    assert_eq!(open(&mut k, "/tmp/x/", OpenFlags::O_CREAT), Err(Errno::EISDIR));
    assert_eq!(with_path(&mut k, Sysno::MKDIR, "/tmp/d", &[0o777]), Ok(0));
    assert_eq!(with_path(&mut k, Sysno::MKDIR, "/tmp/d/", &[0o777]), Err(Errno::EEXIST));
    assert_eq!(with_path(&mut k, Sysno::CHDIR, "/tmp/d", &[]), Ok(0));
    assert_eq!(with_path(&mut k, Sysno::MKDIR, "../d/e/", &[0o777]), Ok(0));
    assert_eq!(call(&mut k, Sysno::GETCWD, &[MEMORY, 6]), Err(Errno::ERANGE));
    assert_eq!(call(&mut k, Sysno::GETCWD, &[MEMORY, 7]), Ok(7));
    assert_eq!(peek(&mut k, MEMORY, 7), b"/tmp/d\0");
    assert_eq!(names(&mut k, "."), [".", "..", "e"]);
    assert_eq!(with_path(&mut k, Sysno::RMDIR, "/tmp/d", &[]), Err(Errno::ENOTEMPTY));
    assert_eq!(with_path(&mut k, Sysno::RMDIR, "e/.", &[]), Err(Errno::EINVAL));
    assert_eq!(with_path(&mut k, Sysno::UNLINK, "e", &[]), Err(Errno::EISDIR));
    let remove = u64::from(AT_REMOVEDIR);
    assert_eq!(call(&mut k, Sysno::UNLINKAT, &[AT_FDCWD as u64, PATH, remove]), Ok(0));
    assert_eq!(with_path(&mut k, Sysno::RMDIR, "/tmp/d", &[]), Ok(0));
    assert_eq!(call(&mut k, Sysno::GETCWD, &[MEMORY, 7]), Err(Errno::ENOENT));
    assert_eq!(open(&mut k, "f", OpenFlags::O_CREAT), Err(Errno::ENOENT), "the directory was removed");
    assert_eq!(with_path(&mut k, Sysno::CHDIR, "/", &[]), Ok(0));
    assert_eq!(with_path(&mut k, Sysno::RMDIR, "/proc", &[]), Err(Errno::EBUSY));
    assert_eq!(names(&mut k, "/"), [".", "..", "bin", "sbin", "etc", "dev", "home", "root", "tmp", "var", "proc"]);
    check_fold(&mut k);
}

#[test]
fn descriptors_are_the_lowest_free_ones_up_to_the_limit() {
    let mut k = machine(&[]);
    k.config.max_fds = 8;
    let null = |k: &mut Kernel| open(k, "/dev/null", OpenFlags::O_RDWR);
    assert_eq!((null(&mut k), null(&mut k), null(&mut k)), (Ok(3), Ok(4), Ok(5)));
    assert_eq!(call(&mut k, Sysno::CLOSE, &[4]), Ok(0));
    assert_eq!(null(&mut k), Ok(4));
    assert_eq!(call(&mut k, Sysno::DUP2, &[3, 7]), Ok(7));
    assert_eq!(call(&mut k, Sysno::DUP2, &[3, 3]), Ok(3));
    assert_eq!(call(&mut k, Sysno::DUP2, &[3, 8]), Err(Errno::EBADF));
    assert_eq!(call(&mut k, Sysno::DUP2, &[6, 7]), Err(Errno::EBADF));
    assert_eq!(call(&mut k, Sysno::DUP3, &[3, 3, 0]), Err(Errno::EINVAL));
    assert_eq!(call(&mut k, Sysno::PIPE, &[MEMORY]), Err(Errno::EMFILE), "only 6 is free");
    assert_eq!(call(&mut k, Sysno::FCNTL, &[3, 0, 8]), Err(Errno::EINVAL));
    assert_eq!(call(&mut k, Sysno::FCNTL, &[3, 1030, 0]), Ok(6));
    assert_eq!(null(&mut k), Err(Errno::EMFILE));
    let files = k.current_files();
    vfs::descriptor::close_on_exec(&mut k, files);
    assert_eq!(null(&mut k), Ok(6), "F_DUPFD_CLOEXEC");
    assert_eq!(read(&mut k, 6, 10), b"");
    assert_eq!(write(&mut k, 6, b"gone"), Ok(4));
    k.set_files(FIRST, None);
    vfs::descriptor::release_table(&mut k, files);
    assert_eq!(k.state().open_files.len(), 3, "the other process still has the console");
    check_fold(&mut k);
}

#[test]
fn a_pipe_holds_what_linux_lets_it_hold() {
    let mut k = machine(&[]);
    let (reader, writer) = pipe(&mut k, OpenFlags::O_NONBLOCK);
    let full = vec![7; 70_000];
    let drain = |k: &mut Kernel| while call(k, Sysno::READ, &[reader, MEMORY, 70_000]).is_ok() {};
    assert_eq!(call(&mut k, Sysno::FCNTL, &[writer, u64::from(F_GETPIPE_SZ)]), Ok(65_536));
    poke(&mut k, MEMORY, &full);
    let mut single = 0;
    while call(&mut k, Sysno::WRITE, &[writer, MEMORY, 1]) == Ok(1) {
        single += 1;
    }
    assert_eq!(single, 65_536);
    for (take, then) in [(1, Err(Errno::EAGAIN)), (4094, Err(Errno::EAGAIN)), (1, Ok(1))] {
        assert_eq!(call(&mut k, Sysno::READ, &[reader, MEMORY, take]), Ok(take));
        assert_eq!(call(&mut k, Sysno::WRITE, &[writer, MEMORY, 1]), then);
    }
    drain(&mut k);
    assert_eq!(call(&mut k, Sysno::READ, &[reader, MEMORY, 1]), Err(Errno::EAGAIN));
    assert_eq!(call(&mut k, Sysno::WRITE, &[writer, MEMORY, 70_000]), Ok(65_536));
    drain(&mut k);
    assert_eq!(call(&mut k, Sysno::WRITE, &[writer, MEMORY, 65_536 - 2_000]), Ok(63_536));
    assert_eq!(call(&mut k, Sysno::WRITE, &[writer, MEMORY, 4_096]), Err(Errno::EAGAIN));
    assert_eq!(call(&mut k, Sysno::WRITE, &[writer, MEMORY, 5_000]), Ok(904));
    drain(&mut k);
    let mut fit = 0;
    while call(&mut k, Sysno::WRITE, &[writer, MEMORY, 4_000]) == Ok(4_000) {
        fit += 1;
    }
    assert_eq!(fit, 16);
    assert_eq!((call(&mut k, Sysno::CLOSE, &[writer]), call(&mut k, Sysno::CLOSE, &[reader])), (Ok(0), Ok(0)));
    assert!(k.state().pipes.is_empty());
    check_fold(&mut k);
}

#[test]
fn a_pipe_blocks_wakes_and_ends() {
    let mut k = machine(&[]);
    let (reader, writer) = pipe(&mut k, OpenFlags::empty());
    let files = k.current_files();
    let other = k.state().task(SECOND).files.expect("it has descriptors");
    k.set_files(SECOND, None);
    vfs::descriptor::release_table(&mut k, other);
    let copy = vfs::descriptor::duplicate_table(&mut k, files);
    k.set_files(SECOND, Some(copy));

    assert_eq!(once(&mut k, Sysno::READ, &[reader, MEMORY, 10]), Err(Stop::Sleeps));
    assert_eq!(k.state().task(FIRST).state, TaskState::Sleeping);
    switch(&mut k, SECOND);
    assert_eq!(once(&mut k, Sysno::WRITE, &[writer, MEMORY, 70_000]), Err(Stop::Sleeps));
    assert_eq!(k.state().task(SECOND).progress & 0xffff_ffff, 65_536);
    assert!(matches!(k.state().task(FIRST).state, TaskState::Runnable(_)), "there are bytes");
    switch(&mut k, FIRST);
    assert_eq!(read(&mut k, reader, 4_095).len(), 4_095);
    assert_eq!(k.state().task(SECOND).state, TaskState::Sleeping, "no slot is free yet");
    assert_eq!(read(&mut k, reader, 60_000).len(), 60_000);
    assert!(matches!(k.state().task(SECOND).state, TaskState::Runnable(_)));
    switch(&mut k, SECOND);
    assert_eq!(once(&mut k, Sysno::WRITE, &[writer, MEMORY, 70_000]), Ok(70_000));
    assert_eq!(call(&mut k, Sysno::CLOSE, &[writer]), Ok(0));
    switch(&mut k, FIRST);
    assert_eq!(call(&mut k, Sysno::CLOSE, &[writer]), Ok(0));
    assert_eq!(read(&mut k, reader, 10_000).len(), 5_905);
    assert_eq!(read(&mut k, reader, 10), b"", "no writer is left");
    check_fold(&mut k);
}

#[test]
fn nobody_reads_a_pipe_without_readers() {
    let mut k = machine(&[]);
    switch(&mut k, SECOND);
    let (reader, writer) = pipe(&mut k, OpenFlags::empty());
    assert_eq!(call(&mut k, Sysno::CLOSE, &[reader]), Ok(0));
    assert_eq!(call(&mut k, Sysno::WRITE, &[writer, MEMORY, 0]), Ok(0), "zero bytes are no write");
    assert_eq!(write(&mut k, writer, b"x"), Err(Errno::EPIPE));
    assert!(k.state().process(Pid(2)).pending.has(crate::abi::signal::Signal::SIGPIPE));
    check_fold(&mut k);
}

#[test]
fn the_console_gives_lines_and_shows_two_streams() {
    let mut k = machine(&[]);
    assert_eq!(once(&mut k, Sysno::READ, &[0, MEMORY, 100]), Err(Stop::Sleeps));
    console::type_line(&mut k, b"one\n");
    console::type_line(&mut k, b"two\n");
    switch(&mut k, FIRST);
    assert_eq!(read(&mut k, 0, 100), b"one\n");
    assert_eq!(read(&mut k, 0, 2), b"tw");
    assert_eq!(read(&mut k, 0, 100), b"o\n");
    console::end_input(&mut k);
    assert_eq!((read(&mut k, 0, 100), read(&mut k, 0, 100)), (vec![], vec![]));
    assert_eq!(write(&mut k, 1, b"out"), Ok(3));
    assert_eq!(write(&mut k, 2, b"err"), Ok(3));
    assert_eq!(call(&mut k, Sysno::DUP2, &[1, 2]), Ok(2));
    assert_eq!(write(&mut k, 2, b"2>&1"), Ok(4));
    let shown: Vec<(u8, &[u8])> = k.output.iter().map(|output| (output.stream, output.bytes.as_slice())).collect();
    assert_eq!(shown, [(1, b"out".as_slice()), (2, b"err"), (1, b"2>&1")]);
    assert_eq!(call(&mut k, Sysno::IOCTL, &[0, 0x5401, MEMORY]), Ok(0));
    assert_eq!(call(&mut k, Sysno::LSEEK, &[0, 0, 0]), Err(Errno::ESPIPE));
    check_fold(&mut k);
}

#[test]
fn a_bad_buffer_ends_a_read_where_it_begins() {
    let mut k = machine(&[("/data", &[5; 9_000])]);
    let fd = open(&mut k, "/data", OpenFlags::O_RDONLY).expect("it is there");
    let end = MEMORY + 64 * 4096;
    assert_eq!(call(&mut k, Sysno::READ, &[fd, end - 100, 500]), Ok(100), "what there was room for");
    assert_eq!(call(&mut k, Sysno::READ, &[fd, end, 500]), Err(Errno::EFAULT));
    assert_eq!(call(&mut k, Sysno::LSEEK, &[fd, 0, 1]), Ok(100));
    assert_eq!(call(&mut k, Sysno::READ, &[fd, MEMORY, u64::MAX]), Err(Errno::EINVAL));
    assert_eq!(with_path(&mut k, Sysno::OPEN, "/", &[0, 0]).map(|_| ()), Ok(()));
    assert_eq!(call(&mut k, Sysno::OPEN, &[end, 0, 0]), Err(Errno::EFAULT));
    check_fold(&mut k);
}

#[test]
fn proc_has_linuxs_formats() {
    let mut k = machine(&[("/bin/demo", &[0; 5_000])]);
    let mut comm = [0; 16];
    comm[..4].copy_from_slice(b"demo");
    k.set_comm(FIRST, comm);
    let text = |k: &mut Kernel, path: &str| {
        let fd = open(k, path, OpenFlags::O_RDONLY).expect("it is there");
        let text = String::from_utf8(read(k, fd, 100_000)).expect("it is text");
        assert_eq!(call(k, Sysno::CLOSE, &[fd]), Ok(0));
        text
    };
    let inodes = k.state().inodes.len();
    let stat = text(&mut k, "/proc/self/stat");
    assert!(stat.starts_with("1 (demo) R 0 0 0 0 -1 0 "), "{stat}");
    assert_eq!(stat.trim_end().split(' ').count(), 52);
    assert_eq!(text(&mut k, "/proc/1/comm"), "demo\n");
    assert_eq!(
        text(&mut k, "/proc/1/maps"),
        "00400000-00440000 rw-p 00000000 00:00 0 \n",
        "an area without a name ends with a blank"
    );
    let sample = "Name Umask State Tgid Ngid Pid PPid TracerPid Uid Gid FDSize Groups NStgid NSpid NSpgid NSsid Kthread \
        VmPeak VmSize VmLck VmPin VmHWM VmRSS RssAnon RssFile RssShmem VmData VmStk VmExe VmLib VmPTE VmSwap \
        HugetlbPages CoreDumping THP_enabled untag_mask Threads SigQ SigPnd ShdPnd SigBlk SigIgn SigCgt CapInh CapPrm \
        CapEff CapBnd CapAmb NoNewPrivs Seccomp Seccomp_filters Speculation_Store_Bypass SpeculationIndirectBranch \
        Cpus_allowed Cpus_allowed_list Mems_allowed Mems_allowed_list voluntary_ctxt_switches \
        nonvoluntary_ctxt_switches";
    let status = text(&mut k, "/proc/1/status");
    let keys: Vec<&str> = status.lines().filter_map(|line| Some(line.split_once(':')?.0)).collect();
    assert_eq!(keys, sample.split_whitespace().collect::<Vec<_>>());
    assert!(status.contains("\nState:\tR (running)\n") && status.contains("\nVmSize:\t     256 kB\n"), "{status}");
    assert!(text(&mut k, "/proc/meminfo").starts_with("MemTotal:           4096 kB\nMemFree:  "));
    assert_eq!(k.state().inodes.len(), inodes, "inodes of /proc go with their descriptors");
    assert_eq!(names(&mut k, "/proc"), [".", "..", "uptime", "meminfo", "self", "1", "2"]);
    assert_eq!(open(&mut k, "/proc/x", OpenFlags::O_CREAT), Err(Errno::ENOENT));
    assert_eq!(with_path(&mut k, Sysno::UNLINK, "/proc/1/stat", &[]), Err(Errno::EPERM));
    check_fold(&mut k);
}

#[test]
fn the_maps_of_a_file_stand_in_column_73_and_a_zombie_has_none() {
    let mut k = machine(&[("/bin/demo", &[0; 5_000])]);
    let ino = path::lookup(&mut k, b"/bin/demo").expect("it is there");
    let space = k.current_mm();
    let flags = VmaFlags::READ | VmaFlags::EXEC;
    let area = MapRequest { pages: 1, flags, ino, file_page: 1, ..MapRequest::fixed(Vaddr(0x55cf_7100_9000)) };
    let _ = mm::map(&mut k, space, area).expect("there is room");
    let maps = |k: &Kernel, pid| String::from_utf8(proc::content(k, ProcEntry::Maps(pid)).expect("it is there"));
    let text = maps(&k, Pid(1)).expect("it is text");
    let line = text.lines().nth(1).expect("there are two areas");
    assert!(line.starts_with("55cf71009000-55cf7100a000 r-xp 00001000 fe:00 2 "), "{line}");
    assert_eq!(line.find("/bin/demo"), Some(73));

    let files = k.state().task(SECOND).files.expect("it has descriptors");
    let fs = k.state().task(SECOND).fs.expect("it has a working directory");
    let space = k.state().task(SECOND).mm.expect("it has memory");
    k.set_files(SECOND, None);
    vfs::descriptor::release_table(&mut k, files);
    k.set_fs(SECOND, None);
    vfs::fs::release(&mut k, fs);
    k.set_mm(SECOND, None);
    mm::release(&mut k, space);
    k.set_state(SECOND, TaskState::Zombie);
    k.commit(Change::ExitStatus { tid: SECOND, from: None, to: Some(768) });
    assert_eq!(maps(&k, Pid(2)).expect("it is text"), "");
    let stat = proc::content(&k, ProcEntry::Stat(Pid(2))).expect("it is there");
    let stat = String::from_utf8(stat).expect("it is text");
    let end = "18446744073709551615 0 0 0 0 0 0 0 0 0 1 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 768\n";
    assert!(stat.starts_with("2 () Z 1 0 0 0 -1 12 ") && stat.ends_with(end), "{stat}");
    let status = proc::content(&k, ProcEntry::Status(Pid(2))).expect("it is there");
    let status = String::from_utf8(status).expect("it is text");
    assert!(!status.contains("Vm") && !status.contains("Umask") && status.contains("FDSize:\t0\n"), "{status}");
    check_fold(&mut k);
}
