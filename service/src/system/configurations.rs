//! Settings kept in the database.

use entity::configurations;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QuerySelect};
use serde::Serialize;
use serde_json::Value as Json;
use uuid::Uuid;

use crate::{
    Change, Result, UnitOfWork, Verb,
    access::Operation,
    edit::{self, check},
    settings,
};

/// Sets a configuration, a new one or one that is there.
#[derive(Clone, Debug, Serialize)]
pub struct Set {
    /// Its name.
    pub key: String,
    /// The version that the caller has seen; 0 when it has seen none.
    pub expected_version: Option<i32>,
    /// Its value, any JSON.
    pub value: Json,
    /// What it does.
    pub description: Change<Option<String>>,
}

impl Verb for Set {
    /// The configuration.
    type Outcome = Uuid;
    const OPERATION: Operation = Operation::SetConfiguration;

    async fn perform(&self, unit: &mut UnitOfWork) -> Result<Uuid> {
        check::text("key", &self.key, check::NAME)?;
        if self.value.is_null() {
            return Err(check::invalid("value", "`value` cannot be null").into());
        }
        check::json("value", &self.value, check::JSON)?;
        // One at a time: two calls do not add the same.
        unit.lock_name("configurations").await?;
        settings::check(unit, &self.key, &self.value).await?;
        let there = configurations::Entity::find().filter(configurations::Column::Key.eq(self.key.as_str()));
        let there = there.lock_exclusive().one(unit.txn().await?).await?;
        edit::check_version(self.expected_version, there.as_ref().map_or(0, |there| there.version))?;
        let mut configuration = there.clone().unwrap_or_else(|| configurations::Model {
            id: Uuid::now_v7(),
            key: self.key.clone(),
            value: Json::Null,
            description: None,
            updated_by_agent_id: None,
            version: 1,
            created_at: unit.now().into(),
            updated_at: unit.now().into(),
        });
        configuration.value.clone_from(&self.value);
        self.description.apply(&mut configuration.description);
        configuration.updated_by_agent_id = unit.principal().agent;
        edit::put(unit, Self::OPERATION, None, there.as_ref(), configuration).await
    }
}
