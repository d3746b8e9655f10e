//! The oracle: what answers where more than one answer is lawful. The kernel itself makes no choice.

use crate::trace::event::Question;

/// Answers questions; run, replay and explore differ in nothing else.
pub trait Oracle {
    /// One of the answers 0 to `options - 1`; `options` is at least 2.
    fn choose(&mut self, question: Question, options: u32) -> u32;

    /// One that will answer as this one from now on: a checkpoint keeps it.
    fn saved(&self) -> Box<dyn Oracle>;
}

/// Always takes the first answer.
#[derive(Clone, Copy, Debug, Default)]
pub struct First;

impl Oracle for First {
    fn choose(&mut self, _question: Question, _options: u32) -> u32 {
        0
    }

    fn saved(&self) -> Box<dyn Oracle> {
        Box::new(*self)
    }
}

/// Answers by chance that a seed determines (splitmix64).
#[derive(Clone, Copy, Debug)]
pub struct Seeded {
    state: u64,
    victims_only: bool,
}

impl Seeded {
    /// The chance of a seed.
    #[must_use]
    pub const fn new(seed: u64) -> Self {
        Self { state: seed, victims_only: false }
    }

    /// The chance of a seed for which page is evicted; the first answer to all else.
    #[must_use]
    pub const fn victims_only(seed: u64) -> Self {
        Self { state: seed, victims_only: true }
    }

    fn next(&mut self) -> u64 {
        self.state = self.state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.state;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }
}

impl Oracle for Seeded {
    /// A slice gets a length whose logarithm is uniform, so that short ones are tried too.
    fn choose(&mut self, question: Question, options: u32) -> u32 {
        if self.victims_only && question != Question::Evict {
            return 0;
        }
        let options = match question {
            Question::Slice => 1 << (self.next() % u64::from(32 - options.leading_zeros())),
            Question::Next | Question::Wake | Question::Script | Question::Evict => options,
        };
        (self.next() % u64::from(options)) as u32
    }

    fn saved(&self) -> Box<dyn Oracle> {
        Box::new(*self)
    }
}

/// Gives recorded answers, by the number of the choice; the first answer where none is recorded.
#[derive(Clone, Debug, Default)]
pub struct Replay {
    answers: std::collections::BTreeMap<u32, u32>,
    asked: u32,
}

impl Replay {
    /// Answers by the number of the choice, counted from 0.
    #[must_use]
    pub fn new(answers: impl IntoIterator<Item = (u32, u32)>) -> Self {
        Self { answers: answers.into_iter().collect(), asked: 0 }
    }
}

impl Oracle for Replay {
    /// An answer that is out of range, because the schedule belongs to another run, becomes the first one.
    fn choose(&mut self, _question: Question, options: u32) -> u32 {
        let answer = self.answers.get(&self.asked).copied().unwrap_or(0);
        self.asked += 1;
        if answer < options { answer } else { 0 }
    }

    fn saved(&self) -> Box<dyn Oracle> {
        Box::new(self.clone())
    }
}
