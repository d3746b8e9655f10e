//! The fields of each change, note and choice as JSON: one flat match, so that the format changes only where it is meant to.
//!
//! Ids and counts are numbers; addresses, page numbers, table entries and words are strings such as `"0x401000"`; bytes
//! are strings, with what is no UTF-8 replaced. What is not there is `null`.

use serde_json::{Value, json};

use crate::abi::signal::Signal;
use crate::abi::sysno::Sysno;
use crate::base::ids::MmId;
use crate::trace::event::{Bytes, Change, Choice, FaultResult, Note, Question};
use crate::trace::recorder::Arena;
use crate::trace::render::jsonl::Fields;
use crate::trace::render::walk::Walk;
use crate::trace::render::words;
use crate::trace::value::{
    ActionDetails, AltStack, Cr3, Descriptor, EvictedTo, FrameFlags, FrameUse, FsContext, FutexKey, FutexPlace, Inode,
    InodeKind, Io, JobState, LruPlace, Nonresident, OpenFile, Owner, PidNamespace, PipeSlot, Position, ProcEntry,
    QueuedSignal, Resume, Returned, Rlimit, SignalAction, SignalEffect, SignalSet, SignalTarget, TaskState, TlbEntry,
    TlbUse, Vma, WaitOn, WalkResult,
};

