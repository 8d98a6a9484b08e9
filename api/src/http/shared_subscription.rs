//! A subscription is executed once for all clients that ask the same, and each of them gets its answers.

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
use crate::events::ResumePoint;

/// How many answers a subscriber may fall behind.
const MAX_LAG: usize = 1024;

/// The subscriptions that run, by what is asked and as whom. Cheap to clone.
#[derive(Clone, Debug, Default)]
pub(super) struct SharedSubscriptions(Arc<Mutex<HashMap<Arc<str>, Arc<SharedSubscription>>>>);

/// One that runs, for all who ask the same.
#[derive(Debug, Default)]
struct SharedSubscription {
    subscribers: Mutex<Subscribers>,
    resume_point: Arc<ResumePoint>,
    task: OnceLock<AbortHandle>,
}

#[derive(Debug, Default)]
struct Subscribers {
    count: u64,
    senders: Vec<(u64, Sender<Published>)>,
}

/// An answer, and the place in the log that it is from.
#[derive(Clone, Debug)]
struct Published {
    cursor: Option<Cursor>,
    answered: Answered,
}

impl SharedSubscriptions {
    /// Joins those who ask the same. `run` begins the execution for the first of them; `lagged` is what a subscriber gets
    /// that did not keep up.
    pub(super) fn join(
        &self,
        key: Arc<str>,
        run: impl FnOnce(Arc<ResumePoint>) -> BoxStream<'static, Answered>,
        lagged: Answered,
    ) -> Subscriber {
        let (sender, answers) = mpsc::channel(MAX_LAG);
        let mut subscriptions = self.lock();
        let (subscription, is_first) = match subscriptions.get(&key) {
            Some(subscription) => (Arc::clone(subscription), false),
            None => {
                let subscription = Arc::<SharedSubscription>::default();
                subscriptions.insert(Arc::clone(&key), Arc::clone(&subscription));
                (subscription, true)
            }
        };
        let number = subscription.add(sender);
        drop(subscriptions);
        if is_first {
            let answers = run(Arc::clone(&subscription.resume_point));
            let task = tokio::spawn(perform(self.clone(), Arc::clone(&key), Arc::clone(&subscription), answers));
            // The first one is the only one who sets it.
            let _ = subscription.task.set(task.abort_handle());
        }
        let guard = Guard { subscriptions: self.clone(), key, subscription, number };
        Subscriber { answers, lagged, guard }
    }

    /// Nobody joins this one any more.
    fn close(&self, key: &str, subscription: &Arc<SharedSubscription>) {
        let mut subscriptions = self.lock();
        if subscriptions.get(key).is_some_and(|there| Arc::ptr_eq(there, subscription)) {
            subscriptions.remove(key);
        }
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<Arc<str>, Arc<SharedSubscription>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Executes the subscription to its end. A subscriber that does not keep up is dropped, and slows no other.
async fn perform(
    subscriptions: SharedSubscriptions,
    key: Arc<str>,
    subscription: Arc<SharedSubscription>,
    mut answers: BoxStream<'static, Answered>,
) {
    let _execution = Execution { subscriptions: &subscriptions, key: &key, subscription: &subscription };
    while let Some(answered) = answers.next().await {
        let is_last = !matches!(answered, Answered::Next(_));
        if is_last {
            // Who comes now begins anew.
            subscriptions.close(&key, &subscription);
        }
        let published = Published { cursor: subscription.resume_point.last(), answered };
        subscription.lock().senders.retain(|(_, sender)| sender.try_send(published.clone()).is_ok());
        if is_last {
            break;
        }
    }
}

/// However it ends, nobody waits for it any more.
struct Execution<'a> {
    subscriptions: &'a SharedSubscriptions,
    key: &'a str,
    subscription: &'a Arc<SharedSubscription>,
}

impl Drop for Execution<'_> {
    fn drop(&mut self) {
        self.subscriptions.close(self.key, self.subscription);
        self.subscription.lock().senders.clear();
        self.subscription.resume_point.begin();
    }
}

impl SharedSubscription {
    fn add(&self, sender: Sender<Published>) -> u64 {
        let mut subscribers = self.lock();
        subscribers.count += 1;
        let number = subscribers.count;
        subscribers.senders.push((number, sender));
        number
    }

    fn lock(&self) -> MutexGuard<'_, Subscribers> {
        self.subscribers.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// One of those who ask the same.
#[derive(Debug)]
pub(super) struct Subscriber {
    answers: Receiver<Published>,
    lagged: Answered,
    guard: Guard,
}

impl Subscriber {
    /// Waits until the subscription is executed: what is committed from then on is published.
    pub(super) async fn begun(&self) {
        self.guard.subscription.resume_point.begun().await;
    }

