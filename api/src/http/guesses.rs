//! How often an address may show credentials that are refused.
//!
//! A good key is never refused for what others of its address did: whether it was issued is read once in a while for all.

use std::{
    future::Future,
    net::IpAddr,
    sync::{Mutex, MutexGuard, PoisonError},
};

use chrono::{DateTime, Duration, Utc};
use lru::LruCache;
use service::{Error, Result, Service};

use super::sender::{ADDRESSES, network};

/// The most refused credentials of an address in a window.
const MOST: u32 = 20;
const WINDOW: Duration = Duration::minutes(1);

/// What addresses have shown lately.
#[derive(Debug)]
pub(super) struct Guesses(Mutex<LruCache<IpAddr, Window>>);

#[derive(Clone, Copy, Debug)]
struct Window {
    began: DateTime<Utc>,
    refused: u32,
}

impl Guesses {
    /// Asks whose a credential is. An address that was refused too often is not asked for, unless it shows a credential
    /// that was issued.
    pub(super) async fn ask<T>(
        &self,
        service: &Service,
        address: Option<IpAddr>,
        is_issued: impl Future<Output = Result<bool>>,
        whose: impl Future<Output = Result<T>>,
    ) -> Result<T> {
        // Nobody who came over a connection has none.
        let Some(address) = address.map(network) else { return whose.await };
        let now = service.clock().now();
        let taken = self.take(address, now);
        if let Err(seconds) = taken
            && !is_issued.await?
        {
            return Err(Error::Throttled(seconds));
        }
        let whose = whose.await;
        if taken.is_ok() && !matches!(whose, Err(Error::Unauthenticated(_))) {
            self.give_back(address, now);
        }
        whose
    }

    /// Counts a credential before it is looked at, so that many at once are no way around; else the seconds to wait.
    fn take(&self, address: IpAddr, now: DateTime<Utc>) -> Result<(), u64> {
        let mut windows = self.lock();
        let window = windows.get_or_insert_mut(address, || Window { began: now, refused: 0 });
        // A clock that was set back ends it too.
        if !(Duration::zero()..WINDOW).contains(&(now - window.began)) {
            *window = Window { began: now, refused: 0 };
        }
        if window.refused >= MOST {
            let left = window.began + WINDOW - now;
            return Err(u64::try_from(left.num_milliseconds()).unwrap_or_default().div_ceil(1000).max(1));
        }
        window.refused += 1;
        Ok(())
    }

    fn give_back(&self, address: IpAddr, now: DateTime<Utc>) {
        if let Some(window) = self.lock().peek_mut(&address)
            && window.began <= now
        {
            window.refused = window.refused.saturating_sub(1);
        }
    }

    fn lock(&self) -> MutexGuard<'_, LruCache<IpAddr, Window>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Default for Guesses {
    fn default() -> Self {
        Self(Mutex::new(LruCache::sparse(ADDRESSES)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_refused_so_often_in_a_minute() {
        let (guesses, now) = (Guesses::default(), Utc::now());
        let [one, other] = ["203.0.113.9", "203.0.113.10"].map(|text| text.parse().expect("an address"));
        for _ in 0..100 {
            // What was no guess counts for nothing.
            guesses.take(one, now).expect("taken");
            guesses.give_back(one, now);
        }
        for _ in 0..MOST {
            guesses.take(one, now).expect("taken");
        }
        assert_eq!(guesses.take(one, now), Err(60));
        assert_eq!(guesses.take(other, now), Ok(()));
        assert_eq!(guesses.take(one, now + Duration::milliseconds(59_001)), Err(1));
        assert_eq!(guesses.take(one, now + WINDOW), Ok(()));
        // What was taken before belongs to a window that is over.
        guesses.give_back(one, now);
        for _ in 1..MOST {
            guesses.take(one, now + WINDOW).expect("taken");
        }
        assert_eq!(guesses.take(one, now + WINDOW), Err(60));
        assert_eq!(guesses.take(one, now - Duration::days(1)), Ok(()));
    }

    #[test]
    fn only_so_many_addresses_are_remembered() {
        let (guesses, now) = (Guesses::default(), Utc::now());
        for number in 0..20_000_u32 {
            guesses.take(IpAddr::from(number.to_be_bytes()), now).expect("taken");
        }
        assert_eq!(guesses.lock().len(), ADDRESSES.get());
    }
}