/// The fields of a change: the cell's name, `from` and `to`. None has the name of a field that every event has.
#[must_use]
#[rustfmt::skip]
pub fn change(change: &Change, arena: &Arena) -> Fields {
    let bytes = |bytes| text(arena, bytes);
    match *change {
        Change::Clock { cpu, from, to } => vec![("on_cpu", json!(cpu.0)), ("from", json!(from.0)), ("to", json!(to.0))],
        Change::Mode { cpu, from, to } => vec![("on_cpu", json!(cpu.0)), ("from", json!(words::mode(from))), ("to", json!(words::mode(to)))],
        Change::Cr3 { cpu, from, to } => vec![("on_cpu", json!(cpu.0)), ("from", cr3(from)), ("to", cr3(to))],
        Change::Current { cpu, from, to } => vec![("on_cpu", json!(cpu.0)), ("from", json!(from.0)), ("to", json!(to.0))],
        Change::Tlb { cpu, index, from, to } => vec![("on_cpu", json!(cpu.0)), ("index", json!(index)), ("from", tlb(from)), ("to", tlb(to))],
        Change::Pte { table, index, level, mm, page, from, to } => vec![("table", json!(table.0)), ("index", json!(index)), ("level", json!(level)), ("mm", json!((mm != MmId::INIT).then_some(mm.0))), ("page", hex(page)), ("from", hex(from)), ("to", hex(to))],
        Change::Word { frame, offset, len, from, to } => vec![("frame", json!(frame.0)), ("offset", json!(offset)), ("len", json!(len)), ("from", hex(from)), ("to", hex(to))],
        Change::Run { frame, offset, from, to } => vec![("frame", json!(frame.0)), ("offset", json!(offset)), ("from", bytes(from)), ("to", bytes(to))],
        Change::Frame { frame, from, to } => vec![("frame", json!(frame.0)), ("from", frame_use(from)), ("to", frame_use(to))],
        Change::FrameFlags { frame, from, to } => vec![("frame", json!(frame.0)), ("from", frame_flags(from)), ("to", frame_flags(to))],
        Change::Lru { frame, from, to } => vec![("frame", json!(frame.0)), ("from", option(from, lru_place)), ("to", option(to, lru_place))],
        Change::Uses { frame, from, to } => vec![("frame", json!(frame.0)), ("from", json!(from)), ("to", json!(to))],
        Change::DeviceBlock { device, block, from, to } => vec![("device", json!(words::device(device))), ("block", json!(block)), ("from", bytes(from)), ("to", bytes(to))],
        Change::SwapSlot { slot, from, to } => vec![("slot", json!(slot.0)), ("from", json!(from)), ("to", json!(to))],
        Change::SwapCache { slot, from, to } => vec![("slot", json!(slot.0)), ("from", option(from, |id| json!(id.0))), ("to", option(to, |id| json!(id.0)))],
        Change::CacheSwap { ino, page, from, to } => vec![("ino", json!(ino.0)), ("page", json!(page)), ("from", option(from, |id| json!(id.0))), ("to", option(to, |id| json!(id.0)))],
        Change::Shadow { of, from, to } => vec![("of", shadow(of)), ("from", json!(from)), ("to", json!(to))],
        Change::NonresidentAge { from, to } => vec![("from", json!(from)), ("to", json!(to))],
        Change::Io { at, io, from, to } => vec![("at", json!(at.0)), ("io", io_request(io)), ("from", json!(from)), ("to", json!(to))],
        Change::Sysctl { sysctl, from, to } => vec![("name", json!(words::sysctl(sysctl))), ("from", json!(from)), ("to", json!(to))],
        Change::OomScoreAdj { pid, from, to } => vec![("pid", json!(pid.0)), ("from", json!(from)), ("to", json!(to))],
        Change::DiskBlock { ino, page, from, to } => vec![("ino", json!(ino.0)), ("page", json!(page)), ("from", option(from, |id| json!(id.0))), ("to", option(to, |id| json!(id.0)))],
        Change::Reserved { ino, from, to } => vec![("ino", json!(ino.0)), ("from", json!(from)), ("to", json!(to))],
        Change::DiskPages { ino, from, to } => vec![("ino", json!(ino.0)), ("from", json!(from)), ("to", json!(to))],
        Change::Task { tid, from, to } => vec![("tid", json!(tid.0)), ("from", json!(from)), ("to", json!(to))],
        Change::Tgid { tid, from, to } => vec![("tid", json!(tid.0)), ("from", json!(from.0)), ("to", json!(to.0))],
        Change::TaskState { tid, from, to } => vec![("tid", json!(tid.0)), ("from", state(from)), ("to", state(to))],
        Change::WaitOn { tid, from, to } => vec![("tid", json!(tid.0)), ("from", option(from, wait)), ("to", option(to, wait))],
        Change::Resume { tid, from, to } => vec![("tid", json!(tid.0)), ("from", resume(from)), ("to", resume(to))],
        Change::SavedCall { tid, word, from, to } => vec![("tid", json!(tid.0)), ("word", json!(word)), ("from", hex(from)), ("to", hex(to))],
        Change::Progress { tid, from, to } => vec![("tid", json!(tid.0)), ("from", json!(from)), ("to", json!(to))],
        Change::Position { tid, from, to } => vec![("tid", json!(tid.0)), ("from", position(from)), ("to", position(to))],
        Change::Returned { tid, from, to } => vec![("tid", json!(tid.0)), ("from", returned(from)), ("to", returned(to))],
        Change::Slice { tid, from, to } => vec![("tid", json!(tid.0)), ("from", json!(from)), ("to", json!(to))],
        Change::TaskMm { tid, from, to } => vec![("tid", json!(tid.0)), ("from", option(from, |id| json!(id.0))), ("to", option(to, |id| json!(id.0)))],
        Change::TaskFiles { tid, from, to } => vec![("tid", json!(tid.0)), ("from", option(from, |id| json!(id.0))), ("to", option(to, |id| json!(id.0)))],
        Change::TaskFs { tid, from, to } => vec![("tid", json!(tid.0)), ("from", option(from, |id| json!(id.0))), ("to", option(to, |id| json!(id.0)))],
        Change::TaskSighand { tid, from, to } => vec![("tid", json!(tid.0)), ("from", option(from, |id| json!(id.0))), ("to", option(to, |id| json!(id.0)))],
        Change::Comm { tid, from, to } => vec![("tid", json!(tid.0)), ("from", comm(from)), ("to", comm(to))],
        Change::Pending { tid, from, to } => vec![("tid", json!(tid.0)), ("from", signals(from)), ("to", signals(to))],
        Change::Mask { tid, from, to } => vec![("tid", json!(tid.0)), ("from", signals(from)), ("to", signals(to))],
        Change::Tls { tid, from, to } => vec![("tid", json!(tid.0)), ("from", hex(from)), ("to", hex(to))],
        Change::ClearTid { tid, from, to } => vec![("tid", json!(tid.0)), ("from", hex(from)), ("to", hex(to))],
        Change::SavedMask { tid, from, to } => vec![("tid", json!(tid.0)), ("from", option(from, signals)), ("to", option(to, signals))],
        Change::AltStack { tid, from, to } => vec![("tid", json!(tid.0)), ("from", alt_stack(from)), ("to", alt_stack(to))],
        Change::Queued { target, place, info, from, to } => vec![("of", signal_target(target)), ("place", json!(place)), ("info", queued(info)), ("from", json!(from)), ("to", json!(to))],
        Change::Job { pid, from, to } => vec![("pid", json!(pid.0)), ("from", job(from)), ("to", job(to))],
        Change::Alarm { at, pid, from, to } => vec![("at", json!(at.0)), ("pid", json!(pid.0)), ("from", json!(from)), ("to", json!(to))],
        Change::AlarmInterval { pid, from, to } => vec![("pid", json!(pid.0)), ("from", json!(from.0)), ("to", json!(to.0))],
        Change::Rlimit { pid, resource, from, to } => vec![("pid", json!(pid.0)), ("resource", json!(words::resource(resource))), ("from", rlimit(from)), ("to", rlimit(to))],
        Change::Uid { pid, from, to } => vec![("pid", json!(pid.0)), ("from", json!(from)), ("to", json!(to))],
        Change::Gid { pid, from, to } => vec![("pid", json!(pid.0)), ("from", json!(from)), ("to", json!(to))],
        Change::ProcessNs { pid, from, to } => vec![("pid", json!(pid.0)), ("from", json!(from.0)), ("to", json!(to.0))],
        Change::PidNs { ns, from, to } => vec![("ns", json!(ns.0)), ("from", option(from, namespace)), ("to", option(to, namespace))],
        Change::PidNumber { ns, number, from, to } => vec![("ns", json!(ns.0)), ("number", json!(number)), ("from", json!(from.0)), ("to", json!(to.0))],
        Change::ActionDetails { sighand, signal, from, to } => vec![("sighand", json!(sighand.0)), ("signal", json!(signal)), ("from", details(from)), ("to", details(to))],
        Change::ConsoleSession { from, to } => vec![("from", json!(from.0)), ("to", json!(to.0))],
        Change::Foreground { from, to } => vec![("from", json!(from.0)), ("to", json!(to.0))],
        Change::ExitStatus { tid, from, to } => vec![("tid", json!(tid.0)), ("from", json!(from)), ("to", json!(to))],
        Change::StartTime { tid, from, to } => vec![("tid", json!(tid.0)), ("from", json!(from.0)), ("to", json!(to.0))],
        Change::Process { pid, from, to } => vec![("pid", json!(pid.0)), ("from", json!(from)), ("to", json!(to))],
        Change::Parent { pid, from, to } => vec![("pid", json!(pid.0)), ("from", json!(from.0)), ("to", json!(to.0))],
        Change::Child { pid, place, from, to } => vec![("pid", json!(pid.0)), ("place", json!(place)), ("from", json!(from.0)), ("to", json!(to.0))],
        Change::Thread { pid, place, from, to } => vec![("pid", json!(pid.0)), ("place", json!(place)), ("from", json!(from.0)), ("to", json!(to.0))],
        Change::GroupExit { pid, from, to } => vec![("pid", json!(pid.0)), ("from", json!(from)), ("to", json!(to))],
        Change::SharedPending { pid, from, to } => vec![("pid", json!(pid.0)), ("from", signals(from)), ("to", signals(to))],
        Change::ExitSignal { pid, from, to } => vec![("pid", json!(pid.0)), ("from", json!(from)), ("to", json!(to))],
        Change::Group { pid, from, to } => vec![("pid", json!(pid.0)), ("from", json!(from.0)), ("to", json!(to.0))],
        Change::Session { pid, from, to } => vec![("pid", json!(pid.0)), ("from", json!(from.0)), ("to", json!(to.0))],
        Change::Subreaper { pid, from, to } => vec![("pid", json!(pid.0)), ("from", json!(from)), ("to", json!(to))],
        Change::LastPid { ns, from, to } => vec![("ns", json!(ns.0)), ("from", json!(from.0)), ("to", json!(to.0))],
        Change::Queue { cpu, place, from, to } => vec![("on_cpu", json!(cpu.0)), ("place", json!(place)), ("from", json!(from.0)), ("to", json!(to.0))],
        Change::Waiter { on, place, from, to } => vec![("on", wait(on)), ("place", json!(place)), ("from", json!(from.0)), ("to", json!(to.0))],
        Change::NoProgress { tid, from, to } => vec![("tid", json!(tid.0)), ("from", json!(from)), ("to", json!(to))],
        Change::Pin { tid, place, from, to } => vec![("tid", json!(tid.0)), ("place", json!(place)), ("from", hex(from)), ("to", hex(to))],
        Change::Timer { at, tid, from, to } => vec![("at", json!(at.0)), ("tid", json!(tid.0)), ("from", json!(from)), ("to", json!(to))],
        Change::Mm { mm, from, to } => vec![("mm", json!(mm.0)), ("from", json!(from)), ("to", json!(to))],
        Change::MmField { mm, field, from, to } => vec![("mm", json!(mm.0)), ("field", json!(words::mm_field(field))), ("from", hex(from)), ("to", hex(to))],
        Change::Vma { mm, page, vma, from, to } => vec![("mm", json!(mm.0)), ("page", hex(page)), ("vma", area(vma)), ("from", json!(from)), ("to", json!(to))],
        Change::Files { files, from, to } => vec![("files", json!(files.0)), ("from", json!(from)), ("to", json!(to))],
        Change::Fd { files, fd, from, to } => vec![("files", json!(files.0)), ("fd", json!(fd)), ("from", option(from, descriptor)), ("to", option(to, descriptor))],
        Change::File { file, from, to } => vec![("open_file", json!(file.0)), ("from", option(from, open_file)), ("to", option(to, open_file))],
        Change::Offset { file, from, to } => vec![("open_file", json!(file.0)), ("from", json!(from)), ("to", json!(to))],
        Change::Fs { fs, from, to } => vec![("fs", json!(fs.0)), ("from", option(from, fs_context)), ("to", option(to, fs_context))],
        Change::Inode { ino, from, to } => vec![("ino", json!(ino.0)), ("from", option(from, inode)), ("to", option(to, inode))],
        Change::Size { ino, from, to } => vec![("ino", json!(ino.0)), ("from", json!(from)), ("to", json!(to))],
        Change::Links { ino, from, to } => vec![("ino", json!(ino.0)), ("from", json!(from)), ("to", json!(to))],
        Change::Above { ino, from, to } => vec![("ino", json!(ino.0)), ("from", json!(from.0)), ("to", json!(to.0))],
        Change::Owner { ino, from, to } => vec![("ino", json!(ino.0)), ("from", owner(from)), ("to", owner(to))],
        Change::Entry { dir, name, from, to } => vec![("dir", json!(dir.0)), ("name", bytes(name)), ("from", option(from, |id| json!(id.0))), ("to", option(to, |id| json!(id.0)))],
        Change::CachePage { ino, page, from, to } => vec![("ino", json!(ino.0)), ("page", json!(page)), ("from", option(from, |id| json!(id.0))), ("to", option(to, |id| json!(id.0)))],
        Change::DiskRead { ino, page, from, to } => vec![("ino", json!(ino.0)), ("page", json!(page)), ("from", json!(from)), ("to", json!(to))],
        Change::Pipe { pipe, from, to } => vec![("pipe", json!(pipe.0)), ("from", json!(from)), ("to", json!(to))],
        Change::PipeSlot { pipe, place, from, to } => vec![("pipe", json!(pipe.0)), ("place", json!(place)), ("from", option(from, pipe_slot)), ("to", option(to, pipe_slot))],
        Change::PipeSize { pipe, from, to } => vec![("pipe", json!(pipe.0)), ("from", json!(from)), ("to", json!(to))],
        Change::Sighand { sighand, from, to } => vec![("sighand", json!(sighand.0)), ("from", json!(from)), ("to", json!(to))],
        Change::Action { sighand, signal, from, to } => vec![("sighand", json!(sighand.0)), ("signal", json!(signal)), ("from", action(from)), ("to", action(to))],
        Change::ConsoleInput { bytes, from, to } => vec![("bytes", text(arena, bytes)), ("from", json!(from)), ("to", json!(to))],
        Change::ConsoleTaken { bytes, from, to } => vec![("bytes", text(arena, bytes)), ("from", json!(from)), ("to", json!(to))],
        Change::ConsoleEnd { from, to } => vec![("from", json!(from)), ("to", json!(to))],
    }
}

