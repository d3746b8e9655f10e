//! The model: a process is arrays of bytes. It runs a program beside the kernel and writes the script that does the same
//! and asserts what it reads.

use std::fmt::Write;
use std::rc::Rc;

use super::program::{Advice, At, FILES, Kind, Op, PAGES, PARTS, Rights, SLOTS, Span};

const PAGE: usize = 4096;
type Bytes = [u8; PAGE];

/// Where a page's bytes are.
#[derive(Clone)]
enum Content {
    /// In the page alone. After MADV_FREE it may hold zeros or what it held: all that it may hold.
    Own(Vec<Rc<Bytes>>),
    /// In a page of an object: of a file or of shared memory.
    Shared(usize, usize),
    /// In a page of a file, until it is written.
    Borrowed(usize, usize),
}

#[derive(Clone)]
struct Page {
    rights: Rights,
    locked: bool,
    /// A child of fork does not get it.
    stays: bool,
    /// A child of fork finds zeros.
    wiped: bool,
    /// Which page of its file it is.
    home: usize,
    content: Content,
}

/// An area, with holes where pages were unmapped.
#[derive(Clone)]
struct Area {
    kind: Kind,
    pages: Vec<Option<Page>>,
    /// Nothing was done with a part of it: the kernel has it in one piece.
    whole: bool,
}

/// A process.
#[derive(Clone)]
struct Process {
    areas: [Option<Area>; SLOTS],
    /// Others run beside it: what is shared is left alone.
    beside: bool,
    /// Its indentation in the script.
    depth: usize,
}

/// The model, and the script that it has written so far.
pub struct Model {
    objects: Vec<Vec<Bytes>>,
    /// Whether the machine has enough memory for large pages.
    large: bool,
    script: String,
    forks: usize,
}

/// The bytes of the file that the host gives.
pub fn given() -> Vec<u8> {
    (0..usize::from(PAGES) * PAGE).map(|at| (at / 7 + at / PAGE) as u8).collect()
}

const LIBRARY: &str = "\
const HUGE = 2097152
fn word(seed: int, i: int) -> int { return (seed + 1) * 0x9e3779b97f4a7c1 + i * 0x100000001b3 }
fn fill(p: *byte, seed: int) {
    let words = p as *int
    for i in 0..512 { words[i] = word(seed, i) }
}
fn sum(p: *byte) -> int {
    let words = p as *int
    let s = 0
    for i in 0..512 { s = s * 31 + words[i] }
    return s
}
fn reap(pid: int) {
    let status = 0
    assert waitpid(pid, &status) == pid
    assert status == 0, \"the child ended with {status:x}\"
}
fn send(from: *byte, to: *byte, n: int) {
    let fds: [int; 2]
    must(pipe(&fds))
    assert syscall(SYS_write, fds[1], from as int, n) == n
    assert syscall(SYS_read, fds[0], to as int, n) == n
    close(fds[0])
    close(fds[1])
}
fn map(pages: int, flags: int, path: str) -> *byte {
    if len(path) == 0 { return must_map(mmap(pages * PAGE_SIZE, flags: flags | MAP_ANONYMOUS)) }
    let fd = must(open(path, O_RDWR))
    let p = must_map(mmap(pages * PAGE_SIZE, flags: flags, fd: fd))
    close(fd)
    return p
}
fn must_map(p: *byte) -> *byte {
    assert !failed(p), \"{errname(p as int)}\"
    return p
}
fn move(p: *byte, n: int, keeps: bool) -> *byte {
    let place = must_map(mmap(n, prot: PROT_NONE))
    let flags = MREMAP_MAYMOVE | MREMAP_FIXED
    if keeps { flags |= MREMAP_DONTUNMAP }
    assert mremap(p, n, n, flags, place) == place
    return place
}
fn map_large() -> *byte {
    let p = must_map(mmap(3 * HUGE))
    let at = aligned(p)
    munmap(p, at as int - p as int)
    munmap(at + 2 * HUGE, p as int + HUGE - at as int)
    must(madvise(at, 2 * HUGE, MADV_HUGEPAGE))
    return at
}
fn aligned(p: *byte) -> *byte { return ((p as int + HUGE - 1) / HUGE * HUGE) as *byte }
fn move_aligned(p: *byte, n: int, keeps: bool) -> *byte {
    let place = must_map(mmap(n + HUGE, prot: PROT_NONE))
    let at = aligned(place)
    munmap(place, at as int - place as int)
    munmap(at + n, place as int + HUGE - at as int)
    let flags = MREMAP_MAYMOVE | MREMAP_FIXED
    if keeps { flags |= MREMAP_DONTUNMAP }
    assert mremap(p, n, n, flags, at) == at
    return at
}
fn onto(p: *byte, n: int, to: *byte) { assert mremap(p, n, n, MREMAP_MAYMOVE | MREMAP_FIXED, to) == to }
fn sync_file(path: str, drops: bool) {
    let fd = must(open(path, O_RDWR))
    must(fsync(fd))
    if drops { must(posix_fadvise(fd, 0, 0, POSIX_FADV_DONTNEED)) }
    close(fd)
}
fn put(path: str, at: int, value: byte) {
    let fd = must(open(path, O_WRONLY))
    lseek(fd, at, SEEK_SET)
    let one: [byte; 1]
    one[0] = value
    assert write(fd, one) == 1
    close(fd)
}
fn get(path: str, at: int) -> byte {
    let fd = must(open(path))
    let one: [byte; 1]
    assert pread(fd, one, at) == 1
    close(fd)
    return one[0]
}
";

