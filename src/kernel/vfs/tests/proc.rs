//! The formats of `/proc`.

use super::*;
use crate::kernel::vfs::{path, proc};
use crate::trace::value::{GlobalFile, ProcEntry, ProcFile};

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
    let listed = ". .. sys stat swap swaps frames uptime vmstat meminfo kpagecount kpageflags self thread-self 1 2";
    assert_eq!(names(&mut k, "/proc"), listed.split(' ').collect::<Vec<_>>());
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

/// The text of a file of `/proc`.
fn text_of(k: &Kernel, entry: ProcEntry) -> String {
    String::from_utf8(proc::content(k, entry).expect("it is there")).expect("it is text")
}

/// The words before the colons of lines.
fn keys(text: &str) -> Vec<&str> {
    text.lines().filter_map(|line| Some(line.split_once(':')?.0)).collect()
}

#[test]
fn smaps_has_linuxs_lines_in_linuxs_columns() {
    let mut k = machine(&[]);
    k.write_user(MEMORY, b"touched").expect("it is mapped");
    let text = text_of(&k, ProcEntry::File(Pid(1), ProcFile::Smaps));
    let sample = "Size KernelPageSize MMUPageSize Rss Pss Pss_Dirty Shared_Clean Shared_Dirty Private_Clean Private_Dirty \
        Referenced Anonymous KSM LazyFree AnonHugePages ShmemPmdMapped FilePmdMapped Shared_Hugetlb Private_Hugetlb Swap \
        SwapPss Locked THPeligible VmFlags";
    let lines: Vec<&str> = text.lines().collect();
    assert_eq!(lines[0], "00400000-00440000 rw-p 00000000 00:00 0 ");
    assert_eq!(keys(&lines[1..].join("\n")), sample.split_whitespace().collect::<Vec<_>>());
    assert_eq!(lines[1], "Size:                256 kB");
    assert_eq!(lines[4], "Rss:                   4 kB");
    assert_eq!(lines[10], "Private_Dirty:         4 kB");
    assert_eq!(lines[23], "THPeligible:           0");
    assert!(lines[24].starts_with("VmFlags: rd wr mr mw me ") && lines[24].ends_with(' '), "{}", lines[24]);

    let rollup = text_of(&k, ProcEntry::TaskFile(Pid(1), FIRST, ProcFile::SmapsRollup));
    let sample = "Rss Pss Pss_Dirty Pss_Anon Pss_File Pss_Shmem Shared_Clean Shared_Dirty Private_Clean Private_Dirty \
        Referenced Anonymous KSM LazyFree AnonHugePages ShmemPmdMapped FilePmdMapped Shared_Hugetlb Private_Hugetlb Swap \
        SwapPss Locked";
    let (head, rest) = rollup.split_once('\n').expect("it has lines");
    assert_eq!(head.find("[rollup]"), Some(73), "{head}");
    assert!(head.starts_with("00400000-00440000 ---p 00000000 00:00 0 "), "{head}");
    assert_eq!(keys(rest), sample.split_whitespace().collect::<Vec<_>>());
    assert_eq!(text_of(&k, ProcEntry::File(Pid(1), ProcFile::Statm)), "64 1 0 0 0 64 0\n");
}

#[test]
fn what_the_machine_tells_of_its_memory_is_in_linuxs_order() {
    let mut k = machine(&[]);
    k.config.swap_slots = 1024;
    let of = |file| text_of(&k, ProcEntry::Global(file));
    let sample = "MemTotal MemFree MemAvailable Buffers Cached SwapCached Active Inactive Active(anon) Inactive(anon) \
        Active(file) Inactive(file) Unevictable Mlocked SwapTotal SwapFree Dirty Writeback AnonPages Mapped Shmem \
        PageTables CommitLimit Committed_AS AnonHugePages";
    let meminfo = of(GlobalFile::Meminfo);
    assert_eq!(keys(&meminfo), sample.split_whitespace().collect::<Vec<_>>());
    assert!(meminfo.lines().all(|line| line.len() == "MemTotal:       24684092 kB".len()), "{meminfo}");
    let device = "/dev/vdb                                partition\t4096\t\t0\t\t-2";
    assert_eq!(of(GlobalFile::Swaps).lines().nth(1), Some(device));
    assert!(of(GlobalFile::Vmstat).starts_with("nr_free_pages 1"), "{}", of(GlobalFile::Vmstat));
    let stat = of(GlobalFile::Stat);
    let names: Vec<&str> = stat.lines().filter_map(|line| line.split(' ').next()).collect();
    assert_eq!(names, ["cpu", "cpu0", "intr", "ctxt", "btime", "processes", "procs_running", "procs_blocked"]);
}

#[test]
fn a_process_that_is_offered_to_the_oom_killer_scores_as_on_linux() {
    let mut k = machine(&[]);
    let score = |k: &Kernel, pid| text_of(k, ProcEntry::File(Pid(pid), ProcFile::OomScore));
    assert_eq!((score(&k, 1), score(&k, 2)), ("0\n".to_owned(), "666\n".to_owned()), "pid 1 is never killed");
    let adj = ProcEntry::File(Pid(2), ProcFile::OomScoreAdj);
    assert_eq!(proc::write(&mut k, adj, 0, b"1000\n"), Ok(5));
    assert_eq!(
        (score(&k, 2), text_of(&k, adj)),
        ("1317\n".to_owned(), "1000\n".to_owned()),
        "memory is no multiple of 1000 frames"
    );
    assert_eq!(proc::write(&mut k, adj, 0, b"-1000"), Ok(5));
    assert_eq!(score(&k, 2), "0\n");
    k.set_uid(Pid(1), 1000);
    assert_eq!(proc::write(&mut k, adj, 0, b"-999"), Ok(4), "whoever may open it may raise it");
    assert_eq!(proc::write(&mut k, adj, 0, b"-1000"), Err(Errno::EACCES));
}
