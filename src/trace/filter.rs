//! A filter: which events of a trace are shown, and in how much detail.
//!
//! ```text
//! (nothing)            the digest
//! mm,tlb               these categories, every change of them
//! all                  every category but `mem`
//! digest,tlb           the digest, and every change of the TLB
//! -mm                  the digest without a category; also `all,-mm`
//! task=ls  task=3      only of tasks with this name or number; several add up
//! line=12  line=10..20 only of these lines of the script; several add up
//! boot                 also what happened before the first program ran
//! ```
//!
//! A filter hides and never renumbers.

use std::ops::RangeInclusive;
use std::str::FromStr;

use crate::base::spelling::did_you_mean;
use crate::trace::event::Category;

/// How much of a category is shown.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Detail {
    /// Nothing.
    Hidden,
    /// What happened, with the small changes gathered.
    Digest,
    /// Each change.
    Full,
}

/// Which tasks are meant.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum TaskPattern {
    /// Those with this number, and the threads of the process with this number.
    Number(u32),
    /// Those with this name.
    Name(String),
}

/// Which events are shown.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Filter {
    details: [Detail; Category::ALL.len()],
    boot: bool,
    tasks: Vec<TaskPattern>,
    lines: Vec<RangeInclusive<u32>>,
}

/// Why a text is no filter.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
pub enum BadFilter {
    /// A word that means nothing.
    #[error("`{word}` is no category of the trace{}; there are {}", suggestion(.near), words())]
    Word {
        /// The word.
        word: String,
        /// What may have been meant.
        near: Option<&'static str>,
    },
    /// A word before `=` that means nothing.
    #[error("`{key}=` is not known in a trace filter{}; there are `task=` and `line=`", suggestion(.near))]
    Key {
        /// The word.
        key: String,
        /// What may have been meant.
        near: Option<&'static str>,
    },
    /// `task=` without a task.
    #[error("`task=` wants a name or a number, as in `task=ls` or `task=3`")]
    Task,
    /// Not a line, and not a range of lines.
    #[error("`line={0}` is not a line or a range of lines, as in `line=12` or `line=10..20`")]
    Line(String),
    /// Something is left out that is never in.
    #[error("`-{0}` can not be left out; only categories can")]
    Minus(String),
    /// Two commas, or one at an end.
    #[error("a word is missing between the commas of the trace filter `{0}`")]
    Empty(String),
}

fn suggestion(near: &Option<&str>) -> String {
    near.map_or_else(String::new, |near| format!(" (did you mean `{near}`?)"))
}

fn words() -> String {
    let names: Vec<&str> = Category::ALL.iter().map(|category| category.name()).collect();
    format!("{}, and `all`, `digest`, `boot`", names.join(", "))
}

/// What the digest shows of a category.
const fn digest_of(category: Category) -> Detail {
    match category {
        Category::Task
        | Category::Sched
        | Category::Syscall
        | Category::Mm
        | Category::Swap
        | Category::Fs
        | Category::Pipe
        | Category::Signal
        | Category::Sync
        | Category::User => Detail::Digest,
        Category::Mode | Category::Tlb | Category::Mem => Detail::Hidden,
    }
}

impl Default for Filter {
    /// The digest.
    fn default() -> Self {
        let mut filter = Self::nothing();
        filter.add_digest();
        filter
    }
}

impl Filter {
    fn nothing() -> Self {
        Self { details: [Detail::Hidden; Category::ALL.len()], boot: false, tasks: Vec::new(), lines: Vec::new() }
    }

    /// Everything, in full, from the first event on: what a machine reads.
    #[must_use]
    pub fn everything() -> Self {
        Self { details: [Detail::Full; Category::ALL.len()], boot: true, tasks: Vec::new(), lines: Vec::new() }
    }

    fn add_digest(&mut self) {
        for &category in Category::ALL {
            let detail = &mut self.details[category as usize];
            *detail = (*detail).max(digest_of(category));
        }
    }

    /// How much of a category is shown.
    #[must_use]
    pub const fn detail(&self, category: Category) -> Detail {
        self.details[category as usize]
    }

    /// Whether stores to memory must be recorded.
    #[must_use]
    pub fn wants_mem(&self) -> bool {
        self.detail(Category::Mem) != Detail::Hidden
    }

    /// Whether the setting up of the machine is shown.
    #[must_use]
    pub const fn shows_boot(&self) -> bool {
        self.boot
    }

    /// Whether only some tasks are shown.
    #[must_use]
    pub fn picks_tasks(&self) -> bool {
        !self.tasks.is_empty()
    }

    /// Whether a task is shown: its number, its process's, and its name.
    #[must_use]
    pub fn shows_task(&self, tid: u32, pid: u32, name: &str) -> bool {
        let meant = |pattern: &TaskPattern| match pattern {
            TaskPattern::Number(number) => *number == tid || *number == pid,
            TaskPattern::Name(wanted) => wanted == name,
        };
        self.tasks.is_empty() || self.tasks.iter().any(meant)
    }

    /// Whether only some lines are shown.
    #[must_use]
    pub fn picks_lines(&self) -> bool {
        !self.lines.is_empty()
    }

