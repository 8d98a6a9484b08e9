//! What each holder has at the same time, up to a bound.

use std::{
    collections::HashMap,
    hash::Hash,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

/// How many each holder has. Cheap to clone.
#[derive(Debug)]
pub(super) struct Seats<K>(Arc<Mutex<HashMap<K, usize>>>);

/// One of them, given back when it is dropped.
#[derive(Debug)]
pub(super) struct Seat<K: Eq + Hash> {
    seats: Seats<K>,
    holder: K,
}

impl<K> Clone for Seats<K> {
    fn clone(&self) -> Self {
        Self(Arc::clone(&self.0))
    }
}

impl<K> Default for Seats<K> {
    fn default() -> Self {
        Self(Arc::default())
    }
}

impl<K: Clone + Eq + Hash> Seats<K> {
    /// Takes one, unless the holder has `most` of them.
    pub(super) fn take(&self, holder: K, most: usize) -> Option<Seat<K>> {
        let mut taken = self.lock();
        let count = taken.get(&holder).copied().unwrap_or_default();
        if count >= most {
            return None;
        }
        taken.insert(holder.clone(), count + 1);
        drop(taken);
        Some(Seat { seats: self.clone(), holder })
    }
}

impl<K> Seats<K> {
    fn lock(&self) -> MutexGuard<'_, HashMap<K, usize>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<K: Eq + Hash> Drop for Seat<K> {
    fn drop(&mut self) {
        let mut taken = self.seats.lock();
        let Some(count) = taken.get_mut(&self.holder) else { return };
        *count -= 1;
        if *count == 0 {
            taken.remove(&self.holder);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_has_as_many_as_allowed_and_gives_them_back() {
        let seats = Seats::default();
        let (first, second) = (seats.take("a", 2), seats.take("a", 2));
        assert!(first.is_some() && second.is_some());
        assert!(seats.take("a", 2).is_none());
        assert!(seats.take("b", 2).is_some());
        drop(first);
        assert!(seats.take("a", 2).is_some());
        drop(second);
        assert!(seats.lock().is_empty());
    }
}
