//! The hash of a state, kept up by its changes: two states of equal hash go on alike.
//!
//! It is a sum over cells of a number that cell and value determine. A change takes the number of the old value away and
//! adds that of the new one, so that it costs the same however large the state is, and taking a change back gives the
//! hash from before.
//!
//! Memory is a sum over words of the word times a number that its place determines, so that a byte and a word that
//! store the same count the same. A place is named by what its frame is used for, not by the frame's number: else each
//! order in which pages are faulted in would be a state of its own.
//!
//! Left out is what tells only how a state was reached: clocks, the TLB, A and D bits, start times, slices, the moments
//! of timers, and the order of lists. Whether a task is running or runnable makes no difference either: between two
//! steps anybody who can run may be next. What is small and has an order, the content of pipes and the console and
//! what calls that sleep have saved, is added when the hash is asked for.

use std::collections::BTreeSet;
use std::hash::{Hash, Hasher};
use std::mem::{Discriminant, discriminant};

use crate::abi::sysno::Sysno;
use crate::base::ids::{CpuId, Frame};
use crate::base::units::{PAGE_SHIFT, PAGE_SIZE};
use crate::kernel::core::Output;
use crate::kernel::mm::table::ALL_PAGES;
use crate::kernel::state::inventory;
use crate::kernel::state::{PipeState, State, Task};
use crate::machine::pte::{A, D, P, PS, Pte};
use crate::trace::event::{Bytes, Change};
use crate::trace::recorder::Arena;
use crate::trace::value::{FrameKind, FrameUse, MmField, Resume, TaskState};

/// The hash of a state, at the moment up to which its changes were followed.
#[derive(Clone, Debug)]
pub struct StateHash {
    sum: u128,
    names: Names,
}

/// The hash at a moment, to be taken back to.
#[derive(Clone, Copy, Debug)]
pub struct HashMoment {
    sum: u128,
    renamed: usize,
}

/// What each frame is called: by its first use, and by a number where two have the same use.
#[derive(Clone, Debug)]
struct Names {
    by_frame: Vec<Option<Name>>,
    taken: BTreeSet<(FrameUse, u32)>,
    /// What frames were called before, oldest first.
    before: Vec<(Frame, Option<Name>)>,
}

#[derive(Clone, Copy, Debug)]
struct Name {
    usage: FrameUse,
    number: u32,
    key: u64,
}

impl Names {
    fn new(frames: u32) -> Self {
        Self { by_frame: vec![None; frames as usize], taken: BTreeSet::new(), before: Vec::new() }
    }

    fn set(&mut self, frame: Frame, name: Option<Name>) -> Option<Name> {
        let old = std::mem::replace(&mut self.by_frame[frame.index()], name);
        if let Some(old) = old {
            let _ = self.taken.remove(&(old.usage, old.number));
        }
        if let Some(name) = name {
            let _ = self.taken.insert((name.usage, name.number));
        }
        old
    }

    fn change(&mut self, frame: Frame, usage: Option<FrameUse>) {
        let name = usage.map(|usage| {
            let number = (0..).find(|&number| !self.taken.contains(&(usage, number))).expect("frames are few");
            Name { usage, number, key: mixed(&(usage, number)) }
        });
        let old = self.set(frame, name);
        self.before.push((frame, old));
    }

    fn rewind(&mut self, len: usize) {
        while self.before.len() > len {
            let (frame, name) = self.before.pop().expect("there are more renamings");
            let _ = self.set(frame, name);
        }
    }

    /// The key of a frame's memory; none where memory is hashed in another way: page tables by their entries, those of
    /// the kernel, which stay as boot made them, not at all, pipes by their content.
    fn memory_key(&self, frame: Frame) -> Option<u64> {
        match self.by_frame[frame.index()] {
            Some(Name {
                usage: FrameUse { kind: FrameKind::Table | FrameKind::Kernel | FrameKind::Pipe, .. }, ..
            }) => None,
            Some(name) => Some(name.key),
            None => Some(u64::from(frame.0)),
        }
    }

