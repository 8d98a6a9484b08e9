//! Who would belong to a segment.

use serde_json::Value as Json;
use uuid::Uuid;

use super::criteria::Criteria;
use crate::{
    Result, Service,
    database::{Source, row},
    edit::check,
    value,
};

/// The most customers that are shown.
pub const MOST: i32 = 100;

/// Who fits criteria.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Preview {
    /// How many customers.
    pub count: i64,
    /// The newest of them.
    pub customers: Vec<Uuid>,
}

/// Who fits criteria now, and the first of them. It takes no longer than a query may.
pub async fn preview(service: &Service, criteria: &Json, first: i32) -> Result<Preview> {
    check::within("first", first, 0..=MOST)?;
    value::check_field("criteria", criteria)?;
    let criteria = Criteria::parse(criteria, "criteria")?;
    let source = service.source();
    criteria.check_references(&source).await?;
    let mut sql = source.sql();
    let customer = sql.alias();
    sql.write(format_args!("SELECT {customer}.id, COUNT(*) OVER () AS number FROM customers AS {customer} "));
    sql.write(format_args!("WHERE {customer}.erased_at IS NULL AND "));
    criteria.write(&mut sql, customer);
    // One more than none, which tells the number.
    let limit = first.max(1);
    sql.write(format_args!(" ORDER BY {customer}.created_at DESC, {customer}.id DESC LIMIT {limit}"));
    let rows = source.rows(sql).await?;
    let count: i64 = rows.first().map(|row| row.try_get_by("number")).transpose()?.unwrap_or_default();
    let mut customers: Vec<Uuid> = row::ids(&rows)?;
    customers.truncate(usize::try_from(first).unwrap_or_default());
    Ok(Preview { count, customers })
}
