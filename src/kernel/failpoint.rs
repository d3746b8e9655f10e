//! Fail the Nth: one allocation of the kernel fails though there is room, to see what becomes of who asked.
//!
//! This is Linux's fault injection (`Documentation/fault-injection`, `/proc/self/fail-nth`). Each function that allocates
//! asks [`Kernel::fails`] before it changes anything, and goes the way that it goes when there is no room. How many were
//! counted is not part of the state: the machine does not know it, and nothing is counted unless it is asked for.

use crate::abi::errno::Errno;
use crate::base::spelling::did_you_mean;
use crate::kernel::core::Kernel;
use crate::trace::event::Note;
use crate::trace::value::Allocation;

/// Which allocation fails: the `nth` of its sort since the first program began, from 1 on. No more than one does.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Failpoint {
    /// Its sort.
    pub allocation: Allocation,
    /// Which of them; 0 for none, and they are counted only.
    pub nth: u64,
}

impl std::str::FromStr for Failpoint {
    type Err = String;

    /// Reads `frame:17`.
    ///
    /// # Errors
    /// What is wrong with it, in words.
    fn from_str(text: &str) -> Result<Self, String> {
        let (name, nth) = text.split_once(':').ok_or("KIND:N is wanted, as `frame:17`")?;
        let Some((allocation, _)) = Allocation::ALL.into_iter().find(|&(_, known)| known == name) else {
            let names = Allocation::ALL.map(|(_, name)| name);
            return Err(match did_you_mean(name, names) {
                Some(near) => format!("`{name}` is nothing that is allocated; did you mean `{near}`?"),
                None => format!("`{name}` is nothing that is allocated; known are {}", names.join(", ")),
            });
        };
        let nth = nth.parse().ok().filter(|&nth| nth > 0);
        Ok(Self { allocation, nth: nth.ok_or("N is a number from 1 on")? })
    }
}

/// Counts allocations, those of each sort for themselves.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Failing {
    point: Failpoint,
    asked: [u64; Allocation::ALL.len()],
}

impl Failing {
    /// How many allocations of each sort were asked for, in the order of [`Allocation::ALL`].
    #[must_use]
    pub const fn asked(&self) -> [u64; Allocation::ALL.len()] {
        self.asked
    }
}

impl Kernel {
    /// Counts allocations from now on, unless it does so already, and lets one fail.
    pub fn fail_at(&mut self, point: Failpoint) {
        let asked = self.failing.map_or([0; Allocation::ALL.len()], |failing| failing.asked);
        self.failing = Some(Failing { point, asked });
    }

    /// Whether an allocation that is about to be made is to fail; asked once for each, and told when it does.
    pub fn fails(&mut self, allocation: Allocation) -> bool {
        let Some(failing) = &mut self.failing else { return false };
        let asked = &mut failing.asked[allocation as usize];
        *asked += 1;
        let nth = *asked;
        if failing.point != (Failpoint { allocation, nth }) {
            return false;
        }
        self.note(Note::AllocationFails { allocation, nth });
        true
    }

    /// Refuses an allocation that is about to be made if it is to fail.
    ///
    /// # Errors
    /// ENOMEM, as of a slab that has no room.
    pub fn may_allocate(&mut self, allocation: Allocation) -> Result<(), Errno> {
        if self.fails(allocation) { Err(Errno::ENOMEM) } else { Ok(()) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_failpoint_is_read_or_explained() {
        assert_eq!("frame:17".parse(), Ok(Failpoint { allocation: Allocation::Frame, nth: 17 }));
        let wrong = |text: &str| text.parse::<Failpoint>().expect_err("it is wrong");
        assert!(wrong("frame").contains("KIND:N"));
        assert!(wrong("frme:1").contains("did you mean `frame`?"));
        assert!(wrong("frame:0").contains("from 1 on"));
        assert!(wrong("zebra:1").contains("frame, table"));
    }
}