    /// A leaf entry with its frame's name instead of its number, and without A and D; a swapped page by its slot.
    fn entry(&self, pte: u64) -> (u64, u64) {
        let pte = Pte(pte);
        if !pte.is_present() {
            return (pte.0, 0);
        }
        let key = self.by_frame[pte.frame().index()].map_or(u64::from(pte.frame().0), |name| name.key);
        (pte.without(A | D | u64::from(pte.frame().0) << PAGE_SHIFT).0, key)
    }
}

impl StateHash {
    /// Follows all changes from now on; the state as it is counts as nothing.
    #[must_use]
    pub fn new(state: &State) -> Self {
        let mut names = Names::new(state.hardware.phys.frames());
        for (id, frame) in state.frames.iter() {
            names.change(Frame(id), Some(frame.usage));
        }
        names.before.clear();
        Self { sum: 0, names }
    }

    /// This moment.
    #[must_use]
    pub fn moment(&self) -> HashMoment {
        HashMoment { sum: self.sum, renamed: self.names.before.len() }
    }

    /// Goes back to a moment.
    pub fn rewind(&mut self, to: HashMoment) {
        self.sum = to.sum;
        self.names.rewind(to.renamed);
    }

    /// The hash of `state`, which must be where the changes have led, and of whatever `seed` stands for.
    #[must_use]
    pub fn key(&self, state: &State, seed: u64) -> u64 {
        let mut sum = self.sum;
        for (id, pipe) in state.pipes.iter().filter(|(_, pipe)| !pipe.slots.is_empty()) {
            sum = sum.wrapping_add(spread(mixed(&(id, pipe_content(state, pipe)))));
        }
        if !state.console.is_empty() {
            sum = sum.wrapping_add(spread(mixed(&("console", &state.console))));
        }
        for (tid, task) in state.tasks.iter().filter(|(_, task)| task.resume != Resume::User) {
            sum = sum.wrapping_add(spread(mixed(&(tid, asleep(task)))));
        }
        fold((sum >> 64) as u64 ^ seed, sum as u64)
    }

    /// The hash of all output so far, with a piece more.
    #[must_use]
    pub fn with_output(written: u64, output: &Output) -> u64 {
        fold(written, mixed(&(output.stream, &output.bytes)))
    }

    /// The sum of a whole state, from that of a blank one on.
    #[must_use]
    pub fn recount(&self, state: &State) -> u128 {
        let mut again = self.clone();
        again.sum = 0;
        let mut arena = Arena::default();
        for change in inventory::from_blank(state, &mut arena) {
            again.follow_cells(&change, &arena);
        }
        again.sum
    }

    /// The sum of the changes so far.
    #[must_use]
    pub fn sum(&self) -> u128 {
        self.sum
    }

    /// Follows a change. A frame that is put to another use keeps its name, as its memory was counted by that.
    pub fn follow(&mut self, change: &Change, bytes: &Arena) {
        self.follow_cells(change, bytes);
        if let Change::Frame { frame, from, to } = *change
            && (from.is_none() || to.is_none())
        {
            // A frame that gets another use keeps its name: it holds something already, which counts under that name.
            self.names.change(frame, to);
        }
    }

