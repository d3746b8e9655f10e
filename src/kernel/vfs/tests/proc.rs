//! The formats of `/proc`.

use super::*;
use crate::kernel::vfs::{path, proc};
use crate::trace::value::{ProcEntry, ProcFile};

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
    assert_eq!(names(&mut k, "/proc"), [".", "..", "uptime", "meminfo", "sys", "self", "thread-self", "1", "2"]);
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
    let maps = |k: &Kernel, pid| {
        String::from_utf8(proc::content(k, ProcEntry::File(pid, ProcFile::Maps)).expect("it is there"))
    };
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
    let stat = proc::content(&k, ProcEntry::File(Pid(2), ProcFile::Stat)).expect("it is there");
    let stat = String::from_utf8(stat).expect("it is text");
    let end = "18446744073709551615 0 0 0 0 0 0 0 0 0 1 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 768\n";
    assert!(stat.starts_with("2 () Z 1 0 0 0 -1 12 ") && stat.ends_with(end), "{stat}");
    let status = proc::content(&k, ProcEntry::File(Pid(2), ProcFile::Status)).expect("it is there");
    let status = String::from_utf8(status).expect("it is text");
    assert!(!status.contains("Vm") && !status.contains("Umask") && status.contains("FDSize:\t0\n"), "{status}");
    check_fold(&mut k);
}
