//! A map as a sorted list: found in a few steps while it is short, and newcomers have the highest keys.

use crate::base::hint::Hint;

/// Entries in rising order of their keys. Finding one costs O(log n), and next to nothing if it was the last one found; so
/// does adding the highest or taking out one near the end, and O(n) anything else.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Sorted<K, V> {
    keys: Vec<K>,
    /// Boxed, so that they need not move with their place.
    values: Vec<Box<V>>,
    /// The place where a key was found last.
    last: Hint,
}

impl<K, V> Default for Sorted<K, V> {
    fn default() -> Self {
        Self { keys: Vec::new(), values: Vec::new(), last: Hint::default() }
    }
}

impl<K: Copy + Ord, V> Sorted<K, V> {
    /// The place of a key, or where it would be.
    #[inline]
    fn place(&self, key: K) -> Result<usize, usize> {
        let last = self.last.get() as usize;
        if self.keys.get(last) == Some(&key) { Ok(last) } else { self.search(key) }
    }

    #[inline(never)]
    fn search(&self, key: K) -> Result<usize, usize> {
        let place = self.keys.binary_search(&key);
        if let Ok(place) = place {
            self.last.set(place as u64);
        }
        place
    }

    /// The value of a key.
    #[must_use]
    #[inline]
    pub fn get(&self, key: &K) -> Option<&V> {
        self.place(*key).ok().map(|place| &*self.values[place])
    }

    /// The value of a key, to change.
    #[inline]
    pub fn get_mut(&mut self, key: &K) -> Option<&mut V> {
        self.place(*key).ok().map(|place| &mut *self.values[place])
    }

    /// Whether a key has a value.
    #[must_use]
    pub fn contains_key(&self, key: &K) -> bool {
        self.place(*key).is_ok()
    }

    /// Gives a key a value; the old one, if it had one.
    pub fn insert(&mut self, key: K, value: V) -> Option<V> {
        match self.place(key) {
            Ok(place) => Some(std::mem::replace(&mut *self.values[place], value)),
            Err(place) => {
                self.keys.insert(place, key);
                self.values.insert(place, Box::new(value));
                None
            }
        }
    }

    /// Takes the value of a key out.
    pub fn remove(&mut self, key: &K) -> Option<V> {
        let place = self.place(*key).ok()?;
        let _ = self.keys.remove(place);
        Some(*self.values.remove(place))
    }

    /// The value of a key, made if it had none.
    pub fn get_or_default(&mut self, key: K) -> &mut V
    where
        V: Default,
    {
        if !self.contains_key(&key) {
            let _ = self.insert(key, V::default());
        }
        self.get_mut(&key).expect("the key has a value now")
    }

    /// The entry with the lowest key.
    #[must_use]
    pub fn first(&self) -> Option<(&K, &V)> {
        self.keys.first().zip(self.values.first().map(|value| &**value))
    }

    /// How many entries there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.keys.len()
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.keys.is_empty()
    }

    /// Keys and values, in rising order of the keys.
    pub fn iter(&self) -> impl DoubleEndedIterator<Item = (&K, &V)> + ExactSizeIterator {
        self.keys.iter().zip(self.values())
    }

    /// The keys, in rising order.
    pub fn keys(&self) -> impl DoubleEndedIterator<Item = &K> + ExactSizeIterator {
        self.keys.iter()
    }

    /// The values, in rising order of their keys.
    pub fn values(&self) -> impl DoubleEndedIterator<Item = &V> + ExactSizeIterator {
        self.values.iter().map(|value| &**value)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn it_agrees_with_a_plain_map(steps in proptest::collection::vec((0..4_u8, 0..30_u32), 1..120)) {
            let mut sorted: Sorted<u32, usize> = Sorted::default();
            let mut plain = BTreeMap::new();
            for (i, (act, key)) in steps.into_iter().enumerate() {
                match act {
                    0 => prop_assert_eq!(sorted.remove(&key), plain.remove(&key)),
                    1 => *sorted.get_or_default(key) += i,
                    _ => prop_assert_eq!(sorted.insert(key, i), plain.insert(key, i)),
                }
                if act == 1 {
                    *plain.entry(key).or_default() += i;
                }
                prop_assert_eq!((sorted.get(&key), sorted.contains_key(&key)), (plain.get(&key), plain.contains_key(&key)));
                prop_assert_eq!(sorted.get_mut(&key).copied(), plain.get(&key).copied());
                prop_assert!(sorted.iter().eq(plain.iter()) && sorted.keys().eq(plain.keys()));
                prop_assert_eq!((sorted.len(), sorted.is_empty()), (plain.len(), plain.is_empty()));
                prop_assert_eq!(sorted.first(), plain.first_key_value());
            }
        }
    }
}