    fn follow_cells(&mut self, change: &Change, bytes: &Arena) {
        use Change as C;
        let kind = discriminant(change);
        match *change {
            C::Clock { .. }
            | C::Mode { .. }
            | C::Cr3 { .. }
            | C::Current { .. }
            | C::Tlb { .. }
            | C::Resume { .. }
            | C::SavedCall { .. }
            | C::Progress { .. }
            | C::Slice { .. }
            | C::StartTime { .. }
            | C::FrameFlags { .. }
            | C::Lru { .. }
            | C::Pin { .. }
            | C::NoProgress { .. }
            | C::Uses { .. }
            | C::SwapCache { .. }
            | C::Shadow { .. }
            | C::NonresidentAge { .. }
            | C::Io { .. }
            | C::Queue { .. }
            | C::Waiter { .. }
            | C::PipeSlot { .. }
            | C::ConsoleInput { .. }
            | C::ConsoleTaken { .. } => {}
            C::Word { frame, offset, len, from, to } => self.word(frame, offset, len, from, to),
            C::Run { frame, offset, from, to } => self.run(frame, offset, (from, to), bytes),
            C::Pte { level, mm, page, from, to, .. } => {
                if level == 1 {
                    let (from, to) = (self.names.entry(from), self.names.entry(to));
                    self.cell(kind, (mm, page), from, to);
                } else if level == 2 && ALL_PAGES.contains(&page) {
                    // A large leaf; which table an entry names says nothing.
                    let large = |pte: u64| if Pte(pte).has(P | PS) { pte } else { 0 };
                    let (from, to) = (self.names.entry(large(from)), self.names.entry(large(to)));
                    self.cell(kind, (mm, page, level), from, to);
                }
            }
            C::Frame { from, to, .. } => self.cell(kind, (), from, to),
            C::DeviceBlock { device, block, from, to } => {
                self.cell(kind, (device, block), bytes.get(from), bytes.get(to));
            }
            C::SwapSlot { slot, from, to } => self.cell(kind, slot, from, to),
            C::CacheSwap { ino, page, from, to } => self.cell(kind, (ino, page), from, to),
            C::Sysctl { sysctl, from, to } => self.cell(kind, sysctl, from, to),
            C::OomScoreAdj { pid, from, to } => self.cell(kind, pid, from, to),
            C::DiskBlock { ino, page, from, to } => self.cell(kind, (ino, page), from, to),
            C::Reserved { ino, from, to } => self.cell(kind, ino, from, to),
            C::DiskPages { ino, from, to } => self.cell(kind, ino, from, to),
            C::Task { tid, from, to } => self.cell(kind, tid, from, to),
            C::Tgid { tid, from, to } => self.cell(kind, tid, from, to),
            C::TaskState { tid, from, to } => self.cell(kind, tid, runs(from), runs(to)),
            C::WaitOn { tid, from, to } => self.cell(kind, tid, from, to),
            C::Position { tid, from, to } => self.cell(kind, tid, from, to),
            C::Returned { tid, from, to } => self.cell(kind, tid, from, to),
            C::TaskMm { tid, from, to } => self.cell(kind, tid, from, to),
            C::TaskFiles { tid, from, to } => self.cell(kind, tid, from, to),
            C::TaskFs { tid, from, to } => self.cell(kind, tid, from, to),
            C::TaskSighand { tid, from, to } => self.cell(kind, tid, from, to),
            C::Comm { tid, from, to } => self.cell(kind, tid, from, to),
            C::Tls { tid, from, to } => self.cell(kind, tid, from, to),
            C::ClearTid { tid, from, to } => self.cell(kind, tid, from, to),
            C::Pending { tid, from, to } => self.cell(kind, tid, from, to),
            C::Mask { tid, from, to } => self.cell(kind, tid, from, to),
            C::SavedMask { tid, from, to } => self.cell(kind, tid, from, to),
            C::AltStack { tid, from, to } => self.cell(kind, tid, from, to),
            C::ExitStatus { tid, from, to } => self.cell(kind, tid, from, to),
            C::Process { pid, from, to } => self.cell(kind, pid, from, to),
            C::Parent { pid, from, to } => self.cell(kind, pid, from, to),
            C::Child { pid, from, to, .. } => self.cell(kind, pid, from, to),
            C::Thread { pid, from, to, .. } => self.cell(kind, pid, from, to),
            C::GroupExit { pid, from, to } => self.cell(kind, pid, from, to),
            C::SharedPending { pid, from, to } => self.cell(kind, pid, from, to),
            C::Queued { target, info, from, to, .. } => self.cell(kind, (target, info), from, to),
            C::Job { pid, from, to } => self.cell(kind, pid, from, to),
            C::Alarm { pid, from, to, .. } => self.cell(kind, pid, from, to),
            C::AlarmInterval { pid, from, to } => self.cell(kind, pid, from, to),
            C::Rlimit { pid, resource, from, to } => self.cell(kind, (pid, resource), from, to),
            C::Uid { pid, from, to } => self.cell(kind, pid, from, to),
            C::ExitSignal { pid, from, to } => self.cell(kind, pid, from, to),
            C::Group { pid, from, to } => self.cell(kind, pid, from, to),
            C::Session { pid, from, to } => self.cell(kind, pid, from, to),
            C::Subreaper { pid, from, to } => self.cell(kind, pid, from, to),
            C::Gid { pid, from, to } => self.cell(kind, pid, from, to),
            C::ProcessNs { pid, from, to } => self.cell(kind, pid, from, to),
            C::PidNs { ns, from, to } => self.cell(kind, ns, from, to),
            C::LastPid { ns, from, to } => self.cell(kind, ns, from, to),
            C::PidNumber { ns, number, from, to } => self.cell(kind, (ns, number), from, to),
            C::Owner { ino, from, to } => self.cell(kind, ino, from, to),
            C::Timer { tid, from, to, .. } => self.cell(kind, tid, from, to),
            C::Mm { mm, from, to } => self.cell(kind, mm, from, to),
            C::MmField { field: MmField::Pgd, .. } => {}
            C::MmField { mm, field, from, to } => self.cell(kind, (mm, field), from, to),
            C::Vma { mm, page, vma, from, to } => self.cell(kind, (mm, page, vma), from, to),
            C::Files { files, from, to } => self.cell(kind, files, from, to),
            C::Fd { files, fd, from, to } => self.cell(kind, (files, fd), from, to),
            C::File { file, from, to } => self.cell(kind, file, from, to),
            C::Offset { file, from, to } => self.cell(kind, file, from, to),
            C::Fs { fs, from, to } => self.cell(kind, fs, from, to),
            C::Inode { ino, from, to } => self.cell(kind, ino, from, to),
            C::Size { ino, from, to } => self.cell(kind, ino, from, to),
            C::Links { ino, from, to } => self.cell(kind, ino, from, to),
            C::Above { ino, from, to } => self.cell(kind, ino, from, to),
            C::Entry { dir, name, from, to } => self.cell(kind, (dir, bytes.get(name)), from, to),
            C::CachePage { ino, page, from, to } => self.cell(kind, (ino, page), from.is_some(), to.is_some()),
            C::DiskRead { ino, page, from, to } => self.cell(kind, (ino, page), from, to),
            C::Pipe { pipe, from, to } => self.cell(kind, pipe, from, to),
            C::PipeSize { pipe, from, to } => self.cell(kind, pipe, from, to),
            C::Sighand { sighand, from, to } => self.cell(kind, sighand, from, to),
            C::Action { sighand, signal, from, to } => self.cell(kind, (sighand, signal), from, to),
            C::ActionDetails { sighand, signal, from, to } => self.cell(kind, (sighand, signal), from, to),
            C::ConsoleSession { from, to } => self.cell(kind, (), from, to),
            C::Foreground { from, to } => self.cell(kind, (), from, to),
            C::ConsoleEnd { from, to } => self.cell(kind, (), from, to),
        }
    }