fn word(seed: u8, i: usize) -> u64 {
    (u64::from(seed) + 1).wrapping_mul(0x09e3_779b_97f4_a7c1).wrapping_add((i as u64).wrapping_mul(0x100_0000_01b3))
}

fn sum(bytes: &Bytes) -> i64 {
    let words = bytes.as_chunks::<8>().0.iter().map(|&word| u64::from_le_bytes(word));
    words.fold(0_u64, |sum, word| sum.wrapping_mul(31).wrapping_add(word)) as i64
}

impl Model {
    /// The script of a program, with what its machine is.
    pub fn script(machine: &str, large: bool, locked: bool, ops: &[Op]) -> String {
        let blank = vec![[0; PAGE]; usize::from(PAGES)];
        let given = given().as_chunks::<PAGE>().0.to_vec();
        let mut model = Self {
            objects: vec![blank.clone(), given, blank],
            large,
            script: format!("{machine}\n{LIBRARY}"),
            forks: 0,
        };
        let mut process = Process { areas: [const { None }; SLOTS], beside: false, depth: 0 };
        for slot in 0..SLOTS {
            model.say(&process, &format!("let r{slot}: *byte = nil"));
        }
        if locked {
            model.say(&process, "must(mlockall(MCL_CURRENT))");
        }
        model.say(&process, "let zeros: [byte; 4096]");
        for (name, path) in [("made", FILES[0]), ("kept", FILES[2])] {
            model.say(&process, &format!("let {name} = must(open(\"{path}\", O_RDWR | O_CREAT))"));
            model.say(&process, &format!("for _ in 0..{PAGES} {{ assert write({name}, zeros) == PAGE_SIZE }}"));
        }
        model.run(&mut process, ops);
        model.script
    }

    fn say(&mut self, process: &Process, line: &str) {
        let indent = "    ".repeat(process.depth);
        writeln!(self.script, "{indent}{line}").expect("a string takes all");
    }

    fn run(&mut self, process: &mut Process, ops: &[Op]) {
        let mut children = Vec::new();
        for op in ops {
            self.step(process, op, &mut children);
        }
        for child in children {
            self.say(process, &format!("reap({child})"));
        }
        for slot in 0..SLOTS {
            for page in 0..PAGES {
                self.step(process, &Op::Sum(At { slot, page: page.into(), offset: 0 }), &mut Vec::new());
            }
        }
    }

