//! The schema over a test's database, with its shape.

use std::ops::Deref;

use service::clock::Clock;
use tests::TestDatabase;

use super::{fixture, shape::Shape};
use crate::client::Client;

/// A client that knows what the schema has.
pub(super) struct Api {
    client: Client,
    pub(super) shape: Shape,
}

impl Deref for Api {
    type Target = Client;

    fn deref(&self) -> &Client {
        &self.client
    }
}

impl Api {
    pub(super) async fn open(db: &TestDatabase) -> Self {
        let client = Client::open(db, Clock::standing(fixture::now())).await;
        Self { shape: Shape::of(&client.schema).await, client }
    }
}
