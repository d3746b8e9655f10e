//! Address spaces on a small kernel made by hand: what Linux answers to the same touches (`EXPECTED.tsv`).

use std::sync::Arc;

use crate::abi::errno::Errno;
use crate::base::ids::{CpuId, Frame, Ino, MmId, Pid, Tid};
use crate::base::units::Vaddr;
use crate::kernel::config::Config;
use crate::kernel::core::Kernel;
use crate::kernel::mm::{self, MapRequest, Place, Served, protect, remote};
use crate::kernel::oracle::First;
use crate::kernel::state::ROOT_NS;
use crate::kernel::stop::Stop;
use crate::kernel::task::clone::create_process;
use crate::kernel::task::limits;
use crate::kernel::vfs::disk::Disk;
use crate::kernel::view::{self, page_table};
use crate::machine::trap::{CODE_P, CODE_W};
use crate::trace::event::{Change, FaultResult, Note, What};
use crate::trace::recorder::Recording;
use crate::trace::value::{FrameKind, PidNamespace, TaskState, VmaFlags};

mod huge;

const RW: VmaFlags = VmaFlags::READ.union(VmaFlags::WRITE);
const BASE: u64 = 0x10_0000;

/// A kernel of so many frames with one task in an address space without areas.
fn kernel(frames: u32) -> (Kernel, MmId) {
    kernel_with(Config::with_ram(frames))
}

fn kernel_with(config: Config) -> (Kernel, MmId) {
    let mut k = Kernel::new(config, Arc::new(Disk::default()), Box::new(First), Recording::State);
    assert_eq!(k.take_frame(FrameKind::Kernel, 0, 0), Some(Frame(0)));
    assert_eq!(k.take_frame(FrameKind::Zero, 0, 0), Some(Frame(1)));
    let root = PidNamespace { parent: ROOT_NS, init: Pid(2) };
    k.commit(Change::PidNs { ns: ROOT_NS, from: None, to: Some(root) });
    let mm = task(&mut k, 2);
    mm::switch_to(&mut k, Some(mm));
    let cpu = CpuId(0);
    k.commit(Change::Current { cpu, from: Tid(0), to: Tid(2) });
    k.set_state(Tid(2), TaskState::Running(cpu));
    (k, mm)
}

fn task(k: &mut Kernel, id: u32) -> MmId {
    let mm = mm::create(k).unwrap();
    adopt(k, id, mm);
    mm
}

fn adopt(k: &mut Kernel, id: u32, mm: MmId) {
    k.commit(Change::Task { tid: Tid(id), from: false, to: true });
    create_process(k, Pid(id), Pid(0));
    limits::first(k, Pid(id));
    k.set_mm(Tid(id), Some(mm));
}

/// Maps private or shared memory at `BASE` plus some pages.
fn map(k: &mut Kernel, mm: MmId, at: u64, pages: u32, flags: VmaFlags) {
    let request = MapRequest { pages, flags, ..MapRequest::fixed(Vaddr(BASE + 4096 * at)) };
    assert_eq!(mm::map(k, mm, request), Ok(Vaddr(BASE + 4096 * at)));
}

fn areas(k: &Kernel, mm: MmId) -> Vec<(u64, u64, VmaFlags)> {
    view::areas::list(k.state(), mm)
        .map(|area| ((area.start - BASE) >> 12, (area.end - BASE) >> 12, area.flags.difference(VmaFlags::ACCOUNT)))
        .collect()
}

/// Touches a page as the processor would, by the tables alone: how its fault was served, none if there was none.
fn touch(k: &mut Kernel, mm: MmId, page: u64, write: bool) -> Option<FaultResult> {
    let address = BASE + 4096 * page;
    let pte = mm::populate::leaf_of(k, mm, address);
    let allowed = pte.has(crate::machine::pte::U) && (!write || pte.has(crate::machine::pte::W));
    if pte.is_present() && allowed {
        return None;
    }
    let code = if write { CODE_W } else { 0 } | if pte.is_present() { CODE_P } else { 0 };
    let _ = mm::fault(k, mm, Vaddr(address), code);
    k.state().check().unwrap();
    last_result(k)
}

fn last_result(k: &mut Kernel) -> Option<FaultResult> {
    k.recorder().waiting().0.iter().rev().find_map(|numbered| match numbered.event.what {
        What::Note(Note::FaultDone { result, .. }) => Some(result),
        What::Change(_) | What::Note(_) | What::Choice(_) => None,
    })
}

fn faults(k: &mut Kernel, mm: MmId, pages: std::ops::Range<u64>, write: bool) -> usize {
    pages.filter(|&page| touch(k, mm, page, write).is_some()).count()
}