/// The name and the fields of a note.
#[must_use]
pub fn note(note: &Note, arena: &Arena) -> (&'static str, Fields) {
    let bytes = |bytes| text(arena, bytes);
    match *note {
        Note::SyscallEnter { nr, words, text, .. } => {
            let args: Vec<Value> = arena.get(words).chunks_exact(8).map(|word| hex(word_of(word))).collect();
            let fields = vec![("nr", json!(nr)), ("name", name(nr)), ("args", json!(args)), ("text", bytes(text))];
            ("syscall_enter", fields)
        }
        Note::SyscallExit { nr, result, text, .. } => {
            let fields = vec![("nr", json!(nr)), ("name", name(nr)), ("result", json!(result)), ("text", bytes(text))];
            ("syscall_exit", fields)
        }
        Note::SyscallSleeps { nr } => ("syscall_sleeps", vec![("nr", json!(nr)), ("name", name(nr))]),
        Note::Walk { address, table, code, words, result } => {
            let walk = Walk { address, table, code, words: arena.get(words), result };
            let (came_to, level) = match result {
                WalkResult::Filled => ("filled", None),
                WalkResult::Missing(level) => ("missing", Some(level)),
                WalkResult::Refused => ("refused", None),
            };
            let steps: Vec<Value> = walk
                .steps()
                .map(|step| json!({"level": step.level, "table": step.table.0, "index": step.index, "entry": hex(step.pte)}))
                .collect();
            let head = vec![("address", hex(address)), ("access", json!(walk.access())), ("code", json!(code))];
            let tail = vec![("steps", json!(steps)), ("result", json!(came_to)), ("level", json!(level))];
            ("walk", [head, tail].concat())
        }
        Note::TlbUsed { counts } => {
            let TlbUse { loads, load_misses, stores, store_misses, fetch_misses } = counts;
            let data = [("loads", loads), ("load_misses", load_misses), ("stores", stores)];
            let rest = [("store_misses", store_misses), ("fetch_misses", fetch_misses)];
            ("tlb_used", data.into_iter().chain(rest).map(|(name, count)| (name, json!(count))).collect())
        }
        Note::Fault { address, code } => ("fault", vec![("address", hex(address)), ("code", json!(code))]),
        Note::FaultDone { address, result, frame, source, major } => {
            let around = if let FaultResult::Mapped(pages) = result { pages } else { 0 };
            let fields = vec![
                ("address", hex(address)),
                ("result", json!(words::fault_result(result))),
                ("around", json!(around)),
                ("frame", json!(frame.0)),
                ("source", json!(source.0)),
                ("major", json!(major)),
            ];
            ("fault_done", fields)
        }
        Note::Tick => ("tick", vec![]),
        Note::Exception { vector } => ("exception", vec![("vector", json!(vector))]),
        Note::Cloned { child, flags, ptes, tables } => {
            let counts = [("ptes", json!(ptes)), ("tables", json!(tables))];
            let mut fields = vec![("child", json!(child.0)), ("flags", hex(flags))];
            fields.extend(counts);
            ("cloned", fields)
        }
        Note::Executed { path, argv, ino } => {
            let argv = arena.get(argv);
            let argv = argv.strip_suffix(&[0]).unwrap_or(argv);
            let args: Vec<_> = argv.split(|&byte| byte == 0).map(String::from_utf8_lossy).collect();
            ("executed", vec![("path", bytes(path)), ("argv", json!(args)), ("ino", json!(ino.0))])
        }
        Note::Exited { status } => ("exited", vec![("status", json!(status))]),
        Note::Reaped { pid, status } => ("reaped", vec![("pid", json!(pid.0)), ("status", json!(status))]),
        Note::SignalSent { to, signal, code, .. } => {
            let sent = vec![("to", json!(to.0)), ("signal", json!(words::signal(signal))), ("code", json!(code))];
            ("signal_sent", sent)
        }
        Note::SignalTaken { signal, effect } => {
            let fatal = effect == SignalEffect::Ends;
            let stops = effect == SignalEffect::Stops;
            let signal = json!(words::signal(signal));
            ("signal_taken", vec![("signal", signal), ("fatal", json!(fatal)), ("stops", json!(stops))])
        }
        Note::HandlerCalled { signal, handler, frame } => {
            ("handler_called", vec![("signal", json!(signal)), ("handler", hex(handler)), ("frame", hex(frame))])
        }
        Note::HandlerDone { frame } => ("handler_done", vec![("frame", hex(frame))]),
        Note::Lock { record, act } => ("lock", vec![("record", hex(record)), ("act", json!(words::lock_act(act)))]),
        Note::Evicted { frame, usage, to } => {
            let (whereto, place) = match to {
                EvictedTo::Swap(slot) | EvictedTo::SwapClean(slot) => (words::evicted(to), Some(slot.0)),
                EvictedTo::File(block) => (words::evicted(to), Some(block.0)),
                EvictedTo::Dropped => (words::evicted(to), None),
            };
            let what = vec![("frame", json!(frame.0)), ("held", frame_use(Some(usage)))];
            ("evicted", [what, vec![("to", json!(whereto)), ("place", json!(place))]].concat())
        }
        Note::Reclaimed { wanted, scanned, freed, writing } => {
            let counts = [("wanted", wanted), ("scanned", scanned), ("freed", freed), ("writing", writing)];
            ("reclaimed", counts.map(|(name, count)| (name, json!(count))).to_vec())
        }
        Note::OomKill { pid, pages } => ("oom_kill", vec![("pid", json!(pid.0)), ("pages", json!(pages))]),
        Note::AllocationFails { allocation, nth } => {
            ("allocation_fails", vec![("allocation", json!(allocation.name())), ("nth", json!(nth))])
        }
        Note::NoLargePage { page } => ("no_large_page", vec![("page", json!(page))]),
        Note::Print { stream, text } => ("print", vec![("stream", json!(stream)), ("text", bytes(text))]),
        Note::Mark { text } => ("mark", vec![("text", bytes(text))]),
    }
}

