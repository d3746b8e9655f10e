//! Files, paths and descriptors.

use super::*;
use crate::abi::flags::{AT_FDCWD, AT_REMOVEDIR};
use crate::kernel::vfs::path;

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
    wait_for_device(&mut k);
    switch(&mut k, FIRST);
    let got = read(&mut k, fd, 200_000);
    assert_eq!((got.len(), got == content), (100_000, true));
    assert_eq!(read(&mut k, fd, 10), b"");
    assert_eq!(k.state().inode(ino).cache.len(), 25);
    assert!(once(&mut k, Sysno::PREAD64, &[fd, MEMORY, 100_000, 0]).is_ok(), "nothing is read twice");
    check_fold(&mut k);
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