    fn step(&mut self, process: &mut Process, op: &Op, children: &mut Vec<String>) {
        match *op {
            Op::Map { slot, kind, pages } => self.map(process, slot, kind, pages),
            Op::Unmap(span) => self.unmap(process, span),
            Op::Remap { slot, pages } => self.remap(process, slot, pages),
            Op::Move { slot, keeps, aligned } => self.relocate(process, slot, keeps, aligned),
            Op::Onto { from, to } => self.onto(process, from, to),
            Op::Slide { span, to } => self.slide(process, span, to),
            Op::Again { slot, into } => self.again(process, slot, into),
            Op::Sync(span, waits) => {
                if let Some(range) = process.range(span) {
                    let how = if waits { "MS_SYNC" } else { "MS_ASYNC" };
                    self.say(process, &format!("must(msync({}, {how}))", place(span, &range)));
                }
            }
            Op::SyncFile { file, drops } => self.say(process, &format!("sync_file(\"{}\", {drops})", FILES[file])),
            Op::Protect(span, rights) => self.protect(process, span, rights),
            Op::Advise(span, advice) => self.advise(process, span, advice),
            Op::Lock(span, locked) => self.lock(process, span, locked),
            Op::Write(at, value) => {
                let at = process.resolve(at);
                if self.change(process, at, |bytes, offset| bytes[offset] = value) {
                    self.say(process, &format!("{} = {value}", byte(at)));
                }
            }
            Op::Fill(at, seed) => {
                let at = process.resolve(at);
                let fill = |bytes: &mut Bytes, _: usize| {
                    for (i, bytes) in bytes.as_chunks_mut::<8>().0.iter_mut().enumerate() {
                        *bytes = word(seed, i).to_le_bytes();
                    }
                };
                if self.change(process, at, fill) {
                    self.say(process, &format!("fill({}, {seed})", page(at)));
                }
            }
            Op::Look(at) => {
                let at = process.resolve(at);
                if let Some(all) = self.read(process, at) {
                    let values: Vec<u8> = all.iter().map(|bytes| bytes[usize::from(at.offset)]).collect();
                    self.assert(process, &byte(at), &values);
                }
            }
            Op::Sum(at) => {
                let at = process.resolve(at);
                if let Some(all) = self.read(process, at) {
                    let sums: Vec<i64> = all.iter().map(|bytes| sum(bytes)).collect();
                    self.assert(process, &format!("sum({})", page(at)), &sums);
                }
            }
            Op::Pipe { from, to, len } => {
                self.pipe(process, process.resolve(from), process.resolve(to), usize::from(len));
            }
            Op::WriteFile { file, page, offset, value } if !process.beside => {
                self.objects[file][usize::from(page)][usize::from(offset)] = value;
                let at = usize::from(page) * PAGE + usize::from(offset);
                self.say(process, &format!("put(\"{}\", {at}, {value})", FILES[file]));
            }
            Op::ReadFile { file, page, offset } if !process.beside => {
                let value = self.objects[file][usize::from(page)][usize::from(offset)];
                let at = usize::from(page) * PAGE + usize::from(offset);
                self.assert(process, &format!("get(\"{}\", {at})", FILES[file]), &[value]);
            }
            Op::WriteFile { .. } | Op::ReadFile { .. } => {}
            Op::Fork { waits, ref ops } => {
                let name = format!("child{}", self.forks);
                self.forks += 1;
                self.say(process, &format!("let {name} = must(fork())"));
                self.say(process, &format!("if {name} == 0 {{"));
                let mut child = process.clone();
                child.inherit();
                child.beside |= !waits;
                child.depth += 1;
                self.run(&mut child, ops);
                self.say(&child, "exit(0)");
                self.say(process, "}");
                if waits {
                    self.say(process, &format!("reap({name})"));
                } else {
                    children.push(name);
                }
            }
        }
    }

    fn assert<T: std::fmt::Display>(&mut self, process: &Process, what: &str, values: &[T]) {
        if let [value] = values {
            self.say(process, &format!("assert {what} == {value}"));
        } else {
            self.say(process, "{");
            self.say(process, &format!("    let got = {what}"));
            let any: Vec<String> = values.iter().map(|value| format!("got == {value}")).collect();
            self.say(process, &format!("    assert {}", any.join(" || ")));
            self.say(process, "}");
        }
    }

