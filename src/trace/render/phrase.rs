//! Phrases of the digest for others that speak of single events.

use crate::base::ids::Tid;
use crate::trace::event::{Change, Choice, Note};
use crate::trace::names::Names;
use crate::trace::recorder::Arena;
use crate::trace::render::call::Call;
use crate::trace::render::fault::Fault;
use crate::trace::render::{call, fault, sentence, words};
use crate::trace::source::Sources;
use crate::trace::value::{FutexPlace, TaskState, WaitOn};

/// A call with its arguments.
#[must_use]
pub fn call(nr: u16, words: &[u8], text: &[u8], task: Tid, names: &Names) -> String {
    Call::new(nr, words, text, task, names).line(None)
}

/// What a call answers.
#[must_use]
pub fn result(nr: u16, result: i64) -> String {
    call::result(nr, result)
}

/// A fault as it came in.
#[must_use]
pub fn fault(address: u64, code: u8, task: Tid, names: &Names, sources: &Sources) -> String {
    Fault { address, code }.line(task, names, sources)
}

/// An address with the name of what holds it.
#[must_use]
pub fn place(address: u64, task: Tid, names: &Names, sources: &Sources) -> String {
    fault::place(address, task, names, sources)
}

/// What a task waits for.
#[must_use]
pub fn awaited(on: WaitOn, task: Tid, names: &Names, sources: &Sources) -> String {
    match on {
        WaitOn::Futex(key) => match key.place() {
            FutexPlace::Private(_, address) => format!("futex {}", place(address, task, names, sources)),
            FutexPlace::Shared(..) => words::waits_for(on, names),
        },
        WaitOn::PipeData(_)
        | WaitOn::PipeRoom(_)
        | WaitOn::Child(_)
        | WaitOn::Time
        | WaitOn::Console
        | WaitOn::Disk(..)
        | WaitOn::FutexPi(_)
        | WaitOn::Signal
        | WaitOn::Vfork(_)
        | WaitOn::Swap(_)
        | WaitOn::Writeback
        | WaitOn::Kswapd
        | WaitOn::Poll(_) => words::waits_for(on, names),
    }
}

/// A wait status.
#[must_use]
pub fn status(raw: u32) -> String {
    call::status_words(raw)
}

/// A state.
#[must_use]
pub fn state(state: TaskState) -> String {
    words::state(state)
}

/// A change as the full trace has it.
#[must_use]
pub fn change(change: &Change, names: &Names, arena: &Arena) -> (&'static str, String) {
    sentence::change(change, names, arena)
}

/// A note as the full trace has it.
#[must_use]
pub fn note(note: &Note, names: &Names, arena: &Arena) -> (&'static str, String) {
    sentence::note(note, names, arena)
}

/// A choice as the full trace has it.
#[must_use]
pub fn choice(choice: &Choice) -> (&'static str, String) {
    sentence::choice(choice)
}
