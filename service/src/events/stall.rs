//! Noticing that events are held back for long.

use std::time::Duration;

use tokio::time::Instant;

/// A transaction that is open for longer than this is no ordinary one.
const LONG: Duration = Duration::from_secs(5);

/// How long the log has not gone on although there are events.
#[derive(Debug, Default)]
pub(super) struct Stall {
    since: Option<Instant>,
    was_noticed: bool,
}

/// What is worth a line in the log, once per occurrence.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Notice {
    /// Events are held back for long.
    Began,
    /// They go on, after this time.
    Ended(Duration),
}

impl Stall {
    /// Notes a look at the log.
    pub(super) fn note(&mut self, is_stalled: bool, now: Instant) -> Option<Notice> {
        let since = *self.since.get_or_insert(now);
        if !is_stalled {
            let noticed = std::mem::take(self).was_noticed;
            return noticed.then(|| Notice::Ended(now - since));
        }
        let is_news = !self.was_noticed && now - since >= LONG;
        self.was_noticed |= is_news;
        is_news.then_some(Notice::Began)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_stall_is_noticed_once() {
        let start = Instant::now();
        let mut stall = Stall::default();
        let mut note = |is_stalled, second| stall.note(is_stalled, start + Duration::from_secs(second));
        assert_eq!([note(true, 0), note(true, 4), note(false, 5)], [None, None, None]);
        assert_eq!([note(true, 10), note(true, 14), note(false, 14)], [None, None, None]);
        assert_eq!([note(true, 20), note(true, 25), note(true, 26)], [None, Some(Notice::Began), None]);
        assert_eq!([note(true, 90), note(false, 91)], [None, Some(Notice::Ended(Duration::from_secs(71)))]);
        assert_eq!([note(false, 92), note(true, 100), note(true, 105)], [None, None, Some(Notice::Began)]);
    }
}
