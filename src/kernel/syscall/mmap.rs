//! `mmap(2)`: maps a file or zero pages.

use crate::abi::errno::Errno;
use crate::abi::flags::{MapFlags, OpenFlags, Prot};
use crate::base::ids::Ino;
use crate::base::units::{PAGE_SHIFT, PAGE_SIZE, Vaddr};
use crate::kernel::core::Kernel;
use crate::kernel::mm::populate::{self, OnError};
use crate::kernel::mm::{self, MapRequest, Place, mlock, overcommit};
use crate::kernel::stop::{Stop, SysResult};
use crate::trace::value::{InodeKind, VmaFlags};

/// The bits of the kind of a mapping (`MAP_TYPE`).
const MAP_TYPE: u32 = 0xf;
/// Flags without a name here that every file takes: MAP_ABOVE4G, MAP_DENYWRITE, MAP_EXECUTABLE and the sizes of huge pages
/// (`LEGACY_MAP_MASK`, of which MAP_FIXED_NOREPLACE is none).
const LEGACY: u32 = 0x1880 | 0x7c00_0000;
/// Bytes of a huge page.
const HUGE_PAGE_SIZE: u64 = 2 << 20;

/// `mmap(addr, length, prot, flags, fd, offset)`: the address.
///
/// # Errors
/// EACCES, EAGAIN, EBADF, EEXIST, EINVAL, ENODEV, ENOMEM, EOPNOTSUPP, EOVERFLOW, EPERM as in the man page.
pub fn sys_mmap(k: &mut Kernel, args: [u64; 6]) -> SysResult {
    let [address, len, prot, flags, fd, offset] = args;
    let (prot, flags) = (Prot::from_bits_retain(prot as u32), MapFlags::from_bits_retain(flags as u32));
    if !offset.is_multiple_of(PAGE_SIZE) {
        return Err(Errno::EINVAL.into());
    }
    let pages = len.div_ceil(PAGE_SIZE);
    let tid = k.current();
    let mm = k.current_mm();
    // It slept while it populated: the area is there, and pages of it.
    let (start, done) = match Cursor::of(k.state().task(tid).progress) {
        Some(Cursor { first, done }) => (first << PAGE_SHIFT, done),
        None => {
            let request = request(k, address, len, prot, flags, fd as i32, offset)?;
            (mm::map(k, mm, request)?.0, 0)
        }
    };
    let area = k.state().mm(mm).vma_at(Vaddr(start));
    let locked = area.is_some_and(|(_, vma)| vma.flags.contains(VmaFlags::LOCKED));
    let first = start >> PAGE_SHIFT;
    if locked || flags & (MapFlags::MAP_POPULATE | MapFlags::MAP_NONBLOCK) == MapFlags::MAP_POPULATE {
        if let Err(Stop::Sleeps) = populate::areas(k, mm, first + done..first + pages, OnError::NextArea) {
            let next = populate::resumed(k).unwrap_or(first);
            k.set_progress(tid, Cursor { first, done: next - first }.to_progress());
            return Err(Stop::Sleeps);
        }
        k.set_progress(tid, 0);
    }
    Ok(start)
}

/// How far a call has come that sleeps while it populates its area.
struct Cursor {
    /// The first page of the area.
    first: u64,
    /// How many of its pages are there; more than can be told are looked at again.
    done: u64,
}

impl Cursor {
    const DONE_BITS: u32 = 28;

    fn of(progress: u64) -> Option<Self> {
        let first = progress >> Self::DONE_BITS;
        (first > 0).then_some(Self { first, done: progress & ((1 << Self::DONE_BITS) - 1) })
    }

    fn to_progress(&self) -> u64 {
        self.first << Self::DONE_BITS | self.done.min((1 << Self::DONE_BITS) - 1)
    }
}

