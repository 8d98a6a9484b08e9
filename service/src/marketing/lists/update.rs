//! Changing a list.

use entity::email_lists;
use serde::Serialize;
use serde_json::Value as Json;
use uuid::Uuid;

use super::fields;
use crate::{
    Change, Result, UnitOfWork, Verb, access::Operation, edit, events::EventKind, refusal::At, segments::schedule,
};

/// Updates an e-mail list. The subscribers of a dynamic one stay until they are recomputed.
#[derive(Clone, Debug, Serialize)]
pub struct Update {
    /// The list.
    pub id: Uuid,
    /// The version that the caller has seen.
    pub expected_version: Option<i32>,
    /// What it is called, as no other list.
    pub name: Change<String>,
    /// More about it.
    pub description: Change<Option<String>>,
    /// Who is on a dynamic one.
    pub criteria: Change<Json>,
    /// Whether owners of addresses confirm that they subscribed.
    pub double_opt_in: Change<bool>,
    /// After how many minutes the subscribers of a dynamic one are recomputed; none: only on request.
    pub refresh_minutes: Change<Option<i32>>,
    /// Whether it is in use.
    pub is_active: Change<bool>,
}

impl Verb for Update {
    /// The list.
    type Outcome = Uuid;
    const OPERATION: Operation = Operation::UpdateEmailList;

    async fn perform(&self, unit: &mut UnitOfWork) -> Result<Uuid> {
        fields::hold_all(unit).await?;
        let before: email_lists::Model = edit::lock(unit, self.id, self.expected_version).await.at(["id"])?;
        let mut list = before.clone();
        self.name.apply(&mut list.name);
        self.description.apply(&mut list.description);
        if let Change::Set(criteria) = &self.criteria {
            list.criteria = Some(criteria.clone());
        }
        self.double_opt_in.apply(&mut list.double_opt_in);
        self.refresh_minutes.apply(&mut list.refresh_minutes);
        self.is_active.apply(&mut list.is_active);
        fields::check(unit, &mut list).await?;
        if list.criteria != before.criteria {
            fields::check_criteria(unit, &list).await?;
        }
        let must_recompute = list.criteria != before.criteria
            || list.refresh_minutes != before.refresh_minutes
            || list.is_active != before.is_active;
        if must_recompute {
            list.next_compute_at = schedule::first(unit.now(), list.refresh_minutes, list.is_active);
        }
        edit::update(unit, Self::OPERATION, EventKind::ListUpdated, &before, list).await
    }
}
