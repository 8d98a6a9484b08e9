//! What the endpoint receives: an event may come more than once, but the events of an object come in their order.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::{Arc, Mutex, MutexGuard},
};

use serde_json::Value;
use tests::webhooks::Received;

use crate::{job::text, load::Load};

/// One webhook in this number is refused, each of them once at most.
const ONE_REFUSED: usize = 20;

/// What came.
pub(super) struct Inbox {
    load: Arc<Load>,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    secret: String,
    /// Cursors of events by their object, in the order in which they came.
    objects: BTreeMap<String, Vec<String>>,
    /// The ids of the webhooks, by cursor.
    ids: BTreeMap<String, String>,
    /// How many webhooks came.
    came: usize,
    refused: BTreeSet<String>,
}

impl Inbox {
    pub(super) fn new(load: &Arc<Load>) -> Self {
        Self { load: Arc::clone(load), state: Mutex::default() }
    }

    /// Learns the secret of the endpoint.
    pub(super) fn verify_with(&self, secret: String) {
        self.state().secret = secret;
    }

    /// Takes a webhook: with which status it is answered.
    pub(super) fn take(&self, webhook: &Received) -> u16 {
        match self.state().take(webhook) {
            Ok(Taken::First) => self.load.progressed(),
            Ok(Taken::Again) => {}
            Ok(Taken::Refused) => return 500,
            Err(reason) => self.load.fail(format!("{reason}: {}", webhook.body)),
        }
        200
    }

    /// How many events came.
    pub(super) fn count(&self) -> usize {
        self.state().ids.len()
    }

    /// The cursors of the events that came, by their object, in the order in which they came.
    pub(super) fn objects(&self) -> BTreeMap<String, Vec<String>> {
        self.state().objects.clone()
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().expect("nobody panics")
    }
}

/// What becomes of a webhook.
enum Taken {
    /// Its event had not come before.
    First,
    /// Its event came before.
    Again,
    Refused,
}

impl State {
    fn take(&mut self, webhook: &Received) -> Result<Taken, String> {
        if !webhook.is_signed_with(&self.secret) {
            return Err("a webhook was not signed with the secret of the endpoint".to_owned());
        }
        let body: Value = serde_json::from_str(&webhook.body).map_err(|error| error.to_string())?;
        let (object, cursor) = (text(&body["data"]["aggregateId"])?, text(&body["data"]["cursor"])?);
        self.came += 1;
        // A second failure would be followed by a wait of minutes.
        if self.came.is_multiple_of(ONE_REFUSED) && self.refused.insert(webhook.id.clone()) {
            return Ok(Taken::Refused);
        }
        let came = self.objects.entry(object).or_default();
        if let Some(id) = self.ids.get(&cursor) {
            return match (*id == webhook.id, came.last() == Some(&cursor)) {
                (true, true) => Ok(Taken::Again),
                (true, false) => Err("an event came again after a later one of its object".to_owned()),
                (false, _) => Err("an event came with two ids".to_owned()),
            };
        }
        came.push(cursor.clone());
        self.ids.insert(cursor, webhook.id.clone());
        Ok(Taken::First)
    }
}