    fn map(&mut self, process: &mut Process, slot: usize, kind: Kind, pages: u8) {
        let has_large = process.areas.iter().flatten().any(|area| area.kind == Kind::Large);
        if process.areas[slot].is_some() || kind == Kind::Large && (has_large || !self.large) {
            return;
        }
        let (flags, path) = match kind {
            Kind::Private | Kind::Large => ("MAP_PRIVATE", ""),
            Kind::Shared => ("MAP_SHARED", ""),
            Kind::PrivateFile(file) => ("MAP_PRIVATE", FILES[file]),
            Kind::SharedFile(file) => ("MAP_SHARED", FILES[file]),
        };
        let object = match kind {
            Kind::Private | Kind::Large => 0,
            Kind::PrivateFile(file) | Kind::SharedFile(file) => file,
            Kind::Shared => {
                self.objects.push(vec![[0; PAGE]; usize::from(pages)]);
                self.objects.len() - 1
            }
        };
        let zeros = Rc::new([0; PAGE]);
        let page = |page| {
            let content = match kind {
                Kind::Private | Kind::Large => Content::Own(vec![zeros.clone()]),
                Kind::Shared | Kind::SharedFile(_) => Content::Shared(object, page),
                Kind::PrivateFile(_) => Content::Borrowed(object, page),
            };
            Some(Page { rights: Rights::Write, locked: false, stays: false, wiped: false, home: page, content })
        };
        let pages = usize::from(if kind == Kind::Large { PARTS[usize::from(PAGES)] } else { pages.into() });
        process.areas[slot] = Some(Area { kind, pages: (0..pages).map(page).collect(), whole: true });
        if kind == Kind::Large {
            self.say(process, &format!("r{slot} = map_large()"));
        } else {
            self.say(process, &format!("r{slot} = map({pages}, {flags}, \"{path}\")"));
        }
    }

    fn unmap(&mut self, process: &mut Process, span: Span) {
        let Some(range) = process.range(span) else { return };
        let Some(area) = &mut process.areas[span.slot] else { return };
        area.pages[range.clone()].fill_with(|| None);
        area.whole = false;
        if area.pages.iter().all(Option::is_none) {
            process.areas[span.slot] = None;
        }
        self.say(process, &format!("must(munmap({}))", place(span, &range)));
    }

    fn remap(&mut self, process: &mut Process, slot: usize, pages: u8) {
        let Some(area) = process.areas[slot].as_mut().filter(|area| area.whole) else { return };
        let (old, new) = (area.pages.len(), area.index(pages.into()));
        if old == new || (new > old && !matches!(area.kind, Kind::Private | Kind::Large)) {
            return;
        }
        let Some(last) = area.pages.last().cloned().flatten() else { return };
        let fresh = Page { content: Content::Own(vec![Rc::new([0; PAGE])]), ..last };
        area.pages.resize_with(new, || Some(fresh.clone()));
        let line = format!("r{slot} = must_map(mremap(r{slot}, {old} * PAGE_SIZE, {new} * PAGE_SIZE, MREMAP_MAYMOVE))");
        self.say(process, &line);
    }

    /// All pages move, if there are no holes, where others might be by now. What stays behind, if anything does, reads as if
    /// nothing had ever been done with it, and goes then.
    fn relocate(&mut self, process: &mut Process, slot: usize, keeps: bool, aligned: bool) {
        let Some(area) = process.areas[slot].as_ref().filter(|area| area.pages.iter().all(Option::is_some)) else {
            return;
        };
        let pages = area.pages.len();
        let Some(Some(first)) = area.pages.first() else { return };
        let old = match (area.kind, first.rights) {
            (_, Rights::None) => None,
            (Kind::Private | Kind::Large, _) => Some([0; PAGE]),
            (Kind::PrivateFile(file), _) if !process.beside => Some(self.objects[file][first.home]),
            (Kind::Shared | Kind::SharedFile(_), _) if !process.beside => match first.content {
                Content::Shared(object, number) => Some(self.objects[object][number]),
                Content::Own(_) | Content::Borrowed(..) => None,
            },
            (Kind::PrivateFile(_) | Kind::Shared | Kind::SharedFile(_), _) => None,
        };
        self.say(process, "{");
        self.say(process, &format!("    let old = r{slot}"));
        let how = if aligned { "move_aligned" } else { "move" };
        self.say(process, &format!("    r{slot} = {how}(old, {pages} * PAGE_SIZE, {keeps})"));
        if let Some(bytes) = old.filter(|_| keeps) {
            self.say(process, &format!("    assert sum(old) == {}", sum(&bytes)));
        }
        if keeps {
            self.say(process, &format!("    munmap(old, {pages} * PAGE_SIZE)"));
        }
        self.say(process, "}");
    }

