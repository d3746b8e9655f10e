//! Sentences: one plain line for every change, note and choice, as a full category shows them.

use crate::base::ids::{Ino, MmId};
use crate::base::units::PAGE_SHIFT;
use crate::trace::event::{Change, Choice, Note, Question};
use crate::trace::names::{Names, permissions};
use crate::trace::recorder::Arena;
use crate::trace::render::call::{quote, signal_code, status_words};
use crate::trace::render::words;
use crate::trace::value::{
    Descriptor, EvictedTo, FrameFlags, FrameKind, FrameUse, LruPlace, Nonresident, PIN_OF_FILE, SignalAction,
    SignalEffect, SignalSet, SignalTarget, TLB_D, TLB_NX, TLB_U, TLB_W, TlbEntry, TlbUse, Vma,
};

use crate::abi::signal::Signal;

/// A verb and a sentence for a change.
#[must_use]
pub fn change(change: &Change, names: &Names, arena: &Arena) -> (&'static str, String) {
    let task = |tid| names.task_name(tid);
    let process = |pid| names.process_name(pid);
    match *change {
        Change::Clock { cpu, from, to } => ("clock", format!("CPU {cpu}: {} ns on", to.0.wrapping_sub(from.0))),
        Change::Mode { from, to, .. } => ("mode", format!("{} → {}", words::mode(from), words::mode(to))),
        Change::Cr3 { from, to, .. } => {
            ("cr3", format!("table {} pcid {} → table {} pcid {}", from.table, from.pcid, to.table, to.pcid))
        }
        Change::Current { from, to, .. } => ("switch", format!("{} → {}", task(from), task(to))),
        Change::Tlb { index, from, to, .. } => ("tlb", tlb_change(index, from, to)),
        Change::Pte { table, index, level, mm, page, from, to } => {
            // Bits 63 to 48 of an address are as bit 47.
            let at = ((page << 28) as i64 >> 16) as u64;
            let whose = if mm == MmId::INIT { "the kernel".to_owned() } else { format!("mm {mm}") };
            ("pte", format!("{whose}, {at:#x}: level {level} frame {table}[{index}]: {} → {}", pte(from), pte(to)))
        }
        Change::Word { frame, offset, len, from, to } => {
            ("store", format!("frame {frame}+{offset:#x}, {}: {from:#x} → {to:#x}", words::count(len.into(), "byte")))
        }
        Change::Run { frame, offset, to, .. } => {
            ("store", format!("frame {frame}+{offset:#x}, {}", words::count(to.len.into(), "byte")))
        }
        Change::Frame { frame, from, to } => ("frame", format!("{frame}: {} → {}", used(from), used(to))),
        Change::FrameFlags { frame, from, to } => ("frame", format!("{frame}: {} → {}", marks(from), marks(to))),
        Change::Lru { frame, from, to } => ("list", format!("frame {frame}: {} → {}", listed(from), listed(to))),
        Change::Uses { frame, to, .. } => ("used", format!("frame {frame}: {}", words::count(to.into(), "time"))),
        Change::DeviceBlock { device, block, to, .. } => {
            let content = if to.len == 0 { "zeros" } else { "4096 bytes" };
            ("store", format!("{} block {block}: {content}", words::device(device)))
        }
        Change::SwapSlot { slot, to, .. } => ("swap", format!("slot {slot} {}", if to { "taken" } else { "free" })),
        Change::SwapCache { slot, from, to } => {
            let (verb, frame) = if to.is_some() { ("in", to) } else { ("out of", from) };
            ("swap", format!("slot {slot}: {verb} the swap cache, frame {}", id(frame)))
        }
        Change::CacheSwap { ino, page, from, to } => {
            ("swap", format!("page {page} of {}: slot {} → {}", names.path(ino), id(from), id(to)))
        }
        Change::Shadow { of, to, .. } => {
            let of = match of {
                Nonresident::Slot(slot) => format!("what is in slot {slot}"),
                Nonresident::Page(ino, page) => format!("page {page} of {}", names.path(ino)),
            };
            let when = |age| format!("was evicted at age {age}");
            ("shadow", format!("{of} {}", to.map_or("is no longer remembered".to_owned(), when)))
        }
        Change::NonresidentAge { to, .. } => ("shadow", format!("age {to} of what was evicted")),
        Change::Io { io, to, .. } => ("disk", format!("{}{}", words::io(io, names), if to { "" } else { ": done" })),
        Change::Sysctl { sysctl, from, to } => ("sysctl", format!("vm.{}: {from} → {to}", words::sysctl(sysctl))),
        Change::OomScoreAdj { pid, from, to } => ("process", format!("{}: oom_score_adj {from} → {to}", process(pid))),
        Change::DiskBlock { ino, page, from, to } => {
            ("disk", format!("page {page} of {}: block {} → {}", names.path(ino), id(from), id(to)))
        }
        Change::Reserved { ino, from, to } => ("promised", format!("{}: {from} → {to} pages", names.path(ino))),
        Change::DiskPages { ino, to, .. } => {
            ("disk", format!("{}: page {to} and what follows is gone", names.path(ino)))
        }
        Change::Task { tid, to, .. } => ("task", format!("{tid} {}", made(to))),
        Change::Tgid { tid, to, .. } => ("task", format!("{tid} belongs to process {to}")),
        Change::TaskState { tid, from, to } => {
            ("state", format!("{}: {} → {}", task(tid), words::state(from), words::state(to)))
        }
        Change::WaitOn { tid, to, .. } => (
            "waits",
            match to {
                Some(on) => format!("{} for {}", task(tid), words::waits_for(on, names)),
                None => format!("{} for nothing any more", task(tid)),
            },
        ),
        Change::Resume { tid, to, .. } => ("resume", format!("{}: {to:?}", task(tid))),
        Change::SavedCall { tid, word, to, .. } => ("saved", format!("{}: word {word} of its call {to:#x}", task(tid))),
        Change::Progress { tid, from, to } => ("progress", format!("{}: {from} → {to}", task(tid))),
        Change::Position { tid, from, to } => {
            ("context", format!("{}: pc {:#x} → {:#x}, sp {:#x} → {:#x}", task(tid), from.pc, to.pc, from.sp, to.sp))
        }
        Change::Returned { tid, to, .. } => ("context", format!("{}: rax {:#x}, rdx {:#x}", task(tid), to.rax, to.rdx)),
        Change::Slice { tid, from, to } => ("slice", format!("{}: {from} → {to} instructions", task(tid))),
        Change::TaskMm { tid, from, to } => ("task", format!("{}: mm {} → {}", task(tid), id(from), id(to))),
        Change::TaskFiles { tid, from, to } => ("task", format!("{}: files {} → {}", task(tid), id(from), id(to))),
        Change::TaskFs { tid, from, to } => ("task", format!("{}: fs {} → {}", task(tid), id(from), id(to))),
        Change::TaskSighand { tid, from, to } => ("task", format!("{}: sighand {} → {}", task(tid), id(from), id(to))),
        Change::Comm { tid, from, to } => ("task", format!("{tid}: name {} → {}", comm(from), comm(to))),
        Change::Pending { tid, from, to } => ("pending", format!("{}: {} → {}", task(tid), set(from), set(to))),
        Change::Mask { tid, from, to } => ("mask", format!("{}: {} → {}", task(tid), set(from), set(to))),
        Change::Tls { tid, to, .. } => ("task", format!("{}: thread-local storage at {to:#x}", task(tid))),
        Change::ClearTid { tid, to, .. } => ("task", format!("{}: {to:#x} becomes 0 when it ends", task(tid))),
        Change::SavedMask { tid, to, .. } => {
            let text = to.map_or_else(|| "nothing saved".to_owned(), |mask| format!("{} saved", set(mask)));
            ("mask", format!("{}: {text}", task(tid)))
        }
        Change::AltStack { tid, to, .. } => {
            ("stack", format!("{}: {} for signals at {:#x}", task(tid), words::count(to.size.into(), "byte"), to.base))
        }
        Change::Queued { target, info, to, .. } => {
            let whose = match target {
                SignalTarget::Task(tid) => task(tid),
                SignalTarget::Process(pid) => format!("process {}", process(pid)),
            };
            let sign = if to { '+' } else { '×' };
            let code = signal_code(Signal(info.signal), info.code.into());
            ("queued", format!("{whose}: {sign} {} ({code})", words::signal(info.signal)))
        }
        Change::Job { pid, from, to } => {
            ("job", format!("{}: {} → {}", process(pid), words::job(from), words::job(to)))
        }
        Change::Alarm { at, pid, to, .. } => {
            ("alarm", format!("{} at {} ns {}", process(pid), at.0, if to { "set" } else { "taken out" }))
        }
        Change::AlarmInterval { pid, to, .. } => ("alarm", format!("{}: again every {} ns", process(pid), to.0)),
        Change::Rlimit { pid, resource, to, .. } => {
            let limit = |value: u64| if value == u64::MAX { "unlimited".to_owned() } else { value.to_string() };
            let name = words::resource(resource);
            ("limit", format!("{}: {name} {} (at most {})", process(pid), limit(to.soft), limit(to.hard)))
        }
        Change::Uid { pid, from, to } => ("process", format!("{}: user {from} → {to}", process(pid))),
        Change::Gid { pid, from, to } => ("process", format!("{}: group of users {from} → {to}", process(pid))),
        Change::ProcessNs { pid, from, to } => ("process", format!("{}: pid namespace {from} → {to}", process(pid))),
        Change::PidNs { ns, to, .. } => {
            let text = to.map_or_else(|| "gone".to_owned(), |space| format!("made in {}", space.parent));
            ("pid", format!("namespace {ns} {text}"))
        }
        Change::PidNumber { ns, number, from, to } => match to.0 {
            0 => ("pid", format!("{number} in namespace {ns} meant {from}, and means nothing now")),
            _ => ("pid", format!("{number} in namespace {ns} means {to}")),
        },
        Change::ActionDetails { sighand, signal, to, .. } => {
            let (signal, mask) = (words::signal(signal), set(to.mask));
            ("action", format!("sighand {sighand}: {signal} holds back {mask}, flags {:#x}", to.flags))
        }
        Change::ConsoleSession { to, .. } => ("console", format!("belongs to session {to}")),
        Change::Foreground { to, .. } => ("console", format!("foreground is process group {to}")),
        Change::ExitStatus { tid, to, .. } => {
            ("status", format!("{}: {}", task(tid), to.map_or_else(|| "none".to_owned(), status_words)))
        }
        Change::StartTime { tid, to, .. } => ("task", format!("{}: started at {} ns", task(tid), to.0)),
        Change::Process { pid, to, .. } => ("process", format!("{pid} {}", made(to))),
        Change::Parent { pid, from, to } => {
            ("parent", format!("of {}: {} → {}", process(pid), process(from), process(to)))
        }
        Change::Child { pid, from, to, .. } => ("child", format!("of {}: {}", process(pid), moved(from.0, to.0))),
        Change::Thread { pid, from, to, .. } => ("thread", format!("of {}: {}", process(pid), moved(from.0, to.0))),
        Change::GroupExit { pid, to, .. } => {
            ("process", format!("{} ends: {}", process(pid), to.map_or_else(|| "not".to_owned(), status_words)))
        }
        Change::SharedPending { pid, from, to } => {
            ("pending", format!("process {}: {} → {}", process(pid), set(from), set(to)))
        }
        Change::ExitSignal { pid, to, .. } => {
            let signal = if to == 0 { "no signal".to_owned() } else { words::signal(to) };
            ("process", format!("{} sends {signal} when it ends", process(pid)))
        }
        Change::Group { pid, from, to } => ("process", format!("{}: group {from} → {to}", process(pid))),
        Change::Session { pid, from, to } => ("process", format!("{}: session {from} → {to}", process(pid))),
        Change::Subreaper { pid, to, .. } => {
            let verb = if to { "adopts" } else { "no longer adopts" };
            ("process", format!("{} {verb} the orphans among its descendants", process(pid)))
        }
        Change::LastPid { ns, to, .. } if ns.0 == 0 => ("pid", format!("{to} is the last that was given out")),
        Change::LastPid { ns, to, .. } => ("pid", format!("{to} is the last that was given out in namespace {ns}")),
        Change::Queue { cpu, place, from, to } => {
            ("queue", format!("of CPU {cpu}, place {place}: {}", moved_task(from, to, names)))
        }
        Change::Waiter { on, place, from, to } => {
            let queue = words::waits_for(on, names);
            ("queue", format!("for {queue}, place {place}: {}", moved_task(from, to, names)))
        }
        Change::Pin { tid, from, to, .. } => match to {
            0 => ("pin", format!("{} no longer needs {}", task(tid), pinned(from, names))),
            _ => ("pin", format!("{} needs {} till its instruction is done", task(tid), pinned(to, names))),
        },
        Change::NoProgress { tid, to, .. } => match to {
            0 => ("progress", format!("{} waits for frames in vain no more", task(tid))),
            _ => ("progress", format!("{} has waited for a frame in vain: {to} times", task(tid))),
        },
        Change::Timer { at, tid, to, .. } => {
            ("timer", format!("{} at {} ns {}", task(tid), at.0, if to { "set" } else { "taken out" }))
        }
        Change::Mm { mm, to, .. } => ("mm", format!("{mm} {}", made(to))),
        Change::MmField { mm, field, from, to } => {
            ("mm", format!("{mm}: {} {from:#x} → {to:#x}", words::mm_field(field)))
        }
        Change::Vma { mm, page, vma, to, .. } => {
            ("area", format!("{} {} in mm {mm}", if to { '+' } else { '×' }, area(page, vma, names)))
        }
        Change::Files { files, to, .. } => ("files", format!("table {files} {}", made(to))),
        Change::Fd { files, fd, from, to } => {
            ("fd", format!("table {files}: {fd}: {} → {}", descriptor(from, names), descriptor(to, names)))
        }
        Change::File { file, from, to } => {
            let (sign, open) = if to.is_some() { ("made", to) } else { ("gone", from) };
            let path = open.map_or_else(String::new, |open| format!(" on {}", names.path(open.ino)));
            ("file", format!("open file {file}{path} {sign}"))
        }
        Change::Offset { file, from, to } => ("offset", format!("{}: {from} → {to}", names.file(file))),
        Change::Fs { fs, to, .. } => (
            "fs",
            match to {
                Some(context) => format!("{fs}: directory {}, umask {:03o}", names.path(context.cwd), context.umask),
                None => format!("{fs} gone"),
            },
        ),
        Change::Inode { ino, to, .. } => (
            "inode",
            match to {
                Some(inode) => format!("{ino}: {:?}, mode {:03o}", inode.kind, inode.mode),
                None => format!("{ino} gone"),
            },
        ),
        Change::Size { ino, from, to } => ("size", format!("{}: {from} → {to}", names.path(ino))),
        Change::Owner { ino, from, to } => {
            ("owner", format!("{}: {}:{} → {}:{}", names.path(ino), from.uid, from.gid, to.uid, to.gid))
        }
        Change::Links { ino, from, to } => ("links", format!("{}: {from} → {to}", names.path(ino))),
        Change::Above { ino, to, .. } => ("inode", format!("{ino} lies in {}", names.path(to))),
        Change::Entry { dir, name, from, to } => {
            let bytes = arena.get(name);
            ("entry", format!("{} in {}: inode {} → {}", quote(bytes, bytes.len()), names.path(dir), id(from), id(to)))
        }
        Change::CachePage { ino, page, from, to } => {
            ("cache", format!("page {page} of {}: frame {} → {}", names.path(ino), id(from), id(to)))
        }
        Change::DiskRead { ino, page, to, .. } => {
            let verb = if to { "is asked for" } else { "has come" };
            ("disk", format!("page {page} of {} {verb}", names.path(ino)))
        }
        Change::Pipe { pipe, to, .. } => ("pipe", format!("{pipe} {}", made(to))),
        Change::PipeSize { pipe, from, to } => ("pipe", format!("{pipe}: {from} → {to} slots")),
        Change::PipeSlot { pipe, place, from, to } => {
            let slot = |slot: Option<crate::trace::value::PipeSlot>| match slot {
                Some(slot) => format!("frame {} {}+{}", slot.frame, slot.offset, slot.len),
                None => "empty".to_owned(),
            };
            ("pipe", format!("{pipe} slot {place}: {} → {}", slot(from), slot(to)))
        }
        Change::Sighand { sighand, to, .. } => ("sighand", format!("{sighand} {}", made(to))),
        Change::Action { sighand, signal, to, .. } => {
            let to = match to {
                SignalAction::Default => "default".to_owned(),
                SignalAction::Ignore => "ignored".to_owned(),
                SignalAction::Handler(address) => format!("handled at {address:#x}"),
            };
            ("action", format!("sighand {sighand}: {} is {to}", words::signal(signal)))
        }
        Change::ConsoleInput { bytes, .. } => {
            ("input", format!("{} is typed", quote(arena.get(bytes), bytes.len as usize)))
        }
        Change::ConsoleTaken { bytes, .. } => {
            ("input", format!("{} is taken", quote(arena.get(bytes), bytes.len as usize)))
        }
        Change::ConsoleEnd { .. } => ("input", "ends".to_owned()),
    }
}

