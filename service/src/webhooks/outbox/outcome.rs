//! What becomes of a delivery after an attempt.

use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use entity::sea_orm_active_enums::DeliveryStatus;
use uuid::Uuid;

use super::delivery::Delivery;
use crate::{hash, value::storable};

/// How long is waited after each failed attempt, in seconds; after the last one a delivery is given up.
const WAITS: [i64; 9] = [5, 300, 1_800, 7_200, 18_000, 36_000, 50_400, 72_000, 86_400];
/// The longest time that a receiver can ask to be left alone.
const LONGEST_REST: TimeDelta = TimeDelta::hours(24);
/// The most characters of an error.
const ERROR: usize = 1000;

/// The outcome of an attempt.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Answer {
    /// The receiver took it, with this status.
    Taken(u16),
    /// It did not, or could not be reached.
    Failed {
        /// The status that it answered with, if it did.
        status: Option<u16>,
        /// What went wrong.
        error: String,
        /// How long it wants to be left alone.
        rest: Option<Duration>,
    },
    /// It wants no events any more.
    Gone(u16),
    /// There is nothing to send.
    Lost(String),
}

/// A delivery that was tried.
#[derive(Clone, Debug)]
pub struct Tried {
    /// Which one.
    pub delivery: Delivery,
    /// Its outcome.
    pub answer: Answer,
}

/// A delivery as it is written after an attempt.
#[derive(Debug)]
pub(super) struct Written {
    pub(super) id: Uuid,
    pub(super) status: DeliveryStatus,
    /// How many attempts failed.
    pub(super) attempts: i32,
    pub(super) next_attempt_at: Option<DateTime<Utc>>,
    pub(super) response_status: Option<i32>,
    pub(super) error: Option<String>,
    pub(super) delivered_at: Option<DateTime<Utc>>,
}

impl Written {
    /// Whether it is to be sent once more.
    pub(super) fn is_open(&self) -> bool {
        self.status == DeliveryStatus::Pending
    }
}

impl Tried {
    pub(super) fn written(&self, now: DateTime<Utc>) -> Written {
        let attempts = self.delivery.attempts.saturating_add(1);
        let written = Written {
            id: self.delivery.id,
            status: DeliveryStatus::Dead,
            attempts,
            next_attempt_at: None,
            response_status: None,
            error: None,
            delivered_at: None,
        };
        match &self.answer {
            Answer::Taken(status) => Written {
                status: DeliveryStatus::Delivered,
                attempts: self.delivery.attempts,
                response_status: Some((*status).into()),
                delivered_at: Some(now),
                ..written
            },
            Answer::Failed { status, error, rest } => {
                let next = wait(self.delivery.id, attempts, *rest).map(|wait| now + wait);
                Written {
                    status: if next.is_some() { DeliveryStatus::Pending } else { DeliveryStatus::Dead },
                    next_attempt_at: next,
                    response_status: status.map(Into::into),
                    error: Some(shortened(error)),
                    ..written
                }
            }
            Answer::Gone(status) => {
                let error = "the receiver wants no events any more".to_owned();
                Written { response_status: Some((*status).into()), error: Some(error), ..written }
            }
            Answer::Lost(error) => {
                Written { attempts: self.delivery.attempts, error: Some(shortened(error)), ..written }
            }
        }
    }

    /// Whether it shows that the endpoint works; nothing if it says nothing of that.
    pub(super) fn works(&self) -> Option<bool> {
        match self.answer {
            Answer::Taken(_) => Some(true),
            Answer::Failed { .. } | Answer::Gone(_) => Some(false),
            Answer::Lost(_) => None,
        }
    }
}

/// How long is waited after a number of attempts that failed, up to a fifth more or less, so that what failed together is
/// not tried again together; none after the last one.
fn wait(delivery: Uuid, attempts: i32, rest: Option<Duration>) -> Option<TimeDelta> {
    let index = usize::try_from(attempts.checked_sub(1)?).ok()?;
    let seconds = *WAITS.get(index)?;
    let spread = hash::number(format!("{delivery}:{attempts}")) % 401;
    let permille = 800 + i64::try_from(spread).unwrap_or_default();
    let wait = TimeDelta::milliseconds(seconds * permille);
    let rest = rest.map(|rest| TimeDelta::from_std(rest).unwrap_or(LONGEST_REST).min(LONGEST_REST));
    Some(rest.map_or(wait, |rest| rest.max(wait)))
}

fn shortened(error: &str) -> String {
    storable(error).chars().take(ERROR).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn after(attempts: i32, rest: Option<u64>) -> Option<TimeDelta> {
        wait(Uuid::from_u128(7), attempts, rest.map(Duration::from_secs))
    }

    #[test]
    fn waits_grow_to_a_day_and_end() {
        for (attempts, seconds) in (1..).zip(WAITS) {
            let wait = after(attempts, None).expect("another attempt").num_milliseconds();
            assert!((seconds * 800..=seconds * 1200).contains(&wait), "{attempts}: {wait}");
        }
        assert_eq!((after(10, None), after(0, None), after(i32::MIN, None)), (None, None, None));
    }

    #[test]
    fn a_receiver_is_left_alone_for_a_day_at_most() {
        assert_eq!(after(1, Some(60)), Some(TimeDelta::seconds(60)));
        assert_eq!(after(1, Some(u64::MAX)), Some(LONGEST_REST));
        assert_eq!(after(2, Some(1)), after(2, None));
    }

    #[test]
    fn errors_are_storable() {
        assert_eq!(shortened("a\0b"), "a\u{fffd}b");
        assert_eq!(shortened(&"é".repeat(2000)).chars().count(), ERROR);
    }
}
