//! A page fault in words: who touched what, what the tables said, and how the kernel served it.

use crate::base::ids::{Frame, Tid};
use crate::trace::event::FaultResult;
use crate::trace::names::Names;
use crate::trace::source::Sources;

/// Error code: the page is present, so its permissions forbade the access (Intel SDM vol. 3, 4.7).
const PRESENT: u8 = 1;
/// Error code: the access was a write.
const WRITE: u8 = 2;
/// Error code: the access was made in user mode.
pub const USER: u8 = 4;
/// Error code: the access was the fetch of an instruction.
const FETCH: u8 = 16;

/// A page fault as it came in.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Fault {
    /// The address that was touched.
    pub address: u64,
    /// The error code.
    pub code: u8,
}

/// How it was served.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Served {
    /// In which way.
    pub result: FaultResult,
    /// The frame that is mapped now.
    pub frame: Frame,
    /// The frame that was copied.
    pub source: Frame,
    /// Whether it waited for a device.
    pub major: bool,
    /// Whether it is a fault that went to sleep, and was counted then.
    pub again: bool,
}

impl Fault {
    /// `write counter (0x405008): not present`.
    #[must_use]
    pub fn line(&self, task: Tid, names: &Names, sources: &Sources) -> String {
        let verb = match (self.code & USER != 0, self.code & FETCH != 0, self.code & WRITE != 0) {
            (true, true, _) => "fetch",
            (true, false, true) => "write",
            (true, false, false) => "read",
            (false, _, true) => "kernel writes",
            (false, _, false) => "kernel reads",
        };
        let why = match (self.code & PRESENT != 0, self.code & WRITE != 0) {
            (false, _) => "not present",
            (true, true) => "read-only",
            (true, false) => "not permitted",
        };
        format!("{verb} {}: {why}", place(self.address, task, names, sources))
    }
}

/// An address with the name of the global or of the area that holds it.
#[must_use]
pub fn place(address: u64, task: Tid, names: &Names, sources: &Sources) -> String {
    let global = names.exe(task).and_then(|program| sources.global(program, address));
    let area = names.task(task).and_then(|facts| names.area(facts.mm?, address));
    match (global, area) {
        (Some(global), _) => format!("{global} ({address:#x})"),
        (None, Some((_, vma))) => format!("{address:#x} ({})", names.area_name(vma)),
        (None, None) => format!("{address:#x} (in no area)"),
    }
}

impl Served {
    /// `copied on write, frame 12 → 40 (minor)`.
    #[must_use]
    pub fn line(&self) -> String {
        let Self { frame, source, .. } = self;
        let kind = match (self.again, self.major) {
            (true, _) => "the same fault",
            (false, true) => "major",
            (false, false) => "minor",
        };
        match self.result {
            FaultResult::ZeroFilled => format!("fresh frame {frame}, filled with zeros ({kind})"),
            FaultResult::Huge => {
                let first = frame.0 & !511;
                format!("a fresh page of 2 MiB, frames {first} to {}, filled with zeros ({kind})", first + 511)
            }
            FaultResult::HugeZeroPage => {
                let first = frame.0 & !511;
                format!("the shared page of zeros of 2 MiB, frames {first} to {} ({kind})", first + 511)
            }
            FaultResult::ZeroPage => format!("the shared page of zeros, frame {frame} ({kind})"),
            FaultResult::Copied => format!("copied on write, frame {source} → {frame} ({kind})"),
            FaultResult::Reused => format!("last owner writes, frame {frame} reused, no copy ({kind})"),
            FaultResult::Mapped(0) => format!("page cache, frame {frame} ({kind})"),
            FaultResult::Mapped(more) => format!("page cache, frame {frame}, {more} around it mapped too ({kind})"),
            FaultResult::Disk => format!("must come from the device ({kind})"),
            FaultResult::SwappedIn => format!("swapped in, frame {frame} ({kind})"),
            FaultResult::SwapCache if self.again => format!("swapped in, frame {frame} ({kind})"),
            FaultResult::SwapCache => format!("still in frame {frame}, the swap cache ({kind})"),
            FaultResult::Underway => "on its way from the device already".to_owned(),
            FaultResult::NoRoom => "no frame is free until pages have been written".to_owned(),
            FaultResult::Spurious => "the tables allow it by now, nothing to do".to_owned(),
            FaultResult::Signal => "not allowed, a signal follows".to_owned(),
            FaultResult::OutOfMemory => "no frame is free".to_owned(),
        }
    }
}