    fn cell<V: Hash>(&mut self, kind: Discriminant<Change>, key: impl Hash, from: V, to: V) {
        let number = |value: V| spread(mixed(&(kind, &key, value)));
        self.sum = self.sum.wrapping_sub(number(from)).wrapping_add(number(to));
    }

    /// Up to eight bytes at an offset of a frame become others.
    fn word(&mut self, frame: Frame, offset: u16, len: u8, from: u64, to: u64) {
        let Some(key) = self.names.memory_key(frame) else { return };
        let shift = 8 * u32::from(offset & 7);
        let place = u64::from(offset >> 3);
        let delta = u128::from(to).wrapping_sub(u128::from(from));
        if shift + 8 * u32::from(len) <= 64 {
            self.sum = self.sum.wrapping_add(weight(key, place).wrapping_mul(delta << shift));
            return;
        }
        for byte in 0..u16::from(len) {
            let part = |word: u64| word >> (8 * byte) & 0xff;
            self.word(frame, offset + byte, 1, part(from), part(to));
        }
    }

    fn run(&mut self, frame: Frame, offset: u16, (from, to): (Bytes, Bytes), bytes: &Arena) {
        let (from, to) = (bytes.get(from), bytes.get(to));
        let mut at = 0;
        while at < from.len() {
            let place = offset + at as u16;
            let len = (8 - usize::from(place & 7)).min(from.len() - at);
            let number = |bytes: &[u8]| {
                let mut word = [0; 8];
                word[..len].copy_from_slice(&bytes[at..at + len]);
                u64::from_le_bytes(word)
            };
            let (from, to) = (number(from), number(to));
            if from != to {
                self.word(frame, place, len as u8, from, to);
            }
            at += len;
        }
    }
}

