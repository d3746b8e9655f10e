//! A schedule: the answers of the oracle that differ from the default ones, which replays a run.
//!
//! ```text
//! r3s1:12=1,40=2     the choice numbered 12 was answered 1, that numbered 40 was answered 2, all others 0
//! r3s1:              every choice was answered 0
//! r3x1:512=1         the same of a run whose tasks may be switched before each access to shared memory
//! ```
//!
//! Choices are counted from 0 in the order in which they were asked. The text is one line and each schedule has one
//! spelling: indices rise, no answer is 0. What the answers mean is the kernel's matter.

use std::fmt;
use std::str::FromStr;

use crate::trace::event::Choice;

/// The version of the text form, and of what the choices are.
const TAG: &str = "r3s1:";
/// The same for runs that ask before each access to shared memory who goes on.
const INTERLEAVED_TAG: &str = "r3x1:";

/// The deviations of a run from the default answers.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Default)]
pub struct Schedule {
    /// Index of a choice and its answer, ordered by index; no answer is 0.
    deviations: Vec<(u64, u32)>,
    /// Whether it was asked before each access to shared memory who goes on, not at the end of a time slice.
    interleaved: bool,
}

/// Why a text is no schedule.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
pub enum BadSchedule {
    /// It does not begin with the tag of this version.
    #[error("a schedule begins with `{TAG}` or `{INTERLEAVED_TAG}`; this one begins with `{0}`")]
    Version(String),
    /// A part is not `index=answer`.
    #[error("`{0}` in the schedule is not of the form INDEX=ANSWER, as in `12=1`")]
    Entry(String),
    /// The indices do not rise.
    #[error("choice {next} stands after choice {last} in the schedule: the choices must be in rising order")]
    Order {
        /// The index before it.
        last: u64,
        /// The index that is not greater.
        next: u64,
    },
    /// The answer is the default.
    #[error("choice {0} is answered 0 in the schedule, which is the default: leave it out")]
    Default(u64),
}

impl Schedule {
    /// The schedule of a run: all its choices, in the order in which they were made.
    #[must_use]
    pub fn from_choices(choices: impl IntoIterator<Item = Choice>) -> Self {
        let numbered = (0..).zip(choices);
        let deviations = numbered.filter(|(_, choice)| choice.answer != 0).map(|(at, choice)| (at, choice.answer));
        Self { deviations: deviations.collect(), interleaved: false }
    }

    /// The schedule without deviations of a run that asks before each access to shared memory who goes on.
    #[must_use]
    pub const fn interleaved() -> Self {
        Self { deviations: Vec::new(), interleaved: true }
    }

    /// Whether it is one of a run that asks before each access to shared memory who goes on.
    #[must_use]
    pub const fn is_interleaved(&self) -> bool {
        self.interleaved
    }

    /// Forgets the deviations behind the first `len`.
    pub fn truncate(&mut self, len: usize) {
        self.deviations.truncate(len);
    }

    /// Adds a deviation behind those that are there; an answer of 0 adds nothing.
    ///
    /// # Panics
    /// If `index` is not greater than those that are there.
    pub fn push(&mut self, index: u64, answer: u32) {
        if answer == 0 {
            return;
        }
        let last = self.deviations.last().map(|&(last, _)| last);
        assert!(last.is_none_or(|last| last < index), "choice {index} after choice {last:?}");
        self.deviations.push((index, answer));
    }

    /// The answer to a choice: 0 unless it stands in the schedule.
    #[must_use]
    pub fn answer(&self, index: u64) -> u32 {
        let at = self.deviations.binary_search_by_key(&index, |&(index, _)| index);
        at.map_or(0, |at| self.deviations[at].1)
    }

    /// The deviations, ordered by index.
    #[must_use]
    pub fn deviations(&self) -> &[(u64, u32)] {
        &self.deviations
    }

