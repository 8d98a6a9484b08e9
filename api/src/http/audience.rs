//! A subscription is executed once for all who ask the same, and told to each of them.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError},
};

use futures::{
    Stream, StreamExt,
    stream::{self, BoxStream},
};
use service::events::Cursor;
use tokio::{
    sync::mpsc::{self, Receiver, Sender},
    task::AbortHandle,
};

use super::operation::Answered;
use crate::events::Place;

/// How many answers a member may fall behind.
const PATIENCE: usize = 1024;

/// Those who watch, by what they ask and as whom. Cheap to clone.
#[derive(Clone, Debug, Default)]
pub(super) struct Audiences(Arc<Mutex<HashMap<Arc<str>, Arc<Audience>>>>);

/// Those who ask the same.
#[derive(Debug, Default)]
struct Audience {
    members: Mutex<Members>,
    task: OnceLock<AbortHandle>,
}

#[derive(Debug, Default)]
struct Members {
    count: u64,
    senders: Vec<(u64, Sender<Told>)>,
}

/// An answer, and the place in the log that it is from.
#[derive(Clone, Debug)]
struct Told {
    cursor: Option<Cursor>,
    answered: Answered,
}

impl Audiences {
    /// Joins those who ask the same. `run` begins the execution for the first of them; `lagged` is what a member is
    /// told who did not keep up.
    pub(super) fn join(
        &self,
        key: Arc<str>,
        run: impl FnOnce(Arc<Place>) -> BoxStream<'static, Answered>,
        lagged: Answered,
    ) -> Seat {
        let (sender, told) = mpsc::channel(PATIENCE);
        let mut audiences = self.lock();
        let (audience, is_first) = match audiences.get(&key) {
            Some(audience) => (Arc::clone(audience), false),
            None => {
                let audience = Arc::<Audience>::default();
                audiences.insert(Arc::clone(&key), Arc::clone(&audience));
                (audience, true)
            }
        };
        let number = audience.add(sender);
        drop(audiences);
        if is_first {
            let place = Arc::<Place>::default();
            let answers = run(Arc::clone(&place));
            let task = tokio::spawn(perform(self.clone(), Arc::clone(&key), Arc::clone(&audience), place, answers));
            // The first one is the only one who sets it.
            let _ = audience.task.set(task.abort_handle());
        }
        let membership = Membership { audiences: self.clone(), key, audience, number };
        Seat { told, lagged, _membership: membership }
    }