    /// All pages of an area move to where another one is, which goes.
    fn onto(&mut self, process: &mut Process, from: usize, to: usize) {
        let complete = |slot: usize| process.areas[slot].as_ref().filter(|area| area.pages.iter().all(Option::is_some));
        let (Some(moved), Some(there)) = (complete(from), complete(to)) else { return };
        let (pages, rest) = (moved.pages.len(), there.pages.len().saturating_sub(moved.pages.len()));
        if from == to || pages > there.pages.len() {
            return;
        }
        if rest > 0 {
            self.say(process, &format!("must(munmap(&r{to}[{pages} * PAGE_SIZE], {rest} * PAGE_SIZE))"));
        }
        self.say(process, &format!("onto(r{from}, {pages} * PAGE_SIZE, r{to})"));
        process.areas[to] = process.areas[from].take();
    }

    /// Some pages of an area move to where others of it are, and leave a hole.
    fn slide(&mut self, process: &mut Process, span: Span, to: u8) {
        let Some(range) = process.range(span) else { return };
        let Some(area) = &mut process.areas[span.slot] else { return };
        let start = area.index(to.into());
        let there = start..start + range.len();
        let apart = there.end <= range.start || range.end <= there.start;
        if !apart || there.end > area.pages.len() || area.pages[there.clone()].iter().any(Option::is_none) {
            return;
        }
        for (from, to) in range.clone().zip(there) {
            area.pages[to] = area.pages[from].take();
        }
        area.whole = false;
        self.say(process, &format!("onto({}, &r{}[{start} * PAGE_SIZE])", place(span, &range), span.slot));
    }

    /// The pages of a shared area are mapped once more, with the rights of the first.
    fn again(&mut self, process: &mut Process, slot: usize, into: usize) {
        let Some(area) = process.areas[slot].as_ref().filter(|_| process.areas[into].is_none()) else { return };
        let (kind, pages) = (area.kind, area.pages.len());
        let Some(Some(first)) = area.pages.first() else { return };
        let Content::Shared(object, number) = first.content else { return };
        if first.locked || number + pages > self.objects[object].len() {
            return;
        }
        let page = |i| Some(Page { content: Content::Shared(object, number + i), home: number + i, ..first.clone() });
        let twin = Area { kind, pages: (0..pages).map(page).collect(), whole: true };
        process.areas[into] = Some(twin);
        self.say(process, &format!("r{into} = must_map(mremap(r{slot}, 0, {pages} * PAGE_SIZE, MREMAP_MAYMOVE))"));
    }

    fn protect(&mut self, process: &mut Process, span: Span, rights: Rights) {
        let Some(range) = process.range(span) else { return };
        // Locked pages that may be written from now on are copied at once.
        let is_copied = |page: &Page| page.locked && page.rights != Rights::Write && rights == Rights::Write;
        if !self.copy_locked(process, span.slot, &range, is_copied) {
            return;
        }
        process.each(span.slot, &range, |page| page.rights = rights);
        let prot = match rights {
            Rights::None => "PROT_NONE",
            Rights::Read => "PROT_READ",
            Rights::Write => "PROT_READ | PROT_WRITE",
        };
        self.say(process, &format!("must(mprotect({}, {prot}))", place(span, &range)));
    }

