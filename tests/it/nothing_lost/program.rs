//! Random programs: what they do, as data that can be shrunk, and how chance draws it.

use proptest::prelude::*;

use ring3::abi::sysno::Sysno;
use ring3::kernel::syscall::MODELLED;

/// Areas that a process may have at once.
pub const SLOTS: usize = 4;
/// Pages of an area at most, and of each file; an area for large pages is cut into so many parts.
pub const PAGES: u8 = 6;
/// Where the parts of an area for large pages begin, and where the last one ends.
pub const PARTS: [u16; PAGES as usize + 1] = [0, 1, 511, 512, 513, 1023, 1024];
/// The files: one in memory, one on the disk from the start, one that a script makes there.
pub const FILES: [&str; 3] = ["/tmp/made", "/data/given", "/data/made"];

/// What an area holds.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Kind {
    /// `MAP_PRIVATE | MAP_ANONYMOUS`.
    Private,
    /// The same, 4 MiB for which large pages are wanted; a machine with little memory has none.
    Large,
    /// `MAP_SHARED | MAP_ANONYMOUS`.
    Shared,
    /// `MAP_PRIVATE` of a file.
    PrivateFile(usize),
    /// `MAP_SHARED` of a file.
    SharedFile(usize),
}

/// What may be done with the pages of a range.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Rights {
    /// `PROT_NONE`.
    None,
    /// `PROT_READ`.
    Read,
    /// `PROT_READ | PROT_WRITE`.
    Write,
}

/// What the kernel is told of a range.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Advice {
    /// `MADV_DONTNEED`.
    DontNeed,
    /// `MADV_FREE`.
    Free,
    /// `MADV_PAGEOUT`.
    PageOut,
    /// `MADV_COLD`.
    Cold,
    /// `MADV_WILLNEED`.
    WillNeed,
    /// `MADV_REMOVE`.
    Remove,
    /// `MADV_DONTFORK`.
    DontFork,
    /// `MADV_DOFORK`.
    DoFork,
    /// `MADV_WIPEONFORK`.
    WipeOnFork,
    /// `MADV_KEEPONFORK`.
    KeepOnFork,
}

/// A byte of an area.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct At {
    /// Which area.
    pub slot: usize,
    /// Which page of it, or the first one of which part.
    pub page: u16,
    /// Where in the page.
    pub offset: u16,
}

/// Some pages of an area, or some parts.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Span {
    /// Which area.
    pub slot: usize,
    /// The first page.
    pub page: u8,
    /// How many, at least one.
    pub pages: u8,
}

/// A step of a process. One that makes no sense where it stands is passed over, so that any may be left out.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Op {
    /// mmap.
    Map { slot: usize, kind: Kind, pages: u8 },
    /// munmap.
    Unmap(Span),
    /// mremap to another number of pages.
    Remap { slot: usize, pages: u8 },
    /// mremap of all pages to another place, a multiple of 2 MiB if so wished; the old one may stay mapped and is looked at.
    Move { slot: usize, keeps: bool, aligned: bool },
    /// mremap of all pages to where another area is.
    Onto { from: usize, to: usize },
    /// mremap of some pages to where others of the same area are.
    Slide { span: Span, to: u8 },
    /// mremap of no pages: those of a shared area are mapped once more.
    Again { slot: usize, into: usize },
    /// msync.
    Sync(Span, bool),
    /// fsync; the pages that nobody maps are dropped then, if so wished.
    SyncFile { file: usize, drops: bool },
    /// mprotect.
    Protect(Span, Rights),
    /// madvise.
    Advise(Span, Advice),
    /// mlock, or munlock.
    Lock(Span, bool),
    /// A byte is stored.
    Write(At, u8),
    /// A page is filled.
    Fill(At, u8),
    /// A byte is read and compared.
    Look(At),
    /// A page is read and compared.
    Sum(At),
    /// Bytes go through a pipe from one place to another.
    Pipe { from: At, to: At, len: u16 },
    /// A byte of a file is written, by write.
    WriteFile { file: usize, page: u8, offset: u16, value: u8 },
    /// A byte of a file is read, by read, and compared.
    ReadFile { file: usize, page: u8, offset: u16 },
    /// fork: the child does this and exits. The parent waits for that, or goes on and waits in the end.
    Fork { waits: bool, ops: Vec<Op> },
}

/// The machine that a program runs on.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Board {
    /// `frames`.
    pub frames: Option<u32>,
    /// `swap`.
    pub swap: u32,
    /// `ram` in frames.
    pub ram: u32,
    /// Whether it has enough of them for large pages.
    pub large: bool,
    /// `replacement`.
    pub policy: &'static str,
    /// `swap_device`.
    pub device: &'static str,
    /// `seed`.
    pub seed: Option<u8>,
    /// `quantum`.
    pub quantum: u32,
    /// Whether the program's own pages are locked.
    pub locked: bool,
}

fn at() -> impl Strategy<Value = At> {
    (0..SLOTS, 0..u16::from(PAGES), 0..4096_u16).prop_map(|(slot, page, offset)| At { slot, page, offset })
}

fn span() -> impl Strategy<Value = Span> {
    (0..SLOTS, 0..PAGES, 1..=PAGES).prop_map(|(slot, page, pages)| Span { slot, page, pages })
}

