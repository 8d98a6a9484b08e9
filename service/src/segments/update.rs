//! Changing a segment.

use entity::{customer_segments, sea_orm_active_enums::SegmentType};
use serde::Serialize;
use serde_json::Value as Json;
use uuid::Uuid;

use super::{fields, schedule};
use crate::{Change, Result, UnitOfWork, Verb, access::Operation, edit, events::EventKind, refusal::At};

/// Updates a segment. Its members stay until they are recomputed.
#[derive(Clone, Debug, Serialize)]
pub struct Update {
    /// The segment.
    pub id: Uuid,
    /// The version that the caller has seen.
    pub expected_version: Option<i32>,
    /// What it is called, as no other segment.
    pub name: Change<String>,
    /// What kind of customers it has.
    pub r#type: Change<SegmentType>,
    /// More about it.
    pub description: Change<Option<String>>,
    /// Who belongs to it; an empty object: only who is assigned by hand.
    pub criteria: Change<Json>,
    /// After how many minutes its members are recomputed; none: only on request.
    pub refresh_minutes: Change<Option<i32>>,
    /// Whether it is in use.
    pub is_active: Change<bool>,
}

impl Verb for Update {
    /// The segment.
    type Outcome = Uuid;
    const OPERATION: Operation = Operation::UpdateSegment;

    async fn perform(&self, unit: &mut UnitOfWork) -> Result<Uuid> {
        fields::hold_all(unit).await?;
        let before: customer_segments::Model = edit::lock(unit, self.id, self.expected_version).await.at(["id"])?;
        let mut segment = before.clone();
        self.name.apply(&mut segment.name);
        self.r#type.apply(&mut segment.r#type);
        self.description.apply(&mut segment.description);
        self.criteria.apply(&mut segment.criteria);
        self.refresh_minutes.apply(&mut segment.refresh_minutes);
        self.is_active.apply(&mut segment.is_active);
        fields::check(unit, &mut segment).await?;
        if segment.criteria != before.criteria {
            fields::check_criteria(unit, &segment).await?;
        }
        let must_recompute = segment.criteria != before.criteria
            || segment.refresh_minutes != before.refresh_minutes
            || segment.is_active != before.is_active;
        if must_recompute {
            segment.next_compute_at = schedule::first(unit.now(), segment.refresh_minutes, segment.is_active);
        }
        edit::update(unit, Self::OPERATION, EventKind::SegmentUpdated, &before, segment).await
    }
}