    fn advise(&mut self, process: &mut Process, span: Span, advice: Advice) {
        let Some(range) = process.range(span) else { return };
        let Some(area) = &process.areas[span.slot] else { return };
        let kind = area.kind;
        let locked = area.pages[range.clone()].iter().flatten().any(|page| page.locked);
        let refuses_locked =
            matches!(advice, Advice::DontNeed | Advice::Free | Advice::PageOut | Advice::Cold | Advice::Remove);
        let refused = match advice {
            Advice::Free | Advice::WipeOnFork => !matches!(kind, Kind::Private | Kind::Large),
            Advice::Remove => !matches!(kind, Kind::Shared | Kind::SharedFile(_)) || process.beside,
            Advice::DontNeed
            | Advice::PageOut
            | Advice::Cold
            | Advice::WillNeed
            | Advice::DontFork
            | Advice::DoFork
            | Advice::KeepOnFork => false,
        };
        if refused || (refuses_locked && locked) {
            return;
        }
        let whole = area.whole;
        let zeros = Rc::new([0; PAGE]);
        let objects = &mut self.objects;
        process.each(span.slot, &range, |page| match (advice, kind) {
            (Advice::Remove, _) => {
                if let Content::Shared(object, number) = page.content {
                    objects[object][number] = [0; PAGE];
                }
            }
            (Advice::DontFork | Advice::DoFork, _) => page.stays = advice == Advice::DontFork,
            (Advice::WipeOnFork | Advice::KeepOnFork, _) => page.wiped = advice == Advice::WipeOnFork,
            (Advice::DontNeed, Kind::Private | Kind::Large) => page.content = Content::Own(vec![zeros.clone()]),
            (Advice::DontNeed, Kind::PrivateFile(file)) => page.content = Content::Borrowed(file, page.home),
            (Advice::Free, _) => {
                if let Content::Own(all) = &mut page.content
                    && !all.contains(&zeros)
                {
                    all.push(zeros.clone());
                }
            }
            (Advice::DontNeed | Advice::PageOut | Advice::Cold | Advice::WillNeed, _) => {}
        });
        let divides = matches!(advice, Advice::DontFork | Advice::DoFork | Advice::WipeOnFork | Advice::KeepOnFork);
        if let Some(area) = process.areas[span.slot].as_mut().filter(|_| !divides) {
            area.whole = whole;
        }
        let name = match advice {
            Advice::DontNeed => "MADV_DONTNEED",
            Advice::Free => "MADV_FREE",
            Advice::PageOut => "MADV_PAGEOUT",
            Advice::Cold => "MADV_COLD",
            Advice::WillNeed => "MADV_WILLNEED",
            Advice::Remove => "MADV_REMOVE",
            Advice::DontFork => "MADV_DONTFORK",
            Advice::DoFork => "MADV_DOFORK",
            Advice::WipeOnFork => "MADV_WIPEONFORK",
            Advice::KeepOnFork => "MADV_KEEPONFORK",
        };
        self.say(process, &format!("must(madvise({}, {name}))", place(span, &range)));
    }

    fn lock(&mut self, process: &mut Process, span: Span, locked: bool) {
        let Some(range) = process.range(span) else { return };
        let Some(area) = &process.areas[span.slot] else { return };
        // Frames may be fewer than children of children lock.
        if range.len() > usize::from(PAGES) && process.depth > 0 {
            return;
        }
        if area.pages[range.clone()].iter().flatten().any(|page| page.rights == Rights::None) {
            return;
        }
        // A private page of a file that may be written is the process's own once it is locked.
        if locked && !self.copy_locked(process, span.slot, &range, |page| page.rights == Rights::Write) {
            return;
        }
        process.each(span.slot, &range, |page| page.locked = locked);
        let call = if locked { "mlock" } else { "munlock" };
        self.say(process, &format!("must({call}({}))", place(span, &range)));
    }

    /// Pages of a private file become the process's own, as a write would make them; false, and nothing is done, if it can
    /// not be known what they hold.
    fn copy_locked(
        &self,
        process: &mut Process,
        slot: usize,
        range: &std::ops::Range<usize>,
        is_copied: impl Fn(&Page) -> bool,
    ) -> bool {
        let beside = process.beside;
        let Some(area) = &mut process.areas[slot] else { return false };
        let pages = || area.pages[range.clone()].iter().flatten().filter(|page| is_copied(page));
        if beside && pages().any(|page| matches!(page.content, Content::Borrowed(..))) {
            return false;
        }
        for page in area.pages[range.clone()].iter_mut().flatten().filter(|page| is_copied(page)) {
            if let Content::Borrowed(object, number) = page.content {
                page.content = Content::Own(vec![Rc::new(self.objects[object][number])]);
            }
        }
        true
    }

    fn pipe(&mut self, process: &mut Process, from: At, to: At, len: usize) {
        let left = |at: At| PAGE - usize::from(at.offset);
        let len = len.min(left(from)).min(left(to));
        let Some(all) = self.read(process, from) else { return };
        // Of several that it may hold one goes through: that can not be followed.
        let [source] = all.as_slice() else { return };
        let bytes = source[usize::from(from.offset)..][..len].to_vec();
        if self.change(process, to, |page, offset| page[offset..offset + len].copy_from_slice(&bytes)) {
            self.say(process, &format!("send(&{}, &{}, {len})", byte(from), byte(to)));
        }
    }

