//! Adding a segment.

use entity::{customer_segments, sea_orm_active_enums::SegmentType};
use serde::Serialize;
use serde_json::Value as Json;
use uuid::Uuid;

use super::{fields, schedule};
use crate::{Result, UnitOfWork, Verb, access::Operation, edit};

/// Creates a segment.
#[derive(Clone, Debug, Serialize)]
pub struct Create {
    /// What it is called, as no other segment.
    pub name: String,
    /// What kind of customers it has.
    pub r#type: SegmentType,
    /// More about it.
    pub description: Option<String>,
    /// Who belongs to it; an empty object: only who is assigned by hand.
    pub criteria: Json,
    /// After how many minutes its members are recomputed; none: only on request.
    pub refresh_minutes: Option<i32>,
    /// Whether it is in use.
    pub is_active: bool,
}

impl Verb for Create {
    /// The segment.
    type Outcome = Uuid;
    const OPERATION: Operation = Operation::CreateSegment;

    async fn perform(&self, unit: &mut UnitOfWork) -> Result<Uuid> {
        fields::hold_all(unit).await?;
        let mut segment = customer_segments::Model {
            id: Uuid::now_v7(),
            name: self.name.clone(),
            r#type: self.r#type,
            description: self.description.clone(),
            criteria: self.criteria.clone(),
            is_active: self.is_active,
            version: 1,
            created_at: unit.now().into(),
            updated_at: unit.now().into(),
            member_count: 0,
            refresh_minutes: self.refresh_minutes,
            computed_at: None,
            next_compute_at: schedule::first(unit.now(), self.refresh_minutes, self.is_active),
        };
        fields::check(unit, &mut segment).await?;
        fields::check_criteria(unit, &segment).await?;
        edit::insert(unit, Self::OPERATION, segment).await
    }
}
