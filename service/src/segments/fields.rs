//! What a segment can be.

use entity::customer_segments;

use super::{circle, criteria::Criteria, schedule};
use crate::{
    Result, UnitOfWork,
    catalog::fields::{body, required},
    edit::check,
    refusal::{Code, Refusal},
};

/// The most characters of a description.
const DESCRIPTION: usize = 10_000;

/// Waits until nobody else adds or changes a segment: two calls do not take the same name, nor make a circle together.
pub(super) async fn hold_all(unit: &UnitOfWork) -> Result<()> {
    unit.lock_name("customer_segments").await
}

/// Refuses what no segment can be, and takes blanks away.
pub(super) async fn check(unit: &UnitOfWork, segment: &mut customer_segments::Model) -> Result<()> {
    segment.name = required("name", &segment.name, check::NAME)?;
    segment.description = body(segment.description.as_deref());
    if let Some(description) = &segment.description {
        check::text("description", description, DESCRIPTION)?;
    }
    schedule::check_refresh(segment.refresh_minutes)?;
    check_name(unit, segment).await
}

/// Refuses criteria that cannot be used, name nothing, or lead back to the segment.
pub(super) async fn check_criteria(unit: &UnitOfWork, segment: &customer_segments::Model) -> Result<()> {
    let criteria = Criteria::parse(&segment.criteria, "criteria")?;
    criteria.check_references(unit).await?;
    circle::check(unit, segment, &criteria).await
}

/// Refuses a name that another segment has.
async fn check_name(unit: &UnitOfWork, segment: &customer_segments::Model) -> Result<()> {
    let mut sql = unit.sql();
    sql.push("SELECT id FROM customer_segments WHERE name = ").bind(segment.name.as_str());
    sql.push(" AND id <> ").bind(segment.id);
    match unit.rows(sql).await?.is_empty() {
        true => Ok(()),
        false => {
            let message = format!("there is already a segment named {:?}", segment.name);
            Err(Refusal::new(Code::AlreadyExists, message).at(["name"]).into())
        }
    }
}