    /// Nobody joins this audience any more.
    fn close(&self, key: &str, audience: &Arc<Audience>) {
        let mut audiences = self.lock();
        if audiences.get(key).is_some_and(|there| Arc::ptr_eq(there, audience)) {
            audiences.remove(key);
        }
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<Arc<str>, Arc<Audience>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Executes the subscription to its end. Who does not keep up is let go, and slows nobody.
async fn perform(
    audiences: Audiences,
    key: Arc<str>,
    audience: Arc<Audience>,
    place: Arc<Place>,
    mut answers: BoxStream<'static, Answered>,
) {
    while let Some(answered) = answers.next().await {
        let is_last = !matches!(answered, Answered::Next(_));
        if is_last {
            // Who comes now begins anew.
            audiences.close(&key, &audience);
        }
        let told = Told { cursor: place.last(), answered };
        audience.lock().senders.retain(|(_, sender)| sender.try_send(told.clone()).is_ok());
        if is_last {
            break;
        }
    }
    audiences.close(&key, &audience);
    audience.lock().senders.clear();
}

impl Audience {
    fn add(&self, sender: Sender<Told>) -> u64 {
        let mut members = self.lock();
        members.count += 1;
        let number = members.count;
        members.senders.push((number, sender));
        number
    }

    fn lock(&self) -> MutexGuard<'_, Members> {
        self.members.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// What a member is told.
#[derive(Debug)]
pub(super) struct Seat {
    told: Receiver<Told>,
    lagged: Answered,
    _membership: Membership,
}

impl Seat {
    /// What comes after a cursor; `place` is told where it is.
    pub(super) fn after(self, start: Cursor, place: Arc<Place>) -> impl Stream<Item = Answered> + Send {
        stream::unfold(Some((self, place)), move |seat| async move {
            let (mut seat, place) = seat?;
            while let Some(Told { cursor, answered }) = seat.told.recv().await {
                if !matches!(answered, Answered::Next(_)) {
                    return Some((answered, None));
                }
                if let Some(cursor) = cursor.filter(|cursor| *cursor > start) {
                    place.reach(cursor);
                    return Some((answered, Some((seat, place))));
                }
            }
            // Whose seat is taken away without an error did not keep up.
            Some((seat.lagged, None))
        })
    }
}

/// Leaves the audience when it is dropped; with the last member the execution ends.
#[derive(Debug)]
struct Membership {
    audiences: Audiences,
    key: Arc<str>,
    audience: Arc<Audience>,
    number: u64,
}

impl Drop for Membership {
    fn drop(&mut self) {
        let mut audiences = self.audiences.lock();
        let is_empty = {
            let mut members = self.audience.lock();
            members.senders.retain(|(number, _)| *number != self.number);
            members.senders.is_empty()
        };
        let is_there = audiences.get(&self.key).is_some_and(|there| Arc::ptr_eq(there, &self.audience));
        if is_empty && is_there {
            audiences.remove(&self.key);
            if let Some(task) = self.audience.task.get() {
                task.abort();
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::str::FromStr;

    use super::*;

    /// Audiences, and what says the next answer of the one execution.
    fn watch(audiences: &Audiences, source: mpsc::UnboundedReceiver<u64>) -> Seat {
        let run = |place: Arc<Place>| {
            let answers = stream::unfold((source, place), |(mut source, place)| async move {
                let number = source.recv().await?;
                place.reach(Cursor::from_str(&format!("{number:032x}")).expect("a cursor"));
                Some((Answered::Next(number.to_string().into()), (source, place)))
            });
            answers.boxed()
        };
        audiences.join("key".into(), run, Answered::Failed("lagged".into()))
    }

    fn text(answered: &Answered) -> &str {
        match answered {
            Answered::Next(text) | Answered::Failed(text) | Answered::Denied(text) => text,
            Answered::Cut => "cut",
        }
    }

    #[tokio::test]
    async fn who_does_not_keep_up_is_told_so_and_slows_nobody() {
        let audiences = Audiences::default();
        let (say, source) = mpsc::unbounded_channel();
        let slow = watch(&audiences, source).after(Cursor::START, Arc::default());
        // The execution is there: another one would have nobody to speak.
        let other = watch(&audiences, mpsc::unbounded_channel().1).after(Cursor::START, Arc::default());
        let mut other = std::pin::pin!(other);
        let last = PATIENCE as u64 + 10;
        for number in 1..=last {
            say.send(number).expect("it runs");
            let answered = other.next().await.expect("an answer");
            assert_eq!(text(&answered), number.to_string());
        }
        let heard: Vec<_> = slow.collect().await;
        assert_eq!(heard.len(), PATIENCE + 1);
        assert_eq!(
            heard[..PATIENCE].iter().map(text).collect::<Vec<_>>(),
            (1..=PATIENCE).map(|n| n.to_string()).collect::<Vec<_>>()
        );
        assert_eq!(text(&heard[PATIENCE]), "lagged");
    }

    #[tokio::test]
    async fn the_execution_ends_with_the_last_who_watches() {
        let audiences = Audiences::default();
        let (say, source) = mpsc::unbounded_channel();
        let first = watch(&audiences, source);
        let second = watch(&audiences, mpsc::unbounded_channel().1);
        drop(first);
        assert!(!say.is_closed());
        drop(second);
        say.closed().await;
        assert!(audiences.lock().is_empty());
    }
}
