//! An entry that is held back, what it waits for, and what it learns meanwhile.

use crate::base::ids::{CpuId, Ino, PipeId, Tid};
use crate::trace::names::{Names, permissions};
use crate::trace::render::call::Call;
use crate::trace::render::card::{self, Portrait};
use crate::trace::render::digest::evicted::Gone;
use crate::trace::render::layout::{Below, Entry, Mark};
use crate::trace::render::{sentence, words};
use crate::trace::value::Vma;

/// What an entry that is held back waits for.
#[derive(Clone, Debug)]
pub enum Open {
    /// A call, for its return.
    Call(Tid, Call),
    /// A fault, for its end; whether it came from user mode.
    Fault(Tid, bool),
    /// A switch, for the address space.
    Switch(CpuId),
    /// A task that falls asleep, for what it waits for.
    Sleep(Tid),
    /// A tick, for a switch: without one it is not worth a line.
    Tick,
    /// Pages that are asked of the disk or come from it, for more of them.
    Disk(Pages),
    /// Pages that are evicted, for their neighbours.
    Evict(Gone),
    /// A new program, for its first instruction: the task, its path and its arguments.
    Exec(Portrait, Tid, String, Vec<u8>),
    /// An ended task with its status, for its last state.
    Exit(Portrait, Tid, u32),
}

/// Neighbouring pages of a file on their way from the disk.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Pages {
    /// The file.
    pub ino: Ino,
    /// The first page.
    pub first: u32,
    /// The last page.
    pub last: u32,
    /// Whether they are asked for; else they have come.
    pub asked: bool,
}

impl Pages {
    /// `asked for pages 0 to 5 of /bin/ls`.
    #[must_use]
    pub fn line(&self, names: &Names) -> String {
        let verb = if self.asked { "is asked for" } else { "delivers" };
        let path = names.path(self.ino);
        match self.first == self.last {
            true => format!("{verb} page {} of {path}", self.first),
            false => format!("{verb} pages {} to {} of {path}", self.first, self.last),
        }
    }
}

/// An entry that is held back.
#[derive(Clone, Debug)]
pub struct Held {
    /// The entry.
    pub entry: Entry,
    /// What it waits for.
    pub open: Open,
    /// Areas that were put in (true) and taken out meanwhile, with their first page.
    pub areas: Vec<(u64, Vma, bool)>,
    /// Pipes that were altered meanwhile.
    pub pipes: Vec<PipeId>,
}

impl Held {
    /// An entry that has just begun to wait.
    #[must_use]
    pub const fn new(entry: Entry, open: Open) -> Self {
        Self { entry, open, areas: Vec::new(), pipes: Vec::new() }
    }

    /// The entry if it waits no longer though what it waited for did not come.
    #[must_use]
    pub fn give_up(mut self, names: &Names) -> Entry {
        let card = match &self.open {
            Open::Call(..) | Open::Fault(_, true) => {
                self.entry.mark = Mark::Enter;
                None
            }
            Open::Fault(_, false) | Open::Switch(_) | Open::Sleep(_) | Open::Tick | Open::Disk(_) | Open::Evict(_) => {
                None
            }
            Open::Exec(before, tid, path, argv) => {
                Portrait::take(*tid, names).map(|after| card::executed(before, &after, path, argv))
            }
            Open::Exit(before, tid, status) => {
                Portrait::take(*tid, names).map(|after| card::exited(before, &after, *status))
            }
        };
        self.entry.below.extend(card.into_iter().flatten());
        self.complete(names)
    }

    /// The entry with what it learnt about areas and pipes.
    #[must_use]
    pub fn complete(mut self, names: &Names) -> Entry {
        self.entry.below.extend(area_details(&self.areas, names));
        for pipe in self.pipes {
            let (bytes, slots) = names.pipe(pipe);
            let all = names.pipe_size(pipe);
            let text = format!("pipe {pipe} holds {} in {slots} of {all} slots", words::count(bytes, "byte"));
            self.entry.below.push(Below::Detail(text));
        }
        self.entry
    }
}

/// What became of areas; one that was taken out and put in again with another size or permissions is one detail.
fn area_details(mut areas: &[(u64, Vma, bool)], names: &Names) -> Vec<Below> {
    let mut details = Vec::new();
    while let [(page, vma, there), rest @ ..] = areas {
        areas = rest;
        let text = match (there, rest) {
            (false, [(next, new, true), rest @ ..]) if next == page && new.ino == vma.ino => {
                areas = rest;
                let before = format!("{} {}", permissions(vma.flags), words::count(vma.pages.into(), "page"));
                format!("→ {}, was {before}", sentence::area(*page, *new, names))
            }
            (true, _) => format!("+ {}", sentence::area(*page, *vma, names)),
            (false, _) => format!("× {}", sentence::area(*page, *vma, names)),
        };
        details.push(Below::Detail(text));
    }
    details
}