/// A verb and a sentence for a note; system calls, faults, forks and the like have lines of their own in the digest.
#[must_use]
pub fn note(note: &Note, names: &Names, arena: &Arena) -> (&'static str, String) {
    match *note {
        Note::SyscallEnter { nr, .. } => ("call", crate::abi::sysno::Sysno(nr).to_string()),
        Note::SyscallExit { nr, result, .. } => {
            ("return", format!("{} = {}", crate::abi::sysno::Sysno(nr), super::call::result(nr, result)))
        }
        Note::SyscallSleeps { nr } => ("sleeps", format!("in {}", crate::abi::sysno::Sysno(nr))),
        Note::Walk { address, .. } => ("walk", format!("for {address:#x}")),
        Note::TlbUsed { counts } => ("tlb", tlb_used(&counts)),
        Note::Fault { address, .. } => ("fault", format!("at {address:#x}")),
        Note::FaultDone { address, result, .. } => {
            ("fault", format!("at {address:#x} done: {}", words::fault_result(result)))
        }
        Note::Tick => ("tick", "the timer interrupts: the time slice is over".to_owned()),
        Note::Exception { vector } => ("trap", exception(vector)),
        Note::Cloned { child, .. } => ("fork", names.task_name(child)),
        Note::Executed { path, .. } => ("exec", String::from_utf8_lossy(arena.get(path)).into_owned()),
        Note::Exited { status } => ("exit", status_words(status)),
        Note::Reaped { pid, status } => {
            ("reaped", format!("{}, {}: zombie → dead (X)", names.process_name(pid), status_words(status)))
        }
        Note::SignalSent { to, signal, code, .. } => {
            let code = signal_code(Signal(signal), code);
            ("signal", format!("{} sent to {} ({code})", words::signal(signal), names.process_name(to)))
        }
        Note::SignalTaken { signal, effect } => {
            let effect = match effect {
                SignalEffect::Ends => "ends the process",
                SignalEffect::Stops => "stops the process",
                SignalEffect::Nothing => "is taken and has no effect",
            };
            ("signal", format!("{} {effect}", words::signal(signal)))
        }
        Note::HandlerCalled { signal, handler, frame } => {
            ("handler", format!("{} calls {handler:#x}, with a frame at {frame:#x}", words::signal(signal)))
        }
        Note::HandlerDone { frame } => ("handler", format!("has returned: the frame at {frame:#x} gives all back")),
        Note::Lock { record, act } => ("lock", format!("{record:#x} {}", words::lock_act(act))),
        Note::Evicted { frame, usage, to } => {
            let page = format!("{}, frame {frame}", names.page(usage));
            match to {
                EvictedTo::Swap(slot) => ("swap out", format!("{page} → slot {slot}")),
                EvictedTo::SwapClean(slot) => ("swap out", format!("{page}: slot {slot} holds the same already")),
                EvictedTo::File(block) => ("evict", format!("{page}: it was changed, → block {block} of the disk")),
                EvictedTo::Dropped if usage.kind == FrameKind::Anon => {
                    ("evict", format!("{page}: dropped, its owner is done with it (MADV_FREE)"))
                }
                EvictedTo::Dropped if usage.kind == FrameKind::Shmem => {
                    ("evict", format!("{page}: dropped, it holds only zeros"))
                }
                EvictedTo::Dropped => ("evict", format!("{page}: dropped, the disk holds the same")),
            }
        }
        Note::Reclaimed { wanted, scanned, freed, writing } => {
            let (frames, looked) = (words::count(wanted.into(), "frame"), words::count(scanned.into(), "page"));
            ("reclaim", format!("{frames} wanted; {looked} looked at, {freed} freed, {writing} being written"))
        }
        Note::OomKill { pid, pages } => {
            ("oom", format!("no frame is free: {} with {pages} pages is killed", names.process_name(pid)))
        }
        Note::AllocationFails { allocation, nth } => {
            ("fail", format!("{} allocation {nth} fails, as --fail asks", allocation.name()))
        }
        Note::NoLargePage { page } => (
            "small",
            format!("no 512 frames in a row are free: page {page:#x} is a small one, though large ones are wanted"),
        ),
        Note::Print { stream, text } => ("print", format!("{} on {stream}", quote(arena.get(text), text.len as usize))),
        Note::Mark { text } => ("mark", String::from_utf8_lossy(arena.get(text)).into_owned()),
    }
}