    /// Whether a line of the script is shown; `None` is an event that has no line of the script.
    #[must_use]
    pub fn shows_line(&self, line: Option<u32>) -> bool {
        self.lines.is_empty() || line.is_some_and(|line| self.lines.iter().any(|range| range.contains(&line)))
    }

    fn add_word(&mut self, word: &str) -> Result<(), BadFilter> {
        if let Some((key, value)) = word.split_once('=') {
            return self.add_pair(key, value);
        }
        if let Some(name) = word.strip_prefix('-') {
            let category = category(name).map_err(|error| match name {
                "all" | "digest" | "boot" => BadFilter::Minus(name.to_owned()),
                _ => error,
            })?;
            self.details[category as usize] = Detail::Hidden;
            return Ok(());
        }
        match word {
            "all" => self.add_all(),
            "digest" => self.add_digest(),
            "boot" => self.boot = true,
            name => self.details[category(name)? as usize] = Detail::Full,
        }
        Ok(())
    }

    fn add_all(&mut self) {
        for &category in Category::ALL.iter().filter(|&&category| category != Category::Mem) {
            self.details[category as usize] = Detail::Full;
        }
    }

    fn add_pair(&mut self, key: &str, value: &str) -> Result<(), BadFilter> {
        match key {
            "task" if value.is_empty() => return Err(BadFilter::Task),
            "task" => {
                let number = value.parse().map(TaskPattern::Number);
                self.tasks.push(number.unwrap_or_else(|_| TaskPattern::Name(value.to_owned())));
            }
            "line" => self.lines.push(lines(value).ok_or_else(|| BadFilter::Line(value.to_owned()))?),
            _ => return Err(BadFilter::Key { key: key.to_owned(), near: did_you_mean(key, ["task", "line"]) }),
        }
        Ok(())
    }
}

fn category(name: &str) -> Result<Category, BadFilter> {
    let found = Category::ALL.iter().find(|category| category.name() == name);
    found.copied().ok_or_else(|| {
        let known = Category::ALL.iter().map(|category| category.name()).chain(["all", "digest", "boot"]);
        BadFilter::Word { word: name.to_owned(), near: did_you_mean(name, known) }
    })
}

/// `12` or `10..20`, both ends included.
fn lines(value: &str) -> Option<RangeInclusive<u32>> {
    let (first, last) = value.split_once("..").unwrap_or((value, value));
    let range = first.parse().ok()?..=last.parse().ok()?;
    (!range.is_empty()).then_some(range)
}

impl FromStr for Filter {
    type Err = BadFilter;

    fn from_str(text: &str) -> Result<Self, BadFilter> {
        let words: Vec<&str> = text.split(',').map(str::trim).collect();
        let names_what = |word: &&str| !word.starts_with('-') && !word.contains('=') && *word != "boot";
        let mut filter = if words.iter().any(names_what) { Self::nothing() } else { Self::default() };
        if text.trim().is_empty() {
            return Ok(Self::default());
        }
        for word in words {
            if word.is_empty() {
                return Err(BadFilter::Empty(text.to_owned()));
            }
            filter.add_word(word)?;
        }
        Ok(filter)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn filter(text: &str) -> Filter {
        text.parse().unwrap()
    }

    fn error(text: &str) -> String {
        text.parse::<Filter>().unwrap_err().to_string()
    }

    #[test]
    fn nothing_is_the_digest() {
        assert_eq!(filter(""), Filter::default());
        assert_eq!(filter("task=3").detail(Category::Syscall), Detail::Digest);
        assert_eq!(filter("").detail(Category::Tlb), Detail::Hidden);
    }

    #[test]
    fn naming_a_category_shows_it_alone_and_in_full() {
        let only = filter("mm");
        assert_eq!((only.detail(Category::Mm), only.detail(Category::Task)), (Detail::Full, Detail::Hidden));
        let more = filter("digest,tlb");
        assert_eq!((more.detail(Category::Tlb), more.detail(Category::Task)), (Detail::Full, Detail::Digest));
        let less = filter("-mm");
        assert_eq!((less.detail(Category::Mm), less.detail(Category::Task)), (Detail::Hidden, Detail::Digest));
        assert!(!filter("all").wants_mem());
        assert!(filter("all,mem").wants_mem());
    }

    #[test]
    fn tasks_and_lines_add_up() {
        let some = filter("task=ls,task=3,line=4,line=10..12");
        assert!(some.shows_task(9, 9, "ls") && some.shows_task(5, 3, "cat") && !some.shows_task(5, 5, "cat"));
        assert!(some.shows_line(Some(4)) && some.shows_line(Some(12)) && !some.shows_line(Some(13)));
        assert!(!some.shows_line(None) && filter("").shows_line(None));
    }

    #[test]
    fn errors_say_what_was_meant() {
        assert_eq!(
            error("syscal"),
            "`syscal` is no category of the trace (did you mean `syscall`?); there are task, sched, mode, syscall, mm, \
             tlb, swap, fs, pipe, signal, sync, user, mem, and `all`, `digest`, `boot`"
        );
        assert!(error("taks=3").contains("did you mean `task`?"));
        assert!(error("line=20..10").contains("`line=20..10` is not a line"));
        assert!(error("mm,,fs").contains("missing between the commas"));
        assert!(error("-all").contains("only categories can"));
        assert!(error("task=").contains("wants a name"));
    }
}
