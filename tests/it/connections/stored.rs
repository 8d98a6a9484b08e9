//! Webhooks as they are stored when they are received.

use chrono::{DateTime, Utc};
use entity::{inbound_webhooks, sea_orm_active_enums::InboundStatus};
use sea_orm::{ActiveModelTrait, ActiveValue::Set, EntityTrait};
use tests::TestDatabase;
use uuid::Uuid;

/// Stores a webhook that is due now.
pub(super) async fn store(db: &TestDatabase, now: DateTime<Utc>, webhook: inbound_webhooks::ActiveModel) -> Uuid {
    let id = Uuid::now_v7();
    let row = inbound_webhooks::ActiveModel {
        id: Set(id),
        status: Set(InboundStatus::Received),
        next_attempt_at: Set(Some(now.into())),
        created_at: Set(now.into()),
        updated_at: Set(now.into()),
        ..webhook
    };
    row.insert(db.connection()).await.expect("stored");
    id
}

/// A webhook as it is now.
pub(super) async fn row(db: &TestDatabase, id: Uuid) -> inbound_webhooks::Model {
    let row = inbound_webhooks::Entity::find_by_id(id).one(db.connection()).await.expect("read");
    row.expect("the webhook")
}

/// What has become of it: its status and why.
pub(super) async fn outcome(db: &TestDatabase, id: Uuid) -> String {
    let row = row(db, id).await;
    format!("{:?} {}", row.status, row.error.unwrap_or_default()).trim_end().to_owned()
}