/// `41 loads (2 missed), 17 stores (1 missed), 1 fetch missed`.
fn tlb_used(counts: &TlbUse) -> String {
    let TlbUse { loads, load_misses, stores, store_misses, fetch_misses } = *counts;
    let data = |count: u32, name, missed: u32| {
        let missed = if missed == 0 { String::new() } else { format!(" ({missed} missed)") };
        format!("{}{missed}", words::count(count.into(), name))
    };
    let fetches = match fetch_misses {
        0 => String::new(),
        1 => ", 1 fetch missed".to_owned(),
        n => format!(", {n} fetches missed"),
    };
    format!("asked for {}, {}{fetches}", data(loads, "load", load_misses), data(stores, "store", store_misses))
}

/// A verb and a sentence for a choice.
#[must_use]
pub fn choice(choice: &Choice) -> (&'static str, String) {
    let Choice { question, options, answer } = *choice;
    let asked = match question {
        Question::Next => "which task runs next",
        Question::Slice => "after how many instructions it is interrupted",
        Question::Wake => "which waiter is woken",
        Question::Script => "choose()",
        Question::Evict => "which page is evicted",
    };
    ("choice", format!("{asked}: {answer} of {options}"))
}

/// What a trap other than a fault or a call is.
fn exception(vector: u8) -> String {
    let name = match vector {
        0 => "divide error",
        3 => "breakpoint",
        6 => "invalid opcode",
        13 => "general protection fault",
        _ => "exception",
    };
    format!("{name} (vector {vector})")
}

