//! Who uses an address space: processes by name and number, as `init[1]`.

use std::collections::BTreeMap;

use crate::base::ids::{MmId, Pid, Tid};
use crate::kernel::state::State;

/// The processes that use each address space.
pub(super) struct Users(BTreeMap<MmId, Vec<String>>);

impl Users {
    /// As they are now.
    pub fn of(state: &State) -> Self {
        let mut pids: BTreeMap<MmId, Vec<Pid>> = BTreeMap::new();
        for task in state.tasks.values() {
            let Some(mm) = task.mm else { continue };
            let of_space = pids.entry(mm).or_default();
            if !of_space.contains(&task.tgid) {
                of_space.push(task.tgid);
            }
        }
        let name = |pid: Pid| {
            let leader = state.tasks.get(&Tid(pid.0));
            format!("{}[{pid}]", plain(&leader.map(|task| task.name()).unwrap_or_default()))
        };
        let named = |(mm, mut pids): (MmId, Vec<Pid>)| {
            pids.sort_unstable();
            (mm, pids.into_iter().map(name).collect())
        };
        Self(pids.into_iter().map(named).collect())
    }

    /// The processes that use one of some address spaces, each once, in at most `room` columns: those for which there is
    /// no room are counted.
    pub fn names(&self, spaces: &[MmId], room: usize) -> String {
        let mut names: Vec<&str> = Vec::new();
        for mm in spaces {
            names.extend(self.0.get(mm).into_iter().flatten().map(String::as_str));
        }
        let mut text = String::new();
        for (index, name) in names.iter().enumerate() {
            let left = names.len() - index - 1;
            let rest = if left > 0 { format!(" +{left}").len() } else { 0 };
            let gap = usize::from(index > 0);
            if index > 0 && text.chars().count() + gap + name.chars().count() + rest > room {
                return format!("{text} +{}", names.len() - index);
            }
            text.push_str(if index > 0 { " " } else { "" });
            text.push_str(&if index == 0 { cut(name, room - rest.min(room)) } else { (*name).to_owned() });
        }
        text
    }
}

/// `7` or `7-9`: numbers from a first one on.
pub(super) fn range(first: u64, count: u64) -> String {
    if count == 1 { first.to_string() } else { format!("{first}-{}", first + count - 1) }
}

/// A name cut to its end if there is no room for all of it.
pub(super) fn cut(name: &str, room: usize) -> String {
    let name = plain(name);
    let letters = name.chars().count();
    if letters <= room { name } else { format!("…{}", name.chars().skip(letters + 1 - room).collect::<String>()) }
}

/// `1 page`, `2 pages`.
pub(super) fn counted(count: u64, noun: &str) -> String {
    if count == 1 { format!("1 {noun}") } else { format!("{count} {noun}s") }
}

/// A name without what would move the cursor: a program can call itself anything.
fn plain(name: &str) -> String {
    name.chars().map(|letter| if letter.is_control() { '?' } else { letter }).collect()
}
