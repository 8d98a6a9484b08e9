//! How fast a client may send messages.

use std::time::Duration;

use tokio::time::Instant;

/// A limit on messages a second, with some more at the beginning.
#[derive(Debug)]
pub(super) struct Pace {
    /// The time that a message takes at the allowed pace.
    each: Duration,
    /// When all that was sent would have been sent at that pace.
    until: Instant,
    /// How far ahead of the time that may be.
    ahead: Duration,
}

impl Pace {
    /// Allows `rate` messages a second, and `burst` more at the beginning.
    pub(super) fn new(rate: u32, burst: usize) -> Self {
        let each = Duration::from_secs(1) / rate.max(1);
        let burst = u32::try_from(burst).unwrap_or(u32::MAX).saturating_add(rate);
        Self { each, until: Instant::now(), ahead: each.saturating_mul(burst) }
    }

    /// Counts a message; whether it was not too early.
    pub(super) fn keeps(&mut self, now: Instant) -> bool {
        self.until = self.until.max(now) + self.each;
        self.until <= now + self.ahead
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_messages_may_come_at_once() {
        let mut pace = Pace::new(50, 100);
        let start = pace.until;
        let kept = |pace: &mut Pace, now, count: usize| (0..count).filter(|_| pace.keeps(now)).count();
        assert_eq!(kept(&mut pace, start, 150), 150);
        assert!(!pace.keeps(start));
        // That one counts too.
        let later = start + Duration::from_secs(1);
        assert_eq!(kept(&mut pace, later, 49), 49);
        assert!(!pace.keeps(later));
        assert_eq!(kept(&mut pace, start + Duration::from_secs(60), 151), 150);
    }
}