/// `0x7ffe0000-0x7fff0000 rw-p stack, 16 pages`.
#[must_use]
pub fn area(page: u64, vma: Vma, names: &Names) -> String {
    let (start, end) = (page << PAGE_SHIFT, (page + u64::from(vma.pages)) << PAGE_SHIFT);
    let pages = words::count(vma.pages.into(), "page");
    format!("{start:#x}-{end:#x} {} {}, {pages}", permissions(vma.flags), names.area_name(vma))
}

/// The marks of a frame, `clean` if there are none.
fn marks(flags: FrameFlags) -> String {
    let names: Vec<String> = flags.iter_names().map(|(name, _)| name.to_ascii_lowercase()).collect();
    if names.is_empty() { "clean".to_owned() } else { names.join(" ") }
}

fn listed(place: Option<LruPlace>) -> String {
    let Some(LruPlace { list, after }) = place else { return "in no list".to_owned() };
    let name = list.name();
    if after.0 == 0 { format!("oldest of {name}") } else { format!("{name} behind {after}") }
}

const fn made(to: bool) -> &'static str {
    if to { "made" } else { "gone" }
}

fn id<T: std::fmt::Display>(id: Option<T>) -> String {
    id.map_or_else(|| "none".to_owned(), |id| id.to_string())
}

