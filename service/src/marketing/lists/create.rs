//! Adding a list.

use entity::{email_lists, sea_orm_active_enums::EmailListType};
use serde::Serialize;
use serde_json::Value as Json;
use uuid::Uuid;

use super::fields;
use crate::{Result, UnitOfWork, Verb, access::Operation, edit, segments::schedule};

/// Creates an e-mail list.
#[derive(Clone, Debug, Serialize)]
pub struct Create {
    /// What it is called, as no other list.
    pub name: String,
    /// More about it.
    pub description: Option<String>,
    /// How addresses come onto it.
    pub r#type: EmailListType,
    /// Who is on a dynamic one.
    pub criteria: Option<Json>,
    /// Whether owners of addresses confirm that they subscribed.
    pub double_opt_in: bool,
    /// After how many minutes the subscribers of a dynamic one are recomputed; none: only on request.
    pub refresh_minutes: Option<i32>,
    /// Whether it is in use.
    pub is_active: bool,
}

impl Verb for Create {
    /// The list.
    type Outcome = Uuid;
    const OPERATION: Operation = Operation::CreateEmailList;

    async fn perform(&self, unit: &mut UnitOfWork) -> Result<Uuid> {
        fields::hold_all(unit).await?;
        let mut list = email_lists::Model {
            id: Uuid::now_v7(),
            name: self.name.clone(),
            description: self.description.clone(),
            r#type: self.r#type,
            criteria: self.criteria.clone(),
            is_active: self.is_active,
            subscriber_count: 0,
            version: 1,
            created_at: unit.now().into(),
            updated_at: unit.now().into(),
            double_opt_in: self.double_opt_in,
            refresh_minutes: self.refresh_minutes,
            next_compute_at: schedule::first(unit.now(), self.refresh_minutes, self.is_active),
        };
        fields::check(unit, &mut list).await?;
        fields::check_criteria(unit, &list).await?;
        edit::insert(unit, Self::OPERATION, list).await
    }
}