/// The fields of a choice.
#[must_use]
pub fn choice(choice: &Choice) -> Fields {
    let question = match choice.question {
        Question::Next => "next",
        Question::Slice => "slice",
        Question::Wake => "wake",
        Question::Script => "script",
        Question::Evict => "evict",
    };
    vec![("question", json!(question)), ("options", json!(choice.options)), ("answer", json!(choice.answer))]
}

fn text(arena: &Arena, bytes: Bytes) -> Value {
    json!(String::from_utf8_lossy(arena.get(bytes)))
}

fn name(nr: u16) -> Value {
    json!(Sysno(nr).to_string())
}

fn hex(word: u64) -> Value {
    json!(format!("{word:#x}"))
}

/// A little-endian word.
#[must_use]
pub fn word_of(bytes: &[u8]) -> u64 {
    bytes.iter().rev().fold(0, |word, &byte| word << 8 | u64::from(byte))
}

fn option<T>(value: Option<T>, show: impl Fn(T) -> Value) -> Value {
    value.map_or(Value::Null, show)
}

fn shadow(of: Nonresident) -> Value {
    match of {
        Nonresident::Slot(slot) => json!({ "slot": slot.0 }),
        Nonresident::Page(ino, page) => json!({ "ino": ino.0, "page": page }),
    }
}