fn moved(from: u32, to: u32) -> String {
    match (from, to) {
        (0, to) => format!("+ {to}"),
        (from, 0) => format!("× {from}"),
        (from, to) => format!("{from} → {to}"),
    }
}

/// What a pin names.
fn pinned(pin: u64, names: &Names) -> String {
    match pin & PIN_OF_FILE {
        0 => format!("{:#x}", (pin - 1) << PAGE_SHIFT),
        _ => format!("page {} of {}", pin as u32, names.path(Ino(((pin & !PIN_OF_FILE) >> 32) as u32))),
    }
}

fn moved_task(from: crate::base::ids::Tid, to: crate::base::ids::Tid, names: &Names) -> String {
    match (from.0, to.0) {
        (0, _) => format!("+ {}", names.task_name(to)),
        (_, 0) => format!("× {}", names.task_name(from)),
        (_, _) => format!("{} → {}", names.task_name(from), names.task_name(to)),
    }
}

fn comm(bytes: [u8; 16]) -> String {
    let end = bytes.iter().position(|&byte| byte == 0).unwrap_or(bytes.len());
    quote(&bytes[..end], end)
}

fn descriptor(descriptor: Option<Descriptor>, names: &Names) -> String {
    let Some(Descriptor { file, cloexec }) = descriptor else { return "closed".to_owned() };
    format!("{}{}", names.file(file), if cloexec { " (close-on-exec)" } else { "" })
}

