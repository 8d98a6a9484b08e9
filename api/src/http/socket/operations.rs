//! The operations of a socket.

use std::{
    collections::{HashMap, hash_map::Entry},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use tokio::{sync::Notify, task::AbortHandle};

/// What runs on a socket, by the client's ids.
#[derive(Debug, Default)]
pub(super) struct Operations {
    running: Mutex<Running>,
    ended: Notify,
}

#[derive(Debug, Default)]
struct Running {
    count: u64,
    by_id: HashMap<Arc<str>, (u64, Option<AbortHandle>)>,
}

/// An operation, also when its id was used before.
#[derive(Clone, Debug)]
pub(super) struct Key {
    pub(super) id: Arc<str>,
    number: u64,
}

/// Why an operation cannot be begun.
#[derive(Debug)]
pub(super) enum Full {
    Taken,
    Many,
}

impl Operations {
    /// Takes an id, if it is free and there are not yet `most`.
    pub(super) fn begin(&self, id: &str, most: usize) -> Result<Key, Full> {
        let mut running = self.lock();
        let many = running.by_id.len() >= most;
        let number = running.count;
        match running.by_id.entry(Arc::from(id)) {
            Entry::Occupied(_) => Err(Full::Taken),
            Entry::Vacant(_) if many => Err(Full::Many),
            Entry::Vacant(free) => {
                let key = Key { id: Arc::clone(free.key()), number };
                free.insert((number, None));
                running.count += 1;
                Ok(key)
            }
        }
    }

    /// Says which task it is.
    pub(super) fn runs(&self, key: &Key, task: AbortHandle) {
        if let Some((number, place)) = self.lock().by_id.get_mut(&key.id)
            && *number == key.number
        {
            *place = Some(task);
        }
    }

    /// Whether it still runs, as the client sees it.
    pub(super) fn has(&self, key: &Key) -> bool {
        self.lock().by_id.get(&key.id).is_some_and(|(number, _)| *number == key.number)
    }

    /// Gives the id back; whether the operation had it.
    pub(super) fn end(&self, key: &Key) -> bool {
        self.remove(&key.id, |number| number == key.number)
    }

    /// Ends the operation that the client calls so.
    pub(super) fn cancel(&self, id: &str) {
        self.remove(id, |_| true);
    }

    /// Ends the operation with an id, if it is the one that is meant: the client may use the id again at any moment.
    fn remove(&self, id: &str, is_meant: impl FnOnce(u64) -> bool) -> bool {
        let mut running = self.lock();
        if !running.by_id.get(id).is_some_and(|(number, _)| is_meant(*number)) {
            return false;
        }
        let ended = running.by_id.remove(id);
        drop(running);
        if let Some((_, Some(task))) = ended {
            task.abort();
        }
        self.ended.notify_waiters();
        true
    }

    /// Ends all of them.
    pub(super) fn abort(&self) {
        for (_, task) in self.lock().by_id.drain().filter_map(|(_, (number, task))| Some((number, task?))) {
            task.abort();
        }
    }

    /// Waits until there are none.
    pub(super) async fn idle(&self) {
        loop {
            let ended = self.ended.notified();
            if self.lock().by_id.is_empty() {
                return;
            }
            ended.await;
        }
    }

    fn lock(&self) -> MutexGuard<'_, Running> {
        self.running.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