    /// Whether every answer is the default.
    #[must_use]
    pub fn is_default(&self) -> bool {
        self.deviations.is_empty()
    }
}

impl fmt::Display for Schedule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(if self.interleaved { INTERLEAVED_TAG } else { TAG })?;
        for (at, (index, answer)) in self.deviations.iter().enumerate() {
            let comma = if at == 0 { "" } else { "," };
            write!(f, "{comma}{index}={answer}")?;
        }
        Ok(())
    }
}

impl FromStr for Schedule {
    type Err = BadSchedule;

    /// Reads the text form; white space around it is ignored.
    fn from_str(text: &str) -> Result<Self, BadSchedule> {
        let text = text.trim();
        let interleaved = text.starts_with(INTERLEAVED_TAG);
        let Some(list) = text.strip_prefix(if interleaved { INTERLEAVED_TAG } else { TAG }) else {
            return Err(BadSchedule::Version(text.chars().take(TAG.len()).collect()));
        };
        let mut schedule = Self { deviations: Vec::new(), interleaved };
        for entry in list.split(',').filter(|_| !list.is_empty()) {
            let (index, answer) = parse_entry(entry).ok_or_else(|| BadSchedule::Entry(entry.to_owned()))?;
            if answer == 0 {
                return Err(BadSchedule::Default(index));
            }
            match schedule.deviations.last() {
                Some(&(last, _)) if last >= index => return Err(BadSchedule::Order { last, next: index }),
                Some(_) | None => schedule.deviations.push((index, answer)),
            }
        }
        Ok(schedule)
    }
}

fn parse_entry(entry: &str) -> Option<(u64, u32)> {
    let (index, answer) = entry.split_once('=')?;
    let plain = |digits: &str| !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
    if !plain(index) || !plain(answer) {
        return None;
    }
    Some((index.parse().ok()?, answer.parse().ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::trace::event::Question;

    fn choices(answers: &[u32]) -> Vec<Choice> {
        answers.iter().map(|&answer| Choice { question: Question::Next, options: 3, answer }).collect()
    }

    #[test]
    fn only_deviations_are_printed_and_read_back() {
        let schedule = Schedule::from_choices(choices(&[0, 1, 0, 0, 2]));
        assert_eq!(schedule.to_string(), "r3s1:1=1,4=2");
        assert_eq!("r3s1:1=1,4=2\n".parse(), Ok(schedule.clone()));
        assert_eq!((0..6).map(|index| schedule.answer(index)).collect::<Vec<_>>(), [0, 1, 0, 0, 2, 0]);
    }

    #[test]
    fn the_tag_tells_what_was_asked() {
        let mut schedule = Schedule::interleaved();
        schedule.push(7, 1);
        assert_eq!(schedule.to_string(), "r3x1:7=1");
        assert_eq!("r3x1:7=1".parse(), Ok(schedule));
    }

    #[test]
    fn the_default_schedule_is_the_tag() {
        assert_eq!(Schedule::from_choices(choices(&[0, 0])).to_string(), "r3s1:");
        assert!("r3s1:".parse::<Schedule>().unwrap().is_default());
    }

    #[test]
    fn errors_name_what_is_wrong() {
        let error = |text: &str| text.parse::<Schedule>().unwrap_err().to_string();
        assert_eq!(error("r3s2:1=1"), "a schedule begins with `r3s1:` or `r3x1:`; this one begins with `r3s2:`");
        assert_eq!(error(""), "a schedule begins with `r3s1:` or `r3x1:`; this one begins with ``");
        assert_eq!(error("r3s1:1=1,"), "`` in the schedule is not of the form INDEX=ANSWER, as in `12=1`");
        assert!(error("r3s1:+1=1").starts_with("`+1=1`"));
        assert!(error("r3s1:1=99999999999").starts_with("`1=99999999999`"));
        assert!(error("r3s1:4=1,4=2").contains("rising order"));
        assert!(error("r3s1:4=0").contains("leave it out"));
    }
}