/// `{SIGINT SIGCHLD}`.
fn set(signals: SignalSet) -> String {
    let members: Vec<String> =
        (1..=64).map(Signal).filter(|&signal| signals.has(signal)).map(|s| s.to_string()).collect();
    format!("{{{}}}", members.join(" "))
}

fn used(usage: Option<FrameUse>) -> String {
    let Some(FrameUse { kind, owner, index }) = usage else { return "free".to_owned() };
    let name = kind.name();
    match kind {
        FrameKind::Table => format!("{name} of mm {owner}, level {index}"),
        FrameKind::Anon => format!("{name} of mm {owner}"),
        FrameKind::File | FrameKind::Shmem => format!("{name} page {index} of inode {owner}"),
        FrameKind::Pipe => format!("{name} {owner}"),
        FrameKind::Zero | FrameKind::Kernel => name.to_owned(),
    }
}

/// `entry 469: page 0x7ffff7ffe pcid 3 → frame 22 w-ud, in place of page 0x400 pcid 3 → frame 30 -xu-`.
fn tlb_change(index: impl std::fmt::Display, from: TlbEntry, to: TlbEntry) -> String {
    match (from.is_valid(), to.is_valid()) {
        (true, true) => format!("entry {index}: {}, in place of {}", tlb(to), tlb(from)),
        (false, _) => format!("entry {index}: {}", tlb(to)),
        (true, false) => format!("entry {index} is flushed: {}", tlb(from)),
    }
}