#[test]
fn anonymous_memory_is_zero_page_then_frame() {
    let (mut k, mm) = kernel(256);
    map(&mut k, mm, 0, 4, RW);
    assert_eq!(touch(&mut k, mm, 0, false), Some(FaultResult::ZeroPage));
    assert_eq!(k.state().mm(mm).rss(), 0);
    assert_eq!(touch(&mut k, mm, 0, false), None);
    assert_eq!(touch(&mut k, mm, 0, true), Some(FaultResult::ZeroFilled));
    assert_eq!(touch(&mut k, mm, 1, true), Some(FaultResult::ZeroFilled));
    assert_eq!((k.state().mm(mm).rss(), k.state().mm(mm).tables), (2, 4));
    assert_eq!(k.state().frame(Frame(1)).maps, 0);
}

#[test]
fn the_first_writer_copies_and_the_last_owner_reuses() {
    let (mut k, parent) = kernel(256);
    map(&mut k, parent, 0, 2, RW);
    assert_eq!(faults(&mut k, parent, 0..2, true), 2);
    let copy = mm::duplicate(&mut k, parent).unwrap();
    assert_eq!((copy.ptes, copy.tables), (2, 4));
    adopt(&mut k, 3, copy.mm);
    k.state().check().unwrap();
    assert_eq!(faults(&mut k, copy.mm, 0..2, false), 0);
    assert_eq!(touch(&mut k, parent, 0, true), Some(FaultResult::Copied));
    assert_eq!(touch(&mut k, copy.mm, 0, true), Some(FaultResult::Reused));
    k.set_mm(Tid(3), None);
    mm::release(&mut k, copy.mm);
    k.state().check().unwrap();
    assert_eq!(touch(&mut k, parent, 1, true), Some(FaultResult::Reused));
}

#[test]
fn a_read_only_copy_of_zeros_is_not_copied_by_fork() {
    let (mut k, parent) = kernel(256);
    map(&mut k, parent, 0, 2, RW);
    assert_eq!(faults(&mut k, parent, 0..2, false), 2);
    let copy = mm::duplicate(&mut k, parent).unwrap();
    assert_eq!((copy.ptes, copy.tables), (0, 1));
}

#[test]
fn shared_pages_are_faulted_in_again_by_the_child() {
    let (mut k, parent) = kernel(512);
    map(&mut k, parent, 0, 32, RW | VmaFlags::SHARED);
    assert_eq!(faults(&mut k, parent, 0..32, true), 32);
    let copy = mm::duplicate(&mut k, parent).unwrap();
    adopt(&mut k, 3, copy.mm);
    assert_eq!(copy.ptes, 0);
    assert_eq!(faults(&mut k, copy.mm, 0..32, true), 32);
    let third = mm::duplicate(&mut k, parent).unwrap().mm;
    adopt(&mut k, 4, third);
    assert_eq!(faults(&mut k, third, 0..32, false), 2);
    assert_eq!(k.state().mm(third).rss_shmem, 32);
    mm::remote_write(&mut k, copy.mm, BASE + 5, b"seen").unwrap();
    let mut seen = [0; 4];
    assert_eq!(mm::remote_read(k.state(), parent, BASE + 5, &mut seen), 4);
    assert_eq!(&seen, b"seen");
}

#[test]
fn areas_split_and_merge_as_on_linux() {
    let (mut k, mm) = kernel(256);
    let read = VmaFlags::READ;
    map(&mut k, mm, 0, 4, RW);
    map(&mut k, mm, 4, 4, RW);
    assert_eq!(areas(&k, mm), [(0, 8, RW)]);
    map(&mut k, mm, 8, 4, read);
    assert_eq!(areas(&k, mm), [(0, 8, RW), (8, 12, read)]);
    let page = BASE >> 12;
    let protect = |k: &mut Kernel, from, to, flags| protect::protect(k, mm, page + from, page + to, flags);
    assert_eq!(protect(&mut k, 8, 12, RW), Ok(()));
    assert_eq!(areas(&k, mm), [(0, 12, RW)]);
    assert_eq!(protect(&mut k, 4, 8, read), Ok(()));
    assert_eq!(areas(&k, mm), [(0, 4, RW), (4, 8, read), (8, 12, RW)]);
    assert_eq!(protect(&mut k, 4, 8, RW), Ok(()));
    mm::unmap(&mut k, mm, page + 5, 2);
    assert_eq!(areas(&k, mm), [(0, 5, RW), (7, 12, RW)]);
    assert_eq!(protect(&mut k, 4, 8, read), Err(Errno::ENOMEM));
    assert_eq!(protect(&mut k, 4, 8, RW), Err(Errno::ENOMEM));
    map(&mut k, mm, 5, 2, RW);
    k.state().check().unwrap();
}

