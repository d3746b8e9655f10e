//! `/proc/PID/limits` (`proc_pid_limits` in `fs/proc/base.c`).

use std::fmt::Write as _;

use crate::base::ids::Pid;
use crate::kernel::state::State;
use crate::kernel::task::limits::UNLIMITED;
use crate::trace::value::{Resource, Rlimit};

/// Names and units of Linux's limits in their order, and which of them are modelled.
const ROWS: [(&str, &str, Option<Resource>); 16] = [
    ("Max cpu time", "seconds", None),
    ("Max file size", "bytes", None),
    ("Max data size", "bytes", Some(Resource::Data)),
    ("Max stack size", "bytes", Some(Resource::Stack)),
    ("Max core file size", "bytes", Some(Resource::Core)),
    ("Max resident set", "bytes", None),
    ("Max processes", "processes", Some(Resource::Nproc)),
    ("Max open files", "files", Some(Resource::Nofile)),
    ("Max locked memory", "bytes", Some(Resource::Memlock)),
    ("Max address space", "bytes", Some(Resource::As)),
    ("Max file locks", "locks", None),
    ("Max pending signals", "signals", Some(Resource::Sigpending)),
    ("Max msgqueue size", "bytes", None),
    ("Max nice priority", "", None),
    ("Max realtime priority", "", None),
    ("Max realtime timeout", "us", None),
];

/// The content of the file.
pub fn limits(state: &State, pid: Pid) -> String {
    let mut text = format!("{:<25} {:<20} {:<20} {:<10}\n", "Limit", "Soft Limit", "Hard Limit", "Units");
    let word = |value: u64| if value == UNLIMITED { "unlimited".to_owned() } else { value.to_string() };
    for (name, unit, resource) in ROWS {
        let none = Rlimit { soft: UNLIMITED, hard: UNLIMITED };
        let limit = resource.map_or(none, |resource| state.process(pid).rlimits[resource as usize]);
        let _ = writeln!(text, "{name:<25} {:<20} {:<20} {unit:<10}", word(limit.soft), word(limit.hard));
    }
    text
}
