//! From a token to whom it stands for.

use std::sync::Arc;

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
        if let Some(principal) = self.recall(identity) {
            return Ok(principal);
        }
        let (Identity { hash, prefix }, now) = (identity, self.clock().now());
        if let Some(why) = self.keys().refusal(hash, now) {
            return Err(Error::Unauthenticated(why));
        }
        let (age, row) = self.key_by(api_keys::Column::Hash, hash).await?;
        match usable(row, prefix, now) {
            Ok(mut key) => {
                let due = key.used(now);
                let principal = key.principal.clone();
                self.keys().remember(age, Arc::clone(hash), key);
                self.note(&principal, due, now);
                Ok(principal)
            }
            Err(why) => {
                self.keys().refuse(age, Arc::clone(hash), why.clone(), now);
                Err(Error::Unauthenticated(why))
            }
        }
    }

    /// Whom a key stands for, if this process read it a moment ago.
    pub fn recall(&self, identity: &Identity) -> Option<Principal> {
        let now = self.clock().now();
        let (principal, due) = self.keys().recall(&identity.hash, now)?;
        self.note(&principal, due, now);
        Some(principal)
    }

    /// The row of a key, read once for all who ask for it at the same moment, and the age to remember it with.
    pub(super) async fn key_by(
        &self,
        column: api_keys::Column,
        name: &Arc<str>,
    ) -> Result<(u64, Option<api_keys::Model>)> {
        let (age, read) = self.keys().read(name);
        let row = read.get_or_init(|| async {
            let row = api_keys::Entity::find().filter(column.eq(&**name));
            row.one(self.database().reader()).await.map_err(Error::from)
        });
        Ok((age, row.await.clone()?))
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

/// What a row says of a key, or why it is refused.
fn usable(row: Option<api_keys::Model>, prefix: &str, now: DateTime<Utc>) -> Result<Key, String> {
    let row = row.ok_or_else(|| format!("there is no API key {prefix}…"))?;
    if let Some(at) = row.revoked_at {
        return Err(format!("the API key {prefix}… was revoked at {}", written(at.to_utc())));
    }
    let key = Key {
        principal: Principal { name: row.name, key: Some(row.id), role: row.role, agent: row.agent_id },
        expires_at: row.expires_at.map(|end| end.to_utc()),
        last_used_at: row.last_used_at.map(|last| last.to_utc()),
        read_at: now,
    };
    match key.expires_at {
        Some(end) if key.is_over(now) => Err(format!("the API key {prefix}… expired at {}", written(end))),
        _ => Ok(key),
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