fn tlb(entry: TlbEntry) -> String {
    let bit = |bit: u8, letter: char| if entry.flags & bit == 0 { '-' } else { letter };
    let execute = if entry.flags & TLB_NX == 0 { 'x' } else { '-' };
    let flags: String = [bit(TLB_W, 'w'), execute, bit(TLB_U, 'u'), bit(TLB_D, 'd')].iter().collect();
    format!("page {:#x} pcid {} → frame {} {flags}", entry.vpn(), entry.pcid(), entry.frame)
}

/// The slot of the swap device in an entry that is not present: bits 9 to 58, complemented
/// (`arch/x86/include/asm/pgtable_64.h`).
pub(super) const fn swap_slot(word: u64) -> Option<u64> {
    if word & 1 == 0 && word != 0 { Some(!(word >> 9) & ((1 << 50) - 1)) } else { None }
}

/// A page table entry: its frame and bits (Intel SDM vol. 3, 4.5), or `none`.
fn pte(word: u64) -> String {
    if word == 0 {
        return "none".to_owned();
    }
    if let Some(slot) = swap_slot(word) {
        return format!("swap slot {slot}{}", if word >> 3 & 1 == 1 { " (the only entry)" } else { "" });
    }
    let bit = |at: u32, letter: char| if word >> at & 1 == 1 { letter } else { '-' };
    let execute = if word >> 63 == 1 { '-' } else { 'x' };
    let flags: String = [bit(1, 'w'), execute, bit(2, 'u'), bit(5, 'a'), bit(6, 'd')].iter().collect();
    format!("frame {} {flags}", word >> PAGE_SHIFT & 0xff_ffff_ffff)
}
