//! Requests that wait for the same kind of row at the same time share a statement.
//!
//! While as many statements of a kind run as are worth running at once, who comes waits; the next statement
//! serves all that wait. Alone, a request never waits; the more there are, the fewer statements each costs.

use std::{
    any::{Any, TypeId},
    collections::HashMap,
    hash::Hash,
    sync::{Arc, Mutex, PoisonError, RwLock},
};

use async_graphql::dataloader::Loader;
use futures::{StreamExt, TryStreamExt, channel::oneshot, future, stream};
use service::{Error, Result, database::Requester};

use super::{BATCH, Reader};

/// Statements of one kind that run at once.
const RUNNING: usize = 2;

/// A key that waits for its turn.
pub(super) trait CrossRequest {
    /// The rows or lists that it asks for.
    fn weight(&self) -> usize {
        1
    }

    /// Whether requests of all clients may share a statement for it. Where a client says what is compared, its statements
    /// may be slow or fail, and are shared by its own requests only.
    fn is_shared(&self) -> bool {
        true
    }

    /// What it shares statements of: a table, where its kind has one.
    fn queue(&self) -> &'static str {
        ""
    }
}

/// The reader as all requests share it.
#[derive(Clone)]
pub struct Shared(Arc<Inner>);

struct Inner {
    reader: Reader,
    queues: RwLock<Queues>,
}

/// Those who wait.
type Queues = HashMap<QueueName, Arc<dyn Any + Send + Sync>>;

/// What a queue is for.
#[derive(Clone, PartialEq, Eq, Hash)]
struct QueueName {
    keys: TypeId,
    /// What statements are shared of.
    of: &'static str,
    /// Whose requests share them, all of the same rights; nothing for everybody's.
    client: Option<Arc<str>>,
    /// Of heavy operations: others do not wait for these.
    is_heavy: bool,
}

/// Who waits for rows of one kind.
struct Kind<K, V> {
    running: usize,
    waiting: Vec<Waiting<K, V>>,
}

struct Waiting<K, V> {
    keys: Vec<K>,
    answer: oneshot::Sender<Result<HashMap<K, V>>>,
}

type Queue<K, V> = Arc<Mutex<Kind<K, V>>>;

impl Shared {
    pub(super) fn new(reader: Reader) -> Self {
        Self(Arc::new(Inner { reader, queues: RwLock::default() }))
    }

    pub(super) fn reader(&self) -> &Reader {
        &self.0.reader
    }

    fn queue<K, V>(&self, name: &QueueName) -> Result<Queue<K, V>>
    where
        K: Send + Sync + 'static,
        V: Send + Sync + 'static,
    {
        let queues = self.0.queues.read().unwrap_or_else(PoisonError::into_inner);
        let found = queues.get(name).cloned();
        drop(queues);
        let queue = found.unwrap_or_else(|| {
            let mut queues = self.0.queues.write().unwrap_or_else(PoisonError::into_inner);
            let new = || Arc::new(Mutex::new(Kind::<K, V> { running: 0, waiting: Vec::new() })) as _;
            Arc::clone(queues.entry(name.clone()).or_insert_with(new))
        });
        queue.downcast().map_err(|_| Error::internal("two kinds of rows under one key"))
    }

    /// Forgets the queue of one client, which nobody waits in. Who has just taken it goes on with it.
    fn forget(&self, name: &QueueName) {
        if name.client.is_some() {
            self.0.queues.write().unwrap_or_else(PoisonError::into_inner).remove(name);
        }
    }
}