#[test]
fn tables_go_with_the_last_area_that_needs_them() {
    let (mut k, mm) = kernel(256);
    map(&mut k, mm, 0, 1, RW);
    map(&mut k, mm, 2, 1, RW);
    let far = MapRequest { pages: 1, flags: RW, ..MapRequest::fixed(Vaddr(1 << 40)) };
    assert!(mm::map(&mut k, mm, far).is_ok());
    assert_eq!(faults(&mut k, mm, 0..1, true), 1);
    mm::remote_write(&mut k, mm, 1 << 40, &[1]).unwrap();
    assert_eq!(k.state().mm(mm).tables, 7);
    mm::unmap(&mut k, mm, 1 << 28, 1);
    assert_eq!((k.state().mm(mm).tables, k.state().mm(mm).rss()), (4, 1));
    mm::unmap(&mut k, mm, BASE >> 12, 1);
    assert_eq!(k.state().mm(mm).tables, 4);
    mm::unmap(&mut k, mm, BASE >> 12, 8);
    assert_eq!(k.state().mm(mm).tables, 1);
    k.state().check().unwrap();
    k.set_mm(Tid(2), None);
    mm::release(&mut k, mm);
    assert_eq!(k.state().frames.len(), 2);
}

#[test]
fn a_stack_grows_to_its_limit_and_keeps_its_distance() {
    let (mut k, mm) = kernel(4096);
    let top = mm::STACK_TOP;
    let stack = MapRequest { pages: 1, flags: RW | VmaFlags::GROWSDOWN, ..MapRequest::fixed(Vaddr(top - 4096)) };
    assert!(mm::map(&mut k, mm, stack).is_ok());
    assert_eq!(mm::fault(&mut k, mm, Vaddr(top - 100_000), CODE_W), Served::Mapped);
    assert_eq!(mm::fault(&mut k, mm, Vaddr(top - (8 << 20)), CODE_W), Served::Mapped);
    let beyond = mm::fault(&mut k, mm, Vaddr(top - (8 << 20) - 1), CODE_W);
    assert_eq!(beyond, Served::Refused { si_code: mm::fault::SEGV_MAPERR });
    assert_eq!(mm::fault(&mut k, mm, Vaddr(top), 0), Served::Refused { si_code: 1 });
    mm::unmap(&mut k, mm, (top - (8 << 20)) >> 12, 2000);
    let near = MapRequest { pages: 1, flags: RW, ..MapRequest::fixed(Vaddr(top - (2 << 20))) };
    assert!(mm::map(&mut k, mm, near).is_ok());
    assert_eq!(mm::fault(&mut k, mm, Vaddr(top - (1 << 20)), CODE_W), Served::Refused { si_code: 1 });
    assert_eq!(mm::fault(&mut k, mm, Vaddr(top - (1 << 20) + 8192), CODE_W), Served::Mapped);
    k.state().check().unwrap();
}

#[test]
fn rights_are_checked_as_the_processor_and_linux_do() {
    let (mut k, mm) = kernel(256);
    map(&mut k, mm, 0, 1, VmaFlags::READ);
    map(&mut k, mm, 1, 1, VmaFlags::empty());
    map(&mut k, mm, 2, 1, VmaFlags::WRITE);
    let refused = Served::Refused { si_code: mm::fault::SEGV_ACCERR };
    let at = |page: u64| Vaddr(BASE + 4096 * page);
    assert_eq!(mm::fault(&mut k, mm, at(0), CODE_W), refused);
    assert_eq!(mm::fault(&mut k, mm, at(1), 0), refused);
    assert_eq!(mm::fault(&mut k, mm, at(2), 0), Served::Mapped);
    assert_eq!(mm::fault(&mut k, mm, Vaddr(0), 0), Served::Refused { si_code: mm::fault::SEGV_MAPERR });
    assert_eq!(touch(&mut k, mm, 2, true), Some(FaultResult::ZeroFilled));
    let page = BASE >> 12;
    assert_eq!(protect::protect(&mut k, mm, page + 2, page + 3, VmaFlags::empty()), Ok(()));
    assert_eq!(touch(&mut k, mm, 2, false), Some(FaultResult::Signal));
    assert_eq!(protect::protect(&mut k, mm, page + 2, page + 3, RW), Ok(()));
    assert_eq!(touch(&mut k, mm, 2, true), None);
}