/// Running or runnable is the same: who is next is not yet decided.
const fn runs(state: TaskState) -> TaskState {
    match state {
        TaskState::Running(_) | TaskState::Runnable(_) => TaskState::Runnable(CpuId(0)),
        TaskState::New
        | TaskState::Sleeping
        | TaskState::Uninterruptible
        | TaskState::Stopped
        | TaskState::Zombie
        | TaskState::Dead => state,
    }
}

/// What a task in the middle of a call or a fault goes on from. How far a call has come that sleeps for some time is a
/// moment, unless it is the mark of having been woken.
fn asleep(task: &Task) -> (Resume, Option<([u64; 7], u64)>) {
    const BY_TIME: [Sysno; 3] = [Sysno::NANOSLEEP, Sysno::POLL, Sysno::FUTEX];
    let by_time = BY_TIME.iter().any(|call| u64::from(call.0) == task.call[0]);
    let progress = if by_time && task.progress != u64::MAX { 0 } else { task.progress };
    (task.resume, (task.resume == Resume::Syscall).then_some((task.call, progress)))
}

/// The lengths of a pipe's slots, and the bytes that are to be read.
fn pipe_content(state: &State, pipe: &PipeState) -> (Vec<u16>, Vec<u8>) {
    let mut bytes = Vec::new();
    let mut page = [0; PAGE_SIZE as usize];
    for slot in &pipe.slots {
        let part = &mut page[..usize::from(slot.len)];
        state.hardware.phys.read(slot.frame, slot.offset, part);
        bytes.extend_from_slice(part);
    }
    (pipe.slots.iter().map(|slot| slot.len).collect(), bytes)
}

/// What a word of memory is multiplied by.
fn weight(key: u64, place: u64) -> u128 {
    let high = fold(key ^ place.wrapping_mul(K1), K0);
    u128::from(high) << 64 | u128::from(fold(high, K2 ^ place) | 1)
}

/// A number of all 128 bits.
fn spread(mixed: u64) -> u128 {
    u128::from(fold(mixed, K1)) << 64 | u128::from(fold(mixed, K2))
}

fn mixed(value: &impl Hash) -> u64 {
    let mut mixer = Mixer(K0);
    value.hash(&mut mixer);
    mixer.finish()
}

const K0: u64 = 0x9e37_79b9_7f4a_7c15;
const K1: u64 = 0xd1b5_4a32_d192_ed03;
const K2: u64 = 0x8bb8_4b93_962e_acc9;

/// Two words become one by a multiplication whose halves are joined (as in wyhash).
const fn fold(a: u64, b: u64) -> u64 {
    let product = (a ^ K1) as u128 * (b ^ K2) as u128;
    (product >> 64) as u64 ^ product as u64
}

/// Takes in a value word by word.
struct Mixer(u64);

impl Hasher for Mixer {
    fn write(&mut self, bytes: &[u8]) {
        for part in bytes.chunks(8) {
            let mut word = [0; 8];
            word[..part.len()].copy_from_slice(part);
            self.write_u64(u64::from_le_bytes(word));
        }
    }

    fn write_u8(&mut self, value: u8) {
        self.write_u64(u64::from(value));
    }

    fn write_u16(&mut self, value: u16) {
        self.write_u64(u64::from(value));
    }

    fn write_u32(&mut self, value: u32) {
        self.write_u64(u64::from(value));
    }

    fn write_u64(&mut self, value: u64) {
        self.0 = fold(self.0, value);
    }

    fn write_usize(&mut self, value: usize) {
        self.write_u64(value as u64);
    }

    fn finish(&self) -> u64 {
        self.0
    }
}

#[cfg(test)]
mod tests;