impl<K> Loader<K> for Shared
where
    K: CrossRequest + Send + Sync + Hash + Eq + Clone + 'static,
    Reader: Loader<K, Error = Error>,
    <Reader as Loader<K>>::Value: Sync,
{
    type Value = <Reader as Loader<K>>::Value;
    type Error = Error;

    async fn load(&self, keys: &[K]) -> Result<HashMap<K, Self::Value>> {
        let queue = |key: &K| (key.queue(), key.is_shared());
        let Some(first) = keys.first().map(queue) else { return Ok(HashMap::new()) };
        if keys.iter().all(|key| queue(key) == first) {
            return self.load_together(first, keys.to_vec()).await;
        }
        let mut queues: HashMap<(&'static str, bool), Vec<K>> = HashMap::new();
        for key in keys {
            queues.entry(queue(key)).or_default().push(key.clone());
        }
        let answers = queues.into_iter().map(|(queue, keys)| self.load_together(queue, keys));
        Ok(future::try_join_all(answers).await?.into_iter().flatten().collect())
    }
}

impl Shared {
    /// The rows of keys of one queue, which everybody may share or not.
    async fn load_together<K>(
        &self,
        (of, is_shared): (&'static str, bool),
        keys: Vec<K>,
    ) -> Result<HashMap<K, <Reader as Loader<K>>::Value>>
    where
        K: CrossRequest + Send + Sync + Hash + Eq + Clone + 'static,
        Reader: Loader<K, Error = Error>,
        <Reader as Loader<K>>::Value: Sync,
    {
        let mut requester = Requester::current();
        requester.client = requester.client.filter(|_| !is_shared);
        let Requester { client, is_heavy } = requester.clone();
        let name = QueueName { keys: TypeId::of::<K>(), of, client, is_heavy };
        let queue = self.queue::<K, <Reader as Loader<K>>::Value>(&name)?;
        let (answer, answered) = oneshot::channel();
        let first = {
            let mut kind = queue.lock().unwrap_or_else(PoisonError::into_inner);
            kind.waiting.push(Waiting { keys, answer });
            let first = kind.running < RUNNING;
            kind.running += usize::from(first);
            first
        };
        if first {
            // A task of its own: the request that begins it may be given up while others wait.
            let turn = Turn { shared: self.clone(), name, queue, ended: false };
            tokio::spawn(requester.scope(serve(self.clone(), turn)));
        }
        answered.await.map_err(|_| Error::internal("a statement ended without an answer"))?
    }
}

/// One of the statements that may run.
struct Turn<K, V> {
    shared: Shared,
    name: QueueName,
    queue: Queue<K, V>,
    ended: bool,
}

impl<K: CrossRequest, V> Turn<K, V> {
    /// Those who wait, as many as one statement serves. With nobody left the turn ends, before anybody else can come.
    fn next(&mut self) -> Vec<Waiting<K, V>> {
        let mut kind = self.queue.lock().unwrap_or_else(PoisonError::into_inner);
        // Who gave up is not read for.
        kind.waiting.retain(|waiting| !waiting.answer.is_canceled());
        if kind.waiting.is_empty() {
            kind.running -= 1;
            self.ended = true;
            if kind.running == 0 {
                self.shared.forget(&self.name);
            }
        }
        let mut keys = 0;
        let fits = |waiting: &&Waiting<K, V>| {
            keys += waiting.keys.iter().map(K::weight).sum::<usize>();
            keys <= BATCH
        };
        let count = kind.waiting.iter().take_while(fits).count().max(1).min(kind.waiting.len());
        kind.waiting.drain(..count).collect()
    }
}

/// A turn that did not end by itself panicked: nobody may wait for it.
impl<K, V> Drop for Turn<K, V> {
    fn drop(&mut self) {
        if !self.ended {
            let mut kind = self.queue.lock().unwrap_or_else(PoisonError::into_inner);
            kind.running -= 1;
            if kind.running == 0 {
                kind.waiting.clear();
            }
        }
    }
}

async fn serve<K>(shared: Shared, mut turn: Turn<K, <Reader as Loader<K>>::Value>)
where
    K: CrossRequest + Send + Sync + Hash + Eq + Clone + 'static,
    Reader: Loader<K, Error = Error>,
{
    loop {
        let mut waiting = turn.next();
        if waiting.is_empty() {
            return;
        }
        // How many ask for each key: the last of them gets the rows themselves, the others copies.
        let mut asked: HashMap<K, usize> = HashMap::new();
        for key in waiting.iter().flat_map(|waiting| &waiting.keys) {
            *asked.entry(key.clone()).or_default() += 1;
        }
        let keys: Vec<K> = asked.keys().cloned().collect();
        let abandoned = future::join_all(waiting.iter_mut().map(|waiting| waiting.answer.cancellation()));
        let loaded = tokio::select! {
            loaded = shared.reader().load(&keys) => loaded,
            // Dropping the statement ends it.
            _ = abandoned => continue,
        };
        match loaded {
            Ok(mut rows) => {
                for Waiting { keys, answer } in waiting {
                    // Who was given up meanwhile is not there to hear it.
                    let _ = answer.send(Ok(share(&mut rows, &mut asked, keys)));
                }
            }
            Err(error) => fail(&shared, waiting, error).await,
        }
    }
}

/// Tells of a statement that failed: where it may be the fault of one who waits, each is served alone, so that only
/// that one hears it.
async fn fail<K>(shared: &Shared, waiting: Vec<Waiting<K, <Reader as Loader<K>>::Value>>, error: Error)
where
    K: CrossRequest + Send + Sync + Hash + Eq + Clone + 'static,
    Reader: Loader<K, Error = Error>,
{
    // Without a database everybody fails, and trying each would make them wait for nothing.
    let is_shared = waiting.len() == 1 || matches!(error, Error::Unavailable(_));
    let individually = |Waiting { keys, answer }: Waiting<K, _>| {
        let error = error.clone();
        async move {
            let result = match is_shared || answer.is_canceled() {
                true => Err(error),
                false => shared.reader().load(&keys).await,
            };
            let _ = answer.send(result);
        }
    };
    stream::iter(waiting.into_iter().map(individually)).buffer_unordered(RUNNING).collect::<()>().await;
}

fn share<K: Hash + Eq, V: Clone>(
    rows: &mut HashMap<K, V>,
    asked: &mut HashMap<K, usize>,
    keys: Vec<K>,
) -> HashMap<K, V> {
    let mut share = HashMap::with_capacity(keys.len());
    for key in keys {
        let others = asked.get_mut(&key).map_or(0, |count| {
            *count -= 1;
            *count
        });
        let value = if others == 0 { rows.remove(&key) } else { rows.get(&key).cloned() };
        share.extend(value.map(|value| (key, value)));
    }
    share
}

/// What several statements of one turn find. Clients that ask for different things do not take all connections at once.
pub(super) async fn some_at_once<K: Hash + Eq, V>(
    statements: impl IntoIterator<Item = impl Future<Output = Result<Vec<(K, V)>>>>,
) -> Result<HashMap<K, V>> {
    let statements: Vec<_> = statements.into_iter().collect();
    let found = stream::iter(statements).buffer_unordered(RUNNING).try_collect::<Vec<_>>().await?;
    Ok(found.into_iter().flatten().collect())
}
