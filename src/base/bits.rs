//! A set of small numbers that finds the next one in a few steps, however many there are.

/// Numbers in a word.
const WORD: u32 = 64;

/// Numbers that are in the set or not, each a bit; above them, level by level, a bit for each word that is not empty.
#[derive(Clone, Debug, Default)]
pub struct Bits {
    /// From the numbers themselves up to a level of a single word.
    levels: Vec<Vec<u64>>,
    len: usize,
}

impl Bits {
    /// How many numbers there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.len
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// Whether a number is in the set.
    #[must_use]
    pub fn contains(&self, number: u32) -> bool {
        let word = self.levels.first().and_then(|words| words.get((number / WORD) as usize));
        word.is_some_and(|word| word >> (number % WORD) & 1 == 1)
    }

    /// The 64 numbers from a multiple of 64 on, a bit each.
    #[must_use]
    pub fn word(&self, first: u32) -> u64 {
        self.levels.first().and_then(|words| words.get((first / WORD) as usize)).copied().unwrap_or(0)
    }

    /// Puts a number in; tells whether it was not there.
    pub fn insert(&mut self, number: u32) -> bool {
        if self.contains(number) {
            return false;
        }
        self.len += 1;
        self.reach(number);
        let mut place = number;
        for words in &mut self.levels {
            let word = &mut words[(place / WORD) as usize];
            let was_empty = *word == 0;
            *word |= 1 << (place % WORD);
            if !was_empty {
                break;
            }
            place /= WORD;
        }
        true
    }

    /// Makes the levels high and wide enough for a number.
    fn reach(&mut self, number: u32) {
        let mut place = number;
        let mut level = 0;
        loop {
            let words = (place / WORD) as usize + 1;
            if self.levels.len() == level {
                // A new level on top tells which words of the one below are not empty.
                let below = level.checked_sub(1).map(|below| self.levels[below].first().is_some_and(|&word| word != 0));
                self.levels.push(vec![u64::from(below == Some(true))]);
            }
            if self.levels[level].len() < words {
                self.levels[level].resize(words, 0);
            }
            if self.levels[level].len() == 1 && level + 1 == self.levels.len() {
                return;
            }
            place /= WORD;
            level += 1;
        }
    }

    /// Takes a number out; tells whether it was there.
    pub fn remove(&mut self, number: u32) -> bool {
        if !self.contains(number) {
            return false;
        }
        self.len -= 1;
        let mut place = number;
        for words in &mut self.levels {
            let word = &mut words[(place / WORD) as usize];
            *word &= !(1 << (place % WORD));
            if *word != 0 {
                break;
            }
            place /= WORD;
        }
        true
    }

    /// The least number that is at least `least`.
    #[must_use]
    pub fn next(&self, least: u32) -> Option<u32> {
        let mut place = least;
        for (level, words) in self.levels.iter().enumerate() {
            let word = words.get((place / WORD) as usize).copied().unwrap_or(0) >> (place % WORD);
            if word != 0 {
                let mut found = place + word.trailing_zeros();
                for below in self.levels[..level].iter().rev() {
                    found = found * WORD + below[found as usize].trailing_zeros();
                }
                return Some(found);
            }
            place = place / WORD + 1;
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn it_agrees_with_a_plain_set(steps in proptest::collection::vec((0..3_u8, 0..3_u32, 0..70_u32), 1..200)) {
            let mut bits = Bits::default();
            let mut plain = BTreeSet::new();
            for (act, far, near) in steps {
                let number = [near, 4000 + near, 300_000 + 64 * near][far as usize];
                match act {
                    0 => prop_assert_eq!(bits.insert(number), plain.insert(number)),
                    1 => prop_assert_eq!(bits.remove(number), plain.remove(&number)),
                    _ => {}
                }
                prop_assert_eq!(bits.next(number), plain.range(number..).next().copied());
                prop_assert_eq!(bits.next(0), plain.first().copied());
                prop_assert_eq!((bits.len(), bits.contains(number)), (plain.len(), plain.contains(&number)));
            }
        }
    }
}
