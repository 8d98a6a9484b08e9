//! The keys that there are, for the command line.

use chrono::{DateTime, Utc};
use entity::{agents, api_keys};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};
use uuid::Uuid;

use super::Token;
use crate::{Result, database::Database, principal::Role};

/// A key without its hash.
#[derive(Clone, Debug)]
pub struct KeySummary {
    /// What it is known by.
    pub prefix: String,
    /// Whose it is.
    pub name: String,
    /// What it may do.
    pub role: Role,
    /// The name of the agent that it acts for.
    pub agent: Option<String>,
    /// When it ends.
    pub expires_at: Option<DateTime<Utc>>,
    /// When it was last used, to the minute.
    pub last_used_at: Option<DateTime<Utc>>,
    /// When it was ended before its time.
    pub revoked_at: Option<DateTime<Utc>>,
}

/// All keys, oldest first.
pub async fn list(database: &Database) -> Result<Vec<KeySummary>> {
    let keys = api_keys::Entity::find().find_also_related(agents::Entity).order_by_asc(api_keys::Column::Id);
    let keys = keys.all(database.reader()).await?;
    let utc = |time: Option<DateTime<_>>| time.map(|time: DateTime<chrono::FixedOffset>| time.to_utc());
    let listed = keys.into_iter().map(|(key, agent)| KeySummary {
        prefix: key.prefix,
        name: key.name,
        role: key.role,
        agent: agent.map(|agent| agent.name),
        expires_at: utc(key.expires_at),
        last_used_at: utc(key.last_used_at),
        revoked_at: utc(key.revoked_at),
    });
    Ok(listed.collect())
}

/// The row of a key by its prefix, its id, or the key itself.
pub async fn find(database: &Database, text: &str) -> Result<Option<Uuid>> {
    let token = Token::parse(text);
    let prefix = token.as_ref().map_or(text, Token::prefix);
    let column = match Uuid::try_parse(text) {
        Ok(id) => api_keys::Column::Id.eq(id),
        Err(_) => api_keys::Column::Prefix.eq(prefix),
    };
    let key = api_keys::Entity::find().filter(column).select_only().column(api_keys::Column::Id);
    Ok(key.into_tuple().one(database.reader()).await?)
}

/// The agent of a name or an id.
pub async fn agent_named(database: &Database, text: &str) -> Result<Option<Uuid>> {
    let column = match Uuid::try_parse(text) {
        Ok(id) => agents::Column::Id.eq(id),
        Err(_) => agents::Column::Name.eq(text),
    };
    let agent = agents::Entity::find().filter(column).select_only().column(agents::Column::Id);
    Ok(agent.into_tuple().one(database.reader()).await?)
}
