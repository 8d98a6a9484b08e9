//! Ending a key.

use entity::api_keys;
use sea_orm::{ActiveModelTrait, ActiveValue::Set, EntityTrait, IntoActiveModel, QuerySelect};
use serde::Serialize;
use serde_json::json;
use uuid::Uuid;

use crate::{Error, Result, UnitOfWork, Verb, access::Operation, refusal::At};

/// Revokes a key at once and for good. Its row stays, and so does what was written down of it.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct Revoke {
    /// Its row.
    pub id: Uuid,
}

impl Verb for Revoke {
    /// The key's row.
    type Outcome = Uuid;
    const OPERATION: Operation = Operation::RevokeApiKey;

    async fn perform(&self, unit: &mut UnitOfWork) -> Result<Uuid> {
        let key = api_keys::Entity::find_by_id(self.id).lock_exclusive().one(unit.txn().await?).await?;
        let key = key.ok_or(Error::NotFound("API key", self.id)).at(["id"])?;
        // It has ended: the first time is the one to remember.
        if key.revoked_at.is_some() {
            return Ok(self.id);
        }
        let before = json!({ "name": key.name, "prefix": key.prefix, "revokedAt": null });
        let after = json!({ "name": key.name, "prefix": key.prefix, "revokedAt": unit.now() });
        let mut key = key.into_active_model();
        key.revoked_at = Set(Some(unit.now().into()));
        key.updated_at = Set(unit.now().into());
        key.update(unit.txn().await?).await?;
        unit.record(Self::OPERATION, "ApiKey", self.id, before, after);
        unit.change_keys();
        Ok(self.id)
    }
}