    /// What comes after a cursor; `resume_point` follows it.
    pub(super) fn after(self, start: Cursor, resume_point: Arc<ResumePoint>) -> impl Stream<Item = Answered> + Send {
        stream::unfold(Some((self, resume_point)), move |subscriber| async move {
            let (mut subscriber, resume_point) = subscriber?;
            while let Some(Published { cursor, answered }) = subscriber.answers.recv().await {
                if !matches!(answered, Answered::Next(_)) {
                    return Some((answered, None));
                }
                if let Some(cursor) = cursor.filter(|cursor| *cursor > start) {
                    resume_point.reach(cursor);
                    return Some((answered, Some((subscriber, resume_point))));
                }
            }
            // One that was dropped without an error did not keep up.
            Some((subscriber.lagged, None))
        })
    }
}

/// Leaves the subscription when it is dropped; with the last subscriber the execution ends.
#[derive(Debug)]
struct Guard {
    subscriptions: SharedSubscriptions,
    key: Arc<str>,
    subscription: Arc<SharedSubscription>,
    number: u64,
}

impl Drop for Guard {
    fn drop(&mut self) {
        let mut subscriptions = self.subscriptions.lock();
        let is_empty = {
            let mut subscribers = self.subscription.lock();
            subscribers.senders.retain(|(number, _)| *number != self.number);
            subscribers.senders.is_empty()
        };
        let is_there = subscriptions.get(&self.key).is_some_and(|there| Arc::ptr_eq(there, &self.subscription));
        if is_empty && is_there {
            subscriptions.remove(&self.key);
            // What ends with the execution takes the lock itself.
            drop(subscriptions);
            if let Some(task) = self.subscription.task.get() {
                task.abort();
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::str::FromStr;

    use futures::FutureExt;
    use tokio::sync::oneshot;

    use super::*;

    /// Subscriptions, and what says the next answer of the one execution.
    fn watch(subscriptions: &SharedSubscriptions, source: mpsc::UnboundedReceiver<u64>) -> Subscriber {
        let run = |resume_point: Arc<ResumePoint>| {
            let answers = stream::unfold((source, resume_point), |(mut source, resume_point)| async move {
                let number = source.recv().await?;
                resume_point.reach(Cursor::from_str(&format!("{number:032x}")).expect("a cursor"));
                Some((Answered::Next(number.to_string().into()), (source, resume_point)))
            });
            answers.boxed()
        };
        subscriptions.join("key".into(), run, Answered::Failed("lagged".into()))
    }

    fn text(answered: &Answered) -> &str {
        match answered {
            Answered::Next(text) | Answered::Failed(text) | Answered::Denied(text) => text,
            Answered::Cut => "cut",
        }
    }

    #[tokio::test]
    async fn who_does_not_keep_up_is_told_so_and_slows_nobody() {
        let subscriptions = SharedSubscriptions::default();
        let (say, source) = mpsc::unbounded_channel();
        let slow = watch(&subscriptions, source).after(Cursor::START, Arc::default());
        // The execution is there: another one would have nobody to speak.
        let other = watch(&subscriptions, mpsc::unbounded_channel().1).after(Cursor::START, Arc::default());
        let mut other = std::pin::pin!(other);
        let last = MAX_LAG as u64 + 10;
        for number in 1..=last {
            say.send(number).expect("it runs");
            let answered = other.next().await.expect("an answer");
            assert_eq!(text(&answered), number.to_string());
        }
        let heard: Vec<_> = slow.collect().await;
        assert_eq!(heard.len(), MAX_LAG + 1);
        assert_eq!(
            heard[..MAX_LAG].iter().map(text).collect::<Vec<_>>(),
            (1..=MAX_LAG).map(|n| n.to_string()).collect::<Vec<_>>()
        );
        assert_eq!(text(&heard[MAX_LAG]), "lagged");
    }

    #[tokio::test]
    async fn who_joins_waits_until_the_execution_has_its_place() {
        let subscriptions = SharedSubscriptions::default();
        let (begin, begins) = oneshot::channel::<bool>();
        let run = |resume_point: Arc<ResumePoint>| {
            let answers = async move {
                if begins.await.expect("a word") {
                    resume_point.begin();
                    std::future::pending::<()>().await;
                }
            };
            answers.into_stream().filter_map(|()| async { None }).boxed()
        };
        let first = subscriptions.join("key".into(), run, Answered::Cut);
        let second = subscriptions.join("key".into(), |_| stream::empty().boxed(), Answered::Cut);
        assert!(second.begun().now_or_never().is_none());
        begin.send(true).expect("it runs");
        first.begun().await;
        second.begun().await;
        // One that cannot begin keeps nobody waiting.
        let failed = subscriptions.join("other".into(), |_| stream::empty().boxed(), Answered::Cut);
        failed.begun().await;
    }

    #[tokio::test]
    async fn the_execution_ends_with_the_last_who_watches() {
        let subscriptions = SharedSubscriptions::default();
        let (say, source) = mpsc::unbounded_channel();
        let first = watch(&subscriptions, source);
        let second = watch(&subscriptions, mpsc::unbounded_channel().1);
        drop(first);
        assert!(!say.is_closed());
        drop(second);
        say.closed().await;
        assert!(subscriptions.lock().is_empty());
    }
}
