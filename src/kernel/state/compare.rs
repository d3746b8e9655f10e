//! Comparing two states, with the first difference in words: what tests of the trace's laws report.

use std::collections::BTreeMap;
use std::fmt::Debug;

use crate::base::ids::Frame;
use crate::base::units::PAGE_SIZE;
use crate::kernel::state::State;
use crate::trace::value::FrameKind;

impl State {
    /// Whether two states are equal, user memory included.
    ///
    /// # Errors
    /// The first difference, in words, with both values.
    pub fn same(&self, other: &Self) -> Result<(), String> {
        self.same_but_for_user_memory(other)?;
        same("content of the disk", &self.hardware.disk, &other.hardware.disk)?;
        same("content of the swap device", &self.hardware.swap, &other.hardware.swap)?;
        if self.hardware.phys == other.hardware.phys {
            return Ok(());
        }
        for frame in (0..self.hardware.phys.frames()).map(Frame) {
            self.same_frame(other, frame)?;
        }
        Ok(())
    }

    /// Whether two states are equal but for the contents of frames that are no page tables: what a trace without the
    /// category `mem` determines.
    ///
    /// # Errors
    /// The first difference, in words, with both values.
    pub fn same_but_for_user_memory(&self, other: &Self) -> Result<(), String> {
        // Every field is named here, so that a new one can not be forgotten.
        let Self {
            hardware,
            frames,
            frame_counts,
            lru,
            swap,
            shadows,
            nonresident_age,
            blocks,
            io,
            sysctls,
            tasks,
            processes,
            pid_namespaces,
            names,
            queues,
            waiters,
            timers,
            mms,
            files,
            fs,
            sighands,
            open_files,
            committed,
            tmpfs_pages,
            inodes,
            pipes,
            console,
            console_ended,
            alarms,
            console_session,
            foreground,
        } = self;
        same("frames of memory", &hardware.phys.frames(), &other.hardware.phys.frames())?;
        for (cpu, (mine, its)) in hardware.cpus.iter().zip(&other.hardware.cpus).enumerate() {
            same(&format!("cpu {cpu}"), mine, its)?;
        }
        same("number of cpus", &hardware.cpus.len(), &other.hardware.cpus.len())?;
        same_entries("frame", frames.iter(), other.frames.iter())?;
        same("counts of frames", frame_counts, &other.frame_counts)?;
        same("lists of frames", lru, &other.lru)?;
        same_entries("swap slot", swap.iter(), other.swap.iter())?;
        same("shadows of evicted pages", shadows, &other.shadows)?;
        same("age of what was evicted", nonresident_age, &other.nonresident_age)?;
        same_entries("block", blocks.iter(), other.blocks.iter())?;
        same("devices at work", io, &other.io)?;
        same("/proc/sys/vm", sysctls, &other.sysctls)?;
        same_entries("task", tasks.iter(), other.tasks.iter())?;
        same_entries("process", processes.iter(), other.processes.iter())?;
        same_entries("pid namespace", pid_namespaces.iter(), other.pid_namespaces.iter())?;
        same("names of groups and sessions", names, &other.names)?;
        same("run queues", queues, &other.queues)?;
        same_entries("waiters", waiters, &other.waiters)?;
        same("timers", timers, &other.timers)?;
        same("alarms", alarms, &other.alarms)?;
        same("the console's session", console_session, &other.console_session)?;
        same("the console's foreground group", foreground, &other.foreground)?;
        same_entries("mm", mms.iter(), other.mms.iter())?;
        same_entries("descriptors", files.iter(), other.files.iter())?;
        same_entries("working directory", fs.iter(), other.fs.iter())?;
        same_entries("signal actions", sighands.iter(), other.sighands.iter())?;
        same_entries("open file", open_files.iter(), other.open_files.iter())?;
        same("promised pages", committed, &other.committed)?;
        same("pages of files in memory", tmpfs_pages, &other.tmpfs_pages)?;
        same_entries("inode", inodes.iter(), other.inodes.iter())?;
        same_entries("pipe", pipes.iter(), other.pipes.iter())?;
        same("console", console, &other.console)?;
        same("end of the console's input", console_ended, &other.console_ended)?;
        for (id, frame) in frames.iter() {
            if frame.usage.kind == FrameKind::Table {
                self.same_frame(other, Frame(id))?;
            }
        }
        Ok(())
    }

    fn same_frame(&self, other: &Self, frame: Frame) -> Result<(), String> {
        let (mut mine, mut its) = ([0; PAGE_SIZE as usize], [0; PAGE_SIZE as usize]);
        self.hardware.phys.read(frame, 0, &mut mine);
        other.hardware.phys.read(frame, 0, &mut its);
        match mine.iter().zip(&its).position(|(mine, its)| mine != its) {
            None => Ok(()),
            Some(at) => {
                let usage = self.frames.get(frame.0).map(|state| state.usage);
                Err(format!("byte {at} of {frame:?} ({usage:?}): {:#x} and {:#x}", mine[at], its[at]))
            }
        }
    }
}

fn same<T: PartialEq + Debug>(what: &str, mine: &T, its: &T) -> Result<(), String> {
    if mine == its { Ok(()) } else { Err(format!("{what}: {}", first_difference(mine, its))) }
}

/// Compares what stands under each key.
fn same_entries<'a, K: Ord + Debug, V: PartialEq + Debug + 'a>(
    what: &str,
    mine: impl IntoIterator<Item = (K, &'a V)>,
    its: impl IntoIterator<Item = (K, &'a V)>,
) -> Result<(), String> {
    let mine: BTreeMap<K, &V> = mine.into_iter().collect();
    let its: BTreeMap<K, &V> = its.into_iter().collect();
    for key in mine.keys().chain(its.keys()) {
        same(&format!("{what} {key:?}"), &mine.get(key), &its.get(key))?;
    }
    Ok(())
}

/// The first line in which the long forms of two values differ.
fn first_difference<T: Debug>(mine: &T, its: &T) -> String {
    let (mine, its) = (format!("{mine:#?}"), format!("{its:#?}"));
    let lines = mine.lines().zip(its.lines()).find(|(mine, its)| mine != its);
    let (mine, its) = lines.unwrap_or((&mine, &its));
    format!("`{}` and `{}`", mine.trim(), its.trim())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::ids::{CpuId, Tid};
    use crate::base::units::Ns;
    use crate::trace::event::Change;
    use crate::trace::recorder::Arena;

    #[test]
    fn the_first_difference_is_named() {
        let (mut state, blank) = (State::new(1, 16), State::new(1, 16));
        assert_eq!(state.same(&blank), Ok(()));
        let change = Change::Word { frame: Frame(3), offset: 8, len: 1, from: 0, to: 255 };
        state.apply(&change, &Arena::default());
        assert_eq!(state.same_but_for_user_memory(&blank), Ok(()));
        assert_eq!(state.same(&blank), Err("byte 8 of Frame:3 (None): 0xff and 0x0".to_owned()));
        let task = Change::Task { tid: Tid(7), from: false, to: true };
        state.apply(&task, &Arena::default());
        assert!(state.same(&blank).unwrap_err().starts_with("task Tid:7: `Some(` and `None`"));
        let clock = Change::Clock { cpu: CpuId(0), from: Ns(0), to: Ns(5) };
        state.apply(&clock, &Arena::default());
        assert!(state.same(&blank).unwrap_err().starts_with("cpu 0: "));
    }
}
