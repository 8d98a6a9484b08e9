//! How many pieces are not late: arithmetic alone.

use chrono::{DateTime, TimeDelta, Utc};

/// Pieces that left together.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Sent {
    /// When they arrived; none if they have not, or nobody knows.
    pub(super) delivered_at: Option<DateTime<Utc>>,
    /// How many.
    pub(super) pieces: i32,
}

/// Pieces that come back, or came back, by a return.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Back {
    /// When somebody asked for it.
    pub(super) asked_at: DateTime<Utc>,
    /// How many.
    pub(super) pieces: i32,
}

/// How many of the pieces that were sent are with the customer and not late now. Pieces of returns are the oldest that
/// were not late when they were asked for; `others` came back without a return.
pub(super) fn in_time(
    mut sent: Vec<Sent>,
    mut back: Vec<Back>,
    others: i32,
    window: TimeDelta,
    now: DateTime<Utc>,
) -> i32 {
    sent.sort_by_key(|sent| (sent.delivered_at.is_none(), sent.delivered_at));
    back.sort_by_key(|back| back.asked_at);
    take(&mut sent, others, |_| true);
    for back in back {
        let late = take(&mut sent, back.pieces, |sent| sent.is_in_time(window, back.asked_at));
        take(&mut sent, late, |_| true);
    }
    sent.iter().filter(|sent| sent.is_in_time(window, now)).fold(0_i32, |sum, sent| sum.saturating_add(sent.pieces))
}

/// Takes pieces away; how many of them are not there.
fn take(sent: &mut [Sent], pieces: i32, from: impl Fn(&Sent) -> bool) -> i32 {
    let mut left = pieces;
    for sent in sent.iter_mut().filter(|sent| from(sent)) {
        let taken = sent.pieces.min(left).max(0);
        sent.pieces -= taken;
        left -= taken;
    }
    left
}

impl Sent {
    fn is_in_time(&self, window: TimeDelta, at: DateTime<Utc>) -> bool {
        self.delivered_at.is_none_or(|delivered_at| at.signed_duration_since(delivered_at) <= window)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(number: i64) -> DateTime<Utc> {
        DateTime::UNIX_EPOCH + TimeDelta::days(number)
    }

    /// Pieces by the day of their delivery, returns by the day that they were asked for.
    fn left(sent: &[(Option<i64>, i32)], back: &[(i64, i32)], others: i32, now: i64) -> i32 {
        let sent = sent.iter().map(|(at, pieces)| Sent { delivered_at: at.map(day), pieces: *pieces }).collect();
        let back = back.iter().map(|(at, pieces)| Back { asked_at: day(*at), pieces: *pieces }).collect();
        in_time(sent, back, others, TimeDelta::days(30), day(now))
    }

    #[test]
    fn pieces_are_late_after_the_last_day() {
        assert_eq!(left(&[(Some(0), 2), (Some(10), 3), (None, 4)], &[], 0, 30), 9);
        assert_eq!(left(&[(Some(0), 2), (Some(10), 3), (None, 4)], &[], 0, 31), 7);
        assert_eq!(left(&[(Some(0), 2), (Some(10), 3), (None, 4)], &[], 0, 400), 4);
    }

    #[test]
    fn returns_take_the_oldest_that_were_in_time() {
        let sent = [(Some(10), 1), (Some(0), 1)];
        assert_eq!(left(&sent, &[(5, 1)], 0, 31), 1, "the late one is back");
        assert_eq!(left(&sent, &[(35, 1)], 0, 36), 0, "the late one is with the customer");
        assert_eq!(left(&sent, &[(35, 2)], 0, 36), 0, "people took the late one back");
        assert_eq!(left(&sent, &[(50, 1)], 0, 30), 1, "whatever the clock says");
    }

    #[test]
    fn what_came_back_without_a_return_was_the_oldest() {
        assert_eq!(left(&[(Some(0), 2), (Some(10), 1)], &[], 2, 20), 1);
        assert_eq!(left(&[(Some(0), 2)], &[(1, 2)], 3, 20), 0);
    }
}