fn cr3(cr3: Cr3) -> Value {
    json!({ "table": cr3.table.0, "pcid": cr3.pcid })
}

fn tlb(entry: TlbEntry) -> Value {
    if !entry.is_valid() {
        return Value::Null;
    }
    json!({ "page": hex(entry.vpn()), "pcid": entry.pcid(), "frame": entry.frame.0, "flags": entry.flags })
}

fn frame_use(usage: Option<FrameUse>) -> Value {
    option(usage, |usage| json!({ "kind": usage.kind.name(), "owner": usage.owner, "index": usage.index }))
}

fn frame_flags(flags: FrameFlags) -> Value {
    json!(flags.iter_names().map(|(name, _)| name.to_ascii_lowercase()).collect::<Vec<_>>())
}

fn lru_place(place: LruPlace) -> Value {
    json!({ "list": place.list.name(), "after": place.after.0 })
}

fn io_request(io: Io) -> Value {
    match io {
        Io::ReadFile(ino, page) => json!({ "io": "read_file", "ino": ino.0, "page": page }),
        Io::WriteFile(ino, page) => json!({ "io": "write_file", "ino": ino.0, "page": page }),
        Io::ReadSwap(slot) => json!({ "io": "read_swap", "slot": slot.0 }),
        Io::WriteSwap(slot) => json!({ "io": "write_swap", "slot": slot.0 }),
    }
}

