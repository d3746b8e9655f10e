//! The frames of physical memory: what each is used for, by whom, in runs of those that are alike.

use std::fmt::Write as _;

use crate::base::ids::{Frame, Ino, MmId};
use crate::base::units::PAGE_SHIFT;
use crate::kernel::config::Config;
use crate::kernel::state::{FrameState, State};
use crate::kernel::vfs::path::path_of;
use crate::kernel::view::users::{Users, counted, cut, range};
use crate::trace::value::{FrameFlags, FrameKind, LruList};

/// Columns of what a frame holds, and of who maps it.
const HOLDS: usize = 26;
const WHO: usize = 24;

/// Frames that follow each other and are alike.
#[derive(Clone, PartialEq, Eq, Debug)]
struct Run {
    first: Frame,
    count: u64,
    kind: FrameKind,
    owner: u32,
    /// Page of the file, or page at which the first one that has it has the memory.
    index: u64,
    /// Whether indices rise with the frames.
    rising: bool,
    /// The levels of tables.
    levels: Vec<u32>,
    maps: u32,
    spaces: Vec<MmId>,
    list: Option<LruList>,
    flags: FrameFlags,
    cached: bool,
}

impl Run {
    fn of(frame: u32, it: &FrameState) -> Self {
        let kind = it.usage.kind;
        let mappers = it.mappers.to_vec();
        let mut spaces: Vec<MmId> = mappers.iter().map(|at| at.mm).collect();
        spaces.dedup();
        let anon = kind == FrameKind::Anon;
        // The address space that asked for the frame may be gone: who maps it is what counts.
        // The kernel's own tables below its top table say their level, too.
        let table = kind == FrameKind::Table || kind == FrameKind::Kernel && it.usage.index > 0;
        let levels = if table { vec![it.usage.index] } else { Vec::new() };
        let (owner, index) = match mappers.first().filter(|_| anon) {
            Some(at) => (at.mm.0, at.page),
            None => (it.usage.owner, if table { 0 } else { u64::from(it.usage.index) }),
        };
        let rising = matches!(kind, FrameKind::Anon | FrameKind::File | FrameKind::Shmem);
        let cached = it.slot.is_some();
        let (maps, list, flags) = (it.maps, it.list, it.flags);
        Self { first: Frame(frame), count: 1, kind, owner, index, rising, levels, maps, spaces, list, flags, cached }
    }

    /// Whether another frame goes on with this run.
    fn takes(&self, next: &Self) -> bool {
        let index = if self.rising { self.index + self.count } else { self.index };
        let levels = self.levels.clone();
        let alike = Self { first: self.first, count: self.count, index: self.index, levels, ..next.clone() } == *self;
        alike && u64::from(self.first.0) + self.count == u64::from(next.first.0) && index == next.index
    }

    /// Takes a frame that goes on with it.
    fn take(&mut self, next: Self) {
        self.count += 1;
        self.levels.extend(next.levels);
    }

    /// What it holds.
    fn holds(&self, state: &State) -> String {
        match self.kind {
            FrameKind::Table => {
                let levels: Vec<String> = self.levels.iter().take(HOLDS).map(u32::to_string).collect();
                format!("level {}", levels.join(" "))
            }
            FrameKind::Anon if self.maps == 0 => "nobody's any more".to_owned(),
            FrameKind::Anon => format!("at {:x}", self.index << PAGE_SHIFT),
            FrameKind::File => {
                let pages = format!(" {}", range(self.index, self.count));
                format!("{}{pages}", cut(&path_of(state, Ino(self.owner)), HOLDS - pages.len()))
            }
            FrameKind::Shmem => format!("object {} page {}", self.owner, range(self.index, self.count)),
            FrameKind::Pipe => format!("pipe {}", self.owner),
            FrameKind::Zero => "zeros, for all".to_owned(),
            FrameKind::Kernel if self.levels.is_empty() => String::new(),
            FrameKind::Kernel => {
                format!("level {}", self.levels.iter().map(u32::to_string).collect::<Vec<_>>().join(" "))
            }
        }
    }
}

/// The marks of a frame, a letter each.
fn marks(flags: FrameFlags, cached: bool) -> String {
    let letters = [
        (FrameFlags::LOCKED, 'R'),
        (FrameFlags::DIRTY, 'D'),
        (FrameFlags::WRITEBACK, 'W'),
        (FrameFlags::REFERENCED, 'U'),
        (FrameFlags::LAZYFREE, 'L'),
    ];
    let set = letters.into_iter().filter(|(flag, _)| flags.contains(*flag)).map(|(_, letter)| letter);
    set.chain(cached.then_some('S')).collect()
}

/// The frames of the machine; `list` is the list of evictable frames that a frame stands in.
///
/// ```text
/// frames: 65536 of 4 KiB, 93 in use, 65443 free
/// R being read   D dirty   W being written   U used   L may be dropped   S in the swap cache
/// frame        use    holds                      maps who                      list          marks
/// 2            table  level 4                         init[1]
/// 3-6          file   /sbin/init 0-3                1 init[1]
/// 93-65535     free
/// ```
#[must_use]
pub fn frames(state: &State, config: &Config) -> String {
    let users = Users::of(state);
    let (all, used) = (u64::from(config.ram_frames), state.frames.len() as u64);
    let mut text = format!(
        "frames: {all} of 4 KiB, {used} in use, {} free\nR being read   D dirty   W being written   U used   \
         L may be dropped   S in the swap cache\n",
        all.saturating_sub(used)
    );
    let _ = writeln!(
        text,
        "{:12} {:6} {:HOLDS$} {:>4} {:WHO$} {:13} marks",
        "frame", "use", "holds", "maps", "who", "list"
    );
    let mut waiting: Option<Run> = None;
    let mut next_free = 0;
    for (number, it) in state.frames.iter() {
        let run = Run::of(number, it);
        match &mut waiting {
            Some(before) if before.takes(&run) => before.take(run),
            _ => {
                let free = u64::from(number).saturating_sub(next_free);
                put(&mut text, state, &users, waiting.replace(run));
                put_free(&mut text, next_free, free);
            }
        }
        next_free = u64::from(number) + 1;
    }
    put(&mut text, state, &users, waiting);
    put_free(&mut text, next_free, all.saturating_sub(next_free));
    text
}

fn put_free(text: &mut String, first: u64, count: u64) {
    if count > 0 {
        let _ = writeln!(text, "{:12} free   {}", range(first, count), counted(count, "frame"));
    }
}

fn put(text: &mut String, state: &State, users: &Users, run: Option<Run>) {
    let Some(run) = run else { return };
    let who = match run.kind {
        FrameKind::Table => users.names(&[MmId(run.owner)], WHO),
        FrameKind::Anon | FrameKind::File | FrameKind::Shmem => users.names(&run.spaces, WHO),
        FrameKind::Zero | FrameKind::Pipe | FrameKind::Kernel => String::new(),
    };
    let maps = if run.maps > 0 { run.maps.to_string() } else { String::new() };
    let line = format!(
        "{:12} {:6} {:HOLDS$} {maps:>4} {who:WHO$} {:13} {}",
        range(u64::from(run.first.0), run.count),
        run.kind.name(),
        cut(&run.holds(state), HOLDS),
        run.list.map_or("", LruList::name),
        marks(run.flags, run.cached)
    );
    let _ = writeln!(text, "{}", line.trim_end());
}