    /// What a page may hold, if it can be read.
    fn read(&self, process: &Process, at: At) -> Option<Vec<Rc<Bytes>>> {
        let page = process.page(at)?;
        match &page.content {
            _ if page.rights == Rights::None => None,
            Content::Own(all) => Some(all.clone()),
            Content::Shared(..) | Content::Borrowed(..) if process.beside => None,
            Content::Shared(object, page) | Content::Borrowed(object, page) => {
                Some(vec![Rc::new(self.objects[*object][*page])])
            }
        }
    }

    /// Changes a page, if it can be written.
    fn change(&mut self, process: &mut Process, at: At, change: impl Fn(&mut Bytes, usize)) -> bool {
        let offset = usize::from(at.offset);
        let beside = process.beside;
        let Some(page) = process.page_mut(at).filter(|page| page.rights == Rights::Write) else { return false };
        match &mut page.content {
            Content::Own(all) => {
                for bytes in all.iter_mut() {
                    change(Rc::make_mut(bytes), offset);
                }
                all.dedup();
            }
            Content::Shared(..) | Content::Borrowed(..) if beside => return false,
            Content::Shared(object, number) => change(&mut self.objects[*object][*number], offset),
            Content::Borrowed(object, number) => {
                let mut bytes = self.objects[*object][*number];
                change(&mut bytes, offset);
                page.content = Content::Own(vec![Rc::new(bytes)]);
            }
        }
        true
    }
}

impl Area {
    /// The page that a number means: itself, or the first one of a part.
    fn index(&self, page: u16) -> usize {
        usize::from(if self.kind == Kind::Large { PARTS[usize::from(page)] } else { page })
    }
}

impl Process {
    fn resolve(&self, at: At) -> At {
        let page = self.areas[at.slot].as_ref().map_or(0, |area| area.index(at.page));
        At { page: page as u16, ..at }
    }

    fn page(&self, at: At) -> Option<&Page> {
        self.areas[at.slot].as_ref()?.pages.get(usize::from(at.page))?.as_ref()
    }

    fn page_mut(&mut self, at: At) -> Option<&mut Page> {
        self.areas[at.slot].as_mut()?.pages.get_mut(usize::from(at.page))?.as_mut()
    }

    /// The pages of a span that the area has, if none of them is a hole.
    fn range(&self, span: Span) -> Option<std::ops::Range<usize>> {
        let area = self.areas[span.slot].as_ref()?;
        let start = area.index(span.page.into());
        let end = area.index((span.page + span.pages).min(PAGES).into()).min(area.pages.len());
        (start < end && area.pages[start..end].iter().all(Option::is_some)).then_some(start..end)
    }

    /// Does something with pages of an area, which is not whole then.
    fn each(&mut self, slot: usize, range: &std::ops::Range<usize>, act: impl FnMut(&mut Page)) {
        let Some(area) = &mut self.areas[slot] else { return };
        area.pages[range.clone()].iter_mut().flatten().for_each(act);
        area.whole = false;
    }

    /// What fork leaves a child: no locks, and not all pages.
    fn inherit(&mut self) {
        for slot in &mut self.areas {
            let Some(area) = slot else { continue };
            for place in &mut area.pages {
                let Some(page) = place else { continue };
                page.locked = false;
                if page.wiped {
                    page.content = Content::Own(vec![Rc::new([0; PAGE])]);
                }
                if page.stays {
                    *place = None;
                    area.whole = false;
                }
            }
            if area.pages.iter().all(Option::is_none) {
                *slot = None;
            }
        }
    }
}

fn page(at: At) -> String {
    format!("&r{}[{} * PAGE_SIZE]", at.slot, at.page)
}

fn byte(at: At) -> String {
    format!("r{}[{} * PAGE_SIZE + {}]", at.slot, at.page, at.offset)
}

fn place(span: Span, range: &std::ops::Range<usize>) -> String {
    format!("&r{}[{} * PAGE_SIZE], {} * PAGE_SIZE", span.slot, range.start, range.len())
}
