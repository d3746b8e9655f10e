//! A table whose ids are the lowest free numbers, as descriptors are.
//!
//! Two tables that hold the same entries are equal, whatever was put in and taken out before.

use crate::base::bits::Bits;

/// Numbers of a row.
pub const ROW: u32 = 512;

/// Entries under small numbers; a new one takes the lowest free number. Finding it costs O(log n).
#[derive(Clone, Debug)]
pub struct Table<T> {
    slots: Vec<Option<T>>,
    /// The free numbers below `slots.len()`; the last slot is never free.
    holes: Bits,
}

impl<T: PartialEq> PartialEq for Table<T> {
    fn eq(&self, other: &Self) -> bool {
        self.slots == other.slots
    }
}

impl<T: Eq> Eq for Table<T> {}

impl<T> Default for Table<T> {
    fn default() -> Self {
        Self { slots: Vec::new(), holes: Bits::default() }
    }
}

impl<T> Table<T> {
    /// The lowest number that is free and at least `least`.
    #[must_use]
    pub fn lowest_free(&self, least: u32) -> u32 {
        self.holes.next(least).unwrap_or_else(|| (self.slots.len() as u32).max(least))
    }

    /// The lowest multiple of [`ROW`] from which on as many numbers are free.
    #[must_use]
    pub fn lowest_free_row(&self) -> u32 {
        let len = self.slots.len() as u32;
        let is_free = |row: u32| {
            (row..row + ROW).step_by(64).all(|word| {
                let beyond = if word + 64 <= len { 0 } else { u64::MAX << (len.saturating_sub(word) % 64) };
                word >= len || self.holes.word(word) | beyond == u64::MAX
            })
        };
        (0..len).step_by(ROW as usize).find(|&row| is_free(row)).unwrap_or_else(|| len.next_multiple_of(ROW))
    }

    /// How many entries there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.slots.len() - self.holes.len()
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.slots.is_empty()
    }

    /// The entry of a number.
    #[must_use]
    pub fn get(&self, id: u32) -> Option<&T> {
        self.slots.get(id as usize)?.as_ref()
    }

    /// The entry of a number, to change.
    pub fn get_mut(&mut self, id: u32) -> Option<&mut T> {
        self.slots.get_mut(id as usize)?.as_mut()
    }

    /// Puts an entry under a free number.
    ///
    /// # Panics
    /// If the number is taken.
    pub fn put(&mut self, id: u32, entry: T) {
        let index = id as usize;
        while self.slots.len() <= index {
            let _ = self.holes.insert(self.slots.len() as u32);
            self.slots.push(None);
        }
        assert!(self.holes.remove(id), "number {id} is taken");
        self.slots[index] = Some(entry);
    }

    /// Takes the entry of a number out; `None` if it is free.
    pub fn take(&mut self, id: u32) -> Option<T> {
        let entry = self.slots.get_mut(id as usize)?.take()?;
        let _ = self.holes.insert(id);
        while self.slots.last().is_some_and(Option::is_none) {
            let _ = self.slots.pop();
            let _ = self.holes.remove(self.slots.len() as u32);
        }
        Some(entry)
    }

    /// Numbers and entries, in rising order.
    pub fn iter(&self) -> impl Iterator<Item = (u32, &T)> {
        self.slots.iter().enumerate().filter_map(|(id, slot)| Some((id as u32, slot.as_ref()?)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_lowest_free_number_is_given_and_history_does_not_show() {
        let mut table = Table::default();
        for id in 0..4 {
            assert_eq!(table.lowest_free(0), id);
            table.put(id, id * 10);
        }
        assert_eq!(table.take(1), Some(10));
        assert_eq!(table.take(1), None);
        assert_eq!((table.lowest_free(0), table.lowest_free(2), table.len()), (1, 4, 3));
        assert_eq!((table.take(3), table.take(2), table.take(0)), (Some(30), Some(20), Some(0)));
        assert_eq!(table, Table::default());
        assert_eq!(table.lowest_free_row(), 0);
        table.put(511, 1);
        assert_eq!(table.lowest_free_row(), 512);
        table.put(1100, 1);
        assert_eq!(table.lowest_free_row(), 512);
        table.put(700, 1);
        assert_eq!((table.lowest_free_row(), table.take(511)), (1536, Some(1)));
        assert_eq!((table.lowest_free_row(), table.take(700), table.take(1100)), (0, Some(1), Some(1)));
        table.put(2, 7);
        assert_eq!((table.lowest_free(0), table.len()), (0, 1));
    }
}