fn state(state: TaskState) -> Value {
    match state {
        TaskState::Runnable(cpu) | TaskState::Running(cpu) => json!({ "state": state.word(), "cpu": cpu.0 }),
        TaskState::New
        | TaskState::Sleeping
        | TaskState::Uninterruptible
        | TaskState::Stopped
        | TaskState::Zombie
        | TaskState::Dead => json!({ "state": state.word() }),
    }
}

fn wait(on: WaitOn) -> Value {
    match on {
        WaitOn::PipeData(pipe) => json!({ "on": "pipe_data", "pipe": pipe.0 }),
        WaitOn::PipeRoom(pipe) => json!({ "on": "pipe_room", "pipe": pipe.0 }),
        WaitOn::Child(pid) => json!({ "on": "child", "pid": pid.0 }),
        WaitOn::Time => json!({ "on": "time" }),
        WaitOn::Console => json!({ "on": "console" }),
        WaitOn::Disk(ino, page) => json!({ "on": "disk", "ino": ino.0, "page": page }),
        WaitOn::Futex(key) => json!({ "on": "futex", "key": futex_key(key) }),
        WaitOn::FutexPi(key) => json!({ "on": "futex_pi", "key": futex_key(key) }),
        WaitOn::Signal => json!({ "on": "signal" }),
        WaitOn::Vfork(child) => json!({ "on": "vfork", "tid": child.0 }),
        WaitOn::Swap(slot) => json!({ "on": "swap", "slot": slot.0 }),
        WaitOn::Writeback => json!({ "on": "writeback" }),
        WaitOn::Kswapd => json!({ "on": "kswapd" }),
        WaitOn::Poll(console) => json!({ "on": "poll", "console": console }),
    }
}

