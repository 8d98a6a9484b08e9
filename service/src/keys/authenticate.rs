//! From a token to whom it stands for.

use chrono::{DateTime, SecondsFormat, Utc};
use entity::api_keys;
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, PaginatorTrait, QueryFilter, QuerySelect};
use uuid::Uuid;

use super::{
    Identity,
    cache::{Key, noted_before},
};
use crate::{
    Error, Result, Service,
    database::{Database, Sql},
    principal::Principal,
};

impl Service {
    /// Whom a key stands for. One that was revoked is refused at once in the process that revoked it, and within
    /// seconds in the others.
    pub async fn authenticate(&self, text: &str) -> Result<Principal> {
        self.identify(&Identity::of(text)?).await
    }

    /// Whom a key stands for, by what is known of it without its secret.
    pub async fn identify(&self, identity: &Identity) -> Result<Principal> {
        let refuse = |message: String| Err(Error::Unauthenticated(message));
        let (Identity { hash, prefix }, now) = (identity, self.clock().now());
        if let Some((principal, due)) = self.keys().recall(hash, now) {
            self.note(&principal, due, now);
            return Ok(principal);
        }
        let age = self.keys().age();
        let row = api_keys::Entity::find().filter(api_keys::Column::Hash.eq(hash.as_ref()));
        let Some(row) = row.one(self.database().reader()).await? else {
            return refuse(format!("there is no API key {prefix}…"));
        };
        if let Some(at) = row.revoked_at {
            return refuse(format!("the API key {prefix}… was revoked at {}", written(at.to_utc())));
        }
        let mut key = Key {
            principal: Principal { name: row.name, key: Some(row.id), role: row.role, agent: row.agent_id },
            expires_at: row.expires_at.map(|end| end.to_utc()),
            last_used_at: row.last_used_at.map(|last| last.to_utc()),
            read_at: now,
        };
        if let Some(end) = key.expires_at.filter(|_| key.is_over(now)) {
            return refuse(format!("the API key {prefix}… expired at {}", written(end)));
        }
        let due = key.used(now);
        let principal = key.principal.clone();
        self.keys().remember(age, hash.to_string(), key);
        self.note(&principal, due, now);
        Ok(principal)
    }

    /// Whether any key was ever made; a revoked one counts.
    pub async fn has_keys(&self) -> Result<bool> {
        let now = self.clock().now();
        if let Some(any) = self.keys().any(now) {
            return Ok(any);
        }
        let age = self.keys().age();
        let any = api_keys::Entity::find().limit(1).count(self.database().reader()).await? > 0;
        self.keys().remember_any(age, any, now);
        Ok(any)
    }

    /// Writes the last use of a key, beside the request: who asks does not wait for it.
    fn note(&self, principal: &Principal, due: bool, now: DateTime<Utc>) {
        let Some(key) = principal.key.filter(|_| due) else { return };
        let database = self.database().clone();
        tokio::spawn(async move {
            if let Err(error) = write(&database, key, now).await {
                tracing::warn!(%key, "the last use of an API key was not recorded: {}", error.explained());
            }
        });
    }
}

/// Other processes note the same key: what was noted less than a minute ago stays.
async fn write(database: &Database, key: Uuid, now: DateTime<Utc>) -> Result<()> {
    let mut sql = Sql::new(database.engine());
    sql.push("UPDATE api_keys SET last_used_at = ").bind(now).push(" WHERE id = ").bind(key);
    sql.push(" AND (last_used_at IS NULL OR last_used_at <= ").bind(noted_before(now)).push(")");
    let txn = database.begin().await?;
    txn.execute_raw(sql.into_statement()?).await?;
    txn.commit().await
}

fn written(time: DateTime<Utc>) -> String {
    time.to_rfc3339_opts(SecondsFormat::Secs, true)
}