fn kind() -> impl Strategy<Value = Kind> {
    let file = 0..FILES.len();
    prop_oneof![
        4 => Just(Kind::Private),
        2 => Just(Kind::Large),
        2 => Just(Kind::Shared),
        1 => file.clone().prop_map(Kind::PrivateFile),
        1 => file.prop_map(Kind::SharedFile),
    ]
}

fn plain() -> impl Strategy<Value = Op> {
    let rights = prop_oneof![1 => Just(Rights::None), 1 => Just(Rights::Read), 3 => Just(Rights::Write)];
    let file = (0..FILES.len(), 0..PAGES, 0..4096_u16);
    prop_oneof![
        6 => (0..SLOTS, kind(), 1..=PAGES).prop_map(|(slot, kind, pages)| Op::Map { slot, kind, pages }),
        1 => span().prop_map(Op::Unmap),
        2 => (span(), rights).prop_map(|(span, rights)| Op::Protect(span, rights)),
        8 => (at(), any::<u8>()).prop_map(|(at, value)| Op::Write(at, value)),
        4 => (at(), any::<u8>()).prop_map(|(at, seed)| Op::Fill(at, seed)),
        8 => at().prop_map(Op::Look),
        4 => at().prop_map(Op::Sum),
        2 => (at(), at(), 1..8192_u16).prop_map(|(from, to, len)| Op::Pipe { from, to, len }),
        1 => (file.clone(), any::<u8>())
            .prop_map(|((file, page, offset), value)| Op::WriteFile { file, page, offset, value }),
        1 => file.prop_map(|(file, page, offset)| Op::ReadFile { file, page, offset }),
    ]
}

/// Steps that move, advise and lock areas.
fn shaping() -> impl Strategy<Value = Op> {
    let advice = prop_oneof![
        1 => Just(Advice::DontNeed),
        1 => Just(Advice::Free),
        3 => Just(Advice::PageOut),
        1 => Just(Advice::Cold),
        1 => Just(Advice::WillNeed),
        1 => Just(Advice::Remove),
        1 => Just(Advice::DontFork),
        1 => Just(Advice::DoFork),
        1 => Just(Advice::WipeOnFork),
        1 => Just(Advice::KeepOnFork),
    ];
    let locks = u32::from(MODELLED.contains(&Sysno::MLOCK));
    prop_oneof![
        4 => (0..SLOTS, 1..=PAGES).prop_map(|(slot, pages)| Op::Remap { slot, pages }),
        4 => (0..SLOTS, any::<bool>(), any::<bool>())
            .prop_map(|(slot, keeps, aligned)| Op::Move { slot, keeps, aligned }),
        2 => (0..SLOTS, 0..SLOTS).prop_map(|(from, to)| Op::Onto { from, to }),
        3 => (span(), 0..PAGES).prop_map(|(span, to)| Op::Slide { span, to }),
        1 => (0..SLOTS, 0..SLOTS).prop_map(|(slot, into)| Op::Again { slot, into }),
        16 => (span(), advice).prop_map(|(span, advice)| Op::Advise(span, advice)),
        2 => (span(), any::<bool>()).prop_map(|(span, waits)| Op::Sync(span, waits)),
        2 => (0..FILES.len(), any::<bool>()).prop_map(|(file, drops)| Op::SyncFile { file, drops }),
        3 * locks => (span(), any::<bool>()).prop_map(|(span, locked)| Op::Lock(span, locked)),
    ]
}

/// What a process does, its children's part included.
pub fn program() -> impl Strategy<Value = Vec<Op>> {
    let step = || prop_oneof![3 => plain(), 1 => shaping()].boxed();
    let leaf = prop::collection::vec(step(), 1..24);
    let parent = leaf.prop_recursive(2, 120, 4, move |inner| {
        let fork = (any::<bool>(), inner).prop_map(|(waits, ops)| Op::Fork { waits, ops });
        prop::collection::vec(prop_oneof![12 => step(), 1 => fork], 1..40)
    });
    // Something is mapped at once, so that most of what follows makes sense.
    (prop::collection::vec((kind(), 1..=PAGES), SLOTS), parent).prop_map(|(kinds, ops)| {
        let maps = kinds.into_iter().enumerate().map(|(slot, (kind, pages))| Op::Map { slot, kind, pages });
        maps.chain(ops).collect()
    })
}

/// A machine with little memory, and enough of a swap device.
pub fn machine() -> impl Strategy<Value = Board> {
    // `opt` wants a program that does the same whatever is evicted: replacement.rs has such.
    let policies = ["two_list", "fifo", "lru", "clock", "random", "lfu"];
    let small = (prop::option::weighted(0.8, 6..60_u32), 160..400_u32, 300..1200_u32, Just(false));
    let large = (prop::option::weighted(0.3, 600..1500_u32), 12_000..14_000_u32, 2400..4000_u32, Just(true));
    let some = prop_oneof![3 => small, 1 => large];
    let how = (prop::sample::select(policies.to_vec()), prop::sample::select(vec!["disk", "zram"]));
    let when = (prop::option::of(any::<u8>()), prop::sample::select(vec![50_u32, 1000, 1_000_000]), any::<bool>());
    (some, how, when).prop_map(move |((frames, swap, ram, large), (policy, device), (seed, quantum, locked))| Board {
        frames,
        swap,
        ram,
        large,
        policy,
        device,
        seed,
        quantum,
        locked: locked && MODELLED.contains(&Sysno::MLOCKALL),
    })
}