fn resume(resume: Resume) -> Value {
    json!(match resume {
        Resume::User => "user",
        Resume::Syscall => "syscall",
        Resume::Fault => "fault",
        Resume::Kernel => "kernel",
    })
}

fn position(position: Position) -> Value {
    json!({ "pc": hex(position.pc), "sp": hex(position.sp) })
}

fn returned(returned: Returned) -> Value {
    json!({ "rax": hex(returned.rax), "rdx": hex(returned.rdx) })
}

fn comm(bytes: [u8; 16]) -> Value {
    let end = bytes.iter().position(|&byte| byte == 0).unwrap_or(bytes.len());
    json!(String::from_utf8_lossy(&bytes[..end]))
}

fn signals(set: SignalSet) -> Value {
    let members = (1..=64).map(Signal).filter(|&signal| set.has(signal));
    json!(members.map(|signal| signal.to_string()).collect::<Vec<_>>())
}

fn area(vma: Vma) -> Value {
    let flags: Vec<String> = vma.flags.iter_names().map(|(name, _)| name.to_ascii_lowercase()).collect();
    json!({ "pages": vma.pages, "file_page": vma.file_page, "ino": vma.ino.0, "flags": flags })
}

fn descriptor(descriptor: Descriptor) -> Value {
    json!({ "file": descriptor.file.0, "cloexec": descriptor.cloexec })
}

