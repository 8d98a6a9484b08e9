//! Trying again what lost against another transaction.

use std::time::Duration;

use crate::{Error, Result, measures::Retries};

/// How often something is tried when others write the same rows at the same time.
const ATTEMPTS: u32 = 5;
/// The longest pause before the second attempt; each further one may be twice as long.
const PAUSE: Duration = Duration::from_millis(4);

/// Tries something until no other transaction wins over it: a few times, after pauses of random lengths, so that those
/// who met once do not meet again.
pub(crate) async fn on_collision<T, F: Future<Output = Result<T>>>(
    retries: &Retries,
    attempt: impl Fn() -> F,
) -> Result<T> {
    let mut number = 1;
    loop {
        match attempt().await {
            // What must be unique was not there when the verb looked: it looks again, and says what is there.
            Err(error) if number < ATTEMPTS && (error.is_collision() || error.is_duplicate()) => {
                retries.again(error.is_collision());
                tokio::time::sleep(pause(number)).await;
            }
            Err(error) if error.is_collision() => {
                retries.given_up();
                return Err(Error::Collision);
            }
            done => return done,
        }
        number += 1;
    }
}

fn pause(number: u32) -> Duration {
    let mut random = [0];
    // Without randomness the pause is the longest one.
    let share = getrandom::fill(&mut random).map_or(u8::MAX, |()| random[0]);
    PAUSE * 2_u32.pow(number - 1) * u32::from(share) / u32::from(u8::MAX)
}