#[test]
fn memory_of_the_task_is_reached_over_page_bounds() {
    let (mut k, mm) = kernel(256);
    map(&mut k, mm, 0, 2, RW);
    let address = BASE + 4093;
    assert_eq!(k.write_user(address, b"across\0"), Ok(()));
    k.state().check().unwrap();
    assert_eq!(k.read_user_string(address, 100), Ok(Some(b"across".to_vec())));
    assert_eq!(k.read_user_string(address, 6), Ok(None));
    assert_eq!(k.write_user_u64(BASE + 8188, 7), Err(Stop::Errno(Errno::EFAULT)));
    assert_eq!(k.write_user_partial(BASE + 8188, &[1; 8]), Ok(4));
    assert_eq!(k.read_user_u32(BASE + 8188), Ok(0x0101_0101));
    assert_eq!(k.read_user_u32(u64::MAX - 1), Err(Stop::Errno(Errno::EFAULT)));
    let pieces: Vec<_> = remote::by_page(4095, 4098).collect();
    assert_eq!(pieces, [(4095, 0, 1), (4096, 1, 4096), (8192, 4097, 1)]);
}

#[test]
fn no_frame_is_left_over_when_a_copy_fails() {
    for frames in 64..78 {
        let (mut k, mm) = kernel(frames);
        map(&mut k, mm, 0, 40, RW);
        let far = MapRequest { pages: 40, flags: RW, ..MapRequest::fixed(Vaddr(1 << 40)) };
        assert!(mm::map(&mut k, mm, far).is_ok());
        assert_eq!(faults(&mut k, mm, 0..40, true), 40);
        for page in 0..8 {
            mm::remote_write(&mut k, mm, (1 << 40) + 4096 * page, &[1]).unwrap();
        }
        let used = k.state().frames.len();
        match mm::duplicate(&mut k, mm) {
            Ok(copy) => {
                assert!(used + 7 <= frames as usize, "{used} of {frames}");
                adopt(&mut k, 3, copy.mm);
            }
            Err(errno) => {
                assert_eq!(errno, Errno::ENOMEM);
                assert!(used + 7 > frames as usize, "{used} of {frames}");
                assert_eq!(k.state().frames.len(), used);
            }
        }
        k.state().check().unwrap();
    }
}

#[test]
fn the_largest_process_is_killed_when_no_frame_is_left() {
    let (mut k, mm) = kernel(64);
    map(&mut k, mm, 0, 64, RW);
    let large = task(&mut k, 3);
    map(&mut k, large, 0, 64, RW);
    for page in 0..30 {
        mm::remote_write(&mut k, large, BASE + 4096 * page, &[1]).unwrap();
    }
    let mut page = 0;
    while k.state().mm(mm).rss() <= 30 {
        assert!(touch(&mut k, mm, page, true).is_some());
        page += 1;
        if k.reports.len() == 1 {
            break;
        }
    }
    let report = k.reports.first().expect("the memory was full");
    assert_eq!(report.pid, Pid(3));
    assert_eq!(last_result(&mut k), Some(FaultResult::ZeroFilled));
    assert_eq!(k.state().task(Tid(3)).mm, None);
}

#[test]
fn requests_that_no_machine_could_serve_are_refused() {
    let (mut k, mm) = kernel(256);
    let request = |pages, flags| MapRequest { place: Place::Hint(0), ..MapRequest::anonymous(pages, flags) };
    assert_eq!(mm::map(&mut k, mm, request(0, RW)), Err(Errno::EINVAL));
    assert_eq!(mm::map(&mut k, mm, request(257, RW)), Err(Errno::ENOMEM));
    assert_eq!(mm::map(&mut k, mm, request(257, RW | VmaFlags::SHARED)), Err(Errno::ENOMEM));
    assert!(mm::map(&mut k, mm, request(257, VmaFlags::READ)).is_ok());
    assert!(mm::map(&mut k, mm, request(1 << 30, RW | VmaFlags::NORESERVE)).is_ok());
    assert!(k.state().inodes.iter().all(|(ino, _)| ino == Ino(0).0));
    k.state().check().unwrap();
}

#[test]
fn tables_of_parent_and_child_stand_side_by_side() {
    let (mut k, parent) = kernel(256);
    map(&mut k, parent, 0, 8, RW);
    assert_eq!(faults(&mut k, parent, 0..4, true), 4);
    let child = mm::duplicate(&mut k, parent).unwrap().mm;
    adopt(&mut k, 3, child);
    assert_eq!(touch(&mut k, child, 1, true), Some(FaultResult::Copied));
    let both = page_table::side_by_side(k.state(), parent, child);
    assert!(both.lines().all(|line| line.len() <= 100), "{both}");
    insta::assert_snapshot!(both);
    insta::assert_snapshot!(page_table::page_tables(k.state(), parent));
}