fn open_file(open: OpenFile) -> Value {
    json!({ "ino": open.ino.0, "flags": open.flags })
}

fn fs_context(context: FsContext) -> Value {
    json!({ "cwd": context.cwd.0, "umask": context.umask })
}

fn inode(inode: Inode) -> Value {
    let mut fields = inode_kind(inode.kind);
    fields["mode"] = json!(inode.mode);
    fields
}

fn inode_kind(kind: InodeKind) -> Value {
    match kind {
        InodeKind::Directory => json!({ "kind": "directory" }),
        InodeKind::Disk => json!({ "kind": "disk" }),
        InodeKind::Memory => json!({ "kind": "memory" }),
        InodeKind::Console => json!({ "kind": "console" }),
        InodeKind::Null => json!({ "kind": "null" }),
        InodeKind::Zero => json!({ "kind": "zero" }),
        InodeKind::Pipe(pipe) => json!({ "kind": "pipe", "pipe": pipe.0 }),
        InodeKind::Proc(entry) => proc_entry(entry),
    }
}

fn proc_entry(entry: ProcEntry) -> Value {
    json!({ "kind": "proc", "path": entry.path() })
}

fn owner(owner: Owner) -> Value {
    json!({ "uid": owner.uid, "gid": owner.gid })
}

fn namespace(space: PidNamespace) -> Value {
    json!({ "parent": space.parent.0, "init": space.init.0 })
}

fn pipe_slot(slot: PipeSlot) -> Value {
    json!({ "frame": slot.frame.0, "offset": slot.offset, "len": slot.len })
}

fn action(action: SignalAction) -> Value {
    match action {
        SignalAction::Default => json!("default"),
        SignalAction::Ignore => json!("ignore"),
        SignalAction::Handler(address) => json!({ "handler": hex(address) }),
    }
}

fn details(details: ActionDetails) -> Value {
    json!({ "mask": signals(details.mask), "flags": details.flags, "restorer": hex(details.restorer.into()) })
}

fn alt_stack(stack: AltStack) -> Value {
    json!({ "base": hex(stack.base), "size": stack.size, "flags": stack.flags })
}

fn signal_target(target: SignalTarget) -> Value {
    match target {
        SignalTarget::Task(tid) => json!({ "tid": tid.0 }),
        SignalTarget::Process(pid) => json!({ "pid": pid.0 }),
    }
}

fn queued(info: QueuedSignal) -> Value {
    json!({ "signal": info.signal, "code": info.code, "pid": info.pid.0, "value": hex(info.value) })
}

fn job(job: JobState) -> Value {
    match job {
        JobState::Going => json!("going"),
        JobState::Continued => json!("continued"),
        JobState::Stopped { signal, told } => json!({ "stopped": signal, "told": told }),
    }
}

fn rlimit(limit: Rlimit) -> Value {
    json!({ "soft": limit.soft, "hard": limit.hard })
}

fn futex_key(key: FutexKey) -> Value {
    match key.place() {
        FutexPlace::Private(mm, address) => json!({ "mm": mm.0, "address": hex(address) }),
        FutexPlace::Shared(ino, byte) => json!({ "ino": ino.0, "byte": byte }),
    }
}
