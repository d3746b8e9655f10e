//! Orphaned process groups: nobody is left who could continue what is stopped in them (POSIX, `setpgid(2)`).

use crate::abi::signal::Signal;
use crate::base::ids::Pid;
use crate::kernel::core::Kernel;
use crate::kernel::signal::info::SigInfo;
use crate::kernel::signal::send::send_to_group;
use crate::kernel::signal::stop::is_stopped;
use crate::kernel::task::exit::INIT;

/// Whether no member of a group has a parent in another group of the same session; init, who inherits everybody, does not
/// count.
// Linux: the group of init is orphaned, as init has no parent. Here: it is not, because the script runs in it and is to
// stop as it would under a shell.
#[must_use]
pub fn is_orphaned(kernel: &Kernel, group: Pid) -> bool {
    orphaned_without(kernel, group, Pid(0))
}

fn lives(kernel: &Kernel, pid: Pid) -> bool {
    let state = kernel.state();
    state.process(pid).threads.iter().any(|&tid| state.task(tid).exit_status.is_none())
}

fn orphaned_without(kernel: &Kernel, group: Pid, leaving: Pid) -> bool {
    let state = kernel.state();
    if state.processes.get(&INIT).is_some_and(|init| init.group == group) {
        return false;
    }
    !state.processes.iter().any(|(&pid, process)| {
        let parent = state.processes.get(&process.parent);
        let elsewhere = process.parent != INIT
            && parent.is_some_and(|parent| parent.group != group && parent.session == process.session);
        process.group == group && pid != leaving && elsewhere && lives(kernel, pid)
    })
}

/// A process has ended, whose children have another parent already: groups that are orphaned by that and have a stopped
/// member get SIGHUP, and SIGCONT so that they hear of it (`kill_orphaned_pgrp`).
pub fn leave_group(kernel: &mut Kernel, pid: Pid, children: &[Pid]) {
    let own = kernel.state().process(pid);
    let (group, session, parent) = (own.group, own.session, own.parent);
    let mut groups = Vec::new();
    let connects = kernel.state().processes.get(&parent).is_some_and(|p| p.group != group && p.session == session);
    if connects && orphaned_without(kernel, group, pid) {
        groups.push(group);
    }
    for &child in children {
        let Some(process) = kernel.state().processes.get(&child) else { continue };
        let theirs = process.group;
        if theirs != group && process.session == session && is_orphaned(kernel, theirs) && !groups.contains(&theirs) {
            groups.push(theirs);
        }
    }
    for group in groups {
        let pids = kernel.pids();
        let mut processes = pids.iter().map(|&pid| kernel.state().process(pid));
        if processes.any(|process| process.group == group && is_stopped(process)) {
            send_to_group(kernel, group, Signal::SIGHUP, SigInfo::KERNEL);
            send_to_group(kernel, group, Signal::SIGCONT, SigInfo::KERNEL);
        }
    }
}
