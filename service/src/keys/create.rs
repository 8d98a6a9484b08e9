//! Making a key.

use chrono::{DateTime, Datelike, SubsecRound, Utc};
use entity::{agents, api_keys};
use sea_orm::{ActiveModelTrait, ActiveValue::Set, EntityTrait, QuerySelect};
use serde::{Deserialize, Serialize};
use serde_json::json;
use uuid::Uuid;

use super::Token;
use crate::{
    Error, Result, UnitOfWork, Verb,
    access::Operation,
    principal::{Principal, Role},
    refusal::{At, Code, Refusal},
    state,
};

/// Creates a key.
#[derive(Clone, Debug, Serialize)]
pub struct Create {
    /// Whose it is: the name that stands beside what is done with it.
    pub name: String,
    /// What it may do.
    pub role: Role,
    /// The one agent that it acts for, of the role `agent` only.
    pub agent_id: Option<Uuid>,
    /// When it ends; none for never.
    pub expires_at: Option<DateTime<Utc>>,
}

/// A key that was created.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Created {
    /// Its row.
    pub id: Uuid,
    /// The key, for the one who made it: it is not kept, and a repeated call has none.
    #[serde(skip)]
    pub token: Option<Token>,
}

impl Verb for Create {
    type Outcome = Created;
    const OPERATION: Operation = Operation::CreateApiKey;

    async fn perform(&self, unit: &mut UnitOfWork) -> Result<Created> {
        self.check(unit).await?;
        let (id, token, now) = (Uuid::now_v7(), Token::random()?, unit.now().into());
        let row = api_keys::ActiveModel {
            id: Set(id),
            name: Set(self.name.clone()),
            prefix: Set(token.prefix().to_owned()),
            hash: Set(token.hash()),
            role: Set(self.role),
            agent_id: Set(self.agent_id),
            expires_at: Set(self.expires_at.map(|end| end.trunc_subsecs(6).into())),
            last_used_at: Set(None),
            revoked_at: Set(None),
            created_at: Set(now),
            updated_at: Set(now),
        };
        row.insert(unit.txn().await?).await?;
        let after = json!({
            "name": self.name,
            "prefix": token.prefix(),
            "role": state::name(&self.role),
            "agentId": self.agent_id,
            "expiresAt": self.expires_at,
        });
        unit.record(Self::OPERATION, "ApiKey", id, json!(null), after);
        unit.change_keys();
        Ok(Created { id, token: Some(token) })
    }
}

impl Create {
    async fn check(&self, unit: &UnitOfWork) -> Result<()> {
        let invalid = |field: &str, message: &str| Err(Refusal::new(Code::Invalid, message).at([field]).into());
        if self.name.trim().is_empty() || self.name.chars().count() > 255 {
            return invalid("name", "a name must have 1 to 255 characters, not only spaces");
        }
        if Principal::is_reserved(&self.name) {
            let message = "this name is reserved: for the server itself, for use without a key, or for another system";
            return invalid("name", message);
        }
        if self.expires_at.is_some_and(|end| end <= unit.now()) {
            return invalid("expiresAt", "a key cannot expire in the past");
        }
        // The last year that is written with four digits.
        if self.expires_at.is_some_and(|end| end.year() > 9999) {
            return invalid("expiresAt", "the expiry is too far in the future: omit it for a key that never expires");
        }
        match (self.role == Role::Agent, self.agent_id) {
            (true, None) => invalid("agentId", "a key with the role agent needs the agent it acts for"),
            (false, Some(_)) => invalid("agentId", "only a key with the role agent acts for an agent"),
            (false, None) => Ok(()),
            (true, Some(id)) => {
                let agent = agents::Entity::find_by_id(id).select_only().column(agents::Column::Id);
                let known: Option<Uuid> = agent.into_tuple().one(unit.txn().await?).await?;
                known.map(drop).ok_or(Error::NotFound("agent", id)).at(["agentId"])
            }
        }
    }
}
