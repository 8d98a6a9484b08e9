//! How often addresses may open a connection.

use std::{
    net::IpAddr,
    sync::{Arc, Mutex, PoisonError},
    time::{Duration, Instant},
};

use lru::LruCache;

use super::sender::ADDRESSES;

/// An address that was quiet for so long may open as many at once as are allowed in this time.
const BURST: Duration = Duration::from_secs(4);

/// When the connections of addresses would all have been opened at the allowed rate. Cheap to clone.
#[derive(Clone, Debug)]
pub(super) struct Rates(Arc<Mutex<LruCache<IpAddr, Instant>>>);

impl Rates {
    /// Counts a connection of an address, unless there are more than `rate` a second. A refused connection is not counted.
    pub(super) fn admit(&self, address: IpAddr, rate: usize, now: Instant) -> bool {
        let each = Duration::from_secs(1) / u32::try_from(rate).unwrap_or(u32::MAX).max(1);
        let mut addresses = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let until = addresses.get_or_insert_mut(address, || now);
        let next = (*until).max(now) + each;
        let is_due = next <= now + BURST;
        if is_due {
            *until = next;
        }
        is_due
    }
}

impl Default for Rates {
    fn default() -> Self {
        Self(Arc::new(Mutex::new(LruCache::sparse(ADDRESSES))))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_opens_so_many_a_second() {
        let (rates, start) = (Rates::default(), Instant::now());
        let [one, other] = ["203.0.113.9", "203.0.113.10"].map(|text| text.parse().expect("an address"));
        let admitted = |address, count: usize, now| (0..count).filter(|_| rates.admit(address, 100, now)).count();
        assert_eq!(admitted(one, 1_000, start), 400);
        assert_eq!(admitted(other, 1, start), 1);
        // Those that were refused are no debt.
        assert_eq!(admitted(one, 1_000, start + Duration::from_secs(1)), 100);
        assert_eq!(admitted(one, 1_000, start + Duration::from_secs(60)), 400);
    }

    #[test]
    fn only_so_many_addresses_are_remembered() {
        let (rates, now) = (Rates::default(), Instant::now());
        for number in 0..20_000_u32 {
            assert!(rates.admit(IpAddr::from(number.to_be_bytes()), 1, now));
        }
        assert_eq!(rates.0.lock().expect("nobody panics").len(), ADDRESSES.get());
    }
}
