//! Pipes and the console.

use super::*;
use crate::abi::flags::F_GETPIPE_SZ;
use crate::kernel::vfs::console;

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
    assert!(k.state().task(k.current()).pending.has(crate::abi::signal::Signal::SIGPIPE));
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