/// Checks the arguments in the order of `do_mmap`.
fn request(
    k: &Kernel,
    address: u64,
    len: u64,
    prot: Prot,
    flags: MapFlags,
    fd: i32,
    offset: u64,
) -> SysResult<MapRequest> {
    let anonymous = flags.contains(MapFlags::MAP_ANONYMOUS);
    let file = if anonymous { None } else { Some(open_file(k, fd)?) };
    if len == 0 {
        return Err(Errno::EINVAL.into());
    }
    let pages = len.div_ceil(PAGE_SIZE);
    if flags.contains(MapFlags::MAP_HUGETLB) {
        return Err(no_huge_pages(anonymous, address, flags).into());
    }
    let place = place(address, flags);
    let _ = mm::place::find(k.state().mm(k.current_mm()), place, pages, k.stack_limit())?;
    let mut vma = rights(prot) | mlock::default_flags(k, k.current_mm());
    if flags.contains(MapFlags::MAP_LOCKED) {
        vma |= VmaFlags::LOCKED;
        if !mlock::is_allowed(k) {
            return Err(Errno::EPERM.into());
        }
    }
    if !mlock::has_room(k, k.current_mm(), vma, pages) {
        return Err(Errno::EAGAIN.into());
    }
    let file_page = (offset >> PAGE_SHIFT) as u32;
    if file.is_some() && (offset >> PAGE_SHIFT) + pages > u64::from(u32::MAX) {
        return Err(Errno::EOVERFLOW.into());
    }
    let (ino, file_page) = match file {
        None => {
            vma |= anonymous_kind(flags)?;
            (Ino(0), 0)
        }
        Some((ino, open)) => {
            vma |= file_kind(flags, prot, open)?;
            match k.state().inode(ino).inode.kind {
                InodeKind::Disk | InodeKind::Memory => (ino, file_page),
                // Memory without a file, private or shared (`drivers/char/mem.c`); of shared memory, as many pages as are
                // mapped, from its first page on, so with an offset some of what is mapped lies behind its end.
                // Linux: private memory of /dev/zero is listed by that name. Here: it has none, because an area that names
                // a file has that file's pages.
                InodeKind::Zero if vma.contains(VmaFlags::SHARED) => (Ino(0), file_page),
                InodeKind::Zero => (Ino(0), 0),
                // Both are mounted with noexec.
                InodeKind::Pipe(_) | InodeKind::Proc(_) if prot.contains(Prot::PROT_EXEC) => {
                    return Err(Errno::EPERM.into());
                }
                InodeKind::Directory
                | InodeKind::Console
                | InodeKind::Null
                | InodeKind::Pipe(_)
                | InodeKind::Proc(_) => return Err(Errno::ENODEV.into()),
            }
        }
    };
    if ino != Ino(0) && flags.contains(MapFlags::MAP_GROWSDOWN) {
        return Err(Errno::EINVAL.into());
    }
    if flags.contains(MapFlags::MAP_NORESERVE) && overcommit::honours_noreserve(k) {
        vma |= VmaFlags::NORESERVE;
    }
    // Linux: an area may have any size. Here: at most 16 TiB, because its length is kept in 32 bits.
    let pages = u32::try_from(pages).map_err(|_| Errno::ENOMEM)?;
    Ok(MapRequest { place, pages, flags: vma, ino, file_page })
}

/// Why there are no huge pages for a mapping (`ksys_mmap_pgoff`, `hugetlb_get_unmapped_area`).
fn no_huge_pages(anonymous: bool, address: u64, flags: MapFlags) -> Errno {
    let fixed = flags.intersects(MapFlags::MAP_FIXED | MapFlags::MAP_FIXED_NOREPLACE);
    if !anonymous || fixed && !address.is_multiple_of(HUGE_PAGE_SIZE) {
        return Errno::EINVAL;
    }
    // Linux: huge pages come from a pool that the administrator fills. Here: there are none, because nobody does.
    Errno::ENOMEM
}

/// The rights of an area as `mmap` and `mprotect` name them.
pub fn rights(prot: Prot) -> VmaFlags {
    let mut flags = VmaFlags::empty();
    flags.set(VmaFlags::READ, prot.contains(Prot::PROT_READ));
    flags.set(VmaFlags::WRITE, prot.contains(Prot::PROT_WRITE));
    flags.set(VmaFlags::EXEC, prot.contains(Prot::PROT_EXEC));
    flags
}

fn place(address: u64, flags: MapFlags) -> Place {
    if flags.contains(MapFlags::MAP_FIXED_NOREPLACE) {
        Place::FixedNoReplace(address)
    } else if flags.contains(MapFlags::MAP_FIXED) {
        Place::Fixed(address)
    } else if flags.contains(MapFlags::MAP_32BIT) {
        Place::Low
    } else {
        Place::Hint(address)
    }
}

fn open_file(k: &Kernel, fd: i32) -> SysResult<(Ino, OpenFlags)> {
    let files = k.state().files(k.current_files());
    let descriptor = u32::try_from(fd).ok().and_then(|fd| files.fds.get(fd)).ok_or(Errno::EBADF)?;
    let open = k.state().file(descriptor.file).open;
    let flags = OpenFlags::from_bits_retain(open.flags);
    if flags.contains(OpenFlags::O_PATH) {
        return Err(Errno::EBADF.into());
    }
    Ok((open.ino, flags))
}

fn anonymous_kind(flags: MapFlags) -> Result<VmaFlags, Errno> {
    let grows = flags.contains(MapFlags::MAP_GROWSDOWN);
    match MapFlags::from_bits_retain(flags.bits() & MAP_TYPE) {
        MapFlags::MAP_PRIVATE => Ok(if grows { VmaFlags::GROWSDOWN } else { VmaFlags::empty() }),
        MapFlags::MAP_SHARED if !grows => Ok(VmaFlags::SHARED),
        _ => Err(Errno::EINVAL),
    }
}

fn file_kind(flags: MapFlags, prot: Prot, open: OpenFlags) -> Result<VmaFlags, Errno> {
    let shared = match MapFlags::from_bits_retain(flags.bits() & MAP_TYPE) {
        MapFlags::MAP_PRIVATE => false,
        MapFlags::MAP_SHARED => true,
        MapFlags::MAP_SHARED_VALIDATE => {
            let known = MapFlags::all().difference(MapFlags::MAP_FIXED_NOREPLACE).bits() | LEGACY;
            if flags.bits() & !known != 0 {
                return Err(Errno::EOPNOTSUPP);
            }
            true
        }
        _ => return Err(Errno::EINVAL),
    };
    if shared && prot.contains(Prot::PROT_WRITE) && !open.can_write() || !open.can_read() {
        return Err(Errno::EACCES);
    }
    Ok(match (shared, open.can_write()) {
        (false, _) => VmaFlags::empty(),
        (true, true) => VmaFlags::SHARED,
        (true, false) => VmaFlags::SHARED | VmaFlags::NEVER_WRITE,
    })
}
