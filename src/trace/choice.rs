//! A choice: what the oracle was asked, and what it answered.

/// A question that more than one answer would be lawful for.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Question {
    /// Which task of a run queue runs next; the default takes the oldest.
    Next,
    /// For how many instructions a task runs before it is interrupted: 0 stands for its whole slice.
    Slice,
    /// Which waiter of a queue is woken.
    Wake,
    /// What `choose(n)` answers.
    Script,
    /// Which of the pages that may be evicted goes.
    Evict,
}

/// An answer of the oracle.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Choice {
    /// What was asked.
    pub question: Question,
    /// How many answers there were, at least 2.
    pub options: u32,
    /// Which was given.
    pub answer: u32,
}
