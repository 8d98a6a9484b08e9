//! The demo data, and somebody who writes.

use std::{ops::Deref, sync::Arc};

use chrono::{DateTime, Utc};
use serde_json::{Value, json};
use service::{Actor, clock::Clock, principal::Principal, seed};
use tests::TestDatabase;

use crate::{client::Client, events::versions::Versions};

/// An id that no row has.
pub(super) const NOBODY: &str = "00000000-0000-0000-0000-00000000abcd";

/// The demo data with somebody who writes.
#[derive(Clone)]
pub(super) struct DemoFixture {
    client: Client,
    /// Those of what was there at the beginning.
    versions: Arc<Versions>,
}

/// When the demo data is looked at.
pub(super) fn now() -> DateTime<Utc> {
    "2026-03-14T15:09:26.535897Z".parse().expect("a time")
}

impl Deref for DemoFixture {
    type Target = Client;

    fn deref(&self) -> &Client {
        &self.client
    }
}

impl DemoFixture {
    /// The demo data, with the administrator as the one who writes.
    pub(super) async fn open(db: &TestDatabase) -> Self {
        let client = Client::open(db, Clock::standing(now())).await;
        seed::demo(client.service.database(), now()).await.expect("inserted").expect("it was empty");
        let actor = Actor { principal: Principal::local(), request: Some("the request".to_owned()) };
        let versions = Arc::new(Versions::now(db.connection()).await);
        Self { client: client.acting_in(actor), versions }
    }

    /// The id of the agent of this name.
    pub(super) async fn agent(&self, name: &str) -> String {
        let query = "query($name: String!) { agentByName(name: $name) { id } }";
        text(&self.query(query, json!({ "name": name })).await["agentByName"]["id"])
    }

    /// What must hold between all rows, after every test.
    pub(super) async fn check(&self) {
        self.versions.check(self.service.database()).await;
    }
}

/// A text of an answer.
pub(super) fn text(value: &Value) -> String {
    value.as_str().unwrap_or_else(|| panic!("a text is expected: {value}")).to_owned()
}

/// An object with some members changed.
pub(super) fn with(mut object: Value, changes: Value) -> Value {
    let members = object.as_object_mut().expect("an object");
    members.extend(changes.as_object().expect("an object").clone());
    object
}
